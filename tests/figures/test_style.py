"""Looks of groups: colours and marks that stay apart, eras in their own colour and in order of time."""

from __future__ import annotations

import pandas as pd

from analysis.figures import forest
from analysis.figures.save import render
from analysis.figures.style import COLOURS, PALE, era_rows, group_styles, in_order, shade
from analysis.study.settings import Era

EARLY = Era("early", "Early", "2000-01-01", "2010-01-01", reason="r", source="s", colour=COLOURS[1], shade="#abcdef")
LATE = Era("late", "Late", "2010-01-01", None, reason="r", source="s")


def test_eras_keep_their_colour_and_groups_stay_apart():
    found = group_styles(["x", "early", "y"], [EARLY, LATE])
    assert found["early"].colour == COLOURS[1] and COLOURS[1] not in (found["x"].colour, found["y"].colour)
    many = group_styles(str(i) for i in range(64))
    assert len({(v.colour, v.marker) for v in many.values()}) == 64


def test_an_era_without_a_colour_is_a_group_like_others():
    assert group_styles(["late", "early"], [EARLY, LATE])["late"].colour == COLOURS[0]


def test_more_eras_than_colours_still_have_a_look():
    eras = [{"era_id": f"e{i}", "colour": colour} for i, colour in enumerate(COLOURS)]
    found = group_styles([*(e["era_id"] for e in eras), "x"], eras)
    assert found["x"].colour in COLOURS and [found[e["era_id"]].colour for e in eras] == list(COLOURS)


def test_eras_stand_in_order_of_time_and_a_given_order_comes_before():
    assert in_order(["late", "early", None, "x"], eras=[EARLY, LATE]) == ["early", "late", "x"]
    assert in_order(["late", "early"], ["late"], [EARLY, LATE]) == ["late", "early"]
    assert in_order(["b", "a", float("nan"), "b"]) == ["b", "a"]


def test_eras_may_be_records_rows_or_a_frame():
    rows = [{"era_id": "early", "end": "2010-01-01"}, {"era_id": "late", "end": float("nan")}]
    assert era_rows(None) == []
    assert era_rows(pd.DataFrame(rows)) == era_rows(rows) == [rows[0], {"era_id": "late"}]
    assert [row["era_id"] for row in era_rows([EARLY, LATE])] == ["early", "late"]


def test_a_shade_is_declared_or_made_of_the_colour():
    assert shade(vars(EARLY)) == "#abcdef"
    assert shade({"colour": "#000000"}) == "#dbdbdb"
    assert shade({"era_id": "late"}) == PALE


def test_the_readers_settings_do_not_matter(rates):
    import matplotlib as mpl

    part = rates[(rates["era_id"] == "before") & (rates["frame"] == "distance")]
    plain = render(forest(part, label="outlet"))
    with mpl.rc_context({"font.size": 22, "axes.facecolor": "red"}):
        assert render(forest(part, label="outlet")) == plain
