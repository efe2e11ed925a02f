"""JSON lines by byte ranges, and JSON files, whatever they are named: lists of records, also deep inside an answer of a
service, one record, or values one after the other."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from analysis.texts.document import Refusal
from analysis.texts.read.formats.compressed import open_bytes
from analysis.texts.read.formats.encoding import NotText, clean_controls, decode
from analysis.texts.read.formats.limits import Harmful
from analysis.texts.read.formats.record import Part, Record

CHUNK = 8 * 1024 * 1024
MAX_LINE = 32 * 1024 * 1024
MAX_TABLES = 2_000_000  # tables and lists in one value: each takes some 100 bytes and more
MAX_BAD = 1000
PIECE = 4096  # characters that are looked at first for a value after the first one
EDGE = 16  # a number or word that reaches so near to the end of a piece may go on
DEPTH = 4
_BLANK = b" \t\r\n\x00\xef\xbb\xbf"
_BETWEEN = re.compile(r"[\s,\ufeff\x1e]*")
_TEXTS = re.compile(r"text|body|content|title|headline|article|story|abstract|summary|description", re.IGNORECASE)
_INNER = ("_source", "doc", "attributes", "fields", "record", "item")
_VALUES = ("rendered", "name", "title", "value", "#text", "$t", "text", "label")


def plan(part: Part, chunk: int = CHUNK) -> list[Part]:
    """Cut one JSON lines file at line ends into pieces of about `chunk` bytes; rows keep their numbers."""
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
    """One record per line of a byte range. Blank lines are no records; a bad line is a `Refusal` with its number.

    A file that is no JSON lines at all (one list, or one value over several lines) is read as a JSON file.
    """
    if part.start == 0 and _is_one_value(part):
        with open_bytes(part.path) as stream:
            data = stream.read(MAX_LINE + 1)
        if len(data) <= MAX_LINE:
            yield from read_bytes(data, part)
            return
    elif part.start and part.unit == "bytes" and part.first > 1 and _is_one_value(part):
        return  # the first piece holds it
    number, rows = part.first - 1, part.rows()
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
            elif (rows is None or number in rows) and line.strip(_BLANK):
                yield from parse_line(line, f"{part.name}:{number}", number, part.source.encoding)


def _is_one_value(part: Part) -> bool:
    """Whether a file named as JSON lines opens like a list or a value over several lines: its first line is no value."""
    with open_bytes(part.path) as stream:
        first = stream.readline(64 * 1024).strip(_BLANK)
        second = stream.readline(64 * 1024).strip(_BLANK)
    if not second or first not in (b"[", b"{", b"[{"):
        return False
    return first == b"{" or second[:1] in b"{["


def parse_line(line: bytes, origin: str, number: int, encoding: str = "") -> Iterator[Record | Refusal]:
    """The records of one line of JSON: mostly one; anything but a table is a `Refusal`."""
    try:
        check_size(line)
        value = json.loads(line if not encoding and line.isascii() else decode(line, declared=encoding))
    except NotText as error:
        yield Refusal(origin, str(error), "encoding")
        return
    except Harmful as error:
        yield Refusal(origin, str(error), error.kind)
        return
    except (ValueError, RecursionError) as error:
        yield Refusal(origin, f"no valid JSON: {error}", "malformed")
        return
    rows = records_in(value)
    for index, row in enumerate(rows, start=1):
        several = len(rows) > 1
        where, at = (f"{origin}.{index}", f"{number}.{index}") if several else (origin, number)
        yield _record(row, where, at)


def read_lines_bytes(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """The same from bytes (a member of an archive)."""
    for number, line in enumerate(data.split(b"\n"), start=1):
        origin = f"{part.name}:{number}"
        if len(line) > MAX_LINE:
            yield Refusal(origin, f"a line of more than {MAX_LINE:,} bytes", "too-large")
        elif line.strip(_BLANK):
            yield from parse_line(line, origin, number, part.source.encoding)


def read_bytes(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """The records of a JSON file: a list, a table with a list of records at some depth, one record, or JSON lines.

    What comes after a place that is no JSON is read again from the next line on, in JSON lines; in a list it is lost,
    and a `Refusal` says so.
    """
    try:
        text = decode(data, declared=part.source.encoding)
        check_size(text)
        number = bad = 0
        for value in _values(text):
            for row in [value] if isinstance(value, Refusal) else records_in(value):
                number += 1
                made = _record(row, f"{part.name}:{number}", number)
                yield made
                bad = bad + 1 if isinstance(made, Refusal) else 0
                if bad == MAX_BAD:
                    raise ValueError(f"{MAX_BAD:,} values in a row that are no records; the rest is not read")
    except NotText as error:
        yield Refusal(part.name, str(error), "encoding")
    except Harmful as error:
        yield Refusal(part.name, str(error), error.kind)
    except (ValueError, RecursionError) as error:
        yield Refusal(part.name, f"no valid JSON: {error}", "malformed")


def check_size(text: str | bytes) -> None:
    """Raise `Harmful` if a value would take many times the memory of its text."""
    if isinstance(text, bytes):
        tables, values = text.count(b"{") + text.count(b"["), text.count(b",")
    else:
        tables, values = text.count("{") + text.count("["), text.count(",")
    if tables > MAX_TABLES or values > 10 * MAX_TABLES:
        raise Harmful(
            f"more than {MAX_TABLES:,} tables and lists, or ten times as many values; split the file", "too-large"
        )


def _values(text: str) -> Iterator[Any]:
    """The values of a text one after the other, parted by white space or commas; those of a list are taken out of it.

    Raises `ValueError` if the first one is no JSON, and for a list that breaks off.
    """
    decoder, at, number, inside = json.JSONDecoder(), _between(text, 0), 0, False
    line = counted = 0  # line ends before `counted`
    while at < len(text):
        if text[at] == ("]" if inside else "["):
            inside, at, number = not inside, _between(text, at + 1), number + inside
            continue
        try:
            value, at = _decoded_piece(decoder, text, at) if number and not inside else decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            after = text.find("\n", at)
            if not number or after < 0 or inside:
                raise
            line += text.count("\n", counted, at)
            counted = at
            value, at = Refusal("", f"no valid JSON: {_in_words(error, line)}", "malformed"), after
        number += 1
        yield value
        at = _between(text, at)
    if inside or not number:
        raise ValueError("a list that breaks off" if number else "no value")


def _decoded_piece(decoder: json.JSONDecoder, text: str, at: int) -> tuple[Any, int]:
    """As `raw_decode`: (value at a place of a text, where it ends), or `ValueError`, but from a piece as long as needed. An
    error counts the lines of the whole text before it, and so of many errors each would cost more than the one before."""
    length = PIECE
    while True:
        piece = text[at : at + length]
        sure = (
            len(piece) - EDGE if len(piece) == length else len(piece) + 1
        )  # what lies beyond may go on in the next piece
        try:
            value, end = decoder.raw_decode(piece)
        except json.JSONDecodeError as error:
            if error.pos < sure and (len(piece) < length or not error.msg.startswith("Unterminated")):
                raise
        else:
            if end < sure:
                return value, at + end
        length *= 4


def _in_words(error: Exception, lines_before: int) -> str:
    """What is wrong with a piece of a text, with the line of the whole text."""
    if not isinstance(error, json.JSONDecodeError):
        return str(error)
    return f"{error.msg}: line {lines_before + error.lineno} column {error.colno}"


def _between(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


def records_in(value: Any) -> list[Any]:
    """The records of one JSON value, unwrapped; the value itself if it holds none.

    A table is one record, unless it has no text of its own and a list of tables, at whatever depth up to 4, that has:
    then that list, of several the longest. A list of tables is its tables.
    """
    if _all_tables(value):
        return [record for row in value for record in records_in(row)]
    if not isinstance(value, dict) or _has_text(value):
        return [value]
    return _inside(value) or [value]


def _all_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _has_text(row: dict[str, Any]) -> bool:
    return any(_TEXTS.search(key) and isinstance(value, str) and value.strip() for key, value in row.items())


def _inside(value: dict[str, Any], depth: int = 0) -> list[Any]:
    """The longest list of tables with texts inside a table, or its values where it is a table of such tables by id."""
    best: list[Any] = []
    only: list[list[Any]] = []
    for inner in value.values():
        if _all_tables(inner):
            only.append(inner)
            if any(_has_text(_unwrapped(row)) for row in inner[:50]) and len(inner) > len(best):
                best = inner
        elif isinstance(inner, dict) and depth < DEPTH:
            deep = _inside(inner, depth + 1)
            best = deep if len(deep) > len(best) else best
    if best:
        return best
    tables = list(value.values())
    if len(tables) > 1 and _all_tables(tables) and all(_has_text(_unwrapped(row)) for row in tables[:50]):
        return [{"id": key, **row} for key, row in value.items()]
    return only[0] if len(only) == 1 and depth == 0 else []


def _unwrapped(row: dict[str, Any]) -> dict[str, Any]:
    """A record out of the envelope that a search service puts it in, such as {"_id": ..., "_source": {...}}."""
    if _has_text(row):
        return row
    for key in _INNER:
        if isinstance(inner := row.get(key), dict):
            return {**{k: v for k, v in row.items() if k != key and not isinstance(v, dict | list)}, **inner}
    return row


def _record(row: Any, origin: str, number: int | str) -> Record | Refusal:
    """A record with plain values: a table such as {"name": ...} or {"rendered": ...} becomes its text, and its other
    values get names such as "source.name"."""
    if isinstance(row, Refusal):
        return replace(row, origin=origin)
    if not isinstance(row, dict):
        return Refusal(origin, f"a JSON {type(row).__name__}, not a table of fields", "malformed")
    fields: dict[str, Any] = {}
    for key, value in _unwrapped(row).items():
        if isinstance(value, str):
            value = clean_controls(value)
        elif isinstance(value, dict) and value:
            for inner, content in value.items():
                if not isinstance(content, dict | list):
                    fields[f"{key}.{inner}"] = clean_controls(content) if isinstance(content, str) else content
            plain = next((value[name] for name in _VALUES if isinstance(value.get(name), str)), None)
            value = clean_controls(plain) if plain is not None else value
        fields[key] = value
    if "_id" in fields and "id" not in fields:
        fields["id"] = fields["_id"]
    return Record(fields, origin, number)
