"""The attack must find everything on the form of store that it was written against, or its silence proves nothing."""

from __future__ import annotations

import json

import pytest
from old_form import RARE, WORDS, invented, write_old_store

from analysis.publish.attack import attack_store


@pytest.fixture(scope="module")
def texts():
    return invented(16, tokens=22)


@pytest.fixture(scope="module")
def attack(texts, tmp_path_factory):
    folder = write_old_store(tmp_path_factory.mktemp("old") / "store", texts)
    return attack_store(folder, words=RARE + WORDS)


def test_every_text_comes_back_in_order(attack, texts):
    assert attack.tried == len(texts) == len(attack.in_order)
    true = {" ".join([t["title"], t["text"]]) for t in texts}
    for found in attack.in_order:
        assert all(any(" ".join(run) in text for text in true) for run in found.runs if len(run) >= 8)


def test_nearly_all_come_back_whole_and_rightly(attack, texts):
    true = {" ".join([t["title"], t["text"]]) for t in texts}
    assert {" ".join(d.whole) for d in attack.complete} <= true
    assert len(attack.complete) >= 0.6 * len(texts)


def test_words_of_single_documents_come_back_from_the_pool(attack, texts):
    hidden = set(RARE[: len(texts)])
    assert len(attack.pooled & hidden) >= 0.8 * len(hidden)


def test_titles_come_back_from_addresses_and_ids(attack, texts):
    assert {" ".join(d.title) for d in attack.titles} <= {t["title"] for t in texts}
    assert len(attack.titles) >= 0.5 * len(texts)  # a title with a word of the pool is not taken for proved


def test_without_hashes_and_names_the_same_bags_give_nothing(texts, tmp_path):
    import pyarrow.parquet as pq

    folder = write_old_store(tmp_path / "store", texts)
    table = pq.read_table(folder / "documents.parquet").drop_columns(["content_hash", "sketch", "url"])
    ids = {doc_id: f"n{i}" for i, doc_id in enumerate(table["doc_id"].to_pylist())}
    for name, columns in (("documents", table), ("counts", pq.read_table(folder / "counts.parquet"))):
        import pyarrow as pa

        new = pa.array([ids[d] for d in columns["doc_id"].to_pylist()])
        pq.write_table(columns.set_column(0, "doc_id", new), folder / f"{name}.parquet")
    again = attack_store(folder, words=RARE + WORDS)
    assert again.tried == len(texts)
    assert not again.in_order and not again.titles and not again.pooled
    assert again.exposed + sum(1 for _ in json.loads((folder / "manifest.json").read_text())["tables"]) >= 3
