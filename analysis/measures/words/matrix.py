"""From the store's counts to a document-term matrix, and from documents to units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, require
from analysis.store.contracts import POOLED_TERM_ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd
    from scipy import sparse

BLOCK = 2**24


@dataclass(frozen=True)
class DocumentTerm:
    """Counts of terms in documents (or in units of several documents).

    matrix: CSR, one row per document, one column per term, 32-bit integers (64 in units of more than 2**31
    tokens). doc_ids, terms: labels of rows and columns.
    token_counts: all tokens of each row, those of terms without a column (pooled, stop words) included; 0 for a document
    whose words are all pooled, as those of small documents are: it says nothing of any word, not that it lacks them.
    """

    matrix: sparse.csr_array
    doc_ids: np.ndarray
    terms: np.ndarray
    token_counts: np.ndarray

    @property
    def shape(self) -> tuple[int, int]:
        return self.matrix.shape

    def select(self, rows: np.ndarray) -> DocumentTerm:
        """The same with only `rows` (a mask or positions); all terms stay, also those now absent."""
        rows = np.asarray(rows)
        return replace(self, matrix=self.matrix[rows], doc_ids=self.doc_ids[rows], token_counts=self.token_counts[rows])

    def units(self, labels: np.ndarray) -> DocumentTerm:
        """Rows with one label added up, in order of the labels; `labels` has one value per row, none missing."""
        from scipy import sparse

        labels = np.asarray(labels)
        if labels.shape != self.doc_ids.shape:
            raise DiscourseError(f"units: {labels.size} labels for {self.doc_ids.size} documents; give one for each.")
        names, where = np.unique(labels.astype(str), return_inverse=True)
        count = len(where)
        totals = np.bincount(where, weights=self.token_counts, minlength=len(names)).astype(np.int64)
        kind = np.int32 if totals.max(initial=0) <= np.iinfo(np.int32).max else np.int64  # sums must not wrap round
        gather = sparse.csr_array((np.ones(count, dtype=kind), (where, np.arange(count))), (len(names), count))
        return replace(self, matrix=(gather @ self.matrix).tocsr(), doc_ids=names, token_counts=totals)

    def document_counts(self) -> np.ndarray:
        """In how many rows each term occurs."""
        found = np.zeros(self.shape[1], dtype=np.int64)
        for _, column, _ in self.blocks():
            found += np.bincount(column, minlength=self.shape[1])
        return found

    def blocks(self, cells: int = 4_000_000) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """The filled cells as (row, column, count), about `cells` at a time, in order of the rows: sums over a large matrix
        then need little memory beside it."""
        starts = self.matrix.indptr
        row = 0
        while row < self.shape[0]:
            stop = max(row + 1, int(np.searchsorted(starts, starts[row] + cells, side="right")) - 1)
            inside = slice(starts[row], starts[stop])
            rows = np.repeat(np.arange(row, stop), np.diff(starts[row : stop + 1]))
            yield rows, self.matrix.indices[inside], self.matrix.data[inside].astype(np.float64)
            row = stop


def document_term(
    counts: pd.DataFrame | Iterable[pd.DataFrame],
    documents: pd.DataFrame,
    vocabulary: pd.DataFrame,
    *,
    by: str = "term",
    drop_stopwords: bool = False,
) -> DocumentTerm:
    """The document-term matrix of the store's tables `counts`, `documents` (doc_id) and `vocabulary`.

    Rows follow `documents` (a document without counts is a row of zeros; counts of other documents are left out, so
    filter `documents` to choose a part). Columns follow the term ids; by "lemma" they are lemmas in code point order.
    The pooled rare terms get no column and stay in `token_counts`, as do stop words if dropped; a document of which nothing
    but the pool is known counts as one without tokens. A count whose term the
    vocabulary lacks is refused. counts: one frame, or several with different rows (`store.pieces("counts")`), of which
    one is in memory at a time.
    """
    import pandas as pd

    require("columns of the document-term matrix", by, ("term", "lemma"))
    doc_ids = documents["doc_id"].to_numpy(dtype=object)
    if len(pd.unique(doc_ids)) != len(doc_ids):
        raise DiscourseError("document_term: a doc_id stands twice in `documents`; keep one row per document.")
    words = vocabulary.sort_values("term_id", kind="stable")
    kept = words["term_id"].to_numpy() != POOLED_TERM_ID
    if drop_stopwords:
        kept = kept & ~words["is_stopword"].to_numpy(dtype=bool)
    names = words[by].to_numpy(dtype=object)
    if by == "lemma":
        terms, place = np.unique(names[kept].astype(str), return_inverse=True)
        terms = terms.astype(object)
    else:
        terms, place = names[kept], np.arange(int(kept.sum()))
    target = np.full(len(names), -1, dtype=np.int32)
    target[kept] = place
    here, there = pd.Index(doc_ids), pd.Index(words["term_id"])
    totals, named = np.zeros((2, len(doc_ids)), dtype=np.int64)
    is_named = words["term_id"].to_numpy() != POOLED_TERM_ID
    found = [_Grown() for _ in range(3)]
    for frame in [counts] if isinstance(counts, pd.DataFrame) else counts:
        row, column, amount = _cells(frame, here, there)
        totals += np.bincount(row, weights=amount, minlength=len(doc_ids)).astype(np.int64)
        named += np.bincount(row, weights=is_named[column], minlength=len(doc_ids)).astype(np.int64)
        inside = target[column] >= 0
        for held, values in zip(found, (row, target[column], amount), strict=True):
            held.add(values[inside])
    matrix = _assembled(found, (len(doc_ids), len(terms)))
    return DocumentTerm(matrix, doc_ids, terms, np.where(named > 0, totals, 0))


class _Grown:
    """32-bit integers that come piece by piece, held in large blocks.

    Small arrays held between others that are let go would break up the memory, of which then little can be used again.
    """

    def __init__(self) -> None:
        self._blocks: list[np.ndarray] = []
        self._filled = BLOCK  # of the last block
        self._last = -1
        self.ascending = True

    def add(self, values: np.ndarray) -> None:
        if len(values):
            self.ascending &= bool(values[0] >= self._last and (np.diff(values) >= 0).all())
            self._last = int(values[-1])
        while len(values):
            if self._filled == BLOCK:
                self._blocks.append(np.empty(BLOCK, np.int32))
                self._filled = 0
            now = values[: BLOCK - self._filled]
            self._blocks[-1][self._filled : self._filled + len(now)] = now
            self._filled += len(now)
            values = values[len(now) :]

    def parts(self) -> Iterator[np.ndarray]:
        """The blocks from the first to the last, each let go when the next one is asked for."""
        self._blocks.reverse()
        while self._blocks:
            block = self._blocks.pop()
            yield block if self._blocks else block[: self._filled]

    def taken(self) -> np.ndarray:
        """All as one array; nothing is held any more."""
        size = (len(self._blocks) - 1) * BLOCK + self._filled
        joined, start = np.empty(size, np.int32), 0
        for part in self.parts():
            joined[start : start + len(part)] = part
            start += len(part)
        return joined


def _assembled(found: list[_Grown], shape: tuple[int, int]) -> sparse.csr_array:
    """The matrix from rows, columns and counts, which are used up. A store's own order needs no sorting."""
    from scipy import sparse

    rows, columns, counts = found
    if rows.ascending:
        starts = np.zeros(shape[0] + 1, dtype=np.int64)
        for part in rows.parts():
            starts[1:] += np.bincount(part, minlength=shape[0])
        starts = np.cumsum(starts)
        kind = np.int32 if starts[-1] < 2**31 else np.int64
        cells = counts.taken(), columns.taken(), starts.astype(kind)
        matrix = sparse.csr_array(cells, shape=shape, dtype=np.int32)
    else:
        matrix = sparse.csr_array((counts.taken(), (rows.taken(), columns.taken())), shape=shape, dtype=np.int32)
    matrix.sum_duplicates()
    return matrix


def _cells(counts: pd.DataFrame, doc_ids: pd.Index, term_ids: pd.Index) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row, column and token count of each count whose document is wanted; small integers, for there may be very many."""
    import pandas as pd

    codes, names = pd.factorize(counts["doc_id"])
    row = doc_ids.get_indexer(names).astype(np.int32)[codes]
    column = term_ids.get_indexer(counts["term_id"])
    if (column < 0).any():
        missing = int(counts["term_id"].to_numpy()[column < 0][0])
        raise DiscourseError(f"document_term: term_id {missing} is not in the vocabulary; use one store's tables.")
    here = row >= 0
    return tuple(a[here].astype(np.int32) for a in (row, column, counts["token_count"].to_numpy()))  # type: ignore[return-value]
