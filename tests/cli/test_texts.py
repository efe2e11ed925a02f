"""Commands on the private side."""

from __future__ import annotations

import json

from sample_project import build_store

from analysis.cli.texts import entry_counts
from analysis.store.manifest import MANIFEST, store_hash


def test_a_store_that_cannot_be_read_does_not_stop_the_build_that_mends_it(tmp_path):
    assert entry_counts(tmp_path / "none") == {}
    store = build_store(tmp_path / "mine")
    assert entry_counts(store.path) == {}  # no hits in it
    for edit in ({"labels": None}, {"format": 99}, {"tables": store.manifest["tables"][1:]}):
        (store.path / MANIFEST).write_text(json.dumps({**store.manifest, **edit}))
        assert entry_counts(store.path) == {}
    import pyarrow.parquet as pq

    part = next(p for p in store.manifest["tables"] if p["table"] == "documents")
    pq.write_table(pq.read_table(store.path / part["file"]).drop_columns(["url"]), store.path / part["file"])
    (store.path / MANIFEST).write_text(json.dumps({**store.manifest, "store_hash": store_hash(store.manifest)}))
    assert entry_counts(store.path) == {}
