"""Who speaks without a verb of saying: labels before a colon, what leads to a quotation, a name behind a dash."""

from __future__ import annotations

import re

from analysis.texts.annotate.attribution.passage import FILL, Passage
from analysis.texts.annotate.attribution.people import HONORIFIC
from analysis.texts.annotate.attribution.speakers import Phrase, Speakers
from analysis.texts.annotate.attribution.verbs import ROLES
from analysis.texts.annotate.lexicon import load as lexicon

_LISTS = lexicon.read("leads.toml")
_LABEL_TAIL, _VIEW = _LISTS.regex("label_tail"), _LISTS.regex("views")
# what every view has behind its owner: quickly looked for, where an owner is tried at each word
_VIEW_ALONE = re.compile(
    rf"\b(?={lexicon.opening(frozenset(_LISTS.items('views')), 4)}){_VIEW.pattern[_VIEW.pattern.index('(?P<noun>') :]}"
)
_DASH = re.compile(r"\s*(?:—|–|--?) ?(?=[A-Z])")
_COMMA = re.compile(r", (?=[^,;:.\x01]{2,80})")
_CLAUSE = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would)\b|[.!?] ")
_LONGEST = 90  # characters of a name behind a dash, and of a label
_WE = re.compile(r"\b(?:my|our|i|we)\b")


class Leads:
    """The speakers that one document's labels, lead-ins and dashes name."""

    def __init__(self, page: Passage, speakers: Speakers) -> None:
        self.page, self.speakers = page, speakers

    def label(self, start: int, colon: int) -> Phrase | None:
        """Who stands in a label before a colon: a name, its titles, and when, where or on what it speaks.

        "Govt spokesman Ann Lee just now: ...", "Ann Lee (@annlee): ..."; None if anything else stands there.
        """
        if colon - start > _LONGEST:
            return None
        masked = self.page.masked
        who = Phrase(start, colon)
        ends = [m.end for m in self.page.mentions_between(start, colon) if m.actor.kind == "person"]
        ends += [b for _, b, name in self.speakers.printed(who) if " " in name and not name.isupper()]
        if not ends or not self.speakers.begins(who) or not _LABEL_TAIL.fullmatch(masked, min(ends), colon):
            return None
        known = any(m.actor.kind == "person" for m in self.page.mentions_between(start, colon))
        return who if known or self._is_person(start, colon) else None

    def _is_person(self, start: int, colon: int) -> bool:
        """Whether a name in a label is more than a heading: it has a title, a time or place behind it, or comes again."""
        text, masked = self.page.text, self.page.masked
        first, last, name = self.speakers.printed(Phrase(start, colon))[0]
        before = masked[start:first]
        if re.search(r"\bthe $|ing\b", before + name.split()[0].lower()):
            return False
        titled = ROLES.search(masked, start, first) or HONORIFIC.search(text, start, first + 1)
        return bool(
            titled or masked[last:colon].strip() or text.find(name, colon) >= 0 or text.find(name, 0, start) >= 0
        )

    def is_heading(self, start: int, end: int) -> bool:
        """Whether capitals before a colon are a heading: no person known or named elsewhere in small letters."""
        colon = self.page.text.find(":", start, end)
        end = end if colon < 0 else colon
        head = re.sub(r"[^\w’' -]+|(?<= )-|^-", "", self.page.text[start:end]).strip()
        if not head.isupper() or " " not in head or HONORIFIC.search(self.page.text, start, end):
            return False
        known = any(m.actor.kind == "person" for m in self.page.mentions_between(start, end))
        return not known and self.page.text.find(head.split()[-1].title()) < 0

    def before_quotation(self, start: int, quote: int) -> Phrase | None:
        """Who is named in the part of a sentence that leads to a quotation: anybody before a colon, else one person."""
        lead = self.page.masked[start:quote].rstrip()
        phrase = Phrase(start, quote, possessive=lead.endswith(":"))
        if phrase.possessive:
            return phrase if self.speakers.names(phrase) and not self.is_heading(start, quote) else None
        people = {name for _, _, name in self.speakers.printed(phrase)}
        people |= {m.actor.name for m in self.page.mentions_between(start, quote) if m.actor.kind == "person"}
        return self.subject(start, quote) if len(people) == 1 else None

    def subject(self, start: int, end: int) -> Phrase | None:
        """The person with whom a sentence opens, or the part of it behind one of its commas; None if nobody does."""
        if FILL in self.page.masked[start:end] or self.is_heading(start, end):
            return None
        if self.speakers.begins(Phrase(start, end)):
            return Phrase(start, end)
        for comma in _COMMA.finditer(self.page.masked, start, min(end, start + 200)):
            if self.speakers.begins(Phrase(comma.end(), end)):
                return Phrase(comma.end(), end)
        return None

    def behind_dash(self, at: int) -> Phrase | None:
        """The name that a dash behind a quotation gives: '"..." — Ann Lee'."""
        dash = _DASH.match(self.page.text, at)
        if dash is None:
            return None
        end = self.page.text.find("\n", dash.end())
        end = len(self.page.text) if end < 0 else end
        if end - dash.end() > _LONGEST or _CLAUSE.search(self.page.masked, dash.end(), end):
            return None
        who = Phrase(dash.end(), end)
        return who if self.speakers.begins(who) else None

    def views(self, start: int, end: int) -> list[tuple[int, int, Phrase, int]]:
        """What somebody's view, message or answer is said to be: (begin, end of the clause, whose, place of the noun).

        "Ann Lee's view is that ...", "the message from Ann Lee was simple: ..."; without an owner it is nobody's.
        """
        found: list[tuple[int, int, Phrase, int]] = []
        if _VIEW_ALONE.search(self.page.masked, start, end) is None:
            return found
        for match in _VIEW.finditer(self.page.masked, start, end):
            if match["of"]:
                who = Phrase(*match.span("of"), possessive=True)
            elif match["owner"]:
                who = Phrase(*match.span("owner"), possessive=True)
            else:
                continue
            if not _WE.search(self.page.masked, match.start(), match.start("noun")) and self.speakers.names(who):
                found.append((match.end(), end, who, match.start("noun")))
        return found
