from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from topic_corpora import planted, store_tables

from analysis.errors import DiscourseError
from analysis.measures.topics.matrix import REASONS, VocabularyRules, residual_idf, topic_matrix

VOCABULARY = pd.DataFrame(
    [
        (0, "<pooled>", "<pooled>", False),
        (1, "balance", "balance", False),
        (2, "balances", "balance", False),
        (3, "khmer", "khmer", False),
        (4, "of", "of", True),
        (5, "port", "port", False),
        (6, "un", "un", False),
        (7, "2023", "2023", False),
    ],
    columns=["term_id", "term", "lemma", "is_stopword"],
)
COUNTS = pd.DataFrame(
    [
        ("b", 1, 2),
        ("b", 2, 3),
        ("b", 4, 9),
        ("b", 0, 4),
        ("a", 2, 1),
        ("a", 3, 2),
        ("a", 6, 1),
        ("c", 5, 6),
        ("c", 7, 1),
    ],
    columns=["doc_id", "term_id", "token_count"],
)
ALL = VocabularyRules(min_documents=1, max_document_share=1, min_tokens=1)


def test_forms_of_a_lemma_are_one_word_and_all_mass_is_accounted_for():
    matrix = topic_matrix(COUNTS, VOCABULARY, rules=ALL)
    assert matrix.doc_ids == ("a", "b", "c")
    assert matrix.terms == ("balance", "khmer", "port")
    np.testing.assert_array_equal(matrix.counts.toarray(), [[1, 2, 0], [5, 0, 0], [0, 0, 6]])
    expected = dict.fromkeys(REASONS, 0) | {"kept": 14, "pooled": 4, "stop word": 9, "too short": 2}
    assert matrix.mass == expected
    assert matrix.report()["token_share"].sum() == pytest.approx(1.0)


def test_word_forms_stay_apart_on_request():
    rules = VocabularyRules(min_documents=1, max_document_share=1, min_tokens=1, lemmas=False)
    assert topic_matrix(COUNTS, VOCABULARY, rules=rules).terms == ("balance", "balances", "khmer", "port")


def test_limits_on_document_frequency_and_length():
    rules = VocabularyRules(min_documents=2, max_document_share=1, min_tokens=2)
    matrix = topic_matrix(COUNTS, VOCABULARY, rules=rules)
    assert (matrix.terms, matrix.doc_ids, matrix.left_out) == (("balance",), ("b",), ("a", "c"))
    assert (matrix.mass["too rare"], matrix.mass["short document"], matrix.mass["kept"]) == (8, 1, 5)
    rules = VocabularyRules(min_documents=1, max_document_share=0.5, min_tokens=1, drop=("port",))
    matrix = topic_matrix(COUNTS, VOCABULARY, rules=rules)
    assert (matrix.terms, matrix.mass["too common"], matrix.mass["dropped by name"]) == (("khmer",), 6, 6)


def test_residual_idf_by_hand():
    # Three documents of 4 tokens. `a`: 3 tokens in one document, expected 3 x (1 - exp(-3/12 x 4)) = 3 (1 - 1/e).
    # `b`: one in each: found 3, expected the same. `c`: 6 tokens in two, expected 3 (1 - exp(-2)).
    counts = sparse.csr_matrix(np.array([[3, 1, 0], [0, 1, 3], [0, 1, 3]]))
    expected = np.log2([3 * (1 - np.exp(-1)) / 1, 3 * (1 - np.exp(-1)) / 3, 3 * (1 - np.exp(-2)) / 2])
    np.testing.assert_allclose(residual_idf(counts), expected, rtol=0.02)
    assert residual_idf(sparse.csr_matrix(np.array([[0, 2]])))[0] == 0.0


def test_formulae_that_stand_once_in_each_document_are_left_out():
    rows = [(f"d{i}", 1, 1) for i in range(40)] + [(f"d{i}", 3, 9) for i in range(10)]
    rows += [(f"d{i}", 5, 9) for i in range(10, 40)]
    counts = pd.DataFrame(rows, columns=["doc_id", "term_id", "token_count"])
    rules = replace(ALL, min_residual_idf=0.05)
    matrix = topic_matrix(counts, VOCABULARY, rules=rules)
    assert matrix.terms == ("khmer", "port")
    assert matrix.mass["spread evenly"] == 40
    assert topic_matrix(counts, VOCABULARY, rules=ALL).terms == ("balance", "khmer", "port")


def test_a_fixed_lemma_takes_the_place_of_the_dictionary_s():
    matrix = topic_matrix(COUNTS, VOCABULARY, rules=replace(ALL, lemma_fixes=(("balances", "scales"),)))
    assert matrix.terms == ("balance", "khmer", "port", "scales")


def test_words_of_one_outlet_are_left_out():
    # "own" is said 5 times by outlet x alone, "all" as often by each of the three.
    counts = pd.DataFrame(
        [("a", 1, 5), ("a", 2, 5), ("b", 2, 5), ("c", 2, 5)], columns=["doc_id", "term_id", "token_count"]
    )
    terms = ["<pooled>", "own", "all"]
    vocabulary = pd.DataFrame({"term_id": range(3), "term": terms, "lemma": terms, "is_stopword": False})
    documents = pd.DataFrame({"doc_id": ["a", "b", "c"], "outlet_id": ["x", "y", "z"]})
    matrix = topic_matrix(counts, vocabulary, documents, rules=ALL)
    assert (matrix.terms, matrix.mass["one outlet's own"]) == (("all",), 5)
    two = documents.assign(outlet_id=["x", "y", "y"])
    assert topic_matrix(counts, vocabulary, two, rules=ALL).terms == ("all", "own")


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(random):
    counts, vocabulary = store_tables(planted(3, n_docs=20).matrix)
    first = topic_matrix(counts, vocabulary)
    order = list(range(len(counts)))
    random.shuffle(order)
    again = topic_matrix(counts.iloc[order], vocabulary.sample(frac=1, random_state=random.randint(0, 99)))
    assert again.content_hash == first.content_hash
    assert sum(first.mass.values()) == counts["token_count"].sum()


def test_refusals_name_the_problem():
    with pytest.raises(DiscourseError, match="no word is left"):
        topic_matrix(COUNTS, VOCABULARY)
    with pytest.raises(DiscourseError, match="is_stopword"):
        topic_matrix(COUNTS, VOCABULARY.drop(columns="is_stopword"))
    with pytest.raises(DiscourseError, match="term_id"):
        topic_matrix(COUNTS, VOCABULARY.iloc[:3])


@pytest.mark.parametrize("cuts", [[], [40], [17, 60, 61]])
def test_a_matrix_from_pieces_is_the_one_from_the_whole(cuts):
    made = planted(5, n_docs=30)
    counts, vocabulary = store_tables(made.matrix)
    documents = made.documents
    whole = topic_matrix(counts, vocabulary, documents)
    edges = [0, *cuts, len(counts)]
    pieces = (counts.iloc[a:b] for a, b in itertools.pairwise(edges))
    assert topic_matrix(pieces, vocabulary, documents).content_hash == whole.content_hash
    with pytest.raises(DiscourseError, match="no word is left"):
        topic_matrix(iter([]), vocabulary, documents)


def test_documents_that_are_all_pool_count_in_no_share_of_documents():
    small = pd.DataFrame({"doc_id": [f"z{i}" for i in range(40)], "term_id": [0] * 40, "token_count": [9] * 40})
    with_small = topic_matrix(pd.concat([COUNTS, small]), VOCABULARY, rules=ALL)
    alone = topic_matrix(COUNTS, VOCABULARY, rules=ALL)
    assert with_small.doc_ids == alone.doc_ids and with_small.terms == alone.terms
    assert (with_small.counts != alone.counts).nnz == 0
    assert set(with_small.left_out) - set(alone.left_out) == set(small["doc_id"])
    assert with_small.mass["pooled"] == alone.mass["pooled"] + 360
