"""Tables with two keys as coloured grids: heat maps, and documents by outlet and month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import DiscourseError
from analysis.figures import style
from analysis.figures.options import HeatmapOptions, MonthsOptions, read_options
from analysis.figures.tables import columns_present, one_row_each

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def heatmap(rows: pd.DataFrame, *, row: str, column: str, value: str, **options: Any) -> Figure:
    """A heat map with its numbers written in the cells (seaborn's), dark meaning more.

    rows: one row is one cell. Cells where `too_few` is true or `value` is missing are hatched, cells without a row stay
    blank: neither is drawn as zero. Numbers are left out beyond 24 columns. options: `HeatmapOptions`; axis_label says
    what the colour means, with its unit. Raises `DiscourseError` for missing columns, an unknown option, an empty table
    or two rows for one cell.
    """
    o = read_options(HeatmapOptions, options, "heatmap")
    columns_present(rows, [row, column, value, o.too_few])
    one_row_each(rows, [row, column])
    down, across = style.in_order(rows[row], o.row_order, o.eras), style.in_order(rows[column], o.column_order, o.eras)
    wide = rows.pivot_table(index=row, columns=column, values=value, aggfunc="first", dropna=False)
    wide = wide.reindex(index=down, columns=across).astype(float)
    few = rows[value].isna()
    if o.too_few:
        few = few | rows[o.too_few].fillna(False).astype(bool)
    hidden = [(down.index(r), across.index(c)) for r, c in rows.loc[few, [row, column]].itertuples(index=False)]
    for y, x in hidden:
        wide.iloc[y, x] = np.nan
    labels = [style.shorten(o.name(c), 22) for c in across]
    tilted = max(len(label) for label in labels) > 70 / max(len(across), 1)
    with style.drawing():
        figure = style.new_figure(o.width, 0.9 + 0.2 * len(down) + (0.6 if tilted else 0))
        axes = figure.subplots()
        _cells(axes, wide, o)
        _hatch(axes, hidden)
        turn = (40, "right", "anchor") if tilted else (0, "center", "default")
        axes.set_xticks(np.arange(len(across)) + 0.5, labels, rotation=turn[0], ha=turn[1], rotation_mode=turn[2])
        axes.set_yticks(np.arange(len(down)) + 0.5, [style.shorten(o.name(r)) for r in down], rotation=0)
        axes.tick_params(length=0)
        axes.set(xlabel="", ylabel="")
        _hatch_legend(figure, bool(hidden))
    return figure


def _cells(axes: Axes, wide: pd.DataFrame, o: HeatmapOptions) -> None:
    import seaborn

    across = wide.shape[1]
    seaborn.heatmap(
        wide,
        ax=axes,
        cmap="cividis_r" if o.center is None else "PuOr_r",
        linewidths=0.5,
        **_limits(wide, o.center),
        annot=across <= 24,
        fmt=f".{o.digits}f",
        annot_kws={"fontsize": 5.5 if across > 8 else 6.5},
        cbar_kws={"label": o.axis_label, "shrink": 0.8, "aspect": 30, "pad": 0.02},
    )


def months_grid(
    rows: pd.DataFrame, *, row: str = "outlet_id", month: str = "month", value: str = "document_count", **options: Any
) -> Figure:
    """What the corpus holds: one line per outlet, one cell per month, darker for more documents (logarithmic).

    rows: one row is one outlet in one month (`month` as YYYY-MM); months without a row are empty, and drawn empty, so
    that gaps are seen. options: `MonthsOptions`. Raises `DiscourseError` for missing columns, an unknown option, months
    that are not YYYY-MM, or two rows for one cell.
    """
    o = read_options(MonthsOptions, options, "months_grid")
    columns_present(rows, [row, month, value])
    one_row_each(rows, [row, month])
    kept = rows[rows[value] > 0]
    if not len(kept):
        raise DiscourseError(
            "nothing to draw: every month is empty; choose another collection, or years if the dates are rough."
        )
    cells = kept[month].map(month_number) // o.cell_months
    first, last = int(cells.min()) * o.cell_months, (int(cells.max()) + 1) * o.cell_months - 1
    down = style.in_order(kept[row])
    grid = np.full((len(down), (last + 1 - first) // o.cell_months), np.nan)
    place = {name: i for i, name in enumerate(down)}
    grid[kept[row].map(place).to_numpy(), (cells - cells.min()).to_numpy()] = kept[value].to_numpy(dtype=float)
    with style.drawing():
        figure = style.new_figure(o.width, 0.95 + 0.16 * len(down))
        axes = figure.subplots()
        edges = np.arange(first, last + 2, o.cell_months) - 0.5
        image = _counts(axes, edges, grid)
        axes.set_yticks(range(len(down)), [style.shorten(o.name(d)) for d in down])
        axes.set_ylim(len(down) - 0.5, -0.5)
        axes.set_yticks(np.arange(len(down) + 1) - 0.5, minor=True)
        axes.grid(True, axis="y", which="minor")
        axes.tick_params(axis="y", which="both", length=0)
        _year_ticks(axes, first, last)
        draw_breaks(axes, {label: month_position(date) for label, date in (o.breaks or {}).items()})
        _count_bar(figure, axes, image, o.axis_label)
    return figure


def _counts(axes: Axes, edges: np.ndarray, grid: np.ndarray) -> Any:
    from matplotlib.colors import LogNorm

    norm = LogNorm(1, max(float(np.nanmax(grid)), 2.0))
    return axes.pcolormesh(edges, np.arange(len(grid) + 1) - 0.5, grid, norm=norm, cmap="cividis_r")


def _count_bar(figure: Figure, axes: Axes, image: Any, label: str) -> None:
    bar = figure.colorbar(image, ax=axes, shrink=0.9, aspect=25, pad=0.01, label=label)
    ticks = [t for t in (1, 3, 10, 30, 100, 300, 1000, 3000, 10000) if t <= image.norm.vmax]
    bar.set_ticks(ticks, labels=[f"{t:,}" for t in ticks])
    bar.minorticks_off()


def month_number(text: str) -> int:
    """YYYY, YYYY-MM or a longer ISO date as months since year 0; a year alone is its January."""
    try:
        year, month = int(text[:4]), int(text[5:7] or 1)
    except (ValueError, TypeError) as error:
        raise DiscourseError(f"month {text!r}: write it as YYYY-MM or YYYY.") from error
    if not 1 <= month <= 12:
        raise DiscourseError(f"month {text!r}: there is no month {month}.")
    return year * 12 + month - 1


def month_position(date: str) -> float:
    """An ISO date on the axis of `month_number`, where a month's cell spans half a month to either side."""
    day = int(date[8:10]) if len(date) >= 10 else 1
    return month_number(date) - 0.5 + (day - 1) / 31


def draw_breaks(axes: Axes, breaks: Mapping[str, float]) -> None:
    """Vertical lines with their labels above the axes, on several levels where they would meet."""
    low, high = axes.get_xlim()
    shown = sorted((x, label) for label, x in breaks.items() if low <= x <= high)
    wide = axes.get_position().width * axes.figure.get_size_inches()[0] * 72
    ends: list[float] = []
    for x, label in shown:
        middle, half = (x - low) / (high - low) * wide, len(label) * 1.7 + 2
        side = "right" if middle + half > wide else "left" if middle - half < 0 else "center"
        start = middle - {"right": 2 * half, "left": 0, "center": half}[side]
        level = next((i for i, end in enumerate(ends) if end <= start), len(ends))
        ends[level : level + 1] = [start + 2 * half]
        axes.axvline(x, color=style.INK, linewidth=0.8, linestyle=(0, (4, 2)), zorder=3)
        axes.annotate(
            label,
            (x, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 2 + 7 * level),
            fontsize=5.5,
            textcoords="offset points",
            ha=side,
            va="bottom",
        )


def _year_ticks(axes: Axes, first: int, last: int) -> None:
    years = range(-(-first // 12), last // 12 + 1)
    step = next(s for s in (1, 2, 5, 10, 20, 50) if len(years) / s <= 16)
    shown = [y for y in years if y % step == 0]
    if shown:
        axes.set_xticks([12 * y - 0.5 for y in shown], [str(y) for y in shown])
    else:
        axes.set_xticks([first], [f"{first // 12}-{first % 12 + 1:02d}"])


def _limits(wide: pd.DataFrame, center: float | None) -> dict[str, float]:
    """The ends of the colour scale; as far above as below a neutral value."""
    if center is None or not np.isfinite(wide.to_numpy()).any():
        return {}
    reach = float(np.nanmax(np.abs(wide.to_numpy() - center))) or 1.0
    return {"vmin": center - reach, "vmax": center + reach}


def _hatch(axes: Axes, cells: list[tuple[int, int]]) -> None:
    from matplotlib.patches import Rectangle

    for y, x in cells:
        axes.add_patch(Rectangle((x, y), 1, 1, facecolor="white", edgecolor="#b5b5b5", hatch="//////", linewidth=0))


def _hatch_legend(figure: Figure, wanted: bool) -> None:
    from matplotlib.patches import Patch

    if wanted:
        patch = Patch(facecolor="white", edgecolor="#b5b5b5", hatch="//////", label=style.TOO_FEW)
        style.legend_above(figure, [patch])
