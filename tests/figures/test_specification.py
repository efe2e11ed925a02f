"""The curve draws the numbers of its table in order of size, says what it cannot draw, and marks each choice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from drawn import clipped, texts

from analysis.errors import DiscourseError, NothingFound
from analysis.figures.specification import specification_curve
from analysis.figures.style import drawing

CHOICES = {"choice_words": "Words", "choice_voice": "Voice"}
NAMES = {("choice_words", "core"): "core words", ("choice_words", "all"): "all words", ("choice_voice", "own"): "own"}


@pytest.fixture
def rows() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "choice_words": ["core", "core", "all", "all", "all", "core"],
            "choice_voice": ["own", "every", "own", "every", "own", "own"],
            "ratio": [2.0, 0.5, 1.2, np.inf, np.nan, 0.0],
            "ratio_low": [1.1, 0.2, 0.6, np.nan, np.nan, np.nan],
            "ratio_high": [4.0, 1.5, 2.5, np.nan, np.nan, np.nan],
            "band_low": [0.4] * 6,
            "band_high": [2.5] * 6,
            "is_found": [True, False, False, False, False, False],
            "is_preferred": [False, False, True, False, False, False],
        }
    )


def draw(rows: pd.DataFrame, **options):
    given = {"low": "ratio_low", "high": "ratio_high", "band": ("band_low", "band_high"), "found": "is_found"}
    given |= {"preferred": "is_preferred", "choices": CHOICES, "alternatives": NAMES, "axis_label": "ratio"}
    return specification_curve(rows, **given | options)


def marks(axes, marker: str) -> list[tuple[float, float]]:
    return [
        (float(x), float(y))
        for line in axes.lines
        if line.get_marker() == marker
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    ]


def test_estimates_stand_in_order_of_size_and_the_preferred_one_is_marked(rows):
    top, _ = draw(rows).axes
    assert sorted(marks(top, "o")) == [(1, 0.5), (2, 1.2), (3, 2.0)]
    assert marks(top, "D") == [(2.0, 1.2)]
    bottom, high = top.get_ylim()
    assert marks(top, "v") == [(0, bottom)] and marks(top, "^") == [(4, high)]


def test_what_cannot_be_compared_is_counted_in_words(rows):
    figure = draw(rows)
    assert "5 specifications, in order of size (1 more cannot be compared)" in texts(figure)
    assert "5 specifications, in order of size" not in texts(figure)


def test_the_panel_marks_below_each_specification_what_it_takes(rows):
    _, panel = draw(rows).axes
    labels = [t.get_text() for t in panel.get_yticklabels()]
    assert labels == ["core words", "all words", "own", "every"]
    ticks = panel.get_yticks()
    drawn = {}
    for collection in panel.collections:
        for segment in collection.get_segments():
            drawn.setdefault(round(float(segment[:, 1].mean()), 6), []).append(float(segment[0, 0]))
    order = rows.dropna(subset="ratio").sort_values("ratio").reset_index(drop=True)
    for tick, (column, value) in zip(ticks, [*NAMES, ("choice_voice", "every")], strict=True):
        assert sorted(drawn[round(float(tick), 6)]) == np.flatnonzero(order[column] == value).tolist()


def test_shares_and_names_of_choices_are_written_and_nothing_is_cut_off(rows):
    figure = draw(rows, shares={"choice_words": 0.63, "choice_voice": 0.0})
    assert {"63%", "0%", "Words", "Voice"} <= set(texts(figure))
    assert clipped(figure) == []


@pytest.mark.parametrize("count", [1, 40, 900])
def test_names_stay_on_the_paper_and_the_layout_holds(rows, count):
    rng = np.random.default_rng(1)
    many = rows.iloc[rng.integers(0, 4, count)].assign(ratio=rng.lognormal(0, 1, count), is_preferred=False)
    long = {"choice_words": "Outlets that are known", "choice_voice": "Boilerplate"}
    figure = draw(many, choices=long)
    with drawing():
        figure.draw_without_rendering()
        width = figure.bbox.width
        assert all(axes.get_position().height > 0.1 for axes in figure.axes)
        notes = [t.get_window_extent() for axes in figure.axes for t in axes.texts if t.get_text()]
    assert notes and all(box.x0 >= 0 and box.x1 <= width for box in notes)


def test_one_specification_alone_and_a_curve_without_a_band(rows):
    figure = draw(rows.head(1), band=(), found=None, preferred=None)
    assert len(figure.axes) == 2


def test_what_cannot_be_drawn_is_refused(rows):
    with pytest.raises(NothingFound, match="no row has an estimate"):
        draw(rows.iloc[[4]])
    with pytest.raises(DiscourseError, match="Did you mean 'ratio_low'"):
        draw(rows, low="ratio_lo")
    with pytest.raises(DiscourseError, match=r"option of specification_curve: 'shars'.*'shares'"):
        draw(rows, shars={})
