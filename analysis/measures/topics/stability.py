"""Does a topic return? Topics of two fits are paired one to one, and a topic is stable if most other fits have it.

Similarities (all 0 to 1, higher means more alike): `jaccard` of the top words, `average_jaccard` over depths (Greene,
O'Callaghan and Cunningham 2014), `overlap` (shared top words over their number), `rbo` (rank-biased overlap, Webber
et al. 2010, extrapolated), `cosine` of the word shares, and `documents`: the correlation of the topics' shares over
documents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, require
from analysis.measures.inference.arguments import LEVEL, ONE_OR_MORE, checked

if TYPE_CHECKING:
    import pandas as pd

    from analysis.measures.topics.fit import TopicModel

PARTITIONS = ("adjusted_rand", "rand", "mutual", "mutual_geometric")
SIMILARITIES = ("jaccard", "average_jaccard", "overlap", "rbo", "cosine", "documents")


def listed(*lists: object) -> None:
    """Refuse a topic given as one string, whose letters would be compared, or as no list at all."""
    for one in lists:
        if not isinstance(one, Iterable):
            raise DiscourseError(f"topic {one!r}: a topic is a list of words; give one list a topic.")
        if isinstance(one, str):
            raise DiscourseError(f"topic {one!r}: a topic is a list of words, such as {one.split()!r}.")


def jaccard(a: Sequence, b: Sequence) -> float:
    """Shared over all distinct items; 0 to 1, two empty lists give 0."""
    listed(a, b)
    union = len(set(a) | set(b))
    return len(set(a) & set(b)) / union if union else 0.0


def overlap(a: Sequence, b: Sequence) -> float:
    """Shared items over the length of the longer list; 0 to 1, two empty lists give 0."""
    listed(a, b)
    longer = max(len(a), len(b))
    return len(set(a) & set(b)) / longer if longer else 0.0


def average_jaccard(a: Sequence, b: Sequence) -> float:
    """Mean of the Jaccard index at depths 1 to the length of the lists (Greene et al. 2014, eq. 2); ranks count."""
    depth = max(len(a), len(b))
    return float(np.mean([jaccard(a[:d], b[:d]) for d in range(1, depth + 1)])) if depth else 0.0


@checked(n=ONE_OR_MORE)
def diversity(topics: Sequence[Sequence], n: int = 25) -> float:
    """Share of different words among the first `n` of all topics (Dieng, Ruiz and Blei 2020): 1 where no word stands in
    two, 1 / topics where all are alike. No topic: nan."""
    listed(topics, *(topics if isinstance(topics, Iterable) else ()))
    words = [word for topic in topics for word in topic[:n]]
    return len(set(words)) / len(words) if words else float("nan")


@checked(p=LEVEL)
def rbo(a: Sequence, b: Sequence, p: float = 0.9) -> float:
    """Extrapolated rank-biased overlap (Webber, Moffat and Zobel 2010, eq. 23; lists cut to equal length).

    p: how deep it looks (0 < p < 1; 0.9 puts 86 % of the weight on the first ten). 0 to 1; empty lists give 0.
    """
    listed(a, b)
    if not 0 < p < 1:
        raise DiscourseError(f"rbo: p is {p}; it must lie between 0 and 1.")
    for one in (a, b):
        if twice := [item for item, times in Counter(one).items() if times > 1]:
            raise DiscourseError(f"rbo: {twice[0]!r} stands twice in a ranking; each item has one place.")
    depth = min(len(a), len(b))
    if not depth:
        return 0.0
    agreement = [len(set(a[:d]) & set(b[:d])) / d for d in range(1, depth + 1)]
    head = sum(value * p**d for d, value in enumerate(agreement, start=1))
    return float(agreement[-1] * p**depth + (1 - p) / p * head)


_LISTS: dict[str, Callable[[Sequence, Sequence], float]] = {
    "jaccard": jaccard,
    "average_jaccard": average_jaccard,
    "overlap": overlap,
    "rbo": rbo,
}


def agreement(a: Sequence[Sequence], b: Sequence[Sequence], similarity: str = "average_jaccard") -> float:
    """Agreement of two sets of ranked lists: mean similarity of the best one-to-one pairing (Greene et al. 2014, eq.
    3).

    Divided by the larger number of lists, so that a list without a partner counts as 0. 0 to 1.
    """
    require("similarity", similarity, _LISTS)
    table = np.array([[_LISTS[similarity](x, y) for y in b] for x in a], dtype=float).reshape(len(a), len(b))
    larger = max(table.shape)
    return float(table[_assign(table)].sum() / larger) if larger else 0.0


def stability_score(
    reference: Sequence[Sequence], runs: Sequence[Sequence[Sequence]], similarity: str = "average_jaccard"
) -> float:
    """Mean agreement of the runs with the reference set of ranked lists (Greene et al. 2014, eq. 4); nan for no
    runs."""
    return float(np.mean([agreement(reference, run, similarity) for run in runs])) if len(runs) else float("nan")


def similarity_table(a: TopicModel, b: TopicModel, similarity: str = "overlap", *, n: int = 20) -> np.ndarray:
    """K_a x K_b similarities of all topics of two fits on the same documents and words (see the module)."""
    require("similarity", similarity, SIMILARITIES)
    if similarity in ("cosine", "documents"):
        x, y = (a.topic_word, b.topic_word) if similarity == "cosine" else (a.doc_topic.T, b.doc_topic.T)
        if similarity == "documents":
            x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
        norm = np.outer(np.linalg.norm(x, axis=1), np.linalg.norm(y, axis=1))
        return np.clip((x @ y.T) / np.where(norm > 0, norm, 1.0), 0.0, 1.0)
    if similarity == "overlap":
        member = [np.zeros((m.k, len(m.terms))) for m in (a, b)]
        for table, model in zip(member, (a, b), strict=True):
            np.put_along_axis(table, model.top_ids(n), 1.0, axis=1)
        return member[0] @ member[1].T / min(n, len(a.terms))
    x, y = a.top_ids(n).tolist(), b.top_ids(n).tolist()
    return np.array([[_LISTS[similarity](i, j) for j in y] for i in x])


def match_topics(a: TopicModel, b: TopicModel, *, n: int = 20) -> pd.DataFrame:
    """Pair the topics of two fits on one matrix: Hungarian assignment on word overlap and document correlation.

    One row is one topic of `a`: `topic`, `other` (-1: no partner), `overlap` (shared of n top words), `documents`
    (correlation of shares over documents, negative as 0), and `similarity`: the mean of `documents` and of the overlap
    beyond what topics that are no partners share on average (as in Cohen's kappa); all 0 to 1.
    """
    import pandas as pd

    return pd.DataFrame({"topic": np.arange(a.k)} | _matched(a, b, n))


def _matched(a: TopicModel, b: TopicModel, n: int) -> dict[str, np.ndarray]:
    """The columns of `match_topics` as arrays."""
    _same_matrix(a, b)
    words, documents = similarity_table(a, b, "overlap", n=n), similarity_table(a, b, "documents")
    i, j = _assign(words + documents)
    # Frequent words are top words of every topic: what strangers share on average counts as nothing.
    strangers = words.sum() - words[i, j].sum()
    usual = strangers / max(words.size - len(i), 1)
    beyond = np.maximum(words - usual, 0) / (1 - usual) if usual < 1 else np.zeros_like(words)
    found = {"overlap": words, "documents": documents, "similarity": (beyond + documents) / 2}
    columns = {"other": np.full(a.k, -1)} | {name: np.zeros(a.k) for name in found}
    columns["other"][i] = j
    for name, values in found.items():
        columns[name][i] = values[i, j]
    return columns


def central_run(runs: Sequence[TopicModel], *, n: int = 20) -> int:
    """The number of the run whose topics are on average most like those of the other runs (`match_topics`; ties: the
    first). All runs are fits of one matrix with one K; a single run is its own centre.
    """
    likeness = np.zeros((len(runs), len(runs)))
    for one in range(len(runs)):
        for other in range(one):
            likeness[one, other] = likeness[other, one] = _matched(runs[one], runs[other], n)["similarity"].mean()
    return int(likeness.sum(axis=1).round(12).argmax())


def topic_survival(
    reference: TopicModel,
    runs: Sequence[TopicModel],
    *,
    n: int = 20,
    min_similarity: float = 0.5,
    min_share: float = 0.6,
) -> pd.DataFrame:
    """How often each topic of the reference fit returns in other fits (seeds x orders x neighbouring K).

    A topic returns in a run if its partner there (`match_topics`) has similarity of at least `min_similarity`. One
    row is one topic: `topic`, `run_count`, `returned_count`, `return_share` (0 to 1), `overlap`, `documents` (means
    over runs), `is_stable` (return_share >= min_share). Raises `DiscourseError` without runs: one fit shows nothing
    about stability.
    """
    import pandas as pd

    runs = [run for run in runs if run.settings != reference.settings]
    if not runs:
        raise DiscourseError("topic_survival: no run besides the reference; fit more with grid(seeds=..., ks=...).")
    matched = [_matched(reference, run, n) for run in runs]
    back = np.array([table["similarity"] >= min_similarity for table in matched])
    return pd.DataFrame(
        {
            "topic": np.arange(reference.k),
            "run_count": len(runs),
            "returned_count": back.sum(axis=0),
            "return_share": back.mean(axis=0),
            "overlap": np.mean([t["overlap"] for t in matched], axis=0),
            "documents": np.mean([t["documents"] for t in matched], axis=0),
            "is_stable": back.mean(axis=0) >= min_share,
        }
    )


def aligned_shares(
    reference: TopicModel, runs: Sequence[TopicModel], *, n: int = 20, min_similarity: float = 0.5
) -> np.ndarray:
    """R x D x K document shares of the reference's topics in the reference (first) and every run; nan where not
    returned."""
    stack = [reference.doc_topic]
    for run in runs:
        if run.settings == reference.settings:
            continue
        table = _matched(reference, run, n)
        stack.append(np.where(table["similarity"] >= min_similarity, run.doc_topic[:, table["other"]], np.nan))
    return np.array(stack)


@checked
def pair_best(similarity: Sequence[Sequence[float]] | np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """The one-to-one pairing of rows and columns of largest total similarity (Kuhn 1955): rows, columns, and the mean over
    the larger number of the two, so that one without a partner counts as 0. A matrix without cells gives nan."""
    table = np.asarray(similarity, dtype=np.float64)
    if table.ndim != 2 or np.isnan(table).any():
        raise DiscourseError(f"pair_best: give a matrix of similarities without gaps, not shape {table.shape}.")
    rows, columns = _assign(table)
    return rows, columns, float(table[rows, columns].sum() / max(table.shape)) if table.size else float("nan")


def partition_likeness(first: Sequence, second: Sequence, kind: str = "adjusted_rand") -> float:
    """How alike two groupings of the same documents are (each document's strongest topic in two fits), by scikit-learn.

    first, second: the group of each document. kind: "adjusted_rand" (Hubert and Arabie 1985; 1 the same, 0 as by chance),
    "rand" (1971), "mutual" (mutual information over the mean of both entropies, 0 to 1; Strehl and Ghosh 2002 take the
    geometric mean, "mutual_geometric"). Raises `DiscourseError` for groupings of other lengths, or none.
    """
    from sklearn import metrics

    require("kind of likeness", kind, PARTITIONS)
    if len(first) != len(second) or not len(first):
        raise DiscourseError(f"partition_likeness: {len(first)} and {len(second)} documents; give the same ones.")
    if kind == "adjusted_rand":
        return float(metrics.adjusted_rand_score(first, second))
    if kind == "rand":
        return float(metrics.rand_score(first, second))
    mean = "geometric" if kind == "mutual_geometric" else "arithmetic"
    return float(metrics.normalized_mutual_info_score(first, second, average_method=mean))


def _assign(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from scipy.optimize import linear_sum_assignment

    return linear_sum_assignment(-table)


def _same_matrix(a: TopicModel, b: TopicModel) -> None:
    if a.matrix_hash != b.matrix_hash:
        raise DiscourseError("match_topics: the fits are of different matrices; use align_models for separate corpora.")
