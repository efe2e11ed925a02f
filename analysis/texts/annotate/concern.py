"""Which paragraphs of a document concern a state: the exposure of all that is counted about it.

A paragraph concerns the state that it names (by name, people's word, capital or an actor of its own), and one that goes on
about it: the paragraph before concerns it, and it speaks of "the country", "the prime minister", "the two countries" before
it names another state. In a document of the state's own government "my country" and the like name it, in what its
officials are quoted with "we" does, and in the documents for which the study says so (`OwnDocuments`) any "we" that is not
all mankind. No rule looks at the codebook, so a frame more or less changes no exposure.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import islice, pairwise
from operator import itemgetter

from analysis.texts.annotate.attribution.passage import Passage
from analysis.texts.annotate.attribution.voice import Speaker, Speech
from analysis.texts.annotate.lexicon import load as lexicon

_WORDS = lexicon.read("about.toml")
_ANAPHOR = _WORDS.regex("anaphors")
_BOTH = _WORDS.regex("both")
_OWN = _WORDS.regex("own_country")
_WE = _WORDS.regex("first_person")
_PLAIN_WE = _WORDS.regex("plain_we")
ALOOF = frozenset({"analyst", "media", "report", "citizen", "other"})  # they speak of states, not for their own
_START = itemgetter(0)
EPITHET = "kingdom"
_BEHIND_WE = 80  # characters, more than any match of `first_person` has or looks at


def paragraphs(page: Passage) -> Iterator[tuple[int, int]]:
    """The spans of a passage's paragraphs, in order; blank ones are left out."""
    for start, following in pairwise(page.lines):
        if following - 1 > start:
            yield start, following - 1


class Concern:
    """The paragraphs of one document that concern `state`. own: the state whose government speaks in it, "" if none.
    we: whether a plain "we" is that state.

    spans: half-open spans of characters in order; none if the state is "" or is not spoken of.
    """

    def __init__(
        self, speech: Speech, state: str, own: str = "", epithets: tuple[str, ...] = (), *, we: bool = False
    ) -> None:
        self.state = state
        names_own = (_PLAIN_WE if we else _OWN) if own == state else None
        self.spans = _spans(speech, state, names_own, epithets) if state else []

    def covers(self, at: int) -> bool:
        """Whether the paragraph at a position concerns the state."""
        number = bisect_right(self.spans, at, key=_START)
        return number > 0 and at <= self.spans[number - 1][1]


def _spans(speech: Speech, state: str, own: re.Pattern[str] | None, epithets: tuple[str, ...]) -> list[tuple[int, int]]:
    """own: words that name the state in a document of its own government; None elsewhere."""
    page = speech.page
    named = {page.paragraph(m.start) for m in page.mentions if m.actor.state == state}
    if not named and own is None:
        return []
    found: list[tuple[int, int]] = []
    goes_on = False
    for span in paragraphs(page):
        goes_on = (
            span in named
            or (own is not None and own.search(page.low, *span) is not None)
            or (goes_on and _carries_on(page, span, state, epithets))
            or (bool(page.outer) and _speaks_for(speech, span, state))
        )
        if goes_on:
            found.append(span)
    return found


def speaks_for(speaker: Speaker | None) -> str:
    """The state a speaker speaks for with "we"; "" for analysts, media and people in no office."""
    return speaker.state if speaker is not None and speaker.role not in ALOOF else ""


def _speaks_for(speech: Speech, span: tuple[int, int], state: str) -> bool:
    """Whether an official of the state is quoted in the paragraph and says "we" of it."""
    page, low = speech.page, speech.page.low
    first = max(0, bisect_right(page.outer_starts, span[0]) - 1)
    for quote in islice(page.outer, first, bisect_left(page.outer_starts, span[1])):
        stop = min(span[1], quote.end + _BEHIND_WE)
        match = _WE.search(low, max(span[0], quote.start), stop) if quote.end > span[0] else None
        if match is not None and match.start() < quote.end:
            return speaks_for(speech.quote_speaker(quote)) == state
    return False


def _carries_on(page: Passage, span: tuple[int, int], state: str, epithets: tuple[str, ...]) -> bool:
    """Whether a paragraph speaks of the state named before by what it is, before it names another one."""
    others = (m.start for m in page.mentions_between(*span) if m.actor.kind == "state" and m.actor.state != state)
    stop = min(others, default=span[1])
    for match in _ANAPHOR.finditer(page.low, span[0], stop):
        if EPITHET not in match.group() or EPITHET in epithets:
            return True
    return _BOTH.search(page.low, span[0], stop) is not None


def intersect(spans: list[tuple[int, int]], others: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What two lists of disjoint, ordered spans share, in order."""
    shared = []
    first = 0
    for start, end in spans:
        while first < len(others) and others[first][1] <= start:
            first += 1
        for number in range(first, len(others)):
            a, b = others[number]
            if a >= end:
                break
            shared.append((max(a, start), min(b, end)))
    return shared
