"""From annotated parts to one public store: canonical vocabulary, pooled rare terms, clusters, tables in bounded size.

Two passes over the archives. The first reads only what must be known of all documents at once (metadata, terms,
speakers, sketches); the second rewrites one archive after the other with final ids. The result depends on the
documents and their order, not on how they were cut into parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.store.contracts import CONTRACTS, POOLED_TERM, POOLED_TERM_ID
from analysis.store.errors import DiscourseError
from analysis.texts.archive import read_sketches, unpack

if TYPE_CHECKING:
    import pyarrow as pa

    from analysis.store.gateway import StoreWriter
    from analysis.texts.duplicates import SketchStore

DOCUMENTS_PER_FILE = 8192
TOKENS_PER_FILE = 4_000_000


@dataclass(slots=True)
class Survey:
    """What the first pass found: kept documents in reading order, and which rows of each archive these are."""

    documents: pa.Table
    keep: list[np.ndarray]
    refusals: list[dict[str, Any]]
    read: dict[str, int]


def survey(paths: Sequence[Path], sketches: SketchStore | None = None) -> Survey:
    """Read the documents of all archives; a second document with an id already seen is refused, with the reason.

    sketches: gets the sketches of the kept documents, in their order."""
    import pyarrow as pa

    seen: dict[str, str] = {}
    read: Counter[str] = Counter()
    tables, keep, refusals = [], [], []
    for path in paths:
        part = unpack(path, ("documents", "refusals", "summary", "sketches"))
        for row in part["summary"].to_pylist():
            read[row["source_id"]] += row["read"]
        refusals += part["refusals"].to_pylist()
        ids, origins, sources = (part["documents"][c].to_pylist() for c in ("doc_id", "origin", "source_id"))
        mask = np.ones(len(ids), dtype=bool)
        for row, (doc_id, origin) in enumerate(zip(ids, origins, strict=True)):
            first = seen.setdefault(doc_id, origin)
            if first is not origin:
                mask[row] = False
                reason = f"doc_id {doc_id!r} stands already at {first}; ids are unique, the first is kept. Two "
                reason += "sources that number their texts need an id_prefix in sources.toml."
                refusals.append({"origin": origin, "reason": reason, "kind": "duplicate-id", "doc_id": doc_id,
                                 "rows": 1, "source_id": sources[row]})  # fmt: skip
        tables.append(part["documents"].filter(pa.array(mask)))
        if sketches is not None:
            hexes = tables[-1]["sketch"].to_pylist()
            sketches.add(read_sketches(part["sketches"].filter(pa.array(mask)), hexes))
        keep.append(mask)
    if not any(len(table) for table in tables):
        raise DiscourseError("no document could be kept; see the refusals in the build report.")
    return Survey(pa.concat_tables(tables), keep, refusals, dict(read))


def count_terms(paths: Sequence[Path], keep: Sequence[np.ndarray]) -> tuple[Counter[str], Counter[str]]:
    """Document and token counts of every term in the kept documents of all archives."""
    in_documents: Counter[str] = Counter()
    tokens: Counter[str] = Counter()
    for path, mask in zip(paths, keep, strict=True):
        if mask.all():
            terms = unpack(path, ("terms",))["terms"]
            names = terms["term"].to_pylist()
            documents, total = terms["document_count"].to_pylist(), terms["token_count"].to_pylist()
        else:
            part = unpack(path, ("terms", "counts"))
            names = part["terms"]["term"].to_pylist()
            kept = mask[part["counts"]["doc_index"].to_numpy()]
            index = part["counts"]["term_index"].to_numpy()[kept]
            weight = part["counts"]["token_count"].to_numpy()[kept]
            documents = np.bincount(index, minlength=len(names)).tolist()
            total = np.bincount(index, weights=weight, minlength=len(names)).astype(np.int64).tolist()
        for name, n_documents, n_tokens in zip(names, documents, total, strict=True):
            if n_documents:
                in_documents[name] += n_documents
                tokens[name] += n_tokens
    return in_documents, tokens


def assign_ids(in_documents: Counter[str], min_documents: int) -> dict[str, int]:
    """Ids of the terms found in at least `min_documents` documents, in code point order from 1; 0 is the pool."""
    kept = sorted(term for term, n in in_documents.items() if n >= min_documents)
    return {term: i for i, term in enumerate(kept, start=POOLED_TERM_ID + 1)}


def vocabulary_table(
    ids: dict[str, int],
    in_documents: Counter[str],
    tokens: Counter[str],
    *,
    pooled_documents: int,
    lemma_of: Callable[[str], str],
    is_stopword: Callable[[str], bool],
) -> pa.Table:
    """The vocabulary table. pooled_documents: how many documents contain a pooled term."""
    import pyarrow as pa

    pooled = sum(tokens.values()) - sum(tokens[term] for term in ids)
    return pa.table(
        {
            "term_id": np.arange(len(ids) + 1, dtype=np.int32),
            "term": [POOLED_TERM, *ids],
            "lemma": [POOLED_TERM, *(lemma_of(term) for term in ids)],
            "is_stopword": [False, *(is_stopword(term) for term in ids)],
            "document_count": [pooled_documents, *(in_documents[term] for term in ids)],
            "token_count": [pooled, *(tokens[term] for term in ids)],
        }
    )


def frequent_speakers(
    paths: Sequence[Path], keep: Sequence[np.ndarray], known: frozenset[str], min_documents: int
) -> frozenset[str]:
    """Speakers that may be named: people of the actors file, and names found in at least `min_documents` documents."""
    found: Counter[str] = Counter()
    for path, mask in zip(paths, keep, strict=True):
        hits = unpack(path, ("hits",))["hits"].select(["doc_index", "speaker"]).to_pydict()
        pairs = {(i, s) for i, s in zip(hits["doc_index"], hits["speaker"], strict=True) if s is not None and mask[i]}
        found.update(speaker for _, speaker in pairs)
    return known | {name for name, n in found.items() if n >= min_documents}


def write_tables(
    writer: StoreWriter,
    paths: Sequence[Path],
    found: Survey,
    documents: pa.Table,
    term_ids: dict[str, int],
    speakers: frozenset[str],
) -> int:
    """Second pass: write every document-level table, split by collection into files of bounded size.

    A file ends at `DOCUMENTS_PER_FILE` documents, or with the document that completes `TOKENS_PER_FILE` tokens.
    documents: the finished documents table, rows as in `found`. Returns how many documents contain a pooled term.
    """
    pooled_documents = 0
    waiting: dict[str, dict[str, pa.Table]] = {}
    for collection, tables in _pieces(paths, found, documents, term_ids, speakers):
        pooled_documents += int(np.count_nonzero(tables["counts"]["term_id"].to_numpy() == POOLED_TERM_ID))
        held = _joined(waiting.get(collection), tables)
        while n_full := _full_file(held["documents"]):
            held = _write_first(writer, held, collection, n_full)
        waiting[collection] = held
    for collection, held in waiting.items():
        if len(held["documents"]):
            _write_first(writer, held, collection, len(held["documents"]))
    return pooled_documents


def _full_file(documents: pa.Table) -> int:
    """How many of the documents that wait fill the next file; 0 if they do not."""
    tokens = np.cumsum(documents["token_count"].to_numpy(), dtype=np.int64)
    by_tokens = int(np.searchsorted(tokens, TOKENS_PER_FILE)) + 1
    n_documents = min(by_tokens, DOCUMENTS_PER_FILE)
    return n_documents if n_documents <= len(tokens) else 0


def _joined(held: dict[str, pa.Table] | None, more: dict[str, pa.Table]) -> dict[str, pa.Table]:
    import pyarrow as pa

    return more if held is None else {name: pa.concat_tables([held[name], more[name]]) for name in more}


def _write_first(
    writer: StoreWriter, held: dict[str, pa.Table], collection: str, n_documents: int
) -> dict[str, pa.Table]:
    """Write the tables of the first `n_documents` documents and return the rest. Rows are in order of `_order`."""
    last = held["documents"]["_order"][n_documents - 1].as_py()
    rest = {}
    for name, table in held.items():
        cut = int(np.searchsorted(table["_order"].to_numpy(), last, side="right"))
        writer.add(name, table.slice(0, cut).drop_columns("_order").combine_chunks(), collection)
        rest[name] = table.slice(cut)
    return rest


def _pieces(
    paths: Sequence[Path],
    found: Survey,
    documents: pa.Table,
    term_ids: dict[str, int],
    speakers: frozenset[str],
) -> Iterator[tuple[str, dict[str, pa.Table]]]:
    """The finished tables of each archive, split by collection; `_order` is the reading order of the document."""
    import pyarrow as pa
    import pyarrow.compute as pc

    start = 0
    for path, mask in zip(paths, found.keep, strict=True):
        part = unpack(path, ("terms", "counts", "hits", "contexts", "actors"))
        n_kept = int(mask.sum())
        rows = documents.slice(start, n_kept).append_column("_order", pa.array(np.arange(start, start + n_kept)))
        order = np.full(len(mask), -1, dtype=np.int64)
        order[mask] = np.arange(start, start + n_kept)
        start += n_kept
        doc_ids = rows["doc_id"].combine_chunks()
        to_id = np.array([term_ids.get(t, POOLED_TERM_ID) for t in part["terms"]["term"].to_pylist()], dtype=np.int32)
        tables = {
            "counts": _with_terms(part["counts"], order, to_id, ()),
            "hits": _in_order(_public_hits(part["hits"], speakers), order),
            "contexts": _with_terms(part["contexts"], order, to_id, ("frame",)),
            "actors": _in_order(part["actors"], order),
        }
        for name, table in tables.items():
            index = pa.array(table["_order"].to_numpy() - (start - n_kept))
            table = table.append_column("doc_id", doc_ids.take(index))
            tables[name] = table.select([*CONTRACTS[name].names, "_order"])
        tables = {"documents": rows, **tables}
        collections = pc.unique(rows["collection"]).to_pylist()
        if len(collections) == 1:
            yield collections[0], tables
            continue
        for collection in collections:
            orders = rows.filter(pc.equal(rows["collection"], collection))["_order"]
            yield collection, {n: t.filter(pc.is_in(t["_order"], orders.combine_chunks())) for n, t in tables.items()}


def _in_order(table: pa.Table, order: np.ndarray) -> pa.Table:
    """Rows of kept documents only, with `_order` in place of `doc_index`, sorted by it (and as they were within)."""
    import pyarrow as pa

    where = order[table["doc_index"].to_numpy()] if len(table) else np.empty(0, dtype=np.int64)
    rows = np.flatnonzero(where >= 0)
    rows = rows[np.argsort(where[rows], kind="stable")]
    return table.drop_columns("doc_index").take(pa.array(rows)).append_column("_order", pa.array(where[rows]))


def _with_terms(table: pa.Table, order: np.ndarray, to_id: np.ndarray, by: tuple[str, ...]) -> pa.Table:
    """Final term ids, the pool summed, sorted by document, `by` and term."""
    import pyarrow as pa

    table = _in_order(table, order)
    where = table["_order"].to_numpy()
    key = where - (where.min() if len(where) else 0)  # one number for document, `by` and term, sorted once
    columns: dict[str, pa.Array] = {}
    for column in by:
        names, codes = np.unique(table[column].to_numpy().astype(object), return_inverse=True)
        key = key * len(names) + codes
        columns[column] = pa.array(names[codes], pa.string())
    terms = to_id[table["term_index"].to_numpy().astype(np.int64)]
    key = key * (int(to_id.max(initial=0)) + 1) + terms
    # Archives are sorted and ids keep the order of terms: only pooled terms are out of place, so sorting is cheap.
    order = np.argsort(key, kind="stable")
    first = np.flatnonzero(np.diff(key[order], prepend=-1))
    summed = np.add.reduceat(table["token_count"].to_numpy()[order], first) if len(first) else first
    first = order[first]
    columns |= {"_order": pa.array(where, pa.int64()), "term_id": pa.array(terms, pa.int32())}
    return pa.table(
        {name: values.take(pa.array(first)) for name, values in columns.items()}
        | {"token_count": pa.array(summed, pa.int64())}
    )


def _public_hits(hits: pa.Table, speakers: frozenset[str]) -> pa.Table:
    """Hits with the names of rarely named people left out; their role and side stay."""
    import pyarrow as pa

    names = [name if name in speakers else None for name in hits["speaker"].to_pylist()]
    return hits.set_column(hits.schema.get_field_index("speaker"), "speaker", pa.array(names, pa.string()))
