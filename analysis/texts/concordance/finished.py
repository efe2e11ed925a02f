"""The parts that `discourse build` has finished, as an index of the texts: which records can hold what is looked for.

Parts are named by a hash of texts, configuration, code and libraries (`build.part_key`), so what is found under its name
was made from the texts as they are now. They hold every word of every document, those too that a store pools as rare or
leaves out, every hit with its place, and where others speak, and are as private as the texts. Where a part is missing its
texts are read.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.study.settings import corpus_folder
from analysis.texts.build.build import input_files, part_key
from analysis.texts.build.configuration import configuration_digest
from analysis.texts.build.part import read_repeats
from analysis.texts.build.part_file import VOICES, unpack_columns
from analysis.texts.build.workers import is_whole
from analysis.texts.clean.repeated import Repeat, find
from analysis.texts.concordance.known_hits import COLUMNS, PLACES, Known, KnownHit

if TYPE_CHECKING:
    import pyarrow as pa

    from analysis.texts.clean.boilerplate import Marks
    from analysis.texts.read.formats.record import Part

FAILED = "annotation-failed"


class FinishedPart:
    """One finished part, of whose file only what is asked for is unpacked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.doc_ids: list[str] = self._columns("documents", "doc_id")["doc_id"].to_pylist()

    @property
    def document_count(self) -> int:
        """Its documents; in the tables they are counted from 0."""
        return len(self.doc_ids)

    @property
    def is_complete(self) -> bool:
        """Whether every document of the part is in its tables: one that could not be annotated is in none."""
        return FAILED not in self._columns("refusals", "kind")["kind"].to_pylist()

    def facts(self, indices: Sequence[int], *names: str) -> list[tuple[Any, ...]]:
        """Columns of the documents at `indices`, a row for each."""
        table = self._columns("documents", *names)
        rows = list(zip(*(table[name].to_pylist() for name in names), strict=True))
        return [rows[index] for index in indices]

    def terms_with(self, pieces: Sequence[str]) -> np.ndarray:
        """A boolean for each word of the part: whether it, or what follows a hyphen in it, begins with one of `pieces`."""
        found = []
        for words in self._columns("terms", "term")["term"].chunks:
            ends = np.frombuffer(words.buffers()[1], np.int32)[words.offset : words.offset + len(words) + 1]
            found.append(_holding(bytes(words.buffers()[2] or b""), ends, [piece.encode() for piece in pieces]))
        return np.concatenate(found) if found else np.empty(0, dtype=bool)

    @cached_property
    def counts(self) -> tuple[np.ndarray, np.ndarray]:
        """Document and word of every count, as numbers."""
        table = self._columns("counts", "doc_index", "term_index")
        return _numbers(table, "doc_index"), _numbers(table, "term_index")

    def hits_of(self, kind: str, name: str) -> list[int]:
        """The documents of the hits of one entry or frame (`kind`)."""
        table = self._columns("hits", "doc_index", kind)
        pairs = zip(table["doc_index"].to_pylist(), table[kind].to_pylist(), strict=True)
        return [index for index, found in pairs if found == name]

    def known(self, indices: Sequence[int]) -> dict[int, Known]:
        """What the part says of the documents at `indices`."""
        found = {index: Known([], []) for index in indices}
        hits, places = self._columns("hits", "doc_index", *COLUMNS), self._columns("places", *PLACES)
        columns = [places[name].to_pylist() for name in PLACES] + [hits[name].to_pylist() for name in COLUMNS]
        for index, *values in zip(hits["doc_index"].to_pylist(), *columns, strict=True):
            if index in found:
                found[index].hits.append(KnownHit(*values))
        for index, *span in zip(*(column.to_pylist() for column in self._columns("voices", *VOICES)), strict=True):
            if index in found:
                found[index].spoken.append(tuple(span))
        return found

    def _columns(self, table: str, *names: str) -> pa.Table:
        return unpack_columns(self.path, table, names)


def _holding(words: bytes, ends: np.ndarray, pieces: Sequence[bytes]) -> np.ndarray:
    """A boolean for each word, whether it or a part of it, as behind a hyphen, begins with one of `pieces`.

    words: one behind the other; ends: 0, and their ends.
    """
    found = np.zeros(len(ends) - 1, dtype=bool)
    for piece in pieces:
        at = words.find(piece, ends[0])
        while 0 <= at < ends[-1]:
            number = int(np.searchsorted(ends, at, side="right"))
            # not from one word into the next, and no letter before it
            opens = at + len(piece) <= ends[number] and (at == ends[number - 1] or not words[at - 1 : at].isalnum())
            found[number - 1] |= opens
            at = words.find(piece, int(ends[number]) if opens else at + 1)
    return found


def _numbers(table: pa.Table, name: str) -> np.ndarray:
    """A column of whole numbers (int32) without gaps."""
    # from the buffers: `to_numpy` of pyarrow imports pandas, which takes longer than the rest of a search
    chunks = [
        np.frombuffer(c.buffers()[1], np.int32)[c.offset : c.offset + len(c)] for c in table[name].chunks if len(c)
    ]
    return np.concatenate(chunks) if chunks else np.empty(0, np.int32)


class Finished:
    """Finished parts of a study, whichever of its stores they were made for. corpus: its corpus folder."""

    def __init__(self, corpus: Path, parts: Sequence[Part]) -> None:
        homes = dict.fromkeys((corpus.resolve().parent, corpus_folder().resolve().parent))
        works = [home / ".cache" / "build" for home in homes]
        self.folders = [folder for work in works if work.is_dir() for folder in sorted(work.iterdir())]
        self.digest = configuration_digest(corpus.resolve())
        self._files = input_files(parts) if self.folders else {}

    def repeats(self, parts: Sequence[Part]) -> list[Repeat] | None:
        """The paragraphs that outlets print again and again, as counted by a build; None if any part is missing."""
        wanted = [part for part in parts if part.source.boilerplate != "none"]
        paths = [self._path(part, {}, "repeats-") for part in wanted]
        if any(path is None for path in paths):
            return None
        return find(read_repeats(path.read_bytes()) for path in paths if path)

    def part(self, part: Part, repeated: dict[str, Marks]) -> FinishedPart | None:
        """One finished part; None if it is not there, or if a document could not be annotated (it is in no table)."""
        path = self._path(part, repeated)
        if path is None:
            return None
        try:
            found = FinishedPart(path)
            return found if found.is_complete else None
        except (OSError, zipfile.BadZipFile, KeyError, ValueError):
            return None

    def _path(self, part: Part, repeated: dict[str, Marks], before: str = "") -> Path | None:
        if part.name not in self._files:
            return None
        name = f"{before}{part_key(part, self._files[part.name], self.digest, repeated)}.part"
        return next((path for folder in self.folders if is_whole(path := folder / name)), None)
