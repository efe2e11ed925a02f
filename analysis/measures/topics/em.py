"""Latent Dirichlet allocation by batch maximum a posteriori EM, in NumPy.

Asuncion, Welling, Smyth and Teh (2009), "On smoothing and inference for topic models", equations 10 and 13, with
`alpha` and `eta` written as the pseudo-counts that are added (their alpha - 1 and eta - 1). Every step uses all
documents at once, so the result does not depend on their order beyond rounding, and sorted documents make it repeat
exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scipy import sparse

    Places = np.ndarray | tuple[np.ndarray, np.ndarray]
    Block = tuple[int, sparse.csr_matrix, Places]

_BLOCK = 256
# Share of documents' words that occur below which the K products of each count are cheaper than the whole block's table.
_SPARSE = 0.015
_HELD_CELLS = 20_000_000
_TINY = np.float32(1e-30)


def fit_em(
    counts: sparse.csr_matrix,
    k: int,
    *,
    seed: int,
    alpha: float = 0.1,
    eta: np.ndarray | float = 0.01,
    iterations: int = 100,
) -> tuple[np.ndarray, np.ndarray]:
    """Topics of a D x V count matrix: (doc_topic D x K, topic_word K x V), float32, rows sum to 1.

    eta: one pseudo-count, or K x V of them (a seeded prior). Documents without tokens get equal shares.
    """
    rng = np.random.default_rng(seed)
    n_docs, n_terms = counts.shape
    prior = np.broadcast_to(np.asarray(eta, dtype=np.float32), (k, n_terms))
    # Near-equal shares let the data choose; where the prior is seeded, the start follows it.
    topic_word = (rng.gamma(100.0, 0.01, (k, n_terms)).astype(np.float32)) * (prior + prior.mean())
    topic_word /= topic_word.sum(axis=1, keepdims=True)
    doc_topic = rng.gamma(100.0, 0.01, (n_docs, k)).astype(np.float32)
    doc_topic /= doc_topic.sum(axis=1, keepdims=True)
    blocks = _Blocks(counts)
    for _ in range(iterations):
        expected = np.zeros((n_terms, k), dtype=np.float32)
        by_term = np.ascontiguousarray(topic_word.T)
        for block in blocks:
            expected += _step(block, doc_topic, (topic_word, by_term), alpha)
        topic_word = topic_word * expected.T + prior
        topic_word /= topic_word.sum(axis=1, keepdims=True)
    return doc_topic, topic_word


def infer_em(
    counts: sparse.csr_matrix, topic_word: np.ndarray, *, alpha: float = 0.1, iterations: int = 50
) -> np.ndarray:
    """Topic shares of documents under fixed topics: D x K float32, rows sum to 1; starts from equal shares."""
    k = topic_word.shape[0]
    doc_topic = np.full((counts.shape[0], k), 1.0 / k, dtype=np.float32)
    words = np.ascontiguousarray(topic_word, dtype=np.float32)
    both = (words, np.ascontiguousarray(words.T))
    for block in _Blocks(counts):
        for _ in range(iterations):
            _step(block, doc_topic, both, alpha, want_words=False)
    return doc_topic


class _Blocks:
    """Rows in blocks small enough for the cache: first row, counts, and where each count stands: its place in the dense
    block, or (sparse matrices) its row and column.

    Kept for all steps when that takes little memory, made anew in each step when the matrix is large.
    """

    def __init__(self, counts: sparse.csr_matrix) -> None:
        self._counts = counts
        self._is_sparse = counts.nnz < _SPARSE * counts.shape[0] * counts.shape[1]
        self._held = list(self._made()) if counts.nnz <= _HELD_CELLS else None

    def __iter__(self) -> Iterator[Block]:
        return self._made() if self._held is None else iter(self._held)

    def _made(self) -> Iterator[Block]:
        n_terms = self._counts.shape[1]
        for start in range(0, self._counts.shape[0], _BLOCK):
            part = self._counts[start : start + _BLOCK].astype(np.float32).tocsr()
            rows = np.repeat(np.arange(part.shape[0], dtype=np.int64), np.diff(part.indptr))
            yield start, part, (rows, part.indices) if self._is_sparse else rows * n_terms + part.indices


def _step(
    block: Block,
    doc_topic: np.ndarray,
    words: tuple[np.ndarray, np.ndarray],
    alpha: float,
    *,
    want_words: bool = True,
) -> np.ndarray | float:
    """Update the block's rows of doc_topic in place; give its expected word counts over the old word shares (V x K).

    words: the topics' shares of words, K x V and V x K."""
    start, part, places = block
    shares = doc_topic[start : start + part.shape[0]].copy()
    fitted = _fitted(shares, words, places)
    ratio = part.copy()
    ratio.data = part.data / (fitted + _TINY)
    updated = shares * (ratio @ words[1]) + np.float32(alpha)
    doc_topic[start : start + part.shape[0]] = updated / updated.sum(axis=1, keepdims=True)
    return ratio.T @ shares if want_words else 0.0


def _fitted(shares: np.ndarray, words: tuple[np.ndarray, np.ndarray], places: Places) -> np.ndarray:
    """The probability of each count's word in its document: all words of all documents at once, or each by itself."""
    if isinstance(places, tuple):
        rows, columns = places
        return np.einsum("ij,ij->i", shares[rows], words[1][columns])
    return (shares @ words[0]).ravel()[places]
