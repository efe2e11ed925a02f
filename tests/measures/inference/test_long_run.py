"""Errors that know that blocks of time are alike: by hand, their level where moods last, and what they find."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.measures.inference.long_run import WAVES, _bartlett, lasting_factor, long_run_factor, permuted_places
from analysis.measures.inference.specification_curve import own_p, recompute, rotated_labels


def test_the_long_run_factor_by_hand():
    """Ten blocks of 100 tokens, the last five compared, 1, 1, 3, 1, 1 hits before and 3, 3, 5, 3, 3 after: residuals around
    2.4 less half the step of 2, which leaves -.9, -.9, 1.1, -.9, -.9 and -.1, -.1, 1.9, -.1, -.1; neighbours count half."""
    x = np.array([[1.0], [1], [3], [1], [1], [3], [3], [5], [3], [3]])
    after = np.arange(10) >= 5
    places = permuted_places(np.ones(10), 3, 1)
    series = (x[:, 0] - 2.4) - 0.5 * 2 * np.where(after, 0.5, -0.5)
    assert series[:4] == pytest.approx([-0.9, -0.9, 1.1, -0.9])
    short = (series**2).sum()
    long = short + (series[1:] * series[:-1]).sum()  # Bartlett: 1 - 1 / 2 on both sides of the diagonal
    factor = long_run_factor(x, np.full((10, 1), 100.0), after, places)
    assert factor[0] == pytest.approx(np.sqrt(short / long)) and len(factor) == 4
    moved = long_run_factor(x[np.argsort(places[2])], np.full((10, 1), 100.0), after, places[:1])
    assert factor[2] == pytest.approx(moved[0])  # the blocks in the order that the labelling gives them
    assert np.isnan(long_run_factor(np.zeros((10, 1)), np.ones((10, 1)), after, places)).all()


def test_windows_give_the_weighted_sum_of_all_pairs():
    series = np.random.default_rng(2).standard_normal((3, 23))
    for width in (1, 2, 7, 30):
        lag = np.abs(np.subtract.outer(np.arange(23), np.arange(23)))
        pairs = np.einsum("ki,ij,kj->k", series, np.maximum(1 - lag / width, 0), series)
        assert _bartlett(series, width) == pytest.approx(pairs)


def test_blocks_that_are_empty_keep_their_place():
    filled = np.array([1, 0, 1, 1, 0, 1])
    places = permuted_places(filled, 50, 1)
    assert places[0].tolist() == list(range(6)) and (places[:, [1, 4]] == [1, 4]).all()
    assert (np.sort(places, axis=1) == np.arange(6)).all() and len({row.tobytes() for row in places}) > 10


def test_long_run_errors_hold_where_blocks_remember_and_find_what_the_rotation_cannot():
    """Moods that last (autocorrelation .6): traded blocks call three times what they may. A third less from the middle of
    calm blocks on: the rotation finds it seldom, since the labels turned by three blocks are nearly the true ones."""

    def called(border: int, ratio: float, memory: float) -> dict[str, float]:
        found: dict[str, list[bool]] = {"permuted": [], "rotated": [], "long_run": []}
        for seed in range(100):
            rng, mood = np.random.default_rng(seed), np.zeros(70)
            for i, step in enumerate(rng.standard_normal(70)):
                mood[i] = memory * mood[i - 1] + np.sqrt(1 - memory**2) * step if i else step
            after = np.arange(70) >= border
            x = rng.poisson(20 * np.exp(0.5 * mood) * np.where(after, ratio, 1))[:, None].astype(float)
            n, places = np.full((70, 1), 500.0), permuted_places(np.ones(70), 199, seed)
            t = recompute(x, n, after.astype(float)[places])[0]
            values = {"permuted": t, "long_run": t * long_run_factor(x, n, after, places)}
            values["rotated"] = recompute(x, n, rotated_labels(after).labels)[0]
            for kind, value in values.items():
                found[kind].append(own_p(value[:, None], kind)[0, 0] <= 0.05)
        return {kind: float(np.mean(value)) for kind, value in found.items()}

    nothing, less = called(56, 1.0, 0.6), called(35, 0.65, 0.0)
    assert nothing["permuted"] > 0.15 and nothing["long_run"] <= 0.11, nothing
    assert less["rotated"] < 0.45 and less["long_run"] > 0.6, less


def test_how_much_farther_limits_lie_by_hand():
    """One cell of even exposure whose residuals are the second slowest wave: of the four waves one holds all of the series,
    so that it moves 12 / 4 times as much, each wave's square being 12 / 2 times 2."""
    time = (np.arange(12) + 0.5) / 12
    wave = np.cos(2 * np.pi * time)[:, None]
    t_over_z = 2.7764451 / 1.9599640
    assert lasting_factor(wave, np.full((12, 1), 50)) == pytest.approx(t_over_z * np.sqrt(12 / 4), rel=1e-6)
    assert lasting_factor(np.cos(9 * np.pi * time)[:, None], np.full((12, 1), 50)) == 1  # fast: nothing lasts
    assert lasting_factor(wave * 7, np.full((12, 1), 3)) == pytest.approx(lasting_factor(wave, np.full((12, 1), 50)))
    halves = np.where(np.arange(12)[:, None] < 6, [1.0, 0.0], [0.0, 1.0])
    unequal = lasting_factor(wave * halves * [1, 9], halves * 50)  # each era's residuals have the same mean square
    assert unequal == pytest.approx(lasting_factor(wave, np.full((12, 1), 50)))


def test_what_own_rates_take_out_of_the_waves_is_made_up_for_where_cells_are_compared():
    rng = np.random.default_rng(5)
    n = rng.integers(50, 90, 60).astype(float)
    sides = np.stack([n * (np.arange(60) < 45), n * (np.arange(60) >= 45)], axis=1)
    x = np.where(sides > 0, (np.cumsum(rng.normal(size=60)))[:, None], 0.0)
    time = (np.cumsum(n) - n / 2) / n.sum()
    waves = np.cos(np.pi * np.arange(1, 5)[:, None] * time)
    left = waves - waves @ sides / (sides**2).sum(axis=0) @ sides.T  # regressed on the tokens of each side
    kept = (left**2).sum() / (waves**2).sum()
    assert kept < 0.85
    assert lasting_factor(x, sides, compared=True) == pytest.approx(lasting_factor(x, sides) / np.sqrt(kept))


def test_nothing_to_learn_from_leaves_limits_where_they_are():
    assert lasting_factor(np.zeros((40, 2)), np.ones((40, 2))) == 1
    assert lasting_factor(np.arange(7.0)[:, None] - 3, np.ones((7, 1))) == 1  # fewer than twice as many units as waves
    padded = np.concatenate([np.arange(7.0) - 3, np.zeros(20)])[:, None]
    assert (
        lasting_factor(padded, (np.arange(27) < 7)[:, None].astype(int)) == 1 and WAVES == 4
    )  # empty ones are no units


@pytest.mark.parametrize(("memory", "least", "most"), [(0.0, 0.955, 1.0), (0.6, 0.92, 0.99)])
def test_the_mean_of_a_series_that_remembers_is_held(memory, least, most):
    held, today = [], []
    for seed in range(400):
        rng, series = np.random.default_rng(seed), np.zeros(100)
        steps = rng.standard_normal(100)
        for i, step in enumerate(steps):
            series[i] = memory * series[i - 1] + np.sqrt(1 - memory**2) * step if i else step
        rest, error = (series - series.mean())[:, None], series.std(ddof=1) / 10
        held.append(abs(series.mean()) <= 1.96 * error * lasting_factor(rest, np.ones((100, 1))))
        today.append(abs(series.mean()) <= 1.96 * error)
    assert least <= np.mean(held) <= most
    assert memory == 0 or np.mean(today) < 0.75
