"""Figures of topic models: which K to choose, and one card per topic with its words and its course."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.figures import style
from analysis.figures.options import CardOptions, read_options
from analysis.figures.series import draw_line, finish
from analysis.figures.tables import columns_present, one_row_each

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CRITERIA = {
    "c_npmi": "Coherence (c_npmi)",
    "u_mass": "Coherence (u_mass)",
    "exclusivity": "Exclusivity",
    "stability": "Stability",
    "held_out": "Held-out log probability",
}


def choice_of_k(
    rows: pd.DataFrame,
    *,
    chosen: int | None = None,
    criteria: Mapping[str, str] = CRITERIA,
    width: float = style.DOUBLE_WIDTH,
) -> Figure:
    """One small plot per criterion over the number of topics, higher is better in each; `chosen` is marked by a line.

    rows: one row is one K (`k` and the criteria's columns; `held_out_se`, if there, is drawn as a band of two standard
    errors). criteria: column -> how it is written. Raises `DiscourseError` for missing columns, an empty table or two
    rows for one K.
    """
    columns_present(rows, ["k", *criteria])
    one_row_each(rows, ["k"])
    rows = rows.sort_values("k")
    look = style.group_styles(["all"])["all"]
    with style.drawing():
        figure = style.new_figure(width, 1.7)
        axes = figure.subplots(1, len(criteria), squeeze=False)[0]
        for axis, (column, title) in zip(axes, criteria.items(), strict=True):
            axis.plot(rows["k"], rows[column], color=look.colour, marker="o", markeredgecolor="white", clip_on=False)
            if f"{column}_se" in rows.columns:
                band = 2 * rows[f"{column}_se"]
                axis.fill_between(
                    rows["k"], rows[column] - band, rows[column] + band, color=look.colour, alpha=0.18, lw=0
                )
            if chosen is not None:
                axis.axvline(chosen, color=style.GREY, linestyle="--", linewidth=0.8, zorder=0)
            axis.set_title(textwrap.fill(title, 20))
            axis.set_xlabel("number of topics K")
            axis.grid(True, axis="y")
    return figure


def topic_card_grid(
    words: pd.DataFrame, trend: pd.DataFrame, *, time: str, value: str = "prevalence_share", **options: Any
) -> Figure:
    """One card per topic: its name, its most typical words, and its prevalence over time with an interval band.

    words: one row is one word of a topic (`topic`, `rank`, `word`). trend: one row is one topic at one time. Points that
    are too few break the line and are marked below it. options: `CardOptions`. Raises `DiscourseError` for missing
    columns, an unknown option, an empty table, or two rows for one point.
    """
    o = read_options(CardOptions, options, "topic_card_grid")
    columns_present(words, ["topic", "rank", "word"])
    columns_present(trend, ["topic", time, value, o.low, o.high, o.too_few])
    one_row_each(trend, ["topic", time])
    shown = style.in_order(trend["topic"]) if o.topics is None else list(o.topics)
    look = style.group_styles(["all"])["all"]
    rows = math.ceil(len(shown) / o.columns)
    best = words.sort_values(["topic", "rank"], kind="stable").groupby("topic")["word"].apply(list)
    with style.drawing():
        figure = style.new_figure(o.width, 1.55 * rows)
        axes = figure.subplots(rows, o.columns, squeeze=False, sharex=True, sharey=True)
        for axis, topic in zip(axes.ravel(), shown, strict=False):
            draw_line(axis, trend[trend["topic"] == topic], (time, value, o.low, o.high, o.too_few), look)
            finish(axis, o.eras, None)
            title = _title((o.labels or {}).get(topic, f"topic {topic}"))
            axis.set_title(f"{topic}  {title}", pad=16, fontsize=6.5)
            _list_words(axis, best[topic][: o.n_words])
        # Once for all: a limit set on one axis of a shared scale ends its fitting to the others.
        axes[0, 0].set_ylim(bottom=0)
        for axis in axes[:, 0]:
            style.in_per_cent(axis, "y")
        for axis in axes.ravel()[len(shown) :]:
            axis.set_visible(False)
        figure.supylabel("share of topic", fontsize=7)
    return figure


def _title(label: str, width: int = 21) -> str:
    """A topic's name over its panel: of a list of words as many as there is room for, since all stand below.

    >>> _title("promise, american, dollar"), _title("The Association of States")
    ('promise, american', 'The Association of S…')
    """
    while len(label) > width and ", " in label:
        label = label.rpartition(", ")[0]
    return style.shorten(label, width)


def _list_words(axis: Axes, words: Sequence[str]) -> None:
    axis.annotate(
        "\n".join(textwrap.wrap(" ".join(words), 34, break_on_hyphens=False)[:2]),
        (0, 1),
        xytext=(0, 1.5),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=5.2,
        color=style.INK,
        va="bottom",
        linespacing=1.05,
    )
