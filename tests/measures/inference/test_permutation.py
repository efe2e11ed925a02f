"""Permutation tests: every labelling of small cases, strata, level, power."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import DiscourseError
from analysis.measures.inference.permutation import Sides, _at_least_as_far, permutation_test


def two_sides(x, y, side) -> Sides:
    x, y, side = np.asarray(x).reshape(len(y), -1), np.asarray(y), np.asarray(side, dtype=bool)
    return Sides(x * side[:, None], y * side, x * ~side[:, None], y * ~side)


def test_permutation_p_matches_all_labellings():
    from itertools import combinations

    x, y = np.array([5, 7, 6, 1, 2, 0]), np.array([100, 120, 90, 110, 95, 105])

    def t_of(chosen):
        side = np.isin(np.arange(6), chosen)
        rates = [x[s].sum() / y[s].sum() for s in (side, ~side)]
        spread = [
            1.5 * ((x[s] - r * y[s]) ** 2).sum() / y[s].sum() ** 2 for s, r in zip((side, ~side), rates, strict=True)
        ]
        return (rates[0] - rates[1]) / np.sqrt(sum(spread))

    every = [t_of(list(c)) for c in combinations(range(6), 3)]
    exact = 2 * min(np.mean(np.array(every) >= every[0] - 1e-9), np.mean(np.array(every) <= every[0] + 1e-9))
    t, p = permutation_test(two_sides(x, y, [1, 1, 1, 0, 0, 0]), replicates=20000)
    assert t[0] == pytest.approx(every[0])
    assert p[0] == pytest.approx(exact, abs=0.01)


def test_a_story_on_both_sides_is_never_split():
    """All units on both sides: the permutation is a sign flip, as in a paired test."""
    rng = np.random.default_rng(2)
    tokens = np.full(12, 100)
    a, b = rng.poisson(8, 12), rng.poisson(3, 12)
    t, p = permutation_test(Sides(a[:, None], tokens, b[:, None], tokens), replicates=4000)
    d = (a - b) / 1200
    assert t[0] == pytest.approx(d.sum() / np.sqrt(12 / 11 * ((d - d.mean()) ** 2).sum()))
    assert p[0] < 0.01


def test_permutation_swaps_to_the_same_p_and_the_opposite_t():
    rng = np.random.default_rng(5)
    x, y, side = rng.poisson(2, (30, 3)), rng.integers(100, 400, 30), rng.random(30) < 0.4
    t, p = permutation_test(two_sides(x, y, side), replicates=500)
    back, same = permutation_test(two_sides(x, y, ~side), replicates=500)
    assert t == pytest.approx(-back)
    assert p == pytest.approx(same, abs=0.08)


def test_permutation_of_nothing_is_null():
    t, p = permutation_test(two_sides(np.zeros((6, 1), int), np.full(6, 50), [1, 1, 1, 0, 0, 0]), replicates=99)
    assert np.isnan(t[0])
    assert np.isnan(p[0])


def test_permutation_within_strata_sees_no_change_of_mix():
    """Two outlets with rates that differ tenfold and do not change; the mix of outlets changes between the sides."""
    rng = np.random.default_rng(7)
    outlet = np.repeat([0, 1], 60)
    side = np.r_[np.arange(60) < 45, np.arange(60) < 15]
    tokens = np.full(120, 500)
    x = rng.poisson(np.where(outlet == 0, 10, 1))
    free = two_sides(x, tokens, side)
    held = Sides(free.hits_a, free.tokens_a, free.hits_b, free.tokens_b, strata=outlet)
    assert permutation_test(free, replicates=500)[1][0] < 0.01
    assert permutation_test(held, replicates=500)[1][0] > 0.05


@pytest.mark.parametrize("seed", [0, 1])
def test_level_on_random_halves_of_uneven_units(seed):
    """Nothing to find: with bursty words and uneven units 5 % of the words are called, not 15 % or 57 %."""
    rng = np.random.default_rng(seed)
    n, words = 120, 300
    tokens = rng.integers(200, 4000, n)
    x = rng.poisson(tokens[:, None] * 0.004 * rng.gamma(0.5, 2.0, (n, words)))
    _, p = permutation_test(two_sides(x, tokens, rng.random(n) < 0.5), replicates=999)
    assert 0.02 <= np.mean(p <= 0.05) <= 0.09


def test_power_of_a_planted_ratio():
    rng = np.random.default_rng(8)
    n, words = 120, 200
    tokens, side = rng.integers(1000, 4000, n), np.arange(n) < 60
    rate = 0.004 * np.where(side, 1.5, 1.0)[:, None] * rng.gamma(2, 0.5, (n, words))
    _, p = permutation_test(two_sides(rng.poisson(tokens[:, None] * rate), tokens, side), replicates=499)
    assert np.mean(p <= 0.05) > 0.7


def test_p_is_exact_where_every_labelling_is_as_extreme_or_none_is():
    """The smallest |t| there is, which every labelling reaches: p is 1. One that none reaches: 2 / (1 + R)."""
    x, y = np.array([4, 1, 3, 2]), np.full(4, 100)
    t, p = permutation_test(two_sides(x, y, [1, 1, 0, 0]), replicates=49)
    assert t[0] == pytest.approx(0) and p[0] == 1
    far = two_sides(np.r_[np.full(12, 50) + np.arange(12), np.arange(12)], np.full(24, 100), np.arange(24) < 12)
    for one in (far, Sides(far.hits_b, far.tokens_b, far.hits_a, far.tokens_a)):
        assert permutation_test(one, replicates=99)[1][0] == pytest.approx(0.02)


@pytest.mark.parametrize(("t", "near"), [(0.0, 1e-9), (0.5, 1e-9), (-1000.0, 1e-6)])
def test_a_permutation_that_differs_by_rounding_only_is_as_far(t, near):
    """Differences of a thousandth of a millionth count as none: of 1 for small t, of t for large ones."""
    others = t + np.array([-1.5, -0.5, 0.0, 0.5, 1.5])[:, None] * near
    high, low = _at_least_as_far(np.array([t]), others)
    assert (high[0], low[0]) == (4, 4)


def test_what_is_just_within_rounding_counts_on_both_sides():
    high, low = _at_least_as_far(np.zeros(1), np.array([[-1e-9], [1e-9]]))
    assert (high[0], low[0]) == (2, 2)


def test_strata_are_added_with_mantel_haenszel_weights():
    x, y = np.array([5, 9, 2, 3, 8, 1, 4, 4]), np.array([100, 150, 120, 90, 300, 200, 250, 310])
    side, stratum = np.array([1, 1, 0, 0, 1, 1, 0, 0], dtype=bool), np.repeat([0, 1], 4)
    difference, variance = 0.0, 0.0
    for s in (0, 1):
        part = []
        for mark in (side, ~side):
            rows = (stratum == s) & mark
            rate = x[rows].sum() / y[rows].sum()
            part.append((rate, 2 * ((x[rows] - rate * y[rows]) ** 2).sum() / y[rows].sum() ** 2, y[rows].sum()))
        weight = part[0][2] * part[1][2] / (part[0][2] + part[1][2])
        difference += weight * (part[0][0] - part[1][0])
        variance += weight**2 * (part[0][1] + part[1][1])
    one = two_sides(x, y, side)
    t, _ = permutation_test(Sides(one.hits_a, one.tokens_a, one.hits_b, one.tokens_b, strata=stratum), replicates=9)
    assert t[0] == pytest.approx(difference / np.sqrt(variance))


def test_sides_of_unequal_length_are_refused():
    with pytest.raises(DiscourseError, match="one row per unit"):
        Sides(np.zeros((3, 1)), np.ones(3), np.zeros((2, 1)), np.ones(3))


def test_a_unit_on_both_sides_and_units_on_one_by_hand():
    """Covariance of a shared story enters the variance of the difference with both small-sample factors."""
    xa, ya = np.array([6, 2, 3, 0]), np.array([100, 80, 90, 0])
    xb, yb = np.array([4, 0, 0, 1]), np.array([120, 0, 0, 70])
    ra, rb = xa.sum() / ya.sum(), xb.sum() / yb.sum()
    fa, fb = 3 / 2, 2 / 1
    va, vb = ((xa - ra * ya) ** 2).sum() / ya.sum() ** 2, ((xb - rb * yb) ** 2).sum() / yb.sum() ** 2
    shared = ((xa - ra * ya) * (xb - rb * yb)).sum() / (ya.sum() * yb.sum())
    expected = (ra - rb) / np.sqrt(fa * va + fb * vb - 2 * np.sqrt(fa * fb) * shared)
    t, _ = permutation_test(Sides(xa[:, None], ya, xb[:, None], yb), replicates=9)
    assert t[0] == pytest.approx(expected)
