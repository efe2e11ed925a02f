"""Simhash and winnowing: published values, and what they promise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import DiscourseError
from analysis.texts.dedupe.fingerprints import hamming, md5_bits, simhash, winnow


def test_simhash_of_pythons_simhash_package():
    """leonsim/simhash, tests/test_simhash.py: test_value."""
    assert simhash(["aaa", "bbb"]) == 57087923692560392
    assert simhash({"aaa": 1, "bbb": 1}) == 57087923692560392
    assert simhash([]) == 0


def test_one_feature_is_its_own_hash_and_weight_decides():
    assert simhash(["aaa"]) == md5_bits("aaa") == simhash([b"aaa"])
    assert simhash(["aaa", "bbb", "aaa", "aaa"]) == simhash({"aaa": 3, "bbb": 1}) == simhash(["aaa"])
    assert simhash(["aaa"], 8) == simhash(["aaa"]) % 256


def test_hamming_counts_bits():
    """leonsim/simhash: 0xDEADBEEF and 0xDEADBEAD differ in two bits."""
    assert hamming(0xDEADBEEF, 0xDEADBEAD) == 2
    with pytest.raises(DiscourseError, match="from 0 on"):
        hamming(-1, 0)


def test_winnowing_of_the_paper():
    """Schleimer and others 2003, figure 2: hypothetical hashes of the 5-grams of "adorunrunrunadorunrun", windows of 4."""
    hashes = [77, 74, 42, 17, 98, 50, 17, 98, 8, 88, 67, 39, 77, 74, 42, 17, 98]
    assert winnow(hashes, 4) == [(17, 3), (17, 6), (8, 8), (39, 11), (17, 15)]
    assert winnow([5, 3], 4) == [(3, 1)] and winnow([], 4) == []
    assert winnow([2, 2, 2], 2) == [(2, 1), (2, 2)]  # of equal ones the last


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30), st.integers(1, 6))
def test_each_window_holds_a_fingerprint(hashes, window):
    places = {place for _, place in winnow(hashes, window)}
    for start in range(len(hashes) - window + 1):
        assert places & set(range(start, start + window))


def test_what_is_no_feature_is_refused():
    with pytest.raises(DiscourseError, match="a text where features are needed"):
        simhash("aaa")
    with pytest.raises(DiscourseError, match="multiple of 8"):
        simhash(["aaa"], 12)
    with pytest.raises(DiscourseError, match="at least 1"):
        winnow([1], 0)
