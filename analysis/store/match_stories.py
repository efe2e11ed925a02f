"""Finding, across two stores, the documents that carry one story, from their hashes alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

SKETCH_SIZE = 16
MIN_SHARED = 8


def rejoin(first: pd.DataFrame, second: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """(documents of both with common clusters, how many clusters were joined).

    Two documents are one story when their content hashes are equal, or when at least half of the 16 smallest hashes of
    their union are in both sketches (bottom-k estimate of Jaccard similarity 0.5; Broder 1997). In joined clusters the
    order of appearance and the origin are found anew; `shared_token_share` is 1 for equal texts, else that estimate
    against the new origin (the true share needs the texts). Clusters that no one joins stay as they were.
    """
    import pandas as pd

    both = pd.concat([first, second], ignore_index=True)
    parent = {c: c for c in both["cluster_id"]}
    pairs = [*_equal(first, second), *_similar(first, second)]
    for a, b in pairs:
        roots = sorted((_root(parent, a), _root(parent, b)))
        parent[roots[1]] = roots[0]
    root = both["cluster_id"].map(lambda c: _root(parent, c))
    members = both["cluster_id"].groupby(root).transform("nunique")
    changed = root[members > 1]
    both["cluster_id"] = root
    for _, rows in both.loc[changed.index].groupby("cluster_id"):
        _order(both, rows)
    return both, int(changed.nunique())


def _root(parent: dict[str, str], name: str) -> str:
    while parent[name] != name:
        parent[name] = parent[parent[name]]
        name = parent[name]
    return name


def _equal(first: pd.DataFrame, second: pd.DataFrame) -> list[tuple[str, str]]:
    """Pairs of cluster ids whose documents have equal content hashes; documents without tokens do not count."""
    columns = ["content_hash", "cluster_id"]
    pairs = first.loc[first["token_count"] > 0, columns].merge(
        second.loc[second["token_count"] > 0, columns], on="content_hash"
    )
    return list(pairs[["cluster_id_x", "cluster_id_y"]].drop_duplicates().itertuples(index=False, name=None))


def _similar(first: pd.DataFrame, second: pd.DataFrame) -> list[tuple[str, str]]:
    """Pairs of cluster ids with documents whose sketches agree."""
    import pandas as pd

    long = []
    for table in (first, second):
        known = table[table["sketch"].notna()]
        long.append(
            pd.DataFrame(
                {
                    "position": np.repeat(np.arange(len(known)), SKETCH_SIZE),
                    "value": [s for text in known["sketch"] for s in split(text)],
                }
            )
        )
    candidates = long[0].merge(long[1], on="value").groupby(["position_x", "position_y"]).size()
    sketches = [t.loc[t["sketch"].notna(), ["sketch", "cluster_id"]].to_numpy() for t in (first, second)]
    found = []
    for a, b in candidates[candidates >= MIN_SHARED].index:
        (one, c), (two, d) = sketches[0][a], sketches[1][b]
        if agreement(one, two) >= MIN_SHARED / SKETCH_SIZE:
            found.append((c, d))
    return found


def split(sketch: str) -> list[str]:
    """A sketch's 16 hashes as text."""
    size = len(sketch) // SKETCH_SIZE
    return [sketch[i * size : (i + 1) * size] for i in range(SKETCH_SIZE)]


def agreement(one: str, two: str) -> float:
    """Bottom-k estimate of the Jaccard similarity of two shingle sets from their sketches, 0 to 1."""
    a, b = set(split(one)), set(split(two))
    smallest = sorted(a | b)[:SKETCH_SIZE]
    return sum(value in a and value in b for value in smallest) / len(smallest)


def _order(both: pd.DataFrame, rows: pd.DataFrame) -> None:
    """Write size, order, origin and shares of one joined cluster: earlier dates first, then former origins, then ids."""
    dated = rows.assign(when=rows["published"].fillna("9999"), later=~rows["is_cluster_origin"])
    ordered = dated.sort_values(["when", "later", "doc_id"]).index
    origin = both.loc[ordered[0]]
    both.loc[ordered, "cluster_size"] = len(ordered)
    both.loc[ordered, "cluster_position"] = np.arange(1, len(ordered) + 1, dtype=np.int32)
    both.loc[ordered, "is_cluster_origin"] = [True] + [False] * (len(ordered) - 1)
    shares = []
    for i in ordered:
        row = both.loc[i]
        if i == ordered[0] or row["content_hash"] == origin["content_hash"]:
            shares.append(1.0)
        elif isinstance(row["sketch"], str) and isinstance(origin["sketch"], str):
            shares.append(agreement(row["sketch"], origin["sketch"]))
        else:
            shares.append(0.0)
    both.loc[ordered, "shared_token_share"] = shares
