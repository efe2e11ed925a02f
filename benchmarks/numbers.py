"""Statistics as benchmark cases: keyness of many words, a bootstrap over clusters, topic models and their coherence."""

from __future__ import annotations

from typing import Any

import numpy as np

TYPES = 2_000
REPLICATES = 2_000


def prepare(function: str) -> Any:
    rng = np.random.default_rng(0)
    if function.startswith("keyness"):
        law = 1 / np.arange(1, TYPES + 1)
        return [rng.poisson(size * law / law.sum() * rng.lognormal(0, 0.3, TYPES)) + 1 for size in (2e6, 5e6)]
    if function.startswith("bootstrap"):
        units = rng.integers(0, 2_500, 4_000)
        return units, rng.poisson(1.2, 4_000), rng.integers(200, 900, 4_000)
    from benchmarks.topics import un_matrix

    matrix = un_matrix()
    if not function.startswith("coherence"):
        return matrix
    frequent = np.argsort(-np.asarray(matrix.counts.sum(axis=0)).ravel(), kind="stable")[:200]
    return matrix, rng.permutation(frequent).reshape(20, 10)


def warm(function: str, ready: Any) -> None:
    """Load what the case needs."""
    import pandas  # noqa: F401

    if function.startswith("keyness"):
        globals()[function]([values[:3] for values in ready])
    elif function == "bootstrap_scipy":
        import scipy.stats  # noqa: F401
    elif function == "coherence_gensim":
        import gensim.models
    elif function.startswith("lda"):
        import gensim  # noqa: F401
        import sklearn.decomposition  # noqa: F401
    elif function == "bootstrap_ours":
        globals()[function](tuple(values[:50] for values in ready))


def keyness_ours(counts: Any) -> int:
    """All token-level measures (G2, log ratio, %DIFF, odds ratio ...) at once."""
    from analysis.measures.words.keyness import scores as keyness

    first, second = counts
    return len(keyness.classic_measures(first, first.sum(), second, second.sum()))


def keyness_scipy(counts: Any) -> int:
    """The usual loop: one G2 test a word."""
    from scipy.stats import chi2_contingency

    first, second = counts
    n1, n2 = first.sum(), second.sum()
    return len(
        [
            chi2_contingency([[a, b], [n1 - a, n2 - b]], correction=False, lambda_="log-likelihood")
            for a, b in zip(first, second, strict=True)
        ]
    )


def bootstrap_ours(data: Any) -> float:
    """A rate with its percentile interval from 2,000 replicates over clusters."""
    from analysis.measures.inference.resampling import Contrasts, Sampling, aggregate, intervals

    units, hits, tokens = data
    made = aggregate(units.astype(str), np.stack([hits, tokens], axis=1))
    one = Contrasts(np.array([[0]]), np.array([[1]]), (1.0,))
    return float(intervals(made, one, Sampling(replicates=REPLICATES, interval="percentile"))[1][0])


def bootstrap_pandas(data: Any) -> float:
    """The same as many scripts do it: draw cluster names, gather their rows, divide."""
    import pandas as pd

    units, hits, tokens = data
    sums = pd.DataFrame({"unit": units, "hits": hits, "tokens": tokens}).groupby("unit").sum()
    rng = np.random.default_rng(1)
    rates = []
    for _ in range(REPLICATES):
        drawn = sums.loc[rng.choice(sums.index, len(sums))]
        rates.append(drawn["hits"].sum() / drawn["tokens"].sum())
    return float(np.quantile(rates, 0.025))


def bootstrap_scipy(data: Any) -> float:
    from scipy.stats import bootstrap

    units, hits, tokens = data
    x, y = (np.bincount(units, weights=values) for values in (hits, tokens))
    here = np.bincount(units) > 0
    found = bootstrap(
        (x[here], y[here]),
        lambda a, b, axis: a.sum(axis=axis) / b.sum(axis=axis),
        paired=True,
        vectorized=True,
        n_resamples=REPLICATES,
        method="percentile",
        rng=np.random.default_rng(1),
        batch=100,
    )
    return float(found.confidence_interval.low)


def coherence_ours(ready: Any) -> float:
    from analysis.measures.topics.coherence import document_coherence

    matrix, words = ready
    return float(document_coherence(matrix.counts, words, measure="u_mass").mean())


def coherence_gensim(ready: Any) -> float:
    from gensim.corpora import Dictionary
    from gensim.models import CoherenceModel

    from analysis.measures.topics.fit import Bags

    matrix, words = ready
    names = Dictionary([list(matrix.terms)])
    place = np.array([names.token2id[term] for term in matrix.terms])
    corpus = [[(int(place[i]), n) for i, n in bag] for bag in Bags(matrix.counts)]
    topics = [[matrix.terms[i] for i in topic] for topic in words]
    return CoherenceModel(topics=topics, corpus=corpus, dictionary=names, coherence="u_mass").get_coherence()
