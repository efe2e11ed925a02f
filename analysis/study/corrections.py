"""Corrections as data: what was changed in a document, why, and a guard that fails when the source has changed.

`corpus/corrections.toml` holds `[[correction]]` tables with `target` (a doc_id), `action`, `reason` and `expect`.
Actions: `set` (metadata named under `set`), `drop` (the document is refused with the reason), `cut_lines` (1-based
numbers of the raw text's lines to leave out; numbers, so that no text is committed), `title_line` (the line with that
number becomes the title and leaves the text).
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from typing import Any

from analysis.errors import DiscourseError, require
from analysis.study.schema import record
from analysis.study.settings import is_there, read_tables
from analysis.study.sources import FIELDS

ACTIONS = ("set", "drop", "cut_lines", "title_line")
SETTABLE = tuple(name for name in FIELDS if name not in ("id", "text"))
EXPECTABLE = ("sha256", *FIELDS)


@dataclass(frozen=True)
class Correction:
    """One change of one document. expect: "sha256" of the raw text and/or field -> value found before the change."""

    target: str
    action: str
    reason: str
    expect: dict[str, Any] = field(default_factory=dict)
    set: dict[str, str] = field(default_factory=dict)
    lines: tuple[int, ...] = ()


def load(path: str | os.PathLike[str]) -> dict[str, tuple[Correction, ...]]:
    """Corrections by doc_id, in file order. A missing file means none; a malformed one raises `DiscourseError`."""
    if not is_there(path):
        return {}
    found: dict[str, tuple[Correction, ...]] = {}
    for row in read_tables(path, "correction"):
        correction = _make(row, path)
        found[correction.target] = (*found.get(correction.target, ()), correction)
    return found


def _make(row: dict[str, Any], path: str | os.PathLike[str]) -> Correction:
    where = f"{path}, correction of {row.get('target', '?')}"
    correction = record(Correction, row, where=where)
    for key in ("target", "action", "reason", "expect"):
        if not getattr(correction, key):
            raise DiscourseError(f"{where}: {key} missing; every correction needs target, action, reason and expect.")
    require(f"{where}: action", correction.action, ACTIONS)
    for name, allowed in (("expect", EXPECTABLE), ("set", SETTABLE)):
        for key in getattr(correction, name):
            require(f"{where}: key of {name}", key, allowed)
    needed = {"set": "set", "cut_lines": "lines", "title_line": "lines"}.get(correction.action)
    if needed and not getattr(correction, needed):
        raise DiscourseError(f"{where}: action {correction.action} needs {needed}.")
    if low := [number for number in correction.lines if number < 1]:
        raise DiscourseError(f"{where}: lines = {low[0]} is no line; the first line is 1.")
    if len(correction.lines) > 1 and correction.action == "title_line":
        raise DiscourseError(f"{where}: lines = {list(correction.lines)}; one line becomes the title.")
    return correction


def apply(fields: dict[str, Any], corrections: tuple[Correction, ...], *, origin: str) -> str | None:
    """Change `fields` (document field -> raw value) in place; return the reason if the document is to be dropped.

    Raises `DiscourseError` if an `expect` guard does not hold: the source is not the one the correction was made for.
    """
    for correction in corrections:
        _check(fields, correction, origin)
    for correction in corrections:
        if correction.action == "drop":
            return correction.reason
        if correction.action == "set":
            fields.update(correction.set)
        else:
            _move_lines(fields, correction)
    return None


def _move_lines(fields: dict[str, Any], correction: Correction) -> None:
    lines = str(fields.get("text") or "").split("\n")
    if correction.action == "title_line" and correction.lines[0] <= len(lines):
        fields["title"] = lines[correction.lines[0] - 1].strip()
    # A line that goes leaves an empty one behind: the numbers of a second correction stay those of the raw text.
    fields["text"] = "\n".join("" if i in correction.lines else x for i, x in enumerate(lines, start=1))


def _check(fields: dict[str, Any], correction: Correction, origin: str) -> None:
    for key, expected in correction.expect.items():
        if key == "sha256":
            found = text_hash(str(fields.get("text") or ""))
            same = len(expected) >= 12 and found.startswith(expected)
        else:
            found = fields.get(key) or ""
            same = str(found) == str(expected)
        if not same:
            raise DiscourseError(
                f"{origin}: the correction of {correction.target} expects {key} = {expected!r} and found {found!r}: "
                "the source has changed. Look at it again, then mend or delete the correction."
            )


def text_hash(text: str) -> str:
    """sha256 of a raw text as UTF-8, for the guard of a correction."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
