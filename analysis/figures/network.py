"""Who takes from whom: a directed network on a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.figures import style
from analysis.figures.options import NetworkOptions, read_options
from analysis.figures.tables import columns_present, one_row_each

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def network(edges: pd.DataFrame, *, source: str, target: str, weight: str, **options: Any) -> Figure:
    """Arrows from `source` to `target`, as thick as `weight`, between nodes on a circle; a node's area is what it gives.

    edges: one row is one pair; pairs of a node with itself are left out, and only the `max_edges` heaviest are drawn.
    Nodes stand by group, then by weight, then by name: the same table gives the same picture. options:
    `NetworkOptions`; axis_label says what a weight counts, written below. Raises `DiscourseError` for missing columns,
    an unknown option, an empty table, or a pair that stands twice.
    """
    o = read_options(NetworkOptions, options, "network")
    columns_present(edges, [source, target, weight])
    one_row_each(edges, [source, target])
    group = o.group or {}
    kept = edges[(edges[source] != edges[target]) & (edges[weight] > 0)]
    kept = kept.sort_values([weight, source, target], ascending=[False, True, True], kind="stable").head(o.max_edges)
    given = kept.groupby(source)[weight].sum().to_dict()
    taken = kept.groupby(target)[weight].sum().to_dict()
    nodes = sorted(
        {*given, *taken}, key=lambda n: (str(group.get(n, "")), -(given.get(n, 0) + taken.get(n, 0)), str(n))
    )
    angle = {n: np.pi / 2 - 2 * np.pi * i / max(len(nodes), 1) for i, n in enumerate(nodes)}
    place = {n: np.array([np.cos(a), np.sin(a)]) for n, a in angle.items()}
    groups = style.in_order([group.get(n, "") for n in nodes])
    looks = style.group_styles(groups)
    with style.drawing():
        figure = style.new_figure(o.width, o.width * 0.72)
        axes = figure.subplots()
        heaviest = float(kept[weight].max()) if len(kept) else 1.0
        for row in kept[[source, target, weight]].itertuples(index=False):
            _arrow(axes, place[row[0]], place[row[1]], row[2] / heaviest, looks[group.get(row[0], "")].colour)
        most = max(given.values(), default=1)
        names = dict(zip(nodes, style.short_names([o.name(n) for n in nodes], 26), strict=True))
        for n in nodes:
            _node(axes, place[n], given.get(n, 0) / most, looks[group.get(n, "")])
            _name(axes, angle[n], names[n])
        axes.set(xlim=(-1.75, 1.75), ylim=(-1.3, 1.2), aspect="equal")
        axes.axis("off")
        note = f"Arrows point from origin to reprint; the thickest is {heaviest:,.0f} {o.axis_label}".rstrip()
        axes.text(
            0.5, 0.0, note + ".", transform=axes.transAxes, ha="center", va="bottom", fontsize=6, color=style.GREY
        )
        style.legend_above(figure, _handles(looks, groups))
    return figure


def _node(axes: Axes, place: np.ndarray, share: float, look: style.Look) -> None:
    axes.scatter(
        *place,
        s=18 + 130 * share,
        color=look.colour,
        marker=look.marker,
        edgecolors="white",
        linewidths=0.6,
        zorder=3,
    )


def _arrow(axes: Axes, start: np.ndarray, end: np.ndarray, share: float, colour: str) -> None:
    from matplotlib.patches import FancyArrowPatch

    axes.add_patch(
        FancyArrowPatch(
            tuple(start),
            tuple(end),
            connectionstyle="arc3,rad=0.18",
            arrowstyle="-|>",
            shrinkA=6,
            shrinkB=7,
            mutation_scale=5 + 6 * share,
            linewidth=0.4 + 3.2 * share,
            color=colour,
            alpha=0.35 + 0.5 * share,
            zorder=2,
        )
    )


def _name(axes: Axes, angle: float, text: str) -> None:
    x, y = np.cos(angle), np.sin(angle)
    upright = abs(x) < 0.05
    axes.text(
        1.11 * x,
        1.11 * y,
        text,
        fontsize=6.5,
        ha="center" if upright else "left" if x > 0 else "right",
        va="bottom" if upright and y > 0 else "top" if upright else "center",
    )


def _handles(looks: Mapping[str, style.Look], groups: list[str]) -> list:
    from matplotlib.lines import Line2D

    return [Line2D([], [], color=looks[g].colour, marker=looks[g].marker, linestyle="", label=g) for g in groups if g]
