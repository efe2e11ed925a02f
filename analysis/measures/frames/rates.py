"""Rates per 10,000 tokens and document shares, with intervals over whole units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np

from analysis.errors import DiscourseError
from analysis.measures.frames.tally import Counting, Tally, tally
from analysis.measures.inference.resampling import Contrasts, Sampling, intervals

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

PER = 10_000


def value_column(measure: str) -> str:
    """The column that holds the value of a measure."""
    return "rate_per_10000" if measure == "rate" else "document_share"


def rates(
    documents: pd.DataFrame,
    hits: pd.DataFrame,
    *,
    by: Sequence[str] = ("outlet_id", "era_id"),
    series: Sequence[str] = ("frame",),
    sampling: Sampling | None = None,
    **counting: Unpack[Counting],
) -> pd.DataFrame:
    """How often each series occurs in each cell: one row is one cell of `by` and one series.

    Columns: those of `by` and `series`; document_count, cluster_count, unit_count, unit; hit_count (for measure "share":
    documents with a hit), token_count (of the exposure); rate_per_10000 or document_share (higher means more
    often); low, high (interval over units, `Sampling.level`); too_few; note. A cell with fewer than
    `Sampling.min_units` units or without exposure is too few: value and limits are null, never zero. A rate of
    zero in a cell with enough units stays zero, with low 0 and an upper bound (`zero_bound`). See
    `analysis.measures.frames.tally` for by, series and what can be counted. The attribute `left_out_count`
    in `.attrs` counts documents without a grouping value. No documents give no rows. Raises `DiscourseError` for an
    unknown column or option.
    """
    sampling = sampling or Sampling()
    counted = tally(documents, hits, by=by, series=series, unit=sampling.unit, **counting)
    return rate_table(counted, sampling)


def rate_table(counted: Tally, sampling: Sampling) -> pd.DataFrame:
    """The table of `rates` from a finished `Tally`."""
    n_series = len(counted.series)
    table = counted.cells.loc[counted.cells.index.repeat(n_series)].reset_index(drop=True)
    names = counted.series.loc[np.tile(counted.series.index, len(counted.cells))].reset_index(drop=True)
    for position, name in enumerate(names.columns):
        table.insert(len(counted.cells.columns) - 4 + position, name, names[name])
    table.insert(table.columns.get_loc("unit_count"), "unit", sampling.unit)
    x, y = counted.numerators().reshape(-1, 1), counted.denominators().reshape(-1, 1)
    totals = counted.units.totals
    hits, exposed = totals[x[:, 0]], totals[y[:, 0]]
    table.insert(table.columns.get_loc("token_count"), "hit_count", hits)
    value, low, high = intervals(counted.units, Contrasts(x, y, (1.0,)), sampling)
    few = (table["unit_count"].to_numpy() < sampling.min_units) | (exposed == 0)
    zero = (hits == 0) & ~few
    low[zero], high[zero] = 0.0, zero_bound(counted, sampling.level)[zero]
    if counted.measure == "share":
        low, high = np.clip(low, 0, 1), np.clip(high, 0, 1)
    scale = PER if counted.measure == "rate" else 1
    for name, values in ((value_column(counted.measure), value), ("low", low), ("high", high)):
        table[name] = np.where(few, np.nan, values * scale)
    table["too_few"] = few
    table["note"] = np.select(
        [few, zero], [f"too few: fewer than {sampling.min_units} units ({sampling.unit})", "no hit: upper bound"], ""
    )
    table.attrs.update(left_out_count=counted.left_out_count, measure=counted.measure)
    return table


def zero_bound(counted: Tally, level: float = 0.95) -> np.ndarray:
    """Upper limit of a rate (or share) of which nothing was seen, one value per cell and series, not scaled.

    The exact Poisson limit for no event, -log((1 - level) / 2) (3.69 at 95 %; the one-sided rule of three has 3.00),
    over the exposure. Hits come in bursts, so the events are units: the limit is multiplied by the mean number of hits
    that a hit's unit holds in the same series elsewhere (sum of squares over sum, at least 1).
    """
    x, y = counted.numerators(), counted.denominators()
    values = counted.units.values
    squares = (values[:, : x.size].astype(np.float64) ** 2).sum(axis=0).reshape(x.shape).sum(axis=0)
    sums = counted.units.totals[: x.size].reshape(x.shape).sum(axis=0)
    burst = np.maximum(1.0, squares / np.maximum(sums, 1))
    exposed = counted.units.totals[y].astype(np.float64)
    bound = -np.log((1 - level) / 2) * burst / np.maximum(exposed, 1)
    return (np.minimum(bound, 1.0) if counted.measure == "share" else bound).ravel()


def exact_rate(count: int, exposure: float = 1.0, *, level: float = 0.95) -> dict[str, float]:
    """A rate with its exact Poisson interval (Garwood 1936; R's poisson.test): rate, low, high, per unit of exposure.

    For comparison with published numbers: it takes hits as independent, which those of one article are not; `rates`
    resamples whole stories instead.
    """
    from scipy.special import gammaincinv

    _counted(((count, exposure),), level)
    tail = (1 - level) / 2
    low = float(gammaincinv(count, tail)) if count else 0.0
    return {"rate": count / exposure, "low": low / exposure, "high": float(gammaincinv(count + 1, 1 - tail)) / exposure}


def exact_ratio(first: tuple[int, float], second: tuple[int, float], *, level: float = 0.95) -> dict[str, float]:
    """Ratio of two Poisson rates with exact limits and p: ratio, low, high, p (two-sided).

    first, second: count and exposure. Given their sum the first count is binomial (Przyborowski & Wilenski 1940; R's
    poisson.test with two counts); limits after Clopper and Pearson (1934). Above 1 means that the first rate is higher;
    without any count on the second side ratio and high are infinite. The same warning as in `exact_rate`.
    """
    from scipy.stats import binomtest

    _counted((first, second), level)
    (x1, t1), (x2, t2) = first, second
    if not x1 + x2:
        return {"ratio": float("nan"), "low": 0.0, "high": float("inf"), "p": 1.0}
    found = binomtest(int(x1), int(x1 + x2), t1 / (t1 + t2))
    limits = found.proportion_ci(level)
    odds = [p / (1 - p) * t2 / t1 if p < 1 else float("inf") for p in (limits.low, limits.high)]
    ratio = x1 / t1 / (x2 / t2) if x2 else float("inf")
    return {"ratio": ratio, "low": float(odds[0]), "high": float(odds[1]), "p": float(found.pvalue)}


def _counted(pairs: tuple[tuple[float, float], ...], level: float) -> None:
    for count, exposure in pairs:
        if count < 0 or count != int(count) or not exposure > 0:
            raise DiscourseError(
                f"exact rate: {count} in {exposure}; counts are whole and not negative, exposure is above 0."
            )
    if not 0 < level < 1:
        raise DiscourseError(f"exact rate: level {level} is not a confidence level; give a share such as 0.95.")
