"""Period series and interrupted time series; invented counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.time.series import period_series

DOCUMENTS = pd.DataFrame(
    [
        ("d1", "post", "2023-06-02", 100),
        ("d2", "post", "2023-06-30", 300),
        ("d3", "post", "2023-08-05", 200),
        ("d4", "post", "2023-08", 400),
        ("d5", "post", "2023", 900),
        ("d6", "times", "2023-09-01", 500),
        ("d7", "times", None, 70),
    ],
    columns=["doc_id", "outlet_id", "published", "token_count"],
).assign(cluster_id=lambda f: f["doc_id"], cluster_position=1)
HITS = pd.DataFrame([("d1", "iron"), ("d1", "iron"), ("d3", "iron"), ("d5", "iron")], columns=["doc_id", "frame"])


def test_series_by_hand_with_every_month():
    got = period_series(DOCUMENTS, HITS)
    assert got.attrs["left_out_count"] == 2  # one dated to its year, one undated
    post = got[got["outlet_id"] == "post"].set_index("period")
    assert post.index.tolist() == ["2023-06", "2023-07", "2023-08", "2023-09"]
    assert post["hit_count"].tolist() == [2, 0, 1, 0]
    assert post["token_count"].tolist() == [400, 0, 600, 0]
    assert post["is_missing"].tolist() == [False, True, False, True]
    assert post.loc["2023-06", "rate_per_10000"] == 50
    assert np.isnan(post.loc["2023-07", "rate_per_10000"])
    assert (post.loc["2023-08", "period_start"], post.loc["2023-08", "period_end"]) == ("2023-08-01", "2023-09-01")
    times = got[got["outlet_id"] == "times"].set_index("period")
    assert times.loc["2023-09", "rate_per_10000"] == 0  # published without a hit: zero, not missing


def test_quarters_and_years():
    quarter = period_series(DOCUMENTS, HITS, period="quarter", by=[])
    assert quarter["period"].tolist() == ["2023Q2", "2023Q3"]
    assert quarter["hit_count"].tolist() == [2, 1]
    year = period_series(DOCUMENTS, HITS, period="year", by=[])
    assert (year["hit_count"].tolist(), year["token_count"].tolist()) == ([4], [2400])


def test_window_leaves_out_the_transition():
    got = period_series(DOCUMENTS, HITS, by=[], window=("2023-07-26", "2023-08-22")).set_index("period")
    assert got.loc["2023-08", "document_count"] == 0  # d3 lies inside; d4 (a month that touches it) is unclear
    assert got.loc["2023-06", "hit_count"] == 2
    with pytest.raises(DiscourseError, match="half-open"):
        period_series(DOCUMENTS, HITS, window=("2023-08-22", "2023-07-26"))


def test_series_does_not_depend_on_the_order_of_rows():
    mixed = period_series(DOCUMENTS.sample(frac=1, random_state=1), HITS.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(mixed, period_series(DOCUMENTS, HITS))
    assert period_series(DOCUMENTS.head(0), HITS).empty
