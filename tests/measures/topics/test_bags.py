"""A matrix as gensim's corpus."""

from __future__ import annotations

import pytest
from topic_corpora import planted

from analysis.measures.topics import bags
from analysis.measures.topics import em as topic_em
from analysis.measures.topics.bags import Bags
from analysis.measures.topics.fit import TopicSettings, fit_topics


@pytest.fixture(scope="module")
def corpus():
    return planted(1)


def test_a_large_matrix_is_read_in_pieces_with_the_same_topics(corpus, monkeypatch):
    counts = corpus.matrix.counts
    rows = list(Bags(counts))
    assert [dict(row) for row in rows[:3]] == [
        {int(j): int(n) for j, n in zip(r.indices, r.data, strict=True)} for r in (counts[i] for i in range(3))
    ]
    whole = fit_topics(corpus.matrix, TopicSettings(k=4, iterations=15)).digest()
    monkeypatch.setattr(bags, "_ROWS_AT_ONCE", 7)
    monkeypatch.setattr(topic_em, "_HELD_CELLS", 10)
    assert list(Bags(counts)) == rows
    assert fit_topics(corpus.matrix, TopicSettings(k=4, iterations=15)).digest() == whole
