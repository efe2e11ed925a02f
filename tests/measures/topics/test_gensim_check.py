"""A reference beside gensim's own models."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from topic_corpora import planted

from analysis.errors import DiscourseError
from analysis.measures.topics.fit import TopicModel, TopicSettings, fit_topics
from analysis.measures.topics.gensim_check import found_by_gensim
from analysis.measures.topics.study import Around, study_topics


@pytest.fixture(scope="module")
def corpus():
    return planted(1)


@pytest.fixture(scope="module")
def model(corpus):
    return fit_topics(corpus.matrix, TopicSettings(k=5))


def test_planted_topics_are_found_by_gensim_too(corpus, model):
    found = found_by_gensim(model, corpus.matrix)
    assert list(found["topic"]) == [0, 1, 2, 3, 4]
    # The passes that go on from the same solution change next to nothing; a random start finds most of it.
    assert found["lda_word_distance"].max() <= 0.1 and found["is_found_by_lda"].all()
    assert found["lda_online_word_distance"].mean() > found["lda_word_distance"].mean()
    assert found["is_found_by_lda_online"].sum() >= 3


def test_the_share_of_other_words_by_hand():
    """Two topics, their words known: of three top words two are shared, and none."""
    terms, docs = tuple("abcdefgh"), ("x", "y", "z")
    words = np.array([[5, 4, 3, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 5, 4, 3]], dtype=float) + 0.01
    other_words = np.array([[0, 5, 4, 3, 0, 0, 0, 0], [3, 0, 0, 4, 5, 0, 0, 0]], dtype=float) + 0.01
    shares = np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]])
    model, other = (
        TopicModel(TopicSettings(k=2, estimator=name), "m", terms, docs, table / table.sum(axis=1)[:, None], shares)
        for name, table in (("lda_online", words), ("lda", other_words))
    )
    asked = []

    def fits(matrix, wanted):
        asked.extend(wanted)
        return [other]

    found = found_by_gensim(model, None, n=3, fits=fits)
    assert asked == [TopicSettings(k=2, estimator="lda")]
    np.testing.assert_allclose(found["lda_word_distance"], [1 / 3, 1])
    assert list(found.columns) == ["topic", "lda_word_distance", "lda_similarity", "is_found_by_lda"]


def test_a_model_is_not_its_own_witness(corpus):
    lda = fit_topics(corpus.matrix, TopicSettings(k=4, estimator="lda", iterations=20))
    assert not [
        name for name in found_by_gensim(lda, corpus.matrix).columns if "lda_" in name.replace("lda_online", "")
    ]


@pytest.mark.parametrize("estimator", ["lda_online", "nmf", "dmr"])
def test_a_study_by_a_named_estimator_has_its_own_runs_and_gensim_beside_it(corpus, estimator):
    if estimator == "dmr":
        pytest.importorskip("tomotopy", reason="tomotopy is an optional extra and not installed")
    study = study_topics(
        corpus.matrix, TopicSettings(k=4, estimator=estimator, passes=2), Around(seeds=(1, 2), steps=(0, 1))
    )
    assert {run.settings.estimator for run in study.runs} == {estimator}
    found = found_by_gensim(study.model, corpus.matrix)
    assert len(found) == len(study.labels(entries=())) == 4
    assert found.drop(columns="topic").notna().all(axis=None)


def test_number_of_passes_and_prior_are_those_of_the_model(corpus, model):
    asked = []

    def fits(matrix, wanted):
        asked.extend(wanted)
        return [model, model]

    changed = TopicModel(
        replace(model.settings, alpha=0.3, seed=7, passes=3), *(getattr(model, name) for name in FIELDS)
    )
    pd.testing.assert_series_equal(
        found_by_gensim(changed, corpus.matrix, fits=fits)["lda_word_distance"],
        pd.Series(np.zeros(5), name="lda_word_distance"),
    )
    assert [(one.estimator, one.alpha, one.seed, one.pass_count) for one in asked] == [
        ("lda", 0.3, 7, 1),
        ("lda_online", 0.3, 7, 10),
    ]


FIELDS = ("matrix_hash", "terms", "doc_ids", "topic_word", "doc_topic")


def test_another_matrix_is_refused(corpus, model):
    with pytest.raises(DiscourseError, match="different matrices"):
        found_by_gensim(model, corpus.matrix.rows(range(100)))
