"""Values over time: lines with intervals, breaks and eras, in one panel or many."""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import DiscourseError
from analysis.figures import style
from analysis.figures.matrix import draw_breaks
from analysis.figures.options import PanelOptions, SeriesOptions, read_options
from analysis.figures.tables import columns_present, one_row_each, readable

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_PANELS = 40  # small plots, or lines of different looks, that can be told apart


def series(rows: pd.DataFrame, *, time: str, value: str = "estimate", **options: Any) -> Figure:
    """Lines over time: one line per `hue`, one small plot per `panel`, bands between `low` and `high`.

    time: a column of ISO dates (YYYY, YYYY-MM or YYYY-MM-DD) or numbers. Points where `too_few` is true or the value is
    missing break the line, and are marked on the axis. options: `SeriesOptions`. Raises `DiscourseError` for missing
    columns, an unknown option, an empty table, or two rows for one point.
    """
    o = read_options(SeriesOptions, options, "series")
    columns_present(rows, [time, value, o.low, o.high, o.hue, o.panel, o.too_few])
    one_row_each(rows, [c for c in (time, o.hue, o.panel) if c])
    left_out = []
    for column in filter(None, (o.panel, o.hue)):
        rows, words = readable(rows, column, estimate=value, most=MOST_PANELS)
        left_out.append(words)
    panels = style.in_order(rows[o.panel], eras=o.eras) if o.panel else [None]
    titles = style.short_names([o.name(name) for name in panels], 40)
    hues = style.in_order(rows[o.hue], eras=o.eras) if o.hue else [None]
    across = min(o.columns, len(panels))
    down = math.ceil(len(panels) / across)
    with style.drawing():
        figure = style.new_figure(o.width, 0.6 + (1.45 if down > 1 else 2.3) * down)
        grid = figure.subplots(down, across, sharex=True, sharey=o.share_axis, squeeze=False).ravel()
        looks = style.group_styles([str(h) for h in hues], o.eras)
        for axes, name, title in zip(grid, panels, titles, strict=False):
            part = rows if o.panel is None else rows[rows[o.panel] == name]
            for hue in hues:
                chosen = part if o.hue is None else part[part[o.hue] == hue]
                draw_line(axes, chosen, (time, value, o.low, o.high, o.too_few), looks[str(hue)])
            finish(axes, o.eras, None if name is None else title)
        for axes in grid[len(panels) :]:
            axes.set_visible(False)
        for place, axes in enumerate(grid[: len(panels)]):  # the names of events stand once, above the first row
            breaks = {label: position(date) for label, date in (o.breaks or {}).items()}
            draw_breaks(axes, breaks, named=place < across)
            _start_alike(axes)
            if o.percent:
                style.in_per_cent(axes, "y")
        figure.supylabel(o.axis_label, fontsize=7)
        if any(left_out):
            figure.supxlabel(" ".join(filter(None, left_out)), fontsize=6)
        handles = [_handle(looks[str(h)], o.name(h)) for h in hues] if o.hue else []
        style.legend_above(figure, [*handles, *_era_handles(o.eras, rows[time])])
    return figure


def panel_of_lines(rows: pd.DataFrame, *, time: str, value: str = "estimate", hue: str, **options: Any) -> Figure:
    """Small multiples for many groups: each panel shows one group's line in colour before all the others in grey.

    options: `PanelOptions`. Raises `DiscourseError` for missing columns, an unknown option, an empty table, or two rows
    for one point.
    """
    o = read_options(PanelOptions, options, "panel_of_lines")
    columns_present(rows, [time, value, hue])
    one_row_each(rows, [time, hue])
    rows, left_out = readable(rows, hue, estimate=value, most=MOST_PANELS)
    groups = style.in_order(rows[hue], eras=o.eras)
    across = min(o.columns, len(groups))
    titles = style.short_names([o.name(group) for group in groups], 84 // across)
    down = math.ceil(len(groups) / across)
    with style.drawing():
        figure = style.new_figure(o.width, 0.5 + 1.1 * down)
        grid = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False).ravel()
        for axes, group, title in zip(grid, groups, titles, strict=False):
            for other in groups:
                if other != group:
                    part = rows[rows[hue] == other]
                    axes.plot(_positions(part[time]), part[value].to_numpy(dtype=float), color="#cfcfcf", linewidth=0.6)
            look = style.Look(style.ALONE, "", "-")
            draw_line(axes, rows[rows[hue] == group], (time, value, None, None, None), look)
            finish(axes, None, title)
        for axes in grid[len(groups) :]:
            axes.set_visible(False)
        for axes in grid[: len(groups)]:
            for date in (o.breaks or {}).values():
                axes.axvline(position(date), color=style.INK, linewidth=0.7, linestyle=(0, (4, 2)))
        figure.supylabel(o.axis_label, fontsize=7)
        if left_out:
            figure.supxlabel(left_out, fontsize=6)
    return figure


def draw_line(axes: Axes, part: pd.DataFrame, columns: tuple, look: style.Look) -> None:
    """One group's line, broken where there is too little data, with its band and marks."""
    time, value, low, high, too_few = columns
    x = _positions(part[time])
    order = np.argsort(x, kind="stable")
    x, y = x[order], part[value].to_numpy(dtype=float, na_value=np.nan)[order].copy()
    few = ~np.isfinite(y)
    if too_few:
        few |= part[too_few].fillna(False).to_numpy(dtype=bool)[order]
    y[few] = np.nan
    if low and high:
        lower, upper = (part[c].to_numpy(dtype=float, na_value=np.nan)[order] for c in (low, high))
        axes.fill_between(
            x, np.where(few, np.nan, lower), np.where(few, np.nan, upper), color=look.colour, alpha=0.18, linewidth=0
        )
    marker = look.marker if len(x) <= 40 else ""
    axes.plot(x, y, color=look.colour, linestyle=look.line, marker=marker, markeredgecolor="white", markeredgewidth=0.4)
    if few.any():
        axes.plot(x[few], np.zeros(few.sum()), "|", color=look.colour, markersize=4, transform=_foot(axes))


def _start_alike(axes: Axes) -> None:
    """Values that are nowhere below zero start at zero in every panel."""
    low, _ = axes.dataLim.intervaly
    if low >= 0:
        axes.set_ylim(bottom=0)


def _foot(axes: Axes):
    return axes.get_xaxis_transform()


def finish(axes: Axes, eras: Any, title: str | None) -> None:
    """Era shades, grid, year ticks and title of one panel."""
    low, high = axes.get_xlim()
    for era in style.era_rows(eras):
        start, end = position(era["start"]), position(era["end"]) if era.get("end") else high
        if end > low and start < high:
            axes.axvspan(
                max(start, low),
                min(end, high),
                zorder=0,
                linewidth=0,
                alpha=0.6,
                color=style.shade(era),
            )
    axes.set_xlim(low, high)
    axes.grid(True, axis="y")
    _ticks(axes)
    if title is not None:
        axes.set_title(title)


def position(date: object) -> float:
    """A date as a decimal year: the middle of what is known of it (a year, a month, a day); numbers stay numbers."""
    if isinstance(date, int | float | np.integer | np.floating):
        return float(date)
    text = date.isoformat()[:10] if hasattr(date, "isoformat") else str(date)
    try:
        if len(text) == 4:
            return int(text) + 0.5
        if len(text) == 7:
            return int(text[:4]) + (int(text[5:]) - 0.5) / 12
        day = datetime.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError as error:
        raise DiscourseError(f"date {text!r}: write it as YYYY, YYYY-MM or YYYY-MM-DD.") from error
    length = 366 if day.year % 4 == 0 and (day.year % 100 or day.year % 400 == 0) else 365
    return day.year + (day.timetuple().tm_yday - 1) / length


def _positions(values: pd.Series) -> np.ndarray:
    return np.array([position(v) for v in values], dtype=float)


def _ticks(axes: Axes) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, min_n_ticks=2, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0f}"))


def _era_handles(eras: Any, times: pd.Series) -> list[Any]:
    from matplotlib.patches import Patch

    high = _positions(times).max()
    low = _positions(times).min()
    return [
        Patch(color=style.shade(e), label=e.get("short") or e.get("label", e["era_id"]))
        for e in style.era_rows(eras)
        if position(e["start"]) < high and (not e.get("end") or position(e["end"]) > low)
    ]


def _handle(look: style.Look, name: object):
    from matplotlib.lines import Line2D

    return Line2D(
        [],
        [],
        color=look.colour,
        linestyle=look.line,
        marker=look.marker,
        markeredgecolor="white",
        markeredgewidth=0.4,
        label=str(name),
    )
