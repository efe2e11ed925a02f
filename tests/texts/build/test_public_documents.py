from __future__ import annotations

import numpy as np
import pyarrow as pa

from analysis.store.contracts import DOCUMENTS
from analysis.study.declaration import Sample, Study
from analysis.study.sources import Source
from analysis.texts.build.public_documents import (
    closed_texts,
    hidden_documents,
    outside_samples,
    public_documents,
)

SOURCES = {
    "pages": Source("pages", "*.html", "news", licence="unknown"),
    "hashed": Source("hashed", "*.html", "news", licence="unknown", hash_urls=True),
    "open": Source(
        "open", "*.csv", "un", licence="CC0 1.0", may_print_title=True, may_print_text=True, public_ids=True
    ),
}
URL = "https://www.paper.invalid/2023/minister-opens-bridge.html"


def private_table(**given):
    n = 3
    columns = {c.name: pa.nulls(n, c.dtype) for c in DOCUMENTS.columns if c.name not in ("host", "url_key")}
    columns |= {
        "doc_id": ["pages:minister-opens-bridge", "hashed:minister-opens-bridge", "KHM_1"],
        "source_id": ["pages", "hashed", "open"],
        "cluster_id": ["hashed:minister-opens-bridge", "hashed:minister-opens-bridge", "KHM_1"],
        "content_key": ["a", "b", "c"],
        "origin": ["minister-opens-bridge.html", "saved/minister-opens-bridge.html", "open.csv:1"],
        "number": pa.array([0, 0, 1], pa.int32()),
        "has_own_id": [False, False, True],
        "url": [URL, URL, URL],
        "shared_token_share": [0.7349, 1.0, 0.0],
        "licence": ["unknown", "unknown", "CC0 1.0"],
        "token_count": [49, 50, 10],
    }
    return pa.table(columns | given)


def test_ids_and_addresses_are_those_that_may_be_published(tmp_path):
    made = public_documents(private_table(), SOURCES, tmp_path)
    assert made.column_names == DOCUMENTS.names
    rows = made.to_pylist()
    assert [r["doc_id"] for r in rows] == ["pages:1", "hashed:1", "KHM_1"]
    assert [r["cluster_id"] for r in rows] == ["hashed:1", "hashed:1", "KHM_1"]
    assert [r["url"] for r in rows] == [None, None, URL]
    assert [r["host"] for r in rows] == ["paper.invalid"] * 3
    assert [r["url_key"] is not None for r in rows] == [False, True, False]
    assert [r["shared_token_share"] for r in rows] == [0.7, 1.0, 0.0]
    assert "minister" not in str([{k: v for k, v in r.items() if k != "url"} for r in rows])
    assert (tmp_path / "document_ids.map").read_text().count(URL) == 2  # of the two that got a number


def test_the_key_of_addresses_is_made_only_where_it_is_asked_for(tmp_path):
    table = private_table().filter(pa.array([True, False, True]))
    at = table.schema.get_field_index("cluster_id")
    table = table.set_column(at, "cluster_id", table["doc_id"])
    public_documents(table, SOURCES, tmp_path)
    assert not (tmp_path / "address.key").exists()


def test_small_documents_are_hidden_unless_their_text_may_be_reprinted():
    table = private_table()
    closed = closed_texts(table, SOURCES)
    assert closed.tolist() == [True, True, False]
    assert hidden_documents(table, closed, 50).tolist() == [True, False, False]


def test_a_record_with_a_licence_of_its_own_is_closed():
    table = private_table(licence=["unknown", "unknown", "all rights reserved"])
    assert closed_texts(table, SOURCES).tolist() == [True, True, True]
    assert np.array_equal(hidden_documents(table, closed_texts(table, SOURCES), 50), [True, False, True])


def test_words_of_outlets_outside_a_sample_are_pooled_where_the_source_says_so():
    study = Study(samples=(Sample("few", outlets=("post",)),))
    sources = SOURCES | {"open": Source("open", "*.csv", "un", words_of="few")}
    table = private_table(outlet_id=["gazette", "post", "gazette"])
    assert outside_samples(table, sources, study).tolist() == [False, False, True]  # only its source keeps a sample
    assert outside_samples(private_table(outlet_id=["post"] * 3), sources, study).tolist() == [False] * 3
    assert outside_samples(table.slice(0, 0), sources, study).tolist() == []
