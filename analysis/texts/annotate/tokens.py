"""Tokens and sentences.

A token is a run of letters, digits and underscores with inner hyphens and apostrophes ("non-aligned", "country's"),
lower-cased; typographic apostrophes count as straight ones. Khmer, Thai, Lao and Burmese, which write no spaces between
words, give no tokens (see `clean.scripts`). Sentences end at . ! ? or a blank line.
"""

from __future__ import annotations

import re

from analysis.texts.clean.scripts import UNSPACED

LETTER = rf"[^\W{UNSPACED}]"
WORD = re.compile(rf"{LETTER}+(?:[-'’]{LETTER}+)*")
_ABBREVIATED = (  # one look-behind for each length, since Python's have a fixed width
    "[a-z]",
    "mr|ms|dr|lt|st|no|vs|co|jr|sr",
    "mrs|gen|col|maj|sgt|rev|hon|sen|rep|gov|amb|adm|nos|jan|feb|mar|apr|jun|jul|aug"
    "|sep|oct|nov|dec|inc|ltd|art|h\\.e|h\\.m|u\\.s|u\\.n|u\\.k|e\\.g|i\\.e",
    "capt|prof|pres|sept|corp|arts",
)
_BREAK = re.compile(
    r"[.!?…\n](?:(?<=\n)\s*|([\"”’»')\]]*)(?=\s+[\"“‘«'(\[]*[^\Wa-z_])"
    + "".join(rf"(?<!\b(?i:{words})\.)" for words in _ABBREVIATED)
    + r"\s+)"
)


def lower(text: str) -> str:
    """`text` in lower case with straight apostrophes, character for character (offsets stay valid)."""
    low = text.lower()
    if len(low) != len(text):  # a few letters grow when lower-cased
        low = "".join(small if len(small := c.lower()) == 1 else c for c in text)
    return low.replace("’", "'")


def tokenize(text: str) -> list[str]:
    """The lower-cased tokens of `text`, in order. An empty text gives [].

    >>> tokenize("Non-aligned country’s PM")
    ['non-aligned', "country's", 'pm']
    """
    return WORD.findall(lower(text))


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Half-open character spans of the sentences of `text[start:end]`; white space between them belongs to none.

    A full stop after an abbreviation, a single initial or within a number ends no sentence; a line break always does.
    """
    end = len(text) if end is None else end
    spans = []
    begin = start
    for match in _BREAK.finditer(text, start, end):
        close = match.end(1)
        if close < 0:  # a line break
            close = match.start()
        if close > begin:
            spans.append((begin, close))
        begin = match.end()
    rest = text[begin:end].rstrip()
    if rest:
        spans.append((begin, begin + len(rest)))
    return spans


def sentences_before(text: str, start: int, at: int) -> int:
    """How many sentences end between `start` and `at`, the beginnings of two sentences."""
    stop = min(len(text), at + 3)  # three more, for the look-ahead; what begins there is taken off again
    return len(_BREAK.findall(text, start, stop)) - len(_BREAK.findall(text, at, stop))
