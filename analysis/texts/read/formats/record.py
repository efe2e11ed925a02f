"""What a reader yields: one record with its raw fields, or a `Refusal`; and the piece of a file it is asked to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from analysis.study.sources import Source
from analysis.texts.document import Refusal

Note = tuple[str, int]

# What a reader may have done to a record, or seen in it, in words: rule -> the sentence of the reading list.
RULES = {
    "mojibake": "garbled characters put right (UTF-8 once read in another code page)",
    "stray-bytes": "bytes that are no UTF-8, read as Windows-1252 or Mac Roman",
    "cut-at-limit": "a text as long as a program allows (32,767 characters in a cell of a spreadsheet, 65,535 bytes in a "
    "column of a database): its end is probably cut off",
    "cut-by-service": "a text that ends in a count of characters left out, such as [+1234 chars]",
    "cut-by-crawler": "a page that the crawler cut off (WARC-Truncated)",
    "joined-words": "words broken at the end of a line that were joined",
    "tracked-changes": "words inserted with tracked changes that were read, or deleted ones that were left out",
    "unclosed-mark": "a row with a quotation mark that opens a cell and never closes: read without the mark",
    "lines-above-header": "lines above the header of a table that were passed over",
    "several-articles": "a page or file with several articles, taken apart",
    "headline-lines": "a headline of several lines, put together",
    "no-start-line": "an article without the line that opens its text: the header was told from the text by its fields",
    "index-terms": "fields of a database (subject, location, company) below the text that were left out",
}

_ROW = re.compile(r"(?::\d+(?:\.\d+)?(?: \((?:line \d+|sheet [^()]*)\))?|, line \d+| \(sheet [^()]*\))\Z")


def file_of(origin: str) -> str:
    """The file of an origin such as "news/a.jsonl:12"."""
    return _ROW.sub("", origin)


class Record(NamedTuple):
    """One record as found: column -> value. origin: "file:row" for messages. number: 1-based row, 0 for whole files;
    "7.2" for the second of several records in row 7.

    notes: what was done to the record while it was read, as (rule of `RULES`, how often).
    """

    fields: dict[str, Any]
    origin: str
    number: int | str = 0
    notes: tuple[Note, ...] = ()

    def noting(self, rule: str, count: int = 1) -> Record:
        """The same record with one more note; a count of 0 adds none."""
        return self._replace(notes=(*self.notes, (rule, count))) if count else self


Made = Iterator[Record | Refusal]


@dataclass(frozen=True, slots=True)
class Part:
    """A picklable piece of one file: bytes or rows [start, stop), or the whole file (unit "file").

    name: the path relative to the texts folder, with "/" on every system, for messages and ids. first: number of the
    first row in the piece. A piece of CSV (unit "lines") starts at position `start` of the text stream, after `line`
    lines, ends with line `stop`, and has the column names `header`. only: the origins of the records that are wanted (None:
    all); a reader may pass over others unread, and none of them is handed on (see `formats.read`).
    """

    source: Source
    path: Path
    name: str
    format: str
    unit: str = "file"
    start: int = 0
    stop: int = 0
    first: int = 1
    header: tuple[str, ...] = field(default=())
    line: int = 0
    only: frozenset[str] | None = None

    def rows(self) -> frozenset[int] | None:
        """The rows of this file in which wanted records stand; None if all are wanted. For readers that number rows."""
        if self.only is None:
            return None
        mine = (origin for origin in self.only if origin.startswith(f"{self.name}:"))
        return frozenset(int(origin.rpartition(":")[2].partition(".")[0]) for origin in mine)
