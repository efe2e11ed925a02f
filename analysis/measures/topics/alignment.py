"""Topics of models fitted apart (eras, outlets): which belong together, and what only one side talks about.

The models need not share documents or vocabulary. A topic is called one side's own only when it has no counterpart in
the other side's fit; with `runs`, the share of the other side's fits that do have one says how far to believe it.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError

if TYPE_CHECKING:
    import pandas as pd

    from analysis.measures.topics.fit import TopicModel


def cross_similarity(left: TopicModel, right: TopicModel, *, n: int = 20) -> np.ndarray:
    """K_left x K_right: mean of the overlap of n top words and the cosine of the square roots of the word shares over
    the union of both vocabularies (Bhattacharyya coefficient). 0 to 1, higher: more alike.
    """
    terms = sorted(set(left.terms) | set(right.terms))
    place = {term: i for i, term in enumerate(terms)}
    shares, tops = [], []
    for model in (left, right):
        columns = np.array([place[term] for term in model.terms])
        wide, top = np.zeros((model.k, len(terms))), np.zeros((model.k, len(terms)))
        wide[:, columns] = np.sqrt(model.topic_word)
        np.put_along_axis(top, columns[model.top_ids(n)], 1.0, axis=1)
        shares.append(wide)
        tops.append(top)
    return (tops[0] @ tops[1].T / n + np.clip(shares[0] @ shares[1].T, 0, 1)) / 2


def similarity_rows(left: TopicModel, right: TopicModel, *, n: int = 20, words: int = 3) -> pd.DataFrame:
    """`cross_similarity` as one row per pair, for a heat map: `left_topic`, `right_topic`, `left_label`, `right_label`
    (number and top words), `similarity`.
    """
    import pandas as pd

    table = cross_similarity(left, right, n=n)
    i, j = (index.ravel() for index in np.indices(table.shape))
    names = [[f"{t} {' '.join(top)}" for t, top in enumerate(m.top_words(words))] for m in (left, right)]
    labels = {"left_label": [names[0][t] for t in i], "right_label": [names[1][t] for t in j]}
    return pd.DataFrame({"left_topic": i, "right_topic": j, **labels, "similarity": table.ravel()})


def align_models(
    models: Mapping[str, TopicModel],
    *,
    runs: Mapping[str, Sequence[TopicModel]] | None = None,
    n: int = 20,
    min_similarity: float = 0.4,
) -> pd.DataFrame:
    """Pair the topics of every two models one to one; one row is a pair, or a topic without counterpart.

    Columns: `left`, `right` (names of the models), `left_topic`, `right_topic` (-1: none), `similarity` (nan: none),
    `side` ("both", "left only", "right only"), `left_words`, `right_words` (top five), `counterpart_share`: share of the
    other side's fits (its `runs`, or the one model) that have a topic at least `min_similarity` alike (both: the smaller
    of the two directions). Raises `DiscourseError` for fewer than two models.
    """
    import pandas as pd

    if len(models) < 2:
        raise DiscourseError(
            f"align_models: {len(models)} models; give at least two, by name (in a notebook: era_ids with enough texts)."
        )
    runs = runs or {}
    rows = []
    for left, right in itertools.combinations(models, 2):
        rows += _pair(
            (left, models[left], runs.get(left, [models[left]])),
            (right, models[right], runs.get(right, [models[right]])),
            n,
            min_similarity,
        )
    return pd.DataFrame(rows)


def _pair(
    left: tuple[str, TopicModel, Sequence[TopicModel]],
    right: tuple[str, TopicModel, Sequence[TopicModel]],
    n: int,
    least: float,
) -> list[dict]:
    from scipy.optimize import linear_sum_assignment

    a, b = left[1], right[1]
    table = cross_similarity(a, b, n=n)
    # Pairs below the threshold are worth nothing, so that a good pair is never given up for two poor ones.
    chosen = [(i, j) for i, j in zip(*linear_sum_assignment(-np.where(table >= least, table, 0.0)), strict=True)]
    pairs = {int(i): int(j) for i, j in chosen if table[i, j] >= least}
    has_right = _counterparts(a, right[2], n, least)
    has_left = _counterparts(b, left[2], n, least)
    words = (a.top_words(5), b.top_words(5))

    def row(i: int, j: int, side: str, share: float) -> dict:
        return {
            "left": left[0],
            "right": right[0],
            "left_topic": i,
            "right_topic": j,
            "similarity": table[i, j] if side == "both" else np.nan,
            "side": side,
            "left_words": " ".join(words[0][i]) if i >= 0 else "",
            "right_words": " ".join(words[1][j]) if j >= 0 else "",
            "counterpart_share": share,
        }

    rows = [row(i, j, "both", min(has_right[i], has_left[j])) for i, j in pairs.items()]
    rows.sort(key=lambda one: (-one["similarity"], one["left_topic"]))
    rows += [row(i, -1, "left only", has_right[i]) for i in range(a.k) if i not in pairs]
    rows += [row(-1, j, "right only", has_left[j]) for j in range(b.k) if j not in pairs.values()]
    return rows


def _counterparts(model: TopicModel, others: Sequence[TopicModel], n: int, least: float) -> np.ndarray:
    """For each topic the share of other fits with a topic that is alike enough."""
    return np.mean([cross_similarity(model, other, n=n).max(axis=1) >= least for other in others], axis=0)
