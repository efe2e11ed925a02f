"""Cells of a notebook executed in this process as far as its figures need them, again and again with other parameters."""

from __future__ import annotations

import ast
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from analysis.run.parameters import TAG, read_cells, tags_of

DRAWING = {
    "analysis.figures": (
        *(
            "before_after",
            "forest",
            "bars",
            "dots",
            "ranked",
            "heatmap",
            "months_grid",
            "network",
            "series",
            "scatter_labelled",
            "panel_of_lines",
        ),
    ),
    "analysis.figures.specification": ("specification_curve",),
    "analysis.figures.topics": ("choice_of_k", "topic_card_grid"),
}
SAYING = ("title", "caption", "alt", "unit", "test", "limits")


@dataclass
class Shown:
    """One published figure: what is drawn (rows and options) and what is said."""

    drawn: str
    said: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cell:
    """One code cell with the names it reads and writes."""

    source: str
    reads: frozenset[str]
    writes: frozenset[str]

    @property
    def publishes(self) -> bool:
        return "publish" in self.reads and "publish(" in self.source


def cells_of(notebook: Path) -> list[Cell]:
    """The code cells after the parameter cell that its figures depend on, in order."""
    code = [c for c in read_cells(notebook) if c["cell_type"] == "code" and TAG not in tags_of(c)]
    cells = [Cell(c["source"], *names_of(c["source"])) for c in code]
    needed: set[str] = set()
    kept = []
    for cell in reversed(cells):
        if cell.publishes or cell.writes & needed:
            kept.append(cell)
            needed |= cell.reads
    return kept[::-1]


def names_of(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """(names read, names written) of a cell; writing into an object counts as both."""
    reads, writes = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            (reads if isinstance(node.ctx, ast.Load) else writes).add(node.id)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name):
            writes.add(node.value.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            writes |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            reads.add(node.target.id)
    return frozenset(reads), frozenset(writes)


class Sliced:
    """A notebook whose figures are captured instead of drawn. `base` is run once; `change` runs only what depends on one
    parameter."""

    def __init__(self, notebook: Path, parameters: dict[str, Any], capture: Capture) -> None:
        self.cells, self.parameters, self.capture = cells_of(notebook), parameters, capture
        self.before: list[dict[str, Any]] = []
        self.figures: dict[int, Shown] = {}
        self.values: dict[str, Any] = {}  # of all variables, after what was run last

    def base(self) -> dict[int, Shown]:
        values = dict(self.parameters)
        for number, cell in enumerate(self.cells):
            self.before.append(dict(values))
            self.capture.place = number
            exec(cell.source, values)  # the project's own code
        self.before.append(values)
        self.values = values
        self.figures = self.capture.take()
        return self.figures

    def change(self, name: str, value: object) -> dict[int, Shown]:
        """The figures with one parameter changed; cells that nothing changed reaches keep what they made."""
        tainted, values = {name}, {**self.before[0], name: value}
        for number, cell in enumerate(self.cells):
            if cell.reads & tainted:
                self.capture.place = number
                exec(cell.source, values)  # the project's own code
                tainted |= cell.writes
            else:
                after = self.before[number + 1]
                values.update({n: after[n] for n in cell.writes if n in after})
                tainted -= cell.writes
        self.values = values
        return {**self.figures, **self.capture.take()}


class Capture:
    """Stands in for the drawing functions and `publish`."""

    def __init__(self, monkeypatch: Any) -> None:
        self.taken: dict[int, Shown] = {}
        self.place = 0  # the cell at work
        for module, names in DRAWING.items():
            for name in names:
                monkeypatch.setattr(f"{module}.{name}", self._draw(name))
        monkeypatch.setattr("analysis.figures.publish", self._publish)

    def take(self) -> dict[int, Shown]:
        taken, self.taken = self.taken, {}
        return taken

    @staticmethod
    def _draw(name: str) -> Any:
        def draw(*tables: Any, **options: Any) -> dict[str, Any]:
            axis = options.pop("axis_label", options.pop("axis_labels", ""))
            return {"name": name, "axis": axis, "options": options}

        return draw

    def _publish(self, figure: dict[str, Any], figure_id: str, rows: Any, **facts: Any) -> None:
        from analysis.figures.save import table_bytes

        shown = {k: v for k, v in figure["options"].items() if k not in ("names", "eras")}
        drawn = f"{figure['name']} {sorted(shown.items(), key=str)}\n{table_bytes(rows).decode()}"
        said = "\n".join(str(part) for part in (figure["axis"], *(facts.get(name) for name in SAYING)))
        self.taken[self.place] = Shown(drawn, said, {**facts, "figure_id": figure_id})


def fingerprints(values: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Each table among a notebook's variables in a few figures a column: rows with a value, and a sum that weighs rows by
    their place (or a checksum of words); what is read from a store, document by document, is left out."""
    import pandas as pd

    tables = {n: v for n, v in values.items() if isinstance(v, pd.DataFrame) and "doc_id" not in v}
    return {name: _columns(table) for name, table in sorted(tables.items())}


def _columns(table: Any) -> dict[str, str]:
    found = {"": str(len(table))}
    for name in table.columns:
        column = table[name]
        if isinstance(column.dtype, np.dtype) and column.dtype.kind in "biuf":
            numbers = column.to_numpy(dtype=float)
            good = np.isfinite(numbers)
            weights = 1 + np.arange(len(numbers)) % 5
            found[str(name)] = f"{good.sum()} {float((numbers * weights)[good].sum()):.7g}"
        else:
            words = [value for value in column if isinstance(value, str | bool)]
            found[str(name)] = f"{len(words)} crc {zlib.crc32('|'.join(map(str, words)).encode()):08x}"
    return found


def unlike(was: dict[str, dict[str, str]], now: dict[str, dict[str, str]], tolerance: float) -> list[str]:
    """Columns whose fingerprints differ, as "table.column: was, now"; sums by more than a share of themselves."""
    found = []
    for table in sorted({*was, *now}):
        old, new = was.get(table, {}), now.get(table, {})
        for column in sorted({*old, *new}):
            a, b = old.get(column, "not there"), new.get(column, "not there")
            if a != b and not _close(a, b, tolerance):
                found.append(f"{table}.{column or 'rows'}: {a}, now {b}")
    return found


def _close(a: str, b: str, tolerance: float) -> bool:
    first, second = a.split(), b.split()
    if len(first) != 2 or len(second) != 2 or first[0] != second[0]:
        return False
    one, two = float(first[1]), float(second[1])
    return abs(one - two) <= tolerance * max(abs(one), abs(two)) + 1e-9
