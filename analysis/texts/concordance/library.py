"""The private texts themselves, for reading: all documents of a study, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.study.settings import load_eras, load_outlets
from analysis.texts.document import Document

if TYPE_CHECKING:
    from analysis.texts.concordance.kwic import Line


def documents(corpus: Path, texts: Path) -> Iterator[Document]:
    """Every document that `build` would keep, in the same order and with the same text: paragraphs that an outlet
    repeats are looked for first. Raises `TextsMissing` if the texts are not there."""
    from analysis.study import corrections, sources
    from analysis.texts.annotate.matcher import hit_test
    from analysis.texts.clean import repeated
    from analysis.texts.read import reading

    given = corpus / "corrections.toml"
    declared, outlets = sources.load(corpus / "sources.toml"), load_outlets(corpus / "outlets.toml")
    fixes = corrections.load(given) if given.exists() else None
    parts = reading.plan_parts(declared, texts)
    found = repeated.find_repeated(parts, reading.context(outlets, fixes), hit_test(corpus / "codebook"))
    made = reading.read_documents(declared, texts, outlets=outlets, corrections=fixes, repeated=repeated.marks(found))
    return (item for item in made if isinstance(item, Document))


def search(
    corpus: Path,
    texts: Path,
    pattern: str,
    *,
    outlet: str | None = None,
    era: str | None = None,
    voice: str | None = None,
    window: int = 10,
) -> list[Line]:
    """Concordance lines of a study (see `kwic.concordance`); outlet, era and voice are checked against what there is."""
    from analysis.errors import require
    from analysis.store.contracts import VOICES
    from analysis.texts.annotate.engine import Engine
    from analysis.texts.concordance.kwic import concordance

    published = None
    if era is not None:
        eras = load_eras(corpus / "eras.toml")
        require("era", era, eras)
        published = (eras[era].start, eras[era].end)
    if outlet is not None:
        require("outlet", outlet, load_outlets(corpus / "outlets.toml"))
    if voice is not None:
        require("voice", voice, VOICES)
    engine = Engine.from_folder(corpus)
    return concordance(
        documents(corpus, texts), engine, pattern, outlet=outlet, published=published, voice=voice, window=window
    )
