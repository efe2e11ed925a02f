"""Dates as printed, to partial ISO dates. Ambiguity is reported, never settled silently; impossible dates are refused.

The local day of publication stays as printed: "2024-10-25T23:59:00+07:00" is 25 October whatever the reader's zone,
unless a zone to convert to is given.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis.errors import DiscourseError

if TYPE_CHECKING:
    from analysis.study.settings import Era

MONTHS = {
    name: i
    for i, names in enumerate(
        [
            ("january", "jan", "janvier", "janv"),
            ("february", "feb", "février", "fevrier", "févr"),
            ("march", "mar", "mars"),
            ("april", "apr", "avril", "avr"),
            ("may", "mai"),
            ("june", "jun", "juin"),
            ("july", "jul", "juillet", "juil"),
            ("august", "aug", "août", "aout"),
            ("september", "sep", "sept", "septembre"),
            ("october", "oct", "octobre"),
            ("november", "nov", "novembre"),
            ("december", "dec", "décembre", "decembre", "déc"),
        ],
        start=1,
    )
    for name in names
}
EARLIEST, LATEST = 1500, 2100
MEND = "Set the right one in corpus/corrections.toml."

_MONTH = "(" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?=$|[T\s,;_])", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T_]?\d{4,6}(?:\.\d+)?Z?)?\Z", re.ASCII)
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4}|\d{2})(?![\d/])", re.ASCII)
_MONTH_DAY = re.compile(rf"\b{_MONTH}\s*(\d{{1,2}})(?:st|nd|rd|th)?\b,?\s+(\d{{4}})\b", re.IGNORECASE)
_DAY_MONTH = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er)?[\s-]*(?:of\s+)?{_MONTH}[\s,-]*(\d{{4}})\b", re.IGNORECASE
)
_MONTH_YEAR = re.compile(rf"\b{_MONTH}[\s,-]+(\d{{4}})\b", re.IGNORECASE)
_CHINESE = re.compile(r"(\d{4})\s?年\s?(?:(\d{1,2})\s?月)?\s?(?:(\d{1,2})\s?[日号])?")
_OFFSET = re.compile(r"[T\s]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})\s*\Z")
_KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
_MISSING = frozenset({"", "none", "null", "nan", "nat", "n/a", "na", "-", "unknown", "undated", "n.d."})


class DateProblem(DiscourseError):
    """A date that is refused. `kind` is "impossible-date", "ambiguous-date" or "unread-date"."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def parse_date(value: Any, *, day_first: bool | None = None, tz: str | None = None) -> tuple[str | None, str]:
    """(ISO date, precision) of a date as printed; (None, "none") where none is given.

    precision: "day" (YYYY-MM-DD), "month" (YYYY-MM) or "year" (YYYY). day_first: how to read 03/04/2023 (True 3 April,
    False 4 March; None refuses it unless one part is above 12 or both are equal). tz: an IANA zone to convert times
    with an offset to; None keeps the day as printed. Raises `DateProblem` for an impossible date (31 February), an
    ambiguous one, or one that no rule reads.

    >>> parse_date("Published: Sep 23, 2023 03:52 PM")
    ('2023-09-23', 'day')
    >>> parse_date("2024-10")
    ('2024-10', 'month')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None, "none"
    if isinstance(value, dt.datetime | dt.date):
        return _iso(value.year, value.month, value.day, value)
    if isinstance(value, bool):
        raise DateProblem("unread-date", f"date {value!r} is no date.")
    if isinstance(value, int | float):
        return _from_number(value)
    text = str(value).strip().translate(_KHMER_DIGITS)
    if text.casefold() in _MISSING:
        return None, "none"
    if tz is not None and _OFFSET.search(text):
        text = _converted(text, tz)
    return _from_text(text, day_first, value)


def _from_text(text: str, day_first: bool | None, value: Any) -> tuple[str, str]:
    if found := _ISO.match(text):
        year, month, day = found.groups()
        return _iso(int(year), month and int(month), day and int(day), value)
    if found := _COMPACT.match(text):
        year, month, day = found.groups()
        return _iso(int(year), int(month), int(day), value)
    if re.fullmatch(r"\d{9,13}", text, re.ASCII):
        return _from_number(int(text))
    for pattern, order in ((_MONTH_DAY, "mdy"), (_DAY_MONTH, "dmy"), (_MONTH_YEAR, "my")):
        if found := pattern.search(text):
            parts = dict(zip(order, found.groups(), strict=True))
            day = int(parts["d"]) if "d" in parts else None
            return _iso(int(parts["y"]), MONTHS[parts["m"].lower()], day, value)
    if found := _CHINESE.search(text):
        year, month, day = found.groups()
        return _iso(int(year), month and int(month), day and int(day), value)
    if found := _NUMERIC.search(text):
        return _from_numeric(found, day_first, value)
    raise DateProblem(
        "unread-date",
        f"date {value!r} is not understood; allowed: ISO (2023, 2023-08, 2023-08-22), '22 August 2023', "
        f"'Aug 22, 2023', '22/08/2023'. {MEND}",
    )


def _from_numeric(found: re.Match[str], day_first: bool | None, value: Any) -> tuple[str, str]:
    first, second, year = (int(part) for part in found.groups())
    if len(found.group(3)) == 2:
        raise DateProblem("ambiguous-date", f"date {value!r}: a year of two digits; write four.")
    if first > 12 and second > 12:
        raise DateProblem("impossible-date", f"date {value!r}: neither {first} nor {second} is a month. {MEND}")
    if day_first is None:
        if first <= 12 and second <= 12 and first != second:
            raise DateProblem(
                "ambiguous-date",
                f"date {value!r} may be {year}-{second:02d}-{first:02d} or {year}-{first:02d}-{second:02d}; set "
                "day_first = true or false for this source.",
            )
        day_first = first > 12
    day, month = (first, second) if day_first else (second, first)
    return _iso(year, month, day, value)


def _iso(year: int, month: int | None, day: int | None, value: Any) -> tuple[str, str]:
    if not EARLIEST <= year <= LATEST:
        raise DateProblem("impossible-date", f"date {value!r}: year {year} is outside {EARLIEST} to {LATEST}. {MEND}")
    if month is None:
        return f"{year:04d}", "year"
    if not 1 <= month <= 12:
        raise DateProblem("impossible-date", f"date {value!r}: month {month} is outside 1 to 12. {MEND}")
    if day is None:
        return f"{year:04d}-{month:02d}", "month"
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise DateProblem("impossible-date", f"date {value!r}: {year:04d}-{month:02d} has days 1 to {last}. {MEND}")
    return f"{year:04d}-{month:02d}-{day:02d}", "day"


def _from_number(value: float) -> tuple[str, str]:
    if not math.isfinite(value):
        raise DateProblem("unread-date", f"date {value!r} is no date.")
    if value == int(value) and EARLIEST <= value <= LATEST:
        return f"{int(value):04d}", "year"
    if value == int(value) and 15000101 <= value <= 21001231:
        number = int(value)
        return _iso(number // 10000, number // 100 % 100, number % 100, value)
    seconds = value / 1000 if value > 1e11 else value
    if 1e8 <= seconds <= 4.1e9:
        moment = dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
        return _iso(moment.year, moment.month, moment.day, value)
    raise DateProblem("unread-date", f"date {value!r}: a number that is no year, no YYYYMMDD and no Unix time.")


def _converted(text: str, tz: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from dateutil import parser

    try:
        zone = ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise DiscourseError(f"time zone {tz!r} is not known; give an IANA name such as Asia/Phnom_Penh.") from error
    try:
        return parser.parse(text).astimezone(zone).date().isoformat()
    except (ValueError, OverflowError) as error:
        raise DateProblem("impossible-date", f"date {text!r}: {error}.") from error


def span(iso: str, precision: str) -> tuple[str, str]:
    """First and last day that a partial ISO date may mean, as ISO days."""
    if precision == "day":
        return iso, iso
    if precision == "month":
        year, month = int(iso[:4]), int(iso[5:7])
        return f"{iso}-01", f"{iso}-{calendar.monthrange(year, month)[1]:02d}"
    return f"{iso}-01-01", f"{iso}-12-31"


def era_of(iso: str | None, precision: str, eras: Mapping[str, Era]) -> str | None:
    """The era that holds every day the date may mean; None if undated, outside all eras, or straddling a border.

    Eras are half-open: 2023-08-22 belongs to the era that starts on it; 2023-08 and 2023 belong to none.
    """
    if iso is None or precision == "none":
        return None
    first, last = span(iso, precision)
    for era in eras.values():
        if era.start <= first and (era.end is None or last < era.end):
            return era.era_id
    return None


def straddles(iso: str | None, precision: str, eras: Mapping[str, Era]) -> bool:
    """Whether a dated document has no era because its date crosses a border between eras (or their edge)."""
    if iso is None or precision == "none" or era_of(iso, precision, eras) is not None:
        return False
    first, last = span(iso, precision)
    return any(era.start <= last and (era.end is None or first < era.end) for era in eras.values())
