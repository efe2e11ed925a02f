"""Whole units are drawn, never words: integer counts per unit, integer weights, one matrix product, then division.

Words in one article are not independent and articles that reprint one wire story are one story, so every interval and
test resamples units: syndication clusters, or blocks of outlet and month. Sums of integers below 2**53 are exact in
float64, so results depend neither on the order of rows nor on the number of threads.

Terms: `values` is an integer matrix (units x columns) of numerators and denominators. A contrast is a row of
coefficients over rates x/y: sum of c * x/y on the linear scale, sum of c * log(x/y) on the log scale. One rate has
c = (1,), a difference or ratio (1, -1), a difference of differences (1, -1, -1, 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, not_allowed, require
from analysis.measures.inference.arguments import checked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

INTERVALS = ("bca", "percentile", "studentised", "score")
SCALES = ("linear", "log")
MIN_OUTLETS = 6  # fewer outlets (or other groups) are no sample
_CELLS_AT_ONCE = 200_000  # weights made at a time: they stay in the processor cache
_INFLUENCE_AT_ONCE = 20_000_000


@checked
@dataclass(frozen=True)
class Sampling:
    """How uncertainty is found. One object serves a whole notebook, so that all its results share it.

    unit: what is drawn: "week", "month", "year" (over all outlets), "cluster" (syndication cluster), "outlet_month",
    "outlet", "document" or a column of the
    documents. replicates: bootstrap replicates and permutations. level: of the intervals, between 0 and 1.
    interval: "bca" (Efron 1987), "percentile" or "studentised" (bootstrap t); "score", of rates and shares only (`rates`),
    draws nothing and knows that blocks of time are alike. min_units: a cell with fewer units is "too few" and its values
    are null.
    """

    unit: str = "cluster"
    replicates: int = 2000
    seed: int = 1
    level: float = 0.95
    interval: str = "bca"
    min_units: int = 10

    def __post_init__(self) -> None:
        require("interval", self.interval, INTERVALS)
        if not 0.5 <= self.level < 1:
            raise DiscourseError(f"level: {self.level} is not a confidence level; give a share such as 0.95.")
        if self.replicates < 1:
            raise DiscourseError(f"replicates: {self.replicates}; at least 1 is needed, 2000 are usual.")
        if self.min_units < 2:
            raise DiscourseError(f"min_units: {self.min_units}; an interval needs at least 2 units.")


@dataclass(frozen=True)
class Units:
    """Documents added up into resampling units.

    unit_ids: sorted, one per unit. values: int64, units x columns. strata: int, one per unit; units are drawn within
    their stratum, so that each stratum keeps its number of units.
    """

    unit_ids: np.ndarray
    values: np.ndarray
    strata: np.ndarray

    @property
    def totals(self) -> np.ndarray:
        """The column sums, int64."""
        return self.values.sum(axis=0)


@dataclass(frozen=True)
class Contrasts:
    """Rows of contrasts over the columns of a `Units`: index arrays (contrasts x terms), one coefficient per term."""

    numerators: np.ndarray
    denominators: np.ndarray
    coefficients: tuple[float, ...]
    scale: str = "linear"

    def __post_init__(self) -> None:
        require("scale", self.scale, SCALES)
        if self.numerators.shape != self.denominators.shape or self.numerators.shape[1] != len(self.coefficients):
            raise DiscourseError(
                f"contrasts: numerators {self.numerators.shape}, denominators {self.denominators.shape} and "
                f"{len(self.coefficients)} coefficients do not fit; give arrays of contrasts x terms."
            )


def aggregate(
    unit_ids: Sequence[str] | np.ndarray,
    values: np.ndarray,
    strata: Sequence[int] | np.ndarray | None = None,
    *,
    places: np.ndarray | None = None,
    width: int = 0,
) -> Units:
    """Add up the rows of `values` (documents x columns, integers) that share a unit id.

    places: with them value [i, j] goes to column places[i, j] of `width` columns, so that documents that fill few of
    many columns (each its own cell) need not be written out. strata: one integer per document; a unit takes the smallest of
    its documents. Order of rows does not matter: units are sorted by id. Raises `DiscourseError` if values are not
    integers or lengths differ. No rows give no units.

    >>> aggregate(["b", "a", "b"], np.array([[1, 10], [2, 20], [3, 30]])).values.tolist()
    [[2, 20], [4, 40]]
    """
    import pandas as pd

    values = np.asarray(values)
    if values.ndim != 2 or len(values) != len(unit_ids):
        raise DiscourseError(f"values: shape {values.shape} for {len(unit_ids)} unit ids; give one row per document.")
    if not np.issubdtype(values.dtype, np.integer):
        raise DiscourseError(f"values: {values.dtype}; resampling works on integer counts, divide afterwards.")
    if places is None:
        places, width = np.broadcast_to(np.arange(values.shape[1]), values.shape), values.shape[1]
    codes, names = pd.factorize(np.asarray(unit_ids, dtype=object), sort=True)
    if (codes < 0).any():
        raise DiscourseError("unit ids: some are empty; every document needs a unit.")
    sums = np.zeros((len(names), width), dtype=np.int64)
    for column in range(values.shape[1]):
        np.add.at(sums.reshape(-1), codes * width + places[:, column], values[:, column])
    home = np.zeros(len(names), dtype=np.int64)
    if strata is not None and len(names):
        home[:] = np.iinfo(np.int64).max
        np.minimum.at(home, codes, np.asarray(strata, dtype=np.int64))
    return Units(np.asarray(names, dtype=object), sums, home)


def home_strata(exposure: np.ndarray) -> np.ndarray:
    """The column in which each unit has most exposure (the first of equals). exposure: units x cells."""
    return exposure.argmax(axis=1) if exposure.shape[1] else np.zeros(len(exposure), dtype=np.int64)


def _weight_blocks(rng: np.random.Generator, n_units: int, replicates: int) -> Iterator[np.ndarray]:
    if not n_units:
        return
    size = max(1, _CELLS_AT_ONCE // n_units)
    for start in range(0, replicates, size):
        rows = min(size, replicates - start)
        drawn = rng.integers(0, n_units, size=(rows, n_units), dtype=np.int32).astype(np.int64)
        drawn += (np.arange(rows, dtype=np.int64) * n_units)[:, None]
        yield np.bincount(drawn.ravel(), minlength=rows * n_units).reshape(rows, n_units)


def bootstrap_sums(units: Units, replicates: int, seed: int) -> np.ndarray:
    """Column sums of resampled units: float64 holding exact integers, replicates x columns.

    Units are drawn with replacement within their stratum. Each stratum has a stream of its own, taken from `seed` and
    its number, and only its non-zero columns are multiplied.
    """
    sums = np.zeros((replicates, units.values.shape[1]))
    for stratum in np.unique(units.strata):
        part = units.values[units.strata == stratum]
        columns = np.flatnonzero(part.any(axis=0))
        dense = np.ascontiguousarray(part[:, columns], dtype=np.float64)
        rng = np.random.default_rng([seed, int(stratum)])
        start = 0
        for weights in _weight_blocks(rng, len(part), replicates):
            rows = slice(start, start + len(weights))
            sums[rows, columns] += weights.astype(np.float64) @ dense
            start += len(weights)
    return sums


def evaluate(sums: np.ndarray, contrasts: Contrasts) -> np.ndarray:
    """The contrasts' values from column sums: shape (..., contrasts).

    On the log scale a rate of zero gives -inf or inf, two of them nan. Zero exposure gives nan.
    """
    x = sums[..., contrasts.numerators].astype(np.float64)
    y = sums[..., contrasts.denominators].astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = x / np.where(y > 0, y, np.nan)
        if contrasts.scale == "log":
            rate = np.log(rate)
        return (rate * np.array(contrasts.coefficients)).sum(axis=-1)


def _gradients(sums: np.ndarray, contrasts: Contrasts) -> tuple[np.ndarray, np.ndarray]:
    """Derivatives by numerator and by denominator, shape (..., contrasts, terms)."""
    x = sums[..., contrasts.numerators].astype(np.float64)
    y = sums[..., contrasts.denominators].astype(np.float64)
    c = np.array(contrasts.coefficients)
    with np.errstate(divide="ignore", invalid="ignore"):
        if contrasts.scale == "log":
            return c / x, -c / y
        return c / y, -c * x / y**2


def influence(units: Units, contrasts: Contrasts) -> np.ndarray:
    """What each unit adds to each contrast, to first order: units x contrasts; columns sum to zero.

    The empirical influence function divided by n (Davison and Hinkley 1997, section 2.7). Infinite or nan where the
    contrast is not defined.
    """
    by_x, by_y = _gradients(units.totals, contrasts)
    with np.errstate(invalid="ignore"):
        parts = units.values[:, contrasts.numerators] * by_x + units.values[:, contrasts.denominators] * by_y
    return parts.sum(axis=-1)


def _influence_sums(
    units: Units, contrasts: Contrasts, powers: Callable[[np.ndarray], tuple[np.ndarray, ...]]
) -> list[np.ndarray]:
    """Sums over units of what `powers` makes of their influence, for a part of the contrasts at a time: the influence of a
    million units on a hundred contrasts is never in memory as a whole."""
    number, terms = contrasts.numerators.shape
    size = max(1, _INFLUENCE_AT_ONCE // max(1, len(units.values) * terms))
    found = []
    for start in range(0, max(number, 1), size):
        rows = slice(start, start + size)
        part = Contrasts(
            contrasts.numerators[rows], contrasts.denominators[rows], contrasts.coefficients, contrasts.scale
        )
        found.append([values.sum(axis=0) for values in powers(influence(units, part))])
    return [np.concatenate(sums) for sums in zip(*found, strict=True)]


def standard_errors(units: Units, contrasts: Contrasts) -> np.ndarray:
    """Linearised standard error of each contrast, with n/(n - 1) within strata; nan where it is not defined."""
    counts = np.bincount(units.strata) if len(units.strata) else np.zeros(1)
    factor = np.ones(len(units.strata)) if not len(units.strata) else _small_sample(counts)[units.strata]
    with np.errstate(invalid="ignore", over="ignore"):
        (variance,) = _influence_sums(units, contrasts, lambda effect: (factor[:, None] * effect**2,))
    return np.sqrt(np.where(np.isfinite(variance), variance, np.nan))


def squared_influence(units: Units, contrasts: Contrasts) -> np.ndarray:
    """Sum over units of the square of what each adds to each contrast (`influence`); 0 where that is not defined."""
    with np.errstate(invalid="ignore", over="ignore"):
        (squares,) = _influence_sums(units, contrasts, lambda effect: (effect**2,))
    return np.where(np.isfinite(squares), squares, 0.0)


def _small_sample(counts: np.ndarray) -> np.ndarray:
    return np.where(counts > 1, counts / np.maximum(counts - 1, 1), 1.0)


def intervals(units: Units, contrasts: Contrasts, sampling: Sampling) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(estimate, low, high) of each contrast by the bootstrap over units; log contrasts stay logarithms.

    Limits are nan where the estimate is not finite or fewer than half of the replicates are. The share of replicates
    below `low` is (1 - level) / 2 for "percentile"; "bca" corrects for bias and skewness (Efron 1987, eq. 2.3);
    "studentised" divides each replicate's distance by its own standard error (Davison and Hinkley 1997, eq. 2.10).
    """
    if sampling.interval == "score":
        raise DiscourseError(
            not_allowed("interval of a contrast", "score", INTERVALS[:3], "Only rates have a score interval.")
        )
    estimate = evaluate(units.totals, contrasts)
    if sampling.interval == "studentised":
        low, high = _studentised(units, contrasts, sampling, estimate)
    else:
        replicates = evaluate(bootstrap_sums(units, sampling.replicates, sampling.seed), contrasts)
        probabilities = _probabilities(units, contrasts, sampling, estimate, replicates)
        low, high = (quantiles(replicates, p) for p in probabilities)
    bad = ~np.isfinite(estimate)
    return estimate, np.where(bad, np.nan, low), np.where(bad, np.nan, high)


def _probabilities(
    units: Units, contrasts: Contrasts, sampling: Sampling, estimate: np.ndarray, replicates: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    tail = (1 - sampling.level) / 2
    if sampling.interval == "percentile":
        return np.full(estimate.shape, tail), np.full(estimate.shape, 1 - tail)
    from scipy.special import ndtr, ndtri

    with np.errstate(divide="ignore", invalid="ignore"):
        cubes, squares = _influence_sums(units, contrasts, lambda effect: (effect**3, effect**2))
        skew = cubes / (6 * squares**1.5)
    finite = np.where(np.isfinite(estimate), estimate, 0.0)
    tolerance = 1e-12 * np.abs(finite)
    less, more = (replicates < finite - tolerance).mean(axis=0), (replicates > finite + tolerance).mean(axis=0)
    below = less + (1 - less - more) / 2
    margin = 1 / (len(replicates) + 1)
    bias = ndtri(np.clip(below, margin, 1 - margin))
    skew = np.where(np.isfinite(skew), skew, 0.0)
    result = []
    for z in (ndtri(tail), ndtri(1 - tail)):
        moved = bias + z
        result.append(ndtr(bias + moved / np.maximum(1 - skew * moved, 1e-6)))
    return result[0], result[1]


def quantiles(replicates: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """One quantile per column at position p * (R + 1), leaving out undefined replicates."""
    result = np.full(replicates.shape[1], np.nan)
    for column, p in enumerate(probability):
        values = np.sort(replicates[:, column][~np.isnan(replicates[:, column])])
        if 2 * len(values) < len(replicates) or not np.isfinite(p) or not len(values):
            continue
        place = np.clip(p * (len(values) + 1) - 1, 0, len(values) - 1)
        below, above = values[int(np.floor(place))], values[int(np.ceil(place))]
        share = place - np.floor(place)
        finite = np.isfinite(below) and np.isfinite(above)
        result[column] = below + share * (above - below) if finite else below
    return result


def _studentised(
    units: Units, contrasts: Contrasts, sampling: Sampling, estimate: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    with np.errstate(invalid="ignore"):
        (squares,) = _influence_sums(units, contrasts, lambda effect: (effect**2,))
        error = np.sqrt(squares)
    t = bootstrap_t(units, contrasts, sampling)
    tail = (1 - sampling.level) / 2
    upper = quantiles(t, np.full(estimate.shape, 1 - tail))
    lower = quantiles(t, np.full(estimate.shape, tail))
    return estimate - upper * error, estimate - lower * error


def bootstrap_t(units: Units, contrasts: Contrasts, sampling: Sampling) -> np.ndarray:
    """(replicate - estimate) / its own standard error, replicates x contrasts; nan where either is not finite.

    The second moments that the standard errors need are resampled in the same matrix product.
    """
    width = units.values.shape[1]
    pairs = _pairs(contrasts)
    first, second = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    products = units.values[:, first] * units.values[:, second]
    sums = bootstrap_sums(
        Units(units.unit_ids, np.concatenate([units.values, products], axis=1), units.strata),
        sampling.replicates,
        sampling.seed,
    )
    place = {pair: width + i for i, pair in enumerate(pairs)}
    by_x, by_y = _gradients(sums[:, :width], contrasts)
    slopes = np.concatenate([by_x, by_y], axis=-1)
    columns = np.concatenate([contrasts.numerators, contrasts.denominators], axis=1)
    variance = np.zeros(slopes.shape[:2])
    with np.errstate(divide="ignore", invalid="ignore"):
        for i in range(columns.shape[1]):
            for j in range(columns.shape[1]):
                moment = sums[
                    :, [place[min(a, b), max(a, b)] for a, b in zip(columns[:, i], columns[:, j], strict=True)]
                ]
                variance += np.where(moment == 0, 0.0, slopes[..., i] * slopes[..., j] * moment)
        t = (evaluate(sums[:, :width], contrasts) - evaluate(units.totals, contrasts)) / np.sqrt(variance)
    return np.where(np.isfinite(t), t, np.nan)


def _pairs(contrasts: Contrasts) -> list[tuple[int, int]]:
    columns = np.concatenate([contrasts.numerators, contrasts.denominators], axis=1)
    return sorted({(int(min(a, b)), int(max(a, b))) for row in columns for a in row for b in row})
