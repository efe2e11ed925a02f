"""Series over time."""

from analysis.measures.time.event_study import event_study, fixed_effects
from analysis.measures.time.interrupted import Design, segmented, segmented_table
from analysis.measures.time.panels import outlet_changes, panel_effect
from analysis.measures.time.series import period_series

__all__ = [
    "Design",
    "event_study",
    "fixed_effects",
    "outlet_changes",
    "panel_effect",
    "period_series",
    "segmented",
    "segmented_table",
]
