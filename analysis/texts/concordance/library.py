"""The private texts themselves, for reading: all documents of a study, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.study.settings import load_eras, load_outlets
from analysis.texts.document import Document

if TYPE_CHECKING:
    from analysis.texts.concordance.kwic import Line
    from analysis.texts.concordance.sought import Sought


def documents(
    corpus: Path, texts: Path, sought: Sought | None = None, progress: Callable[[int, int], None] | None = None
) -> Iterator[Document]:
    """Every document that `build` would keep, in the same order and with the same text: paragraphs that an outlet
    repeats are looked for first.

    sought: leave out documents of which parts that `build` has finished say that they do not hold it; the texts of a part
    that can hold it, or is not finished, are read. progress: called with (parts done, parts in all). Raises `TextsMissing`
    if the texts are not there.
    """
    from analysis.study import corrections, sources
    from analysis.texts.clean import repeated
    from analysis.texts.concordance.finished import Finished
    from analysis.texts.read import reading

    given = corpus / "corrections.toml"
    declared, outlets = sources.load(corpus / "sources.toml"), load_outlets(corpus / "outlets.toml")
    parts = reading.plan_parts(declared, texts)
    plain = reading.context(outlets, corrections.load(given) if given.exists() else None)
    finished = Finished(corpus, parts)
    found = finished.repeats(parts)
    if found is None:
        from analysis.texts.annotate.matcher import hit_test

        found = repeated.find_repeated(parts, plain, hit_test(corpus / "codebook"))
    marks = repeated.marks(found)
    context = replace(plain, repeated=marks)
    taken: set[str] = set()
    for number, part in enumerate(parts):
        if progress:
            progress(number, len(parts))
        tables = finished.tables(part, marks) if sought else None
        elsewhere = sought.elsewhere(tables) if sought and tables else None
        if tables and elsewhere is not None and len(elsewhere) == len(tables["documents"]):
            taken |= elsewhere
            continue
        made = [m for m in reading.read_part(part, context, taken=frozenset(taken)) if isinstance(m, Document)]
        taken |= {document.doc_id for document in made}
        yield from (document for document in made if document.doc_id not in (elsewhere or ()))
    if progress:
        progress(len(parts), len(parts))


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

    Only texts that can hold a line are read and annotated, as far as `build` has finished parts of these texts; without
    them all are read, and those that can hold one annotated. The lines are the same. progress: see `documents`.
    """
    from analysis.texts.build.configuration import configuration_digest
    from analysis.texts.build.part import engine_of
    from analysis.texts.concordance.kwic import concordance
    from analysis.texts.concordance.sought import Sought

    outlet, published, voice = _filters(corpus, chosen)
    engine = engine_of(corpus, configuration_digest(corpus))
    sought = Sought.of(pattern, engine.codebook)
    found = documents(corpus, texts, sought, progress)
    return concordance(found, engine, pattern, outlet=outlet, published=published, voice=voice, window=window)


def _filters(
    corpus: Path, chosen: dict[str, str | None]
) -> tuple[str | None, tuple[str, str | None] | None, str | None]:
    """Outlet, first day and day after the last of the era, voice; None for each that is not chosen."""
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
    return outlet, published, voice
