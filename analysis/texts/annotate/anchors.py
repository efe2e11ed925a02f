"""Where in a text a pattern of the codebook can match at all: literal words that an automaton looks for first.

Each pattern is looked for by its rarest word, together with the word behind it (or else the one in front) where these
follow one another without a gap, since two words side by side are far rarer than one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

PIECE = re.compile(r"\{\d+,\d+\}|\[[^\]]+\]|\([^)]+\)|[^\s{}\[\]()]+")
_OPEN_END = re.compile(r"[*?'’]")  # from here on a word of a pattern is not literal
_GAPS = (" ", "  ", "   ")  # what may stand between two words of a pattern, with every sign a space
_MOST = 40  # ways to spell two words of one alternative; of more, one word is looked for
_COMMON = frozenset(
    """
    take takes took taken taking with between more play state states military future cooperation framework to of on
    all none no nation country part from against one right who than business affairs order partner partners power
    powers side strong relations same both toward without come step problems foreign not stand remain economic
    political join member under land people house own community principles politics together only when where after
    into over the as by our its their other any and or
    in at it war wars conflict count is are was be has have had will well good new
    """.split()  # noqa: SIM905
)  # words that no search should start from if a pattern has another


class Anchor(NamedTuple):
    """Literal text in lower case, with spaces for signs, that stands wherever a pattern matches.

    back: how many characters before the end of `text` the word begins that the match contains. pattern: number of the
    pattern. opens: whether a match begins with that word.
    """

    text: str
    back: int
    pattern: int
    opens: bool


def anchors(patterns: Sequence[str]) -> list[Anchor]:
    """The anchors of all patterns of an entry, each once; a pattern without a word of two literal letters has none."""
    return list(dict.fromkeys(anchor for number, p in enumerate(patterns) for anchor in _of_pattern(number, p)))


def _of_pattern(number: int, pattern: str) -> list[Anchor]:
    pieces = PIECE.findall(pattern)
    chosen, best = -1, -9.0
    for place, piece in enumerate(pieces):
        if piece[0] in "{[":
            continue
        worth = _worth([_head(words[0]) for words in _alternatives(piece)])
        if chosen < 0 or worth > best:
            chosen, best = place, worth
    if min((len(_head(words[0])) for words in _alternatives(pieces[chosen])), default=0) < 2:
        return []
    opens = chosen == next(place for place, piece in enumerate(pieces) if piece[0] != "{") and pieces[0][0] != "["
    spelt = [s for words in _alternatives(pieces[chosen]) for s in _spellings(words, pieces, chosen)]
    found = dict.fromkeys(Anchor(text, back, number, opens) for text, back in spelt)
    begins = {a.text for a in found if a.back == len(a.text)}
    return [a for a in found if not (a.back == len(a.text) and _has_shorter(a.text, begins))]


def _has_shorter(text: str, others: set[str]) -> bool:
    """Whether a true beginning of `text` is among others."""
    return any(text[:end] in others for end in range(2, len(text)))


def _spellings(words: list[str], pieces: list[str], place: int) -> Iterator[tuple[str, int]]:
    """How one alternative of a piece is spelt, with the word beside it: text, and how far back the word begins."""
    first, *rest = words
    if not _is_literal(first):
        yield from ((text, len(text)) for text in _joints(_head(first)))
        return
    behind = rest[:1] or _beside(pieces, place + 1, 0)
    texts = [begin + gap + end for begin in _joints(first) for gap in _GAPS for b in behind for end in _ends(b)]
    if texts and len(texts) <= _MOST and all(map(_head, behind)):
        yield from ((text, len(text)) for text in texts)
        return
    before = [] if behind else _beside(pieces, place - 1, -1)
    pairs = list(product(before, _GAPS, _joints(first)))
    if pairs and len(pairs) <= _MOST and all(map(_is_literal, before)):
        for word, gap, text in pairs:
            yield from ((begin + gap + text + " ", len(text) + 1) for begin in _joints(word))
        return
    yield from ((text + " ", len(text) + 1) for text in _joints(first))


def _beside(pieces: list[str], place: int, end: int) -> list[str]:
    """The words that stand right behind (end 0) or before (end -1) a piece: none if there is a gap, or nothing."""
    if not 0 <= place < len(pieces) or pieces[place][0] == "{":
        return []
    return [words[end] for words in _alternatives(pieces[place])]


def _ends(word: str) -> list[str]:
    """The spellings of a word that follows: with a space if nothing but its end may stand there."""
    return [text + " " * _is_literal(word) for text in _joints(_head(word))]


def _alternatives(piece: str) -> list[list[str]]:
    """The alternatives of one piece of a pattern, each as its words."""
    return [part.split() for part in (piece[1:-1].split("|") if piece[0] in "([" else [piece])]


def _is_literal(word: str) -> bool:
    return _OPEN_END.search(word) is None


def _head(word: str) -> str:
    """The literal beginning of a word of a pattern."""
    return _OPEN_END.split(word.lower())[0]


def _joints(head: str) -> list[str]:
    """The spellings of a word with hyphens, each a space or nothing."""
    parts = head.lower().split("-")
    return list(dict.fromkeys(joint.join(parts) for joint in (" ", "")))


def _worth(heads: Sequence[str]) -> float:
    """How rare the words are that begin so, roughly: the shortest one's length, less if a word is common."""
    shortest = min(map(len, heads), default=0)
    return shortest - 5 * any(head in _COMMON for head in heads) if shortest > 1 else -9
