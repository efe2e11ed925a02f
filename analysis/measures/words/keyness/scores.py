"""Keyness of words from their counts in two corpora: the classic measures, vectorised over words.

Arguments everywhere: `f1` of `n1` tokens in corpus 1 (the target), `f2` of `n2` tokens in corpus 2 (the reference);
scalars or arrays of one shape. Signed scores are positive where the target has more. Counts of tokens say how large a
difference is; whether documents bear it out is asked in `keyness_tests`, and both together in `keyness_table`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import DiscourseError, require
from analysis.measures.inference.arguments import CELLS, NOT_NEGATIVE, ONE_OR_MORE, P_VALUES, SCORES, checked
from analysis.measures.words import contingency as ct

LOG_RATIO_ZEROS = ("hardie", "evert", "add", "constant", "none", "drop")
DIFF_ZEROS = ("none", "constant", "hardie")
LRC_SIDES = ("two", "positive")
SMALL_RATE = 1e-18  # what Gabrielatos & Marchi (2011) and the UCREL calculator put for a rate of zero


def _arrays(f1: ArrayLike, n1: ArrayLike, f2: ArrayLike, n2: ArrayLike) -> tuple[np.ndarray, ...]:
    values = tuple(np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (f1, n1, f2, n2))))
    for name, total, count in (("n1", values[1], values[0]), ("n2", values[3], values[2])):
        if (total <= 0).any() or (count < 0).any() or (count > total).any():
            raise DiscourseError(
                f"keyness: corpus size {name} must be above 0 and no frequency negative or larger than it; "
                "leave out the side that has no tokens, or check the totals."
            )
    return values


@checked
def g2_two_cells(f1: ArrayLike, n1: ArrayLike, f2: ArrayLike, n2: ArrayLike, *, signed: bool = False) -> np.ndarray:
    """Log-likelihood over the two cells of the word only: 2 (f1 ln(f1/E1) + f2 ln(f2/E2)). Rayson & Garside (2000).

    Slightly smaller or larger than the four-cell `contingency.g2`; equal for rare words. The UCREL
    calculator's "LL". 0 or more.
    """
    from scipy import special

    f1, n1, f2, n2 = _arrays(f1, n1, f2, n2)
    share = (f1 + f2) / (n1 + n2)
    score = np.maximum(2 * (special.rel_entr(f1, n1 * share) + special.rel_entr(f2, n2 * share)), 0.0)
    return score * np.sign(f1 * n2 - f2 * n1) if signed else score


@checked(counts=CELLS, totals=CELLS)
def g2_groups(counts: ArrayLike, totals: ArrayLike, *, cells: str = "all") -> np.ndarray:
    """Log-likelihood of words over k groups, one row of `counts` (words x k) per word, `totals` tokens per group.

    cells: "all" uses the 2 x k table, word and other words (Dunning 1993); "word" only the k cells of the word (Rayson
    & Garside 2000, the calculator with several corpora). k - 1 degrees of freedom. 0 or more, unsigned.
    """
    from scipy import special

    require("cells of G2", cells, ("all", "word"))
    counts, totals = np.asarray(counts, dtype=np.float64), np.asarray(totals, dtype=np.float64)
    if counts.ndim != 2 or totals.shape != counts.shape[1:]:
        raise DiscourseError(f"keyness: counts {counts.shape} need one column per group; totals {totals.shape}.")
    if (totals <= 0).any() or (counts < 0).any() or (counts > totals).any():
        raise DiscourseError(
            "keyness: every group needs tokens, and no count may be negative or larger than its group; leave out "
            "empty groups."
        )
    share = counts.sum(axis=1, keepdims=True) / totals.sum()
    score = special.rel_entr(counts, share * totals).sum(axis=1)
    if cells == "all":
        score = score + special.rel_entr(totals - counts, (1 - share) * totals).sum(axis=1)
    return np.maximum(2 * score, 0.0)


@checked
def relative_risk(f1: ArrayLike, n1: ArrayLike, f2: ArrayLike, n2: ArrayLike) -> np.ndarray:
    """Ratio of rates (f1/n1) / (f2/n2); 1 means equal, infinite where only the reference has none, NaN for 0 / 0."""
    f1, n1, f2, n2 = _arrays(f1, n1, f2, n2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (f1 / n1) / (f2 / n2)


@checked
def log_ratio(
    f1: ArrayLike,
    n1: ArrayLike,
    f2: ArrayLike,
    n2: ArrayLike,
    *,
    zeros: str = "hardie",
    constant: float | None = None,
    base: float = 2.0,
) -> np.ndarray:
    """Binary logarithm of the ratio of rates (Hardie 2014); each step of 1 is a doubling, 0 means equal.

    zeros: "hardie" puts 0.5 for a count of 0 and leaves all others (also the UCREL calculator); "evert" adds 0.5 to
    every count and corpus size (Walter 1975; Evert's corpora); "add" adds `constant` to them (None: 1, as the tidytext
    book does, with base e); "constant" puts `constant` for a rate of 0 (None: 1e-18); "none" leaves infinities, "drop"
    turns them into NaN. A word in neither corpus is 0 with "hardie" and "constant"; with "evert" and "add" it has the
    ratio of the corpora's sizes, turned round; else NaN. base: of the logarithm.
    """
    if base <= 0 or base == 1:
        raise DiscourseError(f"log ratio: base {base} has no logarithm; 2 is Hardie's, e and 10 are in use too.")
    binary = _log2_ratio(_arrays(f1, n1, f2, n2), zeros, constant)
    return binary if base == 2 else binary / np.log2(base)


def _log2_ratio(counts: tuple[np.ndarray, ...], zeros: str, constant: float | None) -> np.ndarray:
    require("zeros of the log ratio", zeros, LOG_RATIO_ZEROS)
    if constant is not None and constant <= 0:
        raise DiscourseError(f"log ratio: constant is {constant}; it must be above 0, or None for the usual one.")
    f1, n1, f2, n2 = counts
    if zeros == "hardie":
        f1, f2 = np.where(f1 == 0, 0.5, f1), np.where(f2 == 0, 0.5, f2)
        neither = (f1 == 0.5) & (f2 == 0.5)
        return np.where(neither, 0.0, np.log2(f1 / n1) - np.log2(f2 / n2))
    if zeros in ("evert", "add"):
        more = 0.5 if zeros == "evert" else (1.0 if constant is None else constant)
        return np.log2((f1 + more) / (n1 + more)) - np.log2((f2 + more) / (n2 + more))
    r1, r2 = f1 / n1, f2 / n2
    if zeros == "constant":
        small = SMALL_RATE if constant is None else constant
        r1, r2 = np.where(r1 == 0, small, r1), np.where(r2 == 0, small, r2)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log2(r1) - np.log2(r2)
    return np.where(np.isfinite(ratio), ratio, np.nan) if zeros == "drop" else ratio


@checked(constant=NOT_NEGATIVE)
def pct_diff(
    f1: ArrayLike, n1: ArrayLike, f2: ArrayLike, n2: ArrayLike, *, zeros: str = "none", constant: float = SMALL_RATE
) -> np.ndarray:
    """%DIFF: 100 (rate 1 - rate 2) / rate 2 (Gabrielatos & Marchi 2011); -100 to infinity, 0 means equal.

    zeros, for words the reference lacks: "none" gives infinity; "constant" divides by `constant`, as the UCREL
    calculator does; "hardie" by the rate of half a token. A word in neither corpus gives 0.
    """
    require("zeros of %DIFF", zeros, DIFF_ZEROS)
    f1, n1, f2, n2 = _arrays(f1, n1, f2, n2)
    r1, r2 = f1 / n1, f2 / n2
    divisor = {"none": r2, "constant": np.where(r2 == 0, constant, r2), "hardie": np.where(r2 == 0, 0.5 / n2, r2)}
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(r1 == r2, 0.0, 100 * (r1 - r2) / divisor[zeros])


@checked
def diff_coefficient(f1: ArrayLike, n1: ArrayLike, f2: ArrayLike, n2: ArrayLike) -> np.ndarray:
    """(rate 1 - rate 2) / (rate 1 + rate 2); -1 to 1, 0 means equal (Hofland & Johansson 1982)."""
    f1, n1, f2, n2 = _arrays(f1, n1, f2, n2)
    total = f1 / n1 + f2 / n2
    return (f1 / n1 - f2 / n2) / np.where(total == 0, 1.0, total)


@checked
def zeta(d1: ArrayLike, s1: ArrayLike, d2: ArrayLike, s2: ArrayLike, *, kind: str = "difference") -> np.ndarray:
    """Burrows's Zeta: how evenly a word is used on one side and not on the other, by shares of segments that have it.

    d1 of s1 segments of the target hold the word, d2 of s2 of the reference. kind: "difference" d1/s1 - d2/s2, -1 to 1
    (Schoch et al. 2018, sd0); "craig" d1/s1 + (s2 - d2)/s2, 0 to 2 (Craig and Kinney 2009). Higher: the target's word. A
    side without segments gives nan. Raises `DiscourseError` for more segments with the word than there are.
    """
    require("kind of Zeta", kind, ("difference", "craig"))
    d1, s1, d2, s2 = (np.asarray(v, dtype=np.float64) for v in (d1, s1, d2, s2))
    if (np.minimum(d1, d2) < 0).any() or (d1 > s1).any() or (d2 > s2).any():
        raise DiscourseError("zeta: segments with the word lie between 0 and all segments of their side.")
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(s1 > 0, d1 / s1, np.nan) - np.where(s2 > 0, d2 / s2, np.nan)
    return value + (1 if kind == "craig" else 0)


@checked
def simple_maths(f1: ArrayLike, n1: ArrayLike, f2: ArrayLike, n2: ArrayLike, *, k: float = 1.0) -> np.ndarray:
    """(rate 1 + k) / (rate 2 + k), rates per million tokens (Kilgarriff 2009). Larger k favours commoner words."""
    f1, n1, f2, n2 = _arrays(f1, n1, f2, n2)
    if k <= 0:
        raise DiscourseError(f"simple maths: k is {k}; it must be above 0, Kilgarriff uses 1, 10, 100 or 1000.")
    return (1e6 * f1 / n1 + k) / (1e6 * f2 / n2 + k)


@checked
def bic(f1: ArrayLike, n1: ArrayLike, f2: ArrayLike, n2: ArrayLike, *, cells: str = "word") -> np.ndarray:
    """Approximate Bayes factor, G2 - ln(n1 + n2) for one degree of freedom (Wilson 2013).

    2 to 6 is read as positive, 6 to 10 strong, above 10 very strong evidence; below 0 for no difference. cells: "word"
    (two-cell G2, the UCREL calculator) or "all". Tokens are its unit, so it inherits the fault of G2.
    """
    require("cells of BIC", cells, ("word", "all"))
    score = g2_two_cells(f1, n1, f2, n2) if cells == "word" else ct.g2(ct.from_corpora(f1, n1, f2, n2))
    return score - np.log(np.asarray(n1, dtype=np.float64) + np.asarray(n2, dtype=np.float64))


@checked(counts=CELLS, totals=CELLS)
def bic_groups(counts: ArrayLike, totals: ArrayLike, *, cells: str = "word") -> np.ndarray:
    """`bic` over k groups: G2 - (k - 1) ln N, the calculator with several corpora; arguments as in `g2_groups`."""
    totals = np.asarray(totals, dtype=np.float64)
    return g2_groups(counts, totals, cells=cells) - (len(totals) - 1) * np.log(totals.sum())


@checked
def ell(f1: ArrayLike, n1: ArrayLike, f2: ArrayLike, n2: ArrayLike) -> np.ndarray:
    """Effect size for log-likelihood, LL / (N ln(smallest E)) (Johnston et al. 2006, as the UCREL calculator has it).

    Usually 0 to 1. Negative where the smallest expected frequency is below 1 and not defined (NaN) where it is 1.
    """
    f1, n1, f2, n2 = _arrays(f1, n1, f2, n2)
    smallest = np.minimum(n1, n2) * (f1 + f2) / (n1 + n2)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = g2_two_cells(f1, n1, f2, n2) / ((n1 + n2) * np.log(smallest))
    return np.where(np.isfinite(score), score, np.nan)


@checked(constant=NOT_NEGATIVE)
def pmi(
    f1: ArrayLike, n1: ArrayLike, f2: ArrayLike, n2: ArrayLike, *, base: float = np.e, constant: float = 0.0
) -> np.ndarray:
    """Pointwise mutual information of word and target corpus, log(f1 / E1 + constant); natural log as in quanteda, whose
    code adds a constant of 1e-9 so that a word the target lacks stays finite."""
    if constant < 0:
        raise DiscourseError(f"PMI: constant is {constant}; give 0 or more.")
    f1, n1, f2, n2 = _arrays(f1, n1, f2, n2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(f1 * (n1 + n2) / ((f1 + f2) * n1) + constant) / np.log(base)


@checked
def log_ratio_interval(
    f1: ArrayLike,
    n1: ArrayLike,
    f2: ArrayLike,
    n2: ArrayLike,
    *,
    level: float = 0.95,
    family: int = 1,
    side: str = "two",
) -> tuple[np.ndarray, np.ndarray]:
    """Exact interval of the log ratio: Clopper-Pearson for f1 out of f1 + f2, odds x n2 / n1 (Fay 2010, Evert 2022).

    family: number of intervals that shall hold together (Bonferroni divides 1 - level by it). side: "two", or
    "positive" for a lower limit only (the upper one is infinity). Words of neither corpus give (-inf, inf). Assumes
    independent tokens, as all of this module does.
    """
    require("side of the interval", side, LRC_SIDES)

    if not 0 < level < 1 or family < 1:
        raise DiscourseError(
            f"log ratio interval: level {level} must lie between 0 and 1, family {family} be 1 or more."
        )
    f1, n1, f2, n2 = _arrays(f1, n1, f2, n2)
    tail = (1 - level) / family / (2 if side == "two" else 1)
    low = _lower_share(f1, f2, tail)
    rest = _lower_share(f2, f1, tail) if side == "two" else np.zeros(f1.shape)  # 1 - the upper limit, to full precision
    shift = np.log2(n2) - np.log2(n1)
    with np.errstate(divide="ignore"):
        return np.log2(low) - np.log2(1 - low) + shift, np.log2(1 - rest) - np.log2(rest) + shift


def _lower_share(hits: np.ndarray, misses: np.ndarray, tail: float) -> np.ndarray:
    """Clopper & Pearson's (1934) lower limit for the share of `hits`; 0 where there are none."""
    from scipy import special

    return np.where(hits > 0, special.betaincinv(np.maximum(hits, 1), misses + 1, tail), 0.0)


@checked
def lrc(
    f1: ArrayLike,
    n1: ArrayLike,
    f2: ArrayLike,
    n2: ArrayLike,
    *,
    level: float = 0.95,
    family: int | None = None,
    side: str = "two",
) -> np.ndarray:
    """Conservative log ratio (Evert 2022): the end of the interval nearest to 0, and 0 where the interval covers 0.

    family: None takes the number of words given (Bonferroni). side "positive" returns the lower limit itself, which may
    be negative, to rank words of the target only. Higher means more typical of the target, beyond doubt at token level.
    """
    require("side of LRC", side, LRC_SIDES)
    words = int(np.broadcast(f1, n1, f2, n2).size)
    family = max(words, 1) if family is None else family
    if not 0 < level < 1 or family < 1:
        raise DiscourseError(f"LRC: level {level} must lie between 0 and 1, family {family} be 1 or more.")
    if side == "positive":
        return log_ratio_interval(f1, n1, f2, n2, level=level, family=family, side=side)[0]
    f1, n1, f2, n2 = _arrays(f1, n1, f2, n2)
    score = np.zeros(f1.shape)
    # P(X = f) is at least exp(-G2 / 2) / (n + 1): where that exceeds the tail, the interval surely covers 0.
    likely = np.exp(-g2_two_cells(f1, n1, f2, n2) / 2) / (f1 + f2 + 1) <= (1 - level) / family / 2
    for upper, sign in ((f1 * n2 > f2 * n1, 1.0), (f1 * n2 < f2 * n1, -1.0)):
        chosen = likely & upper
        a, b = f1[chosen], f2[chosen]
        low = _lower_share(*((a, b) if sign > 0 else (b, a)), (1 - level) / family / 2)
        shift = sign * (np.log2(n2[chosen]) - np.log2(n1[chosen]))
        with np.errstate(divide="ignore"):
            score[chosen] = sign * np.maximum(np.log2(low) - np.log2(1 - low) + shift, 0.0)
    return score


@checked(scores=SCORES, p=P_VALUES, family=ONE_OR_MORE)
def significant_only(scores: ArrayLike, p: ArrayLike, *, alpha: float = 0.05, family: int = 1) -> np.ndarray:
    """`scores` with 0 wherever p > alpha / family: the significance filter of Evert's keyness()."""
    if not 0 < alpha < 1 or family < 1:
        raise DiscourseError(
            f"significance filter: alpha {alpha} must lie between 0 and 1, family {family} be 1 or more."
        )
    return np.where(np.asarray(p) <= alpha / family, scores, 0.0)


@checked
def classic_measures(f1: ArrayLike, n1: ArrayLike, f2: ArrayLike, n2: ArrayLike) -> dict[str, np.ndarray]:
    """All token-level measures by column name, with this module's defaults; each an array of the shape of `f1`.

    g2 and chi2 are signed; chi2_yates likewise. log_ratio has zeros "hardie", odds_ratio "haldane_if_zero", lrc is
    Bonferroni-corrected over the words given.
    """
    family = int(np.broadcast(f1, n1, f2, n2).size)
    f1, n1, f2, n2 = _arrays(f1, n1, f2, n2)
    shape = f1.shape
    (f1, n1, f2, n2), back = _distinct(f1, n1, f2, n2)
    table = ct.from_corpora(f1, n1, f2, n2)
    four_cells = ct.g2(table, signed=True)
    scores = {
        "log_ratio": log_ratio(f1, n1, f2, n2),
        "lrc": lrc(f1, n1, f2, n2, family=max(family, 1)),
        "pct_diff": pct_diff(f1, n1, f2, n2),
        "relative_risk": relative_risk(f1, n1, f2, n2),
        "odds_ratio": ct.odds_ratio(table, zeros="haldane_if_zero"),
        "diff_coefficient": diff_coefficient(f1, n1, f2, n2),
        "simple_maths": simple_maths(f1, n1, f2, n2),
        "g2": four_cells,
        "g2_two_cells": g2_two_cells(f1, n1, f2, n2, signed=True),
        "g2_williams": four_cells / ct.williams(table),
        "chi2": ct.chi2(table, signed=True),
        "chi2_yates": ct.chi2(table, correction="yates_bounded", signed=True),
        "bic": bic(f1, n1, f2, n2),
        "ell": ell(f1, n1, f2, n2),
    }
    return {name: score[back].reshape(shape) for name, score in scores.items()}


def _distinct(f1: np.ndarray, n1: np.ndarray, f2: np.ndarray, n2: np.ndarray) -> tuple[tuple, np.ndarray]:
    """Each pair of counts once, and where each word's pair is: most words share theirs with others (Zipf)."""
    flat = [v.ravel() for v in (f1, n1, f2, n2)]
    width = flat[2].max(initial=0) + 1
    whole = all((v == np.floor(v)).all() for v in (flat[0], flat[2]))
    one_size = all((v == v[:1]).all() for v in (flat[1], flat[3]))
    if not whole or not one_size or (flat[0].max(initial=0) + 1) * width >= 2**53:
        return tuple(flat), np.arange(flat[0].size)
    import pandas as pd

    back, key = pd.factorize((flat[0] * width + flat[2]).astype(np.int64))  # hashing: no sort needed
    once = (key // int(width)).astype(np.float64), (key % int(width)).astype(np.float64)
    sizes = [np.full(len(key), v[0]) if len(v) else v for v in (flat[1], flat[3])]
    return (once[0], sizes[0], once[1], sizes[1]), back
