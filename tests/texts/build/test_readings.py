"""Codings on their way into the store."""

from __future__ import annotations

from dataclasses import replace

import pytest
from invented_study import options, write_study

from analysis.publish.privacy import check_store
from analysis.store import open_store
from analysis.texts.build.build import build
from analysis.texts.coding import codings


@pytest.fixture(scope="module")
def study(tmp_path_factory, root):
    return write_study(tmp_path_factory.mktemp("study"), root, count=12)


def test_codings_find_the_hits_of_today_and_pass_the_gate(study):
    store, _ = build(options(study, study / "first"))
    assert store.table("codings").empty and store.info["codings"] == {"rows": 0, "published": 0, "hits_lost": 0}
    hits = store.table("hits")
    first = hits[hits["hit_id"] == 0].iloc[0]
    one = codings.Coding(
        first["doc_id"], "x", 1, "hit", "A", "person", 0.5, 7, first["frame"], first["entry"], 1, 1, "yes", "focal"
    )
    same = hits[(hits["doc_id"] == first["doc_id"]) & (hits["entry"] == first["entry"])]
    one = replace(one, entry_count=len(same))
    lost = replace(one, passage_id=2, entry_count=99)
    gone = replace(one, passage_id=3, doc_id="not-there")
    codings.save([one, lost, gone], study / "corpus" / "codings" / "x.jsonl")
    store, _ = build(options(study, study / "first"))
    assert store.info["codings"] == {"rows": 3, "published": 2, "hits_lost": 1}
    table = open_store(store.path, collection="news").table("codings").sort_values("passage_id")
    assert table["hit_id"].iloc[0] == 0 and table["hit_id"].isna().iloc[1]
    assert not [f for f in check_store(store) if f.place.startswith("codings")]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"missed_frames": "ironclad friendship"}, "codings"),
        ({"coder": "the quiet harbour bridge"}, "codings.coder"),
    ],
)
def test_words_in_codings_stop_at_the_gate(study, change, place):
    row = codings.Coding("d001", "y", 1, "plain", "A", "person", 0.5, missed_frames="ironclad")
    codings.save([replace(row, **change)], study / "corpus" / "codings" / "x.jsonl")
    store, _ = build(options(study, study / "second"))
    assert place in {f.place for f in check_store(store)}
