"""Who is named: states, people with their dated offices, and groups, from corpus/actors.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from analysis.errors import DiscourseError, require
from analysis.store.contracts import SPEAKER_ROLES
from analysis.study.declaration import OWN_SIDES
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
        self._named = [self.actors[number] if number >= 0 else None for _, number in self.names]

    def __getstate__(self) -> dict[str, Any]:
        kept = ("actors", "names", "origins", "media", "role_sides")
        return {name: getattr(self, name) for name in kept}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)
        self.__post_init__()

    def mentions(self, text: str) -> list[Mention]:
        """Actors named in `text`, as written there, in order; the longest name wins."""
        found = []
        named = self._named
        for pattern, start, end in self._automaton.find_matches_as_indexes(text):
            actor = named[pattern]
            if actor is None:
                continue
            before, after = text[start - 1] if start else " ", text[end : end + 1]
            if (
                actor.kind == "person"
                and before == " "
                and " " not in text[start:end]
                and _other_person(text, start, actor)
            ):
                continue
            if before.isalnum() or before == "_" or ((after.isalnum() or after == "_") and text[end - 1] != "."):
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

    def side_of_state(self, state: str) -> str:
        """The side of a state or group by its id; unknown ones are "other"."""
        actor = self.by_state.get(state) or self.by_id.get(state)
        return actor.side if actor else "other"


def load(path: str | Path) -> People:
    """Read actors.toml. Raises `DiscourseError` for unknown sides or roles, ids that stand twice, shared names."""
    data = read_toml(path)
    for key in data:
        require(f"{path}: table", key, ("ignore", "media", "state", "person", "group", "origin"))
    sides = tuple(dict.fromkeys([*declared(path, "side"), *OWN_SIDES])) if declared(path, "side") else ()
    actors: list[Actor] = []
    names: dict[str, int] = dict.fromkeys(data.get("ignore", []), -1)
    state_side = {row["id"]: row["side"] for row in [*data.get("state", []), *data.get("group", [])]}
    for kind in ("state", "person", "group"):
        for row in data.get(kind, []):
            actor, forms = _actor(path, kind, row, state_side, sides)
            if any(a.id == actor.id for a in actors):
                raise DiscourseError(f"{path}: actor id {actor.id!r} stands twice; ids are unique.")
            actors.append(actor)
            for form in forms:
                for spelt in dict.fromkeys([form, form.upper() if len(form) > 4 else form]):
                    if names.setdefault(spelt, len(actors) - 1) not in (len(actors) - 1, -1):
                        raise DiscourseError(f"{path}: {spelt!r} names both {actors[names[spelt]].id} and {actor.id}.")
    origins, role_sides = _origins(path, data.get("origin", []), sides)
    media = frozenset(name.lower() for name in data.get("media", []))
    return People(tuple(actors), tuple(sorted(names.items())), origins, media, role_sides)


def _origins(
    path: str | Path, rows: list[dict], sides: tuple[str, ...]
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Sides by a word of origin, and by role, from the tables `[[origin]]`."""
    words, roles = [], []
    for row in rows:
        for key in row:
            require(f"{path}, origin: key", key, ("words", "roles", "side"))
        require(f"{path}, origin: side", row.get("side"), sides or (row.get("side"),))
        for role in row.get("roles", []):
            require(f"{path}, origin: role", role, SPEAKER_ROLES)
            roles.append((role, row["side"]))
        words += [(word.lower(), row["side"]) for word in row.get("words", [])]
    return tuple(words), tuple(roles)


def _actor(
    path: str | Path, kind: str, row: dict, state_side: dict[str, str], sides: tuple[str, ...]
) -> tuple[Actor, list[str]]:
    label = f"{path}, {kind} {row.get('id', row)}"
    if not row.get("id"):
        raise DiscourseError(f"{label}: id is missing.")
    if kind == "person":
        offices = tuple(Office(o["role"], o.get("from", ""), o.get("to", "")) for o in row.get("offices", []))
        for office in offices:
            require(f"{label}: role", office.role, SPEAKER_ROLES)
        side = "analyst" if offices and offices[0].role == "analyst" else state_side.get(row.get("state", ""), "other")
        if offices and offices[0].role == "opposition":
            side = "other"
        actor = Actor(row["id"], kind, row["name"], side, row.get("state", ""), row.get("gender", ""), offices)
        return actor, [row["name"], *row.get("aliases", [])]
    require(f"{label}: side", row.get("side"), sides or (row.get("side"),))
    state = row["id"] if kind == "state" else ""
    forms = [*row["names"], *row.get("demonyms", []), *row.get("capitals", [])]
    demonyms, epithets = (tuple(row.get(key, ())) for key in ("demonyms", "epithets"))
    return Actor(row["id"], kind, row["names"][0], row["side"], state, demonyms=demonyms, epithets=epithets), forms


_LISTS = lexicon.read("names.toml")
_HONORIFIC = _LISTS.source("honorifics")
HONORIFIC = re.compile(_HONORIFIC + r"\s")
_NAME = re.compile(
    rf"(?:{_HONORIFIC}\s+)*((?:[A-Z][\w’'-]+|[A-Z]\.)(?:\s+(?:(?:de|van|von|der|bin|al|del|da|dos)\s+)?(?:[A-Z][\w’'-]+|[A-Z]\.))*)"
)
_NAME_BEFORE = re.compile(r"\b([A-Z][\w’'-]+) $")
_NOT_NAMES = _LISTS.words("not_names")


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


def printed_names(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """Capitalised names in `text[start:end]` that may be people: (start, end, name without honorifics)."""
    found = []
    for match in _NAME.finditer(text, start, end):
        name = re.sub(r"[’']s?$", "", match.group(1))
        parts = name.split()
        titled = match.start(1) > match.start()
        while parts and parts[0].lower().rstrip(".") in _NOT_NAMES:
            parts.pop(0)
        while parts and parts[-1].lower().rstrip(".") in _NOT_NAMES:
            parts.pop()
        if not parts or any(p.lower().rstrip(".") in _NOT_NAMES for p in parts):
            continue
        name = " ".join(parts)
        opens = match.start(1) == start or text[match.start(1) - 2 : match.start(1) - 1] in '.!?\n”"'
        if len(parts) == 1 and not titled and opens and text.find(f" {name} ", 0, match.start(1)) < 0:
            continue  # the first word of a sentence is capitalised anyway
        if (len(parts) > 1 or titled or len(name) > 2) and not (len(parts) == 1 and name.isupper() and not titled):
            at = text.index(parts[0], match.start(1))
            found.append((at, at + len(name), name))
    return found
