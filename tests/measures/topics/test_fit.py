from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from topic_corpora import planted, store_tables

from analysis.errors import DiscourseError
from analysis.measures.topics import fit as topic_fit
from analysis.measures.topics.bags import Bags
from analysis.measures.topics.fit import TopicSettings, as_gensim, fit_topics, seed_words
from analysis.measures.topics.matrix import topic_matrix


@pytest.fixture(scope="module")
def corpus():
    return planted(1)


def recovery(model, corpus) -> float:
    """Mean correlation of planted and fitted document shares under the best pairing."""
    k = corpus.doc_topic.shape[1]
    table = np.corrcoef(corpus.doc_topic.T, model.doc_topic.T)[:k, k:]
    i, j = linear_sum_assignment(-table)
    return float(table[i, j].mean())


@pytest.mark.parametrize(("estimator", "least"), [("lda", 0.95), ("em", 0.95), ("lda_online", 0.7), ("nmf", 0.65)])
def test_planted_topics_are_recovered(corpus, estimator, least):
    model = fit_topics(corpus.matrix, TopicSettings(k=5, estimator=estimator))
    assert recovery(model, corpus) > least
    np.testing.assert_allclose(model.topic_word.sum(axis=1), 1)
    np.testing.assert_allclose(model.doc_topic.sum(axis=1), 1)


def test_seeded_prior_puts_the_words_into_their_topic(corpus):
    wanted = [corpus.matrix.terms[i] for i in np.argsort(-corpus.topic_word[3])[:4]]
    seeds = seed_words({"hedging": wanted}, corpus.matrix)
    model = fit_topics(corpus.matrix, TopicSettings(k=5, seeds=seeds))
    assert model.names[0] == "hedging"
    assert set(wanted) <= set(model.top_words(15)[0])
    assert np.corrcoef(model.doc_topic[:, 0], corpus.doc_topic[:, 3])[0, 1] > 0.9


def test_codebook_patterns_become_seed_words(corpus):
    (name, words), *_ = seed_words({"frame": ["W00? x"]}, corpus.matrix)
    assert name == "frame"
    assert list(words) == [t for t in corpus.matrix.terms if t.startswith("w00")]
    with pytest.raises(DiscourseError, match="neutrality"):
        seed_words({"neutrality": ["nowhere*"]}, corpus.matrix)


def test_the_default_is_the_em_and_gensim_is_asked_for_by_name(corpus):
    settings = TopicSettings(k=5, iterations=20)
    assert settings.estimator == topic_fit.ESTIMATORS[0] == "em"
    named = {name: replace(settings, estimator=name) for name in ("em", "lda")}
    assert fit_topics(corpus.matrix, settings).digest() == fit_topics(corpus.matrix, named["em"]).digest()
    assert fit_topics(corpus.matrix, settings).digest() != fit_topics(corpus.matrix, named["lda"]).digest()


def test_passes_of_gensim_are_those_asked_for_or_those_its_way_needs():
    ways = ("em", "lda", "lda_online", "nmf", "dmr")
    assert [TopicSettings(k=5, estimator=way).pass_count for way in ways] == [0, 1, 10, 5, 0]
    assert [TopicSettings(k=5, estimator=way, passes=3).pass_count for way in ways[1:4]] == [3, 3, 3]


@pytest.mark.parametrize("estimator", ["em", "lda", "lda_online"])
def test_gensim_form_has_the_same_topics(corpus, estimator):
    model = fit_topics(corpus.matrix, TopicSettings(k=5, estimator=estimator))
    lda = as_gensim(model, corpus.matrix)
    assert [w for w, _ in lda.show_topic(2, topn=5)] == model.top_words(5)[2]
    np.testing.assert_allclose(lda.get_topics(), model.topic_word, rtol=1e-4, atol=1e-6)  # gensim holds 32 bits
    gamma, _ = lda.inference(Bags(corpus.matrix.counts))
    assert np.corrcoef((gamma / gamma.sum(axis=1, keepdims=True)).ravel(), model.doc_topic.ravel())[0, 1] > 0.999


def test_the_hand_over_keeps_seeded_topics_and_refuses_another_matrix(corpus):
    seeds = seed_words({"hedging": [corpus.matrix.terms[3]]}, corpus.matrix)
    model = fit_topics(corpus.matrix, TopicSettings(k=5, seeds=seeds))
    np.testing.assert_allclose(as_gensim(model, corpus.matrix).get_topics(), model.topic_word, rtol=1e-4, atol=1e-6)
    with pytest.raises(DiscourseError, match="another matrix"):
        as_gensim(model, corpus.matrix.rows(range(50)))


@pytest.mark.parametrize(("change", "match"), [({"estimator": "ldaa"}, "lda_online"), ({"k": 1}, "k is 1")])
def test_refusals(corpus, change, match):
    with pytest.raises(DiscourseError, match=match):
        fit_topics(corpus.matrix, replace(TopicSettings(k=5), **change))


def test_same_bytes_under_other_hash_seeds_and_shuffled_rows(corpus, root):
    code = (
        "import sys; sys.path.insert(0, 'tests/helpers')\n"
        "from topic_corpora import planted, store_tables\n"
        "from analysis.measures.topics.fit import TopicSettings, fit_topics\n"
        "from analysis.measures.topics.matrix import topic_matrix\n"
        "counts, vocabulary = store_tables(planted(1).matrix)\n"
        "counts = counts.sample(frac=1, random_state=7)\n"
        "print(fit_topics(topic_matrix(counts, vocabulary), TopicSettings(k=5, iterations=20)).digest())"
    )
    counts, vocabulary = store_tables(corpus.matrix)
    here = fit_topics(topic_matrix(counts, vocabulary), TopicSettings(k=5, iterations=20)).digest()
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        env=os.environ | {"PYTHONHASHSEED": "11", "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == here


def test_documents_are_shuffled_only_when_an_order_is_asked_for(corpus, monkeypatch):
    seen = []

    def estimator(counts, matrix, settings):
        seen.append(counts.toarray())
        return counts[:, :2].toarray() + 1.0, np.ones((2, counts.shape[1]))

    monkeypatch.setattr(topic_fit, "_estimator", lambda name: estimator)
    plain, shuffled = (fit_topics(corpus.matrix, TopicSettings(k=2, order=order)) for order in (0, 3))
    whole = corpus.matrix.counts.toarray()
    assert (seen[0] == whole).all() and not (seen[1] == whole).all()
    assert (np.sort(seen[1], axis=0) == np.sort(whole, axis=0)).all()
    np.testing.assert_array_equal(plain.doc_topic, shuffled.doc_topic)  # put back in their places
