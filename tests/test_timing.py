"""The helper that times growth: it sees what it is for, and a busy machine does not make it cry."""

from __future__ import annotations

import pytest
import timing


class Clock:
    """A processor clock that the work itself moves on, dearer by a factor whenever the machine is busy."""

    def __init__(self, cost, noise):
        self.now, self.cost, self.noise, self.calls = 0.0, cost, noise, 0

    def process_time(self):
        return self.now

    def work(self, size):
        def done():
            self.now += self.cost(size) * self.noise[self.calls % len(self.noise)]
            self.calls += 1

        return done


BUSY = [(1.0,), (1.0, 3.0), (2.5, 1.0, 1.2, 4.0, 1.0), (4.0, 1.0, 1.0, 1.0, 1.0, 5.0)]
COSTS = {
    "in step": (lambda n: n / 100_000, True),
    "in step, and dear to begin with": (lambda n: 0.5 + n / 100_000, True),
    "n log n": (lambda n: n * n.bit_length() / 1_000_000, True),
    "too quick to matter": (lambda n: n * n / 1e14, True),
    "with the square": (lambda n: n * n / 1e9, False),
    "with the square, quick at first": (lambda n: n * n / 2e11, False),
    "with the third power": (lambda n: n**3 / 1e13, False),
}


@pytest.mark.parametrize("noise", BUSY)
@pytest.mark.parametrize("name", COSTS)
def test_growth_is_told_apart_on_a_busy_machine(monkeypatch, name, noise):
    cost, passes = COSTS[name]
    clock = Clock(cost, noise)
    monkeypatch.setattr(timing.time, "process_time", clock.process_time)
    if passes:
        timing.grows_at_most(clock.work, 20_000)
    else:
        with pytest.raises(AssertionError, match="times as much"):
            timing.grows_at_most(clock.work, 20_000)


def test_real_work_that_grows_with_the_square_fails():
    def work(size):
        words = [str(i) for i in range(size)]
        return lambda: [word for word in words[::-1] if words.index(word) < 0]

    with pytest.raises(AssertionError, match="times as much"):
        timing.grows_at_most(work, 1_000)


def test_real_work_that_grows_in_step_passes():
    timing.grows_at_most(lambda size: lambda: sum(i * i for i in range(size)), 100_000)


@pytest.mark.parametrize("noise", BUSY)
@pytest.mark.parametrize("name", [name for name in COSTS if name != "too quick to matter"])
def test_each_doubling_is_told_apart_on_a_busy_machine(monkeypatch, name, noise):
    cost, passes = COSTS[name]
    clock = Clock(cost, noise)
    monkeypatch.setattr(timing.time, "process_time", clock.process_time)
    sizes = [20_000, 40_000, 80_000]
    if passes:
        assert len(timing.doubles_at_most(clock.work, sizes)) == 2
    else:
        with pytest.raises(AssertionError, match="times as much, and"):
            timing.doubles_at_most(clock.work, sizes)
