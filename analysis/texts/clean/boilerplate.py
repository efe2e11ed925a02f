"""What surrounds an article on its page and in its feed: found, named, and taken out of the text.

Works on the lines of raw text (HTML leftovers and Markdown marks are looked through). Every removed stretch is a `Span`
with a kind, so that captions and author notes are recognised as such and the removed share can be recorded.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from analysis.texts.clean.boilerplate_rules import KINDS, LONGEST, Credits, Rule, rules

__all__ = ["KINDS", "Credits", "Marks", "Repeated", "Span", "Stripped", "strip"]

EDGE_LINES = 4
MIN_REPEATED = 20
HEAD, TAIL = 6, 16
_MARKS = re.compile(r"<[^<>]{0,3000}>|!\[[^\]]*\]\([^)]*\)|[*_`]{1,3}|^[ \t]*(?:#{1,6}(?=[ \t]+\w)|>)[ \t]*")
_MAYBE_MARKS = re.compile(r"[<*_`>!#]")
_BLOCK = re.compile(
    r"\{%.{0,4000}?%\}|<figure\b.{0,6000}?</figure>|<script\b.{0,50000}?</script>|<style\b.{0,50000}?</style>|<!--.{0,6000}?-->",
    re.DOTALL,
)
_KEY = re.compile(r"\W+")


_NOBODY = Credits()


class Span(NamedTuple):
    """A removed stretch of the raw text: its kind and character positions [start, end)."""

    kind: str
    start: int
    end: int


Marks = Mapping[int, str]


class Repeated(NamedTuple):
    """What is known of an outlet's repeated paragraphs, for one document.

    marks: hash of a paragraph (`paragraph_key`) -> the document whose copy stays. doc_id: this document. drop: hashes
    that the user wants out of every text, wherever they stand.
    """

    marks: Marks
    doc_id: str
    drop: frozenset[int] = frozenset()


class Stripped(NamedTuple):
    """A text without its boilerplate, the spans taken out, and their share of the raw characters (0 to 1)."""

    text: str
    spans: tuple[Span, ...]
    share: float


def strip(
    text: str, title: str | None = None, *, repeated: Repeated | None = None, credits: Credits = _NOBODY
) -> Stripped:
    """Take boilerplate out of one raw text.

    credits: whose names under a picture make a line its caption.

    repeated: paragraphs that an outlet prints again and again. A text that would lose half of its letters to them is a
    reprint and loses none. A text that would lose every word keeps its captions and notes: a feed summary may be
    nothing but a caption. An empty text comes back as it is.
    """
    blocks = _blocks(text)
    lines = _spans(text, title, repeated, _engine(credits))
    spans = [*blocks, *(s for s in lines if not any(b.start <= s.start < b.end for b in blocks))]
    if not spans:
        return Stripped(text, (), 0.0)
    spans.sort(key=lambda span: (span.start, span.end))
    kept = _without(text, spans)
    if len(kept) < LONGEST and not re.search(r"\w", _MARKS.sub("", kept)):
        spans = [
            span for span in spans if span.kind not in ("caption", "author_note", "editors_note", "repeated_title")
        ]
        kept = _without(text, spans)
    return Stripped(kept, tuple(spans), 1.0 - len(kept) / len(text) if text else 0.0)


def edge_lines(text: str) -> list[tuple[int, int]]:
    """Positions of the lines of 20 to 700 characters where an outlet's notices stand: of the first quarter of the
    lines, at most 6, and of the last third, at most 16 (of two lines the last)."""
    number = sum(1 for _ in itertools.islice(_lines(text), 3 * TAIL))
    first = _first_lines(text, min(HEAD, max(1, number // 4)))
    last = _last_lines(text, min(TAIL, max(2, number // 3)))
    edges = [*first, *(line for line in last if line[0] > first[-1][0])] if first else []
    return [(a, b) for a, b in edges if MIN_REPEATED <= b - a <= LONGEST]


def _blocks(text: str) -> list[Span]:
    """Stretches over several lines: template calls, figures with their captions, scripts and styles."""
    if "<" not in text and "{%" not in text:
        return []
    found = []
    for match in _BLOCK.finditer(text):
        if "<table" in match.group():
            continue  # a table in a figure is text
        picture = match.group().startswith("<figure") or "caption=" in match.group() or "photo" in match.group()
        found.append(Span("caption" if picture else "media", match.start(), match.end()))
    return found


class _Engine(NamedTuple):
    """Automaton over the triggers, numbers of the rules of each trigger, the rules, their patterns, and the numbers of
    the rules for the last lines."""

    automaton: Any
    owners: tuple[tuple[int, ...], ...]
    rules: tuple[Rule, ...]
    compiled: tuple[re.Pattern[str], ...]
    ending: tuple[int, ...]


@functools.cache
def _engine(credits: Credits) -> _Engine:
    import ahocorasick_rs

    known = rules(credits)
    owners: dict[str, list[int]] = {}
    for number, rule in enumerate(known):
        if rule.place in ("line", "inside"):
            for trigger in rule.triggers:
                owners.setdefault(trigger, []).append(number)
    words = sorted(owners)
    compiled = tuple(re.compile(rule.pattern, re.IGNORECASE | re.DOTALL) for rule in known)
    ending = tuple(number for number, rule in enumerate(known) if rule.place in ("last", "tail"))
    return _Engine(ahocorasick_rs.AhoCorasick(words), tuple(tuple(owners[w]) for w in words), known, compiled, ending)


def _candidates(text: str, engine: _Engine) -> dict[tuple[int, int], set[int]]:
    """Lines that hold a trigger -> numbers of the rules to try on them."""
    automaton, owners, known, _, ending = engine
    low = text.lower()
    found: dict[tuple[int, int], set[int]] = {}
    if len(low) == len(text):  # a few letters grow when lower-cased: then lines are asked singly
        line = (0, -1)
        for index, start, _ in sorted(automaton.find_matches_as_indexes(low, overlapping=True), key=lambda hit: hit[1]):
            if not line[0] <= start < line[1]:
                end = text.find("\n", start)
                line = (text.rfind("\n", 0, start) + 1, len(text) if end < 0 else end)
            found.setdefault(line, set()).update(owners[index])
    else:
        for start, end in _lines(text):
            hits = automaton.find_matches_as_indexes(text[start:end].lower(), overlapping=True)
            if hits:
                found[start, end] = {number for hit in hits for number in owners[hit[0]]}
    for start, end in _last_lines(text, EDGE_LINES):
        piece = text[start if end - start <= LONGEST else end - LONGEST : end].lower()
        numbers = {n for n in ending if any(t in piece for t in known[n].triggers)}
        if numbers:
            found.setdefault((start, end), set()).update(numbers)
    return found


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end > start and not text[start:end].isspace():
            yield start, end
        start = end + 1


def _first_lines(text: str, count: int) -> list[tuple[int, int]]:
    return list(itertools.islice(_lines(text), count))


def _last_lines(text: str, count: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    end = len(text)
    while len(found) < count and end >= 0:
        start = text.rfind("\n", 0, end) + 1
        if end > start and not text[start:end].isspace():
            found.append((start, end))
        end = start - 1
    return found[::-1]


def _repeated_lines(text: str, repeated: Repeated) -> list[tuple[int, int]]:
    """The lines that go because their outlet repeats them; none if half of the text would go with them."""
    marks, doc_id, drop = repeated
    found = []
    if marks:
        keyed = ((line, paragraph_key(text[line[0] : line[1]])) for line in edge_lines(text))
        found = [line for line, key in keyed if marks.get(key, doc_id) != doc_id]
        if 2 * sum(b - a for a, b in found) > len(text.strip()):
            found = []
    if drop:
        found += [line for line in _lines(text) if paragraph_key(text[line[0] : line[1]]) in drop]
    return found


def _spans(text: str, title: str | None, repeated: Repeated | None, engine: _Engine) -> Iterator[Span]:
    whole: dict[tuple[int, int], str] = dict.fromkeys(_repeated_lines(text, repeated) if repeated else (), "repeated")
    if title and (key := _KEY.sub("", title).casefold()):
        opening = _first_lines(text, EDGE_LINES + 1)
        if len(opening) > 1:
            short = [line for line in opening if line[1] - line[0] <= LONGEST]
            same = [line for line in short if _KEY.sub("", text[line[0] : line[1]]).casefold() == key]
            whole = {**dict.fromkeys(same, "repeated_title"), **whole}
    yield from (Span(kind, start, end) for (start, end), kind in whole.items())
    ends = _last_lines(text, EDGE_LINES)
    for (start, end), numbers in _candidates(text, engine).items():
        if (start, end) not in whole:
            near_end = (start, end) in ends
            final = bool(ends) and (start, end) == ends[-1]
            yield from _in_line(text[start:end], start, sorted(numbers), engine, near_end=near_end, final=final)


def _in_line(
    raw: str, start: int, numbers: list[int], engine: _Engine, *, near_end: bool, final: bool
) -> Iterator[Span]:
    plain = (_MARKS.sub("", raw) if _MAYBE_MARKS.search(raw) else raw).strip(" \t\r\xa0|•·»›-–—_*")
    wrapped = plain[:1].islower() and len(plain) > 30  # the middle of a hard-wrapped sentence is no notice
    for number in numbers:
        rule = engine.rules[number]
        whole = rule.place == "line" or (rule.place == "last" and near_end)
        if whole and (rule.kind == "references" or (not wrapped and len(raw) <= LONGEST)):
            shown = raw.strip() if rule.kind == "end_mark" else plain
            if engine.compiled[number].fullmatch(shown):
                yield Span(rule.kind, start, start + len(raw))
                return
    taken = len(raw)
    for number in numbers:
        place = engine.rules[number].place
        if place == "inside" or (place == "tail" and final):
            for found in engine.compiled[number].finditer(raw):
                if found.start() < taken and found.group():
                    yield Span(engine.rules[number].kind, start + found.start(), start + min(found.end(), taken))
                    if found.end() >= len(raw.rstrip()):
                        taken = found.start()


def _without(text: str, spans: list[Span]) -> str:
    kept, position = [], 0
    for span in spans:
        if span.start > position:
            kept.append(text[position : span.start])
        position = max(position, span.end)
    kept.append(text[position:])
    return "".join(kept) if spans else text


def paragraph_key(paragraph: str) -> int:
    """A stable 64-bit hash of a paragraph's letters and digits, for counting repeats over a whole corpus."""
    import hashlib

    letters = _KEY.sub("", paragraph).casefold()
    return int.from_bytes(hashlib.blake2b(letters.encode("utf-8", "replace"), digest_size=8).digest(), "little")
