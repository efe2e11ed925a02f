"""Agreement in numbers and ranks, and margins: published tables."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import DiscourseError
from analysis.measures.validation.agreement import concordance, intraclass, kendall_w, margins_test
from analysis.measures.validation.agreement_numbers import holsti, perreault_leigh

JUDGES = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]).T
ANXIETY = [
    [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
    [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
    [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
]
VISION = [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]
WRIGHT = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
MINI = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]


def test_six_forms_of_shrout_and_fleiss():
    """Shrout & Fleiss 1979, tables 2 to 4: six targets, four judges; mean squares 11.24, 32.49, 1.02, 6.26. Limits as R's
    psych prints them."""
    table = intraclass(JUDGES).set_index("name")
    forms = ["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"]
    assert table.index.tolist() == forms
    assert table["value"].round(2).tolist() == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    assert table["low"].round(2).tolist() == [-0.13, 0.02, 0.34, -0.88, 0.07, 0.68]
    assert table["high"].round(2).tolist() == [0.72, 0.76, 0.95, 0.91, 0.93, 0.99]
    assert table["f"].round(2).tolist() == [1.79, 11.03, 11.03] * 2
    assert table[["df1", "df2"]].to_numpy().tolist() == [[5, 18], [5, 15], [5, 15]] * 2
    assert table["p"].iloc[:2].tolist() == pytest.approx([0.16477, 0.000135], abs=5e-6)


def test_a_skipped_unit_is_left_out_and_a_narrower_level_gives_narrower_limits():
    gap = np.column_stack([JUDGES.astype(float), [5, np.nan, 5, 5]])
    assert intraclass(gap).equals(intraclass(JUDGES))
    assert intraclass(JUDGES, level=0.5)["high"].lt(intraclass(JUDGES)["high"]).all()
    assert intraclass(np.ones((2, 4)))["value"].isna().all()


def test_kendalls_w_of_r_irr():
    """irr, data anxiety (20 subjects, 3 raters), kendall(anxiety, TRUE): Wt .54, chisq(19) 30.8, p .0429."""
    found = kendall_w(ANXIETY)
    assert [round(found["value"], 2), round(found["chi2"], 1), found["df"], round(found["p"], 4)] == [
        0.54,
        30.8,
        19,
        0.0429,
    ]
    assert kendall_w(ANXIETY, ties=False)["value"] == pytest.approx(0.502, abs=5e-4)
    assert kendall_w([[1, 2, 3], [10, 20, 30]])["value"] == 1
    assert np.isnan(kendall_w([[1, 1], [2, 2]])["value"])


def test_w_is_the_mean_rank_correlation():
    """Kendall 1948: W = (1 + (m - 1) mean rho) / m, without ties."""
    from scipy.stats import spearmanr

    ranks = np.array([np.random.default_rng(i).permutation(7) for i in range(4)])
    rho = spearmanr(ranks.T).statistic[np.triu_indices(4, 1)].mean()
    assert kendall_w(ranks)["value"] == pytest.approx((1 + 3 * rho) / 4)


def test_concordance_of_bland_and_altmans_peak_flows():
    """Bland & Altman 1986: large and mini flow meter, first readings, r .94; Lin's coefficient by its definition."""
    found = concordance(WRIGHT, MINI)
    a, b = np.array(WRIGHT, float), np.array(MINI, float)
    wanted = 1 - ((a - b) ** 2).mean() / (a.var() + b.var() + (a.mean() - b.mean()) ** 2)
    assert found["value"] == pytest.approx(wanted) == pytest.approx(0.943, abs=5e-4)
    assert round(found["correlation"], 2) == 0.94
    assert found["value"] == pytest.approx(found["correlation"] * found["bias"])
    assert found["low"] < found["value"] < found["high"] < 1
    assert concordance(WRIGHT, a + 50)["bias"] < 1 == pytest.approx(concordance(WRIGHT, a + 50)["correlation"])


def test_margins_of_the_vision_data():
    """Stuart 1955, 7,477 women: Bowker 19.107 (6 df), Stuart-Maxwell 11.957, Bhapkar 11.976 (3 df)."""
    found = {kind: margins_test(VISION, kind=kind) for kind in ("bowker", "stuart_maxwell", "bhapkar")}
    assert [round(one["statistic"], 3) for one in found.values()] == [19.107, 11.957, 11.976]
    assert [one["df"] for one in found.values()] == [6, 3, 3]
    assert found["stuart_maxwell"]["p"] == pytest.approx(0.00753, abs=5e-6)


def test_mcnemar_of_agresti():
    """Agresti, approval of the prime minister: 794, 150, 86, 570; z^2 = 64^2 / 236."""
    found = margins_test([[794, 150], [86, 570]], kind="mcnemar")
    assert found["statistic"] == pytest.approx(64**2 / 236) and found["p"] == pytest.approx(3.1e-5, abs=1e-6)
    exact = margins_test([[5, 1], [7, 5]], kind="mcnemar_exact")
    assert exact["statistic"] == 1 and exact["p"] == pytest.approx(2 * 9 / 2**8)
    assert margins_test([[5, 0], [0, 5]])["p"] == 1
    assert margins_test([[5, 2, 0], [1, 4, 0], [0, 0, 0]])["df"] == 1  # a category that nobody used


def test_agreement_as_content_analysts_print_it():
    assert holsti(80, 100, 90) == 160 / 190
    assert perreault_leigh(0.9, 5) == pytest.approx(np.sqrt((0.9 - 0.2) * 5 / 4))
    assert perreault_leigh(0.1, 2) == 0 and perreault_leigh(1, 3) == pytest.approx(1)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: intraclass([1, 2, 3]), "one row per coder"),
        (lambda: intraclass([["a", "b"], ["a", "b"]]), "numbers, with None or NaN.*For categories take"),
        (lambda: kendall_w([[1, 2, 3]]), "two of both"),
        (lambda: intraclass(JUDGES, level=95), "such as 0.95"),
        (lambda: margins_test([[1, 2]]), "square table"),
        (lambda: margins_test(VISION, kind="mcnemar"), "two categories"),
        (lambda: margins_test(VISION, kind="chi2"), "kind of test of margins"),
        (lambda: holsti(9, 8, 10), "at most the smaller"),
        (lambda: perreault_leigh(90, 5), "share from 0 to 1"),
    ],
)
def test_what_cannot_be_compared_is_refused(call, match):
    with pytest.raises(DiscourseError, match=match):
        call()
