"""The border: what of each document may stand in the public store, and which documents are too small to be shown alone.

Nothing public is a function of word order, and nothing identifies more than the source's licence allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.store.contracts import DOCUMENTS
from analysis.study.outlets import host_of
from analysis.texts.build.public_ids import Record, address_key, hash_address, id_map
from analysis.texts.read.formats.record import file_of

if TYPE_CHECKING:
    import pyarrow as pa

    from analysis.study.declaration import Study
    from analysis.study.sources import Source

SMALL = 50  # tokens: a bag of fewer words is the text up to order


def public_documents(documents: pa.Table, sources: Mapping[str, Source], private: Path) -> pa.Table:
    """The documents table as it is published, rows as given.

    documents: the finished private table (ids made of file names, addresses, exact shares). sources: by source_id.
    private: the study's private folder, which keeps the ids and the key of address hashes.
    """
    import pyarrow as pa

    given = {n: documents[n].to_pylist() for n in ("doc_id", "source_id", "content_key", "url", "origin", "number")}
    given["has_own_id"] = documents["has_own_id"].to_pylist()
    records = [
        Record(source, doc_id, key, file_of(origin), number, own, url or "")
        for source, doc_id, key, origin, number, own, url in zip(
            *(given[n] for n in ("source_id", "doc_id", "content_key", "origin", "number", "has_own_id", "url")),
            strict=True,
        )
    ]
    with id_map(private) as table:
        ids = table.assign(records, sources)
    named = dict(zip(given["doc_id"], ids, strict=True))
    columns = {
        "doc_id": ids,
        "cluster_id": [named[c] for c in documents["cluster_id"].to_pylist()],
        "host": [host_of(r.url) or None for r in records],
        "url": [r.url or None if sources[r.source_id].may_print_title else None for r in records],
        "url_key": _address_hashes(records, sources, private),
    }
    shares = documents["shared_token_share"].to_numpy()
    for name, values in columns.items():
        array = pa.array(values, pa.string())
        at = documents.schema.get_field_index(name)
        documents = documents.set_column(at, name, array) if at >= 0 else documents.append_column(name, array)
    at = documents.schema.get_field_index("shared_token_share")
    documents = documents.set_column(at, "shared_token_share", pa.array(np.round(shares, 1)))
    return documents.select(DOCUMENTS.names)


def _address_hashes(records: list[Record], sources: Mapping[str, Source], private: Path) -> list[str | None]:
    if not any(sources[r.source_id].hash_urls for r in records):
        return [None] * len(records)
    key = address_key(private)
    return [hash_address(r.url, key) if r.url and sources[r.source_id].hash_urls else None for r in records]


def closed_texts(documents: pa.Table, sources: Mapping[str, Source]) -> np.ndarray:
    """For each document whether its licence keeps its text from being reprinted: only then do small bags matter.

    A record with a licence of its own is closed: what the source declares was said of the source's licence.
    """
    open_licence = {name: source.licence if source.may_print_text else None for name, source in sources.items()}
    pairs = zip(documents["source_id"].to_pylist(), documents["licence"].to_pylist(), strict=True)
    return np.array([open_licence[source] != licence for source, licence in pairs], dtype=bool)


def hidden_documents(documents: pa.Table, closed: np.ndarray, small: int) -> np.ndarray:
    """For each document whether its words are all put into the pool: it is closed and has fewer than `small` tokens."""
    return closed & (documents["token_count"].to_numpy() < small)


def outside_samples(documents: pa.Table, sources: Mapping[str, Source], study: Study) -> np.ndarray:
    """For each document whether its words are all put into the pool because its source keeps those of a sample only
    (`words_of`) and its outlet is not one of it."""
    outlets = {sample.id: frozenset(sample.outlets) for sample in study.samples}
    kept = {name: outlets[source.words_of] for name, source in sources.items() if source.words_of}
    pairs = zip(documents["source_id"].to_pylist(), documents["outlet_id"].to_pylist(), strict=True)
    return np.array([source in kept and outlet not in kept[source] for source, outlet in pairs], dtype=bool)
