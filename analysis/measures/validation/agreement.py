"""Agreement of coders beyond chance, for the hand-coding of hits.

Ratings come as a table coders x units with None or NaN where a coder skipped a unit (`ratings`), as a square table of
two coders' categories, or as counts units x categories. 1 is perfect agreement, 0 what chance gives, below 0 worse than
chance. Every coefficient works on sums over units, so `agreement_table` resamples units for its intervals. Where all
ratings are one category nothing can be learnt: the coefficient is NaN, except that observed agreement is 1 (some software
prints 1 for all; `alike` does that where it is offered).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import DiscourseError, NothingFound, require
from analysis.measures.inference.arguments import CELLS, checked
from analysis.measures.validation.agreement_numbers import concordance, intraclass, kendall_w, margins_test
from analysis.measures.validation.agreement_scales import (
    METRICS,
    WEIGHTS,
    agreement_weights,
    difference,
    in_given_order,
    numbers,
    own_metric,
    refuse_alphabet,
    refuse_ratings,
    refuse_unordered,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["METRICS", "WEIGHTS", "agreement_weights", "concordance", "intraclass", "kendall_w", "margins_test"]

NOT_ONE = 1 - 1e-12  # chance agreement above it is 1 up to rounding: all ratings alike
CHANCES = ("cohen", "scott", "uniform", "gwet")
COUNT_KINDS = ("fleiss", "randolph", "gwet")


@checked
def unit_counts(ratings: ArrayLike, categories: Sequence[object] | None = None) -> tuple[np.ndarray, list]:
    """Counts units x categories from ratings coders x units, and the categories.

    Missing ratings are None, NaN or pandas' NA. categories: all that could be used, in their order; None takes those
    found, sorted (numbers as numbers). A category nobody used still counts where chance is spread evenly (S, Randolph,
    Gwet).
    """
    import pandas as pd

    table = np.asarray(ratings, dtype=object)
    if table.ndim != 2:
        raise DiscourseError(f"ratings: give one row per coder and one column per unit, not shape {table.shape}.")
    missing = np.asarray(pd.isna(table), dtype=bool)
    found = set(table[~missing].tolist())
    order = sorted(found, key=lambda v: (isinstance(v, str), v)) if categories is None else list(categories)
    place = {v: i for i, v in enumerate(order)}
    for value in sorted(map(str, found - set(order))):
        raise DiscourseError(f"ratings: {value!r} is not among the categories {', '.join(map(str, order))}.")
    counts = np.zeros((table.shape[1], len(order)))
    for coder, unit in zip(*np.nonzero(~missing), strict=True):
        counts[unit, place[table[coder, unit]]] += 1
    return in_given_order(counts, order, categories), order


def _alpha(counts: np.ndarray, values: np.ndarray, metric: str | np.ndarray, weights: np.ndarray) -> np.ndarray:
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


@checked
def krippendorff_alpha(
    ratings: ArrayLike,
    *,
    metric: str | ArrayLike = "nominal",
    categories: Sequence[object] | None = None,
    alike: float = np.nan,
) -> float:
    """Krippendorff's alpha, any number of coders, missing ratings allowed (Krippendorff 2011; 2019, ch. 12).

    ratings: coders x units. metric: "nominal", "ordinal" (order of `categories`), "interval", "ratio", "circular",
    "bipolar" (numbers; see `agreement_scales.distance`), or a k x k table of differences in the order of `categories`.
    Units with fewer than two ratings do not count; if no unit has two, `DiscourseError`. alike: the value where all
    ratings are one category (NLTK: 1). At least 0.8 is asked of firm, 0.667 of tentative conclusions.
    """
    counts, order = unit_counts(ratings, categories)
    refuse_unordered(order, categories, metric)
    return _alpha_from(counts, order, metric, alike)


@checked(counts=CELLS)
def alpha_of_counts(
    counts: ArrayLike,
    categories: Sequence[object] | None = None,
    *,
    metric: str | ArrayLike = "nominal",
    alike: float = np.nan,
    units: int | None = None,
) -> float:
    """`krippendorff_alpha` from counts units x categories; categories: their values (None: 0, 1, 2, ...).

    Ratings coders x units are refused where the table tells them: fewer rows than columns, and row sums that differ (up
    to five rows), no cell 0 (every unit would have every category) or none above 1 (no two would ever agree). units: how
    many units there are; with it such a table is taken for counts. A table of few rows with cells 0 and 2 or more and equal
    sums can be either and is taken for counts.
    """
    refuse_alphabet(counts, metric if metric == "ordinal" and categories is None else "none")
    counts = np.asarray(counts, dtype=np.float64)
    _complete(counts, equal=False)
    refuse_ratings(counts, units)
    return _alpha_from(counts, list(range(counts.shape[1])) if categories is None else list(categories), metric, alike)


def _alpha_from(counts: np.ndarray, order: list, metric: str | ArrayLike, alike: float) -> float:
    _complete(counts, equal=False)
    if isinstance(metric, str):
        value = _alpha(counts, numbers(order, metric), metric, np.ones((1, len(counts))))[0]
    else:
        value = _alpha(counts, np.zeros(0), own_metric(metric, len(order)), np.ones((1, len(counts))))[0]
    return float(alike if np.isnan(value) else value)


def _kappa(table: np.ndarray, weights: np.ndarray, chance: str) -> np.ndarray:
    """Chance-corrected agreement of tables (..., k, k)."""
    share = table / table.sum(axis=(-2, -1), keepdims=True)
    rows, columns = share.sum(axis=-1), share.sum(axis=-2)
    observed = (share * weights).sum(axis=(-2, -1))
    if chance == "cohen":
        expected = (rows[..., :, None] * columns[..., None, :] * weights).sum(axis=(-2, -1))
    else:
        expected = _pooled_chance((rows + columns) / 2, weights, chance)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected < NOT_ONE, (observed - expected) / (1 - expected), np.nan)


def _pooled_chance(share: np.ndarray, weights: np.ndarray, kind: str) -> np.ndarray:
    """Agreement by chance from the shares of the categories (..., k), under the rule of that name."""
    width = share.shape[-1]
    if kind in ("uniform", "randolph"):
        return np.full(share.shape[:-1], weights.sum() / width**2)
    if kind == "gwet":
        return weights.sum() * (share * (1 - share)).sum(axis=-1) / (width * max(width - 1, 1))
    return (share[..., :, None] * share[..., None, :] * weights).sum(axis=(-2, -1))


@checked
def kappa(
    table: ArrayLike, *, weights: str | ArrayLike = "none", chance: str = "cohen", alike: float = np.nan
) -> float:
    """Agreement of two coders from their square table of categories (rows coder A, columns coder B).

    chance: "cohen" each coder's own shares (Cohen 1960, 1968 weighted); "scott" the pooled shares (Scott's pi 1955);
    "uniform" one share per category, unused ones included (Bennett's S 1954; Brennan & Prediger 1981); "gwet" AC1, with
    weights AC2 (Gwet 2008, 2014). weights: see `agreement_weights`; give disagreement weights v as 1 - v. alike: the
    value where chance agreement is 1.
    """
    require("chance", chance, CHANCES)
    refuse_alphabet(table, weights)
    counts = _square(table)
    value = float(_kappa(counts, agreement_weights(len(counts), weights), chance))
    return alike if np.isnan(value) else value


def _square(table: ArrayLike) -> np.ndarray:
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.sum() <= 0 or (counts < 0).any():
        raise DiscourseError(
            f"kappa: give a square table of counts, none negative, with at least one unit, not {counts.shape}; "
            "`square_table` makes it from two coders' ratings."
        )
    return counts


def square_table(
    first: Sequence[object], second: Sequence[object], categories: Sequence[object] | None = None
) -> tuple[np.ndarray, list]:
    """The square table of two coders' ratings and its categories; units that either left out are dropped."""
    import pandas as pd

    if len(first) != len(second):
        raise DiscourseError(f"kappa: {len(first)} ratings against {len(second)}; both coders rate the same units.")
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if not (pd.isna(a) or pd.isna(b))]
    found = {v for pair in pairs for v in pair}
    order = sorted(found, key=lambda v: (isinstance(v, str), v)) if categories is None else list(categories)
    place = {v: i for i, v in enumerate(order)}
    for value in sorted(map(str, found - set(order))):
        raise DiscourseError(f"ratings: {value!r} is not among the categories {', '.join(map(str, order))}.")
    table = np.zeros((len(order), len(order)))
    for a, b in pairs:
        table[place[a], place[b]] += 1
    return in_given_order(table, order, categories), order


@checked(counts=CELLS)
def observed_agreement(counts: ArrayLike, *, units: int | None = None) -> float:
    """Mean share of agreeing pairs of coders over units (units x categories); 0 to 1. Two coders: plain agreement.

    units: as in `alpha_of_counts`."""
    whole, counts = np.asarray(counts, dtype=np.float64), _complete(counts, equal=False)
    refuse_ratings(whole, units)
    size = counts.sum(axis=1)
    return float(((counts * (counts - 1)).sum(axis=1) / (size * (size - 1))).mean())


def _complete(counts: ArrayLike, *, equal: bool) -> np.ndarray:
    counts = np.asarray(counts, dtype=np.float64)
    if counts.ndim != 2 or not np.isfinite(counts).all() or (counts < 0).any() or (counts != np.floor(counts)).any():
        raise DiscourseError(
            "agreement: counts units x categories are whole numbers, none negative or missing; ratings with gaps go to "
            "`krippendorff_alpha` or `unit_counts`."
        )
    size = counts.sum(axis=1)
    counts, size = counts[size >= 2], size[size >= 2]
    if not len(counts):
        raise NothingFound("agreement: no unit has two ratings; nothing can be compared.")
    if equal and (size != size[0]).any():
        raise DiscourseError(
            f"agreement: units have {int(size.min())} to {int(size.max())} ratings; this coefficient needs the same "
            "number for all. Use krippendorff_alpha, which allows missing ratings."
        )
    return counts


def _many(counts: np.ndarray, kind: str, weights: np.ndarray, agreement: np.ndarray | None = None) -> np.ndarray:
    """Fleiss-like coefficients for each row of unit weights; units may differ in their number of ratings.

    Shares of the categories are means over units, which is the pooled share when all units have as many ratings (Fleiss
    1971); units with one rating count there, but not in the observed agreement (Gwet 2014, ch. 3).
    """
    size = counts.sum(axis=1)
    counts, weights, size = counts[size > 0], weights[:, size > 0], size[size > 0]
    agreement = np.eye(counts.shape[1]) if agreement is None else agreement
    paired = size >= 2
    agree = (counts * (counts @ agreement - 1)).sum(axis=1)[paired] / (size * (size - 1))[paired]
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = weights[:, paired] @ agree / weights[:, paired].sum(axis=1)
        share = weights @ (counts / size[:, None]) / weights.sum(axis=1)[:, None]
        expected = _pooled_chance(share, agreement, kind)
        return np.where(expected < NOT_ONE, (observed - expected) / (1 - expected), np.nan)


@checked(counts=CELLS)
def fleiss_kappa(
    counts: ArrayLike,
    *,
    kind: str = "fleiss",
    weights: str | ArrayLike = "none",
    unequal: bool = False,
    alike: float = np.nan,
    units: int | None = None,
) -> float:
    """Agreement of many coders from counts units x categories, the same number of ratings for every unit.

    kind: "fleiss" chance from the pooled shares (Fleiss 1971; Siegel & Castellan's K); "randolph" even chance (2005,
    free-marginal; Brennan & Prediger); "gwet" AC1 (2008), which stays high when one category is common, with weights AC2.
    weights: see `agreement_weights`. unequal: also units with unlike numbers of ratings, missing ones (Gwet 2014, as
    irrCAC); "gwet" always allows them. alike: the value where chance agreement is 1 (NLTK: 1). units: how many units there
    are, where the table could be ratings coders x units as well (`alpha_of_counts`).
    """
    require("kind of kappa", kind, COUNT_KINDS)
    refuse_alphabet(counts, weights)
    counts = np.asarray(counts, dtype=np.float64)
    complete = _complete(counts, equal=kind != "gwet" and not unequal)
    refuse_ratings(counts, units)
    if kind != "gwet" and not unequal:
        counts = complete
    table = agreement_weights(counts.shape[1], weights)
    value = float(_many(counts, kind, np.ones((1, len(counts))), table)[0])
    return alike if np.isnan(value) else value


@checked(counts=CELLS)
def fleiss_table(counts: ArrayLike, categories: Sequence[object] | None = None) -> pd.DataFrame:
    """Fleiss' kappa as a whole and of each category against the others: category, kappa, standard_error, z, p.

    counts: units x categories, as many ratings for every unit. The standard errors are those under the hypothesis of
    chance agreement (Fleiss, Nee & Landis 1979), p is two-sided; the first row, category "all", is the whole. A category
    that nobody used has NaN.
    """
    import pandas as pd
    from scipy.stats import norm

    counts = _complete(counts, equal=True)
    units, size = len(counts), counts[0].sum()
    names = list(range(counts.shape[1])) if categories is None else list(categories)
    share = counts.sum(axis=0) / (units * size)
    spread = share * (1 - share)
    with np.errstate(divide="ignore", invalid="ignore"):
        own = 1 - (counts * (size - counts)).sum(axis=0) / (units * size * (size - 1) * spread)
        skew = spread.sum() ** 2 - (spread * (1 - 2 * share)).sum()
        error = np.sqrt(2 / (units * size * (size - 1)))
        whole = error * np.sqrt(max(skew, 0.0)) / spread.sum()
        kappas = np.append((spread * np.nan_to_num(own)).sum() / spread.sum(), np.where(spread > 0, own, np.nan))
        errors = np.append(whole, np.where(spread > 0, error, np.nan))
        z = kappas / errors
    return pd.DataFrame(
        {"category": ["all", *names], "kappa": kappas, "standard_error": errors, "z": z, "p": 2 * norm.sf(np.abs(z))}
    )


@checked
def pairwise_kappa(
    ratings: ArrayLike, *, weights: str = "none", pooling: str = "light", categories: Sequence[object] | None = None
) -> float:
    """Cohen's kappa for more than two coders, from ratings coders x units.

    pooling: "light" the mean of the pairs' kappas (Light 1971, NLTK's `kappa`); "davies_fleiss" observed and expected
    agreement averaged first (Davies & Fleiss 1982, NLTK's `multi_kappa`); "conger" the same for complete ratings (Conger
    1980), and with missing ones observed agreement by unit, chance from each coder's own ratings (Gwet 2014, irrCAC).
    Pairs of coders who share no unit are left out; a pair whose kappa is not defined makes Light's mean NaN.
    """
    require("pooling", pooling, ("light", "davies_fleiss", "conger"))
    counts, order = unit_counts(ratings, categories)
    refuse_alphabet(counts, weights)
    table = np.asarray(ratings, dtype=object)
    if pooling == "conger":
        return _conger(counts, table, agreement_weights(len(order), weights), order)
    both = [square_table(table[a], table[b], order)[0] for a in range(len(table)) for b in range(a)]
    both = [square for square in both if square.sum() > 0]
    if not both:
        raise DiscourseError("pairwise_kappa: no two coders share a unit; agreement needs two or more coders.")
    square, weight = np.stack(both), agreement_weights(len(order), weights)
    if pooling == "light":
        return float(_kappa(square, weight, "cohen").mean())
    share = square / square.sum(axis=(1, 2), keepdims=True)
    observed = (share * weight).sum(axis=(1, 2)).mean()
    expected = (share.sum(axis=2)[:, :, None] * share.sum(axis=1)[:, None, :] * weight).sum(axis=(1, 2)).mean()
    return float((observed - expected) / (1 - expected)) if expected < NOT_ONE else float("nan")


def _conger(counts: np.ndarray, table: np.ndarray, weights: np.ndarray, order: list) -> float:
    _complete(counts, equal=False)
    size = counts.sum(axis=1)
    paired = size >= 2
    observed = ((counts * (counts @ weights - 1)).sum(axis=1)[paired] / (size * (size - 1))[paired]).mean()
    own = np.stack([unit_counts(row[None, :], order)[0].sum(axis=0) for row in table])
    own = own[own.sum(axis=1) > 0]
    share = own / own.sum(axis=1, keepdims=True)
    both = share @ weights @ share.T
    expected = (both.sum() - np.trace(both)) / (len(share) * (len(share) - 1))
    return float((observed - expected) / (1 - expected)) if expected < NOT_ONE else float("nan")


@checked
def kappa_interval(table: ArrayLike, *, weights: str | ArrayLike = "none", level: float = 0.95) -> dict[str, float]:
    """Cohen's kappa with its large-sample standard error and interval (Fleiss, Cohen & Everitt 1969; statsmodels).

    Keys: value, standard_error, low, high; standard_error_null, z and p (two-sided) for the hypothesis of chance agreement,
    as SAS prints them. For few units, or when units come from few articles, prefer the resampled interval of
    `agreement_table`. All but value may be NaN where all ratings are one category.
    """
    from scipy.stats import norm
    from statsmodels.stats.inter_rater import cohens_kappa

    refuse_alphabet(table, weights)
    counts = _square(table)
    score = 1 - agreement_weights(len(counts), weights)  # statsmodels takes disagreement
    plain = isinstance(weights, str) and weights == "none"
    names = ("value", "standard_error", "low", "high", "standard_error_null", "z", "p")
    if np.isnan(kappa(counts, weights=weights)):
        return dict.fromkeys(names, float("nan"))
    done = cohens_kappa(counts, weights=None if plain else score)
    value, error = float(done.kappa), float(np.sqrt(done.var_kappa))
    reach = float(norm.ppf(0.5 + level / 2)) * error
    null = float(np.sqrt(done.var_kappa0))
    found = (value, error, value - reach, value + reach, null, float(done.z_value), float(done.pvalue_two_sided))
    return dict(zip(names, found, strict=True))


@checked
def agreement_table(
    ratings: ArrayLike,
    *,
    metric: str = "nominal",
    categories: Sequence[object] | None = None,
    clusters: ArrayLike | None = None,
    replicates: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Agreement with intervals, one row per coefficient: name, value, low, high, unit_count, coder_count.

    ratings: coders x units. Rows: observed agreement, krippendorff_alpha (`metric`), fleiss_kappa, gwet_ac1. Intervals
    are percentiles over resampled units; clusters: one label per unit (the document a hit stands in), then whole
    documents are resampled. Units with fewer than two ratings are left out. Fewer than two clusters are refused.
    """
    import pandas as pd

    if replicates < 1:
        raise DiscourseError(f"agreement: replicates is {replicates}; at least 1 is needed, 2000 are usual.")
    counts, order = unit_counts(ratings, categories)
    refuse_unordered(order, categories, metric)
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
    agree = (counts * (counts - 1)).sum(axis=1) / (counts.sum(axis=1) * (counts.sum(axis=1) - 1))
    scores = {
        "observed_agreement": weights @ agree / weights.sum(axis=1),
        "krippendorff_alpha": _alpha(counts, numbers(order, metric), metric, weights),
        "fleiss_kappa": _many(counts, "fleiss", weights),
        "gwet_ac1": _many(counts, "gwet", weights),
    }
    ends = [(1 - level) / 2, (1 + level) / 2]
    rows = [
        (name, s[0], *_ends(s[1:], ends), len(counts), len(np.asarray(ratings, dtype=object)))
        for name, s in scores.items()
    ]
    return pd.DataFrame(rows, columns=["name", "value", "low", "high", "unit_count", "coder_count"])


def _ends(scores: np.ndarray, ends: list[float]) -> list[float]:
    """Percentiles over the replicates that have a value; NaN if none has."""
    scores = scores[np.isfinite(scores)]
    return list(np.quantile(scores, ends)) if len(scores) else [float("nan")] * 2
