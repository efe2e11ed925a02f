"""Whose words: one rule for hits, for the tokens of each voice, and for concordance lines.

Words inside quotation marks as speech, and the turns of a transcript, are quoted; clauses that a verb of saying gives to
somebody are reported; all else is the outlet's own. The rule reads positions, never the codebook: what is looked for
changes nobody's voice.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

from analysis.texts.annotate.attribution.clauses import Clauses, Report
from analysis.texts.annotate.attribution.passage import FILL, Passage
from analysis.texts.annotate.attribution.quotes import Quote
from analysis.texts.annotate.attribution.speakers import UNKNOWN, Phrase, Speaker, Speakers
from analysis.texts.annotate.attribution.turns import Turn
from analysis.texts.annotate.attribution.verbs import KIND
from analysis.texts.annotate.negation_mention import is_talked_about

__all__ = ["UNKNOWN", "Attribution", "Report", "Speaker", "Speech"]

_START_OF = itemgetter(0)
_SHORT = 4  # words: a shorter quotation that nobody speaks is a scare quote
_FAR = 400  # characters on either side of a quotation within which its attribution stands
_TITLED = re.compile(r"\b(?:entitled|titled|headlined|headed|themed),? $")
_PROPER = re.compile(r"(?:[A-Z][\w-]*)(?: (?:of|and|for|with|the|[A-Z][\w-]*))+")
_WORDS = re.compile(r"[\w'’-]+")
_ABBREVIATED = re.compile(r"\b(?:mr|mrs|ms|dr|gen|h\.e|prof|lt|u\.s)\.")
_IS_HOW = re.compile(
    r"\s*,?\s*(?:is|was) (?:how|what) ([^,.;:]{2,60}?) (?:sums?|summed|puts?|describes?|described|explains?|explained"
    r"|calls?|called|says?|said|tells?|told)\b"
)
_CONTINUES = re.compile(r"(?:went|goes) on\b|add(?:s|ed)\b|continue[sd]\b")
_THE = re.compile(r"\W*the\b")
_DEFINITE = re.compile(r"\b(?:the|its|their|this|that|such|these|his|her) $")
# whose quotation marks hold others' words at a distance
_DISTANT = frozenset({"analyst", "media", "report", "citizen", "other", "opposition"})
_GOES_ON = re.compile(r" [a-z]\w*")
Source = Report | Phrase | Turn


class Attribution(NamedTuple):
    """Whose words stand at a position.

    voice: own, quoted or reported. speaker: None for own words, `UNKNOWN` if nobody is named. is_scare: the quotation
    marks do not quote, they hold the words at a distance. report: the indirect speech around the position.
    """

    voice: str
    speaker: Speaker | None
    is_scare: bool = False
    report: Report | None = None


class _Heard(NamedTuple):
    """How one quotation is to be read; source: who speaks it, to be asked for his name when it is needed."""

    voice: str
    source: Source | Quote | None = None  # a quotation: whoever speaks it, not looked for yet
    is_scare: bool = False
    report: Report | None = None


class Speech:
    """The speech of one document: its clauses and speakers, and whose words each quotation holds.

    own: the state whose government speaks in it, "" if none.
    """

    def __init__(self, page: Passage, own: str = "") -> None:
        self.page = page
        self.speakers = Speakers(page)
        self.clauses = Clauses(page, self.speakers, own)
        self._sources: dict[int, Source | None] = {}
        self._heard: dict[int, _Heard] = {}

    # the one rule ----------------------------------------------------------------------------------------------------

    def at(self, position: int) -> Attribution:
        """Whose words stand at a position."""
        outer, inner = self.quote_at(position)
        if outer is None:
            report = self.report_at(position)
            return (
                Attribution("reported", self.clauses.speaker(report), report=report)
                if report
                else Attribution("own", None)
            )
        heard = self._hear(outer)
        scare = heard.is_scare
        if inner is not None and inner is not outer and heard.voice == "quoted":
            scare = self.words(inner) <= 3 or self._is_talked_about(inner)
        return Attribution(heard.voice, self._speaker_of(heard), scare, heard.report)

    def exposure(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """All positions by the same rule: disjoint spans of quoted words, and of reported ones, each in order."""
        spans: dict[str, list[tuple[int, int]]] = {"own": [], "quoted": [], "reported": []}
        outer = [(quote.start, quote.end) for quote in self.page.outer]
        for quote in self.page.outer:
            spans[self._hear(quote).voice].append((quote.start, quote.end))
        clauses = [
            span for sentence in self.clauses.sentences() for r in self.clauses.reports(sentence) for span in r.spans
        ]
        reported = subtract(merge(clauses), outer)
        return spans["quoted"], sorted([*reported, *spans["reported"]])

    def voice_at(self, at: int) -> tuple[str, Speaker | None]:
        """Voice and speaker at any position: quoted, reported or own."""
        found = self.at(at)
        return found.voice, found.speaker

    def report_at(self, at: int) -> Report | None:
        """The indirect speech around a position, if any."""
        reports = [r for r in self.clauses.reports(self.page.sentence(at)) if r.covers(at)]
        return self.clauses.best(reports) if reports else None

    def _hear(self, quote: Quote) -> _Heard:
        if quote.start not in self._heard:
            self._heard[quote.start] = self._read(quote)
        return self._heard[quote.start]

    def _read(self, quote: Quote) -> _Heard:
        """Voice of an outer quotation: speech, a title, a word held at a distance, or what others are said to say."""
        text, low = self.page.text, self.page.low
        if self.page.turn(quote) is not None:
            return _Heard("quoted", quote)
        if _TITLED.search(low, max(0, quote.start - 16), quote.start):
            return _Heard("own")
        if self.words(quote) > _SHORT or self._runs_on(quote):
            return _Heard("quoted", quote)
        report = self.report_at(quote.start)
        if self._is_talked_about(quote):
            return _Heard("reported", report, True, report) if report else _Heard("own", is_scare=True)
        source = self.source(quote)
        if (source is not None or report) and self._is_borrowed(quote, report):
            return _Heard("reported", report or source, report=report)
        if source is not None and self._is_distant(quote, source):
            return _Heard("reported", source, True, report)
        if source is not None:
            return _Heard("quoted", source, report=report if report and report.denies else None)
        if text[quote.end - 2] in ".!?,":
            return _Heard("quoted")
        if report and not report.denies and report.verb > quote.end:  # "the friendship is “firm”, X assured"
            return _Heard("quoted", report)
        if report and quote.end <= self.page.title_end:  # headlines put others' words in marks
            return _Heard("reported", report, report=report)
        scare = _PROPER.fullmatch(text, quote.start + 1, quote.end - 1) is None  # "Diamond Hexagon" is a name
        says = quote.end <= self.page.title_end and not KIND.keys().isdisjoint(low[: quote.start].split())
        says = says and scare and not report and _GOES_ON.match(low, quote.end) is not None
        if says and self.speakers.names(Phrase(0, quote.start)):  # "Envoy hails ‘firm’ ties"
            return _Heard("reported", Phrase(0, quote.start))
        return _Heard("reported", report, scare, report) if report else _Heard("own", is_scare=scare)

    def _speaker_of(self, heard: _Heard) -> Speaker | None:
        if heard.voice == "own":
            return None
        source = self.source(heard.source) if isinstance(heard.source, Quote) else heard.source
        return self._who(source) if source is not None else UNKNOWN

    def _who(self, source: Source) -> Speaker:
        if isinstance(source, Report):
            return self.clauses.speaker(source)
        if isinstance(source, Turn):
            return self.speakers.of_label(source)
        return self.speakers.read(source) or UNKNOWN

    def _is_borrowed(self, quote: Quote, report: Report | None) -> bool:
        """Whether a short quotation is what others say: "denies ‘debt trap’ claims", a headline's ‘Debt trap’ fears."""
        goes_on = _GOES_ON.match(self.page.low, quote.end) is not None
        titled = quote.end <= self.page.title_end
        return (
            goes_on
            and (titled or (report is not None and report.denies))
            and self.page.text[quote.end - 2] not in ".!?,"
        )

    def _is_distant(self, quote: Quote, source: Source) -> bool:
        """Whether a word or two in marks are what others say, not the speaker: analysts on "the ‘steady’ friendship"."""
        definite = _DEFINITE.search(self.page.low, max(0, quote.start - 8), quote.start) is not None
        if not definite or self.words(quote) > 2 or _GOES_ON.match(self.page.low, quote.end) is None:
            return False
        return self._who(source).role in _DISTANT

    def _is_talked_about(self, quote: Quote) -> bool:
        sentence = self.page.sentence(quote.start)
        return is_talked_about(self.page.low, sentence, quote.start, quote.end)

    def words(self, quote: Quote) -> int:
        """How many words a quotation holds, up to some thirty."""
        stop = min(quote.end - 1, quote.start + 200)  # more than that is long, whatever it holds
        return len(_WORDS.findall(self.page.text, quote.start + 1, stop))

    # quotations and their speakers -----------------------------------------------------------------------------------

    @cached_property
    def _quote_ends(self) -> list[int]:
        """Up to each quotation, the end that is farthest."""
        return list(accumulate((quote.end for quote in self.page.quotes), max))

    @cached_property
    def _outer_at(self) -> dict[int, int]:
        return {quote.start: number for number, quote in enumerate(self.page.outer)}

    def quote_at(self, at: int) -> tuple[Quote | None, Quote | None]:
        """The outermost and the innermost quotation at a position."""
        quotes, ends = self.page.quotes, self._quote_ends
        outer = inner = None
        number = bisect_right(quotes, at, key=_START_OF)
        while number and ends[number - 1] > at:
            number -= 1
            quote = quotes[number]
            if quote.end > at:
                inner = quote if inner is None or quote.depth > inner.depth else inner
                if quote.depth == 0:
                    outer = quote
                    break
        return (outer, inner) if outer is not None else (None, None)

    def quote_speaker(self, quote: Quote) -> Speaker | None:
        """Who speaks a quotation; None if nothing attributes it to anyone."""
        source = self.source(quote)
        return self._who(source) if source is not None else None

    def source(self, quote: Quote) -> Source | None:
        """What attributes an outer quotation to somebody; None if nothing does.

        Quotations that continue one another have one speaker. One without an attribution of its own takes that of its
        neighbour, if it is a sentence; the way from one to the next is walked, not called, so its length is no matter.
        """
        turn = self.page.turn(quote)
        if turn is not None:
            return turn
        number: int | None = self._outer_at[quote.start]
        path: set[int] = set()
        found: Source | None = None
        unnamed: Source | None = None  # "the minister went on", behind a quotation of somebody named
        while number is not None:
            if number in self._sources:
                found = self._sources[number]
                break
            if number in path:
                break
            first, last = self._runs[number]
            path.update(range(first, last + 1))
            found = self._attributed(first, last)
            if first and isinstance(found, Report) and self._goes_on(found, first):
                unnamed, found = unnamed or found, None
                beside: int | Source | None = first - 1
            else:
                beside = self._neighbour(first, last) if found is None else None
            if beside is not None and not isinstance(beside, int):
                found, beside = beside, None
            number = beside
        found = found if found is not None else unnamed
        self._sources.update(dict.fromkeys(path, found))
        return found

    def _goes_on(self, report: Report, first: int) -> bool:
        """Whether somebody unnamed goes on behind a quotation near by: '"...," the deputy director went on'."""
        if not _CONTINUES.match(self.page.masked, report.verb) or report.who is None:
            return False
        near = self.page.outer[first].start - self.page.outer[first - 1].end < 2 * _FAR
        definite = _THE.match(self.page.masked, report.who.start) is not None
        return near and definite and not self.clauses.speaker(report).name

    @cached_property
    def _runs(self) -> list[tuple[int, int]]:
        """For each outer quotation the first and the last of those that continue one another."""
        runs: list[tuple[int, int]] = []
        for number, quote in enumerate(self.page.outer):
            if runs and quote.continues:
                runs[-1] = (runs[-1][0], number)
            else:
                runs.append((number, number))
        return [run for run in runs for _ in range(run[0], run[1] + 1)]

    def _runs_on(self, quote: Quote) -> bool:
        """Whether a quotation is part of one that goes on over paragraphs: then it is speech, however short its part."""
        number = self._outer_at.get(quote.start)
        return number is not None and self._runs[number] != (number, number)

    def _attributed(self, first: int, last: int) -> Source | None:
        """What attributes a run of quotations: behind the last one, or before any of them."""
        outer = self.page.outer
        following = outer[last + 1] if last + 1 < len(outer) else None
        found = self._after(outer[last], following)
        for number in range(last, first - 1, -1):
            if found is None:
                found = self._before(outer[number], outer[number - 1] if number else None)
        return found

    def _neighbour(self, first: int, last: int) -> int | Source | None:
        """Where a run without an attribution gets its speaker from: the number of a quotation, or what names somebody."""
        page, outer = self.page, self.page.outer
        quote = outer[first]
        if not self._is_sentence(quote):
            return None
        here = page.paragraph(quote.start)
        earlier = outer[first - 1] if first else None
        lead = self._lead(quote, max(here[0], earlier.end if earlier else 0))
        if lead is not None:
            return lead
        if earlier is not None and page.turn(earlier) is None and self._is_sentence(earlier):
            before = page.paragraph(earlier.start)
            next_to = quote.start == here[0] and page.text[before[1] : here[0]].strip("\n") == ""
            if before == here or next_to:
                return first - 1
        following = outer[last + 1] if last + 1 < len(outer) else None
        if (
            following is not None
            and following.start < here[1]
            and not page.text[outer[last].end : following.start].strip()
        ):
            return last + 1
        if quote.start == here[0] or page.text[here[0] : quote.start].rstrip().endswith(":"):
            return self._previous_sentence(here[0]) or self._across(quote, earlier, first)
        return None

    def _lead(self, quote: Quote, begin: int) -> Source | None:
        """Who is named in the sentence before a quotation, in its paragraph from `begin` on: 'Ann Lee disagreed. "..."'."""
        page = self.page
        at = quote.start
        while at > begin and page.text[at - 1].isspace():
            at -= 1
        if at <= begin or page.text[at - 1] not in ".!?:":
            return None
        start, end = page.sentence(at - 1)
        if start < begin and page.masked[start:begin].strip(" " + FILL):
            return None
        reports = self.clauses.reports((start, end))
        if reports and self.clauses.speaker(reports[-1]).name:
            return reports[-1]
        return self.clauses.leads.subject(max(start, begin), min(end, at))

    def _across(self, quote: Quote, earlier: Quote | None, first: int) -> int | Source | None:
        """The speaker of a quotation that opens a paragraph behind one without: who is named there, or spoke before it."""
        page = self.page
        at = page.paragraph(quote.start)[0]
        while at and page.text[at - 1].isspace():
            at -= 1
        begin = page.paragraph(at - 1)[0] if at else 0
        if at <= page.title_end or (earlier is not None and earlier.end > begin):
            return None
        named = self.clauses.leads.subject(page.sentence(at - 1)[0], at)
        if named is not None or earlier is None or begin - page.paragraph(earlier.start)[1] > 3:
            return named
        people = self.page.mentions_between(begin, at)
        quiet = not any(m.actor.kind == "person" for m in people) and not self.speakers.printed(Phrase(begin, at))
        spoke = quiet and at - begin < _FAR and self._is_sentence(earlier) and page.turn(earlier) is None
        return first - 1 if spoke else None

    def _after(self, quote: Quote, following: Quote | None) -> Source | None:
        """An attribution right behind the quotation: "...," he said; "...," said X; "..." according to X."""
        page = self.page
        _, stop = page.paragraph(quote.start)
        if page.masked.startswith(":", quote.end) and quote.start < page.title_end:
            phrase = Phrase(quote.end + 1, stop)
            return phrase if self.speakers.names(phrase) else None
        signed = self.clauses.leads.behind_dash(quote.end)
        if signed is not None:
            return signed
        end = min(following.start if following else stop, stop, quote.end + _FAR)
        tail = page.masked[quote.end : end]
        inner = page.text[max(quote.start + 1, quote.end - 80) : quote.end - 1].rstrip()
        cut = re.search(r"[.;!?](?:\s|$)", _ABBREVIATED.sub(lambda m: m.group()[:-1] + "x", tail))
        if cut:
            tail = tail[: cut.end()]
        ends_open = inner.endswith((",", "?", "!", "…", "-", "—")) or tail.lstrip().startswith(",")
        starts_low = bool(re.match(r"\s*,?\s*[a-z]", page.text[quote.end : quote.end + 4]))
        if inner.endswith(".") and not starts_low and not following:
            return None
        how = _IS_HOW.match(tail)  # "... is how X sums it up"
        if how is not None:
            phrase = Phrase(quote.end + how.start(1), quote.end + how.end(1), possessive=True)
            return phrase if self.speakers.names(phrase) else None
        for report in self.clauses.between(quote.end, quote.end + len(tail), quote.start):
            gap = page.masked[quote.end : report.verb]
            if len(gap.split()) <= (14 if ends_open else 9):
                named = not ends_open and (inner.endswith(".") or not re.match(r"\s*,", gap))
                return None if named and len(inner.split()) <= 4 else report
        return None

    def _before(self, quote: Quote, earlier: Quote | None) -> Source | None:
        """An attribution that leads to the quotation: X said: "..."; X described them as "..."."""
        page = self.page
        start, stop = page.sentence(quote.start)
        if earlier is not None and earlier.start >= start and self._is_speech_end(earlier):
            start = max(start, earlier.end)
        start = max(start, quote.start - _FAR)
        if not page.masked[start : quote.start].strip(" ,:—-"):
            return None
        reports = [r for r in self.clauses.reports((start, min(stop, quote.end + _FAR))) if r.covers(quote.start)]
        direct = [r for r in reports if r.verb < quote.start]
        if direct:
            return self.clauses.best(direct)
        if self.words(quote) <= _SHORT and page.text[quote.end - 2] not in ".!?":
            return None
        return self.clauses.best(reports) if reports else self.clauses.leads.before_quotation(start, quote.start)

    def _is_speech_end(self, quote: Quote) -> bool:
        return self.page.text[quote.end - 2 : quote.end - 1] in ".!?,"

    def _is_sentence(self, quote: Quote) -> bool:
        inner = self.page.text[quote.start + 1 : quote.end][-200:].rstrip(" \"”»’'").lstrip()
        return len(inner.split()) > 4 or inner.endswith((".", "!", "?", ","))

    def _previous_sentence(self, at: int) -> Report | None:
        page = self.page
        while at and page.text[at - 1].isspace():
            at -= 1
        if not at or at <= page.title_end:
            return None
        reports = self.clauses.reports(page.sentence(at - 1))
        return reports[-1] if reports and self.clauses.speaker(reports[-1]).name else None


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
