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
    """Blocks of the cells (compared, baseline), each pair one stratum; a block that straddles the border is two blocks.

    Blocks of time that no document has are there with zeros, so that a rotation moves along the calendar.
    """
    x, y = counted.numerators(), counted.denominators()[:, 0]
    place = {block: i for i, block in enumerate(whole_calendar(counted.units.unit_ids.tolist(), unit))}
    rows = np.array([place[block] for block in counted.units.unit_ids], dtype=np.int64)
    values = np.zeros((len(place), counted.units.values.shape[1]))
    values[rows] = counted.units.values
    after, before = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    sides = [(values[:, x[cells]].astype(np.float64), values[:, y[cells]]) for cells in (before, after)]
    in_before, in_after = (n.sum(axis=1) > 0 for _, n in sides)
    first_after = np.flatnonzero(in_after)[0] if in_after.any() else len(values)
    empty = ~in_before & ~in_after
    # An empty block belongs to the side on which it lies; a straddling one stands twice, before first.
    keep_before = in_before | (empty & (np.arange(len(values)) < first_after))
    keep_after = in_after | (empty & ~keep_before)
    order = np.argsort(
        np.concatenate([2 * np.flatnonzero(keep_before), 2 * np.flatnonzero(keep_after) + 1]), kind="stable"
    )
    stacked = [np.concatenate([sides[0][part][keep_before], sides[1][part][keep_after]])[order] for part in (0, 1)]
    label = np.concatenate([np.zeros(keep_before.sum(), dtype=bool), np.ones(keep_after.sum(), dtype=bool)])[order]
    return Blocks(stacked[0], stacked[1], label)
