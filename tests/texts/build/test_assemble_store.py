"""Merging annotated parts: pooling reconciles, cutting does not matter, nothing rare and no second id gets through."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.store import StoreWriter
from analysis.store.contracts import CONTRACTS, DOCUMENTS
from analysis.texts.annotate.engine import COUNT_COLUMNS
from analysis.texts.build import assemble_store as merge
from analysis.texts.build.part_file import pack
from analysis.texts.build.public_documents import hidden_documents
from analysis.texts.document import Batch, Document, Refusal

WORDS = ["neutral", "iron", "friend", "asean", "river", "zebra"]


def batch_of(texts: list[list[str]], speaker: str | None = None) -> Batch:
    """The batch that the engine would give for these token lists, with one hit on each 'iron'."""
    terms = sorted({t for text in texts for t in text}, reverse=True)
    index = {t: i for i, t in enumerate(terms)}
    counts = [(d, index[t], n) for d, text in enumerate(texts) for t, n in Counter(text).items()]
    hits = [(d, k) for d, text in enumerate(texts) for k, t in enumerate(text) if t == "iron"]
    n = len(texts)
    return Batch(
        documents={
            "token_count": [len(t) for t in texts],
            **{c: [0] * n for c in ("title_token_count", "lead_token_count", "quoted_token_count")},
            **{c: [0] * n for c in ("reported_token_count", "odd_quote_count")},
            **{c: [0] * n for c in COUNT_COLUMNS if c.startswith("focal_")},
        },
        terms=terms,
        token_ids=np.array([index[t] for text in texts for t in text], dtype=np.int32),
        offsets=np.cumsum([0, *(len(t) for t in texts)]),
        counts=dict(
            zip(
                ("doc_index", "term_index", "token_count"),
                np.array(counts, dtype=np.int32).reshape(-1, 3).T,
                strict=True,
            )
        ),
        hits={
            "doc_index": [d for d, _ in hits],
            "hit_id": [k for _, k in hits],
            **{c: [v] * len(hits) for c, v in HIT.items()},
            "speaker": [speaker] * len(hits),
            "token_start": [k for _, k in hits],
            "token_end": [k + 1 for _, k in hits],
        },
        contexts={
            "doc_index": [d for d, _, _ in counts],
            "frame": ["ironclad"] * len(counts),
            "term_index": [t for _, t, _ in counts],
            "token_count": [1] * len(counts),
        },
        actors={"doc_index": list(range(n)), "actor_id": ["xi_jinping"] * n, "mention_count": [2] * n},
    )


HIT = {
    "frame": "ironclad",
    "category": "friendship",
    "entry": "iron",
    "zone": "body",
    "voice": "quoted",
    "speaker_role": "other",
    "speaker_side": "unknown",
    "is_negated": False,
    "is_mention": False,
    "dyad": None,
    "holder": None,
    "about": "none",
    "about_basis": "none",
    "stance": "ascribed",
    "is_core": True,
    "tenth": 3,
    "sentence_index": 0,
}


def write_parts(folder, texts, cuts, ids=None, speaker=None):
    """Archives of `texts`, cut before each position in `cuts`."""
    ids = ids or [f"d{i}" for i in range(len(texts))]
    edges = [0, *sorted(cuts), len(texts)]
    paths = []
    for start, end in itertools.pairwise(edges):
        documents = [
            Document(ids[i], "news" if i % 3 else "un", "post", "", origin=f"f:{i}") for i in range(start, end)
        ]
        path = folder / f"{len(paths)}.part"
        path.write_bytes(pack(documents, batch_of(texts[start:end], speaker), [], {}))
        paths.append(path)
    return paths


def build(folder, paths, min_documents=2, known=frozenset(), threads=1, **rules):
    found = merge.survey(paths)
    n = len(found.documents)
    small, closed = rules.get("small", 1), rules.get("closed", np.ones(n, dtype=bool))
    hidden = hidden_documents(found.documents, closed, small)
    outside = rules.get("outside", np.zeros(n, dtype=bool))
    hidden = hidden | outside
    terms = merge.count_terms(found, hidden)
    kept = merge.vocabulary_of(terms, min_documents)
    n = len(found.documents)
    defaults = {
        "era_id": pa.nulls(n, pa.string()),
        "cluster_id": found.documents["doc_id"],
        "cluster_size": pa.array([1] * n),
        "cluster_position": pa.array([1] * n),
        "is_cluster_origin": pa.array([True] * n),
        "shared_token_share": pa.array([0.0] * n),
        "host": pa.nulls(n, pa.string()),
        "url_key": pa.nulls(n, pa.string()),
    }
    table = found.documents
    for name, values in defaults.items():
        table = table.append_column(name, values)
    writer = StoreWriter(folder / "store", threads=threads)
    speakers = merge.frequent_speakers(found, known, min_documents)
    rules = merge.Rules(speakers, closed, small, outside)
    tally = merge.write_tables(writer, found, table.select(DOCUMENTS.names), kept, rules, threads=threads)
    described = merge.describe(kept, str, lambda term: False)
    pooled = {"pooled_documents": tally.pooled_documents, "hidden_tokens": hidden_tokens(found, hidden)}
    vocabulary = merge.vocabulary_table(described, terms, **pooled)
    writer.add("vocabulary", vocabulary)
    return writer.finish({}, {}), found


def hidden_tokens(found, hidden):
    return int(found.documents["token_count"].to_numpy()[hidden].sum())


def test_outside_a_sample_words_and_contexts_are_pooled_and_hits_stay_whole(tmp_path):
    texts = [["iron", "friend", "iron"], ["iron", "river", "asean"], ["iron", "river"]]
    open_texts = np.zeros(3, dtype=bool)
    whole, _ = build(tmp_path / "whole", write_parts(tmp_path, texts, []), closed=open_texts)
    (tmp_path / "cut").mkdir()
    outside = np.array([False, True, False])
    store, _ = build(tmp_path / "cut", write_parts(tmp_path / "cut", texts, [1]), closed=open_texts, outside=outside)
    counts, near = store.table("counts"), store.table("contexts")
    assert counts[counts["doc_id"] == "d1"][["term_id", "token_count"]].values.tolist() == [[0, 3]]
    assert near[near["doc_id"] == "d1"][["term_id", "token_count"]].values.tolist() == [[0, 3]]
    assert set(counts.loc[counts["doc_id"] == "d0", "term_id"]) == {0, 1}  # "friend" stands in one text only
    words = store.table("vocabulary").set_index("term")
    assert words["document_count"].to_dict() == {"<pooled>": 3, "iron": 2}  # "river" is seen in one text only
    assert words["token_count"].sum() == 8
    assert store.table("hits").equals(whole.table("hits"))  # place, voice and speaker: nothing of a hit is pooled


TEXTS = [["iron", "friend", "iron"], ["neutral", "zebra"], ["iron", "river", "asean"], ["asean"]]


def test_rare_terms_are_pooled_and_sums_reconcile(tmp_path):
    store, _ = build(tmp_path, write_parts(tmp_path, TEXTS, [2]))
    vocabulary = store.table("vocabulary").set_index("term")
    assert list(vocabulary.index) == ["<pooled>", "asean", "iron"]
    assert vocabulary["token_count"].tolist() == [4, 2, 3]
    assert vocabulary["document_count"].tolist() == [3, 2, 2]
    counts = store.table("counts").groupby("doc_id")["token_count"].sum()
    documents = store.table("documents").set_index("doc_id")["token_count"]
    assert counts.sort_index().to_dict() == documents.sort_index().to_dict() == {"d0": 3, "d1": 2, "d2": 3, "d3": 1}
    assert store.table("counts").query("term_id == 0").set_index("doc_id")["token_count"].to_dict() == {
        "d0": 1,
        "d1": 2,
        "d2": 1,
    }
    contexts = store.table("contexts").query("doc_id == 'd1'")
    assert contexts[["term_id", "token_count"]].to_numpy().tolist() == [[0, 2]]


@given(
    texts=st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), min_size=1, max_size=8),
    cuts=st.sets(st.integers(1, 7), max_size=3),
)
@settings(max_examples=25, deadline=None)
def test_the_store_does_not_depend_on_how_the_corpus_was_cut(tmp_path_factory, texts, cuts):
    hashes = set()
    for edges in ([], [c for c in cuts if c < len(texts)]):
        folder = tmp_path_factory.mktemp("cut")
        store, _ = build(folder, write_parts(folder, texts, edges))
        hashes.add(store.store_hash)
        totals = store.table("vocabulary")["token_count"].sum()
        assert totals == sum(map(len, texts)) == store.table("counts")["token_count"].sum()
        assert store.row_count("hits") == sum(t.count("iron") for t in texts)
    assert len(hashes) == 1


def test_files_hold_a_fixed_number_of_documents_whatever_the_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(merge, "DOCUMENTS_PER_FILE", 2)
    texts = [["iron", "asean"]] * 9
    shapes = []
    for cuts, threads in (([], 1), ([1, 4], 1), ([2, 3, 8], 1), ([1, 2, 4, 5, 7], 3)):
        folder = tmp_path / str(len(shapes))
        folder.mkdir()
        store, _ = build(folder, write_parts(folder, texts, cuts), threads=threads)
        shapes.append([(p["table"], p["collection"], p["row_count"], p["sha256"]) for p in store.manifest["tables"]])
    assert shapes[0] == shapes[1] == shapes[2] == shapes[3]
    assert [s[2] for s in shapes[0] if s[:2] == ("documents", "news")] == [2, 2, 2]


def test_archives_are_joined_once_for_a_file_not_once_for_each_archive(tmp_path, monkeypatch):
    joins = []
    real = pa.concat_tables
    monkeypatch.setattr(pa, "concat_tables", lambda tables: joins.append(len(tables)) or real(tables))
    build(tmp_path, write_parts(tmp_path, [["iron", "asean"]] * 30, list(range(1, 30))))
    assert (
        sum(joins) < 30 * 10
    )  # ten tables an archive, each handed over once; again for each archive it is 30 * 30 / 2


def test_a_second_document_with_the_same_id_is_refused_and_counted_nowhere(tmp_path):
    paths = write_parts(tmp_path, TEXTS, [2], ids=["a", "b", "a", "c"])
    store, found = build(tmp_path, paths, min_documents=1)
    assert sorted(store.table("documents")["doc_id"]) == ["a", "b", "c"]
    assert [r["kind"] for r in found.refusals] == ["duplicate-id"]
    assert "f:0" in found.refusals[0]["reason"]
    assert "river" not in set(store.table("vocabulary")["term"])
    assert store.table("vocabulary")["token_count"].sum() == 6


def test_rare_names_are_left_out_and_known_or_frequent_ones_stay(tmp_path):
    paths = write_parts(tmp_path, TEXTS[:2], [], speaker="Sok Dara")
    store, _ = build(tmp_path, paths)
    assert store.table("hits")["speaker"].isna().all()
    store, _ = build(tmp_path, paths, known=frozenset({"Sok Dara"}))
    assert set(store.table("hits")["speaker"]) == {"Sok Dara"}
    store, _ = build(tmp_path, write_parts(tmp_path, [*TEXTS, ["iron"]], [], speaker="Sok Dara"))
    assert set(store.table("hits")["speaker"]) == {"Sok Dara"}


def test_refusals_travel_and_an_empty_corpus_is_an_error(tmp_path):
    path = tmp_path / "0.part"
    refusal = Refusal("f:1", "empty text", "empty")
    path.write_bytes(pack([], batch_of([]), [refusal], {}))
    with pytest.raises(ValueError, match="no document could be kept"):
        merge.survey([path])


def test_archives_keep_every_declared_column(tmp_path):
    store, _ = build(tmp_path, write_parts(tmp_path, TEXTS, [1]))
    for name in ("documents", "counts", "hits", "contexts", "actors"):
        assert list(store.table(name).columns) == CONTRACTS[name].names


def test_a_small_document_is_all_pool_and_a_larger_one_is_shown(tmp_path):
    texts = [["iron", "friend"], ["iron", "river", "asean"], ["asean", "iron", "friend"], ["river", "asean", "iron"]]
    store, _ = build(tmp_path, write_parts(tmp_path, texts, [2]), small=3)
    counts, words = store.table("counts"), store.table("vocabulary").set_index("term_id")
    assert counts[counts["doc_id"] == "d0"][["term_id", "token_count"]].to_numpy().tolist() == [[0, 2]]
    assert (counts[counts["doc_id"] == "d1"]["term_id"] > 0).all()
    assert counts.groupby("term_id")["token_count"].sum().to_dict() == words["token_count"].to_dict()
    assert counts.groupby("term_id").size().to_dict() == words["document_count"].to_dict()
    assert list(words["term"]) == ["<pooled>", "asean", "iron", "river"]  # friend stands in one document that is shown
    hits = store.table("hits").set_index("doc_id")
    assert hits["tenth"].isna().to_dict() == {"d0": True, "d1": False, "d2": False, "d3": False}
    assert len(hits) == 4  # hits of small documents stay
    near = store.table("contexts").groupby(["doc_id"])["term_id"].max().to_dict()
    assert near["d0"] == 0 and near["d1"] > 0


def test_the_rule_of_small_documents_is_not_for_texts_that_may_be_reprinted(tmp_path):
    texts = [["iron", "friend"], ["iron", "friend"]]
    store, _ = build(tmp_path, write_parts(tmp_path, texts, []), small=50, closed=np.array([True, False]))
    counts = store.table("counts")
    assert counts[counts["doc_id"] == "d0"]["term_id"].tolist() == [0]
    assert len(counts[counts["doc_id"] == "d1"]) > 0


def test_small_documents_give_the_same_bytes_however_the_texts_are_cut(tmp_path):
    hashes = set()
    for name, cuts in (("a", []), ("b", [1]), ("c", [1, 2, 3])):
        (tmp_path / name).mkdir()
        hashes.add(build(tmp_path / name, write_parts(tmp_path / name, TEXTS, cuts), small=3)[0].store_hash)
    assert len(hashes) == 1
