"""JSON lines by byte ranges, and JSON files: a list of records, one record, or a table with one list of records."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from analysis.texts.document import Refusal
from analysis.texts.read.formats.compressed import open_bytes
from analysis.texts.read.formats.encoding import NotText, clean_controls, decode
from analysis.texts.read.formats.record import Part, Record

CHUNK = 8 * 1024 * 1024
MAX_LINE = 32 * 1024 * 1024


def plan(part: Part, chunk: int = CHUNK) -> list[Part]:
    """Cut one JSON lines file at line ends into pieces of about `chunk` bytes; rows keep their numbers."""
    from dataclasses import replace

    parts, start, first, position = [], 0, 1, 0
    with part.path.open("rb") as stream:
        while block := stream.read(chunk):
            position += len(block)
            lines = block.count(b"\n")
            if not block.endswith(b"\n"):
                extra, ended = _to_line_end(stream)
                position += extra
                lines += ended
            parts.append(replace(part, unit="bytes", start=start, stop=position, first=first))
            first += lines
            start = position
    return parts or [replace(part, unit="bytes")]


def _to_line_end(stream: Any) -> tuple[int, int]:
    """(bytes to the end of the line, 1 if it has one): read in small pieces, for a line may be of any length."""
    length = 0
    while block := stream.readline(1024 * 1024):
        length += len(block)
        if block.endswith(b"\n"):
            return length, 1
    return length, 0


def read_lines(part: Part) -> Iterator[Record | Refusal]:
    """One record per line of a byte range. Blank lines are no records; a bad line is a `Refusal` with its number."""
    number = part.first - 1
    with open_bytes(part.path) as stream:
        if part.unit == "bytes":
            stream.seek(part.start)
        left = part.stop - part.start if part.unit == "bytes" else sys.maxsize
        while left > 0:
            line = stream.readline(min(left, MAX_LINE + 1))
            if not line:
                break
            left -= len(line)
            number += 1
            if len(line) > MAX_LINE:
                while left > 0 and not line.endswith(b"\n"):
                    line = stream.readline(min(left, CHUNK))
                    left -= len(line)
                yield Refusal(f"{part.name}:{number}", f"a line of more than {MAX_LINE:,} bytes", "too-large")
            elif line.strip(b" \t\r\n\x00\xef\xbb\xbf"):
                yield parse_line(line, f"{part.name}:{number}", number, part.source.encoding)


def parse_line(line: bytes, origin: str, number: int, encoding: str = "") -> Record | Refusal:
    """One line of JSON as a record; anything but a table is a `Refusal`."""
    try:
        value = json.loads(line if not encoding and line.isascii() else decode(line, declared=encoding))
    except NotText as error:
        return Refusal(origin, str(error), "encoding")
    except (ValueError, RecursionError) as error:
        return Refusal(origin, f"no valid JSON: {error}", "malformed")
    if not isinstance(value, dict):
        return Refusal(origin, f"a JSON {type(value).__name__}, not a table of fields", "malformed")
    return Record({k: clean_controls(v) if isinstance(v, str) else v for k, v in value.items()}, origin, number)


def read_lines_bytes(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """The same from bytes (a member of an archive)."""
    for number, line in enumerate(data.split(b"\n"), start=1):
        origin = f"{part.name}:{number}"
        if len(line) > MAX_LINE:
            yield Refusal(origin, f"a line of more than {MAX_LINE:,} bytes", "too-large")
        elif line.strip(b" \t\r\n\x00\xef\xbb\xbf"):
            yield parse_line(line, origin, number, part.source.encoding)


def read_bytes(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """The records of one JSON document: a list, a table with exactly one list of tables, or one record."""
    try:
        value = json.loads(decode(data, declared=part.source.encoding))
    except NotText as error:
        yield Refusal(part.name, str(error), "encoding")
        return
    except (ValueError, RecursionError) as error:
        yield Refusal(part.name, f"no valid JSON: {error}", "malformed")
        return
    if isinstance(value, dict):
        lists = [v for v in value.values() if isinstance(v, list) and v and all(isinstance(x, dict) for x in v)]
        value = lists[0] if len(lists) == 1 and "text" not in value else [value]
    if not isinstance(value, list):
        yield Refusal(part.name, f"a JSON {type(value).__name__}, not a list of records", "malformed")
        return
    for number, row in enumerate(value, start=1):
        origin = f"{part.name}:{number}"
        if isinstance(row, dict):
            yield Record({k: clean_controls(v) if isinstance(v, str) else v for k, v in row.items()}, origin, number)
        else:
            yield Refusal(origin, f"a JSON {type(row).__name__}, not a table of fields", "malformed")
