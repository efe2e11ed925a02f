"""All published figures as one family: which claims are left when every test of every figure counts."""

from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, not_allowed
from analysis.measures.inference.multiple import adjust, claims_over_families
from analysis.run.families import CONFIRMATORY, EXPLORATORY, Family
from analysis.run.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["family", "role", "figure", "about", "p", "family_p", "level_within", "is_claim"]
_AGAIN = "Correct [[family]] in plan.toml, or make the figure anew with `discourse run --only"
P_COLUMNS = ("p", "p_joint", "placebo_p")


def claims(plan: Plan, *, level: float = 0.05) -> pd.DataFrame:
    """One row is one test of a published figure, in the order of the plan's families.

    Columns: family, role, figure, about (what the row is about), p (the largest of the family's p columns, adjusted within
    the family by Benjamini and Hochberg unless it holds for the family already; null: not tested), family_p, level_within
    and is_claim (`claims_over_families`: first the families, then the tests of those chosen). The confirmatory families
    are judged as one, and the exploratory ones as one beside them, since a hint costs a claim nothing. On a store of its
    own a plan has families over the figures that were drawn there (`not_drawn` names the others). Raises `DiscourseError`
    for a figure of the plan's own store that is not there, or a column that its data do not have.
    """
    import pandas as pd

    parts = []
    for role in (CONFIRMATORY, EXPLORATORY):
        rows = [row for family in plan.families if family.role == role for row in _tests(plan, family)]
        if rows:
            table = pd.DataFrame(rows, columns=["family", "role", "figure", "about", "p"])
            parts.append(claims_over_families(table, within="none", level=level))
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    table = pd.concat(parts, ignore_index=True)
    order = {family.id: i for i, family in enumerate(plan.families)}
    return table.sort_values("family", key=lambda ids: ids.map(order), kind="stable")[COLUMNS].reset_index(drop=True)


def not_drawn(plan: Plan) -> list[str]:
    """Figures of families that the plan promises and its own store did not give; none where it is not fitted to a store."""
    if not plan.fitted:
        return []
    figures = [figure for family in plan.families for figure in family.figures]
    return [figure for figure in figures if not (plan.project.figures / f"{figure}.csv").is_file()]


def outside_families(plan: Plan) -> list[str]:
    """Published figures whose data hold p-values and that belong to no family."""
    named = {figure for family in plan.families for figure in (*family.figures, *family.also)}
    found = []
    for figure in (figure for run in plan.runs for figure in run.figures if figure not in named):
        path = plan.project.figures / f"{figure}.csv"
        if path.is_file() and set(P_COLUMNS) & set(_header(path)):
            found.append(figure)
    return found


def _header(path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file), [])


def _tests(plan: Plan, family: Family) -> list[tuple[str, str, str, str, float]]:
    """(family, role, figure, about, p) of each row; p adjusted over all figures of the family."""
    rows: list[tuple[str, str, float]] = []
    undrawn = not_drawn(plan)
    for figure in family.figures:
        path = plan.project.figures / f"{figure}.csv"
        if figure in undrawn:
            continue
        if not path.is_file():
            raise DiscourseError(f"family {family.id}: {path.name} is not there; make it with `discourse run`.")
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            for name in (*family.named_by, *family.rows, *family.p):
                if name not in (reader.fieldnames or []):
                    raise DiscourseError(
                        f"family {family.id}, {path.name}: "
                        + not_allowed("column", name, reader.fieldnames or [], f"{_AGAIN} {figure}` if it is older.")
                    )
            for row in reader:
                if all(row[name] in values for name, values in family.rows.items()):
                    rows.append((figure, ", ".join(row[name] for name in family.named_by), _largest(row, family.p)))
    p = np.array([row[2] for row in rows])
    adjusted = p if family.is_joint else adjust(p)
    return [
        (family.id, family.role, figure, about, value) for (figure, about, _), value in zip(rows, adjusted, strict=True)
    ]


def _largest(row: dict[str, str], names: tuple[str, ...]) -> float:
    """The largest of several p-values, since a claim needs all of them; nan where one is not there."""
    values = [float(row[name]) if row[name] else math.nan for name in names]
    return math.nan if any(math.isnan(value) for value in values) else max(values)
