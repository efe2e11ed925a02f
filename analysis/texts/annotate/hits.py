"""From a match of the codebook to a hit: voice, speaker, negation, mention, and whom it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile

from analysis.study.declaration import Study
from analysis.texts.annotate import about as whom
from analysis.texts.annotate import negation_mention as meaning
from analysis.texts.annotate.attribution.people import Mention
from analysis.texts.annotate.attribution.voice import Report, Speaker, Speech
from analysis.texts.annotate.codebook import Entry
from analysis.texts.annotate.concern import ALOOF, speaks_for
from analysis.texts.annotate.dyads import Scene
from analysis.texts.annotate.holders import Holders
from analysis.texts.annotate.lexicon import load as lexicon
from analysis.texts.annotate.matcher import Candidates, Match, Matcher
from analysis.texts.annotate.nouns import PLACES

_POLITICAL = lexicon.read("about.toml").words("political")
_ALONE = lexicon.read("about.toml").words("behind_a_people_alone")
# a possessive, and up to four words of the same noun phrase
_BEHIND = re.compile(r"('s)?((?:(?: (?:and|or)|-)? [a-z][a-z-]*){1,4})")
# "from Chad and Togo": where something is or comes from
_PLACE = re.compile(rf"\b(?:{'|'.join(sorted(PLACES))}) (?:the )?(?:[\w'-]+(?:, | and | or )(?:the )?){{0,3}}\Z")
_CLITIC = re.compile(r"'s(?!\w)")


@dataclass(frozen=True, slots=True)
class Hit:
    """One hit. `start:end` is the surface; the token ends at `token_stop` (a possessive ending belongs to it)."""

    start: int
    end: int
    token_stop: int
    entry: Entry
    voice: str
    speaker: Speaker | None
    is_negated: bool
    is_mention: bool
    dyad: str | None
    sentence_index: int
    holder: str | None = None
    about: str = "none"
    about_basis: str = "none"
    stance: str = "ascribed"
    is_core: bool = True


def find_hits(
    matcher: Matcher, speech: Speech, study: Study, holders: Holders, candidates: Candidates | None = None
) -> list[Hit]:
    """All hits of one document in order of position. candidates: what `Matcher.candidates` finds in it, if at hand."""
    low = speech.page.low

    def has_actor(begin: int, end: int, kind: str) -> bool:
        named = speech.page.mentions_between(begin, end)
        if kind == "@power":
            return any(m.actor.kind == "state" and _is_power(speech.page.text, low, m) for m in named)
        if kind == "@acting":  # a state, or one of its people, and not where something is or comes from
            able = (m for m in named if m.actor.kind != "state" or _is_power(speech.page.text, low, m))
            return any(not _PLACE.search(low, max(0, m.start - 60), m.start) for m in able)
        return any(kind == "@actor" or m.actor.kind == "state" for m in named)

    matches = matcher.scan(
        speech.page.text, low, candidates=candidates, sentence_of=speech.page.sentence, has_actor=has_actor
    )
    return [_hit(match, speech, study, holders, matcher.is_core(match.entry)) for match in matches]


def _is_power(text: str, low: str, mention: Mention) -> bool:
    """Whether a state is named as one that acts: by its name, or by its people with what acts for it ("X's demands", "the
    Xish camp"), and not as where a thing comes from ("X's noodles", "Xish phones")."""
    behind = _BEHIND.match(low, mention.end)
    if behind is None or (behind.group(1) is None and text[mention.start : mention.end] not in mention.actor.demonyms):
        return True
    words = behind.group(2).replace("-", " ").split()
    if words[0] in _ALONE:
        return True
    phrase = takewhile(lambda word: word not in _ALONE, words)
    return any(word in _POLITICAL for word in phrase)


def _hit(match: Match, speech: Speech, study: Study, holders: Holders, is_core: bool) -> Hit:
    low = speech.page.low
    sentence = speech.page.sentence(match.start)
    voice, speaker, mention, report = speech.at(match.start)
    clitic = _CLITIC.match(low, match.end)
    context = _quote_bounds(match, speech, sentence)
    ironical = study.is_kind("ironical", match.entry.frame)
    mention = mention or meaning.is_mention(low, context, match.start, match.end, ironical=ironical)
    denied = report is not None and report.denies != meaning.is_unsaid(low, sentence, report)
    said = _reported_bounds(match, report, context)
    negated = not match.entry.either_way and meaning.is_negated(
        low, said, match.start, match.end, match.entry, denied=denied
    )
    aloof = speaker is not None and speaker.role in ALOOF
    scene = Scene(
        speech.page,
        match.entry,
        match.start,
        match.end,
        context,
        _of_part(low, context, match.start, speech.page.mentions_between(*context)),
        speaker.state if speaker else "",
        aloof,
        _attribution_span(report, sentence),
    )
    verdict = whom.judge(scene, holders, study)
    own_state = speaks_for(speaker) or (holders.own if voice == "own" else "")
    return Hit(
        match.start,
        match.end,
        clitic.end() if clitic else match.end,
        match.entry,
        voice,
        speaker,
        negated,
        mention,
        verdict.dyad,
        speech.page.sentence_index(match.start),
        verdict.holder,
        verdict.about,
        verdict.basis,
        whom.stance(verdict, own_state, is_negated=negated),
        is_core,
    )


def _quote_bounds(match: Match, speech: Speech, sentence: tuple[int, int]) -> tuple[int, int]:
    """The sentence, limited to a long quotation around the hit: what stands outside is another voice."""
    outer, _ = speech.quote_at(match.start)
    if outer is None or speech.words(outer) <= 6:
        return sentence
    return max(sentence[0], outer.start), min(sentence[1], outer.end)


def _reported_bounds(match: Match, report: Report | None, context: tuple[int, int]) -> tuple[int, int]:
    """The context, limited to the clause that is reported: "who was not allowed to speak" negates nothing in it."""
    span = next((s for s in report.spans if s[0] <= match.start < s[1]), None) if report else None
    if report is None or span is None or match.end > span[1]:
        return context
    begin = min(report.spans)[0] if report.verb < span[0] else span[0]  # "..., X said, ...": one clause, interrupted
    return max(context[0], begin), min(context[1], span[1])


def _of_part(low: str, sentence: tuple[int, int], at: int, mentions: list[Mention]) -> list[Mention]:
    """The actors of the part between semicolons the hit stands in, or of the whole sentence if none is named there."""
    start, end = low.rfind("; ", sentence[0], at), low.find("; ", at, sentence[1])
    if start < 0 and end < 0:
        return mentions
    near = [m for m in mentions if m.start > start and (end < 0 or m.start < end)]
    return near if any(m.actor.kind == "state" for m in near) else mentions


def _attribution_span(report: Report | None, sentence: tuple[int, int]) -> tuple[int, int] | None:
    """Where the attribution stands in the sentence: states named there are the speaker's, not the hit's."""
    if report is None or not report.spans:
        return None
    if report.spans[0][0] > report.verb:
        return report.verb if report.passive else sentence[0], report.spans[0][0]
    end = report.spans[1][0] if len(report.spans) > 1 else sentence[1]
    return report.spans[0][1], end
