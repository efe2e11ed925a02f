"""The gateway: what is written is what is read, nothing else, and never by halves."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from analysis.store import DiscourseError, StoreWriter, open_store
from analysis.store.contracts import CONTRACTS
from analysis.study.declaration import Group, Study

COUNTS = pa.table({"doc_id": ["a", "a", "b"], "term_id": [0, 1, 1], "token_count": [3, 1, 2]})
WORDS = pa.table(
    {
        "term_id": [0, 1],
        "term": ["<pooled>", "neutral"],
        "lemma": ["<pooled>", "neutral"],
        "is_stopword": [False, False],
        "document_count": [1, 2],
        "token_count": [3, 3],
    }
)


@pytest.fixture
def store(tmp_path):
    writer = StoreWriter(tmp_path / "s")
    writer.add("vocabulary", WORDS)
    writer.add("counts", COUNTS.slice(0, 2), collection="news")
    writer.add("counts", COUNTS.slice(2), collection="un")
    return writer.finish({"min_documents": 2}, {"eras": [{"era_id": "x"}]})


def test_what_is_written_is_read_back(store):
    assert store.table("counts").to_dict("list") == COUNTS.to_pydict()
    assert store.table("vocabulary", columns=["term"])["term"].tolist() == ["<pooled>", "neutral"]
    assert store.labels("eras")["era_id"].tolist() == ["x"]
    assert store.collections == ["news", "un"]


def test_names_are_taken_from_the_labels(tmp_path):
    labels = {
        "outlets": [{"outlet_id": "ppp", "name": "Phnom Penh Post"}],
        "eras": [{"era_id": "hun_sen", "label": "Hun Sen"}],
        "entries": [{"frame": "ironclad"}, {"frame": "ironclad"}],
    }
    store = StoreWriter(tmp_path / "s").finish({}, labels)
    assert store.names() == {"ppp": "Phnom Penh Post", "hun_sen": "Hun Sen", "ironclad": "Ironclad"}


def test_groups_of_outlets_know_the_side_of_an_outlets_country(tmp_path):
    study = Study(groups=(Group("home", country=("ATL",)), Group("sea", side=("sailors",))))
    labels = {
        "outlets": [{"outlet_id": o, "country": c} for o, c in (("a", "ATL"), ("b", "LEM"), ("c", "MUU"), ("d", ""))],
        "actors": [
            {"actor_id": "LEM", "kind": "state", "state": "LEM", "side": "sailors"},
            {"actor_id": "ATL", "kind": "state", "state": "ATL", "side": "sailors"},
            {"actor_id": "a_poet", "kind": "person", "state": "MUU", "side": "sailors"},
        ],
    }
    store = StoreWriter(tmp_path / "s", study=study).finish({}, labels)
    assert store.outlet_groups() == {"a": "home", "b": "sea", "c": "(others)", "d": "(others)"}


def test_a_collection_is_a_view_and_keeps_the_vocabulary(store):
    un = open_store(store.path, collection="un")
    assert un.table("counts")["doc_id"].tolist() == ["b"]
    assert un.row_count("counts") == 1
    assert un.row_count("vocabulary") == 2
    assert un.store_hash == store.store_hash


def test_a_table_without_parts_is_empty_with_its_columns(store):
    frame = store.table("hits")
    assert len(frame) == 0
    assert list(frame.columns) == CONTRACTS["hits"].names


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_same_tables_give_same_bytes(store, tmp_path, threads):
    writer = StoreWriter(tmp_path / "t", threads=threads)
    writer.add("vocabulary", WORDS)
    writer.add("counts", COUNTS.slice(0, 2), collection="news")
    writer.add("counts", COUNTS.slice(2), collection="un")
    again = writer.finish({"min_documents": 2}, {"eras": [{"era_id": "x"}]})
    first = {p.relative_to(store.path): p.read_bytes() for p in store.path.rglob("*.*")}
    assert {p.relative_to(again.path): p.read_bytes() for p in again.path.rglob("*.*")} == first


def test_a_file_that_cannot_be_written_beside_the_work_is_not_forgotten(tmp_path):
    (tmp_path / "vocabulary").write_text("a file where the folder should be")
    writer = StoreWriter(tmp_path, threads=2)
    writer.add("vocabulary", WORDS)
    with pytest.raises(OSError, match="vocabulary"):
        writer.finish({}, {})
    assert not (tmp_path / "manifest.json").exists()


def test_rewriting_removes_the_files_of_the_older_store(store):
    writer = StoreWriter(store.path)
    writer.add("vocabulary", WORDS)
    writer.finish({}, {})
    assert [p.parent.name for p in store.path.rglob("*.parquet")] == ["vocabulary"]


def test_a_changed_file_is_refused_by_name(store):
    path = next((store.path / "counts").rglob("*.parquet"))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(DiscourseError, match=r"counts.*changed after the store was written"):
        store.table("counts")


def test_a_missing_file_is_named(store):
    next((store.path / "counts").rglob("*.parquet")).unlink()
    with pytest.raises(DiscourseError, match="the manifest lists this file"):
        store.table("counts")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda s: s.table("count"), "Did you mean 'counts'"),
        (lambda s: s.table("counts", columns=["tokens"]), "allowed: doc_id, term_id, token_count"),
        (lambda s: s.labels("era"), "Did you mean 'eras'"),
        (lambda s: open_store(s.path, collection="nws"), "allowed: news, un"),
        (lambda s: open_store(s.path / "nothing"), "discourse build"),
        (lambda s: StoreWriter(s.path).add("counts", COUNTS), "collection"),
        (lambda s: StoreWriter(s.path).finish({}, {"era": []}), "Did you mean 'eras'"),
    ],
)
def test_a_wrong_name_is_answered_with_what_is_allowed(store, call, says):
    with pytest.raises(DiscourseError, match=says):
        call(store)


def test_another_format_and_broken_json_are_refused(store):
    manifest = store.path / "manifest.json"
    manifest.write_text(json.dumps({"format": 99, "tables": []}))
    with pytest.raises(DiscourseError, match="format 99"):
        open_store(store.path)
    manifest.write_text("{")
    with pytest.raises(DiscourseError, match="not valid JSON"):
        open_store(store.path)


def test_pieces_are_the_table_file_by_file(root):
    store = open_store(root / "corpus" / "store" / "default")
    columns = ["doc_id", "outlet_id"]
    pieces = list(store.pieces("documents", columns))
    assert len(pieces) == sum(part["table"] == "documents" for part in store.manifest["tables"]) > 1
    assert [row for piece in pieces for row in piece.to_numpy().tolist()] == store.table(
        "documents", columns
    ).to_numpy().tolist()
    with pytest.raises(DiscourseError, match="column of documents: 'texts' is not allowed"):
        next(store.pieces("documents", ["texts"]))
