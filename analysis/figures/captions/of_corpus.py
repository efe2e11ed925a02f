"""What the figures of the corpus say: what it holds, and who reprints whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.figures.captions import asked as words
from analysis.figures.captions.asked import Said, sentences
from analysis.study.wording import listed

PERIODS = {"M": "month", "Q": "quarter", "Y": "year"}


def audit_corpus(frequency: str, warnings: Sequence[str], *, who: str = "outlet", **given: Any) -> dict[str, Said]:
    """Of the notebook on the corpus: `periods`, `eras` and `profile`. warnings: sentences on what it cannot compare. who:
    what a line is."""
    a = words.read(given, "audit_corpus")
    span = f"by {who} and {PERIODS[frequency]}"
    eras = words.eras_named(a.store, a.era_ids or ())
    names = listed([a.name(era) for era in a.era_ids]) if a.era_ids else "no era"
    return {
        "periods": Said(
            f"What the {a.collection} collection holds",
            sentences(
                f"Documents of the {a.collection} collection {span}; empty cells hold none", words.outlets(a), eras
            ),
            f"Grid of the documents of the {a.collection} collection {span}; darker cells hold more. Lines mark the "
            f"borders of {names}.",
        ),
        "eras": Said(
            f"Documents by {who} and era",
            sentences(f"Documents of each {who} by era{words.collection(a)}", words.outlets(a), eras, *warnings),
            f"Dot plot of the number of documents by {who}, one mark for each of {names}.",
            "documents",
        ),
        "profile": Said(
            "What the documents are like",
            sentences(
                f"Share of the documents of each {who} that make it harder to compare{words.collection(a)}; missing "
                f"{PERIODS[frequency]}s are those between its first and last",
                words.outlets(a),
            ),
            f"Heat map of each {who} by quality: missing {PERIODS[frequency]}s, headlines only, opinion, reprints, "
            "undated, no era, boilerplate.",
            "share",
        ),
    }


def trace_syndication(**given: Any) -> dict[str, Said]:
    """Of the notebook on reprints: the `matrix` and the `network`."""
    a = words.read(given, "trace_syndication")
    limits = "Stories whose origin is not in the corpus are not seen."
    return {
        "matrix": Said(
            "Who reprints whom",
            sentences(
                f"Reprints from the likely origin (rows) to the outlet that carries them (columns){words.collection(a)}"
            ),
            f"Matrix of origin outlets by reprinting outlets with the number of reprints{words.collection(a)}.",
            "reprints",
            "document",
            limits=limits,
        ),
        "network": Said(
            "The flow of stories",
            sentences(
                f"Reprints between outlets{words.collection(a)}; arrows run from the likely origin, wider for more reprints"
            ),
            f"Network of outlets; arrows from origins to those who reprint them{words.collection(a)}.",
            "",
            "document",
            limits=limits,
        ),
    }
