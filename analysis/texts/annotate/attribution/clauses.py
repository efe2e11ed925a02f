"""Indirect speech: which stretches of a sentence report what somebody said, and who.

Attribution is read off the surface of the sentence: a verb of saying, its subject before or after it, and whether the
clause stands behind the verb ("X said that ..."), before it ("..., X said") or around it ("..., X said, ...").
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cached_property

from analysis.texts.annotate.attribution.people import HONORIFIC
from analysis.texts.annotate.attribution.speakers import FILL, UNKNOWN, Speaker, Subjects
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

_FIRST = re.compile(r"\w+")
_FINAL_TAIL = re.compile(
    r"\s*(?:[.!?;,)\x01\"“”]|$|(?:on|in|at|to|from|during|after|before|as|when|by|via|last|this|earlier|later"
    r"|yesterday|today"
    r"|tomorrow|once|again|reporters|journalists|parliament|lawmakers|the|his|her|him|them|us|me|state|local"
    r"|recently|then|too"
    r"|here|there|for|with|ahead|following|while|shortly|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|afp|reuters"
    r"|xinhua|voa|rfa)\b)"
)
_NOMINAL = re.compile(
    r"\b(?:claims?|arguments?|assertions?|warnings?|suggestions?|accusations?|allegations?|views?|beliefs?"
    r"|insistence|fears?"
    r"|concerns?|contention|assumption|perception|notion|idea|charges?|criticisms?|complaints?|worries|speculation"
    r"|reports?|assurances?|pledges?|promises?|messages?|reminders?|convictions?|remarks?|rumou?rs?|suspicions?"
    r"|impressions?"
    r"|predictions?|conclusions?|findings?|theory|narrative|declarations?|admissions?|verdict|mantra) that\b"
)
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
_FINITE_NEXT = re.compile(
    r",\s*(?:would|will|is|are|was|were|has|have|had|can|could|should|must|may|might|does|did|do|and|but|that|never"
    r"|not)\b"
)
_NO_SPEAKER = re.compile(
    r"(?:q|a|(?:news )?analys[ei]s|opinions?|editorials?|comment(?:ary)?|explainer|(?:special )?reports?"
    r"|letters?(?: to the editor)?"
    r"|columns?|reviews?|interviews?|exclusive|updated?|breaking|feature|profile|essay|study|book review|op-?ed)\s*$"
)
_TOPIC = re.compile(r"\b(?:ties|relations?|friendship|talks|border|summit|visit|war|crisis|deal|and)\b|\w-\w|\w–\w|&")
_STOP_SPAN = re.compile(
    r";|, (?:while|whereas|although|though|even as|even though|which|an? (?:charge|claim|accusation|allegation|view"
    r"|remark))\b| — "
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

    def covers(self, start: int) -> bool:
        return any(a <= start < b for a, b in self.spans)


class Reports(Subjects):
    """One document's indirect speech."""

    @cached_property
    def _reports(self) -> dict[int, list[Report]]:
        return {}

    def reports(self, sentence: tuple[int, int]) -> list[Report]:
        """The stretches of indirect speech in one sentence, in order of their attributions."""
        if sentence[0] not in self._reports:
            self._reports[sentence[0]] = self._find_reports(*sentence)
        return self._reports[sentence[0]]

    def _find_reports(self, start: int, end: int) -> list[Report]:
        found = self._according(start, end)
        masked = self.masked
        for at, after, verb in self._verbs_between(start, end):
            report = self._verb(verb, at, after, start, end)
            if report is not None:
                if (
                    found
                    and (not report.speaker.name or found[-1].verb >= self._subject_start)
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
        found += self._colon(start, end, sure=bool(found) and start >= self.title_end)
        return sorted(found, key=lambda r: r.verb)

    @cached_property
    def verbs(self) -> list[tuple[int, int, str]]:
        """All verbs of saying outside quotations, and "according to"."""
        return find_verbs(self.masked)

    def _verbs_between(self, start: int, end: int) -> list[tuple[int, int, str]]:
        verbs = self.verbs
        found = verbs[bisect_left(verbs, (start,)) : bisect_left(verbs, (end,))]
        first = _FIRST.match(self.masked, start, end)  # a verb that opens the document has nothing before it
        if start == 0 and first and first.group() in KIND:
            found = [(first.start(), first.end(), first.group()), *found]
        return [v for v in found if v[2] in KIND]

    def _according(self, start: int, end: int) -> list[Report]:
        found: list[Report] = []
        sentence = self.masked[start:end]
        if not any(sign in sentence for sign in _SIGNS):
            return found
        for match in ACCORDING.finditer(self.masked, start, end):
            stop = next((i for i in range(match.end(), end) if self.masked[i] in ",;" or self.masked[i] == FILL), end)
            speaker = self._noun_phrase(match.end(), min(stop + 60, end) if stop < end else end, first=stop) or UNKNOWN
            left = (start, match.start())
            spans = (left, (stop, end)) if stop < end else (left,)
            found.append(Report(tuple(s for s in spans if s[1] > s[0]), speaker, match.start()))
        for match in _IN_WORDS.finditer(self.masked, start, end):
            speaker = self._noun_phrase(match.start(1), match.end(1), possessive=True)
            if speaker is not None:
                found.append(Report(((start, match.start()), (match.end(), end)), speaker, match.start()))
        return found

    def _verb(self, verb: str, at: int, after: int, start: int, end: int) -> Report | None:
        masked = self.masked
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
        subject = self._subject(start, at, strict=verb in NOUNISH and previous != "by", participle=participle)
        if subject is None:
            return None
        return self._complement(verb, kind, at, after, start, end, subject)

    def _passive(self, verb: str, kind: str, at: int, after: int, start: int, end: int, *, begin: int) -> Report | None:
        """ "is described as ... by X", "is said to be", "claims of ... were rejected by X", "was quoted as saying"."""
        masked = self.masked
        quoted = _AS_SAYING.search(masked, after, min(end, after + 40))
        if quoted and quoted.group():
            return Report(((quoted.end(), end),), self._subject(start, at) or UNKNOWN, at)
        agent = _AGENT.search(masked, after, end)
        speaker = None
        if agent is not None and (agent.start() <= after + 1 or kind in ("name", "deny") or verb in AS_VERBS):
            cut = re.search(r" (?:as|of|that|to) ", agent.group(1))
            stop = agent.start(1) + cut.start() if cut else agent.end(1)
            speaker = self._noun_phrase(agent.start(1), stop, possessive=True)
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
        match = _AS_SAYING.search(self.masked, after, min(end, after + 120))
        if match is None:
            return None
        return Report(((match.end(), end),), self._noun_phrase(after, match.start()) or UNKNOWN, at)

    def _inverted(self, verb: str, at: int, after: int, start: int, end: int) -> Report | None:
        """ "..., said Hun Manet" and "..., says PM": the verb follows a comma or quotation, its subject comes after."""
        lead = self.masked[max(start, at - 80) : at].rstrip()[-1:]
        if (
            not lead
            or not (lead in ",?!" or lead == FILL)
            or verb.endswith("ing")
            or verb in TO_SOMEONE
            or (KIND[verb] == "name" and lead == ",")
        ):
            return None
        tail = self.masked[after:end]
        if re.match(r"\s*(?:[,.;:!?\x01]|$|that\b|it\b|him\b|them\b|as\b|on\b|in\b|at\b|for\b|to\b)", tail):
            return None
        cut = re.search(r"[,.;:\x01]|\b(?:in an?|on|at a|during|who|after|before|told|that)\b", tail)
        stop = after + cut.start() if cut else end
        if self._finite(self.masked[after:stop]):
            return None
        speaker = self._noun_phrase(after, min(end, stop + 60), first=stop)
        if speaker is None:
            return None
        rest = _FINITE_NEXT.search(self.masked, stop, end)  # "Lower tariffs, said the minister, would help"
        spans = ((start, at), (rest.start(), end)) if rest else ((start, at),)
        return Report(spans, speaker, at, verb in DENY)

    def _complement(
        self, verb: str, kind: str, at: int, after: int, start: int, end: int, subject: Speaker
    ) -> Report | None:
        masked = self.masked
        tail = masked[after:end]
        that = "that" in tail and _THAT_CLAUSE.match(tail)
        begin = self._subject_start
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
            if parenthetical and words <= 14 and _FINAL_TAIL.match(tail) and not self._finite(tail):
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

    @staticmethod
    def _finite(tail: str) -> bool:
        """Whether a short tail holds a clause of its own, so that it is what was said."""
        return bool(
            re.search(
                r"\b(?:is|are|was|were|will|would|has|have|had|can|could|should|must|may|might|does|did|do)\b", tail
            )
            or re.search(r"\bto (?:be|take|stay|remain|keep|hedge)\b", tail)
        )

    def _until(self, at: int, end: int) -> int:
        stop = _STOP_SPAN.search(self.masked, at, end)
        return stop.start() if stop else end

    def _colon(self, start: int, end: int, *, sure: bool = False) -> list[Report]:
        """Colon headlines and transcripts: "Hun Sen: ...", and "...: Wang Yi" in titles."""
        colon = self.masked.find(":", start, end)
        titled = start < self.title_end
        if colon < 0 and not titled:
            return []
        head = self.masked[start:colon] if colon >= 0 else ""
        if sure and FILL in self.masked[colon : colon + 3]:
            return []
        if 0 < len(head.split()) <= 6 and not _NO_SPEAKER.match(head):
            speaker = self._noun_phrase(start, colon)
            known = speaker and (
                speaker.actor_id or HONORIFIC.match(self.text, start) or self._is_short_name(start, colon)
            )
            if speaker and (known or titled) and (speaker.name or not _TOPIC.search(head)):
                return [Report(((colon + 1, end),), speaker, start)]
        last = self.masked.rfind(":", start, end)
        for dash in (" - ", " – ", " — ") if titled and last < 0 else ():  # "... - PM"
            last = max(last, self.masked.rfind(dash, start, end) + 1)
        if last > start and titled and 0 < len(self.masked[last + 1 : end].split()) <= 5:
            speaker = self._noun_phrase(last + 1, end)
            if speaker is not None:
                return [Report(((start, last),), speaker, last)]
        return []

    def _is_short_name(self, start: int, colon: int) -> bool:
        """Whether a transcript's speaker stands before the colon: a name that was printed before."""
        head = self.text[start:colon].strip()
        return 1 < len(head) < 30 and head[:1].isupper() and self.text.find(head, 0, start) >= 0 and " " in head

    def _owner(self, start: int, at: int) -> Speaker:
        phrase = re.search(r"[\w.'-]+(?: [\w.'-]+){0,3}$", self.masked[start:at].rstrip())
        if phrase and "'" in phrase.group():
            return self._noun_phrase(start + phrase.start(), at, possessive=True) or UNKNOWN
        return UNKNOWN

    @staticmethod
    def best(reports: list[Report]) -> Report:
        """The outermost attribution, unless only an inner one names a person."""
        named = [r for r in reports if r.speaker.name] or reports
        named = sorted(named, key=lambda r: r.spans[0][0] > r.verb)  # "..., Xinhua reported" is around all of it
        outer = next((r for r in named if all(r is o or r.covers(o.verb) for o in named)), named[0])
        return replace(outer, denies=any(r.denies for r in reports)) if outer.speaker.name else outer
