"""What can be drawn: all hits and all paragraphs of an invented study, each once, in the right kind."""

from __future__ import annotations

from collections import Counter

import pytest
from invented_study import options, write_study

from analysis.errors import DiscourseError
from analysis.store import open_store
from analysis.texts.annotate.engine import Engine
from analysis.texts.build.build import build
from analysis.texts.coding.passages import collect, load_synonyms, public_ids
from analysis.texts.document import Document

TEXT = """The Kingdom of Cambodia stays neutral, said the ministry.

Cambodia has a carbon neutral port, the ministry said.

Cambodia has a quiet bridge with an impartial keeper.

Cambodia has a green boat.

Norway has a boat.

Norway stays neutral."""


@pytest.fixture(scope="module")
def study(tmp_path_factory, root):
    folder = write_study(tmp_path_factory.mktemp("study"), root, count=12)
    line = {"id": "one", "title": "Boats", "text": TEXT, "date": "2023-08-30", "source": "The Example Post"}
    import json

    (folder / "texts" / "news" / "z.jsonl").write_text(json.dumps(line) + "\n")
    build(options(folder, folder / "out"))
    (folder / "corpus" / "synonyms.toml").write_text('neutrality = ["impartial*"]\n')
    return folder


@pytest.fixture(scope="module")
def found(study):
    from analysis.texts.concordance.library import documents

    store = open_store(study / "out" / "store")
    engine = Engine.from_folder(study / "corpus")
    private = study / "corpus" / "private" / "document_ids.map"
    return list(collect(documents(study / "corpus", study / "texts"), engine, store, study / "corpus", private))


def test_each_paragraph_has_one_kind(found):
    mine = [p for p in found if p.doc_id == "one"]
    kinds = {p.text[:22]: p.kind for p in mine if not p.frame}
    assert kinds["The Kingdom of Cambodi"] == "beside"
    assert kinds["Cambodia has a carbon "] == "excluded"
    assert kinds["Cambodia has a quiet b"] == "synonym"
    assert kinds["Cambodia has a green b"] == "plain"
    assert kinds["Norway has a boat."] == kinds["Norway stays neutral."] == "rest"
    found_in = {p.text[:12]: p.found for p in mine if p.kind == "rest"}
    assert found_in["Norway stays"] == ("neutrality",) and found_in["Norway has a"] == ()
    assert len({p.key for p in found if p.frame}) == sum(bool(p.frame) for p in found)


def test_the_marked_words_are_those_that_matter(found):
    marked = {p.kind: p.text[slice(*p.span)] for p in found if p.doc_id == "one"}
    assert marked["hit"] == "stays neutral" or "neutral" in marked["hit"]
    assert marked["synonym"] == "impartial" and "neutral" in marked["excluded"]
    assert marked["plain"] == "Cambodia has a green boat."


def test_every_hit_of_the_store_can_be_drawn_and_is_numbered_within_its_entry(found, study):
    hits = open_store(study / "out" / "store").table("hits")
    mine = [p for p in found if p.frame]
    assert {(p.doc_id, p.hit_id, p.entry) for p in mine} == set(
        hits[["doc_id", "hit_id", "entry"]].itertuples(index=False, name=None)
    )
    about = dict(zip(zip(hits["doc_id"], hits["hit_id"], strict=True), hits["about"], strict=True))
    assert all((p.kind == "hit") == (about[p.doc_id, p.hit_id] == "focal") for p in mine)
    for (doc_id, entry), n in Counter((p.doc_id, p.entry) for p in mine).items():
        numbers = [(p.entry_number, p.entry_count) for p in mine if (p.doc_id, p.entry) == (doc_id, entry)]
        assert numbers == [(i, n) for i in range(1, n + 1)]


def test_texts_that_are_not_those_of_the_store_are_refused(study):
    store = open_store(study / "out" / "store")
    engine = Engine.from_folder(study / "corpus")
    changed = Document("one", "news", "post", "Nothing is here.", None, None, "x")
    with pytest.raises(DiscourseError, match=r"document one.*discourse build"):
        list(collect([changed], engine, store, study / "corpus", study / "none"))


def test_documents_of_the_store_that_are_not_there_are_told(study):
    store = open_store(study / "out" / "store")
    with pytest.raises(DiscourseError, match=r"13 of 13 documents of store store are not among the texts"):
        list(collect([], Engine.from_folder(study / "corpus"), store, study / "corpus", study / "none"))


def test_a_paragraph_is_named_by_its_number_in_the_document(found):
    numbers = {p.text[:14]: (p.paragraph_number, p.paragraph_count) for p in found if p.doc_id == "one" and not p.frame}
    first, count = numbers["The Kingdom of"]
    assert numbers["Norway has a b"] == (first + 4, count) and count >= 5
    assert {(p.paragraph_number, p.paragraph_count) for p in found if p.frame} == {(0, 0)}


def test_groups_and_ids(study, tmp_path):
    store = open_store(study / "out" / "store")
    assert store.study.outlet_groups(store.label_rows("outlets"))["post"] == "own_press"
    assert public_ids(tmp_path / "none") == {}


def test_synonyms_of_an_unknown_frame_are_refused(tmp_path):
    (tmp_path / "synonyms.toml").write_text('nothing = ["a"]\n')
    with pytest.raises(DiscourseError, match=r"'nothing'.*allowed: f"):
        load_synonyms(tmp_path, ["f"])
    assert load_synonyms(tmp_path / "none", ["f"]) == []
