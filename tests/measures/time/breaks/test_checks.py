"""Placebo dates, rival breaks, what could have been found."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.inference.regression import Errors
from analysis.measures.time.breaks.checks import _drawing, detectable_break, placebo_dates, rival_breaks, usual_window
from analysis.measures.time.interrupted import Design

QUICK = Design(season=0, errors=Errors("model"))


def months(n=72, start="2018-01", ratio=1.0, at="2021-01-01", seed=0, slope=1.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    periods = pd.period_range(start, periods=n, freq="M")
    starts = periods.start_time
    tokens = rng.integers(20_000, 40_000, n)
    after = (starts >= at).astype(float)
    mean = tokens * 0.002 * ratio**after * slope ** np.arange(n) * (1 + 0.2 * np.sin(2 * np.pi * periods.month / 12))
    return pd.DataFrame(
        {
            "period_start": starts.strftime("%Y-%m-%d"),
            "period_end": (periods + 1).start_time.strftime("%Y-%m-%d"),
            "hit_count": rng.poisson(mean),
            "token_count": tokens,
        }
    )


def test_the_real_date_ranks_first_when_there_is_a_break_and_not_otherwise():
    strong = placebo_dates(months(ratio=1.6), "2021-01-01", Design(slope=False, season=1), margin=9)
    real = strong[strong["is_real"]].iloc[0]
    assert (real["rank"], real["placebo_p"]) == (1, 1 / len(strong))
    assert (strong["break_date"] <= "2021-01-01").all()
    none = [placebo_dates(months(seed=s), "2021-01-01", QUICK, margin=9) for s in range(6)]
    ranks = [t.loc[t["is_real"], "placebo_p"].iloc[0] for t in none]
    assert 0.2 < np.mean(ranks) < 0.85
    with pytest.raises(DiscourseError, match="lower margin"):
        placebo_dates(months(), "2021-01-01", QUICK, margin=20)


def test_rival_break_takes_the_effect_when_it_is_the_real_one():
    rows = months(ratio=2.0, at="2020-01-01")
    design = Design(slope=False, season=1)
    got = rival_breaks(rows, "2021-01-01", design, rivals={"earlier": "2020-01-01", "beyond": "2030-01-01"})
    got = got.set_index("label")
    assert got.loc["earlier", "f"] > got.loc["transition", "f"]
    assert got.loc["earlier", "low_together"] > 1.5
    assert got.loc["transition", "low_together"] < 1 < got.loc["transition", "high_together"]
    assert "outside the series" in got.loc["beyond", "note"]


def test_what_could_have_been_detected():
    got = detectable_break(months(), "2021-01-01", QUICK, ratios=(1.0, 1.05, 2.0), replicates=25)
    share = got["found_share"].tolist()
    assert share[0] <= 0.2
    assert share == sorted(share)
    assert share[2] == 1


def test_power_is_that_of_series_which_wander_as_the_fitted_one_does():
    """The same months with a level that wanders: a change is found less often, and none is called oftener than said."""
    rows, rng = months(n=72), np.random.default_rng(3)
    level = np.zeros(72)
    for i in range(1, 72):
        level[i] = 0.8 * level[i - 1] + 0.25 * rng.standard_normal()
    moving = rows.assign(hit_count=rng.poisson(rows["hit_count"].mean() * np.exp(level)))
    design = Design(season=0, slope=False, trend=False, family="ar1")
    still, wandering = (
        detectable_break(one, "2021-01-01", design, ratios=(1.0, 1.5), replicates=60) for one in (rows, moving)
    )
    assert wandering["rho"].min() > 0.4
    assert wandering["found_share"][1] < still["found_share"][1] - 0.3
    assert wandering["low"][0] <= 0.06  # what is called where nothing was planted can be 5 %
    assert (wandering["low"] <= wandering["found_share"]).all() and (
        wandering["found_share"] <= wandering["high"]
    ).all()
    assert detectable_break(rows, "2021-01-01", QUICK, ratios=(2.0,), replicates=5)["rho"].tolist() == [0.0]


def test_nothing_planted_is_refused():
    with pytest.raises(DiscourseError, match="ratios above 0"):
        detectable_break(months(), "2021-01-01", QUICK, ratios=(0.0, 2.0))
    with pytest.raises(DiscourseError, match="replicates 0"):
        detectable_break(months(), "2021-01-01", QUICK, replicates=0)


def test_windows_of_equal_length_judge_every_date_alike():
    design = Design(slope=False, season=0)
    got = placebo_dates(months(ratio=1.8), "2021-01-01", design, window=12)
    real = got[got["is_real"]].iloc[0]
    # 36 months before: a first placebo after 12 of them, the last with 12 left, each by 24 months
    assert len(got) == 14 and got["break_date"].min() == "2019-01-01" and real["rank"] == 1
    late = months(ratio=1.8, n=40)
    short = placebo_dates(late, "2021-01-01", design, window=12)  # four months follow the real date
    assert len(short) == 36 - 12 - 4 + 1 + 1
    before = short[~short["is_real"]]
    again = placebo_dates(
        late.assign(hit_count=lambda t: t["hit_count"].where(t.index < 36, 900)), "2021-01-01", design, window=12
    )
    pd.testing.assert_frame_equal(
        again[~again["is_real"]][["break_date", "statistic"]], before[["break_date", "statistic"]]
    )
    empty = months(ratio=1.8)
    empty.loc[[5, 6], ["hit_count", "token_count"]] = 0
    assert len(placebo_dates(empty, "2021-01-01", design, window=12)) == 12  # empty periods are no periods
    with pytest.raises(DiscourseError, match="36 periods with exposure before 2021-01-01, 36 from it on; window 40"):
        placebo_dates(months(), "2021-01-01", design, window=40)


def test_the_real_date_among_windows_of_equal_length_is_uniform_without_a_break():
    got = [placebo_dates(months(seed=s), "2021-01-01", QUICK, window=10) for s in range(8)]
    assert 0.2 < np.mean([t.loc[t["is_real"], "placebo_p"].iloc[0] for t in got]) < 0.85


def test_the_usual_window_is_half_of_what_lies_before():
    rows = months()
    assert usual_window(rows, "2021-01-01") == 18 and usual_window(rows, "2021-01-01", most=10) == 10
    assert usual_window(rows, "2018-03-01") == 3
    rows.loc[rows.index % 12 != 8, "token_count"] = 0
    assert usual_window(pd.concat([rows, rows]), "2023-12-01") == 3


def test_levels_that_wander_are_drawn_as_numpy_draws_them():
    """The root of the covariance is taken once, and the numbers are those of a call for each draw."""
    time, mean = np.arange(40.0), np.full(40, 30.0)
    flat = SimpleNamespace(family="ar1", dispersion=0.3, alpha=0.6)
    draw = _drawing(flat, time)
    one, other = np.random.default_rng(7), np.random.default_rng(7)
    for _ in range(3):
        level = other.multivariate_normal(np.zeros(40), 0.3 * 0.6 ** np.abs(np.subtract.outer(time, time)))
        assert np.array_equal(draw(one, mean), other.poisson(mean * np.exp(level - 0.15)))
