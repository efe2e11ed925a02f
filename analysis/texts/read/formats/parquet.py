"""Parquet by ranges of rows. Rows that a source's filter leaves out are never turned into text."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.texts.document import Refusal
from analysis.texts.read.formats.encoding import clean_controls
from analysis.texts.read.formats.record import Part, Record

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK = 8 * 1024 * 1024
BATCH_ROWS = 256


def plan(part: Part, chunk: int = CHUNK) -> list[Part]:
    """Cut one file into ranges of rows that hold about `chunk` bytes each, never across a row group."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        meta = pq.read_metadata(part.path)
    except (pa.ArrowException, OSError, ValueError):
        return [part]
    parts, first = [], 0
    for index in range(meta.num_row_groups):
        group = meta.row_group(index)
        pieces = max(1, round(group.total_byte_size / chunk))
        edges = [first + group.num_rows * i // pieces for i in range(pieces + 1)]
        parts += [
            replace(part, unit="rows", start=a, stop=b, first=a + 1) for a, b in itertools.pairwise(edges) if b > a
        ]
        first += group.num_rows
    return parts or [replace(part, unit="rows")]


class _Cursor:
    """A forward reader over one file. Pieces of one row group are read one after the other without starting again."""

    def __init__(self, path: Path, columns: list[str] | None) -> None:
        import pyarrow.parquet as pq

        self.key = (path, tuple(columns or ()), path.stat().st_mtime_ns)
        self.file = pq.ParquetFile(path, memory_map=True)
        names = self.file.schema_arrow.names
        wanted = None if columns is None else [c for c in columns if c in names]
        self.batches = self.file.iter_batches(BATCH_ROWS, columns=wanted, use_threads=False)
        self.position = 0
        self.rest: pa.RecordBatch | None = None

    def take(self, start: int, stop: int) -> Iterator[tuple[int, pa.RecordBatch]]:
        while self.position < stop:
            batch = self.rest if self.rest is not None else next(self.batches, None)
            self.rest = None
            if batch is None:
                return
            first, last = self.position, self.position + batch.num_rows
            cut = min(last, stop)
            if cut < last:
                self.rest = batch.slice(cut - first)
            self.position = cut
            if cut > start:
                skip = max(start - first, 0)
                yield first + skip, batch.slice(skip, cut - first - skip)


class _Open(threading.local):
    """The last cursor of each thread: Dask workers may read two pieces of one file in two threads."""

    cursor: _Cursor | None = None


_open = _Open()


def _cursor(part: Part, columns: list[str] | None) -> _Cursor:
    kept = _open.cursor
    key = (part.path, tuple(columns or ()), part.path.stat().st_mtime_ns)
    if kept is None or kept.key != key or kept.position > part.start:
        kept = _open.cursor = _Cursor(part.path, columns)
    return kept


def read(part: Part, columns: list[str] | None = None) -> Iterator[Record | Refusal]:
    """The records of one range of rows. columns: the ones the mapping needs (None: all)."""
    import pyarrow as pa

    try:
        cursor = _cursor(part, columns)
        stop = part.stop if part.unit == "rows" else cursor.file.metadata.num_rows
        for first, batch in cursor.take(part.start, stop):
            yield from _records(part, first, batch)
    except (pa.ArrowException, OSError, ValueError) as error:
        _open.cursor = None
        yield Refusal(part.name, f"no readable Parquet: {(str(error).splitlines() or ['?'])[0]}", "malformed")


def read_bytes(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """The records of a file's bytes (a member of an archive)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        first = 0
        for batch in pq.ParquetFile(pa.BufferReader(data)).iter_batches(BATCH_ROWS, use_threads=False):
            yield from _records(part, first, batch)
            first += batch.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        yield Refusal(part.name, f"no readable Parquet: {(str(error).splitlines() or ['?'])[0]}", "malformed")


def _records(part: Part, first: int, batch: pa.RecordBatch) -> Iterator[Record | Refusal]:
    keep = _mask(part.source.filters, batch)
    if keep is not None:
        left_out = [i for i, kept in enumerate(keep) if not kept]
        for index in left_out:
            yield Refusal(f"{part.name}:{first + index + 1}", "left out by the source's filter", "filtered")
        batch = batch.filter(_boolean(keep))
        numbers = [first + i + 1 for i, kept in enumerate(keep) if kept]
    else:
        numbers = list(range(first + 1, first + batch.num_rows + 1))
    names = batch.schema.names
    for number, values in zip(numbers, zip(*(_values(c) for c in batch.columns), strict=True), strict=True):
        yield Record(dict(zip(names, values, strict=True)), f"{part.name}:{number}", number)


def _values(column: pa.Array) -> list[Any]:
    return [clean_controls(v) if isinstance(v, str) else v for v in column.to_pylist()]


def _boolean(keep: list[bool]) -> pa.Array:
    import pyarrow as pa

    return pa.array(keep, type=pa.bool_())


def _mask(filters: dict[str, Any], batch: pa.RecordBatch) -> list[bool] | None:
    from analysis.texts.read.mapping import passes

    known = {c: f for c, f in filters.items() if c in batch.schema.names}
    if not known:
        return None
    columns = {c: batch.column(c).to_pylist() for c in known}
    return [passes({c: columns[c][i] for c in known}, known) for i in range(batch.num_rows)]
