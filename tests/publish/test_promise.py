from __future__ import annotations

import pytest
from sample_project import build_store

from analysis.publish.promise import check_promise, is_closed
from analysis.store import StoreWriter

SOURCES = [{"source_id": "pages", "licence": "CC0 1.0", "may_print_title": True, "may_print_text": True}]


def documents(ids=("pages:1", "pages:2"), **given):
    n = len(ids)
    columns = {
        "doc_id": list(ids),
        "collection": ["news"] * n,
        "outlet_id": ["daily"] * n,
        "published": ["2023-01-01"] * n,
        "date_precision": ["day"] * n,
        "era_id": [None] * n,
        "genre": ["article"] * n,
        "language": ["en"] * n,
        "title": [None] * n,
        "url": [None] * n,
        "host": ["paper.invalid"] * n,
        "url_key": [None] * n,
        "token_count": [60, 10],
        **{f"{name}_token_count": [0] * n for name in ("title", "lead", "quoted", "reported")},
        "odd_quote_count": [0] * n,
        "boilerplate_share": [0.0] * n,
        "cluster_id": list(ids),
        "cluster_size": [1] * n,
        "cluster_position": [1] * n,
        "is_cluster_origin": [True] * n,
        "shared_token_share": [0.0] * n,
        "licence": ["unknown"] * n,
    }
    return columns | given


def plain(column):
    """A value that a column takes, for those that a test says nothing of."""
    if column.nullable:
        return None
    return {"bool": False, "string": (column.allowed or ("x",))[0]}.get(column.dtype, 0)


def store(folder, *, info=None, counts=None, contexts=None, hits=None, **given):
    """Two documents, one large and one small, whose own tables keep the promise unless another is given."""
    import pyarrow as pa

    from analysis.store.contracts import CONTRACTS

    columns = documents(**given)
    ids = columns["doc_id"]
    writer = StoreWriter(folder)

    def add(name, values, collection="news"):
        schema = CONTRACTS[name].schema()
        n = len(next(iter(values.values())))
        filled = {c.name: values.get(c.name, [plain(c)] * n) for c in CONTRACTS[name].columns}
        writer.add(name, pa.table(filled, schema=schema), collection)

    add("documents", columns)
    add("counts", counts or {"doc_id": [ids[0], ids[0], ids[1]], "term_id": [0, 1, 0], "token_count": [10, 50, 10]})
    if contexts:
        add("contexts", contexts)
    if hits:
        add("hits", hits)
    words = {"term_id": [0, 1], "term": ["<pooled>", "tea"], "lemma": ["<pooled>", "tea"], "is_stopword": [False] * 2}
    add("vocabulary", words | {"document_count": [2, 1], "token_count": [20, 50]}, None)
    return writer.finish({"min_documents": 2, "small_tokens": 50} | (info or {}), {"sources": SOURCES})


def found(made):
    return {f.place: f.reason for f in check_promise(made)}


def test_a_store_that_keeps_the_promise_passes(tmp_path):
    assert found(store(tmp_path / "s")) == {}
    assert found(build_store(tmp_path / "t")) == {}


HARMS = {
    "a file's name": ("documents.doc_id", {"ids": ("pages:minister-opens-bridge", "pages:2")}),
    "a headline as id": ("documents.doc_id", {"ids": ("minister-opens-long-bridge", "pages:2")}),
    "an address": ("documents.url", {"url": ["https://paper.invalid/minister-opens-bridge", None]}),
    "an address as host": ("documents.host", {"host": ["paper.invalid/minister-opens", None]}),
    "a title": ("documents.title", {"title": ["Minister opens bridge", None], "licence": ["© The Paper"] * 2}),
    "a hash": ("documents.outlet_id", {"outlet_id": ["0f" * 8, "1e" * 8]}),
    "a fine share": ("documents.shared_token_share", {"shared_token_share": [0.734, 0.0]}),
    "a small bag": (
        "counts",
        {"counts": {"doc_id": ["pages:1", "pages:2"], "term_id": [1, 1], "token_count": [60, 10]}},
    ),
    "a small window": (
        "contexts",
        {"contexts": {"doc_id": ["pages:1"], "frame": ["f"], "term_id": [1], "token_count": [20]}},
    ),
    "rows in the order of words": (
        "counts",
        {"counts": {"doc_id": ["pages:1"] * 2, "term_id": [1, 0], "token_count": [50, 10]}},
    ),
    "file names in the manifest": ("manifest", {"info": {"inputs": [{"file": "minister-opens-bridge.html"}]}}),
    "a limit that hides nothing": ("manifest", {"info": {"small_tokens": 5}}),
}


@pytest.mark.parametrize("harm", HARMS)
def test_what_breaks_the_promise_is_found(tmp_path, harm):
    place, given = HARMS[harm]
    told = found(store(tmp_path / "s", **given))
    assert place in told
    assert not any(word in reason for reason in told.values() for word in ("minister", "Minister", "tea"))


def test_the_place_of_a_hit_in_a_small_document_is_found(tmp_path):
    hit = {
        "doc_id": ["pages:2"],
        "hit_id": [0],
        **{name: ["x"] for name in ("frame", "category", "entry")},
        **{
            "zone": ["body"],
            "voice": ["own"],
            "speaker_side": ["outlet"],
            "is_negated": [False],
            "is_mention": [False],
        },
        "tenth": [3],
    }
    from analysis.store.contracts import CONTRACTS

    for column in CONTRACTS["hits"].columns:
        hit.setdefault(column.name, [plain(column)])
    assert "hits.tenth" in found(store(tmp_path / "s", hits=hit))


def test_small_texts_that_may_be_reprinted_are_shown(tmp_path):
    counts = {"doc_id": ["pages:1", "pages:2"], "term_id": [1, 1], "token_count": [60, 10]}
    assert found(store(tmp_path / "s", counts=counts, licence=["CC0 1.0"] * 2)) == {}


def test_columns_that_no_contract_declares_are_found(tmp_path):
    import hashlib

    import pyarrow as pa
    import pyarrow.parquet as pq

    from analysis.publish.promise import _undeclared
    from analysis.store.contracts import CONTRACTS

    made = store(tmp_path / "s")
    part = next(p for p in made.manifest["tables"] if p["table"] == "documents")
    table = pq.ParquetFile(made.path / part["file"]).read()
    pq.write_table(table.append_column("opening", pa.array(["x", "y"])), made.path / part["file"])
    part["sha256"] = hashlib.sha256((made.path / part["file"]).read_bytes()).hexdigest()
    assert [f.reason for f in _undeclared(made)] == ["columns that no contract declares: opening"]
    assert "opening" not in CONTRACTS["documents"].names


@pytest.mark.parametrize(
    ("licence", "closed"),
    [
        ("", True),
        ("unknown; outlet copyright", True),
        ("All Rights Reserved", True),
        ("Copyright 2023 The Paper", True),
        ("CC BY 4.0", False),
        ("work of a government (public domain)", False),
    ],
)
def test_licences(licence, closed):
    assert is_closed(licence) is closed
