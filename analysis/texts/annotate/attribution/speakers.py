"""The noun phrase in front of or behind a verb of saying, and the speaker it names."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from analysis.texts.annotate.attribution.people import Mention, People, printed_names
from analysis.texts.annotate.attribution.quotes import find_quotes, may_quote
from analysis.texts.annotate.attribution.verbs import ROLES
from analysis.texts.annotate.tokens import lower, sentence_spans

FILL = "\x01"
LONGEST = 5000  # characters of a sentence
_END_OF = itemgetter(1)
_OF = re.compile(r"\b(?:of|for|at|from|in|to|with|by|who|that|on)\b|,")
_LETTER = re.compile(r"[^\W_]")
_PRONOUN = re.compile(r"\b(he|she|they|i|we|who|it)\b")
_PREPOSITION = re.compile(
    r"\b(?:of|for|with|to|by|at|in|on|from|about|against|between|under|near|after|before|than|into|over|toward"
    r"|towards|and"
    r" with|alongside|like|visiting|told|met|meeting|thanked|urged|asked|as) (?:the |a |an |his |her |its |their )?"
    r"(?:[\w.'-]+ ){0,2}$"
)
_OFFICE = re.compile(  # "Minister of Commerce Cham Nimul": the name after "of" is the minister's
    r"\b(?:minister|secretary|president|chief|head|director|speaker|commander) (?:of|for) (?:the )?(?:state"
    r"|defen[cs]e|justice"
    r"|commerce|trade|finance|information|tourism|culture|planning|education|health|labou?r|environment|agriculture"
    r"|energy"
    r"|interior|mines|transport|senate|assembly|national assembly|treasury|army|(?:foreign|external|home) affairs)"
    r"(?:,? \w+ \w+)? $"
)
_FINITE = re.compile(
    r"^(?!.*\b(?:who|which|that|whose)\b).*\b(?:is|are|was|were|will|would|has|have|had|can|could|should|must)\b"
)
_COORDINATED = re.compile(r"\s*(?:\w+ly )?\w+ed\b.* and$")  # "..., thanked investors and"
_NO_HEAD = re.compile(r"\s*(?:an? |who|which|whose|that |\d|and |or |\w+ing\b|\w+ed\b|\w+n't|if|when|as )")
_WRITTEN_BY = re.compile(
    r"\b(?:study|paper|report|article|book|essay|analysis|commentary|column|op-ed|letter|speech) by (?:dr |mr )?$"
)
_ASIDE = re.compile(r"(?:—|\s–)\s?([^—–\x01]{2,80})[—–]\s?$")
_ABROAD = re.compile(r"\b(?:in|at|to|on|near|with|about|against|over|towards?|visiting|outside|between) (?:the )?$")
_BODY = re.compile(r"\b(?:western|european)\b|\b(asean|southeast asian)\b")
_DEFINITE = re.compile(r"\s*(?:the|pm|fm|premier)\b")
_OPENING = re.compile(
    r"[\s“\"‘'«]*(?:the|an?|one|two|three|some|several|his|her|its|another|senior|western|[a-z]+(?:ese|ian|ish|can|'s))"
    r" (?:[\w-]+ ){0,3}?$"
)
_PERSONAL = frozenset(
    [
        "head_of_state",
        "head_of_government",
        "minister",
        "official",
        "spokesperson",
        "military",
        "diplomat",
        "analyst",
        "anonymous",
        "business",
        "citizen",
    ]
)
_SINGLE = frozenset(["head_of_state", "head_of_government", "minister", "spokesperson", "diplomat", "military"])
_SUBJECT_STOP = re.compile(
    r";|:|—|\x01|\"|“|”|, (?:and|but|while|as|because|although|though|whereas|which|yet|so) | (?:but|while|because"
    r"|although|whereas|that) "
)


class Speaker(NamedTuple):
    """Who speaks: the name to print (None if unnamed), the actor if known, the role, and the side."""

    name: str | None = None
    actor_id: str | None = None
    role: str = "other"
    side: str = "unknown"
    state: str = ""


UNKNOWN = Speaker()


class Subjects:
    """One document's sentences, and the speakers its noun phrases name. `title_end`: where the title ends, or 0."""

    def __init__(
        self,
        text: str,
        people: People,
        *,
        low: str | None = None,
        mentions: list[Mention] | None = None,
        date: str | None = None,
        title_end: int = 0,
    ) -> None:
        self.text, self.people, self.date, self.title_end = text, people, date, title_end
        self.low = lower(text) if low is None else low
        self.mentions = people.mentions(text) if mentions is None else mentions
        self._places = [mention.start for mention in self.mentions]
        self.quotes, self.odd = find_quotes(text) if may_quote(text) else ([], 0)
        self.outer = [q for q in self.quotes if q.depth == 0]
        self._masked: str | None = None
        self._sentences: dict[int, list[tuple[int, int]]] = {}
        self._rough = False  # exposures need no speakers: noun phrases are not read
        self._subject_start = 0  # where the noun phrase found last begins

    # sentences -----------------------------------------------------------------------------------------------------

    @cached_property
    def _lines(self) -> list[int]:
        """Where the lines begin, and where one more would."""
        return [0, *(match.end() for match in re.finditer("\n", self.text)), len(self.text) + 1]

    def paragraph(self, at: int) -> tuple[int, int]:
        """The span of the paragraph at a position."""
        number = min(bisect_right(self._lines, at), len(self._lines) - 1)
        return self._lines[number - 1], self._lines[number] - 1

    def sentences(self, paragraph: tuple[int, int]) -> list[tuple[int, int]]:
        """The sentences of one paragraph; a quotation's inner full stops do end sentences."""
        if paragraph[0] not in self._sentences:
            spans = sentence_spans(self.text, *paragraph) or [paragraph]
            if paragraph[1] - paragraph[0] > LONGEST:
                spans = [part for span in spans for part in self._parts(*span)]
            self._sentences[paragraph[0]] = spans
        return self._sentences[paragraph[0]]

    def _parts(self, start: int, end: int) -> list[tuple[int, int]]:
        """A sentence, cut between words where it is longer than `LONGEST`: a text without full stops is no sentence,
        and reading it whole for each of its verbs would take time with the square of its length."""
        parts = []
        while end - start > LONGEST:
            cut = self.text.rfind(" ", start + 1, start + LONGEST)
            cut = start + LONGEST if cut < 0 else cut
            parts.append((start, cut))
            start = cut
        return [*parts, (start, end)]

    def sentence(self, at: int) -> tuple[int, int]:
        """The span of the sentence at a position."""
        spans = self.sentences(self.paragraph(at))
        return spans[min(bisect_right(spans, at, key=_END_OF), len(spans) - 1)]

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
                parts += [self.low[last : quote.start], FILL * (quote.end - quote.start)]
                last = quote.end
            self._masked = "".join([*parts, self.low[last:]]) if parts else self.low
        return self._masked

    # subjects ------------------------------------------------------------------------------------------------------

    def _subject(self, start: int, at: int, *, strict: bool = False, participle: bool = False) -> Speaker | None:
        """The speaker in front of a verb. Sets `_subject_start` to where its noun phrase begins."""
        masked = self.masked
        begin = start
        aside = (
            _ASIDE.search(masked, max(start, at - 90), at) if masked[at - 2 : at].rstrip()[-1:] in ("—", "–") else None
        )
        if aside is not None:  # "its critics — above all in Washington — say"
            at = aside.start()
        if not participle:
            for match in _SUBJECT_STOP.finditer(masked, start, at):
                begin = match.end()
        region = masked[begin:at].rstrip()
        if region.endswith(",") and not participle:  # an apposition or a relative clause stands before the verb
            first = self._apposed(begin, region)
            self._subject_start = first
            return self._noun_phrase(first, at, apposition=True)
        comma = region.rfind(",")
        if comma >= 0 and not participle:
            begin += comma + 1
        self._subject_start = begin
        speaker = self._noun_phrase(begin, at)
        if comma >= 0 and not strict and (speaker is None or _COORDINATED.match(region, comma + 1)):
            if region.endswith(" and"):  # "The governor, Chea Dara, thanked them and called"
                return self._noun_phrase(self._apposed(start, region, whole=True), at, apposition=True)
            if region[comma + 1 :].strip() == "who":  # "the late president, who called"
                return self._noun_phrase(max(start, begin - 80), begin - 1, possessive=True)
            return None
        if speaker is None and not strict and masked[begin:at].strip():
            words = masked[begin:at].split()
            return UNKNOWN if len(words) <= 6 and words[0] not in ("to", "by", "for", "in") else None
        if (
            speaker is not None
            and strict
            and not re.search(
                r"(?:\b(?:he|she|they|who|it)|s|\b(?:government|ministry|spokesman|spokeswoman|spokesperson"
                r"|minister|pm|president"
                r"|analyst|expert|official|report|study|paper|media|statement|opposition|party)"
                r"|[A-Z][\w.'-]*)\s*(?:(?:has|have|had)\s+)?(?:\w+ly\s*)?$",
                self.text[begin:at].rstrip() if self.text[begin:at].strip() else "",
            )
        ):
            return None
        return speaker

    def _apposed(self, begin: int, region: str, whole: bool = False) -> int:
        """Where a subject with an apposition or a relative clause begins: "..., the minister, Chea Dara, said"."""
        if whole:
            return begin
        commas = [-1, *(i for i, c in enumerate(region) if c == ",")]
        best = begin
        for number in range(len(commas) - 3, -1, -1):
            part = region[commas[number] + 1 : commas[number + 1]]
            if _FINITE.match(part):  # a clause of its own, and no subject
                break
            if not _NO_HEAD.match(part) and self._noun_phrase(begin + commas[number] + 1, begin + commas[number + 1]):
                best = begin + commas[number] + 1
                left = region[commas[number - 1] + 1 : commas[number]] if number else ""
                if not left or _FINITE.match(left):
                    break
                other = self._noun_phrase(begin + commas[number - 1] + 1, begin + commas[number])
                if other and not other.name and re.match(r"\s*(?:an?|the) ", left) and not part.startswith(" the "):
                    return begin + commas[number - 1] + 1  # "A villager in Kandal, Srey Mom, 54, said"
                if not part.startswith(" the ") or not (other and other.name):
                    break
        return best

    def _noun_phrase(
        self, start: int, end: int, *, first: int | None = None, apposition: bool = False, possessive: bool = False
    ) -> Speaker | None:
        """The speaker named by a noun phrase: a known person, a printed name, a pronoun, a role or a state; or None.

        first: prefer what stands before this position (an apposition may follow and give the name).
        """
        text, low = self.text, self.masked
        if self._rough:
            return UNKNOWN if _LETTER.search(low, start, end) else None
        here = [m for m in self.mentions_between(start, end) if low[m.start] != FILL]
        stop = end if first is None else first
        role, role_at = self._role(low, start, stop)
        people: list[tuple[int, Speaker]] = []
        for mention in here:
            if mention.actor.kind == "person" and (
                possessive or not self._is_oblique(mention.start, mention.end, start)
            ):
                people.append((mention.start, self._known(mention)))
        taken = [(m.start, m.end) for m in here]
        for a, b, name in printed_names(text, start, end):
            if (
                low[a] != FILL
                and not any(x < b and a < y for x, y in taken)
                and (possessive or not self._is_oblique(a, b, start))
            ):
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
            return self._unnamed(role, role_at, start, [m for m in here if m.start < stop])
        pronoun = _PRONOUN.search(low, start, stop)
        if pronoun and pronoun.group() in ("he", "she"):
            return self._antecedent(pronoun.start(), "m" if pronoun.group() == "he" else "f")
        if pronoun and pronoun.group() in ("they",):
            return self._role_before(pronoun.start()) or UNKNOWN
        if role is not None:
            return self._unnamed(role, role_at, start, here)
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
            if best[0] is not None and (
                _OF.search(low, last, match.start()) or best[0] in ("spokesperson", "head_of_government")
            ):
                continue
            best, last = (role, match.start()), match.end()
        return best

    def _is_oblique(self, start: int, end: int, begin: int) -> bool:
        """Whether a name is a possessor or stands after a preposition, and so is no subject."""
        if re.match(r"['’](?:s\b|\s)", self.text[end : end + 3]):
            return True
        before = self.low[max(begin, start - 40) : start]
        match = _PREPOSITION.search(before)
        if match is None or (match.start() == 0 and before.startswith("as ")):  # "As Hun Sen said, ..."
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
        return Speaker(None, None, role, side, state)

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

    def _side(self, role: str, here: list[Mention], at: int | None = None) -> str:
        return self._origin(role, at, here)[0]

    def _origin(self, role: str, at: int | None, here: list[Mention]) -> tuple[str, str]:
        """Side and state of a role: of the state or group named with it, but not of where somebody merely is."""
        low = self.low
        side, state = {"organisation": "international", "analyst": "analyst"}.get(role, "unknown"), ""
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
            word = _BODY.search(low, max(0, at - 30), at)
            if word:
                side = "asean" if word.group(1) else "west"
        return side, state

    def _antecedent(self, at: int, gender: str) -> Speaker:
        """Who a pronoun stands for: the speaker without a name of the sentence before, or the last person named."""
        role = self._role_before(at)
        if role is not None:
            return role
        aside = self.low.endswith((", ", ","), 0, at)
        if aside:  # "Hun Manet, he notes, has ...": somebody named before the sentence
            earlier = self._named_before(self.sentence(at)[0], gender=gender)
            if earlier is not None:
                return earlier
        return self._named_before(at, gender=gender) or UNKNOWN

    def _role_before(self, at: int) -> Speaker | None:
        """The unnamed person the sentence before a pronoun opens with ("The ambassador said ... He added")."""
        here = self.sentence(at)[0]
        while here and self.text[here - 1].isspace():
            here -= 1
        if not here or here <= self.title_end:
            return None
        start, end = self.sentence(here - 1)
        match = ROLES.search(self.masked, start, min(end, start + 80))
        if match is None or match.lastgroup not in _PERSONAL or not _OPENING.fullmatch(self.low, start, match.start()):
            return None
        speaker = self._noun_phrase(start, min(end, match.end() + 60), first=match.end())
        return speaker if speaker is not None and speaker.role in _PERSONAL else None

    def _named_before(self, at: int, *, gender: str = "", role: str = "", state: str = "") -> Speaker | None:
        """The last person named before a position, of a gender, or of a role: rather a subject than an object."""
        low = self.low
        found: list[tuple[int, Speaker, bool]] = []
        begin = max(0, at - 1500)
        taken = []
        states = []
        for mention in self.mentions_between(begin, at):
            if mention.actor.kind != "person":
                states.append((mention.start, mention.end))
            else:
                taken.append((mention.start, mention.end))
                actor = mention.actor
                if (gender and actor.gender and actor.gender != gender) or (state and actor.state != state):
                    continue
                if role and role not in ({actor.role_on(self.date)} if self.date else {o.role for o in actor.offices}):
                    continue
                oblique = self._is_oblique(mention.start, mention.end, max(0, mention.start - 40))
                found.append((mention.start, self._known(mention), oblique))
        for a, b, name in printed_names(self.text, begin, at):
            if " " in name and not any(x < b and a < y for x, y in [*taken, *states]):
                its, _ = self._role(low, max(begin, a - 40), min(len(low), b + 60))
                title = low[max(0, a - 4) : a].rstrip(". ").split(" ")[-1]
                if (
                    (gender == "m" and title in ("ms", "mrs"))
                    or (gender == "f" and title == "mr")
                    or (role and its != role)
                ):
                    continue
                oblique = self._is_oblique(a, b, max(0, a - 40))
                found.append((a, Speaker(name, None, its or "other", self._side(its or "other", [])), oblique))
        found.sort(key=lambda f: f[0])
        direct = [f for f in found if not f[2]]
        return (direct or found)[-1][1] if found else None
