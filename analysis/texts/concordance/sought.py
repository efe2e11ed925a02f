"""What a search looks for, and where it cannot be: most texts are set aside before any is annotated."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import require
from analysis.texts.annotate.codebook import compile_pattern, landmarks
from analysis.texts.clean.scripts import UNSPACED
from analysis.texts.concordance.query import patterns_of

if TYPE_CHECKING:
    from analysis.texts.annotate.codebook import Codebook
    from analysis.texts.concordance.finished import FinishedPart

_UNSPACED = re.compile(f"[{UNSPACED}]")


@dataclass(frozen=True, slots=True)
class Among:
    """The documents that are looked through: of one outlet (None: all), published from a day to before another one.

    Undated documents and partial dates that straddle a border are outside any days; a last day of None is open.
    """

    outlet: str | None = None
    published: tuple[str, str | None] | None = None

    def has(self, outlet_id: str, published: str | None) -> bool:
        """Whether a document is among them."""
        if self.outlet is not None and outlet_id != self.outlet:
            return False
        return self.published is None or _within(published, *self.published)


def _within(published: str | None, start: str, end: str | None) -> bool:
    if not published:
        return False
    first, last = published + "-01-01"[len(published) - 4 :], published + "-12-31"[len(published) - 4 :]
    return first >= start and (end is None or last < end)


@dataclass(frozen=True)
class Sought:
    """A pattern that was read: hits of one `entry` or `frame` (`kind`, `name`), or words (kind "", `regexes`).

    pieces: parts of words of which every match holds one; () where the pattern has none to go by.
    """

    kind: str
    name: str
    regexes: tuple[re.Pattern[str], ...] = ()
    pieces: tuple[str, ...] = ()

    @classmethod
    def of(cls, pattern: str, codebook: Callable[[], Codebook]) -> Sought:
        """Read a pattern as `kwic.concordance` describes it. codebook: called where the pattern names an entry or frame.
        Raises `DiscourseError` if it cannot be read, or names an entry or frame that the codebook does not have."""
        kind, colon, name = pattern.partition(":")
        if colon and kind in ("entry", "frame"):
            known = [e.id if kind == "entry" else e.frame for e in codebook().entries]
            require(kind, name, dict.fromkeys(known))
            return cls(kind, name)
        patterns = patterns_of(pattern)
        regexes = tuple(re.compile(compile_pattern(p, "kwic")) for p in patterns)
        return cls("", "", regexes, _pieces(patterns))

    @property
    def is_hit(self) -> bool:
        return bool(self.kind)

    def is_of(self, frame: str, entry: str) -> bool:
        """Whether hits of a frame's entry are looked for."""
        return self.name == (entry if self.kind == "entry" else frame)

    def holding(self, part: FinishedPart) -> np.ndarray | None:
        """Which documents of a finished part may hold a line, a boolean each; None if its tables do not say."""
        holds = np.zeros(part.document_count, dtype=bool)
        if self.is_hit:
            holds[part.hits_of(self.kind, self.name)] = True
        elif self.pieces:
            known = part.terms_with(self.pieces)
            if known.any():
                documents, terms = part.counts
                holds[documents[known[terms]]] = True
        else:
            return None
        return holds


def _pieces(patterns: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for pattern in patterns:
        heads = landmarks([pattern])
        # Scripts without spaces give no tokens, so a table of words cannot say that they are not there.
        if not heads or any(_UNSPACED.search(head) for head in heads):
            return ()
        found += heads
    return tuple(dict.fromkeys(found))
