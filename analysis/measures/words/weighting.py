"""Weights of terms in documents: tf-idf under the conventions in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, require
from analysis.measures.inference.arguments import COUNT_ROW, ONE_OR_MORE, PLACES, checked

if TYPE_CHECKING:
    import pandas as pd
    from scipy import sparse

    from analysis.measures.words.matrix import DocumentTerm

TERM_FREQUENCIES = ("share", "count", "log", "boolean", "augmented", "average_log")
DOCUMENT_FREQUENCIES = ("plain", "smooth", "plus_one", "probabilistic", "none")
NORMS = ("none", "l1", "l2")
CONVENTIONS: dict[str, dict[str, object]] = {
    "tidytext": {"tf": "share", "idf": "plain", "norm": "none", "base": np.e},
    "quanteda": {"tf": "count", "idf": "plain", "norm": "none", "base": 10.0},
    "scikit-learn": {"tf": "count", "idf": "smooth", "norm": "l2", "base": np.e},
    "gensim": {"tf": "count", "idf": "plain", "norm": "l2", "base": 2.0},
    "salton": {"tf": "log", "idf": "plain", "norm": "l2", "base": np.e},
}


@checked
def idf(documents: DocumentTerm, *, kind: str = "plain", base: float = np.e) -> np.ndarray:
    """Inverse document frequency of each term, with N documents of which df contain it; higher means rarer.

    "plain" log(N/df), infinite for a term of no document (Spärck Jones 1972); "smooth" log((1+N)/(1+df)) + 1
    (scikit-learn); "plus_one" log(N/df) + 1; "probabilistic" max(0, log((N-df)/df)); "none" 1.
    """
    require("kind of idf", kind, DOCUMENT_FREQUENCIES)
    count = documents.shape[0]
    found = documents.document_counts().astype(np.float64)
    with np.errstate(divide="ignore"):
        if kind == "none":
            return np.ones(len(found))
        if kind == "smooth":
            return np.log((1 + count) / (1 + found)) / np.log(base) + 1
        if kind == "probabilistic":
            return np.maximum(np.log(np.maximum(count - found, 0) / np.maximum(found, 1e-300)) / np.log(base), 0)
        return np.log(count / found) / np.log(base) + float(kind == "plus_one")


@checked
def tf(documents: DocumentTerm, *, kind: str = "share", base: float = np.e) -> sparse.csr_array:
    """Term frequency, sparse: "share" n / tokens of the document (tidytext); "count" n; "log" 1 + log n; "boolean" 1;
    "augmented" 0.5 + 0.5 n / largest n; "average_log" (1 + log n) / (1 + log of the document's mean n).
    """
    from scipy import sparse

    require("kind of tf", kind, TERM_FREQUENCIES)
    counts = documents.matrix.tocsr()
    filled = np.diff(counts.indptr)
    row = np.repeat(np.arange(counts.shape[0]), filled)
    n = counts.data.astype(np.float64)
    if kind == "share":
        data = n / documents.token_counts[row]
    elif kind == "log":
        data = 1 + np.log(n) / np.log(base)
    elif kind == "boolean":
        data = np.ones_like(n)
    elif kind == "augmented":
        largest = np.zeros(counts.shape[0])
        np.maximum.at(largest, row, n)
        data = 0.5 + 0.5 * n / largest[row]
    elif kind == "average_log":
        mean = np.bincount(row, weights=n, minlength=counts.shape[0]) / np.maximum(filled, 1)
        data = (1 + np.log(n) / np.log(base)) / (1 + np.log(np.maximum(mean, 1)) / np.log(base))[row]
    else:
        data = n
    return sparse.csr_array((data, counts.indices, counts.indptr), shape=counts.shape)


def tf_idf(documents: DocumentTerm, *, convention: str = "tidytext") -> sparse.csr_array:
    """tf x idf of every filled cell, sparse, documents x terms; higher means more typical of the document.

    convention (`CONVENTIONS`): "tidytext" share of the document's tokens x ln(N/df), so 0 for a word in every document;
    "quanteda" count x log10(N/df); "scikit-learn" count x (ln((1+N)/(1+df)) + 1), rows of length 1; "gensim" count x
    log2(N/df), rows of length 1; "salton" (1 + ln n) x ln(N/df), rows of length 1 (SMART ltc).
    """
    from scipy import sparse

    require("convention of tf-idf", convention, CONVENTIONS)
    chosen = CONVENTIONS[convention]
    base = float(chosen["base"])  # type: ignore[arg-type]
    weights = tf(documents, kind=str(chosen["tf"]))
    scale = idf(documents, kind=str(chosen["idf"]), base=base)
    data = weights.data * scale[weights.indices]
    table = sparse.csr_array((data, weights.indices, weights.indptr), shape=weights.shape)
    return _normed(table, str(chosen["norm"]))


def _normed(table: sparse.csr_array, norm: str) -> sparse.csr_array:
    from scipy import sparse

    require("norm", norm, NORMS)
    if norm == "none":
        return table
    row = np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))
    size = np.bincount(row, weights=np.abs(table.data) if norm == "l1" else table.data**2, minlength=table.shape[0])
    size = size if norm == "l1" else np.sqrt(size)
    data = np.divide(table.data, size[row], out=np.zeros_like(table.data), where=size[row] > 0)
    return sparse.csr_array((data, table.indices, table.indptr), shape=table.shape)


@checked(rows=PLACES)
def top_terms(
    documents: DocumentTerm, *, convention: str = "tidytext", count: int = 10, rows: np.ndarray | None = None
) -> pd.DataFrame:
    """The `count` terms of highest tf-idf in each document: doc_id, term, token_count, tf_idf, rank; ties by term.

    rows: numbers of the documents wanted, in order (None: all); how rare a word is, is counted over all documents.
    """
    import pandas as pd

    if count < 1:
        raise DiscourseError(f"top_terms: count is {count}; ask for 1 or more.")
    weights, counts = tf_idf(documents, convention=convention), documents.matrix.tocsr()
    doc_ids = documents.doc_ids
    if rows is not None:
        weights, counts, doc_ids = weights[rows], counts[rows], doc_ids[rows]
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    table = pd.DataFrame(
        {
            "doc_id": doc_ids[row],
            "term": documents.terms[counts.indices],
            "token_count": counts.data,
            "tf_idf": weights.data,
            "_row": row,
        }
    )
    table = table.sort_values(["_row", "tf_idf", "term"], ascending=[True, False, True], kind="stable")
    table["rank"] = table.groupby("_row").cumcount() + 1
    return table[table["rank"] <= count].drop(columns="_row").reset_index(drop=True)


@checked(first=ONE_OR_MORE, last=ONE_OR_MORE)
def zipf(counts: np.ndarray, *, first: int = 1, last: int | None = None) -> dict[str, float]:
    """Line through log10 share of the tokens over log10 rank (Zipf 1949), least squares: slope, intercept, rank_count.

    counts: tokens of each word, in any order, or texts x words: ranks and shares are then those within each text, the line
    one through all. Words of 0 are left out. first, last: ranks the line is laid through (both ends bend away; Silge and
    Robinson 2017 take those above 10 and below 500). Raises `DiscourseError` for fewer than two ranks.
    """
    size = -np.sort(-np.atleast_2d(np.asarray(counts, dtype=np.float64)), axis=1)
    if (size < 0).any() or not np.isfinite(size).all():
        raise DiscourseError("zipf: counts are numbers of tokens, none negative or missing.")
    rank = np.broadcast_to(np.arange(1, size.shape[1] + 1), size.shape)
    inside = (size > 0) & (rank >= first) & (rank <= (size.shape[1] if last is None else last))
    if len(np.unique(rank[inside])) < 2:
        raise DiscourseError(f"zipf: ranks {first} to {last} of {size.shape[1]} words; a line needs two or more.")
    share = size / np.maximum(size.sum(axis=1, keepdims=True), 1e-300)
    slope, start = np.polyfit(np.log10(rank[inside]), np.log10(share[inside]), 1)
    return {"slope": float(slope), "intercept": float(start), "rank_count": float(inside.sum())}


@checked(counts=COUNT_ROW)
def lexical_diversity(counts: np.ndarray) -> dict[str, float]:
    """How many different words a text has for its length, from its words' counts, as quanteda's textstat_lexdiv names them.

    With N tokens and V types: ttr V/N; c log V/log N (Herdan 1960); r V/sqrt N (Guiraud 1954); cttr V/sqrt(2N) (Carroll
    1964); u (log10 N)^2/log10(N/V) (Dugast); maas the root of 1/u; k 10^4 (sum n^2 - N)/N^2 (Yule 1944; higher: less
    diverse); i V^2/(sum n^2 - V); d sum n (n - 1)/(N (N - 1)) (Simpson 1949; higher: less diverse). All but k and d
    depend on the length: compare texts of one length. NaN where a formula divides by 0; no token: `DiscourseError`.
    """
    n = np.asarray(counts, dtype=np.float64)
    n = n[n != 0]
    if not len(n) or (n < 0).any() or (n != np.floor(n)).any():
        raise DiscourseError("lexical_diversity: counts of words are whole, none negative, at least one above 0.")
    size, types, squares = float(n.sum()), float(len(n)), float((n**2).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        tokens, different = np.log10(np.float64(size)), np.log10(np.float64(types))
        u = tokens**2 / (tokens - different)
        found = {
            "ttr": types / size,
            "c": different / tokens,
            "r": types / size**0.5,
            "cttr": types / (2 * size) ** 0.5,
            "u": u,
            "maas": np.sqrt(1 / u),
            "k": 1e4 * (squares - size) / size**2,
            "i": types**2 / np.float64(squares - types),
            "d": (squares - size) / np.float64(size * (size - 1)),
        }
    return {name: float(value) if np.isfinite(value) else float("nan") for name, value in found.items()}
