"""Paragraphs that an outlet prints again and again: a first pass counts them, the second takes them out.

Only the first and last lines of a text are looked at, and formulae of address are no boilerplate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np

from analysis.texts.clean.boilerplate import edge_lines, paragraph_key
from analysis.texts.document import Document
from analysis.texts.read.formats.record import Part
from analysis.texts.read.reading import Context, read_part

MIN_DOCUMENTS = 4
MIN_SHARE = 0.05
_ADDRESS = re.compile(r"excellenc|ladies|gentlemen|thank|distinguished|honou?rable|majest|highness", re.IGNORECASE)
Counts = dict[str, tuple[int, np.ndarray]]


def count_part(part: Part, context: Context) -> Counts:
    """outlet_id -> (documents, hashes of their edge paragraphs, each once per document), for one piece.

    Sources without boilerplate are not read. The result is small and picklable.
    """
    if part.source.boilerplate == "none":
        return {}
    keys: dict[str, list[int]] = {}
    documents: dict[str, int] = {}
    for made in read_part(part, context):
        if isinstance(made, Document):
            documents[made.outlet_id] = documents.get(made.outlet_id, 0) + 1
            lines = {made.text[a:b] for a, b in edge_lines(made.text)}
            found = {paragraph_key(line) for line in lines if not _ADDRESS.search(line)}
            keys.setdefault(made.outlet_id, []).extend(sorted(found))
    return {outlet: (documents[outlet], np.array(keys[outlet], dtype=np.uint64)) for outlet in sorted(documents)}


def find(
    counts: Iterable[Counts], *, minimum: int = MIN_DOCUMENTS, share: float = MIN_SHARE
) -> dict[str, frozenset[int]]:
    """outlet_id -> hashes of the paragraphs in at least `minimum` of its documents and at least `share` of them."""
    documents: dict[str, int] = {}
    keys: dict[str, list[np.ndarray]] = {}
    for part in counts:
        for outlet, (number, hashes) in part.items():
            documents[outlet] = documents.get(outlet, 0) + number
            keys.setdefault(outlet, []).append(hashes)
    found = {}
    for outlet in sorted(documents):
        values, times = np.unique(np.concatenate(keys[outlet]), return_counts=True)
        often = values[times >= max(minimum, share * documents[outlet])]
        if len(often):
            found[outlet] = frozenset(often.tolist())
    return found


def find_repeated(parts: Iterable[Part], context: Context) -> Mapping[str, frozenset[int]]:
    """Both steps over all pieces, one after the other."""
    return find(count_part(part, context) for part in parts)
