"""What a topic is called: its words by four measures, its nearest documents, and names given by a person.

A name is tied to words, not to a number: it sticks only to the one topic that has all words of its `expect` among its
top words, so a refit can lose a name and never give it to another topic.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import DiscourseError, not_allowed

if TYPE_CHECKING:
    import pandas as pd

    from analysis.measures.topics.fit import TopicModel
    from analysis.measures.topics.matrix import TopicMatrix

log = logging.getLogger(__name__)
METHODS = ("probability", "frex", "lift", "c_tf_idf")
LABEL_KEYS = ("label", "collection", "expect", "note")


def word_scores(model: TopicModel, matrix: TopicMatrix, method: str, *, min_count: int = 10) -> np.ndarray:
    """K x V scores, higher: more typical of the topic. Words with fewer than `min_count` tokens get -inf, except under
    `probability`.

    probability: share in the topic. frex: harmonic mean of the word's percentile by share and by exclusivity (Bischof
    and Airoldi 2012, eq. 7, equal weights). lift: log of share in the topic over share in the corpus (Taddy 2012).
    c_tf_idf: expected tokens in the topic, weighted by log(1 + mean tokens per topic / tokens of the word)
    (Grootendorst 2022).
    """
    from scipy import stats

    if method not in METHODS:
        raise DiscourseError(not_allowed("label method", method, METHODS))
    share = model.topic_word
    if method == "probability":
        return share
    tokens = np.asarray(matrix.counts.sum(axis=0)).ravel().astype(float)
    if method == "frex":
        own = share / share.sum(axis=0)
        ranks = [stats.rankdata(table, axis=1) / table.shape[1] for table in (share, own)]
        scores = 2 / (1 / ranks[0] + 1 / ranks[1])
    elif method == "lift":
        scores = np.log(np.maximum(share, 1e-300)) - np.log(tokens / tokens.sum())
    else:
        length = np.asarray(matrix.counts.sum(axis=1)).ravel()
        expected = share * (model.doc_topic * length[:, None]).sum(axis=0)[:, None]
        scores = expected * np.log1p(tokens.sum() / model.k / tokens)
    return np.where(tokens >= min_count, scores, -np.inf)


def label_words(model: TopicModel, matrix: TopicMatrix, *, n: int = 10, min_count: int = 10) -> pd.DataFrame:
    """One row per topic, method and rank: `topic`, `method`, `rank` (1 is best), `word`, `score`, `probability`."""
    import pandas as pd

    frames = []
    for method in METHODS:
        scores = word_scores(model, matrix, method, min_count=min_count)
        top = np.argsort(-scores, axis=1, kind="stable")[:, :n]
        topics, width = model.k, top.shape[1]
        frames.append(
            pd.DataFrame(
                {
                    "topic": np.repeat(np.arange(topics), width),
                    "method": method,
                    "rank": np.tile(np.arange(1, width + 1), topics),
                    "word": [model.terms[i] for i in top.ravel()],
                    "score": np.take_along_axis(scores, top, axis=1).ravel(),
                    "probability": np.take_along_axis(model.topic_word, top, axis=1).ravel(),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def nearest_documents(model: TopicModel, documents: pd.DataFrame, *, n: int = 5) -> pd.DataFrame:
    """The n documents with the largest share of each topic: `topic`, `rank`, `doc_id`, `topic_share` (0 to 1), and
    `outlet_id`, `published`, `title`, `url` as far as `documents` has them. One document of a cluster at most.
    """
    import pandas as pd

    known = [c for c in ("outlet_id", "published", "title", "url", "cluster_id") if c in documents.columns]
    rows = pd.DataFrame({"doc_id": model.doc_ids}).merge(documents[["doc_id", *known]], on="doc_id", how="left")
    cluster = rows["cluster_id" if "cluster_id" in known else "doc_id"].to_numpy()
    frames = []
    for topic in range(model.k):
        order = np.argsort(-model.doc_topic[:, topic], kind="stable")
        first = order[np.sort(np.unique(cluster[order].astype(str), return_index=True)[1])][:n]
        frame = rows.iloc[first].drop(columns="cluster_id", errors="ignore").reset_index(drop=True)
        frame.insert(0, "topic", topic)
        frame.insert(1, "rank", np.arange(1, len(frame) + 1))
        frame.insert(3, "topic_share", model.doc_topic[first, topic])
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def name_topics(
    model: TopicModel, entries: Iterable[Mapping[str, Any]] = (), *, collection: str | None = None, n: int = 20
) -> pd.DataFrame:
    """One row per topic: `topic`, `label`, `is_named`. Without a name the label is the three most probable words.

    entries: rows of topics_labels.toml (`label`, `expect`, optionally `collection` and `note`). An entry whose words no
    topic has among its top n is left unused, with a warning. Raises `DiscourseError` for an unknown key, an entry
    without `expect`, an entry that fits two topics, or two entries that fit one topic.
    """
    import pandas as pd

    tops = [set(words) for words in model.top_words(n)]
    labels = [", ".join(words) for words in model.top_words(3)]
    named: dict[int, str] = {}
    for entry in entries:
        for key in entry:
            if key not in LABEL_KEYS:
                raise DiscourseError(not_allowed("key of a topic label", key, LABEL_KEYS))
        if collection is not None and entry.get("collection", collection) != collection:
            continue
        label, expect = entry.get("label", ""), set(entry.get("expect", ()))
        if not label or not expect:
            raise DiscourseError(f"topic label {label!r}: it needs a `label` and an `expect` of at least one word.")
        fits = [topic for topic, top in enumerate(tops) if expect <= top]
        if not fits:
            log.warning("topic label %r is unused: no topic has %s among its top %d words", label, sorted(expect), n)
            continue
        if len(fits) > 1 or fits[0] in named:
            other = f"topics {fits}" if len(fits) > 1 else f"the topic already named {named[fits[0]]!r}"
            raise DiscourseError(f"topic label {label!r}: its expect fits {other}; add words that tell them apart.")
        named[fits[0]] = label
    return pd.DataFrame(
        {
            "topic": np.arange(model.k),
            "label": [named.get(topic, labels[topic]) for topic in range(model.k)],
            "is_named": [topic in named for topic in range(model.k)],
        }
    )
