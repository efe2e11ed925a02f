"""Change points: classical series, brute force, properties."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nile import NILE

from analysis.errors import DiscourseError
from analysis.measures.time.breaks.find import (
    METHODS,
    compare_breaks,
    least_squares_breaks,
    poisson_breaks,
    search_breaks,
)
from analysis.measures.time.breaks.uncertainty import (
    bootstrap_break,
    break_intervals,
    cusum_test,
    poisson_break_profile,
    sup_f,
)

STEP = [1.0, 2.0, 1.5, 1.2, 9.0, 8.5, 9.5, 9.1]


def test_nile_one_break_chosen_by_bic():
    """strucchange, breakpoints(Nile ~ 1): one break after 28 (1898), RSS and BIC as its summary prints them."""
    got = least_squares_breaks(NILE)
    assert got.breaks == (28,)
    assert got.values == pytest.approx((1097.75, 849.972222222222))
    assert got.cost == pytest.approx(1597457.19444444, abs=1e-6)
    assert got.selection["cost"].round().tolist() == [2835157, 1597457, 1552924, 1538097, 1507888, 1659994]
    assert got.selection["bic"].round().tolist() == [1318, 1270, 1276, 1285, 1292, 1311]


def test_published_cases(golden):
    cases = {c["id"]: c for c in golden("changepoints")}
    nile, coal = cases["nile_breakpoint"], cases["coal_poisson_break"]
    got, want = least_squares_breaks(nile["input"]["series"], 1), nile["expected"]
    assert got.breaks[0] == want["last_obs_old_regime_1based"]
    assert nile["input"]["start_year"] + got.breaks[0] - 1 == want["year"]
    assert got.values == pytest.approx((want["mean_before"], want["mean_after"]), abs=1e-6)
    assert got.selection["cost"].tolist() == pytest.approx([want["RSS0"], want["RSS1"]], abs=1e-6)
    counts, want = coal["input"]["yearly_counts"], coal["expected"]
    found = poisson_breaks(counts)
    assert sum(counts) == want["total"]
    assert coal["input"]["first_year"] + found.breaks[0] - 1 == want["last_year_old_regime"]
    assert found.values == pytest.approx((want["rate_before"], want["rate_after"]), abs=1e-9)
    interval = bootstrap_break(counts, replicates=400)
    assert interval["low"] <= found.breaks[0] <= interval["high"]
    assert interval["p"] < 0.01


def test_edges_are_refused_in_words_or_have_an_answer():
    for call, words in (
        (lambda: bootstrap_break([1]), "at least 2 finite"),
        (lambda: bootstrap_break([1, -1, 2, 4]), "both non-negative"),
        (lambda: bootstrap_break([1, 2, 3], exposure=[0, 0, 1]), "no count without exposure"),
        (lambda: bootstrap_break([0, 0, 3], exposure=[0, 0, 1]), "fewer than two observations"),
        (lambda: bootstrap_break([1, 2, 3], kind="mean"), "at least 4"),
        (lambda: bootstrap_break(STEP, replicates=0), "replicates: 0"),
        (lambda: sup_f([1, 2, 3]), "at least 4"),
        (lambda: sup_f([2] * 9), "constant series"),
        (lambda: sup_f(STEP, trim=0.6), "trim: 0.6"),
        (lambda: cusum_test([1, 1, 1, 1]), "constant series"),
        (lambda: poisson_break_profile([1, 2, 3], min_size=0), "at least 1 is needed"),
        (lambda: search_breaks([1, 2, 3], n_breaks=5, method="binary"), "no room for 5 breaks"),
        (lambda: search_breaks(STEP, penalty=0), "penalty is 0"),
        (lambda: break_intervals(STEP, least_squares_breaks(STEP, 1), level=95), "level: 95"),
    ):
        with pytest.raises(DiscourseError, match=words):
            call()
    clean = [1.0, 1.0, 1.0, 9.0, 9.0, 9.0]
    assert break_intervals(clean, least_squares_breaks(clean, 1)).iloc[0].tolist() == [3, 3, 3]
    idle = bootstrap_break([0, 0, 4, 5, 6, 20, 22, 19], exposure=[0, 0, 1, 1, 1, 1, 1, 1], replicates=50)
    assert idle["break"] == 5
    assert np.isnan(poisson_breaks([0, 4, 4], 1, exposure=[0, 1, 1]).values[0])


def test_step_by_hand():
    got = least_squares_breaks(STEP, 1, min_size=1)
    assert got.breaks == (4,)
    assert got.values == pytest.approx((1.425, 9.025))
    assert got.cost == pytest.approx(0.5675 + 0.5075)


def brute(y, cost, n_breaks, size):
    best = None
    for places in combinations(range(1, len(y)), n_breaks):
        edges = [0, *places, len(y)]
        parts = [y[a:b] for a, b in pairwise(edges)]
        if min(map(len, parts)) >= size:
            total = sum(cost(p) for p in parts)
            if best is None or total < best[0] - 1e-9:
                best = (total, places)
    return best


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=8, max_size=11), st.integers(1, 2), st.integers(1, 3))
def test_exact_search_equals_brute_force(values, n_breaks, size):
    y = np.array(values, dtype=float)
    got = least_squares_breaks(y, n_breaks, min_size=min(size, len(y) // (n_breaks + 1)))
    size = min(size, len(y) // (n_breaks + 1))
    assert got.cost == pytest.approx(brute(y, lambda p: ((p - p.mean()) ** 2).sum(), n_breaks, size)[0], abs=1e-6)
    counts = poisson_breaks(y, n_breaks, min_size=size)
    want = brute(y, lambda p: p.sum() - (p.sum() * np.log(p.mean()) if p.sum() else 0), n_breaks, size)
    assert counts.cost == pytest.approx(want[0], abs=1e-6)


def test_regression_breaks_equal_separate_fits():
    rng = np.random.default_rng(0)
    x = np.column_stack([np.ones(60), np.arange(60.0)])
    y = np.where(np.arange(60) < 25, 2 + 0.5 * x[:, 1], 30 - 0.3 * x[:, 1]) + rng.normal(0, 0.5, 60)
    got = least_squares_breaks(y, 1, regressors=x)
    assert got.breaks == (25,)
    parts = [(x[a:b], y[a:b]) for a, b in ((0, 25), (25, 60))]
    assert got.cost == pytest.approx(sum(np.linalg.lstsq(a, b, rcond=None)[1][0] for a, b in parts))
    assert got.coefficients[1] == pytest.approx([30, -0.3], abs=0.5)
    constant = least_squares_breaks(NILE, regressors=np.ones((100, 1)))
    assert constant.selection["cost"].to_numpy() == pytest.approx(
        least_squares_breaks(NILE).selection["cost"].to_numpy()
    )


def test_reversing_the_series_mirrors_the_break():
    assert least_squares_breaks(NILE[::-1], 1).breaks == (72,)
    assert poisson_breaks(np.array(STEP[::-1]).astype(int)).breaks == (4,)


def test_rates_not_counts_break_when_exposure_changes():
    exposure = np.r_[np.full(20, 100.0), np.full(20, 400.0)]
    counts = (exposure * 0.1).astype(int)
    assert poisson_breaks(counts, None, exposure=exposure).breaks == ()
    assert poisson_breaks(counts, None).breaks == (20,)
    doubled = poisson_breaks(counts, 1, exposure=exposure * 2)
    assert doubled.values == pytest.approx((0.05, 0.05))


@pytest.mark.parametrize("method", METHODS)
def test_searches_find_a_clear_step(method):
    y = np.r_[np.zeros(30), np.full(30, 5.0)] + np.random.default_rng(1).normal(0, 0.5, 60)
    number = {"n_breaks": 1} if method in ("exact", "bottom_up") else {}
    assert search_breaks(y, method=method, **number) == (30,)
    assert search_breaks(NILE, method="exact", n_breaks=2, min_size=15) == least_squares_breaks(NILE, 2).breaks


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: least_squares_breaks([1.0, np.nan, 2.0]), "series: nan is not allowed"),
        (lambda: least_squares_breaks(NILE, 9), "allow 0 to 5"),
        (lambda: least_squares_breaks(NILE, min_size=60), "do not fit twice"),
        (lambda: poisson_breaks([1, 2, 3], exposure=[1, 0, 1]), "no count without exposure"),
        (lambda: search_breaks(NILE, method="pelts"), "Did you mean 'pelt'"),
        (lambda: search_breaks(NILE, method="pelt", n_breaks=1), "takes a penalty"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(DiscourseError, match=words):
        call()


def test_lists_of_breaks_are_compared():
    got = compare_breaks([30, 60], [32, 80], 100, margin=5)
    assert (got["hausdorff"], got["precision"], got["recall"]) == (20, 0.5, 0.5)
    labels = [np.searchsorted(b, np.arange(100), side="right") for b in ([30, 60], [32, 80])]
    same = [np.equal.outer(one, one) for one in labels]
    pairs = np.triu_indices(100, 1)
    assert got["rand"] == pytest.approx((same[0] == same[1])[pairs].mean(), abs=0.011)
    assert compare_breaks([30], [30], 100) == {"hausdorff": 0, "rand": 1, "precision": 1, "recall": 1}
    assert compare_breaks([30], [], 100)["hausdorff"] == np.inf
    with pytest.raises(DiscourseError, match="below the length 100"):
        compare_breaks([30], [100], 100)


def test_other_criteria_for_the_number_of_breaks_by_hand():
    """The Nile with 0 and 1 breaks: 2835156.75 and 1597457.19 left of squares, 100 years."""
    for name, value in (
        ("lwz", lambda rss, q: np.log(rss / (100 - q)) + 0.299 * q * np.log(100) ** 2.1 / 100),
        ("yao", lambda rss, q: np.log(rss / 100) + q * np.log(100) / 100),
    ):
        got = least_squares_breaks(NILE, criterion=name, max_breaks=1)
        np.testing.assert_allclose(got.selection["bic"], [value(2835156.75, 1), value(1597457.19444444, 3)])
        assert got.breaks == (28,)
    aic = least_squares_breaks(NILE, criterion="aic").selection
    np.testing.assert_allclose(aic["bic"], -2 * aic["log_likelihood"] + 4 * (aic["break_count"] + 1))
    with pytest.raises(DiscourseError, match="bic, aic, lwz, yao"):
        least_squares_breaks(NILE, criterion="mdl")


def test_counts_in_waves_do_not_break_again_and_again():
    def chosen(step, quasi, seed):
        mean = np.where(np.arange(72) < 40, 12.0, 12.0 * step)
        counts = np.random.default_rng(seed).negative_binomial(mean / 2, 1 / 3)
        return len(poisson_breaks(counts, None, quasi=quasi).breaks)

    assert np.mean([chosen(1.0, False, s) > 0 for s in range(20)]) > 0.8
    assert np.mean([chosen(1.0, True, s) > 0 for s in range(20)]) < 0.3
    assert np.mean([chosen(2.2, True, s) == 1 for s in range(20)]) > 0.8
