from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from numpy.typing import ArrayLike

from analysis.errors import DiscourseError
from analysis.measures.inference.arguments import LEVEL, RATED, ROW, Rule, checked


@checked
def measure(f1: ArrayLike, n1: ArrayLike, *, level: float = 0.95, seed: int = 0, kind: str = "a") -> tuple:
    """A docstring."""
    return f1, n1, level, seed, kind


@checked(values=RATED, order=ROW)
def other(values: ArrayLike, order: Sequence[float] | None = None, pair: tuple[int, float] = (1, 2.0)) -> object:
    return values


def test_what_is_sound_goes_through_unchanged():
    given = np.array([1, 2])
    assert measure(given, n1=5)[0] is given
    assert measure([], [])[0] == []
    assert measure(1, 2, seed=3.0)[3] == 3
    assert measure.__doc__ == "A docstring."


@pytest.mark.parametrize(
    "bad", ["abc", ["a", 1], None, [1, None], -1, [1, -2], np.nan, [np.inf], [[1], [2, 3]], {"a": 1}]
)
def test_what_no_count_can_be_is_refused_with_function_name_value_and_what_is_allowed(bad):
    with pytest.raises(
        DiscourseError, match=r"^measure, f1: .+ is not allowed; allowed: counts, .+0 or more\. help\(m"
    ):
        measure(bad, 10)


@pytest.mark.parametrize("level", [0, 1, 95, "x", None, np.nan, [0.95]])
def test_a_level_lies_between_0_and_1(level):
    with pytest.raises(DiscourseError, match=r"level: .* is not allowed; allowed: a share between 0 and 1"):
        measure(1, 2, level=level)


@pytest.mark.parametrize("seed", [1.5, -1, "1", None])
def test_a_whole_number_is_whole(seed):
    with pytest.raises(DiscourseError, match=r"seed: .*, whole"):
        measure(1, 2, seed=seed)


def test_arrays_that_belong_together_fit_together():
    with pytest.raises(DiscourseError, match=r"f1 \(2,\), n1 \(3,\) do not fit together"):
        measure([1, 2], [3, 4, 5])


def test_gaps_rows_and_pairs():
    assert other([[1, None], [pd.NA, np.nan]]) is not None
    with pytest.raises(DiscourseError, match="values"):
        other([1, "a"])
    with pytest.raises(DiscourseError, match=r"shape \(1, 2\)"):
        other([1], [[1, 2]])
    with pytest.raises(DiscourseError, match="2 of them"):
        other([1], pair=(1, 2, 3))
    assert other([1], None) == [1]


def test_a_class_is_checked_when_one_is_made():
    from dataclasses import dataclass

    @checked
    @dataclass(frozen=True)
    class Options:
        level: float = 0.95

    assert Options(0.9).level == 0.9
    with pytest.raises(DiscourseError, match="Options, level: 'x'"):
        Options("x")


def test_a_rule_for_no_argument_is_a_slip():
    with pytest.raises(TypeError, match="no argument"):
        checked(levels=LEVEL)(lambda level: level)


def test_ends_of_a_rule():
    assert Rule("", least=0).broken_by(np.array([0.0])) is None
    assert Rule("", least=0, open=True).broken_by(np.array([0.0])) == 0
