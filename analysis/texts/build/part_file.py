"""What one part of the corpus becomes between annotation and merge: a zip of Arrow tables, written at once.

Private: it holds every term of the part, rare ones too, so it stays in the git-ignored cache. Terms are in code point
order, counts and contexts sorted by document (frame) and term.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.store.contracts import CONTRACTS, PRIVATE_HIT_COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa

    from analysis.texts.dedupe.sketches import Sketches
    from analysis.texts.document import Batch, Document, Refusal

TABLES = (
    *("documents", "terms", "counts", "hits", "places", "voices"),
    *("contexts", "actors", "refusals", "summary", "sketches"),
)
DOCUMENT_FIELDS = (
    "doc_id",
    "collection",
    "outlet_id",
    "published",
    "date_precision",
    "date_basis",
    "genre",
    "language",
    "url",
    "licence",
    "boilerplate_share",
    "origin",
    "number",
    "has_own_id",
)
# Where in the printed text a hit stands and who is said to speak there, a row for each of "hits": for concordances.
PLACES = {"start": "int32", "end": "int32", "speaker_name": "string"}
# The words that are not a document's own, as disjoint spans of characters in order.
VOICES = {"doc_index": "int32", "start": "int32", "end": "int32", "voice": "string"}
PRIVATE_TYPES = {"number": "int32", "has_own_id": "bool"}


FILTERED = "filtered"


def pack(
    documents: list[Document],
    batch: Batch,
    refusals: list[Refusal],
    extra: dict[str, list[Any]],
    *,
    sketches: Sketches | None = None,
    source_id: str = "",
    read: int | None = None,
) -> bytes:
    """The archive of one annotated part. extra: more document columns (sketch ...), one value each. read: records read.

    Rows left out by the source's own filter are not listed one by one: they become one row with their number.
    """
    import pyarrow as pa

    columns = _document_columns(documents) | batch.documents | extra | {"source_id": [source_id] * len(documents)}
    n_terms = len(batch.terms)
    in_order = sorted(range(n_terms), key=batch.terms.__getitem__)
    number = np.empty(n_terms, dtype=np.int64)
    number[in_order] = np.arange(n_terms)
    counts = _sorted(batch.counts, number, ())
    term_index = counts["term_index"]
    tokens = np.asarray(counts["token_count"], dtype=np.int64)
    terms = {
        "term": pa.array([batch.terms[i] for i in in_order], pa.string()),
        "document_count": np.bincount(term_index, minlength=n_terms),
        "token_count": np.bincount(term_index, weights=tokens, minlength=n_terms).astype(np.int64),
    }
    tables = {
        "documents": pa.table({k: _column("documents", k, v) for k, v in columns.items()}),
        "terms": pa.table(terms),
        "counts": _table("counts", counts),
        "hits": _table("hits", batch.hits),
        "places": pa.table({name: pa.array(batch.places[name], kind) for name, kind in PLACES.items()}),
        "voices": pa.table({name: pa.array(batch.voices[name], kind) for name, kind in VOICES.items()}),
        "contexts": _table("contexts", _sorted(batch.contexts, number, ("frame",))),
        "actors": _table("actors", batch.actors),
        "refusals": _refusals(refusals, source_id),
        "sketches": _sketches(sketches),
        "summary": pa.table(
            {"source_id": [source_id], "read": [len(documents) + len(refusals) if read is None else read]}
        ),
    }
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name in TABLES:
            archive.writestr(zipfile.ZipInfo(f"{name}.arrow"), _ipc(tables[name]))
    return sink.getvalue()


def _document_columns(documents: list[Document]) -> dict[str, Any]:
    columns: dict[str, Any] = {name: [getattr(d, name) for d in documents] for name in DOCUMENT_FIELDS}
    columns["number"] = [_row_of(d.number) for d in documents]
    columns["title"] = [d.title if d.may_print_title else None for d in documents]
    return columns


def _row_of(number: int | str) -> int:
    """A record's row; of one of several records in a row, such as "7.2", that row."""
    return number if isinstance(number, int) else int(number.partition(".")[0])


def _sorted(columns: dict[str, Any], number: np.ndarray, by: tuple[str, ...]) -> dict[str, Any]:
    """A table of terms by document, `by` and term, terms renumbered: sorted here, in parallel, for a cheap merge."""
    arrays = {name: np.asarray(values, dtype=object if name in by else None) for name, values in columns.items()}
    arrays["term_index"] = number[arrays["term_index"].astype(np.int64)]
    codes = [np.unique(arrays[name].astype(str), return_inverse=True)[1] for name in by]
    order = np.lexsort((arrays["term_index"], *codes, arrays["doc_index"]))
    return {name: values[order] for name, values in arrays.items()}


def unpack(source: bytes | Path, names: tuple[str, ...] = TABLES) -> dict[str, pa.Table]:
    """The tables `names` of one archive or archive file; of a file nothing else is read.

    Raises `zipfile.BadZipFile` for what is no archive.
    """
    with zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source) as archive:
        return {name: _opened(archive, name).read_all() for name in names}


def unpack_columns(path: Path, name: str, columns: Sequence[str]) -> pa.Table:
    """Some columns of one table of an archive file, nothing else of which is unpacked; raises as `unpack` does."""
    import pyarrow as pa

    with zipfile.ZipFile(path) as archive:
        names = _opened(archive, name).schema.names
        options = pa.ipc.IpcReadOptions(included_fields=[names.index(column) for column in columns])
        return _opened(archive, name, options).read_all()


def _opened(archive: zipfile.ZipFile, name: str, options: Any = None) -> Any:
    import pyarrow as pa

    return pa.ipc.open_file(pa.BufferReader(archive.read(f"{name}.arrow")), options=options)


def _sketches(sketches: Sketches | None) -> pa.Table:
    """One row per document: its sampled shingle hashes and what clustering must know of them."""
    import pyarrow as pa

    empty = np.empty(0, np.uint64)
    samples, offsets = (sketches.samples, sketches.offsets) if sketches else (empty, np.zeros(1, np.int64))
    return pa.table(
        {
            "samples": pa.LargeListArray.from_arrays(pa.array(offsets, pa.int64()), pa.array(samples, pa.uint64())),
            "shingle_count": pa.array(sketches.counts if sketches else [], pa.int64()),
            "limit": pa.array(sketches.limits if sketches else empty, pa.uint64()),
            "digest": pa.array(sketches.digests if sketches else empty, pa.uint64()),
        }
    )


def read_sketches(table: pa.Table) -> Sketches:
    """The sketches that `_sketches` made a table of, perhaps of fewer rows since."""
    from analysis.texts.dedupe.sketches import Sketches

    lists = table["samples"].combine_chunks() if len(table) else None
    offsets = lists.offsets.to_numpy() if lists is not None else np.zeros(1, np.int64)
    samples = lists.flatten().to_numpy(zero_copy_only=False) if lists is not None else np.empty(0, np.uint64)
    return Sketches(
        samples,
        offsets - offsets[0],
        table["shingle_count"].to_numpy(),
        table["limit"].to_numpy(),
        table["digest"].to_numpy(),
    )


def _refusals(refusals: list[Refusal], source_id: str) -> pa.Table:
    import pyarrow as pa

    named = [r for r in refusals if r.kind != FILTERED]
    rows = [{"origin": r.origin, "reason": r.reason, "kind": r.kind, "doc_id": r.doc_id, "rows": 1} for r in named]
    if left := len(refusals) - len(named):
        reason = "left out by the filter that sources.toml declares"
        rows.append({"origin": source_id, "reason": reason, "kind": FILTERED, "doc_id": None, "rows": left})
    fields = [(name, pa.string()) for name in ("origin", "reason", "kind", "doc_id")]
    schema = pa.schema([*fields, ("rows", pa.int64()), ("source_id", pa.string())])
    return pa.Table.from_pylist([row | {"source_id": source_id} for row in rows], schema=schema)


def _table(name: str, columns: dict[str, Any]) -> pa.Table:
    import pyarrow as pa

    return pa.table({k: _column(name, k, v) for k, v in columns.items()})


def _column(table: str, name: str, values: Any) -> pa.Array:
    """Values as an Arrow array of the type that the contract declares for the column of that name, if any."""
    import pyarrow as pa

    declared = {c.name: c.dtype for c in CONTRACTS[table].columns} if table in CONTRACTS else {}
    declared |= {c.name: c.dtype for c in PRIVATE_HIT_COLUMNS} | PRIVATE_TYPES
    if name in declared:
        kind = pa.type_for_alias(declared[name])
    elif name in ("doc_index", "term_index"):
        kind = pa.int32()
    else:
        kind = pa.string()
    return pa.array(values, kind)


def _ipc(table: pa.Table) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()
