from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from topic_corpora import planted, store_tables

from analysis.measures.topic_vocabulary import REASONS, VocabularyRules, topic_matrix
from analysis.store.errors import DiscourseError

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
