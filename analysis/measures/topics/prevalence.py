"""How much of each cell (outlet x era, year ...) a topic takes up, with intervals that carry sampling and model.

Sampling: whole syndication clusters are drawn with replacement within cells. Model: each replicate takes its document
shares from another surviving run, so a topic on which fits disagree gets a wider interval. The percentiles are widened
for small samples (Hesterberg 2015, "What teachers should know about the bootstrap", section 5.3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, not_allowed
from analysis.measures.inference.multiple import adjust

if TYPE_CHECKING:
    import pandas as pd

    from analysis.measures.topics.fit import TopicModel

MIN_CLUSTERS = 5
REPLICATES = 1000


@dataclass(frozen=True, eq=False)
class Draws:
    """Bootstrap replicates of prevalence.

    cells: one row per cell (the `by` columns, document_count, cluster_count). estimate: cells x topics, the mean over
    surviving runs. replicates: B x cells x topics. by: names of the columns that make a cell.
    """

    cells: pd.DataFrame
    estimate: np.ndarray
    replicates: np.ndarray
    by: tuple[str, ...]

    @property
    def clusters(self) -> np.ndarray:
        return self.cells["cluster_count"].to_numpy()


def group_outlets(documents: pd.DataFrame, groups: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """The documents with `outlet_id` replaced by the name of its group; outlets of no group are left out.

    groups: name -> outlet ids, for outlets that are too small each (delegations with one speech a year). Raises
    `DiscourseError` for an outlet that stands in two groups or has no document.
    """
    of = {outlet: name for name, members in groups.items() for outlet in members}
    there = sorted(documents["outlet_id"].unique())
    for outlet in of:
        if outlet not in there:
            raise DiscourseError("outlet groups: " + not_allowed("outlet", outlet, there))
        if sum(outlet in members for members in groups.values()) > 1:
            raise DiscourseError(f"outlet groups: {outlet!r} stands in two groups; each outlet belongs to one.")
    placed = documents[documents["outlet_id"].isin(set(of))]
    return placed.assign(outlet_id=placed["outlet_id"].map(of))


def prevalence_draws(
    shares: np.ndarray,
    model: TopicModel,
    documents: pd.DataFrame,
    *,
    by: Sequence[str] = ("outlet_id", "era_id"),
    weight: str | None = None,
    replicates: int = REPLICATES,
    seed: int = 1,
) -> Draws:
    """Draw prevalence by cell. `shares` is R x D x K (`aligned_shares`; or D x K for one fit, no model uncertainty).

    documents: doc_id, cluster_id and the `by` columns; rows with a missing cell are left out. weight: column by which
    documents count (`token_count`), None: each counts once. Raises `DiscourseError` for missing columns or documents.
    """
    shares = shares if shares.ndim == 3 else shares[None]
    table = _placed(model, documents, by, weight)
    rows = table["row"].to_numpy()
    cells = table.groupby(list(by), sort=True, observed=True).agg(
        document_count=("row", "size"), cluster_count=("cluster_id", "nunique")
    )
    cell = table.groupby(list(by), sort=True, observed=True).ngroup().to_numpy()
    weights = np.ones(len(table)) if weight is None else table[weight].to_numpy(dtype=float)
    unit, stratum = _units(table["cluster_id"].to_numpy(dtype=str), cell)
    drawn = _draw(stratum, replicates, seed)
    alive = ~np.isnan(shares[:, 0, :])
    chosen = _run_of_replicate(alive, replicates)[:, None, :]
    n_runs, n_topics = shares.shape[0], shares.shape[2]
    out = np.empty((replicates, len(cells), n_topics))
    point = np.empty((n_runs, len(cells), n_topics))
    for number in range(len(cells)):
        here = np.flatnonzero(cell == number)
        inside, sums, total = _sums_by_unit(unit[here], shares[:, rows[here]], weights[here])
        point[:, number] = np.where(alive, sums.sum(axis=0) / total.sum(), np.nan)
        times = drawn[:, inside]
        added = (times @ sums.reshape(len(inside), -1)).reshape(replicates, n_runs, n_topics)
        with np.errstate(invalid="ignore", divide="ignore"):
            out[:, number] = np.take_along_axis(added, chosen, axis=1)[:, 0] / (times @ total)[:, None]
    out[:, :, ~alive.any(axis=0)] = np.nan
    return Draws(cells.reset_index(), np.nanmean(point, axis=0), out, tuple(by))


def prevalence(draws: Draws, *, confidence: float = 0.95, min_clusters: int = MIN_CLUSTERS) -> pd.DataFrame:
    """One row per cell and topic: the `by` columns, `topic`, `prevalence_share` (mean share of the topic, 0 to 1),
    `low`, `high`, `document_count`, `cluster_count`, `is_too_few` (below `min_clusters`: no interval, not to be drawn
    as a value).
    """
    n_cells, n_topics = draws.estimate.shape
    table = draws.cells.loc[np.repeat(np.arange(n_cells), n_topics)].reset_index(drop=True)
    table.insert(len(draws.by), "topic", np.tile(np.arange(n_topics), n_cells))
    table["prevalence_share"] = draws.estimate.ravel()
    bounds = np.full((2, n_cells, n_topics), np.nan)
    for cell, n in enumerate(draws.clusters):
        if n >= min_clusters:
            tail = _tail(confidence, n - 1, np.sqrt(n / (n - 1)))
            values = draws.replicates[:, cell]
            known = ~np.isnan(values).all(axis=0)
            bounds[:, cell, known] = np.nanquantile(values[:, known], [tail, 1 - tail], axis=0)
    table["low"], table["high"] = bounds[0].ravel(), bounds[1].ravel()
    table["is_too_few"] = np.repeat(draws.clusters < min_clusters, n_topics)
    return table


def era_contrasts(
    draws: Draws,
    *,
    before: str,
    after: str,
    over: str = "era_id",
    topics: Sequence[int] | None = None,
    confidence: float = 0.95,
    min_clusters: int = MIN_CLUSTERS,
) -> pd.DataFrame:
    """After minus before within each other cell (outlet), one row per outlet and topic.

    Columns: the other `by` columns, `topic`, `before_share`, `after_share`, `difference` (positive: more after), `low`,
    `high`, `p`, `p_adjusted` (Benjamini-Hochberg over the rows with an interval), `detectable` (smallest true
    difference found in 80 % of samples of this size), cluster counts, `is_too_few`. Cells with one era only are left
    out. topics: only these (the stable ones), so that p is adjusted over what is claimed; None: all. Raises
    `DiscourseError` if `over` is no `by` column or an era is not among the cells.
    """
    import pandas as pd

    pairs = _pairs(draws, over, before, after)
    others = [name for name in draws.by if name != over]
    frames = []
    for first, second in pairs:
        n = draws.clusters[[first, second]]
        estimate = draws.estimate[second] - draws.estimate[first]
        both = draws.replicates[:, [second, first]]
        low, high, p, spread = difference_interval(both, estimate, n[::-1], confidence, min_clusters)
        frame = pd.DataFrame({name: draws.cells[name].iloc[first] for name in others}, index=range(len(estimate)))
        frame["topic"] = np.arange(len(estimate))
        frame["before_share"], frame["after_share"] = draws.estimate[first], draws.estimate[second]
        frame["difference"], frame["low"], frame["high"], frame["p"] = estimate, low, high, p
        frame["detectable"] = 2.80 * spread
        frame["before_cluster_count"], frame["after_cluster_count"] = int(n[0]), int(n[1])
        frame["is_too_few"] = bool((n < min_clusters).any())
        frames.append(frame)
    table = pd.concat(frames, ignore_index=True)
    if topics is not None:
        table = table[table["topic"].isin(list(topics))].reset_index(drop=True)
    table.insert(table.columns.get_loc("p") + 1, "p_adjusted", adjust(table["p"]))
    return table


def difference_interval(
    pair: np.ndarray, estimate: np.ndarray, n: np.ndarray, confidence: float, min_clusters: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Interval, two-sided p and standard error of first minus second, per topic (Welch's degrees of freedom).

    pair: B x 2 x topics replicates. estimate: topics. n: the two numbers of clusters; below `min_clusters`: nan.
    """
    from scipy import stats

    k = len(estimate)
    values = pair[:, 0] - pair[:, 1]
    low, high, p, spread = (np.full(k, np.nan) for _ in range(4))
    if (n < max(min_clusters, 2)).any():
        return low, high, p, spread
    variance = np.nanvar(pair, axis=0)
    inflated = variance * (n / (n - 1))[:, None]
    for topic in range(k):
        v, w = variance[:, topic], inflated[:, topic]
        if not w.sum() > 0:
            low[topic] = high[topic] = estimate[topic]
            spread[topic], p[topic] = 0.0, 1.0 if estimate[topic] == 0 else 0.0
            continue
        df = w.sum() ** 2 / (w**2 / (n - 1)).sum()
        stretch = np.sqrt(w.sum() / v.sum())
        tail = _tail(confidence, df, stretch)
        low[topic], high[topic] = np.nanquantile(values[:, topic], [tail, 1 - tail])
        spread[topic] = stretch * np.nanstd(values[:, topic])
        # The p that inverts the interval: the tail beyond zero, brought back from the stretched normal to Student's t.
        beyond = np.nanmean(values[:, topic] <= 0) if estimate[topic] > 0 else np.nanmean(values[:, topic] >= 0)
        smallest = 1 / (np.isfinite(values[:, topic]).sum() + 1)
        z = stats.norm.isf(np.clip(beyond, smallest, 0.5)) / stretch
        p[topic] = min(1.0, 2 * stats.t.sf(z, df))
    return low, high, p, spread


def _tail(confidence: float, df: float, stretch: float) -> float:
    """The percentile to read so that it covers like Student's t with the unbiased variance (Hesterberg 2015)."""
    from scipy import stats

    if not 0 < confidence < 1:
        raise DiscourseError(f"confidence is {confidence}; it must lie between 0 and 1, such as 0.95.")
    return float(stats.norm.sf(stretch * stats.t.isf((1 - confidence) / 2, df)))


def _pairs(draws: Draws, over: str, before: str, after: str) -> list[tuple[int, int]]:
    if over not in draws.by:
        raise DiscourseError(f"contrasts: {over!r} is not among the cells' columns: {', '.join(draws.by)}.")
    there = sorted(set(draws.cells[over].astype(str)))
    for name in (before, after):
        if name not in there:
            raise DiscourseError(f"contrasts: no cell has {over} {name!r}; there are: {', '.join(there)}.")
    others = [name for name in draws.by if name != over]
    place = {
        (*row[:-1], row[-1]): i for i, row in enumerate(draws.cells[[*others, over]].itertuples(index=False, name=None))
    }
    found = [
        (i, place[(*key[:-1], after)]) for key, i in place.items() if key[-1] == before and (*key[:-1], after) in place
    ]
    if not found:
        raise DiscourseError(f"contrasts: nothing has documents in both {before!r} and {after!r}.")
    return found


def _placed(model: TopicModel, documents: pd.DataFrame, by: Sequence[str], weight: str | None) -> pd.DataFrame:
    """The documents of the model that have a cell, with their row in it, in order of doc_id."""
    import pandas as pd

    columns = list(dict.fromkeys(["doc_id", "cluster_id", *by, *([weight] if weight else [])]))
    missing = [c for c in columns if c not in documents.columns]
    if missing:
        raise DiscourseError(
            f"prevalence: documents have no column {missing}; there are: {', '.join(documents.columns)}."
        )
    rows = pd.DataFrame({"doc_id": model.doc_ids, "row": np.arange(len(model.doc_ids))})
    table = rows.merge(documents[columns], on="doc_id", how="left", validate="one_to_one").dropna(subset=list(by))
    if table.empty:
        raise DiscourseError(f"prevalence: no document of the model has all of {', '.join(by)}.")
    return table.sort_values("doc_id", kind="stable").reset_index(drop=True)


def _units(cluster: np.ndarray, cell: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number of each document's cluster, and each cluster's stratum: the set of cells it touches."""
    _, unit = np.unique(cluster, return_inverse=True)
    touched: dict[int, set[int]] = {}
    for u, c in zip(unit.tolist(), cell.tolist(), strict=True):
        touched.setdefault(u, set()).add(c)
    signature = [tuple(sorted(touched[u])) for u in range(len(touched))]
    # A signature of one cluster alone would never vary: it joins the stratum of its first cell.
    alone = {s for s in set(signature) if signature.count(s) == 1}
    signature = [s[:1] if s in alone else s for s in signature]
    numbers = {s: i for i, s in enumerate(sorted(set(signature)))}
    return unit, np.array([numbers[s] for s in signature], dtype=np.int64)


def _draw(stratum: np.ndarray, replicates: int, seed: int) -> np.ndarray:
    """B x units: how often each cluster is drawn, as many per stratum as it has."""
    rng = np.random.default_rng(seed)
    drawn = np.zeros((replicates, len(stratum)))
    for number in range(int(stratum.max()) + 1):
        members = np.flatnonzero(stratum == number)
        drawn[:, members] = rng.multinomial(len(members), np.full(len(members), 1 / len(members)), size=replicates)
    return drawn


def _sums_by_unit(
    unit: np.ndarray, shares: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The units of some documents, and by unit the weighted sums of shares (runs x documents x topics; to units x runs
    x topics, nan as 0) and of weights."""
    from scipy import sparse

    units, place = np.unique(unit, return_inverse=True)
    member = sparse.csr_matrix((weights, (place, np.arange(len(unit)))), (len(units), len(unit)))
    flat = np.nan_to_num(shares).transpose(1, 0, 2).reshape(len(unit), -1)
    return units, (member @ flat).reshape(len(units), *shares[:, 0].shape), member @ np.ones(len(unit))


def _run_of_replicate(alive: np.ndarray, replicates: int) -> np.ndarray:
    """B x topics: the run that each replicate reads; the runs in which a topic survived (R x topics) take turns."""
    chosen = np.zeros((replicates, alive.shape[1]), dtype=np.int64)
    for topic in np.flatnonzero(alive.any(axis=0)):
        runs = np.flatnonzero(alive[:, topic])
        chosen[:, topic] = runs[np.arange(replicates) % len(runs)]
    return chosen
