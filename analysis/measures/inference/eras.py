"""Did a rate change between two stretches of time? Tests that hold when news comes in waves.

Weeks are alike over all outlets (an event fills all papers), so the labels of the two sides move over whole blocks of
time, jointly in all strata (outlets): a reprint or a shared event is never torn apart. Within strata, so that a change in
the mix of outlets is not taken for a change of wording.

With x hits and n tokens of stratum o in block b, a_b = 1 in the compared era, pooled rates r_o = x_o / n_o and residuals
e_ob = x_ob - r_o n_ob:

    phi_b = sum_o w_o e_ob (a_b / n_oA - (1 - a_b) / n_oB),  w_o = n_oA n_oB / (n_oA + n_oB)
    T = sum_b phi_b / sqrt(sum_b phi_b^2)

w_o times the bracket is a_b - n_oA / n_o, so phi_b = sum_o e_ob (a_b - s_o) with s_o the share of o's tokens in the era.
Permuted blocks are right when blocks are exchangeable; the rotation of the labels along time, which keeps the order of
the blocks, also when they are autocorrelated or, with a short later era, drift (moving-block permutation; Chernozhukov,
Wuethrich and Zhu 2021).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError
from analysis.measures.inference.long_run import long_run_factor, permuted_places
from analysis.measures.inference.multiple import step_down
from analysis.measures.inference.resampling import Sampling, quantiles

if TYPE_CHECKING:
    from collections.abc import Sequence

_CELLS_AT_ONCE = 4_000_000
_TRADED = 499  # orders of the blocks that the widening of an interval rests on


@dataclass(frozen=True)
class Blocks:
    """Counts by block of time, in order of time.

    x: blocks x strata x series, hits (or any sums, such as topic shares); n: blocks x strata, tokens (or documents);
    after: blocks, True in the compared era. Blocks without tokens keep their place, for the rotation.
    """

    x: np.ndarray
    n: np.ndarray
    after: np.ndarray

    def __post_init__(self) -> None:
        if not (len(self.x) == len(self.n) == len(self.after) and self.x.shape[1] == self.n.shape[1]):
            raise DiscourseError(
                f"blocks: x {self.x.shape}, n {self.n.shape}, labels {len(self.after)}; give blocks x strata x series, "
                "blocks x strata, and one label a block."
            )

    def labelled(self, after: np.ndarray) -> Blocks:
        """The same counts with other labels (a placebo border)."""
        return Blocks(self.x, self.n, np.asarray(after, dtype=bool))

    def without_empty(self) -> Blocks:
        """Only the blocks with tokens: the others add nothing to a sum, and no draw or permutation moves them."""
        filled = self.n.sum(axis=1) > 0
        return Blocks(self.x[filled], self.n[filled], self.after[filled])

    @property
    def sides(self) -> tuple[int, int]:
        """Blocks with tokens before and after."""
        filled = self.n.sum(axis=1) > 0
        return int((filled & ~self.after).sum()), int((filled & self.after).sum())

    def weights(self) -> np.ndarray:
        """Share of each stratum in the comparison, w_o / sum w_o: 0 for a stratum with tokens on one side only."""
        n_a, n_b = self.n[self.after].sum(axis=0).astype(float), self.n[~self.after].sum(axis=0).astype(float)
        weight = n_a * n_b / np.maximum(n_a + n_b, 1)
        return weight / max(weight.sum(), 1e-300)


@dataclass(frozen=True)
class EraTest:
    """One value a series. t: positive where the compared era has more. p: blocks permuted, two-sided. rotation_p: labels
    rotated along time; its smallest possible value is 1 / rotation_count. p_joint, rotation_p_joint: the same for all
    series together (`multiple.step_down` on the same labellings): any of them at most .05 has chance .05 when nothing
    changed. nan where nothing can be compared.
    """

    t: np.ndarray
    p: np.ndarray
    rotation_p: np.ndarray
    rotation_count: int
    p_joint: np.ndarray
    rotation_p_joint: np.ndarray


def era_test(blocks: Blocks, *, replicates: int = 2000, seed: int = 1) -> EraTest:
    """T of the module with both p-values.

    p = 2 min(p_up, p_down), each (1 + as extreme) / (1 + replicates): T is skewed when the eras are unequal, so that its
    size alone is a one-sided test (rises found in .1 %, falls in 4 % of cases without either). rotation_p: share of all
    rotations of the labels, the one found among them, with |T| as large.
    """
    statistic = _Statistic(blocks)
    label = blocks.after.astype(np.float64)
    t = statistic.t(label[None, :])[0]
    rng = np.random.default_rng(seed)
    movable = np.flatnonzero(blocks.n.sum(axis=1) > 0)
    up, down, held = np.zeros(len(t)), np.zeros(len(t)), []
    tolerance = 1e-9 * np.maximum(np.abs(t), 1)
    moving = _Statistic(blocks.without_empty())
    for rows in _rows_at_once(replicates, len(label)):
        chance = moving.t(rng.permuted(np.tile(label[movable], (rows, 1)), axis=1))
        held.append(chance)
        with np.errstate(invalid="ignore"):
            up += (chance >= t - tolerance).sum(axis=0)
            down += (chance <= t + tolerance).sum(axis=0)
    p = np.minimum(2 * (1 + np.minimum(up, down)) / (1 + replicates), 1.0)
    rotated = statistic.t(rotations(label))
    with np.errstate(invalid="ignore"):
        as_large = (np.abs(rotated) >= np.abs(t) - tolerance).sum(axis=0)
    defined = np.isfinite(t)
    rotation_p = np.where(defined, as_large / len(label), np.nan)
    together = step_down(t, np.concatenate(held)), step_down(t, rotated, found_is_there=True, balanced=False)
    return EraTest(t, np.where(defined, p, np.nan), rotation_p, len(label), *together)


def joint_test(parts: Sequence[Blocks], *, replicates: int = 2000, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """(p_joint, rotation_p_joint) that hold for all series of several tests together: one value a series of each part.

    parts: the same blocks of time with the same labels, each part with strata of its own (an outlet, or several). The
    labels move over the blocks of all parts at once, so that what one week does to all of them stays together, and the
    step-down of `multiple.step_down` runs over all series. nan where nothing varies. Raises `DiscourseError` for parts of
    unlike labels.
    """
    label = parts[0].after
    if any(len(part.after) != len(label) or (part.after != label).any() for part in parts):
        raise DiscourseError(
            "joint_test: parts with unlike labels; give blocks of one calendar (`blocks_of` of all strata)."
        )
    statistics = [_Statistic(part) for part in parts]
    movable = np.flatnonzero(sum(part.n.sum(axis=1) for part in parts) > 0)

    def t(labels: np.ndarray) -> np.ndarray:
        return np.concatenate([statistic.t(labels) for statistic in statistics], axis=1)

    found = label.astype(np.float64)
    rng, chance = np.random.default_rng(seed), []
    for rows in _rows_at_once(replicates, len(label)):
        labels = np.tile(found, (rows, 1))
        labels[:, movable] = rng.permuted(labels[:, movable], axis=1)
        chance.append(t(labels))
    observed = t(found[None, :])[0]
    rotated = step_down(observed, t(rotations(found)), found_is_there=True, balanced=False)
    return step_down(observed, np.concatenate(chance)), rotated


def era_statistic(blocks: Blocks, labels: np.ndarray) -> np.ndarray:
    """T of the module for each of many labellings (labellings x blocks): labellings x series; nan where nothing varies."""
    return _Statistic(blocks).t(labels)


def rotations(label: np.ndarray) -> np.ndarray:
    """All rotations of the labels, one a row, the labels as they are first: blocks x blocks."""
    place = np.arange(len(label))
    return label[(place[None, :] - place[:, None]) % len(label)]


def _rows_at_once(replicates: int, width: int) -> list[int]:
    size = max(1, _CELLS_AT_ONCE // max(width, 1))
    return [min(size, replicates - start) for start in range(0, replicates, size)]


class _Statistic:
    """T for many labellings at once. Only cells (block, stratum) with tokens are held: of the weeks and outlets of a press
    they are a few in a hundred."""

    def __init__(self, blocks: Blocks) -> None:
        self.filled = np.flatnonzero(blocks.n.any(axis=1))
        self.n = blocks.n[self.filled].astype(np.float64)
        self.total = self.n.sum(axis=0)
        self.block, self.stratum = np.nonzero(self.n)
        x = blocks.x[self.filled[self.block], self.stratum].astype(np.float64)
        hits = np.zeros((self.n.shape[1], x.shape[1]))
        np.add.at(hits, self.stratum, x)
        rate = hits / np.where(self.total > 0, self.total, 1.0)[:, None]
        self.residual = x - rate[self.stratum] * self.n[self.block, self.stratum][:, None]  # cells x series
        self.scale = (self.residual**2).sum(axis=0)

    def t(self, labels: np.ndarray) -> np.ndarray:
        """labelings x series. labels: 0 or 1."""
        if not len(self.filled):
            return np.full((len(labels), self.residual.shape[1]), np.nan)
        labels = labels[:, self.filled]
        share = (labels @ self.n) / np.where(self.total > 0, self.total, 1.0)
        few = len(labels) <= min(self.residual.shape[1], self.n.shape[1])
        size, spread = (self._one_by_one if few else self._all_at_once)(labels, share)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(spread > 1e-12 * self.scale, size / np.sqrt(spread), np.nan)

    def _one_by_one(self, labels: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sum and sum of squares of phi_b = L_b joint_b - share . residual_b, all series of a labelling together."""
        first = np.flatnonzero(np.diff(self.block, prepend=-1))
        sums = []
        for label, part in zip(labels, share, strict=True):
            phi = np.add.reduceat((label[self.block] - part[self.stratum])[:, None] * self.residual, first)
            sums.append((phi.sum(axis=0), (phi**2).sum(axis=0)))
        size, spread = zip(*sums, strict=True)
        return np.array(size), np.array(spread)

    def _all_at_once(self, labels: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same, all labellings of a series together: both are products of the labels with what each block holds, since
        the residuals of a stratum add up to 0 and a label is its own square."""
        size, spread = np.empty((2, len(labels), self.residual.shape[1]))
        for series in range(size.shape[1]):
            residual = np.zeros(self.n.shape)
            residual[self.block, self.stratum] = self.residual[:, series]
            joint = residual.sum(axis=1)
            held = labels @ np.column_stack([joint, joint**2, joint[:, None] * residual])
            size[:, series] = held[:, 0]
            spread[:, series] = held[:, 1] + (share * (share @ (residual.T @ residual) - 2 * held[:, 2:])).sum(axis=1)
        return size, spread


def ratio_within(
    blocks: Blocks, sampling: Sampling, *, in_time: bool = True
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(ratio, low, high) a series: Mantel-Haenszel ratio of rates within strata (Greenland and Robins 1985).

    sum of x1 y0 / y over sum of x0 y1 / y. Interval: blocks are drawn with replacement within each era, over all strata
    together, and the log ratio's distance is divided by its own standard error (bootstrap t; Davison and Hinkley 1997,
    eq. 2.10). in_time: the blocks follow each other in time; each limit then lies farther from the ratio the more alike
    neighbours are (`_widening`), never nearer. null where no stratum has both sides and hits, or an era has fewer than two
    blocks with tokens.
    """
    wider = _widening(blocks, sampling.level, sampling.seed) if in_time else (1.0, 1.0)
    blocks = blocks.without_empty()
    ratio = _LogRatio(blocks)
    one = np.ones((1, len(blocks.after)))
    estimate, error = (value[0] for value in ratio.with_error(one))
    low, high = np.full(len(estimate), np.nan), np.full(len(estimate), np.nan)
    if min(blocks.sides) >= 2:
        drawn = _drawn(blocks, sampling.replicates, sampling.seed)
        found = [ratio.with_error(drawn[i : i + 250]) for i in range(0, len(drawn), 250)]
        value, spread = (np.concatenate(part) for part in zip(*found, strict=True))
        with np.errstate(divide="ignore", invalid="ignore"):
            t = (value - estimate) / spread
        t = np.where(np.isfinite(t), t, np.nan)
        tail = (1 - sampling.level) / 2
        with np.errstate(over="ignore"):
            low = np.exp(estimate - quantiles(t, np.full(len(estimate), 1 - tail)) * error * wider[0])
            high = np.exp(estimate - quantiles(t, np.full(len(estimate), tail)) * error * wider[1])
    with np.errstate(over="ignore", invalid="ignore"):
        usable = np.isfinite(estimate) & (error > 0)
        shown = np.where(np.isnan(estimate), np.nan, np.exp(estimate))
    return shown, np.where(usable, low, np.nan), np.where(usable, high, np.nan)


def _widening(blocks: Blocks, level: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """How much farther the lower and the upper limit lie, one a series, at least 1.

    The limit of T with long-run errors among traded blocks, over that of T, and over the factor of the series as it is
    (`long_run`): what inverting the test with long-run errors adds to inverting that of traded blocks. 1 where an era has
    fewer than two blocks with tokens.
    """
    low, high = np.ones(blocks.x.shape[2]), np.ones(blocks.x.shape[2])
    if min(blocks.sides) < 2:
        return low, high
    filled = blocks.n.sum(axis=1) > 0
    places = permuted_places(filled, _TRADED, seed)
    t = _Statistic(blocks).t(blocks.after.astype(np.float64)[places])
    tail = (1 - level) / 2
    for series in range(len(low)):
        factor = long_run_factor(blocks.x[:, :, series], blocks.n, blocks.after, places)
        both = np.stack([t[1:, series], t[1:, series] * factor[1:]], axis=1)
        both = both[np.isfinite(both).all(axis=1)]
        if len(both) < _TRADED // 2 or not np.isfinite(factor[0]):
            continue
        (below, below_long), (above, above_long) = np.quantile(both, [tail, 1 - tail], axis=0)
        if below < 0 < above:
            low[series] = max(above_long / above / factor[0], 1.0)
            high[series] = max(below_long / below / factor[0], 1.0)
    return low, high


def _drawn(blocks: Blocks, replicates: int, seed: int) -> np.ndarray:
    """How often each block is drawn, within its era: replicates x blocks."""
    filled = blocks.n.sum(axis=1) > 0
    sides = [np.flatnonzero(filled & (blocks.after == side)) for side in (False, True)]
    out = np.zeros((replicates, len(blocks.after)))
    for members, drawn in zip(sides, _times(len(sides[0]), len(sides[1]), replicates, seed), strict=True):
        out[:, members] = drawn
    return out


@functools.lru_cache(maxsize=128)
def _times(before: int, after: int, replicates: int, seed: int) -> tuple[np.ndarray, ...]:
    """Draws of the blocks of both eras, replicates x blocks each; kept, since specifications of one claim share them."""
    rng = np.random.default_rng(seed)
    drawn = [
        rng.multinomial(n, np.full(n, 1 / n), size=replicates) if n else np.zeros((replicates, 0))
        for n in (before, after)
    ]
    return tuple(one.astype(np.uint16) for one in drawn)


class _LogRatio:
    """Log Mantel-Haenszel ratio and its standard error for many weightings of the blocks."""

    def __init__(self, blocks: Blocks) -> None:
        self.x, self.n = blocks.x.astype(np.float64), blocks.n.astype(np.float64)
        self.after = blocks.after.astype(bool)
        filled = self.n.sum(axis=1) > 0
        self.count = [int((filled & (self.after == side)).sum()) for side in (False, True)]
        both = (self.n[self.after].sum(axis=0) > 0) & (self.n[~self.after].sum(axis=0) > 0)
        self.x, self.n = self.x[:, both], self.n[:, both]  # a stratum of one era adds nothing, in any draw

    def with_error(self, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Estimates and errors, weightings x series each."""
        y1, y0 = (times[:, side] @ self.n[side] for side in (self.after, ~self.after))
        whole = np.maximum(y1 + y0, 1e-9)
        values, errors = [], []
        for series in range(self.x.shape[2]):
            x = self.x[:, :, series]
            x1, x0 = (times[:, side] @ x[side] for side in (self.after, ~self.after))
            top, bottom = (x1 * y0 / whole).sum(axis=1), (x0 * y1 / whole).sum(axis=1)
            with np.errstate(divide="ignore", invalid="ignore"):
                values.append(np.log(top) - np.log(bottom))
                errors.append(np.sqrt(self._variance(times, x, (x1, y1, x0, y0), (top, bottom))))
        return np.stack(values, axis=1), np.stack(errors, axis=1)

    def _variance(self, times: np.ndarray, x: np.ndarray, sums: tuple, ends: tuple) -> np.ndarray:
        """Sum of squared influences over the blocks drawn, with B / (B - 1) in each era."""
        x1, y1, x0, y0 = sums
        top, bottom = (end[:, None] for end in ends)
        whole = np.maximum(y1 + y0, 1e-9)
        by_n1 = -x1 * y0 / whole**2 / top - x0 * y0 / whole**2 / bottom
        by_n0 = x1 * y1 / whole**2 / top + x0 * y1 / whole**2 / bottom
        total = np.zeros(len(times))
        for side, by_x, by_n in ((True, y0 / whole / top, by_n1), (False, -y1 / whole / bottom, by_n0)):
            rows = self.after == side
            influence = by_x @ x[rows].T + by_n @ self.n[rows].T
            count = self.count[side]
            total += (times[:, rows] * influence**2).sum(axis=1) * count / max(count - 1, 1)
        return total


def difference_within(blocks: Blocks, sampling: Sampling) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(difference, low, high, standard error) a series: rates of the compared era less those before, within strata.

    Mean over strata with Mantel-Haenszel weights. Interval as in `ratio_within`: blocks drawn within each era, bootstrap t.
    null where an era has fewer than two blocks, or nothing varies.
    """
    found = _Difference(blocks)
    estimate, error = (value[0] for value in found.with_error(np.ones((1, len(blocks.after)))))
    low, high = np.full(len(estimate), np.nan), np.full(len(estimate), np.nan)
    usable = error > 1e-12
    if min(blocks.sides) >= 2 and usable.any():
        drawn = _drawn(blocks, sampling.replicates, sampling.seed)
        parts = [found.with_error(drawn[i : i + 250]) for i in range(0, len(drawn), 250)]
        value, spread = (np.concatenate(part) for part in zip(*parts, strict=True))
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where(spread > 1e-12, (value - estimate) / spread, np.nan)
        tail = (1 - sampling.level) / 2
        low = estimate - quantiles(t, np.full(len(estimate), 1 - tail)) * error
        high = estimate - quantiles(t, np.full(len(estimate), tail)) * error
    return estimate, np.where(usable, low, np.nan), np.where(usable, high, np.nan), np.where(usable, error, np.nan)


class _Difference:
    """Difference of rates within strata and its standard error for many weightings of the blocks."""

    def __init__(self, blocks: Blocks) -> None:
        self.x, self.n, self.after = blocks.x.astype(np.float64), blocks.n.astype(np.float64), blocks.after
        filled = self.n.sum(axis=1) > 0
        self.count = {side: int((filled & (self.after == side)).sum()) for side in (False, True)}

    def with_error(self, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Estimates and errors, weightings x series each."""
        sums = {side: times[:, self.after == side] @ self.n[self.after == side] for side in (True, False)}
        weight = sums[True] * sums[False] / np.maximum(sums[True] + sums[False], 1e-300)
        weight = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-300)
        values, errors = [], []
        for series in range(self.x.shape[2]):
            total, variance = np.zeros(len(times)), np.zeros(len(times))
            for side, sign in ((True, 1.0), (False, -1.0)):
                rows, x = self.after == side, self.x[:, :, series]
                size = np.where(sums[side] > 0, sums[side], np.inf)
                rate = (times[:, rows] @ x[rows]) / size
                total += sign * (weight * rate).sum(axis=1)
                factor = weight / size
                influence = factor @ x[rows].T - (factor * rate) @ self.n[rows].T
                count = self.count[side]
                variance += (times[:, rows] * influence**2).sum(axis=1) * count / max(count - 1, 1)
            values.append(np.where(weight.sum(axis=1) > 0, total, np.nan))
            errors.append(np.sqrt(variance))
        return np.stack(values, axis=1), np.stack(errors, axis=1)
