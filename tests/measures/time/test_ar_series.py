"""Log rates with autocorrelated noise: by hand without noise, level when the series wanders, F tests, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.time.ar_series import _gls, _kenward_roger, _Likelihood, fit_ar, wald


def series(seed: int, rho: float = 0.0, spread: float = 0.0, ratio: float = 1.0, n: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    level = np.zeros(n)
    for t in range(n):
        level[t] = (rho * level[t - 1] if t else 0) + (np.sqrt(1 - rho**2) if t else 1) * rng.normal(0, spread)
    after = np.arange(n) >= 40
    tokens = rng.integers(3000, 6000, n)
    hits = rng.poisson(tokens * 0.004 * np.exp(level) * np.where(after, ratio, 1))
    return pd.DataFrame({"hits": hits, "tokens": tokens, "time": np.arange(n), "after": after.astype(float)})


def test_generalised_least_squares_and_restricted_likelihood_by_hand():
    z, x, v = np.array([1.0, 2.0, 4.0]), np.ones((3, 1)), np.diag([1.0, 2.0, 4.0])
    b, covariance, likelihood = _gls(z, x, v)
    weight = 1 / np.diag(v)
    assert b[0] == pytest.approx((weight * z).sum() / weight.sum()) and covariance[0, 0] == pytest.approx(1 / 1.75)
    rest = (weight * (z - b[0]) ** 2).sum()
    assert likelihood == pytest.approx(-0.5 * (np.log(8) + np.log(1.75) + rest))


def test_a_planted_ratio_is_found_and_its_interval_has_t():
    model = fit_ar(series(1, 0.4, 0.2, ratio=2.0), "hits", ["after"], exposure="tokens", time="time")
    row = model.term("after")
    assert row["low"] < 2 < row["high"] and row["p"] < 0.01 and model.df == 58 and model.family == "ar1"
    assert row["ratio"] == pytest.approx(np.exp(row["coefficient"]))
    assert 0 <= model.alpha <= 0.95 and model.dispersion > 0


def test_what_is_expected_and_what_is_left_make_up_the_log_rate():
    rows = series(3, 0.4, 0.3)
    model = fit_ar(rows, "hits", ["after"], exposure="tokens", time="time")
    whole = np.log((rows["hits"] + 0.5) / rows["tokens"]).to_numpy()
    assert np.log(model.fitted / rows["tokens"].to_numpy()) + model.residuals == pytest.approx(whole)


def test_level_when_the_series_wanders():
    called = [
        fit_ar(series(s, 0.4, 0.4), "hits", ["time", "after"], exposure="tokens", time="time").term("after")["p"]
        <= 0.05
        for s in range(60)
    ]
    assert np.mean(called) <= 0.15


def test_errors_and_freedom_say_that_the_noise_is_estimated_too():
    """Without any wandering the noise is that of counts: n - k. A mean of bonded observations is worth far fewer."""
    n = 40
    x, noise = np.ones((n, 1)), np.full(n, 0.05)
    lag = np.abs(np.subtract.outer(np.arange(n), np.arange(n))).astype(float)
    plain, freedom = _kenward_roger(x, noise, lag, 0.5, 1e-6)
    assert freedom[0] == 39 and plain[0, 0] == pytest.approx(0.05 / n, rel=0.01)
    alone, none = _kenward_roger(x, noise, lag, 0.0, 0.2)
    assert alone[0, 0] >= 0.999 * 0.25 / n and 8 < none[0] <= 39
    bonded, few = _kenward_roger(x, noise, lag, 0.8, 0.2)
    v = 0.2 * 0.8**lag + np.diag(noise)
    assert bonded[0, 0] > 1 / np.linalg.inv(v).sum() and 3 <= few[0] < 15


@pytest.mark.slow
def test_level_with_strong_autocorrelation():
    called = [
        fit_ar(series(s, 0.8, 0.4, n=72), "hits", ["after"], exposure="tokens", time="time").term("after")["p"] <= 0.05
        for s in range(150)
    ]
    assert np.mean(called) <= 0.1


def test_wald_of_one_term_is_the_square_of_its_t():
    rows = series(3, 0.4, 0.3)
    small = fit_ar(rows, "hits", [], exposure="tokens", time="time")
    large = fit_ar(rows, "hits", ["after"], exposure="tokens", time="time")
    test = wald(small, large)
    assert test["f"] == pytest.approx(large.term("after")["statistic"] ** 2)
    assert test["p"] == pytest.approx(large.term("after")["p"])
    with pytest.raises(DiscourseError, match="not nested"):
        wald(large, small)


def test_refusals():
    rows = series(1)
    with pytest.raises(DiscourseError, match="repeat each other"):
        fit_ar(rows.assign(twice=2 * rows["after"]), "hits", ["after", "twice"], exposure="tokens", time="time")
    with pytest.raises(DiscourseError, match="nothing to fit"):
        fit_ar(rows.assign(hits=0), "hits", ["after"], exposure="tokens", time="time")
    with pytest.raises(DiscourseError, match="2 rows for 2 terms"):
        fit_ar(rows.iloc[[0, 45]], "hits", ["after"], exposure="tokens", time="time")


def test_the_likelihood_from_neighbours_is_that_of_the_whole_covariance():
    """With gaps, in any order of the rows, for next to no variance and for much."""
    rng = np.random.default_rng(4)
    for _ in range(40):
        n = int(rng.integers(6, 90))
        time = np.cumsum(rng.integers(1, 4, n)).astype(float)
        z, noise = rng.normal(size=n), rng.uniform(0.001, 2, n)
        x = np.column_stack([np.ones(n), time, rng.normal(size=n)])
        order = rng.permutation(n)
        for rho, variance in ((0.0, 1.0), (0.4, 1e-12), (0.95, 0.3), (0.7, 20.0)):
            lag = np.abs(np.subtract.outer(time, time))
            whole = _gls(z, x, variance * rho**lag + np.diag(noise))[2]
            near = _Likelihood(z[order], x[order], noise[order], time[order])(rho, variance)
            assert near == pytest.approx(whole, rel=1e-9)


def test_two_rows_of_one_period_are_bound_as_closely_as_can_be():
    z, x, noise, time = np.array([0.0, 1.0, 0.5, 2.0]), np.ones((4, 1)), np.full(4, 0.3), np.array([0.0, 1.0, 1.0, 3.0])
    lag = np.abs(np.subtract.outer(time, time))
    whole = _gls(z, x, 0.5 * 0.6**lag + np.diag(noise))[2]
    assert _Likelihood(z, x, noise, time)(0.6, 0.5) == pytest.approx(whole, abs=1e-5)
