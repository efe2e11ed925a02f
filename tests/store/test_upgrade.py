"""A store with other columns says so when it is opened, and can be upgraded where nothing has to be invented."""

from __future__ import annotations

import hashlib
import io
import json

import pytest
from click.testing import CliRunner
from sample_project import build_store

from analysis.cli.main import main
from analysis.errors import DiscourseError
from analysis.store import open_store
from analysis.store.contracts import contract_of
from analysis.store.manifest import FORMAT, MANIFEST, store_hash
from analysis.store.upgrade import upgrade_store

NULLABLE = "url"


def rewrite(store, table: str, edit) -> None:
    """Write the files of one table anew with other columns, as an older version would have written them."""
    import pyarrow.parquet as pq

    manifest = json.loads((store.path / MANIFEST).read_text())
    for part in manifest["tables"]:
        if part["table"] == table:
            sink = io.BytesIO()
            pq.write_table(edit(pq.read_table(store.path / part["file"], partitioning=None)), sink)
            (store.path / part["file"]).write_bytes(sink.getvalue())
            part |= {"sha256": hashlib.sha256(sink.getvalue()).hexdigest(), "bytes": len(sink.getvalue())}
    manifest["store_hash"] = store_hash(manifest)
    (store.path / MANIFEST).write_text(json.dumps(manifest))


@pytest.fixture
def old(tmp_path):
    """A store whose documents lack a column that may be empty, and have one that is no longer declared."""
    store = build_store(tmp_path / "old")
    rewrite(store, "documents", lambda t: t.drop_columns([NULLABLE]).append_column("shade", t.column("outlet_id")))
    return store.path


def test_opening_it_says_format_columns_and_what_to_do(old):
    with pytest.raises(DiscourseError) as caught:
        open_store(old)
    for part in (
        "store format ",
        f"this version needs (format {FORMAT})",
        f"table documents lacks {NULLABLE} and has shade, which are not declared",
        "discourse build",
        "discourse store upgrade old",
    ):
        assert part in str(caught.value)


def test_upgrading_adds_empty_columns_and_drops_the_others(old):
    done = CliRunner().invoke(main, ["store", "upgrade", str(old)])
    assert done.exit_code == 0, done.output
    assert f"documents: {NULLABLE} added, empty" in done.output
    assert "documents: shade dropped" in done.output
    store = open_store(old)
    documents = store.table("documents")
    assert list(documents.columns) == contract_of("documents").names
    assert documents[NULLABLE].isna().all()
    assert len(documents) == 15
    assert sorted(p.relative_to(old).as_posix() for p in old.rglob("*.parquet")) == sorted(
        part["file"] for part in store.manifest["tables"]
    )
    again = CliRunner().invoke(main, ["store", "upgrade", str(old)])
    assert "nothing was changed" in again.output


def test_a_column_that_may_not_be_empty_asks_for_a_rebuild_and_nothing_is_changed(tmp_path):
    store = build_store(tmp_path / "old")
    rewrite(store, "counts", lambda t: t.drop_columns(["token_count"]))
    before = {p: p.read_bytes() for p in store.path.rglob("*") if p.is_file()}
    for attempt in (open_store, upgrade_store):
        with pytest.raises(DiscourseError, match=r"counts lacks token_count\. Rebuild .* cannot be upgraded"):
            attempt(store.path)
    assert {p: p.read_bytes() for p in store.path.rglob("*") if p.is_file()} == before


def test_an_unknown_store_lists_those_there_are(tmp_path, monkeypatch):
    build_store(tmp_path / "store" / "mine")
    monkeypatch.setenv("DISCOURSE_CORPUS", str(tmp_path))
    done = CliRunner().invoke(main, ["store", "upgrade", "mne"])
    assert done.exit_code == 2
    assert "Did you mean 'mine'" in done.output
