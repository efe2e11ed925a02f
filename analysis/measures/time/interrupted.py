"""Interrupted time series: did level or slope change at a date, and would another date have looked the same?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, not_allowed
from analysis.measures.frames.rates import PER
from analysis.measures.inference.arguments import NOT_NEGATIVE, checked
from analysis.measures.inference.multiple import adjust_within
from analysis.measures.inference.power import detectable_ratio
from analysis.measures.inference.regression import CountModel, Errors, fit_terms, harmonic
from analysis.measures.time.ar_series import fit_ar

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


@checked(season=NOT_NEGATIVE, elapsed_from=NOT_NEGATIVE)
@dataclass(frozen=True)
class Design:
    """What a segmented regression contains.

    slope: also a change of slope. trend: a linear trend. season: pairs of sine and cosine over the year (0: none; 2 is
    usual for months). window: days [start, end) whose documents were left out of the series; they do not count when a
    period is divided at the break. elapsed_from: value of the elapsed time in the first period after the break; 1 as in
    Lopez Bernal et al. 2017 (their interaction is centred at the last period before), 0 makes `level` the ratio in the
    first period itself. family, errors: as in `regression.fit_counts`, or
    family "ar1": log rates with autocorrelated noise (`ar_series`), whose tests hold when
    the level wanders. The default errors are the model's with its
    Pearson dispersion: on simulated series of 72 months without a break they called 4.5 to 8 % significant at 5 %,
    Newey-West errors 13 to 23 %; so `effects` prints the Newey-West p beside, and never alone.
    """

    slope: bool = True
    trend: bool = True
    season: int = 2
    window: tuple[str, str] | None = None
    elapsed_from: int = 1
    family: str = "quasipoisson"
    errors: Errors = field(default_factory=lambda: Errors("model", distribution="t"))
    outcome: str = "hit_count"
    exposure: str | None = "token_count"


@dataclass(frozen=True)
class Segmented:
    """A fitted segmented regression.

    effects: one row per break and term: break_date, term ("level", "slope"), ratio (level: of the rate at once; slope:
    per period, on top of the old slope), low, high, statistic, p, p_newey_west (the same with autocorrelation-robust
    errors; too small in short series), detectable_ratio. periods: one row per period with
    fitted and counterfactual rates per unit of exposure (the model without the breaks). model: the `CountModel`.
    """

    effects: pd.DataFrame
    periods: pd.DataFrame
    model: CountModel


def segmented(series: pd.DataFrame, breaks: str | Sequence[str], design: Design | None = None) -> Segmented:
    """Fit one series with a change at each break (ISO days); rows are periods as from `trends.period_series`.

    log E(count) = log(exposure) + b0 + b1 time + b2 after + b3 elapsed * after + season, with `after` the share of a
    period's days that lie at or after the break: 0, 1, or between for the period that holds it. The level's ratio above
    1 means that the rate rose at once. Periods without exposure are left out, not taken for zero. Raises
    `DiscourseError` if the rows are more than one series, a break lies outside or too near the end for its terms, or
    season is asked of less than two years.
    """
    design = design or Design()
    dates = [breaks] if isinstance(breaks, str) else list(breaks)
    rows, model = fit_series(series, dates, design)
    effects = _effects(model, dates, design)
    if design.family == "ar1":
        return Segmented(effects, _periods(rows, model, design), model)
    robust = Errors("newey_west", distribution="t", small_sample=True)
    beside = _effects(fit_series(series, dates, replace(design, errors=robust))[1], dates, design)
    effects.insert(len(effects.columns) - (design.family != "gaussian"), "p_newey_west", beside["p"])
    return Segmented(effects, _periods(rows, model, design), model)


def fit_series(series: pd.DataFrame, dates: list[str], design: Design) -> tuple[pd.DataFrame, CountModel]:
    """The rows with their term columns (time, level_0, slope_0, ... season) and the fitted model."""
    rows, names = with_terms(series, dates, design)
    return rows, fit_rows(rows, names, design)


def fit_rows(rows: pd.DataFrame, names: list[str], design: Design) -> CountModel:
    """The model of rows that have their term columns already."""
    if design.family == "ar1":
        if design.exposure is None:
            raise DiscourseError("family 'ar1' needs an exposure: it models the log of a rate.")
        return fit_ar(rows, design.outcome, names, exposure=design.exposure, time="time")
    return fit_terms(rows, design.outcome, names, exposure=design.exposure, family=design.family, errors=design.errors)


def with_terms(series: pd.DataFrame, dates: list[str], design: Design) -> tuple[pd.DataFrame, list[str]]:
    """The rows with their term columns, and the terms' names in the formula."""
    for name in ("period_start", design.outcome, *([design.exposure] if design.exposure else [])):
        if name not in series.columns:
            raise DiscourseError(not_allowed("column of the series", name, list(series.columns)))
    rows = series.sort_values("period_start", kind="stable").reset_index(drop=True)
    if rows["period_start"].duplicated().any():
        raise DiscourseError("series: a period stands twice; pass one outlet and one frame, or use `segmented_table`.")
    starts, ends = edges(rows)
    rows["time"] = np.arange(len(rows), dtype=float)
    names = ["time"] if design.trend else []
    for number, date in enumerate(dates):
        after, elapsed = _after(starts, ends, date, design)
        rows[f"level_{number}"] = after
        names.append(f"level_{number}")
        if design.slope:
            rows[f"slope_{number}"] = elapsed
            names.append(f"slope_{number}")
        _enough(rows, after, date, design)
    if design.season:
        names += _season(rows, starts, ends, design.season)
    return rows, names


def edges(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """First day and day after the last of each period; without period_end a period lasts until the next one starts."""
    starts = rows["period_start"].to_numpy(dtype="datetime64[D]")
    if "period_end" in rows.columns:
        return starts, rows["period_end"].to_numpy(dtype="datetime64[D]")
    length = np.diff(starts)
    last = length[-1] if len(length) else np.timedelta64(1, "D")
    return starts, np.append(starts[1:], starts[-1] + last)


def _days_outside(starts: np.ndarray, ends: np.ndarray, window: tuple[str, str] | None) -> np.ndarray:
    days = (ends - starts).astype(float)
    if window is None:
        return days
    low, high = (np.datetime64(day, "D") for day in window)
    return days - np.clip((np.minimum(ends, high) - np.maximum(starts, low)).astype(float), 0, None)


def _after(starts: np.ndarray, ends: np.ndarray, date: str, design: Design) -> tuple[np.ndarray, np.ndarray]:
    """Share of each period after the break, and the elapsed periods (0 before the break)."""
    try:
        day = np.datetime64(date, "D")
    except ValueError as error:
        raise DiscourseError(f"break {date!r}: not a date; give an ISO day such as 2010-05-11.") from error
    if not starts[0] < day < ends[-1]:
        raise DiscourseError(f"break {date}: outside the series ({starts[0]} to {ends[-1]}); choose a date within.")
    whole = _days_outside(starts, ends, design.window)
    later = _days_outside(np.maximum(starts, day), np.maximum(ends, day), design.window)
    with np.errstate(invalid="ignore"):
        after = np.where(whole > 0, later / whole, (starts >= day).astype(float))
    first = int(np.argmax(ends > day))
    elapsed = np.where(after > 0, (np.arange(len(starts)) - first + design.elapsed_from) * after, 0.0)
    return after, elapsed


def _enough(rows: pd.DataFrame, after: np.ndarray, date: str, design: Design) -> None:
    there = rows[design.exposure].to_numpy() > 0 if design.exposure else np.ones(len(rows), dtype=bool)
    needed = 3 if design.slope else 2
    before_count, after_count = int((there & (after < 0.5)).sum()), int((there & (after >= 0.5)).sum())
    if min(before_count, after_count) < needed:
        raise DiscourseError(
            f"break {date}: {before_count} periods with exposure before and {after_count} after; at least {needed} are "
            "needed on each side. Use shorter periods, an earlier break, or slope=False."
        )


def _season(rows: pd.DataFrame, starts: np.ndarray, ends: np.ndarray, pairs: int) -> list[str]:
    days = float(np.median((ends - starts).astype(float)))
    per_year = 12 if days < 32 else 4 if days < 93 else 1
    if per_year == 1 or len(rows) < 2 * per_year:
        raise DiscourseError(
            f"season: {len(rows)} periods of {days:.0f} days; a season needs two years of months or quarters. Use season=0."
        )
    if 2 * pairs >= per_year:
        raise DiscourseError(f"season: {pairs} pairs from {per_year} periods a year; at most {(per_year - 1) // 2}.")
    month = starts.astype("datetime64[M]").astype(int) % 12
    waves = harmonic(month // (12 // per_year) + 1, pairs, per_year)
    names = [f"season_{wave}_{k}" for wave in ("sin", "cos") for k in range(1, pairs + 1)]
    rows[names] = waves
    return names


def _effects(model: CountModel, dates: list[str], design: Design) -> pd.DataFrame:
    table = model.coefficients
    parts = []
    for number, date in enumerate(dates):
        for kind in ("level", "slope") if design.slope else ("level",):
            row = table[table["term"] == f"{kind}_{number}"].copy()
            row.insert(0, "break_date", date)
            row["term"] = kind
            parts.append(row)
    import pandas as pd

    effects = pd.concat(parts, ignore_index=True) if parts else table.head(0).assign(break_date="")
    if design.family != "gaussian":
        effects["detectable_ratio"] = detectable_ratio(effects["standard_error"].to_numpy())
    return effects


def _periods(rows: pd.DataFrame, model: CountModel, design: Design) -> pd.DataFrame:
    """Fitted and counterfactual per unit of exposure, for the rows that were fitted."""
    kept = rows[rows[design.exposure] > 0] if design.exposure else rows
    exposure = kept[design.exposure].to_numpy(float) if design.exposure else 1.0
    effect = np.zeros(len(kept))
    for _, row in model.coefficients.iterrows():
        if row["term"].startswith(("level_", "slope_")):
            effect += row["coefficient"] * kept[row["term"]].to_numpy()
    result = kept[[c for c in ("period", "period_start", "period_end") if c in kept.columns]].copy()
    fitted = model.fitted / exposure
    result["observed"] = kept[design.outcome].to_numpy(float) / exposure
    result["fitted"] = fitted
    result["counterfactual"] = fitted - effect if design.family == "gaussian" else fitted / np.exp(effect)
    return result.reset_index(drop=True)


def segmented_table(
    series: pd.DataFrame,
    breaks: str | Sequence[str],
    design: Design | None = None,
    *,
    by: Sequence[str] = ("outlet_id", "frame"),
    adjust: str = "bh",
) -> pd.DataFrame:
    """`segmented` for each combination of `by`: one row per combination, break and term, p adjusted over terms of a kind.

    A combination that cannot be fitted (too few periods or no hits) keeps a row with null values and the reason in
    `note`. No rows give none.
    """
    import pandas as pd

    design = design or Design()
    parts = []
    for key, part in series.groupby(list(by), sort=True):
        labels = dict(zip(by, key, strict=True))
        try:
            if not part[design.outcome].sum():
                raise DiscourseError("no hits in this series")
            rows = segmented(part, breaks, design).effects.assign(note="")
        except DiscourseError as error:
            rows = pd.DataFrame({"term": ["level"], "p": [np.nan], "note": [str(error)]})
        parts.append(
            rows.assign(period_count=int((~part.get("is_missing", part[design.outcome].isna())).sum()), **labels)
        )
    if not parts:
        return pd.DataFrame(columns=[*by, "term", "p", "note", "period_count", "family", "p_adjusted", "family_count"])
    table = pd.concat(parts, ignore_index=True)
    first = [*by, *(["break_date"] if "break_date" in table else []), "term"]
    return adjust_within(table[[*first, *(c for c in table.columns if c not in first)]], ["term"], method=adjust)


def segmented_lines(
    series: pd.DataFrame,
    breaks: str | Sequence[str],
    design: Design | None = None,
    *,
    by: Sequence[str] = ("frame",),
) -> pd.DataFrame:
    """What a figure of the fits draws: one row per combination of `by`, period and line.

    line: "observed", "fitted" or "counterfactual" (as if there had been no break; only from the break on);
    rate_per_10000. A combination that cannot be fitted has its observed line only.
    """
    import pandas as pd

    design = design or Design()
    parts = []
    for key, part in series.groupby(list(by), sort=True):
        try:
            periods = segmented(part, breaks, design).periods
            changed = periods["counterfactual"] != periods["fitted"]
            periods["counterfactual"] = periods["counterfactual"].where(changed)
        except DiscourseError:
            there = part[part[design.exposure] > 0] if design.exposure else part
            exposure = there[design.exposure] if design.exposure else 1.0
            periods = there[["period_start"]].assign(observed=there[design.outcome] / exposure)
        lines = [name for name in ("observed", "fitted", "counterfactual") if name in periods]
        long = periods.melt("period_start", lines, var_name="line", value_name="rate_per_10000").dropna()
        parts.append(long.assign(**dict(zip(by, key, strict=True))))
    if not parts:
        return pd.DataFrame(columns=[*by, "line", "period_start", "rate_per_10000"])
    table = pd.concat(parts, ignore_index=True)
    table["rate_per_10000"] *= PER
    return table[[*by, "line", "period_start", "rate_per_10000"]]
