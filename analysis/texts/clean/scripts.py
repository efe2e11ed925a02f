"""Scripts that write no spaces between words: Khmer, Thai, Lao, Burmese.

A regular expression cuts them at every vowel sign, and a clause becomes ten "words". Without a dictionary their words
cannot be told apart, so a stretch of them is no word at all here, and its length is unknown; `khmercut` (the extra
`khmer`), where it is installed, says how many words of Khmer it is about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.util import find_spec

UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\ua9e0-\ua9ff\uaa60-\uaa7f"
CODES = ("km", "th", "lo", "my")
_STRETCH = re.compile(rf"[{UNSPACED}][{UNSPACED}\u200b-\u200d \u00a0\d.,:;()«»“”\"'!?/-]*")
_KHMER = re.compile("[\u1780-\u17ff]")


def stretches(text: str) -> list[str]:
    """The stretches of a text in scripts without spaces, with the marks and numbers inside them.

    >>> len(stretches("One \u1780\u17b6 \u1781 and \u0e01\u0e32 two"))
    2
    """
    return [] if text.isascii() else [found.strip() for found in _STRETCH.findall(text)]


def without_stretches(text: str) -> str:
    """The text without these stretches."""
    return text if text.isascii() else _STRETCH.sub(" ", text)


def words_of_khmer(found: Sequence[str]) -> int | None:
    """About how many words stretches of Khmer hold, by khmercut; None if it is not installed or another script is there."""
    if not found or find_spec("khmercut") is None or not all(map(_KHMER.search, found)):
        return None
    from khmercut import tokenize

    return sum(1 for stretch in found for word in tokenize(stretch) if _KHMER.search(word))
