from __future__ import annotations

import pyarrow as pa
import pytest

from analysis.store import DiscourseError, StoreWriter
from analysis.store.join import merge_stores
from analysis.store.sketches import write_sketches


def make(
    folder,
    ids,
    *,
    terms=("balance", "friend"),
    days=None,
    codebook="balance",
    clusters=None,
    min_documents=2,
):
    """A store of one-collection documents with one count for each term and one hit each."""
    n = len(ids)
    writer = StoreWriter(folder)
    columns = {
        "doc_id": ids,
        "collection": ["news"] * n,
        "outlet_id": ["daily"] * n,
        "published": days or ["2023-01-01"] * n,
        "date_precision": ["day"] * n,
        "date_basis": ["declared"] * n,
        "era_id": ["hun_sen"] * n,
        "genre": ["article"] * n,
        "language": ["en"] * n,
        "title": [None] * n,
        "url": [None] * n,
        "token_count": [10] * n,
        "cluster_id": clusters or ids,
        "cluster_size": [1] * n,
        "cluster_position": [1] * n,
        "is_cluster_origin": [True] * n,
        "host": [None] * n,
        "url_key": [None] * n,
        "licence": ["unknown"] * n,
        "boilerplate_share": [0.0] * n,
        "shared_token_share": [0.0] * n,
        **{
            c: [0] * n
            for c in (
                "title_token_count",
                "lead_token_count",
                "quoted_token_count",
                "reported_token_count",
                "focal_token_count",
                "focal_quoted_token_count",
                "focal_reported_token_count",
                "odd_quote_count",
            )
        },
    }
    from analysis.store.contracts import CONTRACTS

    writer.add("documents", pa.table({c: columns[c] for c in CONTRACTS["documents"].names}), "news")
    k = len(terms) + 1
    writer.add(
        "vocabulary",
        pa.table(
            {
                "term_id": list(range(k)),
                "term": ["<pooled>", *terms],
                "lemma": ["<pooled>", *terms],
                "is_stopword": [False] * k,
                "document_count": [n] * k,
                "token_count": [4 * n] + [3 * n] * len(terms),
            }
        ),
    )
    writer.add(
        "counts",
        pa.table(
            {
                "doc_id": [d for d in ids for _ in range(k)],
                "term_id": list(range(k)) * n,
                "token_count": ([4] + [3] * len(terms)) * n,
            }
        ),
        "news",
    )
    writer.add(
        "contexts",
        pa.table({"doc_id": ids, "frame": ["hedging"] * n, "term_id": [k - 1] * n, "token_count": [1] * n}),
        "news",
    )
    labels = {
        "entries": [{"frame": "hedging", "entry": codebook, "pattern": "x"}],
        "outlets": [{"outlet_id": "daily", "name": folder.name}],
    }
    return writer.finish({"codebook_version": codebook, "min_documents": min_documents}, labels)


def test_ids_are_kept_apart_and_sums_reconcile(tmp_path):
    one = make(tmp_path / "one", ["a", "b"])
    two = make(tmp_path / "two", ["b", "c"], terms=("balance", "neutral"))
    both = merge_stores(one, two, tmp_path / "both")
    assert sorted(both.table("documents")["doc_id"]) == ["a", "b", "two:b", "two:c"]
    words = both.table("vocabulary").set_index("term")
    assert list(words.index) == ["<pooled>", "balance"]
    assert words.loc["balance", "token_count"] == 3 * 2 + 3 * 2
    assert words["document_count"].to_dict() == {"<pooled>": 4, "balance": 4}
    assert words.loc["<pooled>", "token_count"] == 2 * (4 + 3) + 2 * (4 + 3)
    counts = both.table("counts")
    assert counts["token_count"].sum() == words["token_count"].sum() == 40
    assert counts.groupby("doc_id")["token_count"].sum().to_dict() == dict.fromkeys(["a", "b", "two:b", "two:c"], 10)
    assert [p["tokens_pooled_by_joining"] for p in both.manifest["info"]["merged"]] == [6, 6]
    assert both.labels("outlets")["name"].tolist() == ["one"]
    info = both.manifest["info"]
    assert (info["min_documents"], info["small_tokens"], info["document_count"]) == (2, 0, 4)
    assert "published" not in both.manifest["labels"]


def test_a_store_that_pools_no_words_makes_a_joined_one_that_promises_nothing(tmp_path):
    one, two = make(tmp_path / "one", ["a"]), make(tmp_path / "two", ["b"], min_documents=None)
    assert merge_stores(one, two, tmp_path / "both").manifest["info"]["min_documents"] == 0


def clusters_of(store):
    return store.table("documents").set_index("doc_id")["cluster_id"].to_dict()


def test_clusters_of_two_stores_are_kept_apart_where_documents_have_the_same_ids(tmp_path):
    """Documents too far apart in time to be one story, so that joining finds none again."""
    one = make(tmp_path / "one", ["a", "b"], clusters=["a", "a"])
    two = make(tmp_path / "two", ["a", "b", "c"], clusters=["b", "b", "c"], days=["2019-01-01"] * 3)
    both = clusters_of(merge_stores(one, two, tmp_path / "both"))
    assert both == {"a": "a", "b": "a", "two:a": "two:b", "two:b": "two:b", "two:c": "two:c"}


def test_ids_are_told_apart_where_only_a_cluster_is_called_alike(tmp_path):
    one = make(tmp_path / "one", ["a", "b"], clusters=["x", "x"])
    two = make(tmp_path / "two", ["c", "d"], clusters=["x", "d"], days=["2019-01-01"] * 2)
    both = clusters_of(merge_stores(one, two, tmp_path / "both"))
    assert both == {"a": "x", "b": "x", "two:c": "two:x", "two:d": "two:d"}
    apart = make(tmp_path / "apart", ["e", "f"], days=["2015-01-01"] * 2)
    assert set(clusters_of(merge_stores(one, apart, tmp_path / "three"))) == {"a", "b", "e", "f"}


def test_a_store_joined_before_under_a_name_is_not_joined_again_under_it(tmp_path):
    one, two = make(tmp_path / "one", ["a", "b"]), make(tmp_path / "two", ["b", "c"])
    both = merge_stores(one, two, tmp_path / "both")
    with pytest.raises(DiscourseError, match="'two' is not allowed; allowed: any name not joined before"):
        merge_stores(both, two, tmp_path / "again")


def test_stories_are_found_again_by_keyed_sketches(tmp_path):
    one, two = make(tmp_path / "one", ["a", "b"]), make(tmp_path / "two", ["b", "c"], days=["2022-12-30", "2023-01-01"])
    marks = [bytes([i]) * 8 for i in range(30)]
    files = (tmp_path / "1.sketches", tmp_path / "2.sketches")
    write_sketches(files[0], [("a", marks[:10]), ("b", marks[10:20])])
    write_sketches(files[1], [("b", marks[:9]), ("c", marks[20:])])
    store = merge_stores(one, two, tmp_path / "both", sketches=files)
    both = store.table("documents").set_index("doc_id")
    assert both.loc[["a", "two:b"], "cluster_id"].nunique() == 1
    assert both.loc["two:b", "is_cluster_origin"]
    assert (both.loc["a", "cluster_position"], both.loc["a", "shared_token_share"]) == (2, 0.9)
    assert both.loc["b", "cluster_size"] == both.loc["two:c", "cluster_size"] == 1
    assert both.groupby("cluster_id")["is_cluster_origin"].sum().eq(1).all()
    assert (store.manifest["info"]["joined_clusters"], store.manifest["info"]["joined_by"]) == (1, "keyed sketches")


def test_joining_gives_the_same_bytes_twice(tmp_path):
    one, two = make(tmp_path / "one", ["a", "b"]), make(tmp_path / "two", ["b", "c"])
    first = merge_stores(one, two, tmp_path / "x")
    assert merge_stores(one, two, tmp_path / "y").store_hash == first.store_hash


def test_different_codebooks_are_refused_with_the_difference(tmp_path):
    one, two = make(tmp_path / "one", ["a"]), make(tmp_path / "two", ["b"], codebook="balancing")
    with pytest.raises(
        DiscourseError, match="only in the first: hedging/balance; only in the second: hedging/balancing"
    ):
        merge_stores(one, two, tmp_path / "both")
    assert not (tmp_path / "both").exists()


def test_a_store_is_not_joined_with_itself_nor_over_another(tmp_path):
    one, two = make(tmp_path / "one", ["a"]), make(tmp_path / "two", ["b"])
    with pytest.raises(DiscourseError, match="same store"):
        merge_stores(one, one, tmp_path / "both")
    with pytest.raises(DiscourseError, match="not empty"):
        merge_stores(one, two, tmp_path / "one")
