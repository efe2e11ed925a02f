"""Paragraphs that an outlet prints again and again: a first pass counts them, the second takes them out.

Boilerplate is what stands at the edge of the texts and carries nothing that is counted: a paragraph with a match of the
codebook stays in every copy, for repeated formulae are what such a study is about. So do formulae of address. Of a
paragraph that goes, the first copy stays; what went is listed, with the line that keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from analysis.texts.clean.boilerplate import Marks, edge_lines, paragraph_key
from analysis.texts.document import Document
from analysis.texts.read.formats.record import Part
from analysis.texts.read.reading import Context, read_part

MIN_DOCUMENTS = 4
MIN_SHARE = 0.05
LISTED = 200
_ADDRESS = re.compile(r"excellenc|ladies|gentlemen|thank|distinguished|honou?rable|majest|highness", re.IGNORECASE)
CarriesHit = Callable[[str], bool]


class Edges(NamedTuple):
    """The edge paragraphs of one outlet's documents in one piece, each once per document.

    documents: number of documents. order: the day and id of each, which say which copy is the first. bodies: what
    tells articles from reprints of one article. keys: hashes; owners: the document of each, an index into `order`;
    has_hit: whether the codebook matches there.
    """

    documents: int
    order: np.ndarray
    bodies: np.ndarray
    keys: np.ndarray
    owners: np.ndarray
    has_hit: np.ndarray


Counts = Mapping[str, Edges]


class Repeat(NamedTuple):
    """One paragraph that comes back: in how many documents of its outlet, which of them is the first, and whether a
    match of the codebook keeps it in all of them. piece: the number of the piece that holds the first."""

    outlet_id: str
    key: int
    documents: int
    first: str
    piece: int
    has_hit: bool


def count_part(part: Part, context: Context, carries_hit: CarriesHit = lambda text: False) -> dict[str, Edges]:
    """outlet_id -> its edge paragraphs in one piece.

    Sources without boilerplate are not read. carries_hit: whether the codebook matches in a paragraph. The result is
    small and picklable.
    """
    if part.source.boilerplate == "none":
        return {}
    order: dict[str, list[tuple[str, int]]] = {}
    rows: dict[str, list[tuple[int, int, bool]]] = {}
    for made in read_part(part, context):
        if isinstance(made, Document):
            names = order.setdefault(made.outlet_id, [])
            lines = {made.text[a:b] for a, b in edge_lines(made.text)}
            found = {paragraph_key(line): carries_hit(line) for line in lines if not _ADDRESS.search(line)}
            rows.setdefault(made.outlet_id, []).extend((key, len(names), hit) for key, hit in sorted(found.items()))
            names.append((f"{made.published or '9999'}\n{made.doc_id}", _body(made.text)))
    return {outlet: _edges(order[outlet], rows[outlet]) for outlet in sorted(order)}


def _body(text: str) -> int:
    """A hash of the two longest paragraphs of a text: equal for reprints, different for articles with one notice."""
    longest = sorted(text.split("\n"), key=lambda line: (-len(line), line))[:2]
    return paragraph_key("".join(longest))


def _edges(order: list[tuple[str, int]], rows: list[tuple[int, int, bool]]) -> Edges:
    keys, owners, hits = zip(*rows, strict=True) if rows else ((), (), ())
    return Edges(
        len(order),
        np.array([name for name, _ in order], dtype=np.str_),
        np.array([body for _, body in order], dtype=np.uint64),
        np.array(keys, dtype=np.uint64),
        np.array(owners, dtype=np.int64),
        np.array(hits, dtype=np.bool_),
    )


def find(counts: Iterable[Counts], *, minimum: int = MIN_DOCUMENTS, share: float = MIN_SHARE) -> list[Repeat]:
    """The paragraphs in at least `minimum` different articles of an outlet and at least `share` of its documents, by
    outlet and key.

    counts: of all pieces, in their order. The first copy is that of the earliest day, then of the first id. Reprints of
    one article are one article.
    """
    pieces: dict[str, list[tuple[int, Edges]]] = {}
    for number, part in enumerate(counts):
        for outlet, edges in part.items():
            pieces.setdefault(outlet, []).append((number, edges))
    found: list[Repeat] = []
    for outlet in sorted(pieces):
        found += _of_outlet(outlet, pieces[outlet], minimum, share)
    return found


def _of_outlet(outlet: str, pieces: Sequence[tuple[int, Edges]], minimum: int, share: float) -> Iterable[Repeat]:
    least = max(minimum, share * sum(edges.documents for _, edges in pieces))
    values, inverse, times = np.unique(
        np.concatenate([edges.keys for _, edges in pieces]), return_inverse=True, return_counts=True
    )
    often = times >= least
    copies: dict[int, list[tuple[str, int, int, bool]]] = {}  # key -> its copies: (day and id, piece, body, hit)
    start = 0
    for number, edges in pieces:
        for row in np.flatnonzero(often[inverse[start : start + len(edges.keys)]]).tolist():
            owner = edges.owners[row]
            copy = (str(edges.order[owner]), number, int(edges.bodies[owner]), bool(edges.has_hit[row]))
            copies.setdefault(int(edges.keys[row]), []).append(copy)
        start += len(edges.keys)
    for key in values[often].tolist():
        if len({body for _, _, body, _ in copies[key]}) >= minimum:
            name, piece, *_ = min(copies[key])
            hit = any(has_hit for *_, has_hit in copies[key])
            yield Repeat(outlet, key, len(copies[key]), name.partition("\n")[2], piece, hit)


def marks(found: Iterable[Repeat]) -> dict[str, Marks]:
    """outlet_id -> the paragraphs to take out: hash -> the document that keeps its copy."""
    made: dict[str, dict[int, str]] = {}
    for repeat in found:
        if not repeat.has_hit:
            made.setdefault(repeat.outlet_id, {})[repeat.key] = repeat.first
    return dict(made)


def find_repeated(
    parts: Iterable[Part], context: Context, carries_hit: CarriesHit = lambda text: False
) -> list[Repeat]:
    """Both steps over all pieces, one after the other."""
    return find(count_part(part, context, carries_hit) for part in parts)


def in_words(found: Sequence[Repeat], parts: Sequence[Part], context: Context) -> list[str]:
    """What was taken out or kept, a paragraph a line: outlet, number of documents, its words, and the line of
    sources.toml that keeps or drops it. Reads the pieces again that hold the first copies. Private."""
    shown = sorted(found, key=lambda r: (r.has_hit, r.outlet_id, -r.documents, r.key))[:LISTED]
    texts = _texts(shown, parts, context)
    lines = []
    for repeat in shown:
        words = texts.get((repeat.outlet_id, repeat.key), ("", ""))
        shown_words = words[0] if len(words[0]) <= 160 else words[0][:159] + "…"
        change = "drop_repeated" if repeat.has_hit else "keep_repeated"
        verb = "take it out everywhere" if repeat.has_hit else "keep it everywhere"
        done = "kept, for the codebook matches in it" if repeat.has_hit else f"taken out of {repeat.documents - 1}"
        lines.append(
            f"{repeat.outlet_id}, in {repeat.documents} documents, {done}: {shown_words!r}; to {verb}: "
            f'{change} = ["{repeat.key:016x}"] in source {words[1]} of sources.toml'
        )
    return [*lines, *([f"... and {len(found) - LISTED} more paragraphs"] if len(found) > LISTED else [])]


def _texts(shown: Sequence[Repeat], parts: Sequence[Part], context: Context) -> dict[tuple[str, int], tuple[str, str]]:
    """(outlet, key) -> (paragraph, source_id), from the pieces that hold the first copies."""
    wanted: dict[int, set[tuple[str, int]]] = {}
    for repeat in shown:
        wanted.setdefault(repeat.piece, set()).add((repeat.outlet_id, repeat.key))
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for piece, keys in wanted.items():
        for made in read_part(parts[piece], context):
            if isinstance(made, Document):
                for a, b in edge_lines(made.text):
                    key = (made.outlet_id, paragraph_key(made.text[a:b]))
                    if key in keys:
                        found.setdefault(key, (" ".join(made.text[a:b].split()), parts[piece].source.source_id))
            if keys <= found.keys():
                break
    return found
