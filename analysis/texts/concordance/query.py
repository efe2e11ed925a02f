"""What people type into a search box, as patterns of the codebook; or a refusal that explains the notation.

Quotation marks around words mean the words; `OR`, `|` and commas part alternatives, with or without brackets. Characters
are made plain as those of texts are. AND, NOT,
NEAR, + and regular expressions are refused: a line of a concordance shows one match.
"""

from __future__ import annotations

import re
from itertools import pairwise

from analysis.errors import DiscourseError
from analysis.texts.clean.characters import plain_characters

NOTATION = (
    "Patterns are words; * stands for any letters, ? for one, (a|b) for a choice (a OR b is understood too), {0,5} between "
    "two words for up to five words there; entry:ID and frame:NAME show the codebook's own hits. See docs/codebook.md."
)
_MARKS = "\"'“”„‟‘’‚«»‹›"
_QUOTED = re.compile(rf"(?<![\w])[{_MARKS}]+|[{_MARKS}]+(?!\w)")
_OR = re.compile(r"\s*(?<![^\s(])OR(?![^\s)])\s*|\s*\|\|\s*")
_OTHER = re.compile(
    r"(?<!\S)(?:AND|NOT|NEAR(?:/\d+)?|W/\d+|PRE/\d+|ADJ\d*|&&?|\+|!)(?!\S)|(?<=\w)\+(?=\w)|(?<!\S)[-+!](?=\w)|\A/.*/\w*\Z|[\\^$]"
)
_NUMBER = re.compile(r"(?<=\d),(?=\d)")
_LETTER = re.compile(r"\w")


def patterns_of(query: str) -> list[str]:
    """The codebook patterns that a query means, each an alternative. Raises `DiscourseError` with the notation.

    >>> patterns_of('"friend" OR take* side*'), patterns_of("(neutral | aligned) line")
    (['friend', 'take* side*'], ['(neutral|aligned) line'])
    """
    text = _QUOTED.sub(" ", plain_characters(query)).strip()
    if found := _OTHER.search(text):
        sign = found.group().strip()
        raise DiscourseError(f"search {query!r}: {sign!r} is not understood. {NOTATION}")
    text = re.sub(r"\s*\|\s*", "|", _OR.sub("|", text))
    if re.search(r"(?<!\S)or(?!\S)", text) and "(" not in text and len(text.split()) == 3:
        text = re.sub(r"\s+or\s+", "|", text)  # one word or another
    parts = [part.strip() for part in _split(text)]
    for part in parts:
        _check(part, query)
    return list(dict.fromkeys(parts))


def _split(text: str) -> list[str]:
    """The alternatives at the top: cut at bars and commas outside brackets; a choice in brackets alone is cut too."""
    if re.fullmatch(r"\([^()]*\)", text):
        text = text[1:-1]
    depth, cuts = 0, [-1]
    for place, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and sign in "|,;" and not _NUMBER.match(text, place):
            cuts.append(place)
    return [text[a + 1 : b] for a, b in pairwise([*cuts, len(text)])]


def _check(part: str, query: str) -> None:
    if not _LETTER.search(re.sub(r"\{[^}]*\}", "", part)):
        what = "matches every word" if set(part) & {"*", "?"} else "holds no word"
        raise DiscourseError(f"search {query!r}: {part!r} {what}; give at least one letter. {NOTATION}")
    for choice in re.findall(r"[(\[]([^()\[\]]*)[)\]]", part):
        if not all(_LETTER.search(word) for word in choice.split("|")):
            raise DiscourseError(f"search {query!r}: an empty choice in ({choice}). {NOTATION}")
