"""The draw: known probabilities, the same for the same seed, unbiased, and sizes that say what they show."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import DiscourseError
from analysis.texts.coding.passages import Passage
from analysis.texts.coding.sample import cell_of, draw, power_table, sizes_table


def passages(count, kind="hit", era="early"):
    return [Passage(f"d{i}", f"p{i}", "news", era, "press", kind, "a b c", (0, 1), i, i + 1, "f") for i in range(count)]


def test_each_cell_gives_its_size_with_the_probability_it_had():
    there = [*passages(40), *passages(5, era="late"), *passages(9, "plain")]
    drawn = draw(there, {"hit": 10, "plain": 3}, seed=1)
    found = {}
    for one in drawn:
        found.setdefault(cell_of(one.passage), set()).add(one.probability)
    assert sorted(found.values(), key=max) == [{0.25}, {1 / 3}, {1.0}]
    assert [one.number for one in drawn] == list(range(1, 19))
    assert [row["drawn"] for row in sizes_table(there, {"hit": 10, "plain": 3})] == [10, 5, 3]


def test_the_draw_depends_on_passages_and_seed_alone():
    there = passages(40)
    first = draw(there, {"hit": 10}, seed=1)
    assert draw(there[::-1], {"hit": 10}, seed=1) == first
    assert draw(there, {"hit": 10}, seed=2) != first
    # a new cell moves no other cell's passages
    more = draw([*there, *passages(7, era="late")], {"hit": 10}, seed=1)
    assert {o.passage for o in first} == {o.passage for o in more if o.passage.era_id == "early"}


def test_every_passage_is_drawn_as_often_as_its_probability_says():
    times = np.zeros(12)
    for seed in range(600):
        for one in draw(passages(12), {"hit": 3}, seed):
            times[one.passage.token_start] += 1
    assert np.abs(times / 600 - 0.25).max() < 0.08


def test_numbers_do_not_give_the_kind_away():
    drawn = draw([*passages(30), *passages(30, "plain")], {"hit": 30, "plain": 30}, seed=3)
    hits = [one.number for one in drawn if one.passage.kind == "hit"]
    assert 20 < np.mean(hits) < 41


def test_unknown_kinds_and_sizes_below_zero_are_refused():
    with pytest.raises(DiscourseError, match="allowed: hit, elsewhere"):
        draw([], {"hits": 1}, 1)
    with pytest.raises(DiscourseError, match="-1"):
        draw([], {"hit": -1}, 1)


def test_power_is_that_of_the_formulas():
    row = {r["coded"]: r for r in power_table(100, precision=0.8, coded=(50, 100))}
    # Wilson at 40 of 50: 0.6696 to 0.8876
    assert row[50]["precision_half_width"] == pytest.approx((0.8876 - 0.6696) / 2, abs=6e-4)
    assert (
        row[100]["ratio_factor"]
        == row[100]["ratio_factor_all"]
        == pytest.approx(np.exp(1.96 * (2 / 80) ** 0.5), abs=0.01)
    )
    assert row[50]["ratio_factor"] == pytest.approx(np.exp(1.96 * (2 / 80 + 2 * 0.25 / 50 * 0.5) ** 0.5), abs=0.01)
    with pytest.raises(DiscourseError, match="between 0 and 1"):
        power_table(100, precision=1.0)
