"""Attributions set off within a sentence: "..., X said", "..., X said, ..." and "X, said Ann Lee, kept"."""

from __future__ import annotations

import re

from analysis.texts.annotate.attribution.candidates import FINAL_TAIL
from analysis.texts.annotate.attribution.passage import FILL, Passage
from analysis.texts.annotate.attribution.reports import Verb
from analysis.texts.annotate.attribution.verbs import AS_VERBS, TO_SOMEONE
from analysis.texts.annotate.lexicon import load as lexicon

_LISTS = lexicon.read("clauses.toml")
_FINITE_NEXT, _FINITE, _FINITE_VERB = (_LISTS.regex(name) for name in ("finite_next", "finite", "finite_verbs"))
_FRONTED = _LISTS.regex("fronted")
_FIRST = re.compile(r"\w+")
DASHED = re.compile(r"(?: [\w'’-]+){0,2} ?[—–]")
LOOK = 400  # characters behind a verb within which its complement shows itself
_AS_IT = re.compile(r"[ ,]*(?:as )?it\b")
# a clause that wants its end behind an attribution: "it was, he said there, a ...", "X, said Ann Lee on leaving, kept"
_UNFINISHED = re.compile(
    r"\b(?:is|are|was|were|be|been|being|has|have|had|will|would|can|could|may|might|must|should|shall|not|remain(?:s|ed)?"
    r"|stay(?:s|ed)?|bec[ao]mes?|that), ?$"
)
_SUBJECT_ALONE = re.compile(r"\W*(?:[\w'’.-]+ ){0,7}[\w'’.-]+, ?$")
_PREDICATE_NEXT = re.compile(
    rf",\s*(?:\w+ly |also |still |never )?(?:{_FINITE_VERB.pattern}"
    r"|(?!(?:its|his|this|as|us|thus|perhaps|always|besides|towards)\b)[a-z]+(?:ed|[^s]s)\b)"
)
_TAIL_ENDS = re.compile(r"[,;:.!?\x01]")
_WHEN = re.compile(r" (?:when|after|as|because|since|while|before|during|in a|at a|on (?:the )?condition)\b")
# who is warned or written to in front of the end of the sentence: "..., X warned parliament on Friday"
_ADDRESSED = re.compile(
    r" (?!(?:me|us|him|her|it|them|against|that|of|about)\b)(?:(?:the|his|its|their) )?(?:[\w'’-]+ ){0,2}?[\w'’-]+"
    r"(?=[.!?;]|$| (?:on|in|at|during|after|last|this|earlier|yesterday|today|by|when|as|before)\b)"
)
_WORDS = ("warn", "caution", "advis", "urg", "promis", "counsel", "briefed")


class Parentheses:
    """The attributions of one document that stand within or behind what they report."""

    def __init__(self, page: Passage) -> None:
        self.page = page

    def around(self, verb: Verb, begin: int, tail: str, *, as_clause: bool, that: bool) -> tuple[tuple[int, int], ...]:
        """The spans before and around an attribution set off by commas: "..., X said" and "..., X said, ..."."""
        kind, after = verb.kind, verb.after
        if verb.word in AS_VERBS and not as_clause:
            return ()
        left = (verb.start, begin)
        if tail.startswith(" out"):  # "..., its envoys point out, ..."
            after, tail = after + 4, tail[4:]
        dash = (
            DASHED.match(tail) if self.page.masked[max(verb.start, begin - 3) : begin].rstrip()[-1:] in "—–" else None
        )
        if dash is not None:  # "The bond — Ann Lee insists — is firm"
            return (left, (after + dash.end(), verb.end))
        stop = _TAIL_ENDS.search(tail)
        short = tail[: stop.start()] if stop else tail
        words = len(_FIRST.findall(short))
        goes_on = not short.strip() and stop is not None and stop.group() == "," and len(_FIRST.findall(tail)) > 1
        spoken = self.page.masked[max(verb.start, begin - 3) : begin].rstrip().endswith(FILL)
        if goes_on and spoken and not as_clause:  # "“...,” X said, and he had better: ..."
            return (left,)
        if goes_on and (as_clause or (kind in ("clause", "deny") and not that)):  # "..., as X has shown, ..."
            return (left, (after, verb.end))
        if that:
            return ()
        if (when := _WHEN.search(short)) is not None:
            short = short[: when.start()]  # "..., X told reporters when he was asked"
            words = len(_FIRST.findall(short))
        if verb.word.startswith(_WORDS) and (told := _ADDRESSED.match(tail)) and not _FINITE.search(told.group()):
            return (left,)
        called = as_clause and kind == "name" and tail.startswith((" it", " them", " him", " her", " this"))
        ends = called or verb.word in TO_SOMEONE or FINAL_TAIL.match(tail) is not None
        most = 14 if kind in ("clause", "deny") and not as_clause else 10
        if not ends or words > most or (most == 14 and _FINITE.search(short)):
            return ()
        comma = after + stop.start() if stop is not None and not spoken else None  # "..., X argues in a book, and ..."
        rest = comma is not None and (
            _FINITE_NEXT.match(self.page.masked, comma) or self.goes_on(verb, begin, comma) == comma
        )
        return (left, (after + stop.start(), verb.end)) if rest and stop else (left,)

    def goes_on(self, verb: Verb, begin: int, stop: int, *, inverted: bool = False) -> int | None:
        """The comma behind an attribution, from `stop` on, at which the clause in front of it goes on; None if it is whole.

        In front, up to `begin`, stands a verb that wants its object, or (inverted: "X, said Ann Lee, kept") a subject.
        """
        masked, start, end = self.page.masked, verb.start, min(verb.end, verb.after + LOOK)
        comma = masked.find(",", stop, end)
        if comma < 0 or FILL in masked[max(start, begin - 2) : begin]:
            return None
        if verb.kind != "clause" or verb.word in AS_VERBS or masked.startswith(" by ", verb.after):
            return None  # "a report, published by the bank, shows"
        if _AS_IT.match(masked, begin, verb.at):
            return None  # "we believe that, as it responds to a crisis, the council"
        if _UNFINISHED.search(masked, max(start, begin - 20), begin):
            return comma
        told = inverted or (verb.word in TO_SOMEONE and not _FRONTED.match(masked, start, begin))
        alone = told and begin - start <= 120 and _SUBJECT_ALONE.fullmatch(masked, start, begin)
        if not alone or _FINITE_VERB.search(masked, start, begin) or not _PREDICATE_NEXT.match(masked, comma, end):
            return None
        return comma
