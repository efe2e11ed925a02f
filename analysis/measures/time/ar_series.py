"""A series of counts whose level wanders: regression of log rates with autocorrelated noise, by restricted likelihood.

With y_t counts, n_t exposure and r = sum y / sum n:

    z_t = log((y_t + 1/2) / n_t) = X_t b + u_t + e_t,  cov(u_s, u_t) = s^2 rho^|s - t|,  var(e_t) = 1 / max(r n_t, 1/2)

rho (0 to .95) and s^2 by REML (Patterson and Thompson 1971), b by generalised least squares. That rho and s^2 are
estimated too makes errors larger and degrees of freedom fewer (Kenward and Roger 1997): a wandering series of 72 months
says as much about its level as some ten independent ones. What was called at 5 % where nothing happened stands in
docs/methods/trends.md; with n - k degrees of freedom it was 8 to 16 % at autocorrelation .7 and .9, with quasi-Poisson
errors 9 to 45 %.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, NothingFound
from analysis.measures.inference.regression import CountModel

if TYPE_CHECKING:
    import pandas as pd

MOST_RHO = 0.95
_NOTHING, _FEWEST = 0.01, 3.0
_TOGETHER = 1e-6  # how far apart two rows of one period are taken to be, so that they are neighbours like others


def fit_ar(
    rows: pd.DataFrame, outcome: str, terms: list[str], *, exposure: str, time: str, level: float = 0.95
) -> CountModel:
    """Fit the model of the module; rows without exposure are left out. `time`: column with the number of the period, so
    that a gap weakens the bond of its neighbours. Ratios are those of rates. dispersion holds s^2, alpha holds rho.

    Raises `DiscourseError` for fewer rows than terms allow, terms that repeat each other, or no hit at all.
    """
    kept = rows[rows[exposure] > 0]
    y, n = kept[outcome].to_numpy(np.float64), kept[exposure].to_numpy(np.float64)
    x = np.column_stack([np.ones(len(kept)), *(kept[name].to_numpy(np.float64) for name in terms)])
    formula = f"log({outcome} / {exposure}) ~ {' + '.join(terms) or '1'}"
    if len(y) <= x.shape[1] + 1:
        raise DiscourseError(f"{formula}: {len(y)} rows for {x.shape[1]} terms; use fewer terms or more rows.")
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise DiscourseError(f"{formula}: some of the terms {terms} repeat each other; drop one.")
    if not y.sum():
        raise NothingFound(f"{formula}: the outcome is 0 in all {len(y)} rows; there is nothing to fit.")
    z = np.log((y + 0.5) / n)
    noise = 1 / np.maximum(y.sum() / n.sum() * n, 0.5)
    place = kept[time].to_numpy(np.float64)
    lag = np.abs(np.subtract.outer(place, place))
    rho, variance = _restricted(z, x, noise, place)
    b, _, likelihood = _gls(z, x, variance * rho**lag + np.diag(noise))
    found = b, *_kenward_roger(x, noise, lag, rho, variance)
    parts = rho, variance, likelihood, n * np.exp(x @ b), z - x @ b
    return _model(["Intercept", *terms], found, formula, (len(y), level), parts)


def _gls(z: np.ndarray, x: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Coefficients, their covariance and the restricted log likelihood (up to a constant)."""
    factor = np.linalg.cholesky(v)
    xs, zs = np.linalg.solve(factor, x), np.linalg.solve(factor, z)
    information = xs.T @ xs
    b = np.linalg.solve(information, xs.T @ zs)
    rest = zs - xs @ b
    size = 2 * np.log(np.diag(factor)).sum() + np.linalg.slogdet(information)[1] + rest @ rest
    return b, np.linalg.inv(information), -0.5 * float(size)


def _kenward_roger(
    x: np.ndarray, noise: np.ndarray, lag: np.ndarray, rho: float, variance: float
) -> tuple[np.ndarray, np.ndarray]:
    """Covariance of the coefficients and their degrees of freedom, with the uncertainty of rho and s^2 in both
    (Kenward and Roger 1997, eq. 4 to 8, for one coefficient at a time; expected information of rho and log s^2).

    The adjusted covariance is never below the plain one; with s^2 next to nothing the noise is that of counts, which is
    known, and the degrees of freedom are n - k.
    """
    most = float(len(x) - x.shape[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        bond = rho**lag
        once = np.where(lag > 0, lag * rho ** np.maximum(lag - 1, 0), 0.0)
        twice = np.where(lag > 1, lag * (lag - 1) * rho ** np.maximum(lag - 2, 0), 0.0)
    v = np.linalg.inv(variance * bond + np.diag(noise))
    plain = np.linalg.inv(x.T @ v @ x)
    if variance < _NOTHING * float(noise.mean()):
        return plain, np.full(len(plain), most)
    project = v - v @ x @ plain @ x.T @ v
    first = [variance * once, variance * bond]
    second = [[variance * twice, variance * once], [variance * once, variance * bond]]
    along = [project @ one for one in first]
    information = np.array([[0.5 * np.sum(a * b.T) for b in along] for a in along])
    w = np.linalg.pinv(information + 1e-8 * np.eye(2), hermitian=True)
    side = v @ x
    p = [-side.T @ one @ side for one in first]
    more = np.zeros_like(plain)
    for i, j in ((0, 0), (0, 1), (1, 0), (1, 1)):
        q = side.T @ first[i] @ v @ first[j] @ side
        more += w[i, j] * (q - p[i] @ plain @ p[j] - side.T @ second[i][j] @ side / 4)
    adjusted = plain + 2 * plain @ more @ plain
    stretch = np.sqrt(np.maximum(np.diag(adjusted) / np.diag(plain), 1.0))
    gradient = np.array([[-(plain[c] @ one @ plain[:, c]) for one in p] for c in range(len(plain))])
    uncertain = np.einsum("ci,ij,cj->c", gradient, w, gradient)
    freedom = 2 * np.diag(plain) ** 2 / np.maximum(uncertain, 1e-300)
    return plain * np.outer(stretch, stretch), np.clip(freedom, _FEWEST, most)


def _restricted(z: np.ndarray, x: np.ndarray, noise: np.ndarray, time: np.ndarray) -> tuple[float, float]:
    """rho and s^2 of largest restricted likelihood: the best of a grid, then improved."""
    from scipy.optimize import minimize

    spread = max(float(np.var(z - x @ np.linalg.lstsq(x, z, rcond=None)[0])), 1e-6)
    likelihood = _Likelihood(z, x, noise, time)

    def lost(place: np.ndarray) -> float:
        return -likelihood(MOST_RHO / (1 + math.exp(-place[0])), math.exp(place[1]))

    grid = [np.array([a, np.log(spread * share)]) for a in (-3.0, 0.0, 1.5) for share in (1e-4, 0.1, 1.0)]
    start = min(grid, key=lost)
    best = minimize(lost, start, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-5, "maxiter": 200}).x
    return float(MOST_RHO / (1 + np.exp(-best[0]))), float(np.exp(best[1]))


class _Likelihood:
    """The restricted log likelihood of `_gls` for many rho and s^2, from the neighbours of each period alone.

    The inverse of the covariance of such a level has entries beside its diagonal only, gaps or not, and with the noise W^-1
    the inverse of the whole is W - W (R^-1 / s^2 + W)^-1 W: work that grows with the length of the series, not its cube.
    """

    def __init__(self, z: np.ndarray, x: np.ndarray, noise: np.ndarray, time: np.ndarray) -> None:
        order = np.argsort(time, kind="stable")
        self.gap = np.maximum(np.diff(time[order]), _TOGETHER)
        self.weight = 1 / noise[order]
        columns = np.column_stack([x, z])[order]
        self.side = columns * self.weight[:, None]
        self.without = columns.T @ self.side
        self.size = float(np.log(noise).sum())

    def __call__(self, rho: float, variance: float) -> float:
        from scipy.linalg.lapack import dpotrf, dpttrf, dpttrs

        bond = rho**self.gap
        free = 1 - bond * bond
        beside = bond / free
        shared = bond * beside / variance
        diagonal = self.weight + 1 / variance
        diagonal[1:] += shared
        diagonal[:-1] += shared
        scale, lower, wrong = dpttrf(diagonal, beside / -variance)
        whole = self.without - self.side.T @ dpttrs(scale, lower, self.side)[0]
        root, singular = dpotrf(whole)
        if wrong or singular:
            return -math.inf
        factor = root.diagonal()
        level = float(np.log(free).sum() + np.log(scale).sum()) + len(scale) * math.log(variance)
        return -0.5 * (self.size + level + 2 * float(np.log(factor[:-1]).sum()) + float(factor[-1]) ** 2)


def _model(names: list[str], found: tuple, formula: str, sizes: tuple, fitted: tuple) -> CountModel:
    import pandas as pd
    from scipy import stats

    b, covariance, freedom = found
    (count, level), (rho, variance, likelihood, expected, residuals) = sizes, fitted
    df = count - len(b)
    error = np.sqrt(np.diag(covariance))
    reach = stats.t.ppf(0.5 + level / 2, freedom) * error
    with np.errstate(over="ignore"):
        columns = {
            "term": names,
            "coefficient": b,
            "standard_error": error,
            "ratio": np.exp(b),
            "low": np.exp(b - reach),
            "high": np.exp(b + reach),
            "statistic": b / error,
            "p": 2 * stats.t.sf(np.abs(b / error), freedom),
            "df": freedom,
        }
    return CountModel(
        pd.DataFrame(columns),
        formula,
        "ar1",
        "reml",
        count,
        df,
        -2 * likelihood,
        variance,
        likelihood,
        rho,
        covariance=covariance,
        fitted=expected,
        residuals=residuals,
    )


def wald(smaller: CountModel, larger: CountModel) -> dict[str, float]:
    """F of the terms that `larger` has beyond `smaller`: f, df, df_residual (the fewest of these terms), p. The likelihoods
    of two REML fits with other terms are not comparable, so the larger one's covariance is used."""
    from scipy import stats

    names = larger.coefficients["term"]
    extra = np.flatnonzero(~names.isin(smaller.coefficients["term"]).to_numpy())
    if not len(extra) or smaller.observation_count != larger.observation_count:
        raise DiscourseError(f"wald: {smaller.formula!r} is not nested in {larger.formula!r} on the same rows.")
    b = larger.coefficients["coefficient"].to_numpy()[extra]
    f = float(b @ np.linalg.solve(larger.covariance[np.ix_(extra, extra)], b) / len(extra))
    freedom = float(larger.coefficients["df"].to_numpy()[extra].min())
    p = float(stats.f.sf(f, len(extra), freedom))
    return {"f": f, "df": float(len(extra)), "df_residual": freedom, "p": p}
