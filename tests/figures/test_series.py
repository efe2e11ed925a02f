from __future__ import annotations

import numpy as np
import pytest
from drawn import texts

from analysis.errors import DiscourseError
from analysis.figures import panel_of_lines, series
from analysis.figures.matrix import month_number
from analysis.figures.series import position

ERAS = [
    {"era_id": "early", "label": "The early years", "start": "1985-01-14", "end": "2023-08-22"},
    {"era_id": "late", "label": "The late years", "start": "2023-08-22", "end": None},
]


def test_a_line_is_broken_where_there_is_too_little(lines):
    lines["few"] = lines["month"] == "2023-03"
    figure = series(
        lines,
        time="month",
        low="low",
        high="high",
        hue="type",
        too_few="few",
        eras=ERAS,
        breaks={"vote": "2023-08-22"},
        axis_label="rate",
    )
    first = figure.axes[0].lines[0]
    assert np.isnan(first.get_ydata()).tolist() == [False, False, True, False, False, False]
    assert {"The early years", "The late years", "state", "wire", "vote"} <= set(texts(figure))


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2023", 2023.5),
        ("2023-01", 2023 + 0.5 / 12),
        ("2023-01-01", 2023.0),
        ("2024-12-31", 2024 + 365 / 366),
        (2020, 2020.0),
    ],
)
def test_partial_dates_stand_in_their_middle(date, expected):
    assert position(date) == pytest.approx(expected)


@pytest.mark.parametrize("date", ["soon", "2023-13-01", "20230101"])
def test_impossible_dates_are_refused(date):
    with pytest.raises(DiscourseError, match="date"):
        position(date)
    with pytest.raises(DiscourseError, match="month"):
        month_number("2023-13")


def test_panels_show_each_group_before_all_others(lines):
    figure = panel_of_lines(lines, time="month", hue="type")
    assert [axes.get_title(loc="left") for axes in figure.axes if axes.get_visible()] == ["state", "wire"]
    assert len(figure.axes[0].lines) == 2
