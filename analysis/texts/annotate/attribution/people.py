"""Who is named: states, people with their dated offices, and groups, from corpus/actors.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple

from analysis.errors import DiscourseError, require
from analysis.store.contracts import SPEAKER_ROLES
from analysis.study.declaration import OWN_SIDES
from analysis.study.schema import record, tables, unique
from analysis.study.settings import declared, read_toml
from analysis.texts.annotate.lexicon import load as lexicon


class Office(NamedTuple):
    """A role held from a day until the day before another; empty dates are unknown."""

    role: str
    start: str
    end: str


@dataclass(frozen=True)
class Actor:
    """A state, person or group. `state` is the ISO code a person belongs to, or the state's own."""

    id: str
    kind: str  # state, person, group
    name: str
    side: str
    state: str = ""
    gender: str = ""
    offices: tuple[Office, ...] = ()
    demonyms: tuple[str, ...] = ()
    epithets: tuple[str, ...] = ()  # what a text may call the state once it has named it: "kingdom"

    def role_on(self, date: str | None) -> str:
        """The role held on a date (ISO, may be partial); without a date the highest one ever held."""
        if not self.offices:
            return "other"
        if date:
            held = [
                o
                for o in self.offices
                if (not o.start or o.start[: len(date)] <= date) and (not o.end or date < o.end[: len(date)])
            ]
            if held:
                return held[-1].role
            earlier = [o for o in self.offices if o.end and o.end <= date]
            if earlier and earlier[-1].role in ("minister", "military", "diplomat", "spokesperson"):
                return "official"
            return "other" if earlier else self.offices[0].role
        return min((office.role for office in self.offices), key=SPEAKER_ROLES.index)


class Mention(NamedTuple):
    """One actor named at a half-open character span."""

    start: int
    end: int
    actor: Actor


@dataclass
class People:
    """All actors, and the automaton that finds their names. Pickles as the records."""

    actors: tuple[Actor, ...]
    names: tuple[tuple[str, int], ...]  # surface form, index into actors; -1: a longer name that is no actor
    origins: tuple[tuple[str, str], ...] = ()  # lower-cased word beside a role, side: "western" diplomats
    media: frozenset[str] = frozenset()  # lower-cased names of media that ask in transcripts
    role_sides: tuple[tuple[str, str], ...] = ()  # role, side of its unnamed holders
    by_id: dict[str, Actor] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

        self.by_id = {actor.id: actor for actor in self.actors}
        self.by_state = {actor.state: actor for actor in self.actors if actor.kind == "state"}
        self._automaton = AhoCorasick(
            [name for name, _ in self.names], matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA
        )
        self._origin_of, self._side_of = dict(self.origins), dict(self.role_sides)
        words = "|".join(re.escape(word) for word, _ in self.origins)
        self._origin = re.compile(rf"\b(?:{words})\b") if words else None
        self._named = [self._facts(name, number) for name, number in self.names]

    def __getstate__(self) -> dict[str, Any]:
        kept = ("actors", "names", "origins", "media", "role_sides")
        return {name: getattr(self, name) for name in kept}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)
        self.__post_init__()

    def _facts(self, name: str, number: int) -> tuple[Actor | None, bool, bool]:
        """Whom a surface form names, whether it is a person's only word, and whether a letter behind makes it another."""
        actor = self.actors[number] if number >= 0 else None
        is_single = actor is not None and actor.kind == "person" and " " not in name
        return actor, is_single, not name.endswith(".")

    def mentions(self, text: str) -> list[Mention]:
        """Actors named in `text`, as written there, in order; the longest name wins."""
        found = []
        named = self._named
        for pattern, start, end in self._automaton.find_matches_as_indexes(text):
            actor, is_single, is_open = named[pattern]
            if actor is None:
                continue
            before, after = text[start - 1] if start else " ", text[end : end + 1]
            if before.isalnum() or before == "_" or (is_open and (after.isalnum() or after == "_")):
                continue
            if is_single and before == " " and _other_person(text, start, actor):
                continue
            found.append(Mention(start, end, actor))
        return found

    def side_of_role(self, role: str) -> str:
        """The side of an unnamed speaker of a role; "unknown" if the role has none of its own."""
        return self._side_of.get(role, "analyst" if role == "analyst" else "unknown")

    def side_of_words(self, low: str, begin: int, end: int) -> str | None:
        """The side that a word of origin in lower-cased text gives ("a western diplomat"), if there is one."""
        found = self._origin.search(low, begin, end) if self._origin else None
        return self._origin_of[found.group()] if found else None


@dataclass(frozen=True)
class _Place:
    """A `[[state]]` or `[[group]]` of actors.toml."""

    id: str
    side: str
    names: tuple[str, ...]
    demonyms: tuple[str, ...] = ()
    capitals: tuple[str, ...] = ()
    epithets: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Office:
    role: str
    start: str = field(default="", metadata={"key": "from"})
    end: str = field(default="", metadata={"key": "to"})


@dataclass(frozen=True)
class _Person:
    """A `[[person]]` of actors.toml. state: of a state or group; "" if none. gender: "m", "f" or ""."""

    id: str
    name: str
    state: str = ""
    gender: str = ""
    aliases: tuple[str, ...] = ()
    offices: tuple[_Office, ...] = ()


@dataclass(frozen=True)
class _Origin:
    """An `[[origin]]` of actors.toml: the side of unnamed speakers with one of these words or roles."""

    side: str
    words: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class _File:
    ignore: tuple[str, ...] = ()
    media: tuple[str, ...] = ()


_TABLES = {"state": _Place, "person": _Person, "group": _Place, "origin": _Origin}


def load(path: str | Path) -> People:
    """Read actors.toml. Raises `DiscourseError` for keys, types, sides, roles and days that are not allowed, ids that
    stand twice, shared names."""
    data = read_toml(path)
    for key in data:
        require(f"{path}: table", key, (*(f.name for f in fields(_File)), *_TABLES))
    file = record(_File, {k: v for k, v in data.items() if k not in _TABLES}, where=f"{path}")
    rows = {name: tables(data, name, where=f"{path}") for name in _TABLES}
    made: dict[str, list[Any]] = {
        name: [
            record(kind, row, where=f"{path}, {name} {row.get('id', n)}", thing=name)
            for n, row in enumerate(rows[name], start=1)
        ]
        for name, kind in _TABLES.items()
    }
    sides = tuple(dict.fromkeys([*declared(path, "side"), *OWN_SIDES])) if declared(path, "side") else ()
    for name in ("state", "group", "origin"):
        for n, row in enumerate(made[name], start=1):
            require(f"{path}, {name} {getattr(row, 'id', n)}: side", row.side, sides or (row.side,))
    places = unique([*made["state"], *made["group"]], "id", where=f"{path}: state or group,")
    made_actors = [
        *(_place(path, "state", row) for row in made["state"]),
        *(_person(path, row, places) for row in made["person"]),
        *(_place(path, "group", row) for row in made["group"]),
    ]
    unique([actor for actor, _ in made_actors], "id", where=f"{path}: actor")
    actors = tuple(actor for actor, _ in made_actors)
    names = _names(path, made_actors, file.ignore)
    origins, role_sides = _origins(path, made["origin"])
    return People(actors, names, origins, frozenset(name.lower() for name in file.media), role_sides)


def _names(
    path: str | Path, actors: list[tuple[Actor, list[str]]], ignore: tuple[str, ...]
) -> tuple[tuple[str, int], ...]:
    """Surface form -> number of its actor, sorted; -1 for the longer names to ignore. With both apostrophes."""
    names: dict[str, int] = dict.fromkeys([*ignore, *(form.replace("'", "’") for form in ignore)], -1)
    for number, (actor, forms) in enumerate(actors):
        for form in forms:
            shapes = [form, form.upper() if len(form) > 4 else form]
            for spelt in dict.fromkeys([*shapes, *(shape.replace("'", "’") for shape in shapes)]):
                if (other := names.setdefault(spelt, number)) not in (number, -1):
                    raise DiscourseError(
                        f"{path}: {spelt!r} names both {actors[other][0].id} and {actor.id}; take it out of one of them."
                    )
    return tuple(sorted(names.items()))


def _origins(path: str | Path, rows: list[_Origin]) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Sides by a word of origin, and by role, from the tables `[[origin]]`."""
    for number, row in enumerate(rows, start=1):
        for role in row.roles:
            require(f"{path}, origin {number}: role", role, SPEAKER_ROLES)
    words = tuple((word.lower(), row.side) for row in rows for word in row.words)
    return words, tuple((role, row.side) for row in rows for role in row.roles)


def _person(path: str | Path, row: _Person, places: dict[str, _Place]) -> tuple[Actor, list[str]]:
    label = f"{path}, person {row.id}"
    _need(label, id=row.id, name=row.name)
    require(f"{label}: gender", row.gender, ("", "m", "f"))
    for office in row.offices:
        require(f"{label}: role", office.role, SPEAKER_ROLES)
        for name, day in (("from", office.start), ("to", office.end)):
            if not re.fullmatch(r"(?:\d{4}(?:-\d\d(?:-\d\d)?)?)?", day):
                raise DiscourseError(f'{label}: {name} = {day!r} is no day; write year-month-day, a part of it, or "".')
    if row.state:
        require(f"{label}: state", row.state, places, "Declare it as [[state]] or [[group]], or mend the id.")
    first = row.offices[0].role if row.offices else ""
    own = places[row.state].side if row.state else "other"
    side = {"analyst": "analyst", "opposition": "other"}.get(first, own)
    offices = tuple(Office(o.role, o.start, o.end) for o in row.offices)
    return Actor(row.id, "person", row.name, side, row.state, row.gender, offices), [row.name, *row.aliases]


def _place(path: str | Path, kind: str, row: _Place) -> tuple[Actor, list[str]]:
    _need(f"{path}, {kind} {row.id}", id=row.id, names=row.names)
    state = row.id if kind == "state" else ""
    actor = Actor(row.id, kind, row.names[0], row.side, state, demonyms=row.demonyms, epithets=row.epithets)
    return actor, [*row.names, *row.demonyms, *row.capitals]


def _need(label: str, **values: object) -> None:
    for key, value in values.items():
        if not value:
            raise DiscourseError(f"{label}: {key} is empty; give at least one.")


_LISTS = lexicon.read("names.toml")
_HONORIFIC = _LISTS.source("honorifics")
HONORIFIC = re.compile(_HONORIFIC + r"\s")
_NAME = re.compile(
    rf"(?:{_HONORIFIC}\s+)*((?:[A-Z][\w’'-]+|(?:[A-Z]\.)+)"
    r"(?:\s+(?:(?:de|van|von|der|bin|al|del|da|dos)\s+)?(?:[A-Z][\w’'-]+|(?:[A-Z]\.)+))*)"
)
_ON_THE_WAY = re.compile(r" (?:En Route|EN ROUTE|Aboard|ABOARD)\b.*")  # "Ann Lee En Route Chicago"
_CAPITAL = re.compile("[A-Z]")
_POSSESSIVE, _POSSESSIVES = re.compile("[’']s?$"), ("'", "’", "'s", "’s")
_WORDS = re.compile(r"\S+")
_NAME_BEFORE = re.compile(r"\b([A-Z][\w’'-]+) $")
_NOT_NAMES, _TITLES, _BODIES, _SURNAMES = (
    _LISTS.words(name) for name in ("not_names", "before_names", "bodies", "surnames")
)


def _other_person(text: str, start: int, actor: Actor) -> bool:
    """Whether a name in front makes a single name somebody else's: "Tep Sokha" is not the Sokha known."""
    match = _NAME_BEFORE.search(text, max(0, start - 30), start)
    if match is None or match.group(1).lower().rstrip(".") in _NOT_NAMES or HONORIFIC.match(match.group(1) + " "):
        return False
    if match.group(1).lower() in actor.name.lower().split():
        return False
    if HONORIFIC.search(text, max(0, match.start() - 12), match.start()):
        return True
    opens = text[max(0, match.start() - 2) : match.start()].strip()[-1:] in ("", ".", "!", "?", "“", '"', ":")
    return not opens or len(match.group(1)) < 4


def _is_surname(text: str, name: str, start: int) -> bool:
    """Whether a name of more words behind `start` ends with this one: "Marsh" of "Helen Marsh"."""
    for _ in range(3):
        start = text.find(f" {name}", start)
        if start < 0:
            return False
        before = _NAME_BEFORE.search(text, max(0, start - 30), start + 1)
        if before is not None and before.group(1).lower() not in _NOT_NAMES | _TITLES | _BODIES:
            return not text[start + len(name) + 1 : start + len(name) + 2].isalnum()
        start += 1
    return False


def printed_names(text: str, start: int, end: int, *, bodies: bool = False) -> Iterator[tuple[int, int, str]]:
    """Capitalised names in `text[start:end]` that may be people: (start, end, name without honorifics), one by one.

    bodies: those of ministries, institutes and newspapers, too ("Mekong Institute" gives "Mekong").
    """
    at = start
    while (capital := _CAPITAL.search(text, at, end)) is not None:  # several times as fast as searching for names
        match = _NAME.match(text, capital.start(), end)
        at = match.end() if match is not None else capital.end()
        name = _name_in(text, match, start, bodies=bodies) if match is not None else None
        if name is not None:
            yield name


def _name_in(text: str, match: re.Match[str], start: int, *, bodies: bool) -> tuple[int, int, str] | None:
    """The name in a run of capitalised words, without honorifics and words that are no names; None if there is none."""
    first, run = match.start(1), match.group(1)
    if "oard" in run or "OARD" in run or "oute" in run or "OUTE" in run:
        run = _ON_THE_WAY.sub("", run)
    parts = (_POSSESSIVE.sub("", run) if run.endswith(_POSSESSIVES) else run).split()
    low = [part.lower().rstrip(".") for part in parts]
    title = len(low) - 1
    while title >= 0 and low[title] not in _TITLES:
        title -= 1
    titled = first > match.start() or title >= 0
    left, right = title + 1, len(parts)
    if not (titled and right - left == 2 and low[left] in _SURNAMES):  # "Minister So Sotheara"
        while left < right and low[left] in _NOT_NAMES:
            left += 1
        while left < right and low[right - 1] in _NOT_NAMES:
            right -= 1
        if left == right or not _NOT_NAMES.isdisjoint(low[left:right]):
            return None
    if left == right or (not bodies and right < len(low) and not _BODIES.isdisjoint(low[right:])):
        return None
    name = parts[left] if right - left == 1 else " ".join(parts[left:right])
    if right - left == 1 and not titled:
        if len(name) < 3 or name.isupper():
            return None
        opens = first == start or text[first - 2 : first - 1] in '.!?\n”"'
        if opens and text.find(f" {name} ", 0, first) < 0 and not _is_surname(text, name, match.end()):
            return None  # the first word of a sentence is capitalised anyway
    at = first if not left else first + [word.start() for word in _WORDS.finditer(run)][left]
    return at, at + len(name), name
