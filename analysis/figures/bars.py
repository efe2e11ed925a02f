"""Counts and shares of groups: bars from zero, and dots where zero is not the point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.figures import style
from analysis.figures.forest import forest
from analysis.figures.tables import columns_present, one_row_each

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HATCHES = ("", "////", "....", "xxxx", "\\\\\\\\", "oooo", "++++", "----")


def bars(
    rows: pd.DataFrame,
    *,
    label: str,
    value: str,
    low: str | None = None,
    high: str | None = None,
    hue: str | None = None,
    panel: str | None = None,
    stacked: bool = False,
    names: Mapping[str, str] | None = None,
    order: Sequence[str] | None = None,
    axis_label: str = "",
    width: float = style.DOUBLE_WIDTH,
) -> Figure:
    """Horizontal bars from zero: one group of bars per `label`, one bar per `hue`, one column of axes per `panel`.

    Colours come with hatches, so that grey prints can be read. stacked: hues on top of each other (no intervals then).
    Missing values are written "too few". Raises `DiscourseError` for missing columns, an empty table, or two rows for
    one bar.
    """
    columns_present(rows, [label, value, low, high, hue, panel])
    one_row_each(rows, [c for c in (label, hue, panel) if c])
    names = names or {}
    labels = style.in_order(rows[label], order)
    hues = style.in_order(rows[hue]) if hue else [None]
    panels = style.in_order(rows[panel]) if panel else [None]
    side_by_side = 1 if stacked else len(hues)
    with style.drawing():
        figure = style.new_figure(width, 0.75 + len(labels) * (0.11 * side_by_side + 0.08))
        grid = figure.subplots(1, len(panels), sharey=True, sharex=True, squeeze=False)[0]
        looks = style.looks([str(h) for h in hues])
        for axes, name in zip(grid, panels, strict=True):
            part = rows if panel is None else rows[rows[panel] == name]
            left = np.zeros(len(labels))
            for number, value_of_hue in enumerate(hues):
                chosen = part if hue is None else part[part[hue] == value_of_hue]
                chosen = chosen.set_index(label).reindex(labels)
                offset = 0.0 if stacked else (number - (side_by_side - 1) / 2) * 0.8 / side_by_side
                _bar(
                    axes,
                    chosen,
                    (value, low, high),
                    looks[str(value_of_hue)],
                    (offset, 0.8 / side_by_side, left, number),
                )
                if stacked:
                    left = left + chosen[value].fillna(0).to_numpy(dtype=float)
            style.quiet(axes)
            axes.set_xlabel(axis_label)
            if name is not None:
                axes.set_title(style.shorten(names.get(name, name), 40))
        grid[0].set_yticks(range(len(labels)), [style.shorten(names.get(v, v)) for v in labels])
        grid[0].set_ylim(len(labels) - 0.5, -0.5)
        if hue:
            style.legend_above(figure, _handles(looks, hues, names))
    return figure


def dots(rows: pd.DataFrame, *, label: str, value: str, **options) -> Figure:
    """A dot plot: as `forest`, without intervals. Takes forest's options (hue, panel, order, names, axis_label...)."""
    columns_present(rows, [label, value])
    return forest(rows, label=label, estimate=value, low=value, high=value, **options)


def _bar(axes: Axes, part: pd.DataFrame, columns: tuple, look: style.Look, place: tuple) -> None:
    value, low, high = columns
    offset, thick, left, number = place
    y = np.arange(len(part)) + offset
    length = part[value].to_numpy(dtype=float, na_value=np.nan)
    axes.barh(
        y,
        np.nan_to_num(length),
        height=thick * 0.92,
        left=left,
        color=look.colour,
        edgecolor="white",
        linewidth=0.3,
        hatch=_HATCHES[number % len(_HATCHES)],
    )
    if low and high:
        lower, upper = (part[c].to_numpy(dtype=float, na_value=np.nan) for c in (low, high))
        axes.hlines(y, lower, upper, color=style.INK, linewidth=0.8)
    for missing in y[~np.isfinite(length)]:
        axes.text(
            0.01,
            missing,
            style.TOO_FEW,
            transform=axes.get_yaxis_transform(),
            va="center",
            fontsize=5,
            color=style.GREY,
            style="italic",
        )


def _handles(looks: Mapping[str, style.Look], hues: list, names: Mapping[str, str]) -> list:
    from matplotlib.patches import Patch

    return [
        Patch(
            facecolor=looks[str(h)].colour,
            edgecolor="white",
            hatch=_HATCHES[i % len(_HATCHES)],
            label=str(names.get(h, h)),
        )
        for i, h in enumerate(hues)
    ]
