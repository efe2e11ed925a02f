"""p-values adjusted over a declared family: published values, hand-computed cases, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.inference.multiple import METHODS, adjust, adjust_within, claims_over_families, simes, step_down


def test_the_fifteen_p_of_benjamini_and_hochberg_1995(golden):
    (case,) = golden("adjustment")
    for method, name in (("bh", "BH"), ("bonferroni", "bonferroni")):
        got = adjust(case["input"]["p"], method)
        np.testing.assert_allclose(got, case["expected"][name], atol=case["tolerance_abs"])
        assert (got <= case["input"]["q"]).sum() == case["expected"][f"n_rejected_{name}"]


def test_by_hand_with_a_gap():
    p = np.array([0.01, np.nan, 0.04, 0.03])
    np.testing.assert_allclose(adjust(p), [0.03, np.nan, 0.04, 0.04])
    np.testing.assert_allclose(adjust(p, "bonferroni"), [0.03, np.nan, 0.12, 0.09])
    np.testing.assert_allclose(adjust(p, "holm"), [0.03, np.nan, 0.06, 0.06])
    np.testing.assert_allclose(adjust(p, "by"), np.array([0.03, np.nan, 0.04, 0.04]) * 11 / 6)
    np.testing.assert_allclose(adjust(p, "none"), p)
    assert np.isnan(adjust([np.nan])).all() and adjust([]).shape == (0,)


def test_zero_and_one_are_p_values_and_nothing_beyond():
    np.testing.assert_allclose(adjust([0.0, 1.0]), [0.0, 1.0])
    for wrong in (-1e-9, 1 + 1e-9):
        with pytest.raises(DiscourseError, match=r"p-values (lie between 0 and|from 0 to) 1"):
            adjust([0.5, wrong])
    with pytest.raises(DiscourseError, match="bh, by, bonferroni, holm, none"):
        adjust([0.5], "fdr")


def test_each_family_is_adjusted_alone_and_counts_its_tests():
    rows = pd.DataFrame({"frame": ["x", "y", "x", "x"], "p": [0.01, 0.04, 0.03, np.nan]})
    table = adjust_within(rows, ["frame"])
    np.testing.assert_allclose(table["p_adjusted"], [0.02, 0.04, 0.03, np.nan])
    assert table["family_count"].tolist() == [2, 1, 2, 2]
    assert table["family"].tolist() == ["x", "y", "x", "x"] and "p_adjusted" not in rows
    whole = adjust_within(rows)
    np.testing.assert_allclose(whole["p_adjusted"], [0.03, 0.04, 0.04, np.nan])
    assert whole["family_count"].tolist() == [3] * 4 and whole.attrs["adjustment"] == "bh"
    with pytest.raises(DiscourseError, match="frame, p"):
        adjust_within(rows, ["outlet"])


def test_simes_is_the_least_adjusted_p():
    assert simes([0.02, 0.001, np.nan, 0.3]) == pytest.approx(min(3 * 0.001, 3 / 2 * 0.02, 0.3))
    assert simes([0.03, 0.03]) == pytest.approx(0.03)
    assert np.isnan(simes([])) and np.isnan(simes([np.nan]))


def test_step_down_by_hand():
    """Four labellings, three tests: the largest goes against all, the next against what is left, never below the former."""
    observed = np.array([-3.0, 1.0, 2.0])
    chance = np.array([[0.5, 2.5, 1.0], [3.5, 0.2, 0.1], [0.1, 0.3, 2.2], [1.0, 1.1, 0.4]])
    # 3 against 2.5, 3.5, 2.2, 1.1: one; 2 against 2.5, 0.2, 2.2, 1.1: two; 1 against 2.5, 0.2, 0.3, 1.1: two
    got = step_down(observed, chance, balanced=False)
    np.testing.assert_allclose(got, [2 / 5, 3 / 5, 3 / 5])
    np.testing.assert_allclose(step_down(observed, chance, balanced=False, found_is_there=True), [1 / 4, 2 / 4, 2 / 4])
    holed = step_down(np.array([-3.0, np.nan, 2.0]), chance, balanced=False)
    np.testing.assert_allclose(holed, [2 / 5, np.nan, 2 / 5])  # 2 against 1.0, 0.1, 2.2, 0.4 once the other is out
    assert np.isnan(step_down(np.full(2, np.nan), chance[:, :2])).all()
    with pytest.raises(DiscourseError, match="labellings x tests"):
        step_down(observed, chance[:, :2])


@pytest.mark.parametrize("balanced", [True, False])
def test_what_is_equal_on_paper_is_equal_whatever_the_last_digit(balanced):
    """Few hits give few values of the statistic; sums in another order differ in the sixteenth digit."""
    rng = np.random.default_rng(5)
    chance, observed = rng.integers(-3, 4, (2000, 4)) / 3 * np.sqrt(2), np.array([1, 2 / 3, -1, 0]) * np.sqrt(2)
    exact = step_down(observed, chance, balanced=balanced)
    for seed in range(3):
        noise = np.random.default_rng(seed).normal(0, 1e-14, (2001, 4))
        noisy = step_down(observed + noise[0], chance + noise[1:], balanced=balanced)
        assert noisy.tolist() == exact.tolist()


def test_step_down_counts_tests_that_say_the_same_once():
    rng = np.random.default_rng(1)
    one = rng.standard_normal((4000, 1))
    same = step_down(np.full(5, 2.0), np.repeat(one, 5, axis=1))
    apart = step_down(np.full(5, 2.0), rng.standard_normal((4000, 5)))
    np.testing.assert_allclose(same, 0.0455, atol=0.01)
    assert apart[0] == pytest.approx(1 - 0.9545**5, abs=0.06)  # by the column that makes most of a 2


def test_step_down_holds_its_level_when_the_tail_of_one_side_is_long():
    rng = np.random.default_rng(2)
    draws = rng.gamma(10, size=(2000, 3)) - 10
    claimed = np.array([step_down(row, draws[-1000:]) <= 0.05 for row in draws[:1000]])
    assert 0.03 < claimed.any(axis=1).mean() < 0.07
    # both sides are heard, the short one too
    assert 0.015 < (claimed & (draws[:1000] < 0)).any(axis=1).mean() < 0.035


def test_families_are_chosen_first_and_their_choice_is_paid_for():
    """Worked by hand. Simes: a 3 x .001 = .003, b .08, c .9. At .05 only a is chosen (.003 <= .05 / 3), so its tests are
    judged at 1/3 of .05: .001 x 3 = .003 holds, .02 x 3 / 2 = .03 does not, though it would alone."""
    rows = pd.DataFrame({"family": list("aaabbcc"), "p": [0.001, 0.02, 0.3, 0.04, 0.5, 0.6, 0.9]})
    got = claims_over_families(rows)
    np.testing.assert_allclose(got["family_p"], [0.003] * 3 + [0.08] * 2 + [0.9] * 2)
    np.testing.assert_allclose(got["p_within"][:3], [0.003, 0.03, 0.3])
    np.testing.assert_allclose(got["level_within"], 0.05 / 3)
    assert got["is_claim"].tolist() == [True] + [False] * 6
    assert got["is_selected"].tolist() == [True] * 3 + [False] * 4
    alone = claims_over_families(rows[rows["family"] == "a"])
    assert alone["is_claim"].tolist() == [True, True, False]


def test_families_with_joint_p_and_families_without_tests():
    rows = pd.DataFrame({"family": ["a", "a", "b", "c"], "p": [0.01, 0.024, 0.04, np.nan]})
    got = claims_over_families(rows, within="none")
    # a: .01, b: .04; both chosen of two that were tested, so each is judged at the whole level
    assert got["is_claim"].tolist() == [True, True, True, False]
    assert got["level_within"].iloc[0] == pytest.approx(0.05)
    nothing = claims_over_families(rows.assign(p=np.nan))
    assert not nothing["is_claim"].any() and nothing["family_p"].isna().all()
    with pytest.raises(DiscourseError, match="column"):
        claims_over_families(rows, p="q")


def test_without_anything_to_find_five_of_a_hundred_studies_claim():
    rng = np.random.default_rng(3)
    family = np.repeat(["a", "b", "c"], [4, 10, 2])
    claims = [
        claims_over_families(pd.DataFrame({"family": family, "p": rng.random(16)}))["is_claim"].any()
        for _ in range(600)
    ]
    assert 0.025 < np.mean(claims) < 0.08


def test_neighbouring_adjustments_by_hand():
    p = np.array([0.01, 0.04, 0.03])
    np.testing.assert_allclose(
        adjust(p, "hochberg"), [0.03, 0.04, 0.04]
    )  # step-up: 3 x .01, then no more than the next
    np.testing.assert_allclose(adjust(p, "sidak"), 1 - (1 - p) ** 3)
    np.testing.assert_allclose(adjust(p, "holm_sidak"), [1 - 0.99**3, 1 - 0.97**2, 1 - 0.97**2])
    np.testing.assert_allclose(adjust(p, "hommel"), [0.03, 0.04, 0.04])
    # Storey: two of six p above .5, so 2 / 3 of the tests are taken as true nulls
    several = np.array([0.001, 0.02, 0.2, 0.4, 0.7, 0.9])
    np.testing.assert_allclose(adjust(several, "storey"), adjust(several) * 2 / 3)


@pytest.mark.parametrize("method", METHODS)
def test_a_p_of_one_and_of_zero_are_adjusted_without_a_warning(method):
    got = adjust([0.0, 0.5, 1.0], method)
    assert got[0] == 0 and got[2] == pytest.approx(2 / 3 if method == "storey" else 1) and got[1] >= 0.5
