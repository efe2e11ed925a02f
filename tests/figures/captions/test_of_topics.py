"""Captions of topics say how many, which are stable, and which way the change goes."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.figures.captions import of_topics
from analysis.measures.topics.fit import ESTIMATORS
from analysis.measures.topics.gensim_check import GENSIM


class Nile:
    def labels(self, _):
        return {"frame": ["flood"]}

    def names(self):
        return {"old": "Old Kingdom", "new": "New Kingdom", "a": "Alpha", "b": "Beta"}


FIT = {"k": 8, "min_share": 0.6, "unstable": 2, "least": 10, "runs": 9, "own_uses_only": False, "replicates": 200}
FOUND = pd.DataFrame(
    {
        "topic": [0, 3, 4],
        "lda_word_distance": [0.0, 0.05, 0.1],
        "is_found_by_lda": True,
        "lda_online_word_distance": [0.2, 0.4, 0.9],
        "is_found_by_lda_online": [True, True, False],
    }
)
FIT |= {"estimator": "em", "found": FOUND}


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
    grid = {"ks": [4, 8], "seeds": [1, 2], "chosen": 8, "reason": "8 is best.", "estimator": "em"}
    said = of_topics.choose_topics(grid, store=Nile(), outlet_ids=[])
    assert "4 and 8 topics" in said.caption and "seeds 1 and 2" in said.unit
    assert "at least 60% of 9 runs" in of_topics.fit_topics(FIT, store=Nile(), outlet_ids=[], replicates=500).caption


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_every_caption_says_what_was_fitted(estimator):
    fit = {**FIT, "estimator": estimator, "groups": {}}
    grid = {"ks": [4, 8], "seeds": [1, 2], "chosen": 8, "reason": "8 is best.", "estimator": estimator}
    said = [
        of_topics.choose_topics(grid, store=Nile(), outlet_ids=[]),
        of_topics.fit_topics(fit, store=Nile(), outlet_ids=[], replicates=500),
        *of_topics.compare_topics(("old", "new"), fit, store=Nile(), outlet_ids=[], unit="week").values(),
        *of_topics.relate_topics_frames(fit, store=Nile(), frames=["flood"], outlet_ids=[], unit="week").values(),
    ]
    assert len(said) == 7
    assert all(f"Model: {of_topics.FITTED[estimator]}." in one.caption for one in said)
    assert list(of_topics.FITTED) == list(ESTIMATORS) and list(of_topics.WAYS) == list(GENSIM)


def test_what_gensim_finds_again_is_counted_over_the_topics_drawn():
    def caption(found):
        return of_topics.fit_topics({**FIT, "found": found}, store=Nile(), outlet_ids=[], replicates=500).caption

    both = (
        "finds again 3 of 3 going on from batch EM (mean share of other top words 5%) and 2 of 3 online from a random "
        "start (mean share of other top words 50%)."
    )
    assert f"Of the topics drawn gensim's LdaModel {both}" in caption(FOUND)
    assert "finds again 2 of 3 online" in caption(FOUND.drop(columns=["lda_word_distance", "is_found_by_lda"]))
    assert "finds again" not in caption(FOUND[:0])
