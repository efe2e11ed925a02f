"""Document-term matrices."""

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
from analysis.measures.words.matrix import DocumentTerm, document_term


def units_of(matrix: np.ndarray, sizes: np.ndarray | None = None) -> DocumentTerm:
    matrix = np.asarray(matrix)
    sizes = matrix.sum(axis=1) if sizes is None else np.asarray(sizes)
    terms = np.array([f"w{i:03d}" for i in range(matrix.shape[1])], dtype=object)
    ids = np.array([f"d{i:04d}" for i in range(len(matrix))], dtype=object)
    return DocumentTerm(sparse.csr_array(matrix.astype(np.int64)), ids, terms, sizes)


def test_units_of_very_many_tokens_do_not_wrap_round():
    big = 2**30
    units = units_of(np.array([[big], [big], [big]]))
    units = DocumentTerm(units.matrix.astype(np.int32), units.doc_ids, units.terms, units.token_counts)
    assert units.units(np.array(["a", "a", "a"])).matrix.sum() == 3 * big


def test_document_term_keeps_totals_and_drops_the_pool():
    vocabulary = pd.DataFrame(
        {
            "term_id": [0, 1, 2, 3],
            "term": ["<pooled>", "ally", "allies", "the"],
            "lemma": ["<pooled>", "ally", "ally", "the"],
            "is_stopword": [False, False, False, True],
        }
    )
    counts = pd.DataFrame(
        {"doc_id": ["a", "a", "b", "b", "x"], "term_id": [0, 1, 2, 3, 1], "token_count": [4, 2, 3, 5, 9]}
    )
    documents = pd.DataFrame({"doc_id": ["b", "a", "c"]})
    full = document_term(counts, documents, vocabulary)
    assert full.terms.tolist() == ["ally", "allies", "the"]
    assert full.matrix.todense().tolist() == [[0, 3, 5], [2, 0, 0], [0, 0, 0]]
    assert full.token_counts.tolist() == [8, 6, 0]
    lemmas = document_term(counts, documents, vocabulary, by="lemma", drop_stopwords=True)
    assert lemmas.terms.tolist() == ["ally"]
    assert lemmas.matrix.todense().tolist() == [[3], [2], [0]]
    joined = full.units(np.array(["u", "u", "v"]))
    assert joined.token_counts.tolist() == [14, 0]
    assert joined.matrix.todense().tolist() == [[2, 3, 5], [0, 0, 0]]
    with pytest.raises(DiscourseError, match="term_id 7"):
        document_term(counts.assign(term_id=7), documents, vocabulary)


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


def test_a_document_that_is_all_pool_counts_as_one_without_tokens():
    vocabulary = pd.DataFrame(
        {"term_id": [0, 1], "term": ["<pooled>", "tea"], "lemma": ["<pooled>", "tea"], "is_stopword": [False, True]}
    )
    counts = pd.DataFrame({"doc_id": ["a", "a", "b", "c"], "term_id": [0, 1, 0, 1], "token_count": [5, 2, 9, 4]})
    made = document_term(counts, pd.DataFrame({"doc_id": ["a", "b", "c"]}), vocabulary)
    assert made.token_counts.tolist() == [7, 0, 4]
    # A document of stop words alone is known, though its words get no column.
    assert document_term(
        counts, pd.DataFrame({"doc_id": ["b", "c"]}), vocabulary, drop_stopwords=True
    ).token_counts.tolist() == [0, 4]


def test_a_term_that_the_vocabulary_does_not_have_is_named_and_not_one_it_has():
    vocabulary = pd.DataFrame({"term_id": [3, 4], "term": ["a", "b"], "lemma": ["a", "b"], "is_stopword": False})
    documents = pd.DataFrame({"doc_id": ["d"]})
    counts = pd.DataFrame({"doc_id": ["d"] * 4, "term_id": [3, 4, 17, 18], "token_count": 1})
    assert document_term(counts.head(2), documents, vocabulary).matrix.toarray().tolist() == [[1, 1]]
    with pytest.raises(DiscourseError, match="term_id 17 is not in the vocabulary"):
        document_term(counts, documents, vocabulary)
