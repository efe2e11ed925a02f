"""Which forms of saying may report anything: a quick look at the words beside them.

Most forms are nouns, infinitives or first persons; only what passes is read with its subject and its complement
(`complements`).
"""

from __future__ import annotations

import re

from analysis.texts.annotate.attribution.passage import FILL, Passage
from analysis.texts.annotate.attribution.subjects import FIRST_PERSON, SURE
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
    r"|does|did|do|cannot|\w+n't)\b"
)
_SETS_OFF = re.compile(r"[,?!\x01]")


# "Vietnam, she went on when the laughter had died, had ..."
_GOES_ON = frozenset({"went on", "goes on"})
_AFTER_COMMA = re.compile(r", (?:(?:he|she|they)|(?!(?:and|but|which|who|that|as|it)\b)[\w.'’-]+(?: [\w.'’-]+){0,2}) $")


class Candidates:
    """The verbs of one document that may report."""

    def __init__(self, page: Passage) -> None:
        self.page = page

    def may_report(self, at: int, after: int, word: str) -> bool:
        """A quick look at the words beside a verb; where it says no, `Complements.read` would find nothing."""
        masked = self.page.masked
        behind = masked[after : after + 1]
        if word in NOUNISH and behind == " " and _RELATIVE.match(masked, after):
            return False
        if word in AFTER_QUOTE:
            if masked.startswith(" that ", after) or (FILL in masked[max(0, at - 40) : at] and behind in ",."):
                return True
            return word in _GOES_ON and _AFTER_COMMA.search(masked, max(0, at - 60), at) is not None and behind in ", "
        if word in NOMINALS and masked.startswith(NOUN_GOES_ON, after):
            return True  # a noun of saying, if no verb
        if word in NOUNISH and self.page.text[at].isupper():
            return False  # "the States"
        if masked[at - 1] == "-" or (behind in ("-", "'") and masked[after + 1 : after + 2].isalpha()):
            return False
        line = masked[max(0, at - 40) : at]
        previous = line[line.rfind(" ", 0, -1) + 1 : -1] if line[-1:] == " " else ""
        if self._is_no_speech(line, previous, at, word):
            return False
        if previous in BE and word not in MINDS and word[-3:] != "ing":
            return self._may_be_passive(after, word)
        if (
            previous.lstrip("(") in NOT_BEFORE
            and not (word in MINDS or word[-3:] == "ing" or previous in ("and", "that"))
            and not (previous == "to" and WISH.search(line))
        ):
            return False
        if (" we " in line or " i " in line) and FIRST_PERSON.search(line.rstrip()):
            return False
        if word in CALLS and NOT_NAMED.match(masked, after):
            return False
        if word in AS_VERBS and word.endswith(("ed", "en")) and masked.startswith((" as ", " by "), after):
            return True  # "a move seen as ..."
        lead = line.rstrip()[-1:]
        set_off = lead in ",?!" or lead == FILL
        if word in NOUNISH and not set_off and not self._is_sure_verb(line, previous, at, word):
            return not BE.isdisjoint(line.split()[-5:])
        if word in AS_VERBS and not set_off:
            tail = masked[after : after + 90]
            return (
                " as" in tail or " of" in tail or " about" in tail or " that" in tail or " to be" in tail or ":" in tail
            )
        return word not in NEEDS_CLAUSE or set_off or self._shows_clause(at, after, word)

    def _is_sure_verb(self, line: str, previous: str, at: int, word: str) -> bool:
        """Whether a form that is as often a noun is a verb here, by what stands before or behind it."""
        masked, after = self.page.masked, at + len(word)
        if word.startswith("point") and masked.startswith(" out", after):
            return True
        if previous == "by" or (KIND[word] == "name" and previous == "to" and WISH.search(line)):
            return True
        if previous in ("and", "then") and word.endswith("ed") and masked.startswith(" that ", after):
            return True
        if previous.endswith(("'s", "s'")):
            return False  # "the minister's reports"
        if word.endswith("ed") and masked.startswith((", " + FILL, ": " + FILL), after):
            return True
        if word in ("read", "reads") and masked.startswith(" " + FILL, after):
            return True
        return SURE.search(self.page.text, max(0, at - 40), at) is not None

    def _is_no_speech(self, line: str, previous: str, at: int, word: str) -> bool:
        """Whether the words around a verb of saying show that it says nothing here."""
        masked, after = self.page.masked, at + len(word)
        if word in FACTS and word not in SAID_TO and not masked.startswith(" as ", after):
            return True
        if word in BASES and (previous in ("and", "or") or _LET.search(line)):
            return True  # "have to sit down and think", "let me say that"
        if word[-3:] == "ing" and word in ACTS and previous in _GERUND_OF:
            return " that" not in masked[after : after + 40]  # "a policy of maintaining"
        if _NO_SAYING.match(masked, at):
            return True  # what is insisted on is asked for, not said
        if _NEEDS_THAT.match(masked, at) and not self._turned_round(line, after):
            return True  # "submitted the plan", "as pronounced as it is now"
        if word == "assured" and previous == "rest":
            return True  # "you may rest assured that"
        if word in BASES and _MODAL.search(line):
            return True  # "firmness that they will always demonstrate"
        if word in ("suspect", "suspects", "state") and not _AFTER_NOUNS.match(masked, after):
            return True  # "the suspects", "its home state"
        return (
            _is_pointer(line, previous, word) and _NOT_SAID.match(masked, after) is not None
        )  # "as shown in its vote"

    def _turned_round(self, line: str, after: int) -> bool:
        """Whether a verb stands behind a comma or a quotation, and before a name or "the": '"...", ruled Ann Lee'."""
        lead = line.rstrip()[-1:]
        begins = self.page.text[after + 1 : after + 2].isupper() or self.page.masked.startswith(" the ", after)
        return begins and (lead in ",?!" or lead == FILL)

    def _may_be_passive(self, after: int, word: str) -> bool:
        """Whether a form right behind "is" or "was" may name, deny or report."""
        tail = self.page.masked[after : after + 64]
        if word in SAID_TO or tail[:4] == " as ":
            return True
        if word in CALLS:
            return NOT_NAMED.match(tail) is None
        if " that" in tail and word not in FACTS and word not in AS_VERBS and KIND[word] in ("clause", "that"):
            return True
        if word in AS_VERBS:
            return " as" in tail or " of" in tail or " to be" in tail
        return KIND[word] in ("name", "deny")

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
