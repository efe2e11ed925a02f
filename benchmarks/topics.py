"""Topic models beside their peers on one matrix: seconds, held-out perplexity, coherence; cores, cache, calibration.

Run `python -m benchmarks.topics`. The matrix: UN speeches of 18 countries, 1993 to 2024, from the texts folder.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from analysis.measures.topics.choice import held_out_score
from analysis.measures.topics.coherence import document_coherence
from analysis.measures.topics.fit import Bags, TopicSettings, fit_topics
from analysis.measures.topics.matrix import TopicMatrix, VocabularyRules, topic_matrix
from analysis.measures.topics.prevalence import era_contrasts, prevalence_draws
from analysis.measures.topics.runs import grid
from analysis.measures.topics.stability import aligned_shares
from analysis.run.topic_fits import run_topics
from benchmarks.peers import corpus_file

COUNTRIES = (
    "AUS",
    "BRN",
    "CHN",
    "FRA",
    "IDN",
    "IND",
    "JPN",
    "KHM",
    "KOR",
    "LAO",
    "MMR",
    "MYS",
    "PHL",
    "RUS",
    "SGP",
    "THA",
    "USA",
    "VNM",
)
WORD = re.compile(r"[a-z]+(?:['\u2019-][a-z]+)*")
K = 20


def un_matrix() -> TopicMatrix:
    """The matrix, with scikit-learn's stop list, since the benchmark does without a store."""
    import pandas as pd
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    table = pd.read_parquet(corpus_file(), columns=["doc_id", "iso3", "year", "text"])
    table = table[table["iso3"].isin(COUNTRIES) & (table["year"] >= 1993)].sort_values("doc_id")
    bag = [Counter(WORD.findall(text.lower())) for text in table["text"]]
    terms = sorted(set().union(*bag))
    ids = {term: number for number, term in enumerate(terms, start=1)}
    rows = [(d, ids[t], n) for d, one in zip(table["doc_id"], bag, strict=True) for t, n in one.items()]
    counts = pd.DataFrame(rows, columns=["doc_id", "term_id", "token_count"])
    vocabulary = pd.DataFrame({"term_id": list(ids.values()), "term": terms, "lemma": terms})
    vocabulary["is_stopword"] = vocabulary["term"].isin(ENGLISH_STOP_WORDS)
    documents = pd.DataFrame({"doc_id": table["doc_id"], "outlet_id": table["iso3"]})
    return topic_matrix(counts, vocabulary, documents, rules=VocabularyRules(min_documents=10, lemmas=False))


def ours(estimator: str, **options) -> Callable[[TopicMatrix], np.ndarray]:
    return lambda matrix: fit_topics(matrix, TopicSettings(k=K, estimator=estimator, **options)).topic_word


def gensim_online(passes: int) -> Callable[[TopicMatrix], np.ndarray]:
    def fit(matrix: TopicMatrix) -> np.ndarray:
        from gensim.models import LdaModel

        names = dict(enumerate(matrix.terms))
        options = {"passes": passes, "chunksize": 256, "eval_every": None, "random_state": 1, "iterations": 50}
        return LdaModel(
            list(Bags(matrix.counts)), num_topics=K, id2word=names, alpha=np.full(K, 0.1), eta=0.01, **options
        ).get_topics()

    return fit


def sklearn_batch(matrix: TopicMatrix) -> np.ndarray:
    from sklearn.decomposition import LatentDirichletAllocation

    options = {"learning_method": "batch", "max_iter": 50, "doc_topic_prior": 0.1, "topic_word_prior": 0.01}
    words = LatentDirichletAllocation(K, random_state=1, **options).fit(matrix.counts).components_
    return words / words.sum(axis=1, keepdims=True)


def tomotopy_gibbs(matrix: TopicMatrix) -> np.ndarray:
    import tomotopy

    model = tomotopy.LDAModel(k=K, seed=1, alpha=0.1, eta=0.01)
    terms = np.array(matrix.terms, dtype=object)
    for row in range(matrix.shape[0]):
        span = slice(matrix.counts.indptr[row], matrix.counts.indptr[row + 1])
        model.add_doc(np.repeat(terms[matrix.counts.indices[span]], matrix.counts.data[span]).tolist())
    model.train(500, workers=1)
    words = np.full((K, len(terms)), 1e-12)
    place = {term: number for number, term in enumerate(matrix.terms)}
    columns = [place[word] for word in model.used_vocabs]
    for topic in range(K):
        words[topic, columns] = model.get_topic_word_dist(topic)
    return words


CASES: dict[str, Callable[[TopicMatrix], np.ndarray]] = {
    "ours: em (default)": ours("em"),
    "ours: lda": ours("lda"),
    "gensim": gensim_online(10),
    "scikit-learn": sklearn_batch,
    "tomotopy": tomotopy_gibbs,
}
TOLD = {
    "ours: em (default)": "batch EM, 100 steps",
    "ours: lda": "the same EM, then one pass of gensim's `LdaModel`",
    "gensim": "`LdaModel` online, 10 passes, `eval_every=None`, chunks of 256",
    "scikit-learn": "batch, 50 steps",
    "tomotopy": "500 Gibbs sweeps, one worker",
}


def report(rounds: int = 1) -> str:
    """A Markdown table: each case's CPU seconds (best of `rounds`, one thread), held-out perplexity and coherence.

    Fitted on four fifths of the documents, scored on the rest; coherence over all documents. A library that is not
    installed has a row that says so.
    """
    matrix = un_matrix()
    test = np.random.default_rng(1).random(len(matrix.doc_ids)) < 0.2
    training, unseen = matrix.rows(np.flatnonzero(~test)), matrix.counts[np.flatnonzero(test)]
    lines = [
        f"{matrix.shape[0]} UN speeches, {matrix.shape[1]:,} words, {matrix.counts.sum():,} tokens, K = {K}.",
        "",
        "| case | what | CPU seconds | held-out perplexity (lower is better) | c_npmi (documents) |",
        "|---|---|--:|--:|--:|",
    ]
    for name in CASES:
        seconds, words = measured(name, training, rounds)
        if words is None:
            lines.append(f"| {name} | {TOLD[name]} | not installed | | |")
            continue
        perplexity = np.exp(-np.nanmean(held_out_score(words, unseen)))
        coherence = document_coherence(matrix.counts, np.argsort(-words, axis=1, kind="stable")[:, :10]).mean()
        lines.append(f"| {name} | {TOLD[name]} | {seconds:.1f} | {perplexity:.0f} | {coherence:.3f} |")
    return "\n".join(lines)


def measured(name: str, training: TopicMatrix, rounds: int = 1) -> tuple[float, np.ndarray | None]:
    """CPU seconds of the fastest of `rounds` fits on one thread, libraries loaded before, and its topics (K x V)."""
    from threadpoolctl import threadpool_limits

    small = training.rows(range(60))
    seconds, words = float("inf"), None
    with threadpool_limits(1):
        try:
            fit = {"gensim": gensim_online(1), "tomotopy": tomotopy_import}.get(name, CASES[name])
            fit(small)
        except ImportError:
            return seconds, None
        for _ in range(rounds):
            start = time.process_time()
            words = CASES[name](training)
            seconds = min(seconds, time.process_time() - start)
    return seconds, words


def tomotopy_import(matrix: TopicMatrix) -> np.ndarray:
    import tomotopy  # noqa: F401

    return np.empty((0, matrix.shape[1]))


def spread() -> str:
    """Twenty fits on one core, on both, and again from the cache: wall and CPU seconds, as Markdown."""
    wanted = grid(TopicSettings(k=K, estimator="em"), seeds=range(1, 21))
    matrix = un_matrix()
    lines = ["| 20 fits | wall seconds | CPU seconds | cores busy |", "|---|--:|--:|--:|"]
    with tempfile.TemporaryDirectory() as folder, environment(DISCOURSE_CACHE=folder):
        for name, options in (
            ("1 process", {"processes": 1, "cache": False}),
            ("2 processes", {"processes": 2}),
            ("from the cache", {}),
        ):
            wall, cpu = time.perf_counter(), cpu_seconds()
            run_topics(matrix, wanted, **options)
            wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
            lines.append(f"| {name} | {wall:.1f} | {cpu:.1f} | {cpu / wall:.2f} |")
    return "\n".join(lines)


@contextlib.contextmanager
def environment(**values: str) -> Iterator[None]:
    """Environment variables for a while."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def cpu_seconds() -> float:
    """CPU seconds of this process and of its finished children."""
    import resource

    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def calibration(corpora: int = 200, *, shift: float = 0.0) -> None:
    """How often an interval of a contrast excludes zero: false alarms (shift 0) or power."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "measures"))
    from topic_corpora import planted

    excluded, recovered = [], []
    for seed in range(corpora):
        corpus = planted(seed, shift=shift)
        settings = [TopicSettings(k=5, estimator="em", iterations=60, seed=s) for s in (1, 2, 3, 4)]
        reference, *runs = [fit_topics(corpus.matrix, one) for one in settings]
        table = era_contrasts(
            prevalence_draws(aligned_shares(reference, runs), reference, corpus.documents, replicates=400, seed=seed)
        )
        together = np.corrcoef(corpus.doc_topic.T, reference.doc_topic.T)[:5, 5:]
        recovered.append(together.max(axis=1).mean())
        mine = table if not shift else table[table["topic"] == together[0].argmax()]
        excluded.append(((mine["low"] > 0) | (mine["high"] < 0)).mean())
    what = "planted differences found" if shift else "intervals that exclude zero with nothing planted"
    print(f"{what}: {np.mean(excluded):.3f} of {corpora} corpora; documents' correlation {np.mean(recovered):.3f}")


if __name__ == "__main__":
    print(report())
    print(spread())
    calibration()
    calibration(40, shift=0.8)
