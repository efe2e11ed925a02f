"""Captions of choices say how many specifications, of how many, and both joint p-values."""

from __future__ import annotations

from analysis.figures.captions import of_choices


class Nile:
    """A store of two frames."""

    def labels(self, _):
        return {"frame": ["flood", "drought"]}

    def names(self):
        return {"flood": "Flood", "old": "Old Kingdom", "new": "New Kingdom", "heron": "The Heron"}


GIVEN = {"store": Nile(), "collection": "news", "outlet_ids": ["heron"], "min_units": 7, "selected": "Before: old."}
DRAWN = {
    "count": 96,
    "possible": 1200,
    "unit": "month",
    "permutations": 999,
    "rotations": 77,
    "p": 0.0312,
    "rotation_p": 0.4,
    "long_run_p": 0.02,
    "judged": "The first two have to be small",
    "preferred": "pooled, own words",
}


def test_a_sample_is_said_to_be_one():
    said = of_choices.specification_curve(("old", "new"), DRAWN, frame="flood", **GIVEN)["curve"]
    for part in (
        "Flood, New Kingdom over Old Kingdom, news collection",
        "96 specifications, drawn from 1,200",
        "The Heron",
        "Before: old.",
    ):
        assert part in said.caption
    whole = of_choices.specification_curve(("old", "new"), DRAWN | {"possible": 96}, frame="flood", **GIVEN)["curve"]
    assert "drawn from" not in whole.caption and "96 specifications," in whole.caption


def test_both_joint_tests_and_the_least_units_are_said():
    said = of_choices.specification_curve(("old", "new"), DRAWN, frame="flood", **GIVEN)
    for part in ("p 0.031 with months permuted (999)", "p 0.400 with labels rotated along time (77)"):
        assert part in said["curve"].test
    assert "p 0.020 with long-run errors" in said["curve"].test
    assert "The first two have to be small" in said["curve"].test
    assert "fewer than 7 units" in said["curve"].limits and "months in the joint test" in said["curve"].unit
    assert said["influence"].axis == "ratio of rates, New Kingdom / Old Kingdom" and "Flood" in said["influence"].alt
    assert "The preferred specification: pooled, own words." in said["influence"].caption


def test_the_parts_of_a_change_are_said():
    said = of_choices.split_composition(
        ("old", "new"), (30, 500), frames=["flood"], whom="Counted: all.", unit="week", replicates=1000, **GIVEN
    )
    assert "the frame Flood (1 of 2 of the codebook) from Old Kingdom to New Kingdom" in said["parts"].caption
    assert (
        "Counted: all." in said["parts"].caption
        and "weeks drawn again within each era, 1,000 replicates" in said["parts"].test
    )
    assert said["parts"].axis == "change, hits per 10,000 tokens" and "months" in said["months"].alt
    assert "Of 500 outlets the 30 with the largest share of an era are drawn." in said["months"].caption
    whole = of_choices.split_composition(("old", "new"), (9, 9), frames=["flood"], **GIVEN)
    assert "are drawn" not in whole["months"].caption


def test_a_grid_of_documents_counts_no_hits():
    whom = {"tokens": "Counted: tokens.", "presence": "Counted: documents there."}
    said = of_choices.split_composition(("old", "new"), (9, 9), frames=["flood"], whom_of=whom, **GIVEN)
    assert "Counted: tokens." in said["parts"].caption and "Counted: documents there." in said["months"].caption
    assert "tokens." not in said["months"].caption
