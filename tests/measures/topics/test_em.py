"""The expectation-maximisation steps."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from topic_corpora import planted

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
