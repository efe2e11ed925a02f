"""What became of every record: read, kept, left out and why, per file. Documents in = kept + refused."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from analysis.texts.document import Document, Refusal
from analysis.texts.read.formats.record import file_of

_UNKNOWN = re.compile(
    r"outlet (?P<name>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")(?: \((?P<host>[^()]*)\))? is not declared"
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
NOT_A_DOCUMENT = frozenset({"filtered"})
LISTED = 200


class Audit:
    """Counts per file, filled document by document; two audits add up in any grouping to the same rows."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {}
        self.refusals: Counter[tuple[str, str]] = Counter()
        self.examples: list[Refusal] = []
        self.unknown: Counter[tuple[str, str]] = Counter()
        self.boilerplate: dict[str, float] = {}

    def add(self, made: Document | Refusal) -> None:
        """Count one document or refusal."""
        name = file_of(made.origin)
        counts = self.counts.setdefault(name, Counter())
        counts["read"] += 1
        if isinstance(made, Refusal):
            counts["refused"] += 1
            self.refusals[name, made.kind] += 1
            if made.kind not in NOT_A_DOCUMENT and len(self.examples) < LISTED:
                self.examples.append(made)
            if made.kind == "unknown-outlet" and (found := _UNKNOWN.search(made.reason)):
                self.unknown[ast.literal_eval(found["name"]), found["host"] or ""] += 1  # as printed by repr()
            return
        counts["kept"] += 1
        counts["undated"] += made.published is None
        counts["headline_only"] += not made.text.strip()
        counts["not_english"] += made.language != "en"
        counts["with_boilerplate"] += made.boilerplate_share > 0
        self.boilerplate[name] = self.boilerplate.get(name, 0.0) + made.boilerplate_share

    def merge(self, other: Audit) -> None:
        """Add the counts of another audit (another piece's)."""
        for name, counts in other.counts.items():
            self.counts.setdefault(name, Counter()).update(counts)
            if name in other.boilerplate:
                self.boilerplate[name] = self.boilerplate.get(name, 0.0) + other.boilerplate[name]
        self.refusals.update(other.refusals)
        self.unknown.update(other.unknown)
        self.examples = (self.examples + other.examples)[:LISTED]

    def rows(self) -> list[dict[str, Any]]:
        """One row per file, by name: file, read, kept, refused (with its kinds), undated, headline_only, not_english
        (kept), language (refused), empty (refused), with_boilerplate, mean boilerplate_share of the kept."""
        found = []
        kinds_of: dict[str, dict[str, int]] = {}
        for (file, kind), n in sorted(self.refusals.items()):
            kinds_of.setdefault(file, {})[kind] = n
        for name in sorted(self.counts):
            counts, kinds = self.counts[name], kinds_of.get(name, {})
            kept = counts["kept"]
            found.append(
                {
                    "file": name,
                    "read": counts["read"],
                    "kept": kept,
                    "refused": counts["refused"],
                    "undated": counts["undated"],
                    "headline_only": counts["headline_only"],
                    "not_english": counts["not_english"] + kinds.get("language", 0),
                    "empty": kinds.get("empty", 0),
                    "with_boilerplate": counts["with_boilerplate"],
                    "boilerplate_share": round(self.boilerplate.get(name, 0.0) / kept, 6) if kept else 0.0,
                    "kinds": kinds,
                }
            )
        return found

    def totals(self) -> dict[str, int]:
        """Sums over all files of read, kept and refused; read = kept + refused."""
        return {key: sum(c[key] for c in self.counts.values()) for key in ("read", "kept", "refused")}


def safe_cell(value: Any) -> Any:
    """A value for a CSV or XLSX that people open in a spreadsheet: text that would run as a formula gets a quote mark.

    >>> safe_cell("=cmd|' /C calc'!A0")
    "'=cmd|' /C calc'!A0"
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def safe_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """All values of a row through `safe_cell`."""
    return {key: safe_cell(value) for key, value in row.items()}
