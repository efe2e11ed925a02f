"""Many tests at once: p-values adjusted over a declared family."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, not_allowed, require
from analysis.measures.inference.arguments import P_VALUES, WITH_GAPS, checked

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

METHODS = {"bh": "fdr_bh", "by": "fdr_by", "bonferroni": "bonferroni", "holm": "holm", "none": ""}
METHODS |= {"hochberg": "simes-hochberg", "hommel": "hommel", "sidak": "sidak", "holm_sidak": "holm-sidak"}
METHODS |= {"storey": "fdr_bh"}
_STOREY_FROM = 0.5


@checked(p=P_VALUES)
def adjust(p: Sequence[float] | np.ndarray, method: str = "bh") -> np.ndarray:
    """p-values adjusted for the size of their family, in the order given; compare them with the level directly.

    "bh": false discovery rate, Benjamini and Hochberg 1995; "by": the same under any dependence, Benjamini and
    Yekutieli 2001; "storey": q-values, "bh" times the share of true nulls, (p above .5) / (.5 n), Storey 2002; family-wise
    error: "bonferroni", "holm", "sidak", "holm_sidak", "hochberg" 1988, "hommel" 1988 (the last four for independent
    or positively dependent tests). nan means "not tested" and does not count in the family.
    An empty family gives an empty array. Raises `DiscourseError` for an unknown method or a p outside 0 to 1.

    >>> adjust([0.01, 0.04, 0.03]).round(6).tolist()
    [0.03, 0.04, 0.04]
    """
    require("method", method, METHODS)
    values = np.asarray(p, dtype=np.float64)
    tested = ~np.isnan(values)
    if ((values[tested] < 0) | (values[tested] > 1)).any():
        raise DiscourseError(f"p: {values[tested].min()} to {values[tested].max()}; p-values lie between 0 and 1.")
    if method == "none" or not tested.any():
        return values.copy()
    from statsmodels.stats.multitest import multipletests

    result = values.copy()
    with np.errstate(divide="ignore"):  # Sidak's log(1 - p) of a p of 1
        result[tested] = multipletests(values[tested], method=METHODS[method])[1]
    if method == "storey":
        result[tested] *= min(1.0, float((values[tested] > _STOREY_FROM).mean()) / (1 - _STOREY_FROM))
    return result


def adjust_within(rows: pd.DataFrame, family: Sequence[str] = (), *, p: str = "p", method: str = "bh") -> pd.DataFrame:
    """A copy of `rows` with p_adjusted, family and family_count, adjusted within each combination of `family` columns.

    family: columns whose values name a family; none means that all rows are one. family_count: tests in the family.
    Raises `DiscourseError` for a column that is not there.
    """
    for name in (p, *family):
        if name not in rows.columns:
            raise DiscourseError(not_allowed("column", name, list(rows.columns)))
    result = rows.copy()
    label = rows[list(family)].astype(str).agg(" | ".join, axis=1) if family else np.full(len(rows), "all rows")
    result["family"] = label
    result["p_adjusted"] = np.nan
    result["family_count"] = 0
    for name in sorted(result["family"].unique()):
        chosen = (result["family"] == name).to_numpy()
        result.loc[chosen, "p_adjusted"] = adjust(rows.loc[chosen, p].to_numpy(float), method)
        result.loc[chosen, "family_count"] = int(rows.loc[chosen, p].notna().sum())
    result.attrs.update(rows.attrs, adjustment=method)
    return result


@checked(p=P_VALUES)
def simes(p: Sequence[float] | np.ndarray) -> float:
    """One p-value for "nothing is to be found in this family": the least n p_(i) / i (Simes 1986). nan are left out.

    An empty family gives nan.

    >>> round(simes([0.02, 0.001, 0.3]), 6)
    0.003
    """
    adjusted = adjust(p, "bh")
    tested = adjusted[~np.isnan(adjusted)]
    return float(tested.min()) if len(tested) else float("nan")


_PLACES = 9


@checked(observed=WITH_GAPS, chance=WITH_GAPS)
def step_down(
    observed: np.ndarray, chance: np.ndarray, *, found_is_there: bool = False, balanced: bool = True
) -> np.ndarray:
    """p-values that hold for all tests of a figure together: step-down maxT (Westfall and Young 1993, algorithm 4.1).

    observed: statistics, one a test; chance: the same statistics under labellings that are as likely when nothing is to
    be found, labellings x tests, each labelling moving all tests jointly, so that tests that say the same are not counted
    twice. Two-sided; balanced: each statistic becomes a normal score among its own column of `chance`, since a statistic
    of unequal sides is skewed; otherwise its size counts (rotations: a drift makes one side long, and balancing the
    sides calls 14 % of drifting series). found_is_there: the labelling found is one of `chance`; otherwise it is added.
    Lower means stronger; the chance of any false claim among p <= level is at most level. nan stays nan, and is not
    counted. Raises `DiscourseError` for shapes that do not fit.
    """
    t, drawn = np.asarray(observed, dtype=np.float64), np.asarray(chance, dtype=np.float64)
    if t.ndim != 1 or drawn.ndim != 2 or drawn.shape[1] != len(t) or not len(drawn):
        raise DiscourseError(
            f"step_down: observed {t.shape}, chance {drawn.shape}; give tests, and labellings x tests."
        )
    result, tested = np.full(len(t), np.nan), np.flatnonzero(np.isfinite(t))
    if not len(tested):
        return result
    # What is equal on paper is equal here, however it was added up: of few hits, many labellings have the same statistic.
    t, drawn = np.round(t[tested], _PLACES), np.round(drawn[:, tested], _PLACES)
    size, drawn_size = _two_sided(t, drawn) if balanced else (np.abs(t), np.abs(np.nan_to_num(drawn)))
    order = np.argsort(-size, kind="stable")
    # the largest of this test and all weaker ones, in every labelling
    largest = np.maximum.accumulate(drawn_size[:, order[::-1]], axis=1)[:, ::-1]
    extra = 0 if found_is_there else 1
    raw = (extra + (largest >= size[order] * (1 - 1e-9)).sum(axis=0)) / (extra + len(drawn))
    result[tested[order]] = np.maximum.accumulate(raw)
    return result


def _two_sided(t: np.ndarray, chance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sizes of statistics as normal scores of their own column's quantiles, so that both tails weigh alike; beyond the
    last quantile that five draws support, in proportion. A statistic that is not defined counts as 0."""
    from scipy.special import ndtri

    drawn = np.nan_to_num(chance)
    last = max(1 - 5 / len(drawn), 0.75)
    share = np.unique(np.r_[0.5, np.linspace(0.55, 0.95, 9), 1 - np.geomspace(0.05, 1 - last, 8)])
    share = share[share <= last]
    scores = ndtri(share)
    high, low = np.quantile(drawn, share, axis=0), np.quantile(drawn, 1 - share, axis=0)

    def sizes(values: np.ndarray, column: int) -> np.ndarray:
        up, down = (_scored(sign * values, sign * grid[:, column], scores) for sign, grid in ((1, high), (-1, low)))
        return np.where(values >= high[0, column], up, down)

    columns = range(len(t))
    return (
        np.array([sizes(t[[column]], column)[0] for column in columns]),
        np.stack([sizes(drawn[:, column], column) for column in columns], axis=1),
    )


def _scored(values: np.ndarray, grid: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Normal scores of values above the middle of a column, by its quantiles `grid`, which rise."""
    length = max(grid[-1] - grid[0], 1e-300)
    beyond = scores[-1] * np.maximum(values - grid[0], 0.0) / length
    return np.where(values > grid[-1], beyond, np.interp(values, grid, scores))


def claims_over_families(
    rows: pd.DataFrame, *, family: str = "family", p: str = "p", level: float = 0.05, within: str = "bh"
) -> pd.DataFrame:
    """Which tests of several families may be claimed: a copy of `rows`, one row a test, with five columns more.

    Benjamini and Bogomolov 2014: a family is looked into only if its own p (`simes` of its tests) survives Benjamini
    and Hochberg over the families; of R families chosen among m, the tests are then judged at level R / m times `level`,
    which pays for the choice. family_p: of the family; is_selected: whether it survived; p_within: adjusted in the family
    by `within` ("bh", "by", "holm", "bonferroni"; "none" for p-values that hold for the family already, such as those
    of `step_down`, whose smallest is then family_p); level_within: R / m times level, 0 without a choice; is_claim:
    p_within <= level_within in a family chosen. With nothing to find anywhere, a claim of any kind has chance `level`.
    nan is not tested; a family without tests is not counted. Raises `DiscourseError` for a column that is not there.
    """
    for name in (family, p):
        if name not in rows.columns:
            raise DiscourseError(not_allowed("column", name, list(rows.columns)))
    result, values = rows.copy(), rows[p].to_numpy(dtype=np.float64)
    labels = rows[family].astype(str).to_numpy(dtype=object)
    names = sorted(set(labels))
    inside, own = np.full(len(rows), np.nan), np.full(len(names), np.nan)
    for i, name in enumerate(names):
        chosen = labels == name
        inside[chosen] = adjust(values[chosen], within)
        tested = values[chosen][~np.isnan(values[chosen])]
        if len(tested):
            own[i] = tested.min() if within == "none" else simes(tested)
    selected = dict(zip(names, adjust(own) <= level + 1e-12, strict=True))
    counted = int((~np.isnan(own)).sum())
    strict = level * sum(selected.values()) / max(counted, 1)
    result["family_p"] = [dict(zip(names, own, strict=True))[name] for name in labels]
    result["is_selected"] = np.array([selected[name] for name in labels], dtype=bool)
    result["p_within"], result["level_within"] = inside, strict
    result["is_claim"] = result["is_selected"].to_numpy() & (inside <= strict + 1e-12)
    return result
