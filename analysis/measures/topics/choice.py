"""Which number of topics: coherence, exclusivity, stability and held-out likelihood side by side, and a choice in
words.

No single measure decides, least of all c_v: coherence likes few and plain topics, likelihood likes many. The
recommended K has the best mean rank over the four questions; the table shows what it gave up.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, require
from analysis.measures.topics.coherence import document_coherence
from analysis.measures.topics.em import infer_em
from analysis.measures.topics.fit import TopicModel, TopicSettings
from analysis.measures.topics.runs import Fits, fit_all, run_settings
from analysis.measures.topics.stability import match_topics

if TYPE_CHECKING:
    import pandas as pd
    from scipy import sparse

    from analysis.measures.topics.matrix import TopicMatrix

# Two measures of coherence answer one question, so each counts half.
CRITERIA = {"c_npmi": 0.5, "u_mass": 0.5, "exclusivity": 1.0, "stability": 1.0}
STANDARD_ERRORS = 2.0


@dataclass(frozen=True)
class Recommendation:
    """The recommended number of topics and the reason in words."""

    k: int
    reason: str


def exclusivity(model: TopicModel, n: int = 10, *, kind: str = "share", weight: float = 0.7) -> np.ndarray:
    """For each topic how far its n top words are its own; higher: fewer shared words.

    kind: "share" the mean share of their probability that is its own (0 to 1); "stm" the sum of their FREX, the weighted
    harmonic mean of the ranks (as shares) by exclusivity (`weight`, .7 in the R package stm) and by frequency (0 to n).
    """
    require("kind of exclusivity", kind, ("share", "stm"))
    own = model.topic_word / model.topic_word.sum(axis=0)
    if kind == "stm":
        from scipy.stats import rankdata

        exclusive, frequent = (rankdata(t, axis=1) / t.shape[1] for t in (own, model.topic_word))
        frex = 1 / (weight / exclusive + (1 - weight) / frequent)
        return np.take_along_axis(frex, model.top_ids(n), axis=1).sum(axis=1)
    return np.take_along_axis(own, model.top_ids(n), axis=1).mean(axis=1)


def halves(counts: sparse.csr_matrix, seed: int) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Each document's tokens thrown into two halves by coin, (seen, hidden)."""
    rng = np.random.default_rng(seed)
    seen, hidden = counts.copy(), counts.copy()
    seen.data = rng.binomial(counts.data, 0.5).astype(counts.dtype)
    hidden.data = counts.data - seen.data
    return seen, hidden


def held_out_score(
    topic_word: np.ndarray, counts: sparse.csr_matrix, *, alpha: float = 0.1, seed: int = 1
) -> np.ndarray:
    """Document completion (Wallach et al. 2009): for each document the mean natural log probability of a hidden token.

    Topic shares are inferred from one half of the tokens, the other half is scored. Higher is better; exp(-mean) is the
    perplexity. nan for a document without hidden tokens.
    """
    seen, hidden = halves(counts, seed)
    shares = infer_em(seen, topic_word, alpha=alpha)
    cells = hidden.tocoo()
    log_p = np.log(np.maximum(np.einsum("nk,nk->n", shares[cells.row], topic_word.T[cells.col]), 1e-300))
    tokens = np.asarray(hidden.sum(axis=1)).ravel()
    total = np.bincount(cells.row, weights=log_p * cells.data, minlength=counts.shape[0])
    return np.where(tokens > 0, total / np.maximum(tokens, 1), np.nan)


def choose_k(
    matrix: TopicMatrix,
    ks: Sequence[int],
    *,
    settings: TopicSettings | None = None,
    seeds: Sequence[int] = (1, 2, 3),
    test_share: float = 0.2,
    top_n: int = 10,
    fits: Fits = fit_all,
) -> pd.DataFrame:
    """Fit every K with every seed and measure; one row is one K, in ascending order.

    Columns, all higher is better: `c_npmi` and `u_mass` (means over topics and seeds, from co-occurrence in documents),
    `exclusivity`, `stability` (mean similarity of paired topics over pairs of seeds, 0 to 1), `held_out` (mean log
    probability of a hidden token in documents not fitted) with `held_out_se` (over documents), `perplexity`, and
    `behind_se`: the standard error of the difference to the best K on the same documents (0 for the best).
    settings: estimator and priors (None: those of runs, `run_settings`). fits: how the fits are computed
    (`analysis.measures.topics.runs`). Raises `DiscourseError` for fewer than 2 seeds or 1 K.
    """
    import pandas as pd

    ks = sorted({int(k) for k in ks})
    if len(seeds) < 2 or not ks:
        raise DiscourseError(
            f"choose_k: {len(seeds)} seeds and {len(ks)} K; stability needs at least 2 seeds, and 1 K."
        )
    settings = settings or run_settings(TopicSettings(k=ks[0]))
    test = np.random.default_rng(settings.seed).random(len(matrix.doc_ids)) < test_share
    if not test.any() or test.all():
        raise DiscourseError(f"choose_k: test_share={test_share} of {len(test)} documents leaves one side empty.")
    training, unseen = matrix.rows(np.flatnonzero(~test)), matrix.counts[np.flatnonzero(test)]
    models = fits(matrix, [replace(settings, k=k, seed=int(seed)) for k in ks for seed in seeds])
    trained = fits(training, [replace(settings, k=k) for k in ks])
    rows, scores = [], []
    for number, (k, without) in enumerate(zip(ks, trained, strict=True)):
        score = held_out_score(without.topic_word, unseen, alpha=settings.alpha)
        scores.append(score[np.isfinite(score)])
        mine = models[number * len(seeds) : (number + 1) * len(seeds)]
        rows.append({"k": k, **_quality(matrix, mine, top_n), **_fit_to_unseen(scores[-1])})
    table = pd.DataFrame(rows)
    best = scores[int(table["held_out"].to_numpy().argmax())]
    table["behind_se"] = [(best - one).std(ddof=1) / np.sqrt(len(one)) for one in scores]
    return table


def _quality(matrix: TopicMatrix, models: Sequence[TopicModel], top_n: int) -> dict[str, float]:
    """Means over topics and seeds of one K."""
    tops = [model.top_ids(top_n) for model in models]
    pairs = [match_topics(a, b)["similarity"].mean() for a, b in itertools.combinations(models, 2)]
    return {
        "c_npmi": np.mean([document_coherence(matrix.counts, top, "c_npmi").mean() for top in tops]),
        "u_mass": np.mean([document_coherence(matrix.counts, top, "u_mass").mean() for top in tops]),
        "exclusivity": np.mean([exclusivity(model, top_n).mean() for model in models]),
        "stability": np.mean(pairs),
    }


def _fit_to_unseen(score: np.ndarray) -> dict[str, float]:
    """Mean log probability of a hidden token over the documents that have one, its error and the perplexity."""
    return {
        "held_out": score.mean(),
        "held_out_se": score.std(ddof=1) / np.sqrt(len(score)),
        "perplexity": np.exp(-score.mean()),
    }


def recommend_k(table: pd.DataFrame) -> Recommendation:
    """The K with the best weighted mean rank over `CRITERIA` among those whose held-out score is within
    `STANDARD_ERRORS` standard errors of the best (`behind_se`: all K are scored on the same documents; without that
    column `held_out_se` of the best), and why, in words. Ties: the smaller K. Raises `DiscourseError` for an empty table.
    """
    if table.empty:
        raise DiscourseError("recommend_k: the table is empty; give choose_k at least one K.")
    most = table.loc[table["held_out"].idxmax()]
    error = table["behind_se"] if "behind_se" in table.columns else most["held_out_se"]
    open_ = table[table["held_out"] >= most["held_out"] - STANDARD_ERRORS * error].reset_index(drop=True)
    ranks = open_[list(CRITERIA)].rank(ascending=False, method="average")
    mean = sum(ranks[name] * weight for name, weight in CRITERIA.items()) / sum(CRITERIA.values())
    best = int(mean.to_numpy().argmin())
    row = open_.iloc[best]
    said = ", ".join(f"{name} {row[name]:.3f} ({_place(ranks[name].iloc[best])})" for name in CRITERIA)
    reason = (
        f"K = {int(row['k'])}: of the {len(table)} values tried, {len(open_)} predict hidden words about as well "
        f"as the best (held-out perplexity {most['perplexity']:.0f} at K = {int(most['k'])}, within "
        f"{STANDARD_ERRORS:.0f} standard errors); among these it has the best mean rank ({mean.iloc[best]:.1f}): "
        f"{said}; perplexity {row['perplexity']:.0f}."
    )
    return Recommendation(int(row["k"]), reason)


def _place(rank: float) -> str:
    whole = int(np.floor(rank))
    return "best" if whole == 1 else f"rank {whole}"
