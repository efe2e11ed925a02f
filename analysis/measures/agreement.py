"""Agreement of coders beyond chance, for the hand-coding of hits.

Ratings come as a table coders x units with None or NaN where a coder skipped a unit (`ratings`), as a square table of
two coders' categories, or as counts units x categories. 1 is perfect agreement, 0 what chance gives, below 0 worse than
chance. Every coefficient works on sums over units, so `agreement_table` resamples units for its intervals. Where all
ratings are one category nothing can be learnt: the coefficient is NaN, except that observed agreement is 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from analysis.store.errors import DiscourseError, require

if TYPE_CHECKING:
    import pandas as pd

METRICS = ("nominal", "ordinal", "interval", "ratio")
WEIGHTS = ("none", "linear", "quadratic")
CHANCES = ("cohen", "scott", "uniform")
COUNT_KINDS = ("fleiss", "randolph", "gwet")


def unit_counts(ratings: ArrayLike, categories: Sequence[object] | None = None) -> tuple[np.ndarray, list]:
    """Counts units x categories from ratings coders x units, and the categories.

    Missing ratings are None or NaN. categories: all that could be used, in their order; None takes those found, sorted
    (numbers as numbers). A category nobody used still counts where chance is spread evenly (S, Randolph, Gwet).
    """
    table = np.asarray(ratings, dtype=object)
    if table.ndim != 2:
        raise DiscourseError(f"ratings: give one row per coder and one column per unit, not shape {table.shape}.")
    missing = np.array([v is None or v != v for v in table.ravel()], dtype=bool).reshape(table.shape)
    found = set(table[~missing].tolist())
    order = sorted(found, key=lambda v: (isinstance(v, str), v)) if categories is None else list(categories)
    place = {v: i for i, v in enumerate(order)}
    for value in sorted(map(str, found - set(order))):
        raise DiscourseError(f"ratings: {value!r} is not among the categories {', '.join(map(str, order))}.")
    counts = np.zeros((table.shape[1], len(order)))
    for coder, unit in zip(*np.nonzero(~missing), strict=True):
        counts[unit, place[table[coder, unit]]] += 1
    return counts, order


def difference(n: np.ndarray, values: np.ndarray, metric: str) -> np.ndarray:
    """Krippendorff's squared difference of every two categories; `n`: the categories' totals, for ordinal."""
    require("metric of alpha", metric, METRICS)
    if metric == "nominal":
        return np.broadcast_to(1.0 - np.eye(n.shape[-1]), (*n.shape, n.shape[-1]))
    if metric == "ordinal":
        middle = np.cumsum(n, axis=-1) - n / 2
        return (middle[..., :, None] - middle[..., None, :]) ** 2
    gap = values[:, None] - values[None, :]
    if metric == "ratio":
        total = values[:, None] + values[None, :]
        gap = np.divide(gap, total, out=np.zeros_like(gap), where=total != 0)
    return np.broadcast_to(gap**2, (*n.shape, n.shape[-1]))


def _numbers(order: list, metric: str) -> np.ndarray:
    if metric in ("nominal", "ordinal"):
        return np.arange(len(order), dtype=np.float64)
    try:
        return np.array(order, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DiscourseError(f"alpha: metric {metric!r} needs numbers as categories, not {order}.") from error


def _alpha(counts: np.ndarray, values: np.ndarray, metric: str, weights: np.ndarray) -> np.ndarray:
    """Alpha for each row of `weights` (how often each unit counts)."""
    pairable = counts.sum(axis=1) >= 2
    counts, weights = counts[pairable], weights[:, pairable]
    size = counts.sum(axis=1)
    width = counts.shape[1]
    pairs = counts[:, :, None] * counts[:, None, :]
    pairs[:, np.arange(width), np.arange(width)] -= counts
    pairs = (pairs / (size - 1)[:, None, None]).reshape(len(counts), -1)
    seen = (weights @ pairs).reshape(-1, width, width)
    n = weights @ counts
    gap = difference(n, values, metric)
    total = n.sum(axis=1)
    chance = n[:, :, None] * n[:, None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = (chance * gap).sum(axis=(1, 2)) / (total - 1)
        return np.where(expected > 0, 1 - (seen * gap).sum(axis=(1, 2)) / expected, np.nan)


def krippendorff_alpha(ratings: ArrayLike, *, metric: str = "nominal",
                       categories: Sequence[object] | None = None) -> float:  # fmt: skip
    """Krippendorff's alpha, any number of coders, missing ratings allowed (Krippendorff 2011; 2019, ch. 12).

    ratings: coders x units. metric: "nominal", "ordinal" (order of `categories`), "interval", "ratio" (numbers). Units
    with fewer than two ratings do not count. At least 0.8 is asked of firm, 0.667 of tentative conclusions.
    """
    counts, order = unit_counts(ratings, categories)
    values = _numbers(order, metric)
    return float(_alpha(counts, values, metric, np.ones((1, len(counts))))[0])


def agreement_weights(count: int, weights: str | ArrayLike) -> np.ndarray:
    """Agreement of every two of `count` ordered categories: "none" the identity, "linear" 1 - |i - j| / (k - 1),
    "quadratic" 1 - (i - j)^2 / (k - 1)^2 (Cohen 1968; Fleiss & Cohen 1973), or a k x k table with 1 on its diagonal.
    """
    if isinstance(weights, str):
        require("weights of kappa", weights, WEIGHTS)
        gap = np.abs(np.subtract.outer(np.arange(count), np.arange(count))) / max(count - 1, 1)
        return {"none": np.eye(count), "linear": 1 - gap, "quadratic": 1 - gap**2}[weights]
    table = np.asarray(weights, dtype=np.float64)
    if table.shape != (count, count):
        raise DiscourseError(f"weights of kappa: a table of {count} x {count} is needed, not {table.shape}.")
    return table


def _kappa(table: np.ndarray, weights: np.ndarray, chance: str) -> np.ndarray:
    """Chance-corrected agreement of tables (..., k, k)."""
    share = table / table.sum(axis=(-2, -1), keepdims=True)
    rows, columns = share.sum(axis=-1), share.sum(axis=-2)
    if chance == "scott":
        rows = columns = (rows + columns) / 2
    elif chance == "uniform":
        rows = columns = np.full(rows.shape, 1 / rows.shape[-1])
    observed = (share * weights).sum(axis=(-2, -1))
    expected = (rows[..., :, None] * columns[..., None, :] * weights).sum(axis=(-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected < 1, (observed - expected) / (1 - expected), np.nan)


def kappa(table: ArrayLike, *, weights: str | ArrayLike = "none", chance: str = "cohen") -> float:
    """Agreement of two coders from their square table of categories (rows coder A, columns coder B).

    chance: "cohen" each coder's own shares (Cohen 1960, 1968 weighted); "scott" the pooled shares (Scott's pi 1955);
    "uniform" one share per category, unused ones included (Bennett's S 1954). weights: see `agreement_weights`; give
    disagreement weights v as 1 - v.
    """
    require("chance", chance, CHANCES)
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.sum() <= 0 or (counts < 0).any():
        raise DiscourseError(f"kappa: give a square table of counts with at least one unit, not {counts.shape}.")
    return float(_kappa(counts, agreement_weights(len(counts), weights), chance))


def square_table(first: Sequence[object], second: Sequence[object],
                 categories: Sequence[object] | None = None) -> tuple[np.ndarray, list]:  # fmt: skip
    """The square table of two coders' ratings and its categories; units that either left out are dropped."""
    if len(first) != len(second):
        raise DiscourseError(f"kappa: {len(first)} ratings against {len(second)}; both coders rate the same units.")
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if not (a is None or a != a or b is None or b != b)]
    found = {v for pair in pairs for v in pair}
    order = sorted(found, key=lambda v: (isinstance(v, str), v)) if categories is None else list(categories)
    place = {v: i for i, v in enumerate(order)}
    for value in sorted(map(str, found - set(order))):
        raise DiscourseError(f"ratings: {value!r} is not among the categories {', '.join(map(str, order))}.")
    table = np.zeros((len(order), len(order)))
    for a, b in pairs:
        table[place[a], place[b]] += 1
    return table, order


def observed_agreement(counts: ArrayLike) -> float:
    """Mean share of agreeing pairs of coders over units (units x categories); 0 to 1. Two coders: plain agreement."""
    counts = _complete(counts, equal=False)
    size = counts.sum(axis=1)
    return float(((counts * (counts - 1)).sum(axis=1) / (size * (size - 1))).mean())


def _complete(counts: ArrayLike, *, equal: bool) -> np.ndarray:
    counts = np.asarray(counts, dtype=np.float64)
    size = counts.sum(axis=1)
    counts, size = counts[size >= 2], size[size >= 2]
    if not len(counts):
        raise DiscourseError("agreement: no unit has two ratings; nothing can be compared.")
    if equal and (size != size[0]).any():
        raise DiscourseError(
            f"agreement: units have {int(size.min())} to {int(size.max())} ratings; this coefficient needs the same "
            "number for all. Use krippendorff_alpha, which allows missing ratings."
        )
    return counts


def _many(counts: np.ndarray, kind: str, weights: np.ndarray) -> np.ndarray:
    """Fleiss-like coefficients for each row of unit weights; units may differ in their number of ratings."""
    size = counts.sum(axis=1)
    agree = (counts * (counts - 1)).sum(axis=1) / (size * (size - 1))
    total = weights.sum(axis=1)
    observed = weights @ agree / total
    # shares of ratings (Fleiss 1971); means over units, which is the same when all have as many ratings
    share = weights @ (counts / size[:, None]) / total[:, None]
    width = counts.shape[1]
    if kind == "fleiss":
        expected = (share**2).sum(axis=1)
    elif kind == "randolph":
        expected = np.full(len(observed), 1 / width)
    else:
        expected = (share * (1 - share)).sum(axis=1) / max(width - 1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected < 1, (observed - expected) / (1 - expected), np.nan)


def fleiss_kappa(counts: ArrayLike, *, kind: str = "fleiss") -> float:
    """Agreement of many coders from counts units x categories, the same number of ratings for every unit.

    kind: "fleiss" chance from the pooled shares (Fleiss 1971; Siegel & Castellan's K); "randolph" even chance (2005,
    free-marginal); "gwet" AC1 (2008), which stays high when one category is common.
    """
    require("kind of kappa", kind, COUNT_KINDS)
    counts = _complete(counts, equal=kind != "gwet")
    return float(_many(counts, kind, np.ones((1, len(counts))))[0])


def pairwise_kappa(ratings: ArrayLike, *, weights: str = "none", pooling: str = "light") -> float:
    """Cohen's kappa for more than two coders, from ratings coders x units.

    pooling: "light" the mean of the pairs' kappas (Light 1971, NLTK's `kappa`); "davies_fleiss" observed and expected
    agreement averaged first (Davies & Fleiss 1982, NLTK's `multi_kappa`; Conger 1980).
    """
    require("pooling", pooling, ("light", "davies_fleiss"))
    _, order = unit_counts(ratings)
    table = np.asarray(ratings, dtype=object)
    both = [square_table(table[a], table[b], order)[0] for a in range(len(table)) for b in range(a)]
    if not both:
        raise DiscourseError("pairwise_kappa: one coder only; agreement needs two or more.")
    square, weight = np.stack(both), agreement_weights(len(order), weights)
    if pooling == "light":
        return float(_kappa(square, weight, "cohen").mean())
    share = square / square.sum(axis=(1, 2), keepdims=True)
    observed = (share * weight).sum(axis=(1, 2)).mean()
    expected = (share.sum(axis=2)[:, :, None] * share.sum(axis=1)[:, None, :] * weight).sum(axis=(1, 2)).mean()
    return float((observed - expected) / (1 - expected)) if expected < 1 else float("nan")


def kappa_interval(table: ArrayLike, *, weights: str = "none", level: float = 0.95) -> dict[str, float]:
    """Cohen's kappa with its large-sample standard error and interval (Fleiss, Cohen & Everitt 1969; statsmodels).

    For few units, or when units come from few articles, prefer the resampled interval of `agreement_table`.
    """
    from scipy.stats import norm
    from statsmodels.stats.inter_rater import cohens_kappa

    counts = np.asarray(table, dtype=np.float64)
    score = 1 - agreement_weights(len(counts), weights)  # statsmodels takes disagreement
    done = cohens_kappa(counts, weights=None if weights == "none" else score)
    value, error = float(done.kappa), float(np.sqrt(done.var_kappa))
    reach = float(norm.ppf(0.5 + level / 2)) * error
    return {"value": value, "standard_error": error, "low": value - reach, "high": value + reach}


def agreement_table(ratings: ArrayLike, *, metric: str = "nominal", categories: Sequence[object] | None = None,
                    clusters: ArrayLike | None = None, replicates: int = 2000, level: float = 0.95,
                    seed: int = 0) -> pd.DataFrame:  # fmt: skip
    """Agreement with intervals, one row per coefficient: name, value, low, high, unit_count, coder_count.

    ratings: coders x units. Rows: observed agreement, krippendorff_alpha (`metric`), fleiss_kappa, gwet_ac1. Intervals
    are percentiles over resampled units; clusters: one label per unit (the document a hit stands in), then whole
    documents are resampled. Units with fewer than two ratings are left out. Fewer than two clusters are refused.
    """
    import pandas as pd

    counts, order = unit_counts(ratings, categories)
    pairable = counts.sum(axis=1) >= 2
    labels = np.arange(len(counts)) if clusters is None else np.asarray(clusters)
    if labels.shape != (len(counts),):
        raise DiscourseError(f"agreement: {labels.size} clusters for {len(counts)} units; give one label per unit.")
    counts, where = counts[pairable], np.unique(labels[pairable], return_inverse=True)[1]
    if not len(counts) or where.max() < 1:
        raise DiscourseError(
            "agreement: fewer than two clusters have units with two ratings; no interval can be given."
        )
    groups, rng = int(where.max()) + 1, np.random.default_rng(seed)
    drawn = rng.integers(0, groups, (replicates, groups)) + groups * np.arange(replicates)[:, None]
    times = np.bincount(drawn.ravel(), minlength=replicates * groups).reshape(replicates, groups)
    weights = np.vstack([np.ones(len(counts)), times[:, where]]).astype(np.float64)
    size = counts.sum(axis=1)
    agree = (counts * (counts - 1)).sum(axis=1) / (size * (size - 1))
    scores = {
        "observed_agreement": weights @ agree / weights.sum(axis=1),
        "krippendorff_alpha": _alpha(counts, _numbers(order, metric), metric, weights),
        "fleiss_kappa": _many(counts, "fleiss", weights),
        "gwet_ac1": _many(counts, "gwet", weights),
    }
    ends = [(1 - level) / 2, (1 + level) / 2]
    rows = [(name, s[0], *_ends(s[1:], ends), len(counts), len(np.asarray(ratings, dtype=object)))
            for name, s in scores.items()]  # fmt: skip
    return pd.DataFrame(rows, columns=["name", "value", "low", "high", "unit_count", "coder_count"])


def _ends(scores: np.ndarray, ends: list[float]) -> list[float]:
    """Percentiles over the replicates that have a value; NaN if none has."""
    scores = scores[np.isfinite(scores)]
    return list(np.quantile(scores, ends)) if len(scores) else [float("nan")] * 2
