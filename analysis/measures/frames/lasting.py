"""How much farther the limits of rates lie because moods last: a factor for each cell and series, from all its eras."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.measures.frames.tally import COUNTS_OF_CELLS, TIME_UNITS, by_value, parts_time
from analysis.measures.inference.long_run import lasting_factor

if TYPE_CHECKING:
    from analysis.measures.frames.tally import Tally


def lasting(counted: Tally, unit: str, level: float = 0.95) -> np.ndarray:
    """`lasting_factor` of each cell and series, cells x series, at least 1; 1 for units that are no blocks of time.

    Cells that differ only in columns that part time (eras) are one series along time and share a factor: moods
    that a short era cannot show are seen in the longer one. Cells without hits add nothing.
    """
    factors = np.ones((len(counted.cells), len(counted.series)))
    if unit not in TIME_UNITS or not len(counted.units.values):
        return factors
    values, first = counted.units.values.astype(np.float64), factors.size
    exposure = values[:, first:]
    columns = counted.numerators()
    for cells in _along_time(counted, exposure):
        for series in range(len(counted.series)):
            factors[cells, series] = lasting_factor(values[:, columns[cells, series]], exposure[:, cells], level)
    return factors


def _along_time(counted: Tally, exposure: np.ndarray) -> list[np.ndarray]:
    """Positions of the cells that follow each other in time, one array a group."""
    by = counted.cells.drop(columns=list(COUNTS_OF_CELLS))
    still = [column for column in by.columns if not parts_time(by_value(exposure, by[column]))]
    if not still:
        return [np.arange(len(by))]
    groups = by.groupby(still, sort=False).ngroup().to_numpy()
    return [np.flatnonzero(groups == group) for group in range(groups.max() + 1)]
