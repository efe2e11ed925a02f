"""Estimates with intervals, one line each: the figure for every comparison of groups."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import require
from analysis.figures.options import ForestOptions, read_options
from analysis.figures.style import (
    FILLS,
    GREY,
    INK,
    MANY_PANELS,
    PALE,
    TOO_FEW,
    drawing,
    fill_handles,
    filled,
    fitting_size,
    group_styles,
    handle,
    in_order,
    in_per_cent,
    legend_above,
    log_scale,
    new_figure,
    quiet,
    short_names,
)
from analysis.figures.tables import columns_present, one_row_each, readable

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FAR = 3  # the axis ends at so many times the farthest estimate; intervals that go on get an arrow
WHOLE = 0.75  # but so many of the intervals are seen to their ends, and others up to half as long again
ALONE = 56  # letters of a name beside a single panel, which has room for it


@dataclass
class _Plan:
    """What is drawn: labels, hues and panels with a mark somewhere, and the words for the rest."""

    labels: list
    hues: list
    panels: list
    note: str
    there: set[tuple[Any, Any]] = field(default_factory=set)  # (label, hue) with a mark in some panel
    ends: dict[Any, list[tuple[float, float, float, float, str]]] = field(default_factory=dict)


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

    rows: one row is one estimate; `estimate`, `low`, `high` name numeric columns. Only labels, hues and panels with an
    estimate somewhere are drawn; the others are listed in a line below, with the reason. Two hues are joined by a grey bar.
    Rates and shares start at zero, differences and ratios reach as far to either side. options: `ForestOptions`.

    Raises `DiscourseError` for a column that is not there, an unknown option, an empty table, or two rows for one mark. A
    table without any estimate gives a figure that `publish` refuses.
    """
    o = read_options(ForestOptions, options, "forest")
    columns = columns_present(rows, [label, estimate, low, high, o.hue, o.panel, o.too_few, o.n, o.why, o.passes])[:4]
    one_row_each(rows, [c for c in (label, o.hue, o.panel) if c])
    rows, left_out = readable(rows, label, estimate=estimate, weight=o.n)
    few = _few(rows, estimate, o)
    for word in rows.loc[~few, o.passes].unique() if o.passes else ():
        require(f"tests passed (column {o.passes})", word, [*FILLS])
    plan = _plan(rows, few, label, o)
    plan.note = "\n".join(filter(None, (left_out, plan.note)))
    step = 0.19 if len(plan.hues) == 1 else 0.115 * len(plan.hues) + 0.07
    with drawing():
        lines = plan.note.count("\n") + 1 if plan.note else 0
        figure = new_figure(o.width, 0.75 + 0.1 * lines + step * len(plan.labels))
        grid = figure.subplots(1, len(plan.panels), sharey=True, sharex=o.share_axis, squeeze=False)[0]
        styles = group_styles([str(h) for h in in_order(rows[o.hue], eras=o.eras)] if o.hue else ["None"], o.eras)
        for axes, name in zip(grid, plan.panels, strict=True):
            part = np.ones(len(rows), dtype=bool) if o.panel is None else (rows[o.panel] == name).to_numpy()
            _frame(axes, plan.labels, o, o.name(name) if o.panel else None)
            _panel(axes, rows[part], few[part], plan, (*columns, o.why), styles, o)
        _limit(grid, plan, o)
        _say(figure, grid, plan, o)
        first = rows if o.panel is None else rows[rows[o.panel] == plan.panels[0]]
        size = fitting_size(len(plan.labels), figure)
        names = _labels(first, label, plan.labels, o, width=34 if len(plan.panels) > 1 else ALONE)
        grid[0].set_yticks(range(len(plan.labels)), names, fontsize=size)
        grid[0].set_ylim(len(plan.labels) - 0.5, -0.5)
        if o.hue or o.passes:
            legend_above(figure, _handles(rows[~few], plan, styles, o))
    figure.nothing_drawn = bool(few.all())
    return figure


def _handles(drawn: pd.DataFrame, plan: _Plan, styles: dict, o: ForestOptions) -> list[Any]:
    """The entries of the legend: hues by colour, then what full, pale and open marks mean."""
    hues = [handle(styles[str(h)], o.name(h)) for h in plan.hues] if o.hue else []
    first = styles[str(plan.hues[0])]
    return hues + (fill_handles(first, drawn[o.passes]) if o.passes else [])


def _few(rows: pd.DataFrame, estimate: str, o: ForestOptions) -> np.ndarray:
    """For each row whether it has no mark."""
    few = ~np.isfinite(rows[estimate].to_numpy(dtype=float, na_value=np.nan))
    return few | rows[o.too_few].fillna(False).to_numpy(dtype=bool) if o.too_few else few


def _plan(rows: pd.DataFrame, few: np.ndarray, label: str, o: ForestOptions) -> _Plan:
    labels = in_order(rows[label], o.order, o.eras)
    hues = in_order(rows[o.hue], eras=o.eras) if o.hue else [None]
    panels = in_order(rows[o.panel], eras=o.eras) if o.panel else [None]
    drawn = rows[~few]
    if drawn.empty:
        return _Plan(labels, hues, panels, "")
    pairs = ((labels, label), (hues, o.hue), (panels, o.panel))
    kept = [[v for v in every if column is None or v in set(drawn[column])] for every, column in pairs]
    said = [
        _reasons(rows[few], label, [v for v in labels if v not in kept[0]], o),
        _reasons(rows[few], o.panel, [v for v in panels if v not in kept[2]], o),
    ]
    inside = rows[label].isin(kept[0]).to_numpy() & (rows[o.panel].isin(kept[2]).to_numpy() if o.panel else True)
    for hue in hues if o.hue else []:
        mine = inside & (rows[o.hue] == hue).to_numpy()
        there = set(rows.loc[mine & ~few, label])
        without = [v for v in kept[0] if v not in there and v in set(rows.loc[mine, label])]
        where = "everywhere" if len(without) == len(kept[0]) else None
        said.append(_reasons(rows[few & mine], label, without, o, who=o.name(hue), everybody=where))
    note = "\n".join(textwrap.fill(line, int(19 * o.width)) for line in said if line)
    there = set(zip(drawn[label], drawn[o.hue] if o.hue else [None] * len(drawn), strict=True))
    return _Plan(*kept, note, there)


def _reasons(
    rows: pd.DataFrame,
    column: str | None,
    values: list,
    o: ForestOptions,
    *,
    who: str = "",
    everybody: str | None = None,
) -> str:
    """One line for values without a mark, by reason: "Too few: A, B"; "Early, too few: A" for those of one hue."""
    if not values or column is None:
        return ""
    groups: dict[str, list[str]] = {}
    for value in values:
        mine = rows[rows[column] == value]
        words = dict.fromkeys(mine[o.why].fillna(TOO_FEW).astype(str) if o.why else [TOO_FEW])
        groups.setdefault("; ".join(word for word in words if word) or TOO_FEW, []).append(str(o.name(value)))
    parts = [f"{reason}: {everybody or ', '.join(names)}" for reason, names in groups.items()]
    text = ". ".join(f"{who}, {part}" if who else part[:1].upper() + part[1:] for part in parts)
    return text + "."


def _panel(
    axes: Axes, part: pd.DataFrame, few: np.ndarray, plan: _Plan, columns: tuple, styles: dict, o: ForestOptions
) -> None:
    """The marks of one panel, hue by hue, those of two hues joined; words where one is missing here and not elsewhere."""
    label, estimate, low, high, why = columns
    if o.log:
        log_scale(axes, "x")
    place = {name: i for i, name in enumerate(plan.labels)}
    joined: dict[Any, list[tuple[float, float]]] = {}
    for position, value in enumerate(plan.hues):
        points = low == high and len(plan.hues) == 2  # marks alone: both on one line, joined as a dumbbell
        look, offset = styles[str(value)], 0.0 if points else _offset(position, len(plan.hues))
        mine = np.ones(len(part), dtype=bool) if o.hue is None else (part[o.hue] == value).to_numpy()
        chosen = part[mine & ~few & part[label].isin(plan.labels).to_numpy()]
        y = np.array([place[v] for v in chosen[label]], dtype=float) + offset
        middle, lower, upper = (chosen[c].to_numpy(dtype=float, na_value=np.nan) for c in (estimate, low, high))
        if _from_zero(part, few, estimate, o):
            lower = np.maximum(lower, 0.0)  # a rate is never below zero, though a symmetric interval may be
        axes.hlines(y, lower, upper, color=look.colour, linewidth=1.1, alpha=1.0 if len(plan.hues) < 2 else 0.7)
        for word in FILLS if o.passes else (None,):
            here = np.ones(len(chosen), dtype=bool) if word is None else (chosen[o.passes] == word).to_numpy()
            if word is not None and not here.any():
                continue
            edge = {"marker": look.marker, "color": look.colour, "markeredgecolor": "white", "markeredgewidth": 0.4}
            mark = edge if word is None else filled(look, word)
            axes.plot(middle[here], y[here], linestyle="", zorder=3, **mark)
        found = zip(lower, middle, upper, y, strict=True)
        plan.ends.setdefault(axes, []).extend((*(float(x) for x in row), look.colour) for row in found)
        for name, x, at in zip(chosen[label], middle, y, strict=True):
            joined.setdefault(name, []).append((float(x), float(at)))
        _words_for_gaps(axes, part[mine & few], (label, why, place, offset, plan.there), o)
    for marks in joined.values():
        if len(plan.hues) == 2 and len(marks) == 2:
            axes.plot(*zip(*marks, strict=True), color=GREY, linewidth=0.8, zorder=1.5)


def _words_for_gaps(axes: Axes, missing: pd.DataFrame, keys: tuple, o: ForestOptions) -> None:
    """Why one mark is missing, where the label has marks of this hue in other panels."""
    label, why, place, offset, there = keys
    if o.panel is None:
        return
    for row in missing.to_dict("records"):
        if row[label] in place and (row[label], row[o.hue] if o.hue else None) in there:
            words = str(row[why]) if why and row[why] == row[why] and row[why] is not None else TOO_FEW
            style = {"va": "center", "ha": "left", "fontsize": 4.5, "color": GREY, "style": "italic"}
            words = textwrap.fill(words, 24) if len(words) > 24 else words
            where = 0.02, place[row[label]] + offset
            style["bbox"] = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.5}  # over the line at 0
            axes.text(*where, words, transform=axes.get_yaxis_transform(), **style).set_in_layout(False)


def _from_zero(part: pd.DataFrame, few: np.ndarray, estimate: str, o: ForestOptions) -> bool:
    if o.log or o.reference is not None or not o.from_zero:
        return False
    values = part[estimate].to_numpy(dtype=float, na_value=np.nan)[~few]
    return bool((values >= 0).all())


def _limit(grid: Iterable[Axes], plan: _Plan, o: ForestOptions) -> None:
    """The ends of the axes: zero and a little more than the farthest mark, or as far to either side of the reference.

    One cell with little exposure would otherwise press all others together: see `FAR` and `WHOLE`.
    """
    axes = list(grid)
    for chosen in [axes] if o.share_axis else [[a] for a in axes]:
        marks = np.array([row[:3] for a in chosen for row in plan.ends.get(a, [])], dtype=float)
        if not len(marks):
            continue
        low, high = _range(marks, o)
        for a in chosen:
            a.set_xlim(low, high)
            for first, _, last, y, colour in plan.ends.get(a, []):
                for x, edge, arrow in ((first, low, "<"), (last, high, ">")):
                    if (x < edge) if arrow == "<" else (x > edge):
                        a.plot([edge], [y], marker=arrow, markersize=2.6, color=colour, clip_on=False, zorder=4)
            if o.percent:
                in_per_cent(a, "x")


def _range(marks: np.ndarray, o: ForestOptions) -> tuple[float, float]:
    base = 0.0 if o.reference is None else o.reference
    if o.log:
        marks, base = np.log(np.where(marks > 0, marks, np.nan)), float(np.log(o.reference or 1.0))
    far = np.nanmax(np.abs(marks[:, 1] - base))
    ends = np.where(np.isfinite(marks), np.abs(marks - base), 0.0).max(axis=1)
    most = np.quantile(ends, WHOLE, method="lower")
    reach = min(1.04 * float(ends.max()), max(FAR * float(far), 1.5 * float(most)) if far > 0 else np.inf) or 1.0
    if o.log:
        return float(np.exp(base - reach)), float(np.exp(base + reach))
    if o.reference is not None:
        return base - reach, base + reach
    lowest = float(np.nanmin(marks))
    if lowest >= 0 and o.from_zero:
        return -0.03 * reach, reach
    highest = float(np.nanmax(marks))
    return lowest - 0.04 * (highest - lowest or 1.0), highest + 0.04 * (highest - lowest or 1.0)


def _offset(position: int, count: int) -> float:
    return 0.0 if count == 1 else (position - (count - 1) / 2) * (0.3 if count == 2 else 0.74 / count)


def _frame(axes: Axes, labels: list, o: ForestOptions, title: object) -> None:
    quiet(axes)
    axes.spines["left"].set_visible(False)
    for i in range(0, len(labels), 2):
        axes.axhspan(i - 0.5, i + 0.5, color=PALE, alpha=0.35, linewidth=0, zorder=0)
    if o.reference is not None:
        axes.axvline(o.reference, color=INK, linewidth=0.7, zorder=1)
    if title is not None:
        axes.set_title(str(title))


def _say(figure: Figure, grid: Any, plan: _Plan, o: ForestOptions) -> None:
    """The axis label, with what either end means, and the line of what is not drawn."""
    words = f"\u2190 {o.ends[0]}      {o.axis_label}      {o.ends[1]} \u2192" if o.ends else o.axis_label
    many = len(plan.panels) > MANY_PANELS or (o.ends and len(plan.panels) > 1)
    if not many:
        for axes in grid:
            axes.set_xlabel(words)
    below = [part for part in (words if many else "", plan.note) if part]
    if below:
        figure.supxlabel("\n".join(below), fontsize=7 if many and not plan.note else 6)


def _labels(rows: pd.DataFrame, column: str, values: list, o: ForestOptions, width: int) -> list[str]:
    """The names on the left, none like another, with how many there are behind each."""
    texts = short_names([o.name(value) for value in values], width)
    if o.n is None:
        return texts
    found = []
    for value, text in zip(values, texts, strict=True):
        counts = [f"{int(c):,}" if c == c else "0" for c in rows.loc[rows[column] == value, o.n]]
        found.append(f"{text} ({' / '.join(dict.fromkeys(counts))})")
    return found
