"""Outlets before and after an event, each against itself: fixed effects of outlet and of time, and bins of time around
the event.

A change in the mix of outlets cannot pass for a change of wording, and what all outlets share in a period falls out when
there is a control (outlets the event does not concern, or a contrast frame).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, NothingFound, not_allowed, require

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

FAMILIES = ("poisson", "gaussian")
LEAST_GROUPS = 2


@dataclass(frozen=True)
class FixedEffects:
    """A model with absorbed effects.

    coefficients: one row per term: term, coefficient (of the log rate), standard_error, ratio, low, high, statistic, p (t
    with group_count - 1 degrees of freedom). covariance: terms x terms. dropped_count: rows left out because an outlet or
    period of theirs has no hit at all, and so nothing to compare.
    """

    coefficients: pd.DataFrame
    covariance: np.ndarray
    observation_count: int
    group_count: int
    dropped_count: int


def fixed_effects(
    rows: pd.DataFrame,
    outcome: str,
    terms: Sequence[str],
    *,
    effects: Sequence[str] = ("outlet_id",),
    cluster: str = "outlet_id",
    exposure: str | None = None,
    family: str = "poisson",
) -> FixedEffects:
    """Counts on `terms` with an effect for every level of `effects`: one row is one outlet and period.

    family: "poisson" (exposure enters as log offset; levels without any hit are left out, since their effect is minus
    infinity: Correia, Guimaraes and Zylkin 2020) or "gaussian" (least squares, no exposure). Errors are clustered on
    `cluster` (Liang and Zeger 1986) times G / (G - 1) (n - 1) / (n - k), k the terms and the effects that are not nested
    in the clusters, as in the R package fixest. Raises `DiscourseError` for unknown columns, fewer than two clusters, or
    a term that the effects explain wholly; `NothingFound` when no hit is left.
    """
    require("family", family, FAMILIES)
    needed = [outcome, *terms, *effects, cluster, *([exposure] if exposure else [])]
    for name in needed:
        if name not in rows.columns:
            raise DiscourseError(not_allowed("column", name, list(rows.columns)))
    if family == "gaussian" and exposure:
        raise DiscourseError("fixed_effects: family 'gaussian' takes no exposure; give rates as the outcome.")
    kept = rows.dropna(subset=needed)
    kept = kept[kept[exposure] > 0] if exposure else kept
    first = len(kept)
    kept = _with_hits(kept, outcome, effects) if family == "poisson" else kept
    if not len(kept):
        raise NothingFound(f"fixed_effects: no row with {outcome} and exposure is left; nothing to fit.")
    groups = kept[cluster].nunique()
    if groups < LEAST_GROUPS:
        raise DiscourseError(f"errors clustered on {cluster}: {groups} group; at least {LEAST_GROUPS} are needed.")
    absorbed, dummies = _effects(kept, effects)
    x = np.column_stack([*(kept[name].to_numpy(dtype=np.float64) for name in terms), dummies])
    if _is_explained(x, absorbed, len(terms)):
        raise DiscourseError(f"fixed_effects: the effects of {', '.join(effects)} explain one of {list(terms)} wholly.")
    offset = np.log(kept[exposure].to_numpy(dtype=np.float64)) if exposure else np.zeros(len(kept))
    y = kept[outcome].to_numpy(dtype=np.float64)
    beta, covariance = _clustered(y, x, absorbed, offset, _codes(kept[cluster]), poisson=family == "poisson")
    counted = len(terms) + _counted(kept, effects, cluster)
    covariance = covariance * groups / (groups - 1) * (len(y) - 1) / max(len(y) - counted, 1)
    size = len(terms)
    table = _table(terms, beta[:size], covariance[:size, :size], groups - 1)
    return FixedEffects(table, covariance[:size, :size], len(kept), groups, first - len(kept))


def _with_hits(rows: pd.DataFrame, outcome: str, effects: Sequence[str]) -> pd.DataFrame:
    """Rows whose every level has a hit in some row that is left."""
    while True:
        sound = np.ones(len(rows), dtype=bool)
        for name in effects:
            sound &= (rows.groupby(name)[outcome].transform("sum") > 0).to_numpy()
        if sound.all():
            return rows
        rows = rows[sound]


def _codes(values: pd.Series) -> np.ndarray:
    return np.unique(values.astype(str).to_numpy(dtype=str), return_inverse=True)[1]


def _effects(rows: pd.DataFrame, effects: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """The levels of the first effect, which are swept out, and columns for those of the others, but for one of each."""
    if not effects:
        return np.zeros(len(rows), dtype=np.int64), np.empty((len(rows), 0))
    first, *others = (_codes(rows[name]) for name in effects)
    parts = [np.eye(codes.max() + 1)[codes][:, 1:] for codes in others]
    return first, np.column_stack(parts) if parts else np.empty((len(rows), 0))


def _within(values: np.ndarray, codes: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns less their weighted means by level (Frisch, Waugh and Lovell), and those means by row."""
    sums = np.zeros((codes.max() + 1, values.shape[1]))
    np.add.at(sums, codes, values * weight[:, None])
    means = (sums / np.bincount(codes, weight)[:, None])[codes]
    return values - means, means


def _is_explained(x: np.ndarray, absorbed: np.ndarray, size: int) -> bool:
    """Whether the effects explain one of the first `size` columns wholly."""
    within, _ = _within(x, absorbed, np.ones(len(x)))
    length = np.sqrt((x**2).sum(axis=0))
    scaled = within / np.where(length > 0, length, 1.0)
    rank = (np.linalg.matrix_rank(part, tol=1e-9) if part.size else 0 for part in (scaled, scaled[:, size:]))
    return bool(next(rank) < size + next(rank))


def _counted(rows: pd.DataFrame, effects: Sequence[str], cluster: str) -> int:
    """Effects that use up degrees of freedom: those nested in the clusters do not, but for one constant."""
    free = [name for name in effects if rows.groupby(name)[cluster].nunique().max() > 1]
    levels = sum(rows[name].nunique() - 1 for name in free)
    return levels + 1


def _clustered(
    y: np.ndarray, x: np.ndarray, absorbed: np.ndarray, offset: np.ndarray, cluster: np.ndarray, *, poisson: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Estimates and their covariance before any factor for small samples; the effect `absorbed` is swept out."""
    beta = np.zeros(x.shape[1])
    fitted = np.maximum(y, 0.1) if poisson else y
    for _ in range(200):
        weight = fitted if poisson else np.ones(len(y))
        response = np.log(fitted) - offset + (y - fitted) / fitted if poisson else y
        columns, means = _within(np.column_stack([response, x]), absorbed, weight)
        root = np.sqrt(weight)
        new = np.linalg.lstsq(columns[:, 1:] * root[:, None], columns[:, 0] * root, rcond=None)[0]
        moved, beta = np.abs(new - beta).max(initial=0.0), new
        level = means[:, 0] - means[:, 1:] @ beta
        fitted = np.exp(np.clip(level + x @ beta + offset, -700, 700)) if poisson else level + x @ beta
        if moved < 1e-11 or not poisson:
            break
    weight = fitted if poisson else np.ones(len(y))
    within, _ = _within(x, absorbed, weight)
    bread = np.linalg.pinv(within.T @ (weight[:, None] * within), hermitian=True)
    scores = np.zeros((cluster.max() + 1, x.shape[1]))
    np.add.at(scores, cluster, within * (y - fitted)[:, None])
    return beta, bread @ (scores.T @ scores) @ bread


def _table(terms: Sequence[str], beta: np.ndarray, covariance: np.ndarray, df: int) -> pd.DataFrame:
    import pandas as pd
    from scipy.stats import t

    error = np.sqrt(np.diag(covariance))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = beta / error
    reach = t.ppf(0.975, df) * error
    columns = {"term": list(terms), "coefficient": beta, "standard_error": error, "ratio": np.exp(beta)}
    columns |= {"low": np.exp(beta - reach), "high": np.exp(beta + reach), "statistic": statistic}
    return pd.DataFrame(columns | {"p": 2 * t.sf(np.abs(statistic), df)})


@dataclass(frozen=True)
class EventStudy:
    """effects: one row a bin: bin, start (periods from the event), ratio, low, high, p, is_lead, is_reference.

    leads_p: joint F of all leads ("were the sides already drifting apart?"), nan with fewer clusters than that takes.
    """

    effects: pd.DataFrame
    leads_p: float
    model: FixedEffects


def event_study(
    rows: pd.DataFrame,
    outcome: str,
    event: object,
    *,
    period: str = "period",
    bins: Sequence[int] = (-12, -6, 0, 6, 12),
    treated: str | None = None,
    **model: str | None,
) -> EventStudy:
    """How outlets moved around an event, bin by bin, against the last bin before it.

    event: the first period after it, a value of `period`: whole numbers are subtracted from it, of other values the sorted
    ones are counted. bins: their first periods,
    relative to the event, ascending, with 0 among them; what lies before the first one belongs to it, the last has no
    end. treated: a column of 0 and 1; given, only treated outlets move and effects of outlet and period are taken out
    (difference of differences by bin); without it effects of the outlet alone. model: exposure, cluster, family of
    `fixed_effects`. Ratios: above 1, more than in the bin before the event.
    """
    from scipy.stats import f

    edges = checked_bins(bins)
    away = _periods_away(rows[period], event)
    which = np.clip(np.searchsorted(edges, away.to_numpy(dtype=np.float64), side="right") - 1, 0, len(edges) - 1)
    reference = edges.index(0) - 1
    mark = np.ones(len(rows)) if treated is None else rows[treated].to_numpy(dtype=np.float64)
    names = {i: f"from_{edge}" for i, edge in enumerate(edges) if i != reference and ((which == i) & (mark > 0)).any()}
    table = rows.assign(**{name: mark * (which == i) for i, name in names.items()})
    absorbed = ("outlet_id", period) if treated else ("outlet_id",)
    fit = fixed_effects(table, outcome, list(names.values()), effects=absorbed, **model)
    leads = [place for place, i in enumerate(names) if i < reference]
    leads_p, df = float("nan"), fit.group_count - 1
    if leads and df > len(leads):
        beta = fit.coefficients["coefficient"].to_numpy()[leads]
        part = fit.covariance[np.ix_(leads, leads)]
        leads_p = float(f.sf(beta @ np.linalg.pinv(part) @ beta / len(leads), len(leads), df))
    return EventStudy(_bins(fit, names, edges, reference), leads_p, fit)


def checked_bins(bins: Sequence[int]) -> list[int]:
    """The first periods of bins as a list. Raises `DiscourseError` unless they ascend, with 0 among them and one before."""
    edges = list(bins)
    if edges != sorted(set(edges)) or 0 not in edges or edges.index(0) == 0:
        raise DiscourseError(f"bins: {edges}; ascending first periods, one of them 0, with at least one before it.")
    return edges


def _periods_away(periods: pd.Series, event: object) -> pd.Series:
    """How many periods each row lies from the event, below 0 before it."""
    import pandas as pd

    order = sorted(periods.dropna().unique().tolist())
    if pd.api.types.is_integer_dtype(periods) and isinstance(event, int) and order and order[0] <= event <= order[-1]:
        return periods - event
    require(f"event ({periods.name})", event, order)
    return periods.map({value: i - order.index(event) for i, value in enumerate(order)})


def _bins(fit: FixedEffects, names: dict[int, str], edges: list[int], reference: int) -> pd.DataFrame:
    import pandas as pd

    found = fit.coefficients.set_index("term")
    rows = []
    for i, edge in enumerate(edges):
        values = found.loc[names[i], ["ratio", "low", "high", "p"]].tolist() if i in names else [np.nan] * 4
        values = [1.0, np.nan, np.nan, np.nan] if i == reference else values
        rows.append((i, edge, *values, i < reference, i == reference))
    return pd.DataFrame(rows, columns=["bin", "start", "ratio", "low", "high", "p", "is_lead", "is_reference"])
