"""What a reader yields: one record with its raw fields, or a `Refusal`; and the piece of a file it is asked to read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from analysis.study.sources import Source

_ROW = re.compile(r"(?::\d+(?: \(line \d+\))?|, line \d+)\Z")


def file_of(origin: str) -> str:
    """The file of an origin such as "news/a.jsonl:12"."""
    return _ROW.sub("", origin)


class Record(NamedTuple):
    """One record as found: column -> value. origin: "file:row" for messages. number: 1-based row, 0 for whole files."""

    fields: dict[str, Any]
    origin: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A picklable piece of one file: bytes or rows [start, stop), or the whole file (unit "file").

    name: the path relative to the texts folder, with "/" on every system, for messages and ids. first: number of the
    first row in the piece. A piece of CSV (unit "lines") starts at position `start` of the text stream, after `line`
    lines, ends with line `stop`, and has the column names `header`.
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
