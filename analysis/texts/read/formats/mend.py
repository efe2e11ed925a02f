"""Mending the values of one record, whatever format they come from: stray bytes, garbled characters, texts cut off."""

from __future__ import annotations

import re
from typing import Any

from analysis.errors import DiscourseError
from analysis.texts.read.formats.encoding import western
from analysis.texts.read.formats.record import Note, Record

CELL_LIMIT = 32_767  # UTF-16 units in a cell of Excel
COLUMN_LIMIT = 65_535  # bytes in a TEXT column of MySQL
_STRAY = re.compile("[\udc80-\udcff]+")
# Characters that UTF-8 gives when read as Windows-1252, Mac Roman, Windows-1251 or code page 437. Where one of them
# stands, ftfy looks at the line; it leaves a line alone that makes sense as it is.
_GARBLED = re.compile(
    "[\u00c2\u00c3\u00e2\u00f0][\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152"
    "\u017d\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178\ufffd]"
    "|\u201a\u00c4|\u0432\u0402|\u0393\u00c7|\u00e2\u20ac|\u221a[\u00a9\u00ae\u2260\u2122]"
)
# The closing curly mark is E2 80 9D, and 9D is no character in Windows-1252: it is lost or replaced on the way.
_CLOSING = re.compile("\u00e2\u20ac(?:\ufffd|\u009d|(?=[\\s.,;:!?)\\]]|\\Z))")
_SERVICE = re.compile(r"(?:…|\.{3})\s*\[\+\d+ chars\]\s*\Z")


def mend_record(record: Record) -> Record:
    """The record with its texts mended, and a note for each rule that was used (see `record.RULES`)."""
    fields: dict[str, Any] = {}
    notes: dict[str, int] = {}
    for key, value in record.fields.items():
        if type(value) is str and value:
            value = _mended(value, notes)
        elif type(value) is list and value and all(type(part) is str for part in value):
            value = [_mended(part, notes) for part in value]
        fields[key if type(key) is not str or key.isascii() else stray_bytes(key)[0]] = value
    if not notes and fields == record.fields:
        return record
    return record._replace(fields=fields, notes=(*record.notes, *notes.items()))


def _mended(text: str, notes: dict[str, int]) -> str:
    if not text.isascii():
        text, strays = stray_bytes(text)
        text, garbled = mojibake(text)
        for rule, count in (("stray-bytes", strays), ("mojibake", garbled)):
            if count:
                notes[rule] = notes.get(rule, 0) + count
    for rule, count in cut_off(text):
        notes[rule] = notes.get(rule, 0) + count
    return text


def stray_bytes(text: str) -> tuple[str, int]:
    """(text, bytes put right): single bytes that `encoding.decode` kept as marks, read line by line as the code page in
    which quotation marks and dashes of that line stand where they belong."""
    if not _STRAY.search(text):
        return text, 0
    lines, count = text.split("\n"), 0
    for index, line in enumerate(lines):
        if _STRAY.search(line):
            page = western(line.encode("utf-8", "surrogateescape"))

            def mended(run: re.Match[str], page: str = page) -> str:
                return run.group().encode("utf-8", "surrogateescape").decode(page, "replace")

            count += sum(len(run) for run in _STRAY.findall(line))
            lines[index] = _STRAY.sub(mended, line)
    return "\n".join(lines), count


def mojibake(text: str) -> tuple[str, int]:
    """(text, garbled characters put right), by ftfy (R. Speer, 2019), line by line.

    >>> mojibake("the town\u00e2\u20ac\u2122s harbour")
    ('the town’s harbour', 1)
    """
    if not _GARBLED.search(text):
        return text, 0
    try:
        import ftfy
    except ImportError as error:  # without it the same texts would give another store
        raise DiscourseError("garbled characters need the library ftfy: run `python -m pip install ftfy`.") from error

    count = 0
    if "\u00e2\u20ac\u0153" in text or "\u00e2\u20ac\u2122" in text:
        text, count = _CLOSING.subn("\u201d", text)
    lines = text.split("\n")
    for index, line in enumerate(lines):
        before = len(_GARBLED.findall(line))
        if before:
            lines[index] = ftfy.fix_encoding(line)
            count += max(before - len(_GARBLED.findall(lines[index])), 0)
    return "\n".join(lines), count


def cut_off(text: str) -> list[Note]:
    """Notes on a text that ends where a program's limit lies, or that says itself that it is cut off."""
    found: list[Note] = []
    size = len(text)
    if (CELL_LIMIT // 2 <= size <= CELL_LIMIT and len(text.encode("utf-16-le", "surrogatepass")) == 2 * CELL_LIMIT) or (
        COLUMN_LIMIT // 4 <= size <= COLUMN_LIMIT
        and (COLUMN_LIMIT - 3 <= len(text.encode("utf-8", "surrogatepass")) <= COLUMN_LIMIT)
    ):
        found.append(("cut-at-limit", 1))
    if size < 2000 and text.endswith(" chars]") and _SERVICE.search(text):
        found.append(("cut-by-service", 1))
    return found
