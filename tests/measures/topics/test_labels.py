from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from analysis.errors import DiscourseError
from analysis.measures.topics.fit import TopicModel, TopicSettings
from analysis.measures.topics.labels import label_words, name_topics, nearest_documents, word_scores
from analysis.measures.topics.matrix import TopicMatrix

TERMS = ("asean", "border", "canal", "debt")
COUNTS = np.array([[40, 10, 0, 0], [30, 20, 0, 0], [0, 10, 60, 30]])
MATRIX = TopicMatrix(("a", "b", "c"), TERMS, sparse.csr_matrix(COUNTS))
MODEL = TopicModel(
    TopicSettings(k=2),
    MATRIX.content_hash,
    TERMS,
    MATRIX.doc_ids,
    np.array([[0.7, 0.3, 0.0, 0.0], [0.0, 0.1, 0.6, 0.3]]),
    np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]]),
)


def test_lift_by_hand():
    lift = word_scores(MODEL, MATRIX, "lift")
    assert lift[0, 0] == pytest.approx(np.log(0.7 / (70 / 200)))
    assert lift[1, 1] == pytest.approx(np.log(0.1 / (40 / 200)))


def test_c_tf_idf_by_hand():
    # Tokens of topic 0: 1.0 * 50 + 0.9 * 50 = 95, of which 0.7 are "asean"; mean tokens per topic 200 / 2.
    scores = word_scores(MODEL, MATRIX, "c_tf_idf")
    assert scores[0, 0] == pytest.approx(0.7 * 95 * np.log(1 + 100 / 70))


def test_frex_prefers_exclusive_words_at_equal_share():
    model = replace(MODEL, topic_word=np.array([[0.4, 0.4, 0.1, 0.1], [0.1, 0.6, 0.15, 0.15]]))
    scores = word_scores(model, MATRIX, "frex")
    # asean and border are level by share in topic 0 (rank 3.5 of 4); asean is the more exclusive (rank 4, border 1.5).
    assert scores[0, 0] == pytest.approx(2 / (1 / (3.5 / 4) + 1))
    assert scores[0, 0] > scores[0, 1]


def test_rare_words_label_only_by_probability():
    table = label_words(MODEL, MATRIX, n=4, min_count=50)
    assert set(table.loc[(table["method"] == "lift") & np.isfinite(table["score"]), "word"]) == {"asean", "canal"}
    assert list(table.query("topic == 1 and method == 'probability'")["word"]) == ["canal", "debt", "border", "asean"]
    with pytest.raises(DiscourseError, match="c_tf_idf"):
        word_scores(MODEL, MATRIX, "tfidf")


def test_nearest_documents_take_one_of_a_cluster():
    documents = pd.DataFrame(
        {"doc_id": ["c", "a", "b"], "outlet_id": "post", "published": "2024-05-01", "cluster_id": ["2", "1", "1"]}
    )
    table = nearest_documents(MODEL, documents, n=2)
    assert list(table["doc_id"]) == ["a", "c", "c", "b"]
    assert list(table["rank"]) == [1, 2, 1, 2]
    assert list(table["topic_share"]) == [1.0, 0.0, 1.0, 0.1]
    assert {"outlet_id", "published"} <= set(table.columns)


def test_a_name_sticks_to_its_words_and_to_nothing_else(caplog):
    entries = [{"label": "Neighbours", "expect": ["asean", "border"], "collection": "news"}]
    table = name_topics(MODEL, entries, collection="news", n=2)
    assert list(table["label"]) == ["Neighbours", "canal, debt, border"]
    assert list(table["is_named"]) == [True, False]
    assert not name_topics(MODEL, entries, collection="un", n=2)["is_named"].any()
    with caplog.at_level(logging.WARNING):
        other = name_topics(replace(MODEL, topic_word=MODEL.topic_word[:, [0, 2, 1, 3]]), entries, n=2)
    assert not other["is_named"].any()
    assert "Neighbours" in caplog.text


@pytest.mark.parametrize(
    ("entries", "match"),
    [
        ([{"label": "x", "expect": ["border"]}], r"fits topics \[0, 1\]"),
        ([{"label": "x", "expect": ["asean"]}, {"label": "y", "expect": ["asean"]}], "already named 'x'"),
        ([{"label": "x"}], "needs a `label` and an `expect`"),
        ([{"label": "x", "expects": ["asean"]}], "Did you mean 'expect'"),
    ],
)
def test_doubtful_names_are_refused(entries, match):
    with pytest.raises(DiscourseError, match=match):
        name_topics(MODEL, entries, n=3 if "border" in str(entries) else 2)
