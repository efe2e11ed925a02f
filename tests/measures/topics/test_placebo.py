"""Topics at dates when nothing happened."""

from __future__ import annotations

import numpy as np
from topic_corpora import planted

from analysis.measures.inference.resampling import Sampling
from analysis.measures.topics.fit import TopicSettings, fit_topics
from analysis.measures.topics.placebo import placebo_topics


def test_claims_at_borders_within_the_earlier_era_are_counted():
    corpus = planted(4)
    model = fit_topics(corpus.matrix, TopicSettings(k=5, estimator="em", iterations=40, seed=1))
    count = len(corpus.documents)
    day = (np.datetime64("2021-01-04") + np.arange(count).astype("timedelta64[D]")).astype(str)
    documents = corpus.documents.assign(
        published=day, era_id=np.where(np.arange(count) < count - 30, "first", "second")
    )
    sampling = Sampling(unit="week", interval="studentised", replicates=100, min_units=3)
    options = {"number": 3, "sampling": sampling}
    quiet = placebo_topics(model.doc_topic, model, documents, ("first", "second"), **options)
    assert len(quiet) == 3 and (quiet["tested_count"] > 0).all() and quiet["claim_count"].sum() <= 1
    one = placebo_topics(model.doc_topic, model, documents, ("first", "second"), topics=[0], **options)
    assert (one["tested_count"] < quiet["tested_count"]).all()
    assert placebo_topics(model.doc_topic, model, documents.head(12), ("first", "second")).empty
