"""Interrupted series: written out, published, planted, refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.inference.regression import Errors, fit_counts
from analysis.measures.time.interrupted import Design, segmented, segmented_lines, segmented_table

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


def test_segmented_is_the_regression_written_out():
    rows = months(ratio=1.5)
    by_hand = rows.assign(t=np.arange(72.0), after=(np.arange(72) >= 36) * 1.0)
    want = fit_counts(by_hand, "hit_count ~ t + after + I((t - 35) * after)", exposure="token_count")
    got = segmented(rows, "2021-01-01", QUICK)
    assert got.effects["ratio"].tolist() == pytest.approx(want.coefficients["ratio"].tolist()[2:])
    assert got.model.deviance == pytest.approx(want.deviance)
    zero = segmented(rows, "2021-01-01", Design(season=0, errors=Errors("model"), elapsed_from=0)).effects["ratio"]
    assert zero[0] == pytest.approx(got.effects["ratio"][0] * got.effects["ratio"][1])
    assert zero[1] == pytest.approx(got.effects["ratio"][1])


@pytest.mark.shared
def test_segmented_gives_the_published_sicily_models(reference):
    rows = pd.read_csv(reference / "data" / "sicily.csv")
    rows["period_start"] = [f"{y}-{m:02}-01" for y, m in zip(rows["year"], rows["month"], strict=True)]
    design = Design(slope=False, season=0, outcome="aces", exposure="stdpop", family="poisson", errors=Errors("model"))
    step = segmented(rows, "2005-01-01", design).effects.iloc[0]
    assert (step["ratio"], step["low"], step["high"]) == pytest.approx(
        (0.8943765080182, 0.8646864167932, 0.9250860457151)
    )
    full = Design(outcome="aces", exposure="stdpop", errors=Errors("model"))
    want = fit_counts(rows, "aces ~ smokban + time + I(time-36):smokban + harmonic(month,2,12)", exposure="stdpop")
    got = segmented(rows, "2005-01-01", full)
    assert got.effects["ratio"].tolist() == pytest.approx(
        [want.term("smokban")["ratio"], want.term("I(time - 36):smokban")["ratio"]]
    )
    assert got.model.deviance == pytest.approx(want.deviance)


def test_a_planted_step_is_found_and_the_counterfactual_is_without_it():
    found = segmented(months(ratio=2.0), "2021-01-01", Design(slope=False))
    level = found.effects.iloc[0]
    assert level["low"] < 2 < level["high"]
    after = found.periods[found.periods["period_start"] >= "2021-01-01"]
    assert (after["fitted"] / after["counterfactual"]).to_numpy() == pytest.approx(level["ratio"])
    before = found.periods[found.periods["period_start"] < "2021-01-01"]
    assert before["fitted"].to_numpy() == pytest.approx(before["counterfactual"].to_numpy())


def test_the_month_of_the_break_is_divided_by_days():
    rows = months(n=24, start="2022-08")
    fit = segmented(rows, "2023-08-22", Design(slope=False, season=0))
    share = fit.periods.set_index("period_start").loc["2023-08-01"]
    assert np.log(share["fitted"] / share["counterfactual"]) == pytest.approx(
        10 / 31 * np.log(fit.effects["ratio"].iloc[0])
    )
    held = Design(slope=False, season=0, window=("2023-07-26", "2023-08-22"))
    whole = segmented(rows, "2023-08-22", held).periods.set_index("period_start").loc["2023-08-01"]
    ratio = segmented(rows, "2023-08-22", held).effects["ratio"].iloc[0]
    assert whole["fitted"] / whole["counterfactual"] == pytest.approx(ratio)


def test_missing_months_are_left_out_not_zero():
    rows = months(ratio=1.0)
    gap = rows.copy()
    gap.loc[20:25, ["hit_count", "token_count"]] = 0
    got = segmented(gap, "2021-01-01", QUICK).model
    assert got.observation_count == 66
    zeros = rows.copy()
    zeros.loc[20:25, "hit_count"] = 0
    assert segmented(zeros, "2021-01-01", QUICK).model.dispersion > 2 * got.dispersion


def test_reversing_time_order_of_rows_changes_nothing():
    rows = months(ratio=1.3)
    first = segmented(rows, "2021-01-01").effects
    pd.testing.assert_frame_equal(first, segmented(rows.iloc[::-1], "2021-01-01").effects)


def test_table_of_several_series_keeps_those_that_cannot_be_fitted():
    table = pd.concat(
        [
            months(ratio=2.0).assign(outlet_id="a", frame="iron"),
            months(seed=1).assign(outlet_id="b", frame="iron"),
            months(seed=1).assign(outlet_id="c", frame="iron", hit_count=0),
        ]
    )
    got = segmented_table(table, "2021-01-01", Design(slope=False)).set_index("outlet_id")
    assert got.loc["a", "p_adjusted"] < 0.01 < got.loc["b", "p_adjusted"]
    assert got.loc["a", "family_count"] == 2
    assert got.loc["c", "note"] == "no hits in this series"
    lines = segmented_lines(table, "2021-01-01", Design(slope=False), by=["outlet_id"])
    count = lines.groupby(["outlet_id", "line"]).size()
    assert count.loc["a"].to_dict() == {"counterfactual": 36, "fitted": 72, "observed": 72}
    assert count.loc["c"].to_dict() == {"observed": 72}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"breaks": "2030-01-01"}, "outside the series"),
        ({"breaks": "soon"}, "ISO day"),
        ({"breaks": "2023-11-20"}, "periods with exposure"),
        ({"design": Design(season=6)}, "at most 5"),
        ({"design": Design(outcome="hits")}, "column of the series: 'hits'"),
    ],
)
def test_refusals(change, words):
    with pytest.raises(DiscourseError, match=words):
        segmented(**({"series": months(), "breaks": "2021-01-01"} | change))


def test_no_series_at_all_give_empty_tables():
    empty = months().head(0).assign(outlet_id="", frame="")
    assert segmented_table(empty, "2021-01-01").empty
    assert "p_adjusted" in segmented_table(empty, "2021-01-01")
    assert segmented_lines(empty, "2021-01-01").empty


def test_refusal_of_two_series_at_once():
    with pytest.raises(DiscourseError, match="segmented_table"):
        segmented(pd.concat([months(), months()]), "2021-01-01")


@pytest.mark.parametrize(
    ("slope", "date", "counts"),
    [
        (True, "2018-03-01", "2 periods with exposure before and 70 after; at least 3"),
        (True, "2018-04-01", ""),
        (True, "2023-10-01", ""),
        (True, "2023-11-01", "70 periods with exposure before and 2 after; at least 3"),
        (False, "2018-02-01", "1 periods with exposure before and 71 after; at least 2"),
        (False, "2018-03-01", ""),
        (False, "2023-11-01", ""),
        (False, "2023-12-01", "71 periods with exposure before and 1 after; at least 2"),
    ],
)
def test_a_break_needs_three_periods_on_each_side_and_two_for_a_step_alone(slope, date, counts):
    design = Design(slope=slope, season=0, errors=Errors("model"))
    if counts:
        with pytest.raises(DiscourseError, match=counts):
            segmented(months(), date, design)
    else:
        assert len(segmented(months(), date, design).effects) == 1 + slope


def test_a_period_without_exposure_does_not_count_towards_a_side():
    rows = months().assign(token_count=lambda r: r["token_count"].where(r.index != 1, 0))
    with pytest.raises(DiscourseError, match="2 periods with exposure before and 69 after"):
        segmented(rows, "2018-04-01", QUICK)
