"""Exports of news databases: several articles in one file, taken apart by the layout the vendors print.

`nexis.py`, `factiva.py` and `proquest.py` know one vendor's layouts each; what they share stands here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from analysis.texts.document import Refusal
from analysis.texts.read.dates import DateProblem, parse_date
from analysis.texts.read.formats.encoding import NotText
from analysis.texts.read.formats.limits import Harmful
from analysis.texts.read.formats.lines import lines_of
from analysis.texts.read.formats.record import Part, Record

Fields = dict[str, Any]
NOTES = "notes"  # the key under which a splitter hands over its notes

_DAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s*)?"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_BARE = re.compile(
    rf"{_DAY}(?:{_MONTH} \d{{1,2}},? \d{{4}}|\d{{1,2}} {_MONTH},? \d{{4}}|{_MONTH},? \d{{4}}|\d{{4}}-\d\d-\d\d)"
    rf"(?:,?\s*{_DAY})?(?:\s+\d{{1,2}}:\d\d.{{0,12}})?\W*\Z",
    re.IGNORECASE,
)
COPYRIGHT = re.compile(r"copyright\b|\(c\)\s|©", re.IGNORECASE)


def read(
    data: bytes, part: Part, split: Callable[[list[str]], Iterable[Fields]], missing: str
) -> Iterator[Record | Refusal]:
    """The articles that `split` finds in the lines of a file; missing: what the refusal of a file without any says."""
    try:
        lines = lines_of(data, part.source.encoding)
    except (Harmful, NotText) as error:
        yield Refusal(part.name, str(error), getattr(error, "kind", "encoding"))
        return
    number = 0
    for fields in split([line.replace("\xa0", " ").rstrip() for line in lines]):
        number += 1
        origin = f"{part.name}:{number}"
        notes = fields.pop(NOTES, {})
        if fields.get("text") or fields.get("title"):
            yield Record(fields, origin, number, tuple((rule, n) for rule, n in notes.items() if n))
        else:
            yield Refusal(origin, "an article without title and text", "empty")
    if not number:
        yield Refusal(part.name, f"holds no {missing}", "malformed")


def is_date(line: str) -> bool:
    """Whether a line is nothing but a date or has one in a few words; a copyright line is none."""
    if len(line) > 60 or COPYRIGHT.match(line) or not re.search(r"\d{4}", line):
        return False
    try:
        return parse_date(line)[1] != "none"
    except DateProblem as problem:
        return problem.kind == "ambiguous-date"


def is_bare_date(line: str) -> bool:
    """Whether a line is a date, with its day of the week and time, and nothing else."""
    return bool(_BARE.match(line))


def joined(lines: Iterable[str]) -> str:
    """Lines put together with single spaces."""
    return " ".join(" ".join(lines).split())
