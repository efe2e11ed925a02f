"""Which topics go with which frames: topic shares of documents with a frame against those without, within outlets.

Comparing within outlets keeps a paper's habits (its frames and its topics) from showing up as an association.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError
from analysis.measures.frames.tally import unit_of
from analysis.measures.inference.multiple import adjust
from analysis.measures.inference.resampling import Sampling
from analysis.measures.topics.prevalence import MIN_CLUSTERS, REPLICATES

SAMPLING = Sampling(replicates=REPLICATES, interval="percentile", min_units=MIN_CLUSTERS)

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
    (Benjamini-Hochberg over all rows), `with_document_count`, `with_unit_count`, `without_unit_count`, `is_too_few`.
    Only values of `within` with documents of both kinds are compared, weighted by n1 n0 / (n1 + n0) of their documents with
    and without the frame; None compares all.

    The test is the score of the within-outlet regression of a document's share on having the frame, added up by unit
    (`Sampling.unit`); its sign is turned by chance unit by unit (Kline and Santos 2012), which no outlet with a single
    document of the frame can make certain. Interval: the estimate and its residuals in the same way, widened by what the
    runs disagree.
    """
    import pandas as pd

    missing = [c for c in ("doc_id", "frame") if c not in hits.columns]
    if missing:
        raise DiscourseError(f"topic_frames: hits have no column {missing}; needed: doc_id, frame.")
    shares = shares if shares.ndim == 3 else shares[None]
    rows = pd.DataFrame({"doc_id": model.doc_ids, "row": np.arange(len(model.doc_ids))})
    kept = rows.merge(documents, on="doc_id", validate="one_to_one").sort_values("doc_id", kind="stable")
    group = (
        np.unique(kept[within].astype(str), return_inverse=True)[1] if within else np.zeros(len(kept), dtype=np.int64)
    )
    unit = np.unique(unit_of(kept, sampling.unit).to_numpy(dtype=str), return_inverse=True)[1]
    frames = []
    for frame in sorted(hits["frame"].unique()):
        has = kept["doc_id"].isin(hits.loc[hits["frame"] == frame, "doc_id"]).to_numpy()
        frames.append(_rows(frame, shares[:, kept["row"].to_numpy()], _Marked(has, group, unit), sampling))
    if not frames:
        return pd.DataFrame(columns=["frame", "topic", "difference", "low", "high", "p", "p_adjusted", "is_too_few"])
    table = pd.concat(frames, ignore_index=True)
    if topics is not None:
        table = table[table["topic"].isin(list(topics))].reset_index(drop=True)
    table.insert(table.columns.get_loc("p") + 1, "p_adjusted", adjust(table["p"]))
    return table


@dataclass(frozen=True)
class _Marked:
    """For each document: whether it has the frame, its group (outlet) and its unit, as numbers."""

    has: np.ndarray
    group: np.ndarray
    unit: np.ndarray

    def both(self) -> np.ndarray:
        """Documents of groups that have documents of both kinds."""
        with_, all_ = np.bincount(self.group, self.has), np.bincount(self.group)
        return ((with_ > 0) & (with_ < all_))[self.group]


def _rows(frame: str, shares: np.ndarray, marked: _Marked, sampling: Sampling) -> pd.DataFrame:
    import pandas as pd

    keep = marked.both()
    has, group, unit = marked.has[keep], np.unique(marked.group[keep], return_inverse=True)[1], marked.unit[keep]
    base = pd.DataFrame({"frame": frame, "topic": np.arange(shares.shape[2])})
    counts = {
        "with_document_count": int(has.sum()),
        "with_unit_count": len(np.unique(unit[has])),
        "without_unit_count": len(np.unique(unit[~has])),
    }
    few = min(counts["with_unit_count"], counts["without_unit_count"]) < max(sampling.min_units, 2)
    names = ("with_share", "without_share", "difference", "low", "high", "p")
    if not keep.any():
        return base.assign(**dict.fromkeys(names, np.nan), **counts, is_too_few=True)
    known = ~np.isnan(shares[:, 0, :])
    mean = np.nanmean(np.where(known.any(axis=0), shares[:, keep], 0), axis=0)
    sizes = np.bincount(group)
    centred = has - (np.bincount(group, has) / sizes)[group]
    weight = np.bincount(group, centred**2)
    found = [_apart(values[keep], has, group, weight) for values in shares]
    columns = dict(zip(names[:2], _apart(mean, has, group, weight)[1:], strict=True))
    columns["difference"] = np.where(known.any(axis=0), columns["with_share"] - columns["without_share"], np.nan)
    low, high, p = _turned(mean, (centred, group, unit), columns["difference"], sampling)
    with np.errstate(invalid="ignore"):
        reach = 1.96 * np.nan_to_num(np.nanstd(np.stack([one[0] for one in found]), axis=0))
    estimate = columns["difference"]
    columns |= {"low": estimate - np.hypot(estimate - low, reach), "high": estimate + np.hypot(high - estimate, reach)}
    columns["p"] = np.where(np.isnan(estimate), np.nan, p)
    for name in ("low", "high", "p"):
        columns[name] = np.where(few, np.nan, columns[name])
    return base.assign(**columns, **counts, is_too_few=few)


def _apart(shares: np.ndarray, has: np.ndarray, group: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, ...]:
    """(difference, mean with, mean without) a topic, groups weighted by n1 n0 / (n1 + n0)."""
    n1, n0 = np.bincount(group, has), np.bincount(group, ~has)
    sums = np.zeros((2, len(n1), shares.shape[1]))
    for side, mask in enumerate((has, ~has)):
        np.add.at(sums[side], group[mask], shares[mask])
    means = [weight @ (sums[side] / count[:, None]) / weight.sum() for side, count in enumerate((n1, n0))]
    return means[0] - means[1], means[0], means[1]


def _turned(
    shares: np.ndarray, marks: tuple[np.ndarray, ...], estimate: np.ndarray, sampling: Sampling
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Limits and p a topic from scores by unit whose signs are turned by chance."""
    centred, group, unit = marks
    sizes = np.bincount(group)
    sums = np.zeros((len(sizes), shares.shape[1]))
    np.add.at(sums, group, shares)
    residual = shares - (sums / sizes[:, None])[group]
    scale = (centred**2).sum()
    rng = np.random.default_rng(sampling.seed)
    places = np.unique(unit, return_inverse=True)[1]
    signs = rng.choice([-1.0, 1.0], size=(sampling.replicates, places.max() + 1))

    def scores(values: np.ndarray) -> np.ndarray:
        out = np.zeros((places.max() + 1, shares.shape[1]))
        np.add.at(out, places, centred[:, None] * values)
        return out

    # Deviations from the mean of n documents are too small by (n - 1) / n, which tells in small groups.
    larger = np.sqrt(sizes / np.maximum(sizes - 1, 1))[group][:, None]
    null, own = scores(residual * larger), scores((residual - estimate * centred[:, None]) * larger)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = scores(residual).sum(axis=0) / np.sqrt((null**2).sum(axis=0))
        chance = signs @ null / np.sqrt((null**2).sum(axis=0))
        p = (1 + (np.abs(chance) >= np.abs(t) * (1 - 1e-9)).sum(axis=0)) / (1 + sampling.replicates)
        error = np.sqrt((own**2).sum(axis=0) * len(own) / max(len(own) - 1, 1)) / scale
        reach = np.quantile(np.abs(signs @ own / np.sqrt((own**2).sum(axis=0))), sampling.level, axis=0) * error
    return estimate - reach, estimate + reach, np.where(np.isfinite(t), p, np.nan)
