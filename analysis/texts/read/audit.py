"""What became of every record: read, kept, left out and why, per file. Documents in = kept + refused."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.texts.document import Document, Refusal
from analysis.texts.read.formats.record import file_of

_UNKNOWN = re.compile(
    r"outlet (?P<name>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")(?: \((?P<host>[^()]*)\))? is not declared"
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
NOT_A_DOCUMENT = frozenset({"filtered"})
LISTED = 200


@dataclass(slots=True)
class FileCounts:
    """What became of the records of one file. kinds: kind of a refusal -> how many; boilerplate: sum of the shares."""

    read: int = 0
    kept: int = 0
    undated: int = 0
    headline_only: int = 0
    not_english: int = 0
    with_boilerplate: int = 0
    boilerplate: float = 0.0
    kinds: dict[str, int] = field(default_factory=dict)

    def add(self, made: Document | Refusal) -> None:
        """Count one document or refusal."""
        self.read += 1
        if isinstance(made, Refusal):
            self.kinds[made.kind] = self.kinds.get(made.kind, 0) + 1
            return
        self.kept += 1
        self.undated += made.published is None
        self.headline_only += not made.text.strip()
        self.not_english += made.language != "en"
        self.with_boilerplate += made.boilerplate_share > 0
        self.boilerplate += made.boilerplate_share

    def merge(self, other: FileCounts) -> None:
        """Add the counts of another piece of the same file."""
        for name in ("read", "kept", "undated", "headline_only", "not_english", "with_boilerplate", "boilerplate"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for kind, number in other.kinds.items():
            self.kinds[kind] = self.kinds.get(kind, 0) + number

    def row(self, name: str) -> dict[str, Any]:
        """The row of `Audit.rows` for the file of this name."""
        return {
            "file": name,
            "read": self.read,
            "kept": self.kept,
            "refused": self.read - self.kept,
            "undated": self.undated,
            "headline_only": self.headline_only,
            "not_english": self.not_english + self.kinds.get("language", 0),
            "empty": self.kinds.get("empty", 0),
            "with_boilerplate": self.with_boilerplate,
            "boilerplate_share": round(self.boilerplate / self.kept, 6) if self.kept else 0.0,
            "kinds": dict(sorted(self.kinds.items())) if len(self.kinds) > 1 else self.kinds.copy(),
        }


class Audit:
    """Counts per file, filled document by document; two audits add up in any grouping to the same rows."""

    def __init__(self) -> None:
        self.files: dict[str, FileCounts] = {}
        self.examples: list[Refusal] = []
        self.unknown: Counter[tuple[str, str]] = Counter()

    def add(self, made: Document | Refusal) -> None:
        """Count one document or refusal."""
        name = file_of(made.origin)
        counts = self.files.get(name)
        if counts is None:
            counts = self.files[name] = FileCounts()
        counts.add(made)
        if isinstance(made, Refusal):
            if made.kind not in NOT_A_DOCUMENT and len(self.examples) < LISTED:
                self.examples.append(made)
            if made.kind == "unknown-outlet" and (found := _UNKNOWN.search(made.reason)):
                self.unknown[ast.literal_eval(found["name"]), found["host"] or ""] += 1  # as printed by repr()

    def merge(self, other: Audit) -> None:
        """Add the counts of another audit (another piece's)."""
        for name, counts in other.files.items():
            self.files.setdefault(name, FileCounts()).merge(counts)
        self.unknown.update(other.unknown)
        self.examples = (self.examples + other.examples)[:LISTED]

    def rows(self) -> list[dict[str, Any]]:
        """One row per file, by name: file, read, kept, refused (with its kinds), undated, headline_only, not_english
        (kept), language (refused), empty (refused), with_boilerplate, mean boilerplate_share of the kept."""
        return [self.files[name].row(name) for name in sorted(self.files)]

    def totals(self) -> dict[str, int]:
        """Sums over all files of read, kept and refused; read = kept + refused."""
        read, kept = (sum(getattr(c, key) for c in self.files.values()) for key in ("read", "kept"))
        return {"read": read, "kept": kept, "refused": read - kept}


def safe_cell(value: Any) -> Any:
    """A value for a CSV or XLSX that people open in a spreadsheet: text that would run as a formula gets a quote mark.

    >>> safe_cell("=cmd|' /C calc'!A0")
    "'=cmd|' /C calc'!A0"
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def safe_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """All values of a row through `safe_cell`."""
    return {key: safe_cell(value) for key, value in row.items()}
