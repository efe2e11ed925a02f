"""Fingerprints of single texts as they are published elsewhere: simhash and winnowing.

For comparison, as `minhash.py`: clustering samples its shingles by itself. Both take features (tokens, shingles, letters)
that the reader has made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from analysis.errors import DiscourseError

_SIZES = range(8, 129, 8)  # bits of an md5 digest, in whole bytes


def md5_bits(data: str | bytes, bits: int = 64) -> int:
    """The last `bits` of the md5 digest as a number, highest byte first: the hash of Python's simhash package."""
    raw = data.encode("utf-8") if isinstance(data, str) else data
    return int.from_bytes(hashlib.md5(raw, usedforsecurity=False).digest(), "big") & ((1 << bits) - 1)


def simhash(features: Iterable[str | bytes] | Mapping[str | bytes, float], bits: int = 64) -> int:
    """Simhash (Charikar 2002; Manku, Jain and Das Sarma 2007): a bit is 1 where the weights of features whose hash has a 1
    there exceed those whose hash has a 0.

    features: each as often as it counts, or with its weight. Hashes are `md5_bits`, so values are those of Python's simhash
    package. Likeness is few different bits (`hamming`). No feature gives 0. Raises `DiscourseError` for a bare text, and
    for sizes that are not whole bytes up to 128 bits.
    """
    if isinstance(features, str | bytes):
        raise DiscourseError(f"{features[:40]!r}: a text where features are needed; give tokens, shingles or weights.")
    if bits not in _SIZES:
        raise DiscourseError(f"simhash: {bits} bits; a multiple of 8 from 8 to 128 is needed, 64 is usual.")
    weights: dict[str | bytes, float] = {}
    for feature, weight in features.items() if isinstance(features, Mapping) else ((one, 1.0) for one in features):
        weights[feature] = weights.get(feature, 0.0) + weight
    sums = [0.0] * bits
    for feature, weight in weights.items():
        value = md5_bits(feature, bits)
        for bit in range(bits):
            sums[bit] += weight if value >> bit & 1 else -weight
    return sum(1 << bit for bit, total in enumerate(sums) if total > 0)


def hamming(first: int, second: int) -> int:
    """How many bits of two fingerprints differ: 0 the same; Manku and others call at most 3 of 64 a near duplicate.

    >>> hamming(0b1011, 0b0010)
    2
    """
    if first < 0 or second < 0:
        raise DiscourseError(f"hamming: {first} and {second}; fingerprints are whole numbers from 0 on.")
    return (first ^ second).bit_count()


def winnow(hashes: Sequence[int], window: int = 4) -> list[tuple[int, int]]:
    """Winnowing (Schleimer, Wilkerson and Aiken 2003): (hash, place) of the fingerprints chosen, in order.

    hashes: those of the shingles of a text in order. In each window the smallest hash is chosen, of equal ones the last,
    unless it was chosen already. Any run of `window` + shingle size - 1 tokens that two texts share has a fingerprint in
    common. Fewer hashes than a window are one window; none gives none.

    >>> winnow([77, 74, 42, 17, 98, 50, 17, 98, 8, 88, 67, 39, 77, 74, 42, 17, 98])
    [(17, 3), (17, 6), (8, 8), (39, 11), (17, 15)]
    """
    if window < 1:
        raise DiscourseError(f"winnow: a window of {window} hashes; at least 1 is needed, 4 is the paper's.")
    chosen: list[tuple[int, int]] = []
    for start in range(max(len(hashes) - window + 1, min(len(hashes), 1))):
        inside = range(start, min(start + window, len(hashes)))
        place = min(inside, key=lambda i: (hashes[i], -i))
        if not chosen or chosen[-1][1] != place:
            chosen.append((hashes[place], place))
    return chosen
