"""Every number that a statistic refuses: the last value it takes, and the first it does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from nile import NILE
from scipy import sparse

from analysis.errors import DiscourseError
from analysis.measures.frames.rates import exact_rate, exact_ratio
from analysis.measures.inference.multiple import adjust
from analysis.measures.inference.power import Decision, detectable_ratio
from analysis.measures.inference.regression import Errors, durbin_watson, fit_counts, fit_terms
from analysis.measures.inference.resampling import Sampling
from analysis.measures.inference.shares import wilson
from analysis.measures.time.breaks.find import compare_breaks, least_squares_breaks, poisson_breaks, search_breaks
from analysis.measures.time.breaks.uncertainty import (
    bootstrap_break,
    cusum_test,
    homogeneity_test,
    pettitt_test,
    poisson_break_profile,
    sup_f,
)
from analysis.measures.topics.coherence import window_coherence
from analysis.measures.topics.prevalence import _tail
from analysis.measures.topics.stability import pair_best, rbo
from analysis.measures.validation.agreement import (
    agreement_table,
    kappa,
    kappa_interval,
    observed_agreement,
)
from analysis.measures.validation.correction import corrected_mean, pseudo_counts
from analysis.measures.validation.recall import tipping_point, two_strings
from analysis.measures.validation.scoring import settle
from analysis.measures.words import contingency, dispersion
from analysis.measures.words.association import mi
from analysis.measures.words.keyness import scores
from analysis.measures.words.keyness.table import KeynessRule
from analysis.measures.words.keyness.tests import log_ratio_of_units, permutation
from analysis.measures.words.logodds import log_odds, log_odds_sets
from analysis.measures.words.matrix import DocumentTerm
from analysis.measures.words.weighting import top_terms
from analysis.measures.words.windows import triple_measures, window_pairs

SHARE = ((0.01, 0.99), (0.0, 1.0, 1.5, -0.5))
UNITS = DocumentTerm(
    sparse.csr_array(np.array([[3, 1], [2, 2], [1, 4], [2, 5]])),
    np.array(["a", "b", "c", "d"], dtype=object),
    np.array(["x", "y"], dtype=object),
    np.array([4, 4, 5, 7]),
)
SIDE = np.array([True, True, False, False])
RATINGS = np.array([["a", "b", "a", "b"], ["a", "b", "b", "b"]], dtype=object)
ROWS = pd.DataFrame({"y": [1, 2, 3, 5, 4, 6], "x": [0.0, 1.0, 2.0, 3.0, 4.0, 5.5]})
CODINGS = pd.DataFrame(
    {
        "draw": ["d"],
        "passage_id": ["p"],
        "coder": ["A"],
        "frame_right": ["yes"],
        "about": ["focal"],
        "doc_id": ["x"],
        "kind": ["hit"],
        "hit_id": ["h"],
        "frame": ["f"],
        "entry": ["e"],
        "probability": [0.5],
        "voice": ["own"],
        "negated": ["no"],
        "missed_frames": [""],
    }
)
TALL = np.arange(1.0, 9.0)

# name: (call with the value, values it takes, values it refuses)
LIMITS: dict[str, tuple[Callable[[Any], object], tuple, tuple]] = {
    "rate: level": (lambda v: exact_rate(3, 2.0, level=v), *SHARE),
    "rate: count": (lambda v: exact_rate(v), (0, 1), (-1, 0.5)),
    "rate: exposure": (lambda v: exact_rate(1, v), (1e-9, 0.5), (0, -1)),
    "ratio of rates: level": (lambda v: exact_ratio((3, 2.0), (1, 2.0), level=v), *SHARE),
    "ratio of rates: exposure": (lambda v: exact_ratio((3, 2.0), (1, v)), (0.1,), (0.0, -1.0)),
    "sampling: level": (lambda v: Sampling(level=v), (0.5, 0.999), (0.49, 1.0, 1.5, 0.0)),
    "sampling: replicates": (lambda v: Sampling(replicates=v), (1,), (0, -1)),
    "sampling: min_units": (lambda v: Sampling(min_units=v), (2,), (1, 0)),
    "decision: alpha": (lambda v: Decision(alpha=v), *SHARE),
    "decision: power": (lambda v: Decision(power=v), *SHARE),
    "detectable: alpha": (lambda v: detectable_ratio(0.1, alpha=v), *SHARE),
    "detectable: power": (lambda v: detectable_ratio(0.1, power=v), *SHARE),
    "errors: lags": (lambda v: Errors(kind="newey_west", lags=v), (None, 0, 1), (-1,)),
    "durbin_watson": (durbin_watson, ([1, 0], [0, 1, 0]), ([1], [0, 0], [])),
    "fit: level": (lambda v: fit_counts(ROWS, "y ~ x", level=v), *SHARE),
    "fit: rows for terms": (lambda v: fit_terms(ROWS.head(v), "y", ["x"], family="gaussian"), (3,), (2, 1)),
    "adjust: p": (lambda v: adjust([v, 0.5]), (0.0, 1.0), (-0.01, 1.01)),
    "find: number of breaks": (lambda v: least_squares_breaks(TALL, v, min_size=2), (0, 3), (-1, 4)),
    "find: observations": (lambda v: poisson_breaks(TALL[:v], 0), (2,), (1, 0)),
    "find: two segments have to fit": (lambda v: least_squares_breaks(TALL, min_size=v), (4, 0.5), (5, 0.7)),
    "find: a share that gives no observation": (lambda v: poisson_breaks(TALL, 1, min_size=v), (0.1, 1), (5,)),
    "find: negative counts": (lambda v: poisson_breaks([v, 2, 3], 1), (0, 1), (-1,)),
    "find: exposure": (lambda v: poisson_breaks([0, 2, 3], 1, exposure=[v, 1, 1]), (0, 1), (-1, np.inf, np.nan)),
    "find: no exposure at all": (lambda v: poisson_breaks([0, 0], 0, exposure=[0, v]), (1,), (0,)),
    "search: penalty": (lambda v: search_breaks(NILE, penalty=v), (1e-3, 5e4), (0, -1)),
    "compare: places": (lambda v: compare_breaks([v], [3], 9), (1, 8), (0, 9, -1)),
    "compare: margin": (lambda v: compare_breaks([1], [3], 9, margin=v), (1, 2), (0, -1)),
    "profile: min_size": (lambda v: poisson_break_profile([1, 2, 3, 4], min_size=v), (1, 2), (0, 3)),
    "bootstrap: level": (lambda v: bootstrap_break(TALL, level=v, replicates=5), *SHARE),
    "bootstrap: replicates": (lambda v: bootstrap_break(TALL, replicates=v), (1,), (0, -1)),
    "bootstrap: observations": (lambda v: bootstrap_break(TALL[:v], kind="mean", replicates=2), (4,), (3,)),
    "bootstrap: exposed": (
        lambda v: bootstrap_break([0, 2, 0], exposure=[0, 1, v], replicates=2),
        (1,),
        (0,),
    ),
    "cusum: observations": (lambda v: cusum_test(TALL[:v]), (3,), (2,)),
    "cusum: a constant": (lambda v: cusum_test([1.0, 1.0, 1.0, v]), (2.0,), (1.0,)),
    "pettitt: observations": (lambda v: pettitt_test(TALL[:v]), (3,), (2,)),
    "F: observations": (lambda v: sup_f(TALL[:v], replicates=2), (4,), (3,)),
    "F: trim": (lambda v: sup_f(TALL, trim=v, replicates=2), (0, 0.4), (0.5, -0.1, 0.7)),
    "homogeneity: observations": (lambda v: homogeneity_test(TALL[:v], replicates=2), (4,), (3,)),
    "coherence: window": (lambda v: window_coherence([["a", "b"]], [["a", "b"]], window=v), (None, 1, 2), (0, -1)),
    "confidence of topics": (lambda v: _tail(v, 10, 1.0), *SHARE),
    "pairs of topics": (lambda v: pair_best(v), ([[1.0]],), ([1.0], [[np.nan]])),
    "rbo: p": (lambda v: rbo(["a"], ["a"], p=v), *SHARE),
    "kappa: counts": (lambda v: kappa([[2, v], [0, 1]]), (0, 1), (-1,)),
    "kappa: units": (lambda v: kappa([[v, 0], [0, 0]]), (1,), (0,)),
    "kappa: square": (lambda v: kappa(np.ones((2, v))), (2,), (1, 3)),
    "kappa: level": (lambda v: kappa_interval([[4, 1], [1, 4]], level=v), *SHARE),
    "agreement: counts": (lambda v: observed_agreement([[2, v], [0, 3]]), (0, 1), (-1, 0.5, np.nan)),
    "agreement: pairs": (lambda v: observed_agreement([[v, 0]]), (2,), (1, 0)),
    "agreement: replicates": (lambda v: agreement_table(RATINGS, replicates=v), (1, 2), (0, -1)),
    "agreement: level": (lambda v: agreement_table(RATINGS, replicates=3, level=v), *SHARE),
    "agreement: clusters": (
        lambda v: agreement_table(RATINGS, replicates=3, clusters=v),
        (list("aabb"),),
        (list("aaaa"), "a"),
    ),
    "passages: coded": (lambda v: corrected_mean(np.ones(v), np.ones(v), np.ones(3)), (2,), (1, 0)),
    "passages: probability": (lambda v: pseudo_counts([1.0], [1.0], [v]), (1e-9, 1.0), (0.0, 1.01, -1.0, np.nan)),
    "two strings: level": (lambda v: two_strings(4, 5, 2, level=v), *SHARE),
    "two strings: overlap": (lambda v: two_strings(4, 5, v), (0, 4), (-1, 5, 1.5)),
    "two strings: found": (lambda v: two_strings(v, 0, 0), (1,), (0,)),
    "tipping point: found": (lambda v: tipping_point((1, 1), (v, 3)), (1, 2), (0, -1)),
    "tipping point: counts": (lambda v: tipping_point((v, 1), (3, 3)), (0, 1), (-1,)),
    "settle: borderline": (lambda v: settle(CODINGS, borderline=v), (0, 0.5, 1), (-0.1, 1.1, 2)),
    "fourfold: cells": (lambda v: contingency.fourfold(v, 1, 1, 1), (0, 2), (-1, np.nan, np.inf)),
    "dispersion: sizes": (lambda v: dispersion.dp([1, 0], [3, v]), (1, 0.5), (0, -1)),
    "dispersion: counts": (lambda v: dispersion.dp([v, 1], [3, 4]), (0, 3), (-1, 4)),
    "Juilland's D: parts": (lambda v: dispersion.juilland_d([1] * v), (2,), (1,)),
    "Carroll's D2: parts": (lambda v: dispersion.carroll_d2([1] * v), (2,), (1,)),
    "DA: parts": (lambda v: dispersion.da([1] * v), (2,), (1,)),
    "distances: places": (lambda v: dispersion.distance_measures([1, v], 9), (0, 8), (-1, 9, 1)),
    "dispersion: parts with tokens": (
        lambda v: dispersion.dispersion_table(UNITS.select(np.arange(4) < v)),
        (2,),
        (1,),
    ),
    "MI: constant": (lambda v: mi(contingency.fourfold(1, 2, 3, 4), constant=v), (0, 1), (-1,)),
    "keyness: sizes": (lambda v: scores.log_ratio(0, v, 1, 5), (1, 0.5), (0, -1)),
    "keyness: counts": (lambda v: scores.log_ratio(v, 5, 1, 5), (0, 5), (-1, 6)),
    "keyness: groups": (lambda v: scores.g2_groups([[v, 1]], [5, 5]), (0, 5), (-1, 6)),
    "keyness: sizes of groups": (lambda v: scores.g2_groups([[0, 1]], [v, 5]), (1,), (0, -1)),
    "log ratio: base": (lambda v: scores.log_ratio(2, 5, 1, 5, base=v), (0.5, 10), (0, 1, -2)),
    "log ratio: constant": (lambda v: scores.log_ratio(0, 5, 1, 5, zeros="add", constant=v), (None, 0.1), (0, -1)),
    "zeta: segments": (lambda v: scores.zeta(v, 5, 1, 5), (0, 5), (-1, 6)),
    "zeta: segments of the reference": (lambda v: scores.zeta(1, 5, v, 5), (0, 5), (-1, 6)),
    "simple maths: k": (lambda v: scores.simple_maths(2, 5, 1, 5, k=v), (0.1,), (0, -1)),
    "pmi: constant": (lambda v: scores.pmi(2, 5, 1, 5, constant=v), (0, 1), (-1e-9,)),
    "interval of the log ratio: level": (lambda v: scores.log_ratio_interval(2, 5, 1, 5, level=v), *SHARE),
    "interval of the log ratio: family": (lambda v: scores.log_ratio_interval(2, 5, 1, 5, family=v), (1, 2), (0, -1)),
    "lrc: level": (lambda v: scores.lrc(2, 5, 1, 5, level=v), *SHARE),
    "lrc: family": (lambda v: scores.lrc(2, 5, 1, 5, family=v), (None, 1), (0, -1)),
    "significant: alpha": (lambda v: scores.significant_only(1, 0.1, alpha=v), *SHARE),
    "significant: family": (lambda v: scores.significant_only(1, 0.1, family=v), (1,), (0, -1)),
    "rule: alpha": (lambda v: KeynessRule(alpha=v), *SHARE),
    "rule: level": (lambda v: KeynessRule(level=v), *SHARE),
    "units: level": (lambda v: log_ratio_of_units(UNITS, SIDE, level=v), *SHARE),
    "units: a side": (lambda v: log_ratio_of_units(UNITS, np.arange(4) < v), (2,), (1, 3, 0)),
    "units: replicates": (lambda v: permutation(UNITS, SIDE, replicates=v), (1,), (0, -1)),
    "log odds: alpha": (lambda v: log_odds([1, 2], [2, 1], prior="uniform", alpha=v), (0.01,), (0, -1)),
    "log odds: strength": (lambda v: log_odds([1, 2], [2, 1], strength=v), (None, 0.1), (0, -1)),
    "log odds: background": (lambda v: log_odds([1, 2], [2, 1], background=[0, v]), (1,), (0, -1)),
    "log odds: counts": (lambda v: log_odds([v, 2], [2, 1]), (0, 1), (-1,)),
    "log odds: counts of the other": (lambda v: log_odds([1, 2], [2, v]), (0, 1), (-1,)),
    "log odds: sets": (lambda v: log_odds_sets(np.ones((3, v))), (2, 3), (1,)),
    "log odds: counts of a set": (lambda v: log_odds_sets([[v, 2], [1, 3]]), (0, 1), (-1,)),
    "top terms: count": (lambda v: top_terms(UNITS, count=v), (1,), (0, -1)),
    "window": (lambda v: window_pairs([["a", "b"]], window=v), (1, 5), (0, -1)),
    "triples: a cell": (lambda v: triple_measures(v, (2, 2, 2), (4, 4, 4), 20), (0, 2), (3, -1)),
    "triples: a word alone": (lambda v: triple_measures(0, (0, 0, 0), (v, 1, 1), 20), (1,), (0,)),
}


@pytest.mark.parametrize("name", LIMITS)
def test_the_last_value_is_taken_and_the_first_beyond_it_refused(name):
    call, taken, refused = LIMITS[name]
    for value in taken:
        call(value)
    for value in refused:
        with pytest.raises(DiscourseError):
            call(value)


def test_an_interval_of_a_share_stays_within_its_bounds():
    """Wilson's: of none found the lower limit is 0 exactly, of all found the upper one 1."""
    assert wilson(0.0, 10)[0] == 0.0 < wilson(0.0, 10)[1] < 1
    assert wilson(1.0, 10)[1] == 1.0 > wilson(1.0, 10)[0] > 0


def test_a_refusal_names_the_first_thing_that_is_wrong_and_not_one_that_is_right():
    """The message holds the value or the name; what stands before it is in order."""
    empty = DocumentTerm(UNITS.matrix, UNITS.doc_ids, UNITS.terms, np.array([4, 0, 0, 7]))
    refusals = (
        (lambda: permutation(empty, SIDE), "'?b'?"),
        (lambda: pseudo_counts([1.0] * 3, [1.0] * 3, [0.5, 1.5, 2.5]), r"1\.5 of passage 1"),
        (lambda: dispersion.dp([1, 9, 8], [3, 4, 4]), "a count of 9 is larger"),
        (lambda: exact_ratio((1, 2.0), (-3, 1.0)), r"second: -3\.0 is not allowed"),
        (lambda: two_strings(4, 5, 9), "4 and 5 documents, 9 of both"),
        (lambda: compare_breaks([1, 2], [3, 12], 9), r"found \[3, 12\]"),
        (
            lambda: least_squares_breaks(TALL, 9, min_size=2),
            r"breaks: 9 asked; 8 observations in segments of 2 allow 0 to 3",
        ),
        (lambda: durbin_watson([0, 0]), "2 residuals"),
        (lambda: adjust([0.2, -0.5, 0.1]), r"p: -0\.5 is not allowed"),
    )
    for call, words in refusals:
        with pytest.raises(DiscourseError, match=words):
            call()
