"""From sources to documents: plan the pieces, read each piece, and turn every record into a `Document` or a `Refusal`.

Documents in = kept + refused, always. The order is that of the sources, then of the file names, then of the rows, and
does not depend on how the work is shared out.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analysis.errors import DiscourseError, TextsMissing
from analysis.study.corrections import Correction
from analysis.study.outlets import Resolver
from analysis.study.settings import Outlet
from analysis.study.sources import Source
from analysis.texts.clean.boilerplate import Marks
from analysis.texts.document import Document, Refusal
from analysis.texts.read import formats as readers
from analysis.texts.read.assemble import Assembler
from analysis.texts.read.file_groups import matching
from analysis.texts.read.formats.places import printable
from analysis.texts.read.formats.record import Part

__all__ = ["Context", "Part", "context", "plan_parts", "read_documents", "read_part"]


@dataclass(frozen=True)
class Context:
    """What reading needs besides the piece itself; picklable, one per build.

    repeated: outlet_id -> the paragraphs that it prints again and again (see `repeated.marks`).
    """

    resolver: Resolver
    corrections: Mapping[str, tuple[Correction, ...]] = field(default_factory=dict)
    repeated: Mapping[str, Marks] = field(default_factory=dict)


def context(
    outlets: Mapping[str, Outlet],
    corrections: Mapping[str, tuple[Correction, ...]] | None = None,
    repeated: Mapping[str, Marks] | None = None,
) -> Context:
    """A `Context` from the configuration's outlets and corrections."""
    return Context(Resolver(outlets), corrections or {}, repeated or {})


def plan_parts(sources: Iterable[Source], folder: str | os.PathLike[str]) -> list[Part]:
    """All pieces to read, in order; each is picklable and holds about 8 MB of text.

    A file that two sources claim belongs to the first. Raises `TextsMissing` if the folder is not there and
    `DiscourseError` if a source matches no file.
    """
    root = Path(folder)
    if not root.is_dir():
        raise TextsMissing(f"{root}: no such folder. Put the texts there, or name their folder in DISCOURSE_TEXTS.")
    readers.check_folders(root)
    sources = list(sources)
    if sources and not any(files_of(source, root) for source in sources):
        raise TextsMissing(
            f"{root}: none of the texts that sources.toml names are there. Put them there, or name their folder in "
            "DISCOURSE_TEXTS. The notebooks do not need them: they use the public store."
        )
    parts: list[Part] = []
    claimed: set[Path] = set()
    for source in sources:
        matched = files_of(source, root)
        files = [p for p in matched if p not in claimed]
        if not files:
            why = f"no file in {root} matches {source.path!r}"
            if matched:
                why = f"all {len(matched)} file(s) that match {source.path!r} belong to a source above it"
            raise DiscourseError(f"source {source.source_id}: {why}. Mend `path` in sources.toml.")
        claimed.update(files)
        for path in files:
            name = printable(path.relative_to(root).as_posix())
            format_ = readers.format_of(path) if source.format == "auto" else source.format
            parts += readers.plan(Part(source, path, name, format_))
    return parts


def files_of(source: Source, root: Path) -> list[Path]:
    """The files a source's glob matches, by name, without hidden files and the locks of an office program."""
    found = [p for p in matching(root, source.path) if p.is_symlink() or not p.is_dir()]
    return sorted(
        (p for p in found if not p.name.startswith((".", "~$"))), key=lambda p: p.relative_to(root).as_posix()
    )


def read_part(part: Part, context: Context, *, taken: frozenset[str] = frozenset()) -> Iterator[Document | Refusal]:
    """The documents and refusals of one piece, in order.

    taken: doc_ids that earlier pieces hold; a document with one of them is refused as "duplicate-id". Within the piece
    the first document keeps its id.
    """
    assembler = Assembler(part, context.resolver, context.corrections, context.repeated)
    seen: dict[str, str] = {}
    for record in readers.read(part):
        made = record if isinstance(record, Refusal) else assembler.document(record)
        if isinstance(made, Document):
            if made.doc_id in seen or made.doc_id in taken:
                first = seen.get(made.doc_id, "an earlier file")
                reason = f"id {made.doc_id!r} is already used by {first}; ids are unique"
                made = Refusal(made.origin, reason, "duplicate-id", made.doc_id)
            else:
                seen[made.doc_id] = made.origin
        yield made


def read_documents(
    sources: Iterable[Source],
    folder: str | os.PathLike[str],
    *,
    outlets: Mapping[str, Outlet],
    corrections: Mapping[str, tuple[Correction, ...]] | None = None,
    repeated: Mapping[str, Marks] | None = None,
) -> Iterator[Document | Refusal]:
    """All documents and refusals of all sources, one after the other, in constant memory but for the ids."""
    shared = context(outlets, corrections, repeated)
    first_use: dict[str, str] = {}
    for part in plan_parts(sources, folder):
        for made in read_part(part, shared):
            if isinstance(made, Document):
                if made.doc_id in first_use:
                    reason = f"id {made.doc_id!r} is already used by {first_use[made.doc_id]}; ids are unique"
                    made = Refusal(made.origin, reason, "duplicate-id", made.doc_id)
                else:
                    first_use[made.doc_id] = made.origin
            yield made
