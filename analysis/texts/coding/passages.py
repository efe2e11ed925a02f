"""What can be drawn: every hit, and every paragraph without one, so that what the machine missed has a chance too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import DiscourseError, require
from analysis.study.reserved import OTHERS
from analysis.study.schema import value_of
from analysis.study.settings import is_there, read_toml
from analysis.texts.annotate.codebook import compile_pattern
from analysis.texts.annotate.concern import paragraphs

if TYPE_CHECKING:
    from analysis.store import Store
    from analysis.texts.annotate.codebook import Codebook
    from analysis.texts.annotate.engine import Engine, Reading
    from analysis.texts.document import Document

SYNONYMS = "synonyms.toml"
AROUND = 800  # characters that are shown on either side of a marked span
WHOLE = 3000  # and of a paragraph that is read whole


@dataclass(frozen=True)
class Passage:
    """One passage that can be drawn. Private: `text` is as printed, `span` the marked part of it.

    kind (`CODING_KINDS`): hit, one that the machine counts as about the focal state; elsewhere, any other hit; of the
    paragraphs that concern that state: beside (one with a hit: other frames may have been missed in it), excluded (a match
    that a rule of the codebook threw out), synonym (a word of synonyms.toml), plain; rest: paragraphs that do not concern
    it. hit_id: of a hit, in its document. entry_number, entry_count: which of how many hits of this entry in the document
    it is, so that it is found again after the codebook has changed. paragraph_number, paragraph_count: of a paragraph,
    which of how many in its document.
    found: of a paragraph, the frames that have a hit in it; what others it carries is what is asked of it.
    """

    doc_id: str
    private_id: str
    collection: str
    era_id: str
    group: str
    kind: str
    text: str
    span: tuple[int, int]
    token_start: int
    token_end: int
    frame: str = ""
    entry: str = ""
    hit_id: int = -1
    entry_number: int = 0
    entry_count: int = 0
    found: tuple[str, ...] = ()
    paragraph_number: int = 0
    paragraph_count: int = 0

    @property
    def key(self) -> tuple[str, int, int, str]:
        """What names it for ever: document and tokens (and the frame, since two frames may share a word)."""
        return self.private_id, self.token_start, self.token_end, self.frame


def of_study(corpus: Path, texts: Path, store: Store) -> tuple[list[Passage], Codebook]:
    """Every passage of a study's texts (see `collect`), and the codebook that found the hits.

    Raises `TextsMissing` if the texts are not there.
    """
    from analysis.texts.annotate.engine import Engine
    from analysis.texts.build.public_ids import MAP
    from analysis.texts.concordance import library

    engine = Engine.from_folder(corpus)
    found = list(collect(library.documents(corpus, texts), engine, store, corpus, corpus / "private" / MAP))
    return found, engine.codebook


def meanings(codebook: Codebook) -> dict[str, str]:
    """frame -> what it means, for those who code: its label, what it is about, and where it ends."""
    return {f.name: " ".join(filter(None, (f.label, f.about, f.boundary))) for f in codebook.frames}


def collect(documents: Iterable[Document], engine: Engine, store: Store, corpus: Path, ids: Path) -> Iterator[Passage]:
    """Every passage of the documents that `store` knows, in order of reading.

    ids: the private table of document ids. Raises `DiscourseError` if a document's hits are not those of the store: then
    codebook or texts have changed since it was built, and what is drawn would be coded for another store.
    """
    known = store.table("documents", ["doc_id", "collection", "outlet_id", "era_id"]).set_index("doc_id")
    groups = store.outlet_groups()
    public = public_ids(ids)
    hits = store.table("hits", ["doc_id", "hit_id", "entry"]).sort_values(["doc_id", "hit_id"])
    entries = hits.groupby("doc_id")["entry"].apply(list).to_dict()
    synonyms = load_synonyms(corpus, [frame.name for frame in engine.codebook.frames])
    seen = set()
    for document in documents:
        doc_id = public.get(document.doc_id, document.doc_id)
        if doc_id not in known.index:
            continue
        reading = engine.read(document)
        if [hit.entry.id for hit in reading.hits] != entries.get(doc_id, []):
            raise DiscourseError(
                f"document {doc_id}: its hits are not those of store {store.path.name}; run `discourse build` first."
            )
        seen.add(doc_id)
        row: Any = known.loc[doc_id]
        era = row["era_id"] if isinstance(row["era_id"], str) else ""
        place = (doc_id, document.doc_id, row["collection"], era, _cell_group(groups.get(row["outlet_id"], OTHERS)))
        yield from _passages(reading, engine, place, synonyms)
    if missing := sorted(set(known.index) - seen):
        raise DiscourseError(
            f"{len(missing)} of {len(known)} documents of store {store.path.name} are not among the texts, such as "
            f"{missing[0]}; {ids} says which id is which file. Give the texts of this store, or run `discourse build`."
        )


def _cell_group(group: str) -> str:
    """The group as cells of a draw name it: earlier draws called the rest "other", and have to come out alike again."""
    return "other" if group == OTHERS else group


def public_ids(path: Path) -> dict[str, str]:
    """private id -> public id, from the private table of document ids; empty if there is none, refused if damaged."""
    from analysis.texts.build.public_ids import IdMap

    return {row["private_id"]: row["doc_id"] for row in IdMap.read(path).rows.values()}


def load_synonyms(corpus: Path, frames: Iterable[str]) -> list[re.Pattern[str]]:
    """The words near to a frame that no entry has, from `synonyms.toml` (frame = [patterns]); none if it is not there."""
    path = corpus / SYNONYMS
    if not is_there(path):
        return []
    data = read_toml(path)
    for frame in data:
        require(f"{path}: frame", frame, list(frames))
    listed = {frame: value_of(tuple[str, ...], words, f"{path}: {frame}") for frame, words in data.items()}
    return [re.compile(compile_pattern(p, f"{path}, {frame}")) for frame, words in listed.items() for p in words]


def _passages(
    reading: Reading, engine: Engine, place: tuple[str, ...], synonyms: list[re.Pattern[str]]
) -> Iterator[Passage]:
    yield from _hits(reading, place)
    page = reading.speech.page
    frames_in: dict[tuple[int, int], set[str]] = {}
    for hit in reading.hits:
        frames_in.setdefault(page.paragraph(hit.start), set()).add(hit.entry.frame)
    thrown: Mapping[tuple[int, int], tuple[int, int]] = {}
    if reading.concern.spans:
        taken = {(hit.start, hit.end) for hit in reading.hits}
        matches = engine.matcher.candidates(reading.low, reading.text)
        thrown = {page.paragraph(a): (a, b) for a, b, _ in reversed(matches) if (a, b) not in taken}
    focal = set(reading.concern.spans)
    spans = list(paragraphs(page))
    for number, (start, end) in enumerate(spans, 1):
        found = tuple(sorted(frames_in.get((start, end), ())))
        span = (start, end)
        near = next((m.span(1) for regex in synonyms if (m := regex.search(reading.low, start, end))), None)
        if (start, end) not in focal:
            kind = "rest"
        elif found:
            kind = "beside"
        elif (start, end) in thrown:
            kind, span = "excluded", thrown[start, end]
        elif near:
            kind, span = "synonym", near
        else:
            kind = "plain"
        which = {"paragraph_number": number, "paragraph_count": len(spans)}
        yield _passage(reading, place, kind, span, found=found, **which)


def _hits(reading: Reading, place: tuple[str, ...]) -> Iterator[Passage]:
    counts = Counter(hit.entry.id for hit in reading.hits)
    seen: Counter[str] = Counter()
    for number, hit in enumerate(reading.hits):
        seen[hit.entry.id] += 1
        yield _passage(
            reading,
            place,
            "hit" if hit.about == "focal" else "elsewhere",
            (hit.start, hit.end),
            frame=hit.entry.frame,
            entry=hit.entry.id,
            hit_id=number,
            entry_number=seen[hit.entry.id],
            entry_count=counts[hit.entry.id],
        )


def _passage(reading: Reading, place: Any, kind: str, span: tuple[int, int], **more: Any) -> Passage:
    start, end = reading.speech.page.paragraph(span[0])
    low, high = max(start, span[0] - AROUND), min(end, span[1] + AROUND)
    if not more.get("frame"):
        low, high = start, min(end, start + WHOLE)
    tokens = len(_words(reading.low, 0, span[0]))
    length = len(_words(reading.low, span[0], span[1]))
    shown = reading.text[low:high]
    where = (min(span[0], high) - low, min(span[1], high) - low)
    return Passage(*place, kind, shown, where, tokens, tokens + length, **more)  # type: ignore[call-arg]


def _words(low: str, start: int, end: int) -> list[str]:
    from analysis.texts.annotate.tokens import WORD

    return WORD.findall(low, start, end)
