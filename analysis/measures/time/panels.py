"""One unit was treated, the others were not: difference of differences and synthetic control for a panel of periods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, not_allowed

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class PanelEffect:
    """effect: mean difference after the break between the treated unit and what the others let expect (above 0: more).

    placebo: one row per unit, the effect it would get if it were called treated, and rmspe_ratio: root mean squared gap
    after the change over that before (Abadie, Diamond and Hainmueller 2010, section 3.4): a unit that was badly met
    before has large gaps after without any change. p: share of units with an rmspe_ratio at least as large, the treated
    one included (the smallest possible is 1 / units). weights: of the controls. gaps: treated minus expected, one value
    per period.
    """

    effect: float
    p: float
    placebo: pd.DataFrame
    weights: pd.Series
    gaps: pd.Series


def panel_effect(
    rows: pd.DataFrame,
    treated: str,
    first_treated: object,
    *,
    unit: str = "outlet_id",
    time: str = "period_start",
    outcome: str = "rate_per_10000",
    method: str = "difference",
) -> PanelEffect:
    """Effect on one unit of a change from `first_treated` on, against units that had none.

    rows: one row per unit and period, balanced. method "difference": difference of differences of the four means, all
    controls alike; "synthetic": controls weighted (non-negative, sum 1) so that they follow the treated unit before the
    change (Abadie, Diamond and Hainmueller 2010, on the outcomes alone). Raises `DiscourseError` for an unknown unit or
    method, gaps in the panel, fewer than 3 units, or no period before or after.
    """
    import pandas as pd

    for name in (unit, time, outcome):
        if name not in rows.columns:
            raise DiscourseError(not_allowed("column", name, list(rows.columns)))
    if method not in ("difference", "synthetic"):
        raise DiscourseError(not_allowed("method", method, ["difference", "synthetic"]))
    if rows.duplicated([unit, time]).any():
        raise DiscourseError(f"panel: a {unit} has two rows for one {time}; give one row per unit and period.")
    panel = rows.pivot_table(index=unit, columns=time, values=outcome, aggfunc="first", dropna=False).sort_index()
    if treated not in panel.index:
        raise DiscourseError(not_allowed(unit, treated, panel.index))
    if panel.isna().any(axis=None) or len(panel) < 3:
        raise DiscourseError(
            f"panel: {len(panel)} units, {int(panel.isna().sum().sum())} gaps; give 3 or more without gaps."
        )
    after = np.array([t >= first_treated for t in panel.columns])
    if after.all() or not after.any():
        raise DiscourseError(f"{time} {first_treated!r}: the panel needs periods before and from then on.")
    values = panel.to_numpy(dtype=np.float64)
    fits = [_gap(values, i, after, method) for i in range(len(values))]
    effects = np.array([gap[after].mean() for gap, _ in fits])
    least = 1e-6 * max(np.abs(values).max(), 1e-300)  # a unit met exactly before is ranked by its gaps after
    ratios = np.array([_rmspe_ratio(gap, after, least) for gap, _ in fits])
    place = panel.index.get_loc(treated)
    gap, weights = fits[place]
    p = float((ratios >= ratios[place] * (1 - 1e-9)).mean())
    columns = {unit: panel.index, "effect": effects, "rmspe_ratio": ratios, "is_treated": panel.index == treated}
    placebo = pd.DataFrame(columns)
    others = panel.index.delete(place)
    return PanelEffect(float(effects[place]), p, placebo, pd.Series(weights, others), pd.Series(gap, panel.columns))


def outlet_changes(
    rows: pd.DataFrame,
    date: str,
    *,
    by: str = "frame",
    unit: str = "outlet_id",
    outcome: str = "rate_per_10000",
    method: str = "synthetic",
) -> pd.DataFrame:
    """Did one outlet change more than the others? Each in turn is called treated, as in `panel_effect`.

    rows: of `period_series`, one row per series, outlet and period (period_start and period_end, ISO days). date: of the
    change; the period in which it lies belongs to neither side. One row is one outlet of one series, the largest
    rmspe_ratio first: effect (in units of the outcome, above 0: more than the others let expect), rmspe_ratio, p (share of
    outlets with a ratio at least as large), smallest_p (1 / outlets), unit_count, left_out_count (outlets without a rate
    in some period), note. A series with fewer than 3 whole outlets, or without a period on either side, has one row that
    says so. No rows give none.
    """
    import pandas as pd

    columns = [by, unit, "effect", "rmspe_ratio", "p", "smallest_p", "unit_count", "left_out_count", "note"]
    apart = rows[(rows["period_end"] <= date) | (rows["period_start"] >= date)]
    found = []
    for name, part in apart.groupby(by, sort=True):
        whole = part.groupby(unit)[outcome].transform(lambda rates: rates.notna().all())
        kept, outlets = part[whole], part[unit].nunique()
        count = kept[unit].nunique()
        counted = {by: name, "unit_count": count, "left_out_count": outlets - count}
        sides = (kept["period_end"] <= date).any() and (kept["period_start"] >= date).any()
        if count < 3 or not sides:
            note = f"{count} outlets have a rate in every period; 3 are needed, and a period before and after"
            found.append(pd.DataFrame([counted | {"note": note}]))
            continue
        effect = panel_effect(
            kept, kept[unit].iloc[0], date, unit=unit, time="period_start", outcome=outcome, method=method
        )
        table = effect.placebo.drop(columns="is_treated").sort_values([unit]).assign(**counted, note="")
        ratios = table["rmspe_ratio"].to_numpy()
        table["p"] = (ratios[None, :] >= ratios[:, None] * (1 - 1e-9)).mean(axis=1)
        table["smallest_p"] = 1 / count
        found.append(table.sort_values("rmspe_ratio", ascending=False, kind="stable"))
    return pd.concat(found, ignore_index=True).reindex(columns=columns) if found else pd.DataFrame(columns=columns)


def _rmspe_ratio(gap: np.ndarray, after: np.ndarray, least: float) -> float:
    before, later = (np.sqrt((gap[rows] ** 2).mean()) for rows in (~after, after))
    return float(later / max(before, least))


def _gap(values: np.ndarray, place: int, after: np.ndarray, method: str) -> tuple[np.ndarray, np.ndarray]:
    """Treated minus expected per period, and the controls' weights."""
    own, others = values[place], np.delete(values, place, axis=0)
    if method == "difference":
        weights = np.full(len(others), 1 / len(others))
        gap = own - weights @ others
        return gap - gap[~after].mean(), weights
    weights = _simplex_weights(others[:, ~after].T, own[~after])
    return own - weights @ others, weights


def _simplex_weights(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Non-negative weights of sum 1 that make |y - x w| smallest: least squares with the sum as a heavy extra row."""
    from scipy.optimize import nnls

    heavy = 1e4 * max(np.abs(x).max(), 1e-12)
    weights, _ = nnls(np.vstack([x, np.full(x.shape[1], heavy)]), np.append(y, heavy))
    return weights / weights.sum()
