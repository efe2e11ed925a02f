"""The codebook: one TOML file per frame, read into records and compiled to regular expressions over lower-cased text.

How patterns are read is written at the head of every codebook file and in docs/codebook.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError, not_allowed, require
from analysis.study.schema import record, tables, unique
from analysis.study.settings import read_toml
from analysis.texts.annotate.anchors import PIECE, Anchor, anchors, landmarks, stands
from analysis.texts.annotate.nouns import KINDS
from analysis.texts.annotate.tokens import lower

NESTED_SCOPES = ("frame", "codebook")
SLOTS = ("holder", "object")
RELATIONS = ("", "object", "of", "owner", "subject", "clause", "agent")
ACTOR_KINDS = ("@state", "@actor", "@power")
NOUN_KINDS = (*(f"@{kind}" for kind in KINDS), "@everyday")
SHARED = "_shared.toml"  # beside the frames: false friends of all of them
_DASH, _NO_DASH = "–", "\x96"  # the second stands in no text that was cleaned
_GLUE = r"[ \-–*_]{1,3}"  # what may stand between two words of a pattern
_LEFT = r"(?<!\w)(?<!\w[-'])"
_RIGHT = r"(?!\w)(?!-\w)(?!'(?!s(?!\w))\w)"
_WORD = r"\w+(?:[-']\w+)*"
MOST_BETWEEN = 20  # words between two words of a pattern
_PATTERNS = {"says": "a list of patterns"}
_FEW = 48  # beginnings of words that are looked for one by one in less time than a sentence takes to be split
_RUN = re.compile(r"\w+")


@dataclass(frozen=True)
class Condition:
    """Patterns and kinds of actor ("@state") that are looked for in one relation to a match; "" is the sentence.

    heads: beginnings of words one of which stands wherever the patterns match, so that most texts need no search; empty if
    some pattern has none. starts: their first two letters, so that most words need one look only. nouns: classes of noun
    ("person", "creature", "thing") one of which is what the words of the relation name.
    """

    relation: str
    source: str | None
    actors: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    starts: frozenset[str] = frozenset()
    nouns: frozenset[str] = frozenset()

    @cached_property
    def regex(self) -> re.Pattern[str] | None:
        """One regular expression for all patterns, compiled when it is first needed, for text from `without_dashes`; None
        if there are none."""
        return compiled(self.source) if self.source is not None else None

    def may_match(self, part: str) -> bool:
        """Whether a word of lower-cased text begins as a match of the patterns has to."""
        if not self.heads:
            return True
        if len(self.heads) <= _FEW and not stands((self.heads,), part):
            return False
        starts = self.starts
        words = [word for word in _RUN.findall(part) if word[:2] in starts]
        return any(word.startswith(self.heads) for word in words)


@dataclass(frozen=True)
class Entry:
    """One codebook entry. Tuples hold patterns in the notation of the codebook files.

    owner, of: whether the state in front with a possessive ("X's long restraint"), or behind "of", holds the stance or is
    its object ("X's satellite", "a satellite of X"). attributive: the state named right behind is the holder ("a neutral
    X"). agent: the holder may stand behind "by" or after a verb of seeing ("seen by X as a shield"). mutual: both
    states of "between X and Y" hold it. acted_on: the words say what is done to the state whose stance it is ("X violates
    Y's ..."): its owner within the words or behind "of" is asked first, who does it last. either_way: denied or affirmed,
    the words carry the frame, so no hit is negated.
    unmistakable: the words have one sense, so no noun beside them ("@person", "@thing") makes it another.
    """

    id: str
    frame: str
    pattern: tuple[str, ...]
    category: str
    source: str = ""
    examples: tuple[str, ...] = ()
    not_examples: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    requires_within: int = 0
    forbids: tuple[str, ...] = ()
    forbids_within: int = 0
    frame_forbids: tuple[str, ...] = ()
    negator_belongs: bool = False
    case_sensitive: bool = False
    owner: str = "holder"
    of: str = "holder"
    attributive: bool = False
    agent: bool = False
    mutual: bool = False
    acted_on: bool = False
    either_way: bool = False
    unmistakable: bool = False
    note: str = ""

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """One regular expression per pattern, as text, for lower-cased text (or the text as written, if case-sensitive);
        the group is the match. The left boundary is left to `at_word_start`: so the expressions start with a literal."""
        return tuple(compile_pattern(p, self.id, case=self.case_sensitive, left=False) for p in self.pattern)

    @property
    def regexes(self) -> tuple[re.Pattern[str], ...]:
        """The expressions of all patterns, compiled, for text from `without_dashes`."""
        return tuple(map(compiled, self.sources))

    @cached_property
    def anchors(self) -> tuple[Anchor, ...]:
        """Literal words, one of which stands wherever a pattern matches; the matcher looks for these first. Raises
        `DiscourseError` for a pattern that has none."""
        found = anchors(self.pattern)
        for number in sorted(set(range(len(self.pattern))) - {anchor.pattern for anchor in found}):
            raise DiscourseError(
                f"{self.id}: pattern {self.pattern[number]!r} has no word with two literal letters to look for."
            )
        return tuple(found)

    @cached_property
    def needs(self) -> tuple[Condition, ...]:
        """What `requires` asks for, one condition for each relation; one of them must be met."""
        return conditions(self.requires, self.id)

    @cached_property
    def bars(self) -> tuple[Condition, ...]:
        """What the entry's own `forbids` rules out, one condition for each relation; none of them may be met."""
        return conditions(self.forbids, self.id)

    @cached_property
    def shared_bars(self) -> tuple[Condition, ...]:
        """What the frame and all frames rule out, compiled once for all entries; a word anywhere in the sentence does not
        count where a state acts in the clause of the match."""
        shared = self.frame_forbids
        if self.unmistakable:
            shared = tuple(pattern for pattern in shared if split_relation(pattern)[1] not in NOUN_KINDS)
        return shared_conditions(shared)


@dataclass(frozen=True)
class Frame:
    """One codebook file: a frame, its entries in file order and the false friends they share."""

    name: str
    label: str
    about: str
    entries: tuple[Entry, ...]
    exclude: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()
    nested_scope: str = "frame"
    core: tuple[str, ...] = ()
    boundary: str = ""

    def is_core(self, category: str) -> bool:
        """Whether hits of the category count towards the frame's total; all do if the frame names no core."""
        return not self.core or category in self.core


@dataclass(frozen=True)
class Codebook:
    """All frames in order of their names. exclude, forbids: the false friends that all of them share."""

    frames: tuple[Frame, ...]
    version: str = field(default="", compare=False)
    exclude: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()

    @property
    def entries(self) -> list[Entry]:
        return [entry for frame in self.frames for entry in frame.entries]

    def frame(self, name: str) -> Frame:
        """The frame `name`; an unknown name raises `DiscourseError` that lists all frames."""
        for frame in self.frames:
            if frame.name == name:
                return frame
        raise DiscourseError(not_allowed("frame", name, [f.name for f in self.frames]))


def load(folder: str | Path) -> Codebook:
    """Read all `*.toml` files of a codebook folder; `_shared.toml`, if it is there, has no frame of its own but `exclude`
    and `forbids` of all frames.

    Raises `DiscourseError` that names file and entry for unknown keys, missing ids or patterns, ids that stand twice
    and patterns that cannot be read. A folder without files is refused.
    """
    import hashlib

    paths = sorted(Path(folder).glob("*.toml"))
    if not [path for path in paths if path.name != SHARED]:
        raise DiscourseError(f"{folder}: no codebook files (*.toml); one file per frame is expected.")
    shared = _shared(Path(folder) / SHARED)
    frames = [_frame(path, shared.forbids) for path in paths if path.name != SHARED]  # it refuses what is no file
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()
    names = [frame.name for frame in frames]
    for name in names:
        if names.count(name) > 1:
            raise DiscourseError(f"{folder}: frame {name!r} is defined in two files; one file per frame.")
    return Codebook(tuple(sorted(frames, key=lambda f: f.name)), digest[:12], shared.exclude, shared.forbids)


@dataclass(frozen=True)
class _Shared:
    """The keys of the file of false friends."""

    exclude: tuple[str, ...] = field(default=(), metadata=_PATTERNS)
    forbids: tuple[str, ...] = field(default=(), metadata=_PATTERNS)


def _shared(path: Path) -> _Shared:
    """The false friends of all frames; none without the file."""
    data = read_toml(path) if path.is_file() else {}
    shared = record(_Shared, data, where=f"{path}", thing="false friends")
    for pattern in shared.forbids:
        relation, body = split_relation(pattern)
        require(f"{path}: relation", relation, RELATIONS)
        if body.startswith("@"):
            require(f"{path}: forbids", body, (*ACTOR_KINDS, *NOUN_KINDS))
    _ = any_source(shared.exclude, SHARED), conditions(shared.forbids, SHARED)  # what cannot be read is refused here
    return shared


@dataclass(frozen=True)
class _File:
    """The keys of one codebook file."""

    frame: str = ""
    label: str = ""
    about: str = ""
    nested_scope: str = "frame"
    exclude: tuple[str, ...] = field(default=(), metadata=_PATTERNS)
    forbids: tuple[str, ...] = field(default=(), metadata=_PATTERNS)
    core: tuple[str, ...] = field(default=(), metadata={"says": "a list of categories"})
    boundary: str = ""


def _frame(path: Path, common: tuple[str, ...]) -> Frame:
    data = read_toml(path)
    rows = tables(data, "entry", where=str(path))
    known = [*(f.name for f in fields(_File)), "entry"]
    for key in data:
        require(f"{path}: key", key, known)
    file = record(_File, {k: v for k, v in data.items() if k != "entry"}, where=f"{path}", thing="codebook file")
    name = file.frame or path.stem
    require(f"{path}: nested_scope", file.nested_scope, NESTED_SCOPES)
    if not rows:
        raise DiscourseError(f"{path}: no [[entry]]; a frame has at least one, with id, pattern and category.")
    entries = tuple(_entry(path, name, number, row, file.forbids + common) for number, row in enumerate(rows, start=1))
    unique(entries, "id", where=f"{path}, entry")
    for category in file.core:
        require(f"{path}: core", category, dict.fromkeys(entry.category for entry in entries))
    frame = Frame(
        name,
        file.label or name,
        file.about,
        entries,
        file.exclude,
        file.forbids,
        file.nested_scope,
        file.core,
        file.boundary,
    )
    any_source(frame.exclude, name)  # a pattern that cannot be read is refused here, not in the middle of a run
    return frame


def _entry(path: Path, frame: str, number: int, row: dict[str, Any], shared: tuple[str, ...]) -> Entry:
    label = f"{path}, entry {row.get('id', number)}"
    if isinstance(row.get("pattern"), str):
        row = {**row, "pattern": [row["pattern"]]}
    entry = record(Entry, row, where=label, given={"frame": frame, "frame_forbids": shared})
    for key in ("id", "pattern", "category"):
        if not getattr(entry, key):
            raise DiscourseError(f"{label}: {key} is empty; every entry needs id, pattern, category.")
    for name in ("owner", "of"):
        require(f"{label}: {name}", getattr(entry, name), SLOTS)
    for pattern in (*entry.requires, *entry.forbids, *shared):
        relation, body = split_relation(pattern)
        require(f"{label}: relation", relation, RELATIONS)
        if body.startswith("@"):
            require(f"{label}: requires", body, (*ACTOR_KINDS, *NOUN_KINDS))
    try:
        _ = entry.sources, any_source(entry.exclude, entry.id), entry.needs, entry.bars, entry.anchors
    except DiscourseError as error:
        raise DiscourseError(f"{path}, entry {error}") from error
    return entry


@lru_cache(maxsize=8192)
def compiled(source: str) -> re.Pattern[str]:
    """A regular expression of the codebook, for text from `without_dashes`. A study's few thousand are compiled once a
    process, when first needed."""
    return re.compile(source.replace(_DASH, _NO_DASH))


@lru_cache(maxsize=4)
def without_dashes(text: str) -> str:
    """`text` with another sign for each dash, character for character: Python compiles a set of Latin-1 signs in a tenth of
    the time that one with a dash takes, and hundreds of expressions have one."""
    return text.replace(_DASH, _NO_DASH)


@lru_cache(maxsize=8192)
def any_of(patterns: tuple[str, ...], where: str, *, left: bool = True) -> re.Pattern[str] | None:
    """One regular expression for any of the patterns in lower-cased text from `without_dashes`; None if there are none."""
    source = any_source(patterns, where, left=left)
    return compiled(source) if source is not None else None


def any_source(patterns: Sequence[str], where: str, *, left: bool = True) -> str | None:
    """`any_of` as text. Raises `DiscourseError` for a pattern that cannot be read."""
    if not patterns:
        return None
    plain = [compile_pattern(p, where, left=False) for p in patterns if "[" not in p]
    made = [compile_pattern(p, where, left=False) for p in patterns if "[" in p]
    if (
        plain
    ):  # one group and one boundary for all of them: an alternative that is plain text is rejected at its first letter
        bodies = [p.removeprefix("(?:(").removesuffix(f"){_RIGHT})") for p in plain]
        made.insert(0, f"((?:{'|'.join(bodies)}){_RIGHT})")
    return (_LEFT if left else "") + f"(?:{'|'.join(made)})"


def split_relation(pattern: str) -> tuple[str, str]:
    """A condition's relation to the match and its pattern: "object: power*" is what the match is directed at."""
    head, colon, rest = pattern.partition(": ")
    return (head, rest.strip()) if colon else ("", pattern)


def conditions(patterns: Sequence[str], where: str) -> tuple[Condition, ...]:
    """The patterns of `requires` or `forbids`, one condition for each relation."""
    found: dict[str, list[str]] = {}
    for pattern in patterns:
        relation, body = split_relation(pattern)
        found.setdefault(relation, []).append(body)
    made = []
    for relation, bodies in found.items():
        words = [b for b in bodies if b[0] != "@"]
        heads = landmarks(words)
        actors = tuple(b for b in bodies if b in ACTOR_KINDS)
        nouns = frozenset(b[1:] for b in bodies if b in NOUN_KINDS)
        starts = frozenset(h[:2] for h in heads)
        made.append(Condition(relation, any_source(words, where), actors, heads, starts, nouns))
    return tuple(made)


@lru_cache(maxsize=64)
def shared_conditions(patterns: tuple[str, ...]) -> tuple[Condition, ...]:
    """The conditions that many entries have in common."""
    return conditions(patterns, "forbids of the frame or of all frames")


def compile_pattern(pattern: str, where: str = "", *, case: bool = False, left: bool = True) -> str:
    """One codebook pattern as a regular expression with the boundaries of words on both sides.

    Raises `DiscourseError` for a pattern without a literal word or with unpaired brackets.
    """
    pieces = PIECE.findall(pattern)
    if "".join(pieces).replace(" ", "") != pattern.replace(" ", "") or not any(p[0] not in "{[" for p in pieces):
        raise DiscourseError(
            f"{where}: pattern {pattern!r} cannot be read; words, * for any letters, (a|b) for a choice and "
            "{0,3} for words between; docs/codebook.md explains each sign."
        )
    before, after = "", ""
    if pieces[0][0] == "[":
        before = _group(pieces.pop(0)[1:-1], case) + _GLUE
    if pieces and pieces[-1][0] == "[":
        after = _group(pieces.pop()[1:-1], case) + _RIGHT
    body = ""
    gap = ""
    for piece in pieces:
        if piece[0] == "[":
            raise DiscourseError(f"{where}: pattern {pattern!r}: [context] may stand only at the start or end.")
        if piece[0] == "{":
            low, high = piece[1:-1].split(",")
            if len(high) > 2 or len(low) > 2 or int(low) > int(high) or int(high) > MOST_BETWEEN:
                raise DiscourseError(
                    f"{where}: pattern {pattern!r}: {piece} is not allowed; allowed: {{LEAST,MOST}} words between, the "
                    f"least first and at most {MOST_BETWEEN}."
                )
            gap = f"(?:{_WORD}[,;]?{_GLUE}){{{int(low)},{int(high)}}}"
            continue
        text = _group(piece[1:-1], case) if piece[0] == "(" else _literal(piece, case)
        body += (_GLUE + gap if body else "") + text
        gap = ""
    after = f"(?={_GLUE}{gap}{after})" if after else ""  # words may stand before the context, too
    boundary = _LEFT if left else ""
    if before:  # Python's look-behind has a fixed width, so the context is matched and left out of the group
        return f"(?:{boundary}{before}(?=({body}){_RIGHT}{after}))"
    return f"(?:{boundary}({body}){_RIGHT}{after})"


def at_word_start(low: str, at: int) -> bool:
    """Whether a word may begin at `at`: no letter before it, nor a hyphen or apostrophe inside a word."""
    if at == 0:
        return True
    before = low[at - 1]
    if before in "-'":
        return at < 2 or not (low[at - 2].isalnum() or low[at - 2] == "_")
    return not (before.isalnum() or before == "_")


def _group(text: str, case: bool) -> str:
    return "(?:" + "|".join(_GLUE.join(_literal(w, case) for w in part.split()) for part in text.split("|")) + ")"


@lru_cache(maxsize=8192)  # the same words stand in the conditions of many entries
def _literal(word: str, case: bool) -> str:
    word = word.replace("’", "'") if case else lower(word)
    parts = {"*": r"\w*", "?": r"\w", "-": r"[- –]?", "'": r"'?"}
    return "".join(parts.get(c, re.escape(c)) for c in word)


def related(exclusions: Sequence[str], entry: Entry) -> list[str]:
    """Those exclusions that can overlap a match of the entry at all: they share the beginning of a word with it."""
    words = tuple({head for pattern in entry.pattern for head in _heads(pattern)})
    return [
        exclusion
        for exclusion in exclusions
        if any(head.startswith(words) for head in _heads(exclusion))
        or any(word.startswith(_heads(exclusion)) for word in words)
    ]


@lru_cache(maxsize=8192)
def _heads(pattern: str) -> tuple[str, ...]:
    """The literal beginnings of all words of a pattern, hyphens left out; a bare wildcard gives the empty one."""
    words = re.sub(r"\{[^}]*\}", " ", pattern.lower()).replace("-", "").replace("'", "")
    return tuple({re.split(r"[*?]", word)[0] for word in re.split(r"[\s()|\[\]]+", words) if word})
