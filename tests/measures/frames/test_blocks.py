"""Blocks of two eras from a tally: order, empty weeks, a week that straddles the border."""

from __future__ import annotations

import pandas as pd

from analysis.measures.frames.blocks import along_time, era_blocks
from analysis.measures.frames.tally import tally

DOCUMENTS = pd.DataFrame(
    [
        ("d1", "post", "before", 100, "2023-08-08"),
        ("d2", "times", "before", 200, "2023-08-21"),
        ("d3", "post", "after", 300, "2023-08-22"),
        ("d4", "post", "after", 50, "2023-09-12"),
    ],
    columns=["doc_id", "outlet_id", "era_id", "token_count", "published"],
).assign(cluster_id=["c1", "c2", "c3", "c4"])
HITS = pd.DataFrame({"doc_id": ["d1", "d3", "d3", "d2"], "frame": "iron"})


def test_blocks_stand_in_order_of_time_and_a_straddling_week_twice():
    counted = tally(DOCUMENTS, HITS, by=["outlet_id", "era_id"], unit="week")
    cells = counted.cells
    place = {(row.outlet_id, row.era_id): i for i, row in enumerate(cells.itertuples())}
    pairs = [(place[outlet, "after"], place[outlet, "before"]) for outlet in ("post", "times")]
    blocks = era_blocks(counted, pairs, "week")
    # weeks from 7, 14 (empty), 21 (before), 21 (after), 28 (empty) August, 4 (empty) and 11 September
    assert blocks.after.tolist() == [False, False, False, True, True, True, True]
    assert blocks.n.tolist() == [[100, 0], [0, 0], [0, 200], [300, 0], [0, 0], [0, 0], [50, 0]]
    assert blocks.x[:, :, 0].tolist() == [[1, 0], [0, 0], [0, 1], [2, 0], [0, 0], [0, 0], [0, 0]]
    assert blocks.sides == (2, 2)


def test_eras_follow_each_other_and_outlets_do_not():
    counted = tally(DOCUMENTS.iloc[[0, 2, 3]], HITS, by=["era_id"], unit="week")
    assert along_time(counted, "era_id", "week") and not along_time(counted, "era_id", "cluster")
    again = DOCUMENTS.assign(doc_id=["e1", "e2", "e3", "e4"], outlet_id="daily")
    both = pd.concat([DOCUMENTS, again], ignore_index=True)
    assert not along_time(tally(both, HITS, by=["outlet_id"], unit="week"), "outlet_id", "week")
