"""Dates as printed, to partial ISO dates. Ambiguity is reported, never settled silently; impossible dates are refused.

The local day of publication stays as printed: "2024-10-25T23:59:00+07:00" is 25 October whatever the reader's zone,
unless a zone to convert to is given (see `moments`).
"""

from __future__ import annotations

import calendar
import contextlib
import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis.errors import DiscourseError
from analysis.texts.read.moments import UnknownZone, day_in_zone, shifted, unix_day, zone_of

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
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z", re.ASCII)
_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2}))?(?=$|[T\s,;_])", re.ASCII)
_STAMP = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T_ ]?\d{4}(?:\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?\Z", re.ASCII)
_DAYS = (  # whole days as they stand in a line: a pattern, and which group is what
    (re.compile(rf"(?<!\d)(\d{{4}})[\s,./-]+{_MONTH}[\s,./-]*(\d{{1,2}})(?:st|nd|rd|th)?(?!\d)", re.IGNORECASE), "ymd"),
    (re.compile(rf"\b{_MONTH}[\s-]*(\d{{1,2}})(?:st|nd|rd|th)?\b,?[\s-]+(\d{{4}})\b", re.IGNORECASE), "mdy"),
    (
        re.compile(
            rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er)?[\s./-]*(?:of\s+)?{_MONTH}[\s,./-]*(\d{{4}})\b", re.IGNORECASE
        ),
        "dmy",
    ),
    (re.compile(r"(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?[日号]"), "ymd"),
    (re.compile(r"(?<![\d-])(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", re.ASCII), "ymd"),
)
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4}|\d{2})(?![\d/])", re.ASCII)
_MONTH_YEAR = re.compile(rf"\b{_MONTH}[\s,-]+(\d{{4}})\b", re.IGNORECASE)
_YEAR_MONTH = re.compile(rf"(?<!\d)(\d{{4}})[\s,./-]+{_MONTH}", re.IGNORECASE)
_CHINESE = re.compile(r"(\d{4})\s?年\s?(?:(\d{1,2})\s?月)?")
_UPDATED = re.compile(r"updat|modif|edited|revis|correct|amend|changed|mis à jour", re.IGNORECASE)
_PUBLISHED = re.compile(r"publish|posted|first|created|issued|released|printed|pubdate|publié", re.IGNORECASE)
_KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
_MISSING = frozenset({"", "none", "null", "nan", "nat", "n/a", "na", "-", "unknown", "undated", "n.d."})
_UNSET = "is what programs write where a date is missing"


class DateProblem(DiscourseError):
    """A date that is refused. `kind` is "impossible-date", "ambiguous-date", "unset-date" or "unread-date"."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def parse_date(value: Any, *, day_first: bool | None = None, tz: str | None = None) -> tuple[str | None, str]:
    """(ISO date, precision) of a date as printed; (None, "none") where none is given.

    precision: "day" (YYYY-MM-DD), "month" (YYYY-MM) or "year" (YYYY). day_first: how to read 03/04/2023 (True 3 April,
    False 4 March; None refuses it unless one part is above 12 or both are equal). tz: an IANA zone whose day is meant
    by times with an offset or zone, and by Unix times; None keeps the day as printed (that of UTC for Unix times). Of
    "Published ... Updated ..." the day of publication is taken. Raises `DateProblem` for an impossible date (31
    February), an ambiguous one, 1 January 1970, or one that no rule reads.

    >>> parse_date("Published: Sep 23, 2023 03:52 PM")
    ('2023-09-23', 'day')
    >>> parse_date("2024-10")
    ('2024-10', 'month')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None, "none"
    if isinstance(value, dt.datetime):
        value_day = day_in_zone(value, tz)
        return _iso(value_day.year, value_day.month, value_day.day, value)
    if isinstance(value, dt.date):
        return _iso(value.year, value.month, value.day, value)
    if isinstance(value, bool):
        raise DateProblem("unread-date", f"date {value!r} is no date.")
    if isinstance(value, int | float):
        return _from_number(value, value, tz)
    text = str(value).strip().translate(_KHMER_DIGITS)
    if text.casefold() in _MISSING:
        return None, "none"
    if found := _ISO_DAY.match(text):
        return _iso(int(found[1]), int(found[2]), int(found[3]), value)
    return _from_text(text, day_first, tz, value)


def _from_text(text: str, day_first: bool | None, tz: str | None, value: Any) -> tuple[str, str]:
    if re.fullmatch(r"-?\d{1,20}(?:\.\d+)?", text, re.ASCII):
        return _from_number(float(text) if "." in text else int(text), value, tz)
    if found := _STAMP.match(text):
        return _in_zone(tuple(map(int, found.groups())), text, tz, value)
    days = _days_in(text)
    if not days and (numeric := list(_NUMERIC.finditer(text))):
        days = [(m.start(), m.end(), m) for m in numeric]
    if days:
        values = [d[2] if isinstance(d[2], tuple) else _numeric(d[2], day_first, value) for d in days]
        number = _published_of(text, days, values, value)
        if len(days) > 1:  # its time stands between it and the next day
            text = text[days[number][0] : days[number + 1][0] if number + 1 < len(days) else len(text)]
        return _in_zone(values[number], text, tz, value)
    for pattern, order in ((_MONTH_YEAR, "my"), (_YEAR_MONTH, "ym")):
        if found := pattern.search(text):
            parts = dict(zip(order, found.groups(), strict=True))
            return _iso(int(parts["y"]), MONTHS[parts["m"].lower()], None, value)
    if (found := _CHINESE.search(text)) or (found := _ISO.match(text)):
        year, month = found.groups()
        return _iso(int(year), int(month) if month else None, None, value)
    raise DateProblem(
        "unread-date",
        f"date {value!r} is not understood; allowed: ISO (2010, 2010-05, 2010-05-11), '11 May 2010', "
        f"'Aug 22, 2023', '22/08/2023'. {MEND}",
    )


_Found = tuple[int, int, "tuple[int, int, int] | re.Match[str]"]


def _days_in(text: str) -> list[_Found]:
    """(start, end, (year, month, day)) of every whole day in a line whose order is beyond doubt, in order of place."""
    found: list[_Found] = []
    for pattern, order in _DAYS:
        for match in pattern.finditer(text):
            if any(a < match.end() and match.start() < b for a, b, _ in found):
                continue
            parts = dict(zip(order, match.groups(), strict=True))
            month = parts["m"].lower()
            found.append(
                (*match.span(), (int(parts["y"]), MONTHS[month] if month in MONTHS else int(month), int(parts["d"])))
            )
    return sorted(found, key=lambda day: day[0])


def whole_days(line: str) -> list[str]:
    """The days that stand anywhere in a line and are beyond doubt, as ISO days in order of place; impossible ones not."""
    found = []
    day: Any
    for _, _, day in _days_in(line.translate(_KHMER_DIGITS)):
        year, month, number = day
        with contextlib.suppress(DateProblem):
            found.append(_iso(year, month, number, line)[0])
    return found


def _published_of(text: str, days: list[_Found], values: list[tuple[int, int, int]], value: Any) -> int:
    """Which of the days in a line is that of publication: not the one of an update. Two that may be it are refused."""
    labels = _labels(text, days)
    for wanted in ("published", "", "updated"):
        chosen = {v for v, label in zip(values, labels, strict=True) if label == wanted}
        if len(chosen) == 1:
            return values.index(chosen.pop())
        if chosen:
            break
    listed = ", ".join(f"{y:04d}-{m:02d}-{d:02d}" for y, m, d in dict.fromkeys(values))
    raise DateProblem("ambiguous-date", f"date {value!r} holds several days ({listed}). {MEND}")


def _labels(text: str, days: list[_Found]) -> list[str]:
    """What the words before each day (or in brackets after it) call it: "published", "updated" or ""."""
    ends = [0, *(day[1] for day in days)]
    starts = [*(day[0] for day in days), len(text)]
    labels: list[str] = []
    for number in range(len(days)):
        before = text[ends[number] : starts[number]]
        after = re.match(r"[\s\d:.,APMapm]*\(([^()]*)\)", text[ends[number + 1] : starts[number + 1]])
        if number:
            before = re.sub(r"\A[\s\d:.,APMapm]*\([^()]*\)", "", before)
        words = f"{before} {after[1] if after else ''}"
        if number and not words.strip(" ,;&/-–|\n").removesuffix("and").removesuffix("to").strip(" ,"):
            labels.append(labels[-1])  # "published on 20 and 25 August": one word for both
            continue
        published, updated = _PUBLISHED.search(words), _UPDATED.search(words)
        labels.append("published" if published else "updated" if updated else "")
    return labels


def _in_zone(day: tuple[int, ...], text: str, tz: str | None, value: Any) -> tuple[str, str]:
    year, month, number = day
    iso = _iso(year, month, number, value)
    if tz is None:
        return iso
    zone_of(tz)
    try:
        moved = shifted(text, year, month, number, tz)
    except UnknownZone as error:
        raise DateProblem("unread-date", f"date {value!r}: {error}. {MEND}") from error
    return moved.isoformat(), "day"


def _numeric(found: re.Match[str], day_first: bool | None, value: Any) -> tuple[int, int, int]:
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
    return year, month, day


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
    if (year, month, day) == (1970, 1, 1):
        raise DateProblem("unset-date", f"date {value!r}: 1970-01-01 {_UNSET}. {MEND}")
    return f"{year:04d}-{month:02d}-{day:02d}", "day"


def _from_number(number: float, value: Any, tz: str | None) -> tuple[str, str]:
    if not math.isfinite(number):
        raise DateProblem("unread-date", f"date {value!r} is no date.")
    if number == int(number):
        digits = str(int(number))
        if len(digits) == 4 and EARLIEST <= number <= LATEST:
            return digits, "year"
        if (
            len(digits) in (8, 12, 14)
            and (1900 if len(digits) > 8 else EARLIEST) <= int(digits[:4]) <= LATEST
            and int(digits[4:6]) <= 12
        ):
            return _iso(int(digits[:4]), int(digits[4:6]), int(digits[6:8]), value)
    if number in (0, -1):
        raise DateProblem("unset-date", f"date {value!r} {_UNSET}. {MEND}")
    if day := unix_day(number, tz):
        return _iso(*day, value)
    raise DateProblem("unread-date", f"date {value!r}: a number that is no year, no YYYYMMDD and no Unix time.")


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

    Eras are half-open: 2010-05-11 belongs to the era that starts on it; 2010-05 and 2010 belong to none.
    """
    if iso is None or precision == "none":
        return None
    first, last = span(iso, precision)
    for era in eras.values():
        if era.start <= first and (era.end is None or last < era.end):
            return era.era_id
    return None
