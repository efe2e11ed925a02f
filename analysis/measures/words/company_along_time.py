"""The company of a frame with the labels of two eras rotated along time: the test that holds where wording drifts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.measures.frames.tally import TIME_UNITS, whole_calendar
from analysis.measures.inference.eras import rotations
from analysis.measures.words.keyness.eras import residuals, rotation_test

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analysis.measures.words.company import UnitTables

_BACKGROUND = 0.75  # how much of the change of a word's share in whole documents the smoothed share takes up


def rotation_of_shifts(tables: UnitTables, before: str, after: str, unit: str) -> np.ndarray:
    """Of each word the rotation p of its shift from one era to the other; nan for a unit that is no block of time.

    E of a block is what it adds, within outlets, to the log of the word's share near the frame, less what it adds to that
    of its smoothed share in whole documents; then as in `keyness.eras`.
    """
    width = tables.near.shape[1]
    if unit not in TIME_UNITS:
        return np.full(width, np.nan)
    tables = tables.only(np.flatnonzero(np.isin(tables.group, (before, after))))
    place = tables.stratum, tables.block, tables.group == after
    near, label = residuals(tables.near, tables.near_total, *place, unit)
    whole, _ = residuals(tables.words, tables.tokens, *place, unit)
    sums = [np.maximum(np.asarray(part.sum(axis=0)).ravel(), 0.5) for part in (tables.near, tables.words)]
    return rotation_test(near / sums[0] - _BACKGROUND * whole / sums[1], label)


def rotation_draws(tables: UnitTables, before: str, after: str, unit: str) -> tuple[UnitTables, np.ndarray]:
    """(tables of the two eras, rotations x units: 1 for those that are before), the eras as they are first.

    Blocks keep their order and the outlets what they have of each; blocks without documents keep their place.
    """
    tables = tables.only(np.flatnonzero(np.isin(tables.group, (before, after))))
    is_after = tables.group == after
    calendar = {block: i for i, block in enumerate(whole_calendar(tables.block.tolist(), unit))}
    codes = np.array([calendar[block] for block in tables.block]) * 2 + is_after
    first = codes[is_after].min() // 2 if is_after.any() else len(calendar)
    empty = np.setdiff1d(np.arange(len(calendar)), codes // 2)
    every = np.union1d(codes, empty * 2 + (empty >= first))
    return tables, 1.0 - rotations((every % 2).astype(np.float64))[:, np.searchsorted(every, codes)]


def rotation_count(tables: Iterable[UnitTables], before: str, after: str, unit: str) -> int:
    """How many rotations there are of the blocks of two eras: 1 / it is the smallest rotation p; 0 without time."""
    found = [rotation_draws(one, before, after, unit)[1] for one in tables] if unit in TIME_UNITS else []
    return max((len(draws) for draws in found), default=0)
