"""What a search looks for, and where it cannot be: most texts are set aside before any is annotated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import require
from analysis.texts.annotate.codebook import compile_pattern, landmarks
from analysis.texts.annotate.tokens import lower
from analysis.texts.clean.scripts import UNSPACED
from analysis.texts.concordance.query import patterns_of

if TYPE_CHECKING:
    import pyarrow as pa

    from analysis.texts.annotate.codebook import Codebook, Entry
    from analysis.texts.annotate.matcher import Matcher

TABLES = ("documents", "terms", "counts", "hits", "refusals")
_UNSPACED = re.compile(f"[{UNSPACED}]")


@dataclass(frozen=True)
class Sought:
    """A pattern that was read: hits of one `entry` or `frame` (`kind`, `name`), or words (kind "", `regexes`).

    pieces: parts of words of which every match holds one; () where the pattern has none to go by.
    """

    kind: str
    name: str
    regexes: tuple[re.Pattern[str], ...] = ()
    pieces: tuple[str, ...] = ()

    @classmethod
    def of(cls, pattern: str, codebook: Codebook) -> Sought:
        """Read a pattern as `kwic.concordance` describes it. Raises `DiscourseError` if it cannot be read, or names an
        entry or frame that the codebook does not have."""
        kind, colon, name = pattern.partition(":")
        if colon and kind in ("entry", "frame"):
            known = [e.id if kind == "entry" else e.frame for e in codebook.entries]
            require(kind, name, dict.fromkeys(known))
            return cls(kind, name)
        patterns = patterns_of(pattern)
        regexes = tuple(re.compile(compile_pattern(p, "kwic")) for p in patterns)
        return cls("", "", regexes, _pieces(patterns))

    @property
    def is_hit(self) -> bool:
        return bool(self.kind)

    def may_stand_in(self, text: str, matcher: Matcher) -> bool:
        """Whether a text, cleaned as the engine cleans it, can hold a line. What it holds is for the engine to say."""
        low = lower(text)
        if not self.is_hit:
            return any(regex.search(low) for regex in self.regexes)
        return any(self.is_of(entry) for _, _, entry in matcher.candidates(low, text))

    def is_of(self, entry: Entry) -> bool:
        """Whether hits of an entry are looked for."""
        return self.name == (entry.id if self.kind == "entry" else entry.frame)

    def elsewhere(self, tables: dict[str, pa.Table]) -> frozenset[str] | None:
        """The documents of a finished part (`build.part_file`) that hold no line; None if the tables do not say."""
        import pyarrow.compute as pc

        doc_ids = np.asarray(tables["documents"]["doc_id"].to_pylist(), dtype=object)
        holds = np.zeros(len(doc_ids), dtype=bool)
        if self.is_hit:
            hits = tables["hits"]
            chosen = pc.equal(hits[self.kind], self.name)
            holds[hits.filter(chosen)["doc_index"].to_numpy()] = True
        elif self.pieces:
            terms = tables["terms"]["term"]
            known = np.zeros(len(terms), dtype=bool)
            for piece in self.pieces:
                known |= pc.match_substring(terms, piece).to_numpy()
            if known.any():
                counts = tables["counts"]
                holds[counts["doc_index"].to_numpy()[known[counts["term_index"].to_numpy()]]] = True
        else:
            return None
        return frozenset(doc_ids[~holds].tolist())


def _pieces(patterns: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for pattern in patterns:
        heads = landmarks([pattern])
        # Scripts without spaces give no tokens, so a table of words cannot say that they are not there.
        if not heads or any(_UNSPACED.search(head) for head in heads):
            return ()
        found += heads
    return tuple(dict.fromkeys(found))


def tables_of(path: Any) -> dict[str, pa.Table]:
    """What `Sought.elsewhere` asks of the file of a finished part."""
    from analysis.texts.build.part_file import unpack

    return unpack(path, TABLES)
