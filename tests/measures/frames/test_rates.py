"""Rates, shares and contrasts from tables of documents and hits; all tables are invented."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.frames.contrasts import Comparison, contrast, difference_of_differences, pooled_contrast
from analysis.measures.frames.rates import exact_rate, exact_ratio, rates
from analysis.measures.frames.tally import exposure_tokens, once_per_cluster, unit_of
from analysis.measures.inference.multiple import adjust, adjust_within
from analysis.measures.inference.power import found_share, minimum_ratio
from analysis.measures.inference.resampling import Sampling

SMALL = Sampling(replicates=200, min_clusters=2)
ERAS = Comparison("era_id", "before", "after")


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


def test_rates_by_hand():
    got = rates(DOCUMENTS, HITS, sampling=SMALL).set_index(["outlet_id", "era_id", "frame"])
    one = got.loc[("post", "before", "iron")]
    assert (one["hit_count"], one["token_count"], one["document_count"], one["cluster_count"]) == (3, 4000, 2, 2)
    assert one["rate_per_10000"] == 7.5
    assert one["low"] <= 7.5 <= one["high"]
    assert one["unit"] == "cluster"
    assert got.attrs["left_out_count"] == 1  # d6 has no era


def test_too_few_is_null_and_zero_is_zero_with_a_bound():
    got = rates(DOCUMENTS, HITS, sampling=SMALL).set_index(["outlet_id", "era_id", "frame"])
    few = got.loc[("times", "before", "iron")]
    assert few["too_few"]
    assert few[["rate_per_10000", "low", "high"]].isna().all()
    empty = got.loc[("times", "after", "iron")]  # no document at all is too few, not zero
    assert empty["too_few"]
    zero = got.loc[("post", "after", "hedge")]
    assert (zero["rate_per_10000"], zero["low"]) == (0, 0)
    # one hit in all, so bursts of one: 3.689 / 2000 tokens
    assert zero["high"] == pytest.approx(-np.log(0.025) / 2000 * 10_000)


def test_share_of_documents():
    got = rates(DOCUMENTS, HITS, by=["era_id"], measure="share", sampling=SMALL).set_index(["era_id", "frame"])
    assert got.loc[("before", "iron"), "document_share"] == 1
    assert got.loc[("before", "hedge"), "document_share"] == pytest.approx(1 / 3)
    assert got.loc[("before", "iron"), "cluster_count"] == 2


def test_each_story_once():
    got = rates(DOCUMENTS, HITS, by=["era_id"], counting="cluster_once", sampling=SMALL).set_index(["era_id", "frame"])
    one = got.loc[("before", "iron")]
    assert (one["hit_count"], one["token_count"], one["document_count"]) == (3, 4000, 2)
    assert once_per_cluster(DOCUMENTS)["doc_id"].tolist() == ["d1", "d2", "d3", "d4", "d6"]


def test_exposure_follows_the_voice():
    assert exposure_tokens(DOCUMENTS, "own").tolist() == [960, 2960, 460, 1460, 1960, 660]
    own = rates(DOCUMENTS, HITS, by=["era_id"], exposure="own", sampling=SMALL).set_index(["era_id", "frame"])
    assert own.loc[("before", "iron"), ["hit_count", "token_count"]].tolist() == [3, 5880]
    title = rates(DOCUMENTS, HITS, by=["era_id"], exposure="title", sampling=SMALL).set_index(["era_id", "frame"])
    assert title.loc[("before", "iron"), ["hit_count", "token_count"]].tolist() == [1, 24]


def test_declared_levels_appear_without_hits():
    levels = pd.DataFrame({"frame": ["neutral", "iron"]})
    got = rates(DOCUMENTS, HITS, by=["era_id"], levels=levels, sampling=SMALL)
    assert got["frame"].tolist() == ["neutral", "iron"] * 2
    assert got.loc[got["frame"] == "neutral", "hit_count"].sum() == 0


def test_order_of_rows_does_not_matter():
    docs, found = planted()
    first = rates(docs, found, sampling=SMALL)
    mixed = rates(docs.sample(frac=1, random_state=1), found.sample(frac=1, random_state=2), sampling=SMALL)
    pd.testing.assert_frame_equal(first, mixed, check_exact=True)


def test_doubling_all_counts_keeps_the_rate():
    docs, found = planted(20)
    double = rates(docs.assign(token_count=docs["token_count"] * 2), pd.concat([found, found]), sampling=SMALL)
    first = rates(docs, found, sampling=SMALL)
    for column in ("rate_per_10000", "low", "high"):
        assert np.allclose(first[column], double[column], rtol=1e-12)


def test_no_documents_give_no_rows():
    assert rates(DOCUMENTS.head(0), HITS, sampling=SMALL).empty


def test_units():
    assert unit_of(DOCUMENTS, "outlet_month").tolist()[:3] == ["post|2019-05", "post|2019-05", "post|2024-02"]
    with pytest.raises(DiscourseError, match=r"there are 2 outlets.*outlet_month"):
        rates(DOCUMENTS, HITS, sampling=Sampling(unit="outlet"))
    with pytest.raises(DiscourseError, match="Did you mean 'cluster'"):
        rates(DOCUMENTS, HITS, sampling=Sampling(unit="clusters"))
    with pytest.raises(DiscourseError, match="column of the documents"):
        rates(DOCUMENTS, HITS, by=["outlet"], sampling=SMALL)


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
    assert post["minimum_ratio"] < 1.5
    assert got.loc["times", "p"] > 0.01
    assert (post["cluster_count_baseline"], post["document_count_baseline"], post["family_count"]) == (30, 60, 2)


def test_contrast_swaps():
    docs, found = planted(30)
    there = contrast(docs, found, ERAS, sampling=SMALL).iloc[0]
    back = contrast(docs, found, ERAS.swapped(), sampling=SMALL).iloc[0]
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
    back = difference_of_differences(docs, found, ERAS, across=across.swapped(), sampling=SMALL).iloc[0]
    assert back["ratio_of_ratios"] == pytest.approx(1 / want)
    assert back["difference_of_differences"] == pytest.approx(-got["difference_of_differences"])


def test_adjustment_of_benjamini_and_hochberg_1995():
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.324,
        0.4262,
        0.5719,
        0.6528,
        0.759,
        1,
    ]
    bh = [
        0.0015,
        0.003,
        0.0095,
        0.035625,
        0.0603,
        0.06385714285714,
        0.06385714285714,
        0.0645,
        0.0765,
        0.486,
        0.5811818181818,
        0.714875,
        0.7532307692308,
        0.8132142857143,
        1,
    ]
    assert adjust(p).tolist() == pytest.approx(bh, abs=1e-9)
    assert (adjust(p) <= 0.05).sum() == 4
    assert (adjust(p, "bonferroni") <= 0.05).sum() == 3
    harmonic = sum(1 / i for i in range(1, 16))
    assert adjust(p, "by") == pytest.approx(np.minimum(adjust(p) * harmonic, 1), abs=1e-9)
    assert adjust(p, "by")[0] == pytest.approx(0.0015 * harmonic)
    assert adjust([0.01, 0.04, 0.03], "holm").tolist() == pytest.approx([0.03, 0.06, 0.06])


def test_families_are_adjusted_apart_and_untested_rows_do_not_count():
    rows = pd.DataFrame({"outlet": ["a", "a", "b", "b"], "p": [0.01, 0.02, 0.03, np.nan]})
    got = adjust_within(rows, ["outlet"], method="bonferroni")
    assert got["p_adjusted"].tolist()[:3] == pytest.approx([0.02, 0.04, 0.03])
    assert got["family_count"].tolist() == [2, 2, 1, 1]
    assert np.isnan(got["p_adjusted"].iloc[3])
    with pytest.raises(DiscourseError, match="Did you mean 'bh'"):
        adjust([0.1], "bhh")


def test_exact_rates_of_r_poisson_test():
    """R's ?poisson.test: 137 in 24.19893, and 11 of 800 against 6 + 8 + 7 of 1083 + 1050 + 878."""
    one = exact_rate(137, 24.19893)
    assert [one["low"], one["high"]] == pytest.approx([4.753125, 6.692709], abs=5e-7)
    assert exact_rate(0, 100)["high"] == pytest.approx(-np.log(0.025) / 100)
    two = exact_ratio((11, 800), (21, 3011))
    assert [two["ratio"], two["low"], two["high"]] == pytest.approx([1.971488, 0.8584264, 4.2772659], abs=5e-7)
    assert two["p"] == pytest.approx(0.07967, abs=5e-6)
    back = exact_ratio((21, 3011), (11, 800))
    assert back["low"] == pytest.approx(1 / two["high"])
    assert exact_ratio((3, 10), (0, 10))["high"] == np.inf
    assert exact_ratio((0, 10), (0, 10))["p"] == 1
    for wrong in ((-1, 5), (2.5, 5), (1, 0)):
        with pytest.raises(DiscourseError, match="counts are whole"):
            exact_rate(*wrong)


def test_minimum_ratio_by_hand():
    assert minimum_ratio(0.1) == pytest.approx(np.exp(0.1 * (1.959964 + 0.841621)))
    assert minimum_ratio(np.array([0.1, 0.2]))[1] > minimum_ratio(0.1)
    assert found_share(np.array([0.01, 0.2, np.nan]))[0] == 0.5


def test_documents_and_levels_named_twice_are_refused():
    docs, found = planted(n=10)
    with pytest.raises(DiscourseError, match="stands twice; keep one row per document"):
        rates(pd.concat([docs, docs.head(1)]), found, by=[])
    twice = pd.DataFrame({"frame": ["ironclad", "ironclad"]})
    with pytest.raises(DiscourseError, match="a series of frame is named twice"):
        rates(docs, found, by=[], levels=twice)
    with pytest.raises(DiscourseError, match="column of the levels"):
        rates(docs, found, by=[], levels=pd.DataFrame({"frames": ["ironclad"]}))
