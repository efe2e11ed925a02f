"""How far two categories are apart (metrics of Krippendorff's alpha), and how much they agree (weights of kappa)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import DiscourseError, require
from analysis.measures.inference.arguments import ONE_OR_MORE, checked

METRICS = ("nominal", "ordinal", "interval", "ratio", "circular", "bipolar")
WEIGHTS = ("none", "linear", "quadratic", "ordinal", "radical", "ratio", "circular", "bipolar")


def numbers(order: Sequence[object], metric: str) -> np.ndarray:
    """The categories as numbers; positions where the metric asks for none. Words are refused where it does."""
    require("metric of alpha", metric, METRICS)
    if metric in ("nominal", "ordinal"):
        return np.arange(len(order), dtype=np.float64)
    try:
        return np.array(order, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DiscourseError(
            f"alpha: metric {metric!r} needs numbers as categories, not {list(order)}; use nominal or ordinal."
        ) from error


def distance(values: np.ndarray, metric: str) -> np.ndarray:
    """Squared difference of every two values (Krippendorff 2019, ch. 12), k x k, 0 on the diagonal.

    "interval" (a - b)^2; "ratio" ((a - b) / (a + b))^2; "circular" sin(pi (a - b) / U)^2, where the values go once round a
    circle of U = largest - smallest + 1; "bipolar" (a - b)^2 / ((a + b - 2 smallest) (2 largest - a - b)).
    """
    if metric == "nominal":
        return 1.0 - np.eye(len(values))
    gap, total = np.subtract.outer(values, values), np.add.outer(values, values)
    if metric == "interval":
        return gap**2
    if metric == "circular":
        return np.sin(np.pi * gap / (np.ptp(values) + 1)) ** 2 if len(values) else gap
    if metric == "ratio":
        return np.divide(gap, total, out=np.zeros_like(gap), where=total != 0) ** 2
    room = (total - 2 * values.min(initial=np.inf)) * (2 * values.max(initial=-np.inf) - total) if len(values) else gap
    return np.divide(gap**2, room, out=np.zeros_like(gap), where=gap != 0)


def difference(n: np.ndarray, values: np.ndarray, metric: str | np.ndarray) -> np.ndarray:
    """Squared differences for the categories' totals `n` (..., k): (..., k, k). Only "ordinal" depends on the totals."""
    if not isinstance(metric, str):
        return np.broadcast_to(metric, (*n.shape, n.shape[-1]))
    require("metric of alpha", metric, METRICS)
    if metric == "ordinal":
        middle = np.cumsum(n, axis=-1) - n / 2
        return (middle[..., :, None] - middle[..., None, :]) ** 2
    return np.broadcast_to(distance(values, metric), (*n.shape, n.shape[-1]))


def own_metric(table: ArrayLike, count: int) -> np.ndarray:
    """A table of differences given by the user: k x k, not negative, 0 on the diagonal, symmetric."""
    table = np.asarray(table, dtype=np.float64)
    if table.shape != (count, count) or np.diag(table).any() or (table < 0).any() or not np.allclose(table, table.T):
        raise DiscourseError(
            f"metric of alpha: shape {table.shape}; give one of {', '.join(METRICS)}, or a table of {count} x {count} "
            "differences, symmetric, not negative, with 0 on the diagonal."
        )
    return table


@checked(count=ONE_OR_MORE)
def agreement_weights(count: int, weights: str | ArrayLike, *, values: ArrayLike | None = None) -> np.ndarray:
    """Agreement of every two of `count` ordered categories, 1 on the diagonal, k x k.

    "none" the identity; "linear" 1 - |i - j| / (k - 1), "quadratic" 1 - (i - j)^2 / (k - 1)^2 (Cohen 1968; Fleiss & Cohen
    1973); "radical" with the root of the distance; "ordinal" 1 - C(|i - j| + 1, 2) / C(k, 2); "ratio", "circular",
    "bipolar" 1 - `distance` over its largest (Gwet 2014, ch. 3; irrCAC). values: the categories as numbers, where their
    distances matter (None: 1, 2, ... k). Or a table of your own; disagreement weights v as 1 - v.
    """
    if not isinstance(weights, str):
        table = np.asarray(weights, dtype=np.float64)
        if table.shape != (count, count):
            raise DiscourseError(f"weights of kappa: a table of {count} x {count} is needed, not {table.shape}.")
        return table
    require("weights of kappa", weights, WEIGHTS)
    places = np.arange(1, count + 1, dtype=np.float64) if values is None else np.asarray(values, dtype=np.float64)
    if places.shape != (count,):
        raise DiscourseError(
            f"weights of kappa: {places.size} values for {count} categories; give one number for each."
        )
    if weights == "none":
        return np.eye(count)
    if weights in ("ratio", "circular", "bipolar"):
        gap = distance(places, weights)
    elif weights == "ordinal":
        rank = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
        gap = rank * (rank + 1) / 2.0
    else:
        gap = np.abs(np.subtract.outer(places, places)) ** {"linear": 1.0, "quadratic": 2.0, "radical": 0.5}[weights]
    largest = gap.max(initial=0.0)
    return 1 - gap / largest if largest > 0 else np.ones((count, count))


class Unordered(np.ndarray):
    """Counts whose categories are words in the alphabet's order, since nobody gave theirs; weights by rank refuse them."""


def in_given_order(counts: np.ndarray, order: list, categories: Sequence[object] | None) -> np.ndarray:
    """The counts, marked where only the alphabet orders three words or more."""
    is_ordered = categories is not None or len(order) < 3 or not any(isinstance(value, str) for value in order)
    return counts if is_ordered else counts.view(Unordered)


def refuse_alphabet(counts: object, weights: object) -> None:
    """Refuse weights by rank where the ranks are the alphabet's."""
    if isinstance(counts, Unordered) and isinstance(weights, str) and weights != "none":
        raise DiscourseError(
            f"kappa: weights {weights!r} need the order of the categories, and words have none but the alphabet's: give "
            "categories, lowest first, where the ratings are counted."
        )


def refuse_unordered(order: list, categories: Sequence[object] | None, metric: object) -> None:
    """Refuse an ordinal alpha of words in the alphabet's order."""
    if (
        isinstance(metric, str)
        and metric == "ordinal"
        and categories is None
        and any(isinstance(value, str) for value in order)
    ):
        raise DiscourseError(
            f"alpha: metric 'ordinal' needs the order of the categories, and words have none but the alphabet's: give "
            f"categories, lowest first, of {', '.join(map(str, order))}."
        )


def refuse_ratings(counts: np.ndarray, units: int | None = None) -> None:
    """Refuse ratings coders x units where counts units x categories are asked for, as `alpha_of_counts` says."""
    if units is not None and units != len(counts):
        raise DiscourseError(
            f"agreement: {units} units, but the table has {len(counts)} rows and {counts.shape[1]} columns; counts have "
            "one row a unit. `unit_counts` makes them of ratings coders x units."
        )
    if units is not None or len(counts) >= counts.shape[1]:
        return
    sums = counts.sum(axis=1)
    differ = len(counts) <= 5 and (sums != sums[0]).any()
    if differ or counts.min() >= 1 or counts.max() <= 1:
        raise DiscourseError(
            f"agreement: a table of {counts.shape[0]} x {counts.shape[1]} with row sums {sums.min():g} to {sums.max():g} "
            "looks like ratings, coders x units; counts are units x categories, one row a unit. `unit_counts` makes them. "
            f"If these are counts of {len(counts)} units, say units={len(counts)}."
        )
