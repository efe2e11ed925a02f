"""The statistics on one invented press, held number by number: a change of any shows as a line to be approved.

What the numbers should be is tested beside each module, by hand and against what was published; this test says that
they are still the same, with every option in turn and at the limits. With `--rewrite-golden` pytest writes
tests/golden/tables_measures.txt anew.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from held import held_cases, lines_of, unlike
from nile import NILE
from press_tables import press_tables

from analysis.measures.frames import (
    composition,
    contrasts,
    coverage,
    entries,
    influence,
    overview,
    placebo,
    voices,
)
from analysis.measures.frames.rates import rates
from analysis.measures.frames.specifications import Material, Specification, evaluate
from analysis.measures.inference import eras, multiple, permutation, power, regression, resampling
from analysis.measures.inference import specification_curve as curve
from analysis.measures.inference.long_run import long_run_factor, permuted_places
from analysis.measures.inference.resampling import Sampling
from analysis.measures.inference.shares import change, share_of_units
from analysis.measures.time import around_event, interrupted, panels, series
from analysis.measures.time.breaks import checks, find, uncertainty
from analysis.measures.time.event_study import event_study
from benchmarks.simulated_press import Press

ERAS = contrasts.Comparison("era_id", "before", "after")
PLAIN = dataclasses.replace(ERAS, plant=False)
PAIR = ("before", "after")
WEEKS = Sampling(unit="week", interval="studentised", replicates=60, min_units=5)
SCORE = Sampling(unit="week", interval="score", min_units=5)
SMALL = Sampling(replicates=60, min_units=4)


@functools.cache
def press() -> tuple[pd.DataFrame, pd.DataFrame]:
    """220 documents of five outlets in 60 weeks; one outlet in one era only, one frame with few hits."""
    made = Press(world="reprints", weeks=60, border=40, outlets=5, documents=220, rate=20)
    documents, hits = press_tables(5, made)
    rare = hits[(hits["frame"] != "frame_3") | (np.arange(len(hits)) % 9 == 0)].reset_index(drop=True)
    zones = np.array(["title", "lead", "body", "body"])[np.arange(len(rare)) % 4]
    rare = rare.assign(zone=zones, category=rare["entry"].str[:1], speaker_side=np.where(zones == "lead", "us", "them"))
    sizes = documents.groupby("cluster_id")["doc_id"].transform("size")
    documents = documents.assign(
        cluster_size=sizes,
        is_cluster_origin=~documents["cluster_id"].duplicated(),
        shared_token_share=np.where(documents["cluster_id"].duplicated(), 0.9, 1.0),
        title_token_count=np.where(np.arange(len(documents)) % 11 == 0, documents["token_count"], 9),
        lead_token_count=40,
        genre=np.array(["article", "article", "opinion"])[np.arange(len(documents)) % 3],
        date_precision=np.array(["day", "day", "month", "none"])[np.arange(len(documents)) % 4],
        group=np.where(documents["outlet_id"] < "outlet_002", "one", "two"),
    )
    return documents, rare


@functools.cache
def material() -> Material:
    documents, hits = press()
    types = {name: "x" if name.endswith("1") else "y" for name in set(documents["outlet_id"])}
    return Material(documents, hits, PAIR, types=types, window=("2018-09-20", "2018-10-20"))


@functools.cache
def blocks() -> eras.Blocks:
    """Twelve blocks, two strata, three series; block 5 empty, the second stratum without tokens in block 2."""
    rng = np.random.default_rng(3)
    n = rng.integers(300, 900, (12, 2)).astype(float)
    n[5], n[2, 1] = 0, 0
    x = rng.poisson(n[:, :, None] * [0.01, 0.02, 0.002])
    return eras.Blocks(x.astype(float), n, np.arange(12) >= 7)


@functools.cache
def months() -> pd.DataFrame:
    """48 months of counts with a step after 30, one month without tokens."""
    rng = np.random.default_rng(7)
    periods = pd.period_range("2018-01", periods=48, freq="M")
    tokens = rng.integers(9_000, 20_000, 48)
    tokens[11] = 0
    mean = tokens * 0.002 * np.where(np.arange(48) >= 30, 1.6, 1.0)
    return pd.DataFrame(
        {
            "period_start": periods.start_time.strftime("%Y-%m-%d"),
            "period_end": (periods + 1).start_time.strftime("%Y-%m-%d"),
            "hit_count": rng.poisson(mean),
            "token_count": tokens,
            "group": np.arange(48) // 6,
        }
    )


def around(**more: Any) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    rows = [
        (f"o{o}", f, a, 3, rng.poisson(12 * (1.5 if a >= 0 and f == "flood" else 1)), 9_000)
        for o in range(8)
        for a in range(-4, 3)
        for f in ("flood", "drought")
    ]
    columns = ["outlet_id", "frame", "away", "document_count", "hit_count", "token_count"]
    panel = pd.DataFrame(rows, columns=columns)
    panel.attrs["step"] = "year"
    return around_event.around_event(panel, ["flood"], bins=[-4, -2, 0, 2], **more)


def studied(**more: Any) -> Any:
    rng = np.random.default_rng(5)
    cells = [(f"o{o}", p, int(o % 2)) for o in range(8) for p in range(-3, 4)]
    rows = pd.DataFrame(cells, columns=["outlet_id", "period", "treated"])
    rows["hits"] = rng.poisson(20 * np.where((rows["period"] >= 0) & (rows["treated"] == 1), 1.7, 1.0))
    return event_study(rows, "hits", 0, bins=(-3, -1, 0, 2), **more)


def sides(strata: bool = False) -> permutation.Sides:
    rng = np.random.default_rng(6)
    hits = rng.poisson([[3, 0.5]] * 10)
    other = rng.poisson([[4, 0.5]] * 10)
    kind = np.arange(10) % 2 if strata else None
    return permutation.Sides(hits, np.full(10, 300), other, np.full(10, 280), kind)


def units() -> resampling.Units:
    rng = np.random.default_rng(8)
    tokens = rng.integers(200, 600, (24, 2))
    tokens[:12, 1], tokens[12:, 0] = 0, 0
    hits = rng.poisson(tokens * 0.01)
    return resampling.Units(np.arange(24).astype(str), np.hstack([hits, tokens]), (np.arange(24) >= 12).astype(int))


def drawn_interval(kind: str, scale: str, level: float = 0.9) -> tuple:
    sampling = Sampling(replicates=200, interval=kind, level=level)
    pair = resampling.Contrasts(np.array([[1, 0]]), np.array([[3, 2]]), (1.0, -1.0), scale)
    return resampling.intervals(units(), pair, sampling)


def counted(**more: Any) -> pd.DataFrame:
    return rates(*press(), sampling=SMALL, **more)


def curves() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(9)
    t = rng.normal(size=(40, 6)) + 0.8 * rng.normal(size=(40, 1))
    t[0] += 1.5
    return t, t * 0.1 + rng.normal(size=t.shape) * 0.02


SPECS = [
    Specification(frame="frame_0"),
    Specification(frame="frame_1", about="all", voice="quoted", uses="affirmed"),
    Specification(frame="frame_0", about="other", unit="month", window="left_out"),
    Specification(
        frame="frame_2", about="all", outlets="both_eras", small="together", max_outlets=2, since="2018-03-01"
    ),
    Specification(frame="frame_1", about="all", mix="pooled", counting="cluster_once", without_type="x"),
    Specification(frame="frame_3", categories="all", small="left_out", max_outlets=1, min_stories=9),
    Specification(frame="frame_0", about="all", small="together", max_outlets=4, min_stories=1),
    Specification(frame="frame_0", voice="own", language="en", dates="declared", max_boilerplate=0.2),
]
DESIGN = interrupted.Design(season=1)
CASES: dict[str, Callable[[], Any]] = {
    "coverage: outlets and eras": lambda: coverage.outlet_eras(press()[0], too_few=20),
    "coverage: quarters": lambda: coverage.outlet_periods(press()[0], "Q"),
    "coverage: profile": lambda: coverage.profile(press()[0]),
    "coverage: missing": lambda: coverage.missing_months(press()[0]),
    "coverage: dates": lambda: coverage.date_quality(press()[0]),
    "coverage: small outlets": lambda: coverage.pool_small_outlets(press()[0], 2).groupby("outlet_id").size(),
    "rates": counted,
    "rates by era, shares": lambda: counted(by=["era_id"], measure="share"),
    "rates, each story once": lambda: counted(by=["era_id"], counting="cluster_once"),
    "rates in quotations": lambda: counted(by=["era_id"], exposure="quoted"),
    "rates in the outlets' own words": lambda: counted(by=["outlet_id"], exposure="own"),
    "rates in titles": lambda: counted(by=["era_id"], exposure="title"),
    "rates over nothing": lambda: counted(by=[], series=[]),
    "rates by week, score": lambda: rates(*press(), by=["era_id"], sampling=SCORE),
    "shares by outlet and week, score": lambda: rates(*press(), measure="share", sampling=SCORE),
    "rates by month": lambda: rates(*press(), by=["era_id"], sampling=dataclasses.replace(WEEKS, unit="month")),
    "contrast in weeks": lambda: contrasts.contrast(*press(), PLAIN, within=["outlet_id"], sampling=WEEKS),
    "contrast of shares": lambda: contrasts.contrast(*press(), PLAIN, sampling=WEEKS, measure="share"),
    "contrast of clusters": lambda: contrasts.contrast(*press(), PLAIN, sampling=SMALL),
    "pooled contrast": lambda: contrasts.pooled_contrast(*press(), PLAIN, sampling=WEEKS),
    "pooled contrast of clusters": lambda: contrasts.pooled_contrast(*press(), PLAIN, sampling=SMALL),
    "difference of differences": lambda: contrasts.difference_of_differences(
        *press(), PLAIN, across=contrasts.Comparison("group", "one", "two"), sampling=SMALL
    ),
    "carriers": lambda: entries.carriers(*press(), by=["era_id"]),
    "concentration": lambda: entries.concentration(entries.carriers(*press())),
    "voices": lambda: voices.rates_by_voice(*press(), frames=["frame_0", "frame_3"], sampling=SMALL),
    "placebo contrasts": lambda: placebo.placebo_contrasts(*press(), PAIR, sampling=WEEKS, number=3),
    "beside the real": lambda: placebo.beside_the_real(
        placebo.placebo_contrasts(*press(), PAIR, sampling=WEEKS, number=3),
        contrasts.pooled_contrast(*press(), PLAIN, sampling=WEEKS),
        "2018-10-08",
    ),
    "compositions": lambda: composition.compositions(
        *press(), ("era_id", *PAIR), ["frame_0", "frame_3"], replicates=50, min_units=20
    ),
    "arrivals": lambda: composition.arrivals(press()[0], ("era_id", *PAIR)),
    "months of arrivals": lambda: composition.months_of(
        press()[0], composition.arrivals(press()[0], ("era_id", *PAIR)), most=2
    ),
    "overview": lambda: overview.before_after(
        *press(), ["one", "two"], overview.Asked(PAIR, ["frame_0", "frame_3"], min_count=30)
    ),
    "overview of voices": lambda: overview.before_after(
        *press(), ["one", "two"], overview.Asked(PAIR, ["own", "quoted"], "voice", "hits", level=0.8)
    ),
    "influence": lambda: influence.leave_one_out(material(), SPECS[0]).head(30),
    "influence in words": lambda: influence.reading(influence.most_influential(material(), SPECS[1], {}, count=3)),
    "specifications": lambda: evaluate(material(), SPECS, WEEKS),
    "era test": lambda: eras.era_test(blocks(), replicates=99),
    "ratio within": lambda: eras.ratio_within(blocks(), Sampling(replicates=99)),
    "ratio within, no time": lambda: eras.ratio_within(blocks(), Sampling(replicates=99, level=0.8), in_time=False),
    "difference within": lambda: eras.difference_within(blocks(), Sampling(replicates=99)),
    "detectable ratios": lambda: power.detectable_ratios(blocks(), power.Decision(replicates=20, family=2)),
    "found share": lambda: power.found_share(np.array([0.01, 0.05, 0.2, np.nan, 0.06]), 0.05),
    "adjusted p": lambda: {m: multiple.adjust([0.01, 0.02, 0.02, 0.3, np.nan, 1.0], m) for m in multiple.METHODS},
    "simes": lambda: multiple.simes([0.01, 0.2, 0.04]),
    "step down": lambda: [
        multiple.step_down(curves()[0][0], curves()[0][1:], balanced=b, found_is_there=f)
        for b in (True, False)
        for f in (True, False)
    ],
    "claims over families": lambda: multiple.claims_over_families(
        pd.DataFrame({"family": list("aabbcc"), "p": [0.001, 0.04, 0.03, 0.2, 0.6, np.nan]})
    ),
    "permutation": lambda: permutation.permutation_test(sides(), replicates=99),
    "permutation within strata": lambda: permutation.permutation_test(sides(strata=True), replicates=99),
    "labels and factors": lambda: (
        curve.rotated_labels(blocks().after).labels.astype(int),
        curve.permuted_labels(blocks().after, blocks().n.sum(axis=1) > 0, 6, 1).labels.astype(int),
        long_run_factor(
            blocks().x[:, :, 0], blocks().n, blocks().after, permuted_places(blocks().n.sum(axis=1) > 0, 6, 1)
        ),
    ),
    "curve": lambda: [curve.curve_test(*curves(), kind) for kind in ("permuted", "rotated")],
    "curve: own and family p": lambda: [curve.own_p(curves()[0])[0], curve.family_p(curves()[0], "permuted")],
    "curve: band": lambda: curve.chance_band(curves()[1], 0.8),
    "curve: variance": lambda: curve.variance_shares(
        np.array([0.1, 0.2, 0.15, 0.5, 0.4, np.nan]), pd.DataFrame({"a": list("xxyyxx"), "b": list("ppqpqq")})
    ),
    "shares of units": lambda: [
        share_of_units([1, 0, 3, 2], [2, 4, 3, 5]),
        share_of_units([0, 0, 0], [2, 4, 3]),
        share_of_units([2, 4, 0], [2, 4, 0], 0.8),
        change(share_of_units([1, 0, 3, 2], [2, 4, 3, 5]), share_of_units([0, 0, 0], [2, 4, 3])),
    ],
    "intervals": lambda: [
        drawn_interval(kind, scale) for kind in ("bca", "percentile", "studentised") for scale in ("linear", "log")
    ],
    "regressions": lambda: [
        regression.fit_counts(months(), "hit_count ~ C(group)", exposure="token_count", family=family).coefficients
        for family in ("quasipoisson", "poisson", "negative_binomial")
    ],
    "errors of regressions": lambda: [
        regression.fit_terms(
            months().assign(t=np.arange(48.0)), "hit_count", ["t"], exposure="token_count", errors=errors, level=0.9
        ).coefficients
        for errors in (
            *(regression.Errors(kind) for kind in regression.HC),
            regression.Errors("cluster", groups="group", distribution="t"),
            regression.Errors("newey_west"),
            regression.Errors("newey_west", lags=2, small_sample=True),
        )
    ],
    "series by month": lambda: series.period_series(*press(), window=("2018-04-01", "2018-06-01")).head(40),
    "series by quarter": lambda: series.period_series(*press(), period="quarter", by=[]),
    "interrupted": lambda: interrupted.segmented(months(), "2020-07-01", DESIGN),
    "interrupted, a window left out": lambda: (
        interrupted.segmented(
            months(), "2020-07-10", dataclasses.replace(DESIGN, window=("2020-06-01", "2020-08-01"), slope=False)
        ).effects
    ),
    "interrupted, autocorrelated": lambda: (
        interrupted.segmented(months(), "2020-07-01", dataclasses.replace(DESIGN, family="ar1")).effects
    ),
    "placebo dates": lambda: checks.placebo_dates(months(), "2020-07-01", DESIGN, margin=9),
    "placebo dates in windows": lambda: checks.placebo_dates(
        months(), "2020-07-01", DESIGN, window=12, statistic="level"
    ),
    "usual window": lambda: checks.usual_window(months(), "2020-07-01"),
    "rivals": lambda: checks.rival_breaks(
        months(), "2020-07-01", DESIGN, rivals={"a": "2019-07-01", "b": "2040-01-01"}
    ),
    "detectable break": lambda: checks.detectable_break(
        months(), "2020-07-01", DESIGN, ratios=(1.0, 1.6), replicates=6
    ),
    "Nile": lambda: [find.least_squares_breaks(NILE, criterion=c) for c in ("bic", "aic", "lwz", "yao")],
    "Poisson breaks": lambda: [
        find.poisson_breaks(months()["hit_count"], None, exposure=months()["token_count"], quasi=quasi, min_size=3)
        for quasi in (False, True)
    ],
    "intervals of breaks": lambda: [
        uncertainty.break_intervals(NILE, find.least_squares_breaks(NILE, 2), level=level, same_variance=same)
        for level, same in ((0.95, False), (0.8, True))
    ],
    "bootstrapped break": lambda: [
        uncertainty.bootstrap_break(np.round(np.array(NILE[:50]) / 50), replicates=40, null=null, kind=kind, level=0.9)
        for null in ("flat", "trend")
        for kind in ("poisson", "mean")
    ],
    "tests for a break": lambda: [
        *(uncertainty.sup_f(NILE[:40], kind=kind, replicates=40) for kind in uncertainty.F_KINDS),
        *(
            uncertainty.homogeneity_test(NILE[:40], kind=kind, replicates=40)
            for kind in ("snht", "buishand_range", "buishand_u")
        ),
    ],
    "profile of a break": lambda: uncertainty.poisson_break_profile([3, 4, 2, 0, 9, 8, 11], min_size=2, drop=1.0),
    "dated break": lambda: uncertainty.dated_break(months(), replicates=40),
    "around an event": around,
    "around an event, against a frame": lambda: around(control_frame="drought", min_outlets=3),
    "around an event, against outlets": lambda: around(control_outlet_ids=["o0", "o1", "o2"], min_outlets=6),
    "event study": studied,
    "event study with controls": lambda: studied(treated="treated"),
    "panel": lambda: [
        panels.panel_effect(
            pd.DataFrame(
                {
                    "outlet_id": np.repeat(list("abcd"), 6),
                    "period_start": list("123456") * 4,
                    "rate_per_10000": np.random.default_rng(1).normal(10, 1, 24)
                    + np.r_[0, 0, 0, 4, 4, 4, np.zeros(18)],
                }
            ),
            "a",
            "4",
            method=method,
        )
        for method in ("difference", "synthetic")
    ],
}
held = held_cases("tables_measures.txt", CASES)


@pytest.mark.parametrize("name", CASES)
def test_the_numbers_are_those_that_were_approved(name, held):
    assert unlike(list(lines_of(CASES[name]())), held[name]) == []


def test_nothing_is_held_that_nobody_computes(held):
    assert list(held) == list(CASES)


def test_a_number_that_changed_is_seen_and_one_that_was_added_in_another_order_is_not():
    held = ["  a | b", "  x | 0.4339182 | 7.824163e-07 | nan"]
    assert unlike(["  a | b", "  x | 0.4339183 | 7.824162e-07 | nan"], held) == []
    for other in (
        "  x | 0.4339282 | 7.824163e-07 | nan",
        "  x | 0.4339182 | 7.824163e-07 | 1",
        "  y | 0.4339182 | 7.824163e-07 | nan",
    ):
        assert unlike(["  a | b", other], held) == [held[1], other]
    assert unlike(held[:1], held) == [held[1], ""] and unlike([*held, "  z"], held) == ["", "  z"]
