"""Warnings about copies of stories, for the private report: machine translations and spun texts, which carry other names
than the story they copy, and copies that came out on the other side of a border between eras.

Nothing is changed by them: every document keeps its day and era, and says which story it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

SHARED = 0.5  # share of its runs of words that a copy has from its origin
LENGTHS = (0.7, 1.4)  # a copy much shorter is a cut: names may be missing
OFTEN = 2  # times an origin names somebody whom a copy then should name too
SHOWN = 20


class Copy(NamedTuple):
    """One document of a cluster. story: the id of its origin; share: of its runs of words found in the origin (0-1)."""

    doc_id: str
    story: str
    published: str | None
    era_id: str | None
    is_origin: bool
    tokens: int
    share: float


def with_other_names(
    copies: Sequence[Copy], named: Mapping[str, Mapping[str, int]]
) -> list[tuple[str, str, tuple[str, ...]]]:
    """(copy, origin, actors missing) for whole copies that do not name whom their origin names at least twice.

    named: doc_id -> actor -> mentions. Rows in the order of `copies`; none missing, no row.
    """
    origins = {c.story: c for c in copies if c.is_origin}
    found = []
    for copy in copies:
        origin = origins.get(copy.story)
        if copy.is_origin or origin is None or copy.share < SHARED:
            continue
        if not LENGTHS[0] * origin.tokens <= copy.tokens <= LENGTHS[1] * origin.tokens:
            continue
        own = named.get(copy.doc_id, {})
        missing = tuple(sorted(a for a, n in named.get(origin.doc_id, {}).items() if n >= OFTEN and a not in own))
        if missing:
            found.append((copy.doc_id, origin.doc_id, missing))
    return found


def names_in_words(found: Sequence[tuple[str, str, tuple[str, ...]]]) -> list[str]:
    """A sentence on copies with other names; [] if there are none."""
    if not found:
        return []
    shown = "; ".join(f"{copy} (of {origin}) lacks {', '.join(names)}" for copy, origin, names in found[:SHOWN])
    more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return [
        f"{len(found)} copies do not name whom their origin names: a machine translation or a spun copy? "
        f"Look at them, and drop them in corrections.toml if so: {shown}{more}."
    ]


def of_other_eras(copies: Iterable[Copy]) -> list[str]:
    """A sentence on stories whose later copies have another era than their origin; [] if there are none.

    Comparisons that count a story once count it at its origin's day.
    """
    copies = list(copies)
    origins = {c.story: c for c in copies if c.is_origin}
    later = [
        (origins[c.story], c)
        for c in copies
        if not c.is_origin and c.story in origins and c.era_id and c.era_id != origins[c.story].era_id
    ]
    if not later:
        return []
    shown = "; ".join(f"{o.doc_id} ({o.published}) again as {c.doc_id} ({c.published})" for o, c in later[:SHOWN])
    more = f"; and {len(later) - SHOWN} more" if len(later) > SHOWN else ""
    return [f"{len(later)} later copies lie in another era than the origin of their story: {shown}{more}."]
