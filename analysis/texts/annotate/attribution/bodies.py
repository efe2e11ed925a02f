"""Ministries, institutes, newspapers that a text names by their own names."""

from __future__ import annotations

import re

from analysis.texts.annotate.lexicon import load as lexicon

_WRITTEN_BY = lexicon.read("phrases.toml").regex("written_by")
_OWNER = re.compile(r"^(?!People)[A-Z]\w+[’']s\s+(?=\w+\s)")  # "Laos's Ministry of Trade"
_BODIES_REACH = 600  # characters before "it" within which the body stands that it means
_ARTICLE = re.compile(r"\W*(?:the |an? )?")
_HEADS = "|".join(lexicon.read("names.toml").items("named_bodies"))
# A word of a name: a full stop only behind initials, and none that opens a sentence.
_NAME_WORD = r"(?!(?:The|An?|In|At|As|But|And)\b)(?:(?:[A-Z]\.)+|[A-Z][\w’'&-]*)"
_OF = r" +(?:of|for|on) +(?:the +)?[A-Z][\w’'-]*"
_BODY = re.compile(
    rf"(?:{_NAME_WORD} +){{1,6}}(?:{_HEADS})\b(?:{_OF}(?:(?:,? +(?:and|of|&|for) +| +)[A-Z][\w’'-]*)*)?"
    rf"|(?:{_HEADS}){_OF}(?:(?:,? +(?:and|of|&|for) +| +)(?:the +)?[A-Z][\w’'-]*)*"
)


def named_at(text: str, low: str, span: tuple[int, int], at: int) -> str:
    """The name of a body that is written in capitals at `at` in a noun phrase, or that wrote what it names; else "".

    >>> text = "a study by the Ministry of Rural Trade and Planning found"
    >>> named_at(text, text.lower(), (0, len(text)), 2)
    'Ministry of Rural Trade and Planning'
    """
    start, stop = span
    for body in _BODY.finditer(text, start, min(stop, len(text))):
        written = _WRITTEN_BY.search(low, max(0, body.start() - 80), body.start())
        opens = at == start and _ARTICLE.fullmatch(low, start, body.start())
        if written or opens or body.start() <= at < body.end():
            return _OWNER.sub("", body.group())
    return ""


def named_before(text: str, at: int) -> str:
    """The last body named before a place, which "it" stands for there; "" if none is.

    >>> named_before("He flew to Vientiane. The Mekong Institute met. It said", 48)
    'Mekong Institute'
    """
    names = [_OWNER.sub("", body.group()) for body in _BODY.finditer(text, max(0, at - _BODIES_REACH), at)]
    return names[-1] if names else ""
