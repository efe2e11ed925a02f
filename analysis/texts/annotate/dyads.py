"""The pair of states a hit is about."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from analysis.study.declaration import Study
from analysis.texts.annotate.attribution.passage import Passage
from analysis.texts.annotate.attribution.people import Mention
from analysis.texts.annotate.codebook import Entry

_TWO = re.compile(
    r"\b(?:the |these |our |both |its |their )?(?:two|both) (?:\w+ )?(?:countries|nations|neighbou?rs|sides|peoples"
    r"|states|governments|kingdoms|capitals|allies|partners|friends|leaders|parties|militaries|armies)\b"
    r"|\bbilateral\b|\beach other\b|\bone another\b|\bmutual\b"
)
_TOWARDS = re.compile(r"['\"”’]* (?:between|among|towards?|with) ")
_THEIR = re.compile(r"\b(?:their|they|them|its)\b")
_WE = re.compile(r"\b(?:our|we|us|ours|ourselves|my country)\b")
_JOINER = re.compile(r"(?:['’]s?)?\s*(?:and|-|–|—|with|to|&|/|vs\.?|versus|or)\s*(?:the |its |their )?", re.IGNORECASE)
_ATTACHED = re.compile(
    r"[\"”’'»]*(?:\s+(?:\w+\s+){0,3}?)?(between|among|amid|with|on|upon|to|toward|towards|against|of|from|for|by"
    r"|over)\s+(?:the |both |its |their |a |an )?(?:\w+ ){0,2}$",
    re.IGNORECASE,
)
_LOOSE = frozenset(["of", "from", "for", "by", "over"])  # these bind to the word in front of them
_ENDS = re.compile(r"\b(?:between|on|with|of|to)$", re.IGNORECASE)  # the entry itself ends in the preposition


def pair(first: str, second: str) -> str | None:
    """Two ISO codes as one dyad in alphabetical order; None if they are the same."""
    return "-".join(sorted((first, second))) if first and second and first != second else None


class Scene(NamedTuple):
    """A match and what stands around it: the part of the text that is read, the actors named there, the state its speaker
    speaks for ("" if none; `aloof`: only with "we"), and the span of the attribution."""

    page: Passage
    entry: Entry
    start: int
    end: int
    sentence: tuple[int, int]
    mentions: list[Mention]
    speaker_state: str = ""
    aloof: bool = False
    attribution: tuple[int, int] | None = None


def dyad(scene: Scene, study: Study) -> str | None:
    """The two states a hit is about, or None. The study says which frames are about a relation (`Study.is_kind`).

    In order: the two states attached to the hit ("neutral between A and B"); the state it stands for with the one it is
    attached to ("A's reliance on B"); for frames about a relationship the only two states of the sentence, the pair
    joined next to the hit, the one state named and the speaker's own, or "the two countries" and the last pair named.
    Speakers who are `aloof` (analysts, media) speak for their state only when they say "we".
    """
    page, entry, start, end, sentence, mentions, speaker_state, aloof, attribution = scene
    text, low = page.text, page.low

    def is_kind(kind: str) -> bool:
        return study.is_kind(kind, entry.frame, entry.category)

    states = [m for m in mentions if m.actor.kind == "state"]
    if aloof and not _WE.search(low, *sentence):
        speaker_state = ""
    named = list(dict.fromkeys(m.actor.state for m in states))
    if attribution is not None:
        states = [m for m in states if not attribution[0] <= m.start < attribution[1]]
    attached = _attached(text, states, end)
    if is_kind("stance") and attached and not _TOWARDS.match(low, end):
        attached = []  # neutral in somebody else's dispute
    if len(attached) >= 2:
        third = [m for m in states if m.end <= start and m.actor.state not in attached]
        if third and is_kind("owned") and re.fullmatch(r"['’]s? (?:[\w-]+ ){0,2}", text[third[-1].end : start]):
            return None  # "A's firm word to B and C": two pairs
        return pair(attached[0], attached[1]) if len(set(attached)) == 2 else None
    codes = list(dict.fromkeys(m.actor.state for m in states))
    relational = is_kind("relational")
    if len(attached) == 1:
        others = [m.actor.state for m in states if m.actor.state != attached[0] and m.start < start]
        if len(set(others)) > 2:
            return None
        if others:
            return pair(attached[0], others[-1] if len(set(others)) == 1 else others[0])
        if speaker_state and speaker_state != attached[0] and (relational or _WE.search(low, *sentence)):
            return pair(attached[0], speaker_state)
    if not relational:
        if len(codes) == 2 and is_kind("choice") and attached:
            return pair(*codes)
        return None
    return _of_sentence(scene, states, codes, named, speaker_state)


def _of_sentence(
    scene: Scene, states: list[Mention], codes: list[str], named: list[str], speaker_state: str
) -> str | None:
    """The pair that the sentence of a relational hit names: its only two states, its people's, its speaker's, or the
    last two that "the two countries" can mean."""
    page, _, start, _, sentence, mentions, _, _, attribution = scene
    text, low = page.text, page.low
    if len(codes) == 2:
        return pair(*codes)
    if len(codes) > 2:
        return _owned(text, states, start) or _joined(text, states, start)
    people = [
        m.actor.state
        for m in mentions
        if m.actor.kind == "person"
        and m.actor.state
        and (attribution is None or not attribution[0] <= m.start < attribution[1])
    ]
    both = list(dict.fromkeys([*codes, *people]))
    if len(both) == 2:
        return pair(*both)
    if len(codes) == 1 and speaker_state and speaker_state != codes[0]:
        return pair(codes[0], speaker_state)
    if not codes and len(named) == 2 and (_TWO.search(low, *sentence) or _THEIR.search(low, *sentence)):
        return pair(*named)  # "A and B called their bond firm"
    if not codes and _TWO.search(low, *sentence):
        return last_pair(text, page.mentions, start)
    return None


def _attached(text: str, states: list[Mention], end: int) -> list[str]:
    """States joined to the hit by a preposition right behind it."""
    behind = [m for m in states if m.start >= end]
    for first, mention in enumerate(behind):
        if mention.start - end > 50:
            break
        match = _ATTACHED.fullmatch(text[end : mention.start])
        word = (
            match.group(1)
            if match
            else _ENDS.search(text, max(0, end - 9), end) and re.fullmatch(r"\s+(?:the )?", text[end : mention.start])
        )
        if not word or (match and word in _LOOSE and len(match.string[: match.start(1)].split()) > 1):
            break
        word = word.lower() if isinstance(word, str) else "between"
        codes = [mention.actor.state]
        last = mention
        for other in behind[first + 1 :]:
            if not _JOINER.fullmatch(text[last.end : other.start]):
                break
            if word in ("between", "among", "amid", "of", "with", "to", "from", "on"):
                codes.append(other.actor.state)
            last = other
        return list(dict.fromkeys(codes))
    return []


def _owned(text: str, states: list[Mention], start: int) -> str | None:
    """The pair of "A, the old friend of B" with a possessive, and of "C is B's old friend"."""
    before = [m for m in states if m.end <= start]
    if len(before) < 2 or not re.fullmatch(r"['’]s? (?:[\w-]+ ){0,2}", text[before[-1].end : start]):
        return None
    if re.fullmatch(
        r",? ?(?:(?:is|was|remains|as|became|become|becoming|being|are|were) )?(?:the |as )?",
        text[before[-2].end : before[-1].start],
    ):
        return pair(before[-2].actor.state, before[-1].actor.state)
    return None


def _joined(text: str, states: list[Mention], start: int) -> str | None:
    """Of three or more states: the pair joined by a hyphen or "between", or the first two; nearest to the hit."""
    best: tuple[int, str] | None = None
    for one, two in pairwise(states):
        found = pair(one.actor.state, two.actor.state)
        joint = text[one.end : two.start]
        if not found or not _JOINER.fullmatch(joint):
            continue
        between = text[max(0, one.start - 12) : one.start].lower()
        if joint.strip() in ("-", "–") or "between" in between or one is states[0]:
            distance = min(abs(start - one.start), abs(start - two.end))
            if best is None or distance < best[0]:
                best = (distance, found)
    return best[1] if best else None


def last_pair(text: str, mentions: list[Mention], before: int) -> str | None:
    """The last two different states named close together before a position."""
    states = [m for m in mentions if m.actor.kind == "state" and m.start < before]
    for two, one in pairwise(reversed(states)):
        found = pair(one.actor.state, two.actor.state)
        if found and two.start - one.end < 60 and "\n" not in text[one.end : two.start]:
            return found
    return None
