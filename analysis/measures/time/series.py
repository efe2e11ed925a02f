"""Series over time: one value per period, with every period there, also those in which nothing was published."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

import numpy as np

from analysis.errors import DiscourseError, not_allowed, require
from analysis.measures.frames.rates import PER
from analysis.measures.frames.tally import COUNTINGS, exposure_tokens, hits_in, once_per_cluster

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

PERIODS = {"month": "M", "quarter": "Q", "year": "Y"}


class Counted(TypedDict, total=False):
    """Which text is counted, and whether a cluster counts once; see `analysis.measures.frames.tally.Counting`."""

    exposure: str
    counting: str


_DIGITS = {"month": 7, "quarter": 7, "year": 4}


def period_series(
    documents: pd.DataFrame,
    hits: pd.DataFrame,
    *,
    period: str = "month",
    by: Sequence[str] = ("outlet_id",),
    series: Sequence[str] = ("frame",),
    window: tuple[str, str] | None = None,
    **counting: Unpack[Counted],
) -> pd.DataFrame:
    """Counts per period: one row is one combination of `by` and `series` in one period, in order of time.

    period: "month", "quarter" or "year". Every period from the first to the last document is there for every group;
    one without documents has is_missing true, counts 0 and a null rate, which is not a rate of zero. window: two ISO
    days [start, end); documents dated within are left out (the transition itself). Columns: `by`, `series`, period
    ("2019-08", "2019Q3", "2019"), period_start, period_end (ISO days, half-open), document_count, cluster_count,
    hit_count, token_count (of the exposure), rate_per_10000, is_missing. Documents dated less precisely than the
    period (or, with a window, than a day where that matters) are left out and counted in `.attrs["left_out_count"]`.
    counting: exposure and counting, as in `tally`. No dated documents give no rows. Raises `DiscourseError` for unknown
    options and columns.
    """
    exposure, once = counting.get("exposure", "all"), counting.get("counting", "as_printed")
    require("period", period, PERIODS)
    require("counting", once, COUNTINGS)
    by, series = list(by), list(series)
    for name, frame, columns in (("documents", documents, ["published", *by]), ("hits", hits, ["doc_id", *series])):
        for column in columns:
            if column not in frame.columns:
                raise DiscourseError(not_allowed(f"column of the {name}", column, list(frame.columns)))
    placed = documents.dropna(subset=by) if by else documents
    kept, left_out = _dated(placed, period, window)
    left_out += len(documents) - len(placed)
    if once == "cluster_once":
        kept = once_per_cluster(kept)
    kept = kept.assign(period=_period_of(kept["published"], period), exposed_count=exposure_tokens(kept, exposure))
    found = hits_in(hits, exposure)
    found = found[found["doc_id"].isin(kept["doc_id"])].merge(kept[["doc_id", "period", *by]], on="doc_id")
    table = _counted(_grid(kept, found, by, series, PERIODS[period]), kept, found, by, series)
    table.attrs["left_out_count"] = int(left_out)
    return table


def _counted(table: pd.DataFrame, kept: pd.DataFrame, found: pd.DataFrame, by: list[str], series: list[str]):
    """The grid of groups and periods with its counts and rates."""
    keys = ["period", *by]
    totals = kept.groupby(keys).agg(
        document_count=("doc_id", "size"), cluster_count=("cluster_id", "nunique"), token_count=("exposed_count", "sum")
    )
    counts = found.groupby([*keys, *series]).size().rename("hit_count")
    table = table.merge(totals.reset_index(), on=keys, how="left")
    table = table.merge(counts.reset_index(), on=[*keys, *series], how="left")
    names = ["document_count", "cluster_count", "hit_count", "token_count"]
    table[names] = table[names].fillna(0).astype(np.int64)
    table["period_start"] = table["period"].dt.start_time.dt.strftime("%Y-%m-%d")
    table["period_end"] = (table["period"] + 1).dt.start_time.dt.strftime("%Y-%m-%d")
    table["period"] = table["period"].astype(str)
    tokens = table["token_count"].to_numpy(float)
    table["rate_per_10000"] = table["hit_count"] / np.where(tokens > 0, tokens, np.nan) * PER
    table["is_missing"] = table["document_count"] == 0
    table = table[[*by, *series, "period", "period_start", "period_end", *names, "rate_per_10000", "is_missing"]]
    return table.sort_values([*by, *series, "period_start"], kind="stable").reset_index(drop=True)


def _dated(documents: pd.DataFrame, period: str, window: tuple[str, str] | None) -> tuple[pd.DataFrame, int]:
    """Documents dated precisely enough and outside the window; how many were dated too coarsely."""
    dates = documents["published"].astype(object).where(documents["published"].notna(), "").astype(str)
    precise = dates.str.len() >= _DIGITS[period]
    if window is not None:
        start, end = window
        if not (len(start) == len(end) == 10 and start < end):
            raise DiscourseError(f"window: {window!r}; give two ISO days, the first before the second (half-open).")
        # a coarse date is left out where its month or year touches the window
        low, high = dates.str.ljust(10), dates + "~"
        inside = (high > start) & (low < end)
        full = dates.str.len() == 10
        unclear = precise & ~full & inside
        return documents[precise & ~inside], int((~precise).sum() + unclear.sum())
    return documents[precise], int((~precise).sum())


def _period_of(dates: pd.Series, period: str) -> pd.Series:
    import pandas as pd

    days = dates.astype(str).map(lambda d: d + "0000-01-01"[len(d) :])
    return pd.Series(pd.PeriodIndex(pd.to_datetime(days, format="%Y-%m-%d"), freq=PERIODS[period]), index=dates.index)


def _grid(documents, found, by: list[str], series: list[str], frequency: str) -> pd.DataFrame:
    """All groups x series x periods from the first to the last."""
    import pandas as pd

    groups = documents[by].drop_duplicates().sort_values(by) if by else pd.DataFrame(index=[0])
    names = found[series].drop_duplicates().sort_values(series) if series else pd.DataFrame(index=[0])
    if documents.empty:
        periods = pd.PeriodIndex([], freq=frequency)
    else:
        periods = pd.period_range(documents["period"].min(), documents["period"].max(), freq=frequency)
    return groups.merge(names, how="cross").merge(pd.DataFrame({"period": periods}), how="cross")
