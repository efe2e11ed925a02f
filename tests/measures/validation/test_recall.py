"""Recall of search strings: published value, bounds, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import DiscourseError
from analysis.measures.validation.recall import tipping_point, two_strings


def test_published_values(golden):
    for case in golden("capture"):
        i = case["input"]
        got = two_strings(i["n_a"], i["n_b"], i["n_ab"])
        for name, value in case["expected"].items():
            assert got[name] == pytest.approx(value, abs=case["tolerance_abs"])


def test_strings_that_find_the_same_miss_nothing_that_can_be_seen():
    got = two_strings(40, 40, 40)
    assert (got["estimate"], got["variance"], got["low"], got["recall_either"]) == (40, 0, 40, 1)
    apart = two_strings(10, 10, 0)
    assert apart["low"] >= 20 and apart["recall_first"] == pytest.approx(10 / 120)


def test_the_interval_is_that_of_a_normal_law_and_never_below_what_was_found():
    got = two_strings(40, 50, 20)
    estimate, variance = 41 * 51 / 21 - 1, 41 * 51 * 20 * 30 / (21**2 * 22)
    assert (got["estimate"], got["variance"]) == pytest.approx((estimate, variance))
    assert got["low"] == pytest.approx(max(estimate - 1.959964 * variance**0.5, 70))
    assert got["high"] == pytest.approx(estimate + 1.959964 * variance**0.5)
    wide = two_strings(40, 50, 20, level=0.99)
    assert wide["low"] == 70 and wide["high"] == pytest.approx(estimate + 2.575829 * variance**0.5)


def test_tipping_point_by_hand():
    assert tipping_point((10, 40), (1000, 2000)) == pytest.approx(2)
    assert tipping_point((40, 10), (2000, 1000)) == pytest.approx(2)
    assert np.isnan(tipping_point((0, 3), (10, 10)))


def test_refusals():
    with pytest.raises(DiscourseError, match="no larger than either"):
        two_strings(3, 5, 4)
    with pytest.raises(DiscourseError, match="nothing to estimate"):
        two_strings(0, 0, 0)
    with pytest.raises(DiscourseError, match="level: 95"):
        two_strings(3, 5, 2, level=95)
    with pytest.raises(DiscourseError, match="above 0"):
        tipping_point((1, 2), (0, 5))


def test_neighbouring_estimates_by_hand():
    """200 marked, 250 looked at, 50 of them marked."""
    plain = two_strings(200, 250, 50, kind="lincoln_petersen")
    assert plain["estimate"] == 1000
    assert plain["variance"] == pytest.approx(200 * 250 * 150 * 200 / 50**3)
    bailey = two_strings(200, 250, 50, kind="bailey")
    assert bailey["estimate"] == pytest.approx(200 * 251 / 51)
    assert bailey["variance"] == pytest.approx(200**2 * 251 * 200 / (51**2 * 52))
    chao = two_strings(200, 250, 50, kind="chao")
    assert chao["estimate"] == 400 + 350**2 / 100
    assert chao["variance"] == pytest.approx(50 * (7**4 / 4 + 7**3 + 7**2 / 2))
    assert two_strings(3, 4, 0, kind="chao")["estimate"] == float("inf")
    assert two_strings(3, 4, 0, kind="lincoln_petersen")["recall_either"] == 0
    with pytest.raises(DiscourseError, match="chapman, lincoln_petersen, bailey, chao"):
        two_strings(3, 4, 1, kind="petersen")
