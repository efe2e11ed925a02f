"""Codings without text on their way into the store: each finds the hit of today that was read, or is given up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.texts.build.part_file import unpack
from analysis.texts.coding import codings

if TYPE_CHECKING:
    import pyarrow as pa

    from analysis.store.gateway import StoreWriter
    from analysis.texts.build.assemble_store import Survey


def write_codings(writer: StoreWriter, found: Survey, documents: pa.Table, corpus: Path) -> dict[str, int]:
    """Write the table `codings` from `corpus/codings`; returns what the manifest says of it.

    documents: the public documents table, rows as in `found`. Counts: rows in the files, published (their document is in
    the store), hits_lost (their hit is no longer made). Without codings nothing is written, and all counts are 0.
    """
    import pyarrow.compute as pc

    read = codings.load(corpus / "codings")
    ids = documents["doc_id"].to_pylist()
    table = codings.table(read, _entries(found, ids, {one.doc_id for one in read}), ids)
    collection_of = dict(zip(ids, documents["collection"].to_pylist(), strict=True))
    where = [collection_of[doc_id] for doc_id in table["doc_id"].to_pylist()]
    for name in sorted(set(where)):
        writer.add("codings", table.filter([place == name for place in where]), name)
    lost = pc.and_(pc.is_valid(table["entry"]), pc.is_null(table["hit_id"]))
    return {"rows": len(read), "published": len(table), "hits_lost": int(pc.sum(lost).as_py() or 0)}


def _entries(found: Survey, ids: list[str], wanted: set[str]) -> dict[str, list[str]]:
    """doc_id -> the entries of its hits, in order of hit_id, of the wanted documents."""
    entries: dict[str, list[str]] = {}
    start = 0
    for path, mask in zip(found.paths, found.keep, strict=True):
        kept = np.flatnonzero(mask)
        own = dict(zip(kept.tolist(), ids[start : start + len(kept)], strict=True))
        start += len(kept)
        if not wanted & set(own.values()):
            continue
        hits = (
            unpack(path, ("hits",))["hits"]
            .select(["doc_index", "hit_id", "entry"])
            .sort_by([("doc_index", "ascending"), ("hit_id", "ascending")])
        )
        for index, entry in zip(hits["doc_index"].to_pylist(), hits["entry"].to_pylist(), strict=True):
            if own.get(index) in wanted:
                entries.setdefault(own[index], []).append(entry)
    return entries
