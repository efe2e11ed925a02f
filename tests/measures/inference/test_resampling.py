"""The numeric core: whole units, exact sums, the three intervals, permutation of labels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DiscourseError
from analysis.measures.inference import resampling
from analysis.measures.inference.resampling import (
    Contrasts,
    Sampling,
    Units,
    aggregate,
    bootstrap_sums,
    bootstrap_t,
    evaluate,
    influence,
    intervals,
    standard_errors,
)

ONE = Contrasts(np.array([[0]]), np.array([[1]]), (1.0,))
RATIO = Contrasts(np.array([[0, 2]]), np.array([[1, 3]]), (1.0, -1.0), "log")


def units(values, strata=None) -> Units:
    values = np.asarray(values, dtype=np.int64)
    names = np.array([f"u{i:04}" for i in range(len(values))], dtype=object)
    return Units(names, values, np.zeros(len(values), dtype=np.int64) if strata is None else np.asarray(strata))


def poisson_units(n=60, seed=3, burst=1.0) -> Units:
    rng = np.random.default_rng(seed)
    tokens = rng.integers(200, 900, n)
    return units(np.stack([rng.poisson(tokens * 0.01 * rng.gamma(1 / burst, burst, n)), tokens], axis=1))


def test_aggregate_by_hand():
    got = aggregate(["b", "a", "b"], np.array([[1, 10], [2, 20], [3, 30]]), strata=[5, 7, 6])
    assert got.unit_ids.tolist() == ["a", "b"]
    assert got.values.tolist() == [[2, 20], [4, 40]]
    assert got.strata.tolist() == [7, 5]


def test_aggregate_refuses_fractions_and_missing_units():
    with pytest.raises(DiscourseError, match="integer counts"):
        aggregate(["a"], np.array([[0.5]]))
    with pytest.raises(DiscourseError, match="needs a unit"):
        aggregate(["a", None], np.array([[1], [2]]))
    assert aggregate([], np.zeros((0, 2), dtype=int)).values.shape == (0, 2)


def test_weights_are_integers_that_sum_to_n_and_repeat():
    def drawn(seed):
        return np.concatenate(list(resampling._weight_blocks(np.random.default_rng(seed), 7, 5000)))

    weights = drawn(seed=1)
    assert weights.shape == (5000, 7)
    assert np.issubdtype(weights.dtype, np.integer)
    assert (weights.sum(axis=1) == 7).all()
    assert np.allclose(weights.mean(axis=0), 1, atol=0.06)
    # a multinomial count has variance n * (1/n) * (1 - 1/n)
    assert np.allclose(weights.var(axis=0), 6 / 7, atol=0.06)
    assert (weights == drawn(seed=1)).all()
    assert (weights != drawn(seed=2)).any()


def test_sums_equal_weights_times_values_exactly():
    data = poisson_units(40)
    rng = np.random.default_rng([9, 0])
    drawn = rng.integers(0, 40, size=(300, 40), dtype=np.int32)
    by_hand = np.array([data.values[row].sum(axis=0) for row in drawn])
    assert (bootstrap_sums(data, 300, seed=9) == by_hand).all()


def test_strata_keep_their_number_of_units():
    data = units([[1, 0], [1, 0], [0, 1], [0, 1], [0, 1]], strata=[0, 0, 1, 1, 1])
    assert (bootstrap_sums(data, 50, seed=1) == [2, 3]).all()


@settings(max_examples=25, deadline=None)
@given(st.permutations(list(range(12))))
def test_order_of_rows_does_not_matter(order):
    rng = np.random.default_rng(0)
    names = np.array([f"c{i % 7}" for i in range(12)], dtype=object)
    values = rng.integers(0, 50, (12, 2))
    first, second = aggregate(names, values), aggregate(names[order], values[order])
    assert (bootstrap_sums(first, 20, 1) == bootstrap_sums(second, 20, 1)).all()


def test_values_by_hand():
    sums = np.array([6, 300, 2, 200])
    assert evaluate(sums, ONE)[0] == 0.02
    assert evaluate(sums, RATIO)[0] == pytest.approx(np.log(2))
    four = Contrasts(np.array([[0, 2, 2, 0]]), np.array([[1, 3, 3, 1]]), (1.0, -1.0, -1.0, 1.0))
    assert evaluate(sums, four)[0] == pytest.approx(0.02)  # 0.02 - 0.01 - 0.01 + 0.02


def test_standard_error_by_hand():
    # two units with rates 1/10 and 3/10: residuals -1 and 1, variance 2/1 * (1 + 1) / 20**2
    got = standard_errors(units([[1, 10], [3, 10]]), ONE)
    assert got[0] == pytest.approx(np.sqrt(4 / 400))
    assert influence(units([[1, 10], [3, 10]]), ONE).ravel().tolist() == pytest.approx([-0.05, 0.05])


def test_bca_and_percentile_agree_with_scipy():
    from scipy.stats import bootstrap

    data = poisson_units(50, burst=0.5)
    x, y = data.values.T.astype(float)

    def rate(x, y, axis=-1):
        return x.sum(axis=axis) / y.sum(axis=axis)

    spread = standard_errors(data, ONE)[0]
    for ours, theirs in (("percentile", "percentile"), ("bca", "BCa")):
        want = bootstrap(
            (x, y), rate, paired=True, vectorized=True, n_resamples=20000, method=theirs, rng=np.random.default_rng(1)
        ).confidence_interval
        _, low, high = intervals(data, ONE, Sampling(interval=ours, replicates=20000))
        assert (low[0], high[0]) == pytest.approx((want.low, want.high), abs=0.04 * spread)


def test_bca_moves_the_limits_by_bias_and_skewness_as_efron_writes():
    """Efron 1987, eq. 2.3, step by step with the same replicates: a = sum(l^3) / (6 sum(l^2)^1.5) over the influences."""
    from scipy.stats import norm

    data = units([[0, 10], [0, 10], [1, 10], [1, 10], [9, 10]])
    estimate, low, high = intervals(data, ONE, Sampling(interval="bca", replicates=999))
    drawn = np.sort(evaluate(bootstrap_sums(data, 999, Sampling().seed), ONE)[:, 0])
    less, equal = (drawn < estimate[0] - 1e-9).mean(), (np.abs(drawn - estimate[0]) <= 1e-9).mean()
    bias = norm.ppf(less + equal / 2)
    part = influence(data, ONE).ravel()
    skew = (part**3).sum() / (6 * (part**2).sum() ** 1.5)
    assert skew > 0.1
    for limit, z in ((low[0], norm.ppf(0.025)), (high[0], norm.ppf(0.975))):
        level = norm.cdf(bias + (bias + z) / (1 - skew * (bias + z)))
        near = np.quantile(drawn, [level - 2 / 999, level + 2 / 999])
        assert near[0] - 1e-9 <= limit <= near[1] + 1e-9


def test_studentised_t_by_direct_resampling():
    """Each replicate's standard error comes from the resampled second moments; here from the drawn units themselves."""
    data = poisson_units(30)
    rng = np.random.default_rng([1, 0])
    drawn = rng.integers(0, 30, size=(40, 30), dtype=np.int32)
    x, y = data.values.T
    whole = x.sum() / y.sum()
    want = []
    for row in drawn:
        rate = x[row].sum() / y[row].sum()
        error = np.sqrt(((x[row] - rate * y[row]) ** 2).sum()) / y[row].sum()
        want.append((rate - whole) / error)
    assert bootstrap_t(data, ONE, Sampling(replicates=40))[:, 0] == pytest.approx(want)


@pytest.mark.parametrize("interval", ["bca", "percentile", "studentised"])
def test_interval_covers_the_true_rate(interval):
    inside = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        tokens = rng.integers(200, 900, 40)
        x = rng.poisson(tokens * 0.01 * rng.gamma(2, 0.5, 40))
        _, low, high = intervals(units(np.stack([x, tokens], 1)), ONE, Sampling(interval=interval, replicates=400))
        inside += low[0] <= 0.01 <= high[0]
    assert 0.88 <= inside / 200 <= 0.985


def test_swapping_sides_turns_the_log_ratio_round():
    rng = np.random.default_rng(4)
    data = units(rng.integers(1, 40, (30, 4)))
    back = Contrasts(np.array([[2, 0]]), np.array([[3, 1]]), (1.0, -1.0), "log")
    there, here = (
        intervals(data, RATIO, Sampling(interval="studentised")),
        intervals(data, back, Sampling(interval="studentised")),
    )
    assert there[0] == pytest.approx(-here[0])
    assert there[1] == pytest.approx(-here[2])


def test_doubling_all_counts_keeps_rate_and_interval():
    data = poisson_units(30)
    double = Units(data.unit_ids, data.values * 2, data.strata)
    for interval in ("bca", "percentile", "studentised"):
        sampling = Sampling(interval=interval, replicates=500)
        assert np.allclose(intervals(data, ONE, sampling), intervals(double, ONE, sampling), rtol=1e-12)


def test_zero_rates_give_no_interval_on_the_log_scale():
    data = units([[0, 10, 2, 10], [0, 12, 3, 10]])
    estimate, low, high = intervals(data, RATIO, Sampling(replicates=50))
    assert estimate[0] == -np.inf
    assert np.isnan([low[0], high[0]]).all()


def test_bad_options_are_named():
    with pytest.raises(DiscourseError, match=r"interval.*bca, percentile, studentised"):
        Sampling(interval="bc")
    with pytest.raises(DiscourseError, match=r"such as 0.95"):
        Sampling(level=95)


@pytest.mark.parametrize("interval", ["bca", "studentised"])
def test_many_contrasts_are_taken_a_few_at_a_time(monkeypatch, interval):
    rng = np.random.default_rng(4)
    units = aggregate(np.arange(60).astype(str), np.column_stack([rng.poisson(3, (60, 5)), rng.poisson(90, (60, 5))]))
    contrasts = Contrasts(np.arange(5)[:, None], 5 + np.arange(5)[:, None], (1.0,))
    sampling = Sampling(replicates=200, interval=interval)
    whole, errors = intervals(units, contrasts, sampling), standard_errors(units, contrasts)
    monkeypatch.setattr(resampling, "_INFLUENCE_AT_ONCE", 120)
    for values, again in zip(whole, intervals(units, contrasts, sampling), strict=True):
        np.testing.assert_allclose(again, values, rtol=1e-12)
    np.testing.assert_allclose(standard_errors(units, contrasts), errors, rtol=1e-12)


def test_values_placed_in_many_columns_are_those_written_out():
    rng = np.random.default_rng(5)
    ids, values = rng.integers(0, 9, 50).astype(str), rng.poisson(2, (50, 2))
    places = np.column_stack([rng.integers(0, 3, 50), rng.integers(3, 7, 50)])
    full = np.zeros((50, 7), dtype=np.int64)
    full[np.arange(50)[:, None], places] = values
    placed, written = aggregate(ids, values, places=places, width=7), aggregate(ids, full)
    assert placed.values.tolist() == written.values.tolist()
    assert placed.unit_ids.tolist() == written.unit_ids.tolist()
