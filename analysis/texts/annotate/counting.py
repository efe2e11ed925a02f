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
_IN_WORD, _GLUE, _HIGH = 1, 2, 3  # glue belongs to a token when word characters stand on both sides; high: not ASCII
_ASCII = bytes(range(128))
_KINDS = bytes(
    _HIGH if c > 127 else _IN_WORD if chr(c).isalnum() or c == 95 else _GLUE if chr(c) in "-'" else 0
    for c in range(256)
)


class Tokens:
    """The tokens of one text from `tokens.lower`. joined: their UTF-8, each with a space behind it.

    starts, ends: their positions in the text's UTF-8. places: character positions at which a token is cut (the ends of
    quotations and hits; nearly always between tokens anyway).
    """

    def __init__(self, low: str, places: Iterable[int] = ()) -> None:
        self.data = low.encode("utf-8", "surrogatepass")
        self.places = np.asarray(sorted(places), dtype=np.int64)
        kinds = np.frombuffer(self.data.translate(_KINDS), dtype=np.uint8)
        inside = np.zeros(len(kinds) + 2, dtype=bool)  # a character more on either side
        np.equal(kinds, _IN_WORD, out=inside[1:-1])
        self._places = self.places
        if not low.isascii():
            self._places = self._beyond_ascii(kinds, inside)
        glue = np.flatnonzero(kinds == _GLUE)
        inside[glue[inside[glue] & inside[glue + 2]] + 1] = True
        edges = np.flatnonzero(inside[1:] != inside[:-1])
        self.starts, self.ends = edges[::2], edges[1::2]
        self.counts = np.searchsorted(self.starts, self._places)
        before = self.ends[np.maximum(self.counts - 1, 0)] if len(self.ends) else self._places
        if np.any((self.counts > 0) & (before > self._places)):
            self._cut()
        else:
            self.joined = self._join(inside)

    def _beyond_ascii(self, kinds: np.ndarray, inside: np.ndarray) -> np.ndarray:
        """Mark the word characters beyond ASCII in `inside`, and give the places as positions in the UTF-8."""
        high = np.flatnonzero(kinds == _HIGH)
        leads = np.frombuffer(self.data, dtype=np.uint8)[high] >= 0xC0  # the first byte of each character
        odd = self.data.translate(None, _ASCII).decode("utf-8", "surrogatepass")
        codes = np.frombuffer(odd.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        words = _word_characters(0x10000 if codes.max() < 0x10000 else 0x110000)[codes]
        inside[high + 1] = words[np.cumsum(leads) - 1]
        more = high[~leads]  # bytes that are no characters of their own
        return self.places + np.searchsorted(more - np.arange(len(more)), self.places, side="right")

    def _join(self, inside: np.ndarray) -> bytes:
        kept = inside[1:].copy()
        kept[self.ends] = True  # what stands behind a token makes room for its space
        text = np.frombuffer(self.data + b" ", dtype=np.uint8)[kept]
        text[np.cumsum(self.ends - self.starts + 1) - 1] = _SPACE
        return text.tobytes()

    def _cut(self) -> None:
        """Tokenise between the places one by one: a place lies within a token."""
        bounds = sorted({0, len(self.data), *self._places.tolist()})
        spans: list[tuple[int, int]] = []
        for begin, end in pairwise(bounds):
            part = self.data[begin:end].decode("utf-8", "surrogatepass")
            for match in WORD.finditer(part):
                start = begin + len(part[: match.start()].encode("utf-8", "surrogatepass"))
                spans.append((start, start + len(match.group().encode("utf-8", "surrogatepass"))))
        self.starts = np.asarray([a for a, _ in spans], dtype=np.int64)
        self.ends = np.asarray([b for _, b in spans], dtype=np.int64)
        self.counts = np.searchsorted(self.starts, self._places)
        self.joined = b"".join(self.data[a:b] + b" " for a, b in spans)

    def __len__(self) -> int:
        return len(self.starts)

    def index(self) -> dict[int, int]:
        """How many tokens begin before each of the places: the index of the token there or behind it."""
        return dict(zip(self.places.tolist(), self.counts.tolist(), strict=True))

    def word(self, number: int) -> str:
        """The token at an index."""
        return self.data[self.starts[number] : self.ends[number]].decode()

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


@cache
def _word_characters(size: int) -> np.ndarray:
    """Which of the first `size` characters belong to words."""
    found = np.zeros(size, dtype=bool)
    found[[match.start() for match in re.finditer(LETTER, "".join(map(chr, range(size))))]] = True
    return found
