"""Reading all texts as `build` would, without building: what would be kept, refused, undated, unknown."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError
from analysis.study import sources
from analysis.study.corrections import Correction
from analysis.study.outlets import snippets
from analysis.study.settings import Era, Outlet, declared
from analysis.study.sources import Source
from analysis.texts.clean import repeated
from analysis.texts.document import Document, Refusal
from analysis.texts.read.audit import NOT_A_DOCUMENT, Audit
from analysis.texts.read.file_groups import unclaimed
from analysis.texts.read.overview import Overview
from analysis.texts.read.reading import Context, Part, context, plan_parts, read_part

Made = Document | Refusal
MOST = 60  # messages on records; of more the first `FEW` of each kind
FEW = 5


@dataclass(slots=True)
class Checked:
    """rows: one audit row per file. messages: what would be refused and how to mend it (see `Messages`). overview: counts
    of the kept. unclaimed: files that no source names. repeated: a line on each paragraph that an outlet repeats."""

    rows: list[dict[str, Any]]
    messages: list[str]
    overview: Overview
    unclaimed: list[str]
    repeated: list[str]

    def why_left_out(self) -> list[str]:
        """A sentence with the number of records of each kind that are left out; [] if none is."""
        kinds: Counter[str] = Counter()
        for row in self.rows:
            kinds.update(row["kinds"])
        told = [f"{number:,} {kind}" for kind, number in sorted(kinds.items(), key=lambda each: (-each[1], each[0]))]
        return [f"Left out: {', '.join(told)}."] * bool(told)


@dataclass(frozen=True, slots=True)
class Declared:
    """What a study declares besides its sources."""

    outlets: Mapping[str, Outlet]
    eras: Mapping[str, Era] = field(default_factory=dict)
    corrections: Mapping[str, tuple[Correction, ...]] = field(default_factory=dict)


def check(
    sources_path: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    declared: Declared,
    *,
    limit: int | None = None,
    each: Callable[[Made], object] | None = None,
    carries_hit: Callable[[str], bool] = lambda text: False,
    every: bool = False,
) -> Checked:
    """Read without building, in the order and with the outcome that a build would have.

    limit: records looked at per piece (None: all); repeated paragraphs are then not looked for. each: called with
    every document and refusal, in order. carries_hit: whether the codebook matches in a paragraph. every: all messages,
    however many. They name what would be refused and how to mend it, list unknown outlets with a ready TOML snippet, and
    corrections that no document uses. Errors in the configuration raise `DiscourseError`.
    """
    audit, overview = Audit(), Overview(declared.eras)
    plain = context(declared.outlets, declared.corrections)
    unused = set(declared.corrections)
    messages = Messages(every=every)
    first_use: dict[str, str] = {}
    parts = plan_parts(sources.load(sources_path), folder)
    found = _repeated(parts, plain, carries_hit) if limit is None else []
    shared = replace(plain, repeated=repeated.marks(found))
    for part in parts:
        try:
            for made in itertools.islice(read_part(part, shared), limit):
                made = _only_first(made, first_use, part.source)
                audit.add(made)
                overview.add(made)
                messages.add_record(made)
                unused.discard(made.doc_id or "")
                if each:
                    each(made)
        except DiscourseError as error:
            messages.add("unreadable", str(error))
            unused.clear()  # the rest of this piece was not read: what it holds is not known
    if limit is None:
        for target in sorted(unused):
            messages.add("correction", f"corrections.toml: no document {target!r}; delete the correction.")
    told = [*messages.lines(), *_unknown_outlets(audit.unknown, Path(sources_path).parent / "outlets.toml")]
    notes = repeated.in_words(found, parts, plain)
    return Checked(audit.rows(), told, overview, unclaimed(Path(folder), {part.path for part in parts}), notes)


class Messages:
    """What a check says of single records: all of it in order, or if that is very much the first of each kind."""

    def __init__(self, *, every: bool = False) -> None:
        self.every = every
        self.number: Counter[str] = Counter()
        self._kept: list[tuple[str, str]] = []

    def add_record(self, made: Made) -> None:
        """Say why a record is left out; of one that is kept, filtered or of an unknown outlet there is nothing to say."""
        if isinstance(made, Refusal) and made.kind not in NOT_A_DOCUMENT and made.kind != "unknown-outlet":
            self.add(made.kind, f"{made.origin}: {made.reason} [{made.kind}]")

    def add(self, kind: str, message: str) -> None:
        """Say one thing, of a kind of things."""
        self.number[kind] += 1
        if self.every or self.number[kind] <= MOST:
            self._kept.append((kind, message))

    def lines(self) -> list[str]:
        """The messages; of those left out their number."""
        if self.every or self.number.total() <= MOST:
            return [message for _, message in self._kept]
        lines = []
        for kind, number in self.number.items():
            lines += [message for of, message in self._kept if of == kind][:FEW]
            if number > FEW:
                lines.append(f"... and {number - FEW:,} more [{kind}]: all of them with --details.")
        return lines


def _repeated(parts: Sequence[Part], shared: Context, carries_hit: Callable[[str], bool]) -> list[repeated.Repeat]:
    try:
        return repeated.find_repeated(parts, shared, carries_hit)
    except DiscourseError:
        return []  # a guard of a correction does not hold: the reading itself says so


def unclaimed_in_words(names: Sequence[str], shown: int = 10) -> list[str]:
    """What to do about files that no source names; [] if there are none."""
    if not names:
        return []
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return [
        f"{len(names)} file(s) that no source names, so they are not read: {', '.join(names[:shown])}{more}."
        " Add a [[source]] for them, or write sources.toml anew with `discourse init --force`."
    ]


def _only_first(made: Made, first_use: dict[str, str], source: Source) -> Made:
    """The document, or a refusal if another file has one with its id already."""
    if isinstance(made, Refusal) or first_use.setdefault(made.doc_id, made.origin) == made.origin:
        return made
    reason = (
        f"id {made.doc_id!r} is already used by {first_use[made.doc_id]}; ids are unique: in sources.toml give source "
        f'{source.source_id} a prefix, id_prefix = "{source.source_id}:"'
    )
    return Refusal(made.origin, reason, "duplicate-id", made.doc_id)


def _unknown_outlets(unknown: Mapping[tuple[str, str], int], place: Path) -> list[str]:
    if not unknown:
        return []
    total = sum(unknown.values())
    words = snippets(unknown, types=declared(place, "outlet_type"))
    return [f"{total} record(s) of {len(unknown)} outlet(s) that {place} does not know; add there:\n{words}"]
