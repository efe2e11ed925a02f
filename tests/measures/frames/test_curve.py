"""A whole curve: a planted change is found, a change that one choice makes is shown as its, nothing is called nothing."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError, NothingFound
from analysis.measures.frames import curve
from analysis.measures.frames.specifications import Material, evaluate, specification
from analysis.measures.inference.resampling import Sampling
from analysis.study.choices import Alternative, Choice, Choices, Curve
from benchmarks.simulated_press import Press, draw, dressed

PAIR = ("before", "after")
SAMPLING = Sampling(interval="studentised", replicates=199, min_units=5)
VALUES = {
    "categories": ("core", "all"),
    "about": ("focal", "all"),
    "voice": ("all", "own"),
    "counting": ("as_printed", "cluster_once"),
    "mix": ("within", "pooled"),
}


def declared(unit: str = "week") -> tuple[Choices, Curve]:
    made = {
        name: Choice(name, name.title(), ids[0], tuple(Alternative(one, "r", {name: one}) for one in ids))
        for name, ids in VALUES.items()
    }
    one = Curve("toy", "Toy", "run", dict.fromkeys(VALUES, ()), set={"frame": "frame_0", "unit": unit})
    return Choices({"toy": one}, made), one


def press(seed: int, **changed) -> tuple[pd.DataFrame, pd.DataFrame]:
    return dressed(*draw(Press(**{"world": "stories", "border": 180, "documents": 1500} | changed), seed), seed)


def whole(documents: pd.DataFrame, hits: pd.DataFrame) -> curve.SpecificationCurve:
    choices, one = declared()
    material = Material(documents, hits, PAIR)
    return curve.specification_curve(material, choices.combinations(one), SAMPLING, permutations=199)


def test_a_planted_half_is_found_and_said():
    made = whole(*press(4, ratio=0.5, border=150, documents=4000))
    assert len(made.rows) == 32 and made.is_claim and made.unit == "week"
    assert (made.tests["side"] == "fall").all() and (made.tests["t_p"] <= 0.05).all() and len(made.tests) == 3
    assert 0.35 < made.tests["median_ratio"][0] < 0.7
    told = " ".join(curve.reading(made, {}))
    assert "a change over all choices" in told and "32 specifications, of which 32 can be compared" in told
    assert f"{made.tests['median_ratio'][0]:.2f}" in told


def test_a_half_in_a_small_press_of_moody_weeks_is_found_and_judged_by_three():
    made = whole(*press(3, ratio=0.5, border=150, documents=1300, world="weeks"))
    p = made.tests.set_index("kind")["t_p"]
    assert list(p.index) == ["permuted", "rotated", "long_run"]
    assert made.is_claim and max(p["long_run"], p["permuted"]) <= 0.05 and p["rotated"] <= 0.1
    assert (made.rows["curve_along_p"] == max(p["long_run"], p["rotated"] / 2)).all()
    assert (made.rows["curve_rotation_p"] == p["rotated"]).all()
    assert "a guard against drift, .10: a change over all choices" in " ".join(curve.reading(made, {}))


def test_a_drift_is_no_claim_and_years_are_judged_by_the_rotation_alone():
    p = {"permuted": 0.01, "long_run": 0.01, "rotated": 0.3}
    assert curve.along_p(p, "month") == 0.15 and curve.along_p(p, "year") == 0.3
    assert curve.along_p(p | {"long_run": 0.2, "rotated": 0.04}, "year") == 0.04
    made = whole(*press(4, ratio=0.5, border=150, documents=4000))
    for unit, rotated, claimed in (("week", 0.09, True), ("week", 0.11, False), ("year", 0.09, False)):
        tests = made.tests.assign(t_p=np.where(made.tests["kind"] == "rotated", rotated, 0.01))
        assert dataclasses.replace(made, unit=unit, tests=tests).is_claim == claimed
    years = dataclasses.replace(made, unit="year")
    assert curve.facts_of(years, 32, {})["judged"].startswith("for a claim the first and the third")
    assert "The first and the third have to be at most .05" in " ".join(curve.reading(years, {}))


def test_nothing_planted_is_called_nothing():
    made = whole(*press(2))
    assert not made.is_claim and "no change can be claimed over all choices" in " ".join(curve.reading(made, {}))


def test_a_change_that_one_choice_makes_is_shown_as_its():
    """Hits outside the core, planted after the border: only specifications that count all categories see a rise."""
    documents, hits = press(2)
    late = documents[documents["era_id"] == "after"]
    planted = hits.sample(400, random_state=1).assign(
        doc_id=late["doc_id"].sample(400, replace=True, random_state=2).to_numpy(),
        frame="frame_0",
        is_core=False,
        about="focal",
    )
    planted = planted[planted["doc_id"].isin(documents.loc[documents["focal_token_count"] > 0, "doc_id"])]
    made = whole(documents, pd.concat([hits, planted], ignore_index=True))
    assert made.shares["choice"][0] == "categories" and made.shares["share"][0] > 0.8
    ratio = made.rows.groupby("choice_categories")["ratio"].median()
    assert ratio["all"] > 1.6 * ratio["core"]
    assert made.rows["choice_categories"].tolist() == ["core"] * 16 + ["all"] * 16
    assert "Categories" in curve.reading(made, {"categories": "Categories"})[3]


def test_rows_are_those_of_each_specification_in_order_of_size():
    documents, hits = press(3)
    choices, one = declared()
    made = whole(documents, hits)
    rows = made.rows
    assert (rows["ratio"].diff().dropna() >= 0).all() and rows["place"].tolist() == list(range(1, 33))
    assert rows["is_preferred"].sum() == 1
    assert (made.preferred[[f"choice_{name}" for name in VALUES]] == [ids[0] for ids in VALUES.values()]).all()
    material = Material(documents, hits, PAIR)
    for combination in choices.combinations(one)[:6]:
        expected = evaluate(material, [specification(combination.set)], SAMPLING).iloc[0]
        mine = rows[
            (rows[[f"choice_{n}" for n in VALUES]] == list(combination.alternatives.values())).all(axis=1)
        ].iloc[0]
        assert mine["ratio"] == expected["ratio"] and mine["p"] == expected["p"]
    assert (rows["p_family"] >= rows["p"] - 0.05).all() and (rows["band_low"] < rows["band_high"]).all()
    assert (rows["curve_p"] == made.tests["t_p"][0]).all()


def test_labels_move_over_the_largest_unit_among_the_specifications():
    documents, hits = press(3)
    choices, one = declared("month")
    material = Material(documents, hits, PAIR)
    made = curve.specification_curve(material, choices.combinations(one, sample=4), SAMPLING, permutations=99)
    assert made.unit == "month" and made.tests["labelling_count"][1] < 80 < made.tests["labelling_count"][0]


def test_specifications_with_too_few_units_are_no_part_of_the_joint_test():
    documents, hits = press(3)
    choices, one = declared()
    strict = Sampling(interval="studentised", replicates=99, min_units=1000)
    with pytest.raises(NothingFound, match=r"frame frame_0: none of 32 specifications"):
        curve.specification_curve(Material(documents, hits, PAIR), choices.combinations(one), strict)


def test_another_frame_than_the_curve_says():
    documents, hits = press(3)
    choices, one = declared()
    given = choices.combinations(one, sample=3)
    made = curve.specification_curve(Material(documents, hits, PAIR), given, SAMPLING, frame="frame_2", permutations=99)
    assert (made.rows["frame"] == "frame_2").all()
    with pytest.raises(NothingFound, match="frame nowhere"):
        curve.specification_curve(Material(documents, hits, PAIR), given, SAMPLING, frame="nowhere")


def test_what_a_figure_and_its_caption_need():
    choices, one = declared()
    made = whole(*press(2))
    names, alternatives = curve.labels_of(choices, one)
    drawn = curve.drawing(made, names, alternatives)
    assert list(drawn["choices"]) == [f"choice_{name}" for name in VALUES] and drawn["choices"]["choice_mix"] == "Mix"
    assert drawn["alternatives"]["choice_mix", "pooled"] == "pooled"
    assert sum(drawn["shares"].values()) == pytest.approx(1 - made.shares["share"].iloc[-1])
    facts = curve.facts_of(made, 40, alternatives)
    assert facts["preferred"] == "core, focal, all, as_printed, within"
    assert (facts["count"], facts["possible"], facts["permutations"], facts["unit"]) == (32, 40, 199, "week")
    assert facts["p"] == made.tests["t_p"][0] and facts["rotation_p"] == made.tests["t_p"][1]
    assert facts["long_run_p"] == made.tests["t_p"][2] and facts["judged"].startswith("for a claim the first two")
    table = curve.choices_table(choices, one)
    assert len(table) == 10 and table["is_preferred"].sum() == 5 and not np.any(table["reason"] == "")


def with_window() -> Choices:
    """The toy with a choice that needs a window, and one of which one alternative leaves an era empty."""
    choices, one = declared()
    window = Choice(
        "window",
        "Transition",
        "left_out",
        (
            Alternative("kept", "r", {"window": "kept"}, "kept"),
            Alternative("left_out", "r", {"window": "left_out"}, "cut"),
        ),
    )
    since = Choice(
        "since",
        "Before",
        "whole",
        (Alternative("whole", "r", {"since": ""}), Alternative("late", "r", {"since": "2099-01-01"})),
    )
    made = choices.choices | {"window": window, "since": since}
    return Choices({"toy": Curve("toy", "Toy", "run", dict.fromkeys(made, ()), set=one.set)}, made)


def test_what_the_documents_do_not_allow_is_left_out_and_said():
    documents, hits = press(3)
    choices = with_window()
    found, frame, told = curve.on_store(choices, "toy", Material(documents, hits, PAIR), ["frame_0", "frame_1"])
    assert frame == "frame_0"
    options = choices.options(found)
    assert options["window"] == ["kept"] and options["since"] == ["whole"] and options["mix"] == ["within", "pooled"]
    assert len(told) == 2 and told[0].startswith(
        "Transition: cut is left out, since window = 'left_out': the study declares"
    )
    assert told[1] == "Before: late is left out, since an era has no document then"
    names, alternatives = curve.labels_of(choices, found)
    made = curve.specification_curve(
        Material(documents, hits, PAIR), choices.combinations(found, sample=4), SAMPLING, permutations=99
    )
    assert "choice_window" not in curve.drawing(made, names, alternatives)["choices"]
    declared_window = Material(documents, hits, PAIR, window=("2021-05-01", "2021-06-01"))
    whole, _, told = curve.on_store(choices, "toy", declared_window, ["frame_0"])
    assert choices.options(whole)["window"] == ["left_out", "kept"] and len(told) == 1


def test_a_frame_that_the_codebook_does_not_have_gives_way_to_the_most_frequent_one():
    documents, hits = press(3)
    choices, _ = declared()
    material = Material(documents, hits, PAIR)
    most = hits.loc[hits["frame"] != "frame_0", "frame"].value_counts().idxmax()
    _, frame, told = curve.on_store(choices, "toy", material, ["frame_1", "frame_2", "frame_3"])
    assert frame == most and f"The frame is {most}" in told[0]
    assert curve.on_store(choices, "toy", material, ["frame_0", "frame_2"], "frame_2")[1] == "frame_2"
    with pytest.raises(DiscourseError, match=r"'frame_9' is not allowed; allowed: frame_0, frame_2"):
        curve.on_store(choices, "toy", material, ["frame_0", "frame_2"], "frame_9")
    with pytest.raises(NothingFound, match="no other has a hit"):
        curve.on_store(choices, "toy", material, ["unheard_of"])
