"""The engine: documents in, a batch of annotations out. Everything the public store knows of a text is decided here."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from analysis.store.contracts import PRIVATE_HIT_COLUMNS, contract_of
from analysis.study.declaration import Study, load_study
from analysis.study.settings import is_there, load_outlets
from analysis.texts.annotate import codebook as codebooks
from analysis.texts.annotate.attribution import people as actors
from analysis.texts.annotate.attribution.passage import Passage
from analysis.texts.annotate.attribution.people import People
from analysis.texts.annotate.attribution.voice import Speech
from analysis.texts.annotate.codebook import Codebook
from analysis.texts.annotate.concern import Concern, intersect
from analysis.texts.annotate.counting import Tokens, count_types, number_types
from analysis.texts.annotate.hits import Hit, find_hits
from analysis.texts.annotate.holders import Holders
from analysis.texts.annotate.matcher import Candidates, Matcher
from analysis.texts.annotate.printed import lead_of, printed, zone_of
from analysis.texts.annotate.tokens import lower
from analysis.texts.document import Batch, Document

GROUP, GROUP_SIZE = 64, 1_000_000  # documents and characters that are read together, step by step
Exposure = tuple[list[tuple[int, int]], list[tuple[int, int]]]  # the spans of quoted words, and of reported ones
WINDOW = 10  # tokens on either side of a hit that count as its context
HIT_COLUMNS = (
    *(name for name in contract_of("hits").names if name != "doc_id"),
    *(column.name for column in PRIVATE_HIT_COLUMNS),
)
COUNT_COLUMNS = (
    "token_count",
    "title_token_count",
    "lead_token_count",
    "quoted_token_count",
    "reported_token_count",
    "focal_token_count",
    "focal_quoted_token_count",
    "focal_reported_token_count",
    "odd_quote_count",
)


class Engine:
    """Annotates documents with a codebook and the actors; made once, used on any number of documents, picklable."""

    def __init__(
        self,
        codebook: Codebook,
        people: People,
        study: Study | None = None,
        official: Mapping[str, str] | None = None,
        types: Mapping[str, str] | None = None,
    ) -> None:
        self.codebook, self.people = codebook, people
        self.study, self.official, self.types = study or Study(), dict(official or {}), dict(types or {})
        self.matcher = Matcher(codebook)
        focal = people.by_state.get(self.study.focal_state)
        self._epithets = focal.epithets if focal else ()

    @classmethod
    def from_folder(cls, folder: str | Path) -> Engine:
        """The engine of a corpus folder: its `codebook/*.toml`, `actors.toml`, `study.toml` and `outlets.toml`.

        official: outlet_id -> state, of the outlets through which a government speaks (`Study.official_types`); types:
        outlet_id -> type, of the same outlets.
        """
        return cls._of(Path(folder), codebooks.load(Path(folder) / "codebook"))

    @classmethod
    def listener(cls, folder: str | Path) -> Engine:
        """The same without a codebook, made in less time: for `listen`; it finds no hit."""
        return cls._of(Path(folder), Codebook(()))

    @classmethod
    def _of(cls, folder: Path, codebook: Codebook) -> Engine:
        study = load_study(folder) if is_there(folder / "eras.toml") else Study()
        outlets = load_outlets(folder / "outlets.toml") if is_there(folder / "outlets.toml") else {}
        official = {i: o.country for i, o in outlets.items() if o.type in study.official_types}
        types = {i: outlets[i].type for i in official}
        return cls(codebook, actors.load(folder / "actors.toml"), study, official, types)

    def annotate(self, documents: Sequence[Document]) -> Batch:
        """Annotate `documents`, in their order; no documents give a batch of empty columns.

        A document's annotation depends on that document alone. Token indices and counts refer to title and text
        together, title first.
        """
        batch = _Columns()
        for group in _groups(documents):
            with _without_collection():
                self._add_all(group, batch)
        return batch.finish()

    def _add_all(self, documents: Sequence[Document], batch: _Columns) -> None:
        for reading in self._read(documents):
            batch.add(reading)

    def listen(self, document: Document, page: tuple[str, int] | None = None) -> Speech:
        """One document cleaned, and whose words it holds, with nothing looked for in it. page: its `printed` text, if that
        is at hand."""
        return self._listen([document], [page or printed(document)])[0]

    def _listen(self, documents: Sequence[Document], pages: Sequence[tuple[str, int]]) -> list[Speech]:
        lows = [lower(text) for text, _ in pages]
        mentions = [self.people.mentions(text) for text, _ in pages]
        passages = [
            Passage(text, self.people, low=low, mentions=named, date=document.published, title_end=title_end)
            for (text, title_end), low, named, document in zip(pages, lows, mentions, documents, strict=True)
        ]
        return [Speech(p, self.official.get(d.outlet_id, "")) for p, d in zip(passages, documents, strict=True)]

    def read(self, document: Document) -> Reading:
        """One document cleaned, tokenised and annotated, with its text still at hand (concordances need it)."""
        return self._read([document])[0]

    def _read(self, documents: Sequence[Document]) -> list[Reading]:
        """All documents take a step before any takes the next: so the tables of a step stay in the processor's cache."""
        speeches = self._listen(documents, [printed(document) for document in documents])
        found = [self.matcher.candidates(speech.page.low, speech.page.text) for speech in speeches]
        voices = [speech.exposure() for speech in speeches]
        concerns = list(map(self._concern, documents, speeches))
        hits = list(map(self._hits, documents, speeches, concerns, found))
        return [
            Reading(*of_one, self.people) for of_one in zip(documents, speeches, voices, hits, concerns, strict=True)
        ]

    def _hits(self, document: Document, speech: Speech, concern: Concern, candidates: Candidates) -> list[Hit]:
        holders = Holders(speech.page, concern, self.official.get(document.outlet_id, ""))
        return find_hits(self.matcher, speech, self.study, holders, candidates)

    def _concern(self, document: Document, speech: Speech) -> Concern:
        own = self.official.get(document.outlet_id, "")
        return Concern(speech, self.study.focal_state, own, self._epithets, we=bool(own) and self._is_we(document))

    def _is_we(self, document: Document) -> bool:
        """Whether the study says that a plain "we" of the document is its own state."""
        facts = {
            "type": self.types.get(document.outlet_id, ""),
            "genre": document.genre,
            "collection": document.collection,
        }
        return any(rule.holds(document.outlet_id, **facts) for rule in self.study.own_documents)


class Reading:
    """One annotated document. tokens: its lower-cased tokens; hits, and exposures by voice.

    concern: the paragraphs that concern the focal state; focal_tokens: their tokens, all, quoted and reported. quoted,
    reported: the spans of words that are not its own.
    """

    def __init__(
        self, document: Document, speech: Speech, voices: Exposure, hits: list[Hit], concern: Concern, people: People
    ) -> None:
        page = speech.page
        self.document, self.text, self.low, self.title_end = document, page.text, page.low, page.title_end
        self.speech, self.hits, self.concern, self.people = speech, hits, concern, people
        self.lead = lead_of(self.text, self.title_end)
        self.quoted, self.reported = voices
        self._count(self.quoted, self.reported)

    def _count(self, quoted: list[tuple[int, int]], reported: list[tuple[int, int]]) -> None:
        """Tokenise once, with the token index of every position that matters."""
        focal = self.concern.spans
        parts = (focal, intersect(focal, quoted), intersect(focal, reported))
        marks = {0, len(self.low), self.title_end, *self.lead}
        marks.update(chain.from_iterable(chain(quoted, reported, *parts)))
        for hit in self.hits:
            marks.add(hit.start)
            marks.add(hit.token_stop)
        self._tokens = Tokens(self.low, marks)
        self.token_count, self.joined = len(self._tokens), self._tokens.joined
        self.index = index = self._tokens.index()
        self.title_tokens = index[self.title_end]
        self.lead_tokens = index[self.lead[1]] - index[self.lead[0]]
        self.quoted_tokens = sum(index[b] - index[a] for a, b in quoted)
        self.reported_tokens = sum(index[b] - index[a] for a, b in reported)
        self.focal_tokens = tuple(sum(index[b] - index[a] for a, b in spans) for spans in parts)

    @cached_property
    def tokens(self) -> list[str]:
        """All tokens of the document, lower-cased, in order."""
        return self._tokens.words()

    def token(self, number: int) -> str:
        """The token at an index."""
        return self._tokens.word(number)

    def zone_at(self, at: int) -> str:
        """Title, lead (the first paragraph, when there are more) or body."""
        return zone_of(at, self.title_end, self.lead[1], len(self.text))

    def zone(self, hit: Hit) -> str:
        """The zone a hit stands in."""
        return self.zone_at(hit.start)

    def row(self, hit_id: int, hit: Hit) -> dict[str, Any]:
        """A hit as a row of the hits table without doc_id: every column of its contract, in order, then its positions,
        which no public table has."""
        speaker = hit.speaker
        start = self.index[hit.start]
        values = {
            "hit_id": hit_id,
            "frame": hit.entry.frame,
            "category": hit.entry.category,
            "entry": hit.entry.id,
            "zone": self.zone(hit),
            "voice": hit.voice,
            "speaker": (speaker.actor_id or speaker.name) if speaker else None,
            "speaker_role": speaker.role if speaker else None,
            "speaker_side": speaker.side if speaker else "outlet",
            "is_negated": hit.is_negated,
            "is_mention": hit.is_mention,
            "dyad": hit.dyad,
            "holder": hit.holder,
            "about": hit.about,
            "about_basis": hit.about_basis,
            "stance": hit.stance,
            "is_core": hit.is_core,
            "tenth": min(10, 1 + 10 * start // max(self.token_count, 1)),
            "sentence_index": hit.sentence_index,
            "token_start": start,
            "token_end": self.index[hit.token_stop],
        }
        return {name: values[name] for name in HIT_COLUMNS}

    def state_name(self, state: str | None) -> str | None:
        """A state in words, by its code; None stays None, and a code without a name stays as it is."""
        actor = self.people.by_state.get(state or "")
        return actor.name if actor else state

    def zone_bounds(self, hit: Hit) -> tuple[int, int]:
        """Token indices of the part of the document the hit stands in: title, or text."""
        if hit.start < self.title_end:
            return 0, self.title_tokens
        return self.title_tokens, self.token_count


@contextmanager
def _without_collection() -> Iterator[None]:
    """No search for unreachable cycles meanwhile, and one among the new objects behind it: what a group of documents
    makes is needed until its end, so that looking through it again and again finds nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
            gc.collect(0)


def _groups(documents: Sequence[Document]) -> Iterator[Sequence[Document]]:
    """The documents in order, in groups of at most `GROUP` and, but for single long ones, `GROUP_SIZE` characters."""
    first = size = 0
    for number, document in enumerate(documents):
        length = len(document.text)
        if number - first == GROUP or (number > first and size + length > GROUP_SIZE):
            yield documents[first:number]
            first, size = number, 0
        size += length
    if documents:
        yield documents[first:]


class _Columns:
    """Collects readings and turns them into one batch."""

    def __init__(self) -> None:
        self.documents: dict[str, list[Any]] = {name: [] for name in COUNT_COLUMNS}
        self.joined: list[bytes] = []  # each document's tokens: compact, and split and numbered in one go
        self.hits: dict[str, list[Any]] = {name: [] for name in ("doc_index", *HIT_COLUMNS)}
        self.places: dict[str, list[Any]] = {name: [] for name in ("start", "end", "speaker_name")}
        self.voices: dict[str, list[Any]] = {name: [] for name in ("doc_index", "start", "end", "voice")}
        self.contexts: dict[str, list[Any]] = {n: [] for n in ("doc_index", "frame", "term_index", "token_count")}
        self.actors: dict[str, list[Any]] = {name: [] for name in ("doc_index", "actor_id", "mention_count")}

    def add(self, reading: Reading) -> None:
        number = len(self.joined)
        self.joined.append(reading.joined)
        values = (
            reading.token_count,
            reading.title_tokens,
            reading.lead_tokens,
            reading.quoted_tokens,
            reading.reported_tokens,
            *reading.focal_tokens,
            reading.speech.page.odd,
        )
        for name, value in zip(COUNT_COLUMNS, values, strict=True):
            self.documents[name].append(value)
        for hit_id, hit in enumerate(reading.hits):
            self.hits["doc_index"].append(number)
            for name, value in reading.row(hit_id, hit).items():
                self.hits[name].append(value)
            self.places["start"].append(hit.start)
            self.places["end"].append(hit.end)
            self.places["speaker_name"].append(hit.speaker.name if hit.speaker else None)
        for (start, end), voice in sorted(
            [*((span, "quoted") for span in reading.quoted), *((span, "reported") for span in reading.reported)]
        ):
            self.voices["doc_index"].append(number)
            self.voices["start"].append(start)
            self.voices["end"].append(end)
            self.voices["voice"].append(voice)
        if reading.hits:
            self._contexts(number, reading)
        named = Counter(mention.actor.id for mention in reading.speech.page.mentions)
        for actor_id in sorted(named):
            self.actors["doc_index"].append(number)
            self.actors["actor_id"].append(actor_id)
            self.actors["mention_count"].append(named[actor_id])

    def _contexts(self, number: int, reading: Reading) -> None:
        near: dict[str, set[int]] = {}
        own: dict[str, set[int]] = {}
        for hit in reading.hits:
            start, end = reading.index[hit.start], reading.index[hit.token_stop]
            low, high = reading.zone_bounds(hit)
            frame = hit.entry.frame
            near.setdefault(frame, set()).update(range(max(low, start - WINDOW), min(high, end + WINDOW)))
            own.setdefault(frame, set()).update(range(start, end))
        for frame in sorted(near):
            words = Counter(reading.token(i) for i in sorted(near[frame] - own[frame]))
            for word in sorted(words):
                self.contexts["doc_index"].append(number)
                self.contexts["frame"].append(frame)
                self.contexts["term_index"].append(word)
                self.contexts["token_count"].append(words[word])

    def finish(self) -> Batch:
        offsets = np.zeros(len(self.joined) + 1, dtype=np.int64)
        np.cumsum(self.documents["token_count"], out=offsets[1:])
        terms, token_ids = number_types(self.joined)
        number_of = {term: number for number, term in enumerate(terms)}
        contexts: dict[str, Any] = {
            name: np.asarray(values, dtype=np.int32)
            for name, values in self.contexts.items()
            if name not in ("frame", "term_index")
        }
        contexts["frame"] = self.contexts["frame"]
        contexts["term_index"] = np.asarray([number_of[word] for word in self.contexts["term_index"]], dtype=np.int32)
        return Batch(
            documents=self.documents,
            terms=terms,
            token_ids=token_ids,
            offsets=offsets,
            counts=count_types(token_ids, offsets),
            hits=self.hits,
            contexts=contexts,
            actors=self.actors,
            places=self.places,
            voices=self.voices,
        )
