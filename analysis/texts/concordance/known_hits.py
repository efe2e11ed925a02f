"""What a build knows of a document that a line of a concordance needs: the codebook's hits, and where others speak."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from analysis.texts.build.part_file import PLACES as _PLACES

if TYPE_CHECKING:
    from analysis.texts.annotate.hits import Hit

OWN = "own"
PLACES = tuple(_PLACES)  # columns of a finished part's "places", and of its "hits", in the order of `KnownHit`
COLUMNS = ("frame", "entry", "voice", "is_negated", "is_mention", "dyad")


class KnownHit(NamedTuple):
    """One hit: its characters in the printed text, who is said to speak, and what the store calls it. Private."""

    start: int
    end: int
    speaker: str | None
    frame: str
    entry: str
    voice: str
    is_negated: bool
    is_mention: bool
    dyad: str | None

    @classmethod
    def of(cls, hit: Hit) -> KnownHit:
        """A hit that the engine has just found."""
        speaker = hit.speaker.name if hit.speaker else None
        entry, voice = hit.entry, hit.voice
        return cls(hit.start, hit.end, speaker, entry.frame, entry.id, voice, hit.is_negated, hit.is_mention, hit.dyad)


class Known(NamedTuple):
    """hits: the document's hits in the order of the engine. spoken: (start, end, voice) of all words that are not its own,
    disjoint and in order. Characters are those of the printed text."""

    hits: list[KnownHit]
    spoken: list[tuple[int, int, str]]

    def voice_at(self, at: int) -> str:
        """Whose words stand at a position: own, quoted or reported."""
        number = bisect_right(self.spoken, at, key=lambda span: span[0]) - 1
        return self.spoken[number][2] if number >= 0 and at < self.spoken[number][1] else OWN
