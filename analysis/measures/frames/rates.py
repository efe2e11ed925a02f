"""Rates per 10,000 tokens and document shares, with intervals over whole units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np

from analysis.errors import DiscourseError, require
from analysis.measures.frames.lasting import lasting
from analysis.measures.frames.tally import Counting, Tally, tally
from analysis.measures.inference.arguments import CELLS, POSITIVE, checked
from analysis.measures.inference.resampling import (
    Contrasts,
    Sampling,
    Units,
    influence,
    intervals,
    squared_influence,
)
from analysis.measures.inference.shares import effective_score, few_units, share_of_units, wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

RATE_INTERVALS = ("exact", "mid_p", "byar", "score", "normal", "log")
RATIO_INTERVALS = ("exact", "mid_p", "log")
# statsmodels' names of the tests
RATE_TESTS = {
    "score": "score",
    "wald": "wald",
    "log": "wald-log",
    "score_log": "score-log",
    "root": "sqrt",
    "exact": "exact-cond",
    "mid_p": "cond-midp",
    "e_test": "etest-score",
    "e_test_wald": "etest-wald",
}
DIFFERENCES = ("score", "wald", "mover")
ALTERNATIVES = {"two": "two-sided", "larger": "larger", "smaller": "smaller"}
PER = 10_000
FEW_HITS = 10  # events below which a bootstrap does not know what else could have been


def value_column(measure: str) -> str:
    """The column that holds the value of a measure."""
    return "rate_per_10000" if measure == "rate" else "document_share"


def rates(
    documents: pd.DataFrame,
    hits: pd.DataFrame,
    *,
    by: Sequence[str] = ("outlet_id", "era_id"),
    series: Sequence[str] = ("frame",),
    sampling: Sampling | None = None,
    **counting: Unpack[Counting],
) -> pd.DataFrame:
    """How often each series occurs in each cell: one row is one cell of `by` and one series.

    Columns: those of `by` and `series`; document_count, cluster_count, unit_count, unit; hit_count (for measure "share":
    documents with a hit), token_count (of the exposure); rate_per_10000 or document_share (higher means more often); low,
    high (interval over units, `Sampling.level`; never below 0, of a share never above 1); too_few; note. A cell with fewer
    than `Sampling.min_units` units or without exposure is too few: value and limits are null, never zero. A cell
    of few hits, or of none, has the limits of a count of events (`few_hits`). `Sampling.interval` "score"
    is Wilson's interval of a share and the score interval of a Poisson mean, with the effective number of documents or hits
    (their number over the design effect of whole units, never above the number itself), a t quantile where units are few,
    and limits farther away where blocks of time are alike (`lasting`); of a rate of less than ten hits whichever limit lies
    farther. The other kinds draw units as if independent ("studentised" on a log scale, shares: of the odds).
    Coverage: docs/methods/rates.md. See
    `analysis.measures.frames.tally` for by, series and what can be counted. The attribute `left_out_count`
    in `.attrs` counts documents without a grouping value. No documents give no rows. Raises `DiscourseError` for an
    unknown column or option.
    """
    sampling = sampling or Sampling()
    counted = tally(documents, hits, by=by, series=series, unit=sampling.unit, **counting)
    return rate_table(counted, sampling)


def rate_table(counted: Tally, sampling: Sampling) -> pd.DataFrame:
    """The table of `rates` from a finished `Tally`."""
    n_series = len(counted.series)
    table = counted.cells.loc[counted.cells.index.repeat(n_series)].reset_index(drop=True)
    names = counted.series.loc[np.tile(counted.series.index, len(counted.cells))].reset_index(drop=True)
    for position, name in enumerate(names.columns):
        table.insert(len(counted.cells.columns) - 4 + position, name, names[name])
    table.insert(table.columns.get_loc("unit_count"), "unit", sampling.unit)
    x, y = counted.numerators().reshape(-1, 1), counted.denominators().reshape(-1, 1)
    totals = counted.units.totals
    hits, exposed = totals[x[:, 0]], totals[y[:, 0]]
    table.insert(table.columns.get_loc("token_count"), "hit_count", hits)
    few = (table["unit_count"].to_numpy() < sampling.min_units) | (exposed == 0)
    value = np.divide(hits, exposed, out=np.full(len(hits), np.nan), where=exposed > 0)
    low, high = _limits(counted, sampling, (x[:, 0], y[:, 0]), value)
    rare, least, most = few_hits(counted, sampling.level)
    if sampling.interval == "score":
        rare &= (hits < FEW_HITS) & (counted.measure == "rate")  # Wilson's interval is one of few documents as well
        least, most = np.fmin(least, low), np.fmax(most, high)
    low, high = np.where(rare, least, low), np.where(rare, most, high)
    if counted.measure == "share":  # events have no upper end, documents have
        low, high = np.minimum(low, 1), np.minimum(high, 1)
    scale = PER if counted.measure == "rate" else 1
    for name, values in ((value_column(counted.measure), value), ("low", low), ("high", high)):
        table[name] = np.where(few, np.nan, values * scale)
    table["too_few"] = few
    table["note"] = np.select(
        [few, hits == 0],
        [f"too few: fewer than {sampling.min_units} units ({sampling.unit})", "no hit: upper bound"],
        "",
    )
    table.attrs.update(left_out_count=counted.left_out_count, measure=counted.measure)
    return table


def _limits(
    counted: Tally, sampling: Sampling, columns: tuple[np.ndarray, np.ndarray], value: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Limits of each cell's rate or share, from the columns of numerators and denominators; nan where nothing was seen."""
    if sampling.interval == "score":
        wider = lasting(counted, sampling.unit, sampling.level).ravel()
        return (_share_limits if counted.measure == "share" else _score_limits)(counted, sampling, columns, wider)
    x, y = columns
    values = counted.units.values
    if sampling.interval != "studentised":  # quantiles of replicates, which are rates and shares themselves
        low, high = intervals(counted.units, Contrasts(x[:, None], y[:, None], (1.0,)), sampling)[1:]
    elif counted.measure == "rate":
        made = intervals(counted.units, Contrasts(x[:, None], y[:, None], (1.0,), "log"), sampling)
        low, high = (np.exp(limit) for limit in made[1:])
    else:  # odds: documents with a hit over those without, one more column a share
        odds = np.concatenate([values, values[:, y] - values[:, x]], axis=1)
        units = Units(counted.units.unit_ids, odds, counted.units.strata)
        without = values.shape[1] + np.arange(len(x))
        made = intervals(units, Contrasts(x[:, None], without[:, None], (1.0,), "log"), sampling)
        low, high = (1 / (1 + np.exp(-limit)) for limit in made[1:])
    if counted.measure == "share":  # all have a hit: as good as so many independent documents as there are units
        least = [wilson(1.0, count, sampling.level)[0] for count in (values[:, y] > 0).sum(axis=0)]
        low, high = np.where(value == 1, least, low), np.where(value == 1, 1.0, high)
    return low, high


def _score_limits(
    counted: Tally, sampling: Sampling, columns: tuple[np.ndarray, np.ndarray], wider: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    x, y = columns
    hits, exposed = (counted.units.totals[column].astype(np.float64) for column in columns)
    error = _errors(counted.units, x, y)
    units = (counted.units.values[:, y] > 0).sum(axis=0)
    shrunk = np.array([few_units(count, sampling.level) if count > 1 else 0.0 for count in units])
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.minimum(hits, 1 / error**2) * np.minimum(shrunk, 1 / wider**2)
        return effective_score(hits / exposed, effective, sampling.level)


def _errors(units: Units, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Linearised standard error of the log of each rate over the units that have exposure; nan without a hit."""
    with np.errstate(divide="ignore", invalid="ignore"):
        squares = (influence(units, Contrasts(x[:, None], y[:, None], (1.0,), "log")) ** 2).sum(axis=0)
        count = (units.values[:, y] > 0).sum(axis=0)
        return np.sqrt(np.where(count > 1, squares * count / (count - 1), np.nan))


def _share_limits(
    counted: Tally, sampling: Sampling, columns: tuple[np.ndarray, np.ndarray], wider: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    values = counted.units.values
    made = [
        share_of_units(values[:, x], values[:, y], sampling.level, factor)
        for x, y, factor in zip(*columns, wider, strict=True)
    ]
    return np.array([share.low for share in made]), np.array([share.high for share in made])


def few_hits(counted: Tally, level: float = 0.95) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(whether the hits are few, low, high): limits of a rate (or share) of few hits, one value per cell and series, not
    scaled.

    A cell of one hit drawn again and again holds no larger burst than that one, so that its bootstrap ends a fifth above
    the rate, and may begin below zero. The limits here are those of a sum of Poisson events that each bring several hits
    (Fay and Feuer 1997): with hits / burst events, `burst` times the exact limits of Garwood (1936) over the exposure;
    of no hit, 0 and -log((1 - level) / 2) bursts. burst: variance of a unit's hits about the rate over their mean, the
    larger of the cell's own and that of the series in all cells, at least 1. Few: fewer than 10 events.
    """
    from scipy.special import gammaincinv

    x, y = counted.numerators(), counted.denominators()
    totals = counted.units.totals.astype(np.float64)
    contrasts = Contrasts(x.reshape(-1, 1), y.reshape(-1, 1), (1.0,))
    spread = squared_influence(counted.units, contrasts).reshape(x.shape) * totals[y] ** 2
    hits, exposed = totals[x], np.maximum(totals[y], 1)
    burst = np.maximum(1.0, spread / np.maximum(hits, 1))
    burst = np.maximum(burst, (spread.sum(axis=0) / np.maximum(hits.sum(axis=0), 1))[None, :])
    events, tail = hits / burst, (1 - level) / 2
    low = np.where(hits > 0, gammaincinv(np.where(hits > 0, events, 1.0), tail), 0.0)
    high = gammaincinv(events + 1, 1 - tail)
    return (events < FEW_HITS).ravel(), (low * burst / exposed).ravel(), (high * burst / exposed).ravel()


@checked(exposure=POSITIVE)
def exact_rate(count: int, exposure: float = 1.0, *, level: float = 0.95, kind: str = "exact") -> dict[str, float]:
    """A rate with its Poisson interval: rate, low, high, per unit of exposure.

    kind: "exact" (Garwood 1936; R's poisson.test), "mid_p" (the observed count half in either tail), "byar" (Rothman and
    Boice 1979), "score" (roots of (x - m)^2 = z^2 m), "normal" (x +- z sqrt(x)), "log" (exp of the log rate's, none for 0).
    For comparison with published numbers: it takes hits as independent, which those of one article are not; `rates`
    resamples whole stories instead.
    """
    from scipy.special import ndtri

    require("kind of interval", kind, RATE_INTERVALS)
    _counted(((count, exposure),), level)
    low, high = _poisson_limits(count, (1 - level) / 2, float(ndtri(0.5 + level / 2)), kind)
    return {"rate": count / exposure, "low": low / exposure, "high": high / exposure}


def _poisson_limits(count: int, tail: float, z: float, kind: str) -> tuple[float, float]:
    """Limits of a Poisson mean of which `count` was seen."""
    from scipy.optimize import brentq
    from scipy.special import gammaincinv
    from scipy.stats import poisson

    if kind == "exact":
        return (float(gammaincinv(count, tail)) if count else 0.0), float(gammaincinv(count + 1, 1 - tail))
    if kind == "mid_p":
        most = 10 * (count + 10)

        def above(mean: float, share: float) -> float:
            return float(poisson.sf(count, mean) + 0.5 * poisson.pmf(count, mean)) - share

        low = float(brentq(above, 0, most, args=(tail,))) if count else 0.0
        return low, float(brentq(above, 0, most, args=(1 - tail,)))
    if kind == "byar":
        more = count + 1
        low = count * (1 - 1 / (9 * count) - z / (3 * count**0.5)) ** 3 if count else 0.0
        return max(low, 0.0), more * (1 - 1 / (9 * more) + z / (3 * more**0.5)) ** 3
    if kind == "score":
        middle, reach = count + z**2 / 2, z * (count + z**2 / 4) ** 0.5
        return middle - reach, middle + reach
    if kind == "normal":
        return max(count - z * count**0.5, 0.0), count + z * count**0.5
    factor = float(np.exp(z / count**0.5)) if count else float("nan")
    return count / factor, count * factor


@checked(first=CELLS, second=CELLS)
def exact_ratio(
    first: tuple[int, float], second: tuple[int, float], *, level: float = 0.95, kind: str = "exact"
) -> dict[str, float]:
    """Ratio of two Poisson rates with limits and p: ratio, low, high, p (two-sided).

    first, second: count and exposure. kind: "exact": given their sum the first count is binomial (Przyborowski & Wilenski
    1940; R's poisson.test with two counts), limits after Clopper and Pearson (1934); "mid_p": the observed count half in
    either tail (Rothman, Greenland and Lash 2008), p twice the smaller; "log": exp(log ratio +- z sqrt(1/x1 + 1/x2)),
    nothing for a count of 0. Above 1 means that the first rate is higher; without any count on the second side ratio and
    high are infinite. The same warning as in `exact_rate`.
    """
    require("kind of interval", kind, RATIO_INTERVALS)
    _counted((first, second), level)
    (x1, t1), (x2, t2) = first, second
    if not x1 + x2:
        return {"ratio": float("nan"), "low": 0.0, "high": float("inf"), "p": 1.0}
    ratio = x1 / t1 / (x2 / t2) if x2 else float("inf")
    low, high, p = _ratio_limits((x1, x2), (t1, t2), level, kind)
    return {"ratio": ratio, "low": low, "high": high, "p": p}


@checked(first=CELLS, second=CELLS, ratio=POSITIVE)
def rate_test(
    first: tuple[int, float], second: tuple[int, float], *, ratio: float = 1.0, kind: str = "score", side: str = "two"
) -> dict[str, float]:
    """Is the ratio of two Poisson rates another than `ratio`? statistic, p, by statsmodels.

    first, second: count and exposure. kind, statistics W2, W1, W3, W4 and W5 of Gu, Ng, Tang and Schucany (2008): "score"
    (variance under the hypothesis), "wald" (variance as found), "log", "score_log" (of the log ratio), "root" (of square
    roots); "exact", "mid_p": given the sum (C-test, Przyborowski & Wilenski 1940), p summed over what is no more probable;
    "e_test", "e_test_wald": over both counts (Krishnamoorthy & Thomson 2004). side: "two", "larger", "smaller" (the first
    rate is). No count on either side: statistic 0, p 1. The same warning as in `exact_rate`.
    """
    from statsmodels.stats.rates import test_poisson_2indep

    require("kind of test", kind, list(RATE_TESTS))
    require("side", side, list(ALTERNATIVES))
    _counted((first, second), 0.95)
    if not ratio > 0:
        raise DiscourseError(f"rate test: a ratio of {ratio}; the ratio tested is above 0, 1 means equal rates.")
    (x1, t1), (x2, t2) = first, second
    if not x1 + x2:
        return {"statistic": 0.0, "p": 1.0}
    with np.errstate(divide="ignore", invalid="ignore"):
        done = test_poisson_2indep(
            x1, t1, x2, t2, value=ratio, method=RATE_TESTS[kind], alternative=ALTERNATIVES[side], compare="ratio"
        )
    statistic = np.nan if done.statistic is None else float(done.statistic)
    return {"statistic": statistic, "p": float(done.pvalue)}


@checked(first=CELLS, second=CELLS)
def rate_difference(
    first: tuple[int, float], second: tuple[int, float], *, level: float = 0.95, kind: str = "score"
) -> dict[str, float]:
    """Difference of two Poisson rates, first less second, with limits: difference, low, high, by statsmodels.

    first, second: count and exposure. kind: "score" (the variance under each difference; Miettinen and Nurminen 1985),
    "wald", "mover" (from both rates' score limits; Newcombe 1998, Li, Tang and Wong 2014). The limits are NaN
    where neither has an event. The same warning as in `exact_rate`.
    """
    from statsmodels.stats.rates import confint_poisson_2indep

    require("kind of interval", kind, DIFFERENCES)
    _counted((first, second), level)
    (x1, t1), (x2, t2) = first, second
    difference = x1 / t1 - x2 / t2
    if not x1 + x2:
        return {"difference": 0.0, "low": float("nan"), "high": float("nan")}
    low, high = confint_poisson_2indep(x1, t1, x2, t2, method=kind, compare="diff", alpha=1 - level)
    return {"difference": difference, "low": float(low), "high": float(high)}


def _ratio_limits(
    counts: tuple[int, int], exposures: tuple[float, float], level: float, kind: str
) -> tuple[float, float, float]:
    """Limits of the ratio and p of "no difference"."""
    from scipy.optimize import brentq
    from scipy.special import ndtr, ndtri
    from scipy.stats import binom, binomtest

    (x1, x2), (t1, t2) = counts, exposures
    total, null, tail = x1 + x2, t1 / (t1 + t2), (1 - level) / 2
    if kind == "log":
        if not x1 or not x2:
            return float("nan"), float("nan"), float("nan")
        log, error = float(np.log(x1 / t1 / (x2 / t2))), (1 / x1 + 1 / x2) ** 0.5
        reach = float(ndtri(1 - tail)) * error
        return float(np.exp(log - reach)), float(np.exp(log + reach)), float(2 * ndtr(-abs(log) / error))
    if kind == "exact":
        found = binomtest(int(x1), int(total), null)
        limits, p = found.proportion_ci(level), float(found.pvalue)
        shares = [limits.low, limits.high]
    else:

        def above(share: float, wanted: float = 0.0) -> float:
            return float(binom.sf(x1, total, share) + 0.5 * binom.pmf(x1, total, share)) - wanted

        p = min(1.0, 2 * min(above(null), 1 - above(null)))
        shares = [
            float(brentq(above, 0, 1, args=(tail,))) if x1 else 0.0,
            float(brentq(above, 0, 1, args=(1 - tail,))) if x2 else 1.0,
        ]
    low, high = (share / (1 - share) * t2 / t1 if share < 1 else float("inf") for share in shares)
    return float(low), float(high), p


def _counted(pairs: tuple[tuple[float, float], ...], level: float) -> None:
    for count, exposure in pairs:
        if count < 0 or count != int(count) or not exposure > 0:
            raise DiscourseError(
                f"exact rate: {count} in {exposure}; counts are whole and not negative, exposure is above 0."
            )
    if not 0 < level < 1:
        raise DiscourseError(f"exact rate: level {level} is not a confidence level; give a share such as 0.95.")
