from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats
from topic_corpora import planted

from analysis.errors import DiscourseError
from analysis.measures.topics.choice import choose_k, exclusivity, halves, held_out_score, recommend_k
from analysis.measures.topics.fit import TopicSettings, fit_topics


@pytest.fixture(scope="module")
def table():
    return choose_k(planted(1).matrix, (3, 5, 12), seeds=(1, 2))


def test_the_planted_number_of_topics_is_recommended(table):
    assert list(table["k"]) == [3, 5, 12]
    assert table["held_out"].idxmax() == 1
    assert table["stability"].idxmax() == 1
    chosen = recommend_k(table)
    assert chosen.k == 5
    assert "K = 5: of the 3 values tried" in chosen.reason
    np.testing.assert_allclose(table["perplexity"], np.exp(-table["held_out"]))


def test_recommendation_by_hand():
    table = pd.DataFrame(
        {
            "k": [5, 10, 20, 40],
            "c_npmi": [0.3, 0.2, 0.1, 0.0],
            "u_mass": [-1.0, -2.0, -3.0, -4.0],
            "exclusivity": [0.9, 0.5, 0.6, 0.2],
            "stability": [0.9, 0.6, 0.5, 0.4],
            "held_out": [-8.0, -7.1, -7.0, -7.05],
            "held_out_se": 0.06,
            "perplexity": 0.0,
        }
    )
    # 5 predicts clearly worse (beyond 2 x 0.06). Ranks of 10: 1, 1, 2, 1; of 20: 2, 2, 1, 2.
    chosen = recommend_k(table)
    assert chosen.k == 10
    assert "3 predict hidden words" in chosen.reason
    with pytest.raises(DiscourseError, match="empty"):
        recommend_k(table.iloc[:0])


def test_values_of_k_are_compared_on_the_same_documents(table):
    assert table.loc[table["held_out"].idxmax(), "behind_se"] == 0
    others = table.drop(index=table["held_out"].idxmax())
    # Documents that are hard for one K are hard for all: the difference is surer than either score.
    assert (others["behind_se"] < others["held_out_se"]).all()
    # 20 is behind 40 by less than two errors of that difference, 10 by more, although held_out_se is large.
    rows = {
        "k": [10, 20, 40],
        "c_npmi": [3.0, 2.0, 1.0],
        "u_mass": [3.0, 2.0, 1.0],
        "exclusivity": [3.0, 2.0, 1.0],
        "stability": [3.0, 2.0, 1.0],
        "held_out": [-7.2, -7.1, -7.0],
        "held_out_se": 0.5,
        "behind_se": [0.05, 0.06, 0.0],
        "perplexity": 0.0,
    }
    assert recommend_k(pd.DataFrame(rows)).k == 20


def test_halves_share_out_every_token():
    counts = sparse.csr_matrix(np.array([[3, 0, 2], [1, 4, 0]]))
    seen, hidden = halves(counts, 1)
    assert ((seen + hidden) != counts).nnz == 0
    assert seen.sum() not in (0, counts.sum())


def test_held_out_score_of_a_known_model():
    # One topic: the score is the log probability of the hidden tokens, here log(1/2) for each.
    counts = sparse.csr_matrix(np.array([[20, 20]]))
    score = held_out_score(np.array([[0.5, 0.5], [0.5, 0.5]]), counts)
    np.testing.assert_allclose(score, [np.log(0.5)], rtol=1e-6)
    assert np.isnan(held_out_score(np.array([[0.5, 0.5]]), sparse.csr_matrix((1, 2), dtype=int)))[0]


def test_held_out_scores_have_a_prior_of_a_tenth_unless_told_otherwise():
    counts = sparse.csr_matrix(np.array([[9, 2, 1], [1, 3, 8]]))
    words = np.array([[0.8, 0.1, 0.1], [0.1, 0.1, 0.8]])
    score = held_out_score(words, counts)
    np.testing.assert_array_equal(score, held_out_score(words, counts, alpha=0.1, seed=1))
    assert (score != held_out_score(words, counts, alpha=1.1)).all()


def test_exclusivity_by_hand():
    model = fit_topics(planted(1).matrix, TopicSettings(k=2, estimator="em", iterations=2))
    model = replace(model, topic_word=np.array([[0.6, 0.4, 0.0], [0.2, 0.4, 0.4]]), terms=("a", "b", "c"))
    # topic 0: .6/.8 and .4/.8; topic 1: top words b (.5) and c (1).
    np.testing.assert_allclose(exclusivity(model, 2), [(0.75 + 0.5) / 2, (0.5 + 1) / 2])


def test_refusals():
    with pytest.raises(DiscourseError, match="at least 2 seeds"):
        choose_k(planted(1).matrix, (3,), seeds=(1,))
    with pytest.raises(DiscourseError, match="one side empty"):
        choose_k(planted(1).matrix, (3,), test_share=0.0)


def test_exclusivity_as_stm_has_it():
    words = np.array([[0.5, 0.3, 0.2], [0.1, 0.3, 0.6]])
    model = fit_like(words)
    own = words / words.sum(axis=0)
    ranks = [stats.rankdata(t, axis=1) / 3 for t in (own, words)]
    frex = 1 / (0.7 / ranks[0] + 0.3 / ranks[1])
    np.testing.assert_allclose(exclusivity(model, 2, kind="stm"), [frex[0, :2].sum(), frex[1, 1:].sum()])
    with pytest.raises(DiscourseError, match="share, stm"):
        exclusivity(model, 2, kind="frex")


def fit_like(words):
    from analysis.measures.topics.fit import TopicModel

    return TopicModel(TopicSettings(k=len(words)), "", ("a", "b", "c"), ("d",), words, np.full((1, len(words)), 0.5))
