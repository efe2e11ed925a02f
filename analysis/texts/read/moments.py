"""Moments in time to the day they fall on in a zone: Unix times, and printed times with an offset or a zone's name.

Zones are named as the IANA does ("Europe/Paris"). A printed time without a zone keeps its day.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from zoneinfo import ZoneInfo

from analysis.errors import DiscourseError

# Unix times by their size: the unit, and the span of values that mean a day of 1973 to 2099.
_UNITS = ((1.0, 1e8, 4.1e9), (1e3, 1e11, 4.1e12), (1e6, 1e14, 4.1e15), (1e9, 1e17, 4.1e18))
# Names that mean one offset only, in minutes. CST, IST, BST and the like mean several and are refused.
_NAMED = """
Z 0, UTC 0, GMT 0, WET 0, EST -300, EDT -240, MDT -360, PDT -420, PST -480, CET 60, CEST 120, EET 120, EEST 180, MSK 180,
ICT 420, WIB 420, SGT 480, HKT 480, PHT 480, MYT 480, JST 540, KST 540, AEST 600, AEDT 660, NZST 720, NZDT 780
"""
OFFSETS = {name: int(minutes) for name, minutes in (pair.split() for pair in _NAMED.strip().split(","))}
_REGIONS = {"ET": "America/New_York", "PT": "America/Los_Angeles", "CT": "America/Chicago", "MT": "America/Denver"}
_ZONE = r"\s*\(?(?P<zone>(?:UTC|GMT)?\s?[+\u2212-]\d{1,2}(?::?[0-5]\d)?(?!\d)|Z\b|[A-Z]{2,5}\b)\)?"
_CLOCKS = (  # a clock with its zone: 18:15:00 UTC, and the digits after a day of eight digits
    re.compile(
        r"(?<![\d:.])(?P<hour>\d{1,2})(?P<sep>[:.h])(?P<minute>[0-5]\d)(?:(?P=sep)[0-5]\d(?:[.,]\d+)?)?"
        r"\s*(?P<half>[AaPp]\.?[Mm]\b\.?)?" + _ZONE
    ),
    re.compile(
        r"(?:(?<=\d{8})|(?<=\d{8}[T_ ]))(?P<hour>\d{2})(?P<minute>[0-5]\d)(?:[0-5]\d(?:\.\d+)?)?(?P<half>(?!))?" + _ZONE
    ),
)


class UnknownZone(ValueError):
    """A zone's name that means no offset, or several."""


def unix_day(value: float, tz: str | None = None) -> tuple[int, int, int] | None:
    """(year, month, day) of a Unix time in seconds, milli-, micro- or nanoseconds; None if it is none of these.

    tz: the zone whose day is meant; UTC without one. 0 and its neighbours are no Unix times here: they are what
    programs write where a time is missing.

    >>> unix_day(1692641700), unix_day(1692641700000, "Asia/Bangkok")
    ((2023, 8, 21), (2023, 8, 22))
    """
    for unit, low, high in _UNITS:
        if low <= value <= high:
            moment = dt.datetime.fromtimestamp(value / unit, tz=dt.UTC).astimezone(zone_of(tz))
            return moment.year, moment.month, moment.day
    return None


def day_in_zone(moment: dt.datetime, tz: str | None) -> dt.date:
    """The day of a moment in `tz`; as it stands if the moment has no zone or none is asked for."""
    return moment.date() if tz is None or moment.tzinfo is None else moment.astimezone(zone_of(tz)).date()


def shifted(text: str, year: int, month: int, day: int, tz: str) -> dt.date:
    """The day in `tz` of a day printed in `text` with its time and zone; the same day without them.

    Raises `UnknownZone` for a zone that is not known, and `ValueError` for a day that does not exist.
    """
    printed = dt.date(year, month, day)
    found = _clock(text)
    if found is None:
        return printed
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + 12 * (found["half"][0] in "pP")
    if hour > 23:
        return printed
    moment = dt.datetime(year, month, day, hour, int(found["minute"]))
    return moment.replace(tzinfo=_offset(found["zone"], moment)).astimezone(zone_of(tz)).date()


def has_zone(text: str) -> bool:
    """Whether a printed date carries a time with a zone, so that its day depends on the reader's zone."""
    return _clock(text) is not None


def _clock(text: str) -> re.Match[str] | None:
    return next((found for pattern in _CLOCKS if (found := pattern.search(text))), None)


def _offset(name: str, moment: dt.datetime) -> dt.tzinfo:
    number = re.fullmatch(r"(?:UTC|GMT)?\s?([+\u2212-])(\d{1,2}):?(\d{2})?", name)
    if number:
        minutes = 60 * int(number[2]) + int(number[3] or 0)
        return dt.timezone(dt.timedelta(minutes=minutes if number[1] == "+" else -minutes))
    if name in OFFSETS:
        return dt.timezone(dt.timedelta(minutes=OFFSETS[name]))
    if name in _REGIONS:
        return zone_of(_REGIONS[name])
    raise UnknownZone(
        f"zone {name!r} is not known, or means several; known: an offset such as +07:00, "
        f"{', '.join([*OFFSETS, *_REGIONS])}"
    )


@functools.cache
def zone_of(tz: str | None) -> dt.tzinfo:
    """The zone of an IANA name, UTC for None. Raises `DiscourseError` for a name that is not known."""
    if tz is None:
        return dt.UTC
    try:
        return ZoneInfo(tz)
    except (OSError, ValueError, LookupError) as error:
        raise DiscourseError(f"time zone {tz!r} is not known; give an IANA name such as Europe/Paris.") from error
