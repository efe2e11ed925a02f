"""Which codebook entries carry a frame, so that one phrase cannot carry a category unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.errors import DiscourseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


def carriers(documents: pd.DataFrame, hits: pd.DataFrame, *, by: Sequence[str] = ()) -> pd.DataFrame:
    """One row per group of `by`, frame and entry that was found: how much of the frame rests on this entry.

    documents, hits: store tables; hits of documents not given are left out. Columns: those of `by`, frame, category,
    entry, hit_count, document_count, cluster_count, frame_hit_count, hit_share (of the frame's hits in the group, 0 to
    1), rank (1 is the entry with most hits; ties by name). Sorted by group, frame and rank. No hits, no rows. Raises
    `DiscourseError` for a column that the documents do not have.
    """
    by = list(by)
    for column in by:
        if column not in documents.columns:
            raise DiscourseError(
                f"by: the documents have no column {column!r}; they have {', '.join(documents.columns)}."
            )
    kept = hits.merge(documents[["doc_id", "cluster_id", *by]], on="doc_id").dropna(subset=by)
    keys = [*by, "frame"]
    table = kept.groupby([*keys, "category", "entry"], as_index=False).agg(
        hit_count=("doc_id", "size"), document_count=("doc_id", "nunique"), cluster_count=("cluster_id", "nunique")
    )
    table["frame_hit_count"] = table.groupby(keys)["hit_count"].transform("sum")
    table["hit_share"] = table["hit_count"] / table["frame_hit_count"]
    table = table.sort_values([*keys, "hit_count", "entry"], ascending=[True] * len(keys) + [False, True])
    table["rank"] = table.groupby(keys).cumcount() + 1
    return table.reset_index(drop=True)


def concentration(table: pd.DataFrame) -> pd.DataFrame:
    """One row per group and frame of a `carriers` table: entry_count, largest entry, its share, and effective_count.

    effective_count is the inverse of Simpson's index, 1 / sum of squared shares: between 1 (one entry carries all) and
    the number of entries (all alike). Higher means a broader frame (Simpson 1949; Hill 1973, order 2).
    """
    keys = list(table.columns[: table.columns.get_loc("frame") + 1])
    grouped = table.assign(square=table["hit_share"] ** 2).groupby(keys)
    first = table[table["rank"] == 1].set_index(keys)
    found = grouped.agg(entry_count=("entry", "size"), hit_count=("hit_count", "sum"), simpson=("square", "sum"))
    found["largest_entry"] = first["entry"]
    found["largest_share"] = first["hit_share"]
    found["effective_count"] = 1 / found.pop("simpson")
    return found.reset_index()


def without_largest(hits: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """The hits without those of each frame's largest entry (over all groups of a `carriers` table).

    Rates of what is left show whether a result rests on one phrase alone.
    """
    totals = table.groupby(["frame", "entry"], as_index=False)["hit_count"].sum()
    totals = totals.sort_values(["frame", "hit_count", "entry"], ascending=[True, False, True])
    largest = totals.drop_duplicates("frame").set_index("frame")["entry"]
    return hits[hits["entry"] != hits["frame"].map(largest)]
