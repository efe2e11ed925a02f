"""Series over time."""

from analysis.measures.time.interrupted import Design, segmented, segmented_table
from analysis.measures.time.panels import panel_effect
from analysis.measures.time.series import period_series

__all__ = ["Design", "panel_effect", "period_series", "segmented", "segmented_table"]
