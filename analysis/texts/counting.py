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

from analysis.texts.tokens import WORD

_GLUE = 2  # an apostrophe or hyphen: belongs to a token when word characters stand on both sides
_SPACE = 32


class Tokens:
    """The tokens of one lower-cased text. starts, ends: their character positions; joined: their UTF-8, each with a
    space behind it.

    places: positions at which a token is cut (the ends of quotations and hits; nearly always between tokens anyway).
    """

    def __init__(self, low: str, places: Iterable[int] = ()) -> None:
        self.low = low
        codes, kinds = _classes(low)
        size = len(kinds)
        inside = np.zeros(size + 2, dtype=bool)  # a character more on either side
        np.equal(kinds, 1, out=inside[1:-1])
        glue = np.flatnonzero(kinds == _GLUE)
        glue = glue[inside[glue] & inside[glue + 2]]
        inside[glue + 1] = True
        edges = np.flatnonzero(inside[1:] != inside[:-1])
        self.starts, self.ends = edges[::2], edges[1::2]
        self.places = np.asarray(sorted(places), dtype=np.int64)
        self.counts = np.searchsorted(self.starts, self.places)
        before = self.ends[np.maximum(self.counts - 1, 0)] if len(self.ends) else self.places
        if np.any((self.counts > 0) & (before > self.places)):
            self._cut()
        else:
            self.joined = _joined(low, codes, inside, self.ends)

    def _cut(self) -> None:
        """Tokenise between the places one by one: a place lies within a token."""
        bounds = sorted({0, len(self.low), *self.places.tolist()})
        spans = [match.span() for a, b in pairwise(bounds) for match in WORD.finditer(self.low, a, b)]
        self.starts = np.asarray([a for a, _ in spans], dtype=np.int64)
        self.ends = np.asarray([b for _, b in spans], dtype=np.int64)
        self.counts = np.searchsorted(self.starts, self.places)
        self.joined = "".join(f"{self.low[a:b]} " for a, b in spans).encode()

    def __len__(self) -> int:
        return len(self.starts)

    def index(self) -> dict[int, int]:
        """How many tokens begin before each of the places: the index of the token there or behind it."""
        return dict(zip(self.places.tolist(), self.counts.tolist(), strict=True))

    def word(self, number: int) -> str:
        """The token at an index."""
        return self.low[self.starts[number] : self.ends[number]]

    def words(self, start: int = 0, end: int | None = None) -> list[str]:
        """The tokens from number `start` to before number `end`."""
        low = self.low
        return [low[a:b] for a, b in zip(self.starts[start:end].tolist(), self.ends[start:end].tolist(), strict=True)]


def number_types(joined: Iterable[bytes]) -> tuple[list[str], np.ndarray]:
    """Word types in the order of their first token, and each token's number. joined: `Tokens.joined` of documents."""
    import pyarrow as pa

    data = b"".join(joined)
    bounds = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == _SPACE)
    offsets = np.zeros(len(bounds) + 1, dtype=np.int64)
    np.add(bounds, 1, out=offsets[1:])
    array = pa.LargeStringArray.from_buffers(len(bounds), pa.py_buffer(offsets), pa.py_buffer(data))
    encoded = array.dictionary_encode()
    types = [word[:-1] for word in encoded.dictionary.to_pylist()]
    return types, encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)


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


def _classes(low: str) -> tuple[np.ndarray, np.ndarray]:
    """The code units of a text, one for each character, and their classes: 1 word character, 2 glue, 0 other."""
    if low.isascii():
        data = low.encode("ascii")
        kinds = data.translate(_table(128).tobytes() + bytes(128))
        return np.frombuffer(data, dtype=np.uint8), np.frombuffer(kinds, dtype=np.uint8)
    codes = np.frombuffer(low.encode("utf-16-le", "surrogatepass"), dtype="<u2")
    if len(codes) == len(low):
        return codes, _table(0x10000)[codes]
    codes = np.frombuffer(low.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return codes, _table(0x110000)[codes]


@cache
def _table(size: int) -> np.ndarray:
    """The class of each of the first `size` characters."""
    table = np.zeros(size, dtype=np.uint8)
    every = "".join(map(chr, range(size)))
    table[[match.start() for match in re.finditer(r"\w", every)]] = 1
    for mark in "-'’":
        if ord(mark) < size:
            table[ord(mark)] = _GLUE
    return table


def _joined(low: str, codes: np.ndarray, inside: np.ndarray, ends: np.ndarray) -> bytes:
    """The tokens with a space behind each. `inside` has one place more than `codes` on either side."""
    kept = inside[1:].copy()
    kept[ends] = True
    spaced = np.full(len(codes) + 1, _SPACE, dtype=codes.dtype)
    np.copyto(spaced[:-1], codes, where=inside[1:-1])
    data = spaced[kept].tobytes()
    if codes.itemsize == 1:
        return data
    return data.decode("utf-16-le" if codes.itemsize == 2 else "utf-32-le", "surrogatepass").encode()
