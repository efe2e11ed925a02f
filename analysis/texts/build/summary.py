"""The build report: what was read, kept and left out, and why. For the terminal and as one HTML page.

It may quote file names, rows and values of private texts, so it is written beside the cache, never into the store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import DiscourseError
from analysis.store.atomic import write_text
from analysis.store.html import render
from analysis.texts.build.part_file import FILTERED

if TYPE_CHECKING:
    import pyarrow as pa

TEMPLATES = Path(__file__).resolve().parent / "templates"
HEADERS = {
    "source_id": "source",
    "read": "read",
    "filtered": "filtered",
    "kept": "kept",
    "refused": "refused",
    "undated": "undated",
    "no_era": "no era",
    "empty_text": "title only",
    "clustered": "in clusters",
    "tokens": "tokens",
    "boilerplate": "boilerplate",
}


@dataclass(slots=True)
class BuildReport:
    """What one build did. rows: one per source; refusals: one per record left out."""

    rows: list[dict[str, Any]]
    refusals: list[dict[str, Any]]
    notes: list[str] = field(default_factory=list)

    def totals(self) -> dict[str, Any]:
        """The sums over all sources, under the source name 'total'."""
        names = [n for n in HEADERS if n not in ("source_id", "boilerplate")]
        total: dict[str, Any] = {"source_id": "total"} | {n: sum(r[n] for r in self.rows) for n in names}
        characters = sum(r["characters"] for r in self.rows)
        removed = sum(r["boilerplate"] * r["characters"] for r in self.rows)
        return total | {"boilerplate": removed / characters if characters else 0.0, "characters": characters}

    def kinds(self) -> Counter[str]:
        """How many records were refused, by kind of reason (rows left out by a declared filter are no refusals)."""
        return Counter(r["kind"] for r in self.refusals if r["kind"] != FILTERED)

    def check(self) -> None:
        """Raise `DiscourseError` unless every record read was kept, refused, or left out by a declared filter."""
        for row in self.rows:
            if row["read"] != row["kept"] + row["refused"] + row["filtered"]:
                raise DiscourseError(
                    f"source {row['source_id']}: {row['read']} records read, {row['kept']} kept, {row['refused']} refused "
                    f"and {row['filtered']} filtered: a record got lost. This is a defect of the package; please report it."
                )


def source_rows(kept: pa.Table, refusals: Iterable[Mapping[str, Any]], read: Mapping[str, int]) -> list[dict[str, Any]]:
    """One row per source, in order of `read`, from kept documents and refusals (both with `source_id`).

    kept: the documents table with `source_id` and `character_count`. read: source_id -> records that its readers gave,
    counted before anything was done with them.
    """
    import pyarrow.compute as pc

    rows: dict[str, dict[str, Any]] = {}
    for source_id in read:
        row: dict[str, Any] = dict.fromkeys(HEADERS, 0)
        rows[source_id] = row | {"source_id": source_id, "characters": 0, "boilerplate": 0.0}
    encoded = kept["source_id"].combine_chunks().dictionary_encode()
    source = encoded.indices.to_numpy()
    names = encoded.dictionary.to_pylist()
    tokens, titles, characters = (
        kept[c].to_numpy().astype(np.int64) for c in ("token_count", "title_token_count", "character_count")
    )
    weights = {
        "kept": np.ones(len(kept), np.int64),
        "undated": pc.equal(kept["date_precision"], "none").to_numpy(),
        "no_era": pc.is_null(kept["era_id"]).to_numpy(),
        "empty_text": tokens == titles,
        "clustered": kept["cluster_size"].to_numpy() > 1,
        "tokens": tokens,
        "characters": characters,
        "boilerplate": kept["boilerplate_share"].to_numpy() * characters,
    }
    for column, values in weights.items():
        sums = np.bincount(source, weights=values, minlength=len(names))
        for name, total in zip(names, sums.tolist(), strict=True):
            rows[name][column] = total if column == "boilerplate" else round(total)
    for refusal in refusals:
        rows[refusal["source_id"]]["filtered" if refusal["kind"] == FILTERED else "refused"] += refusal["rows"]
    for row in rows.values():
        row["read"] = read[row["source_id"]]
        row["boilerplate"] = row["boilerplate"] / row["characters"] if row["characters"] else 0.0
    return list(rows.values())


def as_text(report: BuildReport, *, examples: int = 3) -> str:
    """The report for a terminal: the table of sources, then each kind of refusal with a few examples."""
    lines = _table([*report.rows, report.totals()])
    for kind, n in sorted(report.kinds().items(), key=lambda item: (-item[1], item[0])):
        lines.append(f"\nleft out, {kind}: {n}")
        lines += [f"  {r['origin']}: {r['reason']}" for r in _first(report.refusals, kind, examples)]
    lines += [f"\n{note}" for note in report.notes]
    return "\n".join(lines)


def write_html(report: BuildReport, path: Path) -> None:
    """The report as one HTML page, with every refusal listed."""
    counted = sorted(report.kinds().items(), key=lambda item: (-item[1], item[0]))
    page = render(
        TEMPLATES,
        "summary.html",
        headers=list(HEADERS.values()),
        rows=[_cells(row) for row in [*report.rows, report.totals()]],
        notes=report.notes,
        kinds=[(kind, _first(report.refusals, kind, n)) for kind, n in counted],
    )
    write_text(path, page)


def _cells(row: Mapping[str, Any]) -> list[str]:
    return [f"{row[n]:.1%}" if n == "boilerplate" else f"{row[n]:,}" if n != "source_id" else row[n] for n in HEADERS]


def _table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    cells = [list(HEADERS.values()), *(_cells(row) for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(HEADERS))]
    return [
        "  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True)))
        for line in cells
    ]


def _first(refusals: Sequence[Mapping[str, Any]], kind: str, n: int) -> list[Mapping[str, Any]]:
    return [r for r in refusals if r["kind"] == kind][:n]
