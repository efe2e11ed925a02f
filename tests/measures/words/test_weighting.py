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


def test_a_line_through_ranks():
    """Counts that fall as 1 / rank have slope -1. (Silge and Robinson's six novels of Austen, ranks 11 to 499: intercept
    -.6226, slope -1.1125; ours -.62257 and -1.11252, on counts that are not here.)"""
    fallen = 1e6 / np.arange(1, 301)
    got = w.zipf(np.random.default_rng(1).permutation(fallen))
    assert got["slope"] == pytest.approx(-1) and got["rank_count"] == 300
    assert 10 ** got["intercept"] == pytest.approx(fallen[0] / fallen.sum())
    bent = np.where(np.arange(1, 301) < 10, 1e5, fallen)
    assert w.zipf(bent, first=10, last=200)["slope"] == pytest.approx(-1) and w.zipf(bent)["slope"] > -0.99
    texts = np.stack([fallen, np.where(fallen > 1e4, fallen**2, 0)])
    two = w.zipf(texts, first=2, last=80)
    x = np.log10(np.r_[2:81, 2:81]), np.log10(np.r_[fallen[1:80] / fallen.sum(), texts[1][1:80] / texts[1].sum()])
    assert [two["slope"], two["intercept"]] == pytest.approx(np.polyfit(*x, 1).tolist()) and two["rank_count"] == 158
    with pytest.raises(DiscourseError, match="two or more"):
        w.zipf(fallen, first=300)
    with pytest.raises(DiscourseError, match="counts: -1"):
        w.zipf(np.array([3, -1]))


def test_diversity_of_quantedas_own_test():
    """quanteda's test of textstat_lexdiv: "one one two one one two one", seven tokens, two types."""
    got = w.lexical_diversity(np.array([5, 2, 0]))
    wanted = {
        "ttr": 2 / 7,
        "c": np.log(2) / np.log(7),
        "r": 2 / np.sqrt(7),
        "cttr": 2 / np.sqrt(14),
        "u": np.log10(7) ** 2 / np.log10(3.5),
        "maas": np.sqrt(np.log10(3.5)) / np.log10(7),
        "k": 1e4 * ((25 + 4) / 49 - 1 / 7),
        "i": 4 / 27,
        "d": (5 * 4 + 2 * 1) / 42,
    }
    assert got == pytest.approx(wanted)
    alone = w.lexical_diversity(np.array([1]))
    assert alone["ttr"] == 1 and np.isnan([alone["c"], alone["d"], alone["u"]]).all()
    with pytest.raises(DiscourseError, match="at least one"):
        w.lexical_diversity(np.array([0]))
    with pytest.raises(DiscourseError, match="whole"):
        w.lexical_diversity(np.array([0.5]))
