from __future__ import annotations

import json

from topic_corpora import planted

from analysis.measures.topics.fit import TopicSettings
from analysis.measures.topics.runs import fit_all, grid, settings_from


def test_a_grid_nests_seeds_in_orders_in_numbers_of_topics():
    settings = TopicSettings(k=4, alpha=0.2)
    found = [(one.k, one.order, one.seed) for one in grid(settings, seeds=(5, 6), orders=(0, 9), ks=(2, 3))]
    assert found == [(k, order, seed) for k in (2, 3) for order in (0, 9) for seed in (5, 6)]
    assert grid(settings, seeds=(7,)) == [TopicSettings(k=4, alpha=0.2, seed=7)]


def test_equal_settings_are_fitted_once_and_returned_in_order():
    one, two = TopicSettings(k=3, estimator="em", iterations=5), TopicSettings(k=4, estimator="em", iterations=5)
    models = fit_all(planted(1).matrix, [two, one, two])
    assert [model.k for model in models] == [4, 3, 4]
    assert models[0] is models[2]


def test_settings_survive_their_json_form():
    settings = TopicSettings(k=3, seeds=(("calm", ("peace", "quiet")),), eta=0.5)
    assert settings_from(json.loads(settings.key())) == settings
