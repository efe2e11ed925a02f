"""Finding, across two stores, the documents that carry one story: from what both publish, or from keyed sketches.

The public way compares bags of words, so it tells reprints from other reports of the same event less surely than the order
of words would; the keyed way compares runs of words, for those who share a secret key (`analysis.store.sketches`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from analysis.store.contracts import POOLED_TERM_ID

if TYPE_CHECKING:
    import pandas as pd
    from scipy import sparse

ALIKE = 0.6
DAYS = 14
MIN_WORDS = 20
_AT_ONCE = 2_000


def rejoin(first: pd.DataFrame, second: pd.DataFrame, pairs: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """(documents of both with common clusters, how many clusters were joined).

    pairs: `first_id`, `second_id` (doc_ids of one story) and `share`, how much of it is the same, 0 to 1. In joined
    clusters the order of appearance and the origin are found anew; `shared_token_share` is then the share of the pair that
    joined the document to its new origin, else of the joined pairs' smallest (the true share needs the texts), in tenths.
    Clusters that no one joins stay as they were.
    """
    import pandas as pd

    both = pd.concat([first, second], ignore_index=True)
    cluster_of = dict(zip(both["doc_id"], both["cluster_id"], strict=True))
    parent = {c: c for c in both["cluster_id"]}
    for a, b in zip(pairs["first_id"], pairs["second_id"], strict=True):
        roots = sorted((_root(parent, cluster_of[a]), _root(parent, cluster_of[b])))
        parent[roots[1]] = roots[0]
    root = both["cluster_id"].map(lambda c: _root(parent, c))
    members = both["cluster_id"].groupby(root).transform("nunique")
    changed = root[members > 1]
    both["cluster_id"] = root
    known = {frozenset((a, b)): s for a, b, s in pairs[["first_id", "second_id", "share"]].itertuples(index=False)}
    for _, rows in both.loc[changed.index].groupby("cluster_id"):
        _order(both, rows, known)
    return both, int(changed.nunique())


def public_pairs(
    documents: tuple[pd.DataFrame, pd.DataFrame],
    counts: tuple[pd.DataFrame, pd.DataFrame],
    stopwords: set[int],
    *,
    alike: float = ALIKE,
    days: int = DAYS,
) -> pd.DataFrame:
    """Pairs of documents that carry one story by their published counts: columns first_id, second_id, share.

    counts: with term ids of a common vocabulary (`join`); the pool is left out, and so are `stopwords`. share is the
    weighted Jaccard index of the counts of content words, sum of minima over sum of maxima (Ruzicka 1958), 0 to 1; a
    pair needs `alike`, at least `MIN_WORDS` content words on either side, and, where both days are known, at most `days`
    between them. Equal counts have 1. Documents whose counts are pooled whole (small ones) are in no pair. Of a document's
    several partners the most alike is kept, the earlier one on a tie.
    """
    import pandas as pd

    sides = [_matrix(d, c, stopwords) for d, c in zip(documents, counts, strict=True)]
    width = max(matrix.shape[1] for _, matrix in sides)
    (rows, one), (columns, two) = [(d, _wider(m, width)) for d, m in sides]
    when = [_day_numbers(d) for d in (rows, columns)]
    found = []
    for start in range(0, len(rows), _AT_ONCE):
        stop = min(start + _AT_ONCE, len(rows))
        for i, j, share in _alike(one[start:stop], two, alike):
            apart = abs(when[0][start + i] - when[1][j])
            if not apart > days:  # an unknown day is not too far
                found.append((share, rows["doc_id"].iloc[start + i], columns["doc_id"].iloc[j]))
    table = pd.DataFrame(found, columns=["share", "first_id", "second_id"])
    table = table.sort_values(["share", "first_id", "second_id"], ascending=[False, True, True], kind="stable")
    table = table.drop_duplicates("first_id").drop_duplicates("second_id")
    return table[["first_id", "second_id", "share"]].reset_index(drop=True)


def _matrix(
    documents: pd.DataFrame, counts: pd.DataFrame, stopwords: set[int]
) -> tuple[pd.DataFrame, sparse.csr_matrix]:
    """Documents with enough content words, and their counts as a matrix, rows alike."""
    import pandas as pd
    from scipy import sparse

    kept = counts[~counts["term_id"].isin({POOLED_TERM_ID, *stopwords})]
    place = pd.Index(documents["doc_id"]).get_indexer(kept["doc_id"])
    inside = place >= 0
    term = kept["term_id"].to_numpy()[inside]
    shape = (len(documents), int(term.max(initial=0)) + 1)
    values = kept["token_count"].to_numpy(dtype=np.float64)[inside]
    matrix = sparse.csr_matrix((values, (place[inside], term)), shape=shape)
    enough = np.asarray(matrix.sum(axis=1)).ravel() >= MIN_WORDS
    return documents[enough].reset_index(drop=True), matrix[np.flatnonzero(enough)]


def _wider(matrix: sparse.csr_matrix, width: int) -> sparse.csr_matrix:
    from scipy import sparse

    return sparse.csr_matrix((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], width))


def _day_numbers(documents: pd.DataFrame) -> np.ndarray:
    """Days since 1970 as floats; NaN where no day is known."""
    import pandas as pd

    known = documents["published"].where(documents["date_precision"] == "day")
    days = pd.to_datetime(known, errors="coerce", format="%Y-%m-%d").to_numpy(dtype="datetime64[D]")
    return np.where(np.isnat(days), np.nan, days.astype(np.int64).astype(np.float64))


def _alike(one: sparse.csr_matrix, two: sparse.csr_matrix, alike: float) -> Iterator[tuple[int, int, float]]:
    """Pairs of rows with a weighted Jaccard index of at least `alike`.

    The sum of products of 0/1 rows bounds the words two rows can share, so only rows with enough common words are compared.
    """
    sums = [np.asarray(m.sum(axis=1)).ravel() for m in (one, two)]
    there = [m.astype(bool).astype(np.float64) for m in (one, two)]
    types = [np.diff(m.indptr) for m in (one, two)]
    common = (there[0] @ there[1].T).tocoo()
    # Sharing `alike` of the tokens needs about that share of the types: a third of the larger side is a safe bound.
    near = common.data >= alike / 2 * np.maximum(types[0][common.row], types[1][common.col])
    for i, j in zip(common.row[near].tolist(), common.col[near].tolist(), strict=True):
        least = one[i].minimum(two[j]).sum()
        share = float(least / (sums[0][i] + sums[1][j] - least))
        if share >= alike:
            yield i, j, share


def _root(parent: dict[str, str], name: str) -> str:
    while parent[name] != name:
        parent[name] = parent[parent[name]]
        name = parent[name]
    return name


def _order(both: pd.DataFrame, rows: pd.DataFrame, known: dict[frozenset[str], float]) -> None:
    """Write size, order, origin and shares of one joined cluster: earlier dates first, then former origins, then ids."""
    dated = rows.assign(when=rows["published"].fillna("9999"), later=~rows["is_cluster_origin"])
    ordered = dated.sort_values(["when", "later", "doc_id"]).index
    ids = both.loc[ordered, "doc_id"].tolist()
    both.loc[ordered, "cluster_size"] = len(ordered)
    both.loc[ordered, "cluster_position"] = np.arange(1, len(ordered) + 1, dtype=np.int32)
    both.loc[ordered, "is_cluster_origin"] = [True] + [False] * (len(ordered) - 1)
    here = [s for pair, s in known.items() if pair <= set(ids)]
    shares = [1.0] + [known.get(frozenset((ids[0], other)), min(here, default=0.0)) for other in ids[1:]]
    both.loc[ordered, "shared_token_share"] = np.round(shares, 1)
