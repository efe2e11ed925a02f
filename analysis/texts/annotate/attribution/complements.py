"""What one verb of saying reports: the clause behind it, before it or around it, or the name it gives.

Each verb that `candidates` lets pass is read with its subject and its complement.
"""

from __future__ import annotations

import re

from analysis.texts.annotate.attribution.candidates import BE, NOT_NAMED, wish
from analysis.texts.annotate.attribution.parentheses import DASHED, LOOK, Parentheses
from analysis.texts.annotate.attribution.passage import FILL, Passage
from analysis.texts.annotate.attribution.reports import Report, Verb
from analysis.texts.annotate.attribution.speakers import Phrase, Speakers
from analysis.texts.annotate.attribution.subjects import FIRST_PERSON, Subject, Subjects
from analysis.texts.annotate.attribution.verbs import (
    ACTS,
    AS_VERBS,
    CALLS,
    DENY,
    FACTS,
    MINDS,
    NOT_BEFORE,
    NOUNISH,
    PROMISES,
    SAID_TO,
    SHOWS,
    TO_SOMEONE,
)
from analysis.texts.annotate.lexicon import load as lexicon

_LISTS = lexicon.read("clauses.toml")
_FINITE_NEXT, _STOP_SPAN, _CLAIM, _FINITE, _FINITE_VERB, _OPENER = (
    _LISTS.regex(name)
    for name in (
        "finite_next",
        "stop_span",
        "claims",
        "finite",
        "finite_verbs",
        "fronted",
    )
)
_UNDONE, _UPHELD, _UNCLAIMED = (
    lexicon.read("negation.toml").regex(name) for name in ("undone", "upholding", "unclaimed")
)
_AS_SAYING = re.compile(r"\bas (?:saying|telling|stating|warning|arguing|having said)\b")
_THAT_CLAUSE = re.compile(r"(?:,? (?:(?! and )[\w.' -]){0,50}?)?\bthat\b")
_OBJECT = re.compile(r" (?:the|its|his|her|their|our|an?|this|these|any|all|some|no|of|about|against|over)\b")
_OF_OBJECT = re.compile(r" (?:and )?(?:that|which|who|whom|whose|where|when)\b")
_WH_CLAUSE = re.compile(
    r"(?: (?:\w+ly|again|clearly|to (?:the |his |her )?\w+))? (?:how|why|whether|what|who|when|where|if)\b"
)
_COLON = re.compile(r"[^,;.:\x01]{0,60}:\s")
_OWN_CLAUSE = re.compile(
    r"[,;]| and (?:\w+ly )?(?:\w+ed|is|are|was|were|will|would|has|have|had|can|could|should|must|may|might|do|does|did)\b"
)
_AT_A = re.compile(r" (?:in|at|on|during|after|before|over|through) ")
_FREE_RELATIVE = re.compile(
    r"\bwhat ([^,;:.\x01]{2,60}?)(?: (?:has|have|had|once|often|now|still|long|then|also|later|always|\w+ly))*"
    r"(?: (?:likes?|liked|loves?|loved|prefers?|preferred|(?:is|are|was) fond of|chooses?|chose|wants?) (?:to)?)? ?$"
)
_NOUN_PHRASE_ENDS = re.compile(
    r"[,;:.!?—]| (?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|did|does|do|that|which|who"
    r"|because|while|but|when|if|until|so|than)\b"
)
_CLEFT = re.compile(r"\W*it (?:is|was|will be|would be|seems|has been|had been)\b[^,;]*, $")
_NO_ONE = re.compile(r"\W*(?:and |but |yet )?(?:nobody|no one|none|no|few|hardly any\w*|neither)\b")
_ITSELF = (" itself", " themselves", " himself", " herself")
_AFTER_QUOTE = re.compile(r"(?<=\x01)[^\x01]")
_COORDINATE = re.compile(r", (?:and|but|which|who|whose|while|because)\b| because ")
_TO_DO = re.compile(r"(?: (?:not|never|always|\w+ly))? to (?:\w+)\b")
_CHARGE = re.compile(
    r"\s*an? (?:charge|claim|accusation|allegation|view|remark|suggestion|notion|idea|label|characteri[sz]ation)\b"
)
_PASSIVE = re.compile(
    r"\b(?:is|was|were|been|be|being|are|has been|have been)"
    r" (?:(?:\w+ly|often|also|now|still|once|long|always|sometimes|even|never|not|at times) ){0,2}$"
)
_AGENT = re.compile(r"\bby ((?:[^,;.\x01]){2,80})")
_AS = re.compile(r"[^;.\x01]{0,90}?\b(?:as|of|to be)\b")
_NAMED_ENDS = re.compile(
    r"[;:]|,(?! of )| (?:because|while|but|when|if|until|so|than)\b| by | (?:and|or) (?:it|they|he|she|that|this|these"
    r"|those|we|i|its|their|because|when|if|is|are|was|were|will|would|has|have|had|not|to)\b"
)
_NEGATED = re.compile(r"\b(?:not|never|cannot|can't|nor|hardly)\b")
# "it has been said in this hall, by delegations that ..., that": nobody's own subject, and what stands before "that"
_IT = re.compile(r"\bit (?:(?:has|have|had|often|also|now|once|long|always|sometimes|even|then|\w+ly) ){0,3}$")
_IT_THAT = re.compile(
    r"(?: (?:in|at|on|by|from|before|among|over|during|since|here|there|again|often|once|\w+ly)\b[^,;:.—\x01]{0,60}?)?"
    r"(?:, [^;:.—\x01]{2,120}?,)? that\b"
)
# a quotation right behind a verb: 'confirmed, "..."', 'added quietly: "..."'
SPOKEN = re.compile(
    r"(?: (?:\w+ly|again|back|too|then|on \w+day|to \w+))?, ?\x01|(?: (?:\w+ly|simply))?:? ?\x01(?=[^ ]*\x01{30})"
)
_REFERENCE = re.compile(r"[\W\x01]*\([^()]*\)\W*")  # behind a quotation: "(A/58/138, p. 4)"
# "said in 1953, ...", "told us: ...": when, where and to whom are the text's own
_WHERE_SAID = re.compile(
    r" (?:in|at|on|during|before|from|here|to|us|me|her|him|them|recently|this)\b[^\x01.;]{0,80}?[,:]"
    r"\s*(?:[\"“]?(?=\x01)|$)"
)
# "it was stressed that": nobody's own subject
_IT_WAS = re.compile(r"\bit (?:was|has been|had been) (?:(?:also|again|further|then|often|\w+ly) )?$")
# the subject of a participle that opens its sentence stands behind its clause: "Calling the bond firm, X left"
_SUBJECT_BEHIND = re.compile(r", (?=[^,;:.\x01]{2,80})")
_NO_THAT = re.compile(r"\bcondition that$")
_WHO_SAYS = re.compile(r"\s*(?:who|which|that)\b")
_ASKED = re.compile(r"(?:[^,;:.\x01]{0,40}?)?(?:,? (?:how|why|whether|what|who|when|where|if)\b|[:,]? ?\x01|:)")


class Complements:
    """The verbs of one document, each with what it reports."""

    def __init__(self, page: Passage, speakers: Speakers) -> None:
        self.page, self.speakers = page, speakers
        self.subjects, self.parentheses = Subjects(page, speakers), Parentheses(page)

    def read(self, verb: Verb) -> Report | None:
        """What one verb reports, or None if it is no verb with a speaker."""
        word, at = verb.word, verb.at
        before = self.page.masked[max(verb.start, at - 80) : at]
        wanted = wish(before)  # "the ministry would like to confirm that"
        if wanted is not None and not word.endswith("ing") and not self._is_free(verb, before):
            subject = self.subjects.of(verb.start, at - len(before) + wanted.start())
            return self._complement(verb, subject) if subject is not None and word not in AS_VERBS else None
        words = before.rsplit(None, 5)[-5:]
        previous = words[-1].strip("(,") if words else ""
        passive = None if BE.isdisjoint(words) else _PASSIVE.search(before)
        if (word in MINDS and not passive) or (passive and word in AS_VERBS and word.endswith("ing")):
            return None
        if passive and word not in MINDS and " " not in word and not word.endswith("ing"):
            return self._passive(verb, at - len(before) + passive.start())
        found = self._without_subject(verb, before)
        if found is not None:
            return found
        if (
            word.endswith("ed")
            and (verb.kind in ("that", "clause") or word.startswith("characteri"))
            and self.page.masked.startswith(" by ", verb.after)
        ):
            return None  # "the plan proposed by the leader"
        participle = word.endswith("ing") and verb.kind != "deny"
        if (
            previous in NOT_BEFORE
            and word not in MINDS
            and not before.rstrip().endswith(",")
            and not (participle or previous in ("and", "that"))
        ):
            return None
        joined = (
            previous in ("and", "then") and word.endswith("ed") and self.page.masked.startswith(" that ", verb.after)
        )
        spoken = word in ("read", "reads") and SPOKEN.match(self.page.masked, verb.after) is not None
        strict = word in NOUNISH and previous != "by" and not joined and not spoken
        subject = self.subjects.of(verb.start, at, strict=strict, participle=participle)
        if subject is None or (subject.who is None and (word in SHOWS or word.endswith(" clear"))):
            return None  # "the move shows that"
        report = self._complement(verb, subject)
        return report._replace(subject_start=subject.start) if report is not None else None

    def _is_free(self, verb: Verb, before: str) -> re.Match[str] | None:
        """The relative clause that a verb of calling ends: "what X called"; None in front of a quotation, and for "I"."""
        if verb.kind != "name" or "what " not in before:
            return None
        free = _FREE_RELATIVE.search(before)
        spoken = self.page.masked.find(FILL, verb.at, verb.at + 20) >= 0 and not before.endswith(" to ")
        return None if free is None or spoken or FIRST_PERSON.search(free.group(1)) else free

    def _without_subject(self, verb: Verb, before: str) -> Report | None:
        """What is read before anybody looks for a subject in front of the verb."""
        word, masked, begin = verb.word, self.page.masked, verb.at - len(before)
        free = self._is_free(verb, before)
        if free is not None:
            return self._free_relative(verb, Phrase(begin + free.start(1), begin + free.end(1)))
        if word in SAID_TO and masked.startswith((" to be", " to have"), verb.after):  # "X, said to be rich, is"
            stop = until(masked, verb.after, verb.end, comma=True)
            return Report(((verb.after, stop),), None, verb.at, passive=True)
        if word in ("quote", "quotes", "quoted", "cite", "cites", "cited", "quoting", "citing"):
            return self._quoted_as(verb)
        if word in AS_VERBS and word.endswith(("ed", "en")) and masked.startswith((" as ", " by "), verb.after):
            return self._named_by_nobody(verb, None)  # "a move seen as ..."
        if word.endswith("ing") and not masked[verb.start : verb.at].strip(" \"“'‘(—–"):
            return self._opening(verb)
        return self._inverted(verb)

    def _opening(self, verb: Verb) -> Report | None:
        """What a participle reports that opens its sentence: "Calling the bond firm, Ann Lee left", up to that comma."""
        masked, end = self.page.masked, min(verb.end, verb.after + LOOK)
        tail = masked[verb.after : end]
        if verb.word in ACTS and "that" not in tail and verb.kind != "name":
            return None
        that = _THAT_CLAUSE.match(tail)
        if not that and not self._has_clause(verb, tail.split(", ")[0]):
            return None
        for comma in _SUBJECT_BEHIND.finditer(masked, verb.after, end):
            stop = _FINITE_VERB.search(masked, comma.end(), end)
            who = Phrase(comma.end(), min(stop.start() if stop else end, comma.end() + 80))
            if self.speakers.begins(who):
                begin = verb.after + that.end() if that else verb.after
                return Report(((begin, comma.start()),), who, verb.at) if comma.start() > begin else None
        return None

    def _passive(self, verb: Verb, begin: int) -> Report | None:
        """ "is described as ... by X", "is said to be", "claims of ... were rejected by X", "was quoted as saying"."""
        masked, word, after, end = self.page.masked, verb.word, verb.after, verb.end
        quoted = _AS_SAYING.search(masked, after, min(end, after + 40))
        if quoted:
            subject = self.subjects.of(verb.start, verb.at)
            return Report(((quoted.end(), end),), subject.who if subject else None, verb.at)
        near = min(end, after + LOOK)
        agent = _AGENT.search(masked, after, near)
        who = None
        naming = verb.kind == "name" or word in AS_VERBS
        if agent is not None and (agent.start() <= after + 1 or naming or verb.kind == "deny"):
            cut = re.search(r" (?:as|of|that|to) ", agent.group(1))
            stop = agent.start(1) + cut.start() if cut else agent.end(1)
            who = Phrase(agent.start(1), stop, possessive=True)
            who = who if self.speakers.names(who) else None
        if verb.kind == "deny":
            before = masked[max(verb.start, begin - LOOK) : begin]
            if _NEGATED.search(masked, begin, verb.at) or not (who or _CLAIM.search(before)):
                return None  # "could not be denied"; proposals that are rejected are not denied to be true
            return Report(((verb.start, begin),), who, verb.at, True)
        if naming:
            return self._named_by_nobody(verb, who, agent)
        if word in SAID_TO and re.match(r"(?: by [^,;.]{2,60})? (?:that|to|than)\b", masked[after:near]):
            return Report(((after, until(self.page.masked, after, end)),), who, verb.at, passive=True)
        it = (
            _IT
            if word in SAID_TO
            else _IT_WAS
            if verb.kind in ("clause", "that") and word not in FACTS | SHOWS
            else None
        )
        that = _IT_THAT.match(masked, after, near) if it is not None else None
        if (
            that is not None
            and it is not None
            and it.search(masked, max(verb.start, begin - 40), begin if it is _IT else verb.at)
        ):
            return Report(((that.end(), until(masked, that.end(), end)),), who, verb.at, passive=True)
        return None

    def _named_by_nobody(self, verb: Verb, who: Phrase | None, agent: re.Match[str] | None = None) -> Report | None:
        """The name that a passive gives: "is seen as ..." by whom is not said, and it ends with the noun phrase."""
        masked, after = self.page.masked, verb.after
        named = _AS.match(masked, after, verb.end)
        if named is None and verb.word in AS_VERBS:
            return None
        begin = named.end() if named else after
        end = until(self.page.masked, after, verb.end)
        if who is None:
            stop = _NAMED_ENDS.search(masked, begin, end)
            end = stop.start() if stop else end
        elif agent is not None and who.end > begin:  # the agent's own name is nobody's words
            begin, end = (who.end, end) if agent.start() <= begin + 1 else (begin, min(end, agent.start()))
        return Report(((begin, end),), who, verb.at, passive=True) if end > begin else None

    def _free_relative(self, verb: Verb, who: Phrase) -> Report | None:
        """ "what X called an old friendship has ended": the noun phrase behind the verb, up to eight words of it."""
        masked = self.page.masked
        named = _AS.match(masked, verb.after, verb.end) if masked.startswith((" as ", " it as "), verb.after) else None
        begin = named.end() if named else verb.after
        stop = _NOUN_PHRASE_ENDS.search(masked, begin + 1, verb.end)
        end = stop.start() if stop else verb.end
        words = list(re.finditer(r"\S+", masked[begin:end]))
        end = begin + words[7].end() if len(words) > 8 and FILL not in masked[begin:end] else end
        if not self.speakers.names(who) or end <= begin:
            return None
        return Report(((begin, end),), who, verb.at, named=True)

    def _quoted_as(self, verb: Verb) -> Report | None:
        match = _AS_SAYING.search(self.page.masked, verb.after, min(verb.end, verb.after + 120))
        if match is None:
            return None
        return Report(((match.end(), verb.end),), Phrase(verb.after, match.start()), verb.at)

    def _inverted(self, verb: Verb) -> Report | None:
        """ "..., said Ann Lee" and "..., says PM": the verb follows a comma or quotation, its subject comes after."""
        masked, at, after, end = self.page.masked, verb.at, verb.after, min(verb.end, verb.after + LOOK)
        lead = masked[max(verb.start, at - 80) : at].rstrip()[-1:]
        if (
            not lead
            or not (lead in ",?!" or lead == FILL)
            or verb.word.endswith("ing")
            or verb.word in TO_SOMEONE
            or (verb.kind == "name" and lead == ",")
        ):
            return None
        tail = masked[after:end]
        if re.match(
            r"\s*(?:[,.;:!?\x01]|$|that\b|it\b|him\b|them\b|as\b|on\b|in\b|at\b|for\b|to\b|by\b|last\b|again\b|earlier\b|through\b|via\b)",
            tail,
        ):
            return None
        cut = re.search(r"[,.;:\x01]|\b(?:in an?|on|at a|during|who|after|before|told|that)\b", tail)
        stop = after + cut.start() if cut else end
        if _FINITE.search(masked, after, stop):
            return None
        who = Phrase(after, min(end, stop + 60), first=stop)
        if not self.speakers.names(who):
            return None
        cleft = masked[stop : stop + 1] == "," and _CLEFT.match(masked, verb.start, at)  # "It is hard, said X, to ..."
        rest = (
            None if cleft else _FINITE_NEXT.search(masked, stop, end)
        )  # "Lower tariffs, said the minister, would help"
        again = stop if cleft else rest.start() if rest else self.parentheses.goes_on(verb, at, stop, inverted=True)
        if masked.startswith(":", stop) and FILL not in masked[stop : stop + 3]:
            again = stop + 1  # "Not so, counters Ann Lee: the bond is firm"
        spans = ((verb.start, at),) if again is None else ((verb.start, at), (again, verb.end))
        return Report(spans, who, at, verb.word in DENY)

    def _complement(self, verb: Verb, subject: Subject) -> Report | None:
        """What an active verb with a subject reports: the clause behind it, before it, or around it."""
        masked, kind, at, after = self.page.masked, verb.kind, verb.at, verb.after
        if kind == "deny" and (
            _UNDONE.match(masked, at) or _UNCLAIMED.match(masked, at) or _NO_ONE.match(masked, subject.start, at)
        ):
            return None  # "rejects threats to", "nobody doubts": no claim is denied
        end, who, begin = verb.end, subject.who, subject.start
        tail = masked[after : min(end, after + LOOK)]
        if verb.word in AS_VERBS and tail.startswith(_ITSELF):
            return None  # a state that sees itself as
        that = _THAT_CLAUSE.match(tail) if "that" in tail else None
        if that and verb.word not in TO_SOMEONE and " " not in verb.word and _OBJECT.match(tail, 0, that.end()):
            that = None  # "stressed the friendship that had grown"
        as_clause = masked.startswith(" as ", begin) or masked.startswith(", as ", begin - 5)
        if as_clause and masked.startswith(", as ", begin - 5):
            begin -= 4
        if self._is_set_off(verb, begin, tail):
            if that and _NO_THAT.search(that.group()):
                that = None  # "..., a diplomat said on condition that he was not named"
            if that and verb.word in TO_SOMEONE and _AT_A.search(that.group()):
                that = None  # "..., X told students in a speech that ran to two hours"
            if kind == "deny" and _CHARGE.match(masked, begin, at):
                return None  # "..., a claim the opposition rejects": the words before are not the opposition's
            spans = self._around(verb, begin, tail, as_clause=as_clause, that=bool(that))
            if spans:
                return Report(spans, who, at, kind == "deny")
        if not that and not self._has_clause(verb, tail):
            return None
        last = self._ends(verb, begin, tail)
        if last is None:
            return None
        begin = after + that.end() if that and kind != "deny" else after
        where = None if that else _WHERE_SAID.match(masked, after, last)
        span = (where.end() if where else begin, until(masked, after, last))
        return Report((span,), who, at, kind == "deny", kind == "name" or verb.word in AS_VERBS)

    def _is_set_off(self, verb: Verb, begin: int, tail: str) -> bool:
        """Whether an attribution whose subject begins at `begin` is set off by a comma, a quotation or dashes."""
        masked = self.page.masked
        lead = masked[max(verb.start, begin - 40) : begin].rstrip()[-1:]
        if not lead or _WHO_SAYS.match(masked, begin, verb.at):
            return False
        if lead in "—–":  # "The bond — Ann Lee insists — is firm"
            return verb.kind == "clause" and verb.at - begin <= 50 and DASHED.match(tail) is not None
        return lead in ",?!" or lead == FILL

    def _around(self, verb: Verb, begin: int, tail: str, *, as_clause: bool, that: bool) -> tuple[tuple[int, int], ...]:
        """The spans before and around an attribution that is set off; none if an adverbial is all that stands before."""
        masked, start = self.page.masked, verb.start
        spans = self.parentheses.around(verb, begin, tail, as_clause=as_clause, that=that)
        if len(spans) == 1 and start >= self.page.title_end and _OPENER.match(masked, *spans[0]):
            lead = masked[spans[0][0] : spans[0][1]].rstrip(" ,")
            if not _FINITE_VERB.search(lead) and ("," not in lead or len(lead.split()) <= 4):
                return ()  # "However, the council has shown over years"
        spans = tuple(span for span in spans if not _REFERENCE.fullmatch(masked, *span))
        if spans and as_clause and verb.kind == "name":  # "the bond, as X calls it, ..."
            return ((max(start, *(masked.rfind(c, start, begin - 1) + 1 for c in ",;:")), begin),)
        return spans

    def _ends(self, verb: Verb, begin: int, tail: str) -> int | None:
        """Where the clause behind a verb ends at the latest; None if it denies nothing that was claimed."""
        masked, after, end = self.page.masked, verb.after, verb.end
        if verb.kind == "name" or verb.word in AS_VERBS:
            relative = masked.startswith("what ", begin) or masked.startswith(" what ", begin)
            stop = _AFTER_QUOTE.search(masked, after, end) if relative else _COORDINATE.search(masked, after, end)
            end = stop.start() if stop else end  # "what officials call “...” looks to others like"
        if verb.kind == "deny":
            held = _UPHELD.search(masked, after, end)  # "rejected pressure and kept to its course"
            if held and not (_CLAIM.search(masked, after, held.start()) or " that " in masked[after : held.start()]):
                end = held.start()
            taken = " " in verb.word and verb.word.split()[0] in ("took", "takes", "hit", "hits")
            if taken and not _CLAIM.search(tail):
                return None  # "takes issue with its measures"
        return end

    def _has_clause(self, verb: Verb, tail: str) -> bool:
        """Whether what stands behind a verb without "that" is something said, and not the object of an act."""
        word = verb.word
        if verb.kind != "name" and (_COLON.match(tail) or SPOKEN.match(tail)):
            return True
        if word.startswith("ask"):
            return _ASKED.match(tail) is not None
        if verb.kind == "that":
            return word in PROMISES and _TO_DO.match(tail) is not None
        if word in CALLS and NOT_NAMED.match(tail):
            return False  # "called for calm"
        if word.startswith(("speak", "spoke", "talk")):
            return re.match(r"(?: \w+ly)? (?:of|about)\b", tail) is not None
        if word in AS_VERBS:
            return re.match(r"[^,;.]{0,60}\b(?:as|of|about)\b", tail) is not None
        if word in ACTS:
            stop = _OWN_CLAUSE.search(tail)
            said = tail[: stop.start()] if stop else tail
            if _OBJECT.match(tail):  # "acknowledged the help that was given": what was done, and no clause
                said = _OF_OBJECT.split(said)[0]
            return bool(
                _WH_CLAUSE.match(tail) or _FINITE_VERB.search(said) or (word in PROMISES and _TO_DO.match(tail))
            )
        return True


def until(masked: str, at: int, end: int, *, comma: bool = False) -> int:
    """Where indirect speech that begins at `at` ends within a sentence that ends at `end`. comma: at the next one."""
    stop = _STOP_SPAN.search(masked, at, end)
    end = stop.start() if stop else end
    return max(masked.find(",", at, end), 0) or end if comma else end
