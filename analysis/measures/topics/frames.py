"""Which topics go with which frames: topic shares of documents with a frame against those without, within outlets.

Comparing within outlets keeps a paper's habits (its frames and its topics) from showing up as an association.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError
from analysis.measures.inference.multiple import adjust
from analysis.measures.inference.resampling import Sampling
from analysis.measures.topics.prevalence import MIN_CLUSTERS, REPLICATES, Draws, difference_interval, prevalence_draws

SAMPLING = Sampling(replicates=REPLICATES, interval="percentile", min_clusters=MIN_CLUSTERS)

if TYPE_CHECKING:
    import pandas as pd

    from analysis.measures.topics.fit import TopicModel


def topic_frames(
    shares: np.ndarray,
    model: TopicModel,
    documents: pd.DataFrame,
    hits: pd.DataFrame,
    *,
    within: str | None = "outlet_id",
    topics: Sequence[int] | None = None,
    sampling: Sampling = SAMPLING,
) -> pd.DataFrame:
    """One row per frame and topic.

    shares: `aligned_shares` (R x D x K) or one fit's D x K. hits: doc_id, frame; filter them first (voice, mentions). A
    document has a frame if it has at least one hit. Columns: `frame`, `topic`, `with_share`, `without_share` (mean
    topic share), `difference` (positive: the topic goes with the frame), `low`, `high`, `p`, `p_adjusted`
    (Benjamini-Hochberg over all rows), `with_document_count`, `with_cluster_count`, `without_cluster_count`,
    `is_too_few`. Only values of `within` with documents of both kinds are compared, weighted by their documents with
    the frame; None compares all.
    """
    import pandas as pd

    missing = [c for c in ("doc_id", "frame") if c not in hits.columns]
    if missing:
        raise DiscourseError(f"topic_frames: hits have no column {missing}; needed: doc_id, frame.")
    placed = documents[documents["doc_id"].isin(model.doc_ids)]
    frames = []
    for frame in sorted(hits["frame"].unique()):
        found = placed["doc_id"].isin(hits.loc[hits["frame"] == frame, "doc_id"])
        marked = placed.assign(has_frame=found.to_numpy(), everything="all")
        by = (within or "everything", "has_frame")
        draws = prevalence_draws(shares, model, marked, by=by, replicates=sampling.replicates, seed=sampling.seed)
        frames.append(_rows(frame, draws, sampling.level, sampling.min_clusters))
    if not frames:
        return pd.DataFrame(columns=["frame", "topic", "difference", "low", "high", "p", "p_adjusted", "is_too_few"])
    table = pd.concat(frames, ignore_index=True)
    if topics is not None:
        table = table[table["topic"].isin(list(topics))].reset_index(drop=True)
    table.insert(table.columns.get_loc("p") + 1, "p_adjusted", adjust(table["p"]))
    return table


def _rows(frame: str, draws: Draws, confidence: float, min_clusters: int) -> pd.DataFrame:
    import pandas as pd

    cells, n_topics = draws.cells, draws.estimate.shape[1]
    has = cells["has_frame"].to_numpy(dtype=bool)
    group = cells[draws.by[0]].to_numpy()
    without = {name: i for i, name in enumerate(group) if not has[i]}
    pairs = [(i, without[group[i]]) for i in np.flatnonzero(has) if group[i] in without]
    base = pd.DataFrame({"frame": frame, "topic": np.arange(n_topics)})
    if not pairs:
        empty = dict.fromkeys(("with_share", "without_share", "difference", "low", "high", "p"), np.nan)
        counted = {"with_document_count": int(cells.loc[has, "document_count"].sum()), "with_cluster_count": 0}
        return base.assign(**empty, **counted, without_cluster_count=0, is_too_few=True)
    yes, no = np.array(pairs).T
    weight = cells["document_count"].to_numpy(dtype=float)[yes]
    weight /= weight.sum()
    both = np.stack([np.tensordot(draws.replicates[:, side], weight, axes=(1, 0)) for side in (yes, no)], axis=1)
    means = [weight @ draws.estimate[side] for side in (yes, no)]
    n = np.array([draws.clusters[side].sum() for side in (yes, no)])
    low, high, p, _ = difference_interval(both, means[0] - means[1], n, confidence, min_clusters)
    return base.assign(
        with_share=means[0],
        without_share=means[1],
        difference=means[0] - means[1],
        low=low,
        high=high,
        p=p,
        with_document_count=int(cells["document_count"].to_numpy()[yes].sum()),
        with_cluster_count=int(n[0]),
        without_cluster_count=int(n[1]),
        is_too_few=bool((n < min_clusters).any()),
    )
