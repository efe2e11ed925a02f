"""Corpora with planted topics, for the tests of topic models."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.measures.topics.matrix import TopicMatrix


@dataclass
class Planted:
    matrix: TopicMatrix
    documents: pd.DataFrame
    doc_topic: np.ndarray
    topic_word: np.ndarray


def planted(seed: int, *, shift: float = 0.0, n_docs: int = 160, k: int = 5, n_terms: int = 200) -> Planted:
    """Documents of 80 words in 2 outlets x 2 eras, clusters of two that share most of their topics.

    shift: share of clusters of the later era that are pulled to topic 0.
    """
    rng = np.random.default_rng(seed)
    topic_word = rng.dirichlet(np.full(n_terms, 0.05), k)
    index = np.arange(n_docs)
    era, outlet = index % 2, (index // 2) % 2
    cluster = index // 8 * 4 + index % 4
    base = rng.dirichlet(np.full(k, 0.3), cluster.max() + 1)
    first_era = np.zeros(len(base), dtype=int)
    first_era[cluster] = era
    pulled = (first_era == 1) & (rng.random(len(base)) < shift)
    base[pulled] = 0.3 * base[pulled]
    base[pulled, 0] += 0.7
    doc_topic = 0.8 * base[cluster] + 0.2 * rng.dirichlet(np.full(k, 0.3), n_docs)
    counts = np.array([rng.multinomial(80, shares @ topic_word) for shares in doc_topic])
    used = counts.sum(axis=0) > 0
    doc_ids = tuple(f"d{i:04d}" for i in index)
    matrix = TopicMatrix(
        doc_ids, tuple(f"w{i:03d}" for i in np.flatnonzero(used)), sparse.csr_matrix(counts[:, used].astype(np.int32))
    )
    documents = pd.DataFrame(
        {
            "doc_id": doc_ids,
            "outlet_id": [f"outlet_{o}" for o in outlet],
            "era_id": np.where(era, "after_it", "before_it"),
            "cluster_id": [f"c{c:03d}" for c in cluster],
        }
    )
    return Planted(matrix, documents, doc_topic, topic_word[:, used])


def store_tables(matrix: TopicMatrix) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The matrix as the store's counts and vocabulary, with a pooled row of one token in every document."""
    rows = matrix.counts.tocoo()
    counts = pd.DataFrame(
        {"doc_id": np.array(matrix.doc_ids)[rows.row], "term_id": rows.col + 1, "token_count": rows.data}
    )
    pooled = pd.DataFrame({"doc_id": matrix.doc_ids, "term_id": 0, "token_count": 1})
    terms = ["<pooled>", *matrix.terms]
    vocabulary = pd.DataFrame({"term_id": range(len(terms)), "term": terms, "lemma": terms, "is_stopword": False})
    return pd.concat([counts, pooled], ignore_index=True), vocabulary
