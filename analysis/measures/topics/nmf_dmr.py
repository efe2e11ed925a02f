"""Other topic families behind the interface of `fit`: gensim's Nmf and, if installed, tomotopy's DMR.

NMF (Zhao and Tan 2017, as in gensim) factorises tf-idf weights and has no probabilities of its own: its rows are
scaled to shares. DMR (Mimno and McCallum 2008) lets the topics of a document depend on its outlet and era.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError
from analysis.measures.topics.bags import Bags

if TYPE_CHECKING:
    from scipy import sparse

    from analysis.measures.topics.fit import TopicSettings
    from analysis.measures.topics.matrix import TopicMatrix


def nmf(counts: sparse.csr_matrix, matrix: TopicMatrix, settings: TopicSettings) -> tuple[np.ndarray, np.ndarray]:
    """gensim's online Nmf on tf-idf weights: (D x K, K x V), not yet scaled. Seeded priors do not apply to it."""
    from gensim.models import Nmf

    if settings.seeds:
        raise DiscourseError("topics: estimator 'nmf' has no prior to seed; use 'em' or 'lda'.")
    weighted = counts.astype(np.float64).tocsr()
    found = np.asarray((counts > 0).sum(axis=0)).ravel()
    weighted = weighted.multiply(np.log((1 + counts.shape[0]) / (1 + found)) + 1).tocsr()
    norms = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    weighted = weighted.multiply(1.0 / np.maximum(norms, 1e-12)[:, None]).tocsr()
    corpus = Bags(weighted)
    model = Nmf(
        corpus,
        num_topics=settings.k,
        id2word=dict(enumerate(matrix.terms)),
        chunksize=256,
        eval_every=None,
        passes=settings.pass_count,
        random_state=settings.seed,
        normalize=False,
        minimum_probability=0.0,
    )
    doc_topic = np.zeros((counts.shape[0], settings.k))
    for row, bag in enumerate(corpus):
        for topic, weight in model.get_document_topics(bag):
            doc_topic[row, topic] = weight
    return doc_topic, model.get_topics(normalize=False)


def dmr(counts: sparse.csr_matrix, matrix: TopicMatrix, settings: TopicSettings) -> tuple[np.ndarray, np.ndarray]:
    """tomotopy's DMR without covariates given (use `fit_dmr` to give them)."""
    return _dmr(counts, matrix, settings, [""] * counts.shape[0])


def fit_dmr(matrix: TopicMatrix, covariates: list[str], settings: TopicSettings) -> tuple[np.ndarray, np.ndarray]:
    """DMR with one label per document, such as "outlet era": (doc_topic D x K, topic_word K x V), rows sum to 1.

    Raises `DiscourseError` if tomotopy is not installed or the labels do not match the documents.
    """
    if len(covariates) != len(matrix.doc_ids):
        raise DiscourseError(f"DMR: {len(covariates)} labels for {len(matrix.doc_ids)} documents; give one for each.")
    return _dmr(matrix.counts, matrix, settings, covariates)


def _dmr(
    counts: sparse.csr_matrix, matrix: TopicMatrix, settings: TopicSettings, labels: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    try:
        import tomotopy
    except ImportError as error:
        raise DiscourseError("estimator 'dmr' needs tomotopy; install the extra `tomotopy` or use 'em'.") from error
    model = tomotopy.DMRModel(k=settings.k, seed=settings.seed, alpha=settings.alpha, eta=max(settings.eta, 0.01))
    terms = np.array(matrix.terms, dtype=object)
    counts = counts.tocsr()
    for row, label in enumerate(labels):
        span = slice(counts.indptr[row], counts.indptr[row + 1])
        model.add_doc(np.repeat(terms[counts.indices[span]], counts.data[span]).tolist(), metadata=label)
    # One worker: with more, tomotopy's result depends on their timing.
    model.train(settings.iterations, workers=1)
    topic_word = np.zeros((settings.k, len(terms)))
    place = {term: i for i, term in enumerate(matrix.terms)}
    columns = [place[word] for word in model.used_vocabs]
    for topic in range(settings.k):
        topic_word[topic, columns] = model.get_topic_word_dist(topic)
    return np.array([doc.get_topic_dist() for doc in model.docs]), topic_word
