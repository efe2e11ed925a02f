"""One document as it is laid out: paragraphs, sentences, quotations, and the actors named in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property

from analysis.texts.annotate.attribution.people import Mention, People
from analysis.texts.annotate.attribution.quotes import Quote, find_quotes, may_quote
from analysis.texts.annotate.attribution.turns import Turn, find_turns
from analysis.texts.annotate.tokens import lower, sentence_spans, sentences_before

FILL = "\x01"
LONGEST = 5000  # characters of a sentence


class Passage:
    """One document's sentences, quotations and mentions. `title_end`: where the title ends (0 if there is none).

    quotes: all quotations, with the turns of a transcript among them; outer: those that stand in no other; odd:
    paragraphs whose marks do not pair.
    """

    def __init__(
        self,
        text: str,
        people: People,
        *,
        low: str | None = None,
        mentions: list[Mention] | None = None,
        date: str | None = None,
        title_end: int = 0,
    ) -> None:
        self.text, self.people, self.date, self.title_end = text, people, date, title_end
        self.low = lower(text) if low is None else low
        self.mentions = people.mentions(text) if mentions is None else mentions
        self._places = [mention.start for mention in self.mentions]
        self.quotes, self.odd = find_quotes(text) if may_quote(text) else ([], 0)
        self._turns = {t.start: t for t in find_turns(text, title_end, is_actor=self._names_person, media=people.media)}
        if self._turns:
            self.quotes = _with_turns(self.quotes, list(self._turns.values()))
        self.outer = [q for q in self.quotes if q.depth == 0]
        self._sentences: dict[int, list[tuple[int, int]]] = {}
        self._near: tuple[int, int, list[tuple[int, int]], list[int]] = (0, 0, [], [])  # the paragraph asked for last
        self._counted = (0, 0)  # a sentence's start and running number

    def turn(self, quote: Quote) -> Turn | None:
        """The speaker's turn that stands as an outer quotation, if it is one."""
        return self._turns.get(quote.start) if self._turns else None

    @property
    def turns(self) -> list[Turn]:
        """The speakers' turns of a transcript, in order."""
        return list(self._turns.values())

    def _names_person(self, start: int, end: int) -> bool:
        return any(m.actor.kind == "person" for m in self.mentions_between(start, end))

    @cached_property
    def lines(self) -> list[int]:
        """Where the lines begin, and where one more would."""
        text, found = self.text, [0]
        at = text.find("\n")
        while at >= 0:
            found.append(at + 1)
            at = text.find("\n", at + 1)
        return [*found, len(text) + 1]

    @cached_property
    def outer_starts(self) -> list[int]:
        """Where the outer quotations begin."""
        return [quote.start for quote in self.outer]

    def paragraph(self, at: int) -> tuple[int, int]:
        """The span of the paragraph at a position."""
        lines = self.lines
        number = min(bisect_right(lines, at), len(lines) - 1)
        return lines[number - 1], lines[number] - 1

    def sentences(self, paragraph: tuple[int, int]) -> list[tuple[int, int]]:
        """The sentences of one paragraph; a quotation's inner full stops do end sentences."""
        if paragraph[0] not in self._sentences:
            spans = sentence_spans(self.text, *paragraph) or [paragraph]
            if paragraph[1] - paragraph[0] > LONGEST:
                spans = [part for span in spans for part in self._parts(*span)]
            self._sentences[paragraph[0]] = spans
        return self._sentences[paragraph[0]]

    def _parts(self, start: int, end: int) -> list[tuple[int, int]]:
        """A sentence, cut between words where it is longer than `LONGEST`: a text without full stops is no sentence,
        and reading it whole for each of its verbs would take time with the square of its length."""
        parts = []
        while end - start > LONGEST:
            cut = self.text.rfind(" ", start + 1, start + LONGEST)
            cut = start + LONGEST if cut < 0 else cut
            parts.append((start, cut))
            start = cut
        return [*parts, (start, end)]

    def sentence(self, at: int) -> tuple[int, int]:
        """The span of the sentence at a position."""
        start, stop, spans, ends = self._near
        if not start <= at < stop:
            start, end = self.paragraph(at)
            spans = self.sentences((start, end))
            ends = [last for _, last in spans]
            self._near = (start, end + 1, spans, ends)
        return spans[min(bisect_right(ends, at), len(spans) - 1)]

    def mentions_between(self, start: int, end: int) -> list[Mention]:
        """Actors named within a span."""
        places = self._places
        return self.mentions[bisect_left(places, start) : bisect_left(places, end)]

    @cached_property
    def masked(self) -> str:
        """Lower-cased text whose quotations are blanked out, so that no verb inside them counts."""
        parts, last = [], 0
        for quote in self.outer:
            parts += [self.low[last : quote.start], FILL * (quote.end - quote.start)]
            last = quote.end
        return "".join([*parts, self.low[last:]]) if parts else self.low

    def sentence_index(self, at: int) -> int:
        """The running number of the sentence at a position, the title's included."""
        place, number = self._counted if self._counted[0] <= at else (0, 0)
        start = self.sentence(at)[0]
        number += sentences_before(self.text, place, start)
        self._counted = (start, number)
        return number


def _with_turns(quotes: list[Quote], turns: list[Turn]) -> list[Quote]:
    """Turns as outer quotations; the quotations within them lie one deeper."""
    starts = [turn.start for turn in turns]
    found = [Quote(turn.start, turn.end, 0, False) for turn in turns]
    for quote in quotes:
        number = bisect_right(starts, quote.start) - 1
        inside = number >= 0 and quote.start < turns[number].end
        if inside:
            found.append(Quote(quote.start, min(quote.end, turns[number].end), quote.depth + 1, quote.continues))
        else:
            found.append(quote)
    return sorted(found, key=lambda q: (q.start, -q.end, q.depth))
