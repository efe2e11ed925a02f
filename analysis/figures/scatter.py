"""Points with names: keyness plots, where each labelled word can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.figures import style
from analysis.figures.options import ScatterOptions, read_options
from analysis.figures.tables import columns_present

if TYPE_CHECKING:
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
    *(
        (dx, dy, "left" if dx > 0 else "right", "center")
        for r in (16, 26, 38)
        for dx in (r, -r)
        for dy in (0, r / 2, -r / 2)
    ),
)
EXTREMES = 3  # points at either end of the y axis that are named first


def scatter_labelled(rows: pd.DataFrame, *, x: str, y: str, label: str, **options: Any) -> Figure:
    """A scatter plot whose most important points are named, no name over another or over a named point.

    rows: one row is one point. Named first are the points farthest up and down, of those drawn in colour; then the others
    by `rank`, up to `max_labels`; points without room for a name stay unnamed. No name lies on another or on a mark.
    options: `ScatterOptions`. Raises `DiscourseError` for missing columns, an unknown option or an empty table.
    """
    o = read_options(ScatterOptions, options, "scatter_labelled")
    columns_present(rows, [x, y, label, o.size, o.hue, o.rank])
    hues = style.in_order(rows[o.hue], eras=o.eras) if o.hue else []
    looks = style.group_styles([str(h) for h in hues], o.eras)
    if o.muted in hues:
        looks[str(o.muted)] = style.Look("#b5b5b5", ".", "-")
        rows = rows.iloc[np.argsort(rows[o.hue].to_numpy() != o.muted, kind="stable")]
    with style.drawing():
        figure = style.new_figure(o.width, o.height)
        axes = figure.subplots()
        _points(axes, rows, (x, y), {h: looks[str(h)] for h in hues}, o)
        for direction, logarithmic in (("x", o.log_x), ("y", o.log_y)):
            if logarithmic:
                style.log_scale(axes, direction)
        for line, value in ((axes.axvline, o.reference_x), (axes.axhline, o.reference_y)):
            if value is not None:
                line(value, color=style.INK, linewidth=0.7, zorder=0)
        axes.grid(True)
        axes.margins(0.08)
        axes.set(xlabel=o.axis_labels[0] or x, ylabel=o.axis_labels[1] or y)
        style.legend_above(figure, [_handle(looks[str(h)], o.name(h)) for h in hues])
        _name_points(axes, _most_telling(rows, y, o).head(o.max_labels), x, y, label)
    return figure


def _most_telling(rows: pd.DataFrame, y: str, o: ScatterOptions) -> pd.DataFrame:
    """The points in the order in which they get their names: both ends first, then by rank."""
    ordered = rows if o.rank is None else rows.sort_values(o.rank, ascending=False, kind="stable")
    coloured = ordered[ordered[o.hue] != o.muted] if o.hue and o.muted is not None else ordered
    coloured = coloured if len(coloured) else ordered
    ends = coloured.sort_values(y, kind="stable")
    low, high = ends.head(EXTREMES).index, ends.tail(EXTREMES).index[::-1]
    first = [name for pair in zip(high, low, strict=True) for name in pair]
    rest = [name for name in [*coloured.index, *ordered.index] if name not in set(first)]
    return ordered.loc[list(dict.fromkeys([*first, *rest]))]


def _points(axes: Axes, rows: pd.DataFrame, places: tuple, looks: dict[Any, style.Look], o: ScatterOptions) -> None:
    import seaborn

    hues = list(looks)
    colours = {"palette": {h: looks[h].colour for h in hues}} if o.hue else {"color": style.ALONE}
    seaborn.scatterplot(
        data=rows,
        x=places[0],
        y=places[1],
        hue=o.hue,
        hue_order=hues or None,
        style=o.hue,
        style_order=hues or None,
        size=o.size,
        sizes=(6, 90) if o.size else None,
        s=None if o.size else 12,
        alpha=0.6,
        linewidth=0.2,
        legend=False,
        ax=axes,
        markers={h: looks[h].marker for h in hues} if o.hue else True,
        **colours,
    )


def _name_points(axes: Axes, rows: pd.DataFrame, x: str, y: str, label: str) -> None:
    """Write names greedily: each takes the first free place around its point, or none."""
    figure = axes.figure
    figure.set_dpi(style.DPI)  # letters have other widths on a screen
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
    low = point[1] - {"bottom": 0, "top": high, "center": high / 2}[va]
    return np.array([left, low, left + wide, low + high])


def _meets(box: np.ndarray, others: list[np.ndarray] | np.ndarray) -> bool:
    if not len(others):
        return False
    o = np.asarray(others)
    return bool(np.any((box[0] < o[:, 2]) & (box[2] > o[:, 0]) & (box[1] < o[:, 3]) & (box[3] > o[:, 1])))


def _handle(look: style.Look, name: object):
    from matplotlib.lines import Line2D

    return Line2D([], [], color=look.colour, marker=look.marker, linestyle="", label=str(name))
