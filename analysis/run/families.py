"""Families of tests: which published figures test something, and which of the tests were named beforehand.

`[[family]]` of notebooks/plan.toml. A confirmatory family answers a question that was asked before the data were looked
at; what an exploratory one finds is a hint for the next study. `analysis.publish.claims` judges all of them as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.errors import DiscourseError, require
from analysis.study.schema import record

CONFIRMATORY, EXPLORATORY = ROLES = ("confirmatory", "exploratory")
SEPARATE, JOINT = ("p", "rotation_p"), ("p_joint", "rotation_p_joint")
FOR_ALL = (*JOINT, "p_adjusted")  # hold for all tests of a figure already, the ones that are not drawn too
_ID = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
_NEEDED = ("id", "role", "question", "figures", "named_by")


@dataclass(frozen=True)
class Family:
    """Tests that answer one question. figures: whose data hold them, one row a test; also: figures that show them again.

    named_by: columns that say what a row is about. rows: column -> values of the rows that belong to it (none: all). p:
    columns of p-values of which the largest counts, a claim needing all of them; "p_joint" and "rotation_p_joint" hold for
    all rows of a figure together already, and "p_adjusted" for all that was tested where a figure draws only some of it, so
    that a family with them has one figure only. in_captions: whether captions say what the tests are; not so where the
    family was named for another study's figures.
    """

    id: str
    role: str
    question: str
    figures: tuple[str, ...]
    named_by: tuple[str, ...]
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    p: tuple[str, ...] = SEPARATE
    also: tuple[str, ...] = ()
    in_captions: bool = True

    @property
    def is_joint(self) -> bool:
        return bool(set(self.p) & set(FOR_ALL))  # of several p the largest counts, so one that holds for all is enough

    @property
    def sentence(self) -> str:
        """What a caption says of the tests."""
        named = "named before the data were seen" if self.role == CONFIRMATORY else "hints, not claims"
        return f"Tests: {self.role} ({named}; family {self.id})."


def read_families(rows: Iterable[Any], figures: Iterable[str] | None) -> tuple[Family, ...]:
    """The families of a plan, checked: known figures, each in one family at most; `DiscourseError` says what is wrong.

    figures: those of the plan; None where only its runs will tell which there are.
    """
    known = None if figures is None else list(figures)
    families = []
    for row in rows:
        families.append(_family(row, known))
    for thing, names in (
        ("family", [family.id for family in families]),
        ("figure", [figure for family in families for figure in (*family.figures, *family.also)]),
    ):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise DiscourseError(
                f"plan.toml: {thing} {twice[0]!r} stands in [[family]] twice; each test belongs to one family."
            )
    return tuple(families)


@dataclass(frozen=True)
class _Row:
    """A `[[family]]` as it stands in the plan."""

    id: str
    role: str
    question: str
    figures: tuple[str, ...]
    named_by: tuple[str, ...]
    rows: dict[str, Any] = field(default_factory=dict)
    p: tuple[str, ...] = SEPARATE
    also: tuple[str, ...] = ()
    in_captions: bool = True


def said_of_figures(families: Iterable[Family]) -> dict[str, str]:
    """Figure -> what its caption says of its tests, for the families that captions speak of."""
    spoken = [family for family in families if family.in_captions]
    return {figure: family.sentence for family in spoken for figure in (*family.figures, *family.also)}


def _family(row: Any, figures: list[str] | None) -> Family:
    where = f"plan.toml, family {row.get('id', '?') if isinstance(row, dict) else '?'}"
    one = record(_Row, row, where=where, thing="family")
    for name in ("id", "question", "figures", "named_by", "p"):
        if not getattr(one, name):
            raise DiscourseError(f"{where}: {name} is empty; a family needs {', '.join(_NEEDED)}.")
    named = (*one.figures, *one.also)
    for figure in named:
        require(f"{where}: figures", figure, named if figures is None else figures)
    require(f"{where}: role", one.role, ROLES)
    if not _ID.fullmatch(one.id):
        raise DiscourseError(f"plan.toml: {one.id!r}: ids are lower-case words joined by underscores.")
    chosen = {}
    for column, values in one.rows.items():
        listed = values if isinstance(values, list) else [values]
        if not listed or not all(isinstance(value, str | bool | int) for value in listed):
            raise DiscourseError(f"{where}: rows.{column} = {values!r} is neither a value nor a list of values.")
        chosen[column] = tuple(str(value).lower() if isinstance(value, bool) else str(value) for value in listed)
    family = Family(**{**vars(one), "question": one.question.strip(), "rows": chosen})
    if family.is_joint and len(family.figures) > 1:
        raise DiscourseError(
            f"{where}: p = {list(family.p)}: p that hold for all rows of a figure belong to a family with one figure."
        )
    return family
