"""Shares of documents in whole units: Wilson's and Newcombe's published numbers, and coverage where units go together."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DiscourseError
from analysis.measures.inference.shares import Share, change, effective_score, share_of_units, wilson


def test_wilson_is_the_published_one():
    low, high = wilson(15 / 148, 148)  # Newcombe 1998, Statistics in Medicine 17: 857-872, table I
    assert (round(low, 4), round(high, 4)) == (0.0624, 0.1605)
    assert wilson(0.0, 20)[0] == 0.0 and round(wilson(0.0, 20)[1], 4) == 0.1611


def test_the_change_is_newcombes_hybrid_score():
    one, two = (Share(k / n, *wilson(k / n, n)) for k, n in ((56, 70), (48, 80)))
    step, low, high = change(two, one)  # Newcombe 1998: 873-890, table II, method 10
    assert [round(x, 4) for x in (step, low, high)] == [0.2, 0.0524, 0.3339]
    assert [round(x, 4) for x in change(one, two)] == [-0.2, -0.3339, -0.0524]


def test_units_that_go_together_count_less():
    alone = share_of_units(np.tile([1, 0], 50), np.ones(100))
    together = share_of_units(np.tile([10, 0], 5), np.full(10, 10))
    assert alone.value == together.value == 0.5
    assert alone.effective_count > 90 and together.effective_count < 10
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_nothing_found_and_all_found_still_have_limits():
    none, every = share_of_units(np.zeros(12), np.full(12, 3)), share_of_units(np.full(12, 3), np.full(12, 3))
    assert none.value == none.low == 0.0 and 0.2 < none.high < 0.4  # of 12 units, not of 36 documents
    assert (every.value, every.high) == (1.0, 1.0) and every.low == pytest.approx(1 - none.high)


def test_no_document_and_one_unit():
    assert math.isnan(share_of_units(np.zeros(0), np.zeros(0)).value)
    assert math.isnan(change(Share(), Share(0.1, 0.0, 0.3))[1])
    assert share_of_units(np.array([1]), np.array([4])) == Share(0.25, 0.0, 1.0, 1.0, 1)
    with pytest.raises(DiscourseError, match="more found than it has documents"):
        share_of_units(np.array([3]), np.array([2]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=30))
def test_limits_hold_the_share_and_stay_between_0_and_1(pairs):
    found, counts = np.array([min(p) for p in pairs]), np.array([max(p) for p in pairs])
    made = share_of_units(found, counts)
    if counts.sum():
        assert made.value == pytest.approx(found.sum() / counts.sum())
        assert 0 <= made.low <= made.value <= made.high <= 1
        assert made.effective_count <= counts.sum() + 1e-9
        assert share_of_units(found[::-1], counts[::-1]).low == pytest.approx(made.low)


def test_the_interval_covers_where_documents_of_a_unit_go_together():
    rng = np.random.default_rng(11)
    covered, draws, share = 0, 800, 0.15
    for _ in range(draws):
        chance = rng.beta(share * 4, (1 - share) * 4, 25)  # each of 25 outlets has a habit of its own
        counts = rng.integers(2, 9, 25)
        made = share_of_units(rng.binomial(counts, chance), counts)
        covered += made.low <= share <= made.high
    assert 0.925 <= covered / draws <= 0.98


def test_the_score_interval_of_an_effective_number_by_hand():
    """The roots of (9 - m)^2 = 4 m (z near 2): 9 + 2 - sqrt(40), 9 + 2 + sqrt(40), for a rate of 18 twice as much."""
    low, high = effective_score(np.array([18.0, 5.0]), np.array([9.0, 0.0]), 2 * 0.9772498680518208 - 1)
    assert (low[0], high[0]) == (pytest.approx(2 * (11 - 40**0.5)), pytest.approx(2 * (11 + 40**0.5)))
    assert np.isnan([low[1], high[1]]).all()


def test_units_alike_in_time_make_a_share_less_certain():
    found, counts = np.tile([1, 3, 2], 20), np.full(60, 5)
    once, wider = share_of_units(found, counts), share_of_units(found, counts, lasting=2.0)
    assert wider.effective_count == pytest.approx(300 / 4) and wider.value == once.value
    assert wider.low == pytest.approx(wilson(0.4, 75)[0]) and once.low > wider.low
    few = share_of_units(found[:3], counts[:3])
    assert share_of_units(found[:3], counts[:3], lasting=1.1).effective_count == few.effective_count  # t law
