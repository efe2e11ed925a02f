"""Tables with two keys as coloured grids: heat maps, and documents by outlet and month."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import DiscourseError
from analysis.figures import style
from analysis.figures.options import HeatmapOptions, MonthsOptions, read_options
from analysis.figures.tables import columns_present, one_row_each, readable

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def heatmap(rows: pd.DataFrame, *, row: str, column: str, value: str, **options: Any) -> Figure:
    """A heat map with its numbers written in the cells (seaborn's): zero, or the neutral value, is white, dark means more.

    rows: one row is one cell. Cells where `too_few` is true or `value` is missing are hatched, cells without a row stay
    blank: neither is drawn as zero. Rows and columns without any value are listed in a line below. Cells whose interval
    holds the neutral value are faded. Numbers are left out beyond 24 columns. options: `HeatmapOptions`; axis_label says
    what the colour means, with its unit. Raises `DiscourseError` for missing columns, an unknown option, an empty table
    or two rows for one cell.
    """
    o = read_options(HeatmapOptions, options, "heatmap")
    columns_present(rows, [row, column, value, o.too_few, o.low, o.high])
    one_row_each(rows, [row, column])
    rows, *left_out = readable(rows, row, estimate=value)
    rows, of_columns = readable(rows, column, estimate=value)
    few = rows[value].isna()
    if o.too_few:
        few = few | rows[o.too_few].fillna(False).astype(bool)
    down, across = style.in_order(rows[row], o.row_order, o.eras), style.in_order(rows[column], o.column_order, o.eras)
    empty = [[v for v in every if v not in set(rows.loc[~few, c])] for every, c in ((down, row), (across, column))]
    empty = [[], []] if few.all() else empty
    down, across = [v for v in down if v not in empty[0]], [v for v in across if v not in empty[1]]
    wide = rows.pivot_table(index=row, columns=column, values=value, aggfunc="first", dropna=False)
    wide = wide.reindex(index=down, columns=across).astype(float)
    missing = rows.loc[few & rows[row].isin(down) & rows[column].isin(across), [row, column]]
    hidden = [(down.index(r), across.index(c)) for r, c in missing.itertuples(index=False)]
    for y, x in hidden:
        wide.iloc[y, x] = np.nan
    labels = style.short_names([o.name(c) for c in across], 22)
    tilted = max(len(label) for label in labels) > 70 / max(len(across), 1)
    note = "\n".join(f"Too few: {', '.join(str(o.name(v)) for v in values)}." for values in empty if values)
    note = " ".join(filter(None, (*left_out, of_columns, note)))
    with style.drawing():
        figure = style.new_figure(o.width, 0.9 + 0.2 * len(down) + (0.6 if tilted else 0) + (0.2 if note else 0))
        axes = figure.subplots()
        _cells(axes, wide, _faded(rows, (row, column), wide, o), o)
        _hatch(axes, hidden)
        turn = (40, "right", "anchor") if tilted else (0, "center", "default")
        axes.set_xticks(np.arange(len(across)) + 0.5, labels, rotation=turn[0], ha=turn[1], rotation_mode=turn[2])
        size = style.fitting_size(len(down), figure)
        axes.set_yticks(
            np.arange(len(down)) + 0.5, style.short_names([o.name(r) for r in down]), rotation=0, fontsize=size
        )
        axes.tick_params(length=0)
        axes.set(xlabel="", ylabel="")
        if note:
            figure.supxlabel(textwrap.fill(note, int(19 * o.width)), fontsize=6)
        _hatch_legend(figure, bool(hidden))
    figure.nothing_drawn = bool(few.all())
    return figure


def _faded(rows: pd.DataFrame, keys: tuple[str, str], wide: pd.DataFrame, o: HeatmapOptions) -> np.ndarray:
    """For each cell whether its interval holds the neutral value, so that the cell is no evidence."""
    faded = np.zeros(wide.shape, dtype=bool)
    if not (o.low and o.high):
        return faded
    neutral = o.center or 0.0
    place = {name: i for i, name in enumerate(wide.index)}, {name: i for i, name in enumerate(wide.columns)}
    for r, c, low, high in rows[[*keys, o.low, o.high]].itertuples(index=False):
        if r in place[0] and c in place[1]:
            faded[place[0][r], place[1][c]] = not (low > neutral or high < neutral)
    return faded


def _written(value: float, o: HeatmapOptions) -> str:
    """A number as its cell shows it: none that is minus zero, "" for none."""
    if not np.isfinite(value):
        return ""
    digits = max(o.digits - 2, 0) if o.percent else o.digits
    number = round(100 * value if o.percent else value, digits) + 0.0
    return f"{number:.{digits}f}".replace("-", "\u2212")


def _cells(axes: Axes, wide: pd.DataFrame, faded: np.ndarray, o: HeatmapOptions) -> None:
    import seaborn

    across = wide.shape[1]
    words = np.array([[_written(v, o) for v in line] for line in wide.to_numpy()], dtype=object)
    seaborn.heatmap(
        wide,
        ax=axes,
        cmap=_colours(o.center),
        linewidths=0.5,
        **_limits(wide, o),
        annot=words if across <= 24 else False,
        fmt="",
        annot_kws={"fontsize": style.fitting_size(len(wide), axes.figure, 5.5 if across > 8 else 6.5)},
        cbar_kws={"label": o.axis_label, "shrink": 0.8, "aspect": 30, "pad": 0.02},
    )
    _fade(axes, faded)
    bar = axes.collections[0].colorbar.ax
    bar.set_ylabel(o.axis_label, fontsize=6.5)
    if o.percent:
        style.in_per_cent(bar, "y")


_VEIL = 0.6  # how much of the colour of a cell without evidence is white


def _fade(axes: Axes, faded: np.ndarray) -> None:
    """A veil over the cells without evidence; their numbers in a grey that can be read there."""
    from matplotlib.patches import Rectangle

    for y, x in zip(*np.nonzero(faded), strict=True):
        axes.add_patch(Rectangle((x, y), 1, 1, facecolor="white", alpha=_VEIL, linewidth=0))
    colours = axes.collections[0].get_facecolors()
    for text in axes.texts:
        x, y = (int(v) for v in text.get_position())
        if faded[y, x]:
            veiled = _VEIL + (1 - _VEIL) * colours[y * faded.shape[1] + x, :3]
            text.set_color(style.legible_grey(veiled))
            text.set_zorder(5)


def _colours(center: float | None) -> Any:
    """White at zero: to dark green for amounts; to dark purple and dark green on either side of a neutral value."""
    from matplotlib.colors import LinearSegmentedColormap

    greens = ["#ffffff", "#cfe6dc", "#7fbda5", "#2f7d63", "#00382a"]
    if center is None:
        return LinearSegmentedColormap.from_list("amount", greens)
    return LinearSegmentedColormap.from_list("change", ["#2d1645", "#5b3a86", "#9d82c0", "#dccfe9", *greens], N=257)


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
    kept, left_out = readable(kept, row, estimate=value, weight=value)
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
        size = style.fitting_size(len(down), figure)
        axes.set_yticks(range(len(down)), style.short_names([o.name(d) for d in down]), fontsize=size)
        axes.set_ylim(len(down) - 0.5, -0.5)
        axes.set_yticks(np.arange(len(down) + 1) - 0.5, minor=True)
        axes.grid(True, axis="y", which="minor")
        axes.tick_params(axis="y", which="both", length=0)
        _year_ticks(axes, first, last)
        draw_breaks(axes, {label: month_position(date) for label, date in (o.breaks or {}).items()})
        _count_bar(figure, axes, image, o.axis_label)
        if left_out:
            figure.supxlabel(left_out, fontsize=6)
    return figure


def _counts(axes: Axes, edges: np.ndarray, grid: np.ndarray) -> Any:
    from matplotlib.colors import LogNorm

    norm = LogNorm(1, max(float(np.nanmax(grid)), 2.0))
    return axes.pcolormesh(edges, np.arange(len(grid) + 1) - 0.5, grid, norm=norm, cmap=_months_colours())


def _months_colours() -> Any:
    """As the amounts of `heatmap`, from a tint on: one document is not none."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("counts", ["#cfe6dc", "#7fbda5", "#2f7d63", "#00382a"])


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


def draw_breaks(axes: Axes, breaks: Mapping[str, float], *, named: bool = True) -> None:
    """Vertical lines with their labels above the axes (if `named`), on several levels where they would meet."""
    low, high = axes.get_xlim()
    shown = sorted((x, label) for label, x in breaks.items() if low <= x <= high)
    wide = axes.get_position().width * axes.figure.get_size_inches()[0] * 72
    ends: list[float] = []
    for x, label in shown:
        axes.axvline(x, color=style.INK, linewidth=0.8, linestyle=(0, (4, 2)), zorder=3)
        if not named:
            continue
        middle, half = (x - low) / (high - low) * wide, len(label) * 1.7 + 2
        side = "right" if middle + half > wide else "left" if middle - half < 0 else "center"
        start = middle - {"right": 2 * half, "left": 0, "center": half}[side]
        level = next((i for i, end in enumerate(ends) if end <= start), len(ends))
        ends[level : level + 1] = [start + 2 * half]
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


def _limits(wide: pd.DataFrame, o: HeatmapOptions) -> dict[str, float]:
    """The ends of the colour scale: from zero, or as far above as below a neutral value."""
    values = wide.to_numpy()
    if not np.isfinite(values).any():
        return {"vmin": 0.0, "vmax": 1.0}
    center = 0.0 if o.center is None else o.center
    reach = o.reach or float(np.nanmax(np.abs(values - center))) or 1.0
    low = float(np.nanmin(values))
    return {"vmin": min(low, 0.0) if o.center is None else center - reach, "vmax": center + reach}


def _hatch(axes: Axes, cells: list[tuple[int, int]]) -> None:
    from matplotlib.patches import Rectangle

    for y, x in cells:
        axes.add_patch(Rectangle((x, y), 1, 1, facecolor="white", edgecolor="#b5b5b5", hatch="//////", linewidth=0))


def _hatch_legend(figure: Figure, wanted: bool) -> None:
    from matplotlib.patches import Patch

    if wanted:
        patch = Patch(facecolor="white", edgecolor="#b5b5b5", hatch="//////", label=style.TOO_FEW)
        style.legend_above(figure, [patch])
