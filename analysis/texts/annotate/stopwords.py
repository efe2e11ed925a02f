"""The project's own stop list: `data/stopwords.txt`, one word per line, editable."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from analysis.store.atomic import read_utf8

DEFAULT = Path(__file__).parent / "data" / "stopwords.txt"


@cache
def stopwords(path: str | Path = DEFAULT) -> frozenset[str]:
    """The words on the list, lower case; lines that start with # and empty lines do not count."""
    lines = read_utf8(path).splitlines()
    return frozenset(line.strip().lower() for line in lines if line.strip() and not line.startswith("#"))


def is_stopword(term: str, path: str | Path = DEFAULT) -> bool:
    """Whether a lower-cased word type is on the list; a possessive ending is ignored, and a bare number is one too."""
    base = term.removesuffix("'s")
    return base in stopwords(path) or base.isdigit()
