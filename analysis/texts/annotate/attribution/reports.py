"""What one attribution gives: its verb, the stretches it reports, and the noun phrase that speaks."""

from __future__ import annotations

from typing import NamedTuple

from analysis.texts.annotate.attribution.speakers import Phrase
from analysis.texts.annotate.attribution.verbs import KIND


class Report(NamedTuple):
    """One stretch of indirect speech: half-open spans, who speaks, where the attribution stands, whether it denies.

    who: the noun phrase that names the speaker (None: nobody is named). follows: an earlier report of the same sentence
    whose speaker this verb shares ("X said ... and repeated that ..."), unless its own subject names somebody later.
    passive: its subject is no speaker. subject_start: where the noun phrase before the verb begins, if it was read.
    """

    spans: tuple[tuple[int, int], ...]
    who: Phrase | None
    verb: int
    denies: bool = False
    named: bool = False
    passive: bool = False
    subject_start: int | None = None
    follows: Report | None = None

    def covers(self, start: int) -> bool:
        return any(a <= start < b for a, b in self.spans)


class Verb(NamedTuple):
    """A verb of saying in its sentence: the word, its kind, half-open spans of the word and of the sentence."""

    word: str
    at: int
    after: int
    start: int
    end: int

    @property
    def kind(self) -> str:
        return KIND[self.word]
