"""Counts drawn anew with the moods of blocks and the bursts of documents that the counts at hand show together.

With n tokens of stratum (outlet) o in block b, r its rate over both eras and S the sum of squared lengths of its documents
there, counts are Poisson with mean n r M G, times a ratio in the compared era. M is the mood of the block, in all strata
alike: variance `week`, of which `slow` dies away by `memory` a block. G has variance `burst` S / n^2, as if each document
had a factor of its own. Strata keep their tokens and dates, so that what cannot be compared within them stays so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_LAGS, _LONGEST = 4, 0.98


@dataclass(frozen=True)
class Moods:
    """How unevenly counts fall, see the module: variances, and what is left of the slow one after a block."""

    week: float
    burst: float
    slow: float
    memory: float


@dataclass(frozen=True)
class Alike:
    """Counts of series (words, frames) that are alike: x blocks x strata x series; n tokens and `squares`, sums of squared
    lengths of documents (n itself: documents of one length, which `burst` then holds), blocks x strata; after: blocks of
    the compared era; timed: whether blocks follow each other in time."""

    x: np.ndarray
    n: np.ndarray
    squares: np.ndarray
    after: np.ndarray
    timed: bool

    def part(self, rows: np.ndarray) -> Alike:
        """Some of the series."""
        return Alike(self.x[:, :, rows], self.n, self.squares, self.after, self.timed)

    def rates(self) -> np.ndarray:
        """Counts per token of each stratum, strata x series."""
        return self.x.sum(axis=0) / np.maximum(self.n.sum(axis=0), 1)[:, None]


def moods(alike: Alike, lasting: tuple[float, float] | None = None) -> Moods:
    """Moments of all series together, see the module; none is below 0, and slow is at most `week`. lasting: slow and
    memory, if more series than these tell of them; None: from these."""
    rate = alike.rates()
    mean = alike.n[:, :, None] * rate[None]
    left = alike.x - mean
    joint, whole = left.sum(axis=1), mean.sum(axis=1)
    apart = (whole**2).sum() - (mean**2).sum()
    week = max(((joint**2).sum() - (left**2).sum()) / apart, 0.0) if apart > 0 else 0.0
    own = (left**2).sum() - mean.sum() - week * (mean**2).sum()
    held = (rate**2 * alike.squares.sum(axis=0)[:, None]).sum()
    burst = max(own / held, 0.0) / (1 + week) if held > 0 else 0.0
    slow, memory = lasting_of(alike) if lasting is None else lasting
    return Moods(week, burst, min(slow, week), memory)


def lasting_of(alike: Alike) -> tuple[float, float]:
    """Variance of the moods that last, and what is left of them a block later: from products of residuals up to `_LAGS`
    blocks apart and of those up to twice as far."""
    if not alike.timed or len(alike.x) < 10 * _LAGS:
        return 0.0, 0.0
    whole = np.einsum("bo,ow->bw", alike.n, alike.rates())
    joint = alike.x.sum(axis=1) - whole
    total, square = whole.sum(axis=0), joint**2
    shares = []
    for lag in range(1, 2 * _LAGS + 1):
        here, there = whole[:-lag], whole[lag:]
        # residuals add up to 0, so that products of independent ones lie below it
        drawn = (there * square[:-lag] + here * square[lag:]).sum(axis=0) / np.maximum(total, 1e-9)
        drawn -= (here * there).sum(axis=0) * square.sum(axis=0) / np.maximum(total, 1e-9) ** 2
        products = (joint[:-lag] * joint[lag:]).sum(axis=0) + drawn
        shares.append(products.sum() / max((here * there).sum(), 1e-9))
    near, far = np.mean(shares[:_LAGS]), np.mean(shares[_LAGS:])
    if near <= 0:
        return 0.0, 0.0
    memory = min(max(far / near, 0.0) ** (1 / _LAGS), _LONGEST)
    return float(near / np.mean(memory ** np.arange(1, _LAGS + 1))) if memory > 0 else float(near), float(memory)


def drawn_counts(rng: np.random.Generator, alike: Alike, ratio: float, held: Moods) -> np.ndarray:
    """Counts of such series, blocks x strata x series, `ratio` times as many in the compared era."""
    blocks, _, count = alike.x.shape
    block, stratum = np.nonzero(alike.n)
    tokens = alike.n[block, stratum]
    mean = tokens[:, None] * alike.rates()[stratum]
    fast = (1 + held.week) / (1 + held.slow) - 1
    mood = rng.gamma(1 / fast, fast, (blocks, count)) if fast > 1e-6 else np.ones((blocks, count))
    if held.slow > 1e-6:
        mood *= _lasting(rng, blocks, count, held)
    mean *= mood[block] * np.where(alike.after, ratio, 1.0)[block, None]
    if held.burst > 1e-6:
        spread = (held.burst * alike.squares[block, stratum] / tokens**2)[:, None]
        mean *= rng.gamma(1 / spread, spread, mean.shape)
    drawn = np.zeros(alike.x.shape)
    drawn[block, stratum] = rng.poisson(mean)
    return drawn


def _lasting(rng: np.random.Generator, blocks: int, count: int, held: Moods) -> np.ndarray:
    """Log-normal moods with mean 1 and variance `slow` that follow each other, blocks x series."""
    steps = rng.standard_normal((blocks, count))
    for block in range(1, blocks):
        steps[block] = held.memory * steps[block - 1] + np.sqrt(1 - held.memory**2) * steps[block]
    variance = np.log1p(held.slow)
    return np.exp(np.sqrt(variance) * steps - variance / 2)
