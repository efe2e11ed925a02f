"""From a match of the codebook to a hit: voice, speaker, negation, mention, and whom it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analysis.study.declaration import Study
from analysis.texts.annotate import about as whom
from analysis.texts.annotate import negation_mention as meaning
from analysis.texts.annotate.attribution.people import Mention
from analysis.texts.annotate.attribution.quotes import Quote
from analysis.texts.annotate.attribution.voice import UNKNOWN, Report, Speaker, Speech
from analysis.texts.annotate.codebook import Entry
from analysis.texts.annotate.concern import ALOOF, speaks_for
from analysis.texts.annotate.dyads import Scene
from analysis.texts.annotate.holders import Holders
from analysis.texts.annotate.matcher import Match, Matcher

_SHORT = 4  # words: a shorter quotation that nobody speaks is a scare quote
_TITLED = re.compile(r"\b(?:entitled|titled|headlined|headed|themed),? $")
_PROPER = re.compile(r"(?:[A-Z][\w-]*)(?: (?:of|and|for|with|the|[A-Z][\w-]*))+")
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


def find_hits(matcher: Matcher, speech: Speech, study: Study, holders: Holders) -> list[Hit]:
    """All hits of one document in order of position."""
    low = speech.page.low

    def has_actor(begin: int, end: int, kind: str) -> bool:
        return any(kind == "@actor" or m.actor.kind == "state" for m in speech.page.mentions_between(begin, end))

    matches = matcher.scan(speech.page.text, low, sentence_of=speech.page.sentence, has_actor=has_actor)
    return [_hit(match, speech, study, holders, matcher.is_core(match.entry)) for match in matches]


def _hit(match: Match, speech: Speech, study: Study, holders: Holders, is_core: bool) -> Hit:
    low = speech.page.low
    sentence = speech.page.sentence(match.start)
    voice, speaker, mention, report = _voice(match, speech, sentence)
    clitic = _CLITIC.match(low, match.end)
    context = _quote_bounds(match, speech, sentence)
    mention = mention or meaning.is_mention(low, context, match.start, match.end, match.entry)
    denied = report is not None and report.denies
    negated = not match.entry.either_way and meaning.is_negated(
        low, context, match.start, match.end, match.entry, denied=denied
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


def _voice(match: Match, speech: Speech, sentence: tuple[int, int]) -> tuple[str, Speaker | None, bool, Report | None]:
    """Voice, speaker, whether it is a scare quote, and the indirect speech around it."""
    outer, inner = speech.quote_at(match.start)
    report = speech.report_at(match.start)
    if outer is None:
        return ("reported", report.speaker, False, report) if report else ("own", None, False, None)
    if _TITLED.search(speech.page.low, max(0, outer.start - 16), outer.start):
        return "own", None, False, None  # a document's title
    scare = _scare(match, speech, sentence, inner or outer)
    speaker = speech.quote_speaker(outer)
    if inner is not None and inner is not outer:
        return "quoted", speaker or UNKNOWN, scare or _words(speech, inner) <= 3, None
    if scare and _words(speech, outer) <= _SHORT:
        return ("reported", report.speaker, True, report) if report else ("own", None, True, None)
    if (speaker or report) and _words(speech, outer) <= _SHORT and _is_borrowed(speech, outer, report):
        return "reported", report.speaker if report else speaker, False, report
    if speaker is not None:
        return "quoted", speaker, False, report if report and report.denies else None
    if _words(speech, outer) <= _SHORT and speech.page.text[outer.end - 2] not in ".!?,":
        if report and not report.denies and report.verb > outer.end:  # "the friendship is “firm”, X assured"
            return "quoted", report.speaker, False, None
        if report and outer.end <= speech.page.title_end:  # headlines put others' words in marks
            return "reported", report.speaker, False, report
        named = (
            _PROPER.fullmatch(speech.page.text, outer.start + 1, outer.end - 1) is None
        )  # "Diamond Hexagon" is a name
        return ("reported", report.speaker, named, report) if report else ("own", None, named, None)
    return "quoted", UNKNOWN, False, None


def _is_borrowed(speech: Speech, quote: Quote, report: Report | None) -> bool:
    """Whether a short quotation is what others say: "denies ‘debt trap’ claims", a headline's ‘Debt trap’ fears."""
    goes_on = re.match(r" [a-z]\w*", speech.page.low[quote.end : quote.end + 20]) is not None
    return (
        goes_on
        and (quote.end <= speech.page.title_end or (report is not None and report.denies))
        and (speech.page.text[quote.end - 2] not in ".!?,")
    )


def _scare(match: Match, speech: Speech, sentence: tuple[int, int], quote: Quote) -> bool:
    return (
        meaning.is_mention(speech.page.low, sentence, quote.start, quote.end, match.entry)
        if quote.start >= sentence[0]
        else False
    )


def _words(speech: Speech, quote: Quote) -> int:
    return len(re.findall(r"[\w'’-]+", speech.page.text[quote.start + 1 : quote.end - 1]))


def _quote_bounds(match: Match, speech: Speech, sentence: tuple[int, int]) -> tuple[int, int]:
    """The sentence, limited to a long quotation around the hit: what stands outside is another voice."""
    outer, _ = speech.quote_at(match.start)
    if outer is None or _words(speech, outer) <= 6:
        return sentence
    return max(sentence[0], outer.start), min(sentence[1], outer.end)


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
