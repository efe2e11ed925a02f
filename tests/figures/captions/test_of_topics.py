"""Captions of topics say how many, which are stable, and which way the change goes."""

from __future__ import annotations

from analysis.figures.captions import of_topics


class Nile:
    def labels(self, _):
        return {"frame": ["flood"]}

    def names(self):
        return {"old": "Old Kingdom", "new": "New Kingdom", "a": "Alpha", "b": "Beta"}


FIT = {"k": 8, "min_share": 0.6, "unstable": 2, "least": 10, "runs": 9, "own_uses_only": False, "replicates": 200}


def test_change_goes_from_before_to_after_in_caption_alt_and_axis():
    said = of_topics.compare_topics(("old", "new"), {**FIT, "groups": {}}, store=Nile(), outlet_ids=[], unit="week")
    assert said["contrasts"].axis == "change of topic share, New Kingdom less Old Kingdom"
    assert "New Kingdom less Old Kingdom" in said["contrasts"].caption
    assert "2 of 8 do not" in said["eras"].caption
    assert "Old Kingdom (rows)" in said["alignment"].alt


def test_groups_are_named_with_their_members():
    groups = {"Letters": ["a", "b"]}
    said = of_topics.compare_topics(
        ("old", "new"), {**FIT, "groups": groups}, store=Nile(), outlet_ids=["a"], unit="week"
    )
    assert "Outlets in groups: Letters (Alpha and Beta)" in said["contrasts"].caption
    assert "Outlets chosen: Alpha" in said["eras"].caption


def test_mentions_kept_or_left_out_are_told():
    said = of_topics.relate_topics_frames(FIT, store=Nile(), frames=["flood"], outlet_ids=[], unit="week")
    assert "negated hits count too" in said["frames"].caption
    assert said["frames"].caption == said["frames_intervals"].caption
    other = of_topics.relate_topics_frames(
        {**FIT, "own_uses_only": True}, store=Nile(), frames=["flood"], outlet_ids=[]
    )
    assert "negated hits are left out" in other["frames"].caption


def test_numbers_of_topics_and_seeds_are_listed():
    grid = {"ks": [4, 8], "seeds": [1, 2], "chosen": 8, "reason": "8 is best."}
    said = of_topics.choose_topics(grid, store=Nile(), outlet_ids=[])
    assert "4 and 8 topics" in said.caption and "seeds 1 and 2" in said.unit
    assert "at least 60% of 9 runs" in of_topics.fit_topics(FIT, store=Nile(), outlet_ids=[], replicates=500).caption
