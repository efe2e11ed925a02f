"""Does gensim find the same topics? A reference fit beside gensim's own models of the same matrix.

`lda` starts from a solution of batch EM like the reference's, so it says how much gensim's variational passes change of it;
`lda_online` starts at random and takes documents bit by bit, so it says whether another algorithm gets there by itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.measures.topics.runs import Fits, fit_all
from analysis.measures.topics.stability import match_topics

if TYPE_CHECKING:
    import pandas as pd

    from analysis.measures.topics.fit import TopicModel
    from analysis.measures.topics.matrix import TopicMatrix

GENSIM = ("lda", "lda_online")


def found_by_gensim(
    model: TopicModel,
    matrix: TopicMatrix,
    *,
    n: int = 20,
    min_similarity: float = 0.5,
    fits: Fits = fit_all,
) -> pd.DataFrame:
    """How far each topic is found again by gensim's `LdaModel`, fitted once from the model's seed in each of its ways
    (`GENSIM`) but the model's own.

    One row is one topic: `topic`, and for each way W: `W_word_distance`, the share of its n top words that its partner
    there does not have (0: the same words, 1: none of them), `W_similarity` (0 to 1, of words and documents:
    `match_topics`) and `is_found_by_W`: whether it would count as returned in a run (similarity of at least
    `min_similarity`). fits: how the fits are computed. Raises `DiscourseError` for a matrix that the model was not fitted
    on.
    """
    import pandas as pd

    ways = [way for way in GENSIM if way != model.settings.estimator]
    wanted = [replace(model.settings, estimator=way, passes=None) for way in ways]
    columns = {"topic": range(model.k)}
    for way, other in zip(ways, fits(matrix, wanted), strict=True):
        pairs = match_topics(model, other, n=n)
        columns[f"{way}_word_distance"] = 1 - pairs["overlap"]
        columns[f"{way}_similarity"] = pairs["similarity"]
        columns[f"is_found_by_{way}"] = pairs["similarity"] >= min_similarity
    return pd.DataFrame(columns)
