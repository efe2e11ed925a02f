from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from topic_corpora import planted

from analysis.errors import DiscourseError
from analysis.measures.inference.resampling import Sampling
from analysis.measures.topics.fit import TopicSettings, fit_topics
from analysis.measures.topics.frames import topic_frames


@pytest.fixture(scope="module")
def corpus():
    corpus = planted(6)
    return corpus, fit_topics(corpus.matrix, TopicSettings(k=5, estimator="em"))


def hits_of(corpus, model, topic):
    """A frame in the documents with most of a topic, and one in documents by chance."""
    rich = np.array(model.doc_ids)[np.argsort(-model.doc_topic[:, topic])[:40]]
    chance = np.random.default_rng(0).choice(model.doc_ids, 40, replace=False)
    frames = [pd.DataFrame({"doc_id": ids, "frame": name}) for ids, name in ((rich, "hedging"), (chance, "neutrality"))]
    return pd.concat([*frames, frames[0]], ignore_index=True)


def test_planted_pairing_is_found_and_chance_is_not(corpus):
    planted_corpus, model = corpus
    table = topic_frames(
        model.doc_topic,
        model,
        planted_corpus.documents,
        hits_of(*corpus, 2),
        sampling=Sampling(replicates=300, min_units=5),
    )
    assert len(table) == 10
    mine = table[(table["frame"] == "hedging") & (table["topic"] == 2)].iloc[0]
    assert mine["low"] > 0.2
    assert mine["p_adjusted"] < 0.05
    assert (mine["difference"], mine["with_document_count"]) == (table["difference"].max(), 40)
    assert (table.loc[table["frame"] == "neutrality", "p_adjusted"] > 0.05).all()


def test_shares_by_hand_when_outlets_are_not_separated(corpus):
    planted_corpus, model = corpus
    table = topic_frames(
        model.doc_topic,
        model,
        planted_corpus.documents,
        hits_of(*corpus, 2),
        within=None,
        sampling=Sampling(replicates=50, min_units=5),
    )
    rich = np.argsort(-model.doc_topic[:, 2])[:40]
    expected = model.doc_topic[rich].mean(axis=0) - np.delete(model.doc_topic, rich, axis=0).mean(axis=0)
    np.testing.assert_allclose(table.loc[table["frame"] == "hedging", "difference"], expected)


def test_outlets_without_both_kinds_are_not_compared(corpus):
    planted_corpus, model = corpus
    documents = planted_corpus.documents
    hits = pd.DataFrame({"doc_id": documents.loc[documents["outlet_id"] == "outlet_0", "doc_id"], "frame": "ironclad"})
    table = topic_frames(model.doc_topic, model, documents, hits, sampling=Sampling(replicates=50, min_units=5))
    assert table["is_too_few"].all()
    assert table["difference"].isna().all()


def test_no_hits_and_missing_columns(corpus):
    planted_corpus, model = corpus
    none = pd.DataFrame({"doc_id": [], "frame": []})
    assert topic_frames(model.doc_topic, model, planted_corpus.documents, none).empty
    with pytest.raises(DiscourseError, match="frame"):
        topic_frames(model.doc_topic, model, planted_corpus.documents, none.drop(columns="frame"))


def test_an_outlet_with_one_document_of_the_frame_makes_nothing_certain():
    """Many small outlets with a single marked document each, shares by chance: about one in twenty is called."""
    called, tested = 0, 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        n, k = 150, 4
        doc_ids = [f"d{i:03d}" for i in range(n)]
        shares = rng.dirichlet(np.full(k, 0.3), n)
        outlet = rng.integers(0, 30, n)
        documents = pd.DataFrame(
            {"doc_id": doc_ids, "outlet_id": [f"o{o}" for o in outlet], "cluster_id": [f"c{i}" for i in range(n)]}
        )
        first = documents.drop_duplicates("outlet_id")["doc_id"]
        hits = pd.DataFrame({"doc_id": first, "frame": "calm"})
        model = SimpleNamespace(doc_ids=tuple(doc_ids))
        table = topic_frames(shares, model, documents, hits, sampling=Sampling(replicates=199, seed=seed, min_units=5))
        called, tested = called + int((table["p"] <= 0.05).sum()), tested + int(table["p"].notna().sum())
    assert tested == 160 and called / tested < 0.1
