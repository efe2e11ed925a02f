"""The era test: written out for every labelling of a small case, its level in bursts, its ratio and interval."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from analysis.errors import DiscourseError
from analysis.measures.inference.eras import Blocks, _LogRatio, era_statistic, era_test, ratio_within, rotations
from analysis.measures.inference.resampling import Sampling

X = np.array([[5, 1], [3, 0], [4, 2], [9, 3], [8, 1], [7, 4]])
N = np.array([[100, 40], [120, 0], [90, 50], [110, 60], [95, 30], [105, 70]])
AFTER = np.array([0, 0, 0, 1, 1, 1], dtype=bool)


def t_by_hand(x, n, after):
    """The formula of the module as it is printed there, block by block and stratum by stratum."""
    phi = np.zeros(len(n))
    for o in range(n.shape[1]):
        r = x[:, o].sum() / n[:, o].sum()
        na, nb = n[after, o].sum(), n[~after, o].sum()
        if not na or not nb:
            continue
        w = na * nb / (na + nb)
        for b in range(len(n)):
            phi[b] += w * (x[b, o] - r * n[b, o]) * (1 / na if after[b] else -1 / nb)
    return phi.sum() / np.sqrt((phi**2).sum())


def test_statistic_and_p_over_all_labellings():
    every = []
    for chosen in combinations(range(6), 3):
        label = np.isin(np.arange(6), chosen)
        every.append(t_by_hand(X, N, label))
    observed = t_by_hand(X, N, AFTER)
    exact = 2 * min(np.mean(np.array(every) >= observed - 1e-9), np.mean(np.array(every) <= observed + 1e-9))
    got = era_test(Blocks(X[:, :, None], N, AFTER), replicates=20000)
    assert got.t[0] == pytest.approx(observed)
    assert got.p[0] == pytest.approx(exact, abs=0.01)
    turned = [abs(t_by_hand(X, N, np.roll(AFTER, s))) for s in range(6)]
    assert got.rotation_p[0] == pytest.approx(np.mean(np.array(turned) >= abs(observed) - 1e-9))
    assert got.rotation_count == 6


def test_turned_sides_turn_t_and_keep_p():
    there, back = (era_test(Blocks(X[:, :, None], N, a), replicates=4000) for a in (AFTER, ~AFTER))
    assert there.t == pytest.approx(-back.t) and there.rotation_p == pytest.approx(back.rotation_p)
    assert there.p == pytest.approx(back.p, abs=0.05)


def test_a_change_in_the_mix_of_outlets_is_no_change():
    rng = np.random.default_rng(4)
    n = np.where(np.arange(60)[:, None] < 40, [900, 100], [100, 900])
    x = rng.poisson(n * np.array([0.05, 0.005]))
    assert era_test(Blocks(x[:, :, None], n, np.arange(60) >= 40), replicates=999).p[0] > 0.05
    pooled = Blocks(x.sum(axis=1)[:, None, None], n.sum(axis=1)[:, None], np.arange(60) >= 40)
    assert era_test(pooled, replicates=999).p[0] < 0.01


def test_nothing_to_compare_is_null():
    got = era_test(Blocks(np.zeros((6, 2, 1)), N, AFTER), replicates=99)
    assert np.isnan([got.t[0], got.p[0], got.rotation_p[0]]).all()
    ratio, low, high = ratio_within(Blocks(np.zeros((6, 2, 1)), N, AFTER), Sampling(replicates=50))
    assert np.isnan([ratio[0], low[0], high[0]]).all()
    with pytest.raises(DiscourseError, match="one label a block"):
        Blocks(X[:, :, None], N, AFTER[:5])


def test_rotations_keep_the_order():
    assert rotations(np.array([1, 2, 3])).tolist() == [[1, 2, 3], [3, 1, 2], [2, 3, 1]]


def test_ratio_within_by_hand_and_its_error_by_the_influence_of_each_block():
    blocks = Blocks(X[:, :, None], N, AFTER)

    def log_ratio(x, n, after):
        x1, x0, y1, y0 = x[after].sum(0), x[~after].sum(0), n[after].sum(0), n[~after].sum(0)
        return np.log((x1 * y0 / (y1 + y0)).sum() / (x0 * y1 / (y1 + y0)).sum())

    ratio, low, high = ratio_within(blocks, Sampling(replicates=500))
    assert np.log(ratio[0]) == pytest.approx(log_ratio(X, N, AFTER))
    assert low[0] < ratio[0] < high[0]
    step, change = 1e-6, []
    for b in range(6):  # the influence function is the derivative by a block's weight
        weight = np.ones(6)
        weight[b] += step
        change.append((log_ratio(X * weight[:, None], N * weight[:, None], AFTER) - log_ratio(X, N, AFTER)) / step)
    expected = np.sqrt(1.5 * (np.array(change) ** 2).sum())
    assert _LogRatio(blocks).with_error(np.ones((1, 6)))[1][0, 0] == pytest.approx(expected, rel=1e-4)


def test_weights_show_how_far_the_result_is_one_outlets():
    weights = Blocks(X[:, :, None], N, AFTER).weights()
    raw = np.array([310 * 310 / 620, 160 * 90 / 250])
    np.testing.assert_allclose(weights, raw / raw.sum())
    one_sided = np.where(AFTER[:, None], [1, 0], [1, 1])
    np.testing.assert_allclose(Blocks(X[:, :, None], one_sided, AFTER).weights(), [1, 0])


def test_level_when_weeks_have_moods_and_rotation_when_they_drift():
    found, rotated = [], []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        n = rng.integers(50, 400, (60, 3))
        mood = rng.gamma(2, 0.5, 60)
        x = rng.poisson(n * 0.02 * mood[:, None])
        found.append(era_test(Blocks(x[:, :, None], n, np.arange(60) >= 45), replicates=199, seed=seed).p[0] <= 0.05)
        drift = np.exp(np.linspace(-0.35, 0.35, 60))
        x = rng.poisson(n * 0.02 * (mood * drift)[:, None])
        rotated.append(era_test(Blocks(x[:, :, None], n, np.arange(60) >= 45), replicates=9).rotation_p[0] <= 0.05)
    assert np.mean(found) <= 0.1
    assert np.mean(rotated) <= 0.12


def test_an_outlet_that_is_hardly_ever_drawn_leaves_the_interval_in_place():
    rng = np.random.default_rng(0)
    n = np.c_[rng.integers(200, 400, 40), np.zeros((40, 2), dtype=int)]
    n[3, 1], n[37, 1], n[5, 2] = 60, 50, 80  # an outlet of one week a side, and one of a single week
    x = rng.poisson(n * 0.02)
    _, low, high = ratio_within(Blocks(x[:, :, None], n, np.arange(40) >= 30), Sampling(replicates=200))
    assert np.isfinite([low[0], high[0]]).all() and low[0] < high[0]


def test_the_interval_of_a_ratio_knows_that_blocks_are_like_their_neighbours():
    """Moods that last (autocorrelation .6) with nothing to find: blocks drawn as if they were independent hold 1 far too
    seldom; where they are independent the interval hardly grows, and it is never narrower."""

    def measured(memory: float) -> tuple[float, float, float]:
        held, alone, width = [], [], []
        for seed in range(60):
            rng, mood = np.random.default_rng(seed), np.zeros(80)
            for i, step in enumerate(rng.standard_normal(80)):
                mood[i] = memory * mood[i - 1] + np.sqrt(1 - memory**2) * step if i else step
            x = rng.poisson(20 * np.exp(0.4 * mood))[:, None, None]
            blocks = Blocks(x, np.full((80, 1), 500), np.arange(80) >= 60)
            _, low, high = ratio_within(blocks, Sampling(replicates=199, seed=seed))
            _, lower, higher = ratio_within(blocks, Sampling(replicates=199, seed=seed), in_time=False)
            held.append(low[0] <= 1 <= high[0])
            alone.append(lower[0] <= 1 <= higher[0])
            width.append(np.log(high[0] / low[0]) / np.log(higher[0] / lower[0]))
            assert low[0] <= lower[0] and high[0] >= higher[0]
        return float(np.mean(held)), float(np.mean(alone)), float(np.median(width))

    held, alone, width = measured(0.6)
    assert alone < 0.8 and held > alone + 0.1 and width > 1.2, (held, alone, width)
    held, alone, width = measured(0.0)
    assert held >= alone > 0.88 and width < 1.2, (held, alone, width)


@pytest.mark.parametrize(("strata", "series", "labellings"), [(1, 1, 40), (9, 3, 2), (9, 12, 7), (4, 2, 300)])
def test_statistic_of_many_labellings_is_the_formula_of_each(strata, series, labellings):
    """Few labellings and many, blocks and strata without tokens, a series without hits."""
    rng = np.random.default_rng(strata)
    n = rng.integers(50, 900, (40, strata)) * (rng.random((40, strata)) < 0.5)
    n[::7] = 0
    x = rng.poisson(0.02 * n[:, :, None] * rng.gamma(1, 1, (40, 1, series)))
    x[:, :, 0] *= series == 1
    labels = rng.permuted(np.tile(np.arange(40) >= 25, (labellings, 1)), axis=1)
    got = era_statistic(Blocks(x, n, labels[0]), labels.astype(float))
    total = np.maximum(n.sum(axis=0), 1)
    for row, label in enumerate(labels):
        share = (n[label].sum(axis=0)) / total
        for one in range(series):
            residual = x[:, :, one] - n * (x[:, :, one].sum(axis=0) / total)
            phi = label * residual.sum(axis=1) - residual @ share
            with np.errstate(invalid="ignore"):
                wanted = phi.sum() / np.sqrt((phi**2).sum())
            assert got[row, one] == pytest.approx(wanted, rel=1e-9, nan_ok=True)
    assert np.isnan(got[:, 0]).all() == (series > 1)
