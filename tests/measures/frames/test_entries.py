"""Carriers of a frame, counted by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.measures.frames import entries
from analysis.store import DiscourseError

DOCUMENTS = pd.DataFrame(
    {"doc_id": ["a", "b", "c", "d"], "cluster_id": ["1", "1", "2", "3"], "era_id": ["old", "old", "new", None]}
)
HITS = pd.DataFrame(
    [
        ("a", "iron", "friends", "ironclad"),
        ("a", "iron", "friends", "ironclad"),
        ("b", "iron", "friends", "ironclad"),
        ("b", "iron", "future", "shared"),
        ("c", "iron", "future", "shared"),
        ("c", "hedge", "sides", "take"),
        ("d", "hedge", "sides", "take"),
        ("x", "hedge", "sides", "take"),
    ],
    columns=["doc_id", "frame", "category", "entry"],
)


def test_shares_of_each_entry_within_its_frame():
    table = entries.carriers(DOCUMENTS, HITS)
    rows = table[["frame", "entry", "hit_count", "document_count", "cluster_count", "hit_share", "rank"]]
    assert rows.to_numpy().tolist() == [
        ["hedge", "take", 2, 2, 2, 1.0, 1],
        ["iron", "ironclad", 3, 2, 1, 3 / 5, 1],
        ["iron", "shared", 2, 2, 2, 2 / 5, 2],
    ]


def test_groups_have_their_own_shares_and_leave_documents_without_group_out():
    table = entries.carriers(DOCUMENTS, HITS, by=["era_id"])
    assert table[["era_id", "entry", "hit_share"]].to_numpy().tolist() == [
        ["new", "take", 1.0],
        ["new", "shared", 1.0],
        ["old", "ironclad", 3 / 4],
        ["old", "shared", 1 / 4],
    ]
    assert table.groupby(["era_id", "frame"])["hit_share"].sum().eq(1).all()


def test_concentration_runs_from_one_to_the_number_of_entries():
    table = entries.concentration(entries.carriers(DOCUMENTS, HITS)).set_index("frame")
    assert table.loc["hedge", ["entry_count", "effective_count"]].tolist() == [1, 1.0]
    assert table.loc["iron", "effective_count"] == pytest.approx(25 / 13)
    assert table.loc["iron", ["largest_entry", "largest_share"]].tolist() == ["ironclad", 3 / 5]


def test_without_the_largest_entry_others_stay():
    table = entries.carriers(DOCUMENTS, HITS)
    assert entries.without_largest(HITS, table)["entry"].tolist() == ["shared", "shared"]


def test_unknown_column_and_no_hits():
    with pytest.raises(DiscourseError, match="no column 'era'"):
        entries.carriers(DOCUMENTS, HITS, by=["era"])
    assert entries.carriers(DOCUMENTS, HITS.iloc[:0]).empty
