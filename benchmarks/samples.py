"""A sample of one collection for cases that run in processes of their own.

News may not be shared, so the sample lies in a folder that only its owner may read, and goes with the table.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from analysis.texts.document import Document

FILE = "BENCH_SAMPLE"


@contextlib.contextmanager
def in_use(documents: Sequence[Document]) -> Iterator[Path]:
    """While it lasts the cases of any table work on these documents."""
    before = os.environ.get(FILE)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sample.pickle"
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as sink:
            pickle.dump(list(documents), sink)
        os.environ[FILE] = str(file)
        try:
            yield file
        finally:
            os.environ.pop(FILE)
            if before is not None:
                os.environ[FILE] = before


def documents() -> list[Document] | None:
    """The documents in use; None where no sample is."""
    file = os.environ.get(FILE)
    return pickle.loads(Path(file).read_bytes()) if file else None


def texts() -> list[str] | None:
    """Their texts."""
    found = documents()
    return None if found is None else [document.text for document in found]
