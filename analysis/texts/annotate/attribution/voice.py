"""Who says it: direct and indirect speech in one document, the speaker of each stretch, and how much there is."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from operator import itemgetter

from analysis.texts.annotate.attribution.clauses import ACCORDING, Clauses, Report, best
from analysis.texts.annotate.attribution.passage import Passage
from analysis.texts.annotate.attribution.quotes import Quote
from analysis.texts.annotate.attribution.speakers import UNKNOWN, Somebody, Speaker, Speakers
from analysis.texts.annotate.attribution.verbs import EXPOSING, NOT_BEFORE

__all__ = ["UNKNOWN", "Report", "Speaker", "Speech"]

_START_OF = itemgetter(0)


class Speech:
    """The speech of one document: its clauses and speakers, and whose words each quotation holds."""

    def __init__(self, page: Passage) -> None:
        self.page = page
        self.speakers = Speakers(page)
        self.clauses = Clauses(page, self.speakers)
        self._of_quotes: dict[int, Speaker | None] = {}
        self._resolving: set[int] = set()

    @cached_property
    def _quote_ends(self) -> list[int]:
        """Up to each quotation, the end that is farthest."""
        return list(accumulate((quote.end for quote in self.page.quotes), max))

    @cached_property
    def _outer_at(self) -> dict[int, int]:
        return {quote.start: number for number, quote in enumerate(self.page.outer)}

    def exposure(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Disjoint spans in quotation marks as speech, and spans of indirect speech outside them.

        A sentence is read when it holds a verb that is sure to report (`EXPOSING`), or another one followed by "that",
        or "according to", or when it was read for a hit before.
        """
        quoted = [
            (q.start, q.end) for q in self.page.outer if self._is_sentence(q) or self.quote_speaker(q) is not None
        ]
        masked, found = self.page.masked, self.clauses.found
        reported = [span for start in sorted(found) for report in found[start] for span in report.spans]
        rough = Clauses(self.page, Somebody(self.page))
        done = -1
        for start, end, verb in self.clauses.verbs:
            if start < done or not (verb in EXPOSING or verb == "according to" or masked.startswith(" that ", end)):
                continue
            before = masked[max(0, start - 12) : start].split()
            if before and before[-1] in NOT_BEFORE and verb != "according to":
                continue
            sentence = self.page.sentence(start)
            if sentence[0] in found:
                done = sentence[1]
            elif verb == "according to":
                reported += [span for report in rough.according(*sentence) for span in report.spans]
            else:
                report = rough.verb(verb, start, end, *sentence)
                reported += report.spans if report else ()
        return quoted, subtract(merge(reported), quoted)

    def quote_at(self, at: int) -> tuple[Quote | None, Quote | None]:
        """The outermost and the innermost quotation at a position."""
        around = []
        number = bisect_right(self.page.quotes, at, key=_START_OF)
        while number and self._quote_ends[number - 1] > at:
            number -= 1
            if self.page.quotes[number].end > at:
                around.insert(0, self.page.quotes[number])
        outer = next((q for q in around if q.depth == 0), None)
        inner = max(around, key=lambda q: q.depth, default=None)
        return outer, inner

    def quote_speaker(self, quote: Quote) -> Speaker | None:
        """Who speaks a quotation; None if nothing attributes it to anyone."""
        number = self._outer_at[quote.start]
        if number not in self._of_quotes:
            if number in self._resolving:
                return None
            self._resolving.add(number)
            self._of_quotes[number] = self._resolve(number)
            self._resolving.discard(number)
        return self._of_quotes[number]

    def _resolve(self, number: int) -> Speaker | None:
        quote = self.page.outer[number]
        following = self.page.outer[number + 1] if number + 1 < len(self.page.outer) else None
        earlier = self.page.outer[number - 1] if number else None
        if following is not None and following.continues:
            return self.quote_speaker(following) or self._before(quote, earlier)
        speaker = self._after(quote, following)
        if speaker is None:
            speaker = self._before(quote, earlier)
        if speaker is None and quote.continues and earlier is not None:
            speaker = self._before(earlier, self.page.outer[number - 2] if number > 1 else None)
        return speaker if speaker is not None else self._chain(quote, earlier, following)

    def _after(self, quote: Quote, following: Quote | None) -> Speaker | None:
        """An attribution right behind the quotation: "...," he said; "...," said X; "..." according to X."""
        _, stop = self.page.paragraph(quote.start)
        if self.page.masked.startswith(":", quote.end) and quote.start < self.page.title_end:
            return self.speakers.noun_phrase(quote.end + 1, stop)
        end = min(following.start if following else stop, stop)
        tail = self.page.masked[quote.end : end]
        inner = self.page.text[quote.start + 1 : quote.end - 1].rstrip()
        cut = re.search(
            r"[.;!?](?:\s|$)",
            re.sub(r"\b(?:mr|mrs|ms|dr|gen|h\.e|prof|lt|u\.s)\.", lambda m: m.group()[:-1] + "x", tail),
        )
        if cut:
            tail = tail[: cut.end()]
        ends_open = inner.endswith((",", "?", "!", "…", "-", "—")) or tail.lstrip().startswith(",")
        starts_low = bool(re.match(r"\s*,?\s*[a-z]", self.page.text[quote.end : quote.end + 4]))
        if inner.endswith(".") and not starts_low and not following:
            return None
        for report in self.reports_between(quote.end, quote.end + len(tail), quote.start):
            gap = self.page.masked[quote.end : report.verb]
            if len(gap.split()) <= 14 and (ends_open or len(gap.split()) <= 9) and "," not in gap.strip(" ,")[:0]:
                if (
                    not ends_open
                    and not (inner.endswith(".") is False and re.match(r"\s*,", gap))
                    and len(inner.split()) <= 4
                ):
                    return None
                return report.speaker
        return None

    def report_at(self, at: int) -> Report | None:
        """The indirect speech around a position, if any."""
        reports = [r for r in self.clauses.reports(self.page.sentence(at)) if r.covers(at)]
        return best(reports) if reports else None

    def voice_at(self, at: int) -> tuple[str, Speaker | None]:
        """Voice and speaker at any position: quoted, reported or own."""
        outer, _ = self.quote_at(at)
        if outer is not None and (self._is_sentence(outer) or self.quote_speaker(outer) is not None):
            return "quoted", self.quote_speaker(outer) or UNKNOWN
        report = self.report_at(at)
        return ("reported", report.speaker) if report else ("own", None)

    def reports_between(self, start: int, end: int, sentence_start: int) -> list[Report]:
        """Attributions whose verb stands in a stretch of text, read as if the quotation before it were the clause."""
        found = []
        for at, after, verb in self.clauses.verbs_between(start, end):
            report = self.clauses.verb(verb, at, after, max(sentence_start, start - 1), end)
            if report is not None:
                found.append(report)
        for match in ACCORDING.finditer(self.page.masked, start, end):
            stop = next((i for i in range(match.end(), end) if self.page.masked[i] in ",;."), end)
            found.append(Report((), self.speakers.noun_phrase(match.end(), end, first=stop) or UNKNOWN, match.start()))
        return sorted(found, key=lambda r: r.verb)

    def _before(self, quote: Quote, earlier: Quote | None) -> Speaker | None:
        """An attribution that leads to the quotation: X said: "..."; X described them as "..."."""
        start = self.page.paragraph(quote.start)[0]
        spans = self.page.sentences((start, self.page.paragraph(quote.start)[1]))
        number = bisect_right(spans, quote.start, key=_START_OF)
        start = spans[number - 1][0] if number else start
        if earlier is not None and earlier.start >= start and self._is_speech_end(earlier):
            start = max(start, earlier.end)
        head = self.page.masked[start : quote.start]
        if not head.strip(" ,:—-"):
            return None
        reports = [r for r in self.clauses.find(start, self.page.sentence(quote.start)[1]) if r.covers(quote.start)]
        direct = [r for r in reports if r.verb < quote.start]
        if direct:
            return best(direct).speaker
        return best(reports).speaker if reports and len(self.page.text[quote.start : quote.end].split()) > 4 else None

    def _is_speech_end(self, quote: Quote) -> bool:
        return self.page.text[quote.end - 2 : quote.end - 1] in ".!?,"

    def _chain(self, quote: Quote, earlier: Quote | None, following: Quote | None) -> Speaker | None:
        """The speaker of a neighbouring quotation, when this one has no attribution of its own and is a sentence."""
        if not self._is_sentence(quote):
            return None
        here = self.page.paragraph(quote.start)
        if earlier is not None and self._is_sentence(earlier):
            same = self.page.paragraph(earlier.start) == here
            opens = quote.start == here[0]
            next_to = self.page.text[self.page.paragraph(earlier.start)[1] : here[0]].strip("\n") == ""
            if same or (opens and next_to):
                return self.quote_speaker(earlier)
        if (
            following is not None
            and self.page.paragraph(following.start) == here
            and not self.page.text[quote.end : following.start].strip()
        ):
            return self.quote_speaker(following)
        if quote.start == here[0] or self.page.text[here[0] : quote.start].rstrip().endswith(":"):
            return self._previous_sentence(here[0])
        return None

    def _is_sentence(self, quote: Quote) -> bool:
        inner = self.page.text[quote.start + 1 : quote.end - 1].strip()
        return len(inner.split()) > 4 or inner.endswith((".", "!", "?", ","))

    def _previous_sentence(self, at: int) -> Speaker | None:
        while at and self.page.text[at - 1].isspace():
            at -= 1
        if not at or at <= self.page.title_end:
            return None
        reports = self.clauses.reports(self.page.sentence(at - 1))
        return reports[-1].speaker if reports and reports[-1].speaker.name else None


def merge(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping spans joined, in order."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif end > start:
            joined.append((start, end))
    return joined


def subtract(spans: list[tuple[int, int]], holes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of disjoint, ordered `spans` without the disjoint, ordered `holes`."""
    left = []
    first = 0
    for start, end in spans:
        while first < len(holes) and holes[first][1] <= start:
            first += 1
        for number in range(first, len(holes)):
            a, b = holes[number]
            if a >= end:
                break
            if b > start:
                if a > start:
                    left.append((start, a))
                start = max(start, b)
        if start < end:
            left.append((start, end))
    return left
