"""Rates, shares and contrasts from tables of documents and hits; all tables are invented."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.frames.rates import exact_rate, exact_ratio, rate_difference, rate_test, rates
from analysis.measures.frames.tally import exposure_tokens
from analysis.measures.inference.multiple import adjust, adjust_within
from analysis.measures.inference.resampling import Sampling
from analysis.measures.inference.shares import share_of_units
from benchmarks.press import rates_cover
from benchmarks.simulated_press import Press

SMALL = Sampling(replicates=200, min_units=2)


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


def one_cell(per_week: list[int], tokens: int = 1000) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One outlet, one document a week, so many hits in each."""
    rows = [(f"w{i:03}", "post", "before", tokens, f"c{i}") for i in range(len(per_week))]
    return documents(rows), hits(
        [(f"w{i:03}", "iron", "own", "body") for i, n in enumerate(per_week) for _ in range(n)]
    )


@pytest.mark.parametrize("interval", ["bca", "studentised", "percentile"])
@pytest.mark.parametrize("per_week", [[1], [2], [1, 1], [1, 0, 1, 1], [5], [3, 1], [0], [4, 1, 1, 2]])
def test_no_lower_limit_below_zero_and_the_rate_inside(per_week, interval):
    docs, found = one_cell(per_week + [0] * (40 - len(per_week)))
    levels = pd.DataFrame({"frame": ["iron"]})
    (row,) = rates(docs, found, levels=levels, sampling=Sampling(interval=interval, replicates=199)).itertuples()
    assert 0 <= row.low <= row.rate_per_10000 < row.high
    assert (row.low == 0) == (sum(per_week) == 0)


def test_limits_of_single_hits_are_those_of_a_poisson_count():
    """R: poisson.test(3)$conf.int is 0.6186721, 8.7672731; 40 weeks of 1,000 tokens are 4 times 10,000."""
    docs, found = one_cell([1, 1, 1] + [0] * 37)
    (row,) = rates(docs, found, sampling=Sampling(interval="studentised", replicates=199)).itertuples()
    assert (row.low * 4, row.high * 4) == pytest.approx((0.6186721, 8.7672731), rel=1e-6)


def test_more_hits_never_lower_the_upper_limit_of_few():
    """One hit said "at most 1.2" where none said "at most 3.7"."""
    tops = []
    for number in range(9):
        docs, found = one_cell([1] * number + [0] * (60 - number))
        levels = pd.DataFrame({"frame": ["iron"]})
        tops.append(rates(docs, found, levels=levels, sampling=Sampling(interval="studentised"))["high"].item())
    assert tops == sorted(tops)


def test_a_burst_is_one_event():
    """Six hits in one week say less than six weeks with one hit each."""
    rows = [rates(*one_cell(p + [0] * 30), sampling=Sampling(replicates=199)) for p in ([6], [1] * 6)]
    (burst,), (spread,) = (r.itertuples() for r in rows)
    assert burst.rate_per_10000 > 0 and burst.high > 2 * spread.high * 36 / 31


def test_intervals_of_few_hits_hold_what_is_expected():
    rng = np.random.default_rng(3)
    held = []
    for _ in range(150):
        events = rng.poisson(3 / 60, 60)  # three expected, in bursts of two on average
        docs, found = one_cell((events + rng.poisson(events)).tolist())
        levels = pd.DataFrame({"frame": ["iron"]})
        row = rates(docs, found, levels=levels, sampling=Sampling(interval="studentised", replicates=99)).iloc[0]
        held.append(row["low"] <= 6 / 6 <= row["high"])
    assert np.mean(held) > 0.9  # by the bootstrap alone some 80 %


def test_share_of_documents():
    got = rates(DOCUMENTS, HITS, by=["era_id"], measure="share", sampling=SMALL).set_index(["era_id", "frame"])
    assert got.loc[("before", "iron"), "document_share"] == 1
    assert got.loc[("before", "hedge"), "document_share"] == pytest.approx(1 / 3)
    assert got.loc[("before", "iron"), "cluster_count"] == 2


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
        with pytest.raises(DiscourseError, match=r"counts are whole|0 or more, whole|a number above 0"):
            exact_rate(*wrong)


@pytest.mark.parametrize("count", [0, 1, 7, 60])
def test_each_interval_of_a_poisson_count_keeps_its_own_definition(count):
    from scipy.stats import norm, poisson

    def limits(kind):
        found = exact_rate(count, kind=kind)
        return found["low"], found["high"]

    low, high = limits("mid_p")
    above = [poisson.sf(count, m) + 0.5 * poisson.pmf(count, m) for m in (low, high)]
    assert above == pytest.approx([0.025 if count else 0.5 * 1.0, 0.975], abs=1e-9)
    z = norm.ppf(0.975)
    assert [abs(count - m) for m in limits("score")] == pytest.approx(
        [z * np.sqrt(m) for m in limits("score")], abs=1e-9
    )
    assert limits("normal") == pytest.approx((max(count - z * np.sqrt(count), 0), count + z * np.sqrt(count)))
    exact = limits("exact")
    assert limits("byar") == pytest.approx(exact, abs=0.06)  # an approximation to Garwood's
    if count:
        assert limits("log") == pytest.approx([count * np.exp(sign * z / np.sqrt(count)) for sign in (-1, 1)])
        assert exact[0] < low and high < exact[1]
    else:
        assert np.isnan(limits("log")).all()


def test_each_interval_of_a_ratio_keeps_its_own_definition():
    from scipy.stats import binom

    first, second = (11, 800), (21, 3011)
    mid = exact_ratio(first, second, kind="mid_p")
    for ratio, wanted in ((mid["low"], 0.025), (mid["high"], 0.975)):
        share = ratio * 800 / (ratio * 800 + 3011)
        assert binom.sf(11, 32, share) + 0.5 * binom.pmf(11, 32, share) == pytest.approx(wanted, abs=1e-9)
    plain = exact_ratio(first, second)
    assert plain["low"] < mid["low"] < mid["ratio"] < mid["high"] < plain["high"]
    log = exact_ratio(first, second, kind="log")
    error = np.sqrt(1 / 11 + 1 / 21)
    assert [log["low"], log["high"]] == pytest.approx([plain["ratio"] * np.exp(s * 1.959964 * error) for s in (-1, 1)])
    assert exact_ratio((3, 10), (0, 10), kind="mid_p")["high"] == np.inf
    assert np.isnan(exact_ratio((3, 10), (0, 10), kind="log")["p"])
    with pytest.raises(DiscourseError, match="exact, mid_p, log"):
        exact_ratio(first, second, kind="wald")


@pytest.mark.parametrize(
    ("kind", "nurses", "repairs"),
    [
        ("wald", 0.000356, 0.2309),
        ("score", 0.000316, 0.2398),
        ("log", 0.000420, 0.2402),
        ("score_log", 0.000200, 0.2303),
        ("root", 0.000285, 0.2500),
        ("mid_p", 0.000310, None),
    ],
)
def test_two_rates_of_gu_ng_tang_and_schucany(kind, nurses, repairs):
    """Gu and others 2008, examples 1 (60 of 51,477.5 and 30 of 54,308.7 person-years) and 2 (41 of 28,010 and 15 of 19,017,
    ratio 1.5), one-sided p as statsmodels pins them."""
    found = rate_test((60, 51477.5), (30, 54308.7), kind=kind, side="larger")
    assert found["p"] == pytest.approx(nurses, abs=5e-6)
    if kind != "mid_p":
        assert rate_test((60, 51477.5), (30, 54308.7), kind=kind)["p"] == pytest.approx(2 * found["p"])
    if repairs:
        assert rate_test((41, 28010), (15, 19017), ratio=1.5, kind=kind, side="larger")["p"] == pytest.approx(
            repairs, abs=5e-4
        )


def test_the_score_test_by_hand_and_the_c_test_as_the_exact_ratio():
    a, b = (60, 51477.5), (30, 54308.7)
    share = a[1] / (a[1] + b[1])
    wanted = (60 - 90 * share) / np.sqrt(90 * share * (1 - share))
    assert rate_test(a, b)["statistic"] == pytest.approx(wanted)
    exact = exact_ratio((11, 800), (21, 3011))["p"]
    assert (
        rate_test((11, 800), (21, 3011), kind="exact")["p"] == pytest.approx(exact) == pytest.approx(0.07967, abs=5e-6)
    )


def test_the_e_test_of_krishnamoorthy_and_thomson():
    """Seeds of dodder, 0 and 3 in two samples of one size (Przyborowski & Wilenski 1940): by all pairs of counts of equal
    mean 3/2 whose standardised difference is no smaller."""
    from scipy.stats import poisson

    x, y = np.meshgrid(np.arange(60), np.arange(60))
    with np.errstate(invalid="ignore"):
        distance = np.where(x + y > 0, np.abs(x - y) / np.sqrt(np.maximum(x + y, 1)), 0)
    wanted = (poisson.pmf(x, 1.5) * poisson.pmf(y, 1.5))[distance >= np.sqrt(3) - 1e-9].sum()
    assert rate_test((0, 100), (3, 100), kind="e_test")["p"] == pytest.approx(wanted, abs=1e-6)
    assert rate_test((0, 100), (3, 100), kind="exact")["p"] == pytest.approx(0.25)
    assert rate_test((0, 5), (0, 9), kind="e_test") == {"statistic": 0.0, "p": 1.0}


def test_the_difference_of_two_rates_as_r_ratesci_has_it():
    """ratesci: scoreci(60, 51.4775, 30, 54.3087, contrast = "RD", skew = FALSE): .265796 to .989192."""
    a, b = (60, 51.4775), (30, 54.3087)
    score = rate_difference(a, b)
    assert [score["low"], score["high"]] == pytest.approx([0.265796, 0.989192], abs=5e-6)
    wald = rate_difference(a, b, kind="wald")
    error = 1.959964 * np.sqrt(60 / 51.4775**2 + 30 / 54.3087**2)
    assert wald["high"] - wald["difference"] == pytest.approx(error) == pytest.approx(wald["difference"] - wald["low"])
    one, two = (exact_rate(*pair, kind="score") for pair in (a, b))
    wanted = score["difference"] - np.hypot(one["rate"] - one["low"], two["high"] - two["rate"])
    assert rate_difference(a, b, kind="mover")["low"] == pytest.approx(wanted)
    assert np.isnan(rate_difference((0, 5), (0, 9))["low"])
    with pytest.raises(DiscourseError, match="score, wald, mover"):
        rate_difference(a, b, kind="exact")


def test_a_test_of_rates_that_is_none_is_refused():
    with pytest.raises(DiscourseError, match="kind of test"):
        rate_test((1, 1), (2, 1), kind="t")
    with pytest.raises(DiscourseError, match="side"):
        rate_test((1, 1), (2, 1), side="both")
    with pytest.raises(DiscourseError, match="above 0"):
        rate_test((1, 1), (2, 1), ratio=0)
    with pytest.raises(DiscourseError, match=r"counts are whole|0 or more, whole|a number above 0"):
        rate_test((1.5, 1), (2, 1))


def test_score_limits_by_hand():
    """Four clusters of 1,000 tokens with 4, 4, 8 and 0 hits: the log rate has variance 4/3 (0 + 0 + 1 + 1) / 16, so 16 hits
    say as much as 6, fewer for a t law with 3 degrees of freedom (z / 3.182)^2; (6 - m)^2 = z^2 m."""
    docs = documents([(f"d{i}", "post", "before", 1000, f"c{i}") for i in range(4)])
    found = hits([(f"d{i}", "iron", "own", "body") for i, k in enumerate((4, 4, 8, 0)) for _ in range(k)])
    row = rates(docs, found, by=[], sampling=Sampling(interval="score", min_units=2)).iloc[0]
    size = 6 * (1.9599640 / 3.1824463) ** 2
    for limit in (row["low"], row["high"]):
        m = limit / 40 * size
        assert (size - m) ** 2 == pytest.approx(1.9599640**2 * m, rel=1e-6)
    assert row["rate_per_10000"] == 40 and 0 < row["low"] < 40 < row["high"]


def test_units_that_are_all_alike_leave_the_interval_of_independent_hits():
    docs = documents([(f"d{i:02}", "post", "before", 1000, f"c{i:02}") for i in range(40)])
    found = hits([(f"d{i:02}", "iron", "own", "body") for i in range(40)])
    row = rates(docs, found, by=[], sampling=Sampling(interval="score")).iloc[0]
    exact = exact_rate(40, 40_000, kind="score")
    assert 1e4 * exact["low"] * 0.98 < row["low"] < 1e4 * exact["low"] and row["high"] > 1e4 * exact["high"]


@pytest.mark.parametrize("interval", ["bca", "percentile", "studentised", "score"])
@pytest.mark.parametrize("measure", ["rate", "share"])
def test_limits_keep_to_what_a_rate_or_share_can_be(interval, measure):
    """Few hits in bursts: until 0.2 a studentised interval went below 0, and was cut there."""
    for seed in range(6):
        docs, found = planted(14, ratio=1.0, seed=seed)
        some = found[found["doc_id"].isin(docs["doc_id"].iloc[:: 9 if measure == "rate" else 1])]
        table = rates(docs, some, measure=measure, sampling=Sampling(interval=interval, replicates=300, min_units=2))
        seen = table[table["hit_count"] > 0]
        value = "rate_per_10000" if measure == "rate" else "document_share"
        assert interval in ("bca", "percentile") or (seen["low"] > 0).all()
        assert (seen["low"] >= 0).all() and (seen["low"] <= seen[value]).all() and (seen["high"] >= seen[value]).all()
        assert measure == "rate" or (seen["high"] <= 1).all()


@pytest.mark.parametrize("interval", ["bca", "studentised", "score"])
def test_a_share_of_all_documents_has_a_lower_limit_below_it(interval):
    docs = documents([(f"d{i:02}", "post", "before", 1000, f"c{i:02}") for i in range(20)])
    found = hits([(f"d{i:02}", "iron", "own", "body") for i in range(20)])
    row = rates(docs, found, by=[], measure="share", sampling=Sampling(interval=interval, replicates=99)).iloc[0]
    assert (row["document_share"], row["high"]) == (1, 1)
    assert row["low"] == pytest.approx(20 / (20 + 1.9599640**2))  # Wilson


def test_a_share_of_few_documents_keeps_wilsons_interval():
    docs = documents([(f"d{i:02}", "post", "before", 1000, f"c{i:02}") for i in range(12)])
    found = hits([(f"d{i:02}", "iron", "own", "body") for i in range(6)])
    row = rates(docs, found, by=[], measure="share", sampling=Sampling(interval="score")).iloc[0]
    one = share_of_units(np.repeat([1, 0], 6), np.ones(12))
    assert (row["low"], row["high"]) == (pytest.approx(one.low), pytest.approx(one.high)) and row["high"] < 0.8


def test_rates_of_a_press_whose_moods_last_are_held():
    """The world of months: of 160 intervals of eras over all outlets, 82 % held what is expected until 0.2."""
    found = rates_cover(Press(world="months"), 20, "week")
    assert 0.9 <= found["pooled"].mean() <= 0.99
    assert 0.92 <= found["ten"].mean() <= 0.98 and found["three"].mean() >= 0.92
