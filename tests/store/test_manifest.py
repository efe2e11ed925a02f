"""A manifest that is not as it was written is told apart, in words, before anything is read through it."""

from __future__ import annotations

import json

import pytest
from sample_project import build_store

from analysis.errors import DiscourseError
from analysis.store import open_store
from analysis.store.manifest import MANIFEST, check_columns, read_manifest, store_hash


@pytest.fixture
def store(tmp_path):
    return build_store(tmp_path / "mine")


def write(store, manifest) -> None:
    (store.path / MANIFEST).write_text(manifest if isinstance(manifest, str) else json.dumps(manifest))


def change(store, edit, *, rehash: bool = False) -> None:
    manifest = json.loads((store.path / MANIFEST).read_text())
    edit(manifest)
    if rehash:
        manifest["store_hash"] = store_hash(manifest)
    write(store, manifest)


WHOLE = ["", "{", "[]", "null", "3", '"x"', "{}", '{"format": 1}', '{"format": null}', '{"format": []}', "[" * 100000]
EDITS = {
    "labels null": lambda m: m.update(labels=None),
    "labels list": lambda m: m.update(labels=[]),
    "tables null": lambda m: m.update(tables=None),
    "tables dict": lambda m: m.update(tables={}),
    "info null": lambda m: m.update(info=None),
    "hash null": lambda m: m.update(store_hash=None),
    "study list": lambda m: m.update(study=[]),
    "part null": lambda m: m["tables"].__setitem__(0, None),
    "part empty": lambda m: m["tables"].__setitem__(0, {}),
    "row count text": lambda m: m["tables"][0].update(row_count="3"),
    "row count true": lambda m: m["tables"][0].update(row_count=True),
    "table unknown": lambda m: m["tables"][0].update(table="secrets"),
    "file outside": lambda m: m["tables"][0].update(file="../../x.parquet"),
    "file absolute": lambda m: m["tables"][0].update(file="/etc/passwd"),
    "label row null": lambda m: m["labels"].update(eras=[None]),
    "label text": lambda m: m["labels"].update(eras="x"),
}


@pytest.mark.parametrize("text", WHOLE, ids=range(len(WHOLE)))
def test_what_is_no_manifest_is_refused_in_words(store, text):
    write(store, text)
    with pytest.raises(DiscourseError, match=r"manifest\.json.*rebuild"):
        open_store(store.path)


@pytest.mark.parametrize("name", EDITS)
def test_a_damaged_part_is_refused_in_words(store, name):
    change(
        store, EDITS[name], rehash=name not in ("hash null", "tables null", "tables dict", "part null", "part empty")
    )
    with pytest.raises(DiscourseError, match=r"manifest\.json: "):
        open_store(store.path)


def test_a_table_that_was_dropped_is_noticed(store):
    change(store, lambda m: m["tables"].pop())
    with pytest.raises(DiscourseError, match="edited after the store was written"):
        open_store(store.path)


@pytest.mark.parametrize("name", ["info", "labels", "row_count", "bytes", "study", "one label"])
def test_whatever_is_edited_in_it_is_noticed(store, name):
    """The kind: nothing that a store says of itself can be changed without its hash."""
    edits = {
        "info": lambda m: m["info"].update(document_count=1),
        "labels": lambda m: m["labels"].pop("entries"),
        "one label": lambda m: m["labels"]["outlets"][0].update(name="Another"),
        "row_count": lambda m: m["tables"][0].update(row_count=m["tables"][0]["row_count"] + 1),
        "bytes": lambda m: m["tables"][0].update(bytes=1),
        "study": lambda m: m.update(study={"title": "x"}),
    }
    change(store, edits[name])
    with pytest.raises(DiscourseError, match="edited after the store was written"):
        open_store(store.path)


def test_a_store_of_the_first_format_is_read(store):
    change(store, lambda m: m.update(format=1), rehash=True)
    assert len(open_store(store.path).table("documents")) == 15


def test_a_newer_format_asks_for_a_newer_package(store):
    change(store, lambda m: m.update(format=99, code_version="9.1"))
    with pytest.raises(DiscourseError, match=r"store format 99, written by version 9\.1; .*Update the package"):
        open_store(store.path)


def test_a_store_without_a_manifest_names_the_file(tmp_path):
    with pytest.raises(DiscourseError, match=r"manifest\.json: no such file"):
        read_manifest(tmp_path)


def test_the_hash_is_of_contents_not_of_their_order(store):
    manifest = read_manifest(store.path)
    assert store_hash(manifest) == store_hash({**manifest, "tables": manifest["tables"][::-1]}) == store.store_hash


def test_unreadable_files_are_left_to_their_reader(store):
    part = store.manifest["tables"][0]
    (store.path / part["file"]).write_bytes(b"no Parquet")
    check_columns(store.path, store.manifest)
    with pytest.raises(DiscourseError, match="was changed after the store was written"):
        open_store(store.path).table(part["table"])
