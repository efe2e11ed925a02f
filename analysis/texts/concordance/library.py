"""The private texts themselves, for reading: all documents of a study, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.study.settings import load_eras, load_outlets
from analysis.texts.concordance.sought import Among
from analysis.texts.document import Document

if TYPE_CHECKING:
    from analysis.texts.annotate.codebook import Codebook
    from analysis.texts.annotate.engine import Engine
    from analysis.texts.clean.boilerplate import Marks
    from analysis.texts.clean.repeated import Repeat
    from analysis.texts.concordance.finished import FinishedPart
    from analysis.texts.concordance.known_hits import Known
    from analysis.texts.concordance.kwic import Line
    from analysis.texts.concordance.sought import Sought
    from analysis.texts.read.formats.record import Part
    from analysis.texts.read.reading import Context


def documents(corpus: Path, texts: Path) -> Iterator[Document]:
    """Every document that `build` would keep, in the same order and with the same text: paragraphs that an outlet
    repeats are looked for first. Raises `TextsMissing` if the texts are not there.
    """
    return (document for document, _ in candidates(corpus, texts))


def candidates(
    corpus: Path,
    texts: Path,
    sought: Sought | None = None,
    among: Among | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[tuple[Document, Known | None]]:
    """Every document that may hold what is sought, with what a build knows of it (None: nothing).

    Of a part that `build` has finished only the records that can hold a line are read; the texts of others are read whole.
    sought: None for all documents. among: documents that others leave out. progress: called with (parts done, parts in
    all). Raises `TextsMissing` if the texts are not there.
    """
    from analysis.texts.concordance.finished import Finished
    from analysis.texts.read import reading

    among = among or Among()
    parts, plain = _parts(corpus, texts)
    finished = Finished(corpus, parts)
    context, marks = _context(corpus, parts, plain, finished.repeats(parts))
    taken: set[str] = set()
    for number, part in enumerate(parts):
        if progress:
            progress(number, len(parts))
        known = finished.part(part, marks) if sought else None
        holds = sought.holding(known) if sought and known else None
        if known is not None and holds is not None:
            yield from _of_finished(part, known, np.flatnonzero(holds).tolist(), context, among, taken)
            continue
        made = [m for m in reading.read_part(part, context, taken=frozenset(taken)) if isinstance(m, Document)]
        taken |= {document.doc_id for document in made}
        yield from ((document, None) for document in made if among.has(document.outlet_id, document.published))
    if progress:
        progress(len(parts), len(parts))


def _parts(corpus: Path, texts: Path) -> tuple[list[Part], Context]:
    """The pieces of a study's texts, and what reading them needs besides, repeated paragraphs apart."""
    from analysis.study import corrections, sources
    from analysis.texts.read import reading

    given = corpus / "corrections.toml"
    declared, outlets = sources.load(corpus / "sources.toml"), load_outlets(corpus / "outlets.toml")
    parts = reading.plan_parts(declared, texts)
    return parts, reading.context(outlets, corrections.load(given) if given.exists() else None)


def _context(
    corpus: Path, parts: list[Part], plain: Context, found: list[Repeat] | None
) -> tuple[Context, dict[str, Marks]]:
    """What reading needs, with repeated paragraphs: those `found`, or else looked for in all texts."""
    from analysis.texts.clean import repeated

    if found is None:
        from analysis.texts.annotate.matcher import hit_test

        found = repeated.find_repeated(parts, plain, hit_test(corpus / "codebook"))
    marks = repeated.marks(found)
    return replace(plain, repeated=marks), marks


def _of_finished(
    part: Part, known: FinishedPart, indices: list[int], context: Context, among: Among, taken: set[str]
) -> Iterator[tuple[Document, Known]]:
    """The documents at `indices` of a finished part, read by themselves; ids `taken` by earlier parts are theirs."""
    from analysis.texts.read import reading

    facts = known.facts(indices, "doc_id", "origin", "outlet_id", "published")
    at = {
        origin: index
        for index, (doc_id, origin, outlet_id, published) in zip(indices, facts, strict=True)
        if doc_id not in taken and among.has(outlet_id, published)
    }
    taken.update(known.doc_ids)
    if not at:
        return
    facts_of = known.known(list(at.values()))
    for made in reading.read_part(replace(part, only=frozenset(at)), context):
        if isinstance(made, Document):
            yield made, facts_of[at[made.origin]]


def require_texts(corpus: Path, texts: Path) -> None:
    """Raise `TextsMissing` if the texts of a study are not there."""
    from analysis.study import sources
    from analysis.texts.read import reading

    reading.plan_parts(sources.load(corpus / "sources.toml"), texts)


def search(
    corpus: Path,
    texts: Path,
    pattern: str,
    *,
    window: int = 10,
    progress: Callable[[int, int], None] | None = None,
    **chosen: str | None,
) -> list[Line]:
    """Concordance lines of a study (see `kwic.concordance`). chosen: `outlet`, `era`, `voice`, checked against what there
    is.

    Only records that can hold a line are read, as far as `build` has finished parts of these texts; without them all texts
    are read. Speakers are looked for at the lines alone. The lines are the same. progress: see `candidates`.
    """
    from analysis.texts.concordance.kwic import Pages, lines_of
    from analysis.texts.concordance.sought import Sought

    among, voice = _filters(corpus, chosen)
    pages = Pages(partial(_engine, corpus), partial(_listener, corpus))
    sought = Sought.of(pattern, partial(_codebook, corpus))
    return lines_of(candidates(corpus, texts, sought, among, progress), pages, sought, voice=voice, window=window)


def _engine(corpus: Path) -> Engine:
    from analysis.texts.build.configuration import configuration_digest
    from analysis.texts.build.part import engine_of

    return engine_of(corpus, configuration_digest(corpus))


def _codebook(corpus: Path) -> Codebook:
    from analysis.texts.build.configuration import configuration_digest

    return _codebook_of(corpus, configuration_digest(corpus))


@lru_cache(maxsize=1)
def _codebook_of(corpus: Path, _digest: str) -> Codebook:
    from analysis.texts.annotate import codebook

    return codebook.load(corpus / "codebook")


def _listener(corpus: Path) -> Engine:
    from analysis.texts.build.configuration import configuration_digest

    return _listener_of(corpus, configuration_digest(corpus))


@lru_cache(maxsize=1)
def _listener_of(corpus: Path, _digest: str) -> Engine:
    from analysis.texts.annotate.engine import Engine

    return Engine.listener(corpus)


def _filters(corpus: Path, chosen: dict[str, str | None]) -> tuple[Among, str | None]:
    """Outlet and days of the era, and the voice; None for each that is not chosen."""
    from analysis.errors import require
    from analysis.store.contracts import VOICES

    for name in chosen:
        require("filter", name, ("outlet", "era", "voice"))
    outlet, era, voice = (chosen.get(name) for name in ("outlet", "era", "voice"))
    published = None
    if era is not None:
        eras = load_eras(corpus / "eras.toml")
        require("era", era, eras)
        published = (eras[era].start, eras[era].end)
    if outlet is not None:
        require("outlet", outlet, load_outlets(corpus / "outlets.toml"))
    if voice is not None:
        require("voice", voice, VOICES)
    return Among(outlet, published), voice
