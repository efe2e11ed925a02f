"""Count models with an exposure offset: Poisson, quasi-Poisson, negative binomial; errors that expect clusters or time.

Estimation is statsmodels' GLM; this module chooses family, dispersion and errors, refuses what cannot be believed and
returns one table.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import DiscourseError, NothingFound, not_allowed, require
from analysis.measures.inference.arguments import COUNT_ROW, NOT_NEGATIVE, ONE_OR_MORE, POSITIVE, checked
from analysis.measures.inference.resampling import MIN_OUTLETS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

FAMILIES = ("quasipoisson", "poisson", "negative_binomial", "gaussian")
HC = ("hc0", "hc1", "hc2", "hc3")
ERRORS = ("model", *HC, "cluster", "newey_west")


@dataclass(frozen=True)
class CountModel:
    """A fitted model.

    coefficients: one row per term: term, coefficient (log ratio), standard_error, ratio, low, high (of the ratio; for
    "gaussian" ratio is null and low, high are those of the coefficient), statistic, p. dispersion: Pearson chi-square
    over residual degrees of freedom (1 for "poisson" and "negative_binomial", the residual variance for "gaussian").
    alpha: the negative binomial's variance is mu + alpha * mu**2. fitted: expected counts.
    """

    coefficients: pd.DataFrame
    formula: str
    family: str
    errors: str
    observation_count: int
    df: int
    deviance: float
    dispersion: float
    log_likelihood: float
    alpha: float | None = None
    lags: int | None = None
    group_count: int | None = None
    covariance: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)), repr=False)
    fitted: np.ndarray = field(default_factory=lambda: np.zeros(0), repr=False)
    residuals: np.ndarray = field(default_factory=lambda: np.zeros(0), repr=False)

    def term(self, name: str) -> pd.Series:
        """The row of one term. Raises `DiscourseError` that lists all terms."""
        rows = self.coefficients[self.coefficients["term"] == name]
        if rows.empty:
            raise DiscourseError(not_allowed("term", name, self.coefficients["term"]))
        return rows.iloc[0]


@checked(lags=NOT_NEGATIVE)
@dataclass(frozen=True)
class Errors:
    """Which standard errors.

    kind: "model"; "hc0", "hc1", "hc2", "hc3" (White); "cluster" (groups: a column, or two for clustering both ways,
    Cameron, Gelbach and Miller 2011); "newey_west" (lags, rows in order of time; None: floor(4 (n / 100)^(2/9)), Newey and
    West 1994). distribution: "normal" or "t". small_sample: cluster: G/(G-1) * (n-1)/(n-k); newey_west: n/(n-k).
    """

    kind: str = "model"
    groups: str | tuple[str, str] | None = None
    lags: int | None = None
    distribution: str = "normal"
    small_sample: bool = False

    def __post_init__(self) -> None:
        require("errors", self.kind, ERRORS)
        require("distribution", self.distribution, ("normal", "t"))
        if self.lags is not None and self.lags < 0:
            raise DiscourseError(f"lags: {self.lags}; 0 or more are needed, None chooses by the length of the series.")


@checked
def durbin_watson(residuals: np.ndarray) -> float:
    """Durbin and Watson's (1950) statistic of residuals in order of time: 0 to 4, 2 for none, below 2 for positive
    autocorrelation."""
    e = np.asarray(residuals, dtype=np.float64)
    if len(e) < 2 or not (e**2).sum() > 0:
        raise DiscourseError(f"durbin_watson: {len(e)} residuals; at least two are needed, not all of them 0.")
    return float((np.diff(e) ** 2).sum() / (e**2).sum())


@checked
def andrews_lags(scores: np.ndarray) -> int:
    """Lags of Bartlett's kernel by Andrews's (1991, eq. 6.2 to 6.4) AR(1) plug-in: floor of 1.1447 (a n)^(1/3),
    at most n - 1.

    scores: residuals, or residuals times regressors (observations x terms; a constant has weight too), in order of time.
    """
    table = np.asarray(scores, dtype=np.float64)
    table = table[:, None] if table.ndim == 1 else table
    if len(table) < 3:
        raise DiscourseError(f"andrews_lags: {len(table)} scores; at least three in order of time are needed.")
    before, after = table[:-1], table[1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        rho = np.clip((before * after).sum(axis=0) / (before**2).sum(axis=0), -0.97, 0.97)
    fourth = ((after - rho * before) ** 2).mean(axis=0) ** 2
    top = (4 * rho**2 * fourth / ((1 - rho) ** 6 * (1 + rho) ** 2)).sum()
    alpha = top / (fourth / (1 - rho) ** 4).sum()
    return min(int(1.1447 * (alpha * len(table)) ** (1 / 3)), len(table) - 1)


@checked(alpha=POSITIVE, counts=COUNT_ROW, fitted=COUNT_ROW)
def theta_error(counts: np.ndarray, fitted: np.ndarray, alpha: float) -> tuple[float, float]:
    """(theta, standard error) of the negative binomial's theta = 1 / alpha, as R's MASS prints them: from the observed
    information of theta with the means held."""
    from scipy.special import polygamma

    y, mu, theta = np.asarray(counts, dtype=np.float64), np.asarray(fitted, dtype=np.float64), 1 / alpha
    parts = (
        polygamma(1, theta) - polygamma(1, theta + y) - 1 / theta + 2 / (mu + theta) - (y + theta) / (mu + theta) ** 2
    )
    information = float(parts.sum())
    return theta, float(1 / np.sqrt(information)) if information > 0 else float("nan")


@checked(pairs=ONE_OR_MORE, period=POSITIVE)
def harmonic(period_number: Any, pairs: int = 2, period: float = 12) -> np.ndarray:
    """Sine then cosine terms of a season: rows x 2 * pairs, sin(2 pi k x / period) for k = 1..pairs, then the cosines.

    The columns of R's tsModel::harmonic. Usable in formulas: "hits ~ level + harmonic(month, 2, 12)".
    """
    angle = 2 * np.pi * np.outer(np.asarray(period_number, dtype=float), np.arange(1, pairs + 1)) / period
    return np.concatenate([np.sin(angle), np.cos(angle)], axis=1)


@checked
def fit_counts(
    rows: pd.DataFrame,
    formula: str,
    *,
    exposure: str | None = None,
    family: str = "quasipoisson",
    errors: Errors | None = None,
    level: float = 0.95,
) -> CountModel:
    """Fit counts on terms: `formula` such as "hit_count ~ era_id * outlet_id"; exposure enters as log offset.

    family: "poisson"; "quasipoisson" (the same coefficients, errors times the root of the Pearson dispersion);
    "negative_binomial" (NB2, alpha by maximum likelihood, then held); "gaussian" (least squares, no exposure). Rows
    without exposure and without hits, or with an empty value in a term, are left out. A ratio above 1 means more of the
    outcome. Clustered errors need at least 6 groups. Raises `DiscourseError` for unknown options, an unknown column, a
    negative outcome (but of "gaussian") or exposure, hits without exposure, too few rows for the terms, or terms that
    cannot be told apart.
    """
    outcome, design, kept = _design(rows, formula, exposure)
    return _fitted(outcome, design, kept, formula, (exposure, family, errors or Errors(), level))


@checked
def fit_terms(
    rows: pd.DataFrame,
    outcome: str,
    terms: Sequence[str],
    *,
    exposure: str | None = None,
    family: str = "quasipoisson",
    errors: Errors | None = None,
    level: float = 0.95,
) -> CountModel:
    """As `fit_counts`, on numeric columns `terms` and an intercept; much faster, for fits by the hundred."""
    import pandas as pd

    for name in (outcome, *terms, *([exposure] if exposure else [])):
        if name not in rows.columns:
            raise DiscourseError(not_allowed("column", name, list(rows.columns)))
    exposed = _exposed(rows, outcome, exposure) if exposure else rows
    kept = exposed[exposed[[outcome, *terms]].notna().all(axis=1)]
    x = np.column_stack([np.ones(len(kept)), *(kept[name].to_numpy(dtype=np.float64) for name in terms)])
    design = pd.DataFrame(x, columns=["Intercept", *terms])
    formula = f"{outcome} ~ {' + '.join(terms) or '1'}"
    return _fitted(kept[outcome].to_numpy(float), design, kept, formula, (exposure, family, errors or Errors(), level))


def _fitted(y: np.ndarray, design: pd.DataFrame, kept: pd.DataFrame, formula: str, options: tuple) -> CountModel:
    exposure, family, errors, level = options
    require("family", family, FAMILIES)
    if not 0 < level < 1:
        raise DiscourseError(f"level: {level} is not a confidence level; give a share such as 0.95.")
    if family == "gaussian" and exposure:
        raise DiscourseError(
            f"{formula}: family 'gaussian' takes no exposure (it would add its logarithm to the outcome); pass the rate as "
            f"outcome and exposure=None, or choose one of {', '.join(FAMILIES[:-1])}."
        )
    if not np.isfinite(y).all() or (family != "gaussian" and (y < 0).any()):
        bad = y[~np.isfinite(y) | (y < 0)][0]
        raise DiscourseError(
            f"{formula}: the outcome {bad:g} is not allowed; allowed: finite numbers, for counts 0 or more. Outcomes that "
            "can be negative take family 'gaussian'."
        )
    x = design.to_numpy(dtype=np.float64)
    if len(y) <= x.shape[1]:
        raise DiscourseError(f"{formula}: {len(y)} rows for {x.shape[1]} terms; use fewer terms or more rows.")
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise DiscourseError(f"{formula}: some of the terms {list(design.columns)} repeat each other; drop one.")
    if family != "gaussian" and not y.sum():
        raise NothingFound(f"{formula}: the outcome is 0 in all {len(y)} rows; there is nothing to fit.")
    offset = np.log(kept[exposure].to_numpy(dtype=np.float64)) if exposure else None
    covariance = errors, _covariance_options(errors, kept)
    return _estimated((y, x, offset), list(design.columns), formula, family, covariance, level)


def _estimated(data: tuple, names: list[str], formula: str, family: str, errors: tuple, level: float) -> CountModel:
    import statsmodels.api as sm
    import statsmodels.tools.sm_exceptions as sm_exceptions

    y, x, offset = data
    alpha = _alpha(y, x, offset) if family == "negative_binomial" else None
    model = sm.GLM(y, x, family=_family(family, alpha), offset=offset)
    chosen, (kind, options) = errors
    scale = "X2" if family == "quasipoisson" else (None if family == "gaussian" else 1.0)
    with warnings.catch_warnings():
        # a model that meets every count is legitimate; one that runs away is refused below
        warnings.simplefilter("ignore", sm_exceptions.PerfectSeparationWarning)
        warnings.simplefilter("ignore", sm_exceptions.ConvergenceWarning)
        result = model.fit(scale=scale, cov_type=kind, cov_kwds=options, tol=1e-12, maxiter=200)
    if family != "gaussian" and (not result.converged or float(np.min(result.fittedvalues)) < 1e-9 * float(y.mean())):
        raise DiscourseError(
            f"{formula}: no finite estimate; some combination of terms has no hit at all, so its ratio is 0 or infinite. "
            "Merge its levels, drop the term, or use `contrast`, which reports the zero with a bound."
        )
    covariance = np.asarray(result.cov_params())
    if chosen.kind in HC:
        covariance = _heteroscedastic(model, np.asarray(result.params), chosen.kind)
    if chosen.kind == "newey_west" and chosen.small_sample:
        covariance = covariance * len(y) / (len(y) - x.shape[1])
    groups = min(len(np.unique(g)) for g in np.atleast_2d(options["groups"].T)) if "groups" in options else None
    df = int(result.df_resid)
    return CountModel(
        coefficients=_coefficients(names, result.params, covariance, family, (chosen.distribution, df), level),
        formula=formula,
        family=family,
        errors=chosen.kind,
        observation_count=len(y),
        df=df,
        deviance=float(result.deviance),
        dispersion=float(result.scale),
        log_likelihood=float(result.llf),
        alpha=alpha,
        lags=options.get("maxlags"),
        group_count=groups,
        covariance=covariance,
        fitted=np.asarray(result.fittedvalues),
        residuals=np.asarray(result.resid_deviance),
    )


def _heteroscedastic(model: Any, params: np.ndarray, kind: str) -> np.ndarray:
    """The sandwich of score residuals (White 1980; MacKinnon and White 1985): "hc1" times n / (n - k); "hc2" each
    residual's square over 1 - h, "hc3" over (1 - h)^2, with h the leverage in the weighted regression.

    statsmodels' GLM accepts these names and gives HC0 for all of them.
    """
    x = np.asarray(model.exog)
    weight = -np.asarray(model.hessian_factor(params, scale=1.0, observed=False))
    weight = np.abs(weight)
    bread = np.linalg.inv(x.T @ (weight[:, None] * x))
    scores = x * np.asarray(model.score_factor(params, scale=1.0))[:, None]
    leverage = weight * np.einsum("ij,jk,ik->i", x, bread, x)
    if kind in ("hc2", "hc3"):
        scores = scores / np.maximum(1 - leverage, 1e-12)[:, None] ** (0.5 if kind == "hc2" else 1.0)
    covariance = bread @ (scores.T @ scores) @ bread
    return covariance * len(x) / (len(x) - x.shape[1]) if kind == "hc1" else covariance


def _design(rows: pd.DataFrame, formula: str, exposure: str | None) -> tuple[np.ndarray, pd.DataFrame, pd.DataFrame]:
    import patsy

    if exposure is not None:
        if exposure not in rows.columns:
            raise DiscourseError(not_allowed("exposure", exposure, list(rows.columns)))
        rows = _exposed(rows, formula.split("~")[0].strip(), exposure)
    if rows.empty:
        raise NothingFound(f"{formula}: no rows with exposure; nothing to fit.")
    rows = rows.reset_index(drop=True)
    columns = {str(name): _plain(rows[name]) for name in rows.columns}
    try:
        outcome, design = patsy.dmatrices(
            formula, {**columns, "harmonic": harmonic, "np": np}, return_type="dataframe", eval_env=-1
        )
    except patsy.PatsyError as error:
        known = ", ".join(columns)
        raise DiscourseError(
            f"formula {formula!r}: {error}. Columns: {known}; functions: harmonic, np, I, C."
        ) from error
    if outcome.shape[1] != 1:
        raise DiscourseError(f"formula {formula!r}: the outcome is no column of numbers; give one, left of the ~.")
    return outcome.iloc[:, 0].to_numpy(dtype=np.float64), design, rows.loc[design.index]


def _exposed(rows: pd.DataFrame, outcome: str, exposure: str) -> pd.DataFrame:
    """The rows with exposure; refused where one that has none, or less, holds hits, which would be lost."""
    try:
        given = rows[exposure].to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise DiscourseError(
            f"exposure: the column {exposure!r} holds no numbers; give tokens, or documents."
        ) from error
    if (given < 0).any() or np.isinf(given).any():
        bad = given[(given < 0) | np.isinf(given)][0]
        raise DiscourseError(f"exposure: {bad:g} in the column {exposure!r} is not allowed; allowed: 0 or more.")
    there = given > 0
    if outcome in rows.columns and not there.all():
        lost = rows[outcome][~there]
        lost = lost[lost.notna() & (lost != 0)]
        if len(lost):
            raise DiscourseError(
                f"exposure: row {lost.index[0]} has {outcome} {lost.iloc[0]} and no {exposure}; hits without exposure have "
                "no rate. Give its exposure, or leave the row out."
            )
    return rows[there]


def _plain(column: pd.Series) -> pd.Series:
    """Text and nullable columns as plain objects and floats, which the formula reader knows."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype) or column.dtype == bool:
        return column
    return column.astype(float) if pd.api.types.is_numeric_dtype(column.dtype) else column.astype(object)


def _family(family: str, alpha: float | None):
    import statsmodels.api as sm

    if family == "negative_binomial":
        return sm.families.NegativeBinomial(alpha=alpha)
    return sm.families.Gaussian() if family == "gaussian" else sm.families.Poisson()


def _alpha(y: np.ndarray, x: np.ndarray, offset: np.ndarray | None) -> float:
    """Maximum likelihood of the dispersion, the coefficients profiled out."""
    import statsmodels.api as sm
    from scipy.optimize import minimize_scalar
    from scipy.special import gammaln

    def lost(log_alpha: float) -> float:
        alpha = float(np.exp(log_alpha))
        fit = sm.GLM(y, x, family=sm.families.NegativeBinomial(alpha=alpha), offset=offset).fit(maxiter=100)
        mu, size = np.asarray(fit.fittedvalues), 1 / alpha
        terms = gammaln(y + size) - gammaln(size) - gammaln(y + 1) + y * np.log(mu / (mu + size))
        return -float((terms - size * np.log1p(alpha * mu)).sum())

    found = minimize_scalar(lost, bounds=(np.log(1e-6), np.log(1e3)), method="bounded", options={"xatol": 1e-7})
    return float(np.exp(found.x))


def _covariance_options(errors: Errors, rows: pd.DataFrame) -> tuple[str, dict[str, Any]]:
    if errors.kind == "cluster":
        names = (errors.groups,) if isinstance(errors.groups, str) or errors.groups is None else tuple(errors.groups)
        codes = np.column_stack([_group_codes(name, rows) for name in names])
        if codes.shape[1] > 2:
            raise DiscourseError(
                f"groups: {', '.join(map(str, names))}; errors are clustered one or two ways, not more."
            )
        return "cluster", {"groups": codes if len(names) == 2 else codes[:, 0], "use_correction": errors.small_sample}
    if errors.kind == "newey_west":
        lags = int(4 * (len(rows) / 100) ** (2 / 9)) if errors.lags is None else errors.lags
        return "HAC", {"maxlags": lags, "use_correction": False}
    return "nonrobust", {}


def _group_codes(name: str | None, rows: pd.DataFrame) -> np.ndarray:
    if name not in rows.columns:
        raise DiscourseError(not_allowed("groups", name, list(rows.columns)))
    codes = np.unique(rows[name].astype(str).to_numpy(dtype=str), return_inverse=True)[1]
    if (found := len(np.unique(codes))) < MIN_OUTLETS:
        raise DiscourseError(
            f"errors clustered on {name}: there are {found} groups, and errors from fewer than {MIN_OUTLETS} "
            "are far too small. Cluster on cluster_id or on outlet and month, or use a permutation test."
        )
    return codes


def _coefficients(names, values, covariance, family: str, reference: tuple, level: float) -> pd.DataFrame:
    import pandas as pd
    from scipy import stats

    distribution, df = reference
    law = stats.t(df) if distribution == "t" else stats.norm()
    values = np.asarray(values)
    error = np.sqrt(np.diag(covariance))
    reach = law.ppf(0.5 + level / 2) * error
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        statistic = values / error
        shown = (lambda v: v) if family == "gaussian" else np.exp
        ratio = np.full(len(values), np.nan) if family == "gaussian" else np.exp(values)
        low, high = shown(values - reach), shown(values + reach)
    return pd.DataFrame(
        {
            "term": names,
            "coefficient": values,
            "standard_error": error,
            "ratio": ratio,
            "low": low,
            "high": high,
            "statistic": statistic,
            "p": 2 * law.sf(np.abs(statistic)),
        }
    )


def compare_models(smaller: CountModel, larger: CountModel) -> dict[str, float]:
    """F test of nested models: f, df (numerator), df_residual, p.

    f is the drop in deviance per degree of freedom over the dispersion of the larger model (R: anova(test = "F")). Where
    the dispersion is not estimated ("poisson", "negative_binomial") it is the likelihood ratio over df, p that of
    chi-squared and df_residual infinite. Raises
    `DiscourseError` if the models are not of one family and data, or the larger one has no more terms.
    """
    from scipy import stats

    same = (smaller.family, smaller.observation_count) == (larger.family, larger.observation_count)
    extra = smaller.df - larger.df
    if not same or extra < 1:
        raise DiscourseError(
            f"compare_models: {smaller.formula!r} ({smaller.family}, n {smaller.observation_count}, df {smaller.df}) is "
            f"not nested in {larger.formula!r} ({larger.family}, n {larger.observation_count}, df {larger.df})."
        )
    if larger.family in ("poisson", "negative_binomial"):
        f = max(2 * (larger.log_likelihood - smaller.log_likelihood), 0.0) / extra
        return {"f": f, "df": float(extra), "df_residual": float("inf"), "p": float(stats.chi2.sf(f * extra, extra))}
    f = (smaller.deviance - larger.deviance) / extra / larger.dispersion
    return {"f": f, "df": float(extra), "df_residual": float(larger.df), "p": float(stats.f.sf(f, extra, larger.df))}
