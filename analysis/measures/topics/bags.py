"""A count matrix as the corpus that gensim reads."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scipy import sparse

_ROWS_AT_ONCE = 1024


class Bags:
    """The rows of a count matrix as a corpus in gensim's form: (word number, count) pairs in order of the word.

    Made a few rows at a time whenever gensim reads them: written out as Python objects, a million documents would take
    a hundred times the memory of the matrix.
    """

    def __init__(self, counts: sparse.csr_matrix) -> None:
        self._counts = counts.tocsr()

    def __len__(self) -> int:
        return self._counts.shape[0]

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        starts = self._counts.indptr
        for first in range(0, len(self), _ROWS_AT_ONCE):
            edges = starts[first : first + _ROWS_AT_ONCE + 1]
            inside = slice(edges[0], edges[-1])
            ids, values = self._counts.indices[inside].tolist(), self._counts.data[inside].tolist()
            for a, b in itertools.pairwise((edges - edges[0]).tolist()):
                yield list(zip(ids[a:b], values[a:b], strict=True))
