"""Permutation tests: every labelling of small cases, strata, level, power."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.measures.inference.permutation import Sides, permutation_test


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
    exact = np.mean(np.abs(every) >= abs(every[0]) - 1e-9)
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
