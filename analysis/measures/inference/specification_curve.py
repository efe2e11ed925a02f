"""Many specifications of one claim, tested together: how often would chance give a curve as extreme?

Labels of the eras move over whole blocks of time, the same way in all specifications, and every one is computed anew
under each labelling (Simonsohn, Simmons and Nelson 2020, Nature Human Behaviour 4, 1208-1214). The labels as they are
count as one of the labellings, which makes each p exact where the blocks are exchangeable. Rotations keep the order of the
blocks and hold when the wording drifts, but find little: labels turned by a few blocks are nearly the true ones. Blocks
traded with long-run errors (`long_run`) hold where blocks remember each other, and find nearly what traded blocks find.

Per specification T of `eras` (x hits, n tokens of stratum o in block b, e_ob = x_ob - r_o n_ob, s_o the share of o's tokens
that the labelling calls compared):

    T = sum_b phi_b / sqrt(sum_b phi_b^2),  phi_b = a_b sum_o e_ob - sum_o s_o e_ob

sum_b phi_b^2 is a quadratic form in s, so that one matrix product serves all labellings of a specification. The estimate
is the log of the Mantel-Haenszel ratio within strata.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError
from analysis.measures.inference.eras import rotations
from analysis.measures.inference.long_run import permuted_places
from analysis.measures.inference.multiple import step_down

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

KINDS = ("permuted", "rotated", "long_run")


@dataclass(frozen=True)
class Labellings:
    """Labels of blocks: labellings x blocks, 1 in the compared era, the ones found first. kind: "permuted" or "rotated"."""

    labels: np.ndarray
    kind: str


@dataclass(frozen=True)
class CurveTest:
    """The joint test of a curve, by one kind of labelling.

    median: of the log ratios that are defined. median_p: share of labellings with a median as extreme (see `own_p`).
    t_p: the same of the median of T, which weighs a ratio by how well it is known. side_share: specifications on the
    more frequent side, of those that are defined; side_p: labellings with as large a share, on either side.
    found_share: specifications of the more frequent side whose own p is at most alpha; found_p: labellings with as many.
    count: labellings, the one found among them; no p is below 1 / count. nan where no specification is defined.
    """

    kind: str
    median: float
    median_p: float
    t_p: float
    side_share: float
    side_p: float
    found_share: float
    found_p: float
    count: int


def permuted_labels(after: np.ndarray, filled: np.ndarray, replicates: int, seed: int) -> Labellings:
    """The labels as they are, and `replicates` times traded among the blocks that are filled."""
    return Labellings(np.asarray(after, dtype=np.float64)[permuted_places(filled, replicates, seed)], "permuted")


def rotated_labels(after: np.ndarray) -> Labellings:
    """All rotations of the labels along time; blocks that nobody wrote in keep their place in it."""
    return Labellings(rotations(np.asarray(after, dtype=np.float64)), "rotated")


def recompute(x: np.ndarray, n: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(T, log ratio within strata) of one specification, one value a labelling.

    x, n: hits and tokens, blocks x strata. labels: labellings x blocks. T is nan where nothing varies, the log ratio
    infinite without a hit on one side and nan without any in a stratum that has both. Raises `DiscourseError` for shapes
    that do not fit.
    """
    if x.shape != n.shape or labels.shape[1] != len(x):
        raise DiscourseError(f"recompute: hits {x.shape}, tokens {n.shape}, labels {labels.shape} do not fit.")
    filled, used = n.sum(axis=1) > 0, n.sum(axis=0) > 0
    x, n, labels = (v.astype(np.float64) for v in (x[filled][:, used], n[filled][:, used], labels[:, filled]))
    total_x, total_n = x.sum(axis=0), n.sum(axis=0)
    residual = x - total_x / total_n * n
    joint = residual.sum(axis=1)
    strata = x.shape[1]
    columns = np.concatenate([n, x, joint[:, None] * residual, joint[:, None], joint[:, None] ** 2], axis=1)
    sums = labels @ columns
    n1, x1, crossed = sums[:, :strata], sums[:, strata : 2 * strata], sums[:, 2 * strata : 3 * strata]
    share = n1 / total_n
    spread = sums[:, -1] - 2 * (share * crossed).sum(axis=1) + ((share @ (residual.T @ residual)) * share).sum(axis=1)
    scale = (residual**2).sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(spread > 1e-10 * scale, sums[:, -2] / np.sqrt(spread), np.nan)
        top = (x1 * (total_n - n1) / total_n).sum(axis=1)
        bottom = ((total_x - x1) * n1 / total_n).sum(axis=1)
        ratio = np.log(top) - np.log(bottom)
    return t, ratio


def own_p(values: np.ndarray, kind: str = "permuted") -> np.ndarray:
    """p of every labelling among all, each with itself in it. values: labellings x specifications.

    Permuted (and "long_run"): twice the smaller tail, since eras of unequal length make T skewed. Rotated: by size alone,
    since a drift makes one tail long, and balancing the tails would call it a change. The first row is the p of what was
    found, the others what it would have been had they been found. nan stays nan and is no labelling.
    """
    rounded = np.round(np.abs(values) if kind == "rotated" else values, 9)
    result = np.full(values.shape, np.nan)
    for column in range(values.shape[1]):
        there = np.isfinite(rounded[:, column]) | np.isinf(rounded[:, column])
        one = rounded[there, column]
        ordered = np.sort(one)
        above = len(one) - np.searchsorted(ordered, one, side="left")
        below = np.searchsorted(ordered, one, side="right")
        tail = above if kind == "rotated" else 2 * np.minimum(above, below)
        result[there, column] = np.minimum(tail / max(len(one), 1), 1.0)
    return result


def curve_test(t: np.ndarray, ratios: np.ndarray, kind: str, *, alpha: float = 0.05) -> CurveTest:
    """The joint test. t, ratios: labellings x specifications from `recompute`, the labels found first."""
    if t.shape != ratios.shape or not len(t):
        raise DiscourseError(f"curve: T {t.shape} and ratios {ratios.shape} need one row a labelling.")
    if not np.isfinite(t[0]).any():
        return CurveTest(kind, *(float("nan"),) * 7, len(t))
    medians, centres = _medians(ratios), _medians(t)
    positive, negative = _share(t > 0, t), _share(t < 0, t)
    p = own_p(t, kind)
    up, down = _share((p <= alpha + 1e-12) & (t > 0), t), _share((p <= alpha + 1e-12) & (t < 0), t)
    sides, found = np.maximum(positive, negative), np.maximum(up, down)
    return CurveTest(
        kind,
        float(medians[0]),
        _joint_p(medians, kind),
        _joint_p(centres, kind),
        float(sides[0]),
        float((sides >= sides[0] - 1e-12).mean()),
        float(found[0]),
        float((found >= found[0] - 1e-12).mean()),
        len(t),
    )


def _share(chosen: np.ndarray, values: np.ndarray) -> np.ndarray:
    return (chosen & np.isfinite(values)).sum(axis=1) / np.maximum(np.isfinite(values).sum(axis=1), 1)


def _medians(values: np.ndarray) -> np.ndarray:
    """Median of each row over what is defined; of two middle values of which one is infinite, the finite one."""
    ordered = np.sort(values, axis=1)  # nan last
    count = (~np.isnan(ordered)).sum(axis=1)
    rows = np.arange(len(ordered))
    low = ordered[rows, np.maximum((count - 1) // 2, 0)]
    high = ordered[rows, np.minimum(count // 2, ordered.shape[1] - 1)]
    with np.errstate(invalid="ignore"):
        middle = np.where(np.isinf(low), high, np.where(np.isinf(high), low, (low + high) / 2))
    return np.where(count > 0, middle, np.nan)


def _joint_p(values: np.ndarray, kind: str) -> float:
    """p of the first value among all that are defined."""
    return float(own_p(values[:, None], kind)[0, 0])


def family_p(t: np.ndarray, kind: str) -> np.ndarray:
    """p of each specification adjusted for being one of many (`multiple.step_down` on the same labellings).

    t: labellings x specifications, the labels found first. A hundred copies of one specification cost nothing.
    """
    rotated = kind == "rotated"
    return step_down(t[0], t if rotated else t[1:], found_is_there=rotated, balanced=not rotated)


def chance_band(ratios: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """(low, high) a specification: log ratios within which all of them stay together in `level` of the labellings.

    ratios: labellings x specifications, what was found first. Each band is cut at the same own p, the largest that the
    smallest p of a labelling stays below in no more than 1 - level of them. A ratio outside is more than chance gives to
    any of the specifications. nan where a specification is not defined; a labelling under which none is says nothing.
    """
    p = own_p(ratios)
    members = ~np.isnan(p[0])
    low, high = np.full(p.shape[1], np.nan), np.full(p.shape[1], np.nan)
    if not members.any():
        return low, high
    smallest = np.fmin.reduce(p[:, members], axis=1)
    smallest = np.sort(smallest[~np.isnan(smallest)])
    fits = smallest[np.searchsorted(smallest, smallest, side="right") <= (1 - level) * len(smallest) + 1e-9]
    cut = fits[-1] if len(fits) else 0.0
    for place in np.flatnonzero(members):
        values = np.sort(ratios[~np.isnan(ratios[:, place]), place])
        if len(values):
            beyond = min(int(np.floor(cut / 2 * len(values) + 1e-9)), (len(values) - 1) // 2)
            low[place], high[place] = values[beyond], values[len(values) - 1 - beyond]
    return low, high


def variance_shares(estimates: np.ndarray, choices: pd.DataFrame) -> pd.DataFrame:
    """How much of the spread of the estimates each choice makes: one row a choice, share from 0 to 1, largest first.

    choices: one row a specification, one column a choice. Finite estimates only. Each share is the choice's mean gain in
    R squared of main effects over all orders of entering (Lindeman, Merenda and Gold 1980; the Shapley value), so that
    they add up to R squared however the combinations were drawn; the last row, "together", is the rest: what choices do
    only in combination. All are 0 where nothing varies. Raises `DiscourseError` for more than 16 choices that vary.
    """
    import pandas as pd

    use = np.isfinite(estimates)
    y = estimates[use] - estimates[use].mean() if use.any() else np.zeros(0)
    varying = [name for name in choices.columns if len(set(choices.loc[use, name])) > 1]
    if len(varying) > 16:
        raise DiscourseError(f"choices: {len(varying)} vary; shares of variance are computed for 16 at most.")
    total = float((y**2).sum())
    if total <= 1e-18 or not varying:
        rows = [(name, 0.0) for name in [*choices.columns, "together"]]
        return pd.DataFrame(rows, columns=["choice", "share"])
    shares = _shapley(y / np.sqrt(total), [_dummies(choices.loc[use, name]) for name in varying])
    made = dict(zip(varying, shares, strict=True)) | {n: 0.0 for n in choices.columns if n not in varying}
    rows = sorted(made.items(), key=lambda item: (-round(item[1], 12), item[0]))
    rows.append(("together", max(1 - sum(shares), 0.0)))
    return pd.DataFrame(rows, columns=["choice", "share"])


def _dummies(values: pd.Series) -> np.ndarray:
    """Centred indicators of all levels but the first."""
    codes = values.astype("category").cat.codes.to_numpy()
    made = (codes[:, None] == np.arange(1, codes.max() + 1)).astype(np.float64)
    return made - made.mean(axis=0)


def _shapley(y: np.ndarray, groups: Sequence[np.ndarray]) -> np.ndarray:
    """Mean gain in R squared of each group of columns over all orders; y of length one, centred."""
    from math import comb

    design = np.concatenate(groups, axis=1)
    gram, moment = design.T @ design, design.T @ y
    ends = np.cumsum([group.shape[1] for group in groups])
    columns = [np.arange(end - group.shape[1], end) for end, group in zip(ends, groups, strict=True)]
    count = len(groups)
    explained = np.zeros(1 << count)
    for members in range(1, 1 << count):
        chosen = np.concatenate([columns[i] for i in range(count) if members >> i & 1])
        solved = np.linalg.lstsq(gram[np.ix_(chosen, chosen)], moment[chosen], rcond=1e-10)[0]
        explained[members] = float(moment[chosen] @ solved)
    every = np.arange(1 << count)
    size = np.array([bin(m).count("1") for m in every])
    shares = np.zeros(count)
    for i in range(count):
        without = every[(every >> i & 1) == 0]
        weight = np.array([1 / (count * comb(count - 1, size[m])) for m in without])
        shares[i] = float((weight * (explained[without | 1 << i] - explained[without])).sum())
    return np.maximum(shares, 0.0)
