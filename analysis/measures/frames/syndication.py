"""Who reprints whom: syndication clusters as a matrix of outlets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.study.reserved import NO_ERA

if TYPE_CHECKING:
    import pandas as pd


def reprints(documents: pd.DataFrame) -> pd.DataFrame:
    """One row per origin outlet, reprinting outlet and era: reprint_count and mean shared_token_share.

    A reprint is a document in a cluster that is not the cluster's origin; its era is its own, `NO_ERA` if it has none. An
    outlet that prints its own story twice is a row with both names equal. shared_token_share runs from 0 to 1, higher
    means closer to the origin's text. Sorted by reprint_count, then by names. No clusters, no rows.
    """
    origins = documents.loc[documents["is_cluster_origin"].astype(bool), ["cluster_id", "outlet_id"]]
    copies = documents[~documents["is_cluster_origin"].astype(bool)]
    pairs = copies.merge(origins.rename(columns={"outlet_id": "origin_outlet_id"}), on="cluster_id", validate="m:1")
    pairs = pairs.assign(era_id=pairs["era_id"].fillna(NO_ERA))
    table = pairs.groupby(["origin_outlet_id", "outlet_id", "era_id"], as_index=False).agg(
        reprint_count=("doc_id", "size"), shared_token_share=("shared_token_share", "mean")
    )
    keys = ["reprint_count", "origin_outlet_id", "outlet_id", "era_id"]
    return table.sort_values(keys, ascending=[False, True, True, True], ignore_index=True)


def dependence_on_reprints(documents: pd.DataFrame) -> pd.DataFrame:
    """One row per outlet: document_count, reprint_count (its documents whose origin is another outlet), reprinted_count
    (documents of others whose origin is here) and reprint_share (0 to 1; higher means more of it comes from elsewhere).
    """
    pairs = reprints(documents)
    foreign = pairs[pairs["origin_outlet_id"] != pairs["outlet_id"]]
    table = documents.groupby("outlet_id").size().rename("document_count").to_frame()
    table["reprint_count"] = foreign.groupby("outlet_id")["reprint_count"].sum().reindex(table.index, fill_value=0)
    given = foreign.groupby("origin_outlet_id")["reprint_count"].sum()
    table["reprinted_count"] = given.reindex(table.index, fill_value=0)
    table["reprint_share"] = table["reprint_count"] / table["document_count"]
    return table.reset_index()
