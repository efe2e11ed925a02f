from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from drawn import boxes, clipped, overlapping, texts

from analysis.errors import DiscourseError
from analysis.figures import before_after
from analysis.figures.overview import in_points

ERAS = [{"era_id": "old", "label": "Old", "colour": "#0072B2"}, {"era_id": "new", "label": "New", "colour": "#D55E00"}]


def table(groups=("first", "second"), panels=("ties", "distance"), few=()):
    rows = []
    for group in groups:
        for panel in panels:
            for era, share in (("old", 0.2), ("new", 0.5)):
                too_few = (group, era) in few
                row = {"group": group, "frame": panel, "era_id": era, "n": 7 if too_few else 1234, "too_few": too_few}
                row |= (
                    dict.fromkeys(("share", "low", "high"), np.nan)
                    if too_few
                    else {"share": share, "low": 0.1, "high": 0.6}
                )
                row |= {"is_clear": False, **dict.fromkeys(("change", "change_low", "change_high"), np.nan)}
                if era == "new" and not few:
                    row |= {"change": 0.3, "change_low": 0.05, "change_high": 0.4, "is_clear": group == "first"}
                rows.append(row)
    return pd.DataFrame(rows)


def draw(rows, **options):
    return before_after(rows, label="group", panel="frame", n="n", eras=ERAS, **options)


def test_every_line_shows_both_eras_in_per_cent_and_the_change():
    figure = draw(table(), names={"first": "The First"}, axis_label="share of documents")
    axes = figure.axes[0]
    marks = [line for line in axes.lines if line.get_marker() in ("o", "s")]
    assert [x for line in marks for x in line.get_xdata()] == [20, 20, 50, 50]
    assert [line.get_color() for line in marks] == ["#0072B2", "#D55E00"]
    assert texts(figure).count("+30.0 [5.0, 40.0]") == 4
    assert "The First\n1,234 \u2192 1,234" in texts(figure)
    assert all(axes.get_xlim()[0] <= 0 for axes in figure.axes) and {"0 %", "20 %"} <= {
        text for text, _ in boxes(figure)
    }
    assert [t.get_weight() for t in figure.axes[0].texts] == ["bold", "normal"]  # the tests, not the interval


def test_what_is_too_few_is_said_with_its_number_and_listed_once():
    many = [f"group {i}" for i in range(4)]
    rows = table(("first", "second", "third", *many), few=[("second", "new"), ("third", "old"), ("third", "new")])
    figure = draw(rows, names={"third": "The Third"})
    said = texts(figure)
    assert said.count("after: n = 7") == 2 and not any("third" in t.lower() and "\u2192" in t for t in said)
    assert any("Too few to be drawn (before and after): The Third (7 and 7)." in t for t in said)
    assert [len(line.get_xdata()) for line in figure.axes[0].lines if line.get_marker() == "s"] == [5]


def test_where_more_than_one_cell_in_ten_would_be_empty_lines_with_one_period_are_listed():
    few = [("second", "new"), ("third", "old")]
    said = texts(draw(table(("first", "second", "third"), few=few)))
    assert not any("n = 7" in t for t in said) and "second\n1,234 \u2192 7" not in said
    assert any("Too few to be drawn (before and after): second (1,234 and 7); third (7 and 1,234)." in t for t in said)
    alone = texts(draw(table(("second", "third"), few=few)))  # nothing would be left: all are drawn
    assert alone.count("after: n = 7") == 2 and alone.count("before: n = 7") == 2


def test_nothing_is_clipped_and_nothing_overlaps_with_ten_groups_and_nine_panels():
    groups = [f"Outlets of a long name {i}" for i in range(10)]
    rows = table(groups, [f"frame {i}" for i in range(6)], few=[(groups[1], "new")])
    figure = draw(rows, axis_label="share of documents", below={"frame 1": ["one line", "another line"]})
    assert clipped(figure) == [] and overlapping(figure) == []
    assert figure.get_size_inches()[1] <= 247 / 25.4


def test_everything_too_few_still_draws_its_lines():
    rows = table(few=[(g, e) for g in ("first", "second") for e in ("old", "new")])
    assert texts(draw(rows)).count("before: n = 7 after: n = 7") == 4


def test_a_change_has_a_true_minus_and_no_minus_zero():
    assert in_points(-0.0001, -0.0312, 0.004) == "0.0 [\u22123.1, 0.4]"
    assert in_points(0.5, 0.1, 0.7) == "+50.0 [10.0, 70.0]"


def test_three_periods_are_refused():
    rows = pd.concat([table(), table().assign(era_id=lambda t: t["era_id"].replace({"old": "third"}))]).drop_duplicates(
        ["group", "frame", "era_id"]
    )
    with pytest.raises(DiscourseError, match="are 3 values; this figure compares two"):
        draw(rows)
