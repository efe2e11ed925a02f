"""Period series and interrupted time series; invented counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.inference.regression import Errors, fit_counts
from analysis.measures.time.breaks.checks import detectable_break, placebo_dates, rival_breaks
from analysis.measures.time.interrupted import Design, segmented, segmented_lines, segmented_table
from analysis.measures.time.series import period_series

DOCUMENTS = pd.DataFrame(
    [
        ("d1", "post", "2023-06-02", 100),
        ("d2", "post", "2023-06-30", 300),
        ("d3", "post", "2023-08-05", 200),
        ("d4", "post", "2023-08", 400),
        ("d5", "post", "2023", 900),
        ("d6", "times", "2023-09-01", 500),
        ("d7", "times", None, 70),
    ],
    columns=["doc_id", "outlet_id", "published", "token_count"],
).assign(cluster_id=lambda f: f["doc_id"], cluster_position=1)
HITS = pd.DataFrame([("d1", "iron"), ("d1", "iron"), ("d3", "iron"), ("d5", "iron")], columns=["doc_id", "frame"])
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


def test_series_by_hand_with_every_month():
    got = period_series(DOCUMENTS, HITS)
    assert got.attrs["left_out_count"] == 2  # one dated to its year, one undated
    post = got[got["outlet_id"] == "post"].set_index("period")
    assert post.index.tolist() == ["2023-06", "2023-07", "2023-08", "2023-09"]
    assert post["hit_count"].tolist() == [2, 0, 1, 0]
    assert post["token_count"].tolist() == [400, 0, 600, 0]
    assert post["is_missing"].tolist() == [False, True, False, True]
    assert post.loc["2023-06", "rate_per_10000"] == 50
    assert np.isnan(post.loc["2023-07", "rate_per_10000"])
    assert (post.loc["2023-08", "period_start"], post.loc["2023-08", "period_end"]) == ("2023-08-01", "2023-09-01")
    times = got[got["outlet_id"] == "times"].set_index("period")
    assert times.loc["2023-09", "rate_per_10000"] == 0  # published without a hit: zero, not missing


def test_quarters_and_years():
    quarter = period_series(DOCUMENTS, HITS, period="quarter", by=[])
    assert quarter["period"].tolist() == ["2023Q2", "2023Q3"]
    assert quarter["hit_count"].tolist() == [2, 1]
    year = period_series(DOCUMENTS, HITS, period="year", by=[])
    assert (year["hit_count"].tolist(), year["token_count"].tolist()) == ([4], [2400])


def test_window_leaves_out_the_transition():
    got = period_series(DOCUMENTS, HITS, by=[], window=("2023-07-26", "2023-08-22")).set_index("period")
    assert got.loc["2023-08", "document_count"] == 0  # d3 lies inside; d4 (a month that touches it) is unclear
    assert got.loc["2023-06", "hit_count"] == 2
    with pytest.raises(DiscourseError, match="half-open"):
        period_series(DOCUMENTS, HITS, window=("2023-08-22", "2023-07-26"))


def test_series_does_not_depend_on_the_order_of_rows():
    mixed = period_series(DOCUMENTS.sample(frac=1, random_state=1), HITS.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(mixed, period_series(DOCUMENTS, HITS))
    assert period_series(DOCUMENTS.head(0), HITS).empty


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


def test_nothing_planted_is_refused():
    with pytest.raises(DiscourseError, match="ratios above 0"):
        detectable_break(months(), "2021-01-01", QUICK, ratios=(0.0, 2.0))
    with pytest.raises(DiscourseError, match="replicates 0"):
        detectable_break(months(), "2021-01-01", QUICK, replicates=0)


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
