"""Where in a text a pattern of the codebook can match at all: literal words that an automaton looks for first.

Each pattern is looked for by its rarest word, together with the word behind it (or else the one in front) where these
follow one another without a gap, since two words side by side are far rarer than one. How rare words are is told from
their length and from two lists of words that are common in any English text on affairs of state.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from analysis.texts.annotate.lexicon import load as lexicon
from analysis.texts.annotate.tokens import lower

PIECE = re.compile(r"\{\d+,\d+\}|\[[^\]]+\]|\([^)]+\)|[^\s{}\[\]()]+")
_OPEN_END = re.compile(r"[*?]")  # from here on a word of a pattern is not literal
_JOINT = re.compile(r"[-'’]")
_GAPS = (" ", "  ", "   ")  # what may stand between two words of a pattern, with every sign a space
_MOST = 13  # ways to spell two words of one alternative, whatever is between them; of more, one word is looked for
_MOST_OF_ALL = 40  # and of all alternatives together, where it is the word in front that stands beside
_LONG = 25  # characters of a long word, with the signs and the space behind it
_EASY = 1.25  # how much more a word is worth with which a match begins: trying it there takes half the time
_WORDS = lexicon.read("common.toml")
_EVERYWHERE, _COMMON = _WORDS.words("everywhere"), _WORDS.words("affairs")


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
    first = next(place for place, piece in enumerate(pieces) if piece[0] != "{")
    chosen, best = -1, 0.0
    for place, piece in enumerate(pieces):
        if piece[0] in "{[" or min(len(_head(words[0])) for words in _alternatives(piece)) < 2:
            continue
        spelt = list(_spellings(pieces, place, _GAPS[:1]))
        worth = min(_worth(text) for text, _ in spelt) * (_EASY if place == first else 1)
        if worth > best:
            chosen, best = place, worth
    if chosen < 0:
        return []
    found = dict.fromkeys(
        Anchor(text, back, number, chosen == first) for text, back in _spellings(pieces, chosen, _GAPS)
    )
    begins = _shortest(a.text for a in found if a.back == len(a.text))
    return [a for a in found if a.back != len(a.text) or a.text in begins]


def _shortest(texts: Iterable[str]) -> set[str]:
    """The texts that no other one is the beginning of."""
    kept: list[str] = []
    for text in sorted(texts):  # all that begin with a text come right behind it
        if not kept or not text.startswith(kept[-1]):
            kept.append(text)
    return set(kept)


def _spellings(pieces: list[str], place: int, gaps: Sequence[str]) -> Iterator[tuple[str, int]]:
    """How a piece is spelt, with the word beside it: text, and how far back the word begins."""
    for words in _alternatives(pieces[place]):
        yield from _spelt(words, pieces, place, gaps)


def _spelt(words: list[str], pieces: list[str], place: int, gaps: Sequence[str]) -> Iterator[tuple[str, int]]:
    first, *rest = words
    if not _is_literal(first):
        yield from ((text, len(text)) for text in _joints(_head(first)))
        return
    behind = rest[:1] or _beside(pieces, place + 1, 0)
    texts = [begin + gap + end for begin in _joints(first) for gap in gaps for b in behind for end in _ends(b)]
    if texts and len(texts) <= _MOST * len(gaps) and all(map(_head, behind)):
        yield from ((text, len(text)) for text in texts)
        return
    before = [] if behind else _beside(pieces, place - 1, -1)
    pairs = list(product(before, gaps, _joints(first)))
    number = len(pairs) * len(_alternatives(pieces[place]))
    if pairs and number <= _MOST_OF_ALL * len(gaps) and all(map(_is_literal, before)):
        for word, gap, text in pairs:
            yield from ((begin + gap + text + " ", len(text) + 1) for begin in _joints(word))
        return
    yield from ((text + " ", len(text) + 1) for text in _joints(first))


def _beside(pieces: list[str], place: int, end: int) -> list[str]:
    """The words that stand right behind (end 0) or before (end -1) a piece: none if there is a gap, or nothing."""
    if not 0 <= place < len(pieces) or pieces[place][0] == "{":
        return []
    return [words[end] for words in _alternatives(pieces[place])]


@lru_cache(maxsize=8192)
def _ends(word: str) -> tuple[str, ...]:
    """The spellings of a word that follows: with a space if nothing but its end may stand there."""
    return tuple(text + " " * _is_literal(word) for text in _joints(_head(word)))


def _alternatives(piece: str) -> list[list[str]]:
    """The alternatives of one piece of a pattern, each as its words."""
    return [part.split() for part in (piece[1:-1].split("|") if piece[0] in "([" else [piece])]


def _is_literal(word: str) -> bool:
    return _OPEN_END.search(word) is None


def _head(word: str) -> str:
    """The literal beginning of a word of a pattern."""
    return _OPEN_END.split(word.lower())[0]


@lru_cache(maxsize=8192)  # the same words stand in many patterns
def _joints(head: str) -> tuple[str, ...]:
    """The spellings of a word with hyphens and apostrophes, each a space or nothing."""
    first, *others = _JOINT.split(head.lower())
    spelt = product((" ", ""), repeat=len(others))
    return tuple(dict.fromkeys(first + "".join(map("".join, zip(joints, others, strict=True))) for joints in spelt))


def _worth(text: str) -> int:
    """How rare the text is, roughly: the letters of its words, less where a word is common."""
    return sum(1 if word in _EVERYWHERE else 2 if word in _COMMON else len(word) for word in text.split())


@lru_cache(maxsize=8192)
def reach(pattern: str) -> int:
    """How many characters a match of a pattern takes at the most, its context included: 25 for a word between and for a
    joker, which hardly any two words in a row exceed.

    >>> reach("net"), reach("net {0,2} (neutral|fair*)")
    (3, 86)
    """
    taken = []
    for piece in PIECE.findall(pattern):
        if piece[0] == "{":
            taken.append(int(piece[1:-1].split(",")[1]) * _LONG - len(_GAPS))
            continue
        words = piece[1:-1].split("|") if piece[0] in "([" else [piece]
        taken.append(max(len(w) + w.count("*") * _LONG + w.count(" ") * len(_GAPS) for w in words))
    return sum(taken) + len(_GAPS) * (len(taken) - 1)


def landmarks(patterns: Sequence[str]) -> tuple[str, ...]:
    """Literal beginnings of words, one of which every match contains: for each pattern those of the word whose shortest
    beginning is longest; none if a pattern has no word with two literal letters."""
    heads: set[str] = set()
    for pattern in patterns:
        heads |= set(max(beginnings(pattern), key=lambda some: min(map(len, some))))
    return tuple(sorted(heads)) if min(map(len, heads), default=0) > 1 else ()


def beginnings(pattern: str) -> list[list[str]]:
    """For each word of a pattern its literal beginning ("" if it has none), of a choice that of each alternative.

    >>> beginnings("take* {0,2} (side*|*part)")
    [['take'], ['side', '']]
    """
    pieces = [p for p in PIECE.findall(pattern) if p[0] != "{"]
    words = [p[1:-1].split("|") if p[0] in "([" else [p] for p in pieces]
    return [[re.split(r"[*?\-' ]", lower(word.strip()))[0] for word in some] for some in words]


@lru_cache(maxsize=8192)
def landmarks_of_words(pattern: str) -> tuple[tuple[str, ...], ...]:
    """For each word of a pattern literal beginnings of which one stands in every match, the longest first; words that have
    none are left out.

    >>> landmarks_of_words("net {0,2} (neutral*|fairness)")
    (('neutral', 'fairness'), ('net',))
    """
    words = [tuple(some) for some in beginnings(pattern) if all(some)]
    return tuple(sorted(words, key=lambda some: -min(map(len, some))))


def stands(words: Sequence[Sequence[str]], part: str) -> bool:
    """Whether one of the beginnings of each word stands in a part of a text, be it within another word."""
    for heads in words:
        for head in heads:
            if head in part:
                break
        else:
            return False
    return True
