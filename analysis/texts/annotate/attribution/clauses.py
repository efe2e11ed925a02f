"""Indirect speech: which stretches of a sentence report what somebody said, and who.

Attribution is read off the surface of the sentence: a verb of saying, its subject before or after it, and whether the
clause stands behind the verb ("X said that ..."), before it ("..., X said") or around it ("..., X said, ...").
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property

from analysis.texts.annotate.attribution.candidates import Candidates
from analysis.texts.annotate.attribution.complements import Complements, until
from analysis.texts.annotate.attribution.leads import Leads
from analysis.texts.annotate.attribution.passage import FILL, Passage
from analysis.texts.annotate.attribution.people import HONORIFIC, Mention, printed_names
from analysis.texts.annotate.attribution.reports import Report, Verb
from analysis.texts.annotate.attribution.speakers import UNKNOWN, Phrase, Speaker, Speakers
from analysis.texts.annotate.attribution.verbs import KIND, NOUN_GOES_ON, ROLES, find_verbs
from analysis.texts.annotate.lexicon import load as lexicon

_LISTS = lexicon.read("clauses.toml")
_NOMINAL, _NO_SPEAKER, _TOPIC, _OF_OURS, _FINITE, _COPULA, _MATRIX, _JOINED, _VOICED = (
    _LISTS.regex(name)
    for name in ("nominal", "no_speaker", "topic", "of_ours", "finite", "concluding", "main_verbs", "joined", "voiced")
)
_OF_SPEAKERS = re.compile(
    rf"{ROLES.pattern}|\b(?:the|an?|of|for|and|former|ex|senior|deputy|vice|top|foreign|prime|chief|opposition|ruling|party"
    r"|government|local|mps?|s)\b"
)
_FIRST = re.compile(r"\w+")
ACCORDING = re.compile(
    r"\b(?:according to|in the words of|in the (?:view|opinion|eyes) of|to quote|as (?=[^,.]{2,60} put it))\s*"
)
_IN_WORDS = re.compile(
    r"\b(?:in|by|to (?:borrow|use|quote|repeat)) (?:([^,.;]{2,60}?)'s? (?:\w+ )?|((?:his|her|their) )(?:own )?)"
    r"(?:words|view|opinion|telling|account|eyes|judge?ment|reading|phrase|assessment|estimation|version|lights|reckoning|admission|expression)\b"
)
_HEARD = re.compile(r"^by\b|\bwords$")
_WORDS_OF = re.compile(r"in the words of|to quote")
_HELD = re.compile(r"(?:considered|regarded|seen|viewed|deemed|recogni[sz]ed)\b")
_WE = re.compile(r"\b(?:we|our|my)\b")
_OUR_CLAUSE = re.compile(r" (?:we|our|i|my)\b")
_IN_LINE_WITH = re.compile(
    r"\b(?:resolutions?|laws?|charters?|constitutions?|principles?|rules?|agreements?|treat(?:y|ies)|conventions?|provisions?|plans?"
    r"|norms?|standards|statutes?|procedures?|timetables?|needs?|schedules?)\b"
)
_WHO_LABEL = frozenset(
    {
        "spokesperson",
        "head_of_government",
        "minister",
        "head_of_state",
        "diplomat",
        "military",
        "analyst",
        "official",
        "opposition",
    }
)
_HEADING = re.compile(
    r"\b[A-Z]\w+ing\b|['’]s? [A-Z]\w+ *$|\b(?:Meeting|Program(?:me)?|Dialogue|Fuel|Management|Might|Response|Training)s?\b"
)  # "Annual Leaders’ Meeting: ..."
_ADDRESS = re.compile(
    r"\b(?:mr\.?|madam|mister) (?:president|chair(?:man|person)?|secretary-general|speaker)\b|\bexcellencies\b"
)
_OPENS_SENTENCE = re.compile(r"\W*(?:(?:but|and|yet|still|so),? )?(?:[\w'’.-]+ ){0,6}")
_AND = re.compile(r"\b(?:and|but)(?: \w+ly| also| then| again)? $")
_OWN_NAME = re.compile(r"\b(?:my|our) (?:own )?(?:country|government|nation|people|delegation|kingdom)\b")
_OWN_BODY = re.compile(
    r"\W*(?:\b(?:the|royal|government|delegation|people|kingdom|republic|democratic|people's|union|of|and|also|has|have|had|will"
    r"|\w+ly|therefore|thus|too|always|today|again|once)\b\W*)*"
)
_FEW = re.compile(r"\W*(?:(?:and|but|because|as|for|the|also|therefore|thus|today) )*(?:[\w-]+ )?")
_ACTS_ITSELF = re.compile(
    r",? (?:has|have|had|also|will|with its|as an?|like|therefore|for its part|\w+ly|\w+s|\w+ed)\b(?!'s)"
)
_HEAD = 80  # characters of a sentence in which a colon ends what opens it
_LOOK = 400  # characters behind a verb within which its complement shows itself


class Clauses:
    """One document's indirect speech, with the speakers that `speakers` names.

    own: the state whose government speaks in the document, "" if none. What it says of itself by its name ("X believes
    that"), or by "my government", is its own voice, as "we" is.
    """

    def __init__(self, page: Passage, speakers: Speakers, own: str = "") -> None:
        self.page, self.speakers, self.own = page, speakers, own
        self.complements, self.candidates = Complements(page, speakers), Candidates(page)
        self.leads = Leads(page, speakers)
        self._found: dict[tuple[int, int], list[Report]] = {}

    def reports(self, sentence: tuple[int, int]) -> list[Report]:
        """The stretches of indirect speech in one sentence, in order of their attributions."""
        if sentence not in self._found:
            self._found[sentence] = self.find(*sentence)
        return self._found[sentence]

    def sentences(self) -> list[tuple[int, int]]:
        """The sentences that may hold indirect speech, in order: in all others `reports` finds nothing."""
        found: list[tuple[int, int]] = []
        done = -1
        for at, _, _ in self.verbs:
            if at < done:
                continue
            sentence = self.page.sentence(at)
            if sentence[1] > done:
                found.append(sentence)
                done = sentence[1]
        return sorted({*found, *self._with_colons()})

    def speaker(self, report: Report) -> Speaker:
        """Who speaks in a report; `UNKNOWN` if nobody is named."""
        while True:
            own = self.speakers.read(report.who) or UNKNOWN
            begin = report.verb if report.subject_start is None else report.subject_start
            if report.follows is None or (own.name and report.follows.verb < begin):
                return own
            report = report.follows

    def find(self, start: int, end: int) -> list[Report]:
        """The indirect speech of any stretch of text, read as one sentence."""
        masked = self.page.masked
        verbs = self.verbs_between(start, end)
        signs = _has_sign(verbs)
        found = self._according(start, end) if signs else []
        for at, after, word in verbs:
            report = self.complements.read(Verb(word, at, after, start, end)) if word else None
            if report is not None:
                if found and _AND.search(masked, max(start, at - 24), at):
                    report = report._replace(follows=found[-1])  # "X said ... and repeated that ..."
                found.append(report)
        nominal = (signs or _has_that(verbs, masked)) and masked.find(" that", start, end) >= 0
        for match in _NOMINAL.finditer(masked, start, end) if nominal else ():
            found += self._nominal(start, end, match, found)
        for begin, stop, who, noun in self.leads.views(start, end) if signs else ():
            if not any(r.covers(noun) or r.denies for r in found):
                found.append(Report(((begin, until(masked, begin, stop)),), who, noun))
        titled = start < self.page.title_end
        if titled or masked.find(":", start, min(end, start + _HEAD)) >= 0:
            found += self._colon(start, end, sure=bool(found) and not titled)
        if found and (self.own or self._is_address):
            found = [r for r in found if not self._is_own(r)]
        return sorted(found, key=lambda r: r.verb) if len(found) > 1 else found

    @cached_property
    def _is_address(self) -> bool:
        """Whether the text is a speech to an assembly ("Mr President, ...") in which "we" is a state."""
        low, start = self.page.low, self.page.title_end
        return _ADDRESS.search(low, start, start + 300) is not None and _WE.search(low, start) is not None

    def _is_own(self, report: Report) -> bool:
        """Whether the state whose document it is reports itself: it is named, and nobody who speaks for it."""
        if report.who is None or report.passive:  # "we hold the island, which is considered a part of ..."
            at = self.page.sentence(report.verb)[0]
            held = report.passive and report.who is None and _HELD.match(self.page.masked, report.verb)
            return bool(held and _WE.search(self.page.masked, at, report.verb))
        start, end = (
            report.who.start,
            min(report.who.end, report.verb if report.who.start < report.verb else len(self.page.low)),
        )
        if _OWN_NAME.search(self.page.masked, start, end):
            return True
        here = self.page.mentions_between(start, end)
        if (
            here
            and here[0].actor.kind == "state"
            and (here[0].actor.state == self.own or not self.own)
            and self._acts_itself(here[0], start)
        ):
            return True
        if len(here) != 1 or here[0].actor.kind != "state":
            return False
        beside = self.page.masked[start : here[0].start] + self.page.masked[here[0].end : end]
        if _OWN_BODY.fullmatch(beside) is None:
            return False
        speaker = self.speaker(report)
        return not speaker.name and speaker.state == self.own

    def _acts_itself(self, state: Mention, start: int) -> bool:
        """Whether a noun phrase from `start` is the state's name, with one word in front at most and nobody behind."""
        text, masked = self.page.text, self.page.masked
        if text[state.start : state.end] in state.actor.demonyms or not _FEW.fullmatch(masked, start, state.start):
            return False
        return _ACTS_ITSELF.match(masked, state.end) is not None

    def between(self, start: int, end: int, sentence_start: int) -> list[Report]:
        """Attributions whose verb stands in a stretch of text, read as if the quotation before it were the clause."""
        found = []
        for at, after, word in self.verbs_between(start, end):
            report = self.complements.read(Verb(word, at, after, max(sentence_start, start - 1), end)) if word else None
            if report is not None:
                found.append(report)
        masked = self.page.masked
        for match in ACCORDING.finditer(masked, start, end):
            stop = next((i for i in range(match.end(), end) if masked[i] in ",;."), end)
            found.append(Report((), Phrase(match.end(), end, first=stop), match.start()))
        return sorted(found, key=lambda r: r.verb)

    @cached_property
    def verbs(self) -> list[tuple[int, int, str]]:
        """The verbs of saying outside quotations that may report, and other signs of attribution (their word is "")."""
        masked = self.page.masked
        first = _FIRST.match(masked)  # a verb that opens the document has nothing before it
        found = [v for v in find_verbs(masked) if not v[2] or self.candidates.may_report(*v)]
        if first and first.group() in KIND:
            found.insert(0, (first.start(), first.end(), first.group()))
        return found

    def verbs_between(self, start: int, end: int) -> list[tuple[int, int, str]]:
        """The verbs and signs of a stretch of text."""
        verbs, places = self.verbs, self._places
        return verbs[bisect_left(places, start) : bisect_left(places, end)]

    @cached_property
    def _places(self) -> list[int]:
        """Where the verbs and signs begin."""
        return [verb[0] for verb in self.verbs]

    def _with_colons(self) -> list[tuple[int, int]]:
        """The title, and the sentences that open with a few words and a colon."""
        masked, page = self.page.masked, self.page
        found = []
        if page.title_end:
            found += page.sentences((0, page.title_end))
        at = masked.find(":", page.title_end)
        while at >= 0:
            sentence = page.sentence(at)
            if at - sentence[0] < _HEAD:
                found.append(sentence)
            at = masked.find(":", max(at + 1, sentence[1]))
        return found

    def _according(self, start: int, end: int) -> list[Report]:
        found: list[Report] = []
        masked = self.page.masked
        for match in ACCORDING.finditer(masked, start, end):
            stop = next(
                (
                    i
                    for i in range(match.end(), min(end, match.end() + _LOOK))
                    if masked[i] in ",;" or masked[i] == FILL
                ),
                min(end, match.end() + _LOOK),
            )
            if masked.startswith("according", match.start()) and _IN_LINE_WITH.search(masked, match.end(), stop):
                continue  # "according to the resolutions": in keeping with them
            who = Phrase(match.end(), min(stop + 60, end) if stop < end else end, first=stop)
            left = (start, match.start())
            spans = (left, (stop, end)) if stop < end else (left,)
            quote = stop + 2 if masked.startswith(", " + FILL, stop) else stop
            if quote < end and masked[quote] == FILL and _WORDS_OF.match(masked, match.start()):
                spans = (
                    (quote, _behind_quote(masked, quote, end)),
                )  # "..., in the words of X “...”": no more than that
            found.append(Report(tuple(s for s in spans if s[1] > s[0]), who, match.start()))
        for match in _IN_WORDS.finditer(masked, start, end):
            who = Phrase(*match.span(match.lastindex or 0), possessive=True)
            lead = masked[start : match.start()].rstrip(' "“”—–')[-1:]
            if (
                match[2]
                and lead not in ("", ",")
                and masked[match.end() : match.end() + 1] == "."
                and _HEARD.search(match.group())
            ):
                continue  # "a hope that they heard in his words"
            if self.speakers.names(who):
                found.append(Report(((start, match.start()), (match.end(), end)), who, match.start()))
        return found

    def _colon(self, start: int, end: int, *, sure: bool = False) -> list[Report]:
        """Colon headlines: "Ann Lee: ...", and "...: Ann Lee" in titles."""
        masked = self.page.masked
        titled = start < self.page.title_end
        colon = masked.find(":", start, end if titled else min(end, start + _HEAD))
        if colon < 0 and not titled:
            return []
        head = masked[start:colon] if colon >= 0 else ""
        if sure and masked[colon + 1 : end].lstrip().startswith(FILL):
            return []
        last = masked.rfind(":", start, end)
        for dash in (" - ", " – ", " — ") if titled and last < 0 else ():  # "... - PM"
            last = max(last, masked.rfind(dash, start, end) + 1)
        behind = last > start and titled and 0 < len(masked[last + 1 : end].split()) <= 5
        if behind and self._is_bare_speaker(last + 1, end) and not self._is_bare_speaker(start, last):
            return [Report(((start, last),), Phrase(last + 1, end), last)]
        if 0 < len(head.split()) <= 6 and not _NO_SPEAKER.match(head) and not (titled and _FINITE.search(head)):
            who = Phrase(start, colon)
            known = titled or HONORIFIC.match(self.page.text, start) or self._is_short_name(start, colon)
            if (known or self.page.mentions_between(start, colon)) and self._is_speaker(who, head, known=bool(known)):
                return [Report(((colon + 1, end),), who, start)]
        if head.strip() and not (titled or _NO_SPEAKER.match(head) or _HEADING.search(self.page.text, start, colon)):
            label = self.leads.label(start, colon)
            role = ROLES.search(masked, start, colon) if label is None else None
            inside = role is not None and any(
                m.start <= role.start() < m.end for m in self.page.mentions_between(start, colon)
            )
            if role is not None and not inside and role.lastgroup in _WHO_LABEL and self._is_bare_speaker(start, colon):
                label = Phrase(start, colon)
            if label is not None:  # "Ann Lee, just now: ..."
                return [Report(((colon + 1, end),), label, start)]
        if behind:
            who = Phrase(last + 1, end)
            if self.speakers.names(who):
                return [Report(((start, last),), who, last)]
        return []

    def _is_bare_speaker(self, start: int, end: int) -> bool:
        """Whether a stretch of a headline names somebody who can speak, and holds nothing else: "PM Ann Lee"."""
        left, names = self.page.masked[start:end], [(m.start, m.end) for m in self.page.mentions_between(start, end)]
        names += [(a, b) for a, b, _ in printed_names(self.page.text, start, end)]
        for a, b in names:
            left = left[: a - start] + " " * (b - a) + left[b - start :]
        return not re.search(r"[^\W\d_]|\x01", _OF_SPEAKERS.sub("", left)) and self.speakers.names(Phrase(start, end))

    def _nominal(self, start: int, end: int, match: re.Match[str], found: list[Report]) -> list[Report]:
        """What a noun of saying reports: "the claim that ...", "a warning by the minister that ..."."""
        masked = self.page.masked
        ours = _OF_OURS.search(masked, max(start, match.start() - 80), match.start())  # "it is our belief that"
        if ours or any(r.covers(match.start()) or r.denies for r in found):
            return []
        if any(
            " " in word and at <= match.start() < after for at, after, word in self.verbs_between(start, match.end())
        ):
            return []  # "X is of the view that"
        if (
            not match["owner"]
            and _OUR_CLAUSE.match(masked, match.end())
            and masked[match.start() - 2 : match.start()] != "s "
        ):
            return []  # "on the assumption that we are"
        if match["owner"] and not KIND.keys().isdisjoint(match["owner"].split()):
            return []  # "a report by the bank finds that"
        who = Phrase(*match.span("owner"), possessive=True) if match["owner"] else self._owner(start, match.start())
        if who is None and (
            match.group().startswith("reminder")
            or _COPULA.search(masked, max(start, match.start() - 60), match.start())
        ):
            return []  # "one more reminder that": what the text itself concludes
        if who is not None and match["owner"] and not self.speakers.names(who):
            if match["by"] not in ("by", "from"):
                return []
            who = None
        stop = until(masked, match.end(), end)
        if _OPENS_SENTENCE.fullmatch(masked, start, match.start()):
            stop = self._before_second_verb(match.end(), stop)
        return [Report(((match.end(), stop),), who, match.start())]

    def _before_second_verb(self, start: int, stop: int) -> int:
        """Where a clause ends that is the subject of its sentence: "the claim that the bridge is open drew laughter"."""
        masked, first = self.page.masked, True
        for verb in _MATRIX.finditer(masked, start, stop):
            if _JOINED.search(masked, max(start, verb.start() - 30), verb.start()):
                continue
            if not first:
                return verb.start()
            first = False
        return stop

    def _is_speaker(self, who: Phrase, head: str, *, known: bool) -> bool:
        """Whether what stands before a colon speaks; known: it is one who may, whoever it is."""
        if known and not _TOPIC.search(head):
            return self.speakers.names(who)
        speaker = self.speakers.read(who)
        if speaker is None or not (known or speaker.actor_id):
            return False
        return bool(speaker.name) or not _TOPIC.search(head)

    def _is_short_name(self, start: int, colon: int) -> bool:
        """Whether a name stands before the colon that was printed before."""
        head = self.page.text[start:colon].strip()
        if len(head) >= 30 or not head[:1].isupper() or " " not in head or self.leads.is_heading(start, colon):
            return False
        return self.page.text.find(head, 0, start) >= 0

    def _owner(self, start: int, at: int) -> Phrase | None:
        begin = max(start, at - 80)
        voiced = _VOICED.search(self.page.masked, begin, at)
        if voiced is not None:  # "X expressed the belief that"
            subject = self.complements.subjects.of(start, voiced.start())
            return subject.who if subject is not None else None
        phrase = re.search(r"[\w.'-]+(?: [\w.'-]+){0,3}$", self.page.masked[begin:at].rstrip())
        if phrase and "'" in phrase.group():
            return Phrase(begin + phrase.start(), at, possessive=True)
        return None

    def best(self, reports: list[Report]) -> Report:
        """The outermost attribution, unless only an inner one names a person. Its `denies` is that of any of them."""
        if len(reports) == 1:
            return reports[0]
        reports = reports[:_MOST]
        named = [r for r in reports if self.speaker(r).name]
        any_named = bool(named)
        ranked = sorted(
            named or reports, key=lambda r: r.spans[0][0] > r.verb
        )  # "..., the agency reported" is around all
        outer = next((r for r in ranked if all(r is o or r.covers(o.verb) for o in ranked)), ranked[0])
        return outer._replace(denies=any(r.denies for r in reports)) if any_named else outer


def _behind_quote(masked: str, at: int, end: int) -> int:
    """Where the quotation that stands at `at` ends in masked text."""
    return next((i for i in range(at, end) if masked[i] != FILL), end)


_MOST = 20  # reports around one place that are weighed against one another


def _has_that(verbs: list[tuple[int, int, str]], masked: str) -> bool:
    """Whether behind a verb of saying there stands what makes it a noun: "the claim that", "a warning by"."""
    for _, after, _ in verbs:  # noqa: SIM110  (a generator takes twice the time, and this is asked of each sentence)
        if masked.startswith(NOUN_GOES_ON, after):
            return True
    return False


def _has_sign(verbs: list[tuple[int, int, str]]) -> bool:
    """Whether there are signs of attribution among the verbs of a sentence."""
    for _, _, word in verbs:  # noqa: SIM110
        if not word or word == "put it":
            return True
    return False
