"""Which articles two search strings found, from the two exports they led to."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.errors import DiscourseError, require
from analysis.study.sources import Source
from analysis.texts.document import Document

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Found:
    """One article of an export: what tells it from others, and the day it is dated ("" if it has none)."""

    text: str  # a digest of its words, without case and signs
    printing: tuple[str, str, str]  # outlet, day, words of its title; the last one "" where it has no title or no day
    published: str

    @classmethod
    def of(cls, document: Document) -> Found:
        words = " ".join(_WORD.findall(document.text.casefold()))
        day = document.published or ""
        title = " ".join(_WORD.findall((document.title or "").casefold())) if day else ""
        digest = hashlib.sha256(f"{document.outlet_id}\n{words}".encode()).hexdigest()
        return cls(digest, (document.outlet_id, day, title), day)


def two_searches(first: Iterable[Found], second: Iterable[Found]) -> list[tuple[str, bool, bool]]:
    """Articles that either string found, each once: day, whether the first found it, whether the second did.

    Two records are one article if one outlet printed the same words, or the same title on the same day. In order of
    appearance, those of the first string first; nothing found gives no rows.
    """
    places: dict[object, int] = {}
    rows: list[list] = []
    for side, records in ((1, first), (2, second)):
        for record in records:
            keys = [record.text, *([record.printing] if record.printing[2] else [])]
            known = [places[key] for key in keys if key in places]
            if not known:
                rows.append([record.published, False, False])
            number = known[0] if known else len(rows) - 1
            rows[number][side] = True
            rows[number][0] = rows[number][0] or record.published
            for key in keys:
                places.setdefault(key, number)
    return [(day, one, two) for day, one, two in rows]


def source_named(sources: Iterable[Source], name: str, option: str) -> Source:
    """The declared source of an id; `DiscourseError` lists those there are."""
    known = {source.source_id: source for source in sources}
    if not known:
        raise DiscourseError("corpus/sources.toml declares no source; write it with `discourse init`.")
    require(f"{option}: source", name, known, "Declare the export of each search string as a [[source]] of its own.")
    return known[name]
