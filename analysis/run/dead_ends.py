"""Parameters that fit one by one and lead nowhere together: refused before a kernel starts, with what is there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError

LEAST_PERIODS = 2
_DIGITS = {"quarter": 7, "year": 4}


def check_together(where: str, values: Mapping[str, Any], stores: Path) -> None:
    """Raise `DiscourseError` for sides that share a value, an outlet in two groups, a season of years, a break with
    fewer than two periods on a side, bins that do not ascend over 0, two controls."""
    both = sorted({*map(str, _list(values, "target"))} & {*map(str, _list(values, "reference"))})
    if both:
        raise DiscourseError(
            f"{where}: {', '.join(both)} stands in target and in reference; a document is on one side only. Take it out of "
            "one of the two."
        )
    members = [item for ids in (values.get("outlet_groups") or {}).values() for item in ids]
    if twice := sorted({item for item in members if members.count(item) > 1}):
        raise DiscourseError(
            f"{where}, parameter outlet_groups: {', '.join(twice)} stands twice; each outlet belongs to one group."
        )
    if values.get("period") == "year" and values.get("season"):
        raise DiscourseError(
            f"{where}, parameter season: {values['season']!r} with period = 'year': years have no season; give season 0, "
            "or period month or quarter."
        )
    bins = _list(values, "bins")
    if bins and (bins != sorted(bins) or 0 not in bins[1:]):
        raise DiscourseError(
            f"{where}, parameter bins: {bins}; give the first steps of bins in ascending order, 0 among them and one "
            "before it, as in [-8, -4, 0, 4]."
        )
    if values.get("control_frame") and values.get("control_outlet_ids"):
        raise DiscourseError(
            f"{where}: control_frame and control_outlet_ids are given; each is a comparison of its own: give one."
        )
    _check_break(where, values, stores)


def _list(values: Mapping[str, Any], name: str) -> list[Any]:
    found = values.get(name)
    return list(found) if isinstance(found, list | tuple) else []


def _check_break(where: str, values: Mapping[str, Any], stores: Path) -> None:
    """A break needs two whole periods with documents on either side; months are left to the model, which counts them.

    Periods are those of the documents' dates; dates too coarse for the period are in none, and the period that holds the
    break is on no side.
    """
    period = values.get("period")
    if period not in _DIGITS or "break_date" not in values:
        return
    from analysis.store import open_store

    store = open_store(stores / str(values.get("store_name", "default")), values.get("collection"))
    event = store.study.transition
    day = values["break_date"] or (event.date if event else "")
    if not day:
        return  # the first day of the second era that has documents, which the notebook finds
    documents = store.table("documents", columns=["published", "outlet_id"])
    if chosen := _list(values, "outlet_ids"):
        outlets = store.study.outlets_of(chosen, documents["outlet_id"].unique())
        documents = documents[documents["outlet_id"].isin(outlets)]
    dates = documents["published"].dropna().astype(str)
    there = {_period(date, period) for date in dates[dates.str.len() >= _DIGITS[period]]}
    holder = _period(day, period)
    sides = {"before": sum(one < holder for one in there), "after": sum(one > holder for one in there)}
    if min(sides.values()) < LEAST_PERIODS:
        raise DiscourseError(
            f"{where}, parameter period: {period!r}: too few {period}s: the documents of collection "
            f"{values.get('collection') or 'all'} lie in {sides['before']} {period}s before {day} and {sides['after']} "
            f"after it, and a break needs {LEAST_PERIODS} on either side; give a shorter period (month"
            f"{', quarter' if period == 'year' else ''}), another break_date, or another collection."
        )


def _period(day: str, period: str) -> str:
    return day[:4] if period == "year" else f"{day[:4]}Q{(int(day[5:7]) + 2) // 3}"
