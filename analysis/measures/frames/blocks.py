"""Hits and tokens by block of time, outlet and series: what a test between two eras needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.measures.frames.tally import TIME_UNITS, Tally, by_value, parts_time, whole_calendar
from analysis.measures.inference.eras import Blocks

if TYPE_CHECKING:
    from collections.abc import Sequence


def along_time(counted: Tally, between: str, unit: str) -> bool:
    """Whether the values of `between` follow each other in time: blocks of time of which few have two of them."""
    if unit not in TIME_UNITS:
        return False
    return parts_time(by_value(counted.units.values[:, counted.denominators()[:, 0]], counted.cells[between]))


def era_blocks(counted: Tally, pairs: Sequence[tuple[int, int]], unit: str) -> Blocks:
    """Blocks of the cells (compared, baseline), each pair one stratum; see `blocks_of`."""
    x, y = counted.numerators(), counted.denominators()[:, 0]
    values = counted.units.values
    return blocks_of(values[:, x], values[:, y], counted.units.unit_ids, pairs, unit)


def blocks_of(
    x: np.ndarray, n: np.ndarray, unit_ids: np.ndarray, pairs: Sequence[tuple[int, int]], unit: str
) -> Blocks:
    """Blocks in order of time from sums by unit: x units x cells x series, n units x cells.

    pairs: the cells (compared, baseline) of each stratum. A block that straddles the border is two blocks; blocks of time
    that no document has are there with zeros, so that a rotation moves along the calendar.
    """
    place = {block: i for i, block in enumerate(whole_calendar(list(unit_ids), unit))}
    rows = np.array([place[block] for block in unit_ids], dtype=np.int64)
    wide_x, wide_n = np.zeros((len(place), *x.shape[1:])), np.zeros((len(place), n.shape[1]))
    wide_x[rows], wide_n[rows] = x, n
    after, before = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    in_before, in_after = (wide_n[:, cells].sum(axis=1) > 0 for cells in (before, after))
    rows, label = in_time(in_before, in_after)
    kept = (
        np.where(label[:, None, None], wide_x[rows][:, after], wide_x[rows][:, before]),
        np.where(label[:, None], wide_n[rows][:, after], wide_n[rows][:, before]),
    )
    return Blocks(*kept, label)


def in_time(in_before: np.ndarray, in_after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(block, whether it is compared) in order of time, from which blocks of the calendar have documents of either side.

    An empty block belongs to the side on which it lies; one that straddles the border stands twice, before first.
    """
    count = len(in_before)
    first_after = int(in_after.argmax()) if in_after.any() else count
    empty = ~in_before & ~in_after
    keep_before = in_before | (empty & (np.arange(count) < first_after))
    keep_after = in_after | (empty & ~keep_before)
    label = np.repeat([False, True], [keep_before.sum(), keep_after.sum()])
    rows = np.r_[np.flatnonzero(keep_before), np.flatnonzero(keep_after)]
    order = np.argsort(2 * rows + label, kind="stable")
    return rows[order], label[order]
