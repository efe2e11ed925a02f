"""Permutation tests whose labels move with whole units, studentised so that unequal groups do not spoil the level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError

if TYPE_CHECKING:
    from collections.abc import Iterator

_CELLS_AT_ONCE = 200_000


@dataclass(frozen=True)
class Sides:
    """Counts of two sides per unit. hits: integers, units x series; tokens: integers, units.

    A unit that lies on one side only has zeros on the other. A unit on both sides (a story printed by both outlets) is
    never split: under a permutation its two sides change places or not. strata: labels move only within a stratum.
    """

    hits_a: np.ndarray
    tokens_a: np.ndarray
    hits_b: np.ndarray
    tokens_b: np.ndarray
    strata: np.ndarray | None = None

    def __post_init__(self) -> None:
        n = len(self.tokens_a)
        if not (len(self.hits_a) == len(self.hits_b) == len(self.tokens_b) == n):
            raise DiscourseError("sides: hits and tokens of both sides need one row per unit.")


def permutation_test(sides: Sides, *, replicates: int = 2000, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """(t, p) per series for equal rates on both sides; t > 0 means a higher rate on side A.

    t is the difference of rates over its standard error, both from units (Chung and Romano 2013: a studentised
    permutation test keeps its level when the groups differ in size or spread). With strata, differences are added with
    Mantel-Haenszel weights. p = 2 min(p_up, p_down), each (1 + permutations with t as high, or as low) / (1 + replicates),
    never 0: t is skewed when the sides are unequal, and its size alone would be a one-sided test. p cannot be smaller
    than 2 over the number of different labellings. p is nan for a series without hits or a side without
    tokens; t is then nan. Raises `DiscourseError` for lengths that do not fit.
    """
    series = sides.hits_a.shape[1]
    strata = np.zeros(len(sides.tokens_a), dtype=np.int64) if sides.strata is None else np.asarray(sides.strata)
    observed, permuted = _Sum(1, series), _Sum(replicates, series)
    for stratum in np.unique(strata):
        chosen = strata == stratum
        if not (sides.tokens_a[chosen].sum() and sides.tokens_b[chosen].sum()):
            continue
        one = _Stratum(sides, chosen)
        observed.add(slice(0, 1), *one.differences(one.labels[None, :]))
        rng = np.random.default_rng([seed, int(stratum)])
        start = 0
        for labels in one.permutations(rng, replicates):
            permuted.add(slice(start, start + len(labels)), *one.differences(labels))
            start += len(labels)
    t, t_permuted = observed.studentised()[0], permuted.studentised()
    with np.errstate(invalid="ignore"):
        extreme = np.minimum(*_at_least_as_far(t, t_permuted))
    p = np.minimum(2 * (1 + extreme) / (1 + replicates), 1.0)
    return t, np.where(np.isfinite(t), p, np.nan)


def _at_least_as_far(t: np.ndarray, permuted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many permutations of each series are as high as t, and how many as low; what differs by rounding counts."""
    near = 1e-9 * np.maximum(np.abs(t), 1)
    return (permuted >= t - near).sum(axis=0), (permuted <= t + near).sum(axis=0)


class _Sum:
    """Weighted differences and their variances, added over strata."""

    def __init__(self, rows: int, series: int) -> None:
        self.difference = np.zeros((rows, series))
        self.variance = np.zeros((rows, series))

    def add(self, rows: slice, difference: np.ndarray, variance: np.ndarray) -> None:
        self.difference[rows] += difference
        self.variance[rows] += variance

    def studentised(self) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            t = self.difference / np.sqrt(self.variance)
        return np.where(self.variance > 0, t, np.nan)


class _Stratum:
    """The units of one stratum, oriented: `p` is the side a unit shows under label 1, `q` the other one."""

    def __init__(self, sides: Sides, chosen: np.ndarray) -> None:
        xa, ya = sides.hits_a[chosen].astype(np.float64), sides.tokens_a[chosen].astype(np.float64)
        xb, yb = sides.hits_b[chosen].astype(np.float64), sides.tokens_b[chosen].astype(np.float64)
        in_a, in_b = (ya > 0) | xa.any(axis=1), (yb > 0) | xb.any(axis=1)
        self.both = in_a & in_b
        only_b = in_b & ~in_a
        self.labels = (~only_b).astype(np.int8)
        xp, xq = np.where(only_b[:, None], xb, xa), np.where(only_b[:, None], xa, xb)
        yp, yq = np.where(only_b, yb, ya)[:, None], np.where(only_b, ya, yb)[:, None]
        self.series = xp.shape[1]
        columns = [xp, xp**2, xp * yp, yp, yp**2], [xq, xq**2, xq * yq, yq, yq**2]
        shown, other = (np.concatenate(side, axis=1) for side in columns)
        # label 1 shows p on side A and q on side B, label 0 the reverse
        self.moving = np.ascontiguousarray(shown - other)
        self.base = other.sum(axis=0)
        self.total = shown.sum(axis=0) + self.base
        self.cross = np.ascontiguousarray(xp * yq - xq * yp)
        self.cross_base, self.cross_total = (xq * yp).sum(axis=0), (xp * yq + xq * yp).sum(axis=0)
        self.xx, self.yy = (xp * xq).sum(axis=0), float((yp * yq).sum())
        n_a, n_b = int(in_a.sum()), int(in_b.sum())
        self.factors = n_a / max(n_a - 1, 1), n_b / max(n_b - 1, 1)
        total_a, total_b = ya.sum(), yb.sum()
        self.weight = total_a * total_b / (total_a + total_b)

    def permutations(self, rng: np.random.Generator, replicates: int) -> Iterator[np.ndarray]:
        size = max(1, _CELLS_AT_ONCE // max(len(self.labels), 1))
        pure = self.labels[~self.both]
        for start in range(0, replicates, size):
            rows = min(size, replicates - start)
            labels = np.empty((rows, len(self.labels)), dtype=np.int8)
            labels[:, ~self.both] = rng.permuted(np.tile(pure, (rows, 1)), axis=1)
            labels[:, self.both] = rng.integers(0, 2, size=(rows, int(self.both.sum())), dtype=np.int8)
            yield labels

    def differences(self, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mantel-Haenszel weighted difference of rates and its variance: rows x series each."""
        weights = labels.astype(np.float64)
        a = weights @ self.moving + self.base
        b = self.total - a
        rate_a, variance_a, tokens_a = self._side(a)
        rate_b, variance_b, tokens_b = self._side(b)
        with np.errstate(divide="ignore", invalid="ignore"):
            variance = self.factors[0] * variance_a + self.factors[1] * variance_b
            if self.both.any():
                ab = weights @ self.cross + self.cross_base
                ba = self.cross_total - ab
                shared = self.xx - rate_b * ab - rate_a * ba + rate_a * rate_b * self.yy
                both = np.sqrt(self.factors[0] * self.factors[1])
                variance = variance - 2 * both * shared / (tokens_a * tokens_b)
        difference = np.nan_to_num(rate_a - rate_b)
        variance = np.where(variance > 1e-14 * (rate_a + rate_b) ** 2, variance, 0.0)
        return self.weight * difference, self.weight**2 * np.nan_to_num(variance)

    def _side(self, sums: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        m = self.series
        x, xx, xy = sums[:, :m], sums[:, m : 2 * m], sums[:, 2 * m : 3 * m]
        y, yy = sums[:, 3 * m : 3 * m + 1], sums[:, 3 * m + 1 :]
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = x / y
            return rate, (xx - 2 * rate * xy + rate**2 * yy) / y**2, y
