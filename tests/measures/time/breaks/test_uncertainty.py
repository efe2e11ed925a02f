"""How well a break is dated: published intervals, levels, laws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from nile import NILE

from analysis.errors import DiscourseError, NothingFound
from analysis.measures.time.breaks.find import least_squares_breaks, poisson_breaks
from analysis.measures.time.breaks.uncertainty import (
    _redraw,
    _trend,
    argmax_distribution,
    bootstrap_break,
    break_intervals,
    chow_test,
    cusum_test,
    dated_break,
    draw_counts,
    homogeneity_test,
    pettitt_test,
    poisson_break_profile,
    sup_f,
    trend_test,
)


def test_nile_date_interval():
    """strucchange, confint: 25 to 32, that is 1895 to 1902."""
    got = break_intervals(NILE, least_squares_breaks(NILE))
    assert got.iloc[0].tolist() == [28, 25, 32]


def test_nile_tests_for_any_break():
    """strucchange: supF 75.93 at 28, OLS-CUSUM 2.9518."""
    got = sup_f(NILE)
    assert got["statistic"] == pytest.approx(75.9298, abs=1e-4)
    assert (got["break"], got["p"]) == (28, 0.001)
    assert cusum_test(NILE)["statistic"] == pytest.approx(2.9518, abs=1e-4)


def test_profile_agrees_with_the_break_and_covers_it():
    counts = np.random.default_rng(2).poisson(np.r_[np.full(30, 6.0), np.full(30, 2.0)])
    profile = poisson_break_profile(counts)
    best = profile.loc[profile["log_likelihood"].idxmax()]
    assert best["break"] == poisson_breaks(counts).breaks[0]
    assert profile.loc[profile["is_within"], "break"].between(24, 36).all()
    swapped = poisson_break_profile(counts[::-1])
    assert swapped["log_likelihood"].to_numpy()[::-1] == pytest.approx(profile["log_likelihood"].to_numpy())


def test_no_break_gives_uniform_p():
    p = [bootstrap_break(np.random.default_rng(s).poisson(5, 40), replicates=99)["p"] for s in range(60)]
    assert np.mean(np.array(p) <= 0.1) < 0.25
    assert np.mean(np.array(p) > 0.5) > 0.3


def test_argmax_distribution():
    """Symmetric in the standard case; the 97.5 % point is 11.03 (Yao 1987; Bai 1997)."""
    assert argmax_distribution(1e-12) == pytest.approx(0.5, abs=1e-5)
    assert argmax_distribution(11.03) == pytest.approx(0.975, abs=1e-3)
    for v in (0.5, 3.0, 8.0):
        assert argmax_distribution(-v) == pytest.approx(1 - argmax_distribution(v))
        assert argmax_distribution(-v, 1.4, 0.6) < argmax_distribution(v, 1.4, 0.6)
    # one continuous distribution function whatever the ratios
    assert argmax_distribution(-1e-12, 2.0, 0.5) == pytest.approx(argmax_distribution(1e-12, 2.0, 0.5), abs=1e-5)


def test_redrawn_counts_have_the_spread_of_the_series():
    rng = np.random.default_rng(0)
    mean = np.r_[np.full(20, 6.0), np.zeros(2), np.full(20, 15.0)]
    y = np.where(mean > 0, rng.negative_binomial(np.maximum(mean, 1) / 2, 1 / 3), 0).astype(float)
    seen = mean > 0
    dispersion = ((y - mean)[seen] ** 2 / mean[seen]).sum() / 38
    drawn = _redraw(np.random.default_rng(1), y, mean, "poisson", 6000, 20)
    assert (drawn[:, ~seen] == 0).all() and dispersion > 2
    np.testing.assert_allclose(drawn[:, seen].mean(axis=0), mean[seen], rtol=0.06)
    assert (drawn.var(axis=0)[seen] / mean[seen]).mean() == pytest.approx(dispersion, rel=0.02)


def test_even_counts_are_redrawn_as_even_ones():
    mean = np.full(30, 9.0)
    y = np.tile([8.0, 10.0], 15)
    drawn = _redraw(np.random.default_rng(1), y, mean, "poisson", 6000, 15)
    wanted = ((y - mean) ** 2 / mean).sum() / 28
    assert wanted < 0.13
    assert (drawn.var(axis=0) / mean).mean() == pytest.approx(wanted, rel=0.15)
    np.testing.assert_allclose(drawn.mean(axis=0), mean, rtol=0.02)


@pytest.mark.parametrize("dispersion", [0.3, 0.8, 1.0, 2.5])
def test_counts_have_the_mean_and_dispersion_asked_for(dispersion):
    mean = np.broadcast_to([0.0, 2.0, 12.0], (20_000, 3))
    drawn = draw_counts(np.random.default_rng(3), mean, dispersion)
    assert (drawn[:, 0] == 0).all()
    np.testing.assert_allclose(drawn.mean(axis=0)[1:], [2, 12], rtol=0.03)
    np.testing.assert_allclose(drawn.var(axis=0)[1:] / [2, 12], dispersion, rtol=0.12)


def test_redrawn_residuals_stay_on_their_side():
    y = np.r_[np.array([1.0, 3.0, 2.0]), np.array([50.0, 90.0, 70.0, 70.0])]
    mean = np.r_[np.full(3, 2.0), np.full(4, 70.0)]
    drawn = _redraw(np.random.default_rng(1), y, mean, "mean", 500, 3) - mean
    assert set(np.unique(drawn[:, :3])) == {-1.0, 0.0, 1.0}
    assert set(np.unique(drawn[:, 3:])) == {-20.0, 0.0, 20.0}


def test_pettitt_by_hand_and_for_the_nile(golden):
    got = pettitt_test([1.0, 2.0, 3.0, 10.0, 11.0, 12.0])
    assert got["statistic"] == 9 and got["break"] == 3
    assert got["p"] == pytest.approx(2 * np.exp(-6 * 81 / (216 + 36)))
    nile = next(case for case in golden("changepoints") if case["id"] == "nile_breakpoint")["input"]["series"]
    assert pettitt_test(nile)["break"] == 28 and pettitt_test(nile)["p"] < 1e-6


def test_a_trend_by_hand_with_ties_and_of_the_nile_as_scipy_has_it():
    """1, 2, 2, 4: five pairs rise, one is tied; variance (4 x 3 x 13 - 2 x 1 x 9) / 18 = 138 / 18."""
    from scipy.stats import kendalltau, theilslopes

    got = trend_test([1.0, 2.0, 2.0, 4.0])
    assert got["s"] == 5 and got["tau"] == pytest.approx(5 / np.sqrt(6 * 5))
    assert got["z"] == pytest.approx(4 / np.sqrt(138 / 18)) and got["slope"] == pytest.approx(1.0)
    assert trend_test([4.0, 2.0, 2.0, 1.0])["z"] == -got["z"]
    nile = trend_test(NILE)
    assert nile["tau"] == pytest.approx(kendalltau(np.arange(100), NILE).statistic)
    assert nile["slope"] == pytest.approx(theilslopes(NILE).slope) == pytest.approx(-2.6)
    assert nile["p"] == pytest.approx(kendalltau(np.arange(100), NILE).pvalue, rel=0.02)
    with pytest.raises(DiscourseError):
        trend_test([3.0, 3.0, 3.0])


def test_f_over_all_dates_by_hand():
    """Six observations, two left out at either end: F at breaks 2, 3 and 4."""
    y = np.array([1.0, 2.0, 1.5, 4.0, 5.0, 4.5])
    total = ((y - y.mean()) ** 2).sum()
    f = []
    for k in (2, 3, 4):
        rest = ((y[:k] - y[:k].mean()) ** 2).sum() + ((y[k:] - y[k:].mean()) ** 2).sum()
        f.append((total - rest) / (rest / 4))
    for kind, wanted in (("sup", max(f)), ("ave", np.mean(f)), ("exp", np.log(np.mean(np.exp(np.array(f) / 2))))):
        found = sup_f(y, kind=kind, replicates=99)
        assert found["statistic"] == pytest.approx(wanted) and found["break"] == 3
    with pytest.raises(DiscourseError, match="sup, ave, exp"):
        sup_f(y, kind="mean")


def test_homogeneity_by_hand_and_for_the_nile():
    y = np.array([1.0, 2.0, 6.0, 7.0])
    z = (y - 4) / y.std(ddof=1)
    wanted = max(k * z[:k].mean() ** 2 + (4 - k) * z[k:].mean() ** 2 for k in (1, 2, 3))
    snht = homogeneity_test(y, replicates=99)
    assert snht["statistic"] == pytest.approx(wanted) and snht["break"] == 2
    s = np.cumsum((y - 4) / y.std())
    assert homogeneity_test(y, kind="buishand_range", replicates=99)["statistic"] == pytest.approx((0 - s.min()) / 2)
    assert homogeneity_test(y, kind="buishand_u", replicates=99)["statistic"] == pytest.approx((s[:3] ** 2).sum() / 20)
    for kind in ("snht", "buishand_range", "buishand_u"):
        found = homogeneity_test(NILE, kind=kind, replicates=199)
        assert found["break"] == 28 and found["p"] == pytest.approx(1 / 200)


def test_a_steady_trend_is_no_break():
    def p(null, step, seed):
        time = np.linspace(-0.5, 0.5, 80)
        mean = 12 * np.exp(1.2 * time) * np.where(np.arange(80) < 50, 1, step)
        counts = np.random.default_rng(seed).poisson(mean)
        return bootstrap_break(counts, null=null, replicates=99)["p"]

    assert all(p("flat", 1.0, s) <= 0.05 for s in range(6))
    assert sum(p("trend", 1.0, s) <= 0.05 for s in range(12)) <= 3
    assert sum(p("trend", 2.5, s) <= 0.05 for s in range(6)) >= 5
    flat = np.full(40, 5.0) + np.tile([-1.0, 1.0], 20)
    np.testing.assert_allclose(_trend(flat, np.ones(40), "poisson"), 5, atol=0.2)
    line = 3 + 0.5 * np.arange(20.0)
    np.testing.assert_allclose(_trend(line, np.ones(20), "mean"), line)
    growing = 100 * np.exp(0.03 * np.arange(30))
    np.testing.assert_allclose(_trend(growing, np.ones(30), "poisson"), growing)
    with pytest.raises(DiscourseError, match="flat, trend"):
        bootstrap_break(flat, null="season")


def test_a_dated_break_has_its_day_and_the_rates_on_either_side_by_hand():
    hits = [4, 1, 2, 3, 2, 40, 45, 38, 0, 41, 44]
    tokens = [10_000, 9_000, 10_000, 11_000, 10_000, 10_000, 12_000, 9_000, 0, 10_000, 11_000]
    rows = pd.DataFrame({"period_start": [f"{2000 + i}-01-01" for i in range(11)], "hit_count": hits})
    found = dated_break(rows.assign(token_count=tokens).sample(frac=1, random_state=1), replicates=99).iloc[0]
    assert found["break_date"] == "2005-01-01" and found["break_count_bic"] == 1
    # against one rate it is a break; in ten years a steady rise explains as much
    assert found["p_flat"] <= 0.05 < found["p"] < 0.3
    assert found["rate_before"] == pytest.approx(12 / 50_000 * 10_000)
    assert found["rate_after"] == pytest.approx(208 / 52_000 * 10_000)
    assert found["low_date"] <= "2005-01-01" <= found["high_date"]


def test_a_series_too_short_or_without_a_hit_has_no_date():
    rows = pd.DataFrame({"period_start": list("abcd"), "hit_count": 1, "token_count": [5, 5, 5, 0]})
    with pytest.raises(NothingFound, match="3 periods with exposure and 3 hits"):
        dated_break(rows)
    with pytest.raises(NothingFound, match="4 periods with exposure and 0 hits"):
        dated_break(rows.assign(hit_count=0, token_count=5))


@pytest.mark.parametrize(("count", "dispersion"), [(2, 3.0), (3, 3.0), (4, 1.5)])
def test_the_dispersion_of_redrawn_counts_leaves_two_rates_and_never_nothing(count, dispersion):
    """4 and 2 around 2 and 4, the others where they are expected: squares over means add up to 3."""
    y, mean = np.array([4.0, 2.0, 6.0, 6.0])[:count], np.array([2.0, 4.0, 6.0, 6.0])[:count]
    drawn = _redraw(np.random.default_rng(1), y, mean, "poisson", 6, 1)
    expected = draw_counts(np.random.default_rng(1), np.broadcast_to(mean, (6, count)), dispersion)
    assert drawn.tolist() == expected.tolist()


def test_chow_at_the_break_of_the_nile():
    """strucchange: sctest(Nile ~ 1, type = "Chow", point = 28): F = 75.93 on 1 and 98 degrees of freedom."""
    found = chow_test(NILE, 28)
    assert found["statistic"] == pytest.approx(75.93, abs=5e-3)
    assert (found["df_1"], found["df_2"]) == (1, 98) and found["p"] < 1e-12
    assert found["statistic"] == pytest.approx(sup_f(NILE, replicates=9)["statistic"])
    by_hand = chow_test([1, 2, 3, 7, 8, 9], 3)  # sums of squares 58 without and 4 with the break, 4 degrees of freedom
    assert by_hand["statistic"] == pytest.approx((58 - 4) / (4 / 4))
    with pytest.raises(DiscourseError, match="at: 6"):
        chow_test([1, 2, 3, 7, 8, 9], 6)
