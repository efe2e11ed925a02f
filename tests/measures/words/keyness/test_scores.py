"""Token-level keyness: published examples, hand-computed cases, properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DiscourseError
from analysis.measures.words import contingency as ct
from analysis.measures.words.keyness import scores as k

QUICK = settings(max_examples=40, deadline=None)
counts = st.integers(0, 500)


def g2(f1, n1, f2, n2, **options):
    return ct.g2(ct.from_corpora(f1, n1, f2, n2), signed=True, **options)


def chi2(f1, n1, f2, n2, **options):
    return ct.chi2(ct.from_corpora(f1, n1, f2, n2), signed=True, **options)


def odds_ratio(f1, n1, f2, n2, **options):
    return ct.odds_ratio(ct.from_corpora(f1, n1, f2, n2), **options)


def near(got, expected, tolerance=1e-9):
    np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance)


# UCREL SigEff spreadsheet (Rayson 2016): f1, n1, f2, n2, LL, %DIFF, BIC, ELL, log ratio, relative risk, odds ratio
UCREL = [
    (1500, 10000, 15000, 100000, 0, 0, -11.608235644774552, 0, 0, 1, 1),
    (
        340,
        10000,
        2500,
        100000,
        26.17575781908755,
        36,
        14.567522174312998,
        4.2847646566e-05,
        0.4436066514756,
        1.36,
        1.3726708074534162,
    ),
    (
        200,
        10000,
        2500,
        100000,
        9.827928282577773,
        -20,
        -1.7803073621967798,
        1.6235323968e-05,
        -0.3219280948873,
        0.8,
        0.7959183673469388,
    ),
]


@pytest.mark.parametrize("row", UCREL)
def test_ucrel_calculator(row):
    where, (ll, diff, bic, ell, ratio, risk, odds) = row[:4], row[4:]
    near(k.g2_two_cells(*where), ll)
    near(k.pct_diff(*where, zeros="constant"), diff)
    near(k.bic(*where), bic)
    near(k.ell(*where), ell, 1e-12)
    near(k.log_ratio(*where), ratio)
    near(k.relative_risk(*where), risk)
    near(odds_ratio(*where), odds)


def test_ucrel_zero_handling():
    near(k.log_ratio(8, 1000, 0, 1000), 4)  # 8 against half a token
    near(k.log_ratio(0, 1000, 8, 1000), -4)
    near(k.pct_diff(8, 1000, 0, 1000, zeros="constant") / 8e17, 1)
    assert k.pct_diff(8, 1000, 0, 1000) == np.inf
    near(k.pct_diff(8, 1000, 0, 1000, zeros="hardie"), 1600)
    near(k.pct_diff(0, 1000, 8, 1000), -100)
    assert k.log_ratio(8, 1000, 0, 1000, zeros="none") == np.inf
    assert np.isnan(k.log_ratio(8, 1000, 0, 1000, zeros="drop"))
    assert k.ell(1, 10, 0, 1000) < 0  # an expected frequency below 1
    near(k.log_ratio(0, 10, 0, 10), 0)


def test_other_published_examples():
    near(k.pct_diff(206523, 959641, 178174, 1562358), 88.7, 0.05)  # Gabrielatos & Marchi (2011, p. 18)
    near(odds_ratio(16217, 2796938, 735, 2087946), 16.6, 0.05)  # Pojanapunya & Todd (2016, p. 154)
    near(k.relative_risk(16217, 2796938, 735, 2087946), 16.47, 0.005)
    near(k.simple_maths(35, 112289811, 263, 1559717242), 1.1224, 5e-5)  # Kilgarriff (2009)
    near(k.diff_coefficient(18, 1e6, 35, 1e6), -0.32, 0.005)  # Hofland & Johansson (1982, p. 471)


def test_evert_corpora_example():
    where = (7, 1000, 2, 1000)
    near(g2(*where), 2.954494184508)
    near(k.log_ratio(*where, zeros="evert"), 1.584962500721)
    near(k.lrc(*where), 0)
    near(k.lrc(*where, side="positive"), -0.2874179176164)
    near(k.simple_maths(*where), 3.498750624688)
    near(k.significant_only(1.58, ct.p_of_chi2(g2(*where))), 0)
    near(k.significant_only(1.58, ct.p_of_chi2(g2(*where)), alpha=0.1), 1.58)


def test_quanteda_toy_texts_with_the_right_corrections():
    target, reference = np.array([7, 3]), np.array([2, 7])
    near(chi2(target, 10, reference, 9), [4.337160493827, -4.337160493827])
    near(g2(target, 10, reference, 9), [4.534939370256, -4.534939370256], 1e-6)  # quanteda adds 1e-9 in each log
    near(ct.p_of_chi2(g2(target, 10, reference, 9)), [0.03320963323106] * 2, 1e-6)
    q = 1 + (19 / 9 + 19 / 10 - 1) ** 2 / (6 * 19)  # Williams divides; quanteda's chi-squared multiplies
    near(chi2(7, 10, 2, 9, correction="williams"), 4.337160493827 / q)
    near(g2(7, 10, 2, 9, correction="williams"), 4.534939370256 / q, 1e-6)
    near(chi2(7, 10, 2, 9, correction="yates"), 2.632438271604938)  # as scipy and R print it
    near(ct.odds_ratio(ct.from_corpora(7, 10, 2, 9), kind="conditional"), 7.1663063, 1e-5)  # R: fisher.test
    near(k.pmi(3, 10, 7, 9), np.log(3 * 19 / (10 * 10)))


def test_log_ratio_with_one_added_as_in_the_tidytext_book():
    near(k.log_ratio(7, 100, 0, 50, zeros="add", base=np.e), np.log((8 / 101) / (1 / 51)))
    near(k.log_ratio(7, 100, 3, 50, zeros="add", constant=0.5), k.log_ratio(7, 100, 3, 50, zeros="evert"))
    near(k.log_ratio(40, 100, 2, 50, base=10), 1)
    with pytest.raises(DiscourseError, match="constant is 0"):
        k.log_ratio(7, 100, 0, 50, zeros="add", constant=0)
    with pytest.raises(DiscourseError, match="base: 1 is not allowed"):
        k.log_ratio(7, 100, 0, 50, base=1)


def test_interval_is_that_of_r_poisson_test():
    """R ?poisson.test: 11 of 800 against 6 + 8 + 7 of 1083 + 1050 + 878, ratio 1.97 (0.86 to 4.28)."""
    low, high = k.log_ratio_interval(11, 800, 21, 3011)
    near(2.0 ** np.array([low, high]), [0.8584264, 4.2772659], 0.005)
    rare = -np.expm1(np.log1p(-0.025) / (10**7 + 1))  # the exact limit for one token among 10 million and one
    near(k.log_ratio_interval(10**7, 10**9, 1, 10**9)[1], np.log2(1 - rare) - np.log2(rare), 1e-12)
    for options in ({"level": 1.5}, {"family": 0}, {"side": "left"}):
        with pytest.raises(DiscourseError):
            k.lrc(5, 10, 1, 10, **options)
    with pytest.raises(DiscourseError, match="alpha: 0"):
        k.significant_only(1.0, 0.01, alpha=0)


def test_groups_reduce_to_two():
    near(k.g2_groups([[7, 2]], [10, 9]), abs(g2(7, 10, 2, 9)))
    near(k.g2_groups([[7, 2]], [10, 9], cells="word"), k.g2_two_cells(7, 10, 2, 9))
    near(k.bic_groups([[340, 2500]], [10000, 100000]), k.bic(340, 10000, 2500, 100000))
    near(k.bic_groups([[7, 2, 4]], [10, 9, 6]), k.g2_groups([[7, 2, 4]], [10, 9, 6], cells="word") - 2 * np.log(25))
    with pytest.raises(DiscourseError, match="leave out empty groups"):
        k.g2_groups([[0, 2]], [0, 9])
    table = [[7, 2, 4], [3, 7, 2]]
    from scipy.stats import chi2_contingency

    expected = chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
    near(k.g2_groups(table, [10, 9, 6]), [expected, expected])


@QUICK
@given(counts, counts)
def test_swapping_the_corpora_turns_the_sign(f1, f2):
    there, back = (f1, 1000, f2, 3000), (f2, 3000, f1, 1000)
    for measure in (g2, chi2, k.diff_coefficient, k.log_ratio):
        near(measure(*there), -measure(*back), 1e-7)
    near(k.lrc(*there), -k.lrc(*back), 1e-9)
    near(ct.fisher(ct.from_corpora(*there), side="left"), ct.fisher(ct.from_corpora(*back), side="right"), 1e-10)


@QUICK
@given(counts, counts, st.integers(2, 9))
def test_rates_do_not_care_how_large_the_corpora_are(f1, f2, times):
    small, large = (f1, 1000, f2, 3000), (f1 * times, 1000 * times, f2 * times, 3000 * times)
    for measure in (k.diff_coefficient, k.pct_diff, k.simple_maths):
        near(measure(*small), measure(*large), 1e-6)
    near(g2(*large), times * g2(*small), 1e-6)  # evidence grows with size, effects do not


@QUICK
@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=30))
def test_lrc_is_the_end_of_its_interval(pairs):
    f1, f2 = np.array(pairs).T
    low, high = k.log_ratio_interval(f1, 1000, f2, 2500, family=len(pairs))
    expected = np.where(low > 0, low, np.where(high < 0, high, 0))
    near(k.lrc(f1, 1000, f2, 2500), expected, 1e-9)
    near(k.classic_measures(f1, 1000, f2, 2500)["lrc"], expected, 1e-9)


def test_classic_measures_keep_order_and_absent_words():
    f1, f2 = np.array([5, 0, 5, 30]), np.array([0, 5, 0, 7])
    scores = k.classic_measures(f1, 1000, f2, 900)
    near(scores["g2"], [float(g2(a, 1000, b, 900)) for a, b in zip(f1, f2, strict=True)])
    assert np.isfinite(scores["log_ratio"]).all()
    assert np.isfinite(scores["odds_ratio"]).all()


def test_impossible_input_is_refused():
    with pytest.raises(DiscourseError, match="n1 must be above 0"):
        k.log_ratio(5, 0, 5, 10)
    with pytest.raises(DiscourseError, match="allowed: hardie, evert, add, constant, none, drop"):
        k.log_ratio(5, 10, 5, 10, zeros="evart")
    with pytest.raises(DiscourseError, match="o21: -1"):
        ct.from_corpora(11, 10, 0, 10)


def test_published_values(golden):
    cases = golden("keyness")
    checked = 0
    for case in cases:
        i, e = case["input"], case["expected"]
        if "O11" in i:
            table = ct.fourfold(i["O11"], i["O12"], i["O21"], i["O22"])
            got = {
                "G2_4cell": ct.g2(table),
                "chi2": ct.chi2(table),
                "chi2_yates": ct.chi2(table, correction="yates"),
                "fisher_two": ct.fisher(table),
                "fisher_left": ct.fisher(table, side="left"),
                "fisher_right": ct.fisher(table, side="right"),
                "chi2_yates_p": ct.p_of_chi2(ct.chi2(table, correction="yates")),
            }
        elif "f1" in i:
            n1, n2 = i.get("n1", i["f1"] + i.get("rest1", 0)), i.get("n2", i["f2"] + i.get("rest2", 0))
            where = (i["f1"], n1, i["f2"], n2)
            p = ct.p_of_chi2(g2(*where))
            evert = k.log_ratio(*where, zeros="evert")
            got = {
                "LL_2cell": k.g2_two_cells(*where),
                "pct_diff": k.pct_diff(*where),
                "BIC": k.bic(*where),
                "ELL": k.ell(*where),
                "log_ratio": k.log_ratio(*where),
                "relative_risk": k.relative_risk(*where),
                "odds_ratio": odds_ratio(*where),
                "simple_maths": k.simple_maths(*where),
                "diff_coeff": k.diff_coefficient(*where),
                "G2": g2(*where),
                "LogRatio": evert,
                "LogRatio_filtered_alpha05": k.significant_only(evert, p),
                "LRC": k.lrc(*where),
                "PositiveLRC": k.lrc(*where, side="positive"),
                "SimpleMaths_lambda1": k.simple_maths(*where),
            }
        elif "n_target" in i:
            measure = {"chi2": chi2, "lr": g2}[i["measure"]]
            score = measure(
                np.array(i["n_target"]),
                sum(i["n_target"]),
                np.array(i["n_reference"]),
                sum(i["n_reference"]),
                correction=i["correction"],
            )
            got = {"chi2": score, "G2": score, "p": ct.p_of_chi2(score)}
        else:
            continue
        tolerance = case["tolerance_abs"]
        for name in e:
            if name == "over_under":
                continue
            limit = tolerance if not isinstance(tolerance, dict) else tolerance.get(name, tolerance["*"])
            np.testing.assert_allclose(got[name], e[name], rtol=0, atol=limit, err_msg=f"{case['id']} {name}")
            checked += 1
    assert checked > 40


def test_sign_of_the_two_cell_score_follows_rates_not_counts():
    assert k.g2_two_cells(5, 1000, 4, 100, signed=True) == -k.g2_two_cells(5, 1000, 4, 100)
    assert k.g2_two_cells(5, 100, 40, 1000, signed=True) == k.g2_two_cells(5, 100, 40, 1000) > 0


def test_pmi_with_a_constant_is_finite_for_absent_words():
    near(k.pmi(0, 10, 2, 9, constant=1e-9), np.log(1e-9))
    near(k.pmi(7, 10, 2, 9), np.log(7 * 19 / (9 * 10)))


def test_zeta_by_hand():
    np.testing.assert_allclose(k.zeta([8, 0], 10, [1, 4], 20), [0.8 - 0.05, -0.2])
    assert k.zeta(8, 10, 1, 20, kind="craig") == pytest.approx(0.8 + 0.95)
    assert np.isnan(k.zeta(0, 0, 1, 20))
    with pytest.raises(DiscourseError, match="all segments of their side"):
        k.zeta(11, 10, 1, 20)
    with pytest.raises(DiscourseError, match="difference, craig"):
        k.zeta(1, 10, 1, 20, kind="eta")
