"""Points with names: keyness plots, where each labelled word can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.figures import style
from analysis.figures.tables import columns_present

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Where a label may stand, in points from its mark, with the side that faces the mark; tried in this order.
_PLACES = (
    (3, 2, "left", "bottom"),
    (3, -2, "left", "top"),
    (-3, 2, "right", "bottom"),
    (-3, -2, "right", "top"),
    (0, 4, "center", "bottom"),
    (0, -4, "center", "top"),
    (8, 8, "left", "bottom"),
    (8, -8, "left", "top"),
    (-8, 8, "right", "bottom"),
    (-8, -8, "right", "top"),
    (0, 13, "center", "bottom"),
    (0, -13, "center", "top"),
)


def scatter_labelled(
    rows: pd.DataFrame,
    *,
    x: str,
    y: str,
    label: str,
    size: str | None = None,
    hue: str | None = None,
    muted: str | None = None,
    rank: str | None = None,
    max_labels: int = 40,
    log_x: bool = False,
    log_y: bool = False,
    reference_x: float | None = None,
    reference_y: float | None = None,
    axis_labels: Sequence[str] = ("", ""),
    width: float = style.DOUBLE_WIDTH,
    height: float = 4.2,
) -> Figure:
    """A scatter plot whose most important points are named, no name over another or over a named point.

    rows: one row is one point. rank: a column; points with the largest values are named first (default: file order).
    Of the first `max_labels` points, those without room for a name stay unnamed. size: a column drawn as area. Raises
    `DiscourseError` for missing columns or an empty table. muted: a value of `hue` drawn pale and behind the others.
    """
    import seaborn

    columns_present(rows, [x, y, label, size, hue, rank])
    hues = style.in_order(rows[hue]) if hue else []
    looks = style.looks([str(h) for h in hues])
    if muted in hues:
        looks[str(muted)] = style.Look("#b5b5b5", ".", "-")
        rows = rows.iloc[np.argsort(rows[hue].to_numpy() != muted, kind="stable")]
    with style.drawing():
        figure = style.new_figure(width, height)
        axes = figure.subplots()
        seaborn.scatterplot(
            data=rows,
            x=x,
            y=y,
            hue=hue,
            hue_order=hues or None,
            style=hue,
            style_order=hues or None,
            size=size,
            sizes=(6, 90) if size else None,
            s=None if size else 12,
            alpha=0.6,
            linewidth=0.2,
            legend=False,
            ax=axes,
            palette={h: looks[str(h)].colour for h in hues} if hue else None,
            markers={h: looks[str(h)].marker for h in hues} if hue else True,
            **({} if hue else {"color": style.COLOURS[0]}),
        )
        axes.set_xscale("log" if log_x else "linear")
        axes.set_yscale("log" if log_y else "linear")
        for line, value in ((axes.axvline, reference_x), (axes.axhline, reference_y)):
            if value is not None:
                line(value, color=style.INK, linewidth=0.7, zorder=0)
        axes.grid(True)
        axes.margins(0.08)
        axes.set(xlabel=axis_labels[0] or x, ylabel=axis_labels[1] or y)
        style.legend_above(figure, [_handle(looks[str(h)], h) for h in hues])
        ordered = rows if rank is None else rows.sort_values(rank, ascending=False, kind="stable")
        _name_points(axes, ordered.head(max_labels), x, y, label)
    return figure


def _name_points(axes: Axes, rows: pd.DataFrame, x: str, y: str, label: str) -> None:
    """Write names greedily: each takes the first free place around its point, or none."""
    figure = axes.figure
    figure.draw_without_rendering()
    points = axes.transData.transform(rows[[x, y]].to_numpy(dtype=float))
    scale = figure.dpi / 72
    frame = axes.get_window_extent()
    marks = np.column_stack([points - 2 * scale, points + 2 * scale])
    taken: list[np.ndarray] = []
    for i, (point, name) in enumerate(zip(points, rows[label], strict=True)):
        wide, high = _extent(axes, str(name))
        for dx, dy, ha, va in _PLACES:
            box = _box(point + np.array([dx, dy]) * scale, wide, high, ha, va)
            inside = box[0] >= frame.x0 and box[1] >= frame.y0 and box[2] <= frame.x1 and box[3] <= frame.y1
            if inside and not _meets(box, taken) and not _meets(box, np.delete(marks, i, axis=0)):
                far = max(abs(dx), abs(dy)) > 5
                axes.annotate(
                    str(name),
                    rows[[x, y]].iloc[i],
                    xytext=(dx, dy),
                    textcoords="offset points",
                    ha=ha,
                    va=va,
                    fontsize=6,
                    annotation_clip=False,
                    arrowprops={"arrowstyle": "-", "color": style.GREY, "linewidth": 0.4} if far else None,
                ).set_in_layout(False)
                taken.append(box)
                break


def _extent(axes: Axes, text: str) -> tuple[float, float]:
    drawn = axes.text(0, 0, text, fontsize=6)
    box = drawn.get_window_extent()
    drawn.remove()
    return box.width, box.height


def _box(point: np.ndarray, wide: float, high: float, ha: str, va: str) -> np.ndarray:
    left = point[0] - {"left": 0, "right": wide, "center": wide / 2}[ha]
    low = point[1] - {"bottom": 0, "top": high}[va]
    return np.array([left, low, left + wide, low + high])


def _meets(box: np.ndarray, others: list[np.ndarray] | np.ndarray) -> bool:
    if not len(others):
        return False
    o = np.asarray(others)
    return bool(np.any((box[0] < o[:, 2]) & (box[2] > o[:, 0]) & (box[1] < o[:, 3]) & (box[3] > o[:, 1])))


def _handle(look: style.Look, name: object):
    from matplotlib.lines import Line2D

    return Line2D([], [], color=look.colour, marker=look.marker, linestyle="", label=str(name))
