"""How well a break is dated: published intervals, levels, laws."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.measures.time.breaks.find import least_squares_breaks, poisson_breaks
from analysis.measures.time.breaks.uncertainty import (
    argmax_distribution,
    bootstrap_break,
    break_intervals,
    cusum_test,
    poisson_break_profile,
    sup_f,
)

# Annual flow of the Nile at Aswan 1871-1970 (Cobb 1978; R datasets)
NILE = np.array(
    [
        1120,
        1160,
        963,
        1210,
        1160,
        1160,
        813,
        1230,
        1370,
        1140,
        995,
        935,
        1110,
        994,
        1020,
        960,
        1180,
        799,
        958,
        1140,
        1100,
        1210,
        1150,
        1250,
        1260,
        1220,
        1030,
        1100,
        774,
        840,
        874,
        694,
        940,
        833,
        701,
        916,
        692,
        1020,
        1050,
        969,
        831,
        726,
        456,
        824,
        702,
        1120,
        1100,
        832,
        764,
        821,
        768,
        845,
        864,
        862,
        698,
        845,
        744,
        796,
        1040,
        759,
        781,
        865,
        845,
        944,
        984,
        897,
        822,
        1010,
        771,
        676,
        649,
        846,
        812,
        742,
        801,
        1040,
        860,
        874,
        848,
        890,
        744,
        749,
        838,
        1050,
        918,
        986,
        797,
        923,
        975,
        815,
        1020,
        906,
        901,
        1170,
        912,
        746,
        919,
        718,
        714,
        740,
    ],
    dtype=float,
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
