"""Shingles, exact and estimated likeness, by hand."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from analysis.texts.dedupe import minhash as m


def test_shingles_are_the_different_runs_of_words():
    assert m.shingles(["a", "b", "c", "d"], 3) == {("a", "b", "c"), ("b", "c", "d")}
    assert m.shingles(["a", "b"], 5) == {("a", "b")}
    assert m.shingles([], 5) == set()
    assert len(m.shingles(["a"] * 9, 2)) == 1


def test_jaccard_and_containment_of_sets():
    assert m.jaccard({1, 2, 3}, {2, 3, 4}) == 2 / 4
    assert m.containment({1, 2}, {2, 3, 4, 5}) == 1 / 2
    assert m.jaccard([], []) == m.containment([], {1}) == 0.0


def test_the_hash_is_four_bytes_of_sha1_little_endian():
    assert m.sha1_hash32(b"a") == int.from_bytes(hashlib.sha1(b"a").digest()[:4], "little")


def test_equal_sets_have_equal_values_in_any_order_and_an_empty_set_the_highest():
    first, second = m.minhash(["x", "y", "z"], 16), m.minhash([b"z", b"y", b"x", b"x"], 16)
    assert np.array_equal(first, second)
    assert m.minhash([], 4).tolist() == [2**32 - 1] * 4
    assert m.estimated_jaccard(first, second) == 1.0


def test_many_tokens_are_hashed_in_blocks_with_the_same_result():
    tokens = [str(i) for i in range(2500)]
    halves = np.minimum(m.minhash(tokens[:1200], 8), m.minhash(tokens[1200:], 8))
    assert np.array_equal(m.minhash(tokens, 8), halves)


def test_values_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match="unequal or no length"):
        m.estimated_jaccard(np.zeros(3), np.zeros(4))
    with pytest.raises(ValueError, match="unequal or no length"):
        m.estimated_jaccard(np.zeros(0), np.zeros(0))
