"""Shingles, exact Jaccard and containment, and MinHash with datasketch's conventions, as plain named functions.

Clustering (`duplicates`, `clusters`) uses its own vectorised sampling; these functions are for checking it, for single
pairs, and for comparing with values published elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence

import numpy as np

MERSENNE = np.uint64((1 << 61) - 1)
MAX_HASH = np.uint64((1 << 32) - 1)


def shingles(tokens: Sequence[str], size: int = 5) -> set[tuple[str, ...]]:
    """The different runs of `size` tokens. Fewer tokens than `size` (but at least one) give the one run of them all."""
    if len(tokens) <= size:
        return {tuple(tokens)} if tokens else set()
    return {tuple(tokens[i : i + size]) for i in range(len(tokens) - size + 1)}


def jaccard(first: Collection, second: Collection) -> float:
    """Size of the intersection over size of the union, 0 to 1, higher means more alike; two empty sets give 0.

    >>> jaccard({1, 2, 3}, {2, 3, 4})
    0.5
    """
    a, b = set(first), set(second)
    union = len(a | b)
    return len(a & b) / union if union else 0.0


def containment(first: Collection, second: Collection) -> float:
    """Share of the smaller set that the larger one holds (Broder 1997), 0 to 1; 0 if one is empty."""
    a, b = set(first), set(second)
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller else 0.0


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
    a, b = permutations(num_perm, seed)
    values = np.full(num_perm, MAX_HASH, dtype=np.uint64)
    hashes = [sha1_hash32(t.encode() if isinstance(t, str) else t) for t in tokens]
    for start in range(0, len(hashes), 1024):
        block = np.array(hashes[start : start + 1024], dtype=np.uint64)
        permuted = ((a[:, None] * block[None, :] + b[:, None]) % MERSENNE) & MAX_HASH
        values = np.minimum(values, permuted.min(axis=1))
    return values


def estimated_jaccard(first: np.ndarray, second: np.ndarray) -> float:
    """Share of equal MinHash values: an unbiased estimate of the Jaccard index, standard error sqrt(J(1 - J) / n)."""
    if first.shape != second.shape or not len(first):
        raise ValueError(f"MinHash values of unequal or no length: {first.shape}, {second.shape}")
    return float(np.mean(first == second))
