"""What a study declares in `corpus/study.toml` and `corpus/eras.toml`: the one place that knows its names.

The private side reads the files (`load_study`), the public side the copy that the store's manifest carries
(`Store.study`). A list that a study leaves out is not checked: without `[[genre]]` tables any genre is allowed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError, not_allowed, require
from analysis.study.reserved import OTHERS
from analysis.study.schema import record, tables, unique
from analysis.study.settings import Era, load_eras, read_toml, study_file

UNITS = ("week", "month", "year", "document")  # what the measures can resample as a whole
EVENT_KINDS = ("transition", "rival")
FRAME_KINDS = ("relational", "stance", "owned", "choice", "ironical")
OWN_SIDES = {
    "analyst": "analysts",
    "media": "journalists",
    "other": "other",
    "outlet": "the outlet",
    "unknown": "unnamed",
}
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")


@dataclass(frozen=True)
class Named:
    """One id of a list (a side, a genre, a type of outlet) and how it is printed."""

    id: str
    label: str = ""

    @property
    def name(self) -> str:
        """The label, or the id with spaces if there is none."""
        return self.label or self.id.replace("_", " ")


@dataclass(frozen=True)
class Collection(Named):
    """One corpus within the store. unit: what is resampled as a whole (`UNITS`)."""

    unit: str = "week"


@dataclass(frozen=True)
class Event:
    """Something that happened on `date`. Documents in the window [start, end) belong to neither side of it."""

    id: str
    label: str
    date: str
    kind: str = "rival"
    start: str = ""
    end: str = ""
    source: str = ""

    @property
    def window(self) -> tuple[str, str] | None:
        """(start, end) as ISO days, half-open; None if the event has none."""
        return (self.start, self.end or self.date) if self.start else None


@dataclass(frozen=True)
class Group:
    """Outlets taken together: named one by one, or all that meet every rule given (type, country, language, side)."""

    id: str
    label: str = ""
    outlets: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    side: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The label, or the id with spaces if there is none."""
        return self.label or self.id.replace("_", " ")

    def holds(self, outlet_id: str, **facts: str) -> bool:
        """Whether an outlet belongs to the group. facts: its type, country, language, side, as far as known.

        >>> Group("wires", type=("wire",)).holds("agency", type="wire", country="FRA")
        True
        """
        if self.outlets:
            return outlet_id in self.outlets
        rules = {n: getattr(self, n) for n in ("type", "country", "language", "side")}
        return all(facts.get(name, "") in allowed for name, allowed in rules.items() if allowed)


@dataclass(frozen=True)
class Sample(Named):
    """Outlets named one by one, taken out of a wider collection for what would cost too much on all of it."""

    outlets: tuple[str, ...] = ()


@dataclass(frozen=True)
class FrameKind:
    """The frames and categories of the codebook that one rule of the engine treats alike."""

    id: str
    frames: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class OwnDocuments(Named):
    """Documents of the focal state's own government in which a plain "we" is that state: all that meet every rule given
    (outlets, type of outlet, genre, collection); a rule that is left out is met by all."""

    outlets: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    genre: tuple[str, ...] = ()
    collection: tuple[str, ...] = ()

    def holds(self, outlet_id: str, **facts: str) -> bool:
        """Whether a document is one of these. facts: its outlet's type, its genre and collection.

        >>> OwnDocuments("speeches", genre=("speech",)).holds("delegation", genre="speech", type="", collection="")
        True
        """
        if self.outlets and outlet_id not in self.outlets:
            return False
        rules = {name: getattr(self, name) for name in ("type", "genre", "collection")}
        return all(facts.get(name, "") in allowed for name, allowed in rules.items() if allowed)


@dataclass(frozen=True)
class Study:
    """A study's declarations. Lists keep the order of the file, eras the order of time.

    focal_state, focal_name: the state the study asks about, as ISO code and in words. official_types: types of outlet in
    which a government speaks for its own state, so that "we" is that state.
    """

    name: str = "study"
    title: str = ""
    question: str = ""
    focal_state: str = ""
    focal_name: str = ""
    official_types: tuple[str, ...] = ()
    collections: tuple[Collection, ...] = ()
    sides: tuple[Named, ...] = ()
    genres: tuple[Named, ...] = ()
    outlet_types: tuple[Named, ...] = ()
    events: tuple[Event, ...] = ()
    groups: tuple[Group, ...] = ()
    samples: tuple[Sample, ...] = ()
    frame_kinds: tuple[FrameKind, ...] = ()
    own_documents: tuple[OwnDocuments, ...] = ()
    eras: tuple[Era, ...] = field(default=(), repr=False)

    def ids(self, what: str) -> tuple[str, ...]:
        """The ids of one list ("collections", "sides", "eras" ...), in order; empty if the study declares none."""
        require("list of the study", what, LISTS)
        return tuple(getattr(one, "era_id" if what == "eras" else "id") for one in getattr(self, what))

    def labels(self, what: str) -> dict[str, str]:
        """How the ids of one list are printed."""
        require("list of the study", what, LISTS)
        if what == "eras":
            return {era.era_id: era.label for era in self.eras}
        return {one.id: getattr(one, "name", one.id) for one in getattr(self, what)}

    def require(self, what: str, value: str, *, where: str = "", thing: str = "") -> None:
        """Raise `DiscourseError` unless `value` is an id of the list `what`, or the study declares no such list."""
        allowed = self.ids(what)
        if allowed and value not in allowed:
            lead = f"{where}: " if where else ""
            raise DiscourseError(lead + not_allowed(thing or what.removesuffix("s"), value, allowed))

    def collection(self, name: str) -> Collection:
        """A collection by its id; one that is not declared is refused, or resampled by weeks if none is declared."""
        self.require("collections", name)
        return next((c for c in self.collections if c.id == name), Collection(name))

    @property
    def transition(self) -> Event | None:
        """The event the study asks about, if it declares one."""
        return next((event for event in self.events if event.kind == "transition"), None)

    @property
    def rivals(self) -> tuple[Event, ...]:
        """Events that could explain the same change, in order of date."""
        return tuple(sorted((e for e in self.events if e.kind == "rival"), key=lambda e: e.date))

    def is_kind(self, kind: str, frame: str, category: str = "") -> bool:
        """Whether a frame, or a category of it, is declared to be of a kind (`FRAME_KINDS`)."""
        require("kind of frame", kind, FRAME_KINDS)
        return any(k.id == kind and (frame in k.frames or category in k.categories) for k in self.frame_kinds)

    def in_time(self, era_ids: Iterable[str]) -> list[str]:
        """Era ids in order of time, each once; one that is not declared is refused, with all that are."""
        wanted, known = dict.fromkeys(era_ids), self.ids("eras")
        for era_id in wanted:
            require("era", era_id, known)
        return [era_id for era_id in known if era_id in wanted]

    def outlet_groups(self, outlets: Iterable[Mapping[str, Any]]) -> dict[str, str]:
        """outlet_id -> the first group that holds it, else `reserved.OTHERS`, which no group's id can be.

        outlets: rows with outlet_id and what is known of each.

        >>> Study(groups=(Group("wires", type=("wire",)),)).outlet_groups([{"outlet_id": "a", "type": "wire"}])
        {'a': 'wires'}
        """
        found = {}
        for row in outlets:
            facts = {name: row.get(name, "") for name in ("type", "country", "language", "side")}
            names = [group.id for group in self.groups if group.holds(row["outlet_id"], **facts)]
            found[row["outlet_id"]] = names[0] if names else OTHERS
        return found

    def outlets_of(self, names: Iterable[str], there: Iterable[str]) -> list[str]:
        """Outlet ids, each once, with every name of a sample replaced by those of its outlets that are `there`.

        >>> Study(samples=(Sample("two", outlets=("a", "b")),)).outlets_of(["two", "c"], there="abc")
        ['a', 'b', 'c']
        """
        samples, there = {sample.id: sample.outlets for sample in self.samples}, set(there)
        found: dict[str, None] = {}
        for name in names:
            of_sample = [outlet for outlet in samples.get(name, ()) if outlet in there]
            found |= dict.fromkeys(of_sample or [name])
        return list(found)

    def as_json(self) -> dict[str, Any]:
        """The study as JSON values, for a store's manifest; `from_json` reads it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, rows: Mapping[str, Any], *, where: str = "manifest") -> Study:
        """The study of a store's manifest."""
        return record(cls, rows, where=f"{where}, study")


LISTS = (
    "collections",
    "sides",
    "genres",
    "outlet_types",
    "events",
    "groups",
    "samples",
    "frame_kinds",
    "own_documents",
    "eras",
)
_TABLES = {
    "collection": Collection,
    "side": Named,
    "genre": Named,
    "outlet_type": Named,
    "event": Event,
    "group": Group,
    "sample": Sample,
    "frame_kind": FrameKind,
    "own_document": OwnDocuments,
}


def load_study(corpus: str | os.PathLike[str]) -> Study:
    """The study of a corpus folder: its `study.toml` and `eras.toml`.

    A folder without `study.toml` has the project's own (`study_file`), else declares its eras and nothing more. Raises
    `DiscourseError` for a missing `eras.toml`, an unknown table or key, an id that stands twice or is no id, and values
    that are not allowed; the message names file, table, value and what is allowed.
    """
    path = study_file(corpus)
    eras = tuple(load_eras(Path(corpus) / "eras.toml").values())
    if path is None:
        return Study(eras=eras)
    data = read_toml(path)
    for key in data:
        require(f"{path}: table", key, ("study", *_TABLES))
    lists: dict[str, Any] = {}
    kind: Any
    for key, kind in _TABLES.items():
        rows = tables(data, key, where=str(path))
        made = [record(kind, row, where=f"{path}, {key} {_id_of(row, n)}", thing=key) for n, row in enumerate(rows, 1)]
        for one in made:
            if not _ID.match(one.id):
                raise DiscourseError(
                    f"{path}, {key} {one.id!r}: an id has lower-case letters, digits, '_' and '-' only."
                )
        lists[f"{key}s"] = tuple(unique(made, "id", where=f"{path}, {key}").values())
    if lists["sides"]:
        there = {side.id for side in lists["sides"]}
        lists["sides"] += tuple(Named(i, label) for i, label in OWN_SIDES.items() if i not in there)
    study = record(_Head, data.get("study", {}), where=f"{path}, study", thing="study")
    made_study = Study(**asdict(study), **lists, eras=eras)
    _check(made_study, path)
    return made_study


@dataclass(frozen=True)
class _Head:
    name: str
    title: str
    question: str = ""
    focal_state: str = ""
    focal_name: str = ""
    official_types: tuple[str, ...] = ()


def _id_of(row: object, number: int) -> object:
    return row.get("id", number) if isinstance(row, dict) else number


def _check(study: Study, path: Path) -> None:
    for one in study.collections:
        require(f"{path}, collection {one.id}: unit", one.unit, UNITS)
    for kind in study.frame_kinds:
        require(f"{path}: frame_kind", kind.id, FRAME_KINDS)
    for sample in study.samples:
        if not sample.outlets:
            raise DiscourseError(f"{path}, sample {sample.id}: outlets is empty; name its outlets one by one.")
    for group in study.groups:
        if group.outlets and (group.type or group.country or group.language or group.side):
            raise DiscourseError(f"{path}, group {group.id}: name outlets one by one or give rules, not both.")
        for name, what in (("side", "sides"), ("type", "outlet_types")):
            for value in getattr(group, name):
                study.require(what, value, where=f"{path}, group {group.id}", thing=name)
    _check_own_documents(study, path)
    for value in study.official_types:
        study.require("outlet_types", value, where=f"{path}, study", thing="official_types")
    for event in study.events:
        _check_event(event, path)
    if sum(event.kind == "transition" for event in study.events) > 1:
        ids = ", ".join(event.id for event in study.events if event.kind == "transition")
        raise DiscourseError(f"{path}: {ids} are all of kind transition; a study has one, the others are rival.")


def _check_event(event: Event, path: Path) -> None:
    require(f"{path}, event {event.id}: kind", event.kind, EVENT_KINDS)
    for name, day in (("date", event.date), ("start", event.start), ("end", event.end)):
        _require_day(f"{path}, event {event.id}: {name}", day, optional=name != "date")
    if event.end and not event.start:
        raise DiscourseError(f"{path}, event {event.id}: end without start; a window has both.")
    if event.window and not event.start <= event.date <= (event.end or event.date):
        raise DiscourseError(f"{path}, event {event.id}: date {event.date} lies outside its window {event.window}.")
    if event.window and event.window[0] == event.window[1]:
        raise DiscourseError(
            f"{path}, event {event.id}: its window starts and ends on {event.start}, so nothing lies in it; write a "
            "later end, or leave start and end out."
        )


def _check_own_documents(study: Study, path: Path) -> None:
    for rule in study.own_documents:
        for name, what in (("type", "outlet_types"), ("genre", "genres"), ("collection", "collections")):
            for value in getattr(rule, name):
                study.require(what, value, where=f"{path}, own_document {rule.id}", thing=name)


def _require_day(where: str, day: str, *, optional: bool) -> None:
    try:
        _ = (optional and not day) or date.fromisoformat(day)
    except ValueError as error:
        raise DiscourseError(f"{where} = {day!r} is not a day; write year-month-day, as in 2020-03-01.") from error
