"""The expectation-maximisation steps."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from topic_corpora import planted

from analysis.measures.topics import em
from analysis.measures.topics.em import fit_em, infer_em


@pytest.fixture(scope="module")
def corpus():
    return planted(1)


def test_one_step_of_em_by_hand():
    # Equal start is a fixed point of the update, so infer from two known topics instead: one word is only in topic 0.
    topic_word = np.array([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]])
    from scipy import sparse

    counts = sparse.csr_matrix(np.array([[2, 2, 0], [0, 0, 0]]))
    shares = infer_em(counts, topic_word, alpha=1.0, iterations=1)
    # word 0: all 2 tokens to topic 0; word 1: halves; with alpha 1: (3 + 1) / 6 and (1 + 1) / 6.
    np.testing.assert_allclose(shares, [[4 / 6, 2 / 6], [0.5, 0.5]], rtol=1e-6)


def test_em_does_not_depend_on_the_order_of_documents():
    corpus = planted(2)
    order = np.random.default_rng(0).permutation(len(corpus.matrix.doc_ids))
    _, words = fit_em(corpus.matrix.counts, 5, seed=1, iterations=60)
    _, again = fit_em(corpus.matrix.counts[order], 5, seed=1, iterations=60)
    # The random start of each document differs, the topics that are found do not.
    table = np.corrcoef(words, again)[:5, 5:]
    assert table[linear_sum_assignment(-table)].min() > 0.98


def thin(density):
    from scipy import sparse

    counts = sparse.random(300, 2000, density=density, format="csr", random_state=3)
    counts.data = np.ceil(counts.data * 5)
    return counts


@pytest.mark.parametrize(("density", "is_sparse"), [(0.005, True), (0.014, True), (0.02, False)])
def test_counts_are_taken_one_by_one_where_they_are_few(density, is_sparse, monkeypatch):
    counts = thin(density)
    _, _, places = next(iter(em._Blocks(counts)))
    assert isinstance(places, tuple) == is_sparse
    found = fit_em(counts, 8, seed=1, iterations=5)
    monkeypatch.setattr(em, "_SPARSE", 0.0 if is_sparse else 1.0)
    other = fit_em(counts, 8, seed=1, iterations=5)
    for one, two in zip(found, other, strict=True):
        np.testing.assert_allclose(one, two, rtol=2e-4, atol=1e-7)  # 32 bits, five steps
    inferred = infer_em(counts, found[1], iterations=5)
    monkeypatch.undo()
    np.testing.assert_allclose(inferred, infer_em(counts, found[1], iterations=5), rtol=2e-4, atol=1e-7)


def test_both_ways_are_one_formula():
    rng = np.random.default_rng(5)
    shares, words = rng.dirichlet(np.ones(6), 40), rng.dirichlet(np.ones(500), 6)
    rows, columns = np.repeat(np.arange(40), 5), rng.integers(0, 500, 200)
    both = (words, np.ascontiguousarray(words.T))
    dense = em._fitted(shares, both, rows * 500 + columns)
    np.testing.assert_allclose(em._fitted(shares, both, (rows, columns)), dense, rtol=1e-10)
    np.testing.assert_allclose(dense[7], sum(shares[rows[7], t] * words[t, columns[7]] for t in range(6)), rtol=1e-10)
