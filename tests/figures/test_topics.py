from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.figures.save import render
from analysis.figures.topics import choice_of_k, topic_card_grid

GRID = pd.DataFrame(
    {
        "k": [20, 10],
        "c_npmi": [0.1, 0.2],
        "u_mass": [-1.0, -2.0],
        "exclusivity": [0.3, 0.4],
        "stability": [0.5, 0.6],
        "held_out": [-7.0, -7.2],
        "held_out_se": [0.1, 0.1],
    }
)
WORDS = pd.DataFrame(
    {
        "topic": [0, 0, 1, 1],
        "method": "probability",
        "rank": [2, 1, 1, 2],
        "word": ["border", "<asean>", "canal", "debt"],
    }
)
TREND = pd.DataFrame(
    {
        "topic": [0, 0, 0, 1, 1, 1],
        "year": ["2022", "2023", "2024"] * 2,
        "prevalence_share": [0.1, 0.2, 0.3, 0.4, 0.3, 0.2],
        "low": 0.05,
        "high": 0.45,
        "is_too_few": [False, True, False, False, False, False],
    }
)


def test_choice_of_k_draws_every_criterion_in_order_of_k():
    figure = choice_of_k(GRID, chosen=10)
    assert len(figure.axes) == 5
    line = figure.axes[0].lines[0]
    assert list(line.get_xdata()) == [10, 20]
    assert list(line.get_ydata()) == [0.2, 0.1]
    assert list(figure.axes[0].lines[1].get_xdata()) == [10, 10]
    assert render(figure, title="K") == render(choice_of_k(GRID.iloc[::-1], chosen=10), title="K")


def test_cards_have_words_in_order_and_a_gap_where_too_few():
    figure = topic_card_grid(WORDS, TREND, time="year", labels={0: "Neighbours"}, columns=2)
    shown = [axis for axis in figure.axes if axis.get_visible()]
    assert len({axis.get_ylim() for axis in shown}) == 1
    assert shown[0].get_ylim()[0] == 0
    assert shown[0].get_ylim()[1] >= TREND["high"].max()
    assert [axis.get_title(loc="left") for axis in shown] == ["0  Neighbours", "1  topic 1"]
    assert shown[0].texts[0].get_text() == "<asean> border"
    assert pd.isna(shown[0].lines[0].get_ydata()[1])
    assert list(shown[1].lines[0].get_ydata()) == [0.4, 0.3, 0.2]


def test_figures_refuse_what_they_cannot_draw():
    with pytest.raises(DiscourseError, match="stability"):
        choice_of_k(GRID.drop(columns="stability"))
    with pytest.raises(DiscourseError, match="two rows"):
        topic_card_grid(WORDS, pd.concat([TREND, TREND]), time="year")
