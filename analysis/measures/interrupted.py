"""Interrupted time series: did level or slope change at a date, and would another date have looked the same?"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.measures.families import adjust_within
from analysis.measures.power import found_share, minimum_ratio
from analysis.measures.regression import CountModel, Errors, compare_models, fit_terms, harmonic
from analysis.store.errors import DiscourseError, not_allowed, require

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

TRANSITION = "2023-08-22"
TRANSITION_WINDOW = ("2023-07-26", "2023-08-22")
RIVALS = {
    "media closures begin (September 2017)": "2017-09-01",
    "media closures end (May 2018)": "2018-05-07",
    "EBA decision (12 February 2020)": "2020-02-12",
}


@dataclass(frozen=True)
class Design:
    """What a segmented regression contains.

    slope: also a change of slope. trend: a linear trend. season: pairs of sine and cosine over the year (0: none; 2 is
    usual for months). window: days [start, end) whose documents were left out of the series; they do not count when a
    period is divided at the break. elapsed_from: value of the elapsed time in the first period after the break; 1 as in
    Lopez Bernal et al. 2017 (their interaction is centred at the last period before), 0 makes `level` the ratio in the
    first period itself. family, errors: as in `regression.fit_counts`. The default errors are the model's with its
    Pearson dispersion: on simulated series of 72 months without a break they called 5 to 8 % significant at 5 %,
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
    errors; too small in short series), minimum_ratio. periods: one row per period with
    fitted and counterfactual rates per unit of exposure (the model without the breaks). model: the `CountModel`.
    """

    effects: pd.DataFrame
    periods: pd.DataFrame
    model: CountModel


def segmented(
    series: pd.DataFrame, breaks: str | Sequence[str] = TRANSITION, design: Design | None = None
) -> Segmented:
    """Fit one series with a change at each break (ISO days); rows are periods as from `trends.period_series`.

    log E(count) = log(exposure) + b0 + b1 time + b2 after + b3 elapsed * after + season, with `after` the share of a
    period's days that lie at or after the break: 0, 1, or between for the period that holds it. The level's ratio above
    1 means that the rate rose at once. Periods without exposure are left out, not taken for zero. Raises
    `DiscourseError` if the rows are more than one series, a break lies outside or too near the end for its terms, or
    season is asked of less than two years.
    """
    design = design or Design()
    dates = [breaks] if isinstance(breaks, str) else list(breaks)
    rows, model = _fit(series, dates, design)
    effects = _effects(model, dates, design)
    robust = Errors("newey_west", distribution="t", small_sample=True)
    beside = _effects(_fit(series, dates, replace(design, errors=robust))[1], dates, design)
    effects.insert(len(effects.columns) - (design.family != "gaussian"), "p_newey_west", beside["p"])
    return Segmented(effects, _periods(rows, model, design), model)


def _fit(series: pd.DataFrame, dates: list[str], design: Design) -> tuple[pd.DataFrame, CountModel]:
    rows, names = _with_terms(series, dates, design)
    return rows, _fit_rows(rows, names, design)


def _fit_rows(rows: pd.DataFrame, names: list[str], design: Design) -> CountModel:
    return fit_terms(rows, design.outcome, names, exposure=design.exposure, family=design.family, errors=design.errors)


def _with_terms(series: pd.DataFrame, dates: list[str], design: Design) -> tuple[pd.DataFrame, list[str]]:
    """The rows with their term columns, and the terms' names in the formula."""
    for name in ("period_start", design.outcome, *([design.exposure] if design.exposure else [])):
        if name not in series.columns:
            raise DiscourseError(not_allowed("column of the series", name, list(series.columns)))
    rows = series.sort_values("period_start", kind="stable").reset_index(drop=True)
    if rows["period_start"].duplicated().any():
        raise DiscourseError("series: a period stands twice; pass one outlet and one frame, or use `segmented_table`.")
    starts, ends = _edges(rows)
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


def _edges(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
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
        raise DiscourseError(f"break {date!r}: not a date; give an ISO day such as {TRANSITION}.") from error
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
        effects["minimum_ratio"] = minimum_ratio(effects["standard_error"].to_numpy())
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
    breaks: str | Sequence[str] = TRANSITION,
    design: Design | None = None,
    *,
    by: Sequence[str] = ("outlet_id", "frame"),
    adjust: str = "bh",
) -> pd.DataFrame:
    """`segmented` for each combination of `by`: one row per combination, break and term, p adjusted over terms of a kind.

    A combination that cannot be fitted (too few periods or no hits) keeps a row with null values and the reason in
    `note`.
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
    table = pd.concat(parts, ignore_index=True)
    first = [*by, *(["break_date"] if "break_date" in table else []), "term"]
    return adjust_within(table[[*first, *(c for c in table.columns if c not in first)]], ["term"], method=adjust)


def placebo_dates(
    series: pd.DataFrame,
    real: str = TRANSITION,
    design: Design | None = None,
    *,
    margin: int = 12,
    statistic: str = "joint",
    before_only: bool = True,
) -> pd.DataFrame:
    """The same model with the break at every other period: one row per date, and where the real date ranks.

    statistic: "joint" (F of all the break's terms against the model without), "level" or "slope" (absolute z). margin:
    periods that must remain on either side. before_only: placebo dates from the periods before the real break alone, so
    that the real change cannot leak into them (otherwise its neighbours share it and rank high too). Columns:
    break_date, ratio (of the level), statistic, is_real, rank (1 is the largest), placebo_p = (dates with a statistic
    at least as large, the real one included) / (all dates). The smallest p possible is 1 / dates. Raises
    `DiscourseError` if no placebo date is left.
    """
    import pandas as pd

    require("statistic", statistic, ("joint", "level", "slope"))
    design = design or Design()
    rows = series.sort_values("period_start", kind="stable").reset_index(drop=True)
    starts, ends = _edges(rows)
    past = rows[ends <= np.datetime64(real, "D")] if before_only else rows
    plain = replace(design, window=None)
    candidates = [
        str(day) for day in starts[margin : len(past) - margin + 1 if not before_only else len(past) - margin]
    ]
    holder = str(starts[int(np.argmax(ends > np.datetime64(real, "D")))])
    found = [(real, True, *_strength(rows, real, design, statistic, _fit(rows, [], design)[1]))]
    without = _fit(past, [], plain)[1]
    for date in candidates:
        if date in (real, holder):
            continue
        with contextlib.suppress(DiscourseError):  # too little exposure around this date
            found.append((date, False, *_strength(past, date, plain, statistic, without)))
    if len(found) == 1:
        raise DiscourseError(
            f"placebo dates: none with {margin} periods on both sides; lower margin (series: {len(rows)})."
        )
    table = pd.DataFrame(found, columns=["break_date", "is_real", "ratio", "statistic"]).sort_values("break_date")
    table["rank"] = table["statistic"].rank(ascending=False, method="max").astype(int)
    table["placebo_p"] = table["rank"] / len(table)
    return table.reset_index(drop=True)


def _strength(
    rows: pd.DataFrame, date: str, design: Design, statistic: str, without: CountModel
) -> tuple[float, float]:
    model = _fit(rows, [date], design)[1]
    ratio = float(model.term("level_0")["ratio"])
    if statistic != "joint":
        return ratio, abs(float(model.term(f"{statistic}_0")["statistic"]))
    return ratio, compare_models(without, model)["f"]


def rival_breaks(
    series: pd.DataFrame,
    real: str = TRANSITION,
    design: Design | None = None,
    *,
    rivals: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """The real break beside others that could explain the series: one row per break.

    Columns: label, break_date; alone: ratio, low, high, f, p of a model with this break only; together: ratio_together,
    low_together, high_together of a model with all breaks. A break outside the series keeps a row with null values and
    a note.
    """
    import pandas as pd

    design = design or Design()
    named = {"transition": real, **(RIVALS if rivals is None else rivals)}
    without = segmented(series, [], design).model
    rows, usable = [], []
    for label, date in named.items():
        row: dict[str, object] = {"label": label, "break_date": date, "note": ""}
        try:
            fit = segmented(series, date, design)
            level = fit.effects.iloc[0]
            test = compare_models(without, fit.model)
            row |= {name: level[name] for name in ("ratio", "low", "high")} | {"f": test["f"], "p": test["p"]}
            usable.append(date)
        except DiscourseError as error:
            row["note"] = str(error)
        rows.append(row)
    table = pd.DataFrame(rows)
    joint = segmented(series, sorted(usable), design).effects if usable else None
    for name in ("ratio", "low", "high"):
        if name not in table:
            table[name] = np.nan
        levels = {} if joint is None else joint[joint["term"] == "level"].set_index("break_date")[name].to_dict()
        table[f"{name}_together"] = table["break_date"].map(levels).astype(float)
    return table


def detectable_break(
    series: pd.DataFrame,
    at: str = TRANSITION,
    design: Design | None = None,
    *,
    ratios: Sequence[float] = (1.0, 1.5, 2.0),
    replicates: int = 100,
    seed: int = 1,
) -> pd.DataFrame:
    """How often a change of level of a given size would have been found: one row per planted ratio.

    Series are drawn from the model without a break, times `ratio` after it, with the variance of the fitted dispersion
    (negative binomial draws; Poisson if there is none) and no autocorrelation. Columns: ratio, found_share (p <= 0.05),
    low, high (its exact limits), replicate_count. At ratio 1 the share is the false alarm rate.
    """
    import pandas as pd

    design = design or Design()
    rows, names = _with_terms(series, [at], design)
    rows = rows[rows[design.exposure] > 0] if design.exposure else rows
    others = [name for name in names if not name.startswith(("level_", "slope_"))]
    flat = _fit_rows(rows, others, replace(design, family="quasipoisson"))
    rng = np.random.default_rng(seed)
    result = []
    for ratio in ratios:
        mean = flat.fitted * ratio ** rows["level_0"].to_numpy()
        p = []
        for _ in range(replicates):
            drawn = rows.assign(**{design.outcome: _draw(rng, mean, flat.dispersion)})
            p.append(_fit_rows(drawn, names, design).term("level_0")["p"] if drawn[design.outcome].sum() else np.nan)
        share, low, high = found_share(np.array(p))
        result.append({"ratio": ratio, "found_share": share, "low": low, "high": high, "replicate_count": replicates})
    return pd.DataFrame(result)


def _draw(rng: np.random.Generator, mean: np.ndarray, dispersion: float) -> np.ndarray:
    if dispersion <= 1.0001:
        return rng.poisson(mean)
    size = mean / (dispersion - 1)
    return rng.negative_binomial(size, 1 / dispersion)
