"""What is said of a word type once and for all: its lemma, and whether it is on the stop list."""

from __future__ import annotations

import os
from pathlib import Path

from analysis.store.errors import DiscourseError


def lemma(term: str) -> str:
    """The lemma of an English word type (simplemma, offline); the term itself where none is known."""
    import simplemma

    return simplemma.lemmatize(term, lang="en").lower()


def load_stop_words(path: str | os.PathLike[str]) -> frozenset[str]:
    """The project's stop list: one lower-case word a line, # starts a comment.

    Raises `DiscourseError` for a missing file, and for a line with a capital letter or several words.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        raise DiscourseError(f"{path}: no such file. An empty one means: no stop words.") from error
    words = [(i, line.strip()) for i, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    for number, word in words:
        if word != word.lower() or len(word.split()) > 1:
            raise DiscourseError(
                f"{path}, line {number}: {word!r} is not allowed; allowed: one lower-case word a line."
            )
    return frozenset(word for _, word in words)
