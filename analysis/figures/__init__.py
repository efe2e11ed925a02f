"""Tables to figures. Drawing functions take tables and return a matplotlib figure; `publish` saves it for citation."""

from analysis.figures.bars import bars, dots
from analysis.figures.forest import forest
from analysis.figures.matrix import heatmap, months_grid
from analysis.figures.network import network
from analysis.figures.overview import before_after
from analysis.figures.ranked import ranked
from analysis.figures.reading import interval, per_cent, reading
from analysis.figures.save import Published, publish
from analysis.figures.scatter import scatter_labelled
from analysis.figures.series import panel_of_lines, series
from analysis.figures.tidy import tidy

__all__ = [
    "Published",
    "bars",
    "before_after",
    "dots",
    "forest",
    "heatmap",
    "interval",
    "months_grid",
    "network",
    "panel_of_lines",
    "per_cent",
    "publish",
    "ranked",
    "reading",
    "scatter_labelled",
    "series",
    "tidy",
]
