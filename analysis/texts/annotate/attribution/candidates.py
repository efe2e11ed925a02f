"""Which forms of saying may report anything: a quick look at the words beside them.

Most forms are nouns, infinitives or first persons; only what passes is read with its subject and its complement
(`complements`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from analysis.texts.annotate.attribution.passage import FILL, Passage
from analysis.texts.annotate.attribution.subjects import FIRST_PERSON, SURE, last_word
from analysis.texts.annotate.attribution.verbs import (
    ACTS,
    AFTER_QUOTE,
    AS_VERBS,
    BASES,
    CALLS,
    FACTS,
    KIND,
    MINDS,
    NEEDS_CLAUSE,
    NOMINALS,
    NOT_BEFORE,
    NOUN_GOES_ON,
    NOUNISH,
    PROMISES,
    SAID_TO,
)
from analysis.texts.annotate.lexicon import load as lexicon

_LISTS = lexicon.read("clauses.toml")
FINAL_TAIL, _NOT_SAID, _NO_SAYING, _NEEDS_THAT = (
    _LISTS.regex(name) for name in ("final_tail", "not_said", "no_saying", "needs_that")
)
NOT_NAMED = re.compile(r" (?:for|on|off|in|into|upon|to|out|up|attention|it a day)\b")  # "called for calm"
BE = frozenset(["is", "was", "were", "been", "be", "being", "are"])
WISH = re.compile(
    r"\b(?:would (?:also )?(?:like|wish)|wish(?:es|ed)?|wants?|wanted|begs?"
    r"|used|likes?|liked|loves?|loved|tend(?:s|ed)?|continues?|continued|came|has come|had come"
    r"|(?:is|are|was|were) (?:quick|keen|fond|known|wont|careful|at pains|eager|happy|glad)|w[eo]nt on|goes on) to $"
)
# how `WISH` ends: looked for first, since most of what "to" stands behind is no wish
_WISHES = (
    "like likes liked wish wishes wished want wants wanted beg begs used love loves loved tend tends tended continue"
    " continues continued came come quick keen fond known wont careful pains eager happy glad on"
)
_WISH_ENDS = tuple(f"{word} to " for word in _WISHES.split())
_RELATIVE = re.compile(
    r" that (?:is|are|was|were|will|would|has|have|had|can|could|should|must|may|might|does|do|did|cannot)\b"
)  # "a state that would": no "that" of a report
_GERUND_OF = frozenset(["of", "for", "in", "from", "with", "on", "to", "at", "about", "against", "without", "through"])
_AFTER_NOUNS = re.compile(r":| (?:that|the|an?|its?|his|her|their|he|she|they|of)\b")
_MODAL = re.compile(
    r"\b(?:will|would|shall|should|may|might|can|could|must) (?:always|never|ever|still|continue to|also) $"
)
_LET = re.compile(r"\blet (?:me|us) $")
# a clause without "that", as `complements` sees it, looked for in the nearest words only
_SHOWN = re.compile(
    r"\b(?:how|why|whether|what|who|when|where|if|is|are|was|were|will|would|has|have|had|can|could|should|must|may|might"
    r"|does|did|do|cannot)\b|\wn't\b"
)
_SETS_OFF = re.compile(r"[,?!\x01]")


# "Vietnam, she went on when the laughter had died, had ..."
_GOES_ON = frozenset({"went on", "goes on"})
_AFTER_COMMA = re.compile(r", (?:(?:he|she|they)|(?!(?:and|but|which|who|that|as|it)\b)[\w.'’-]+(?: [\w.'’-]+){0,2}) $")
_MODAL_ENDS = (" always ", " never ", " ever ", " still ", " continue to ", " also ")
_US = (" me ", " us ")
# "is" and "and" leave a verb a chance, the others in front of it none
_NEVER_BEHIND = NOT_BEFORE - BE - {"and", "that"}
_BEGIN_NO_SAYING, _BEGIN_NEEDS_THAT = (lexicon.beginnings(_LISTS.source(name)) for name in ("no_saying", "needs_that"))


def _can_open(word: str, begin: frozenset[str]) -> bool:
    """Whether an expression whose matches begin in these ways can match where a word stands."""
    return any(word.startswith(plain) or plain.startswith(word) for plain in begin)


@dataclass(frozen=True, slots=True)
class _Form:
    """What is to be asked of a form of saying, looked up once: in which lists of the lexicon it stands."""

    word: str
    kind: str
    nounish: bool
    after_quote: bool
    nominal: bool
    fact: bool
    base: bool
    gerund: bool  # of an act: "maintaining"
    plain: bool  # active, and neither a noun of saying nor one that reports behind a quotation only
    active: bool  # what "is" or "we" in front of it makes no verb of saying
    mind: bool
    no_saying: bool
    needs_that: bool
    bare_noun: bool
    passive: bool
    participle: bool
    call: bool
    needs_as: bool
    needs_clause: bool

    @classmethod
    def of(cls, word: str) -> _Form:
        gerund, mind = word[-3:] == "ing", word in MINDS
        return cls(
            word=word,
            kind=KIND[word],
            nounish=word in NOUNISH,
            after_quote=word in AFTER_QUOTE,
            nominal=word in NOMINALS,
            fact=word in FACTS and word not in SAID_TO,
            base=word in BASES,
            gerund=gerund and word in ACTS,
            plain=not (mind or gerund or word in AFTER_QUOTE or word in NOMINALS),
            active=not (mind or gerund),
            mind=mind,
            no_saying=_can_open(word, _BEGIN_NO_SAYING),
            needs_that=_can_open(word, _BEGIN_NEEDS_THAT),
            bare_noun=word in ("suspect", "suspects", "state"),
            passive=word.endswith(("ed", "en")),
            participle=word[-2:] in ("ed", "en", "wn"),
            call=word in CALLS,
            needs_as=word in AS_VERBS,
            needs_clause=word in NEEDS_CLAUSE,
        )


class _Forms(dict[str, _Form]):
    """What is known of each form of `KIND`, found out when it is first asked for: a short process meets few of them."""

    def __missing__(self, word: str) -> _Form:
        self[word] = form = _Form.of(word)
        return form


_FORMS = _Forms()


def wish(words: str) -> re.Match[str] | None:
    """The wish with which `words` end, up to the verb of saying: "would like to", "begs to"; None if they end otherwise."""
    return WISH.search(words) if words.endswith(_WISH_ENDS) else None


class Candidates:
    """The verbs of one document that may report."""

    def __init__(self, page: Passage) -> None:
        self.page = page

    def may_report(self, at: int, after: int, word: str) -> bool:
        """A quick look at the words beside a verb; where it says no, `Complements.read` would find nothing."""
        masked, form = self.page.masked, _FORMS[word]
        line = masked[max(0, at - 40) : at]
        previous = line[line.rfind(" ", 0, -1) + 1 : -1] if line[-1:] == " " else ""
        if form.plain and previous in _NEVER_BEHIND and not (previous == "to" and wish(line) is not None):
            return False
        behind = masked[after : after + 1]
        if form.nounish and masked.startswith(" that ", after) and _RELATIVE.match(masked, after):
            return False
        if form.after_quote:
            if masked.startswith(" that ", after) or (FILL in line and behind in ",."):
                return True
            return word in _GOES_ON and _AFTER_COMMA.search(masked, max(0, at - 60), at) is not None and behind in ", "
        if form.nominal and masked.startswith(NOUN_GOES_ON, after):
            return True  # a noun of saying, if no verb
        if form.nounish and self.page.text[at].isupper():
            return False  # "the States"
        if form.active and previous in _NEVER_BEHIND and not (previous == "to" and wish(line) is not None):
            return False
        if masked[at - 1] == "-" or (behind in ("-", "'") and masked[after + 1 : after + 2].isalpha()):
            return False
        if self._is_no_speech(form, line, previous, at, after):
            return False
        if form.active and previous in BE:
            return self._may_be_passive(form, after)
        return self._may_be_active(form, line, previous, at, after)

    def _may_be_active(self, form: _Form, line: str, previous: str, at: int, after: int) -> bool:
        """Whether a form that stands behind no "is" may have a subject and a clause."""
        masked = self.page.masked
        if form.active and previous not in ("and", "that", "to") and previous.lstrip("(") in NOT_BEFORE:
            return False
        if (" we " in line or " i " in line) and FIRST_PERSON.search(line.rstrip()):
            return False
        if form.call and NOT_NAMED.match(masked, after):
            return False
        if form.needs_as and form.passive and masked.startswith((" as ", " by "), after):
            return True  # "a move seen as ..."
        lead = line.rstrip()[-1:]
        set_off = lead in ",?!" or lead == FILL
        if form.nounish and not set_off and not self._is_sure_verb(line, previous, at, form.word):
            return not BE.isdisjoint(line.split()[-5:])
        if form.needs_as and not set_off:
            tail = masked[after : after + 90]
            return (
                " as" in tail or " of" in tail or " about" in tail or " that" in tail or " to be" in tail or ":" in tail
            )
        return not form.needs_clause or set_off or self._shows_clause(at, after, form.word)

    def _is_sure_verb(self, line: str, previous: str, at: int, word: str) -> bool:
        """Whether a form that is as often a noun is a verb here, by what stands before or behind it."""
        masked, after = self.page.masked, at + len(word)
        if word.startswith("point") and masked.startswith(" out", after):
            return True
        if previous == "by" or (KIND[word] == "name" and previous == "to" and wish(line) is not None):
            return True
        if previous in ("and", "then") and word.endswith("ed") and masked.startswith(" that ", after):
            return True
        if previous.endswith(("'s", "s'")):
            return False  # "the minister's reports"
        if word.endswith("ed") and masked.startswith((", " + FILL, ": " + FILL), after):
            return True
        if word in ("read", "reads") and masked.startswith(" " + FILL, after):
            return True
        text, begin = self.page.text, max(0, at - 40)
        words = text[begin:at].rstrip()
        last = last_word(words)
        return (SURE.search(text, begin, at) if last is words else SURE.search(last)) is not None

    def _is_no_speech(self, form: _Form, line: str, previous: str, at: int, after: int) -> bool:
        """Whether the words around a verb of saying show that it says nothing here."""
        masked = self.page.masked
        if form.fact and not masked.startswith(" as ", after):
            return True
        if form.base and (previous in ("and", "or") or (line.endswith(_US) and _LET.search(line))):
            return True  # "have to sit down and think", "let me say that"
        if form.gerund and previous in _GERUND_OF:
            return " that" not in masked[after : after + 40]  # "a policy of maintaining"
        if form.no_saying and _NO_SAYING.match(masked, at):
            return True  # what is insisted on is asked for, not said
        if form.needs_that and _NEEDS_THAT.match(masked, at) and not self._turned_round(line, after):
            return True  # "submitted the plan", "as pronounced as it is now"
        if previous == "rest" and form.word == "assured":
            return True  # "you may rest assured that"
        if form.base and line.endswith(_MODAL_ENDS) and _MODAL.search(line):
            return True  # "firmness that they will always demonstrate"
        if form.bare_noun and not _AFTER_NOUNS.match(masked, after):
            return True  # "the suspects", "its home state"
        return (
            form.participle and _is_pointer(line, previous, form.word) and _NOT_SAID.match(masked, after) is not None
        )  # "as shown in its vote"

    def _turned_round(self, line: str, after: int) -> bool:
        """Whether a verb stands behind a comma or a quotation, and before a name or "the": '"...", ruled Ann Lee'."""
        lead = line.rstrip()[-1:]
        begins = self.page.text[after + 1 : after + 2].isupper() or self.page.masked.startswith(" the ", after)
        return begins and (lead in ",?!" or lead == FILL)

    def _may_be_passive(self, form: _Form, after: int) -> bool:
        """Whether a form right behind "is" or "was" may name, deny or report."""
        tail = self.page.masked[after : after + 64]
        if form.word in SAID_TO or tail[:4] == " as ":
            return True
        if form.call:
            return NOT_NAMED.match(tail) is None
        if " that" in tail and form.word not in FACTS and not form.needs_as and form.kind in ("clause", "that"):
            return True
        if form.needs_as:
            return " as" in tail or " of" in tail or " to be" in tail
        return form.kind in ("name", "deny")

    def _shows_clause(self, at: int, after: int, word: str) -> bool:
        """Whether anything beside a verb that reports only clauses looks like one: "that", a colon, commas around it."""
        masked = self.page.masked
        tail = masked[after : after + 64]
        if " that" in tail or ":" in tail or tail[:4] == " as " or ("," in tail and FILL in tail):
            return True
        if word in MINDS:
            return False
        if word in ACTS and _SHOWN.search(tail):
            return True
        if (word in SAID_TO or word in PROMISES) and " to " in tail:
            return True
        return _SETS_OFF.search(masked, max(0, at - 120), at) is not None and FINAL_TAIL.match(tail) is not None


def _is_pointer(line: str, previous: str, word: str) -> bool:
    """Whether a participle stands behind "as": "as seen", "as clearly stated"."""
    return word[-2:] in ("ed", "en", "wn") and (previous == "as" or (previous[-2:] == "ly" and " as " in line[-24:]))
