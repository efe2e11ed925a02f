"""What the data could have shown: the smallest change that would have been found, by planting it and deciding again."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np

from analysis.errors import DiscourseError
from analysis.measures.inference.arguments import ERRORS, P_VALUES, SHARES, checked
from analysis.measures.inference.eras import Blocks, era_statistic
from analysis.measures.inference.moods import Alike, Moods, drawn_counts, moods

RATIOS = (1.15, 1.3, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0)
_ROTATIONS = 60


@dataclass(frozen=True)
class Decision:
    """When a change is claimed: the permutation p, adjusted over `family` tests, at most alpha, and so the rotation p.

    power: the chance that is asked for. replicates: planted data sets a ratio. Under Benjamini-Hochberg the strictest
    p that a single change among `family` tests has to reach is alpha / family; that one is taken.
    """

    alpha: float = 0.05
    family: int = 1
    rotation: bool = True
    power: float = 0.8
    replicates: int = 100
    seed: int = 1

    def __post_init__(self) -> None:
        if not (0 < self.alpha < 1 and 0 < self.power < 1):
            raise DiscourseError(f"alpha {self.alpha}, power {self.power}: both are shares between 0 and 1.")


def detectable_ratios(blocks: Blocks, decision: Decision | None = None) -> tuple[np.ndarray, np.ndarray]:
    """(up, down) a series: the smallest rise and the smallest fall found with chance `Decision.power`.

    Hits are drawn anew with moods and bursts as all series together show them (`inference/moods.py`: one series of one
    corpus does not tell how bursty it is), each stratum at its own rate over both eras and with its own tokens, times the
    ratio in the compared era; the decision of `Decision` is made again. The chance is read off a logistic curve in the log
    ratio through all ratios tried. Up is above 1, down below 1: they differ when the eras are unequal. nan: not even a
    ratio of 10 (or a tenth) is found so often.
    """
    decision = decision or Decision()
    up, down = (np.full(blocks.x.shape[2], np.nan) for _ in range(2))
    if min(blocks.sides) < 2:
        return up, down
    held = moods(Alike(blocks.x, blocks.n, blocks.n, blocks.after, decision.rotation))
    for series in range(len(up)):
        one = Blocks(blocks.x[:, :, [series]], blocks.n, blocks.after)
        if one.x.sum():
            up[series], down[series] = (_smallest(one, held, decision, turn) for turn in (1, -1))
    return up, down


STEPS = (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.5, 8.0, 11.0)


def detectable_differences(blocks: Blocks, error: np.ndarray, decision: Decision | None = None) -> np.ndarray:
    """The smallest difference of means (topic shares) a series, found with chance `Decision.power` upwards and, where there
    is enough to fall, downwards, whichever takes more.

    Planted as in `detectable_ratios`, by multiplying what the blocks of the compared era hold until their mean differs by
    so much (never above n): a topic that grows, grows where it is, and its bursts with it. error: standard error of the
    difference, by which the sizes tried are scaled. nan: not even a rise by 11 errors is found so often, or the error is
    unknown.
    """
    decision = decision or Decision()
    out = np.full(blocks.x.shape[2], np.nan)
    if min(blocks.sides) < 2:
        return out
    for series in np.flatnonzero(np.isfinite(error) & (np.asarray(error) > 0)):
        one = Blocks(blocks.x[:, :, [series]], blocks.n, blocks.after)
        found = [_smallest_added(one, float(error[series]), decision, turn) for turn in (1, -1)]
        out[series] = max(found) if np.isfinite(found[1]) else found[0]
    return out


def _smallest_added(blocks: Blocks, error: float, decision: Decision, turn: int) -> float:
    rng = np.random.default_rng([decision.seed, turn > 0])
    limit = _limit(blocks, decision, turn)
    mean = float(blocks.x.sum() / max(blocks.n.sum(), 1e-300))
    sizes, found = [], []
    for step in STEPS:
        tries = 0
        for _ in range(decision.replicates):
            planted = _shuffled(rng, blocks)
            there = planted.x[planted.after] * max(1 + turn * step * error / max(mean, 1e-300), 0.0)
            planted.x[planted.after] = np.minimum(there, planted.n[planted.after][:, :, None])
            tries += int(_found(planted, limit, turn, decision)[0])
        sizes.append(step)
        found.append(tries / decision.replicates)
        if found[-1] > 0.97:
            break
    return error * math.log(_crossing(np.array(sizes), np.array(found), decision))


def _smallest(blocks: Blocks, held: Moods, decision: Decision, turn: int) -> float:
    """Ratio found often enough in one direction: stops trying when nearly all are found."""
    rng = np.random.default_rng([decision.seed, turn > 0])
    limit = _limit(blocks, decision, turn)
    logs, found = [], []
    for size in RATIOS:
        drawn = _planted(rng, blocks, held, size**turn, decision.replicates)
        share = float(_found(drawn, limit, turn, decision).mean())
        logs.append(math.log(size))
        found.append(share)
        if share > 0.97:
            break
    return _crossing(np.array(logs), np.array(found), decision) ** turn


def _crossing(logs: np.ndarray, found: np.ndarray, decision: Decision) -> float:
    """exp of the place where a logistic curve through the shares found reaches the power."""
    clipped = np.clip(found, 0.5 / decision.replicates, 1 - 0.5 / decision.replicates)
    if found.max() < decision.power:
        return float("nan")
    weight = np.sqrt(decision.replicates * clipped * (1 - clipped))
    slope, start = np.polyfit(logs, np.log(clipped / (1 - clipped)), 1, w=weight) if len(logs) > 1 else (1e9, 0.0)
    wanted = math.log(decision.power / (1 - decision.power))
    place = (wanted - start) / slope if slope > 0 else logs[-1]
    return float(np.exp(np.clip(place, logs[0] / 2, logs[-1])))


def _limit(blocks: Blocks, decision: Decision, turn: int) -> float:
    """The value of T beyond which the permutation p is small enough, in one direction."""
    chance = turn * era_statistic(blocks, _traded(blocks.after.astype(bool).tobytes(), decision.seed))[:, 0]
    chance = chance[np.isfinite(chance)]
    if not len(chance):
        return float("inf")
    share = decision.alpha / decision.family / 2
    if share * len(chance) >= 5:
        return float(np.quantile(chance, 1 - share))
    # beyond what 2,000 permutations hold: the tail of a normal law fitted to them
    from scipy.special import ndtri

    at = np.quantile(chance, 1 - 5 / len(chance))
    return float(at * ndtri(1 - share) / ndtri(1 - 5 / len(chance)))


@functools.lru_cache(maxsize=4)
def _traded(after: bytes, seed: int) -> np.ndarray:
    """Labels, given as the bytes of their truth values, traded among the blocks 2,000 times; kept, since all series of one
    corpus share them."""
    label = np.frombuffer(after, dtype=bool).astype(np.float64)
    return np.random.default_rng(seed).permuted(np.tile(label, (2000, 1)), axis=1)


def _planted(rng: np.random.Generator, blocks: Blocks, held: Moods, ratio: float, replicates: int) -> Blocks:
    """One series drawn anew so many times, with a ratio after the border: so many series."""
    many = np.repeat(blocks.x, replicates, axis=2)
    x = drawn_counts(rng, Alike(many, blocks.n, blocks.n, blocks.after, True), ratio, held)
    return Blocks(x, blocks.n, blocks.after)


def _shuffled(rng: np.random.Generator, blocks: Blocks) -> Blocks:
    """The blocks in another order: four neighbours at a time, from a place by chance."""
    count = len(blocks.after)
    start, groups = rng.integers(count), _fours(count)
    order = (np.concatenate([groups[i] for i in rng.permutation(len(groups))]) + start) % count
    return Blocks(blocks.x[order].astype(np.float64), blocks.n[order], blocks.after)


@functools.lru_cache(maxsize=64)
def _fours(count: int) -> list[np.ndarray]:
    """The places 0 to count - 1, four neighbours at a time; kept, since cutting them was half of what a shuffle costs."""
    return np.array_split(np.arange(count), max(count // 4, 1))


def _found(planted: Blocks, limit: float, turn: int, decision: Decision) -> np.ndarray:
    """Whether the change is found in each of the planted series."""
    label = planted.after.astype(np.float64)
    t = era_statistic(planted, label[None, :])[0]
    found = turn * t >= limit
    if not (decision.rotation and found.any()):
        return found
    place = np.arange(len(label))
    turns = np.arange(0, len(label), max(1, len(label) // _ROTATIONS))
    far = Blocks(planted.x[:, :, found], planted.n, planted.after)
    chance = era_statistic(far, label[(place[None, :] - turns[:, None]) % len(label)])
    found[found] = (np.abs(chance) >= np.abs(t[found]) * (1 - 1e-9)).mean(axis=0) <= decision.alpha
    return found


@checked(p=P_VALUES)
def found_share(p: np.ndarray, alpha: float = 0.05) -> tuple[float, float, float]:
    """Share of tests with p <= alpha, with its exact 95 % limits (Clopper and Pearson 1934). nan are left out.

    No test at all raises `DiscourseError`.
    """
    from scipy.stats import binomtest

    tested = np.asarray(p, dtype=np.float64)
    tested = tested[~np.isnan(tested)]
    if not len(tested):
        raise DiscourseError(
            "found_share, p: no test to count, all are missing; give the p-values of tests that were made."
        )
    found = binomtest(int((tested <= alpha).sum()), len(tested))
    limits = found.proportion_ci(0.95)
    return float(found.statistic), float(limits.low), float(limits.high)


@checked(standard_error=ERRORS, alpha=SHARES)
def detectable_ratio(
    standard_error: np.ndarray | float, alpha: np.ndarray | float = 0.05, power: float = 0.8
) -> np.ndarray | float:
    """The ratio above 1 that a two-sided test with a normal law finds with chance `power`; for tests that no data are
    planted for.

    exp((z(1 - alpha/2) + z(power)) * standard_error), the standard error being that of the log ratio (Bloom 1995, the
    minimum detectable effect). Higher means that the data could show less. nan stays nan. Optimistic for unequal sides
    and after adjustment: `detectable_ratios` plants instead.

    >>> round(detectable_ratio(0.1), 3)
    1.323
    """
    if not (np.all(np.asarray(alpha) > 0) and np.all(np.asarray(alpha) < 1) and 0 < power < 1):
        raise DiscourseError(f"alpha {alpha}, power {power}: both are shares between 0 and 1.")
    from scipy.special import ndtri

    with np.errstate(over="ignore"):
        found = np.exp((ndtri(1 - np.asarray(alpha) / 2) + ndtri(power)) * standard_error)
    return found if isinstance(standard_error, np.ndarray) else float(found)
