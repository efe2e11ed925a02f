"""The noun phrase in front of or behind a verb of saying, and the speaker it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from analysis.texts.annotate.attribution import bodies
from analysis.texts.annotate.attribution.passage import FILL, Passage
from analysis.texts.annotate.attribution.people import Mention, printed_names
from analysis.texts.annotate.attribution.turns import Turn, label_name
from analysis.texts.annotate.attribution.verbs import ROLES
from analysis.texts.annotate.lexicon import load as lexicon

_LISTS = lexicon.read("phrases.toml")
_PREPOSITION, _OFFICE, _WRITTEN_BY, _ABROAD, _OPENING = (
    _LISTS.regex(name)
    for name in (
        "prepositions",
        "offices",
        "written_by",
        "abroad",
        "opening",
    )
)
_PERSONAL, _SINGLE = _LISTS.words("personal"), _LISTS.words("single")
_OF = re.compile(r"\b(?:of|for|at|from|in|to|with|by|who|that|on)\b|,")
_CAPITAL = re.compile(r"[A-Z]")
_IN_NO_NAME = re.compile(r"[\w\s.'’-]*(?=[^\w\s.'’-])")
_WHO = re.compile(r"\b(?:who|whose|that)\b")
_LATTER = re.compile(r"\W*the (latter|former)(?: (?:has|had|then|also|in turn|\w+ly))*\W*")
_IT_ALONE = re.compile(r"\W*it(?: (?:also|then|has|had|\w+ly))?\W*")
_ANSWERS = frozenset({"a", "answer", "guest", "interviewee"})
_BESIDE = re.compile(r",? ?(?:(?:the|mr|mrs|ms|dr|prof|gen|h\.e|minister|samdech)\.? )*")
_OPENS_PRONOUN = re.compile(r"\s*(?:he|she|they)\b")
_NO_SUBJECT = re.compile(
    r"\b(?:of|with|by|to|in|at|for|from|on|between|over|under|against|and|its|their|\w+ing|who|that|which|is|was|are|were|has|had"
    r"|(?!retired|exiled|jailed|elected|appointed|renowned|noted|respected)\w+ed)\b|,"
)
_PRONOUN = re.compile(r"\b(he|she|they|i|we|who|it)\b")
_OWNER = {"his ": "he", "her ": "she", "their ": "they"}
_POSSESSIVE = re.compile(r"['’](?:s\b|\s)")
_DEFINITE = re.compile(r"\s*(?:the|pm|fm|premier)\b")


class Speaker(NamedTuple):
    """Who speaks: the name to print (None if unnamed), the actor if known, the role, and the side."""

    name: str | None = None
    actor_id: str | None = None
    role: str = "other"
    side: str = "unknown"
    state: str = ""


UNKNOWN = Speaker()
ASKER = Speaker(role="media", side="media")  # who asks in a transcript


class Phrase(NamedTuple):
    """A noun phrase that may name a speaker; it is read only when somebody asks who it is.

    first: prefer what stands before this position (an apposition may follow and give the name). possessive: names
    behind prepositions and before "'s" count, too.
    """

    start: int
    end: int
    first: int | None = None
    apposition: bool = False
    possessive: bool = False


class Speakers:
    """The speakers that one document's noun phrases name."""

    def __init__(self, page: Passage) -> None:
        self.page = page
        self.text, self.low, self.mentions = page.text, page.low, page.mentions
        self._read: dict[Phrase, Speaker | None] = {}
        self._names: dict[Phrase, bool] = {}
        self._labels: dict[Phrase, Speaker] = {}

    def read(self, phrase: Phrase | None) -> Speaker | None:
        """Whom a noun phrase names: a known person, a printed name, a pronoun, a role or a state; or None."""
        if phrase is None:
            return UNKNOWN
        if phrase not in self._read:
            self._read[phrase] = self._noun_phrase(phrase)
        return self._read[phrase]

    def names(self, phrase: Phrase) -> bool:
        """Whether a noun phrase names anybody who can speak: as `read`, without asking who."""
        if phrase not in self._names:
            self._names[phrase] = self._names_anybody(phrase)
        return self._names[phrase]

    def _names_anybody(self, phrase: Phrase) -> bool:
        start, end, first = phrase[:3]
        low, stop = self.page.masked, end if first is None else first
        for match in ROLES.finditer(low, start, stop):
            if match.lastgroup == "anonymous" or not low.startswith("'s", match.end()):
                return True
        if self._pronoun(start, stop)[0] in ("he", "she", "they") or _LATTER.fullmatch(low, start, stop):
            return True
        here = self.page.mentions_between(start, end)
        if not here and not _CAPITAL.search(self.text, start, stop):
            return False
        limit = self._limit(low, start, stop)
        here = [m for m in here if low[m.start] != FILL]
        for mention in here:
            if mention.start < limit and self._may_speak(mention, phrase):
                return True
        return any(a < limit for a, _, _ in self._printed_in(phrase, here, bodies=True))

    def begins(self, phrase: Phrase) -> bool:
        """Whether a noun phrase opens with somebody who can speak: a pronoun, a name (titles aside) or a role."""
        masked, (start, end) = self.page.masked, phrase[:2]
        if _OPENS_PRONOUN.match(masked, start, end):
            return True
        places = [m.start for m in self.page.mentions_between(start, end) if m.actor.kind == "person"]
        places += [a for a, _, _ in self._printed_in(phrase, [])][:1]
        if not places:
            return False
        return _NO_SUBJECT.search(masked, start, min(places)) is None and min(places) - start <= 60

    def printed(self, phrase: Phrase) -> list[tuple[int, int, str]]:
        """The names printed in a phrase that are no known actors and may speak: (start, end, name)."""
        return list(self._printed_in(phrase, self.page.mentions_between(phrase.start, phrase.end)))

    def of_label(self, turn: Turn) -> Speaker:
        """Who has a turn of a transcript: the person its label names, an office, or the media if it is a question."""
        if turn.asks:
            return ASKER
        if self.text[slice(*turn.label)].strip("*_ .)").lower() in _ANSWERS and self._guest is not None:
            return self._guest
        key = Phrase(*turn.label)
        if key not in self._labels:
            self._labels[key] = self._of_label(*turn.label)
        return self._labels[key]

    @cached_property
    def _guest(self) -> Speaker | None:
        """Who answers in an interview whose answers have no name: the only person named before its first question."""
        first = min(turn.label[0] for turn in self.page.turns)
        phrase = Phrase(0, first, possessive=True)
        known = {m.actor.name: m for m in self.page.mentions_between(0, first) if m.actor.kind == "person"}
        printed = {name: at for at, _, name in self.printed(phrase) if " " in name}
        if len(known) + len(printed) != 1:
            return None
        if known:
            return self._known(next(iter(known.values())))
        name, at = next(iter(printed.items()))
        role, _ = self._role(self.low, max(0, at - 40), at)
        return self._printed(at, name, role or "other", at, at + len(name), [])

    def _of_two(self, at: int, which: str) -> Speaker:
        """Whom "the latter" or "the former" means: the last of the people named before, or the one before him."""
        begin = max(0, at - 400)
        known = [(m.start, self._known(m)) for m in self.page.mentions_between(begin, at) if m.actor.kind == "person"]
        taken = {place for place, _ in known}
        printed = [
            (a, Speaker(name, None, self._role(self.low, max(begin, a - 40), a)[0] or "other"))
            for a, _, name in self.printed(Phrase(begin, at, possessive=True))
            if " " in name and a not in taken
        ]
        people = [speaker for _, speaker in sorted([*known, *printed], key=lambda found: found[0])]
        return UNKNOWN if len(people) < 2 else people[-1 if which == "latter" else -2]

    def _of_label(self, start: int, end: int) -> Speaker:
        known = [m for m in self.page.mentions_between(start, end) if m.actor.kind == "person"]
        if known:
            return self._known(known[0])
        role, at = self._role(self.low, start, end)
        name = label_name(self.text[start:end])
        here = self.page.mentions_between(start, end)
        if name and " " not in name:
            return self._printed(start, name, role or "other", start, end, here)
        side, state = self._origin(role or "other", at, here)
        return Speaker(name or None, None, role or "other", side, state)

    def _noun_phrase(self, phrase: Phrase) -> Speaker | None:
        start, end, first, apposition, _ = phrase
        low = self.page.masked
        here = [m for m in self.page.mentions_between(start, end) if low[m.start] != FILL]
        stop = end if first is None else first
        latter = _LATTER.fullmatch(low, start, stop)
        if latter is not None:
            return self._of_two(start, latter.group(1))
        if _IT_ALONE.fullmatch(low, start, stop):
            body = bodies.named_before(self.text, start)
            return Speaker(body, None, "organisation", *self._origin("organisation", None, [])) if body else UNKNOWN
        role, role_at = self._role(low, start, stop)
        at, person = self._person(phrase, stop, here, role=role or "other")
        limit = self._limit(low, start, stop)
        if person is not None and at < limit:
            return person
        if role is not None and (apposition or first is not None) and person is not None:
            gap = low[role_at:at]
            beside = first is None or _BESIDE.fullmatch(low, stop, at) is not None
            if beside and gap.count(",") <= 1 and not _WHO.search(low[start:stop]):
                return person
        if role is not None and role_at < limit + 1:
            return self._unnamed(role, role_at, start, [m for m in here if m.start < stop])
        pronoun, at = self._pronoun(start, stop)
        if pronoun in ("he", "she"):
            return self._antecedent(at, "m" if pronoun == "he" else "f")
        if pronoun == "they":
            return self._role_before(at) or UNKNOWN
        if role is not None:
            return self._unnamed(role, role_at, start, here)
        body = bodies.named_at(self.text, self.low, (start, stop), start)
        if body:
            return Speaker(body, None, "organisation", *self._origin("organisation", None, here))
        named = [m for m in here if m.start < limit and not self._is_oblique(m.start, m.end, start)]
        if named:
            actor = named[0].actor
            kind = "official" if actor.kind == "state" else "organisation"
            return Speaker(None, None, kind, actor.side, actor.state)
        return None

    def _limit(self, low: str, start: int, stop: int) -> int:
        """Where the relative clause of a noun phrase begins, or its end: whoever speaks stands before."""
        who = _WHO.search(low[start:stop])
        return start + who.start() if who else stop

    def _may_speak(self, mention: Mention, phrase: Phrase) -> bool:
        """Whether what is mentioned in a phrase is no possessor and stands behind no preposition, or may."""
        if phrase.possessive and mention.actor.kind == "person":
            return True
        return not self._is_oblique(mention.start, mention.end, phrase.start)

    def _printed_in(
        self, phrase: Phrase, here: list[Mention], *, bodies: bool = False
    ) -> Iterator[tuple[int, int, str]]:
        """The names printed in a phrase that are not among the mentions `here`, and may speak."""
        low = self.page.masked
        for a, b, name in printed_names(self.text, phrase.start, phrase.end, bodies=bodies):
            place = next((m.end for m in here if m.start == a and m.end < b and low.startswith("to ", a - 3)), None)
            if place is not None:  # "the ambassador to Laos Chea Dara"
                a, name = place + 1, self.text[place + 1 : b]
            if (
                low[a] != FILL
                and not any(m.start < b and a < m.end for m in here)
                and (phrase.possessive or place is not None or not self._is_oblique(a, b, phrase.start))
                and (bodies or name.lower() not in self.page.people.media)
            ):
                yield a, b, name

    def _person(self, phrase: Phrase, stop: int, here: list[Mention], *, role: str) -> tuple[int, Speaker | None]:
        """The first person named in a phrase who may speak, known or printed, with the place; None if nobody is."""
        known = next((m for m in here if m.actor.kind == "person" and self._may_speak(m, phrase)), None)
        printed = next(self._printed_in(phrase, here), None)
        if printed is not None and (known is None or printed[0] < known.start):
            at, _, name = printed
            return at, self._printed(at, name, role, phrase.start, stop, here)
        return (known.start, self._known(known)) if known is not None else (stop, None)

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
            if best[0] is not None and (
                _OF.search(low, last, match.start()) or best[0] in ("spokesperson", "head_of_government")
            ):
                continue
            best, last = (role, match.start()), match.end()
        return best

    def _is_oblique(self, start: int, end: int, begin: int) -> bool:
        """Whether a name is a possessor or stands after a preposition, and so is no subject."""
        if self.text.startswith(("'", "’"), end) and _POSSESSIVE.match(self.text[end : end + 3]):
            return True
        before = self.low[max(begin, start - 40) : start]
        match = _PREPOSITION.search(before)
        if match is None or (match.start() == 0 and before.startswith("as ")):  # "As Ann Lee said, ..."
            return False
        return not (_OFFICE.search(self.low, max(0, start - 80), start) or _WRITTEN_BY.search(before))

    def _unnamed(self, role: str, at: int, start: int, here: list[Mention]) -> Speaker:
        """A speaker known by role; "the prime minister" stands for the last person named before who holds it."""
        side, state = self._origin(role, at, here)
        low = self.low
        if role in _SINGLE and _DEFINITE.match(low, start, at + 3) and low[at : at + 16].rstrip("s") != "ministers":
            named = self._named_before(at, role=role, state=state)
            if named is not None:
                return named
        return Speaker(bodies.named_at(self.text, self.low, (start, at + 80), at) or None, None, role, side, state)

    def _known(self, mention: Mention) -> Speaker:
        actor = mention.actor
        return Speaker(actor.name, actor.id, actor.role_on(self.page.date), actor.side, actor.state)

    def _printed(self, at: int, name: str, role: str, start: int, stop: int, here: list[Mention]) -> Speaker:
        """A speaker who is not in actors.toml; a short form stands for the longer name printed before."""
        if " " not in name:
            known = self._by_part.get(name)
            if known is not None and known.start < at:
                return self._known(known)
            name = self._longer(name, at)
        return Speaker(name, None, role, self._side(role, here))

    @cached_property
    def _by_part(self) -> dict[str, Mention]:
        """The first person mentioned in the document who has a word in the name."""
        found: dict[str, Mention] = {}
        for mention in self.mentions:
            if mention.actor.kind == "person":
                for part in mention.actor.name.split():
                    found.setdefault(part, mention)
        return found

    def _longer(self, name: str, at: int) -> str:
        """The longer name, printed before or else behind, that a short form stands for; itself if there is none."""
        place = self.text.rfind(name, 0, at)
        for _ in range(20):
            if place < 0:
                break
            longer = self._longer_at(name, place)
            if longer:
                return longer
            place = self.text.rfind(name, 0, place)
        place = self.text.find(name, at + len(name))
        for _ in range(20):
            if place < 0:
                break
            longer = self._longer_at(name, place)
            if longer:
                return longer
            place = self.text.find(name, place + 1)
        return name

    def _longer_at(self, name: str, place: int) -> str:
        """The longer name printed around a place at which a short one stands, or ""."""
        around = printed_names(self.text, max(0, place - 40), place + len(name) + 30)
        return next((longer for _, _, longer in around if name in longer.split() and longer != name), "")

    def _side(self, role: str, here: list[Mention], at: int | None = None) -> str:
        return self._origin(role, at, here)[0]

    def _origin(self, role: str, at: int | None, here: list[Mention]) -> tuple[str, str]:
        """Side and state of a role: of the state or group named with it, but not of where somebody merely is."""
        low = self.low
        side, state = self.page.people.side_of_role(role), ""
        for mention in here:
            actor = mention.actor
            if actor.kind == "person" and not low.startswith("'s", mention.end):
                continue
            abroad = _ABROAD.search(low, max(0, mention.start - 12), mention.start)
            seat = role == "official" and abroad and abroad.group().startswith("in ")
            if abroad and not seat and not (at is not None and mention.end <= at):
                continue
            return (side if role == "analyst" else actor.side), actor.state
        if at is not None and side == "unknown":
            side = self.page.people.side_of_words(low, max(0, at - 30), at) or side
        return side, state

    def _pronoun(self, start: int, stop: int) -> tuple[str, int]:
        """The first pronoun of a phrase and its place, or that of the owner which is all of it ("in *his* words")."""
        low = self.page.masked
        owner = _OWNER.get(low[start : min(stop, start + 7)])
        if owner is not None:
            return owner, start
        found = _PRONOUN.search(low, start, stop)
        return (found.group(), found.start()) if found else ("", start)

    def _antecedent(self, at: int, gender: str) -> Speaker:
        """Who a pronoun stands for: the speaker without a name of the sentence before, or the last person named."""
        role = self._role_before(at)
        if role is not None:
            return role
        aside = self.low.endswith((", ", ","), 0, at)
        if aside:  # "Ann Lee, he notes, has ...": somebody named before the sentence
            earlier = self._named_before(self.page.sentence(at)[0], gender=gender)
            if earlier is not None:
                return earlier
        return self._named_before(at, gender=gender) or UNKNOWN

    def _role_before(self, at: int) -> Speaker | None:
        """The unnamed person the sentence before a pronoun opens with ("The ambassador said ... He added")."""
        here = self.page.sentence(at)[0]
        while here and self.text[here - 1].isspace():
            here -= 1
        if not here or here <= self.page.title_end:
            return None
        start, end = self.page.sentence(here - 1)
        match = ROLES.search(self.page.masked, start, min(end, start + 80))
        if match is None or match.lastgroup not in _PERSONAL or not _OPENING.fullmatch(self.low, start, match.start()):
            return None
        speaker = self.read(Phrase(start, min(end, match.end() + 60), first=match.end()))
        return speaker if speaker is not None and speaker.role in _PERSONAL else None

    def _run_before(self, begin: int, at: int) -> int:
        """Where the words around `at` begin, behind the last sign before it that can stand in no name, or `begin`."""
        sign = _IN_NO_NAME.match(self.text[begin:at][::-1])
        return at - len(sign.group()) if sign else begin

    def _named_before(self, at: int, *, gender: str = "", role: str = "", state: str = "") -> Speaker | None:
        """The last person named before a position, of a gender, or of a role: rather a subject than an object."""
        low = self.low
        found: list[tuple[int, Speaker, bool]] = []
        begin = max(0, at - 1500)
        taken = []
        states = []
        for mention in self.page.mentions_between(begin, at):
            if mention.actor.kind != "person":
                states.append((mention.start, mention.end))
            else:
                taken.append((mention.start, mention.end))
                actor = mention.actor
                if (gender and actor.gender and actor.gender != gender) or (state and actor.state != state):
                    continue
                if role and role not in (
                    {actor.role_on(self.page.date)} if self.page.date else {o.role for o in actor.offices}
                ):
                    continue
                oblique = self._is_oblique(mention.start, mention.end, max(0, mention.start - 40))
                found.append((mention.start, self._known(mention), oblique))
        last = max((place for place, _, oblique in found if not oblique), default=begin)
        for a, b, name in printed_names(self.text, self._run_before(begin, last), at):
            if " " in name and not any(x < b and a < y for x, y in [*taken, *states]):
                its, _ = self._role(low, max(begin, a - 40), min(len(low), b + 60))
                title = low[max(0, a - 4) : a].rstrip(". ").split(" ")[-1]
                if (
                    (gender == "m" and title in ("ms", "mrs"))
                    or (gender == "f" and title == "mr")
                    or (role and its != role)
                ):
                    continue
                titled = gender == ("f" if title in ("ms", "mrs") else "m" if title == "mr" else "?")
                oblique = not titled and self._is_oblique(a, b, max(0, a - 40))
                found.append((a, Speaker(name, None, its or "other", self._side(its or "other", [])), oblique))
        found.sort(key=lambda f: f[0])
        direct = [f for f in found if not f[2]]
        return (direct or found)[-1][1] if found else None
