"""The parts that `discourse build` has finished, as an index of the texts: which part can hold what is looked for.

Parts are named by a hash of texts, configuration, code and libraries (`build.part_key`), so what is found under its name
was made from the texts as they are now. They hold every word of every document, those too that a store pools as rare or
leaves out, and are as private as the texts. Where a part is missing its texts are read.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.study.settings import corpus_folder
from analysis.texts.build.build import input_files, part_key
from analysis.texts.build.configuration import configuration_digest
from analysis.texts.build.part import read_repeats
from analysis.texts.build.workers import is_whole
from analysis.texts.clean.repeated import Repeat, find
from analysis.texts.concordance.sought import tables_of

if TYPE_CHECKING:
    import pyarrow as pa

    from analysis.texts.clean.boilerplate import Marks
    from analysis.texts.read.formats.record import Part

FAILED = "annotation-failed"


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

    def tables(self, part: Part, repeated: dict[str, Marks]) -> dict[str, pa.Table] | None:
        """The tables of one part; None if it is not there, or if a document could not be annotated (it is in no table)."""
        path = self._path(part, repeated)
        if path is None:
            return None
        try:
            tables = tables_of(path)
        except (OSError, zipfile.BadZipFile, KeyError):
            return None
        return None if FAILED in tables["refusals"]["kind"].to_pylist() else tables

    def _path(self, part: Part, repeated: dict[str, Marks], before: str = "") -> Path | None:
        if part.name not in self._files:
            return None
        name = f"{before}{part_key(part, self._files[part.name], self.digest, repeated)}.part"
        return next((path for folder in self.folders if is_whole(path := folder / name)), None)
