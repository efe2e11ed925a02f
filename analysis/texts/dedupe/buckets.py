"""Rows in numbered buckets, kept in temporary files when they are many: sorting by parts in bounded memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

BUCKETS = 64
IN_MEMORY = 2**20


class Spool:
    """Rows of one NumPy dtype, added in any order, read back bucket by bucket, in each in the order they came.

    A bucket of less than `IN_MEMORY` bytes stays in memory; a larger one is a temporary file without a name in `folder`,
    so that nothing is left behind by a kill. Use it as a context manager.
    """

    def __init__(self, dtype: np.dtype, folder: Path | None = None) -> None:
        self.dtype, self.folder = dtype, folder
        place = str(folder) if folder else None
        self._files = [tempfile.SpooledTemporaryFile(IN_MEMORY, dir=place) for _ in range(BUCKETS)]  # noqa: SIM115 (kept)

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files:
            file.close()

    def add(self, bucket: np.ndarray, rows: np.ndarray) -> None:
        """Append rows, each to its bucket (0 to `BUCKETS` - 1)."""
        rows = rows[np.argsort(bucket.astype(np.uint8), kind="stable")]
        edges = np.cumsum(np.bincount(bucket, minlength=BUCKETS))
        for file, start, stop in zip(self._files, [0, *edges[:-1]], edges, strict=True):
            file.write(rows[start:stop].tobytes())

    def __iter__(self) -> Iterator[np.ndarray]:
        for file in self._files:
            file.seek(0)
            yield np.frombuffer(file.read(), dtype=self.dtype)
