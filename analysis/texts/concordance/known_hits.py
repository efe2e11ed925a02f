"""What a line of a concordance says of the codebook's hit at its keyword, whether the engine found it now or a build did."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from analysis.texts.build.part_file import PLACES as _PLACES

if TYPE_CHECKING:
    from analysis.texts.annotate.hits import Hit

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
        return cls(
            hit.start, hit.end, speaker, entry.frame, entry.id, voice, hit.is_negated, hit.is_mention, hit.dyad
        )
