"""What a frame's words stand next to, by era, and whether that changed: positive pointwise mutual information.

From the store's contexts (words near a frame's hits, order lost) and counts. PPMI after Church and Hanks (1990), with
context distribution smoothing (Levy, Goldberg and Dagan 2015). Intervals resample units (`Sampling.unit`) within outlets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, NothingFound
from analysis.measures.frames.contrasts import CLAIMED, passes_of
from analysis.measures.frames.tally import TIME_UNITS, unit_of
from analysis.measures.inference.multiple import adjust
from analysis.measures.inference.resampling import Sampling
from analysis.measures.words.company_along_time import rotation_count, rotation_draws, rotation_of_shifts
from analysis.store.contracts import POOLED_TERM_ID

if TYPE_CHECKING:
    import pandas as pd
    from scipy import sparse

MIN_CLUSTERS = 5
SAMPLING = Sampling(replicates=500, interval="percentile", min_units=MIN_CLUSTERS)
_SMOOTHING = 0.75
_ADDED = 0.5
_AT_ONCE = 500
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Associations:
    """Replicated association of words with frames.

    cells: one row per frame x group (`frame`, `group`, document_count, cluster_count of documents with the frame).
    terms: T words. near: cells x T tokens near the frame. found: cells x T documents with the word near the frame.
    pmi: cells x T, base 2. replicates: B x cells x T. tables: by frame the counts that shuffling needs. unit: what they
    are counts of.
    """

    cells: pd.DataFrame
    terms: tuple[str, ...]
    near: np.ndarray
    found: np.ndarray
    pmi: np.ndarray
    replicates: np.ndarray
    tables: Mapping[str, UnitTables]
    unit: str = "cluster"


@dataclass(frozen=True, eq=False)
class UnitTables:
    """Counts by unit (what an outlet has of one block in one group): group, outlet and block of each unit, tokens near
    the frame by word and in all, and the same of whole documents."""

    group: np.ndarray
    stratum: np.ndarray
    block: np.ndarray
    near: sparse.csr_matrix
    near_total: np.ndarray
    words: sparse.csr_matrix
    tokens: np.ndarray

    def only(self, units: np.ndarray) -> UnitTables:
        """The tables of these units."""
        return UnitTables(
            self.group[units],
            self.stratum[units],
            self.block[units],
            self.near[units],
            self.near_total[units],
            self.words[units],
            self.tokens[units],
        )

    def pmi(self, drawn: np.ndarray) -> np.ndarray:
        """B x T for B x units draws."""
        return _pmi(drawn, self.near, self.near_total, self.words, self.tokens)


def associations(
    contexts: pd.DataFrame,
    counts: pd.DataFrame,
    vocabulary: pd.DataFrame,
    documents: pd.DataFrame,
    *,
    by: str = "era_id",
    min_count: int = 5,
    sampling: Sampling = SAMPLING,
) -> Associations:
    """Association of words with each frame in each group (era) of documents.

    contexts, counts, vocabulary, documents: the store's tables; documents without a group are left out. Words: lemmas
    that are no stop words and stand at least `min_count` times near one frame over all groups. PMI is log2 of the
    word's share near the frame over its smoothed share in all documents of the group; half a token is added to each
    count near the frame. sampling: replicates and
    seed. Raises `DiscourseError` if no word is left or a column is missing.
    """
    if by not in documents.columns:
        raise DiscourseError(
            f"associations: documents have no column {by!r}; there are: {', '.join(documents.columns)}."
        )
    outlet = documents["outlet_id"] if "outlet_id" in documents.columns else "all"
    placed = documents.assign(unit_id=unit_of(documents, sampling.unit), stratum=outlet)
    placed = placed[["doc_id", "cluster_id", "unit_id", "stratum", by]].dropna(subset=[by])
    placed = placed.sort_values("doc_id", kind="stable")
    lemma = _lemmas(vocabulary)
    near = _tokens(contexts, lemma, placed, ["doc_id", "frame", "lemma"])
    kept = near.groupby(["frame", "lemma"])["token_count"].sum()
    terms = sorted(set(kept[kept >= min_count].reset_index()["lemma"]))
    if not terms:
        raise NothingFound(f"associations: no word stands {min_count} times near a frame; lower min_count.")
    background = _tokens(counts, lemma, placed, ["doc_id", "lemma"])
    drawn, unit = _draw_by_group(placed, by, sampling.replicates, sampling.seed)
    return replace(_associated(_Counts(near, background, placed, unit, terms), by, drawn), unit=sampling.unit)


@dataclass(frozen=True, eq=False)
class _Counts:
    """Tokens near the frames and in all, by document and lemma; the documents with their group; their unit; the words."""

    near: pd.DataFrame
    background: pd.DataFrame
    placed: pd.DataFrame
    unit: pd.Series
    terms: list[str]


def _associated(counts: _Counts, by: str, drawn: np.ndarray) -> Associations:
    import pandas as pd

    near, background, placed, unit, terms = (counts.near, counts.background, counts.placed, counts.unit, counts.terms)
    width, one = drawn.shape[1], np.ones((1, drawn.shape[1]))
    frames = sorted(near["frame"].unique())
    rows, estimates, near_counts, found, out = [], [], [], [], []
    for group in sorted(placed[by].unique()):
        members = placed[placed[by] == group]
        words = _by_unit(background[background["doc_id"].isin(members["doc_id"])], terms, unit, width)
        tokens = _totals(background, members, unit, width)
        for frame in frames:
            here = near[(near["frame"] == frame) & near["doc_id"].isin(members["doc_id"])]
            table = _by_unit(here, terms, unit, width)
            total = np.bincount(unit[here["doc_id"]].to_numpy(), here["token_count"], minlength=width)
            estimates.append(_pmi(one, table, total, words, tokens)[0])
            out.append(_pmi(drawn, table, total, words, tokens))
            near_counts.append(np.asarray(table.sum(axis=0)).ravel())
            found.append(_documents_with(here, terms))
            clusters = members.loc[members["doc_id"].isin(here["doc_id"]), "cluster_id"]
            rows.append((frame, group, here["doc_id"].nunique(), clusters.nunique()))
    cells = pd.DataFrame(rows, columns=["frame", "group", "document_count", "cluster_count"])
    units = placed.groupby(unit.reindex(placed["doc_id"]).to_numpy())[[by, "stratum", "unit_id"]].first().astype(str)
    words = _by_unit(background, terms, unit, width), _totals(background, placed, unit, width)
    place, whole = [units[name].to_numpy() for name in (by, "stratum", "unit_id")], {}
    for frame in frames:
        here = near[near["frame"] == frame]
        total = np.bincount(unit[here["doc_id"]].to_numpy(), here["token_count"], minlength=width)
        whole[frame] = UnitTables(*place, _by_unit(here, terms, unit, width), total, *words)
    return Associations(
        cells, tuple(terms), np.array(near_counts), np.array(found), np.array(estimates), np.stack(out, axis=1), whole
    )


def neighbours(
    found: Associations, *, n: int = 15, words: Sequence[str] | None = None, confidence: float = 0.95
) -> pd.DataFrame:
    """The n words most associated with each frame in each group, ranked by the lower bound of their interval; or, with
    `words`, these words in every group, in the order given.

    One row is one word: `frame`, `group`, `rank`, `word`, `near_count` (tokens near the frame), `document_count`
    (with the word near the frame), `pmi`, `ppmi` (negative as 0; higher: more typical), `low`, `high`, and
    `is_too_few` for cells of fewer than 5 clusters, which have no interval and are ranked by pmi, and for words that
    nobody saw near the frame in the group, which have no value at all (the half token added would be one).
    """
    import pandas as pd

    tail = (1 - confidence) / 2
    frames = []
    for cell, row in enumerate(found.cells.itertuples(index=False)):
        low, high = np.quantile(found.replicates[:, cell], [tail, 1 - tail], axis=0)
        few = row.cluster_count < MIN_CLUSTERS
        score = np.where(found.near[cell] > 0, found.pmi[cell] if few else low, -np.inf)
        order = np.argsort(-score, kind="stable")[:n]
        order = order[np.isfinite(score[order])]
        if words is not None:
            order = np.array([found.terms.index(word) for word in words if word in found.terms], dtype=np.int64)
        frames.append(
            pd.DataFrame(
                {
                    "frame": row.frame,
                    "group": row.group,
                    "rank": np.arange(1, len(order) + 1),
                    "word": [found.terms[i] for i in order],
                    "near_count": found.near[cell, order].astype(int),
                    "document_count": found.found[cell, order],
                    "pmi": found.pmi[cell, order],
                    "ppmi": np.maximum(found.pmi[cell, order], 0),
                    "low": np.nan if few else low[order],
                    "high": np.nan if few else high[order],
                    "is_too_few": few,
                }
            )
        )
        unseen = frames[-1]["near_count"] == 0
        frames[-1].loc[unseen, ["pmi", "ppmi", "low", "high"]] = np.nan
        frames[-1]["is_too_few"] |= unseen
    return pd.concat(frames, ignore_index=True)


def association_shifts(
    found: Associations,
    *,
    before: str,
    after: str,
    confidence: float = 0.95,
    shuffles: int = 9999,
    seed: int = 1,
) -> pd.DataFrame:
    """Change of each word's association with each frame; one row per frame and word, largest absolute change first.

    `near_count` (tokens near the frame, both sides), `before_count`, `after_count`, `before_pmi`, `after_pmi` (null: not
    one there), `difference` (positive: closer to the frame after), `low`, `high`, `p`, `p_adjusted`
    (Benjamini-Hochberg over the frame's words), `rotation_p` (`rotation_of_shifts`; null without time), `passes`,
    `is_claim` (as in `contrast`), `rotation_count` (1 / it: the smallest rotation_p), `is_too_few` (few clusters). `p`, the
    interval and the point come from the differences that arise when the units of both groups change places within their
    outlet `shuffles` times (another mix of outlets is then no shift): p is twice the smaller tail, at least 2 / (shuffles +
    1); the interval holds the shifts that would not be rejected, if a shift moves these differences as a whole, and
    `difference` is the shift in the middle of them, the estimate of Hodges and Lehmann (1963): after_pmi less before_pmi,
    less the median that shuffling gives. That median is not zero where the sides are unlike in size: half a token more is
    much near a frame of few tokens. A bootstrap fails here: a word that one group lacks has no spread in it.
    Words near the frame in neither group are left out. `detectable_up`: `_detectable`. Unknown groups are refused."""
    import pandas as pd

    tail, frames = (1 - confidence) / 2, []
    for frame, first, second in _pairs(found, before, after):
        estimate = found.pmi[second] - found.pmi[first]
        few = bool((found.cells["cluster_count"].to_numpy()[[first, second]] < MIN_CLUSTERS).any())
        pairs = _shuffled_pmi(found.tables[frame], before, after, shuffles, seed)
        chance = np.concatenate([other - one for one, other in pairs])
        p = _two_tails(estimate, chance)
        high, shift, low = estimate - np.quantile(chance, [tail, 0.5, 1 - tail], axis=0)
        table = pd.DataFrame(
            {
                "frame": frame,
                "word": found.terms,
                **_sides(found, first, second),
                "difference": shift,
                **(dict.fromkeys(("low", "high", "p"), np.nan) if few else {"low": low, "high": high, "p": p}),
                "rotation_p": rotation_of_shifts(found.tables[frame], before, after, found.unit),
                "is_too_few": few,
            }
        )
        used = (found.near[first] + found.near[second]) > 0
        table = _judged(table[used], confidence)
        table["detectable_up"] = _detectable(chance[:, used], 1 - confidence, few)
        frames.append(table.iloc[np.argsort(-table["difference"].abs().to_numpy(), kind="stable")])
    count = rotation_count(found.tables.values(), before, after, found.unit)
    return pd.concat(frames, ignore_index=True).assign(rotation_count=count)


def _judged(table: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """The words of a frame with p_adjusted, which tests each passes, and whether a shift is claimed of it."""
    table = table.copy()
    table.insert(table.columns.get_loc("p") + 1, "p_adjusted", adjust(table["p"]))
    table["passes"] = passes_of(table, confidence)
    table["is_claim"] = table["passes"].isin(CLAIMED)
    return table


def _sides(found: Associations, first: int, second: int) -> dict[str, np.ndarray]:
    """Counts and associations of both cells; no association of a word that is not near the frame there."""
    near = found.near[[first, second]]
    before, after = np.where(near > 0, found.pmi[[first, second]], np.nan)
    counts = near.astype(int)
    return {
        "near_count": counts.sum(axis=0),
        "before_count": counts[0],
        "after_count": counts[1],
        "before_pmi": before,
        "after_pmi": after,
    }


def _detectable(chance: np.ndarray, alpha: float, few: bool) -> np.ndarray:
    """A shift of so many bits towards the frame would have been found in some 80 of 100 cases (85 in simulated texts;
    away from it 50) at the level that one shift among the frame's words has to reach: the distance from the quantile that
    a shift has to pass to that which 80 of 100 shifted values pass. Infinite: the shuffles are too few for that level.
    """
    tail = alpha / max(chance.shape[1], 1) / 2
    if few or not chance.shape[1]:
        return np.full(chance.shape[1], np.nan)
    if tail * (len(chance) + 1) < 1:
        return np.full(chance.shape[1], np.inf)
    high, fifth = np.quantile(chance, [1 - tail, 0.2], axis=0)
    return high - fifth


def vector_similarity(
    found: Associations,
    *,
    before: str,
    after: str,
    confidence: float = 0.95,
    shuffles: int = 200,
    seed: int = 1,
) -> pd.DataFrame:
    """Cosine of each frame's PPMI vector before and after (0 to 1, higher: same company), one row per frame.

    Sampling alone keeps two vectors apart, the more so the fewer documents a side has. The yardstick: all units of both
    groups (clusters, or blocks of time) are shuffled into two groups of the same sizes, `shuffles` times;
    `within_similarity` is the mean cosine then, `within_low` its lower bound, and `p` the share of shuffles whose
    vectors are as unlike as those found; `rotation_p` that of the rotations of the eras along time, those found among
    them (null for a unit without time). `similarity` has no interval: vectors drawn again are rougher than those found,
    so that a bootstrap's lies below it. `is_changed` if p is below 1 - confidence and rotation_p not above it;
    `is_too_few` as elsewhere (then never changed).
    """
    import pandas as pd

    rows = []
    for frame, first, second in _pairs(found, before, after):
        few = bool((found.cells["cluster_count"].to_numpy()[[first, second]] < MIN_CLUSTERS).any())
        estimate = _cosine(np.maximum(found.pmi[[first]], 0), np.maximum(found.pmi[[second]], 0))[0]
        chance = _shuffled_similarity(found.tables[frame], before, after, shuffles, seed)
        p = (1 + (chance <= estimate).sum()) / (1 + shuffles)
        floor, along = float(np.quantile(chance, 1 - confidence)), np.nan
        if found.unit in TIME_UNITS:
            tables, before_units = rotation_draws(found.tables[frame], before, after, found.unit)
            vectors = (np.maximum(tables.pmi(draws), 0) for draws in (before_units, 1 - before_units))
            turned = _cosine(*vectors)
            along = float((turned <= turned[0] + _ROUNDING).mean())
        changed = p < 1 - confidence and not along > 1 - confidence + 1e-12 and not few
        rows.append((frame, estimate, chance.mean(), floor, p, along, bool(changed), few))
    names = ["frame", "similarity", "within_similarity", "within_low", "p", "rotation_p", "is_changed", "is_too_few"]
    return pd.DataFrame(rows, columns=names)


def _shuffled_similarity(tables: UnitTables, before: str, after: str, shuffles: int, seed: int) -> np.ndarray:
    """Cosines of the two vectors when the units of both groups change places at random."""
    pairs = _shuffled_pmi(tables, before, after, shuffles, seed)
    return np.concatenate([_cosine(np.maximum(first, 0), np.maximum(second, 0)) for first, second in pairs])


def _two_tails(estimate: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Twice the smaller share of the values by chance (B x T) that are as low, or as high, as each of the T estimates."""
    low = 1 + (chance <= estimate + _ROUNDING).sum(axis=0)  # the order found is one of the possible ones
    high = 1 + (chance >= estimate - _ROUNDING).sum(axis=0)
    return np.minimum(2 * np.minimum(low, high) / (len(chance) + 1), 1.0)


def _shuffled_pmi(
    tables: UnitTables, before: str, after: str, shuffles: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """PMI of both groups (shuffles x T each, some at a time) when units of an outlet change places at random."""
    rng = np.random.default_rng(seed)
    tables = tables.only(np.flatnonzero(np.isin(tables.group, (before, after))))
    stratum = np.unique(tables.stratum, return_inverse=True)[1]
    label = (tables.group == before).astype(np.float64)
    place, ordered = np.argsort(stratum, kind="stable"), label[np.argsort(stratum, kind="stable")]
    for start in range(0, shuffles, _AT_ONCE):
        keys = stratum[place] + rng.random((min(_AT_ONCE, shuffles - start), len(label)))
        first = np.empty_like(keys)
        # Random numbers sorted within each outlet put its labels in another order; the outlets keep their places.
        np.put_along_axis(first, place[np.argsort(keys, axis=1)], np.broadcast_to(ordered, keys.shape), axis=1)
        yield tables.pmi(first), tables.pmi(1 - first)


def _pmi(
    drawn: np.ndarray, near: sparse.csr_matrix, near_total: np.ndarray, words: sparse.csr_matrix, tokens: np.ndarray
) -> np.ndarray:
    """B x T: log2 share near the frame over smoothed share in the group, for each row of draws."""
    n_terms = near.shape[1]
    close = (drawn @ near + _ADDED) / (drawn @ near_total + _ADDED * n_terms)[:, None]
    share = (drawn @ words + _ADDED) / (drawn @ tokens + _ADDED * n_terms)[:, None]
    # Smoothing shifts mass from common to rare words of the list; what the list holds together stays the same.
    smoothed = share**_SMOOTHING
    smoothed *= share.sum(axis=1, keepdims=True) / smoothed.sum(axis=1, keepdims=True)
    return np.log2(close / smoothed)


def _lemmas(vocabulary: pd.DataFrame) -> pd.Series:
    """The lemma of each term_id that is a word: not the pool, no stop word, at least three characters."""
    stop = set(vocabulary.loc[vocabulary["is_stopword"], "lemma"])
    rows = vocabulary[vocabulary["term_id"] != POOLED_TERM_ID]
    rows = rows[~rows["lemma"].isin(stop) & (rows["lemma"].str.len() >= 3)]
    return rows.set_index("term_id")["lemma"]


def _tokens(table: pd.DataFrame, lemma: pd.Series, placed: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    rows = table[table["doc_id"].isin(placed["doc_id"])]
    rows = rows.assign(lemma=rows["term_id"].map(lemma)).dropna(subset=["lemma"])
    return rows.groupby(keys, sort=True, observed=True)["token_count"].sum().reset_index()


def _draw_by_group(placed: pd.DataFrame, by: str, replicates: int, seed: int) -> tuple[np.ndarray, pd.Series]:
    """B x units draws within groups, and the unit of each doc_id (what an outlet has of one block in one group)."""
    import pandas as pd

    rng = np.random.default_rng(seed)
    keys = placed[by].astype(str) + "\x1f" + placed["stratum"].astype(str) + "\x1f" + placed["unit_id"].astype(str)
    names, unit = np.unique(keys.to_numpy(dtype=str), return_inverse=True)
    group = np.array([name.split("\x1f", 1)[0] for name in names])
    drawn = np.zeros((replicates, len(names)))
    for name in sorted(set(group.tolist())):
        members = np.flatnonzero(group == name)
        drawn[:, members] = rng.multinomial(len(members), np.full(len(members), 1 / len(members)), size=replicates)
    return drawn, pd.Series(unit, index=placed["doc_id"].to_numpy())


def _by_unit(table: pd.DataFrame, terms: list[str], unit: pd.Series, n_units: int) -> sparse.csr_matrix:
    from scipy import sparse

    rows = table[table["lemma"].isin(terms)]
    columns = np.searchsorted(np.array(terms), rows["lemma"].to_numpy(dtype=str))
    values = rows["token_count"].to_numpy(dtype=float)
    return sparse.csr_matrix((values, (unit[rows["doc_id"]].to_numpy(), columns)), (n_units, len(terms)))


def _totals(table: pd.DataFrame, members: pd.DataFrame, unit: pd.Series, n_units: int) -> np.ndarray:
    rows = table[table["doc_id"].isin(members["doc_id"])]
    return np.bincount(unit[rows["doc_id"]].to_numpy(), rows["token_count"], minlength=n_units)


def _documents_with(table: pd.DataFrame, terms: list[str]) -> np.ndarray:
    return table.groupby("lemma")["doc_id"].nunique().reindex(terms, fill_value=0).to_numpy()


def _pairs(found: Associations, before: str, after: str) -> list[tuple[str, int, int]]:
    groups = sorted(set(found.cells["group"]))
    for name in (before, after):
        if name not in groups:
            raise DiscourseError(f"meaning: no documents of {name!r}; there are: {', '.join(groups)}.")
    place = {(row.frame, row.group): i for i, row in enumerate(found.cells.itertuples(index=False))}
    return [(frame, place[frame, before], place[frame, after]) for frame in sorted(set(found.cells["frame"]))]


def _cosine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    norm = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return (a * b).sum(axis=1) / np.where(norm > 0, norm, 1.0)
