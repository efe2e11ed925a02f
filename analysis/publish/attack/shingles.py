"""Which runs of words does a published hash confirm? Every run of five from a document's own bag of words is tried.

The hash is written here a second time, on purpose: an attack must keep finding what was published years ago, however
the sketches that cluster documents are made today.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

SHINGLE = 5
_FACTOR = 0x9E3779B97F4A7C15
_WRAP = 2**64
_BLOCK = 32_768  # candidates tried at once: as many as stay in the processor's second cache
_SPREAD = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))


def word_hashes(words: Sequence[str]) -> np.ndarray:
    """A 64-bit hash for each word (BLAKE2b), uint64 of shape (words,)."""
    joined = b"".join(hashlib.blake2b(w.encode("utf-8", "replace"), digest_size=8).digest() for w in words)
    return np.frombuffer(joined, dtype="<u8").astype(np.uint64)


def run_hash(values: Sequence[int]) -> int:
    """The upper 32 bits of the hash of one run, from its words' hashes."""
    total = 0
    for value in values:
        total = (total * _FACTOR + value) % _WRAP
    for shift, factor in _SPREAD:
        total = ((total ^ (total >> shift)) * factor) % _WRAP
    return (total ^ (total >> 31)) >> 32


def read_sketch(text: str) -> np.ndarray:
    """The published values of one document, sorted, from hexadecimal text of 8 digits each."""
    return np.unique(np.array([int(text[i : i + 8], 16) for i in range(0, len(text) - 7, 8)], dtype=np.uint32))


def _finished(values: np.ndarray) -> np.ndarray:
    """splitmix64's finaliser and its upper half: what a sketch shows of a run's hash."""
    values = values.copy()
    for shift, factor in _SPREAD:
        values ^= values >> np.uint64(shift)
        values *= np.uint64(factor)
    return ((values ^ (values >> np.uint64(31))) >> np.uint64(32)).astype(np.uint32)


def confirmed(places: Sequence[np.ndarray], sketch: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The runs of five that a sketch confirms.

    places: for each of the five positions the hashes of the words that may stand there. sketch: see `read_sketch`.
    Returns (indices into `places`, shape (runs, 5); the value of the sketch that each run has). Of N candidates about
    N * 16 / 2^32 are confirmed by chance. An empty position gives no runs.
    """
    powers = [pow(_FACTOR, SHINGLE - 1 - i, _WRAP) for i in range(SHINGLE)]
    with np.errstate(over="ignore"):
        terms = [np.asarray(p, np.uint64) * np.uint64(power) for p, power in zip(places, powers, strict=True)]
        front = (terms[0][:, None, None] + terms[1][None, :, None] + terms[2][None, None, :]).ravel()
        back = (terms[3][:, None] + terms[4][None, :]).ravel()
        if not len(front) or not len(back):
            return np.empty((0, SHINGLE), np.int64), np.empty(0, np.uint32)
        flat = _scan(front, back, sketch)
    shape = tuple(len(p) for p in places)
    runs = np.stack(np.unravel_index(flat, shape), axis=1).astype(np.int64)
    with np.errstate(over="ignore"):
        values = _finished(sum((terms[i][runs[:, i]] for i in range(SHINGLE)), np.zeros(len(runs), np.uint64)))
    return runs, values


def _scan(front: np.ndarray, back: np.ndarray, sketch: np.ndarray) -> np.ndarray:
    """Flat indices (front x back) of the sums whose finished hash is in the sketch.

    Nearly all candidates fall at a table of the upper 16 bits, which the finaliser's last step leaves as they are.
    """
    table = np.zeros(2**16, dtype=bool)
    table[sketch >> np.uint32(16)] = True
    found = []
    for start in range(0, len(back), _BLOCK):
        part = back[start : start + _BLOCK]
        rows = max(1, _BLOCK // len(part))
        sums, shifted = np.empty((2, rows, len(part)), dtype=np.uint64)
        for first in range(0, len(front), rows):
            some = front[first : first + rows]
            values, spare = sums[: len(some)], shifted[: len(some)]
            np.add(some[:, None], part, out=values)
            for shift, factor in _SPREAD:
                np.right_shift(values, np.uint64(shift), out=spare)
                np.bitwise_xor(values, spare, out=values)
                np.multiply(values, np.uint64(factor), out=values)
            np.right_shift(values, np.uint64(48), out=spare)
            passed = np.flatnonzero(table[spare.view(np.int64)])
            if len(passed):
                row, column = passed // len(part), passed % len(part)
                whole = values[row, column]
                whole = ((whole ^ (whole >> np.uint64(31))) >> np.uint64(32)).astype(np.uint32)
                good = np.isin(whole, sketch)
                found.append((first + row[good]) * len(back) + start + column[good])
    return np.concatenate(found) if found else np.empty(0, np.int64)
