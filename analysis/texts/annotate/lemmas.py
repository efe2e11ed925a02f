"""Lemmas of English word types, offline, each type once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

OWN = Path(__file__).parent / "data" / "lemmas.txt"


@cache
def own_lemmas() -> dict[str, str]:
    """The project's own lemmas (data/lemmas.txt: form, tab, lemma), which come before simplemma's."""
    rows = (
        line.split("\t") for line in OWN.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    )
    return dict(rows)


@cache
def lemma(term: str) -> str:
    """The lemma of one lower-cased word type: its possessive ending dropped, then the own list, then simplemma.

    A word unknown to both is its own lemma. Compounds with a hyphen keep all but their last part. simplemma looks words up
    in its packed dictionary (low_memory), which is ready in a third of the time that unpacking it takes.
    """
    import simplemma

    base = term.removesuffix("'s").removesuffix("'")
    if base in own_lemmas():
        return own_lemmas()[base]
    if not base:
        return term
    head, hyphen, last = base.rpartition("-")
    if not last or not last.isalpha():
        return base
    return (head + hyphen + simplemma.lemmatize(last, lang="en", low_memory=True).lower()) or term


def lemmas(terms: Iterable[str]) -> list[str]:
    """The lemmas of word types, in their order."""
    return [lemma(term) for term in terms]
