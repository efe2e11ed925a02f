"""The attack on a whole store, and what it found in numbers; never a word of a text.

The attacker has the store's files, the code and public word lists, and no text. Three things are counted: documents of
which eight or more words in a row came back, titles that came back whole, and words that the store hides in its pool.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import require
from analysis.publish.attack.reconstruct import LONG_RUN, Public, Recovered, WordList, reconstruct
from analysis.publish.attack.tables import collections_of, public_documents, read_table

MAX_TYPES = 60
SMALL = 50


@dataclass(frozen=True)
class Attack:
    """What an attack recovered of one store. documents: one entry for every document of which anything came back.

    tried: documents looked at. exposed: documents below `SMALL` tokens whose bag of words is published alone, nothing
    pooled: such a bag is the text up to order. single: pooled words that stand in one document of those recovered.
    """

    tried: int
    documents: tuple[Recovered, ...]
    exposed: int

    @property
    def in_order(self) -> list[Recovered]:
        """Documents of which at least eight words in a row came back."""
        return [d for d in self.documents if d.longest >= LONG_RUN]

    @property
    def complete(self) -> list[Recovered]:
        """Documents that came back completely, title and text."""
        return [d for d in self.documents if d.whole]

    @property
    def titles(self) -> list[Recovered]:
        """Documents whose title their address gives."""
        return [d for d in self.documents if d.title]

    @property
    def pooled(self) -> set[str]:
        """Words of the pool that came back and stand in a single one of the documents looked at."""
        spread = Counter(w for d in self.documents for w in d.pooled)
        return {w for w, n in spread.items() if n == 1}

    def lines(self) -> list[str]:
        """The result in words, numbers only."""
        return [
            f"{self.tried:,} documents attacked",
            f"{len(self.in_order):,} of which {LONG_RUN} or more words in a row came back, {len(self.complete):,} of them "
            "completely",
            f"{len(self.titles):,} whose title their address or id gives",
            f"{len(self.pooled):,} pooled words of a single document came back",
            f"{self.exposed:,} documents under {SMALL} tokens whose whole bag of words is published",
        ]


def attack_store(
    folder: Path,
    *,
    words: Iterable[str] = (),
    collection: str | None = None,
    max_types: int = MAX_TYPES,
    threads: int = 1,
) -> Attack:
    """Attack the store in `folder` from its files alone.

    words: public word lists; the words of the store's vocabulary and of its addresses are tried anyway. collection: only
    this one. max_types: see `reconstruct`; at 60 a document costs up to four seconds. threads: documents at once, the
    result is the same. A store without documents gives an attack that tried none; a
    collection that it has not raises `DiscourseError`.
    """
    if collection is not None:
        require("collection", collection, collections_of(folder))
    documents = list(public_documents(folder, collection))
    terms = read_table(folder, "vocabulary")
    lists = dict.fromkeys(words)
    lists |= dict.fromkeys(w for d in documents for w in d.address)
    lists |= dict.fromkeys(terms["term"] if len(terms) else ())
    known = WordList.of(tuple(lists))

    def one(public: Public) -> Recovered:
        return reconstruct(public, known, max_types=max_types)

    with ThreadPoolExecutor(threads) as pool:
        results = list(pool.map(one, documents))
    found = tuple(r for r in results if r.runs or r.whole or r.title or r.pooled)
    exposed = sum(1 for d in documents if d.bag and not d.pooled and d.token_count < SMALL)
    return Attack(len(documents), found, exposed)


def public_words() -> list[str]:
    """The English word forms of simplemma's dictionary: a list that anyone can have."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    forms = DefaultDictionaryFactory().get_dictionary("en")
    names = (form.decode() if isinstance(form, bytes) else form for form in forms)
    return sorted({name.lower() for name in names})
