"""What a search looks for, and where it cannot be: most texts are set aside before any is annotated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import require
from analysis.texts.annotate.anchors import beginnings
from analysis.texts.annotate.codebook import compile_pattern
from analysis.texts.annotate.tokens import WORD
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
class Words:
    """One alternative of what is sought.

    pieces: for each word of the pattern beginnings of which one stands in a match; words that have none are left out.
    opening: what a match begins with, one of them; () if that can be anything.
    """

    regex: re.Pattern[str]
    pieces: tuple[tuple[str, ...], ...]
    opening: tuple[str, ...]

    @classmethod
    def of(cls, pattern: str) -> Words:
        """Read a pattern of the codebook. Raises `DiscourseError` if it cannot be read."""
        regex = re.compile(compile_pattern(pattern, "kwic"))
        heads = beginnings(pattern)
        # Scripts without spaces give no tokens, so a table of words cannot say that they are not there.
        spaced = [[_word_in(h) for h in some] for some in heads if not any(_UNSPACED.search(head) for head in some)]
        pieces = tuple(tuple(some) for some in spaced if min(map(len, some)) > 1)
        opens = all(heads[0]) and not pattern.lstrip().startswith("[")
        return cls(regex, pieces if len(spaced) == len(heads) else (), tuple(heads[0]) if opens else ())

    def holding(self, part: FinishedPart) -> np.ndarray:
        """Which documents of a part hold a piece of every word, a boolean each."""
        known = [part.terms_with(some) for some in self.pieces]
        if not all(mask.any() for mask in known):
            return np.zeros(part.document_count, dtype=bool)
        documents, terms = part.counts
        holds = np.ones(part.document_count, dtype=bool)
        for mask in known:
            here = np.zeros(part.document_count, dtype=bool)
            here[documents[mask[terms]]] = True
            holds &= here
        return holds

    def matches(self, low: str) -> Iterator[re.Match[str]]:
        """All matches in a lower-cased text, in order, as `finditer` gives them but in less time."""
        if not self.opening:
            yield from self.regex.finditer(low)
            return
        end = 0
        for at in sorted({at for head in self.opening for at in _places(low, head)}):
            match = self.regex.match(low, at) if at >= end else None
            if match is not None:
                yield match
                end = match.end()


def _word_in(head: str) -> str:
    """Of a literal text the longest of the tokens in it, as a table of words has them ("example" of "#an.example")."""
    return max(WORD.findall(head), key=len, default="")


def _places(low: str, head: str) -> Iterator[int]:
    at = low.find(head)
    while at >= 0:
        yield at
        at = low.find(head, at + 1)


@dataclass(frozen=True)
class Sought:
    """A pattern that was read: hits of one `entry` or `frame` (`kind`, `name`), or words (kind "", `words`)."""

    kind: str
    name: str
    words: tuple[Words, ...] = ()

    @classmethod
    def of(cls, pattern: str, codebook: Callable[[], Codebook]) -> Sought:
        """Read a pattern as `kwic.concordance` describes it. codebook: called where the pattern names an entry or frame.
        Raises `DiscourseError` if it cannot be read, or names an entry or frame that the codebook does not have."""
        kind, colon, name = pattern.partition(":")
        if colon and kind in ("entry", "frame"):
            known = [e.id if kind == "entry" else e.frame for e in codebook().entries]
            require(kind, name, dict.fromkeys(known))
            return cls(kind, name)
        return cls("", "", tuple(Words.of(alternative) for alternative in patterns_of(pattern)))

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
            return holds
        for words in self.words:
            if not words.pieces:
                return None
            holds |= words.holding(part)
        return holds
