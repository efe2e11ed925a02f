"""What stands in front of a verb of saying and can speak: its subject."""

from __future__ import annotations

import re
from typing import NamedTuple

from analysis.texts.annotate.attribution.passage import FILL, Passage
from analysis.texts.annotate.attribution.speakers import Phrase, Speakers
from analysis.texts.annotate.lexicon import load as lexicon

_LISTS = lexicon.read("phrases.toml")
_FINITE, _NO_HEAD, _SUBJECT_STOP, SURE = (
    _LISTS.regex(name) for name in ("finite", "no_head", "subject_stop", "sure_subject")
)
FIRST_PERSON = re.compile(
    r"\b(?:i|we)(?:'(?:ve|d|m|re|ll))?(?:,? (?:\w+ly|also|have|had|am|are|do|did|must|would|will|shall|should|can|could"
    r"|may|even|just|simply|not|\w+n't|never|wish to|want to|would like to|therefore|too|again|still|all|both|once|now|here"
    r"|today|and|as|in \w+,))*,?$|\b(?:many|some|most|all|both|those|each|one|none|few) of us(?: \w+)?,?$"
    r"|^\W*(?:i|we)(?:, [^,]{1,60},)?(?: \w+){0,3},?$"
)
# without one of these words none of the expressions for "we" and "whatever" finds anything
_OWN_WORDS = re.compile(r"\b(?:i|we|us|my|our|what|whatever|whichever|whoever|no matter)\b")
_WHATEVER = re.compile(r"(?:^|,)\W*(?:whatever|whichever|whoever|no matter \w+)\b[^,]*$")  # "whatever the envoy thinks"
_VERB_ALONE = re.compile(r"\w+,")
_HELPERS = re.compile(r"(?<=,)(?: (?:has|have|had|also|then|again|however|too|in turn|\w+ly|once))+$")
REACH = 400  # characters before a verb within which its subject stands
_OPENS_WITH_US = re.compile(
    r"(?:^|,)\W*(?:\w+ ){0,2}(?:i|we) (?!.*\b(?:who|whom)\b)[^,]*$"
)  # "Years ago, I stood before the assembly and said"
_OURS = re.compile(
    r"\W*(?:\w+, )?(?:my|our) (?:own )?(?:delegation|country|government|nation|people|kingdom|side|party|newspaper"
    r"|ministry)\b(?: (?:has|have|had|also|therefore|still|firmly|\w+ly))*$"
)
_WHO_ALONE = re.compile(r"\s*who(?: (?:has|have|had|also|once|often|then|later|never|always|\w+ly))*\s*")
_OPENS_CLAUSE = re.compile(
    r"\b(?:when|after|before|as|where|if|because|since|until|once|unless|and|but|then) (?P<subject>(?:he|she|they)"
    r"(?: (?:has|have|had|also|once|then|later|again|first|last|\w+ly))*)\s*$"
)
_CONJUNCTION = re.compile(r"\b(?:after|before|when|where|because|once|until|since) ")
_WHAT = re.compile(r"\s*what (?:[^,]*|.*,)$")
_COORDINATED = re.compile(r"\s*(?:\w+ly )?\w+ed\b.* and$")  # "..., thanked investors and"
_ASIDE = re.compile(r"(?:—|\s–)\s?([^—–\x01]{2,80})[—–]\s?$")


_BEHIND_SUBJECTS = ("ly", "has", "have", "had")  # how words end that may stand between a subject and its verb


def last_word(words: str) -> str:
    """The word that has to be the subject `SURE` looks for in `words`, or all of them if it may stand farther in front.

    >>> last_word("in the town the Ministry"), last_word("the Ministry has")
    ('Ministry', 'the Ministry has')
    """
    last = words[words.rfind(" ") + 1 :]
    return words if not last or last.endswith(_BEHIND_SUBJECTS) else last


class Subject(NamedTuple):
    """What stands in front of a verb and can speak: its noun phrase (None: somebody without a name), and its beginning."""

    who: Phrase | None
    start: int


class Subjects:
    """The subjects of one document's verbs, with the speakers that `speakers` names."""

    def __init__(self, page: Passage, speakers: Speakers) -> None:
        self.page, self.speakers = page, speakers

    def of(self, start: int, at: int, *, strict: bool = False, participle: bool = False) -> Subject | None:
        """What speaks in front of a verb at `at`, in a sentence that begins at `start`; None: nobody, or "I" and "we".

        strict: the form is as often a noun, so its subject has to end right before it.
        """
        masked = self.page.masked
        start = begin = max(start, at - REACH)
        aside = (
            _ASIDE.search(masked, max(start, at - 90), at) if masked[at - 2 : at].rstrip()[-1:] in ("—", "–") else None
        )
        if aside is not None:  # "its critics — above all in Washington — say"
            at = aside.start()
        if not participle:
            for match in _SUBJECT_STOP.finditer(masked, start, at):
                begin = match.end()
        region = _HELPERS.sub("", masked[begin:at].rstrip())
        clause = None if participle else self._own_clause(begin, region)
        if clause is not None:
            return clause
        if _OWN_WORDS.search(region) and (
            FIRST_PERSON.search(region)
            or _OURS.match(region)
            or _OPENS_WITH_US.search(region)
            or _WHATEVER.search(region)
            or (_WHAT.match(region) and masked[at:].find(FILL, 0, 20) < 0)
        ):
            return None
        if not region.strip() and begin > start and not participle:  # "X took note, and observed that ..."
            phrase = Phrase(start, begin, apposition=True)
            return Subject(phrase, begin) if self.speakers.names(phrase) else None
        if region.endswith(",") and not participle:  # an apposition or a relative clause stands before the verb
            phrase = Phrase(self._apposed(begin, region), at, apposition=True)
            return Subject(phrase, phrase.start) if self.speakers.names(phrase) else None
        comma = region.rfind(",")
        if comma >= 0 and not participle:
            begin += comma + 1
        phrase = Phrase(begin, at)
        if region[comma + 1 :].strip() == "it" and comma >= 0 and _VERB_ALONE.match(masked, at):  # ", it concludes,"
            return Subject(phrase, begin)
        if comma >= 0 and not strict and (_COORDINATED.match(region, comma + 1) or not self.speakers.names(phrase)):
            found = self._before_comma(start, begin, at, region)
            return Subject(found, begin) if found is not None and self.speakers.names(found) else None
        if strict:
            return self._sure(phrase, region)
        words = masked[begin:at].split()
        if words and not self.speakers.names(phrase):
            return Subject(None, begin) if len(words) <= 6 and words[0] not in ("to", "by", "for", "in") else None
        return Subject(phrase, begin) if words else None

    def _sure(self, phrase: Phrase, region: str) -> Subject | None:
        """The subject of a form that is as often a noun: it has to end right before it."""
        if region.lstrip().startswith("what "):  # "what the brochures call “...”"
            return Subject(phrase if self.speakers.names(phrase) else None, phrase.start)
        words = self.page.text[phrase.start : phrase.end].rstrip()
        sure = SURE.search(last_word(words)) is not None and self.speakers.names(phrase)
        return Subject(phrase, phrase.start) if sure else None

    def _own_clause(self, begin: int, region: str) -> Subject | None:
        """The subject of a clause that a conjunction opens: "... with Ann Lee when he said", "... after Ann Lee said"."""
        pronoun = _OPENS_CLAUSE.search(region) if any(word in region for word in (" he", " she", " they")) else None
        if pronoun is not None:
            at = begin + pronoun.start("subject")
            return Subject(Phrase(at, begin + len(region)), at)
        for opened in reversed(list(_CONJUNCTION.finditer(region))):
            phrase = Phrase(begin + opened.end(), begin + len(region))
            if "," not in region[opened.end() :] and self.speakers.begins(phrase):
                return Subject(phrase, phrase.start)
        return None

    def _before_comma(self, start: int, begin: int, at: int, region: str) -> Phrase | None:
        """The subject of a verb whose own part of the sentence, from `begin`, names nobody."""
        if region.endswith(" and"):  # "The governor, Chea Dara, thanked them and called"
            return Phrase(start, at, apposition=True)
        if _WHO_ALONE.fullmatch(region, region.rfind(",") + 1):  # "the late president, who called"
            return Phrase(max(start, begin - 80), begin, possessive=True)
        return None

    def _apposed(self, begin: int, region: str) -> int:
        """Where a subject with an apposition or a relative clause begins: "..., the minister, Chea Dara, said"."""
        commas = [-1, *(i for i, c in enumerate(region) if c == ",")]
        best = begin
        for number in range(len(commas) - 3, -1, -1):
            part = region[commas[number] + 1 : commas[number + 1]]
            if _FINITE.match(part):  # a clause of its own, and no subject
                break
            if not _NO_HEAD.match(part) and self.speakers.names(
                Phrase(begin + commas[number] + 1, begin + commas[number + 1])
            ):
                best = begin + commas[number] + 1
                left = region[commas[number - 1] + 1 : commas[number]] if number else ""
                if not left or _FINITE.match(left):
                    break
                other = self.speakers.read(Phrase(begin + commas[number - 1] + 1, begin + commas[number]))
                if other and not other.name and re.match(r"\s*(?:an?|the) ", left) and not part.startswith(" the "):
                    return begin + commas[number - 1] + 1  # "A villager in Kandal, Srey Mom, 54, said"
                if not part.startswith(" the ") or not (other and other.name):
                    break
        return best
