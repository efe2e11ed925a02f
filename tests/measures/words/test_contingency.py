"""Fourfold tables and their tests."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import DiscourseError
from analysis.measures.words import contingency as ct


def near(got, expected, tolerance=1e-9):
    np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance)


def test_dunning_1993_and_pedersen_1996():
    near(ct.g2(ct.fourfold(10, 0, 3, 31764)), 167.23, 0.005)
    near(ct.chi2(ct.fourfold(3, 0, 0, 31774)), 31777, 0.5)
    table = ct.fourfold(1, 3, 3, 1)
    for side, p in (("two", 0.486), ("left", 0.243), ("right", 0.986)):
        near(ct.fisher(table, side=side), p, 0.0006)
    near(ct.chi2(table, correction="yates"), 0.5)
    near(ct.p_of_chi2(0.5), 0.48, 0.005)


def test_yates_only_where_expected_cells_are_small():
    small, large = ct.from_corpora(7, 10, 2, 9), ct.from_corpora(70, 100, 20, 90)
    near(ct.chi2(small, correction="yates_if_small"), 2.632438271604938)
    near(ct.chi2(large, correction="yates_if_small"), ct.chi2(large))
    tiny = ct.from_corpora(3, 17, 2, 12)  # |O - E| below 0.5
    near(ct.chi2(tiny, correction="yates_if_small"), ct.chi2(tiny))


def test_yates_bounded_never_overshoots():
    table = ct.from_corpora(3, 17, 2, 12)  # R's chisq.test prints 1.6e-31 here, the classic formula 0.185
    near(ct.chi2(table, correction="yates_bounded"), 0, 1e-12)
    near(ct.chi2(table, correction="yates"), 0.1851001, 1e-6)
    near(ct.g2(table, correction="yates"), 0, 1e-12)


def test_fisher_equals_scipy_also_far_out():
    from scipy.stats import fisher_exact

    cells = np.random.default_rng(3).integers(0, 12, (4, 150))
    for side, name in (("two", "two-sided"), ("left", "less"), ("right", "greater")):
        expected = [fisher_exact(c.reshape(2, 2), name).pvalue for c in cells.T]
        near(ct.fisher(ct.fourfold(*cells), side=side), expected, 1e-12)
    deep = ct.fisher(ct.from_marginals([50, 500], [60, 600], [60, 600], 1e7), side="right", log10=True)
    near(deep, [263.7622, 2133.8169], 1e-3)  # far below the smallest float
    near(ct.fisher(ct.fourfold(7, 2, 3, 7), side="central"), 2 * ct.fisher(ct.fourfold(7, 2, 3, 7), side="right"))


def test_mid_p_counts_the_observed_table_half():
    table = ct.fourfold(7, 2, 3, 7)
    from scipy.stats import hypergeom

    here = hypergeom.pmf(7, 19, 10, 9)
    for side in ("left", "right", "two"):
        near(ct.fisher(table, side=side, mid_p=True), ct.fisher(table, side=side) - here / 2, 1e-12)
    near(ct.fisher(table, side="left", mid_p=True) + ct.fisher(table, side="right", mid_p=True), 1, 1e-12)
    near(ct.fisher(table, side="central", mid_p=True), 2 * (ct.fisher(table, side="right") - here / 2), 1e-12)
    deep = ct.from_marginals(50, 60, 60, 1e7)
    assert (
        0.29 < ct.fisher(deep, side="right", log10=True, mid_p=True) - ct.fisher(deep, side="right", log10=True) < 0.302
    )


def test_exact_tests_take_whole_counts_only():
    half = ct.fourfold(0.5, 2, 3, 4)
    with pytest.raises(DiscourseError, match=r"a cell is 0\.5; it counts whole tokens"):
        ct.fisher(half)
    with pytest.raises(DiscourseError, match=r"conditional odds ratio: a cell is 0\.5"):
        ct.odds_ratio(half, kind="conditional")


def test_conditional_corrections_of_g2():
    small, large = ct.fourfold(1, 3, 3, 2), ct.fourfold(30, 30, 20, 40)
    assert ct.g2(small, correction="yates_if_small") == ct.g2(small, correction="yates")
    assert ct.g2(large, correction="yates_if_small") == ct.g2(large)
    empty = ct.fourfold(5, 0, 3, 9)
    assert ct.g2(empty, correction="williams_if_filled") == ct.g2(empty)
    assert ct.g2(large, correction="williams_if_filled") == ct.g2(large) / ct.williams(large)


def test_a_tail_far_below_the_smallest_float_is_the_sum_of_its_terms():
    """Whole numbers: of 24,000 tokens 6,000 are the word's and 6,000 the side's, 2,600 both (1,500 are expected)."""
    import math

    terms = [math.comb(6000, k) * math.comb(18_000, 6000 - k) for k in range(2600, 2700)]
    whole = math.comb(24_000, 6000)
    shift = 10**400
    expected = 400 - math.log10(sum(terms) * shift // whole)
    near(ct.fisher(ct.from_marginals(2600, 6000, 6000, 24_000), side="right", log10=True), expected, 1e-8)
    left = ct.fourfold(3400, 2600, 14_600, 3400)  # the same table with its columns exchanged
    near(ct.fisher(left, side="left", log10=True), expected, 1e-8)


@pytest.mark.parametrize("side", ["two", "left", "right", "central"])
def test_a_table_of_nothing_says_nothing(side):
    nothing = ct.fourfold([0, 7], [0, 2], [0, 3], [0, 7])
    assert ct.fisher(nothing, side=side)[0] == 1 and ct.fisher(nothing, side=side, log10=True)[0] == 0
    near(ct.fisher(nothing, side=side)[1], ct.fisher(ct.fourfold(7, 2, 3, 7), side=side))
