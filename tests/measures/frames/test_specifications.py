"""Specifications: the same numbers as `pooled_contrast` on tables that pandas narrowed, and what is refused."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest
from press_tables import press_tables

from analysis.errors import DiscourseError
from analysis.measures.frames.about import select_about
from analysis.measures.frames.contrasts import Comparison, pooled_contrast
from analysis.measures.frames.coverage import pool_small_outlets
from analysis.measures.frames.specifications import (
    ALLOWED,
    Material,
    Specification,
    evaluate,
    joint_sums,
    spec_blocks,
    specification,
)
from analysis.measures.inference.eras import era_statistic
from analysis.measures.inference.resampling import Sampling
from analysis.measures.inference.specification_curve import recompute, rotated_labels
from analysis.study.reserved import OTHERS

PAIR = ("before", "after")
SAMPLING = Sampling(interval="studentised", replicates=199, min_units=5)
WINDOW = ("2020-03-15", "2020-04-20")
SHOWN = {"ratio_within": "ratio", "ratio_within_low": "ratio_low", "ratio_within_high": "ratio_high"}


@pytest.fixture(scope="module")
def press() -> tuple[pd.DataFrame, pd.DataFrame, Material]:
    documents, hits = press_tables(seed=3)
    types = {name: "unknown" if name.endswith("1") else "foreign" for name in set(documents["outlet_id"])}
    return documents, hits, Material(documents, hits, PAIR, types=types, window=WINDOW)


def slowly(documents: pd.DataFrame, hits: pd.DataFrame, spec: Specification, types: dict) -> pd.Series:
    """The same choices made with pandas, one after the other, and tested by `pooled_contrast`."""
    if spec.window == "left_out":
        documents = documents[~documents["published"].between(WINDOW[0], WINDOW[1], inclusive="left")]
    if spec.since:
        documents = documents[documents["published"] >= spec.since]
    if spec.language:
        documents = documents[documents["language"] == spec.language]
    if spec.dates == "declared":
        documents = documents[documents["date_basis"] == "declared"]
    documents = documents[documents["boilerplate_share"] <= spec.max_boilerplate]
    if spec.without_type:
        documents = documents[documents["outlet_id"].map(types) != spec.without_type]
    if spec.uses == "affirmed":
        hits = hits[~hits["is_negated"] & ~hits["is_mention"]]
    documents, hits = select_about(documents, hits, spec.about, core=spec.categories == "core")
    eras = documents.groupby("outlet_id")["era_id"].nunique()
    stories = documents.groupby("outlet_id")["cluster_id"].nunique()
    if spec.outlets == "both_eras":
        documents = documents[documents["outlet_id"].map(eras) == 2]
    documents = documents[documents["outlet_id"].map(stories) >= spec.min_stories]
    if spec.small != "apart":
        documents = pool_small_outlets(documents, spec.max_outlets)
        if spec.small == "left_out":
            documents = documents[documents["outlet_id"] != OTHERS]
    if spec.mix == "pooled":
        documents = documents.assign(outlet_id="all")
    sampling = dataclasses.replace(SAMPLING, unit=spec.unit)
    levels = pd.DataFrame({"frame": [spec.frame]})
    comparison = Comparison("era_id", *PAIR, plant=False)
    counting = {"exposure": spec.voice, "counting": spec.counting, "levels": levels}
    return pooled_contrast(documents, hits, comparison, sampling=sampling, **counting).iloc[0]


def one_by_one() -> list[Specification]:
    plain = Specification(frame="frame_0")
    values = {**ALLOWED, "since": ("2018-06-01",), "without_type": ("unknown",), "min_stories": (60,)}
    values |= {"language": ("en",), "max_boilerplate": (0.3,)}
    single = [dataclasses.replace(plain, **{name: value}) for name, allowed in values.items() for value in allowed]
    mixed = [
        dataclasses.replace(plain, frame="frame_1", about=a, voice=v, counting=c, small=s, max_outlets=3, unit="month")
        for a, v, c, s in itertools.product(("all", "focal"), ("own", "all"), ALLOWED["counting"], ALLOWED["small"])
    ]
    return single + mixed


@pytest.mark.parametrize("spec", one_by_one(), ids=lambda s: "-".join(str(v) for v in dataclasses.astuple(s)))
def test_a_specification_has_the_numbers_of_the_contrast(press, spec):
    documents, hits, material = press
    expected = slowly(documents, hits, spec, material.types)
    found = evaluate(material, [spec], SAMPLING).iloc[0]
    for theirs, ours in SHOWN.items():
        assert found[ours] == pytest.approx(expected[theirs], rel=1e-9, nan_ok=True)
    for name in ("p", "rotation_p", "rotation_count"):
        assert found[name] == pytest.approx(expected[name], nan_ok=True)
    for count, side in itertools.product(("hit", "token", "document", "unit"), ("baseline", "compared")):
        assert found[f"{count}_count_{side}"] == expected[f"{count}_count_{side}"]
        assert found[f"rate_{side}"] == pytest.approx(expected[f"rate_{side}"], nan_ok=True)
    assert np.isfinite(found["ratio"]) == (found["state"] == "")


def test_pooled_over_outlets_is_the_ratio_of_the_pooled_rates(press):
    documents, hits, material = press
    found = evaluate(material, [Specification(frame="frame_0", about="all", mix="pooled")], SAMPLING).iloc[0]
    expected = slowly(documents, hits, Specification(frame="frame_0", about="all"), {})
    assert found["ratio"] == pytest.approx(expected["ratio"])
    assert found["strata_count"] == 1


def test_the_joint_sums_give_the_statistic_of_each_specification(press):
    """Over one calendar for all: T under the labels found and under each rotation, as `era_statistic` has them."""
    _, _, material = press
    specs = [Specification(frame="frame_0", about="all"), Specification(frame="frame_2", counting="cluster_once")]
    sums, after, filled = joint_sums(material, specs, "week")
    labels = rotated_labels(after).labels
    assert filled.sum() < len(filled)
    for spec, (x, n) in zip(specs, sums, strict=True):
        blocks = spec_blocks(material, spec)
        t, ratio = recompute(x, n, labels)
        assert x.sum() == blocks.x.sum() and n.sum() == blocks.n.sum()
        own = era_statistic(blocks, blocks.after[None, :].astype(float))[0, 0]
        assert t[0] == pytest.approx(own)
        assert np.exp(ratio[0]) == pytest.approx(evaluate(material, [spec], SAMPLING)["ratio"][0])


def test_too_few_units_are_said_and_have_no_ratio(press):
    material = press[2]
    strict = dataclasses.replace(SAMPLING, min_units=500)
    row = evaluate(material, [Specification(frame="frame_0")], strict).iloc[0]
    assert row["too_few"] and row["state"] == "fewer than 500 units in an era" and np.isnan(row["ratio"])
    assert not row["is_found"]


def test_a_frame_without_a_hit_says_so(press):
    row = evaluate(press[2], [Specification(frame="nowhere")], SAMPLING).iloc[0]
    assert row["state"] == "no hit" and np.isnan(row["ratio"]) and np.isnan(row["p"])


def test_what_is_no_specification_is_refused_with_what_is_allowed():
    with pytest.raises(DiscourseError, match=r"voice: 'quotd'.* allowed: all, own, quoted, reported.*'quoted'"):
        specification({"voice": "quotd"})
    with pytest.raises(DiscourseError, match=r"'vioce' is not allowed; allowed: frame, categories.*'voice'"):
        specification({"vioce": "own"})
    with pytest.raises(DiscourseError, match=r"min_stories = 'ten' should be of type int"):
        specification({"min_stories": "ten"})
    assert specification({"max_boilerplate": 1}).max_boilerplate == 1


def test_a_window_that_the_study_does_not_declare_is_refused(press):
    documents, hits, _ = press
    bare = Material(documents, hits, PAIR)
    with pytest.raises(DiscourseError, match="declares no window"):
        evaluate(bare, [Specification(frame="frame_0", window="left_out")], SAMPLING)


def test_a_column_that_is_not_there_is_named(press):
    documents, hits, _ = press
    bare = Material(documents.drop(columns="boilerplate_share"), hits, PAIR)
    with pytest.raises(DiscourseError, match="'boilerplate_share' is not allowed"):
        evaluate(bare, [Specification(frame="frame_0", max_boilerplate=0.5)], SAMPLING)


def test_documents_of_a_third_era_are_refused(press):
    documents, hits, _ = press
    with pytest.raises(DiscourseError, match=r"\['after'\] are not among the two"):
        Material(documents, hits, ("before", "later"))


def test_the_order_of_the_rows_does_not_matter(press):
    documents, hits, material = press
    mixed = Material(
        documents.sample(frac=1, random_state=1), hits.sample(frac=1, random_state=1), PAIR, types=material.types
    )
    specs = [Specification(frame="frame_0", counting="cluster_once", small="together", max_outlets=3)]
    pd.testing.assert_frame_equal(evaluate(material, specs, SAMPLING), evaluate(mixed, specs, SAMPLING))


def test_an_era_that_nothing_is_left_of_is_said_and_stops_nothing(press):
    late, plain = Specification(frame="frame_0", since="2020-06-01"), Specification(frame="frame_0")
    table = evaluate(press[2], [late, plain, Specification(frame="frame_0", since="2099-01-01")], SAMPLING)
    assert table["too_few"].tolist() == [True, False, True]
    assert table["document_count_compared"].tolist()[2] == 0
