"""A notebook asked to choose otherwise: the same numbers as the specification, and the default left as it was."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.frames.about import describe_about, select_about
from analysis.measures.frames.contrasts import Comparison, pooled_contrast
from analysis.measures.frames.selection import select_eras
from analysis.measures.frames.specifications import Specification, evaluate
from analysis.measures.frames.variation import describe_choices, material_of, vary
from analysis.measures.inference.resampling import Sampling
from analysis.store import open_store

SAMPLING = Sampling(unit="week", interval="studentised", replicates=99)


@pytest.fixture(scope="module")
def chosen(root):
    store = open_store(root / "corpus" / "store" / "default", "news")
    return store, select_eras(store.table("documents"), store.study, compare=True)


def test_nothing_varied_is_the_selection_itself(chosen):
    store, selection = chosen
    *found, counting, whom = vary(store, selection, "focal", "cluster_once")
    expected = select_about(selection.documents, store.table("hits"), "focal")
    for one, other in zip(found, expected, strict=True):
        pd.testing.assert_frame_equal(one, other)
    assert (counting, whom) == ("cluster_once", describe_about("focal", store.study))


@pytest.mark.parametrize(
    ("about", "variation"),
    [
        ("all", {"voice": "own", "categories": "all"}),
        ("focal", {"mix": "pooled", "window": "left_out", "uses": "affirmed"}),
        ("focal", {"small": "together", "max_outlets": 5, "min_stories": 2}),
        ("all", {"small": "left_out", "without_type": "unknown", "max_boilerplate": 0.25, "since": "2017-09-01"}),
        ("other", {"outlets": "both_eras"}),
    ],
)
@pytest.mark.parametrize("counting", ["as_printed", "cluster_once"])
def test_the_contrast_of_what_was_varied_is_the_specification(chosen, about, variation, counting):
    store, selection = chosen
    documents, hits, counting, _ = vary(store, selection, about, variation | {"counting": counting})
    frames = sorted(set(store.labels("entries")["frame"]))
    comparison = Comparison("era_id", *selection.pair, plant=False)
    options = {"levels": pd.DataFrame({"frame": frames}), "counting": counting}
    table = pooled_contrast(documents, hits, comparison, sampling=SAMPLING, **options).set_index("frame")
    material = material_of(store, selection)
    for frame in frames:
        spec = dataclasses.replace(Specification(frame=frame, about=about, counting=counting), **variation)
        found, expected = evaluate(material, [spec], SAMPLING).iloc[0], table.loc[frame]
        for ours, theirs in (
            ("ratio", "ratio_within"),
            ("ratio_low", "ratio_within_low"),
            ("ratio_high", "ratio_within_high"),
        ):
            assert found[ours] == pytest.approx(expected[theirs], nan_ok=True)
        for name in ("p", "rotation_p", "hit_count_baseline", "hit_count_compared", "token_count_compared"):
            assert found[name] == pytest.approx(expected[name], nan_ok=True)


def test_what_is_a_parameter_of_its_own_is_no_variation(chosen):
    with pytest.raises(
        DiscourseError, match=r"counting: 'unit' is not allowed; allowed: categories, voice.*of its own"
    ):
        vary(*chosen, "focal", {"unit": "month"})
    with pytest.raises(DiscourseError, match="'vioce' is not allowed"):
        vary(*chosen, "focal", {"vioce": "own"})


def test_what_was_chosen_otherwise_is_said(chosen):
    assert describe_choices({}) == ""
    *_, whom = vary(*chosen, "focal", {"voice": "own", "mix": "pooled", "counting": "cluster_once"})
    assert whom.endswith("Chosen otherwise: mix = pooled, voice = own.")
