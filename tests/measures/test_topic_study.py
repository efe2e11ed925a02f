from __future__ import annotations

import numpy as np
import pytest
from topic_corpora import planted

from analysis.measures.topic_fit import TopicSettings
from analysis.measures.topic_study import study_topics


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISCOURSE_CACHE", str(tmp_path_factory.mktemp("cache")))
        return study_topics(planted(1).matrix, TopicSettings(k=5, iterations=60), seeds=(2, 3), processes=1)


def test_runs_cover_seeds_and_neighbouring_k(study):
    around = [(run.settings.k, run.settings.seed, run.settings.estimator) for run in study.runs]
    assert around == [(k, seed, "em") for k in (3, 5, 7) for seed in (2, 3)]
    assert study.shares.shape == (7, 160, 5)


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
