"""Shingles, exact and estimated likeness, by hand."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from analysis.errors import DiscourseError
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


def test_weights_are_compared_by_the_smaller_over_the_larger():
    assert m.weighted_jaccard({"a": 2, "b": 1}, {"a": 1, "c": 1}) == 1 / 4
    assert m.weighted_jaccard({"a": 1, "b": 1}, {"b": 1, "c": 1}) == m.jaccard(["a", "b"], ["b", "c"])
    assert m.weighted_jaccard({}, {}) == 0.0
    with pytest.raises(DiscourseError, match="below 0"):
        m.weighted_jaccard({"a": -1}, {})


def test_the_chance_of_sharing_a_band_in_the_textbook():
    """Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, example 3.11: 20 bands of 5 rows."""
    likeness = np.array([0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])
    printed = [0.006, 0.047, 0.186, 0.470, 0.802, 0.975, 0.9996]
    np.testing.assert_allclose(m.candidate_chance(likeness, 20, 5), printed, atol=0.0006)


@pytest.mark.parametrize(
    ("threshold", "weights"), [(0.5, (0.5, 0.5)), (0.8, (0.5, 0.5)), (0.8, (0.2, 0.8)), (0.3, (0.9, 0.1))]
)
def test_bands_have_the_least_area_of_errors(threshold, weights):
    """Again by brute force on a fine grid."""
    grid = (np.arange(20_000) + 0.5) / 20_000
    below = grid < threshold
    areas = {}
    for bands in range(1, 33):
        for rows in range(1, 32 // bands + 1):
            chance = 1 - (1 - grid**rows) ** bands
            areas[bands, rows] = weights[0] * chance[below].sum() + weights[1] * (1 - chance)[~below].sum()
    assert m.choose_bands(threshold, 32, weights) == min(areas, key=areas.get)


def test_who_fears_missed_pairs_gets_more_bands_of_fewer_rows():
    plain, wary = m.choose_bands(0.8), m.choose_bands(0.8, weights=(0.2, 0.8))
    assert plain[0] < wary[0] and plain[1] > wary[1]
    with pytest.raises(DiscourseError, match="add up to 1"):
        m.choose_bands(0.8, weights=(0.5, 0.6))


def test_candidates_share_a_band_in_all_its_rows():
    values = np.array([[1, 2, 3, 4], [1, 2, 9, 9], [7, 2, 3, 4], [7, 8, 0, 4]])
    assert m.candidates(values, 2, 2) == {(0, 1), (0, 2)}
    assert m.candidates(values, 4, 1) == {(0, 1), (0, 2), (1, 2), (2, 3), (0, 3)}
    with pytest.raises(DiscourseError, match="at most num_perm"):
        m.candidates(values, 3, 2)


def test_signatures_of_the_book_with_its_own_hash_functions():
    """Leskovec, Rajaraman and Ullman, example 3.8: four sets of five rows, h1 = x + 1 and h2 = 3x + 1, modulo 5."""
    functions = [lambda x: (x + 1) % 5, lambda x: (3 * x + 1) % 5]
    sets = [{0, 3}, {2}, {1, 3, 4}, {0, 2, 3}]
    assert [m.minhash_by(rows, functions) for rows in sets] == [[1, 0], [3, 2], [0, 0], [1, 0]]
    with pytest.raises(DiscourseError, match="empty set"):
        m.minhash_by(set(), functions)
