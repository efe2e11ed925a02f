"""Association measures: published values, hand-computed cases, NLTK, properties."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DiscourseError
from analysis.measures.words import contingency as ct
from analysis.measures.words.association import (
    MEASURES,
    associations,
    delta_p,
    log_odds_ratio_z,
    mi,
    mi_log_f,
    pmi_k,
    t_difference,
    z_berry_rogghe,
)


def near(got, expected, tolerance=1e-9):
    np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance)


def score(name, o11, f1, f2, n=1_000_000):
    return MEASURES[name](ct.from_marginals(o11, f1, f2, n))


def test_manning_and_schuetze_chapter_5():
    n = 14307668
    near(score("t", 8, 15828, 4675, n), 0.999932, 5e-7)
    near(score("t_exact", 8, 15828, 4675, n), 0.999932, 5e-7)
    near(score("t", 20, 42, 20, n), 4.4721, 6e-5)
    near(score("chi2", 8, 15828, 4675, n), 1.55, 0.006)
    near(score("chi2", 59, 67, 65, 571007), 456400, 0.6)
    near(score("mi", 20, 42, 20, n), 18.38, 0.006)
    near(score("mi", 20, 15019, 15629, n), 0.29, 0.006)


def test_log_likelihood_of_dunning_and_its_precision():
    near(score("g2", 110, 2552, 221, 31777), 270.72, 0.006)
    near(score("g2", 8, 13, 32, 31777), 95.29, 0.006)
    near(score("g2", 8, 15828, 4675, 14307668), 1.3253893978002584, 1e-12)  # 40-digit arithmetic


def test_other_published_values():
    near(score("mi", 8, 1105, 44, 15e6), 11.3, 0.05)  # Church & Hanks (1990)
    near(score("dice", 130, 3121, 143), 0.08, 0.005)  # Smadja et al. (1996)
    of_course = ct.fourfold(5610, 168938, 2257, 10233063)  # Gries (2013, p. 144)
    near(MEASURES["delta_p_1"](of_course), 0.032, 0.0006)
    near(MEASURES["delta_p_2"](of_course), 0.697, 0.0006)
    near(MEASURES["phi2"](ct.fourfold(31950, 12004, 4793, 848330)), 0.62, 0.005)  # Church & Gale (1991)
    near(MEASURES["min_sensitivity"](ct.fourfold(17, 240, 1001, 1298742)), 0.016699, 6e-7)
    bouma = ct.fourfold([10, 1, 0], [0, 9, 10], [0, 9, 10], [90, 81, 80])  # Bouma (2009)
    near(MEASURES["npmi"](bouma), [1, 0, -1])
    near(MEASURES["mu"](bouma)[1], 1)
    near(MEASURES["normalised_mi"](ct.fourfold([10, 1, 0], [0, 9, 50], [0, 9, 50], [90, 81, 0])), [1, 0, 1])
    near(MEASURES["average_mi"](ct.fourfold(2, 0, 0, [7, 997])), [0.764, 0.021], 0.0006)  # Dunning (1998, p. 51)
    durrant = ct.fourfold(28, 15740, 8002, 97596164)
    near(100 * MEASURES["p_2_given_1"](durrant), 0.178, 0.0006)
    near(100 * MEASURES["p_1_given_2"](durrant), 0.349, 0.0006)


def test_by_hand():
    table = ct.from_marginals(4, 8, 16, 128)  # E = 1
    got = associations(table, ["expected_count", "mi", "mi2", "mi3", "local_mi", "t", "z", "z_yates", "log_dice"])
    near(list(got.values()), [1, 2, 4, 6, 8, 1.5, 3, 2.5, 14 + np.log2(1 / 3)])
    near(MEASURES["simple_ll"](table), 2 * (4 * np.log(4) - 3))
    near(MEASURES["poisson_stirling"](table), 4 * (np.log(4) - 1))
    near(MEASURES["jaccard"](table), 4 / 20)
    near(MEASURES["geometric_mean"](table), 4 / np.sqrt(128))
    near(MEASURES["odds_ratio"](table), 4 * 108 / (4 * 12))
    near(MEASURES["log_odds_ratio"](table), np.log2(4.5 * 108.5 / (4.5 * 12.5)))
    near(pmi_k(table, k=2), np.log2((4 / 128) ** 2 / (8 * 16 / 128**2)))
    near(mi(table, base=10), np.log10(4))
    p = 16 / 120
    near(z_berry_rogghe(table, span=2), (4 - 16 * p) / np.sqrt(16 * p * (1 - p)))


def test_quanteda_lambda_and_z():
    """ "good ice" in quanteda's test: 2 of 9 bigrams, each word twice: lambda 4.317488, z 2.027787."""
    got = associations(ct.from_marginals(2, 2, 2, 9), ["log_odds_ratio_ln", "log_odds_ratio_z"])
    near(list(got.values()), [4.317488, 2.027787], 6e-7)
    assert np.isnan(log_odds_ratio_z(ct.from_marginals(2, 2, 2, 9), smoothing=0))


def test_further_measures_by_hand():
    table = ct.from_marginals(4, 8, 16, 128)
    near(MEASURES["mutual_expectation"](table), 4 * 8 / 24)
    near(MEASURES["raw_frequency"](table), 4 / 128)
    near(mi_log_f(table, k=2), 4 * np.log(5))
    with pytest.raises(DiscourseError, match="given: 3 is not allowed"):
        delta_p(table, given=3)


def test_nltk_where_nltk_is_right():
    from nltk.metrics import BigramAssocMeasures as Nltk

    ours = {
        "student_t": "t",
        "chi_sq": "chi2",
        "likelihood_ratio": "g2",
        "pmi": "mi",
        "dice": "dice",
        "jaccard": "jaccard",
        "phi_sq": "phi2",
        "poisson_stirling": "poisson_stirling_log2",
        "mi_like": "mi_like",
    }
    rng = np.random.default_rng(0)
    for _ in range(30):
        o11 = int(rng.integers(1, 60))
        f1, f2 = o11 + int(rng.integers(1, 300)), o11 + int(rng.integers(1, 300))
        for theirs, name in ours.items():
            got = np.abs(score(name, o11, f1, f2, 20_000))
            np.testing.assert_allclose(got, abs(getattr(Nltk, theirs)(o11, (f1, f2), 20_000)), rtol=1e-7, err_msg=name)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 40), st.integers(0, 300), st.integers(0, 300))
def test_symmetric_measures_and_direction(o11, more1, more2):
    one = ct.from_marginals(o11, o11 + more1 + 1, o11 + more2 + 1, 5000)
    two = ct.from_marginals(o11, o11 + more2 + 1, o11 + more1 + 1, 5000)
    for name in ("mi", "t", "z", "g2", "chi2", "dice", "log_dice", "npmi", "simple_ll", "min_sensitivity"):
        near(MEASURES[name](one), MEASURES[name](two), 1e-7)
    near(MEASURES["delta_p_1"](one), MEASURES["delta_p_2"](two))
    for name in ("g2", "chi2", "t", "z", "simple_ll", "delta_p_1"):
        assert np.sign(np.round(MEASURES[name](one), 9)) in {0, one.sign} or o11 == 0


def test_every_measure_survives_empty_cells():
    table = ct.fourfold([0, 5, 10, 0, 0], [0, 0, 0, 10, 0], [0, 3, 0, 10, 4], [0, 7, 90, 80, 0])
    for name, measure in MEASURES.items():
        assert measure(table).shape == (5,), name


def test_published_values(golden):
    names = {
        "t": "t",
        "chi2": "chi2",
        "G2": "g2",
        "MI": "mi",
        "dice": "dice",
        "dP_1": "delta_p_1",
        "dP_2": "delta_p_2",
        "phi2": "phi2",
        "min_sensitivity": "min_sensitivity",
        "NPMI": "npmi",
        "P_percent_w1": "p_2_given_1",
        "P_percent_w2": "p_1_given_2",
    }
    for case in golden("collocations"):
        i = case["input"]
        if "f1" in i:
            table = ct.from_marginals(i["O11"], i["f1"], i["f2"], i.get("N", 10**6))
        else:
            table = ct.fourfold(i["O11"], i["O12"], i["O21"], i.get("O22", 10**6))
        for key, value in case["expected"].items():
            got = MEASURES[names[key]](table) * (100 if "percent" in key else 1)
            np.testing.assert_allclose(got, value, rtol=0, atol=case["tolerance_abs"], err_msg=case["id"])


@pytest.mark.shared
def test_scores_of_krenn_and_evert_fit_together(reference):
    """UCS prints MI with log10; E follows from it, and with E the z and t scores of 5,102 pairs."""
    pairs = pd.read_csv(reference / "data" / "KrennPPV.csv")
    o11 = pairs["freq"].to_numpy(dtype=float)
    expected = o11 / 10 ** pairs["MI"].to_numpy()
    table = ct.from_marginals(o11, np.sqrt(expected * 1e9) + 0, np.sqrt(expected * 1e9), 1e9)
    near(MEASURES["mi_log10"](table), pairs["MI"], 1e-5)
    np.testing.assert_allclose(MEASURES["t"](table), pairs["t.score"], rtol=2e-4, atol=1e-3)
    np.testing.assert_allclose(MEASURES["z"](table), pairs["z.score"], rtol=1e-3, atol=1e-2)


def test_mutual_information_with_a_constant():
    table = ct.from_marginals([0, 8], [20, 20], [10, 40], [100, 100])
    near(mi(table, constant=1), [0, np.log2(2)])
    assert mi(table)[0] == -np.inf
    with pytest.raises(DiscourseError, match="constant: -1"):
        mi(table, constant=-1)


def test_measures_of_the_odds_and_of_shares_by_hand():
    table = ct.fourfold([4, 1, 0], [2, 9, 5], [6, 9, 5], [12, 81, 10])
    found = associations(table, ["yule_q", "yule_y", "phi", "kulczynski", "overlap"])
    w = np.array([4 * 12 / (2 * 6), 1.0, 0.0])
    np.testing.assert_allclose(found["yule_q"], (w - 1) / (w + 1))
    np.testing.assert_allclose(found["yule_y"], (np.sqrt(w) - 1) / (np.sqrt(w) + 1))
    root = np.sqrt(6 * 18 * 10 * 14)
    np.testing.assert_allclose(found["phi"][:2], [(4 * 12 - 2 * 6) / root, 0.0], atol=1e-12)
    assert found["phi"][2] < 0
    np.testing.assert_allclose(found["kulczynski"][0], (4 / 6 + 4 / 10) / 2)
    np.testing.assert_allclose(found["overlap"][0], 4 / 6)


def test_t_of_a_difference_is_that_of_manning_and_schuetze():
    """Table 5.7: words behind "strong" and behind "powerful"; counts of the first less those of the second."""
    found = t_difference([0, 0, 0, 50, 58, 22], [10, 8, 6, 0, 7, 0])
    assert found == pytest.approx([-3.1622, -2.8284, -2.4494, 7.0710, 6.3257, 4.6904], abs=1e-4)
    assert t_difference(0, 0) == 0
    with pytest.raises(DiscourseError, match="0 or more"):
        t_difference(-1, 3)
