"""CSV and TSV, as a stream: one record per row under the header."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from analysis.texts.document import Refusal
from analysis.texts.read.formats.compressed import head_of, open_bytes
from analysis.texts.read.formats.encoding import NotText, clean_controls, decode, encoding_of
from analysis.texts.read.formats.record import Part, Record

MAX_FIELD = 32 * 1024 * 1024
CHUNK = 8 * 1024 * 1024
SNIFF = 64 * 1024
DELIMITERS = ",;\t|"


def plan(part: Part, chunk: int = CHUNK) -> list[Part]:
    """Cut one file between rows into pieces of about `chunk` characters; rows and lines keep their numbers.

    The rows are found by the same parser that reads them, so a line end inside quotation marks is no place to cut, and
    the records do not depend on the size of the pieces.
    """
    if part.path.stat().st_size <= chunk:
        return [part]
    try:
        stream = _text(part)
    except NotText:
        return [part]
    pieces: list[Part] = []
    piece = replace(part, unit="lines", stop=1)
    with stream:
        rows = _Rows(stream, part)
        for made in rows:
            if isinstance(made, _Row) and rows.length >= chunk:
                pieces.append(replace(piece, stop=rows.line))
                piece = replace(
                    piece, start=stream.tell(), first=rows.number + 1, line=rows.line, header=tuple(rows.header or ())
                )
                rows.length = 0
    return [*pieces, replace(piece, stop=sys.maxsize)] if pieces else [part]


def read(part: Part) -> Iterator[Record | Refusal]:
    """The rows of one CSV or TSV file. A row with more or fewer cells than the header is a `Refusal` with its line."""
    try:
        stream = _text(part)
    except NotText as error:
        yield Refusal(part.name, str(error), "encoding")
        return
    with stream:
        yield from _records(stream, part)


def _text(part: Part) -> io.TextIOWrapper:
    encoding = _encoding(part.path, part.source.encoding)
    return io.TextIOWrapper(open_bytes(part.path), encoding=encoding, errors="replace", newline="")


def read_bytes(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """The same from bytes (a member of an archive)."""
    try:
        text = decode(data, declared=part.source.encoding)
    except NotText as error:
        yield Refusal(part.name, str(error), "encoding")
        return
    yield from _records(io.StringIO(text, newline=""), part)


def _encoding(path: Path, declared: str) -> str:
    head = head_of(path, 4 * 1024 * 1024)
    if head.count(0) > max(8, 0.01 * len(head)) and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotText("more than 1 % NUL bytes (a binary file, or UTF-16 without a byte order mark)")
    return encoding_of(head, declared=declared)


def delimiter_of(sample: str, format_: str) -> str:
    """The delimiter of the header line: the one of , ; tab | found most often there."""
    if format_ == "tsv":
        return "\t"
    line = next((line for line in sample.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=lambda d: (line.count(d), -DELIMITERS.index(d)))


def _records(stream: io.TextIOBase, part: Part) -> Iterator[Record | Refusal]:
    rows = _Rows(stream, part)
    for made in rows:
        if isinstance(made, _Row):
            yield row_record(
                rows.header or [], made.cells, f"{part.name}:{made.number} (line {made.line})", made.number
            )
        else:
            yield made


class _Row(NamedTuple):
    cells: list[str]
    number: int
    line: int


class _Rows:
    """The rows under the header of one file or piece of a file, and where the parser stands.

    header: once it was read. number: of the last row. line: lines read. length: characters read.
    """

    def __init__(self, stream: io.TextIOBase, part: Part) -> None:
        self.delimiter = delimiter_of(stream.read(SNIFF), part.format)
        stream.seek(part.start)
        self.stream, self.part = stream, part
        self.header = list(part.header) or None
        self.number, self.line, self.length = part.first - 1, part.line, 0
        self.last = part.stop if part.unit == "lines" else sys.maxsize

    def _lines(self) -> Iterator[str]:
        while line := self.stream.readline(MAX_FIELD):
            if len(line) >= MAX_FIELD and not line.endswith("\n"):
                raise NotText(f"a line of more than {MAX_FIELD:,} characters; the rest of the file is not read")
            self.length += len(line)
            self.line += 1
            yield line.replace("\x00", "")

    def __iter__(self) -> Iterator[_Row | Refusal]:
        csv.field_size_limit(MAX_FIELD)
        reader = csv.reader(self._lines(), delimiter=self.delimiter)
        while self.line < self.last:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, NotText) as error:
                yield Refusal(f"{self.part.name}, line {self.line}", f"no valid CSV: {error}", "malformed")
                if isinstance(error, NotText):
                    return
                continue
            if not any(cell.strip() for cell in cells):
                continue
            if self.header is None:
                self.header = names_of(cells)
                continue
            self.number += 1
            yield _Row(cells, self.number, self.line)


def names_of(cells: list[str]) -> list[str]:
    """Column names of a header row; empty ones become column_2 and so on, and repeated ones get a number."""
    names: list[str] = []
    for index, cell in enumerate(cells, start=1):
        name = cell.strip().lstrip("\ufeff") or f"column_{index}"
        names.append(name if name not in names else f"{name}_{index}")
    return names


def row_record(header: list[str], cells: list[str], origin: str, number: int) -> Record | Refusal:
    """One row as a record; empty cells at the end of a row may be missing or too many, other counts are refused.

    A row that is too short and holds a quotation mark is a piece of a row whose quotation marks were not doubled.
    """
    extra = [cell for cell in cells[len(header) :] if cell.strip()]
    if extra or (len(cells) < len(header) and len(cells) == 1 and len(header) > 2):
        return Refusal(origin, f"{len(cells)} cells under a header of {len(header)}", "malformed")
    if len(cells) < len(header) and any('"' in cell for cell in cells):
        reason = (
            f"{len(cells)} cells under a header of {len(header)}: a quotation mark inside a text that is not doubled?"
        )
        return Refusal(origin, f"{reason} Save the table again from the program it is from.", "malformed")
    cells = [*cells[: len(header)], *[""] * (len(header) - len(cells))]
    return Record(dict(zip(header, map(clean_controls, cells), strict=True)), origin, number)
