"""How well a break is dated, and whether there is one at all."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, NothingFound, require
from analysis.measures.inference.arguments import COUNT_ROW, SHARE, checked
from analysis.measures.time.breaks.find import Breaks, checked_counts, checked_regressors, checked_series

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


@checked
def break_intervals(
    series: Sequence[float] | np.ndarray,
    found: Breaks,
    *,
    regressors: np.ndarray | None = None,
    level: float = 0.95,
    same_variance: bool = False,
) -> pd.DataFrame:
    """Confidence intervals for the dates of least squares breaks (Bai 1997, Proposition 3 and appendix B).

    One row per break: break, low, high (observations before the break; rounded outward). same_variance: one error
    variance for all segments instead of one each. Errors are taken as uncorrelated. No breaks give no rows. null limits
    where the limiting distribution cannot be inverted.
    """
    import pandas as pd
    from scipy.optimize import brentq

    y = checked_series(series)
    x = checked_regressors(regressors, len(y))
    edges = [0, *found.breaks, len(y)]
    parts = [slice(a, b) for a, b in pairwise(edges)]
    residuals = np.concatenate([y[p] - x[p] @ b for p, b in zip(parts, found.coefficients, strict=True)])
    rows = []
    for number, where in enumerate(found.breaks):
        old, new = parts[number], parts[number + 1]
        delta = found.coefficients[number + 1] - found.coefficients[number]
        moment = [float(delta @ (x[p].T @ x[p]) @ delta) / (p.stop - p.start) for p in (old, new)]
        spread = [float((residuals[slice(None) if same_variance else p] ** 2).mean()) for p in (old, new)]
        nothing = (1e-12 * np.ptp(y)) ** 2
        if (
            min(spread) <= nothing
        ):  # a regime without any error: dated exactly if neither has one, else no law to invert
            rows.append((where, where, where) if max(spread) <= nothing else (where, np.nan, np.nan))
            continue
        xi, scale = moment[1] / moment[0], spread[0] / moment[0]
        phi = xi * spread[1] / spread[0]

        def beyond(v: float, p: float, xi: float = xi, phi: float = phi) -> float:
            return argmax_distribution(v, xi, phi) - p

        tail = (1 - level) / 2
        try:
            reach = [brentq(beyond, -1e4, -1e-9, args=(tail,)), brentq(beyond, 1e-9, 1e4, args=(1 - tail,))]
            low, high = where - scale * reach[1], where - scale * reach[0]
            rows.append((where, max(np.floor(low), 0), min(np.ceil(high), len(y))))
        except ValueError:
            rows.append((where, np.nan, np.nan))
    return pd.DataFrame(rows, columns=["break", "low", "high"])


@checked
def argmax_distribution(v: float, xi: float = 1.0, phi: float = 1.0) -> float:
    """P(V <= v) for the place V where a two-sided Brownian motion with drift -|s|/2 is largest (Bai 1997, eq. B.2-B.3).

    xi: ratio of drifts, phi: ratio of variances, right over left side. With xi = phi = 1 it is symmetric
    (Yao 1987).
    """
    from scipy.special import log_ndtr

    size = abs(v)
    root = np.sqrt(size)
    if v < 0:
        ratio = xi / phi
        a = (phi / xi) * (phi + 2 * xi) / (phi + xi)
        b = (phi + 2 * xi) ** 2 / ((phi + xi) * xi) - 2 + size / 2
        return float(
            -root * np.exp(-size / 8) / np.sqrt(2 * np.pi)
            - a * np.exp(ratio * (1 + ratio) * size / 2 + log_ndtr(-(0.5 + ratio) * root))
            + b * np.exp(log_ndtr(-root / 2))
        )
    speed = xi / np.sqrt(phi)
    a = (xi / phi) * (2 * phi + xi) / (phi + xi)
    b = (2 * phi + xi) ** 2 / ((phi + xi) * phi) - 2 + speed**2 * size / 2
    return float(
        1
        + speed * root * np.exp(-(speed**2) * size / 8) / np.sqrt(2 * np.pi)
        + a * np.exp((phi + xi) * size / 2 + log_ndtr(-(phi + xi / 2) / np.sqrt(phi) * root))
        - b * np.exp(log_ndtr(-speed * root / 2))
    )


@checked(counts=COUNT_ROW)
def poisson_break_profile(
    counts: Sequence[int] | np.ndarray,
    *,
    exposure: Sequence[float] | np.ndarray | None = None,
    min_size: int = 1,
    drop: float = 1.92,
) -> pd.DataFrame:
    """Profile log likelihood of a single Poisson break: one row per possible break.

    Columns: break (observations before it), log_likelihood (relative to the best, 0), rate_before, rate_after,
    is_within (log likelihood within `drop` of the best; 1.92 is half the 95 % quantile of chi-square with one degree of
    freedom, a convention here, since a date is no regular parameter: see `bootstrap_break`).
    """
    import pandas as pd

    y, e = checked_counts(counts, exposure)
    place = np.arange(min_size, len(y) - min_size + 1)
    if len(place) == 0 or min_size < 1:
        raise DiscourseError(
            f"counts: {len(y)} observations leave no break with {min_size} on either side; at least 1 is needed."
        )
    before, exposed = np.cumsum(y)[place - 1], np.cumsum(e)[place - 1]
    sides = ((before, exposed), (y.sum() - before, e.sum() - exposed))
    with np.errstate(divide="ignore", invalid="ignore"):
        likelihood = sum(np.where(c > 0, c * np.log(c / t), 0.0) for c, t in sides)
        rates = [np.where(t > 0, c / t, np.nan) for c, t in sides]
    relative = likelihood - np.nanmax(likelihood)
    return pd.DataFrame(
        {
            "break": place,
            "log_likelihood": relative,
            "rate_before": rates[0],
            "rate_after": rates[1],
            "is_within": relative >= -drop,
        }
    )


@checked
def bootstrap_break(
    series: Sequence[float] | np.ndarray,
    *,
    kind: str = "poisson",
    exposure: Sequence[float] | np.ndarray | None = None,
    replicates: int = 1000,
    seed: int = 1,
    level: float = 0.95,
    null: str = "flat",
) -> dict[str, float]:
    """Date of a single break with a parametric bootstrap interval, and the chance of so strong a break without any.

    kind "poisson": counts are drawn from the two fitted rates, with the Pearson dispersion (`draw_counts`); "mean":
    residuals are drawn with replacement within each regime. Returns break, low, high (quantiles of the redrawn breaks),
    gain (drop in cost against no break), and p = share of series drawn without a break whose gain is at least as large.
    The p allows for the search over dates, but not for autocorrelation. null: "flat", one rate throughout, or "trend", a
    steady rise or fall (of the log rate for counts), which a break in a drifting series has to beat.
    """
    require("kind", kind, ("poisson", "mean"))
    require("null", null, ("flat", "trend"))
    if replicates < 1:
        raise DiscourseError(f"replicates: {replicates}; at least 1 is needed, 1000 are usual.")
    if kind == "mean":
        y = checked_series(series, 4)
        e = np.ones(len(y))
    else:
        y, e = checked_counts(series, exposure)
        if (e > 0).sum() < 2:
            raise NothingFound("series: fewer than two observations have exposure; there is nothing to compare.")
    best, gains = _single_break(y[None, :], e, kind)
    where, gain = int(best[0]), float(gains[0])
    rates = [y[part].sum() / e[part].sum() for part in (slice(0, where), slice(where, None))]
    rng = np.random.default_rng(seed)
    stepped = np.where(np.arange(len(y)) < where, *rates) * e
    flat = y.sum() / e.sum() * e if null == "flat" else _trend(y, e, kind)
    drawn, _ = _single_break(_redraw(rng, y, stepped, kind, replicates, where), e, kind)
    _, without = _single_break(_redraw(rng, y, flat, kind, replicates, len(y)), e, kind)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], method="closest_observation")
    p = (1 + int((without >= gain - 1e-9).sum())) / (1 + replicates)
    return {"break": where, "low": float(low), "high": float(high), "gain": gain, "p": p}


def _trend(y: np.ndarray, e: np.ndarray, kind: str) -> np.ndarray:
    """Expected values of a steady trend: least squares, or the Poisson likelihood of a log-linear rate."""
    time = (np.arange(len(y)) - (len(y) - 1) / 2) / max(len(y), 1)
    if kind == "mean":
        return y.mean() + time * (time @ (y - y.mean())) / (time @ time)
    slope, start = 0.0, float(np.log(y.sum() / e.sum()))
    for _ in range(50):
        mean = e * np.exp(np.clip(start + slope * time, -700, 700))
        rest, a, b, c = y - mean, mean.sum(), (mean * time).sum(), (mean * time**2).sum()
        determinant = a * c - b * b
        if determinant <= 1e-12 * a * c:
            break
        first, second = rest.sum(), (rest * time).sum()
        step = np.clip([(c * first - b * second) / determinant, (a * second - b * first) / determinant], -2, 2)
        start, slope = start + step[0], slope + step[1]
        if np.abs(step).max() < 1e-10:
            break
    return e * np.exp(np.clip(start + slope * time, -700, 700))


def _single_break(values: np.ndarray, exposure: np.ndarray, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Best single break of each row and its gain: log likelihood (poisson), or F over all dates (mean)."""
    n = values.shape[1]
    place = np.arange(2, n - 1) if kind == "mean" else np.arange(1, n)
    before, exposed = np.cumsum(values, axis=1)[:, place - 1], np.cumsum(exposure)[place - 1]
    total, whole = values.sum(axis=1, keepdims=True), exposure.sum()
    if kind == "poisson":
        with np.errstate(divide="ignore", invalid="ignore"):
            gain = sum(
                np.where(c > 0, c * np.log(c / t * whole / total), 0.0)
                for c, t in ((before, exposed), (total - before, whole - exposed))
            )
        gain = np.where((exposed > 0) & (exposed < whole), gain, -np.inf)
    else:
        spread = ((values - total / n) ** 2).sum(axis=1, keepdims=True)
        explained = (before - place * total / n) ** 2 * n / (place * (n - place))
        gain = explained / np.maximum((spread - explained) / (n - 2), 1e-300)
    gain = np.where(np.isfinite(gain), gain, -np.inf)
    return place[gain.argmax(axis=1)], gain.max(axis=1)


def _redraw(
    rng: np.random.Generator, y: np.ndarray, mean: np.ndarray, kind: str, replicates: int, where: int
) -> np.ndarray:
    """Series around `mean`, replicates x observations; residuals stay on their side of `where`."""
    shape = (replicates, len(y))
    if kind == "mean":
        sides = [np.arange(where), np.arange(where, len(y))]
        picked = [rng.choice(side, size=(replicates, len(side))) for side in sides if len(side)]
        return mean + (y - mean)[np.concatenate(picked, axis=1)]
    seen = mean > 0
    dispersion = float(((y - mean)[seen] ** 2 / mean[seen]).sum() / max(seen.sum() - 2, 1))
    return draw_counts(rng, np.broadcast_to(mean, shape), dispersion).astype(np.float64)


def draw_counts(rng: np.random.Generator, mean: np.ndarray, dispersion: float) -> np.ndarray:
    """Counts with these means and variance dispersion x mean: negative binomial above 1, Poisson at 1, binomial below (its
    size between two whole numbers by chance, and at least the mean, so that very small dispersions are not reached)."""
    seen = mean > 0
    if abs(dispersion - 1) <= 1e-4 or not np.isfinite(dispersion):
        return rng.poisson(mean)
    if dispersion > 1:
        drawn = rng.negative_binomial(np.where(seen, mean, 1) / (dispersion - 1), 1 / dispersion)
        return np.where(seen, drawn, 0)
    size = np.maximum(np.floor(mean / (1 - dispersion) + rng.random(mean.shape)), np.maximum(np.ceil(mean), 1))
    return rng.binomial(size.astype(np.int64), mean / size)


@checked
def cusum_test(series: Sequence[float] | np.ndarray) -> dict[str, float]:
    """OLS-based CUSUM test for a constant mean (Ploberger and Kramer 1992), by statsmodels: statistic, p.

    The statistic is the largest absolute cumulated residual over s sqrt(n); larger means a less constant mean.
    """
    from statsmodels.stats.diagnostic import breaks_cusumolsresid

    y = _varying(series, 3)
    statistic, p, _ = breaks_cusumolsresid(y - y.mean(), ddof=1)
    return {"statistic": float(statistic), "p": float(p)}


@checked
def chow_test(series: Sequence[float] | np.ndarray, at: int) -> dict[str, float]:
    """Chow's (1960) F test of another mean from a date that was known beforehand: statistic, df_1, df_2, p.

    at: observations before the date. F as in `sup_f`. For a date that was looked for in the series the p is far too small:
    there `sup_f`. Raises `DiscourseError` for a date without observations on both sides.
    """
    from scipy.stats import f as f_law

    y = _varying(series, 4)
    if not 0 < at < len(y):
        raise DiscourseError(f"at: {at}; from 1 to {len(y) - 1} observations stand before the date.")
    left = sum(float(((part - part.mean()) ** 2).sum()) for part in (y[:at], y[at:]))
    gain = float(((y - y.mean()) ** 2).sum()) - left
    statistic = gain / (left / (len(y) - 2)) if left > 0 else float("inf")
    return {"statistic": statistic, "df_1": 1, "df_2": len(y) - 2, "p": float(f_law.sf(statistic, 1, len(y) - 2))}


@checked
def pettitt_test(series: Sequence[float] | np.ndarray) -> dict[str, float]:
    """Pettitt's (1979) rank test of one change at an unknown date: statistic, break (observations before it), p.

    K = max |U_t|, U_t = 2 (rank sum of the first t) - t (n + 1); p about 2 exp(-6 K^2 / (n^3 + n^2)), at most 1. Takes the
    observations as independent.
    """
    from scipy.stats import rankdata

    y = _varying(series, 3)
    n = len(y)
    u = 2 * np.cumsum(rankdata(y))[:-1] - np.arange(1, n) * (n + 1)
    k = float(np.abs(u).max())
    p = min(1.0, 2 * float(np.exp(-6 * k**2 / (n**3 + n**2))))
    return {"statistic": k, "break": int(np.abs(u).argmax()) + 1, "p": p}


@checked
def trend_test(series: Sequence[float] | np.ndarray) -> dict[str, float]:
    """Mann and Kendall's rank test of a steady rise or fall: s, tau, z, p, slope.

    s: pairs that rise less pairs that fall; tau: Kendall's tau b; z: (s -+ 1) over its standard deviation with ties (Mann
    1945; Kendall 1975), p two-sided; slope: median of all slopes, per period (Sen 1968). Takes the observations as
    independent: where months are alike p is far too small. As R's trend::mk.test.
    """
    from scipy.stats import norm

    y = _varying(series, 3)
    n, (first, second) = len(y), np.triu_indices(len(y), 1)
    s, tied = float(np.sign(y[second] - y[first]).sum()), np.unique(y, return_counts=True)[1].astype(float)
    variance = (n * (n - 1) * (2 * n + 5) - (tied * (tied - 1) * (2 * tied + 5)).sum()) / 18
    pairs, alike = n * (n - 1) / 2, (tied * (tied - 1)).sum() / 2
    z = float(np.sign(s) * max(abs(s) - 1, 0) / np.sqrt(variance))
    slope = float(np.median((y[second] - y[first]) / (second - first)))
    tau = float(s / np.sqrt(pairs * (pairs - alike)))
    return {"s": s, "tau": tau, "z": z, "p": float(2 * norm.sf(abs(z))), "slope": slope}


F_KINDS = ("sup", "ave", "exp")


@checked(trim=SHARE)
def sup_f(
    series: Sequence[float] | np.ndarray,
    *,
    trim: float = 0.15,
    replicates: int = 999,
    seed: int = 1,
    kind: str = "sup",
) -> dict[str, float]:
    """F of one break in the mean over all dates: statistic, break (where F is largest), p.

    F = (RSS without - RSS with) / (RSS with / (n - 2)). kind: "sup" the largest (Andrews 1993), "ave" the mean, "exp"
    log mean exp(F / 2) (Andrews and Ploberger 1994). trim: share of observations left out at either end. p by drawing
    normal series without a break, so it allows for the search over dates.
    """
    require("kind of F", kind, F_KINDS)
    y = _varying(series, 4)
    if not 0 <= trim < 0.5:
        raise DiscourseError(f"trim: {trim}; the share left out at either end lies from 0 to below 0.5, 0.15 is usual.")
    size = max(int(np.floor(trim * len(y))), 2)

    def summed(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        n = values.shape[1]
        place = np.arange(size, n - size + 1)
        sums = np.cumsum(values - values.mean(axis=1, keepdims=True), axis=1)[:, place - 1]
        total = ((values - values.mean(axis=1, keepdims=True)) ** 2).sum(axis=1, keepdims=True)
        gain = sums**2 * n / (place * (n - place))
        f = gain / ((total - gain) / (n - 2))
        if kind == "exp":
            top = f.max(axis=1, keepdims=True)
            over = top[:, 0] / 2 + np.log(np.exp((f - top) / 2).mean(axis=1))
        else:
            over = f.max(axis=1) if kind == "sup" else f.mean(axis=1)
        return over, place[f.argmax(axis=1)]

    statistic, where = summed(y[None, :])
    null = summed(np.random.default_rng(seed).standard_normal((replicates, len(y))))[0]
    p = (1 + int((null >= statistic[0]).sum())) / (1 + replicates)
    return {"statistic": float(statistic[0]), "break": int(where[0]), "p": p}


@checked
def homogeneity_test(
    series: Sequence[float] | np.ndarray, *, kind: str = "snht", replicates: int = 999, seed: int = 1
) -> dict[str, float]:
    """Climatologists' tests of one change of the mean: statistic, break (observations before it), p by normal series.

    With s_k the sum of the first k deviations over the standard deviation (n - 1 for "snht", n for the two others): "snht"
    max k m1^2 + (n - k) m2^2, the m means of the standardised halves (Alexandersson 1986); "buishand_range" (max s - min s)
    / sqrt(n) and "buishand_u" sum s^2 / (n (n + 1)) (Buishand 1982, 1984), whose break is where |s| is largest.
    """
    require("kind of homogeneity test", kind, ("snht", "buishand_range", "buishand_u"))
    y = _varying(series, 4)
    n = len(y)
    place = np.arange(1, n)

    def measured(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        away = values - values.mean(axis=1, keepdims=True)
        sums = np.cumsum(away / away.std(axis=1, ddof=int(kind == "snht"), keepdims=True), axis=1)[:, :-1]
        if kind == "snht":
            each = sums**2 * (1 / place + 1 / (n - place))
            return each.max(axis=1), each.argmax(axis=1) + 1
        where = np.abs(sums).argmax(axis=1) + 1
        if kind == "buishand_u":
            return (sums**2).sum(axis=1) / (n * (n + 1)), where
        high, low = np.maximum(sums.max(axis=1), 0), np.minimum(sums.min(axis=1), 0)
        return (high - low) / np.sqrt(n), where

    statistic, where = measured(y[None, :])
    null = measured(np.random.default_rng(seed).standard_normal((replicates, n)))[0]
    p = (1 + int((null >= statistic[0]).sum())) / (1 + replicates)
    return {"statistic": float(statistic[0]), "break": int(where[0]), "p": p}


def _varying(series: Sequence[float] | np.ndarray, least: int) -> np.ndarray:
    y = checked_series(series, least)
    if not np.ptp(y):
        raise NothingFound(f"series: all {len(y)} observations are {y[0]:g}; a constant series has no break to test.")
    return y


def dated_break(series: pd.DataFrame, *, replicates: int = 1000, seed: int = 1) -> pd.DataFrame:
    """Where one series of counts breaks, if anywhere: a frame of one row, for `checks.by_series`.

    series: rows as from `period_series`; periods without exposure are left out. Columns: break_date (start of the
    first period of the new regime), low_date, high_date, rate_before, rate_after (per 10,000), p (`bootstrap_break` against
    a steady trend), p_flat (against one rate throughout), break_count_bic (number of breaks, up to 5, that BIC of the
    quasi-likelihood prefers). Raises `DiscourseError` for fewer than 4 periods with
    exposure or no hits.
    """
    import pandas as pd

    from analysis.measures.time.breaks.find import poisson_breaks

    rows = series[series["token_count"] > 0].sort_values("period_start", kind="stable")
    counts, tokens = rows["hit_count"].to_numpy(), rows["token_count"].to_numpy()
    if len(rows) < 4 or not counts.sum():
        raise NothingFound(
            f"series: {len(rows)} periods with exposure and {counts.sum()} hits; too few to date a break."
        )
    found = bootstrap_break(counts, exposure=tokens, replicates=replicates, seed=seed, null="trend")
    flat = bootstrap_break(counts, exposure=tokens, replicates=replicates, seed=seed)
    starts = rows["period_start"].tolist()
    dates = {
        name: starts[min(int(found[key]), len(starts) - 1)]
        for name, key in (("break_date", "break"), ("low_date", "low"), ("high_date", "high"))
    }
    chosen = poisson_breaks(counts, None, exposure=tokens, quasi=True)
    place = int(found["break"])
    rates = {
        name: counts[part].sum() / tokens[part].sum() * 10_000
        for name, part in (("rate_before", slice(0, place)), ("rate_after", slice(place, None)))
    }
    return pd.DataFrame(
        [{**dates, **rates, "p": found["p"], "p_flat": flat["p"], "break_count_bic": len(chosen.breaks)}]
    )
