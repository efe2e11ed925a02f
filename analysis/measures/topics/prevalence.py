"""How much of each cell (outlet x era, year ...) a topic takes up, with intervals that carry sampling and model.

Sampling: whole syndication clusters are drawn with replacement within cells. Model: each replicate takes its document
shares from another surviving run, so a topic on which fits disagree gets a wider interval. The percentiles are widened
for small samples (Hesterberg 2015, "What teachers should know about the bootstrap", section 5.3), and where moods last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, NothingFound, not_allowed
from analysis.measures.frames.blocks import blocks_of
from analysis.measures.frames.lasting import lasting_of_difference, lasting_of_sums, moved_away
from analysis.measures.frames.tally import OWN_OUTLET, TIME_UNITS, unit_of
from analysis.measures.inference.eras import Blocks, difference_within, era_test, joint_test
from analysis.measures.inference.multiple import adjust
from analysis.measures.inference.power import Decision, detectable_differences
from analysis.measures.inference.resampling import Sampling

if TYPE_CHECKING:
    import pandas as pd

    from analysis.measures.topics.fit import TopicModel

MIN_CLUSTERS = 5
REPLICATES = 1000
PLANTED = 30  # data sets planted for each size tried
SAMPLING = Sampling(replicates=REPLICATES, interval="studentised", min_units=MIN_CLUSTERS)


@dataclass(frozen=True, eq=False)
class Draws:
    """Bootstrap replicates of prevalence.

    cells: one row per cell (the `by` columns, document_count, cluster_count). estimate: cells x topics, the mean over
    surviving runs. replicates: B x cells x topics. by: names of the columns that make a cell. sums, totals: of shares
    (mean over surviving runs) and of weights by unit, units x cells x topics and units x cells; unit_ids: sorted; unit:
    what they are (`unit_of`). between_runs: cells x topics x runs, the cell's mean in each run (nan: not returned).
    inside: sums and totals of the same documents by finer cells, which a cell of several outlets taken together holds.
    """

    cells: pd.DataFrame
    estimate: np.ndarray
    replicates: np.ndarray
    by: tuple[str, ...]
    sums: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, 0)))
    totals: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    unit_ids: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=object))
    unit: str = "cluster"
    between_runs: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, 0)))
    inside: Inside | None = None

    @property
    def clusters(self) -> np.ndarray:
        return self.cells["cluster_count"].to_numpy()


@dataclass(frozen=True, eq=False)
class Inside:
    """Sums and totals by unit and finer cell, units x finer cells x topics and units x finer cells. cell: of `Draws.cells`,
    for each finer one; stratum: its own outlet, a number."""

    sums: np.ndarray
    totals: np.ndarray
    cell: np.ndarray
    stratum: np.ndarray


def group_outlets(documents: pd.DataFrame, groups: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """The documents with `outlet_id` replaced by the name of its group; outlets of no group are left out.

    groups: name -> outlet ids, for outlets that are too small each (delegations with one speech a year). Raises
    `DiscourseError` for an outlet that stands in two groups or has no document. The column `tally.OWN_OUTLET` keeps whose
    documents they are, for tests within outlets.
    """
    of = {outlet: name for name, members in groups.items() for outlet in members}
    there = sorted(documents["outlet_id"].unique())
    for outlet in of:
        if outlet not in there:
            raise DiscourseError("outlet groups: " + not_allowed("outlet", outlet, there))
        if sum(outlet in members for members in groups.values()) > 1:
            raise DiscourseError(f"outlet groups: {outlet!r} stands in two groups; each outlet belongs to one.")
    placed = documents[documents["outlet_id"].isin(set(of))]
    return placed.assign(**{OWN_OUTLET: placed["outlet_id"], "outlet_id": placed["outlet_id"].map(of)})


def prevalence_draws(
    shares: np.ndarray,
    model: TopicModel,
    documents: pd.DataFrame,
    *,
    by: Sequence[str] = ("outlet_id", "era_id"),
    weight: str | None = None,
    sampling: Sampling = SAMPLING,
) -> Draws:
    """Draw prevalence by cell. `shares` is R x D x K (`aligned_shares`; or D x K for one fit, no model uncertainty).

    documents: doc_id, cluster_id and the `by` columns; rows with a missing cell are left out; with the column
    `tally.OWN_OUTLET`, what each of the outlets taken together adds is kept (`Draws.inside`). weight: column by which
    documents count (`token_count`), None: each counts once. sampling: what is drawn (`unit_of`), how often, seed.
    Raises `DiscourseError` for missing columns or documents.
    """
    shares = shares if shares.ndim == 3 else shares[None]
    table = _placed(model, documents, by, weight, sampling.unit)
    rows = table["row"].to_numpy()
    cells = table.groupby(list(by), sort=True, observed=True).agg(
        document_count=("row", "size"), cluster_count=("cluster_id", "nunique")
    )
    cell = table.groupby(list(by), sort=True, observed=True).ngroup().to_numpy()
    weights = np.ones(len(table)) if weight is None else table[weight].to_numpy(dtype=float)
    unit, stratum = _units(table["unit_id"].to_numpy(dtype=str), cell)
    drawn, replicates = _draw(stratum, sampling.replicates, sampling.seed), sampling.replicates
    alive = ~np.isnan(shares[:, 0, :])
    chosen = _run_of_replicate(alive, replicates)[:, None, :]
    n_runs, n_topics = shares.shape[0], shares.shape[2]
    out = np.empty((replicates, len(cells), n_topics))
    point = np.empty((n_runs, len(cells), n_topics))
    unit_sums, unit_totals = np.zeros((len(stratum), len(cells), n_topics)), np.zeros((len(stratum), len(cells)))
    for number in range(len(cells)):
        here = np.flatnonzero(cell == number)
        inside, sums, total = _sums_by_unit(unit[here], shares[:, rows[here]], weights[here])
        point[:, number] = np.where(alive, sums.sum(axis=0) / total.sum(), np.nan)
        with np.errstate(invalid="ignore", divide="ignore"):
            unit_sums[inside, number] = sums.sum(axis=1) / alive.sum(axis=0)
        unit_totals[inside, number] = total
        times = drawn[:, inside]
        added = (times @ sums.reshape(len(inside), -1)).reshape(replicates, n_runs, n_topics)
        with np.errstate(invalid="ignore", divide="ignore"):
            out[:, number] = np.take_along_axis(added, chosen, axis=1)[:, 0] / (times @ total)[:, None]
    out[:, :, ~alive.any(axis=0)] = np.nan
    by_unit = (unit_sums, unit_totals, np.unique(table["unit_id"].to_numpy(dtype=str)), sampling.unit)
    by_run = (np.moveaxis(point, 0, 2), _inside(table, cell, unit, shares[:, rows], weights))
    return Draws(cells.reset_index(), np.nanmean(point, axis=0), out, tuple(by), *by_unit, *by_run)


def _inside(
    table: pd.DataFrame, cell: np.ndarray, unit: np.ndarray, shares: np.ndarray, weights: np.ndarray
) -> Inside | None:
    """Sums by own outlet within each cell; None where no outlets are taken together. table: as `_placed` gives it; cell,
    unit, weights: of its rows; shares: runs x rows x topics."""
    if OWN_OUTLET not in table.columns:
        return None
    own = np.unique(table[OWN_OUTLET].to_numpy(dtype=str), return_inverse=True)[1]
    pairs, fine = np.unique(np.stack([cell, own], axis=1), axis=0, return_inverse=True)
    alive = ~np.isnan(shares[:, 0, :])
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nan_to_num(shares).sum(axis=0) / alive.sum(axis=0) * weights[:, None]
    sums = np.zeros((int(unit.max()) + 1, len(pairs), shares.shape[2]))
    totals = np.zeros(sums.shape[:2])
    np.add.at(sums, (unit, fine.ravel()), mean)
    np.add.at(totals, (unit, fine.ravel()), weights)
    return Inside(sums, totals, pairs[:, 0], pairs[:, 1])


def prevalence(draws: Draws, *, confidence: float = 0.95, min_units: int = MIN_CLUSTERS) -> pd.DataFrame:
    """One row per cell and topic: the `by` columns, `topic`, `prevalence_share` (mean share of the topic, 0 to 1),
    `low`, `high`, `document_count`, `cluster_count`, `is_too_few` (below `min_units`: no interval, not to be drawn
    as a value). Over blocks of time the limits lie farther away where these are alike (`lasting_of_sums`).
    """
    n_cells, n_topics = draws.estimate.shape
    table = draws.cells.loc[np.repeat(np.arange(n_cells), n_topics)].reset_index(drop=True)
    table.insert(len(draws.by), "topic", np.tile(np.arange(n_topics), n_cells))
    table["prevalence_share"] = draws.estimate.ravel()
    bounds = np.full((2, n_cells, n_topics), np.nan)
    for cell, n in enumerate(draws.clusters):
        if n >= min_units:
            tail = _tail(confidence, n - 1, np.sqrt(n / (n - 1)))
            values = draws.replicates[:, cell]
            known = ~np.isnan(values).all(axis=0)
            bounds[:, cell, known] = np.nanquantile(values[:, known], [tail, 1 - tail], axis=0)
    bounds = _widened(draws, bounds, confidence)
    table["low"], table["high"] = bounds[0].ravel(), bounds[1].ravel()
    table["is_too_few"] = np.repeat(draws.clusters < min_units, n_topics)
    return table


def _widened(draws: Draws, bounds: np.ndarray, confidence: float) -> np.ndarray:
    """Limits as far away as moods that last make it, along log odds, so that no share lies outside 0 and 1."""
    if draws.unit not in TIME_UNITS or not len(draws.sums):
        return bounds
    wider = lasting_of_sums(draws.sums, draws.totals, draws.cells[list(draws.by)], draws.unit, confidence)
    inside = (draws.estimate > 0) & (draws.estimate < 1) & (bounds[0] > 0) & (bounds[1] < 1)
    safe = [np.where(inside, value, 0.5) for value in (draws.estimate, *bounds)]
    _, low, high = moved_away(*(np.log(value / (1 - value)) for value in safe), wider)
    return np.where(inside, 1 / (1 + np.exp(-np.stack([low, high]))), bounds)


def era_contrasts(
    draws: Draws,
    *,
    before: str,
    after: str,
    over: str = "era_id",
    topics: Sequence[int] | None = None,
    sampling: Sampling = SAMPLING,
    plant: bool = True,
) -> pd.DataFrame:
    """After minus before within each other cell (outlet), one row per outlet and topic.

    Columns: the other `by` columns, `topic`, `before_share`, `after_share`, `difference` (positive: more after), `low`,
    `high`, `p` (blocks permuted, `era_test`), `p_adjusted` (Benjamini-Hochberg over the rows), `rotation_p` (labels rotated
    along time; null for units without time), `p_joint` and `rotation_p_joint` (for all rows together, `joint_test`),
    `is_claim` (p_joint and rotation_p at most 1 - level), `detectable` (smallest true difference
    found in 80 of 100 cases by this decision, planted: `detectable_differences`; plant=False: null), unit and cluster
    counts, `is_too_few`. The interval draws units within eras (bootstrap t) and is widened by how long moods last (units
    of time) and by what the runs disagree. A cell of several outlets taken together (`Draws.inside`) is compared
    within each of them, labels moving jointly; its shares are of all its documents and move with the mix. Cells with one
    era only are left out. topics: only these (the stable ones), so
    that p is adjusted over what is claimed; None: all. Raises `DiscourseError` if `over` is no `by` column or an era is not
    among the cells.
    """
    import pandas as pd

    pairs = _pairs(draws, over, before, after)
    others = [name for name in draws.by if name != over]
    frames = []
    for first, second in pairs:
        frame = _contrast(draws, first, second, sampling)
        for position, name in enumerate(others):
            frame.insert(position, name, draws.cells[name].iloc[first])
        frames.append(frame)
    table = pd.concat(frames, ignore_index=True)
    if topics is not None:
        table = table[table["topic"].isin(list(topics))].reset_index(drop=True)
    table.insert(table.columns.get_loc("p") + 1, "p_adjusted", adjust(table["p"]))
    alpha = 1 - sampling.level + 1e-12
    if plant:
        table["detectable"] = _planted(draws, table, _pairs(draws, over, before, after), sampling)
    table["p_joint"], table["rotation_p_joint"] = _joint(draws, table, pairs, sampling)
    table["is_claim"] = (table["p_joint"] <= alpha) & ~(table["rotation_p"] > alpha)
    return table


def _planted(draws: Draws, table: pd.DataFrame, pairs: list[tuple[int, int]], sampling: Sampling) -> np.ndarray:
    """The smallest difference found often enough, for the rows of the table that were tested."""
    others = [name for name in draws.by if name in table.columns]
    decision = Decision(1 - sampling.level, max(int(table["p"].notna().sum()), 1), draws.unit in TIME_UNITS)
    decision = replace(decision, replicates=PLANTED, seed=sampling.seed)
    out = np.full(len(table), np.nan)
    for first, second in pairs:
        here = table["p"].notna().to_numpy(copy=True)
        for name in others:
            here &= (table[name] == draws.cells[name].iloc[first]).to_numpy()
        rows = np.flatnonzero(here)
        if not len(rows):
            continue
        chosen = table["topic"].to_numpy()[rows]
        blocks = _blocks(draws, [(first, second)])[0]
        part = Blocks(blocks.x[:, :, chosen], blocks.n, blocks.after)
        error = difference_within(part, replace(sampling, replicates=2))[3]
        out[rows] = detectable_differences(part, error, decision)
    return out


def _contrast(draws: Draws, first: int, second: int, sampling: Sampling) -> pd.DataFrame:
    """The rows of one pair of cells."""
    import pandas as pd

    blocks = _blocks(draws, [(first, second)])[0]
    known = ~np.isnan(draws.estimate[first])
    estimate, low, high, _ = difference_within(blocks, sampling)
    if draws.unit in TIME_UNITS:
        _, low, high = moved_away(estimate, low, high, lasting_of_difference(blocks, sampling.level))
    test = era_test(blocks, replicates=sampling.replicates, seed=sampling.seed)
    with np.errstate(invalid="ignore"):
        apart = np.nanstd(draws.between_runs[second] - draws.between_runs[first], axis=1)
    reach = 1.96 * np.nan_to_num(apart)
    few = min(blocks.sides) < max(sampling.min_units, 2)
    columns = {
        "topic": np.arange(len(estimate)),
        "before_share": draws.estimate[first],
        "after_share": draws.estimate[second],
        "difference": estimate,
        "low": estimate - np.hypot(estimate - low, reach),
        "high": estimate + np.hypot(high - estimate, reach),
        "p": test.p,
        "rotation_p": test.rotation_p if draws.unit in TIME_UNITS else np.full(len(estimate), np.nan),
        "detectable": np.nan,
    }
    frame = pd.DataFrame(columns)
    frame.loc[few | ~known, ["low", "high", "p", "rotation_p", "detectable"]] = np.nan
    frame.loc[~known, "difference"] = np.nan
    counts = draws.clusters[[first, second]]
    return frame.assign(
        before_unit_count=blocks.sides[0],
        after_unit_count=blocks.sides[1],
        before_cluster_count=int(counts[0]),
        after_cluster_count=int(counts[1]),
        is_too_few=few,
    )


def _blocks(draws: Draws, pairs: list[tuple[int, int]]) -> tuple[Blocks, list[np.ndarray]]:
    """Blocks of several cells before and after, all on one calendar, and the strata of each: one, or one for each own
    outlet that the cells take together."""
    sums, totals = draws.sums, draws.totals
    wanted = [[(second, first)] for first, second in pairs]
    if (inside := draws.inside) is not None:
        nothing = len(inside.cell)  # a finer cell without documents, for outlets of one era
        sums = np.concatenate([inside.sums, np.zeros_like(inside.sums[:, :1])], axis=1)
        totals = np.concatenate([inside.totals, np.zeros_like(inside.totals[:, :1])], axis=1)
        place = {key: i for i, key in enumerate(zip(inside.cell.tolist(), inside.stratum.tolist(), strict=True))}
        wanted = [
            [(place.get((b, s), nothing), place.get((a, s), nothing)) for s in _strata(inside, a, b)] for a, b in pairs
        ]
    ends = np.cumsum([0, *(len(one) for one in wanted)])
    blocks = blocks_of(sums, totals, draws.unit_ids, [pair for one in wanted for pair in one], draws.unit)
    strata = [np.arange(start, end) for start, end in pairwise(ends)]
    return Blocks(np.nan_to_num(blocks.x), blocks.n, blocks.after), strata


def _strata(inside: Inside, *cells: int) -> list[int]:
    return sorted(set(inside.stratum[np.isin(inside.cell, cells)].tolist()))


def _joint(draws: Draws, table: pd.DataFrame, pairs: list[tuple[int, int]], sampling: Sampling) -> np.ndarray:
    """p_joint and rotation_p_joint of the rows of the table that were tested, 2 x rows: all move with one calendar."""
    others = [name for name in draws.by if name in table.columns]
    blocks, strata = _blocks(draws, pairs)
    parts, places = [], []
    for (first, _), mine in zip(pairs, strata, strict=True):
        here = table["p"].notna().to_numpy(copy=True)
        for name in others:
            here &= (table[name] == draws.cells[name].iloc[first]).to_numpy()
        if here.any():
            places.append(np.flatnonzero(here))
            topics = table["topic"].to_numpy()[places[-1]]
            parts.append(Blocks(blocks.x[:, mine][:, :, topics], blocks.n[:, mine], blocks.after))
    out = np.full((2, len(table)), np.nan)
    if parts:
        out[:, np.concatenate(places)] = joint_test(parts, replicates=sampling.replicates, seed=sampling.seed)
    if draws.unit not in TIME_UNITS:
        out[1] = np.nan
    return out


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
        raise NothingFound(f"contrasts: nothing has documents in both {before!r} and {after!r}.")
    return found


def _placed(
    model: TopicModel, documents: pd.DataFrame, by: Sequence[str], weight: str | None, unit: str
) -> pd.DataFrame:
    """The documents of the model that have a cell, with their row in it, in order of doc_id."""
    import pandas as pd

    columns = list(dict.fromkeys(["doc_id", "cluster_id", *by, *([weight] if weight else [])]))
    missing = [c for c in columns if c not in documents.columns]
    if missing:
        raise DiscourseError(
            f"prevalence: documents have no column {missing}; there are: {', '.join(documents.columns)}."
        )
    documents = documents.assign(unit_id=unit_of(documents, unit))
    columns += ["unit_id", *({OWN_OUTLET} & {*documents.columns})]
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
    # A signature of a few units would hardly vary: it joins the units that hold its first cell.
    rare = {s for s, count in Counter(signature).items() if count < 5}
    signature = [s[:1] if s in rare else s for s in signature]
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
