"""CSV and TSV, as a stream: one record per row under the header."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from analysis.texts.document import Refusal
from analysis.texts.read.formats.compressed import head_of, open_bytes
from analysis.texts.read.formats.encoding import (
    LOOKED_AT,
    NotText,
    check_binary,
    clean_controls,
    decode,
    encoding_of,
    errors_for,
)
from analysis.texts.read.formats.record import Part, Record
from analysis.texts.read.formats.rows import MAX_COLUMNS, RowReader, layout_of

MAX_FIELD = 32 * 1024 * 1024
CHUNK = 8 * 1024 * 1024
SNIFF = 64 * 1024


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
            if isinstance(made, _Row) and rows.length >= chunk and not rows.reader.ahead:
                pieces.append(replace(piece, stop=made.line))
                piece = replace(
                    piece, start=stream.tell(), first=rows.number + 1, line=made.line, header=tuple(rows.header or ())
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
    head = head_of(part.path, LOOKED_AT)
    encoding = encoding_of(head, declared=part.source.encoding)
    check_binary(head, encoding)
    return io.TextIOWrapper(open_bytes(part.path), encoding=encoding, errors=errors_for(encoding), newline="")


def read_bytes(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """The same from bytes (a member of an archive)."""
    try:
        text = decode(data, declared=part.source.encoding)
    except NotText as error:
        yield Refusal(part.name, str(error), "encoding")
        return
    yield from _records(io.StringIO(text, newline=""), part)


def _records(stream: io.TextIOBase, part: Part) -> Iterator[Record | Refusal]:
    rows = _Rows(stream, part)
    for made in rows:
        if isinstance(made, Refusal):
            yield made
            continue
        origin = f"{part.name}:{made.number} (line {made.line})"
        record = row_record(rows.header or [], made.cells, origin, made.number)
        if isinstance(record, Record):
            record = record.noting("unclosed-mark", made.mended)
            if made.number == 1:
                record = record.noting("lines-above-header", rows.layout.skipped)
        yield record


class _Row(NamedTuple):
    cells: list[str]
    number: int
    line: int
    mended: bool


class _Rows:
    """The rows under the header of one file or piece of a file, and where the parser stands.

    header: once it was read. number: of the last row. length: characters read.
    """

    def __init__(self, stream: io.TextIOBase, part: Part) -> None:
        self.layout = layout_of(stream.read(SNIFF), "\t" if part.format == "tsv" else "")
        stream.seek(part.start)
        self.stream, self.part = stream, part
        self.header = list(part.header) or None
        self.number, self.length = part.first - 1, 0
        self.last = part.stop if part.unit == "lines" else sys.maxsize
        self.skip = 0 if self.header else self.layout.skipped
        self.reader = RowReader(self._lines(), self.layout, part.line)

    def _lines(self) -> Iterator[str]:
        while line := self.stream.readline(MAX_FIELD):
            if len(line) >= MAX_FIELD and not line.endswith("\n"):
                raise NotText(f"a line of more than {MAX_FIELD:,} characters; the rest of the file is not read")
            self.length += len(line)
            yield line.replace("\x00", "")

    def __iter__(self) -> Iterator[_Row | Refusal]:
        if self.reader.line >= self.last:
            return
        try:
            for row in self.reader:
                if row.line <= self.skip or not any(map(str.strip, row.cells)):
                    pass
                elif self.header is None:
                    if len(row.cells) > MAX_COLUMNS:
                        raise NotText(f"a header of {len(row.cells):,} columns; at most {MAX_COLUMNS:,} are read")
                    self.header = names_of(row.cells)
                else:
                    self.number += 1
                    yield _Row(row.cells, self.number, row.line, row.mended)
                if self.reader.line >= self.last:
                    return
        except NotText as error:
            yield Refusal(f"{self.part.name}, line {self.reader.line}", f"no valid CSV: {error}", "malformed")


def names_of(cells: list[str]) -> list[str]:
    """Column names of a header row; empty ones become column_2 and so on, and repeated ones get a number."""
    names: dict[str, None] = {}
    for index, cell in enumerate(cells, start=1):
        name = cell.strip().lstrip("\ufeff") or f"column_{index}"
        while name in names:
            name = f"{name}_{index}"
        names[name] = None
    return list(names)


def row_record(header: list[str], cells: list[str], origin: str, number: int) -> Record | Refusal:
    """One row as a record; empty cells at the end of a row may be missing or too many, other counts are refused.

    A row that is too short and holds a quotation mark is a piece of a row whose quotation marks were not doubled.
    """
    extra = [cell for cell in cells[len(header) :] if cell.strip()]
    has_mark = any('"' in cell for cell in cells)
    if extra or (len(cells) < len(header) and ((len(cells) == 1 and len(header) > 2) or has_mark)):
        reason = f"{len(cells)} cells under a header of {len(header)}"
        if has_mark:
            reason += ": a quotation mark inside a text that is not doubled? Save the table again from its program."
        return Refusal(origin, reason, "malformed")
    cells = [*cells[: len(header)], *[""] * (len(header) - len(cells))]
    return Record(dict(zip(header, map(clean_controls, cells), strict=True)), origin, number)
