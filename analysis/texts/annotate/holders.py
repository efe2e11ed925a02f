"""Whose stance a hit is: who is neutral, who hedges, who depends.

Read off the surface, in this order: the owner in front ("X's restraint"), a state within the match, the one behind "of" or
right behind an adjective ("a neutral X"), the subject of the clause, the subject of an earlier clause, then the one
state the sentence, the paragraph or the document is about. "It", "we", "the kingdom", "the prime minister" and "the two
countries" stand for states named before. A state that merely stands by (bystanders.py) is no holder, nor is anybody named
where the subject is "countries".
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from analysis.store.contracts import ABOUT_BASES
from analysis.texts.annotate import bystanders, dyads, relations
from analysis.texts.annotate.attribution.passage import Passage
from analysis.texts.annotate.attribution.people import Mention
from analysis.texts.annotate.codebook import Entry
from analysis.texts.annotate.concern import EPITHET, Concern
from analysis.texts.annotate.lexicon import load as lexicon

_WORDS = lexicon.read("about.toml")
_KINDS = (
    ("both", _WORDS.regex("both")),
    ("own", _WORDS.regex("first_person")),
    ("epithet", _WORDS.regex("anaphors")),
    ("generic", _WORDS.regex("generic")),
    ("pronoun", _WORDS.regex("pronouns")),
)
_OBLIQUE = _WORDS.regex("oblique")
_FINITE = _WORDS.regex("finite")
_CONTROL = _WORDS.regex("control")
_NAMING = _WORDS.regex("naming")
_OF = re.compile(
    r"(?:'s)?[\"”')]*(?:\s[\w-]+){0,3}?\s(?:of|by|over)\s(?:the |a |an |all |its )?(?:[\w-]+ )?$"
    r"|[\"”')]*\s(?:for|in)\s(?:the )?$"
)
_COORDINATED = re.compile(  # "independence, unity and integrity of the State of X"
    r"(?:(?:,|,? and|,? or)(?: the| its)?(?: (?!and\b|or\b|of\b)[a-z-]+){1,3}){1,5}"
    r" of (?:the )?(?:[\w-]+ ){0,2}?(?:of (?:the )?)?$"
)
_AT = re.compile(
    r"(?:\s\w+){0,2}?\s(?:on|upon|to|towards?|with|against|into|between|among)\s(?:the |a |both )?(?:[\w-]+ )?$"
)
_AT_ENDS = (" on", " upon", " to", " toward", " towards", " with", " against", " into", " between")
_ACTED_ON = re.compile(r"\b(?!(?:morn|even|noth|dur|be|hav)ing\b)[a-z]{2,}ing (?:the )?$")
_OWN_RELATIONS = re.compile(
    r"'s (?:own )?(?:foreign|external|diplomatic|relations|relationships?|ties|diplomacy|partner|options|friends|bets)"
)
_OVER = re.compile(r"\s(?:the |a |an )?$")
_ADJECTIVES = re.compile(r"(?:,? (?:and |but )?(?!and\b|but\b|or\b)[\w-]+){0,4} $")
_NOT_ADJECTIVE = re.compile(r"\s(?:of|in|on|for|to|with|between|by|at|from|is|was|are|were|as|has|towards?)\s")
_NOT_WHO_DOES_IT = re.compile(_NOT_ADJECTIVE.pattern + r"|\s(?:and|or|but|when|while|until|if)\s")
_LIKE = re.compile(r" (?:country|state|nation|kingdom|power)s?,? (?:like|such as|as) (?:the )?$")
_PLURAL = frozenset(["they", "their", "them", "themselves"])
_OWNERS = frozenset(["its", "their", "his", "her"])
_AGENTS = re.compile(
    r"\s?(?:\w+ )?(?:(?:friend|ally|allie|brother|partner|neighbou?r|pledge|guarantee|promise|support)s?\b|commit)"
)
_AGENT_ENDS = re.compile(r"\b(?:friends?|ally|allies|brothers?|partners?)$")
_BY = re.compile(r"\b(?:by|for) (?:the )?$")
_JOINT = re.compile(r"(?: side)?(?:,| and| or| nor|-|–| &)\s?(?:the )?")
_KIND_OF = re.compile(r" of (?:the )?")
_OFFICES = frozenset(
    {"head_of_state", "head_of_government", "minister", "official", "spokesperson", "military", "diplomat"}
)


class Ref(NamedTuple):
    """Words that stand for a state at a span. kind: name, demonym, person, group, or a key of `_KINDS`."""

    start: int
    end: int
    kind: str
    state: str = ""


class Found(NamedTuple):
    """The states that hold a stance (several if they share it, none if nobody named does), where they were found, and the
    states it is directed at as far as the words themselves say so.

    basis: one of `ABOUT_BASES`, or "open" while nobody has been looked for beyond the clauses.
    """

    states: tuple[str, ...] = ()
    basis: str = "none"
    objects: tuple[str, ...] = ()


class Holders:
    """Finds the holders of hits in one document. own: the state whose government speaks in it, "" if none."""

    def __init__(self, page: Passage, concern: Concern, own: str = "") -> None:
        self.page, self.concern, self.own = page, concern, own
        self._refs: dict[tuple[int, int], list[Ref]] = {}

    def find(
        self, span: tuple[int, int], entry: Entry, sentence: tuple[int, int], skip: tuple[int, int] | None, speaker: str
    ) -> Found:
        """Who holds the stance of the match at `span`.

        sentence: the part of the text that is read first. skip: the attribution in it, read only when nobody else is found
        ("X promised to stay neutral"). speaker: the state "we" stands for.
        """
        found = self._find(span, entry, sentence, skip, speaker)
        if skip and not found.states:
            found = self._find(span, entry, sentence, None, speaker)
        if found.basis == "open":
            refs = [r for r in self.refs(*sentence) if not (skip and skip[0] <= r.start < skip[1])]
            found = self._fallback(span, refs, sentence, found.objects)
        return self._shared(span, sentence, found, speaker) if entry.mutual and len(found.states) < 2 else found

    def _shared(self, span: tuple[int, int], sentence: tuple[int, int], found: Found, speaker: str) -> Found:
        """A relation that two states share: "the two sides" of its sentence, or the holder and the one other state
        that the paragraph names."""
        low = self.page.low
        for ref in self.refs(*sentence):
            states = self._resolve(ref, speaker)[0] if ref.kind == "both" else ()
            if len(states) == 2:
                return Found(states, "sentence", ())
        if found.states and not found.objects:
            paragraph = self.page.paragraph(span[0])
            others = {m.actor.state for m in self.page.mentions_between(*paragraph) if m.actor.kind == "state"}
            if len(others - {*found.states}) == 1:
                found = found._replace(objects=tuple(others - {*found.states}))
        of_agents = _AGENTS.match(low, span[1]) or _AGENT_ENDS.search(low, *span)
        behind = [r.start for r in self.refs(span[1], sentence[1])[:1]]
        named_behind = bool(behind) and self._is_at(span, behind[0])
        if len(found.states) == len(found.objects) == 1 and not of_agents and not named_behind:
            # "our friendship" is of both; "our friend" is the other one, and "X seeks a pact with Y" is X's wish
            return Found((*found.states, *found.objects), found.basis, ())
        return found

    def _find(
        self, span: tuple[int, int], entry: Entry, sentence: tuple[int, int], skip: tuple[int, int] | None, speaker: str
    ) -> Found:
        low = self.page.low
        hidden = relations.asides(low, sentence[0], span[0]) + ([skip] if skip else [])
        refs = [
            r
            for r in self.refs(*sentence)
            if not any(a <= r.start < b for a, b in hidden) or (entry.agent and self._is_agent(r))
        ]
        refs = bystanders.without(low, refs, span[0], sentence)
        found, objects = self._attached(span, entry, refs)
        if found is None:
            left = [r for r in refs if r.end <= span[0] and r not in objects]
            found = self._subject(span, entry, left, sentence)
        where = {}
        for ref in found or ():
            states, basis = self._resolve(ref, speaker)
            where.update(dict.fromkeys(states, basis))
        targets = tuple(dict.fromkeys(s for r in objects for s in self._resolve(r, speaker)[0]))
        if found is None:
            return Found((), "open", targets)
        order = [b for b in ABOUT_BASES if b in where.values()]
        basis = order[-1] if order else "none"
        if basis == "clause" and found and not self._same_clause(span, found[0], sentence):
            basis = "sentence"
        states = tuple(s for s in where if s not in targets)
        return Found(states, basis if states else "none", targets)

    # the words that stand for states ---------------------------------------------------------------------------------

    def refs(self, start: int, end: int) -> list[Ref]:
        """All words in a span that stand for a state or take a state's place, in order."""
        if (start, end) not in self._refs:
            self._refs[start, end] = self._find_refs(start, end)
        return self._refs[start, end]

    def _find_refs(self, start: int, end: int) -> list[Ref]:
        page = self.page
        found = [_named(page.text, m) for m in page.mentions_between(start, end)]
        for kind, regex in _KINDS:
            for match in regex.finditer(page.low, start, end):
                # "most members of X's cabinet"
                of_them = kind == "generic" and page.low.startswith(" of ", match.end())
                if not of_them and not any(r.start < match.end() and match.start() < r.end for r in found):
                    found.append(Ref(*match.span(), kind))
        return _of_kind(page.low, sorted(found))

    def _is_oblique(self, ref: Ref, begin: int) -> bool:
        begin = max(begin, ref.start - 45)
        acted_on = _ACTED_ON.search(self.page.text, begin, ref.start)  # "by engaging X": X is no subject
        return acted_on is not None or _OBLIQUE.search(self.page.low, begin, ref.start) is not None

    def _resolve(self, ref: Ref, speaker: str) -> tuple[tuple[str, ...], str]:
        """The states a reference stands for, and how far away they are named."""
        if ref.kind == "own":
            state = speaker or self.own
            return ((state,), "clause") if state else ((), "none")
        if ref.kind == "both":
            two = dyads.last_pair(self.page.text, self.page.mentions, ref.start)
            if two is None:
                named = {m.actor.state for m in self.page.mentions_between(*self.page.sentence(ref.start))}
                others = list(named - {"", speaker})
                two = dyads.pair(others[0], speaker) if len(others) == 1 else None
            if two is None and self.own and self.concern.covers(ref.start):
                two = dyads.pair(self.own, self.concern.state)
            return (tuple(two.split("-")), "paragraph") if two else ((), "none")
        if ref.kind in ("pronoun", "epithet"):
            return self._antecedent(ref, speaker)
        return ((ref.state,), "clause") if ref.state else ((), "none")

    def _antecedent(self, ref: Ref, speaker: str) -> tuple[tuple[str, ...], str]:
        """The state named before that a pronoun or "the kingdom" stands for: rather a subject, and near."""
        page = self.page
        is_topic = ref.kind == "epithet"
        is_epithet = is_topic and EPITHET in page.low[ref.start : ref.end]
        paragraph = page.paragraph(ref.start)
        here = page.sentence(ref.start)
        spans = [s for s in page.sentences(paragraph) if s[0] < ref.start]
        for number, span in enumerate(reversed(spans)):
            named = [
                _named(page.text, m)
                for m in page.mentions_between(span[0], min(span[1], ref.start))
                if m.actor.state and (not is_epithet or EPITHET in m.actor.epithets)
            ]
            beside = bystanders.find(page.low, named, ref.start, here) if span == here else []
            named = [r for r in named if r.state and r not in beside]
            if span == here and not is_topic and self._is_general(span[0], ref.start, named):
                return (), "none"  # "each nation must chart its own course"
            if span == here and named and named[-1].end + 1 == ref.start:  # "gave X its ports"
                return (named[-1].state,), "clause"
            direct = [r for r in named if not self._is_oblique(r, span[0])]
            if span == here and not named and not is_epithet:
                first = [r for r in self.refs(span[0], ref.start) if r.kind == "own"]
                if first:
                    return self._resolve(first[0], speaker)
            urged = [r for r in reversed(named) if span == here and self._is_urged(r, ref.start)]
            if urged:
                return (urged[0].state,), "clause"
            if named and page.low[ref.start : ref.end] in _PLURAL:  # "the envoy helps the islanders to sell their fish"
                return (named[-1].state,), "clause" if span == here else "paragraph"
            if is_topic and len({r.state for r in direct or named}) > 1:  # rather the one the text goes on about
                most = self._named_most([r.state for r in direct or named])
                return (most,), "clause" if span == here else "paragraph"
            if direct or named:
                return ((direct or named[::-1])[0].state,), "clause" if span == here else "paragraph"
            if number >= 3:
                break
        if ref.kind == "epithet" and self.concern.covers(ref.start):
            return (self.concern.state,), "document"
        return (), "none"

    def _is_general(self, begin: int, at: int, named: list[Ref]) -> bool:
        """Whether states in general stand nearer in front of a pronoun than any named one."""
        low = self.page.low
        general = [
            r.start  # but "X allows nobody to use its land" goes on about X
            for r in self.refs(begin, at)
            if r.kind == "generic" and not _NAMING.search(low, max(begin, r.start - 40), r.start)
        ]
        return bool(general) and general[-1] > max((r.start for r in named), default=-1)

    def _named_most(self, states: list[str]) -> str:
        """Of several states the one that the document names most often, or the first of those."""
        counts = Counter(m.actor.state for m in self.page.mentions)
        return max(states, key=lambda state: counts[state])

    # the words attached to the match ---------------------------------------------------------------------------------

    def _attached(self, span: tuple[int, int], entry: Entry, refs: list[Ref]) -> tuple[list[Ref] | None, list[Ref]]:
        """The holder that the words around the match name themselves (None: nobody), and what it is directed at."""
        low = self.page.low
        objects: list[Ref] = []
        before = [r for r in refs if r.end <= span[0]]
        inside = [r for r in refs if span[0] <= r.start and r.end <= span[1] and r.kind not in ("generic", "group")]
        behind = [r for r in refs if r.start >= span[1]]
        owner = self._owner(before, span[0])
        target = (
            behind[0] if behind and self._is_of(low[span[1] : behind[0].start], entry, low[span[0] : span[1]]) else None
        )
        if target is None and behind and self._is_at(span, behind[0].start):
            targets = self._joined(behind[0], refs)
            between = re.search(r"\b(?:between|among)\b", low[span[1] - 8 : behind[0].start])
            if entry.mutual and len(targets) > 1 and between:
                return targets, objects
            objects += targets
        if entry.acted_on:
            inside = [r for r in inside if not _NOT_ADJECTIVE.search(low, r.end, span[1])]
        within = "object" if "object" in (entry.owner, entry.of) and not entry.acted_on else "holder"
        slots = [(owner, entry.owner), (inside[-1] if inside else None, within), (target, entry.of)]
        for ref, slot in [*slots[1:], slots[0]] if entry.acted_on else slots:
            if ref is None:
                continue
            if (
                slot == "holder"
                or (ref.kind in ("pronoun", "own") and not entry.acted_on)
                or (ref is owner and entry.acted_on and _NOT_WHO_DOES_IT.search(low, ref.end, span[0]))
                or (entry.mutual and len(self._joined(ref, refs)) > 1)
            ):  # an owner right in front of what is done is who does it; one farther away may suffer it
                return self._joined(ref, refs), objects
            objects.append(ref)
        next_to = bool(behind) and low[span[1] : behind[0].start].strip() in ("", "the")
        if next_to and entry.of == "holder" and _OWN_RELATIONS.match(low, behind[0].end):
            return [behind[0]], objects  # "to diversify X's foreign relations"
        if entry.attributive and behind:
            gap = low[span[1] : behind[0].start]
            if _LIKE.fullmatch(gap) or (_ADJECTIVES.fullmatch(gap) and not _NOT_ADJECTIVE.search(gap)):
                return [behind[0]], objects
        if entry.agent:
            by = [r for r in before if self._is_agent(r)]
            if by:
                return by[-1:], objects
        return None, objects

    def _is_agent(self, ref: Ref) -> bool:
        return ref.kind != "generic" and _BY.search(self.page.low, max(0, ref.start - 8), ref.start) is not None

    def _is_of(self, gap: str, entry: Entry, surface: str) -> bool:
        if surface.endswith((" of", " over", " by", " to")):
            return _OVER.fullmatch(gap) is not None
        if "object" in (entry.of, entry.owner) and gap.strip() in ("", "the"):  # "to counterbalance X"
            return True
        is_behind_of = _OF.fullmatch(gap) is not None or (entry.acted_on and _COORDINATED.fullmatch(gap) is not None)
        return is_behind_of and (
            "object" in (entry.of, entry.owner) or not gap.lstrip(" \"”')").startswith(("for", "in"))
        )

    def _is_at(self, span: tuple[int, int], start: int) -> bool:
        gap = self.page.low[span[1] : start]
        if self.page.low[slice(*span)].endswith(_AT_ENDS) and _OVER.fullmatch(gap):
            return True
        return _AT.fullmatch(gap) is not None

    def _owner(self, before: list[Ref], start: int) -> Ref | None:
        """The owner in front of the match: "X's long policy of restraint", "Xish restraint", "its restraint"."""
        low = self.page.low
        for ref in reversed(before):
            gap = low[ref.end : start]
            if ref.kind == "generic" and not gap.startswith("'s "):
                continue
            word = low[ref.start : ref.end]
            possessive = gap.startswith(("'s ", "' ")) or word in _OWNERS or word == "our"
            possessive = possessive or (word.startswith("my ") and gap.startswith(("'s", " ")))
            joined = gap == " " and len(self._joined(ref, before)) > 1  # "the X-Y friendship"
            if not (possessive or joined or ref.kind == "demonym" or gap == "-"):
                return None
            rest = gap[2:] if gap.startswith("'s") else gap
            if len(rest.split()) <= 7 and not _FINITE.search(rest):
                return ref
            return None
        return None

    def _joined(self, ref: Ref, refs: list[Ref]) -> list[Ref]:
        """A reference with those it is joined to: "X and Y", "X-Y"."""
        low, found, place = self.page.low, [ref], refs.index(ref)
        for other in reversed(refs[:place]):
            if other.kind in ("name", "demonym") and _JOINT.fullmatch(low[other.end : found[0].start]):
                found.insert(0, other)
        for other in refs[place + 1 :]:
            if other.kind in ("name", "demonym") and _JOINT.fullmatch(low[found[-1].end : other.start]):
                found.append(other)
        return found

    # the subject -----------------------------------------------------------------------------------------------------

    def _subject(
        self, span: tuple[int, int], entry: Entry, left: list[Ref], sentence: tuple[int, int]
    ) -> list[Ref] | None:
        """The subject of the match's clause or of the nearest clause before that has one; None if there is none."""
        low = self.page.low
        begin = relations.clause(low, *span, sentence)[0]
        stop = span[0]
        while True:
            here = [r for r in left if begin <= r.start < stop]
            direct = [r for r in here if not self._is_oblique(r, begin)]
            direct = [r for r in direct if low[r.start : r.end] not in _OWNERS] or direct
            if direct:
                return self._of_several(direct, here, span[0], entry)
            if begin <= sentence[0]:
                return None
            stop = begin
            begin = relations.clause(low, max(sentence[0], begin - 2), max(sentence[0], begin - 2), sentence)[0]
            begin = begin if begin < stop else sentence[0]

    def _of_several(self, direct: list[Ref], here: list[Ref], start: int, entry: Entry) -> list[Ref]:
        """The first subject, unless a later name is the one called, urged or pushed: "critics call X a ..."."""
        for ref in reversed(here if not entry.agent else []):
            if self._is_urged(ref, start):
                return self._joined(ref, here)
        return self._joined(direct[0], here)

    def _is_urged(self, ref: Ref, start: int) -> bool:
        """Whether a name is what is called, urged or helped, and so the subject of what follows up to `start`."""
        low = self.page.low
        return _NAMING.search(low, max(0, ref.start - 40), ref.start) is not None and (
            _CONTROL.match(low, ref.end, start) is not None or len(low[ref.end : start].split()) <= 4
        )

    def _same_clause(self, span: tuple[int, int], ref: Ref, sentence: tuple[int, int]) -> bool:
        begin, end = relations.clause(self.page.low, *span, sentence)
        return begin <= ref.start < end

    # what the text is about ------------------------------------------------------------------------------------------

    def _fallback(
        self, span: tuple[int, int], refs: list[Ref], sentence: tuple[int, int], targets: tuple[str, ...]
    ) -> Found:
        """The one state of the sentence, else of the paragraph, else the state the paragraph goes on about."""
        if any(r.kind == "generic" or (r.kind == "group" and r.end <= span[0]) for r in refs):
            return Found(objects=targets)
        states = {r.state for r in refs if r.state}
        states |= {s for r in refs if r.kind == "epithet" for s in self._antecedent(r, "")[0]}
        states -= set(targets)
        if len(states) == 1:
            return Found(tuple(states), "sentence", targets)
        if states:
            return Found(objects=targets)
        paragraph = self.page.paragraph(span[0])
        named = [_named(self.page.text, m) for m in self.page.mentions_between(*paragraph)]
        direct = [
            r.state for r in named if r.state and r.state not in targets and not self._is_oblique(r, paragraph[0])
        ]
        counts = {state: direct.count(state) for state in direct}
        if counts:
            best = max(counts, key=lambda state: (counts[state], -direct.index(state)))
            if counts[best] * 2 > len(direct) or direct[0] == best:
                return Found((best,), "paragraph", targets)
            return Found(objects=targets)
        if not named and self.concern.covers(span[0]):
            return Found((self.concern.state,), "document", targets)
        return Found(objects=targets)


def _of_kind(low: str, refs: list[Ref]) -> list[Ref]:
    """ "The kingdom of X" is X."""
    found: list[Ref] = []
    for ref in refs:
        last = found[-1] if found else None
        if last and last.kind == "epithet" and ref.state and _KIND_OF.fullmatch(low, last.end, ref.start):
            found[-1] = Ref(last.start, ref.end, "name", ref.state)
        else:
            found.append(ref)
    return found


def _named(text: str, mention: Mention) -> Ref:
    """A name as a reference: of a state, of its people, of a person in its service, or of a body of states."""
    actor = mention.actor
    if actor.kind == "state":
        kind = "demonym" if text[mention.start : mention.end] in actor.demonyms else "name"
        return Ref(mention.start, mention.end, kind, actor.state)
    if actor.kind == "person":
        serves = any(office.role in _OFFICES for office in actor.offices)
        return Ref(mention.start, mention.end, "person", actor.state if serves else "")
    return Ref(mention.start, mention.end, "group")
