"""Word vectors by era from token lists: gensim's Word2Vec, fitted apart and turned onto each other.

Needs the private texts. Vectors of small corpora vary from fit to fit, so every similarity comes with an interval over
resampled documents and seeds (Antoniak and Mimno 2018); the turn is orthogonal Procrustes (Hamilton et al. 2016).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError

if TYPE_CHECKING:
    import pandas as pd


def era_neighbours(
    texts: Mapping[str, Sequence[Sequence[str]]],
    words: Sequence[str],
    *,
    n: int = 10,
    runs: int = 10,
    size: int = 50,
    window: int = 5,
    min_count: int = 5,
    epochs: int = 10,
    seed: int = 1,
) -> pd.DataFrame:
    """Nearest neighbours of `words` in each era's vectors, over `runs` resamples of its documents with new seeds.

    texts: token lists of documents by era. One row is one neighbour: `era_id`, `word`, `rank`, `neighbour`,
    `similarity` (mean cosine over runs), `low`, `high` (5 and 95 % of runs), `run_share` (share of runs with it among
    the n nearest). Ranked by run_share, then similarity. Words below `min_count` in an era have no rows. Raises
    `DiscourseError` for an era without documents.
    """
    import pandas as pd

    rows = []
    for era, documents in texts.items():
        near: dict[tuple[str, str], list[float]] = {}
        for run in range(runs):
            model = _fit(documents, era, size, window, min_count, epochs, seed + run)
            for word in words:
                for other, cosine in model.wv.most_similar(word, topn=n) if word in model.wv else []:
                    near.setdefault((word, other), []).append(float(cosine))
        found = [(w, o, np.mean(c), *np.quantile(c, [0.05, 0.95]), len(c) / runs) for (w, o), c in near.items()]
        for word in words:
            mine = sorted((f for f in found if f[0] == word), key=lambda f: (-f[5], -f[2], f[1]))[:n]
            rows += [(era, word, rank, *one[1:]) for rank, one in enumerate(mine, start=1)]
    return pd.DataFrame(rows, columns=["era_id", "word", "rank", "neighbour", "similarity", "low", "high", "run_share"])


def word_shift(
    before: Sequence[Sequence[str]],
    after: Sequence[Sequence[str]],
    words: Sequence[str],
    *,
    runs: int = 10,
    size: int = 50,
    window: int = 5,
    min_count: int = 5,
    epochs: int = 10,
    seed: int = 1,
) -> pd.DataFrame:
    """Cosine of each word with itself across two eras (higher: less change), beside the same across halves of one era.

    One row per word in both vocabularies: `word`, `similarity` (mean over runs), `low`, `high` (5 and 95 %), and
    `null_similarity`: the mean when all documents are pooled and split by chance, which is what no change looks like.
    """
    import pandas as pd

    across: dict[str, list[float]] = {word: [] for word in words}
    null: dict[str, list[float]] = {word: [] for word in words}
    options = (size, window, min_count, epochs)
    for run in range(runs):
        rng = np.random.default_rng([seed, run])
        pooled = [*before, *after]
        order = rng.permutation(len(pooled))
        split = [[pooled[i] for i in part] for part in (order[: len(before)], order[len(before) :])]
        for store, (one, two) in ((across, (before, after)), (null, split)):
            models = [_fit(side, name, *options, seed + run) for side, name in ((one, "before"), (two, "after"))]
            for word, cosine in _turned(*models, words).items():
                store[word].append(cosine)
    rows = [
        (w, np.mean(c), *np.quantile(c, [0.05, 0.95]), np.mean(null[w]) if null[w] else np.nan)
        for w, c in across.items()
        if c
    ]
    return pd.DataFrame(rows, columns=["word", "similarity", "low", "high", "null_similarity"])


def _fit(documents: Sequence[Sequence[str]], era: str, size: int, window: int, min_count: int, epochs: int, seed: int):
    """One model of resampled documents; one worker, because more make the result depend on their timing."""
    from gensim.models import Word2Vec

    if not documents:
        raise DiscourseError(f"word vectors: no documents for {era!r}.")
    draw = np.random.default_rng(seed).integers(0, len(documents), len(documents))
    resampled = [list(documents[i]) for i in sorted(draw.tolist())]
    try:
        return Word2Vec(
            resampled, vector_size=size, window=window, min_count=min_count, epochs=epochs, sg=1, seed=seed, workers=1
        )
    except RuntimeError as error:  # gensim: "you must first build vocabulary before training the model"
        raise DiscourseError(f"word vectors: no word of {era!r} occurs {min_count} times; lower min_count.") from error


def _turned(left, right, words: Sequence[str]) -> dict[str, float]:
    """Cosine of words after the best rotation of the right vectors onto the left, learned from all shared words."""
    from scipy.linalg import orthogonal_procrustes

    shared = sorted(set(left.wv.index_to_key) & set(right.wv.index_to_key))
    if not shared:
        return {}
    a, b = (np.array([m.wv.get_vector(w, norm=True) for w in shared], dtype=np.float64) for m in (left, right))
    turn, _ = orthogonal_procrustes(b, a)
    cosine = dict(zip(shared, ((b @ turn) * a).sum(axis=1).tolist(), strict=True))
    return {word: cosine[word] for word in words if word in cosine}
