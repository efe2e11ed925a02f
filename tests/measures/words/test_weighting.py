"""tf-idf by its conventions, and the log odds with Dirichlet priors."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from analysis.errors import DiscourseError
from analysis.measures.words import matrix as vocabularies
from analysis.measures.words import weighting as w
from analysis.measures.words.logodds import log_odds, log_odds_sets
from analysis.measures.words.matrix import DocumentTerm, document_term

COUNTS = np.array([[3, 1, 0], [1, 0, 4], [2, 0, 0]])
GEARS = np.array([[12, 3], [2, 10], [4, 1]])  # tidylo's example: mtcars, gear by vs


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
    with pytest.raises(DiscourseError, match="allowed: tidytext, quanteda"):
        w.tf_idf(units, convention="tidy")


def test_tidylo_example():
    informative = log_odds_sets(GEARS)
    np.testing.assert_allclose(
        informative.z.T.ravel(),
        [1.172834723554, -1.376751571244, 0.403312459744, -1.135477730316, 1.566116790523, -0.4362339790201],
        atol=1e-10,
    )
    np.testing.assert_allclose(informative.log_odds[0, 0], 0.2855057930292)
    even = log_odds_sets(GEARS, prior="uniform")
    np.testing.assert_allclose(even.z[:, 1], [-1.740710726339, 2.842143635576, -0.6570674213024], atol=1e-10)


def test_monroe_by_hand():
    got = log_odds([8, 2], [2, 8], prior="uniform", alpha=1)
    delta = np.log(9 / 3) - np.log(3 / 9)
    np.testing.assert_allclose(got.log_odds, [delta, -delta])
    np.testing.assert_allclose(got.z[0], delta / np.sqrt(1 / 9 + 1 / 3))
    full = log_odds([8, 2], [2, 8], prior="uniform", alpha=1, variance="full")
    np.testing.assert_allclose(full.z[0], delta / np.sqrt(2 / 9 + 2 / 3))
    informative = log_odds([8, 2], [2, 8], background=[3, 1], strength=8)
    np.testing.assert_allclose(informative.log_odds[0], np.log(14 / 4) - np.log(8 / 10))
    np.testing.assert_allclose(got.standard_deviation[0], np.sqrt(1 / 9 + 1 / 3))


def test_log_odds_properties():
    rng = np.random.default_rng(0)
    f1, f2 = rng.integers(0, 50, (2, 30))
    there, back = log_odds(f1, f2), log_odds(f2, f1)
    np.testing.assert_allclose(there.z, -back.z)
    assert np.abs(log_odds(f1, f2, strength=1e7).log_odds).max() < 0.01  # a strong prior pulls all to 0
    zero = log_odds([5, 0], [5, 3], prior="none")
    assert zero.log_odds[1] == -np.inf
    absent = np.array([[5, 0], [3, 3], [0, 4]])
    dropped = log_odds_sets(absent, absent="drop")
    assert np.isnan(dropped.z[0, 1])
    assert np.isnan(dropped.z[2, 0])
    assert np.isfinite(log_odds_sets(absent).z).all()


def test_published_values_of_log_odds(golden):
    for case in golden("logodds"):
        rows = pd.DataFrame(case["input"]["rows"])
        table = rows.pivot_table(index="gear", columns="vs", values="n")
        got = log_odds_sets(table.to_numpy(), prior="uniform" if case["input"]["uninformative"] else "informative")
        for name, value in (("log_odds", got.log_odds), ("log_odds_weighted", got.z)):
            np.testing.assert_allclose(value.T.ravel(), case["expected"][name], rtol=0, atol=case["tolerance_abs"])


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


def test_a_document_term_matrix_from_pieces_is_the_one_from_the_whole():
    documents = pd.DataFrame({"doc_id": ["a", "b", "c"]})
    vocabulary = pd.DataFrame({"term_id": [0, 1, 2], "term": ["<pooled>", "x", "y"], "is_stopword": False})
    counts = pd.DataFrame({"doc_id": ["a", "a", "c", "z"], "term_id": [1, 0, 2, 1], "token_count": [2, 5, 3, 9]})
    whole = document_term(counts, documents, vocabulary)
    parts = document_term(iter([counts[:2], counts[2:]]), documents, vocabulary)
    assert whole.matrix.toarray().tolist() == parts.matrix.toarray().tolist() == [[2, 0], [0, 0], [0, 3]]
    assert whole.token_counts.tolist() == parts.token_counts.tolist() == [7, 0, 3]
    assert document_term(iter([]), documents, vocabulary).matrix.nnz == 0


@given(st.one_of(st.just(range(12)), st.permutations(range(12))), st.integers(1, 12), st.sampled_from([1, 2, 5, 100]))
def test_a_matrix_does_not_depend_on_the_order_or_the_cut_of_its_counts(order, cut, block):
    documents = pd.DataFrame({"doc_id": ["a", "b", "c", "d"]})
    vocabulary = pd.DataFrame(
        {"term_id": [0, 1, 2], "term": ["<pooled>", "x", "y"], "is_stopword": False, "lemma": ["<pooled>", "x", "x"]}
    )
    rows = [(d, t, 1 + i) for i, (d, t) in enumerate((d, t) for d in "abcz" for t in (0, 1, 2))]
    counts = pd.DataFrame(rows, columns=["doc_id", "term_id", "token_count"])
    mixed = counts.iloc[list(order)]
    for by in ("term", "lemma"):
        whole = document_term(counts, documents, vocabulary, by=by)
        with mock.patch.object(vocabularies, "BLOCK", block):
            parts = document_term(iter([mixed[:cut], mixed[cut:]]), documents, vocabulary, by=by)
        assert whole.matrix.toarray().tolist() == parts.matrix.toarray().tolist()
        assert whole.token_counts.tolist() == parts.token_counts.tolist() == [6, 15, 24, 0]
        assert parts.matrix.has_canonical_format


@pytest.mark.parametrize("cells", [1, 2, 5, 100])
def test_blocks_are_the_matrix_in_order(cells):
    counts = np.array([[1, 0, 2], [0, 0, 0], [3, 4, 5], [0, 6, 0]])
    made = DocumentTerm(sparse.csr_array(counts), np.arange(4), np.arange(3), counts.sum(axis=1))
    blocks = list(made.blocks(cells))
    row, column, count = (np.concatenate(values) for values in zip(*blocks, strict=True))
    again = np.zeros_like(counts)
    again[row, column] = count
    assert again.tolist() == counts.tolist()
    assert all(len(block[0]) <= max(cells, 3) for block in blocks)
