"""What two releases of one store tell together that neither tells alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.publish.attack.tables import read_table
from analysis.publish.promise import SMALL, Finding
from analysis.store.contracts import POOLED_TERM_ID

if TYPE_CHECKING:
    import pandas as pd

    from analysis.store import Store


def check_differences(store: Store, previous: Path) -> Iterator[Finding]:
    """Words and passages that come back when `store` is subtracted from the release in `previous` (or the other way).

    A word that was pooled and is named now because of one single new document shows who used it in the old ones. Counts of
    a document that changed by fewer tokens than a small document has show the bag of the passage that changed. Words that
    were named and are pooled now stay known from the old release. previous: the folder of a store of any form.
    """
    old, new = read_table(previous, "counts"), store.table("counts")
    terms = [read_table(previous, "vocabulary"), store.table("vocabulary")]
    if old.empty or terms[0].empty:
        return
    names = [t.set_index("term_id")["term"] for t in terms]
    old = old.assign(term=old["term_id"].map(names[0]))
    new = new.assign(term=new["term_id"].map(names[1]))
    both = set(old["doc_id"]) & set(new["doc_id"])
    yield from _brought_back(old, new, both)
    yield from _passages(old, new, both, int(store.manifest["info"].get("small_tokens") or SMALL))
    gone = set(names[0]) - set(names[1])
    if gone:
        yield Finding(
            "vocabulary",
            f"{len(gone)} words of the previous release are pooled now; who has that release knows them still",
        )


def _brought_back(old: pd.DataFrame, new: pd.DataFrame, both: set[str]) -> Iterator[Finding]:
    fresh = new[(new["term_id"] != POOLED_TERM_ID) & ~new["term"].isin(set(old["term"]))]
    if fresh.empty:
        return
    added = (~fresh["doc_id"].isin(both)).groupby(fresh["term"]).sum()
    alone = int((added == 1).sum())
    if alone:
        yield Finding(
            "vocabulary",
            f"{alone} words that the previous release pooled are named because of one new document each; leave these "
            "documents for a release with more, or raise --min-documents",
        )


def _passages(old: pd.DataFrame, new: pd.DataFrame, both: set[str], small: int) -> Iterator[Finding]:
    """Documents in both releases whose counts differ by a few words, the pool and words named in one release left out."""
    shared = set(old["term"]) & set(new["term"])
    sides = []
    for table in (old, new):
        kept = table[table["doc_id"].isin(both) & table["term"].isin(shared) & (table["term_id"] != POOLED_TERM_ID)]
        sides.append(kept.set_index(["doc_id", "term"])["token_count"])
    # A document that was shown and is pooled whole now, or the other way, differs by itself and not by a passage.
    known = set(sides[0].index.get_level_values(0)) & set(sides[1].index.get_level_values(0))
    apart = sides[0].sub(sides[1], fill_value=0).abs().groupby(level=0).sum()
    apart = apart[apart.index.isin(known)]
    few = int(((apart > 0) & (apart < small)).sum())
    if few:
        yield Finding(
            "counts", f"{few} documents whose counts changed by fewer than {small} tokens: a passage's own bag of words"
        )
