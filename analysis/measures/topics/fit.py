"""Fit one topic model: by batch EM, by gensim's `LdaModel` or its `Nmf`, or by an optional extra.

All give the same `TopicModel`. The default `em` is latent Dirichlet allocation by batch EM (docs/decisions/0010 tells why);
`lda` goes on from there with gensim's own variational passes over all documents; `lda_online` is gensim's online
algorithm from a random start. `as_gensim` hands any of them over to gensim.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import DiscourseError, not_allowed, require
from analysis.measures.inference.arguments import NOT_NEGATIVE, ONE_OR_MORE, POSITIVE, checked
from analysis.measures.topics.bags import Bags
from analysis.measures.topics.em import fit_em

if TYPE_CHECKING:
    from gensim.models import LdaModel
    from scipy import sparse

    from analysis.measures.topics.matrix import TopicMatrix

ESTIMATORS = ("em", "lda", "lda_online", "nmf", "dmr")
# Passes of gensim over all documents where nobody asks for another number: `lda` starts from a solution.
PASSES = {"lda": 1, "lda_online": 10, "nmf": 5}


@checked(
    k=ONE_OR_MORE,
    order=NOT_NEGATIVE,
    alpha=POSITIVE,
    eta=POSITIVE,
    iterations=NOT_NEGATIVE,
    passes=NOT_NEGATIVE,
    seed_weight=NOT_NEGATIVE,
)
@dataclass(frozen=True)
class TopicSettings:
    """How one model is fitted.

    k: number of topics. seed: start. order: 0 keeps documents sorted by doc_id, any other number shuffles them by that
    seed (only `lda_online`, `nmf` and `dmr` can notice). alpha, eta: Dirichlet pseudo-counts of topics in a document
    and of words in a topic. iterations: EM steps (tomotopy: sweeps). passes: gensim's passes over all documents
    (`lda`: after the EM; None: as many as `PASSES` says). seeds: topic number -> words asked for in it (`seed_words`),
    pulled by `seed_weight`.
    """

    k: int
    seed: int = 1
    order: int = 0
    estimator: str = "em"
    alpha: float = 0.1
    eta: float = 0.01
    iterations: int = 100
    passes: int | None = None
    seeds: tuple[tuple[str, tuple[str, ...]], ...] = ()
    seed_weight: float = 10.0

    @property
    def pass_count(self) -> int:
        """Passes of gensim that are made; 0 for an estimator that is not gensim's."""
        return PASSES.get(self.estimator, 0) if self.passes is None else self.passes

    def key(self) -> str:
        """Canonical JSON: equal settings give equal text."""
        return json.dumps(asdict(self), sort_keys=True)


@dataclass(frozen=True, eq=False)
class TopicModel:
    """One fitted model.

    topic_word: K x V float64, rows sum to 1 (share of each word in the topic). doc_topic: D x K float64, rows sum to 1
    (share of each topic in the document). terms, doc_ids: their labels. names: the seeded frame of a topic, or "".
    """

    settings: TopicSettings
    matrix_hash: str
    terms: tuple[str, ...]
    doc_ids: tuple[str, ...]
    topic_word: np.ndarray
    doc_topic: np.ndarray

    @property
    def k(self) -> int:
        return self.topic_word.shape[0]

    @property
    def names(self) -> tuple[str, ...]:
        given = [name for name, _ in self.settings.seeds]
        return tuple(given + [""] * (self.k - len(given)))

    def top_ids(self, n: int = 10) -> np.ndarray:
        """K x n column numbers of the most probable words, best first; ties in order of the words."""
        return np.argsort(-self.topic_word, axis=1, kind="stable")[:, :n]

    def top_words(self, n: int = 10) -> list[list[str]]:
        """The n most probable words of each topic, best first."""
        return [[self.terms[i] for i in row] for row in self.top_ids(n)]

    def digest(self) -> str:
        """sha256 over both tables of shares: equal for equal fits."""
        both = (np.ascontiguousarray(a, dtype="<f8").tobytes() for a in (self.topic_word, self.doc_topic))
        return hashlib.sha256(b"".join(both)).hexdigest()


def fit_topics(matrix: TopicMatrix, settings: TopicSettings) -> TopicModel:
    """Fit `settings` on `matrix`. The same bytes for the same input, whatever the hash seed or number of processes.

    Raises `DiscourseError` for an unknown estimator, fewer than 2 topics, as many topics as documents, or seed words of
    which none is in the vocabulary.
    """
    from threadpoolctl import threadpool_limits

    require("estimator", settings.estimator, ESTIMATORS)
    if not 2 <= settings.k < len(matrix.doc_ids):
        raise DiscourseError(
            f"topics: k is {settings.k}; it must be at least 2 and below the {len(matrix.doc_ids)} documents."
        )
    order = np.arange(len(matrix.doc_ids))
    if settings.order:
        order = np.random.default_rng(settings.order).permutation(len(order))
    # One BLAS thread: sums split over threads round differently, and the cores are better spent on separate fits.
    with threadpool_limits(1):
        doc_topic, topic_word = _estimator(settings.estimator)(matrix.counts[order], matrix, settings)
    placed = np.empty((len(order), settings.k))
    placed[order] = doc_topic
    words = np.asarray(topic_word, dtype=np.float64)
    return TopicModel(
        settings, matrix.content_hash, matrix.terms, matrix.doc_ids, _row_shares(words), _row_shares(placed)
    )


def seed_words(entries: Mapping[str, Sequence[str]], matrix: TopicMatrix) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Words to ask for in a topic, from a codebook's patterns by frame: `TopicSettings(seeds=...)`.

    Patterns are split into words; `*` and `?` match within a word. Frames keep their order; words are those of the
    vocabulary. Raises `DiscourseError` if a frame has no word in the vocabulary.
    """
    import fnmatch

    seeds = []
    for frame, patterns in entries.items():
        globs = sorted({part.lower() for pattern in patterns for part in pattern.split()})
        words = tuple(term for term in matrix.terms if any(fnmatch.fnmatchcase(term, glob) for glob in globs))
        if not words:
            raise DiscourseError(f"topics: no word of frame {frame!r} ({', '.join(globs)}) is in the vocabulary.")
        seeds.append((frame, words))
    return tuple(seeds)


def eta_prior(matrix: TopicMatrix, settings: TopicSettings) -> np.ndarray:
    """K x V pseudo-counts of words in topics: `eta`, and `seed_weight` for the words asked for in a topic."""
    eta = np.full((settings.k, len(matrix.terms)), settings.eta, dtype=np.float32)
    place = {term: i for i, term in enumerate(matrix.terms)}
    if len(settings.seeds) > settings.k:
        raise DiscourseError(f"topics: {len(settings.seeds)} seeded topics do not fit into k={settings.k}.")
    for topic, (name, words) in enumerate(settings.seeds):
        known = [place[w] for w in words if w in place]
        if not known:
            raise DiscourseError("topics: " + not_allowed(f"seed word of {name}", words, matrix.terms[:20]))
        eta[topic, known] += settings.seed_weight
    return eta


def as_gensim(model: TopicModel, matrix: TopicMatrix) -> LdaModel:
    """The model as a gensim `LdaModel` (for `show_topics`, `get_document_topics`, saving), whatever fitted it.

    Its shares of words are the model's own; shares of topics in documents are gensim's inference from them. Raises
    `DiscourseError` for a matrix that the model was not fitted on.
    """
    if model.matrix_hash != matrix.content_hash:
        raise DiscourseError("as_gensim: the model is of another matrix; give the one it was fitted on.")
    tokens = np.asarray(matrix.counts.sum(axis=1)).ravel()
    prior = eta_prior(matrix, model.settings)
    size = (model.doc_topic * tokens[:, None]).sum(axis=0) + prior.sum(axis=1)
    # gensim adds the prior to the counts that it is given, so they are what the shares hold beyond it.
    return _gensim_from(np.maximum(model.topic_word * size[:, None] - prior, 0.0), matrix, model.settings)


def _estimator(name: str) -> Callable[[sparse.csr_matrix, TopicMatrix, TopicSettings], tuple[Any, Any]]:
    from analysis.measures.topics import nmf_dmr as topic_extras

    return {"lda": _lda, "em": _em, "lda_online": _lda_online, "nmf": topic_extras.nmf, "dmr": topic_extras.dmr}[name]


def _em(counts: sparse.csr_matrix, matrix: TopicMatrix, settings: TopicSettings) -> tuple[np.ndarray, np.ndarray]:
    eta = eta_prior(matrix, settings)
    return fit_em(counts, settings.k, seed=settings.seed, alpha=settings.alpha, eta=eta, iterations=settings.iterations)


def _lda(counts: sparse.csr_matrix, matrix: TopicMatrix, settings: TopicSettings) -> tuple[np.ndarray, np.ndarray]:
    doc_topic, topic_word = _em(counts, matrix, settings)
    tokens = np.asarray(counts.sum(axis=1)).ravel()
    expected = topic_word * (doc_topic * tokens[:, None]).sum(axis=0)[:, None]
    lda = _gensim_from(expected, matrix, settings)
    corpus = Bags(counts)
    # update_every=0 is gensim's batch mode: one step per pass over all documents, so their order has no say.
    lda.update(corpus, update_every=0, passes=settings.pass_count, iterations=50, chunksize=256, eval_every=None)
    gamma, _ = lda.inference(corpus)
    return gamma, lda.get_topics()


def _gensim_from(expected: np.ndarray, matrix: TopicMatrix, settings: TopicSettings) -> LdaModel:
    from gensim.models import LdaModel

    eta = eta_prior(matrix, settings)
    lda = LdaModel(
        num_topics=settings.k,
        id2word=dict(enumerate(matrix.terms)),
        random_state=settings.seed,
        eval_every=None,
        alpha=np.full(settings.k, settings.alpha, dtype=np.float32),
        eta=eta,
        chunksize=256,
    )
    lda.state.sstats = expected.astype(np.float32)
    lda.sync_state()
    return lda


def _lda_online(
    counts: sparse.csr_matrix, matrix: TopicMatrix, settings: TopicSettings
) -> tuple[np.ndarray, np.ndarray]:
    from gensim.models import LdaModel

    corpus = Bags(counts)
    lda = LdaModel(
        corpus,
        num_topics=settings.k,
        id2word=dict(enumerate(matrix.terms)),
        random_state=settings.seed,
        eval_every=None,
        chunksize=256,
        passes=settings.pass_count,
        iterations=50,
        alpha=np.full(settings.k, settings.alpha, dtype=np.float32),
        eta=eta_prior(matrix, settings),
    )
    return lda.inference(corpus)[0], lda.get_topics()


def _row_shares(table: np.ndarray) -> np.ndarray:
    table = np.maximum(np.asarray(table, dtype=np.float64), 0.0)
    total = table.sum(axis=1, keepdims=True)
    return np.where(total > 0, table / np.where(total > 0, total, 1.0), 1.0 / table.shape[1])
