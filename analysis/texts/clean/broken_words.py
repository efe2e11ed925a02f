"""Words broken at the end of a line: joined where they are one word, with their hyphen where it is part of the word."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator

_SOFT = re.compile("[\u00ad\u00ac][ \t]*\r?\n[ \t\r\n]*(?=[^\\W\\d_])")
_AT_LINE_END = re.compile(r"-[ \t]*\n")
_BROKEN = re.compile(r"(?<![^\W_])([^\W\d_]+)-[ \t]*\n([ \t]*\n)?[ \t]*([^\W\d_]+)")
_SUSPENDED = frozenset(("and", "or", "to", "und", "et", "nor", "versus", "vs"))  # short- and long-term
# First parts that keep their hyphen before a whole word. Not "pro", "inter", "co": typesetters break words after them.
_PREFIXES = frozenset("non well ill self half cross quasi sino franco anglo indo euro afro russo".split())  # noqa: SIM905


# Ends of words that dictionaries list as words.
_ENDINGS_LIST = """
    able age al an ance ary ate ed en ence ent er ers es ful ial ible ic ical ies ine ing ings ion ions ish ism ist
    ity ive ize less ly ment ments ness or ory ous sion sions tial ties tion tional tions tive ture ty ure
"""
_ENDINGS = frozenset(_ENDINGS_LIST.split())


def join_broken(text: str) -> str:
    """`text` with the words joined that a line end broke.

    A soft hyphen always joins. After a hyphen the word goes on in small letters, or both parts are in capitals. Where the
    text has the word elsewhere, it is written as there. Else it depends on the text: one that breaks some words in places
    where no hyphen can stand ("har-/bour") was typeset, and of its broken words those are joined that the English
    dictionary has as one word or does not have as two; in other texts hyphens stay.

    >>> join_broken("their har-\\nbour and their well-\\nknown boats")
    'their harbour and their well-known boats'
    """
    if "\u00ad" in text or "\u00ac" in text:
        text = _SOFT.sub("", text)
    found = list(_breaks(text)) if "-" in text else []
    if not found:
        return text
    broken = [(one.group(1).lower(), one.group(3).lower()) for one in found]
    low = text.lower()

    @functools.cache
    def is_there(word: str) -> bool:
        at = low.find(word)
        while at >= 0:
            if _is_whole(low, at, at + len(word)):
                return True
            at = low.find(word, at + 1)
        return False

    @functools.cache  # asked for the few words that nothing else decides: the dictionary takes a while to load
    def is_typeset() -> bool:
        return any(not _are_words(*pair) and _is_word("".join(pair)) for pair in broken)

    parts, last = [], 0
    for one in found:
        parts += [text[last : one.start()], _joined(one, is_there, is_typeset)]
        last = one.end()
    return "".join([*parts, text[last:]])


def _breaks(text: str) -> Iterator[re.Match[str]]:
    """The matches of `_BROKEN` as `finditer` gives them, looked for from the hyphens at line ends only."""
    last = 0
    for hyphen in _AT_LINE_END.finditer(text):
        start = hyphen.start()
        while start > last and text[start - 1].isalnum() and not text[start - 1].isdecimal():
            start -= 1
        match = _BROKEN.match(text, start) if start < hyphen.start() else None
        if match is not None:
            yield match
            last = match.end()


def _is_whole(low: str, start: int, end: int) -> bool:
    """Whether `low[start:end]` is a word, hyphens and all, and no part of a longer one."""
    before, after = low[max(0, start - 2) : start], low[end : end + 2]
    if before[-1:].isalpha() or after[:1].isalpha():
        return False
    return not (before[-1:] == "-" and before[:1].isalpha()) and not (after[:1] == "-" and after[1:].isalpha())


def _joined(found: re.Match[str], is_there: Callable[[str], bool], is_typeset: Callable[[], bool]) -> str:
    first, blank, second = found.groups()
    capitals = first.isupper() and second.isupper() and len(first) > 1
    if not (second[0].islower() or capitals):
        return found.group() if blank else f"{first}-{second}"
    one, other = first.lower(), second.lower()
    if other in _SUSPENDED:
        return found.group() if blank else f"{first}- {second}"
    hyphened, joined = f"{first}-{second}", first + second
    if is_there(hyphened.lower()):
        return hyphened
    if is_there(one + other):
        return joined
    if blank and not _is_word(one + other):
        return found.group()
    if not is_typeset() or (one in _PREFIXES and len(other) > 3 and _is_word(other)):
        return hyphened
    return joined if _is_word(one + other) or not _are_words(one, other) else hyphened


def _are_words(one: str, other: str) -> bool:
    return one not in _ENDINGS and other not in _ENDINGS and _is_word(one) and _is_word(other)


@functools.lru_cache(maxsize=20_000)
def _is_word(word: str) -> bool:
    import simplemma

    return len(word) > 1 and simplemma.is_known(word, lang="en", low_memory=True)
