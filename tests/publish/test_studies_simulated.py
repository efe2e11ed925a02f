"""The simulation of whole studies: every confirmatory figure is made, and judged by the code of `discourse claims`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.simulated_press import Press, debate, draw, topic_shares
from benchmarks.studies import FIGURES, PAIR, confirmatory, study

SMALL = Press(world="reprints", weeks=300, border=200, outlets=3, documents=1200, frames=2)


def test_every_confirmatory_figure_of_the_plan_is_simulated_and_a_large_change_is_claimed(tmp_path):
    families = confirmatory()
    assert {figure for one in families for figure in one.figures} <= set(FIGURES)
    assert study(replace(SMALL, ratio=20.0, world="stories"), 1, families, tmp_path) == (True, True)
    assert study(SMALL, 1, families, tmp_path)[0] is False
    assert {path.stem for path in tmp_path.iterdir()} == {figure for one in families for figure in one.figures}


def test_topics_of_copies_are_those_of_their_story_and_a_planted_change_is_in_every_other_topic():
    documents = draw(SMALL, 2)[0]
    shares = topic_shares(documents, SMALL, 4, 2)
    assert np.allclose(shares.sum(axis=1), 1) and shares.shape == (len(documents), 4)
    assert documents["cluster_id"].nunique() < len(documents)
    for _, rows in documents.reset_index(drop=True).groupby("cluster_id"):
        assert np.ptp(shares[rows.index], axis=0).max() == 0
    after = (documents["era_id"] == PAIR[1]).to_numpy()
    more = topic_shares(documents, replace(SMALL, ratio=3.0), 4, 2)
    assert np.array_equal(more[~after], shares[~after])
    assert (more[after][:, ::2].sum(axis=1) > shares[after][:, ::2].sum(axis=1)).all()


def test_the_debate_has_two_sessions_after_the_border():
    documents, hits = debate(replace(SMALL, world="months"), 1)
    assert documents["published"].str[:4].nunique() == 31 and (documents["published"] >= "2023-08-22").sum() == 36
    assert set(hits["frame"]) == {"frame_0", "frame_1"} and hits["doc_id"].isin(documents["doc_id"]).all()
