"""Threads: the order of the items, a bounded number ahead, errors at their place."""

from __future__ import annotations

import threading
import time

import pytest

from analysis.texts.build import threads


@pytest.mark.parametrize("number", [1, 2, 3, 99])
def test_results_come_in_the_order_of_the_items(number):
    def slow_first(n):
        time.sleep(0.002 * (n % 3 == 0))
        return n * n

    assert list(threads.in_order(slow_first, range(20), number)) == [n * n for n in range(20)]
    assert list(threads.in_order(slow_first, [], number)) == []


@pytest.mark.parametrize(("number", "ahead"), [(1, 1), (2, 2), (99, threads.MOST)])
def test_items_are_asked_for_only_a_few_ahead_of_what_was_taken(number, ahead):
    asked = []
    results = threads.in_order(lambda n: n, (asked.append(n) or n for n in range(30)), number)
    for taken in range(1, 11):
        next(results)
        assert len(asked) <= taken + ahead - 1


def test_two_threads_work_at_the_same_time():
    both = threading.Barrier(2, timeout=120)
    assert len(list(threads.in_order(lambda _: both.wait(), range(2), 2))) == 2


@pytest.mark.parametrize("number", [1, 2])
def test_an_error_comes_out_at_its_place(number):
    results = threads.in_order(lambda n: 6 // n, [3, 2, 0, 1], number)
    assert [next(results), next(results)] == [2, 3]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_what_is_begun_runs_beside_with_threads_and_when_asked_without():
    started = threading.Event()
    result = threads.start_in_background(lambda: started.set() or 5, threads=2)
    assert started.wait(120)
    assert result() == 5
    calls = []
    result = threads.start_in_background(lambda: calls.append(1) or 6)
    assert not calls
    assert result() == 6
    with pytest.raises(ZeroDivisionError):
        threads.start_in_background(lambda: 1 // 0, threads=2)()
