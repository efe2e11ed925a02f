"""Sketches of documents for finding reprints: sampled word shingles, vectorised from token ids.

A shingle is a run of five tokens. Of a document with n shingles those are kept whose 64-bit hash lies below
max(size / n, 1 / 8) of the hash range: short documents are kept whole, long ones as an unbiased sample that can be
compared with any other document's (Broder 1997, "On the resemblance and containment of documents", modulus sampling).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.texts.dedupe.buckets import BUCKETS, Spool

SHINGLE = 5
SIZE = 256
FLOOR = 1 / 8
HASHES_AT_ONCE = 2_000_000
_FULL = float(2**64)
_ROW = np.dtype([("hash", np.uint64), ("owner", np.int32)])
_SHIFT = np.uint64(64 - BUCKETS.bit_length() + 1)


@dataclass(frozen=True, slots=True)
class Sketches:
    """Sketches of a run of documents. Document i has samples[offsets[i]:offsets[i + 1]] (sorted, different).

    counts: number of different shingles per document (estimated from the sample above `size`). limits: the hash value
    up to which all its shingles are sampled. digests: one number per document, equal for equal samples and lengths.
    """

    samples: np.ndarray
    offsets: np.ndarray
    counts: np.ndarray
    limits: np.ndarray
    digests: np.ndarray
    folder: Path | None = None

    def __len__(self) -> int:
        return len(self.counts)

    def ranges(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """All samples as (hashes, index of the document), range by range of hash values: equal hashes come together."""
        owner = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.offsets))
        number = -(-len(self.samples) // HASHES_AT_ONCE)
        some = np.sort(self.samples[:: max(1, len(self.samples) // 100_000)])
        edges = np.unique(some[np.arange(1, number) * len(some) // number]) if number > 1 else np.empty(0, np.uint64)
        place = np.searchsorted(edges, self.samples, side="left")
        for one in range(len(edges) + 1):
            chosen = np.flatnonzero(place == one)
            yield self.samples[chosen], owner[chosen]


class SketchStore:
    """The sketches of a corpus of any size: a few numbers a document in memory, the samples in temporary files.

    Made by `add` of one batch after the other; `counts`, `limits`, `digests` and `ranges` as in `Sketches`. Samples are
    spread over buckets by their upper bits.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._counts: list[np.ndarray] = []
        self._limits: list[np.ndarray] = []
        self._digests: list[np.ndarray] = []
        self._size = 0
        self.folder = folder
        self._samples = Spool(_ROW, folder)

    def __len__(self) -> int:
        return self._size

    def __enter__(self) -> SketchStore:
        return self

    def __exit__(self, *_: object) -> None:
        self._samples.__exit__()

    def add(self, part: Sketches) -> None:
        """Append the sketches of one batch; its documents are numbered on."""
        rows = np.empty(len(part.samples), dtype=_ROW)
        rows["hash"] = part.samples
        rows["owner"] = np.repeat(np.arange(self._size, self._size + len(part)), np.diff(part.offsets))
        self._samples.add((part.samples >> _SHIFT).astype(np.int64), rows)
        self._counts.append(part.counts)
        self._limits.append(part.limits)
        self._digests.append(part.digests)
        self._size += len(part)

    @property
    def counts(self) -> np.ndarray:
        return _joined(self._counts, np.int64)

    @property
    def limits(self) -> np.ndarray:
        return _joined(self._limits, np.uint64)

    @property
    def digests(self) -> np.ndarray:
        return _joined(self._digests, np.uint64)

    def ranges(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """See `Sketches.ranges`."""
        for rows in self._samples:
            yield rows["hash"].copy(), rows["owner"].copy()


def hash_terms(terms: Sequence[str]) -> np.ndarray:
    """A 64-bit hash for each term, the same on every machine and in every run (BLAKE2b)."""
    joined = b"".join(hashlib.blake2b(t.encode("utf-8", "replace"), digest_size=8).digest() for t in terms)
    return np.frombuffer(joined, dtype="<u8").astype(np.uint64)


def sketches(
    type_hashes: np.ndarray,
    token_ids: np.ndarray,
    offsets: np.ndarray,
    *,
    title_counts: np.ndarray | None = None,
    shingle: int = SHINGLE,
    size: int = SIZE,
) -> Sketches:
    """Sketch every document of a batch.

    type_hashes: `hash_terms` of the batch's terms. Document i is token_ids[offsets[i]:offsets[i + 1]].
    title_counts: tokens of the title at the start of each document; they are left out, since every question of one
    press conference carries the same title. Documents with fewer than `shingle` tokens have no shingles (count 0) and
    are compared by title only.
    """
    starts = np.asarray(offsets[:-1]) + (0 if title_counts is None else np.asarray(title_counts))
    hashes, owner = shingle_hashes(type_hashes, token_ids, offsets, starts=starts, shingle=shingle)
    lengths = np.maximum(offsets[1:] - starts - shingle + 1, 0)
    share = np.minimum(1.0, np.maximum(size / np.maximum(lengths, 1), FLOOR))
    limits = np.full(len(lengths), np.uint64(2**64 - 1))
    part = share < 1.0
    limits[part] = (share[part] * _FULL).astype(np.uint64)
    keep = hashes <= np.repeat(limits, lengths)
    hashes, owner = _different(hashes[keep], owner[keep])
    kept = np.bincount(owner, minlength=len(lengths))
    edges = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
    counts = np.rint(kept / share).astype(np.int64)
    digests = _sums(mix(hashes), edges) ^ mix(np.asarray(lengths, dtype=np.uint64))
    return Sketches(hashes, edges, counts, limits, digests)


def shingle_hashes(
    type_hashes: np.ndarray,
    token_ids: np.ndarray,
    offsets: np.ndarray,
    *,
    starts: np.ndarray | None = None,
    shingle: int = SHINGLE,
) -> tuple[np.ndarray, np.ndarray]:
    """(hash of every run of `shingle` tokens within one document, index of its document), in reading order.

    starts: where each document's text begins (None: at its offset)."""
    total = len(token_ids) - shingle + 1
    if total <= 0:
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    values = type_hashes[token_ids]
    hashes = values[:total].copy()
    for step in range(1, shingle):
        hashes *= np.uint64(0x9E3779B97F4A7C15)
        hashes += values[step : step + total]
    owner = np.repeat(np.arange(len(offsets) - 1, dtype=np.int32), np.diff(offsets))
    inside = owner[:total] == owner[shingle - 1 :]
    if starts is not None:
        inside &= np.arange(total) >= starts[owner[:total]]
    return mix(hashes[inside]), owner[:total][inside]


def _joined(arrays: list[np.ndarray], dtype: type) -> np.ndarray:
    """The arrays as one, which takes their place in the list, so that it is joined once."""
    if len(arrays) != 1:
        arrays[:] = [np.concatenate(arrays) if arrays else np.empty(0, dtype)]
    return arrays[0]


def mix(values: np.ndarray) -> np.ndarray:
    """splitmix64's finaliser: spreads the bits so that the low end of the range is a fair sample."""
    values = values ^ (values >> np.uint64(30))
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(27)
    values *= np.uint64(0x94D049BB133111EB)
    values ^= values >> np.uint64(31)
    return values


def _different(hashes: np.ndarray, owner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.lexsort((hashes, owner))
    hashes, owner = hashes[order], owner[order]
    first = np.ones(len(hashes), dtype=bool)
    first[1:] = (hashes[1:] != hashes[:-1]) | (owner[1:] != owner[:-1])
    return hashes[first], owner[first]


def _sums(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    running = np.concatenate([np.zeros(1, np.uint64), np.cumsum(values, dtype=np.uint64)])
    return running[edges[1:]] - running[edges[:-1]]
