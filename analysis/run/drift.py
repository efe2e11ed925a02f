"""Where a notebook's parameter cell and the plan say different things about a published run."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from analysis.errors import DiscourseError
from analysis.run.parameters import declared, read_cells
from analysis.run.plan import Plan

ABSENT = object()


@dataclass(frozen=True)
class Drift:
    """One parameter of one notebook whose cell differs from the plan's defaults. `planned` is `ABSENT` if none is there."""

    notebook: str
    parameter: str
    planned: Any
    cell: Any

    def __str__(self) -> str:
        name, line = f"{self.notebook}: parameter {self.parameter}", f"{self.parameter} = {as_toml(self.cell)}"
        if self.planned is ABSENT:
            return (
                f"{name} is {self.cell!r} in the notebook's cell and stands nowhere in plan.toml, so that a change of the "
                f"cell would change published figures. Write `{line}` under [defaults.{self.notebook}] in plan.toml."
            )
        return (
            f"{name} is {self.cell!r} in the notebook's cell and {self.planned!r} in plan.toml, which counts for published "
            f"figures. Put the cell back, or write `{line}` under [defaults.{self.notebook}] in plan.toml."
        )


def drift(plan: Plan) -> list[Drift]:
    """Every difference between the parameter cells and the plan's defaults, by notebook; empty when there is none.

    A cell that is empty where the plan is not ("", [], {}) leaves the value to the plan. A notebook that cannot be read has
    none: its runs are refused elsewhere. Neither has a parameter without a default that every run sets for itself.
    """
    found = []
    for notebook in dict.fromkeys(run.notebook for run in plan.runs):
        runs = [run for run in plan.runs if run.notebook == notebook]
        planned = plan.defaults.get(notebook, {})
        try:
            cells = declared(plan.notebook_path(runs[0]))
        except DiscourseError:
            continue
        for name, parameter in cells.items():
            cell = list(parameter.default) if isinstance(parameter.default, tuple) else parameter.default
            if name not in planned and all(name in run.parameters for run in runs):
                continue
            is_empty = isinstance(cell, str | list | dict) and not cell
            if name not in planned or (not is_empty and not _equal(planned[name], cell)):
                found.append(Drift(notebook, name, planned.get(name, ABSENT), cell))
    return found


def stored_outputs(cells: list[dict[str, Any]]) -> int:
    """How many code cells of a notebook hold what they showed when it was last saved."""
    return sum(bool(cell.get("outputs")) for cell in cells if cell["cell_type"] == "code")


def with_outputs(plan: Plan, notebooks: Collection[str]) -> list[str]:
    """A sentence for each of these notebooks of the plan that was saved with outputs, as JupyterLab does by itself.

    Published figures are made without them; but they may show what is not public, and make every later change unreadable.
    """
    told = []
    for notebook in dict.fromkeys(run.notebook for run in plan.runs if run.notebook in notebooks):
        try:
            count = stored_outputs(read_cells(plan.project.notebooks / f"{notebook}.ipynb"))
        except DiscourseError:
            continue
        if count:
            told.append(
                f"{notebook}.ipynb was saved with the outputs of {count} cell{'s' * (count > 1)}, which change no figure. "
                "Clear them before you commit it (JupyterLab: Edit, Clear Outputs of All Cells)."
            )
    return told


def _equal(planned: Any, cell: Any) -> bool:
    return planned == cell and isinstance(planned, bool) == isinstance(cell, bool)


def as_toml(value: Any) -> str:
    """A JSON-like value as TOML writes it on one line.

    >>> as_toml({"a b": [1, "x"], "c": True})
    '{"a b" = [1, "x"], "c" = true}'
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)} = {as_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(as_toml(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)
