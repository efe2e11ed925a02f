"""Lists of the first few of several groups beside each other: a small panel for each group, with labels of its own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.figures import style
from analysis.figures.options import RankedOptions, read_options
from analysis.figures.tables import columns_present, one_row_each

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINE = 0.125  # inches for one label


def ranked(rows: pd.DataFrame, *, label: str, value: str, panel: str, **options: Any) -> Figure:
    """One panel for each `panel`, with a line for each of its rows in the order given: the label, and its value as a dot
    at the end of a line from the left edge, or of a bar from zero.

    rows: one row is one label of one panel; a missing value is no row to draw and is left out. Labels are words and written
    as they stand; `names` is for panels. All panels have one scale,
    so that values can be compared across; the longest panel gives the height. options: `RankedOptions`. Raises
    `DiscourseError` for a missing column, an unknown option, an empty table, or two rows for one mark.
    """
    o = read_options(RankedOptions, options, "ranked")
    columns_present(rows, [label, value, panel])
    one_row_each(rows, [label, panel])
    drawn = rows[rows[value].notna()]
    panels = style.in_order(rows[panel], o.panel_order)
    across = min(o.columns, len(panels))
    down = math.ceil(len(panels) / across)
    longest = max((int((drawn[panel] == name).sum()) for name in panels), default=1)
    low, high = _reach(drawn[value].to_numpy(dtype=float), o)
    with style.drawing():
        figure = style.new_figure(o.width, 0.35 + down * (0.36 + LINE * max(longest, 2)))
        grid = figure.subplots(down, across, sharex=True, squeeze=False)
        for axes, name in zip(grid.ravel(), panels, strict=False):
            part = drawn[drawn[panel] == name]
            _lines(axes, part[value].to_numpy(dtype=float), low, o)
            labels = [style.shorten(v, 26) for v in part[label]]
            axes.set_yticks(range(len(part)), labels, fontsize=6)
            axes.set_ylim(longest - 0.5, -0.5)
            axes.set_xlim(low, high)
            axes.set_title(style.shorten(o.name(name), 40), loc="left")
            style.quiet(axes)
            axes.tick_params(axis="y", length=0)
            if o.percent:
                style.in_per_cent(axes, "x")
        for axes in grid.ravel()[len(panels) :]:
            axes.set_visible(False)
        for axes in grid.ravel()[max(len(panels) - across, 0) : len(panels)]:
            axes.tick_params(axis="x", labelbottom=True)
        figure.supxlabel(o.axis_label, fontsize=7)
    return figure


def _reach(values: np.ndarray, o: RankedOptions) -> tuple[float, float]:
    """Where the common scale begins and ends."""
    least, most = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    if o.from_zero:
        return min(0.0, least * 1.05), max(most * 1.05, 1e-9)
    room = 0.08 * (most - least) or 0.5
    return least - room, most + room


def _lines(axes: Axes, values: np.ndarray, low: float, o: RankedOptions) -> None:
    y = np.arange(len(values))
    if o.from_zero:
        axes.barh(y, values, height=0.68, color=style.INK, alpha=0.85, linewidth=0)
        return
    axes.hlines(y, low, values, color=style.PALE, linewidth=0.8, zorder=1)
    axes.plot(values, y, "o", color=style.INK, markersize=2.8, zorder=2)
