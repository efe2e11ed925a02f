"""Who says it: direct and indirect speech in one document, and the speaker of each stretch.

Attribution is read off the surface of the sentence: a verb of saying, its subject before or after it, and whether the
clause stands behind the verb ("X said that ..."), before it ("..., X said") or around it ("..., X said, ...").
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import NamedTuple

from analysis.texts.people import Mention, People, printed_names
from analysis.texts.quotes import Quote, find_quotes, may_quote
from analysis.texts.tokens import lower, sentence_spans, sentences_before
from analysis.texts.verbs import AS_VERBS, DENY, EXPOSING, KIND, NOT_BEFORE, NOUNISH, ROLES, find_verbs

_FILL = "\x01"
_OF = re.compile(r"\b(?:of|for|at|from|in|to|with|by|who|that|on)\b|,")
_LETTER = re.compile(r"[^\W_]")
_FIRST = re.compile(r"\w+")
_PRONOUN = re.compile(r"\b(he|she|they|i|we|who|it)\b")
_PREPOSITION = re.compile(
    r"\b(?:of|for|with|to|by|at|in|on|from|about|against|between|under|near|after|before|than|into|over|toward|towards|and"
    r" with|alongside|like|visiting|told|met|meeting|thanked|urged|asked|as) (?:the |a |an |his |her |its |their )?"
    r"(?:[\w.'-]+ ){0,2}$"
)
_SUBJECT_STOP = re.compile(r"[;:—\x01\"“”]|, (?:and|but|while|as|because|although|though|whereas|which|yet|so) | (?:but|while|because|although|whereas|that) ")
_FINAL_TAIL = re.compile(
    r"\s*(?:[.!?;,)\x01\"“”]|$|(?:on|in|at|to|from|during|after|before|as|when|by|via|last|this|earlier|later|yesterday|today"
    r"|tomorrow|once|again|reporters|journalists|parliament|lawmakers|the|his|her|him|them|us|me|state|local|recently|then|too"
    r"|here|there|for|with|ahead|following|while|shortly|monday|tuesday|wednesday|thursday|friday|saturday|sunday|afp|reuters"
    r"|xinhua|voa|rfa)\b)"
)
_NOMINAL = re.compile(
    r"\b(?:claims?|arguments?|assertions?|warnings?|suggestions?|accusations?|allegations?|views?|beliefs?|insistence|fears?"
    r"|concerns?|contention|assumption|perception|notion|idea|charges?|criticisms?|complaints?|worries|speculation|reports?) that\b"
)
_ACCORDING = re.compile(r"\b(?:according to|in the words of|in the (?:view|opinion|eyes) of|to quote|as (?=[^,.]{2,60} put it))\s*")
_SIGNS = ("according to", "words", " view", "opinion", " eyes of", "to quote", " put it", "telling", "account")
_IN_WORDS = re.compile(r"\bin ([^,.;]{2,60}?)'s? (?:words|view|opinion|telling|account)\b")
_AS_SAYING = re.compile(r"\bas (?:saying|telling|stating|warning|arguing|having said)\b")
_PASSIVE = re.compile(r"\b(?:is|was|were|been|be|being|are|has been|have been) (?:\w+ly )?$")
_STOP_SPAN = re.compile(
    r";|, (?:while|whereas|although|though|even as|even though|which|an? (?:charge|claim|accusation|allegation|view|remark))\b| — "
)


class Speaker(NamedTuple):
    """Who speaks: the name to print (None if unnamed), the actor if known, the role, and the side."""

    name: str | None = None
    actor_id: str | None = None
    role: str = "other"
    side: str = "unknown"
    state: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """One stretch of indirect speech: half-open spans, the speaker, where the attribution stands, whether it denies."""

    spans: tuple[tuple[int, int], ...]
    speaker: Speaker
    verb: int
    denies: bool = False
    named: bool = False

    def covers(self, start: int) -> bool:
        return any(a <= start < b for a, b in self.spans)


UNKNOWN = Speaker()


class Speech:
    """The speech of one document. `title_end` is where the title ends (0 if there is none)."""

    def __init__(self, text: str, people: People, *, low: str | None = None, mentions: list[Mention] | None = None,
                 date: str | None = None, title_end: int = 0, speaker: str | None = None) -> None:  # fmt: skip
        self.text, self.people, self.date, self.title_end = text, people, date, title_end
        self.low = lower(text) if low is None else low
        self.mentions = people.mentions(text) if mentions is None else mentions
        self._places = [mention.start for mention in self.mentions]
        self.quotes, self.odd = find_quotes(text) if may_quote(text) else ([], 0)
        self.outer = [q for q in self.quotes if q.depth == 0]
        self._masked: str | None = None
        self._sentences: dict[int, list[tuple[int, int]]] = {}
        self._reports: dict[int, list[Report]] = {}
        self._speakers: dict[int, Speaker | None] = {}
        self._counted = (0, 0)  # a sentence's start and running number
        self._rough = False  # exposures need no speakers: noun phrases are not read
        self._verbs: list[tuple[int, int, str]] | None = None
        self._resolving: set[int] = set()

    # sentences -----------------------------------------------------------------------------------------------------

    def paragraph(self, at: int) -> tuple[int, int]:
        """The span of the paragraph at a position."""
        start = self.text.rfind("\n", 0, at) + 1
        end = self.text.find("\n", at)
        return start, len(self.text) if end < 0 else end

    def sentences(self, paragraph: tuple[int, int]) -> list[tuple[int, int]]:
        """The sentences of one paragraph; a quotation's inner full stops do end sentences."""
        if paragraph[0] not in self._sentences:
            self._sentences[paragraph[0]] = sentence_spans(self.text, *paragraph) or [paragraph]
        return self._sentences[paragraph[0]]

    def sentence(self, at: int) -> tuple[int, int]:
        """The span of the sentence at a position."""
        spans = self.sentences(self.paragraph(at))
        for span in spans:
            if at < span[1]:
                return span
        return spans[-1]

    def mentions_between(self, start: int, end: int) -> list[Mention]:
        """Actors named within a span."""
        places = self._places
        return self.mentions[bisect_left(places, start) : bisect_left(places, end)]

    @property
    def masked(self) -> str:
        """Lower-cased text whose quotations are blanked out, so that no verb inside them counts."""
        if self._masked is None:
            parts, last = [], 0
            for quote in self.outer:
                parts += [self.low[last : quote.start], _FILL * (quote.end - quote.start)]
                last = quote.end
            self._masked = "".join([*parts, self.low[last:]]) if parts else self.low
        return self._masked

    def sentence_index(self, at: int) -> int:
        """The running number of the sentence at a position, the title's included."""
        place, number = self._counted if self._counted[0] <= at else (0, 0)
        start = self.sentence(at)[0]
        number += sentences_before(self.text, place, start)
        self._counted = (start, number)
        return number

    def exposure(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Disjoint spans in quotation marks as speech, and spans of indirect speech outside them.

        A sentence is read when it holds a verb that is sure to report (`EXPOSING`), or another one followed by "that",
        or "according to", or when it was read for a hit before.
        """
        quoted = [(q.start, q.end) for q in self.outer if self._is_sentence(q) or self.quote_speaker(q) is not None]
        masked = self.masked
        reported = [span for start in sorted(self._reports) for report in self._reports[start] for span in report.spans]
        done = -1
        self._rough = True
        for start, end, verb in self.verbs:
            if start < done or not (verb in EXPOSING or verb == "according to" or masked.startswith(" that ", end)):
                continue
            before = masked[max(0, start - 12) : start].split()
            if before and before[-1] in NOT_BEFORE and verb != "according to":
                continue
            sentence = self.sentence(start)
            if sentence[0] in self._reports:
                done = sentence[1]
            elif verb == "according to":
                reported += [span for report in self._according(*sentence) for span in report.spans]
            else:
                report = self._verb(verb, start, end, *sentence)
                reported += report.spans if report else ()
        self._rough = False
        return quoted, subtract(merge(reported), quoted)

    # indirect speech -----------------------------------------------------------------------------------------------

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
                found.append(report)
        for match in _NOMINAL.finditer(masked, start, end) if masked.find(" that", start, end) >= 0 else ():
            if not any(r.covers(match.start()) or r.denies for r in found):
                found.append(Report(((match.end(), self._until(match.end(), end)),), self._owner(start, match.start()),
                                    match.start()))  # fmt: skip
        if not found or start < self.title_end:
            found += self._colon(start, end)
        return sorted(found, key=lambda r: r.verb)

    @property
    def verbs(self) -> list[tuple[int, int, str]]:
        """All verbs of saying outside quotations, and "according to"."""
        if self._verbs is None:
            self._verbs = find_verbs(self.masked)
        return self._verbs

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
        for match in _ACCORDING.finditer(self.masked, start, end):
            stop = next((i for i in range(match.end(), end) if self.masked[i] in ",;" or self.masked[i] == _FILL), end)
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
        before = masked[start:at]
        kind = KIND[verb]
        previous = before.split()[-1].strip("(,") if before.strip() else ""
        if masked[at - 1 : at] == "-" or (masked[after : after + 1] in "-'" and masked[after + 1 : after + 2].isalpha()):
            return None
        if _PASSIVE.search(before) and kind != "deny":
            quoted = _AS_SAYING.search(masked, after, min(end, after + 40))
            if quoted and quoted.group():
                subject = self._subject(start, at)
                return Report(((quoted.end(), end),), subject or UNKNOWN, at)
            return None
        if verb in ("quote", "quotes", "quoted", "cite", "cites", "cited", "quoting", "citing"):
            return self._quoted_as(after, at, end)
        inverted = self._inverted(verb, at, after, start, end)
        if inverted is not None:
            return inverted
        participle = verb.endswith("ing") and kind != "deny"
        if previous in NOT_BEFORE and not before.rstrip().endswith(",") and not (participle or previous in ("and", "that")):
            return None
        subject = self._subject(start, at, strict=verb in NOUNISH, participle=participle)
        if subject is None:
            return None
        return self._complement(verb, kind, at, after, start, end, subject)

    def _quoted_as(self, after: int, at: int, end: int) -> Report | None:
        match = _AS_SAYING.search(self.masked, after, min(end, after + 120))
        if match is None:
            return None
        return Report(((match.end(), end),), self._noun_phrase(after, match.start()) or UNKNOWN, at)

    def _inverted(self, verb: str, at: int, after: int, start: int, end: int) -> Report | None:
        """"..., said Hun Manet" and "..., says PM": the verb follows a comma or a quotation, its subject comes after."""
        lead = self.masked[start:at].rstrip()
        if not lead or not (lead[-1] in ",?!" or lead[-1] == _FILL) or verb.endswith("ing"):
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
        return Report(((start, at),), speaker, at, verb in DENY)

    def _complement(self, verb: str, kind: str, at: int, after: int, start: int, end: int, subject: Speaker) -> Report | None:
        masked = self.masked
        tail = masked[after:end]
        that = re.match(r"(?:,? [\w.' -]{0,50}?)?\bthat\b", tail)
        begin = self._subject_start
        comma = masked[start:begin].rstrip()
        parenthetical = bool(comma) and (comma[-1] in ",?!" or comma[-1] == _FILL)
        words = len(re.findall(r"\w+", tail))
        if kind in ("clause", "deny") and verb not in AS_VERBS and not that:
            if parenthetical and re.match(r"\s*,", tail) and words > 1:  # "..., X said, ..."
                return Report(((start, begin), (after, end)), subject, at, kind == "deny")
            if parenthetical and words <= 14 and _FINAL_TAIL.match(tail) and not self._finite(tail):
                return Report(((start, begin),), subject, at, kind == "deny")
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
            re.search(r"\b(?:is|are|was|were|will|would|has|have|had|can|could|should|must|may|might|does|did|do)\b", tail)
            or re.search(r"\bto (?:be|take|stay|remain|keep|hedge)\b", tail)
        )

    def _until(self, at: int, end: int) -> int:
        stop = _STOP_SPAN.search(self.masked, at, end)
        return stop.start() if stop else end

    def _colon(self, start: int, end: int) -> list[Report]:
        """Colon headlines and transcripts: "Hun Sen: ...", and "...: Wang Yi" in titles."""
        colon = self.masked.find(":", start, end)
        if colon < 0:
            return []
        head = self.masked[start:colon]
        if 0 < len(head.split()) <= 6 and not re.match(r"(?:q|a)\b", head):
            speaker = self._noun_phrase(start, colon)
            if speaker and (speaker.name or start < self.title_end):
                return [Report(((colon + 1, end),), speaker, start)]
        last = self.masked.rfind(":", start, end)
        if start < self.title_end and 0 < len(self.masked[last + 1 : end].split()) <= 5:
            speaker = self._noun_phrase(last + 1, end)
            if speaker is not None:
                return [Report(((start, last),), speaker, last)]
        return []

    def _owner(self, start: int, at: int) -> Speaker:
        phrase = re.search(r"[\w.'-]+(?: [\w.'-]+){0,3}$", self.masked[start:at].rstrip())
        if phrase and "'" in phrase.group():
            return self._noun_phrase(start + phrase.start(), at, possessive=True) or UNKNOWN
        return UNKNOWN

    # subjects ------------------------------------------------------------------------------------------------------

    def _subject(self, start: int, at: int, *, strict: bool = False, participle: bool = False) -> Speaker | None:
        """The speaker in front of a verb. Sets `_subject_start` to where its noun phrase begins."""
        masked = self.masked
        begin = start
        if not participle:
            for match in _SUBJECT_STOP.finditer(masked, start, at):
                begin = match.end()
        region = masked[begin:at].rstrip()
        if region.endswith(",") and not participle:  # an apposition or a relative clause stands before the verb
            commas = [i for i, c in enumerate(region) if c == ","]
            first = begin
            for comma in [-1, *commas[:-1]]:
                candidate = begin + comma + 1
                if self._noun_phrase(candidate, begin + (commas[commas.index(comma) + 1] if comma >= 0 else commas[0])):
                    first = candidate
                    break
            self._subject_start = first
            return self._noun_phrase(first, at, apposition=True)
        comma = region.rfind(",")
        if comma >= 0 and not participle:
            begin += comma + 1
        self._subject_start = begin
        speaker = self._noun_phrase(begin, at)
        if speaker is None and comma >= 0 and not strict:
            return None
        if speaker is None and not strict and masked[begin:at].strip():
            words = masked[begin:at].split()
            return UNKNOWN if len(words) <= 6 and words[0] not in ("to", "by", "for", "in") else None
        if speaker is not None and strict and not re.search(
            r"(?:\b(?:he|she|they|who|it)|s|\b(?:government|ministry|spokesman|spokeswoman|spokesperson|minister|pm|president"
            r"|analyst|expert|official|report|study|paper|media|statement|opposition|party)|[A-Z][\w.'-]*)\s*(?:\w+ly\s*)?$",
            self.text[begin:at].rstrip() if self.text[begin:at].strip() else "",
        ):
            return None
        return speaker

    def _noun_phrase(self, start: int, end: int, *, first: int | None = None, apposition: bool = False,
                     possessive: bool = False) -> Speaker | None:  # fmt: skip
        """The speaker named by a noun phrase: a known person, a printed name, a pronoun, a role or a state; or None.

        first: prefer what stands before this position (an apposition may follow and give the name).
        """
        text, low = self.text, self.masked
        if self._rough:
            return UNKNOWN if _LETTER.search(low, start, end) else None
        here = [m for m in self.mentions_between(start, end) if _FILL != low[m.start]]
        stop = end if first is None else first
        role, role_at = self._role(low, start, stop)
        people: list[tuple[int, Speaker]] = []
        for mention in here:
            if mention.actor.kind == "person" and (possessive or not self._is_oblique(mention.start, mention.end, start)):
                people.append((mention.start, self._known(mention)))
        taken = [(m.start, m.end) for m in here]
        for a, b, name in printed_names(text, start, end):
            if low[a] != _FILL and not any(x < b and a < y for x, y in taken) and (
                possessive or not self._is_oblique(a, b, start)):  # fmt: skip
                people.append((a, self._printed(a, name, role or "other", start, stop, here)))
        people.sort(key=lambda p: p[0])
        who = re.search(r"\b(?:who|whose|that)\b", low[start:stop])
        limit = start + who.start() if who else stop
        near = [p for p in people if p[0] < limit]
        if near:
            return near[0][1]
        if role is not None and (apposition or first is not None) and people:
            gap = low[role_at : people[0][0]]
            if gap.count(",") <= 1 and not who:
                return people[0][1]
        if role is not None and role_at < limit + 1:
            return Speaker(None, None, role, self._side(role, here))
        pronoun = _PRONOUN.search(low, start, stop)
        if pronoun and pronoun.group() in ("he", "she"):
            return self._antecedent(pronoun.start(), "m" if pronoun.group() == "he" else "f")
        if pronoun and pronoun.group() in ("they",):
            return UNKNOWN
        if role is not None:
            return Speaker(None, None, role, self._side(role, here))
        named = [m for m in here if m.start < limit and not self._is_oblique(m.start, m.end, start)]
        if named:
            actor = named[0].actor
            kind = "official" if actor.kind == "state" else "organisation"
            return Speaker(None, None, kind, actor.side, actor.state)
        return None

    def _role(self, low: str, start: int, stop: int) -> tuple[str | None, int]:
        """The role a noun phrase names, and where: the last role noun before "of", "for" ..., which is the head."""
        best: tuple[str | None, int] = (None, stop)
        last = start
        for match in ROLES.finditer(low, start, stop):
            role = match.lastgroup
            if role == "anonymous":
                return role, match.start()
            if low[match.end() : match.end() + 2] == "'s":
                continue
            if best[0] is not None and (_OF.search(low, last, match.start()) or best[0] in ("spokesperson", "head_of_government")):
                continue
            best, last = (role, match.start()), match.end()
        return best

    def _is_oblique(self, start: int, end: int, begin: int) -> bool:
        """Whether a name is a possessor or stands after a preposition, and so is no subject."""
        if re.match(r"['’](?:s\b|\s)", self.text[end : end + 3]):
            return True
        return bool(_PREPOSITION.search(self.low[max(begin, start - 40) : start]))

    def _known(self, mention: Mention) -> Speaker:
        actor = mention.actor
        return Speaker(actor.name, actor.id, actor.role_on(self.date), actor.side, actor.state)

    def _printed(self, at: int, name: str, role: str, start: int, stop: int, here: list[Mention]) -> Speaker:
        """A speaker who is not in actors.toml; a short form stands for the longer name printed before."""
        if " " not in name:
            for mention in self.mentions:
                if mention.start < at and mention.actor.kind == "person" and name in mention.actor.name.split():
                    return self._known(mention)
            name = self._longer(name, at)
        return Speaker(name, None, role, self._side(role, here))

    def _longer(self, name: str, at: int) -> str:
        """The longer name, printed before, that a short form stands for; the short form itself if there is none."""
        place = self.text.rfind(name, 0, at)
        for _ in range(20):
            if place < 0:
                break
            for _, _, longer in printed_names(self.text, max(0, place - 40), place + len(name) + 30):
                if name in longer.split() and longer != name:
                    return longer
            place = self.text.rfind(name, 0, place)
        return name

    def _side(self, role: str, here: list[Mention]) -> str:
        if role == "analyst":
            return "analyst"
        for mention in here:
            if mention.actor.kind != "person":
                return mention.actor.side
        return {"organisation": "international"}.get(role, "unknown")

    def _antecedent(self, at: int, gender: str) -> Speaker:
        """The last person named before a pronoun: a speaker or subject rather than an object."""
        low = self.low
        found: list[tuple[int, Speaker, bool]] = []
        begin = max(0, at - 1500)
        taken = []
        for mention in self.mentions:
            if begin <= mention.start < at and mention.actor.kind == "person":
                taken.append((mention.start, mention.end))
                if not mention.actor.gender or mention.actor.gender == gender:
                    oblique = self._is_oblique(mention.start, mention.end, max(0, mention.start - 40))
                    found.append((mention.start, self._known(mention), oblique))
        states = [(m.start, m.end) for m in self.mentions if m.actor.kind != "person"]
        for a, b, name in printed_names(self.text, begin, at):
            if " " in name and not any(x < b and a < y for x, y in [*taken, *states]):
                role, _ = self._role(low, max(begin, a - 40), min(len(low), b + 60))
                oblique = self._is_oblique(a, b, max(0, a - 40))
                found.append((a, Speaker(name, None, role or "other", self._side(role or "other", [])), oblique))
        found.sort(key=lambda f: f[0])
        direct = [f for f in found if not f[2]]
        if direct:
            return direct[-1][1]
        return found[-1][1] if found else UNKNOWN

    # direct speech -------------------------------------------------------------------------------------------------

    def quote_at(self, at: int) -> tuple[Quote | None, Quote | None]:
        """The outermost and the innermost quotation at a position."""
        around = [q for q in self.quotes if q.start <= at < q.end]
        outer = next((q for q in around if q.depth == 0), None)
        inner = max(around, key=lambda q: q.depth, default=None)
        return outer, inner

    def quote_speaker(self, quote: Quote) -> Speaker | None:
        """Who speaks a quotation; None if nothing attributes it to anyone."""
        number = self.outer.index(quote)
        if number not in self._speakers:
            if number in self._resolving:
                return None
            self._resolving.add(number)
            self._speakers[number] = self._resolve(number)
            self._resolving.discard(number)
        return self._speakers[number]

    def _resolve(self, number: int) -> Speaker | None:
        quote = self.outer[number]
        following = self.outer[number + 1] if number + 1 < len(self.outer) else None
        earlier = self.outer[number - 1] if number else None
        if following is not None and following.continues:
            return self.quote_speaker(following) or self._before(quote, earlier)
        speaker = self._after(quote, following)
        if speaker is None:
            speaker = self._before(quote, earlier)
        if speaker is None and quote.continues and earlier is not None:
            speaker = self._before(earlier, self.outer[number - 2] if number > 1 else None)
        return speaker if speaker is not None else self._chain(quote, earlier, following)

    def _after(self, quote: Quote, following: Quote | None) -> Speaker | None:
        """An attribution right behind the quotation: "...," he said; "...," said X; "..." according to X."""
        _, stop = self.paragraph(quote.start)
        end = min(following.start if following else stop, stop)
        tail = self.masked[quote.end : end]
        inner = self.text[quote.start + 1 : quote.end - 1].rstrip()
        cut = re.search(r"[.;!?](?:\s|$)", re.sub(r"\b(?:mr|mrs|ms|dr|gen|h\.e|prof|lt|u\.s)\.", lambda m: m.group()[:-1] + "x", tail))
        if cut:
            tail = tail[: cut.end()]
        ends_open = inner.endswith((",", "?", "!", "…", "-", "—")) or tail.lstrip().startswith(",")
        starts_low = bool(re.match(r"\s*,?\s*[a-z]", self.text[quote.end : quote.end + 4]))
        if inner.endswith(".") and not starts_low and not following:
            return None
        for report in self.reports_between(quote.end, quote.end + len(tail), quote.start):
            gap = self.masked[quote.end : report.verb]
            if len(gap.split()) <= 14 and (ends_open or len(gap.split()) <= 9) and "," not in gap.strip(" ,")[:0]:
                if not ends_open and not (inner.endswith(".") is False and re.match(r"\s*,", gap)) and len(inner.split()) <= 4:
                    return None
                return report.speaker
        return None

    def report_at(self, at: int) -> Report | None:
        """The indirect speech around a position, if any."""
        reports = [r for r in self.reports(self.sentence(at)) if r.covers(at)]
        return self.best(reports) if reports else None

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
        for at, after, verb in self._verbs_between(start, end):
            report = self._verb(verb, at, after, max(sentence_start, start - 1), end)
            if report is not None:
                found.append(report)
        for match in _ACCORDING.finditer(self.masked, start, end):
            stop = next((i for i in range(match.end(), end) if self.masked[i] in ",;."), end)
            found.append(Report((), self._noun_phrase(match.end(), end, first=stop) or UNKNOWN, match.start()))
        return sorted(found, key=lambda r: r.verb)

    def _before(self, quote: Quote, earlier: Quote | None) -> Speaker | None:
        """An attribution that leads to the quotation: X said: "..."; X described them as "..."; according to X, "..."."""
        start = self.paragraph(quote.start)[0]
        for a, b in self.sentences(self.paragraph(quote.start)):
            if a <= quote.start < b or b <= quote.start:
                start = a
        if earlier is not None and earlier.start >= start and self._is_speech_end(earlier):
            start = max(start, earlier.end)
        head = self.masked[start : quote.start]
        if not head.strip(" ,:—-"):
            return None
        reports = [r for r in self._find_reports(start, self.sentence(quote.start)[1]) if r.covers(quote.start)]
        direct = [r for r in reports if r.verb < quote.start]
        if direct:
            return self.best(direct).speaker
        return self.best(reports).speaker if reports and len(self.text[quote.start : quote.end].split()) > 4 else None

    def _is_speech_end(self, quote: Quote) -> bool:
        return self.text[quote.end - 2 : quote.end - 1] in ".!?,"

    def _chain(self, quote: Quote, earlier: Quote | None, following: Quote | None) -> Speaker | None:
        """The speaker of a neighbouring quotation, when this one has no attribution of its own and is a sentence."""
        if not self._is_sentence(quote):
            return None
        here = self.paragraph(quote.start)
        if earlier is not None and self._is_sentence(earlier):
            same = self.paragraph(earlier.start) == here
            opens = quote.start == here[0]
            next_to = self.text[self.paragraph(earlier.start)[1] : here[0]].strip("\n") == ""
            if same or (opens and next_to):
                return self.quote_speaker(earlier)
        if following is not None and self.paragraph(following.start) == here and not self.text[quote.end : following.start].strip():
            return self.quote_speaker(following)
        if quote.start == here[0] or self.text[here[0] : quote.start].rstrip().endswith(":"):
            return self._previous_sentence(here[0])
        return None

    def _is_sentence(self, quote: Quote) -> bool:
        inner = self.text[quote.start + 1 : quote.end - 1].strip()
        return len(inner.split()) > 4 or inner.endswith((".", "!", "?", ","))

    def _previous_sentence(self, at: int) -> Speaker | None:
        before = self.text[:at].rstrip()
        if not before or len(before) <= self.title_end:
            return None
        reports = self.reports(self.sentence(len(before) - 1))
        return reports[-1].speaker if reports and reports[-1].speaker.name else None

    @staticmethod
    def best(reports: list[Report]) -> Report:
        """The outermost attribution, unless only an inner one names a person."""
        named = [r for r in reports if r.speaker.name]
        return replace(named[0], denies=any(r.denies for r in reports)) if named else reports[0]


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
    for start, end in spans:
        for a, b in holes:
            if a < end and b > start:
                if a > start:
                    left.append((start, a))
                start = max(start, b)
        if start < end:
            left.append((start, end))
    return left
