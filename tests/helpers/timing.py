"""One way to test that time grows with the work and not with its square, on a machine that does other work as well."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from itertools import pairwise

STEP = 4  # four times the work: four times the time if it grows with the work, sixteen times if with its square
BOUND = 9.0  # between the two, a factor of about two either way
STRICT = 5.3  # for work measured before: 2.3 for each doubling
DOUBLING = 2.3  # a sixth above twice, for what a larger memory costs
RUNS = 3
ATTEMPTS = 4
FLOOR = 0.05  # seconds; what takes less says little of how it grows, so the work is made larger first


def processor_seconds(work: Callable[[], object]) -> float:
    """Processor time of one call, not the clock, and no garbage collection in between."""
    gc.disable()
    try:
        start = time.process_time()
        work()
        return time.process_time() - start
    finally:
        gc.enable()


def grows_at_most(
    work_of: Callable[[int], Callable[[], object]], size: int, *, bound: float = BOUND, largest: int | None = None
) -> None:
    """Fail unless four times the work takes at most `bound` times as long.

    `work_of(size)` prepares the work of a size and returns what is measured. Work that is done too quickly to say
    anything is made four times as large, up to `largest` (sixteen times `size`); what is quick even then passes.
    A busy machine makes a run dearer and never cheaper, so the least of several runs of each size is compared, and
    up to four attempts are made: work that grows with the square fails them all, the other passes one.
    """
    largest = 16 * size if largest is None else largest
    processor_seconds(work_of(max(1, size // 10)))  # what is loaded once is not measured
    much = processor_seconds(work_of(STEP * size))
    while much < FLOOR and STEP * size < largest:
        size *= STEP
        much = processor_seconds(work_of(STEP * size))
    if much < FLOOR:
        return
    little = float("inf")
    for _ in range(ATTEMPTS):
        small = work_of(size)
        little = min(little, *(processor_seconds(small) for _ in range(2)))
        if much <= bound * little:
            return
        much = min(much, processor_seconds(work_of(STEP * size)))
    if much > bound * little:
        raise AssertionError(f"{little:.3f} s for {size:,}, and {much:.3f} s for {STEP} times as much")


def doubles_at_most(
    work_of: Callable[[int], Callable[[], object]], sizes: list[int], *, bound: float = DOUBLING
) -> list[float]:
    """Fail if one size takes more than `bound` times as long as the size before it, which is half of it.

    Each size is measured as the least processor time of `RUNS` runs. Where a factor is above the bound both sizes are
    measured again, up to `ATTEMPTS` times: a busy machine makes a run dearer and never cheaper. Returns the factors.
    """
    works = [work_of(size) for size in sizes]
    processor_seconds(works[0])  # what is loaded once is not measured
    least = [min(processor_seconds(work) for _ in range(RUNS)) for work in works]
    for one, two in pairwise(range(len(sizes))):
        for _ in range(ATTEMPTS):
            if least[two] <= bound * least[one]:
                break
            for number in (one, two):
                least[number] = min(least[number], *(processor_seconds(works[number]) for _ in range(RUNS)))
        if least[two] > bound * least[one]:
            raise AssertionError(
                f"{least[one]:.3f} s for {sizes[one]:,}, {least[two]:.3f} s for {sizes[two]:,}: "
                f"{least[two] / least[one]:.2f} times as much, and {bound} are allowed"
            )
    return [least[two] / least[one] for one, two in pairwise(range(len(sizes)))]
