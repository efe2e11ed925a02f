"""What surrounds an article on its page and in its feed: found, named, and taken out of the text.

Works on the lines of raw text (HTML leftovers and Markdown marks are looked through). Every removed stretch is a `Span`
with a kind, so that captions and author notes are recognised as such and the removed share can be recorded.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from analysis.texts.boilerplate_rules import KINDS, LONGEST, RULES

__all__ = ["KINDS", "Span", "Stripped", "strip"]

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


class Span(NamedTuple):
    """A removed stretch of the raw text: its kind and character positions [start, end)."""

    kind: str
    start: int
    end: int


class Stripped(NamedTuple):
    """A text without its boilerplate, the spans taken out, and their share of the raw characters (0 to 1)."""

    text: str
    spans: tuple[Span, ...]
    share: float


def strip(text: str, title: str | None = None, *, repeated: frozenset[int] = frozenset()) -> Stripped:
    """Take boilerplate out of one raw text.

    repeated: hashes of paragraphs (`paragraph_key`) that an outlet prints again and again. A text that would lose every
    word keeps its captions and notes: a feed summary may be nothing but a caption. An empty text comes back as it is.
    """
    fired = _fired(text)
    blocks = _blocks(text)
    if not (fired or blocks or repeated or _opens_with(text, title)):
        return Stripped(text, (), 0.0)
    lines = _spans(text, title, fired, repeated)
    spans = [*blocks, *(s for s in lines if not any(b.start <= s.start < b.end for b in blocks))]
    spans.sort(key=lambda span: (span.start, span.end))
    kept = _without(text, spans)
    if spans and not re.search(r"\w", _MARKS.sub("", kept)):
        spans = [
            span for span in spans if span.kind not in ("caption", "author_note", "editors_note", "repeated_title")
        ]
        kept = _without(text, spans)
    return Stripped(kept, tuple(spans), 1.0 - len(kept) / len(text) if text else 0.0)


def edge_lines(text: str) -> list[tuple[int, int]]:
    """Positions of the first 6 and last 16 lines of 20 to 700 characters: where an outlet's notices stand."""
    lines = [(a, b) for a, b in _lines(text) if not text[a:b].isspace()]
    edges = lines if len(lines) <= HEAD + TAIL else lines[:HEAD] + lines[-TAIL:]
    return [(a, b) for a, b in edges if MIN_REPEATED <= b - a <= LONGEST]


def _blocks(text: str) -> list[Span]:
    """Stretches over several lines: template calls, figures with their captions, scripts and styles."""
    if not any(opening in text for opening in ("{%", "<figure", "<script", "<style", "<!--")):
        return []
    found = []
    for match in _BLOCK.finditer(text):
        picture = match.group().startswith("<figure") or "caption=" in match.group() or "photo" in match.group()
        found.append(Span("caption" if picture else "media", match.start(), match.end()))
    return found


@functools.cache
def _engine() -> tuple[Any, tuple[tuple[int, ...], ...], tuple[re.Pattern[str], ...]]:
    import ahocorasick_rs

    owners: dict[str, list[int]] = {}
    for number, rule in enumerate(RULES):
        for trigger in rule.triggers:
            owners.setdefault(trigger, []).append(number)
    words = sorted(owners)
    compiled = tuple(re.compile(rule.pattern, re.IGNORECASE | re.DOTALL) for rule in RULES)
    return ahocorasick_rs.AhoCorasick(words), tuple(tuple(owners[w]) for w in words), compiled


def _fired(text: str) -> tuple[int, ...]:
    """Numbers of the rules that have a trigger anywhere in the text, in order."""
    automaton, owners, _ = _engine()
    found = {hit[0] for hit in automaton.find_matches_as_indexes(text.lower(), overlapping=True)}
    return tuple(sorted({number for index in found for number in owners[index]}))


def _opens_with(text: str, title: str | None) -> bool:
    return bool(title) and _KEY.sub("", title[:40]).casefold() in _KEY.sub("", text[:400]).casefold()


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end > start:
            yield start, end
        start = end + 1


def _spans(text: str, title: str | None, fired: tuple[int, ...], repeated: frozenset[int]) -> Iterator[Span]:
    compiled = _engine()[2]
    lines = [(start, end) for start, end in _lines(text) if not text[start:end].isspace()]
    title_key = _KEY.sub("", title or "").casefold()
    final = len(lines) - 1
    for index, (start, end) in enumerate(lines):
        raw = text[start:end]
        low = raw.lower()
        numbers = [n for n in fired if any(t in low for t in RULES[n].triggers)]
        edge = index < HEAD or final - index < TAIL
        if repeated and edge and MIN_REPEATED <= end - start <= LONGEST and paragraph_key(raw) in repeated:
            yield Span("repeated", start, end)
        elif title_key and final and index <= EDGE_LINES and _KEY.sub("", raw).casefold() == title_key:
            yield Span("repeated_title", start, end)
        elif numbers:
            yield from _in_line(raw, start, numbers, compiled, from_end=final - index)


def _in_line(
    raw: str, start: int, numbers: list[int], compiled: tuple[re.Pattern[str], ...], *, from_end: int
) -> Iterator[Span]:
    plain = (_MARKS.sub("", raw) if _MAYBE_MARKS.search(raw) else raw).strip(" \t\r\xa0|•·»›-–—_*")
    wrapped = plain[:1].islower() and len(plain) > 30  # the middle of a hard-wrapped sentence is no notice
    for number in numbers:
        rule = RULES[number]
        whole = rule.place == "line" or (rule.place == "last" and from_end < EDGE_LINES)
        if whole and (rule.kind == "references" or (not wrapped and len(raw) <= LONGEST)):
            shown = raw.strip() if rule.kind == "end_mark" else plain
            if compiled[number].fullmatch(shown):
                yield Span(rule.kind, start, start + len(raw))
                return
    taken = len(raw)
    for number in numbers:
        place = RULES[number].place
        if place == "inside" or (place == "tail" and from_end == 0):
            found = compiled[number].search(raw)
            if found and found.start() < taken:
                yield Span(RULES[number].kind, start + found.start(), start + min(found.end(), taken))
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
