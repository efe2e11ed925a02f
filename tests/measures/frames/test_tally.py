"""Counts per unit, cell and series."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.frames.rates import rates
from analysis.measures.frames.tally import once_per_cluster, tally, unit_of, whole_calendar
from analysis.measures.inference.resampling import Sampling

SMALL = Sampling(replicates=200, min_units=2)


def documents(rows) -> pd.DataFrame:
    """Rows of (doc_id, outlet, era, tokens, cluster)."""
    frame = pd.DataFrame(rows, columns=["doc_id", "outlet_id", "era_id", "token_count", "cluster_id"])
    return frame.assign(
        published=np.where(frame["era_id"] == "after", "2024-02-03", "2019-05-06"),
        cluster_position=frame.groupby("cluster_id").cumcount() + 1,
        title_token_count=8,
        lead_token_count=20,
        quoted_token_count=30,
        reported_token_count=10,
    )


def hits(rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["doc_id", "frame", "voice", "zone"])


DOCUMENTS = documents(
    [
        ("d1", "post", "before", 1000, "c1"),
        ("d2", "post", "before", 3000, "c2"),
        ("d3", "post", "after", 500, "c3"),
        ("d4", "post", "after", 1500, "c4"),
        ("d5", "times", "before", 2000, "c2"),
        ("d6", "times", None, 700, "c6"),
    ]
)


HITS = hits(
    [
        ("d1", "iron", "own", "body"),
        ("d1", "iron", "quoted", "title"),
        ("d2", "iron", "own", "body"),
        ("d3", "iron", "own", "body"),
        ("d2", "hedge", "reported", "body"),
        ("d5", "iron", "own", "lead"),
        ("d6", "iron", "own", "body"),
        ("gone", "iron", "own", "body"),
    ]
)


def planted(n=60, ratio=2.0, seed=0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two outlets, two eras, one frame whose rate grows `ratio`-fold in `post` only."""
    rng = np.random.default_rng(seed)
    cells = [(o, e) for o in ("post", "times") for e in ("before", "after")]
    docs = documents(
        [(f"{o}{e}{i:03}", o, e, int(rng.integers(300, 900)), f"{o}{e}{i // 2:03}") for o, e in cells for i in range(n)]
    )
    grown = (docs["outlet_id"] == "post") & (docs["era_id"] == "after")
    counts = rng.poisson(docs["token_count"] * 0.006 * np.where(grown, ratio, 1.0))
    return docs, hits(
        [(d, "iron", "own", "body") for d, c in zip(docs["doc_id"], counts, strict=True) for _ in range(c)]
    )


def test_units():
    assert unit_of(DOCUMENTS, "outlet_month").tolist()[:3] == ["post|2019-05", "post|2019-05", "post|2024-02"]
    with pytest.raises(DiscourseError, match=r"there are 2 outlets.*week"):
        rates(DOCUMENTS, HITS, sampling=Sampling(unit="outlet"))
    with pytest.raises(DiscourseError, match="Did you mean 'cluster'"):
        rates(DOCUMENTS, HITS, sampling=Sampling(unit="clusters"))
    with pytest.raises(DiscourseError, match="column of the documents"):
        rates(DOCUMENTS, HITS, by=["outlet"], sampling=SMALL)


def test_each_story_once():
    got = rates(DOCUMENTS, HITS, by=["era_id"], counting="cluster_once", sampling=SMALL).set_index(["era_id", "frame"])
    one = got.loc[("before", "iron")]
    assert (one["hit_count"], one["token_count"], one["document_count"]) == (3, 4000, 2)
    assert once_per_cluster(DOCUMENTS)["doc_id"].tolist() == ["d1", "d2", "d3", "d4", "d6"]


def test_documents_and_levels_named_twice_are_refused():
    docs, found = planted(n=10)
    with pytest.raises(DiscourseError, match="stands twice; keep one row per document"):
        rates(pd.concat([docs, docs.head(1)]), found, by=[])
    twice = pd.DataFrame({"frame": ["ironclad", "ironclad"]})
    with pytest.raises(DiscourseError, match="a series of frame is named twice"):
        rates(docs, found, by=[], levels=twice)
    with pytest.raises(DiscourseError, match="column of the levels"):
        rates(docs, found, by=[], levels=pd.DataFrame({"frames": ["ironclad"]}))


def test_blocks_of_time_hold_all_outlets_and_sort_in_order():
    dates = ["2023-08-20", "2023-08-21", "2023-08-27", "2023-08", "2023", None, "2024-01-01"]
    frame = pd.DataFrame({"published": dates})
    weeks = unit_of(frame, "week").tolist()
    assert weeks == ["2023-08-14", "2023-08-21", "2023-08-21", "2023-08", "2023", "undated", "2024-01-01"]
    assert unit_of(frame, "month").tolist() == ["2023-08"] * 4 + ["2023", "undated", "2024-01"]
    assert unit_of(frame, "year").tolist() == ["2023"] * 5 + ["undated", "2024"]


def test_the_calendar_has_the_weeks_in_which_nothing_was_published():
    weeks = ["2023", "2023-08-07", "2023-08-14", "2023-08-21"]
    assert whole_calendar(["2023-08-21", "2023-08-07", "2023"], "week") == weeks
    assert whole_calendar(["2023-11", "2024-02"], "month") == ["2023-11", "2023-12", "2024-01", "2024-02"]
    assert whole_calendar(["2001", "1999"], "year") == ["1999", "2000", "2001"]
    assert whole_calendar(["c2", "c1"], "cluster") == ["c1", "c2"]


def test_weeks_are_drawn_within_eras_and_over_all_outlets():
    dates = ["2019-05-06", "2019-05-07", "2024-02-01", "2024-02-09", "2019-05-16", "2024-02-09"]
    docs = DOCUMENTS.assign(published=dates, outlet_id=["post", "times", "post", "times", "post", "post"])
    docs = pd.concat(
        [docs, docs.assign(doc_id=docs["doc_id"] + "x", outlet_id=docs["outlet_id"].iloc[::-1].to_numpy())]
    )
    docs = docs.reset_index(drop=True)
    counted = tally(docs, HITS, by=["outlet_id", "era_id"], unit="week")
    assert counted.units.unit_ids.tolist() == ["2019-05-06", "2019-05-13", "2024-01-29", "2024-02-05"]
    before, _, after, _ = counted.units.strata
    assert counted.units.strata.tolist() == [before, before, after, after] and before != after
    assert set(tally(docs, HITS, by=["outlet_id"], unit="week").units.strata) == {0}


def test_a_border_in_one_block_of_ten_is_still_in_time_and_in_two_it_is_not():
    from analysis.measures.frames.tally import parts_time

    def blocks(straddling: int) -> np.ndarray:
        table = np.zeros((20, 2))
        table[:10, 0], table[10:, 1] = 5, 5
        table[9 : 9 + straddling, 0], table[9 : 9 + straddling, 1] = 3, 3
        return table

    assert parts_time(blocks(0)) and parts_time(blocks(1)) and parts_time(blocks(2))  # a tenth of 20 blocks
    assert not parts_time(blocks(3))
    assert parts_time(blocks(1)[8:12])  # one is borne, however few blocks there are
    assert not parts_time(blocks(0)[:1]) and not parts_time(np.ones((9, 1)))
    assert parts_time(blocks(0)[9:11])  # two blocks, one of each


def test_twice_as_many_changes_as_values_are_borne():
    from analysis.measures.frames.tally import parts_time

    def alternating(changes: int) -> np.ndarray:
        table = np.zeros((30, 2))
        sides = [min(i, changes) % 2 for i in range(30)]
        table[np.arange(30), sides] = 1
        return table

    assert parts_time(alternating(4)) and not parts_time(alternating(5))


def test_six_outlets_can_be_drawn_and_five_cannot():
    six = pd.DataFrame({"outlet_id": list("abcdef"), "doc_id": list("uvwxyz")})
    assert unit_of(six, "outlet").tolist() == list("abcdef")
    with pytest.raises(DiscourseError, match=r"there are 5 outlets.*at least 6"):
        unit_of(six.head(5), "outlet_id")
    assert unit_of(six.head(0), "outlet").empty
    with pytest.raises(DiscourseError, match="1 documents have none"):
        unit_of(six.assign(group=["x"] * 5 + [None]), "group")
