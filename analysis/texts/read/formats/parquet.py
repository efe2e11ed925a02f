"""Parquet by ranges of rows. Rows that a source's filter leaves out are never turned into text."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.texts.document import Refusal
from analysis.texts.read.formats.encoding import clean_controls
from analysis.texts.read.formats.limits import MAX_RATIO, MAX_TEXT, Harmful
from analysis.texts.read.formats.record import Part, Record

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

CHUNK = 8 * 1024 * 1024
BATCH_ROWS = 256
FEW_ROWS = 32
AT_ONCE = 32 * 1024 * 1024  # bytes of values that stand in full beside each other; many rows may share one value
UNPACKED_FROM = 64 * 1024 * 1024
LONGEST = 4 * MAX_TEXT  # bytes of one value: no document may have more characters, of four bytes each
FEW_BYTES = 1000  # a row of texts that takes less is looked at before it is unpacked


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


def _looked_at(source: Any) -> pq.ParquetFile:
    """The file opened so that its texts come as numbers into a list of them: a value of many rows stands there once."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pq.ParquetFile(source).schema_arrow
    texts = [field.name for field in schema if field.type in (pa.string(), pa.large_string()) or _is_list(field.type)]
    return pq.ParquetFile(source, read_dictionary=texts)


def _is_list(kind: pa.DataType) -> bool:
    """Whether the column is a list of texts, each standing once."""
    import pyarrow as pa

    return pa.types.is_dictionary(kind) and kind.value_type in (pa.string(), pa.large_string())


def rows_at_once(file: pq.ParquetFile) -> int:
    """How many rows may stand in full beside each other. file: as `_looked_at` opens it."""
    import pyarrow.compute as pc

    widest, names = 1, [field.name for field in file.schema_arrow if _is_list(field.type)]
    for index in range(file.metadata.num_row_groups if names else 0):
        group = file.metadata.row_group(index)
        if group.total_byte_size * BATCH_ROWS <= AT_ONCE or not group.num_rows:
            continue
        widest = max(widest, group.total_byte_size // group.num_rows)
        for batch in itertools.islice(file.iter_batches(1, [index], names, use_threads=False), 1):
            widest = max(widest, *(pc.max(pc.binary_length(c.dictionary)).as_py() or 0 for c in batch.columns))
    return max(1, min(BATCH_ROWS, AT_ONCE // widest))


def check_groups(file: pq.ParquetFile, start: int, stop: int) -> None:
    """Raise `Harmful` where rows that take next to no room in the file hold texts out of all proportion to it."""
    import pyarrow.compute as pc

    first, names = 0, [field.name for field in file.schema_arrow if _is_list(field.type)]
    for index in range(file.metadata.num_row_groups):
        group = file.metadata.row_group(index)
        last = first + group.num_rows
        packed = sum(group.column(i).total_compressed_size for i in range(group.num_columns))
        if first < stop and last > start and packed < FEW_BYTES * group.num_rows:
            unpacked = 0
            for column in file.read_row_group(index, columns=names, use_threads=False).columns:
                for chunk in column.chunks:
                    lengths = pc.binary_length(chunk.dictionary).take(chunk.indices)
                    unpacked += pc.sum(lengths).as_py() or 0
            if unpacked > max(UNPACKED_FROM, MAX_RATIO * packed):
                raise Harmful(f"unpacks to more than {MAX_RATIO} times its size")
        first = last


class _Cursor:
    """A forward reader over one file. Pieces of one row group are read one after the other without starting again."""

    def __init__(self, path: Path, columns: list[str] | None, rows: int | None = None) -> None:
        import pyarrow.parquet as pq

        self.key = (path, tuple(columns or ()), path.stat().st_mtime_ns)
        self.file = pq.ParquetFile(path, memory_map=True)
        rows = rows_at_once(_looked_at(path)) if rows is None else rows
        names = self.file.schema_arrow.names
        wanted = None if columns is None else [c for c in columns if c in names]
        self.batches = self.file.iter_batches(rows, columns=wanted, use_threads=False)
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
    few = None if part.only is None else FEW_ROWS  # where single rows are wanted, the build has looked at all of them
    kept = _open.cursor
    key = (part.path, tuple(columns or ()), part.path.stat().st_mtime_ns)
    if kept is None or kept.key != key or kept.position > part.start:
        kept = _open.cursor = _Cursor(part.path, columns, few)
    return kept


def read(part: Part, columns: list[str] | None = None) -> Iterator[Record | Refusal]:
    """The records of one range of rows. columns: the ones the mapping needs (None: all)."""
    import pyarrow as pa

    try:
        cursor = _cursor(part, columns)
        stop = part.stop if part.unit == "rows" else cursor.file.metadata.num_rows
        rows = part.rows()
        stop = stop if rows is None else min(stop, max(rows, default=0))
        check_groups(_looked_at(part.path), part.start, stop)
        batches = cursor.take(part.start, stop)
        yield from _in_proportion(part, batches, part.path.stat().st_size)
    except Harmful:
        _open.cursor = None
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        _open.cursor = None
        yield Refusal(part.name, f"no readable Parquet: {(str(error).splitlines() or ['?'])[0]}", "malformed")


def read_bytes(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """The records of a file's bytes (a member of an archive)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    def batches() -> Iterator[tuple[int, pa.RecordBatch]]:
        first = 0
        file = _looked_at(pa.BufferReader(data))
        check_groups(file, 0, file.metadata.num_rows)
        whole = pq.ParquetFile(pa.BufferReader(data))
        for batch in whole.iter_batches(rows_at_once(file), use_threads=False):
            yield first, batch
            first += batch.num_rows

    try:
        yield from _in_proportion(part, batches(), len(data))
    except Harmful:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        yield Refusal(part.name, f"no readable Parquet: {(str(error).splitlines() or ['?'])[0]}", "malformed")


def _in_proportion(
    part: Part, batches: Iterator[tuple[int, pa.RecordBatch]], packed: int
) -> Iterator[Record | Refusal]:
    """The records of batches, until they are out of all proportion to the `packed` bytes that they come from."""
    unpacked, most, rows = 0, max(UNPACKED_FROM, MAX_RATIO * packed), part.rows()
    for first, batch in batches:
        unpacked += batch.nbytes
        if unpacked > most:
            raise Harmful(f"unpacks to more than {MAX_RATIO} times its size: what follows is not read")
        if rows is None or not rows.isdisjoint(range(first + 1, first + batch.num_rows + 1)):
            yield from _records(part, first, batch, rows)


def _too_long(batch: pa.RecordBatch) -> dict[int, int]:
    """Number of a row -> bytes of a text in it that is longer than any document: such a row is not unpacked further."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found: dict[int, int] = {}
    for column in batch.columns:
        if column.type in (pa.string(), pa.large_string(), pa.binary(), pa.large_binary()):
            lengths = pc.binary_length(column)
            if (pc.max(lengths).as_py() or 0) > LONGEST:
                found |= {index: size for index, size in enumerate(lengths.to_pylist()) if (size or 0) > LONGEST}
    return found


def _records(
    part: Part, first: int, batch: pa.RecordBatch, rows: frozenset[int] | None = None
) -> Iterator[Record | Refusal]:
    numbers = list(range(first + 1, first + batch.num_rows + 1))
    keep = _mask(part.source.filters, batch) if rows is None else [number in rows for number in numbers]
    if keep is not None:
        left_out = [number for number, kept in zip(numbers, keep, strict=True) if not kept]
        for number in left_out if rows is None else ():
            yield Refusal(f"{part.name}:{number}", "left out by the source's filter", "filtered")
        batch = batch.filter(_boolean(keep))
        numbers = [number for number, kept in zip(numbers, keep, strict=True) if kept]
    long = _too_long(batch)
    if long:
        for index in sorted(long):
            reason = f"a value of {long[index]:,} bytes; one document may have {MAX_TEXT:,} characters"
            yield Refusal(f"{part.name}:{numbers[index]}", reason, "too-large")
        batch = batch.filter(_boolean([index not in long for index in range(batch.num_rows)]))
        numbers = [number for index, number in enumerate(numbers) if index not in long]
    names = batch.schema.names
    for number, values in zip(numbers, zip(*(_values(c) for c in batch.columns), strict=True), strict=True):
        yield Record(dict(zip(names, values, strict=True)), f"{part.name}:{number}", number)


def _values(column: pa.Array) -> list[Any]:
    try:
        values = column.to_pylist()
    except (OverflowError, ValueError):  # a moment before or after all years that Python knows
        values = [_value(one) for one in column]
    return [clean_controls(v) if isinstance(v, str) else v for v in values]


def _value(one: pa.Scalar) -> Any:
    """The value; of a moment outside all years words, since its number alone would be read as seconds since 1970."""
    try:
        return one.as_py()
    except (OverflowError, ValueError):
        return f"outside all years ({getattr(one, 'value', 'unreadable')} as {one.type})"


def _boolean(keep: list[bool]) -> pa.Array:
    import pyarrow as pa

    # from bits: `pa.array` imports pandas, which takes longer than reading some megabytes
    bits = np.packbits(np.asarray(keep, dtype=bool), bitorder="little")
    return pa.BooleanArray.from_buffers(pa.bool_(), len(keep), [None, pa.py_buffer(bits)])


def _mask(filters: dict[str, Any], batch: pa.RecordBatch) -> list[bool] | None:
    from analysis.texts.read.mapping import passes

    known = {c: f for c, f in filters.items() if c in batch.schema.names}
    if not known:
        return None
    columns = {c: _values(batch.column(c)) for c in known}
    return [passes({c: columns[c][i] for c in known}, known) for i in range(batch.num_rows)]
