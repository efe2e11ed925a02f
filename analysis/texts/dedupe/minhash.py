"""Shingles, exact Jaccard and containment, and MinHash with datasketch's conventions, as plain named functions.

Clustering (`duplicates`, `clusters`) uses its own vectorised sampling; these functions are for checking it, for single
pairs, and for comparing with values published elsewhere.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import numpy as np

from analysis.errors import DiscourseError

MERSENNE = np.uint64((1 << 61) - 1)
MAX_HASH = np.uint64((1 << 32) - 1)


def _tokens(*given: object) -> None:
    """Refuse a text: its letters would be taken for tokens."""
    for one in given:
        if isinstance(one, str | bytes):
            raise DiscourseError(f"{one[:40]!r}: a text where tokens are needed; give a list or set of tokens.")


def shingles(tokens: Sequence[str], size: int = 5) -> set[tuple[str, ...]]:
    """The different runs of `size` tokens. Fewer tokens than `size` (but at least one) give the one run of them all."""
    _tokens(tokens)
    if len(tokens) <= size:
        return {tuple(tokens)} if tokens else set()
    return {tuple(tokens[i : i + size]) for i in range(len(tokens) - size + 1)}


def jaccard(first: Collection, second: Collection) -> float:
    """Size of the intersection over size of the union, 0 to 1, higher means more alike; two empty sets give 0.

    >>> jaccard({1, 2, 3}, {2, 3, 4})
    0.5
    """
    _tokens(first, second)
    a, b = set(first), set(second)
    union = len(a | b)
    return len(a & b) / union if union else 0.0


def containment(first: Collection, second: Collection) -> float:
    """Share of the smaller set that the larger one holds (Broder 1997), 0 to 1; 0 if one is empty."""
    _tokens(first, second)
    a, b = set(first), set(second)
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller else 0.0


def weighted_jaccard(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """Sum of the smaller over sum of the larger weights (Ruzicka), 0 to 1; for counts of shingles. No weight: 0.

    >>> weighted_jaccard({"a": 2, "b": 1}, {"a": 1, "c": 1})
    0.25
    """
    pairs = [(first.get(key, 0), second.get(key, 0)) for key in {*first, *second}]
    if any(min(pair) < 0 for pair in pairs):
        raise DiscourseError("weighted_jaccard: a weight is below 0; give counts or other weights from 0 on.")
    larger = sum(max(pair) for pair in pairs)
    return sum(min(pair) for pair in pairs) / larger if larger else 0.0


def candidate_chance(jaccard: float | np.ndarray, bands: int, rows: int) -> float | np.ndarray:
    """Chance that two sets of this likeness share a band: 1 - (1 - J^rows)^bands (Leskovec, Rajaraman and Ullman, 3.4.2).

    Highest slope near (1 / bands)^(1 / rows), the threshold of the banding.

    >>> round(candidate_chance(0.8, 20, 5), 5)
    0.99964
    """
    return 1 - (1 - jaccard**rows) ** bands


def choose_bands(threshold: float, num_perm: int = 128, weights: tuple[float, float] = (0.5, 0.5)) -> tuple[int, int]:
    """(bands, rows), bands x rows <= num_perm, with the least weighted area of errors, as datasketch chooses them.

    False positives: the area under `candidate_chance` from 0 to the threshold; false negatives: the area above it from
    there to 1; weights: of the two, adding up to 1. Fewer bands come first among equals.
    """
    if not 0 <= threshold <= 1 or num_perm < 2 or min(weights) < 0 or abs(sum(weights) - 1) > 1e-9:
        raise DiscourseError(
            f"choose_bands: threshold {threshold}, num_perm {num_perm}, weights {weights}; the threshold lies between 0 "
            "and 1, num_perm is 2 or more, and the two weights are shares that add up to 1."
        )
    nodes, share = np.polynomial.legendre.leggauss(num_perm // 2 + 1)  # exact for the degree bands x rows
    low, high = (nodes + 1) / 2 * threshold, threshold + (nodes + 1) / 2 * (1 - threshold)
    best, chosen = np.inf, (1, 1)
    for bands in range(1, num_perm + 1):
        for rows in range(1, num_perm // bands + 1):
            positive = threshold / 2 * float(share @ candidate_chance(low, bands, rows))
            negative = (1 - threshold) / 2 * float(share @ (1 - candidate_chance(high, bands, rows)))
            error = weights[0] * positive + weights[1] * negative
            if error < best - 1e-12:
                best, chosen = error, (bands, rows)
    return chosen


def candidates(values: np.ndarray, bands: int, rows: int) -> set[tuple[int, int]]:
    """Pairs of sets (indices, the smaller first) equal in all MinHash values of some band; values: sets x num_perm."""
    table = np.asarray(values)
    if table.ndim != 2 or bands < 1 or rows < 1 or bands * rows > table.shape[1]:
        raise DiscourseError(
            f"candidates: values {table.shape}, {bands} bands of {rows}; give sets x num_perm, and bands x rows at most "
            "num_perm."
        )
    pairs: set[tuple[int, int]] = set()
    for band in range(bands):
        buckets: dict[bytes, list[int]] = {}
        for index, row in enumerate(table[:, band * rows : (band + 1) * rows]):
            buckets.setdefault(row.tobytes(), []).append(index)
        pairs |= {pair for members in buckets.values() for pair in itertools.combinations(members, 2)}
    return pairs


def sha1_hash32(data: bytes) -> int:
    """datasketch's default hash: the first four bytes of SHA-1, little-endian."""
    return int.from_bytes(hashlib.sha1(data, usedforsecurity=False).digest()[:4], "little")


def permutations(num_perm: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """The multipliers a and offsets b of datasketch 1.x, from numpy's legacy `RandomState(seed)`, interleaved draws."""
    generator = np.random.RandomState(seed)  # legacy on purpose: the published convention
    high = int(MERSENNE)
    pairs = [
        (generator.randint(1, high, dtype=np.uint64), generator.randint(0, high, dtype=np.uint64))
        for _ in range(num_perm)
    ]
    table = np.array(pairs, dtype=np.uint64).reshape(num_perm, 2)
    return table[:, 0].copy(), table[:, 1].copy()


def minhash(tokens: Iterable[bytes | str], num_perm: int = 128, seed: int = 1) -> np.ndarray:
    """MinHash values of a set of tokens, uint64 of shape (num_perm,), as datasketch 1.x computes them.

    ((a * h + b) mod (2^61 - 1)) and (2^32 - 1), the product wrapping in 64 bits; datasketch 2 gives other values. An
    empty set gives 2^32 - 1 throughout.
    """
    _tokens(tokens)
    a, b = permutations(num_perm, seed)
    values = np.full(num_perm, MAX_HASH, dtype=np.uint64)
    hashes = [sha1_hash32(t.encode() if isinstance(t, str) else t) for t in tokens]
    for start in range(0, len(hashes), 1024):
        block = np.array(hashes[start : start + 1024], dtype=np.uint64)
        permuted = ((a[:, None] * block[None, :] + b[:, None]) % MERSENNE) & MAX_HASH
        values = np.minimum(values, permuted.min(axis=1))
    return values


def minhash_by(rows: Collection[int], functions: Sequence[Callable[[int], int]]) -> list[int]:
    """The signature of a set of row numbers by hash functions of one's own: the smallest value of each (Leskovec, Rajaraman
    and Ullman, 3.3.5). An empty set has none, `DiscourseError`.

    >>> minhash_by({0, 3}, [lambda x: (x + 1) % 5, lambda x: (3 * x + 1) % 5])
    [1, 0]
    """
    if not len(rows):
        raise DiscourseError("minhash_by: an empty set has no smallest value.")
    return [min(function(row) for row in rows) for function in functions]


def estimated_jaccard(first: np.ndarray, second: np.ndarray) -> float:
    """Share of equal MinHash values: an unbiased estimate of the Jaccard index, standard error sqrt(J(1 - J) / n)."""
    if first.shape != second.shape or not len(first):
        raise DiscourseError(f"MinHash values of unequal or no length: {first.shape}, {second.shape}")
    return float(np.mean(first == second))
