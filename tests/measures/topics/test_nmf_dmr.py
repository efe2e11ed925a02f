"""The other topic families."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from topic_corpora import planted

from analysis.measures.topics.fit import TopicSettings, fit_topics
from analysis.measures.topics.nmf_dmr import fit_dmr


@pytest.fixture(scope="module")
def corpus():
    return planted(1)


def recovery(model, corpus) -> float:
    """Mean correlation of planted and fitted document shares under the best pairing."""
    k = corpus.doc_topic.shape[1]
    table = np.corrcoef(corpus.doc_topic.T, model.doc_topic.T)[:k, k:]
    i, j = linear_sum_assignment(-table)
    return float(table[i, j].mean())


def test_planted_topics_are_recovered_by_tomotopy(corpus):
    pytest.importorskip("tomotopy", reason="tomotopy is an optional extra and not installed")
    labels = (corpus.documents["outlet_id"] + " " + corpus.documents["era_id"]).tolist()
    settings = TopicSettings(k=5, estimator="dmr", iterations=200)
    doc_topic, topic_word = fit_dmr(corpus.matrix, labels, settings)
    np.testing.assert_allclose(topic_word.sum(axis=1), 1, rtol=1e-4)
    assert recovery(replace(fit_topics(corpus.matrix, settings), doc_topic=doc_topic), corpus) > 0.85
