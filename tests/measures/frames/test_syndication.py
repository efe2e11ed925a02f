"""Reprints counted by hand on two clusters and a lone document."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.measures.frames import syndication
from analysis.study.reserved import NO_ERA


@pytest.fixture
def documents():
    rows = [
        # doc, outlet, era, cluster, origin, shared
        ("x1", "xinhua", "old", "c1", True, 1.0),
        ("k1", "khmer_times", "old", "c1", False, 0.9),
        ("p1", "post", "new", "c1", False, 0.5),
        ("x2", "xinhua", "new", "c2", True, 1.0),
        ("k2", "khmer_times", None, "c2", False, 0.7),
        ("x3", "xinhua", "new", "c2", False, 1.0),
        ("p2", "post", "new", "c3", True, 0.0),
    ]
    columns = ["doc_id", "outlet_id", "era_id", "cluster_id", "is_cluster_origin", "shared_token_share"]
    return pd.DataFrame(rows, columns=columns)


def test_one_row_per_pair_of_outlets_and_era(documents):
    table = syndication.reprints(documents)
    assert table[["origin_outlet_id", "outlet_id", "era_id", "reprint_count"]].to_numpy().tolist() == [
        ["xinhua", "khmer_times", NO_ERA, 1],
        ["xinhua", "khmer_times", "old", 1],
        ["xinhua", "post", "new", 1],
        ["xinhua", "xinhua", "new", 1],
    ]
    assert table["reprint_count"].sum() == (~documents["is_cluster_origin"]).sum()


def test_dependence_leaves_an_outlets_own_repeats_out(documents):
    table = syndication.dependence_on_reprints(documents).set_index("outlet_id")
    assert table.loc["khmer_times"].tolist() == [2, 2, 0, 1.0]
    assert table.loc["post"].tolist() == [2, 1, 0, 0.5]
    assert table.loc["xinhua"].tolist() == [3, 0, 3, 0.0]


def test_no_clusters_no_rows(documents):
    lone = documents[documents["cluster_id"] == "c3"]
    assert syndication.reprints(lone).empty
    assert syndication.dependence_on_reprints(lone)["reprint_share"].tolist() == [0.0]
