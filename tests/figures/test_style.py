"""Looks of groups: colours and marks that stay apart, eras in their own colour and in order of time."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from drawn import texts

from analysis.errors import DiscourseError
from analysis.figures import forest, heatmap, months_grid, scatter_labelled, series
from analysis.figures.save import render
from analysis.figures.style import (
    ALONE,
    COLOURS,
    DOUBLE_WIDTH,
    ERA_COLOURS,
    PALE,
    drawing,
    era_rows,
    group_styles,
    in_order,
    in_per_cent,
    letter_width,
    log_scale,
    new_figure,
    shade,
    short_names,
    shorten,
    two_of,
)
from analysis.study.reserved import EVERYTHING, OTHERS
from analysis.study.settings import Era

EARLY = Era("early", "Early", "2000-01-01", "2010-01-01", reason="r", source="s", colour=COLOURS[1], shade="#abcdef")
LATE = Era("late", "Late", "2010-01-01", None, reason="r", source="s")


def test_eras_keep_their_colour_and_groups_stay_apart():
    found = group_styles(["x", "early", "y"], [EARLY, LATE])
    assert found["early"].colour == COLOURS[1] and COLOURS[1] not in (found["x"].colour, found["y"].colour)
    many = group_styles(str(i) for i in range(64))
    assert len({(v.colour, v.marker) for v in many.values()}) == 64


def test_no_group_has_the_colour_of_an_era():
    blank = [{"era_id": "late"}, {"era_id": "early"}]
    found = group_styles(["late", "early", "x"], blank)
    assert [found[e].colour for e in ("late", "early")] == list(ERA_COLOURS)
    for names in (["x"], [*"xyzuvw", *(f"g{i}" for i in range(30))]):
        for eras in (None, blank, [EARLY, LATE]):
            used = {look.colour for look in group_styles(names, eras).values()}
            assert not used & {*ERA_COLOURS, *([EARLY.colour] if eras and eras[0] is EARLY else [])}
    assert group_styles(["x"])["x"].colour == ALONE


def test_others_stand_last_whatever_the_order():
    assert in_order([OTHERS, "a", "b"], [OTHERS, "b", "a"]) == ["b", "a", OTHERS]
    assert in_order([OTHERS, "a"]) == ["a", OTHERS]
    assert in_order([OTHERS, "a", EVERYTHING]) == ["a", OTHERS, EVERYTHING]
    assert in_order([EVERYTHING, OTHERS, "a"]) == [EVERYTHING, "a", OTHERS]


def test_shares_are_written_in_per_cent():
    with drawing():
        axes = new_figure().subplots()
        axes.set_xlim(-0.05, 0.05)
        in_per_cent(axes, "x")
        axes.set_xticks([-0.05, 0.0, 0.025])
        axes.figure.draw_without_rendering()
        assert [t.get_text() for t in axes.get_xticklabels()] == ["\u22125 %", "0 %", "2.5 %"]


def test_two_values_are_two():
    assert two_of(["a", "b"], "era_id") == ("a", "b")
    with pytest.raises(DiscourseError, match=r"era_id: .* are 1 values; this figure compares two"):
        two_of(["a"], "era_id")


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


NAMES = ["Gain $5 and $6", "50 % & more", "_under_ $x_1^2$", "back\\slash {brace}"]


def _forest():
    rows = pd.DataFrame({"name": NAMES, "estimate": [1.0, 2, 3, 4], "low": [0.5] * 4, "high": [5.0] * 4})
    return forest(rows, label="name", hue="name", log=True)


def _series():
    rows = pd.DataFrame({"month": ["2022-01", "2022-06"] * 4, "name": np.repeat(NAMES, 2), "estimate": 1.0})
    return series(rows.assign(low=0.5, high=1.5), time="month", hue="name", panel="name")


def _scatter():
    rows = pd.DataFrame({"a": [1.0, 20, 300, 4000], "b": [4000.0, 300, 20, 1], "name": NAMES})
    return scatter_labelled(rows, x="a", y="b", label="name", hue="name", log_x=True, log_y=True)


def _heatmap():
    rows = pd.DataFrame({"name": NAMES, "other": NAMES, "value": [1.0, 2, 3, 4]})
    return heatmap(rows, row="name", column="other", value="value")


def _months():
    rows = pd.DataFrame({"name": NAMES, "month": ["2022-01", "2022-06", "2023-01", "2023-06"], "n": [1, 20, 300, 5000]})
    return months_grid(rows, row="name", month="month", value="n")


@pytest.mark.parametrize("draw", [_forest, _series, _scatter, _heatmap, _months])
def test_names_are_drawn_as_they_are_written(draw):
    figure = draw()
    with drawing():
        figure.draw_without_rendering()
    drawn = [text for text in figure.findobj(lambda a: hasattr(a, "_preprocess_math")) if text.get_text()]
    assert not [text.get_text() for text in drawn if text._preprocess_math(text.get_text()) != (text.get_text(), False)]
    shown = texts(figure)
    assert all(name in shown for name in NAMES)
    assert not [text for text in shown if "math" in text]
    assert render(figure)


@pytest.mark.parametrize("direction", ["x", "y"])
@pytest.mark.parametrize("ends", [(0.002, 40), (3, 8), (1, 10**7)])
def test_numbers_of_a_logarithmic_axis_are_plain(direction, ends):
    with drawing():
        figure = new_figure()
        axes = figure.subplots()
        log_scale(axes, direction)
        axes.plot(ends, ends)
        figure.draw_without_rendering()
        axis = axes.xaxis if direction == "x" else axes.yaxis
        labels = [t.get_text() for t in (*axis.get_ticklabels(), *axis.get_ticklabels(minor=True)) if t.get_text()]
    assert labels and all(float(label) > 0 for label in labels)


@pytest.mark.parametrize(
    ("label", "width", "short"),
    [
        ("a name that is long", 10, "a name th…"),
        ("short", 10, "short"),
        ("\u4eba\u6c11\u65e5\u62a5\u4eba\u6c11", 10, "\u4eba\u6c11\u65e5\u62a5…"),
        ("\u4eba\u6c11\u65e5\u62a5\u4eba", 10, "\u4eba\u6c11\u65e5\u62a5\u4eba"),
        ("e\u0301" * 10, 10, "e\u0301" * 10),
        ("e\u0301" * 11, 10, "e\u0301" * 9 + "…"),
        ("ab\u1797\u17d2\u1793\u17c6cd", 4, "ab…"),
        ("ab\U0001f468\u200d\U0001f4bbcd", 6, "ab…"),
    ],
)
def test_labels_are_cut_by_their_width_and_never_within_a_letter(label, width, short):
    assert shorten(label, width) == short


@pytest.mark.parametrize("panels", [1, 3, 6])
def test_numbers_of_a_logarithmic_axis_do_not_touch(panels):
    import matplotlib.pyplot as plt

    with drawing():
        figure, places = plt.subplots(1, panels, figsize=(DOUBLE_WIDTH, 2), squeeze=False, layout="constrained")
        for axes in places.flat:
            log_scale(axes, "x")
            axes.plot([0.04, 27], [0, 1])
        figure.draw_without_rendering()
        for axes in places.flat:
            boxes = [t.get_window_extent() for t in axes.get_xticklabels() if t.get_text()]
            low, high = axes.get_xlim()
            inside = [b for b, v in zip(boxes, axes.get_xticks(), strict=False) if low <= v <= high]
            assert len(inside) >= 2
            assert all(a.x1 < b.x0 for a, b in itertools.pairwise(sorted(inside, key=lambda b: b.x0)))
        plt.close(figure)


@pytest.mark.parametrize(
    ("labels", "width", "short"),
    [
        (["Daily of the North", "Post"], 34, ["Daily of the North", "Post"]),
        (["Daily of the North, East", "Daily of the North, West"], 16, ["Daily of th…East", "Daily of th…West"]),
        (["x" * 40 + end for end in ("a", "b")] + ["Post"], 12, ["xxxxxxx…xxxa", "xxxxxxx…xxxb", "Post"]),
        (["x" * 30 + one + "y" * 30 for one in "ab"], 12, ["xxxxxxx… (1)", "xxxxxxx… (2)"]),
        (["外交部新闻司新闻发布会甲乙丙" + one for one in "甲乙"], 12, ["外交部…丙甲", "外交部…丙乙"]),
        (["the same " * 9] * 2, 12, ["the same th…"] * 2),
        ([], 12, []),
    ],
)
def test_names_that_begin_alike_are_told_apart(labels, width, short):
    assert short_names(labels, width) == short
    assert all(sum(map(letter_width, name)) <= width for name in short)


def test_five_thousand_names_are_told_apart():
    names = [f"The long name of a newspaper of province number {i}" for i in range(5000)]
    assert len(set(short_names(names))) == 5000


@pytest.mark.parametrize(
    ("low", "high", "some"), [(0.9, 1.7, {"1", "1.4"}), (1.02, 1.31, {"1.1", "1.2"}), (2.1, 8.0, {"3", "5"})]
)
def test_a_short_logarithmic_axis_has_three_numbers_at_least(low, high, some):
    with drawing():
        figure = new_figure(6, 1.5)
        axes = figure.subplots()
        log_scale(axes, "x")
        axes.set_xlim(low, high)
        figure.draw_without_rendering()
        shown = {t.get_text() for t in axes.get_xticklabels() if low <= t.get_position()[0] <= high}
    assert len(shown) >= 3 and some <= shown
