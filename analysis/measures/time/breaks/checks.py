"""Would another date have looked the same? Placebo dates, rival breaks, and what could have been found at all."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, require
from analysis.measures.inference.power import found_share
from analysis.measures.inference.regression import CountModel, compare_models
from analysis.measures.time.ar_series import wald
from analysis.measures.time.breaks.uncertainty import draw_counts
from analysis.measures.time.interrupted import Design, edges, fit_rows, fit_series, segmented, with_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd


def placebo_dates(
    series: pd.DataFrame,
    real: str,
    design: Design | None = None,
    *,
    margin: int = 12,
    statistic: str = "joint",
    before_only: bool = True,
    window: int | None = None,
) -> pd.DataFrame:
    """The same model with the break at every other period: one row per date, and where the real date ranks.

    statistic: "joint" (F of all the break's terms against the model without), "level" or "slope" (absolute z). margin:
    periods that must remain on either side. before_only: placebo dates from the periods before the real break alone, so
    that the real change cannot leak into them (otherwise its neighbours share it and rank high too). window: periods with
    exposure that every date is judged by, the real one included: so many before it, and after it so many or as many as
    follow the real one; a date with fewer is no placebo (None: all periods, so that dates are judged by windows of unlike
    length, and margin counts). Columns: break_date, ratio (of the level), statistic, is_real, rank (1 is the largest),
    placebo_p = (dates with a statistic at least as large, the real one included) / (all dates); smallest_p, 1 / dates:
    with 13 dates no p below .077 is possible. Raises `DiscourseError` if no placebo date is left.
    """
    require("statistic", statistic, ("joint", "level", "slope"))
    design = design or Design()
    if window is not None:
        return _in_windows(series, real, design, statistic, window)
    rows = series.sort_values("period_start", kind="stable").reset_index(drop=True)
    starts, ends = edges(rows)
    past = rows[ends <= np.datetime64(real, "D")] if before_only else rows
    plain = replace(design, window=None)
    last = len(past) - margin if before_only else len(past) - margin + 1
    filled = rows[design.exposure].to_numpy() > 0 if design.exposure else np.ones(len(rows), dtype=bool)
    candidates = [str(day) for day in starts[margin:last][filled[margin:last]]]  # an empty period repeats its neighbour
    holder = str(starts[int(np.argmax(ends > np.datetime64(real, "D")))])
    found = [(real, True, *_strength(rows, real, design, statistic, fit_series(rows, [], design)[1]))]
    without = fit_series(past, [], plain)[1]
    for date in candidates:
        if date in (real, holder):
            continue
        with contextlib.suppress(DiscourseError):  # too little exposure around this date
            found.append((date, False, *_strength(past, date, plain, statistic, without)))
    if len(found) == 1:
        raise DiscourseError(
            f"placebo dates: none with {margin} periods on both sides; lower margin (series: {len(rows)})."
        )
    return _ranked(found)


def usual_window(series: pd.DataFrame, real: str, *, exposure: str = "token_count", most: int = 24) -> int:
    """Periods before each date of `placebo_dates`: half of those with exposure before the real one, 3 to `most`."""
    ended = series["period_end"].astype(str) <= real
    return int(np.clip(series.loc[ended & (series[exposure] > 0), "period_start"].nunique() // 2, 3, most))


def _ranked(found: list[tuple]) -> pd.DataFrame:
    import pandas as pd

    table = pd.DataFrame(found, columns=["break_date", "is_real", "ratio", "statistic"]).sort_values("break_date")
    table["rank"] = table["statistic"].rank(ascending=False, method="max").astype(int)
    table["placebo_p"] = table["rank"] / len(table)
    table["smallest_p"] = 1 / len(table)
    return table.reset_index(drop=True)


def _in_windows(series: pd.DataFrame, real: str, design: Design, statistic: str, window: int) -> pd.DataFrame:
    """`placebo_dates` with windows of equal length; the transition window is left out at the real date alone."""
    rows = series.sort_values("period_start", kind="stable").reset_index(drop=True)
    if design.exposure:
        rows = rows[rows[design.exposure] > 0].reset_index(drop=True)
    ends = edges(rows)[1]
    later = ends > np.datetime64(real, "D")
    place = int(np.argmax(later)) if later.any() else len(rows)
    after = min(window, len(rows) - place)
    if after < 1 or place < window:
        raise DiscourseError(
            f"placebo dates: {place} periods with exposure before {real}, {len(rows) - place} from it on; window {window} "
            "needs as many before it and one after; lower window."
        )
    plain, found = replace(design, window=None), []
    # a placebo window ends before the period that holds the real break
    for here in (*range(window, place - after + 1), place):
        part = rows.iloc[here - window : here + after].reset_index(drop=True)
        date, model = (real, design) if here == place else (str(part["period_start"].iloc[window]), plain)
        with contextlib.suppress(DiscourseError):
            strength = _strength(part, date, model, statistic, fit_series(part, [], model)[1])
            found.append((date, here == place, *strength))
    if not any(row[1] for row in found) or len(found) == 1:
        raise DiscourseError(f"placebo dates: none with {window} periods before and {after} after; lower window.")
    return _ranked(found)


def _strength(
    rows: pd.DataFrame, date: str, design: Design, statistic: str, without: CountModel
) -> tuple[float, float]:
    model = fit_series(rows, [date], design)[1]
    ratio = float(model.term("level_0")["ratio"])
    if statistic != "joint":
        return ratio, abs(float(model.term(f"{statistic}_0")["statistic"]))
    return ratio, _nested(without, model)["f"]


def _nested(without: CountModel, model: CountModel) -> dict[str, float]:
    """F test of the break's terms."""
    return wald(without, model) if model.family == "ar1" else compare_models(without, model)


def rival_breaks(
    series: pd.DataFrame,
    real: str,
    design: Design | None = None,
    *,
    rivals: Mapping[str, str],
) -> pd.DataFrame:
    """The real break beside others that could explain the series: one row per break.

    rivals: label -> ISO day of each other break; none: the real one alone.
    Columns: label, break_date; alone: ratio, low, high, f, p of a model with this break only; together: ratio_together,
    low_together, high_together of a model with all breaks (null if the series cannot bear them all). A break outside
    the series keeps a row with null values and a note.
    """
    import pandas as pd

    design = design or Design()
    named = {"transition": real, **rivals}
    without = segmented(series, [], design).model
    rows, usable = [], []
    for label, date in named.items():
        row: dict[str, object] = {"label": label, "break_date": date, "note": ""}
        try:
            fit = segmented(series, date, design)
            level = fit.effects.iloc[0]
            test = _nested(without, fit.model)
            row |= {name: level[name] for name in ("ratio", "low", "high")} | {"f": test["f"], "p": test["p"]}
            usable.append(date)
        except DiscourseError as error:
            row["note"] = str(error)
        rows.append(row)
    table = pd.DataFrame(rows)
    joint = None
    with contextlib.suppress(DiscourseError):  # too many breaks for this series: the single ones stand
        joint = segmented(series, sorted(usable), design).effects if usable else None
    for name in ("ratio", "low", "high"):
        if name not in table:
            table[name] = np.nan
        levels = {} if joint is None else joint[joint["term"] == "level"].set_index("break_date")[name].to_dict()
        table[f"{name}_together"] = table["break_date"].map(levels).astype(float)
    return table


def detectable_break(
    series: pd.DataFrame,
    at: str,
    design: Design | None = None,
    *,
    ratios: Sequence[float] = (1.0, 1.5, 2.0),
    replicates: int = 400,
    seed: int = 1,
) -> pd.DataFrame:
    """How often a change of level of a given size would have been found: one row per planted ratio.

    Series are drawn from the model without a break, times `ratio` after it. Family "ar1": Poisson counts around a level
    that wanders with the fitted rho and variance; the column rho says which. Others: the variance of the fitted dispersion
    (`uncertainty.draw_counts`) and no autocorrelation (rho 0), so that the share is an upper bound for months that are
    alike. Columns: ratio, found_share (p <= 0.05), low, high (its 95 % Monte Carlo limits, exact: 4 points either way of .8
    with 400 replicates), replicate_count, rho. At ratio 1 the share is the false alarm rate.
    """
    import pandas as pd

    design = design or Design()
    if replicates < 1 or not len(ratios) or min(ratios) <= 0:
        raise DiscourseError(
            f"detectable_break: replicates {replicates}, ratios {list(ratios)}; give 1 or more replicates, "
            "and ratios above 0."
        )
    rows, names = with_terms(series, [at], design)
    rows = rows[rows[design.exposure] > 0] if design.exposure else rows
    others = [name for name in names if not name.startswith(("level_", "slope_"))]
    flat = fit_rows(rows, others, design if design.family == "ar1" else replace(design, family="quasipoisson"))
    rng, draw = np.random.default_rng(seed), _drawing(flat, rows["time"].to_numpy())
    result = []
    for ratio in ratios:
        mean = flat.fitted * ratio ** rows["level_0"].to_numpy()
        p = []
        for _ in range(replicates):
            drawn = rows.assign(**{design.outcome: draw(rng, mean)})
            try:
                p.append(fit_rows(drawn, names, design).term("level_0")["p"])
            except DiscourseError:  # no hit on one side of the break: not found
                p.append(1.0)
        share, low, high = found_share(np.array(p))
        row = {"ratio": ratio, "found_share": share, "low": low, "high": high, "replicate_count": replicates}
        result.append({**row, "rho": (flat.alpha or 0.0) if flat.family == "ar1" else 0.0})
    return pd.DataFrame(result)


def _drawing(flat: CountModel, time: np.ndarray) -> Callable[[np.random.Generator, np.ndarray], np.ndarray]:
    """A function that draws counts with given means, as the model without a break has them vary."""
    if flat.family != "ar1":
        return lambda rng, mean: draw_counts(rng, mean, flat.dispersion)
    # The level wanders as the series itself does; its root is taken once, as numpy takes it for every draw.
    lag = np.abs(np.subtract.outer(time, time))
    u, size, _ = np.linalg.svd(flat.dispersion * (flat.alpha or 0.0) ** lag)
    root = (u * np.sqrt(size)).T

    def drawn(rng: np.random.Generator, mean: np.ndarray) -> np.ndarray:
        level = rng.standard_normal(len(mean)) @ root
        return rng.poisson(mean * np.exp(level - flat.dispersion / 2))

    return drawn


def by_series(
    series: pd.DataFrame, by: Sequence[str], check: Callable[..., pd.DataFrame], **options: object
) -> pd.DataFrame:
    """Apply a check that returns a frame (`placebo_dates`, `rival_breaks`, `detectable_break`) to each series.

    One row is one row of the check, with the columns of `by` in front and `note`; a series the check refuses (too few
    periods, no hits) keeps one row with the reason in `note`. Empty rows give an empty frame.
    """
    import pandas as pd

    parts = []
    for key, part in series.groupby(list(by), sort=True):
        try:
            rows = check(part, **options)
            rows = rows if "note" in rows else rows.assign(note="")
        except DiscourseError as error:
            rows = pd.DataFrame({"note": [str(error)]})
        for position, (name, value) in enumerate(zip(by, key, strict=True)):
            rows.insert(position, name, value)
        parts.append(rows)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*by, "note"])
