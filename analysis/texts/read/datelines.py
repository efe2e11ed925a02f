"""The day of publication where it is printed with the text: "Published: 9 September 2023", or a line of its own below
the byline.

A day in a sentence is no day of publication: the line must hold little else.
"""

from __future__ import annotations

import re

from analysis.texts.read.dates import DateProblem, parse_date, whole_days

FIRST_LINES, LAST_LINES, LONGEST = 10, 4, 120
_LABEL = re.compile(
    r"\W*(?:first |date of |originally )?(?:published|publication(?: date)?|posted|date|dated|issued|released|updated|"
    r"last updated|modified)\b(?: (?:on|at|in|online))?\s*[:|,-]?\s*",
    re.IGNORECASE,
)
_UPDATED = re.compile(r"updated|modified", re.IGNORECASE)
_HAS_YEAR = re.compile(r"(?<!\d)(?:19|20|១៩|២០)[\d០-៩]{2}(?![\d])|年")
_DATE_WORDS = re.compile(
    r"\d+(?:st|nd|rd|th)?|(?:a|p)\.?m\b\.?|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?|"
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|utc|gmt|ict|by|at|of|on|published|updated|posted|last|first",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w.'’-]*")


def date_in(text: str, *, day_first: bool | None = None) -> str | None:
    """The day printed with a text, as text for `parse_date`; None if no line gives one, or two lines differ.

    Lines at the beginning (10) and, if they say what the day is, at the end (4) are looked at. A line with a label
    ("Published:") counts before one without, one that speaks of an update only if there is no other.

    >>> date_in("A bridge is opened\\n\\nBy A. Example\\n17 February 2021\\n\\nThe bridge ...")
    '17 February 2021'
    """
    head = text[: 30 * LONGEST].split("\n")
    lines = [line.strip() for line in head if line.strip()][:FIRST_LINES]
    tail = [line.strip() for line in text[-10 * LONGEST :].split("\n") if line.strip()][-LAST_LINES:]
    found: dict[int, dict[str, str]] = {0: {}, 1: {}, 2: {}}
    for number, line in enumerate([*lines, *tail]):
        rank = _rank(line, in_head=number < len(lines))
        if rank is None:
            continue
        day = _day(line, day_first)
        if day:
            found[rank].setdefault(day, _LABEL.sub("", line, count=1) if rank != 1 else line)
    for days in found.values():
        if days:
            return next(iter(days.values())) if len(days) == 1 else None
    return None


def days_mentioned(text: str, number: int = 3) -> list[str]:
    """The first whole days that a text speaks of, as ISO days: hints for who looks for its date, no more."""
    found: list[str] = []
    for line in (text[: 20 * LONGEST] + "\n" + text[20 * LONGEST :][-3 * LONGEST :]).split("\n"):
        found += whole_days(line)
    return list(dict.fromkeys(found))[:number]


def _rank(line: str, *, in_head: bool) -> int | None:
    """0 for a line with a label, 1 for a line that is little but a day, 2 for an update; None for any other."""
    if len(line) > LONGEST or not _HAS_YEAR.search(line):
        return None
    if label := _LABEL.match(line):
        only_update = _UPDATED.search(label.group()) and not re.search(r"publish|posted", line, re.IGNORECASE)
        rest = _WORD.findall(_DATE_WORDS.sub(" ", line[label.end() :]))
        return None if len(rest) > 5 else 2 if only_update else 0
    rest = _WORD.findall(_DATE_WORDS.sub(" ", line))
    return 1 if in_head and len(rest) <= 4 and not line.endswith((".", "?", "!", "”", '"')) else None


def _day(line: str, day_first: bool | None) -> str | None:
    try:
        iso, precision = parse_date(line, day_first=day_first)
    except DateProblem:
        return None
    return iso if precision == "day" else None
