"""One reader per family of formats. Each yields `Record`s and `Refusal`s; none of them raises on bad input."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from analysis.texts.document import Refusal
from analysis.texts.readers import delimited, jsons, parquet, plain
from analysis.texts.readers.record import Part, Record

__all__ = ["Part", "Record", "format_of", "plan", "read"]

SUFFIXES = {
    ".txt": "txt", ".text": "txt", ".md": "md", ".markdown": "md", ".json": "json", ".jsonl": "jsonl",
    ".ndjson": "jsonl", ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".parquet": "parquet",
}  # fmt: skip
_READERS = {
    "txt": plain.read, "md": plain.read, "json": jsons.read, "jsonl": jsons.read_lines, "csv": delimited.read,
    "tsv": delimited.read, "parquet": parquet.read,
}  # fmt: skip
_PLANNERS = {"jsonl": jsons.plan, "parquet": parquet.plan}


def format_of(path: Path) -> str:
    """The format a file's name stands for; "unknown" if none."""
    return SUFFIXES.get(path.suffix.lower(), "unknown")


def plan(part: Part) -> list[Part]:
    """Cut one file into pieces, where its format allows."""
    if not part.path.is_file():
        return [part]
    planner = _PLANNERS.get(part.format)
    return planner(part) if planner else [part]


def read(part: Part, *, root: str | os.PathLike[str] | None = None) -> Iterator[Record | Refusal]:
    """The records of one piece. A file that cannot be opened, or lies outside `root`, is one `Refusal`."""
    if root is not None and not part.path.resolve().is_relative_to(Path(root).resolve()):
        yield Refusal(part.name, "a link that leads out of the texts folder", "outside")
        return
    if part.format not in _READERS:
        yield Refusal(part.name, f"no reader for {part.path.suffix or 'a file without extension'}", "unknown-format")
        return
    try:
        yield from _READERS[part.format](part)
    except OSError as error:
        yield Refusal(part.name, f"cannot be read: {error.strerror or error}", "unreadable")
