"""Counts and shares of groups: bars from zero, and dots where zero is not the point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.figures import style
from analysis.figures.forest import forest
from analysis.figures.options import BarOptions, read_options
from analysis.figures.tables import columns_present, one_row_each, readable

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HATCHES = ("", "////", "....", "xxxx", "\\\\\\\\", "oooo", "++++", "----")


def bars(rows: pd.DataFrame, *, label: str, value: str, **options: Any) -> Figure:
    """Horizontal bars from zero: one group of bars per `label`, one bar per `hue`, one column of axes per `panel`.

    Colours come with hatches, so that grey prints can be read. options: `BarOptions`. Missing values are written "too
    few". Raises `DiscourseError` for missing columns, an unknown option, an empty table, or two rows for one bar.
    """
    o = read_options(BarOptions, options, "bars")
    columns_present(rows, [label, value, o.low, o.high, o.hue, o.panel])
    one_row_each(rows, [c for c in (label, o.hue, o.panel) if c])
    rows, left_out = readable(rows, label, estimate=value)
    labels = style.in_order(rows[label], o.order, o.eras)
    hues = style.in_order(rows[o.hue], eras=o.eras) if o.hue else [None]
    panels = style.in_order(rows[o.panel], eras=o.eras) if o.panel else [None]
    side_by_side = 1 if o.stacked else len(hues)
    with style.drawing():
        figure = style.new_figure(o.width, 0.75 + len(labels) * (0.11 * side_by_side + 0.08))
        grid = figure.subplots(1, len(panels), sharey=True, sharex=True, squeeze=False)[0]
        looks = style.group_styles([str(h) for h in hues], o.eras)
        for axes, name in zip(grid, panels, strict=True):
            part = rows if o.panel is None else rows[rows[o.panel] == name]
            parts = [part if o.hue is None else part[part[o.hue] == h] for h in hues]
            _bars(axes, [p.set_index(label).reindex(labels) for p in parts], value, [looks[str(h)] for h in hues], o)
            style.quiet(axes)
            if o.percent:
                style.in_per_cent(axes, "x")
            axes.set_xlabel("" if len(panels) > style.MANY_PANELS else o.axis_label)
            if name is not None:
                axes.set_title(style.shorten(o.name(name), 40))
        grid[0].set_yticks(range(len(labels)), style.short_names([o.name(v) for v in labels]))
        grid[0].tick_params(axis="y", labelsize=style.fitting_size(len(labels), figure))
        grid[0].set_ylim(len(labels) - 0.5, -0.5)
        if len(panels) > style.MANY_PANELS:
            figure.supxlabel("\n".join(filter(None, (o.axis_label, left_out))), fontsize=7)
        elif left_out:
            figure.supxlabel(left_out, fontsize=6)
        if o.hue:
            style.legend_above(figure, _handles(looks, hues, o))
    return figure


def _bars(axes: Axes, parts: list[pd.DataFrame], value: str, looks: list[style.Look], o: BarOptions) -> None:
    """The bars of one panel, hue by hue: side by side, or each on the ends of those before."""
    side_by_side = 1 if o.stacked else len(parts)
    left = np.zeros(len(parts[0]))
    for number, (part, look) in enumerate(zip(parts, looks, strict=True)):
        offset = 0.0 if o.stacked else (number - (side_by_side - 1) / 2) * 0.8 / side_by_side
        _bar(axes, part, (value, o.low, o.high), look, (offset, 0.8 / side_by_side, left, number))
        if o.stacked:
            left = left + part[value].fillna(0).to_numpy(dtype=float)


def dots(rows: pd.DataFrame, *, label: str, value: str, **options) -> Figure:
    """A dot plot: as `forest`, without intervals. Takes forest's options (hue, panel, order, names, axis_label...)."""
    columns_present(rows, [label, value])
    return forest(rows, label=label, estimate=value, low=value, high=value, **{"from_zero": False} | options)


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


def _handles(looks: Mapping[str, style.Look], hues: list, o: BarOptions) -> list:
    from matplotlib.patches import Patch

    return [
        Patch(
            facecolor=looks[str(h)].colour,
            edgecolor="white",
            hatch=_HATCHES[i % len(_HATCHES)],
            label=str(o.name(h)),
        )
        for i, h in enumerate(hues)
    ]
