"""The curve of all specifications of one claim, with the choices that made each below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import NothingFound
from analysis.figures.options import Common, read_options
from analysis.figures.style import (
    COLOURS,
    GREY,
    INK,
    PALE,
    drawing,
    legend_above,
    log_scale,
    new_figure,
    quiet,
    short_names,
    shorten,
)
from analysis.figures.tables import columns_present

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_STEP = 0.105  # inches for one alternative
_TOP = 2.3
_LONGEST = 18  # letters of a choice's name
_LETTER = 4.1  # points, in the bold of these names
_SHARES = 22  # points to the right of the axes
_USUAL, _FOUND, _PREFERRED = GREY, COLOURS[0], COLOURS[1]


@dataclass(frozen=True, kw_only=True)
class CurveOptions(Common):
    """choices: column -> how the choice is called, from top to bottom. alternatives: (column, value) -> how it is called;
    those named are drawn, in order, also where no row has them. shares: column -> share of variance, printed on the right.
    low, high: the interval. band: columns of what chance stays within. found: a boolean column of rows to colour.
    preferred: a boolean column, true in one row. limits: of the axis; estimates beyond are drawn as arrows at its edge."""

    choices: Mapping[str, str] = field(default_factory=dict)
    alternatives: Mapping[tuple[str, Any], str] = field(default_factory=dict)
    shares: Mapping[str, float] | None = None
    low: str = "low"
    high: str = "high"
    band: Sequence[str] = ()
    found: str | None = None
    preferred: str | None = None
    limits: Sequence[float] | None = None


def specification_curve(rows: pd.DataFrame, *, estimate: str = "ratio", **options: Any) -> Figure:
    """Ratios in order of size with their intervals, on a logarithmic axis, and below each the alternatives it rests on.

    rows: one row is one specification. A ratio of 0 or infinity is an arrow at the edge of the axis; one that is null is
    not drawn, and how many there are is written. options: `CurveOptions`. Raises `DiscourseError` for a missing column or
    an unknown option, `NothingFound` where no row has a ratio.
    """
    o = read_options(CurveOptions, options, "specification_curve")
    columns_present(rows, [estimate, o.low, o.high, *o.band, o.found, o.preferred, *o.choices])
    values = rows[estimate].to_numpy(dtype=float, na_value=np.nan)
    drawn = rows[~np.isnan(values)].sort_values(estimate, kind="stable", ignore_index=True)
    if not len(drawn):
        raise NothingFound("specification curve: no row has an estimate; there is nothing to draw.")
    lines = [(c, value) for c in o.choices for value in _values(rows, c, o)]
    with drawing():
        height = _TOP + _STEP * (len(lines) + 0.6 * len(o.choices)) + 0.45
        figure = new_figure(o.width, height)
        names = max((min(len(label), _LONGEST) for label in o.choices.values()), default=0)
        left, right = ((_LETTER * names + 8) / (72 * o.width) if names else 0.0), _SHARES / (72 * o.width)
        figure.get_layout_engine().set(rect=(left, 0.0, 1 - left - right, 1.0))
        top, below = figure.subplots(2, 1, sharex=True, height_ratios=[_TOP, height - _TOP - 0.45])
        _curve(top, drawn, (estimate, o.low, o.high), o)
        _panel(below, drawn, lines, o)
        missing = len(rows) - len(drawn)
        words = f"{len(drawn):,} specifications, in order of size"
        below.set_xlabel(words + (f" ({missing:,} more cannot be compared)" if missing else ""))
        legend_above(figure, _handles(o))
    return figure


def _values(rows: pd.DataFrame, column: str, o: CurveOptions) -> list:
    named = [value for c, value in o.alternatives if c == column]
    return named + [v for v in dict.fromkeys(rows[column].dropna()) if v not in named]


def _curve(axes: Axes, drawn: pd.DataFrame, columns: tuple[str, str, str], o: CurveOptions) -> None:
    """Estimates, intervals and the band of chance."""
    middle, low, high = (drawn[c].to_numpy(dtype=float, na_value=np.nan) for c in columns)
    bottom, top = o.limits or _limits(middle, low, high)
    log_scale(axes, "y")
    axes.set_ylim(bottom, top)
    x = np.arange(len(drawn))
    if o.band:
        edges = [np.clip(drawn[c].to_numpy(dtype=float, na_value=np.nan), bottom, top) for c in o.band]
        axes.fill_between(x, *edges, step="mid", color=PALE, linewidth=0, zorder=0)
    axes.axhline(1, color=INK, linewidth=0.7, zorder=1)
    found = drawn[o.found].fillna(False).to_numpy(dtype=bool) if o.found else np.zeros(len(drawn), dtype=bool)
    size = float(np.clip(240 / max(len(drawn), 1), 0.35, 3.0))
    for chosen, colour, order in ((~found, _USUAL, 2), (found, _FOUND, 3)):
        whole = chosen & (high > bottom) & (low < top)
        ends = np.clip(low, bottom, top), np.clip(high, bottom, top)
        axes.vlines(
            x[whole], ends[0][whole], ends[1][whole], color=colour, linewidth=size * 0.55, alpha=0.45, zorder=order
        )
        inside = chosen & (middle >= bottom) & (middle <= top)
        axes.plot(
            x[inside], middle[inside], "o", color=colour, markersize=max(size, 1.1), markeredgewidth=0, zorder=order + 2
        )
        for beyond, edge, marker in ((middle < bottom, bottom, "v"), (middle > top, top, "^")):
            if not (places := x[chosen & beyond]).size:
                continue  # an empty line that is not clipped would take the whole layout
            at_edge = np.full(len(places), edge)
            look = {"color": colour, "markersize": 2.0, "markeredgewidth": 0, "clip_on": False, "zorder": order + 2}
            axes.plot(places, at_edge, marker, **look)
    if o.preferred:
        for place in np.flatnonzero(drawn[o.preferred].to_numpy(dtype=bool)):
            axes.axvline(place, color=_PREFERRED, linewidth=0.6, zorder=1)
            at = np.clip(middle[place], bottom, top)
            axes.plot(
                [place],
                [at],
                "D",
                color=_PREFERRED,
                markeredgecolor="white",
                markeredgewidth=0.5,
                clip_on=False,
                zorder=9,
            )
    quiet(axes, grid="y")
    axes.set_xlim(-1, len(drawn))
    axes.set_ylabel(o.axis_label)


def _limits(middle: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[float, float]:
    """Twice beyond the finite estimates, as far as intervals reach, and 1 inside."""
    finite = middle[np.isfinite(middle) & (middle > 0)]
    if not len(finite):
        return 0.1, 10.0
    ends = np.concatenate([low[np.isfinite(low) & (low > 0)], high[np.isfinite(high)], finite])
    bottom, top = max(ends.min(), finite.min() / 3), min(ends.max(), finite.max() * 3)
    return min(bottom, 0.7), max(top, 1.4)


def _panel(axes: Axes, drawn: pd.DataFrame, lines: list[tuple[str, Any]], o: CurveOptions) -> None:
    """One line for each alternative, a mark below every specification that takes it."""
    x, place, ticks, names = np.arange(len(drawn)), 0.0, [], []
    preferred = np.flatnonzero(drawn[o.preferred].to_numpy(dtype=bool)) if o.preferred else []
    wide = float(np.clip(300 / max(len(drawn), 1), 0.35, 2.2))
    before = None
    for column, value in lines:
        place += 0.6 if before not in (None, column) else 0.0
        if column != before:
            _head(axes, column, place, sum(c == column for c, _ in lines), o)
        chosen = (drawn[column] == value).to_numpy()
        axes.vlines(x[chosen], place - 0.36, place + 0.36, color=INK, linewidth=wide, zorder=2)
        ticks.append(place)
        names.append(o.alternatives.get((column, value), value))
        place, before = place + 1, column
    for mark in preferred:
        axes.axvline(mark, color=_PREFERRED, linewidth=0.6, zorder=3)
    axes.set_yticks(ticks, short_names(names, 24), fontsize=5.5)
    axes.set_ylim(place - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=6)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _head(axes: Axes, column: str, place: float, count: int, o: CurveOptions) -> None:
    """The name of a choice at the left edge of the paper, its share of the variance to the right of the axes."""
    from matplotlib.transforms import blended_transform_factory

    axes.axhspan(place - 0.5, place + count - 0.5, color=PALE, alpha=0.35, linewidth=0, zorder=0)
    share = "" if o.shares is None or column not in o.shares else f"{o.shares[column]:.0%}"
    paper = blended_transform_factory(axes.figure.transFigure, axes.transData)
    for edge, offset, start, weight, words in (
        (0, 4, paper, "bold", shorten(o.choices[column], _LONGEST)),
        (1, 3, axes.get_yaxis_transform(), "normal", share),
    ):
        note = axes.annotate(
            words,
            (edge, place + (count - 1) / 2),
            xycoords=start,
            xytext=(offset, 0),
            textcoords="offset points",
            va="center",
            fontsize=6,
            fontweight=weight,
            annotation_clip=False,
        )
        note.set_in_layout(False)  # its room is kept by the margins of the figure


def _handles(o: CurveOptions) -> list:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    def mark(marker: str, colour: str, label: str) -> Line2D:
        return Line2D(
            [], [], color=colour, marker=marker, linestyle="", markeredgecolor="white", markeredgewidth=0.4, label=label
        )

    handles = [mark("o", _USUAL, "specification, with interval")]
    if o.found:
        handles.append(mark("o", _FOUND, "change found by both tests"))
    if o.preferred:
        handles.append(mark("D", _PREFERRED, "preferred"))
    if o.band:
        handles.append(Patch(facecolor=PALE, label="what chance stays within, all together"))
    return handles
