"""What the data could have shown."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import DiscourseError
from analysis.measures.inference.eras import Blocks, difference_within, era_statistic, era_test
from analysis.measures.inference.power import (
    Decision,
    _crossing,
    _found,
    _limit,
    _shuffled,
    detectable_differences,
    detectable_ratio,
    detectable_ratios,
    found_share,
)
from analysis.measures.inference.resampling import Sampling


def test_detectable_ratio_by_hand():
    assert detectable_ratio(0.1) == pytest.approx(np.exp(0.1 * (1.959964 + 0.841621)))
    assert detectable_ratio(np.array([0.1, 0.2]))[1] > detectable_ratio(0.1)
    assert found_share(np.array([0.01, 0.2, np.nan]))[0] == 0.5


@pytest.mark.parametrize(("alpha", "power"), [(0, 0.8), (1, 0.8), (1.5, 0.8), (0.05, 0), (0.05, 1), (0.05, 1.5)])
def test_what_is_no_chance_is_refused(alpha, power):
    with pytest.raises(DiscourseError, match=r"shares? (between 0 and|from 0 to) 1"):
        detectable_ratio(0.1, alpha, power)


def test_a_detectable_ratio_is_found_about_as_often_as_it_says():
    n = np.random.default_rng(1).integers(200, 600, (90, 1))
    after = np.arange(90) >= 60

    def press(ratio, seed):
        rng = np.random.default_rng(seed)
        mean = n * 0.02 * rng.gamma(3, 1 / 3, (90, 1)) * np.where(after, ratio, 1)[:, None]
        return Blocks(rng.poisson(mean)[:, :, None], n, after)

    decision = Decision(family=2, rotation=False, replicates=80)
    up, down = detectable_ratios(press(1.0, 0), decision)
    assert 1.1 < up[0] < 2.5 and 0.4 < down[0] < 0.9
    for ratio in (up[0], down[0]):
        found = [era_test(press(ratio, 100 + i), replicates=399).p[0] <= 0.025 for i in range(60)]
        assert 0.6 < np.mean(found) < 0.95
    both, _ = detectable_ratios(press(1.0, 0), Decision(family=2, rotation=True, replicates=40))
    assert np.isnan(both[0]) or both[0] >= up[0] * 0.9  # a second test never makes smaller changes visible


def test_what_no_ratio_can_show_is_null():
    few = Blocks(np.ones((4, 1, 2)), np.ones((4, 1)), np.array([False, False, False, True]))
    assert np.isnan(detectable_ratios(few)).all()
    with pytest.raises(DiscourseError, match=r"shares? (between 0 and|from 0 to) 1"):
        Decision(power=80)


def test_a_detectable_difference_is_found_about_as_often_as_it_says():
    """A topic that grows, grows where it is: shares of bursty documents are multiplied, not moved by a constant, which
    leaves the bursts as they are (found in 60 of 100 where 80 was said)."""
    after = np.arange(300) >= 250

    def shares(difference, seed):
        rng = np.random.default_rng(seed)
        n, mood = rng.poisson(4, 300), rng.gamma(1 / 0.35, 0.35, 300)
        x = np.zeros(300)
        for week in range(300):
            drawn = rng.beta(0.3 * min(mood[week], 7) + 0.02, 6, n[week]) * (1 + after[week] * difference / 0.05)
            x[week] = np.minimum(drawn, 1).sum()
        return Blocks(x[:, None, None], n[:, None].astype(float), after)

    decision, said = Decision(family=4, replicates=30), []
    for base in range(4):
        error = difference_within(shares(0, 100 + base), Sampling(replicates=2))[3]
        found = detectable_differences(shares(0, 100 + base), error, decision)[0]
        if np.isfinite(found):
            tests = [era_test(shares(found, 1000 + 50 * base + i), replicates=399) for i in range(50)]
            said.append(np.mean([one.p[0] <= 0.05 / 4 and one.rotation_p[0] <= 0.05 for one in tests]))
    assert len(said) > 2 and 0.72 < np.mean(said) < 0.9, said
    assert np.isnan(detectable_differences(shares(0, 0), np.array([np.nan]), decision)).all()


def test_the_limit_of_a_test_is_the_quantile_of_its_permutations_as_long_as_these_reach():
    rng = np.random.default_rng(3)
    blocks = Blocks(rng.poisson(4, (60, 1, 1)).astype(float), np.full((60, 1), 400.0), np.arange(60) >= 30)
    near, far = (_limit(blocks, Decision(alpha=0.05, family=family), 1) for family in (1, 40))
    label = blocks.after.astype(np.float64)
    drawn = np.random.default_rng(Decision().seed).permuted(np.tile(label, (2000, 1)), axis=1)
    chance = era_statistic(blocks, drawn)[:, 0]
    assert near == pytest.approx(np.quantile(chance, 0.975))
    assert far > near  # beyond 2,000 permutations: the tail of a normal law


def test_a_share_that_was_always_or_never_found_counts_as_half_a_series():
    decision = Decision(replicates=50)
    logs, found = np.log([1.2, 1.5, 2.0]), np.array([0.0, 0.5, 1.0])
    clipped = np.array([0.01, 0.5, 0.99])
    weight = np.sqrt(50 * clipped * (1 - clipped))
    slope, start = np.polyfit(logs, np.log(clipped / (1 - clipped)), 1, w=weight)
    wanted = (np.log(decision.power / (1 - decision.power)) - start) / slope
    assert _crossing(logs, found, decision) == pytest.approx(np.exp(wanted))
    assert np.isnan(_crossing(logs, found * 0.5, decision))


@pytest.mark.parametrize("count", [1, 3, 4, 7, 8, 61])
def test_a_shuffle_keeps_four_neighbours_together_from_a_place_by_chance(count):
    x = np.arange(count, dtype=float).reshape(count, 1, 1)
    blocks = Blocks(x, np.ones((count, 1)), np.arange(count) > count // 2)
    rng, same = np.random.default_rng(3), np.random.default_rng(3)
    for _ in range(20):
        shuffled = _shuffled(rng, blocks).x[:, 0, 0]
        groups = np.array_split((np.arange(count) + same.integers(count)) % count, max(count // 4, 1))
        assert shuffled.tolist() == np.concatenate([groups[i] for i in same.permutation(len(groups))]).tolist()
        assert sorted(shuffled) == list(range(count))


@pytest.mark.parametrize("rotation", [True, False])
def test_planted_series_are_judged_together_as_each_alone(rotation):
    rng = np.random.default_rng(3)
    n, after = rng.integers(200, 600, (60, 2)), np.arange(60) >= 40
    x = rng.poisson(0.01 * n[:, :, None] * np.where(after, 1.25, 1.0)[:, None, None], (60, 2, 50))
    decision, blocks = Decision(rotation=rotation), Blocks(x, n, after)
    limit = _limit(Blocks(x[:, :, [0]], n, after), decision, 1)
    together = _found(blocks, limit, 1, decision)
    assert 5 < together.sum() < 45
    assert together.tolist() == [bool(_found(Blocks(x[:, :, [i]], n, after), limit, 1, decision)[0]) for i in range(50)]
