"""Blocks of time that remember each other: how much the error of a contrast of eras grows by it.

Moods last: a month is like the one before. The variance of a sum over blocks is then not the sum of their variances but the
long-run variance, estimated from autocovariances with Bartlett's weights 1 - lag / S. S is a fixed share of the series
(`BANDWIDTH`); the law of the quotient is then not normal but that of the same quotient over blocks that traded places
(Kiefer and Vogelsang 2005, Econometric Theory 21, 1130-1164; Goncalves and Vogelsang 2011, Econometric Theory 27, 745-791).
"""

from __future__ import annotations

import numpy as np

BANDWIDTH = 0.2  # of all blocks of time: how far apart two may still go together
STEP_TAKEN_OUT = 0.5
WAVES = 4  # the slowest waves of a series, by which a rate's own long-run variance is taken


def permuted_places(filled: np.ndarray, replicates: int, seed: int) -> np.ndarray:
    """The place in time that each block takes: as it is, then `replicates` times traded among the blocks that are filled;
    labellings x blocks."""
    movable = np.flatnonzero(filled)
    places = np.tile(np.arange(len(filled)), (replicates + 1, 1))
    rng = np.random.default_rng(seed)
    places[1:, movable] = rng.permuted(places[1:][:, movable], axis=1)
    return places


def long_run_factor(x: np.ndarray, n: np.ndarray, after: np.ndarray, places: np.ndarray) -> np.ndarray:
    """What T of `eras` is multiplied by so that its error knows that neighbouring blocks are alike, one value a labelling.

    The root of the variance that independent blocks would have over the long-run variance of the series of residuals, all
    strata together. A part of the step between the eras (`STEP_TAKEN_OUT`) is taken out of the series first: a step left in
    hides itself, and a slow trend hides in a step taken out. x, n: hits and tokens, blocks x strata; after: label of each
    place; places: of the blocks (`permuted_places`), labellings x blocks. nan where nothing varies.
    """
    total = n.sum(axis=0)
    joint = (x - x.sum(axis=0) / np.where(total > 0, total, 1) * n).sum(axis=1)
    series, tokens = np.empty(places.shape), np.empty(places.shape)
    np.put_along_axis(series, places, np.broadcast_to(joint, places.shape), axis=1)
    np.put_along_axis(tokens, places, np.broadcast_to(n.sum(axis=1), places.shape), axis=1)
    label = np.asarray(after, dtype=np.float64)
    step = tokens * (label - ((tokens @ label) / max(tokens[0].sum(), 1e-300))[:, None])
    size = step @ label
    series -= STEP_TAKEN_OUT * step * ((series @ label) / np.where(size > 0, size, np.inf))[:, None]
    short, long = (series**2).sum(axis=1), _bartlett(series, max(round(BANDWIDTH * len(label)), 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(long > 1e-10 * short, np.sqrt(short / long), np.nan)


def _bartlett(series: np.ndarray, width: int) -> np.ndarray:
    """Sum of products of all pairs of a row with weights 1 - lag / width: the mean square of its sums over all windows of
    that width, those that reach beyond its ends included, times their number over the width."""
    sums = np.cumsum(np.pad(series, ((0, 0), (width, width - 1))), axis=1)
    return ((sums[:, width:] - sums[:, :-width]) ** 2).sum(axis=1) / width


def lasting_factor(x: np.ndarray, exposure: np.ndarray, level: float = 0.95, *, compared: bool = False) -> float:
    """How much farther from a rate its limits lie because moods last, at least 1: one number for cells that follow in time.

    x, exposure: units in order of time x cells (eras): hits (or any sums) and tokens. Residuals are hits less those
    expected at the cell's own rate; each cell's are given the same mean square. The `WAVES` slowest cosines over the time
    that all cells cover, counted in exposure, then say how much more the series moves slowly than independent units would
    (equal-weighted cosines: Lazarus, Lewis, Stock and Watson 2018, Journal of Business and Economic Statistics 36,
    541-559). The factor is the root of that times the quantile of a t law with `WAVES` degrees of freedom, over that of the
    normal law. All cells are looked at together, since a short era cannot know of itself how long its moods last.
    compared: the estimate compares the cells; what of the waves each cell's own rate takes out with it, the more the
    shorter a cell is, is then made up for. 1 with fewer than 2 `WAVES` units.

    >>> rising = np.linspace(-1, 1, 20)[:, None]
    >>> [round(lasting_factor(one, np.ones((20, 1))), 2) for one in (rising, np.tile([[1.0], [-1.0]], (10, 1)))]
    [3.16, 1.0]
    """
    from scipy.special import ndtri, stdtrit

    x, exposure = np.asarray(x, dtype=np.float64), np.asarray(exposure, dtype=np.float64)
    filled = exposure.sum(axis=1) > 0
    x, exposure = x[filled], exposure[filled]
    if len(x) < 2 * WAVES:
        return 1.0
    residual = x - x.sum(axis=0) / np.maximum(exposure.sum(axis=0), 1) * exposure
    square = (residual**2).sum(axis=0) / np.maximum((exposure > 0).sum(axis=0), 1)
    usable = square > 0
    series = (residual[:, usable] / np.sqrt(square[usable])).sum(axis=1)
    tokens = exposure.sum(axis=1)
    time = (np.cumsum(tokens) - tokens / 2) / tokens.sum()
    waves = np.sqrt(2) * np.cos(np.pi * np.arange(1, WAVES + 1)[:, None] * time)
    whole = (series**2).sum()
    slow = float(((waves @ series) ** 2).mean() / whole) if whole > 0 else 0.0
    if compared:
        along = exposure / np.maximum(np.sqrt((exposure**2).sum(axis=0)), 1e-300)
        slow /= max(1 - ((waves @ along) ** 2).sum() / (waves**2).sum(), 0.25)
    tail = 0.5 + level / 2
    return max(1.0, float(stdtrit(WAVES, tail) / ndtri(tail)) * slow**0.5)
