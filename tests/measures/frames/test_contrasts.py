"""Two sides compared: by hand, planted ratios, refusals."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.frames.contrasts import (
    Comparison,
    _family_sizes,
    bootstrap_p,
    contrast,
    difference_of_differences,
    passes_of,
    pooled_contrast,
    weights_in_words,
)
from analysis.measures.frames.lasting import lasting, lasting_of_influence
from analysis.measures.frames.tally import tally
from analysis.measures.inference.resampling import Contrasts, Sampling, influence, intervals
from tests.helpers.weekly_press import weekly

SMALL = Sampling(replicates=200, min_units=2)


ERAS = Comparison("era_id", "before", "after")


def swapped(comparison: Comparison) -> Comparison:
    """The same comparison from the other side."""
    return dataclasses.replace(comparison, baseline=comparison.compared, compared=comparison.baseline)


def documents(rows) -> pd.DataFrame:
    """Rows of (doc_id, outlet, era, tokens, cluster)."""
    frame = pd.DataFrame(rows, columns=["doc_id", "outlet_id", "era_id", "token_count", "cluster_id"])
    return frame.assign(
        published=np.where(frame["era_id"] == "after", "2024-02-03", "2019-05-06"),
        cluster_position=frame.groupby("cluster_id").cumcount() + 1,
        title_token_count=8,
        lead_token_count=20,
        quoted_token_count=30,
        reported_token_count=10,
    )


def hits(rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["doc_id", "frame", "voice", "zone"])


DOCUMENTS = documents(
    [
        ("d1", "post", "before", 1000, "c1"),
        ("d2", "post", "before", 3000, "c2"),
        ("d3", "post", "after", 500, "c3"),
        ("d4", "post", "after", 1500, "c4"),
        ("d5", "times", "before", 2000, "c2"),
        ("d6", "times", None, 700, "c6"),
    ]
)


HITS = hits(
    [
        ("d1", "iron", "own", "body"),
        ("d1", "iron", "quoted", "title"),
        ("d2", "iron", "own", "body"),
        ("d3", "iron", "own", "body"),
        ("d2", "hedge", "reported", "body"),
        ("d5", "iron", "own", "lead"),
        ("d6", "iron", "own", "body"),
        ("gone", "iron", "own", "body"),
    ]
)


def planted(n=60, ratio=2.0, seed=0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two outlets, two eras, one frame whose rate grows `ratio`-fold in `post` only."""
    rng = np.random.default_rng(seed)
    cells = [(o, e) for o in ("post", "times") for e in ("before", "after")]
    docs = documents(
        [(f"{o}{e}{i:03}", o, e, int(rng.integers(300, 900)), f"{o}{e}{i // 2:03}") for o, e in cells for i in range(n)]
    )
    grown = (docs["outlet_id"] == "post") & (docs["era_id"] == "after")
    counts = rng.poisson(docs["token_count"] * 0.006 * np.where(grown, ratio, 1.0))
    return docs, hits(
        [(d, "iron", "own", "body") for d, c in zip(docs["doc_id"], counts, strict=True) for _ in range(c)]
    )


def test_contrast_by_hand_and_planted():
    docs, found = planted(ratio=2.0)
    got = contrast(docs, found, ERAS, within=["outlet_id"], sampling=Sampling(replicates=400)).set_index("outlet_id")
    post = got.loc["post"]
    counts = found["doc_id"].str.startswith("postafter").sum()
    tokens = docs.loc[docs["doc_id"].str.startswith("postafter"), "token_count"].sum()
    assert post["rate_compared"] == pytest.approx(counts / tokens * 10_000)
    assert post["ratio"] == pytest.approx(post["rate_compared"] / post["rate_baseline"])
    assert post["difference"] == pytest.approx(post["rate_compared"] - post["rate_baseline"])
    assert post["ratio_low"] < 2.0 < post["ratio_high"]
    assert post["p_adjusted"] < 0.01
    assert 1 < post["detectable_up"] < 1.6 and post["detectable_down"] == pytest.approx(1 / post["detectable_up"])
    assert got.loc["times", "p"] > 0.01
    assert (post["cluster_count_baseline"], post["document_count_baseline"], post["family_count"]) == (30, 60, 2)


def test_contrast_swaps():
    docs, found = planted(30)
    there = contrast(docs, found, ERAS, sampling=SMALL).iloc[0]
    back = contrast(docs, found, swapped(ERAS), sampling=SMALL).iloc[0]
    assert there["ratio"] == pytest.approx(1 / back["ratio"])
    assert there["difference"] == pytest.approx(-back["difference"])
    assert there["ratio_low"] == pytest.approx(1 / back["ratio_high"], rel=0.02)


def test_contrast_with_too_few_or_without_hits():
    got = contrast(DOCUMENTS, HITS, ERAS, within=["outlet_id"], sampling=SMALL).set_index(["outlet_id", "frame"])
    few = got.loc[("times", "iron")]
    assert few["too_few"]
    assert few[["ratio", "p", "difference", "rate_compared"]].isna().all()
    zero = got.loc[("post", "hedge")]
    assert zero["ratio"] == 0
    assert np.isnan(zero["ratio_low"])
    assert zero["difference"] < 0
    assert zero["note"] == "no hit on one side"


def test_contrast_refuses_sides_that_do_not_occur():
    with pytest.raises(DiscourseError, match="Did you mean 'before'"):
        contrast(DOCUMENTS, HITS, Comparison("era_id", "befor", "after"), sampling=SMALL)
    with pytest.raises(DiscourseError, match="both sides"):
        contrast(DOCUMENTS, HITS, Comparison("era_id", "after", "after"), sampling=SMALL)


def test_pooled_contrast_ignores_a_change_of_mix():
    docs, found = planted(ratio=1.0)
    often = found[found["doc_id"].str.startswith("post")]
    found = pd.concat([found, *[often] * 4])  # post has five times the rate of times, in both eras
    few = docs[~docs["doc_id"].isin([f"timesbefore{i:03}" for i in range(40)])]
    few = few[~few["doc_id"].isin([f"postafter{i:03}" for i in range(40)])]
    sampling = Sampling(replicates=300)
    assert contrast(few, found, ERAS, sampling=sampling)["p"].iloc[0] < 0.01
    pooled = pooled_contrast(few, found, ERAS, sampling=sampling).iloc[0]
    assert pooled["p"] > 0.05
    assert pooled["ratio"] < 0.7
    assert pooled["ratio_within_low"] < 1 < pooled["ratio_within_high"]
    tokens = few.groupby(["outlet_id", "era_id"])["token_count"].sum()
    counts = found.merge(few, on="doc_id").groupby(["outlet_id", "era_id"]).size()
    parts = [
        (counts[o, "after"], tokens[o, "after"], counts[o, "before"], tokens[o, "before"]) for o in ("post", "times")
    ]
    above = sum(x1 * y0 / (y1 + y0) for x1, y1, x0, y0 in parts)
    below = sum(x0 * y1 / (y1 + y0) for x1, y1, x0, y0 in parts)
    assert pooled["ratio_within"] == pytest.approx(above / below)


def test_difference_of_differences():
    docs, found = planted(ratio=2.0)
    across = Comparison("outlet_id", "times", "post")
    got = difference_of_differences(docs, found, ERAS, across=across, sampling=Sampling(replicates=400)).iloc[0]
    want = (
        got["rate_compared_after"]
        / got["rate_compared_before"]
        / got["rate_baseline_after"]
        * got["rate_baseline_before"]
    )
    assert got["ratio_of_ratios"] == pytest.approx(want)
    assert got["ratio_low"] < 2.0 < got["ratio_high"]
    assert got["p"] < 0.01
    back = difference_of_differences(docs, found, ERAS, across=swapped(across), sampling=SMALL).iloc[0]
    assert back["ratio_of_ratios"] == pytest.approx(1 / want)
    assert back["difference_of_differences"] == pytest.approx(-got["difference_of_differences"])


def test_a_difference_of_differences_is_resampled_as_asked_and_by_default_as_a_sampling_is():
    docs, found = planted(ratio=2.0)
    across = Comparison("outlet_id", "times", "post")
    default = difference_of_differences(docs, found, ERAS, across=across)
    pd.testing.assert_frame_equal(
        default, difference_of_differences(docs, found, ERAS, across=across, sampling=Sampling())
    )
    few = Sampling(replicates=200, min_units=10_000)
    assert difference_of_differences(docs, found, ERAS, across=across, sampling=few)["too_few"].all()
    assert not default["too_few"].any()


def test_a_difference_of_differences_of_shares_has_shares_for_its_cells():
    docs, found = planted(ratio=2.0)
    across = Comparison("outlet_id", "times", "post")
    got = difference_of_differences(docs, found, ERAS, across=across, sampling=SMALL, measure="share").iloc[0]
    for side, outlet in (("compared", across.compared), ("baseline", across.baseline)):
        for when in ("after", "before"):
            there = docs[(docs["outlet_id"] == outlet) & (docs["era_id"] == when)]["doc_id"]
            assert got[f"rate_{side}_{when}"] == pytest.approx(there.isin(found["doc_id"]).mean())


WEEKS = Sampling(unit="week", interval="studentised", replicates=400)


def test_an_era_claim_needs_weeks_and_rotation():
    docs, found = weekly(ratio=3.0)
    got = contrast(docs, found, ERAS, within=["outlet_id"], sampling=WEEKS).set_index("outlet_id")
    post = got.loc["post"]
    assert (post["unit_count_baseline"], post["unit_count_compared"], post["rotation_count"]) == (60, 20, 80)
    assert post["p"] < 0.02 and post["rotation_p"] <= 0.05 and post["is_claim"]
    assert post["ratio_low"] < 3 < post["ratio_high"]
    assert post["detectable_down"] < 1
    flat = contrast(*weekly(ratio=1.0, seed=3), ERAS, sampling=WEEKS).iloc[0]
    assert not flat["is_claim"] and flat["p"] > 0.05


def test_pooled_eras_say_how_much_rests_on_one_outlet():
    docs, found = weekly(ratio=3.0)
    got = pooled_contrast(docs, found, ERAS, sampling=WEEKS).iloc[0]
    tokens = (
        docs.groupby(["outlet_id", "era_id"])["token_count"]
        .sum()
        .reset_index()
        .pivot_table("token_count", "outlet_id", "era_id")
    )
    weight = tokens["after"] * tokens["before"] / tokens.sum(axis=1)
    weight /= weight.sum()
    assert got["largest_weight"] == pytest.approx(weight.max()) and got["largest_stratum"] == weight.idxmax()
    assert got["effective_count"] == pytest.approx(1 / (weight**2).sum())
    said = weights_in_words(pd.DataFrame([got]), {got["largest_stratum"]: "The Heron"})
    assert said == f"Within outlets these count as 2.0 equal ones; The Heron alone has {weight.max():.0%} of the weight"
    assert got["is_claim"] and got["ratio_within_low"] < 3 < got["ratio_within_high"]


def test_each_row_says_which_of_the_tests_it_passes():
    rows = pd.DataFrame(
        {
            "p_adjusted": [0.05, 0.01, 0.2, 0.9, np.nan, 0.03, 0.3],
            "rotation_p": [0.05, 0.4, 0.01, 0.9, np.nan, *[np.nan] * 2],
        }
    )
    want = ["both tests", "one test", "one test", "neither test", "", "the test", "not the test"]
    assert passes_of(rows, 0.95).tolist() == want
    found = contrast(*weekly(ratio=3.0), ERAS, sampling=WEEKS)
    assert found["passes"].tolist() == ["both tests" if claim else "" for claim in found["is_claim"]]


def test_the_difference_within_outlets_does_not_move_with_their_mix():
    """By hand: the mean of the outlets' own differences with the weights of Mantel and Haenszel; and its interval knows
    that moods last."""
    docs, found = weekly(ratio=3.0)
    rest = docs[~((docs["outlet_id"] == "post") & (docs["era_id"] == "before") & (docs.index % 4 == 0))]
    got = pooled_contrast(rest, found, ERAS, sampling=WEEKS).iloc[0]
    hit_count = found["doc_id"].value_counts()
    counted = rest.assign(hit_count=rest["doc_id"].map(hit_count).fillna(0))
    tokens, count = (
        counted.pivot_table(name, "outlet_id", "era_id", aggfunc="sum") for name in ("token_count", "hit_count")
    )
    weight = tokens["after"] * tokens["before"] / tokens.sum(axis=1)
    rate = 1e4 * count / tokens
    want = np.average(rate["after"] - rate["before"], weights=weight)
    assert got["difference_within"] == pytest.approx(want) and abs(got["difference"] - want) > 1e-6
    assert got["difference_within_low"] < want < got["difference_within_high"]
    narrow = pooled_contrast(*waves(), ERAS, sampling=dataclasses.replace(WEEKS, unit="cluster")).iloc[0]
    wide = pooled_contrast(*waves(), ERAS, sampling=WEEKS).iloc[0]
    width = [row["difference_within_high"] - row["difference_within_low"] for row in (narrow, wide)]
    assert width[1] > 1.2 * width[0]


def test_no_hit_at_all_is_no_difference_of_zero():
    """0 of 0 hits has no interval, and a mark without one would say that it is known to be 0."""
    docs, found = weekly(ratio=3.0)
    bare = found.merge(docs[docs["outlet_id"] != "post"], on="doc_id")[found.columns]
    got = contrast(docs, bare, ERAS, within=["outlet_id"], sampling=WEEKS).set_index("outlet_id").loc["post"]
    assert got["note"] == "no hit on either side" and np.isnan(got["difference"])
    after = docs["era_id"] == "after"
    alone = docs.assign(outlet_id=np.where((docs["outlet_id"] == "post") & after, "came", docs["outlet_id"]))
    only = found[found["doc_id"].isin(alone.loc[alone["outlet_id"] == "came", "doc_id"])]
    pooled = pooled_contrast(alone, only, ERAS, sampling=WEEKS).iloc[0]
    assert pooled["difference"] > 0 and np.isnan(pooled["difference_within"])
    assert pooled["note"] == "no hit within outlets: none where both sides have documents"


def test_without_planting_nothing_detectable_is_said():
    got = contrast(*weekly(), Comparison("era_id", "before", "after", plant=False), sampling=WEEKS)
    assert got[["detectable_up", "detectable_down"]].isna().all(axis=None)


def test_one_week_on_a_side_has_no_interval():
    docs, found = weekly(weeks=20, border=19)
    got = contrast(docs, found, ERAS, sampling=WEEKS).iloc[0]
    assert got["too_few"] and np.isnan(got["ratio"]) and np.isnan(got["ratio_low"]) and not got["is_claim"]


def test_intervals_of_eras_know_that_moods_last_and_those_of_outlets_do_not():
    """Two long waves of the frame in each era, alike in both outlets: limits lie `lasting` times as far away."""
    docs, found = waves()
    for within in ([], ["outlet_id"]):
        table = contrast(docs, found, Comparison("era_id", "before", "after"), within=within, sampling=WEEKS)
        counted = tally(docs, found, by=[*within, "era_id"], unit="week")
        wider = lasting(counted, "week")[0, 0]
        x, y = counted.numerators()[:2].reshape(1, 2), counted.denominators()[:2].reshape(1, 2)
        estimate, low, high = intervals(counted.units, Contrasts(x, y, (1.0, -1.0)), WEEKS)
        assert wider > 1.5
        assert table["difference_low"][0] == pytest.approx(1e4 * (estimate + (low - estimate) * wider)[0])
        assert table["difference_high"][0] == pytest.approx(1e4 * (estimate + (high - estimate) * wider)[0])
        logs = intervals(counted.units, Contrasts(x, y, (1.0, -1.0), "log"), WEEKS)
        assert np.log(table["ratio_low"][0]) == pytest.approx((logs[0] + (logs[1] - logs[0]) * wider)[0])
    outlets = contrast(docs, found, Comparison("outlet_id", "a", "b"), sampling=WEEKS)
    counted = tally(docs, found, by=["outlet_id"], unit="week")
    x, y = counted.numerators()[::-1].reshape(1, 2), counted.denominators()[::-1].reshape(1, 2)
    assert outlets["difference_low"][0] == pytest.approx(
        1e4 * intervals(counted.units, Contrasts(x, y, (1.0, -1.0)), WEEKS)[1][0]
    )


def test_a_difference_of_differences_of_eras_knows_that_moods_last_and_one_of_groups_does_not():
    docs, found = waves()
    docs = docs.assign(half=np.where(docs.index % 4 < 2, "x", "y"))
    kept = (docs.set_index("doc_id")["outlet_id"].loc[found["doc_id"]] == "a").to_numpy() | (found.index % 3 > 0)
    found = found[kept]  # the waves of the first outlet are higher
    across = Comparison("outlet_id", "b", "a")
    table = difference_of_differences(docs, found, ERAS, across=across, sampling=WEEKS).iloc[0]
    counted = tally(docs, found, by=["outlet_id", "era_id"], unit="week")
    x, y = (part[[0, 1, 2, 3]].reshape(1, 4) for part in (counted.numerators(), counted.denominators()))
    plain = Contrasts(x, y, (1.0, -1.0, -1.0, 1.0))
    tokens = counted.units.values[:, y[0]].astype(float)
    wider = lasting_of_influence(influence(counted.units, plain), tokens[:, :2] + tokens[:, 2:])
    estimate, low, high = (v[0] * 1e4 for v in intervals(counted.units, plain, WEEKS))
    assert wider[0] > 1.2
    assert table["difference_low"] == pytest.approx(estimate + (low - estimate) * wider[0])
    assert table["difference_high"] == pytest.approx(estimate + (high - estimate) * wider[0])
    logs = Contrasts(x, y, (1.0, -1.0, -1.0, 1.0), "log")
    factor = lasting_of_influence(influence(counted.units, logs), tokens[:, :2] + tokens[:, 2:])
    assert (
        table["p"] == bootstrap_p(counted.units, logs, WEEKS, factor)[0] >= bootstrap_p(counted.units, logs, WEEKS)[0]
    )
    of_halves = difference_of_differences(
        docs, found, Comparison("half", "x", "y"), across=across, sampling=WEEKS, series=["frame"]
    ).iloc[0]
    counted = tally(docs, found, by=["outlet_id", "half"], unit="week")
    x, y = (part[[1, 0, 3, 2]].reshape(1, 4) for part in (counted.numerators(), counted.denominators()))
    low = intervals(counted.units, Contrasts(x, y, (1.0, -1.0, -1.0, 1.0)), WEEKS)[1][0]
    assert of_halves["difference_low"] == pytest.approx(1e4 * low)


def waves() -> tuple[pd.DataFrame, pd.DataFrame]:
    week = np.repeat(np.arange(120), 2)
    docs = pd.DataFrame(
        {
            "doc_id": [f"d{i:03}" for i in range(240)],
            "cluster_id": [f"c{i:03}" for i in range(240)],
            "cluster_position": 1,
            "outlet_id": np.tile(["a", "b"], 120),
            "era_id": np.where(week >= 60, "after", "before"),
            "published": (np.datetime64("2018-01-01") + (7 * week).astype("timedelta64[D]")).astype(str),
            "token_count": 400,
        }
    )
    times = np.random.default_rng(3).poisson(np.where(week // 15 % 2, 4, 1))
    return docs, pd.DataFrame({"doc_id": docs["doc_id"].repeat(times), "frame": "iron"}).reset_index(drop=True)


def test_a_family_has_the_tests_with_enough_units_and_a_hit():
    rows = [("a", 5, 5, 1, 0), ("a", 5, 4, 9, 9), ("b", 5, 5, 0, 0), ("c", 9, 5, 3, 1), ("c", 5, 5, 0, 1)]
    names = ["frame", "unit_count_baseline", "unit_count_compared", "hit_count_baseline", "hit_count_compared"]
    table = pd.DataFrame(rows, columns=names)
    units = Sampling(min_units=5)
    assert _family_sizes(table, ERAS, units).tolist() == [3] * 5
    by_frame = dataclasses.replace(ERAS, family=("frame",))
    assert _family_sizes(table, by_frame, units).tolist() == [1, 1, 1, 2, 2]  # a family of none counts as one
    assert _family_sizes(table, dataclasses.replace(by_frame, adjust="none"), units).tolist() == [1] * 5
    assert _family_sizes(table.iloc[[2]], ERAS, units).tolist() == [1]
