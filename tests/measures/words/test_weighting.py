"""tf-idf by its conventions, and the log odds with Dirichlet priors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from analysis.errors import DiscourseError
from analysis.measures.words import weighting as w
from analysis.measures.words.matrix import DocumentTerm

COUNTS = np.array([[3, 1, 0], [1, 0, 4], [2, 0, 0]])


def units_of(matrix: np.ndarray, sizes: np.ndarray | None = None) -> DocumentTerm:
    ids = np.array([f"d{i}" for i in range(len(matrix))], dtype=object)
    terms = np.array([f"w{i}" for i in range(matrix.shape[1])], dtype=object)
    return DocumentTerm(sparse.csr_array(matrix), ids, terms, matrix.sum(axis=1) if sizes is None else sizes)


def test_tidytext_by_hand():
    got = w.tf_idf(units_of(COUNTS)).todense()
    np.testing.assert_allclose(got, [[0, np.log(3) / 4, 0], [0, 0, 4 / 5 * np.log(3)], [0, 0, 0]])
    pooled = w.tf_idf(units_of(COUNTS, np.array([8, 10, 4]))).todense()  # half of each document pooled
    np.testing.assert_allclose(pooled, got / 2)


def test_other_conventions():
    from sklearn.feature_extraction.text import TfidfTransformer

    units = units_of(COUNTS)
    np.testing.assert_allclose(
        w.tf_idf(units, convention="scikit-learn").todense(), TfidfTransformer().fit_transform(COUNTS).todense()
    )
    np.testing.assert_allclose(w.tf_idf(units, convention="quanteda").todense()[1, 2], 4 * np.log10(3))
    gensim = w.tf_idf(units, convention="gensim").todense()
    np.testing.assert_allclose(gensim[0], [0, 1, 0])
    np.testing.assert_allclose(w.tf(units, kind="augmented").todense()[0, :2], [1, 0.5 + 0.5 / 3])
    np.testing.assert_allclose(w.tf(units, kind="average_log").todense()[0, 0], (1 + np.log(3)) / (1 + np.log(2)))
    np.testing.assert_allclose(w.idf(units, kind="probabilistic"), [0, np.log(2), np.log(2)])


def test_every_convention_ranks_and_scales():
    units, double = units_of(COUNTS), units_of(COUNTS * 2)
    np.testing.assert_allclose(w.tf_idf(units).todense(), w.tf_idf(double).todense())
    for name in w.CONVENTIONS:
        assert (w.tf_idf(units, convention=name).data >= 0).all()
    top = w.top_terms(units, count=1)
    assert top["term"].tolist() == ["w1", "w2", "w0"]
    some = w.top_terms(units, count=1, rows=np.array([2, 0]))
    assert some["doc_id"].tolist() == ["d2", "d0"] and some["term"].tolist() == ["w0", "w1"]
    assert some["tf_idf"].tolist() == [0, top["tf_idf"][0]]  # rare among all documents, not among those shown
    with pytest.raises(DiscourseError, match="allowed: tidytext, quanteda"):
        w.tf_idf(units, convention="tidy")


@pytest.mark.shared
def test_austen_tf_idf_of_tidytext(reference):
    counts = pd.read_csv(reference / "data" / "austen_word_counts.csv", keep_default_na=False)
    book, books = pd.factorize(counts["book"])
    word, words = pd.factorize(counts["word"])
    matrix = sparse.coo_array((counts["n"], (book, word))).tocsr()
    units = DocumentTerm(matrix, np.array(books), np.array(words), np.asarray(matrix.sum(axis=1)))
    assert units.token_counts.sum() == 725055
    assert dict(zip(units.doc_ids, units.token_counts, strict=True))["Emma"] == 160996
    top = w.top_terms(units, count=1).set_index("term")["tf_idf"]
    printed = {"elinor": 0.00931, "crawford": 0.00551, "darcy": 0.00547, "elliot": 0.00544, "emma": 0.00536}
    for term, value in printed.items():
        np.testing.assert_allclose(top[term], value, rtol=0, atol=6e-6)
