from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse
from topic_corpora import planted

from analysis.measures.topics.fit import TopicSettings
from analysis.measures.topics.matrix import TopicMatrix
from analysis.measures.topics.study import Around, study_topics


@pytest.fixture(scope="module")
def study():
    return study_topics(planted(1).matrix, TopicSettings(k=5, iterations=60), Around(seeds=(2, 3)))


def test_runs_cover_seeds_and_neighbouring_k(study):
    around = [(run.settings.k, run.settings.seed, run.settings.estimator) for run in study.runs]
    # Two runs are equally central: the first is the reference's own beginning and no witness for it.
    assert around == [(3, 2, "em"), (3, 3, "em"), (5, 3, "em"), (7, 2, "em"), (7, 3, "em")]
    assert study.model.settings == TopicSettings(k=5, iterations=60, seed=2)
    assert study.shares.shape == (6, 160, 5)


def test_the_reference_begins_where_the_most_central_run_did(study):
    one = [study_topics(study.matrix, TopicSettings(k=5, seed=4), Around(steps=(0,))) for _ in range(2)]
    seeds = sorted(run.settings.seed for run in one[0].runs)
    assert sorted([*seeds, one[0].model.settings.seed]) == [4, 5, 6, 7]
    assert one[0].model.digest() == one[1].model.digest()


@pytest.mark.parametrize(
    ("named", "of_runs"), [("em", "em"), ("lda", "em"), ("nmf", "nmf"), ("lda_online", "lda_online")]
)
def test_a_named_estimator_is_kept_by_the_reference_and_its_runs(study, named, of_runs):
    asked = []

    def fits(matrix, wanted):
        asked.append(list(wanted))
        return [replace(study.model, settings=one) for one in asked[-1]]

    found = study_topics(study.matrix, TopicSettings(k=5, estimator=named), Around(steps=(0,)), fits=fits)
    assert found.model.settings.estimator == named and found.model.settings.iterations == 100
    assert {(one.estimator, one.iterations) for one in asked[0]} == {(of_runs, 60 if of_runs == "em" else 100)}


def test_in_documents_without_topics_nothing_is_stable():
    rng = np.random.default_rng(3)
    words = 1 / np.arange(1, 301)
    counts = sparse.csr_matrix(rng.multinomial(120, words / words.sum(), size=150).astype(np.int32))
    matrix = TopicMatrix(tuple(f"d{i:03d}" for i in range(150)), tuple(f"w{i:03d}" for i in range(300)), counts)
    study = study_topics(matrix, TopicSettings(k=8, estimator="em", iterations=60))
    # Common words are top words of every topic, and all runs see the same accidents: some return now and then.
    assert study.stable == []


def test_topics_are_stable_or_unstable_never_both(study):
    assert sorted(study.stable + study.unstable) == [0, 1, 2, 3, 4]
    assert len(study.stable) >= 3
    sizes = study.model.doc_topic.mean(axis=0)[study.stable]
    assert (np.diff(sizes) <= 0).all()


def test_labels_carry_stability(study):
    first = study.model.top_words(2)[0]
    table = study.labels(entries=[{"label": "One", "expect": first}])
    assert table.loc[0, "label"] == "One"
    assert list(table.columns) == ["topic", "label", "is_named", "mean_share", "return_share", "is_stable"]
    assert table["mean_share"].sum() == pytest.approx(1)
