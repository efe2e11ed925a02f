"""Log-odds with a Dirichlet prior: the "fightin' words" of Monroe, Colaresi and Quinn (2008)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import DiscourseError, require
from analysis.measures.inference.arguments import CELLS, PSEUDO_COUNT, checked

PRIORS = ("informative", "uniform", "none")
VARIANCES = ("approximate", "full")
ABSENT = ("count", "drop")


@dataclass(frozen=True)
class LogOdds:
    """log_odds: difference of log odds (natural log, 0 means equal); z: that over its standard deviation."""

    log_odds: np.ndarray
    z: np.ndarray

    @property
    def standard_deviation(self) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.log_odds / self.z


def _prior(
    shape: tuple[int, ...], prior: str, background: np.ndarray, strength: float | None, alpha: float
) -> np.ndarray:
    require("prior of the log odds", prior, PRIORS)
    if prior == "none":
        return np.zeros(shape)
    if prior == "uniform":
        if alpha <= 0:
            raise DiscourseError(f"log odds: alpha is {alpha}; the pseudo-count of each word must be above 0.")
        return np.full(shape, float(alpha))
    total = background.sum()
    if strength is not None and strength <= 0:
        raise DiscourseError(f"log odds: strength is {strength}; the prior's size in tokens must be above 0.")
    if background.shape != shape or total <= 0 or (background < 0).any():
        raise DiscourseError(f"log odds: the background needs one count per word ({shape}), not all of them zero.")
    return background * ((total if strength is None else strength) / total)


@checked(alpha=PSEUDO_COUNT)
def log_odds(
    f1: ArrayLike,
    f2: ArrayLike,
    *,
    prior: str = "informative",
    background: ArrayLike | None = None,
    strength: float | None = None,
    alpha: float = 0.01,
    variance: str = "approximate",
) -> LogOdds:
    """Difference of log odds of each word between two corpora, with its z-score. Monroe et al. (2008), eq. 16 to 22.

    f1, f2: counts of *all* words of the two corpora (totals are their sums). prior: "informative" adds to each word its
    share of `background` (None: f1 + f2) times `strength` (None: the background's size; Monroe et al. use 500, a
    speech's length, to shrink less); "uniform" adds `alpha` to every word; "none" nothing. variance: "approximate" is
    eq. 20, 1/(y1 + a) + 1/(y2 + a); "full" adds the terms of the other words (eq. 19). z above 1.96 is usually read as
    typical of corpus 1, but it counts tokens as independent. A word with no count and no prior gives NaN.
    """
    require("variance of the log odds", variance, VARIANCES)
    f1, f2 = np.asarray(f1, dtype=np.float64), np.asarray(f2, dtype=np.float64)
    if f1.ndim != 1 or f1.shape != f2.shape:
        raise DiscourseError(f"log odds: f1 {f1.shape} and f2 {f2.shape} must be one row of counts each, same words.")
    if (f1 < 0).any() or (f2 < 0).any():
        raise DiscourseError("log odds: a count is negative; give the counts of all words, none below 0.")
    source = f1 + f2 if background is None else np.asarray(background, dtype=np.float64)
    pseudo = _prior(f1.shape, prior, source, strength, alpha)
    y1, y2 = f1 + pseudo, f2 + pseudo
    rest1, rest2 = y1.sum() - y1, y2.sum() - y2
    with np.errstate(divide="ignore", invalid="ignore"):
        delta = np.log(y1 / rest1) - np.log(y2 / rest2)
        spread = 1 / y1 + 1 / y2
        if variance == "full":
            spread = spread + 1 / rest1 + 1 / rest2
        return LogOdds(delta, delta / np.sqrt(spread))


@checked(alpha=PSEUDO_COUNT, counts=CELLS)
def log_odds_sets(
    counts: ArrayLike, *, prior: str = "informative", alpha: float = 1.0, versus: str = "overall", absent: str = "count"
) -> LogOdds:
    """Log odds of each word in each of k sets against all of them; `counts` is words x k. Monroe et al. (2008), eq. 15.

    versus: "overall" compares with the sum of all sets, itself included (tidylo's bind_log_odds); "rest" with the sum
    of the other sets. prior: "informative" adds the word's count over all sets to each set (tidylo's default),
    "uniform" adds `alpha` (tidylo's `uninformative`, 1), "none" nothing. absent: "drop" leaves out words a set lacks,
    prior and all, as tidylo does because its table has no row for them; "count" keeps them. Dropped cells are NaN.
    Both arrays are words x k; z above 0 means the set has more than its share.
    """
    require("comparison of the log odds", versus, ("overall", "rest"))
    require("absent words", absent, ABSENT)
    counts = np.asarray(counts, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[1] < 2:
        raise DiscourseError(f"log odds: counts {counts.shape} need one row per word and two columns or more.")
    if (counts < 0).any():
        raise DiscourseError("log odds: a count is negative; give the counts of all words, none below 0.")
    here = counts > 0 if absent == "drop" else np.ones(counts.shape, dtype=bool)
    totals = counts.sum(axis=1)
    pseudo = np.repeat(_prior(totals.shape, prior, totals, None, alpha)[:, None], counts.shape[1], axis=1)
    y = np.where(here, counts + pseudo, 0.0)
    word, size = y.sum(axis=1, keepdims=True), y.sum(axis=0, keepdims=True)
    other, other_size = (word, size.sum()) if versus == "overall" else (word - y, size.sum() - size)
    with np.errstate(divide="ignore", invalid="ignore"):
        delta = np.log(y / (size - y)) - np.log(other / (other_size - other))
        z = delta / np.sqrt(1 / y + 1 / other)
    return LogOdds(np.where(here, delta, np.nan), np.where(here, z, np.nan))
