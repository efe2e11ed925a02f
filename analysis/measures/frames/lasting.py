"""How much farther limits lie because moods last: a factor for each cell and series, from all its eras."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.measures.frames.tally import COUNTS_OF_CELLS, TIME_UNITS, by_value, parts_time
from analysis.measures.inference.long_run import lasting_factor

if TYPE_CHECKING:
    import pandas as pd

    from analysis.measures.frames.tally import Tally
    from analysis.measures.inference.eras import Blocks


def lasting(counted: Tally, unit: str, level: float = 0.95) -> np.ndarray:
    """`lasting_factor` of each cell and series, cells x series, at least 1; 1 for units that are no blocks of time.

    Cells that differ only in columns that part time (eras) are one series along time and share a factor: moods
    that a short era cannot show are seen in the longer one. Cells without hits add nothing.
    """
    values, shape = counted.units.values.astype(np.float64), (len(counted.cells), len(counted.series))
    by = counted.cells.drop(columns=list(COUNTS_OF_CELLS))
    sums = values[:, counted.numerators().ravel()].reshape(len(values), *shape)
    return lasting_of_sums(sums, values[:, shape[0] * shape[1] :], by, unit, level)


def lasting_of_sums(
    sums: np.ndarray, exposure: np.ndarray, by: pd.DataFrame, unit: str, level: float = 0.95
) -> np.ndarray:
    """The same from sums, units in order of time x cells x series, and what they are divided by, units x cells. by: what
    makes each cell, one row a cell."""
    factors = np.ones(sums.shape[1:])
    if unit not in TIME_UNITS or not len(sums):
        return factors
    for cells in _along_time(by, exposure):
        for series in range(sums.shape[2]):
            factors[cells, series] = lasting_factor(sums[:, cells, series], exposure[:, cells], level)
    return factors


def lasting_of_influence(influence: np.ndarray, exposure: np.ndarray, level: float = 0.95) -> np.ndarray:
    """`lasting_factor` of estimates that compare stretches of time, one an estimate, from what each unit adds to each.

    influence: units in order of time x estimates; exposure: units x stretches. A unit that straddles a border is taken
    for one of the stretch that holds more of it. 1 where the influence is not known.
    """
    side = exposure.argmax(axis=1)[:, None] == np.arange(exposure.shape[1])
    known = np.where(np.isfinite(influence), influence, 0.0)
    whole = np.where(side, exposure.sum(axis=1, keepdims=True), 0.0)
    return np.array([lasting_factor(column[:, None] * side, whole, level, compared=True) for column in known.T])


def lasting_of_difference(blocks: Blocks, level: float) -> np.ndarray:
    """`lasting_of_influence` of the difference of eras within strata (`eras.difference_within`), one an item."""
    side = np.stack([blocks.after, ~blocks.after], axis=1)
    sums = np.maximum(np.einsum("bo,bs->so", blocks.n, side), 1e-300)  # eras x strata
    rate = np.einsum("bot,bs->sot", blocks.x, side) / sums[:, :, None]
    left = blocks.x - blocks.n[:, :, None] * np.einsum("bs,sot->bot", side, rate)
    influence = (left * (blocks.weights() / (side @ sums))[:, :, None]).sum(axis=1)
    return lasting_of_influence(influence, blocks.n.sum(axis=1, keepdims=True) * side, level)


def moved_away(estimate: np.ndarray, low: np.ndarray, high: np.ndarray, factor: np.ndarray) -> list[np.ndarray]:
    """An estimate with limits `factor` times as far from it; limits without bound stay so."""
    with np.errstate(invalid="ignore"):
        moved = [estimate + np.where(np.isinf(v), 0, v - estimate) * factor for v in (low, high)]
    return [estimate, *(np.where(np.isinf(v), v, m) for v, m in zip((low, high), moved, strict=True))]


def _along_time(by: pd.DataFrame, exposure: np.ndarray) -> list[np.ndarray]:
    """Positions of the cells that follow each other in time, one array a group."""
    still = [column for column in by.columns if not parts_time(by_value(exposure, by[column]))]
    if not still:
        return [np.arange(len(by))]
    groups = by.groupby(still, sort=False).ngroup().to_numpy()
    return [np.flatnonzero(groups == group) for group in range(groups.max() + 1)]
