"""Tokenising and counting in bulk: the same tokens as `tokens.WORD` finds, but as positions in arrays.

A regular expression makes one string for every token, and most of these are never looked at. Here characters are
classified by a table, tokens are the runs of one class, and word types are numbered for a whole batch at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

import numpy as np

from analysis.texts.annotate.tokens import LETTER, WORD

_SPACE = 32
_IN_WORD, _GLUE = 1, 2  # glue belongs to a token when word characters stand on both sides
_UNITS = {1: "latin-1", 2: "utf-16-le", 4: "utf-32-le"}  # bytes of a character's number: how text is written so


class Tokens:
    """The tokens of one text from `tokens.lower`. joined: their UTF-8, each with a space behind it.

    starts, ends: their positions. places: positions at which a token is cut (the ends of quotations and hits; nearly always
    between tokens anyway).
    """

    def __init__(self, low: str, places: Iterable[int] = ()) -> None:
        self.low = low
        self.places = np.asarray(sorted(places), dtype=np.int64)
        codes = _numbers(low)
        kinds = _kinds(1 << 8 * codes.itemsize if codes.itemsize < 4 else 0x110000).take(codes)
        inside = np.zeros(len(kinds) + 2, dtype=bool)  # a character more on either side
        np.equal(kinds, _IN_WORD, out=inside[1:-1])
        glue = np.flatnonzero(kinds == _GLUE)
        inside[glue[inside[glue] & inside[glue + 2]] + 1] = True
        edges = np.flatnonzero(inside[1:] != inside[:-1])
        self.starts, self.ends = edges[::2], edges[1::2]
        self.counts = np.searchsorted(self.starts, self.places)
        before = self.ends[np.maximum(self.counts - 1, 0)] if len(self.ends) else self.places
        if np.any((self.counts > 0) & (before > self.places)):
            self._cut()
        else:
            self.joined = self._join(codes, inside)

    def _join(self, codes: np.ndarray, inside: np.ndarray) -> bytes:
        kept = inside[1:]
        kept[self.ends] = True  # what stands behind a token makes room for its space
        text = np.append(codes, codes.dtype.type(_SPACE))
        text[self.ends] = _SPACE
        text = text[kept]
        if not len(text) or text.max() < 128:
            return text.astype(np.uint8).tobytes()
        return text.tobytes().decode(_UNITS[codes.itemsize], "surrogatepass").encode("utf-8", "surrogatepass")

    def _cut(self) -> None:
        """Tokenise between the places one by one: a place lies within a token."""
        bounds = sorted({0, len(self.low), *self.places.tolist()})
        spans = [match.span() for begin, end in pairwise(bounds) for match in WORD.finditer(self.low, begin, end)]
        self.starts = np.asarray([a for a, _ in spans], dtype=np.int64)
        self.ends = np.asarray([b for _, b in spans], dtype=np.int64)
        self.counts = np.searchsorted(self.starts, self.places)
        self.joined = "".join([self.low[a:b] + " " for a, b in spans]).encode("utf-8", "surrogatepass")

    def __len__(self) -> int:
        return len(self.starts)

    def index(self) -> dict[int, int]:
        """How many tokens begin before each of the places: the index of the token there or behind it."""
        return dict(zip(self.places.tolist(), self.counts.tolist(), strict=True))

    def word(self, number: int) -> str:
        """The token at an index."""
        return self.low[self.starts[number] : self.ends[number]]

    def words(self) -> list[str]:
        """All tokens, in order."""
        return self.joined.decode().split(" ")[:-1]


def number_types(joined: Iterable[bytes]) -> tuple[list[str], np.ndarray]:
    """Word types in the order of their first token, and each token's number. joined: `Tokens.joined` of documents."""
    import pyarrow as pa

    data = b"".join(joined)
    bounds = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == _SPACE)
    offsets = np.zeros(len(bounds) + 1, dtype=np.int64)
    np.add(bounds, 1, out=offsets[1:])
    array = pa.LargeStringArray.from_buffers(len(bounds), pa.py_buffer(offsets), pa.py_buffer(data))
    encoded = array.dictionary_encode()
    found = encoded.dictionary
    ends = np.frombuffer(found.buffers()[1], dtype=np.int64)  # the dictionary's text, too, has a space behind each type
    types = found.buffers()[2].to_pybytes()[: ends[len(found)]].decode().split(" ")[:-1] if len(found) else []
    numbers = encoded.indices.buffers()[1]  # as it is in memory: `to_numpy` would import pandas
    return types, np.frombuffer(numbers, dtype=np.int32, count=len(bounds)) if numbers else np.zeros(0, dtype=np.int32)


def count_types(token_ids: np.ndarray, offsets: np.ndarray) -> dict[str, np.ndarray]:
    """How often each type stands in each document: doc_index, term_index, token_count, by document and term."""
    ordered = token_ids.copy()
    for start, end in pairwise(offsets.tolist()):
        ordered[start:end].sort()
    first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    first[offsets[:-1][offsets[:-1] < len(ordered)]] = True
    places = np.flatnonzero(first)
    documents = np.searchsorted(places, offsets)
    return {
        "doc_index": np.repeat(np.arange(len(offsets) - 1, dtype=np.int32), np.diff(documents)),
        "term_index": ordered[places],
        "token_count": np.diff(places, append=len(ordered)).astype(np.int32),
    }


def _numbers(text: str) -> np.ndarray:
    """The number of each character, in as few bytes as all of them need."""
    try:
        return np.frombuffer(text.encode("latin-1"), dtype=np.uint8)
    except UnicodeEncodeError:
        pass
    data = text.encode("utf-16-le", "surrogatepass")
    if len(data) == 2 * len(text):
        return np.frombuffer(data, dtype="<u2")
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


@cache
def _kinds(size: int) -> np.ndarray:
    """What each of the first `size` characters is to a token: in it, glue, or 0 for neither."""
    found = np.zeros(size, dtype=np.uint8)
    found[[match.start() for match in re.finditer(LETTER, "".join(map(chr, range(size))))]] = _IN_WORD
    found[[ord("-"), ord("'")]] = _GLUE
    return found
