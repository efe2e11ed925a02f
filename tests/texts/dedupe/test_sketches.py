"""Sketches, clusters and named MinHash functions: published values, planted duplicates, and properties."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DiscourseError
from analysis.texts.dedupe import buckets as spool
from analysis.texts.dedupe import clusters, minhash
from analysis.texts.dedupe import sketches as duplicates

WORDS = re.compile(r"[\w'’-]+")


def batch(texts):
    terms: dict[str, int] = {}
    ids: list[int] = []
    offsets = [0]
    for text in texts:
        ids += [terms.setdefault(w, len(terms)) for w in WORDS.findall(text.lower())]
        offsets.append(len(ids))
    return duplicates.hash_terms(list(terms)), np.array(ids, np.int32), np.array(offsets, np.int64)


def meta(count, **given_):
    base = {
        "doc_ids": [f"d{i:03d}" for i in range(count)],
        "published": ["2024-03-05"] * count,
        "precision": ["day"] * count,
        "outlet_ids": ["post"] * count,
        "title_keys": [""] * count,
        "credits": [None] * count,
    }
    return clusters.Meta(**{**base, **given_})


def story(seed, length=200):
    generator = np.random.default_rng(seed)
    return " ".join(f"w{i}" for i in generator.integers(0, 5000, length))


def test_datasketch_values_and_exact_jaccard():
    assert minhash.minhash([b"Hello"], 4, 1).tolist() == [734825475, 960773806, 359816889, 342714745]
    a = [
        "a",
        "between",
        "data",
        "datasets",
        "estimating",
        "for",
        "is",
        "minhash",
        "probabilistic",
        "similarity",
        "structure",
        "the",
    ]
    b = [
        "a",
        "between",
        "data",
        "documents",
        "estimating",
        "for",
        "is",
        "minhash",
        "probability",
        "similarity",
        "structure",
        "the",
    ]
    assert minhash.jaccard(a, b) == pytest.approx(10 / 14)
    assert minhash.containment(a, b[:6]) == pytest.approx(5 / 6)
    assert minhash.shingles(list("abcd"), 3) == {("a", "b", "c"), ("b", "c", "d")}
    assert minhash.jaccard([], []) == 0.0


@pytest.mark.shared
def test_reference_cases(reference):
    for case in json.loads((reference / "A_nearduplicates.json").read_text())["cases"]:
        given_, expected = case["input"], case["expected"]
        if "hashvalues_1x" in expected:
            found = minhash.minhash([given_["token"]], given_["num_perm"], given_["seed"])
            assert found.tolist() == expected["hashvalues_1x"]
        else:
            found = minhash.jaccard(given_["set1"], given_["set2"])
            assert found == pytest.approx(expected["jaccard"], abs=case["tolerance_abs"])


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(0, 60), min_size=1), st.sets(st.integers(0, 60), min_size=1))
def test_estimated_jaccard_is_near_the_exact_one(first, second):
    hashes = [minhash.minhash((str(i) for i in items), 256) for items in (first, second)]
    exact = minhash.jaccard(first, second)
    assert abs(minhash.estimated_jaccard(*hashes) - exact) <= 5 * np.sqrt(exact * (1 - exact) / 256) + 0.02


def test_sketches_do_not_depend_on_batches_or_term_order():
    texts = [story(1), "too short", story(2, 3000), "", story(3, 40)]
    whole = duplicates.sketches(*batch(texts))
    parts = [duplicates.sketches(*batch([t])) for t in reversed(texts)][::-1]
    with duplicates.SketchStore() as stored:
        for part in parts:
            stored.add(part)
        assert len(stored) == len(whole) == 5
        for name in ("counts", "limits", "digests"):
            np.testing.assert_array_equal(getattr(whole, name), getattr(stored, name))
            assert getattr(stored, name) is getattr(stored, name), "asked for once a document: no copy each time"
        assert in_order(whole) == in_order(stored)
    assert np.array_equal(whole.samples, np.concatenate([part.samples for part in parts]))
    assert whole.counts[[1, 3]].tolist() == [0, 0]
    assert abs(whole.counts[2] - 2996) < 5 * np.sqrt(2996 * 8)


def in_order(sketches) -> list[tuple[int, int]]:
    return sorted(
        zip(*(np.concatenate(column).tolist() for column in zip(*sketches.ranges(), strict=True)), strict=True)
    )


@pytest.mark.parametrize(("in_memory", "threads"), [(50, 1), (2**20, 1), (50, 3)])
def test_clusters_are_the_same_from_files_and_in_threads(monkeypatch, tmp_path, in_memory, threads):
    monkeypatch.setattr(spool, "IN_MEMORY", in_memory)
    wire = [story(i, 300) for i in range(4)]
    texts = [*wire, *(f"{w[:900]} {story(9 + i, 60)}" for i, w in enumerate(wire)), "", wire[0]]
    whole = clusters.cluster(duplicates.sketches(*batch(texts)), meta(len(texts)))
    with duplicates.SketchStore(tmp_path) as stored:
        for start in range(0, len(texts), 3):
            stored.add(duplicates.sketches(*batch(texts[start : start + 3])))
        found = clusters.cluster(stored, meta(len(texts)), threads=threads)
    assert found.cluster_id == whole.cluster_id
    assert found.cluster_size.tolist() == [3, 2, 2, 2, 3, 2, 2, 2, 1, 3]
    np.testing.assert_array_equal(found.shared_token_share, whole.shared_token_share)
    assert list(tmp_path.iterdir()) == []


def test_shares_of_an_origin_by_hand():
    texts = [
        story(1, 60),
        story(1, 60)[: len(" ".join(story(1, 60).split()[:30]))] + " " + story(2, 20),
        "",
        story(3, 50),
    ]
    made = duplicates.sketches(*batch(texts))
    sets = [set(minhash.shingles(text.split())) for text in texts]
    shares = clusters.shares_in(made, np.array([0, 0, 0, -1], dtype=np.int32))
    assert shares[[0, 2, 3]].tolist() == [1.0, 1.0, 0.0]
    assert shares[1] == pytest.approx(len(sets[0] & sets[1]) / len(sets[1]))
    assert 0.4 < shares[1] < 0.7


def test_one_story_reprinted_cut_and_digested():
    wire, other, third = story(1, 300), story(2, 300), story(3, 300)
    texts = [
        wire,
        " ".join(wire.split()[:120]) + " " + story(4, 30),
        other,
        f"{wire} {other} {third} {story(9, 900)}",
        "",
        "",
    ]
    dates = ["2024-03-06", "2024-03-05", "2024-03-05", "2024-03-09", "2024-03-05", "2024-03-07"]
    keys = ["", "", "", "", "ministers sign the port agreement", "ministers sign the port agreement"]
    facts = meta(
        6,
        published=dates,
        title_keys=keys,
        outlet_ids=["xinhua", "post", "post", "digest", "a", "b"],
        credits=["xinhua", "xinhua", None, None, None, None],
    )
    found = clusters.cluster(duplicates.sketches(*batch(texts)), facts)
    assert found.cluster_id[0] == found.cluster_id[1] == "d000"
    assert found.cluster_id[2] not in found.cluster_id[:2]
    assert found.is_cluster_origin.tolist()[:2] == [True, False]
    assert found.cluster_position.tolist()[:2] == [2, 1]
    assert found.shared_token_share[1] == pytest.approx(116 / 146, abs=0.02)
    assert found.cluster_id[4] == found.cluster_id[5] == "d004"
    assert found.cluster_size.tolist()[4:] == [2, 2]
    alone = found.cluster_size == 1
    assert (found.shared_token_share[alone] == 0).all()
    assert found.is_cluster_origin[alone].all()


def test_titles_of_one_outlet_are_a_series_and_short_texts_repeat_soon():
    caption = story(5, 40)
    facts = meta(
        4,
        title_keys=["regular press conference of the ministry"] * 2 + [""] * 2,
        published=["2024-03-05", "2024-03-05", "2024-01-01", "2024-06-01"],
    )
    found = clusters.cluster(duplicates.sketches(*batch(["", "", caption, caption])), facts)
    assert found.cluster_size.tolist() == [1, 1, 1, 1]


def test_no_documents_and_documents_without_words():
    with duplicates.SketchStore() as nothing:
        assert clusters.cluster(nothing, meta(0)).cluster_id == []
    found = clusters.cluster(duplicates.sketches(*batch(["", "", ""])), meta(3))
    assert found.cluster_id == ["d000", "d001", "d002"]


def test_titles_stay_out_of_the_shingles():
    terms, ids, offsets = batch(["a b c d e f g h i j " + story(1, 30), "a b c d e f g h i j " + story(2, 30)])
    with_titles = duplicates.sketches(terms, ids, offsets)
    without = duplicates.sketches(terms, ids, offsets, title_counts=np.array([10, 10]))
    assert with_titles.counts.tolist() == [36, 36]
    assert without.counts.tolist() == [26, 26]
    assert not np.isin(*np.split(without.samples, [26])).any()


@pytest.mark.shared
def test_planted_duplicates_are_found_with_no_false_pair(reference):
    rows = json.loads((reference / "data" / "lee_with_planted_duplicates.json").read_text())
    ids = [row["id"] for row in rows]
    found = clusters.cluster(duplicates.sketches(*batch([r["text"] for r in rows])), meta(len(rows), doc_ids=ids))
    groups: dict[str, list[str]] = {}
    for doc_id, cluster_id in zip(ids, found.cluster_id, strict=True):
        groups.setdefault(cluster_id, []).append(doc_id)
    together = [g for g in groups.values() if len(g) > 1]
    planted = [g for g in together if any(x.startswith("dup") for x in g)]
    assert sum(x.startswith("dup") for g in planted for x in g) == 24
    assert all(len(g) == 2 for g in together)
    assert sum(x.startswith("lee") for g in planted for x in g) == 24
    by_id = {row["id"]: set(minhash.shingles(WORDS.findall(row["text"].lower()))) for row in rows}
    for first, second in (g for g in together if g not in planted):
        # The corpus itself carries eleven stories twice: real reprints, not mistakes.
        assert minhash.containment(by_id[first], by_id[second]) > 0.8
    assert len(together) - len(planted) == 11


@pytest.mark.shared
@pytest.mark.slow
def test_un_speeches_are_not_tied_by_formulae(shared):
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(shared / "corpus" / "un" / "ungdc.parquet", columns=["doc_id", "text", "year"])
    table = table.filter(pc.is_in(table["year"], pa.array([1972, 1981, 1984])))
    years = [f"{year}-09" for year in table["year"].to_pylist()]
    facts = meta(len(table), doc_ids=table["doc_id"].to_pylist(), published=years, precision=["month"] * len(table))
    with duplicates.SketchStore() as sketched:
        for start in range(0, len(table), 100):
            sketched.add(duplicates.sketches(*batch(table["text"].slice(start, 100).to_pylist())))
        found = clusters.cluster(sketched, facts)
    # Four speeches stand in the data under two countries; no other two of these 426 are tied together.
    assert len(table) > 400
    assert int((found.cluster_size > 1).sum()) == 8
    assert int(found.cluster_size.max()) == 2


@pytest.mark.parametrize("at_once", [7, 60, 1000])
def test_pairs_do_not_depend_on_how_many_hashes_are_looked_at_at_once(monkeypatch, at_once):
    rng = np.random.default_rng(3)
    base = rng.integers(0, 50, (6, 60))
    documents = [np.where(rng.random(60) < 0.1 * (i % 3), rng.integers(0, 50, 60), base[i % 6]) for i in range(18)]
    offsets = np.arange(0, 18 * 60 + 1, 60)
    hashes = duplicates.hash_terms([f"w{i}" for i in range(50)])
    made = duplicates.sketches(hashes, np.concatenate(documents).astype(np.int32), offsets)
    pairs, shares = clusters.similar_pairs(made)
    assert len(pairs) > 5
    monkeypatch.setattr(duplicates, "HASHES_AT_ONCE", at_once)
    again, same = clusters.similar_pairs(made)
    assert np.array_equal(pairs, again)
    assert np.array_equal(shares, same)


@pytest.mark.parametrize(
    "measure",
    [
        minhash.shingles,
        minhash.minhash,
        lambda text: minhash.jaccard(text, {"a"}),
        lambda text: minhash.containment({"a"}, text),
    ],
)
def test_a_text_is_no_set_of_tokens(measure):
    with pytest.raises(DiscourseError, match="a text where tokens are needed"):
        measure("one two")
