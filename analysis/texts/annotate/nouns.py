"""What a noun names: a private person, a creature, a thing, or something else; and the head of a noun phrase.

States hedge, lean and depend; tailors, cranes and clarinets do so in another sense. `data/nouns.txt` holds English nouns
and adjectives by the sense of WordNet they mostly have (scripts/noun_senses.py made it). `lexicon/heads.toml` takes out
those that act for states or stand for them in figures of speech, and adds firms, teams and the like. The head of a phrase
is read off its surface: the last of the nouns that stand in a row before anything else.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from analysis.texts.annotate.lexicon import load

KINDS = ("person", "creature", "thing")  # the classes that no state is
NOUNS = (*KINDS, "other")
_DATA = Path(__file__).parent / "data" / "nouns.txt"
_HEADS = load.read("heads.toml")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_ENDS = re.compile(r"[,.;:!?()\n–—]")
_STOP = _HEADS.words("ends_a_phrase")
STATELY = re.compile(rf"\b(?:{_HEADS.source('stately')})\b")
OF_STATES = re.compile(rf"{STATELY.pattern}|\b(?:{_HEADS.source('of_states')})\b")
_OPENS = _HEADS.words("opens_a_phrase")
_BEFORE_A_PHRASE = _HEADS.words("before_a_phrase")
_NOT_PRIVATE = _HEADS.words("not_private")
PREPOSITIONS = _HEADS.words("prepositions")
PLACES = _HEADS.words("places")
_MANY = _HEADS.words("groups_of")
_BONDS = _HEADS.words("bonds")
_ACTING = dict.fromkeys(_HEADS.words("acting_persons"), "person") | dict.fromkeys(
    _HEADS.words("acting_things"), "thing"
)
_BEHIND_A_BOND = re.compile(r" (?:with|of|for|to|between|among) ")
_SPEAKS = _HEADS.words("speaks_of_states")
_LIKE_ADJECTIVE = re.compile(
    r"[a-z]{3,}est|[a-z]{3,}(?:ese|ian|ean|ish|can|tian)|thai|khmer|lao|dutch|french|czech|greek|swiss|us|[a-z]+-[a-z]+"
)
_PLAIN = str.maketrans("éèêëáàâäíîïóôöúûüçñ", "eeeeaaaaiiiooouuucn")
_PLURALS = (
    ("ies", "y"),
    ("women", "woman"),
    ("men", "man"),
    ("ves", "f"),
    ("es", ""),
    ("s", ""),
    ("children", "child"),
)


@cache
def table() -> dict[str, str]:
    """Noun or adjective -> its class: "person", "creature", "thing", "other" (any other noun) or "quality" (adjectives)."""
    made: dict[str, str] = {}
    for line in _DATA.read_text(encoding="utf-8").splitlines():
        kind, tab, words = line.partition("\t")
        if tab and not kind.startswith("#"):
            made |= dict.fromkeys(words.split(), kind.rstrip("?"))
    for word in _HEADS.words("names_of_states"):
        made.pop(word, None)
    made |= dict.fromkeys(_HEADS.words("for_states") | _HEADS.words("figures"), "other")
    made |= dict.fromkeys(_HEADS.words("bodies_corporate"), "thing") | dict.fromkeys(
        _HEADS.words("private_persons"), "person"
    )
    return made


@cache
def verbs() -> frozenset[str]:
    """Nouns of the table that are as often verbs (their lines end with "?")."""
    lines = _DATA.read_text(encoding="utf-8").splitlines()
    return frozenset(w for line in lines if (part := line.split("\t"))[0].endswith("?") for w in part[1].split())


@cache
def kind_of(word: str) -> str:
    """The class of a lower-cased word, in singular or plural; "" if it is neither a noun nor an adjective of the table."""
    known = table()
    word = word.translate(_PLAIN)
    if word in _NOT_PRIVATE or word.rstrip("s") in _NOT_PRIVATE:
        return "other"
    if word in known:
        return known[word]
    for ending, single in _PLURALS:
        if word.endswith(ending) and (kind := known.get(word[: len(word) - len(ending)] + single, "")) in NOUNS:
            return kind
    return ""


def acting(word: str) -> str:
    """The class of a word that can be nothing but a noun, since it names who acts or who has something: "the judge",
    "the lift's"."""
    return _ACTING.get(word) or _ACTING.get(word.removesuffix("s")) or kind_of(word)


def speaks_of_states(word: str) -> bool:
    """Whether a word names persons whose work it is to speak of states: analysts, journalists."""
    return word in _SPEAKS or word.removesuffix("s") in _SPEAKS


def other_side(low: str, begin: int, end: int, stop: int) -> tuple[str, int, int]:
    """The head of the phrase behind what is between two ("a friendship with the widow"), whose word is `low[begin:end]`;
    ("", stop, stop) if it is no such word."""
    word = low[begin:end]
    behind = _BEHIND_A_BOND.match(low, end, stop)
    if behind is None or not (word in _BONDS or word.removesuffix("s") in _BONDS):
        return "", stop, stop
    return head(low, behind.end(), stop, names=False)


def head(low: str, begin: int, stop: int, *, names: bool) -> tuple[str, int, int]:
    """Class and span of the head of the first noun phrase in `low[begin:stop]`; ("", stop, stop) if there is none.

    names: whether words that the table does not know may stand before the nouns, as names do before who acts.
    """
    words = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(low, begin, stop)]
    last: tuple[str, int, int] | None = None
    end = begin
    before = ""
    for word, a, b in words:
        if _ENDS.search(low, end, a) and (last or not names):
            break
        end = b
        if last and word == "of" and low[last[1] : last[2]] in _MANY:
            return head(low, b, stop, names=names)
        bare = re.sub(r"['’]s?$", "", word)
        if word in _STOP or (names and last is None and word in _BEFORE_A_PHRASE):
            break
        is_slot = names and _may_name(before) and not (last and low[last[1] : last[2]].endswith("s"))
        kind = (acting if is_slot else kind_of)(bare)
        before = word
        if bare != word:  # a possessive: the head is still to come
            last = None
        elif kind in NOUNS and not (last and _is_whole(low[last[1] : last[2]], last[0], bare)):
            last = (kind, a, b)
        elif last or not (names or word in _OPENS or kind == "quality" or _LIKE_ADJECTIVE.fullmatch(word)):
            break
    return last or ("", stop, stop)


def _may_name(before: str) -> bool:
    """Whether the word behind `before` can be nothing but a noun: behind "the" or "Thai", but not in "China guards it"."""
    return (
        not before
        or before in _OPENS
        or kind_of(before) != ""
        or _LIKE_ADJECTIVE.fullmatch(before) is not None
        or before.endswith(("'s", "’s", "s'"))
    )


def _is_whole(last: str, kind: str, word: str) -> bool:
    """Whether a noun ends its phrase and the noun-like word behind it is a verb: "ministers back", "cranes winter"."""
    return word.rstrip("s") in verbs() if kind == "other" else last.endswith("s") and not last.endswith("ss")
