"""Whether a match is bound to a state by its own phrase, so that the persons and things beside it give it no other sense.

"The doctors sign for neutral Laos", "the pier sealed X's alignment", "X, with its cars and its stadium, is dependent on Y":
tailors and stadiums stand in these clauses, and the words are said of a state all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from analysis.texts.annotate import nouns
from analysis.texts.annotate.codebook import Condition, Entry
from analysis.texts.annotate.lexicon import load as lexicon
from analysis.texts.annotate.tokens import WORD

HasActor = Callable[[int, int, str], bool] | None
_Word = tuple[str, int, int]
_HEADS = lexicon.read("heads.toml")
_ABSTRACT = _HEADS.regex("stances")
A_STATE = re.compile(rf"\b(?:{_HEADS.source('a_state')})\b")
_LEADS = _HEADS.words("leads_to_what_it_does")
_THE_TERM = re.compile(r"\b(?:the|a|this) (?:terms?|words?|phrases?|labels?|slogans?|expressions?) [\"'“‘«]?$")
_TOWARDS = re.compile(r"\b(?:on|upon|with|to|towards?)$")
_NAMED = "|".join(sorted(_HEADS.words("bodies_named")))
_IS_A_BODY = re.compile(rf"(?: (?:{_NAMED})s?\b|, (?:an?|the|one of) (?:[\w'’-]+ ){{0,4}}?(?:{_NAMED})s?\b)")
_CALLED = re.compile(lexicon.hinted(rf"\b(?:{_NAMED})s? (?:called |named |known as |titled )?[\"“‘']?$"))
_SIGN = re.compile(r"[^\w\s'’-]")
_NEXT_WORDS = {count: re.compile(rf" (?:the |both )?(?:[\w'’-]+ ?){{1,{count}}}") for count in (1, 2)}
_FAR = 90  # characters in front of a match within which who does it is looked for
_ARTICLES = ("the", "a", "an", "our", "this")
_MOST = 7  # words between who does it and the match


def is_meant(low: str, match: tuple[int, int], sentence: tuple[int, int], entry: Entry, has_actor: HasActor) -> bool:
    """Whether the words are talked about ("the term ..."), are unmistakable and beside the name of a state, or are what a
    state has or is called, by what stands right before or behind them: "Lao independence", "neutral Laos"."""
    (start, end), begin = match, sentence[0]
    if _THE_TERM.search(low, max(begin, start - 30), start):
        return True
    if has_actor is None:
        return False
    if entry.unmistakable and has_actor(*sentence, "@state"):
        return True
    if entry.attributive and has_actor(end, _after(low, end, 1), "@power"):
        return True
    if not _is_abstract(low[start:end]):
        return False
    word = max(begin, low.rfind(" ", begin, max(begin, start - 1)) + 1)
    if has_actor(word, start, "@state") or A_STATE.match(low, word, start):
        return True
    return low.startswith(" of ", end) and has_actor(end, _after(low, end, 2), "@power")


@lru_cache(maxsize=4096)
def _is_abstract(words: str) -> bool:
    """Whether words are what a state is or has: "independence", "dependence on"; asked of the same few again and again."""
    return _ABSTRACT.search(words) is not None


def is_a_name(text: str, low: str, start: int, end: int) -> bool:
    """Whether words in capitals are the name of a firm, a band, an inn: "Orbit, a firm of guards", "the band Orbit"."""
    if not text[start].isupper():
        return False
    return _IS_A_BODY.match(low, end) is not None or _CALLED.search(low, max(0, start - 40), start) is not None


def bars_left(
    low: str, match: tuple[int, int], begin: int, bars: tuple[Condition, ...], has_actor: HasActor
) -> tuple[Condition, ...]:
    """The bars that still count: where a state itself does it ("X has become dependent on"), or where it is done towards
    one ("dependent on Y"), what else its clause names does not."""
    if has_actor is None or not (
        _does_it(low, match[0], begin, has_actor)
        or (_TOWARDS.search(low, *match) and has_actor(match[1], _after(low, match[1], 1), "@power"))
    ):
        return bars
    return tuple(bar for bar in bars if bar.relation != "clause")


def _after(low: str, end: int, words: int) -> int:
    """Where the next `words` words end, without an article; `end` if a sign stands before them."""
    match = _NEXT_WORDS[words].match(low, end)
    return match.end() if match else end


def _does_it(low: str, start: int, begin: int, has_actor: Callable[[int, int, str], bool]) -> bool:
    """Whether a state is named in front, with nothing between but auxiliaries, adverbs and the like, and not behind a
    preposition ("shops in X are dependent")."""
    words = [(m.group(), *m.span()) for m in WORD.finditer(low, max(begin, start - _FAR), start)]
    number = len(words)
    while number and len(words) - number < _MOST and _leads(words[number - 1][0]):
        number -= 1
    if not number or _SIGN.search(low, words[number - 1][2], start):
        return False
    return _is_who(words, number, has_actor)


def _is_who(words: list[_Word], number: int, has_actor: Callable[[int, int, str], bool]) -> bool:
    """Whether the last of the first `number` words names a state that no preposition stands before."""
    word, begin, end = words[number - 1]
    first = number - 1
    if not (A_STATE.fullmatch(word) or has_actor(begin, end, "@acting")):
        first -= 1  # a name of two words, of which neither is one alone
        if first < 0 or has_actor(*words[first][1:], "@actor") or not has_actor(words[first][1], end, "@acting"):
            return False
    while first and words[first - 1][0] in _ARTICLES:
        first -= 1
    if first > 1 and words[first - 1][0] in ("and", "or"):
        return not has_actor(*words[first - 2][1:], "@actor")
    return not first or words[first - 1][0] not in nouns.PREPOSITIONS


def _leads(word: str) -> bool:
    return word in _LEADS or word.endswith("ly")
