"""CSV and TSV, as a stream: one record per row under the header."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from analysis.texts.document import Refusal
from analysis.texts.readers.encoding import NotText, clean_controls, decode, encoding_of
from analysis.texts.readers.record import Part, Record

MAX_FIELD = 32 * 1024 * 1024
SNIFF = 64 * 1024
DELIMITERS = ",;\t|"


def read(part: Part) -> Iterator[Record | Refusal]:
    """The rows of one CSV or TSV file. A row with more or fewer cells than the header is a `Refusal` with its line."""
    try:
        encoding = _encoding(part.path, part.source.encoding)
    except NotText as error:
        yield Refusal(part.name, str(error), "encoding")
        return
    with part.path.open(encoding=encoding, errors="replace", newline="") as stream:
        yield from _rows(stream, part)


def read_bytes(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """The same from bytes (a member of an archive)."""
    try:
        text = decode(data, declared=part.source.encoding)
    except NotText as error:
        yield Refusal(part.name, str(error), "encoding")
        return
    yield from _rows(io.StringIO(text, newline=""), part)


def _encoding(path: Path, declared: str) -> str:
    with path.open("rb") as stream:
        head = stream.read(4 * 1024 * 1024)
    if head.count(0) > max(8, 0.01 * len(head)) and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotText("more than 1 % NUL bytes (a binary file, or UTF-16 without a byte order mark)")
    return encoding_of(head, declared=declared)


def delimiter_of(sample: str, format_: str) -> str:
    """The delimiter of the header line: the one of , ; tab | found most often there."""
    if format_ == "tsv":
        return "\t"
    line = next((line for line in sample.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=lambda d: (line.count(d), -DELIMITERS.index(d)))


def _rows(stream: io.TextIOBase, part: Part) -> Iterator[Record | Refusal]:
    sample = stream.read(SNIFF)
    stream.seek(0)
    delimiter = delimiter_of(sample, part.format)
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader((line.replace("\x00", "") for line in _bounded(stream)), delimiter=delimiter)
    header: list[str] | None = None
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, NotText) as error:
            yield Refusal(f"{part.name}, line {reader.line_num}", f"no valid CSV: {error}", "malformed")
            if isinstance(error, NotText):
                return
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = names_of(cells)
            continue
        number += 1
        yield row_record(header, cells, f"{part.name}:{number} (line {reader.line_num})", number)


def _bounded(stream: io.TextIOBase) -> Iterable[str]:
    while line := stream.readline(MAX_FIELD):
        if len(line) >= MAX_FIELD and not line.endswith("\n"):
            raise NotText(f"a line of more than {MAX_FIELD:,} characters; the rest of the file is not read")
        yield line


def names_of(cells: list[str]) -> list[str]:
    """Column names of a header row; empty ones become column_2 and so on, and repeated ones get a number."""
    names: list[str] = []
    for index, cell in enumerate(cells, start=1):
        name = cell.strip().lstrip("\ufeff") or f"column_{index}"
        names.append(name if name not in names else f"{name}_{index}")
    return names


def row_record(header: list[str], cells: list[str], origin: str, number: int) -> Record | Refusal:
    """One row as a record; empty cells at the end of a row may be missing or too many, other counts are refused."""
    extra = [cell for cell in cells[len(header) :] if cell.strip()]
    if extra or (len(cells) < len(header) and len(cells) == 1 and len(header) > 2):
        return Refusal(origin, f"{len(cells)} cells under a header of {len(header)}", "malformed")
    cells = [*cells[: len(header)], *[""] * (len(header) - len(cells))]
    return Record(dict(zip(header, map(clean_controls, cells), strict=True)), origin, number)
