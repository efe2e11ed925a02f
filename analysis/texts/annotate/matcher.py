"""Finding the codebook's entries in a text.

An Aho-Corasick automaton looks for the literal beginnings of the entries' words; only where one stands, the entry's
regular expression is tried. `lookup` and `index` reproduce quanteda on given tokens (see lookup.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.texts.annotate import nouns, relations
from analysis.texts.annotate.anchors import Anchor, landmarks_of_words, reach, stands
from analysis.texts.annotate.codebook import (
    Codebook,
    Condition,
    Entry,
    Frame,
    any_of,
    at_word_start,
    compiled,
    related,
    without_dashes,
)
from analysis.texts.annotate.meant import A_STATE, bars_left, is_a_name, is_meant
from analysis.texts.annotate.tokens import WORD, lower
from analysis.texts.clean.characters import clean_text
from analysis.texts.concordance.lookup import flatten, index, lookup

__all__ = ["Match", "Matcher", "flatten", "index", "lookup"]

# an anchor's entry, what tries its expression, how far behind the word's beginning the automaton stops, its `opens`, and on
# either side of the anchor within how many characters a match must lie
_Owner = tuple[Entry, Callable[..., Any], int, bool, int]
# how far from a match patterns are looked for, and the patterns, each with what its words begin with
_Exclusion = tuple[str, tuple[tuple[str, ...], ...]]
_Exclusions = tuple[int, list[_Exclusion]]
# every sign but letters and digits is a space to the automaton, so it knows each head once; one letter
# stays one letter, and those beyond Latin-1 are spaces too (`at_word_start` has the last word)
_LEVEL = bytes(i if chr(i).isalnum() else 32 for i in range(256))
_WINDOW = 45  # characters on either side of a match in which exclusions are looked for, or as many as they can take
_REACH = (
    60  # characters on either side of an anchor within which its entry must lie, or as many as its pattern can take
)
_CUT = 30  # characters at the end of that stretch in which a word may be cut: a match there is tried in the whole text
_POSSESSIVE = re.compile(r"([a-z]+)['’]s?(?= )")
_INSERTED = re.compile(r" \w+,")  # "..., the banker argued, ...": it is said by, not about, the banker
_ITSELF = re.compile(  # nothing between who acts and the match but auxiliaries, adverbs and "refused to"
    r"(?: (?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|do|does|did|not|never|\w+ly))*"
    r"(?: \w+(?: not)? to)? "
)
_OF_A_CLAUSE = ("subject", "clause")  # relations in which what a relative clause hangs on counts, too
_OWNER = 24  # characters in front of a match within which the state stands that has it
_SIMILE = re.compile(
    r"\b(?:(?:like|as) an? [^,;:.!?—]{2,40}|(?:the way|just as|as if|as though|as she|as he) [^;:.!?—]{2,60})"
)
_MARKS = '"“”«»'
SentenceOf = Callable[[int], tuple[int, int]]
Candidates = list[tuple[int, int, Entry]]


@dataclass(frozen=True, slots=True)
class Match:
    """One match: half-open character span in the text, and the entry."""

    start: int
    end: int
    entry: Entry


class Matcher:
    """A compiled codebook. Pickles as the codebook and is compiled again on arrival."""

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self._compile()

    def _compile(self) -> None:
        from ahocorasick_rs import BytesAhoCorasick, Implementation

        self.frame_of: dict[str, Frame] = {frame.name: frame for frame in self.codebook.frames}
        self._order = {(entry.frame, entry.id): number for number, entry in enumerate(self.codebook.entries)}
        self._exclude: dict[tuple[str, str], list[_Exclusions]] = {}
        anchors: dict[bytes, list[tuple[Entry, Anchor]]] = {}
        for entry in self.codebook.entries:
            for anchor in entry.anchors:
                anchors.setdefault(_levelled(anchor.text), []).append((entry, anchor))
        words = sorted(anchors)
        self._anchors = [anchors[word] for word in words]
        self._owners: list[list[_Owner]] = [[] for _ in words]  # filled when one of the words is first met
        self._automaton = BytesAhoCorasick([b" " + word for word in words], implementation=Implementation.ContiguousNFA)

    def __getstate__(self) -> dict[str, Any]:
        return {"codebook": self.codebook}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.codebook = state["codebook"]
        self._compile()

    def is_core(self, entry: Entry) -> bool:
        """Whether hits of an entry count towards the total of its frame."""
        return self.frame_of[entry.frame].is_core(entry.category)

    def candidates(self, low: str, text: str | None = None) -> Candidates:
        """All pattern matches (start, end, entry) in lower-cased text, before exclusion, context and overlap rules."""
        found: dict[tuple[int, int, str, str], Entry] = {}
        plain = without_dashes(low)
        written = plain if text is None else without_dashes(text)
        owners = self._owners
        for number, _, end in self._automaton.find_matches_as_indexes(b" %b " % _levelled(low), overlapping=True):
            for entry, tried, back, opens, far in owners[number] or self._owners_of(number):
                searched, at = written if entry.case_sensitive else plain, end - back
                if opens:
                    match = tried(searched, at)
                    if match is not None and at_word_start(searched, at):
                        found[(*match.span(1), entry.frame, entry.id)] = entry
                    continue
                for match in tried(searched, at - far if at > far else 0, at + far):
                    if match.end() > at + far - _CUT:
                        match = match.re.match(searched, match.start())
                    if match and match.start() <= at <= match.end(1) and at_word_start(searched, match.start()):
                        found[(*match.span(1), entry.frame, entry.id)] = entry
        return [(start, stop, entry) for (start, stop, _, _), entry in sorted(found.items(), key=lambda f: f[0])]

    def _owners_of(self, number: int) -> list[_Owner]:
        made = dict.fromkeys((entry, a.pattern, a.back, a.opens) for entry, a in self._anchors[number])
        for entry, pattern, back, opens in made:
            regex, far = compiled(entry.sources[pattern]), max(_REACH, reach(entry.pattern[pattern]))
            self._owners[number].append((entry, regex.match if opens else regex.finditer, back + 1, opens, far))
        return self._owners[number]

    def _exclusions_of(self, entry: Entry) -> list[_Exclusions]:
        """The exclusions of entry, frame and codebook that can overlap a match of the entry. Of hundreds nearly always none
        stands there, so few are ever compiled; the few that can take more than `_WINDOW` are looked for apart."""
        given = [*entry.exclude, *self.frame_of[entry.frame].exclude, *self.codebook.exclude]
        near: list[_Exclusion] = []
        far: list[_Exclusion] = []
        for pattern in related(given, entry):
            (near if reach(pattern) <= _WINDOW else far).append((pattern, landmarks_of_words(pattern)))
        window = max((reach(pattern) for pattern, _ in far), default=0)
        return [group for group in ((_WINDOW, near), (window, far)) if group[1]]

    def scan(
        self,
        text: str,
        low: str | None = None,
        *,
        candidates: Candidates | None = None,
        sentence_of: SentenceOf | None = None,
        has_actor: Callable[[int, int, str], bool] | None = None,
    ) -> list[Match]:
        """The codebook's matches in `text`, in order of position.

        Exclusions, context conditions and the overlap rule are applied. candidates: what `candidates` finds in it, if
        that is at hand. sentence_of: gives the span of the sentence at
        a position (default: the paragraph). has_actor(start, end, kind): whether a state or actor is named there;
        without it @state and @actor conditions count as met.
        """
        low = lower(text) if low is None else low
        kept = []
        for start, end, entry in self.candidates(low, text) if candidates is None else candidates:
            if self._excluded(low, start, end, entry) or is_a_name(text, low, start, end):
                continue
            if (entry.requires or entry.forbids or entry.frame_forbids) and not _context(
                low, start, end, entry, sentence_of, has_actor
            ):
                continue
            kept.append(Match(start, end, entry))
        return self._longest(low, kept) if len(kept) > 1 else kept

    def _excluded(self, low: str, start: int, end: int, entry: Entry) -> bool:
        key = (entry.frame, entry.id)
        if key not in self._exclude:
            self._exclude[key] = self._exclusions_of(entry)
        for far, exclusions in self._exclude[key]:
            begin, stop = max(0, start - far), min(len(low), end + far)
            part = low[begin:stop]
            given = tuple([pattern for pattern, words in exclusions if stands(words, part)])
            if given and (regex := any_of(given, entry.id, left=False)) is not None:
                for match in regex.finditer(without_dashes(low), begin, stop):
                    if any(a < end and b > start for a, b in _groups(match)) and at_word_start(low, match.start()):
                        return True
        return False

    def _longest(self, low: str, matches: list[Match]) -> list[Match]:
        """Longest first, then leftmost, then codebook order; a later one must not share a word within its scope."""
        kept: list[Match] = []
        group: list[Match] = []  # matches that overlap one another; the others cannot clash
        reach = 0
        for match in matches:
            if group and match.start >= reach:
                kept += self._longest_of(low, group) if len(group) > 1 else group
                group = []
            group.append(match)
            reach = max(reach, match.end)
        kept += self._longest_of(low, group)
        return sorted(kept, key=lambda m: (m.start, m.end, self._order[(m.entry.frame, m.entry.id)]))

    def _longest_of(self, low: str, matches: list[Match]) -> list[Match]:
        ranked = sorted(
            matches,
            key=lambda m: (
                -len(WORD.findall(low, m.start, m.end)),
                m.start - m.end,
                m.start,
                self._order[(m.entry.frame, m.entry.id)],
            ),
        )
        taken: list[tuple[int, int, str]] = []
        kept = []
        for match in ranked:
            frame = self.frame_of[match.entry.frame]
            clash = any(
                a < match.end
                and match.start < b
                and (
                    name == frame.name
                    or frame.nested_scope == "codebook"
                    or self.frame_of[name].nested_scope == "codebook"
                )
                for a, b, name in taken
            )
            if not clash:
                taken.append((match.start, match.end, frame.name))
                kept.append(match)
        return kept


def _levelled(low: str) -> bytes:
    """Lower-cased text, a byte for each letter, with spaces for signs and for letters beyond Latin-1."""
    return low.encode("latin-1", "replace").translate(_LEVEL)


def carries_hit(matcher: Matcher, text: str) -> bool:
    """Whether a pattern of the codebook stands in a raw text, false friends and other contexts included."""
    clean = clean_text(text)
    return bool(matcher.candidates(lower(clean), clean))


def hit_test(folder: Path) -> Callable[[str], bool]:
    """`carries_hit` with the codebook in `folder`."""
    from functools import partial

    from analysis.texts.annotate import codebook

    return partial(carries_hit, Matcher(codebook.load(folder)))


def _groups(match: re.Match[str]) -> Iterable[tuple[int, int]]:
    return (span for span in match.regs[1:] if span[0] >= 0)


def _context(
    low: str,
    start: int,
    end: int,
    entry: Entry,
    sentence_of: SentenceOf | None,
    has_actor: Callable[[int, int, str], bool] | None,
) -> bool:
    whole = sentence_of(start) if sentence_of else _paragraph(low, start)
    sentence = whole[0], relations.before_another(low, end, whole[1])

    def met(
        condition: Condition, within: int, part: tuple[int, int], *, by_words: bool = True, widely: bool = False
    ) -> bool:
        by_words = by_words or condition.relation not in ("", "clause")
        if not (by_words or condition.nouns or condition.actors):
            return False
        if condition.relation:
            a, b = relations.span(low, start, end, part, condition.relation)
        else:
            a, b = _within(low, start, end, within, *part)
        first = a
        if widely and condition.relation in _OF_A_CLAUSE:
            first = min(a, relations.antecedent(low, a, part)[0])
        if by_words and condition.regex is not None and condition.may_match(low[first:b]):
            for match in condition.regex.finditer(without_dashes(low), first, b):
                if not any(s < end and e > start for s, e in _groups(match)):
                    return condition.relation != "agent" or not _is_a_states(
                        low, match.end(), start, a, part, has_actor
                    )
        if condition.nouns and _names(low, (a, b), (start, end), condition, has_actor, part):
            return condition.relation != "agent" or not _hangs_on_a_state(low, a, part, has_actor)
        if condition.relation == "object" and condition.actors:  # "toe X's line": the state may end the match
            a = ([start, start] + [m.start() for m in WORD.finditer(low, start, end)])[-2]
        return any(has_actor is None or has_actor(a, b, kind) for kind in condition.actors)

    # what is needed first: most matches lack it
    if entry.needs and not any(met(c, entry.requires_within, sentence, widely=True) for c in entry.needs):
        return False
    if any(met(condition, entry.forbids_within, whole) for condition in entry.bars):
        return False
    match, bars = (start, end), entry.shared_bars
    if bars:
        is_said_of_a_state = is_meant(low, match, sentence, entry, has_actor)
        bars = () if is_said_of_a_state else bars_left(low, match, sentence[0], bars, has_actor)
    if any(met(condition, entry.forbids_within, sentence, by_words=False) for condition in bars):
        return False
    loose = any(c.relation in ("", "clause") and met(c, entry.forbids_within, sentence) for c in bars)
    return not loose or _state_acts(low, relations.span(low, start, end, sentence, "clause"), has_actor)


def _names(
    low: str,
    part: tuple[int, int],
    match: tuple[int, int],
    condition: Condition,
    has_actor: Callable[[int, int, str], bool] | None,
    sentence: tuple[int, int],
) -> bool:
    """Whether what stands in the relation names one of the condition's classes of noun: for "agent" and "object" the head
    of the phrase, else any noun. Who acts is not who has the stance if a state is named in between."""
    if condition.relation == "owner":  # "the rifle's neutral position"
        return any(nouns.acting(m.group(1)) in condition.nouns for m in _POSSESSIVE.finditer(low, *part))
    if condition.relation == "object":
        kind, begin, end = nouns.head(low, *part, names=False)
        if kind in condition.nouns:
            return True
        kind, begin, end = nouns.other_side(low, *_last_word(low, match, begin, end), part[1])
        return kind in condition.nouns and not (has_actor and has_actor(part[0], end, "@state"))
    if condition.relation != "agent":
        if condition.relation and _hangs_on_a_state(low, part[0], sentence, has_actor):
            return False
        found = _private(low, part, match)
        if "everyday" not in condition.nouns:
            return any(nouns.kind_of(word) in condition.nouns for word in found)
        return len(found) > 1 or (len(found) == 1 and _is_only_where(low, part, match, has_actor))
    kind, begin, end = nouns.head(low, *part, names=True)
    if kind not in condition.nouns and not (
        nouns.speaks_of_states(low[begin:end]) and _ITSELF.fullmatch(low, end, match[0])
    ):
        return False
    return not _INSERTED.match(low, end) and not _state_between(low, end, match[0], has_actor)


def _last_word(low: str, match: tuple[int, int], begin: int, end: int) -> tuple[int, int]:
    """The span of the head behind a match, or of the last word of the match if a preposition follows it at once."""
    last = low.rfind(" ", match[0], match[1]) + 1 or match[0]
    return (begin, end) if low[match[1] : begin].isspace() else (last, match[1])


def _is_only_where(
    low: str, part: tuple[int, int], match: tuple[int, int], has_actor: Callable[[int, int, str], bool] | None
) -> bool:
    """Whether states are named in `part`, but only as where something is or comes from: none acts or has it."""
    if has_actor is None or not has_actor(*part, "@actor") or _is_stately(low, part, has_actor):
        return False
    return not has_actor(max(part[0], match[0] - _OWNER), match[0], "@state")


def _is_stately(low: str, part: tuple[int, int], has_actor: Callable[[int, int, str], bool] | None) -> bool:
    """Whether a state acts in `part`, or what stands for one is named: not where something is or comes from."""
    return nouns.OF_STATES.search(low, *part) is not None or has_actor is None or has_actor(*part, "@acting")


def _private(low: str, part: tuple[int, int], match: tuple[int, int]) -> set[str]:
    """Nouns of people, creatures and things in `part` beside the match: without who says it, and what is said beside what
    is quoted."""
    begin, stop = relations.after_saying(low, part[0], match[0]), part[1]
    begin = max(begin, 1 + max(low.rfind(mark, begin, match[0]) for mark in _MARKS))
    stop = min((at for mark in _MARKS if (at := low.find(mark, match[0], stop)) >= 0), default=stop)
    similes = [m.span() for m in _SIMILE.finditer(low, begin, stop)]
    return {
        m.group()
        for m in WORD.finditer(low, begin, stop)
        if nouns.kind_of(m.group()) in nouns.KINDS
        and not match[0] <= m.start() < match[1]
        and not any(a < m.start() < b for a, b in similes)
    }


def _state_acts(low: str, part: tuple[int, int], has_actor: Callable[[int, int, str], bool] | None) -> bool:
    """Whether a state itself acts in `part`, by its name or as "the kingdom", "both countries"."""
    return A_STATE.search(low, *part) is not None or (has_actor is not None and has_actor(*part, "@acting"))


def _state_between(low: str, begin: int, stop: int, has_actor: Callable[[int, int, str], bool] | None) -> bool:
    """Whether a state, or what stands for one, comes between who acts and the match, other than behind a preposition:
    then it is the state that has the stance ("villagers fear that the kingdom leans")."""
    before = ""
    for match in WORD.finditer(low, begin, stop):
        word = match.group()
        is_state = nouns.STATELY.fullmatch(word) or (has_actor and has_actor(match.start(), match.end(), "@actor"))
        if is_state and before not in nouns.PREPOSITIONS:
            return True
        if not is_state and word not in ("the", "a", "an", "and", "or"):
            before = word
    return False


def _hangs_on_a_state(
    low: str, begin: int, sentence: tuple[int, int], has_actor: Callable[[int, int, str], bool] | None
) -> bool:
    """Whether a clause that begins at `begin` is a relative one of a state: "a country that hosts sailors leans"."""
    a, b = relations.antecedent(low, begin, sentence)
    return b > a and (
        nouns.STATELY.fullmatch(low, a, b) is not None or (has_actor is not None and has_actor(a, b, "@state"))
    )


def _is_a_states(
    low: str,
    end: int,
    start: int,
    begin: int,
    sentence: tuple[int, int],
    has_actor: Callable[[int, int, str], bool] | None,
) -> bool:
    """Whether a state has the stance after all: one named between who acts and the match, or one the clause hangs on."""
    return _state_between(low, end, start, has_actor) or _hangs_on_a_state(low, begin, sentence, has_actor)


def _paragraph(low: str, at: int) -> tuple[int, int]:
    end = low.find("\n", at)
    return low.rfind("\n", 0, at) + 1, len(low) if end < 0 else end


def _within(low: str, start: int, end: int, words: int, begin: int, stop: int) -> tuple[int, int]:
    """The span of `words` words on either side of the match within the sentence; 0 words means the whole sentence."""
    if not words:
        return begin, stop
    before = [m.start() for m in WORD.finditer(low, begin, start)]
    after = [m.end() for m in WORD.finditer(low, end, stop)]
    return (before[-words] if len(before) > words else begin), (after[words - 1] if len(after) > words else stop)
