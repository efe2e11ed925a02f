"""Reading all texts as `build` would, without building: what would be kept, refused, undated, unknown."""

from __future__ import annotations

import itertools
import os
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
from analysis.texts.read.audit import Audit
from analysis.texts.read.file_groups import unclaimed
from analysis.texts.read.overview import Overview
from analysis.texts.read.reading import Context, Part, context, plan_parts, read_part

Made = Document | Refusal


@dataclass(slots=True)
class Checked:
    """rows: one audit row per file. messages: what would be refused and how to mend it. overview: counts of the kept.
    unclaimed: files of the study that no source names. repeated: a line on each paragraph that an outlet repeats."""

    rows: list[dict[str, Any]]
    messages: list[str]
    overview: Overview
    unclaimed: list[str]
    repeated: list[str]


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
) -> Checked:
    """Read without building, in the order and with the outcome that a build would have.

    limit: records looked at per piece (None: all); repeated paragraphs are then not looked for. each: called with
    every document and refusal, in order. carries_hit: whether the codebook matches in a paragraph. Messages name what
    would be refused and how to mend it, list unknown outlets with a ready TOML snippet, and corrections that no
    document uses. Errors in the configuration raise `DiscourseError`.
    """
    audit, overview = Audit(), Overview(declared.eras)
    plain = context(declared.outlets, declared.corrections)
    unused = set(declared.corrections)
    messages: list[str] = []
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
                unused.discard(made.doc_id or "")
                if each:
                    each(made)
        except DiscourseError as error:
            messages.append(str(error))
            unused.clear()  # the rest of this piece was not read: what it holds is not known
    messages += [f"{r.origin}: {r.reason} [{r.kind}]" for r in audit.examples if r.kind != "unknown-outlet"]
    messages += _unknown_outlets(audit.unknown, Path(sources_path).parent / "outlets.toml")
    if limit is None:
        messages += [f"corrections.toml: no document {target!r}; delete the correction." for target in sorted(unused)]
    notes = repeated.in_words(found, parts, plain)
    return Checked(audit.rows(), messages, overview, unclaimed(Path(folder), {part.path for part in parts}), notes)


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
