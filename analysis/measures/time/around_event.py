"""Frames around an event, outlet by outlet: the rows of an event study from the tables of a store, and its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import DiscourseError, NothingFound, not_allowed, require
from analysis.measures.inference.multiple import adjust
from analysis.measures.time.event_study import checked_bins, event_study
from analysis.measures.time.series import PERIODS, period_series

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

MONTHS = {"month": 1, "quarter": 3, "year": 12}
LEVEL = 0.05
LEAST_HITS = 5  # in a bin and in the one it is compared with: below that a ratio says nothing
COUNTS = ["document_count", "hit_count", "token_count"]


def event_panel(
    documents: pd.DataFrame, hits: pd.DataFrame, day: str, *, step: str = "year", window: tuple[str, str] | None = None
) -> pd.DataFrame:
    """Counts of each outlet and frame by their distance from an event: one row is one outlet, frame and `away`.

    day: the event, an ISO day. step: month, quarter or year. away: steps from the one that holds the event, whose
    documents before that day belong to -1, those from it on to 0. window: days [start, end) whose documents are left out.
    Columns: outlet_id, frame, away, document_count, hit_count, token_count. Rows without documents are left out. `.attrs`
    hold the step, and as left_out_count the documents dated too coarsely to stand on one side. No documents, no rows.
    Raises `DiscourseError` for an unknown step.
    """
    import pandas as pd

    require("step", step, PERIODS)
    sided = documents.assign(is_after=_is_after(documents["published"], day))
    series = period_series(sided, hits, period=step, by=["outlet_id", "is_after"], window=window)
    series = series[~series["is_missing"]]
    at = pd.PeriodIndex(series["period"], freq=PERIODS[step])
    away = np.array([p.ordinal for p in at], dtype=np.int64) - pd.Period(day, freq=PERIODS[step]).ordinal
    before = series["is_after"].to_numpy(dtype=int) == 0
    series = series.assign(away=np.where(before, np.minimum(away, -1), away))
    rows = series.groupby(["outlet_id", "frame", "away"], as_index=False, sort=True)[COUNTS].sum()
    rows.attrs |= {"left_out_count": int(series.attrs.get("left_out_count", 0)), "step": step}
    return rows


def _is_after(dates: pd.Series, day: str) -> pd.Series:
    """1 from the day on, 0 before it, null for dates too coarse to say."""
    import pandas as pd

    known = dates.astype(object).where(dates.notna(), "").astype(str)
    unclear = known.map(lambda date: not date or (len(date) < len(day) and day.startswith(date)))
    return pd.Series(np.where(unclear, np.nan, (known >= day).astype(float)), index=dates.index)


def around_event(
    panel: pd.DataFrame,
    frames: Sequence[str],
    *,
    bins: Sequence[int],
    control_outlet_ids: Sequence[str] = (),
    control_frame: str = "",
    min_outlets: int = 6,
) -> pd.DataFrame:
    """Each frame's rate in bins of time around the event, as a ratio to the last bin before it, outlets against themselves.

    panel: of `event_panel`. bins: first steps of the bins, as `event_study` takes them; what lies before the first one
    belongs to it, and the last has no end. control_outlet_ids: outlets that the event does not concern; control_frame: a
    frame that it does not concern, in the same outlets; with either one the ratio is how much more the others moved than
    these did (difference of differences, effects of outlet and step), without them outlets are set against themselves
    alone, and what moved everybody is in the ratio. One row is one frame and bin, frames as given: frame, start, bin (in
    words), ratio, low, high (95 %, errors clustered on outlets), p, p_adjusted (Holm over the bins from the event on, of
    all frames), is_lead, is_reference, hit_count, document_count, outlet_count (with a hit at all), leads_p (joint test of
    all leads), too_few, why. Too few: fewer than `min_outlets` outlets with hits, or fewer than 5 hits in a bin; in one of
    the two beside the event, then the frame has no ratio at all.
    Raises `DiscourseError` for both controls at once and unknown ones; `NothingFound` for an empty panel.
    """
    import pandas as pd

    if panel.empty:
        raise NothingFound("No document of this selection is dated: nothing can be set around the event.")
    _check_controls(panel, control_outlet_ids, control_frame)
    edges = checked_bins(bins)
    drawn = [frame for frame in frames if frame != control_frame]
    parts = [_one_frame(panel, frame, edges, list(control_outlet_ids), control_frame, min_outlets) for frame in drawn]
    if not parts:
        raise NothingFound("No frame is left beside the control frame; name another one in `frames`.")
    table = pd.concat(parts, ignore_index=True)
    after = (table["start"] >= 0) & ~table["too_few"]
    table["p_adjusted"] = np.nan
    table.loc[after, "p_adjusted"] = adjust(table.loc[after, "p"].to_numpy(dtype=float), "holm")
    return table


def placebo_events(
    documents: pd.DataFrame,
    hits: pd.DataFrame,
    frames: Sequence[str],
    day: str,
    *,
    bins: Sequence[int],
    step: str = "year",
    **asked: Any,
) -> pd.DataFrame:
    """What `around_event` finds at earlier dates when nothing happened: one row a date, latest first.

    The dates lie before the event by whole windows as long as the documents reach after it, so that no two share a later
    side; each is compared with the bins before it and only so many steps after it, and has documents before its first bin
    ends. asked: as `around_event` takes it. Columns: day, tested_count (bins from the date on of all frames), found_count
    (p_adjusted below .05), frames_found. A date at which the documents are too thin for it is left out; none left: no row.
    """
    import pandas as pd

    columns = ["day", "tested_count", "found_count", "frames_found"]
    real = event_panel(documents, hits, day, step=step)
    if real.empty or real["away"].max() < 0:
        return pd.DataFrame(columns=columns)
    length, first = int(real["away"].max()) + 1, int(real["away"].min())
    rows = []
    for back in range(length, -first + checked_bins(bins)[0] + 1, length):
        date = str((pd.Timestamp(day) - pd.DateOffset(months=back * MONTHS[step])).date())
        panel = event_panel(documents, hits, date, step=step)
        panel = panel[panel["away"] < length]
        try:
            table = around_event(panel, frames, bins=bins, **asked)
        except DiscourseError:  # too thin so early, as where no control has a document yet
            continue
        after = table[(table["start"] >= 0) & ~table["too_few"]]
        found = after[after["p_adjusted"] < LEVEL]
        rows.append((date, len(after), len(found), ", ".join(dict.fromkeys(found["frame"]))))
    return pd.DataFrame(rows, columns=columns)


def placebos_in_words(placebos: pd.DataFrame) -> str:
    """The sentence on `placebo_events`; how many of the dates have a frame that the event would have been blamed for."""
    if not len(placebos):
        return "No earlier date leaves as much before and after it"
    count = int((placebos["found_count"] > 0).sum())
    return (
        f"At {len(placebos)} earlier dates when nothing happened ({placebos['day'].min()} to {placebos['day'].max()}), "
        f"{count} have a frame with an adjusted p under {LEVEL:g}"
    )


def _check_controls(panel: pd.DataFrame, outlets: Sequence[str], frame: str) -> None:
    if outlets and frame:
        raise DiscourseError(
            "control_outlet_ids and control_frame: give one of the two; each is a comparison of its own."
        )
    there = sorted(panel["outlet_id"].unique())
    for outlet in outlets:
        if outlet not in there:
            raise DiscourseError(not_allowed("control_outlet_ids", outlet, there))
    if set(there) == set(outlets):
        raise DiscourseError("control_outlet_ids: all outlets are controls; leave out those that the event concerns.")
    if frame and frame not in set(panel["frame"]):
        raise DiscourseError(not_allowed("control_frame", frame, sorted(panel["frame"].unique())))


def _one_frame(
    panel: pd.DataFrame, frame: str, edges: list[int], outlets: list[str], control: str, least: int
) -> pd.DataFrame:
    rows = panel[panel["frame"] == frame].assign(treated=1, cluster=lambda r: r["outlet_id"])
    if outlets:
        rows = rows.assign(treated=(~rows["outlet_id"].isin(outlets)).astype(int))
    elif control:
        other = panel[panel["frame"] == control].assign(treated=0, cluster=lambda r: r["outlet_id"])
        rows = _stacked(rows, other)
    treated = rows[rows["treated"] == 1]
    span = int(panel["away"].min()), int(panel["away"].max())
    with_hits = treated.loc[treated["hit_count"] > 0, "outlet_id"].nunique()
    table = _bins_of(treated, frame, edges, span, panel.attrs.get("step", "step")).assign(
        outlet_count=with_hits, leads_p=np.nan
    )
    table["why"] = np.where(table["hit_count"] < LEAST_HITS, f"fewer than {LEAST_HITS} hits", "")
    beside = table["why"].iloc[[edges.index(0) - 1, edges.index(0)]]  # the bins on either side of the event
    if with_hits < least or (beside != "").any():
        few = f"fewer than {least} outlets" if with_hits < least else f"fewer than {LEAST_HITS} hits beside the event"
        return table.assign(ratio=np.nan, low=np.nan, high=np.nan, p=np.nan, too_few=True, why=few)
    drawn = table.loc[table["why"] == "", "start"].tolist()
    rows = rows[_bin_of(rows["away"], edges).isin(drawn)]
    mark = "treated" if outlets or control else None
    found = event_study(
        rows, "hit_count", 0, period="away", bins=drawn, treated=mark, exposure="token_count", cluster="cluster"
    )
    values = found.effects.set_index("start")[["ratio", "low", "high", "p"]]
    table = table.join(values, on="start")
    return table.assign(leads_p=found.leads_p, too_few=table["ratio"].isna())


def _stacked(rows: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """The frame and its control below one another: each has an effect of its own in every outlet."""
    import pandas as pd

    both = pd.concat([rows, other], ignore_index=True)
    return both.assign(outlet_id=both["outlet_id"].astype(str) + "\n" + both["frame"].astype(str))


def _bin_of(away: pd.Series, edges: list[int]) -> pd.Series:
    """The first step of the bin that each distance lies in."""
    import pandas as pd

    number = np.clip(np.searchsorted(edges, away.to_numpy(), side="right") - 1, 0, len(edges) - 1)
    return pd.Series(np.asarray(edges)[number], index=away.index)


def _bins_of(rows: pd.DataFrame, frame: str, edges: list[int], span: tuple[int, int], step: str) -> pd.DataFrame:
    """What each bin holds, all bins in order."""
    import pandas as pd

    counts = rows.groupby(_bin_of(rows["away"], edges))[["document_count", "hit_count"]].sum()
    table = pd.DataFrame({"frame": frame, "start": edges}).join(counts, on="start").fillna(dict.fromkeys(counts, 0))
    table = table.astype(dict.fromkeys(counts, int))
    first, last = span
    table["bin"] = bin_names(edges, first, last, step)
    reference = edges[edges.index(0) - 1]
    return table.assign(is_lead=table["start"] < reference, is_reference=table["start"] == reference)


def bin_names(edges: Sequence[int], first: int, last: int, step: str) -> list[str]:
    """Bins in words, the first and the last one as far as there are documents.

    >>> bin_names([-4, -2, 0, 1], -9, 1, "year")
    ['9 to 3 years before', '2 to 1 years before', 'the year from it on', '1 year after']
    """
    starts = [min(first, edges[0]), *edges[1:]]
    ends = [edge - 1 for edge in edges[1:]] + [max(last, edges[-1])]
    return [_name(a, b, step) for a, b in zip(starts, ends, strict=True)]


def _name(first: int, last: int, step: str) -> str:
    if first == last == 0:
        return f"the {step} from it on"
    side, ends = ("before", (-first, -last)) if last < 0 else ("after", (first, last))
    numbers = f"{ends[0]}" if first == last else f"{ends[0]} to {ends[1]}"
    return f"{numbers} {step}{'' if numbers == '1' else 's'} {side}"
