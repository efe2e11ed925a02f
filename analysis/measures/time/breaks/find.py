"""When did a series change? Exact segmentation by dynamic programming, with the number of breaks chosen by BIC.

A break is given as the number of observations before it: break 28 means that observation 28, counted from 1, is the
last of the old regime.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, require
from analysis.measures.inference.arguments import COUNT_ROW, ONE_OR_MORE, PLACES, checked

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


@dataclass(frozen=True)
class Breaks:
    """An optimal segmentation.

    breaks: observations before each break, ascending. values: mean (or rate) of each segment; for regressions the
    first coefficient. coefficients: segments x regressors. cost: residual sum of squares, or minus the log likelihood.
    selection: one row per number of breaks: break_count, cost, log_likelihood, bic, breaks.
    """

    breaks: tuple[int, ...]
    values: tuple[float, ...]
    cost: float
    selection: pd.DataFrame
    kind: str
    coefficients: np.ndarray = field(repr=False, default_factory=lambda: np.zeros((0, 0)))


@checked
def least_squares_breaks(
    series: Sequence[float] | np.ndarray,
    n_breaks: int | None = None,
    *,
    regressors: np.ndarray | None = None,
    min_size: int | float = 0.15,
    max_breaks: int | None = None,
    criterion: str = "bic",
) -> Breaks:
    """The breaks that make the residual sum of squares smallest (Bai and Perron 2003), for given or BIC-chosen numbers.

    regressors: observations x k, whose coefficients change at each break (None: a constant, so breaks in the mean).
    min_size: fewest observations in a segment, or a share of all (0.15, rounded down). max_breaks: most breaks tried
    (default: as many as fit, at most 5). criterion: "bic" -2 log L + log(n) (k + 1)(m + 1), log L the Gaussian one, as in
    R's strucchange; "aic" with 2 for log(n); "lwz" ln(RSS / (n - q)) + .299 q ln(n)^2.1 / n, q = (m + 1) k + m (Liu, Wu and
    Zidek 1997), which asks for more; "yao" ln(RSS / n) + q ln(n) / n (Yao 1988; Bai and Perron 2006). The one chosen
    stands in the column bic of `selection`. Raises `DiscourseError` for missing values, a series too short, or more
    breaks than fit.
    """
    require("criterion", criterion, ("bic", "aic", "lwz", "yao"))
    y = checked_series(series)
    x = checked_regressors(regressors, len(y))
    size = _segment_size(len(y), min_size, x.shape[1] + (x.shape[1] > 1))
    costs = _mean_costs(y) if regressors is None else _regression_costs(y, x, size)
    tried = _tried(len(y), size, n_breaks, max_breaks)
    found = _exact(costs, tried, size)
    n, k = len(y), x.shape[1]
    rows = []
    for m, (cost, breaks) in enumerate(found):
        likelihood = -0.5 * n * (np.log(max(cost, 1e-300)) + 1 - np.log(n) + np.log(2 * np.pi))
        rows.append((m, cost, likelihood, _criterion(criterion, likelihood, max(cost, 1e-300), (n, k, m)), breaks))
    chosen, table = _selected(rows, n_breaks)
    edges = [0, *found[chosen][1], n]
    fits = np.array([np.linalg.lstsq(x[a:b], y[a:b], rcond=None)[0] for a, b in pairwise(edges)])
    return Breaks(found[chosen][1], tuple(fits[:, 0].tolist()), found[chosen][0], table, "least squares", fits)


def _criterion(name: str, likelihood: float, cost: float, sizes: tuple[int, int, int]) -> float:
    """What the number of breaks m is chosen by, for n observations and k regressors; smaller is better."""
    n, k, m = sizes
    q = (m + 1) * k + m
    if name in ("bic", "aic"):
        return -2 * likelihood + (np.log(n) if name == "bic" else 2) * (k + 1) * (m + 1)
    if name == "yao":
        return np.log(cost / n) + q * np.log(n) / n
    return np.log(cost / (n - q)) + 0.299 * q * np.log(n) ** 2.1 / n if n > q else np.inf


@checked(counts=COUNT_ROW)
def poisson_breaks(
    counts: Sequence[int] | np.ndarray,
    n_breaks: int | None = 1,
    *,
    exposure: Sequence[float] | np.ndarray | None = None,
    min_size: int | float = 1,
    max_breaks: int | None = None,
    quasi: bool = False,
) -> Breaks:
    """The breaks that make the Poisson likelihood of counts with piecewise constant rates largest.

    exposure: such as tokens, positive or zero (None: 1 each); values are then rates per unit of exposure. Each
    segment's own rate is profiled out. n_breaks None: chosen by BIC = -2 log L + log(n) (2m + 1), a rate per segment and
    a date per break. quasi: log L over the Pearson dispersion about the best single break (quasi-likelihood; Burnham and
    Anderson 2002, section 2.5), without which counts that come in waves break again and again: 58 of 60 series of
    dispersion 3 without a break, 7 with it. cost is minus the log likelihood without the terms that no break changes.
    Raises `DiscourseError` for negative counts, counts without exposure, or more breaks than fit. A segment without
    exposure has rate nan.
    """
    y, e = checked_counts(counts, exposure)
    size = _segment_size(len(y), min_size, 1)
    found = _exact(_poisson_costs(y, e), _tried(len(y), size, n_breaks, max_breaks), size)
    n = len(y)
    spread = _dispersion(y, e, found[min(1, len(found) - 1)][1]) if quasi else 1.0
    rows = [
        (m, cost, -cost, 2 * cost / spread + np.log(n) * (2 * m + 1), breaks) for m, (cost, breaks) in enumerate(found)
    ]
    chosen, table = _selected(rows, n_breaks)
    edges = [0, *found[chosen][1], n]
    rates = [float(y[a:b].sum() / e[a:b].sum()) if e[a:b].any() else float("nan") for a, b in pairwise(edges)]
    return Breaks(found[chosen][1], tuple(rates), found[chosen][0], table, "Poisson", np.array(rates)[:, None])


def _dispersion(y: np.ndarray, e: np.ndarray, breaks: tuple[int, ...]) -> float:
    """Pearson's, about the rate of each segment; 1 where no degree of freedom is left."""
    total, used = 0.0, 0
    for a, b in pairwise([0, *breaks, len(y)]):
        mean = e[a:b] * (y[a:b].sum() / e[a:b].sum() if e[a:b].any() else 0.0)
        seen = mean > 0
        total += float(((y[a:b] - mean)[seen] ** 2 / mean[seen]).sum())
        used += int(seen.any())
    free = int((e > 0).sum()) - used
    return max(total / free, 1e-6) if free > 0 and total > 0 else 1.0


def checked_series(series: Sequence[float] | np.ndarray, least: int = 2) -> np.ndarray:
    """The series as floats; `DiscourseError` if it is not a row of at least `least` finite numbers."""
    y = np.asarray(series, dtype=np.float64)
    if y.ndim != 1 or len(y) < least or not np.isfinite(y).all():
        raise DiscourseError(
            f"series: shape {y.shape}, {int((~np.isfinite(y)).sum())} missing; give at least {least} finite numbers in "
            "order of time (leave out periods without exposure, or count them with exposure 0)."
        )
    return y


def checked_regressors(regressors: np.ndarray | None, length: int) -> np.ndarray:
    """Observations x k as floats, None for a constant alone."""
    x = np.ones((length, 1)) if regressors is None else np.asarray(regressors, dtype=np.float64)
    if x.ndim != 2 or len(x) != length:
        raise DiscourseError(f"regressors: shape {x.shape} for {length} observations; give observations x k.")
    return x


def checked_counts(
    counts: Sequence[float] | np.ndarray, exposure: Sequence[float] | np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Counts and exposure (None: 1 each) as floats; `DiscourseError` unless they can be a Poisson series."""
    y = checked_series(counts)
    e = np.ones(len(y)) if exposure is None else np.asarray(exposure, dtype=np.float64)
    sound = e.shape == y.shape and np.isfinite(e).all() and (e >= 0).all() and e.sum() > 0
    if (y < 0).any() or not sound or ((e == 0) & (y > 0)).any():
        raise DiscourseError(
            "counts and exposure: both non-negative, of one length, some exposure, and no count without exposure; leave "
            "out periods that have none."
        )
    return y, e


def _segment_size(n: int, min_size: int | float, needed: int) -> int:
    size = int(np.floor(min_size * n)) if isinstance(min_size, float) and min_size < 1 else int(min_size)
    size = max(size, needed)
    if size > n // 2:
        raise DiscourseError(f"min_size: segments of {size} do not fit twice into {n} observations; lower it.")
    return size


def _tried(n: int, size: int, n_breaks: int | None, max_breaks: int | None) -> int:
    most = n // size - 1
    wanted = n_breaks if n_breaks is not None else min(most, 5 if max_breaks is None else max_breaks)
    if not 0 <= wanted <= most:
        raise DiscourseError(f"breaks: {wanted} asked; {n} observations in segments of {size} allow 0 to {most}.")
    return wanted


def _selected(rows: list[tuple], n_breaks: int | None) -> tuple[int, pd.DataFrame]:
    import pandas as pd

    table = pd.DataFrame(rows, columns=["break_count", "cost", "log_likelihood", "bic", "breaks"])
    return (int(table["bic"].to_numpy().argmin()) if n_breaks is None else n_breaks), table


def _mean_costs(y: np.ndarray) -> np.ndarray:
    """Residual sum of squares about the mean of y[i:j], at [i, j]; inf where j <= i."""
    centred = y - y.mean()
    sums, squares = np.append(0, np.cumsum(centred)), np.append(0, np.cumsum(centred**2))
    length = np.arange(len(y) + 1)[None, :] - np.arange(len(y) + 1)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = (squares[None, :] - squares[:, None]) - (sums[None, :] - sums[:, None]) ** 2 / length
    return np.where(length > 0, np.maximum(cost, 0), np.inf)


def _poisson_costs(y: np.ndarray, exposure: np.ndarray) -> np.ndarray:
    """Minus the maximal log likelihood of y[i:j] with one rate, at [i, j], up to terms in y and exposure alone."""
    counts, exposed = np.append(0, np.cumsum(y)), np.append(0, np.cumsum(exposure))
    c = counts[None, :] - counts[:, None]
    e = exposed[None, :] - exposed[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = np.where(c > 0, c - c * np.log(c / e), 0.0)
    order = np.arange(len(counts))
    return np.where(order[None, :] > order[:, None], cost, np.inf)


def _regression_costs(y: np.ndarray, x: np.ndarray, size: int) -> np.ndarray:
    """Residual sum of squares of each segment's own least squares fit, from an orthonormal basis of the regressors."""
    n, k = x.shape
    basis = np.linalg.qr(x)[0] * np.sqrt(n)
    start = y - basis @ np.linalg.lstsq(basis, y, rcond=None)[0]
    xx = np.concatenate([np.zeros((1, k, k)), np.cumsum(basis[:, :, None] * basis[:, None, :], axis=0)])
    xy = np.concatenate([np.zeros((1, k)), np.cumsum(basis * start[:, None], axis=0)])
    yy = np.append(0, np.cumsum(start**2))
    costs = np.full((n + 1, n + 1), np.inf)
    for i in range(n - size + 1):
        ends = np.arange(i + size, n + 1)
        moment, product = xx[ends] - xx[i], xy[ends] - xy[i]
        fitted = np.linalg.pinv(moment, hermitian=True) @ product[:, :, None]
        costs[i, ends] = np.maximum(yy[ends] - yy[i] - (product * fitted[:, :, 0]).sum(axis=1), 0)
    return costs


def _exact(costs: np.ndarray, n_breaks: int, size: int) -> list[tuple[float, tuple[int, ...]]]:
    """For 0..n_breaks breaks the smallest total cost and its breaks; the earliest among equals."""
    n = len(costs) - 1
    allowed = np.where(size <= np.subtract.outer(np.arange(n + 1), np.arange(n + 1)).T, costs, np.inf)
    best = [allowed[0]]
    origin: list[np.ndarray] = []
    for _ in range(n_breaks):
        through = best[-1][:, None] + allowed
        origin.append(through.argmin(axis=0))
        best.append(through.min(axis=0))
    result = []
    for m in range(n_breaks + 1):
        breaks, end = [], n
        for level in reversed(origin[:m]):
            end = int(level[end])
            breaks.append(end)
        result.append((float(best[m][n]), tuple(reversed(breaks))))
    return result


METHODS = ("pelt", "binary", "bottom_up", "window", "exact")
MODELS = ("l2", "l1", "normal", "rbf", "linear", "rank")


@checked
def search_breaks(
    series: Sequence[float] | np.ndarray,
    *,
    method: str = "pelt",
    model: str = "l2",
    penalty: float | None = None,
    n_breaks: int | None = None,
    min_size: int = 2,
) -> tuple[int, ...]:
    """Breaks found by the ruptures library, as observations before each break.

    method: "pelt" (Killick et al. 2012), "binary" segmentation, "bottom_up", "window" or "exact" dynamic programming.
    model: what changes: "l2" the mean, "l1" the median, "normal" mean and variance, "rbf" the distribution, "linear",
    "rank". Give a penalty or, except for "pelt", a number of breaks ("exact" needs it). Without either the penalty is
    2 log(n) s^2, s the robust scale of the first differences. Raises `DiscourseError` for what does not go together.
    """
    import ruptures

    require("method", method, METHODS)
    require("model", model, MODELS)
    y = checked_series(series)
    if n_breaks is not None and (method == "pelt" or penalty is not None):
        raise DiscourseError(
            "search_breaks: 'pelt' takes a penalty, not a number of breaks; others take one of the two."
        )
    if method == "exact" and n_breaks is None:
        raise DiscourseError("search_breaks: 'exact' needs n_breaks; `least_squares_breaks` chooses the number by BIC.")
    searchers = {
        "pelt": ruptures.Pelt,
        "binary": ruptures.Binseg,
        "bottom_up": ruptures.BottomUp,
        "exact": ruptures.Dynp,
    }
    if method == "window":
        search = ruptures.Window(width=max(2 * min_size, 10), model=model, min_size=min_size, jump=1)
    else:
        search = searchers[method](model=model, min_size=min_size, jump=1)
    if penalty is not None and penalty <= 0:
        raise DiscourseError(f"search_breaks: penalty is {penalty}; it must be above 0, or None for the usual one.")
    search = search.fit(y[:, None])
    try:
        found = search.predict(n_bkps=n_breaks) if n_breaks is not None else search.predict(pen=_penalty(y, penalty))
    except ruptures.exceptions.BadSegmentationParameters as error:
        raise DiscourseError(
            f"search_breaks: {len(y)} observations have no room for {n_breaks} breaks with {min_size} between; lower one."
        ) from error
    return tuple(int(b) for b in found[:-1])


def _penalty(y: np.ndarray, penalty: float | None) -> float:
    if penalty is not None:
        return float(penalty)
    steps = np.diff(y)
    scale = 1.4826 * float(np.median(np.abs(steps - np.median(steps)))) / np.sqrt(2)
    return max(2 * np.log(len(y)) * scale**2, 1e-12)


@checked(true=PLACES, found=PLACES, length=ONE_OR_MORE)
def compare_breaks(true: Sequence[int], found: Sequence[int], length: int, *, margin: int = 10) -> dict[str, float]:
    """How far two lists of breaks of one series agree (ruptures' metrics; Truong, Oudre and Vayatis 2020, section 3).

    hausdorff: largest distance of a break to the nearest of the other list (observations; inf if one list is empty, for no
    break);
    rand: share of pairs of observations that both put together or both apart (0 to 1); precision, recall: shares of the
    found (the true) breaks with a partner less than `margin` away. Breaks count the observations before them.
    """
    from ruptures.metrics import hausdorff, precision_recall, randindex

    lists = []
    for name, breaks in (("true", true), ("found", found)):
        places = sorted({int(b) for b in breaks})
        if any(not 0 < b < length for b in places):
            raise DiscourseError(f"compare_breaks: {name} {places}; breaks lie above 0 and below the length {length}.")
        lists.append([*places, length])
    if margin < 1:
        raise DiscourseError(f"compare_breaks: margin is {margin}; give 1 or more observations.")
    some = all(len(one) > 1 for one in lists)
    precision, recall = precision_recall(*lists, margin=margin) if some else (0.0, 0.0)
    if lists[0] == lists[1]:
        precision = recall = 1.0
    distance = float(hausdorff(*lists)) if some else (0.0 if lists[0] == lists[1] else float("inf"))
    return {
        "hausdorff": distance,
        "rand": float(randindex(*lists)),
        "precision": float(precision),
        "recall": float(recall),
    }
