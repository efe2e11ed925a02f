"""The figure of an answer at a glance: groups as lines, one panel for each frame, before and after with their change."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.figures import style
from analysis.figures.options import OverviewOptions, read_options
from analysis.figures.tables import columns_present, one_row_each, readable

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINE = 0.215  # inches for one group
MOST_GROUPS = 40  # lines of two rows each
MOST_EMPTY = 0.1  # of the cells (a line, a panel, a period)
CHANGE = 0.43  # of a panel's width, for the change in words
_COLUMNS = ("share", "low", "high", "too_few", "change", "change_low", "change_high", "is_clear")


def before_after(rows: pd.DataFrame, *, label: str, panel: str, period: str = "era_id", **options: Any) -> Figure:
    """One line per `label` in one panel per `panel`: the share before and after, each with its interval, in per cent, and
    beside them the change in percentage points with its interval; bold where the change may be claimed.

    rows: one row is one label, panel and period (two periods), with share, low, high (0 to 1), too_few, change,
    change_low, change_high, is_clear (on the row of the second period), and the columns of `n`. Under a label stands its
    `n` in both periods. Where one period has too few, the words say so and how many it has; labels with too few in both
    periods everywhere are listed in one line below, and so are those with too few in one of them where more than one cell
    in ten would be empty. Every panel starts at 0. options: `OverviewOptions`. Raises
    `DiscourseError` for a missing column, an unknown option, an empty table, two rows for one mark, or other than two
    periods.
    """
    o = read_options(OverviewOptions, options, "before_after")
    columns_present(rows, [label, panel, period, o.n, *_COLUMNS])
    one_row_each(rows, [label, panel, period])
    pair = style.two_of(style.in_order(rows[period], eras=o.eras), period)
    rows, left_out = readable(rows, label, estimate="share", weight=o.n, most=MOST_GROUPS)
    drawn, listed = _parted(rows, label, period, o)
    labels = style.in_order(drawn[label], o.order)
    panels = style.in_order(rows[panel], o.panel_order)
    across = min(o.columns, len(panels))
    down = math.ceil(len(panels) / across)
    note = "\n".join(filter(None, (left_out, _listed(rows[rows[label].isin(listed)], label, period, pair, o))))
    below = max((len(lines) for lines in (o.below or {}).values()), default=0)
    height = 0.62 + 0.1 * note.count("\n") + down * (0.47 + LINE * len(labels) + 0.13 * below)
    with style.drawing():
        figure = style.new_figure(o.width, height)
        looks = style.group_styles([str(p) for p in pair], o.eras)
        grid = figure.subplots(down, across, sharey=True, squeeze=False)
        for axes, name in zip(grid.ravel(), panels, strict=False):
            part = drawn[drawn[panel] == name]
            _marks(axes, part, labels, (label, period, pair), looks)
            _words(axes, part, labels, (label, period, pair), o)
            _frame(axes, labels, str(o.name(name)))
            _below(axes, (o.below or {}).get(name, ()))
        for axes in grid.ravel()[len(panels) :]:
            axes.set_visible(False)
        for axes in grid[:, 0]:
            _names(axes, drawn, labels, (label, period, pair), o)
        figure.supxlabel(o.axis_label + (f"\n{note}" if note else ""), fontsize=6.5)
        style.legend_above(figure, [style.handle(looks[str(p)], o.name(p)) for p in pair])
    return figure


def _parted(rows: pd.DataFrame, label: str, period: str, o: OverviewOptions) -> tuple[pd.DataFrame, list[Any]]:
    """The rows to draw, and the labels that are listed: those that have too few everywhere, and where more than one cell in
    ten would be empty, those that have too few in one period everywhere."""
    few = rows["too_few"].astype(bool)
    listed = _without(rows, few, [label])
    kept = rows[~rows[label].isin(listed)]
    if few[kept.index].mean() > MOST_EMPTY:
        one_sided = {name for name, _ in _without(rows, few, [label, period])}
        if set(kept[label]) - one_sided:
            listed = [name for name in rows[label].unique() if name in {*listed, *one_sided}]
            kept = rows[~rows[label].isin(listed)]
    return (kept, style.in_order(listed, o.order)) if len(kept) else (rows, [])


def _without(rows: pd.DataFrame, few: pd.Series, keys: list[str]) -> list[Any]:
    """The values of `keys` of which every row has too few."""
    every = few.groupby([rows[key] for key in keys] if len(keys) > 1 else rows[keys[0]]).all()
    return list(every.index[every])


def _marks(axes: Axes, part: pd.DataFrame, labels: list, keys: tuple, looks: dict) -> None:
    """Both periods of every line: marks joined by a grey bar, each with its interval."""
    label, period, pair = keys
    place = {name: i for i, name in enumerate(labels)}
    ends: dict[Any, list[float]] = {}
    for position, when in enumerate(pair):
        chosen = part[(part[period] == when) & ~part["too_few"].astype(bool)]
        y = np.array([place[v] for v in chosen[label]], dtype=float) + (-0.13, 0.13)[position]
        middle, low, high = (100 * chosen[c].to_numpy(dtype=float) for c in ("share", "low", "high"))
        look = looks[str(when)]
        axes.hlines(y, low, high, color=look.colour, linewidth=1.0, alpha=0.55, zorder=2)
        axes.plot(middle, y, look.marker, color=look.colour, markeredgecolor="white", markeredgewidth=0.4, zorder=3)
        for name, x, at in zip(chosen[label], middle, y, strict=True):
            ends.setdefault(name, []).extend((x, at))
    for both in ends.values():
        if len(both) == 4:
            axes.plot(both[::2], both[1::2], color=style.GREY, linewidth=0.9, zorder=1.5)


def _words(axes: Axes, part: pd.DataFrame, labels: list, keys: tuple, o: OverviewOptions) -> None:
    """The change beside each line, or which period has too few."""
    label, period, pair = keys
    for place, name in enumerate(labels):
        mine = part[part[label] == name].set_index(period)
        said, strong = "", False
        if len(mine):
            few = [(w, mine.loc[p]) for w, p in zip(o.period_words, pair, strict=True) if bool(mine.loc[p, "too_few"])]
            row = mine.loc[pair[1]]
            said = " ".join(f"{word}: n = {int(r[o.n]) if o.n else 0:,}" for word, r in few)
            if not few:
                said = in_points(row["change"], row["change_low"], row["change_high"])
                strong = bool(row["is_clear"])
        axes.text(
            1.0,
            place,
            said,
            transform=axes.get_yaxis_transform(),
            ha="right",
            va="center",
            fontsize=5.2,
            color=style.INK if strong else style.GREY,
            weight="bold" if strong else "normal",
        )


def in_points(value: float, low: float, high: float) -> str:
    """A change of a share in percentage points with its interval, a true minus sign and no "-0".

    >>> in_points(0.0312, -0.0004, 0.0608)
    '+3.1 [0.0, 6.1]'
    """
    numbers = [round(100 * x, 1) + 0.0 for x in (value, low, high)]
    first = "0.0" if numbers[0] == 0 else f"{numbers[0]:+.1f}"
    return f"{first} [{numbers[1]:.1f}, {numbers[2]:.1f}]".replace("-", "\u2212")


def _frame(axes: Axes, labels: list, title: str) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    style.quiet(axes)
    axes.spines["left"].set_visible(False)
    for i in range(0, len(labels), 2):
        axes.axhspan(i - 0.5, i + 0.5, color=style.PALE, alpha=0.35, linewidth=0, zorder=0)
    axes.set_title(title)
    reach = max([x for line in axes.collections for s in _segments(line) for x in s[:, 0]] or [1.0])
    axes.set_xlim(-0.012 * reach / (1 - CHANGE), reach / (1 - CHANGE) * 1.02)
    steps = MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(0, min(reach, 100))
    axes.set_xticks([x for x in steps if 0 <= x <= min(1.15 * reach, 100)])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g} %"))


def _segments(line: Any) -> list[np.ndarray]:
    return line.get_segments() if hasattr(line, "get_segments") else []


def _names(axes: Axes, rows: pd.DataFrame, labels: list, keys: tuple, o: OverviewOptions) -> None:
    """Names on the left, with how many there are before and after under each."""
    label, period, pair = keys
    texts = []
    for name, text in zip(labels, style.short_names([o.name(name) for name in labels], 26), strict=True):
        if o.n:
            counts = rows[rows[label] == name].groupby(period)[o.n].first()
            text += "\n" + " \u2192 ".join(f"{int(counts.get(p, 0)):,}" for p in pair)
        texts.append(text)
    axes.set_yticks(range(len(labels)), texts, linespacing=1.0, fontsize=5.4)
    axes.set_ylim(len(labels) - 0.5, -0.5)


def _below(axes: Axes, lines: Sequence[str]) -> None:
    if lines:
        axes.set_xlabel("\n".join(lines), fontsize=5.2, loc="right", color=style.INK)


def _listed(rows: pd.DataFrame, label: str, period: str, pair: Sequence[Any], o: OverviewOptions) -> str:
    """One sentence for the labels that are not drawn."""
    if not len(rows):
        return ""
    parts = []
    for name in style.in_order(rows[label], o.order):
        counts = rows[rows[label] == name].groupby(period)[o.n].first() if o.n else {}
        numbers = " and ".join(f"{int(counts.get(p, 0)):,}" for p in pair) if o.n else ""
        parts.append(f"{o.name(name)} ({numbers})" if numbers else str(o.name(name)))
    where = f" ({' and '.join(o.period_words)})" if o.n else ""
    return textwrap.fill(f"Too few to be drawn{where}: {'; '.join(parts)}.", 130)
