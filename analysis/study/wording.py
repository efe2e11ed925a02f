"""Eras and days as captions say them, from what the study declares."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

from analysis.study.declaration import Event, Study
from analysis.study.settings import Era

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)  # not the calendar module's, which speaks the machine's language


def day_in_words(day: str) -> str:
    """An ISO day as a reader writes it.

    >>> day_in_words("2010-05-11")
    '11 May 2010'
    """
    found = date.fromisoformat(day)
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}"


def period(era: Era) -> str:
    """An era's label with its first and last day; the last one is left out while the era lasts."""
    start = day_in_words(era.start)
    if era.end is None:
        return f"{era.label} (from {start})"
    last = (date.fromisoformat(era.end) - timedelta(days=1)).isoformat()
    return f"{era.label} ({start} to {day_in_words(last)})"


def event_in_words(event: Event) -> str:
    """An event with its day and the window whose documents are left out, as a sentence without its stop."""
    said = f"{event.label[:1].upper()}{event.label[1:]}: {day_in_words(event.date)}"
    if event.window is None:
        return said
    start, end = event.window
    last = (date.fromisoformat(end) - timedelta(days=1)).isoformat()
    return f"{said}; documents of {day_in_words(start)} to {day_in_words(last)} left out"


def listed(items: Iterable[str]) -> str:
    """Items as a sentence lists them.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    *first, last = items
    return f"{', '.join(first)} and {last}" if first else last


def borders(eras: Iterable[Era]) -> dict[str, str]:
    """The days at which one era ends or the next begins, for lines in a figure: short label -> ISO day."""
    eras = list(eras)
    days = {day for one, two in pairwise(eras) for day in (one.end, two.start) if day}
    return {f"{date.fromisoformat(d).day} {_MONTHS[int(d[5:7]) - 1][:3]} {d[:4]}": d for d in sorted(days)}


def sequence(study: Study, era_ids: Iterable[str]) -> str:
    """The eras compared, in order of time, as a sentence without its stop; which is after, where there are two."""
    eras = [era for era in study.eras if era.era_id in set(study.in_time(era_ids))]
    if len(eras) == 2:
        return f"Before: {period(eras[0])}. After: {period(eras[1])}"
    return ("Era: " if len(eras) == 1 else "Eras in order of time: ") + "; ".join(period(era) for era in eras)
