"""How the ids of a store are printed: outlets, eras, actors and frames share one name for each id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from analysis.errors import DiscourseError

Rows = Callable[[str], Iterable[Mapping[str, Any]]]
# kind in words, rows of the labels, their id, their name ("": made of the id), and the file that declares them
KINDS = (
    ("an actor", "actors", "actor_id", "name", "actors.toml"),
    ("an outlet", "outlets", "outlet_id", "name", "outlets.toml"),
    ("an era", "eras", "era_id", "label", "eras.toml"),
    ("a frame", "entries", "frame", "", "codebook/"),
)


def names_of(rows: Rows) -> dict[str, str]:
    """id -> how it is printed, of all kinds. rows: the label rows of a store by their name."""
    found: dict[str, str] = {}
    for *_, names in named(rows):
        found |= names
    return found


def named(rows: Rows) -> list[tuple[str, str, dict[str, str]]]:
    """Each kind in words, the file that declares it, and its ids with their names; ids without a name are left out."""
    found = []
    for kind, table, key, name, place in KINDS:
        if name:
            names = {row[key]: row[name] for row in rows(table) if row.get(name)}
        else:
            names = {row[key]: row[key].replace("_", " ").capitalize() for row in rows(table)}
        found.append((kind, place, names))
    return found


def check_names(labels: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    """Raise `DiscourseError` for an id that two kinds have under different names: a figure could print one only.

    An era may be called after the actor whose time it is, as long as both have the same name.
    """
    seen: dict[str, tuple[str, str, str]] = {}
    for kind, place, names in named(lambda table: labels.get(table, ())):
        for key, name in names.items():
            other, where, printed = seen.setdefault(key, (kind, place, name))
            if printed != name:
                raise DiscourseError(
                    f"id {key!r} is {other} ({printed!r}, {where}) and {kind} ({name!r}, {place}): figures print one name "
                    "for an id; give one of them another id."
                )
