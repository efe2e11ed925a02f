"""The engine's promises: spans, sums, order, chunking, contexts, pickling."""

from __future__ import annotations

import gc
import pickle
import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.store.contracts import PRIVATE_HIT_COLUMNS, SPEAKER_ROLES, VOICES, ZONES, contract_of
from analysis.study.declaration import load_study
from analysis.texts.annotate.engine import _groups
from analysis.texts.annotate.tokens import lower, tokenize
from analysis.texts.document import Document

SENTENCES = (
    "Hun Manet said that Cambodia would stay neutral.",
    "“China is our ironclad friend,” Hun Sen told reporters.",
    "The kingdom does not take sides.",
    "Analysts warn of a debt trap.",
    "A hedge fund bought the casino.",
    "‘We are friends with all,’ she added.",
    "Rain fell on the market in the evening.",
    "It is not a client state.",
    "The so-called “ironclad” bond is old.",
    "Cambodia’s neutrality's future: a balancing act between Beijing and Washington.",
    "He began: “Our neutrality.",
)
TEXTS = st.lists(st.sampled_from(SENTENCES), max_size=6).flatmap(
    lambda s: st.sampled_from([" ".join(s), "\n\n".join(s)])
)
QUIET = settings(max_examples=40, deadline=None)


def doc(text: str, number: int = 0, title: str | None = None) -> Document:
    return Document(f"d{number}", "news", "o", text, title)


def by_document(batch) -> list[list[tuple]]:
    rows: list[list[tuple]] = [[] for _ in batch.documents["token_count"]]
    for row in zip(*batch.hits.values(), strict=True):
        rows[row[0]].append(row[1:])
    return rows


@QUIET
@given(TEXTS, st.one_of(st.none(), st.sampled_from(SENTENCES)))
def test_spans_equal_surfaces(engine, text, title):
    reading = engine.read(doc(text, title=title))
    for hit in reading.hits:
        surface = reading.text[hit.start : hit.end]
        words = reading.tokens[reading.index[hit.start] : reading.index[hit.token_stop]]
        assert tokenize(surface) == [*words[:-1], words[-1].removesuffix("'s")]
        assert any(re.search(r"\w", surface) for _ in surface)


@QUIET
@given(st.lists(TEXTS, max_size=5), st.randoms(use_true_random=False))
def test_hits_do_not_depend_on_order_or_chunks(engine, texts, random):
    whole = by_document(engine.annotate([doc(t, i) for i, t in enumerate(texts)]))
    order = list(range(len(texts)))
    random.shuffle(order)
    shuffled = by_document(engine.annotate([doc(texts[i], i) for i in order]))
    assert [shuffled[order.index(i)] for i in range(len(texts))] == whole
    assert [by_document(engine.annotate([doc(t)]))[0] for t in texts] == whole


def test_documents_leave_no_cycles_and_the_collector_as_it_was(engine, monkeypatch):
    documents = [
        Document(f"d{i}", "news", "o", "\u201cWe are neutral,\u201d the envoy said. It leans on Laos.")
        for i in range(9)
    ]
    engine.annotate(documents)
    gc.collect()
    gc.disable()
    try:
        engine.annotate(documents)
        assert not gc.isenabled()
        assert gc.collect() == 0
    finally:
        gc.enable()
    engine.annotate(documents)
    assert gc.isenabled()

    def refuse(_):
        raise ValueError(gc.isenabled())

    monkeypatch.setattr(engine, "_read", refuse)
    with pytest.raises(ValueError, match="False"):
        engine.annotate(documents)
    assert gc.isenabled()


def test_documents_are_read_in_groups_that_long_ones_end(monkeypatch):
    monkeypatch.setattr("analysis.texts.annotate.engine.GROUP", 3)
    monkeypatch.setattr("analysis.texts.annotate.engine.GROUP_SIZE", 10)
    sizes = (1, 1, 1, 1, 9, 1, 30, 5, 5)
    documents = [Document(f"d{i}", "news", "o", "x" * size) for i, size in enumerate(sizes)]
    groups = list(_groups(documents))
    assert [[len(d.text) for d in group] for group in groups] == [[1, 1, 1], [1, 9], [1], [30], [5, 5]]
    assert [d for group in groups for d in group] == documents
    assert list(_groups([])) == []


@QUIET
@given(TEXTS)
def test_without_quotation_marks_nothing_is_quoted(engine, text):
    batch = engine.annotate([doc(re.sub('[“”‘"]|’(?!s)', "", text))])
    assert "quoted" not in batch.hits["voice"]
    assert batch.documents["quoted_token_count"] == [0]


@QUIET
@given(
    TEXTS,
    st.sampled_from(["A hedge fund was sold.", "Net neutrality was discussed.", "The Diamond Princess left port."]),
)
def test_a_false_friend_changes_nothing(engine, text, friend):
    before = by_document(engine.annotate([doc(text)]))[0]
    after = by_document(engine.annotate([doc(f"{text}\n\n{friend}")]))[0]
    without_zone = [
        i
        for i, name in enumerate(h for h in engine.annotate([]).hits if h != "doc_index")
        if name not in ("zone", "tenth")
    ]
    assert [[row[i] for i in without_zone] for row in after] == [[row[i] for i in without_zone] for row in before]


@QUIET
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_counts_agree_with_plain_python(engine, texts):
    batch = engine.annotate([doc(t, i, "Neutral title") for i, t in enumerate(texts)])
    for i, text in enumerate(texts):
        tokens = tokenize("Neutral title") + tokenize(text)
        ids = batch.token_ids[batch.offsets[i] : batch.offsets[i + 1]]
        assert [batch.terms[t] for t in ids] == tokens
        assert batch.documents["token_count"][i] == len(tokens)
        assert batch.documents["title_token_count"][i] == 2
        mine = batch.counts["doc_index"] == i
        counted = {
            batch.terms[t]: int(n)
            for t, n in zip(batch.counts["term_index"][mine], batch.counts["token_count"][mine], strict=True)
        }
        assert counted == dict(Counter(tokens))
        quoted, reported = batch.documents["quoted_token_count"][i], batch.documents["reported_token_count"][i]
        assert 0 <= quoted + reported <= len(tokens)


def test_values_keep_the_contract_of_the_hits_table(engine, root):
    batch = engine.annotate([doc("\n\n".join(SENTENCES), 0, SENTENCES[1])])
    private = [column.name for column in PRIVATE_HIT_COLUMNS]
    assert list(batch.hits) == ["doc_index", *(c for c in contract_of("hits").names if c != "doc_id"), *private]
    assert set(batch.hits["voice"]) <= set(VOICES) and set(batch.hits["zone"]) <= set(ZONES)
    assert {r for r in batch.hits["speaker_role"] if r} <= set(SPEAKER_ROLES)
    assert set(batch.hits["speaker_side"]) <= set(load_study(root / "corpus").ids("sides"))
    assert batch.hits["hit_id"] == list(range(len(batch.hits["hit_id"])))
    assert batch.hits["speaker"][0] == "hun_sen" and batch.hits["zone"][0] == "title"
    own = [s for s, v in zip(batch.hits["speaker_side"], batch.hits["voice"], strict=True) if v == "own"]
    assert set(own) == {"outlet"}


def test_contexts_leave_out_the_hit_and_count_a_shared_neighbour_once(engine):
    batch = engine.annotate([doc("a b neutral c neutrality d " + "e " * 12)])
    words = {
        batch.terms[t]: int(n) for t, n in zip(batch.contexts["term_index"], batch.contexts["token_count"], strict=True)
    }
    assert words == {"a": 1, "b": 1, "c": 1, "d": 1, "e": 9}
    assert set(batch.contexts["frame"]) == {"neutrality"}


def test_contexts_stay_within_the_zone(engine):
    batch = engine.annotate([doc("one two three", 0, "Neutral title")])
    assert {batch.terms[t] for t in batch.contexts["term_index"]} == {"title"}


def test_exposures_by_voice(engine):
    batch = engine.annotate([doc("Rain fell. “We stay here,” he said. Lee Bora said that all was well.")])
    assert batch.documents["quoted_token_count"] == [3]
    assert batch.documents["reported_token_count"] == [3]  # the clause begins behind "that"


def test_odd_marks_are_counted_and_lose_nothing(engine):
    batch = engine.annotate([doc("He began: “Our neutrality is old.\n\nIt rained.")])
    assert batch.documents["odd_quote_count"] == [1]
    assert batch.hits["voice"] == ["own"]


def test_actors_are_counted(engine):
    batch = engine.annotate([doc("Hun Manet met Xi Jinping in Phnom Penh; Cambodia and China. The South China Sea.")])
    found = dict(zip(batch.actors["actor_id"], batch.actors["mention_count"], strict=True))
    assert found == {"hun_manet": 1, "xi_jinping": 1, "KHM": 2, "CHN": 1}


def test_no_documents_and_empty_documents(engine):
    empty = engine.annotate([])
    assert empty.terms == [] and empty.offsets.tolist() == [0] and empty.counts["doc_index"].size == 0
    blank = engine.annotate([doc("", 0), doc("  \n ", 1)])
    assert blank.documents["token_count"] == [0, 0] and blank.offsets.tolist() == [0, 0, 0]


def test_a_pickled_engine_gives_the_same(engine):
    document = [doc("\n\n".join(SENTENCES))]
    one, two = engine.annotate(document), pickle.loads(pickle.dumps(engine)).annotate(document)
    assert one.hits == two.hits and one.terms == two.terms and np.array_equal(one.token_ids, two.token_ids)


def test_the_place_of_a_hit_is_given_by_tenth(engine):
    words = ["then"] * 40
    for at in (0, 3, 4, 20, 39):
        batch = engine.annotate([doc(" ".join([*words[:at], "neutrality", *words[at + 1 :]]))])
        assert batch.hits["tenth"] == [1 + at // 4]
        assert batch.hits["token_start"] == [at]


@QUIET
@given(st.text(max_size=200))
def test_any_text_is_read(engine, text):
    reading = engine.read(doc(text))
    assert len(reading.low) == len(reading.text) == len(lower(reading.text))
    assert reading.tokens == tokenize(reading.text)
