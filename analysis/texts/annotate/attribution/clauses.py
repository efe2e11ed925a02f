"""Indirect speech: which stretches of a sentence report what somebody said, and who.

Attribution is read off the surface of the sentence: a verb of saying, its subject before or after it, and whether the
clause stands behind the verb ("X said that ..."), before it ("..., X said") or around it ("..., X said, ...").
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cached_property

from analysis.texts.annotate.attribution.passage import FILL, Passage
from analysis.texts.annotate.attribution.people import HONORIFIC
from analysis.texts.annotate.attribution.speakers import UNKNOWN, Speaker, Speakers
from analysis.texts.annotate.attribution.verbs import (
    AS_VERBS,
    DENY,
    KIND,
    MINDS,
    NOT_BEFORE,
    NOUNISH,
    SAID_TO,
    TO_SOMEONE,
    find_verbs,
)
from analysis.texts.annotate.lexicon import load as lexicon

_LISTS = lexicon.read("clauses.toml")
_FINAL_TAIL, _NOMINAL, _FINITE_NEXT, _NO_SPEAKER, _TOPIC, _STOP_SPAN = (
    _LISTS.regex(name) for name in ("final_tail", "nominal", "finite_next", "no_speaker", "topic", "stop_span")
)
_FIRST = re.compile(r"\w+")
ACCORDING = re.compile(
    r"\b(?:according to|in the words of|in the (?:view|opinion|eyes) of|to quote|as (?=[^,.]{2,60} put it))\s*"
)
_SIGNS = ("according to", "words", " view", "opinion", " eyes of", "to quote", " put it", "telling", "account")
_IN_WORDS = re.compile(r"\bin ([^,.;]{2,60}?)'s? (?:words|view|opinion|telling|account)\b")
_AS_SAYING = re.compile(r"\bas (?:saying|telling|stating|warning|arguing|having said)\b")
_THAT_CLAUSE = re.compile(r"(?:,? (?:(?! and )[\w.' -]){0,50}?)?\bthat\b")
_AND = re.compile(r"\b(?:and|but)(?: \w+ly| also| then| again)? $")
_CHARGE = re.compile(
    r"\s*an? (?:charge|claim|accusation|allegation|view|remark|suggestion|notion|idea|label|characteri[sz]ation)\b"
)
_BE = frozenset(["is", "was", "were", "been", "be", "being", "are"])
_PASSIVE = re.compile(
    r"\b(?:is|was|were|been|be|being|are|has been|have been)"
    r" (?:(?:\w+ly|often|also|now|still|once|long|always|sometimes|even|never|not|at times) ){0,2}$"
)
_AGENT = re.compile(r"\bby ((?:[^,;.\x01]){2,80})")
_AS = re.compile(r"[^;.\x01]{0,90}?\b(?:as|of|to be)\b")
_FINITE = re.compile(
    r"\b(?:is|are|was|were|will|would|has|have|had|can|could|should|must|may|might|does|did|do)\b"
    r"|\bto (?:be|take|stay|remain|keep|hedge)\b"
)


@dataclass(frozen=True, slots=True)
class Report:
    """One stretch of indirect speech: half-open spans, the speaker, where the attribution stands, whether it denies."""

    spans: tuple[tuple[int, int], ...]
    speaker: Speaker
    verb: int
    denies: bool = False
    named: bool = False
    passive: bool = False  # its subject is no speaker
    subject_start: int | None = None  # where the noun phrase before the verb begins, if it was read

    def covers(self, start: int) -> bool:
        return any(a <= start < b for a, b in self.spans)


class Clauses:
    """One document's indirect speech, with the speakers that `speakers` names."""

    def __init__(self, page: Passage, speakers: Speakers) -> None:
        self.page, self.speakers = page, speakers
        self.found: dict[int, list[Report]] = {}  # by the beginning of the sentence

    def reports(self, sentence: tuple[int, int]) -> list[Report]:
        """The stretches of indirect speech in one sentence, in order of their attributions."""
        if sentence[0] not in self.found:
            self.found[sentence[0]] = self.find(*sentence)
        return self.found[sentence[0]]

    def find(self, start: int, end: int) -> list[Report]:
        """The indirect speech of any stretch of text, read as one sentence."""
        found = self.according(start, end)
        masked = self.page.masked
        for at, after, verb in self.verbs_between(start, end):
            report = self.verb(verb, at, after, start, end)
            if report is not None:
                begin = at if report.subject_start is None else report.subject_start
                if (
                    found
                    and (not report.speaker.name or found[-1].verb >= begin)
                    and (_AND.search(masked, max(start, at - 24), at))
                ):
                    report = replace(report, speaker=found[-1].speaker)  # "X said ... and repeated that ..."
                found.append(report)
        for match in _NOMINAL.finditer(masked, start, end) if masked.find(" that", start, end) >= 0 else ():
            if not any(r.covers(match.start()) or r.denies for r in found):
                found.append(
                    Report(
                        ((match.end(), self._until(match.end(), end)),),
                        self._owner(start, match.start()),
                        match.start(),
                    )
                )
        found += self._colon(start, end, sure=bool(found) and start >= self.page.title_end)
        return sorted(found, key=lambda r: r.verb)

    @cached_property
    def verbs(self) -> list[tuple[int, int, str]]:
        """All verbs of saying outside quotations, and "according to"."""
        return find_verbs(self.page.masked)

    def verbs_between(self, start: int, end: int) -> list[tuple[int, int, str]]:
        verbs = self.verbs
        found = verbs[bisect_left(verbs, (start,)) : bisect_left(verbs, (end,))]
        first = _FIRST.match(self.page.masked, start, end)  # a verb that opens the document has nothing before it
        if start == 0 and first and first.group() in KIND:
            found = [(first.start(), first.end(), first.group()), *found]
        return [v for v in found if v[2] in KIND]

    def according(self, start: int, end: int) -> list[Report]:
        found: list[Report] = []
        sentence = self.page.masked[start:end]
        if not any(sign in sentence for sign in _SIGNS):
            return found
        for match in ACCORDING.finditer(self.page.masked, start, end):
            stop = next(
                (i for i in range(match.end(), end) if self.page.masked[i] in ",;" or self.page.masked[i] == FILL), end
            )
            speaker = (
                self.speakers.noun_phrase(match.end(), min(stop + 60, end) if stop < end else end, first=stop)
                or UNKNOWN
            )
            left = (start, match.start())
            spans = (left, (stop, end)) if stop < end else (left,)
            found.append(Report(tuple(s for s in spans if s[1] > s[0]), speaker, match.start()))
        for match in _IN_WORDS.finditer(self.page.masked, start, end):
            speaker = self.speakers.noun_phrase(match.start(1), match.end(1), possessive=True)
            if speaker is not None:
                found.append(Report(((start, match.start()), (match.end(), end)), speaker, match.start()))
        return found

    def verb(self, verb: str, at: int, after: int, start: int, end: int) -> Report | None:
        masked = self.page.masked
        kind = KIND[verb]
        if masked[at - 1 : at] == "-" or (
            masked[after : after + 1] in "-'" and masked[after + 1 : after + 2].isalpha()
        ):
            return None
        before = masked[max(start, at - 80) : at]  # what the next looks need, and regular expressions are slow
        words = before.split()
        previous = words[-1].strip("(,") if words else ""
        passive = None if _BE.isdisjoint(words[-5:]) else _PASSIVE.search(before)
        if (verb in MINDS and not passive) or (passive and verb in AS_VERBS and verb.endswith("ing")):
            return None
        if passive and verb not in MINDS and " " not in verb and not verb.endswith("ing"):
            return self._passive(verb, kind, at, after, start, end, begin=at - len(before) + passive.start())
        if verb in ("quote", "quotes", "quoted", "cite", "cites", "cited", "quoting", "citing"):
            return self._quoted_as(after, at, end)
        inverted = self._inverted(verb, at, after, start, end)
        if inverted is not None:
            return inverted
        participle = verb.endswith("ing") and kind != "deny"
        if (
            previous in NOT_BEFORE
            and verb not in MINDS
            and not before.rstrip().endswith(",")
            and not (participle or previous in ("and", "that"))
        ):
            return None
        subject = self.speakers.subject(start, at, strict=verb in NOUNISH and previous != "by", participle=participle)
        if subject.speaker is None:
            return None
        report = self._complement(verb, at, after, start, end, subject.speaker, subject.start)
        return replace(report, subject_start=subject.start) if report is not None else None

    def _passive(self, verb: str, kind: str, at: int, after: int, start: int, end: int, *, begin: int) -> Report | None:
        """ "is described as ... by X", "is said to be", "claims of ... were rejected by X", "was quoted as saying"."""
        masked = self.page.masked
        quoted = _AS_SAYING.search(masked, after, min(end, after + 40))
        if quoted and quoted.group():
            return Report(((quoted.end(), end),), self.speakers.subject(start, at).speaker or UNKNOWN, at)
        agent = _AGENT.search(masked, after, end)
        speaker = None
        if agent is not None and (agent.start() <= after + 1 or kind in ("name", "deny") or verb in AS_VERBS):
            cut = re.search(r" (?:as|of|that|to) ", agent.group(1))
            stop = agent.start(1) + cut.start() if cut else agent.end(1)
            speaker = self.speakers.noun_phrase(agent.start(1), stop, possessive=True)
        if kind == "deny":
            return Report(((start, begin),), speaker or UNKNOWN, at, True)
        if kind == "name" or verb in AS_VERBS:
            named = _AS.match(masked, after, end)
            if named is None and (speaker is None or verb in AS_VERBS):
                return None if named is None and verb in AS_VERBS else Report(((after, end),), UNKNOWN, at)
            spans = ((named.end() if named else after, self._until(after, end)),)
            return Report(spans, speaker or UNKNOWN, at, passive=True)
        if verb in SAID_TO and re.match(r"(?: by [^,;.]{2,60})? (?:that|to|than)\b", masked[after:end]):
            return Report(((after, self._until(after, end)),), speaker or UNKNOWN, at, passive=True)
        return None

    def _quoted_as(self, after: int, at: int, end: int) -> Report | None:
        match = _AS_SAYING.search(self.page.masked, after, min(end, after + 120))
        if match is None:
            return None
        return Report(((match.end(), end),), self.speakers.noun_phrase(after, match.start()) or UNKNOWN, at)

    def _inverted(self, verb: str, at: int, after: int, start: int, end: int) -> Report | None:
        """ "..., said Ann Lee" and "..., says PM": the verb follows a comma or quotation, its subject comes after."""
        lead = self.page.masked[max(start, at - 80) : at].rstrip()[-1:]
        if (
            not lead
            or not (lead in ",?!" or lead == FILL)
            or verb.endswith("ing")
            or verb in TO_SOMEONE
            or (KIND[verb] == "name" and lead == ",")
        ):
            return None
        tail = self.page.masked[after:end]
        if re.match(r"\s*(?:[,.;:!?\x01]|$|that\b|it\b|him\b|them\b|as\b|on\b|in\b|at\b|for\b|to\b)", tail):
            return None
        cut = re.search(r"[,.;:\x01]|\b(?:in an?|on|at a|during|who|after|before|told|that)\b", tail)
        stop = after + cut.start() if cut else end
        if _FINITE.search(self.page.masked, after, stop):
            return None
        speaker = self.speakers.noun_phrase(after, min(end, stop + 60), first=stop)
        if speaker is None:
            return None
        rest = _FINITE_NEXT.search(self.page.masked, stop, end)  # "Lower tariffs, said the minister, would help"
        spans = ((start, at), (rest.start(), end)) if rest else ((start, at),)
        return Report(spans, speaker, at, verb in DENY)

    def _complement(
        self, verb: str, at: int, after: int, start: int, end: int, subject: Speaker, begin: int
    ) -> Report | None:
        """What an active verb with a subject from `begin` reports: the clause behind it, before it, or around it."""
        masked, kind = self.page.masked, KIND[verb]
        tail = masked[after:end]
        that = "that" in tail and _THAT_CLAUSE.match(tail)
        as_clause = masked.startswith(" as ", begin) or masked.startswith(", as ", begin - 5)
        if as_clause and masked.startswith(", as ", begin - 5):
            begin -= 4
        comma = masked[start:begin].rstrip()
        parenthetical = bool(comma) and (comma[-1] in ",?!" or comma[-1] == FILL)
        words = len(_FIRST.findall(tail)) if parenthetical else 0
        if kind == "deny" and parenthetical and _CHARGE.match(masked, begin, at):
            return None  # "..., a claim the opposition rejects": the words before are not the opposition's
        if as_clause and parenthetical and re.match(r"\s*,", tail) and words > 1:
            return Report(((start, begin), (after, end)), subject, at)  # "..., as X has shown, ..."
        if kind in ("clause", "deny") and verb not in AS_VERBS and not that:
            if parenthetical and re.match(r"\s*,", tail) and words > 1:  # "..., X said, ..."
                return Report(((start, begin), (after, end)), subject, at, kind == "deny")
            if parenthetical and words <= 14 and _FINAL_TAIL.match(tail) and not _FINITE.search(tail):
                return Report(((start, begin),), subject, at, kind == "deny")
        if as_clause and parenthetical and not that and words <= 10 and _FINAL_TAIL.match(tail):
            return Report(((start, begin),), subject, at)
        if kind == "that" and not that and not (parenthetical and words <= 10 and _FINAL_TAIL.match(tail)):
            return None
        if kind == "that" and not that:
            return Report(((start, begin),), subject, at)
        if verb in AS_VERBS and not that and not re.match(r"[^,;.]{0,60}\b(?:as|of|about)\b", tail):
            return None
        span = (after, self._until(after, end))
        return Report((span,), subject, at, kind == "deny", kind == "name" or verb in AS_VERBS)

    def _until(self, at: int, end: int) -> int:
        stop = _STOP_SPAN.search(self.page.masked, at, end)
        return stop.start() if stop else end

    def _colon(self, start: int, end: int, *, sure: bool = False) -> list[Report]:
        """Colon headlines and transcripts: "Ann Lee: ...", and "...: Wang Yi" in titles."""
        colon = self.page.masked.find(":", start, end)
        titled = start < self.page.title_end
        if colon < 0 and not titled:
            return []
        head = self.page.masked[start:colon] if colon >= 0 else ""
        if sure and FILL in self.page.masked[colon : colon + 3]:
            return []
        if 0 < len(head.split()) <= 6 and not _NO_SPEAKER.match(head):
            speaker = self.speakers.noun_phrase(start, colon)
            known = speaker and (
                speaker.actor_id or HONORIFIC.match(self.page.text, start) or self._is_short_name(start, colon)
            )
            if speaker and (known or titled) and (speaker.name or not _TOPIC.search(head)):
                return [Report(((colon + 1, end),), speaker, start)]
        last = self.page.masked.rfind(":", start, end)
        for dash in (" - ", " – ", " — ") if titled and last < 0 else ():  # "... - PM"
            last = max(last, self.page.masked.rfind(dash, start, end) + 1)
        if last > start and titled and 0 < len(self.page.masked[last + 1 : end].split()) <= 5:
            speaker = self.speakers.noun_phrase(last + 1, end)
            if speaker is not None:
                return [Report(((start, last),), speaker, last)]
        return []

    def _is_short_name(self, start: int, colon: int) -> bool:
        """Whether a transcript's speaker stands before the colon: a name that was printed before."""
        head = self.page.text[start:colon].strip()
        return 1 < len(head) < 30 and head[:1].isupper() and self.page.text.find(head, 0, start) >= 0 and " " in head

    def _owner(self, start: int, at: int) -> Speaker:
        phrase = re.search(r"[\w.'-]+(?: [\w.'-]+){0,3}$", self.page.masked[start:at].rstrip())
        if phrase and "'" in phrase.group():
            return self.speakers.noun_phrase(start + phrase.start(), at, possessive=True) or UNKNOWN
        return UNKNOWN


def best(reports: list[Report]) -> Report:
    """The outermost attribution, unless only an inner one names a person."""
    named = [r for r in reports if r.speaker.name] or reports
    named = sorted(named, key=lambda r: r.spans[0][0] > r.verb)  # "..., the agency reported" is around all of it
    outer = next((r for r in named if all(r is o or r.covers(o.verb) for o in named)), named[0])
    return replace(outer, denies=any(r.denies for r in reports)) if outer.speaker.name else outer
