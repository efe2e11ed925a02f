"""Every public measure that takes numbers, tried with what is none: a word, nothing, a negative number, NaN, infinity,
another length, an empty list, a table for a row. It refuses with `DiscourseError`, or answers as its docstring says."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import pkgutil
import re
import signal
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import analysis.measures
from analysis.errors import DiscourseError
from analysis.measures.frames.contrasts import Comparison
from analysis.measures.inference.regression import Errors
from analysis.measures.inference.resampling import Sampling
from analysis.measures.time.breaks.find import least_squares_breaks
from analysis.measures.time.interrupted import Design
from analysis.measures.topics.fit import TopicSettings
from analysis.measures.words.contingency import fourfold
from analysis.measures.words.keyness.table import KeynessRule
from analysis.measures.words.matrix import DocumentTerm

STEP = [1, 2, 1, 2, 1, 2, 1, 8, 9, 8, 9, 8, 9, 8, 9, 8]
RATINGS = [[1, 2, 1, 2, 1, 3], [1, 2, 1, 1, 1, 3], [1, 2, 2, 2, 1, 3]]
TALLY = [[3, 0], [2, 1], [0, 3], [3, 0]]
WORDS = [["a", "b", "a"], ["b", "c"]]
FOURFOLD = fourfold(5, 10, 20, 900)
TERMS = DocumentTerm(
    sparse.csr_array(np.array([[3, 1, 0], [2, 0, 1], [0, 2, 4], [1, 1, 5.0]])),
    np.array(["p", "q", "r", "s"]),
    np.array(["a", "b", "c"]),
    np.array([4, 3, 6, 7]),
)
TABLE = pd.DataFrame({"y": [3, 1, 4, 2, 6, 5, 9, 3], "x": [0, 0, 0, 0, 1, 1, 1, 1], "t": [100] * 8})
TWO = {"f1": 5, "n1": 100, "f2": 9, "n2": 400}
PARTS = {"freqs": [1, 2, 0, 3], "sizes": [10, 20, 30, 40]}
ONE = {"t": FOURFOLD}
UNITS = {"units": TERMS, "target": [True, True, False, False]}
SERIES = {"series": STEP}
ALIKE = {"replicates": 49, "seed": 1}

# A sound call of each; what it leaves out keeps its default, which is tried as well.
CALLS: dict[str, dict[str, Any]] = {
    "frames.composition.decompose": {
        "hits_after": [3, 2],
        "tokens_after": [100, 100],
        "hits_before": [1, 2],
        "tokens_before": [100, 50],
    },
    "frames.rates.exact_rate": {"count": 5, "exposure": 100.0},
    "frames.rates.exact_ratio": {"first": (5, 100.0), "second": (9, 120.0)},
    "frames.rates.rate_test": {"first": (5, 100.0), "second": (9, 120.0)},
    "frames.rates.rate_difference": {"first": (5, 100.0), "second": (9, 120.0)},
    "inference.multiple.adjust": {"p": [0.01, 0.2, 0.03]},
    "inference.multiple.simes": {"p": [0.01, 0.2, 0.03]},
    "inference.multiple.step_down": {"observed": [2.0, 1.0], "chance": [[0.1, 0.2], [1.0, 0.5], [0.3, 3.0]]},
    "inference.power.found_share": {"p": [0.01, 0.2], "alpha": 0.05},
    "inference.power.detectable_ratio": {"standard_error": 0.1},
    "inference.regression.durbin_watson": {"residuals": [1.0, -1.0, 0.5, -0.2]},
    "inference.regression.andrews_lags": {"scores": [1.0, -1.0, 0.5, -0.2, 0.3]},
    "inference.regression.theta_error": {"counts": [1, 2, 5, 0], "fitted": [2.0, 2.0, 2.0, 2.0], "alpha": 0.5},
    "inference.regression.harmonic": {"period_number": [1, 2, 3]},
    "inference.regression.fit_counts": {"rows": TABLE, "formula": "y ~ x", "exposure": "t"},
    "inference.regression.fit_terms": {"rows": TABLE, "outcome": "y", "terms": ["x"], "exposure": "t"},
    "inference.shares.wilson": {"share": 0.3, "size": 10},
    "inference.shares.share_of_units": {"found": [1, 2, 0], "counts": [3, 4, 2]},
    "inference.shares.effective_score": {"rate": [2.0, 3.0], "size": [10.0, 9.0]},
    "inference.shares.few_units": {"units": 12, "level": 0.95},
    "time.breaks.find.least_squares_breaks": SERIES,
    "time.breaks.find.poisson_breaks": {"counts": STEP},
    "time.breaks.find.search_breaks": {"series": STEP, "penalty": 3.0},
    "time.breaks.find.compare_breaks": {"true": [7], "found": [8], "length": 16},
    "time.breaks.uncertainty.break_intervals": {"series": STEP, "found": least_squares_breaks(STEP, 1)},
    "time.breaks.uncertainty.argmax_distribution": {"v": 1.0, "xi": 1.0, "phi": 1.0},
    "time.breaks.uncertainty.poisson_break_profile": {"counts": STEP},
    "time.breaks.uncertainty.bootstrap_break": dict(series=STEP, kind="mean", **ALIKE),
    "time.breaks.uncertainty.cusum_test": SERIES,
    "time.breaks.uncertainty.chow_test": {"series": STEP, "at": 7},
    "time.breaks.uncertainty.pettitt_test": SERIES,
    "time.breaks.uncertainty.trend_test": SERIES,
    "time.breaks.uncertainty.sup_f": dict(series=STEP, **ALIKE),
    "time.breaks.uncertainty.homogeneity_test": dict(series=STEP, **ALIKE),
    "topics.coherence.document_coherence": {"counts": TERMS.matrix, "topics": [[0, 1], [1, 2]]},
    "topics.coherence.window_coherence": {"texts": WORDS, "topics": [["a", "b"]]},
    "topics.stability.diversity": {"topics": WORDS},
    "topics.stability.rbo": {"a": ["a", "b"], "b": ["b", "c"]},
    "topics.stability.pair_best": {"similarity": [[0.1, 0.9], [0.8, 0.3]]},
    "validation.agreement.unit_counts": {"ratings": RATINGS},
    "validation.agreement.krippendorff_alpha": {"ratings": RATINGS},
    "validation.agreement.alpha_of_counts": {"counts": TALLY},
    "validation.agreement.kappa": {"table": [[5, 1], [2, 7]]},
    "validation.agreement.observed_agreement": {"counts": TALLY},
    "validation.agreement.fleiss_kappa": {"counts": TALLY},
    "validation.agreement.fleiss_table": {"counts": TALLY},
    "validation.agreement.pairwise_kappa": {"ratings": RATINGS},
    "validation.agreement.kappa_interval": {"table": [[5, 1], [2, 7]]},
    "validation.agreement.agreement_table": {"ratings": RATINGS, "replicates": 20},
    "validation.agreement_numbers.intraclass": {"ratings": RATINGS},
    "validation.agreement_numbers.kendall_w": {"ratings": RATINGS},
    "validation.agreement_numbers.concordance": {"first": [1, 2, 3, 5], "second": [1, 2, 4, 4]},
    "validation.agreement_numbers.margins_test": {"table": [[5, 1], [2, 7]]},
    "validation.agreement_numbers.holsti": {"agreed": 3, "first": 5, "second": 4},
    "validation.agreement_numbers.perreault_leigh": {"agreement": 0.8, "categories": 3},
    "validation.agreement_scales.agreement_weights": {"count": 3, "weights": "linear", "values": [1, 2, 4]},
    "validation.correction.pseudo_counts": {
        "machine": [1, 0, 2],
        "coded": [1, np.nan, 1],
        "probability": [0.5, 0.5, 0.5],
        "tuning": 1.0,
    },
    "validation.correction.best_tuning": {"coded": [1, 0, 1], "machine": [1, 0, 0], "uncoded": [1, 0]},
    "validation.correction.corrected_mean": {
        "coded": [1, 0, 1],
        "machine": [1, 0, 0],
        "uncoded": [1, 0],
        "tuning": 0.5,
    },
    "validation.correction.share_behind": {"positive": 30, "tested": 100, "sensitivity": 0.9, "specificity": 0.8},
    "validation.recall.two_strings": {"first": 10, "second": 15, "both": 5},
    "validation.recall.tipping_point": {"counts": (5, 9), "found": (100, 120)},
    **{
        f"words.association.{name}": ONE
        for name in [
            "mi",
            "pmi_k",
            "local_mi",
            "mi_log_f",
            "average_mi",
            "z_berry_rogghe",
            "poisson_stirling",
            "conditional",
            "delta_p",
            "log_odds_ratio",
            "log_odds_ratio_z",
            "mi_like",
            "lrc",
        ]
    },
    "words.association.t_difference": {"first": [3, 4], "second": [5, 1]},
    "words.contingency.fourfold": {"o11": [5, 6], "o12": [10, 10], "o21": [20, 20], "o22": [900, 900]},
    "words.contingency.from_corpora": TWO,
    "words.contingency.from_marginals": {"o11": 5, "f1": 15, "f2": 25, "n": 900},
    "words.contingency.p_of_chi2": {"statistic": [3.84, -5.0], "df": [1, 1]},
    **{
        f"words.dispersion.{name}": PARTS
        for name in [
            "part_range",
            "standard_deviation",
            "variation",
            "juilland_d",
            "rosengren_s",
            "distributional_consistency",
            "carroll_d2",
            "lyne_d3",
            "dp",
            "dp_norm",
            "kl_divergence",
            "kl_norm",
            "da",
            "adjusted_frequency",
        ]
    },
    "words.dispersion.inverse_document_frequency": {"freqs": [1, 2, 0, 3]},
    "words.dispersion.distance_measures": {"positions": [3, 10, 40], "length": 100},
    "words.dispersion.expected_range": {"totals": [5], "sizes": [10, 20, 30]},
    "words.dispersion.spread": {"ranges": [2], "totals": [5], "sizes": [10, 20, 30]},
    **{
        f"words.keyness.scores.{name}": {k: [v, v] for k, v in TWO.items()}
        for name in [
            "g2_two_cells",
            "relative_risk",
            "log_ratio",
            "pct_diff",
            "diff_coefficient",
            "simple_maths",
            "bic",
            "ell",
            "pmi",
            "log_ratio_interval",
            "lrc",
            "classic_measures",
        ]
    },
    "words.keyness.scores.g2_groups": {"counts": [[3, 4, 5], [1, 0, 2]], "totals": [100, 100, 200]},
    "words.keyness.scores.bic_groups": {"counts": [[3, 4, 5], [1, 0, 2]], "totals": [100, 100, 200]},
    "words.keyness.scores.zeta": {"d1": [3, 4], "s1": [10, 10], "d2": [1, 2], "s2": [10, 10]},
    "words.keyness.scores.significant_only": {"scores": [1.0, 2.0], "p": [0.01, 0.2], "alpha": 0.05, "family": 2},
    "words.keyness.table.keyness_table": {"documents": TERMS, "target": [True, True, False, False]},
    "words.keyness.table.keyness_groups": {"documents": TERMS, "groups": ["a", "a", "b", "b"]},
    **{
        f"words.keyness.tests.{name}": UNITS
        for name in [
            "score_test",
            "log_ratio_of_units",
            "welch",
            "student",
            "rank_sums",
            "rank_test",
            "permutation",
            "unit_test",
        ]
    },
    "words.logodds.log_odds": {"f1": [5, 6, 1], "f2": [2, 9, 3]},
    "words.logodds.log_odds_sets": {"counts": [[5, 6], [1, 2], [3, 3]]},
    "words.weighting.idf": {"documents": TERMS},
    "words.weighting.zipf": {"counts": [9, 5, 3, 1]},
    "words.weighting.lexical_diversity": {"counts": [9, 5, 3, 1]},
    "words.weighting.tf": {"documents": TERMS},
    "words.weighting.top_terms": {"documents": TERMS},
    "words.windows.window_pairs": {"documents": WORDS, "window": 2},
    "words.windows.pair_offsets": {"documents": WORDS, "first": "a", "second": "b", "window": 2},
    "words.windows.triple_measures": {"together": 2, "pairs": (4, 4, 4), "single": (10, 10, 10), "n": 1000},
}
OPTIONS: dict[type, dict[str, Any]] = {
    Sampling: {},
    KeynessRule: {},
    Comparison: {"between": "era_id", "baseline": "a", "compared": "b"},
    Errors: {"kind": "newey_west", "lags": 2},
    Design: {},
    TopicSettings: {"k": 3},
}
ROOMS = ("words", "validation", "time.breaks", "inference", "frames", "topics")
# What the modules share among themselves: units, draws and blocks that others of them made, not what a reader types.
INNER = re.compile(
    r"frames\.(blocks|captured|contrasts|coverage|curve|entries|influence|lasting|overview|placebo|specifications|tally)\."
    r"|frames\.composition\.(composition|months_of|marks)|frames\.rates\.few_hits"
    r"|inference\.(eras|long_run|moods|permutation|resampling|specification_curve)\."
    r"|inference\.multiple\.claims_over_families|inference\.power\.detectable_differences|time\.breaks\.checks\."
    r"|time\.breaks\.find\.checked_|time\.breaks\.uncertainty\.(draw_counts|dated_break)"
    r"|topics\.(alignment|choice|em|frames|gensim_check|labels|left_out_words|placebo|prevalence|runs)\."
    r"|topics\.stability\.(similarity_table|match_topics|central_run|topic_survival|aligned_shares)"
    r"|validation\.(coded|scoring)\.|validation\.correction\.corrected_(rates|ratio)|validation\.agreement_scales\.[^a]"
    r"|words\.(company|collocation|placebo)\.|words\.keyness\.(eras|reach)\.|words\.keyness\.table\.(as_units|enough_units)"
)

SIGNED = {
    "series",
    "residuals",
    "scores",
    "regressors",
    "alike",
    "tuning",
    "statistic",
    "observed",
    "chance",
    "similarity",
    "period_number",
    "values",
    "coded",
    "machine",
    "uncoded",
    "metric",
    "weights",
    "penalty",
    "first",
    "second",
    "xi",
    "v",
    "phi",
    "seed",
    "ratings",
    "categories",
    "groups",
    "target",
    "clusters",
    "blocks",
    "min_log_ratio",
}
GAPS = {
    "p",
    "ratings",
    "alike",
    "coded",
    "groups",
    "clusters",
    "blocks",
    "first",
    "second",
    "metric",
    "observed",
    "chance",
    "standard_error",
    "rate",
    "size",
    "machine",
    "probability",
}
ENDLESS = {"alike"}
DEEP = {
    "f1",
    "n1",
    "f2",
    "n2",
    "o11",
    "o12",
    "o21",
    "o22",
    "n",
    "d1",
    "s1",
    "d2",
    "s2",
    "counts",
    "totals",
    "freqs",
    "scores",
    "regressors",
    "observed",
    "chance",
    "similarity",
    "table",
    "ratings",
    "metric",
    "weights",
    "statistic",
    "df",
    "p",
    "standard_error",
    "ranges",
    "sizes",
    "rate",
    "size",
    "topics",
}
TEXT = {"groups", "clusters", "blocks", "ratings", "target"}  # labels of any kind
# Answers that docstrings give: no break at all, a word of no token, nothing uncoded, scores that are missing.
SAID = {
    ("time.breaks.find.compare_breaks", "true", "empty"),
    ("time.breaks.find.compare_breaks", "found", "empty"),
    ("words.dispersion.distance_measures", "positions", "empty"),
    ("validation.correction.best_tuning", "uncoded", "empty"),
    ("validation.correction.corrected_mean", "uncoded", "empty"),
    ("inference.multiple.step_down", "observed", "infinite"),
    ("inference.multiple.step_down", "chance", "infinite"),
    ("inference.power.detectable_ratio", "standard_error", "infinite"),
    ("words.keyness.scores.significant_only", "scores", "nan"),
    ("words.keyness.scores.significant_only", "scores", "infinite"),
    ("words.association.t_difference", "first", "table"),  # counts of any shape
    ("words.association.t_difference", "second", "table"),
}


def public() -> Iterator[tuple[str, Callable[..., Any]]]:
    for info in pkgutil.walk_packages(analysis.measures.__path__, "analysis.measures."):
        module = importlib.import_module(info.name)
        for name, function in vars(module).items():
            if inspect.isfunction(function) and function.__module__ == info.name and not name.startswith("_"):
                yield f"{info.name.removeprefix('analysis.measures.')}.{name}", function


FUNCTIONS = dict(public())


def is_number(parameter: inspect.Parameter) -> bool:
    said = str(parameter.annotation)
    return bool(re.search(r"ArrayLike|ndarray|\b(float|int)\b", said)) and not re.search(
        "Callable|DataFrame|Mapping", said
    )


def numeric(function: Callable[..., Any]) -> list[str]:
    return [name for name, p in inspect.signature(function).parameters.items() if is_number(p)]


def test_every_public_measure_with_numbers_is_tried_or_is_inner():
    listed = {name for name in FUNCTIONS if name.startswith(ROOMS) and numeric(FUNCTIONS[name])}
    assert {name for name in listed if not INNER.match(name)} == set(CALLS)


def bad_values(name: str, value: Any, parameter: inspect.Parameter) -> dict[str, Any]:
    """What is tried in place of a sound value, by name; without what the argument may hold by its nature."""
    said = str(parameter.annotation)
    array = bool(re.search(r"ArrayLike|ndarray|Sequence|tuple", said)) and not np.isscalar(value)
    row = np.asarray(value).ravel().tolist() if array else []
    found: dict[str, Any] = {}
    if "str" not in said and name not in TEXT:
        found["word"] = "abc"
        found["words"] = ["a", "b", "c"]
    if "None" not in said and parameter.default is not None:
        found["none"] = None
    if name not in TEXT:
        found["table of tables"] = [[1, 2], [3]]
    if name not in SIGNED:
        found["negative"] = [-1.0, *row[1:]] if array else -1
    if name not in GAPS and name not in TEXT:
        found["nan"] = [np.nan, *row[1:]] if array else np.nan
    if name not in ENDLESS and name not in TEXT:
        found["infinite"] = [np.inf, *row[1:]] if array else np.inf
    if array:
        found["empty"] = []
        if name not in DEEP:
            found["table"] = [row, row]
    elif name not in DEEP:
        found["list"] = [1, 2]
    return found


CASES = [
    (name, argument)
    for name, call in CALLS.items()
    for argument in numeric(FUNCTIONS[name])
    if argument in call
    or inspect.signature(FUNCTIONS[name]).parameters[argument].default is not inspect.Parameter.empty
]


@pytest.mark.parametrize("name", CALLS)
def test_a_sound_call_is_answered(name):
    FUNCTIONS[name](**CALLS[name])


@contextlib.contextmanager
def ended_after(seconds: int) -> Iterator[None]:
    """A bad value must not keep anyone waiting either."""

    def late(*_: object) -> None:
        raise TimeoutError(f"no answer in {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def outcome(function: Callable[..., Any], call: dict[str, Any], argument: str, what: str) -> str:
    """What is wrong with the answer to one bad value; "" if nothing."""
    try:
        with ended_after(10):
            answer = function(**call)
    except DiscourseError as error:
        said = str(error)
        if len(said) < 40 or not re.search(r"[;.,:] ", said):
            return f"says too little: {said}"
        return ""
    except Exception as error:  # noqa: BLE001 (that is what is looked for)
        return f"{type(error).__name__}: {error}"
    if what == "empty":  # nothing in, nothing out, or not a number; never a number out of nothing
        values = answer.values() if isinstance(answer, dict) else [answer]
        numbers = np.concatenate([np.ravel(np.asarray(one, dtype=float)) for one in values if np.size(one)] or [[]])
        return "" if np.isnan(numbers).all() else f"a number out of nothing: {answer}"
    return f"answered {answer!r:.80}"


@pytest.mark.parametrize(("name", "argument"), CASES)
def test_what_is_no_number_is_refused_in_words(name, argument):
    function, call = FUNCTIONS[name], CALLS[name]
    parameter = inspect.signature(function).parameters[argument]
    value = call.get(argument, parameter.default)
    bad = bad_values(argument, value, parameter)
    wrong = {
        what: outcome(function, {**call, argument: one}, argument, what)
        for what, one in bad.items()
        if (name, argument, what) not in SAID
    }
    assert {what: said for what, said in wrong.items() if said} == {}


LENGTHS = [
    (name, argument)
    for name, argument in CASES
    if isinstance(CALLS[name].get(argument), list)
    and argument
    not in ("p", "true", "uncoded", "chance", "observed", "totals", "ranges", "positions", "similarity", "found")
    and not name.endswith(("_groups", ".expected_range", ".spread"))
    and sum(isinstance(one, list) for one in CALLS[name].values()) > 1
]


@pytest.mark.parametrize(("name", "argument"), LENGTHS)
def test_lists_of_unlike_lengths_are_refused(name, argument):
    longer = [*CALLS[name][argument], *CALLS[name][argument][:1] * 2]
    assert outcome(FUNCTIONS[name], {**CALLS[name], argument: longer}, argument, "length") == ""


@pytest.mark.parametrize("kind", OPTIONS)
def test_options_refuse_what_is_no_number(kind):
    call = OPTIONS[kind]
    kind(**call)
    wrong = {}
    for name, parameter in inspect.signature(kind).parameters.items():
        if is_number(parameter) and "tuple" not in str(parameter.annotation):
            value = call.get(name, parameter.default)
            for what, one in bad_values(name, value, parameter).items():
                if said := outcome(kind, {**call, name: one}, name, what):
                    wrong[name, what] = said
    assert wrong == {}
