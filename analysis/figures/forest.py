"""Estimates with intervals, one line each: the figure for every comparison of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.figures.options import ForestOptions, read_options
from analysis.figures.style import (
    GREY,
    INK,
    MANY_PANELS,
    PALE,
    TOO_FEW,
    drawing,
    group_styles,
    handle,
    in_order,
    legend_above,
    log_scale,
    new_figure,
    quiet,
    shorten,
)
from analysis.figures.tables import columns_present, one_row_each

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def forest(
    rows: pd.DataFrame,
    *,
    label: str,
    estimate: str = "estimate",
    low: str = "low",
    high: str = "high",
    **options: Any,
) -> Figure:
    """A forest plot: one line per `label`, one mark with its interval per `hue`, one column of axes per `panel`.

    rows: one row is one estimate; `estimate`, `low`, `high` name numeric columns. options: `ForestOptions`.

    Raises `DiscourseError` for a column that is not there, an unknown option, an empty table, or two rows for one mark.
    """
    o = read_options(ForestOptions, options, "forest")
    columns = columns_present(rows, [label, estimate, low, high, o.hue, o.panel, o.too_few, o.n, o.why])[:4]
    one_row_each(rows, [c for c in (label, o.hue, o.panel) if c])
    labels = in_order(rows[label], o.order, o.eras)
    hues = in_order(rows[o.hue], eras=o.eras) if o.hue else [None]
    panels = in_order(rows[o.panel], eras=o.eras) if o.panel else [None]
    step = 0.19 if len(hues) == 1 else 0.115 * len(hues) + 0.07
    with drawing():
        figure = new_figure(o.width, 0.75 + step * len(labels))
        grid = figure.subplots(1, len(panels), sharey=True, sharex=o.share_axis, squeeze=False)[0]
        styles = group_styles([str(h) for h in hues], o.eras)
        for axes, name in zip(grid, panels, strict=True):
            part = rows if o.panel is None else rows[rows[o.panel] == name]
            _panel(axes, part, labels, hues, (*columns, o.too_few, o.why), styles, o)
            _frame(axes, labels, o.reference, o.name(name), "" if len(panels) > MANY_PANELS else o.axis_label)
        if len(panels) > MANY_PANELS:
            figure.supxlabel(o.axis_label, fontsize=7)
        if not o.log:
            _cut_long_intervals(grid if not o.share_axis else grid[:1], grid)
        first = rows if o.panel is None else rows[rows[o.panel] == panels[0]]
        grid[0].set_yticks(range(len(labels)), [_label(first, label, v, o) for v in labels])
        grid[0].set_ylim(len(labels) - 0.5, -0.5)
        _say_too_few(grid)
        if o.hue:
            legend_above(figure, [handle(styles[str(h)], o.name(h)) for h in hues])
    return figure


def _panel(
    axes: Axes, part: pd.DataFrame, labels: list, hues: list, columns: tuple, styles: dict, o: ForestOptions
) -> None:
    """The marks of one panel, hue by hue."""
    if o.log:
        log_scale(axes, "x")
    for position, value in enumerate(hues):
        chosen = part if o.hue is None else part[part[o.hue] == value]
        _marks(axes, chosen, labels, columns, styles[str(value)], _offset(position, len(hues)))


def _cut_long_intervals(chosen, grid) -> None:
    """End the axis at three times the farthest estimate; intervals that go on get an arrow at the edge.

    One cell with little exposure would otherwise press all others against zero.
    """
    for axes in chosen:
        middle = [abs(x) for a in (grid if chosen is not grid else [axes]) for x in getattr(a, "drawn_x", [])]
        low, high = axes.get_xlim()
        edge = 3 * max(middle, default=0.0)
        if edge <= 0 or edge >= high * 0.95:
            continue
        start = min(
            (x for a in (grid if chosen is not grid else [axes]) for x in getattr(a, "drawn_low", [])), default=0
        )
        axes.set_xlim(max(low, -edge) if start < 0 else -0.04 * edge, edge)
        for a in grid if chosen is not grid else [axes]:
            for x, y, colour in getattr(a, "drawn_high", []):
                if x > edge:
                    a.plot([edge], [y], marker=">", markersize=2.6, color=colour, clip_on=False, zorder=4)


def _offset(position: int, count: int) -> float:
    return 0.0 if count == 1 else (position - (count - 1) / 2) * (0.74 / count)


def _marks(axes: Axes, part: pd.DataFrame, labels: list, columns: tuple, look, offset: float) -> None:
    label, estimate, low, high, too_few, why = columns
    place = {name: i for i, name in enumerate(labels)}
    y = np.array([place[v] for v in part[label]], dtype=float) + offset
    middle, lower, upper = (part[c].to_numpy(dtype=float, na_value=np.nan) for c in (estimate, low, high))
    few = ~np.isfinite(middle)
    if too_few:
        few |= part[too_few].fillna(False).to_numpy(dtype=bool)
    drawn = ~few
    if drawn.any():
        axes.hlines(y[drawn], lower[drawn], upper[drawn], color=look.colour, linewidth=1.1)
        axes.drawn_x = [*getattr(axes, "drawn_x", []), *middle[drawn].tolist()]
        axes.drawn_low = [*getattr(axes, "drawn_low", []), *lower[drawn].tolist()]
        ends = [(x, at, look.colour) for x, at in zip(upper[drawn].tolist(), y[drawn].tolist(), strict=True)]
        axes.drawn_high = [*getattr(axes, "drawn_high", []), *ends]
        axes.plot(middle[drawn], y[drawn], look.marker, color=look.colour, markeredgecolor="white", markeredgewidth=0.4)
    words = part[why].fillna(TOO_FEW).astype(str).to_numpy() if why else np.full(len(part), TOO_FEW)
    axes.too_few_y = [*getattr(axes, "too_few_y", []), *zip(y[few].tolist(), words[few].tolist(), strict=True)]


def _say_too_few(grid) -> None:
    for axes in grid:
        for y, words in getattr(axes, "too_few_y", []):
            axes.text(
                0.01,
                y,
                words,
                transform=axes.get_yaxis_transform(),
                va="center",
                ha="left",
                fontsize=5,
                color=GREY,
                style="italic",
            )


def _frame(axes: Axes, labels: list, reference: float | None, title: object, axis_label: str) -> None:
    quiet(axes)
    axes.spines["left"].set_visible(False)
    for i in range(0, len(labels), 2):
        axes.axhspan(i - 0.5, i + 0.5, color=PALE, alpha=0.35, linewidth=0, zorder=0)
    if reference is not None:
        axes.axvline(reference, color=INK, linewidth=0.7, zorder=1)
    if title is not None:
        axes.set_title(str(title))
    axes.set_xlabel(axis_label)


def _label(rows: pd.DataFrame, column: str, value: object, o: ForestOptions) -> str:
    text = shorten(o.name(value))
    if o.n is None:
        return text
    counts = [f"{int(c):,}" if c == c else "0" for c in rows.loc[rows[column] == value, o.n]]
    return f"{text} ({' / '.join(dict.fromkeys(counts))})"
