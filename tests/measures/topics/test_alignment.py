from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from analysis.errors import DiscourseError
from analysis.measures.topics.alignment import align_models, cross_similarity, similarity_rows
from analysis.measures.topics.fit import TopicSettings, fit_topics
from analysis.measures.topics.matrix import TopicMatrix


@pytest.fixture(scope="module")
def sides():
    """Two corpora of four topics on 40 words each: three in common, one on either side, vocabularies not the same."""
    rng = np.random.default_rng(5)
    topics = np.zeros((5, 50))
    for topic in range(5):
        topics[topic, topic * 10 : topic * 10 + 10] = rng.dirichlet(np.full(10, 2.0))
    models = {}
    for name, used in (("before", [0, 1, 2, 3]), ("after", [0, 1, 2, 4])):
        shares = rng.dirichlet(np.full(4, 0.2), 80)
        counts = np.array([rng.multinomial(60, one @ topics[used]) for one in shares])
        kept = counts.sum(axis=0) > 0
        terms = tuple(f"w{i:02d}" for i in np.flatnonzero(kept))
        doc_ids = tuple(f"{name}{i:02d}" for i in range(80))
        matrix = TopicMatrix(doc_ids, terms, sparse.csr_matrix(counts[:, kept].astype(np.int32)))
        models[name] = [fit_topics(matrix, TopicSettings(k=4, estimator="em", seed=s)) for s in (1, 2, 3)]
    return models


def owner(words: str) -> set[int]:
    return {int(word[1:]) // 10 for word in words.split()}


def test_common_topics_are_paired_and_own_ones_are_named(sides):
    table = align_models({name: fits[0] for name, fits in sides.items()}, runs=sides, n=10)
    assert list(table["side"]) == ["both", "both", "both", "left only", "right only"]
    for row in table[table["side"] == "both"].itertuples():
        assert owner(row.left_words) == owner(row.right_words)
    assert owner(table["left_words"].iloc[3]) == {3}
    assert owner(table["right_words"].iloc[4]) == {4}
    assert list(table["counterpart_share"]) == [1.0, 1.0, 1.0, 0.0, 0.0]
    assert table["similarity"].notna().tolist() == [True, True, True, False, False]


def test_similarity_is_one_with_itself_and_symmetric(sides):
    left, right = sides["before"][0], sides["after"][0]
    np.testing.assert_allclose(np.diag(cross_similarity(left, left, n=10)), 1)
    np.testing.assert_allclose(cross_similarity(left, right), cross_similarity(right, left).T)


def test_rows_for_a_heat_map(sides):
    left, right = sides["before"][0], sides["after"][0]
    rows = similarity_rows(left, right)
    assert len(rows) == 16
    pair = rows[(rows["left_topic"] == 1) & (rows["right_topic"] == 2)].iloc[0]
    assert pair["similarity"] == cross_similarity(left, right)[1, 2]
    assert pair["right_label"] == "2 " + " ".join(right.top_words(3)[2])


def test_one_model_cannot_be_aligned(sides):
    with pytest.raises(DiscourseError, match="at least two"):
        align_models({"before": sides["before"][0]})
