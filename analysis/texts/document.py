"""What travels through the private side: a document on its way in, a batch of annotations on its way out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Document:
    """One text with its metadata, after reading and before annotation. `title` and `text` are private, and so is
    `doc_id`, which may hold a file's name: what the store publishes is made of it by `build.public_ids`."""

    doc_id: str
    collection: str
    outlet_id: str
    text: str
    title: str | None = None
    published: str | None = None
    date_precision: str = "none"
    date_basis: str = "none"  # where the date comes from, see contracts.DATE_BASES
    genre: str = "other"
    language: str = "en"
    url: str | None = None
    licence: str = "unknown"
    may_print_title: bool = False
    boilerplate_share: float = 0.0
    author: str | None = None
    origin: str = ""  # "file:row" for messages; never stored
    number: int | str = 0  # of its row or record in the file, from 1, or its name there; 0: the file is the document
    has_own_id: bool = False  # the source gave it an id; otherwise doc_id is made of file and number
    notes: tuple[tuple[str, int], ...] = ()  # what was done to it: (rule, how often), see formats.RULES; never stored


@dataclass(frozen=True, slots=True)
class Refusal:
    """One record that could not be kept, with the reason in words. Refusals are counted and listed in the report."""

    origin: str
    reason: str
    kind: str  # a short slug that groups reasons, such as "empty" or "impossible-date"
    doc_id: str | None = None


@dataclass(slots=True)
class Batch:
    """Annotations of a run of documents, as columns. `doc_index` counts the documents of this batch from 0.

    documents: column name -> list, one value per document (token_count, title_token_count, lead_token_count,
        quoted_token_count, reported_token_count, focal_token_count, focal_quoted_token_count,
        focal_reported_token_count, odd_quote_count).
    terms: the batch's word types, lower case; `term_index` points into it.
    token_ids, offsets: the tokens of document i are terms[token_ids[offsets[i]:offsets[i + 1]]], title first.
    counts: doc_index, term_index, token_count. contexts: doc_index, frame, term_index, token_count.
    hits: doc_index and the columns of the hits table except doc_id. actors: doc_index, actor_id, mention_count.
    places: start, end, speaker_name of each hit: its characters in the printed text, and who speaks there, by name.
    voices: doc_index, start, end, voice of all words that are not a document's own, in order and disjoint.
    """

    documents: dict[str, list[Any]]
    terms: list[str]
    token_ids: np.ndarray
    offsets: np.ndarray
    counts: dict[str, np.ndarray]
    hits: dict[str, list[Any]]
    contexts: dict[str, Any]
    actors: dict[str, Any] = field(default_factory=dict)
    places: dict[str, list[Any]] = field(default_factory=lambda: {"start": [], "end": [], "speaker_name": []})
    voices: dict[str, list[Any]] = field(default_factory=lambda: {"doc_index": [], "start": [], "end": [], "voice": []})
