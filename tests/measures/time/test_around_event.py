"""Rows of an event study from a store's tables, and what is drawn of them: sides, bins, controls, too few."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError, NothingFound
from analysis.measures.time.around_event import around_event, bin_names, event_panel, placebo_events, placebos_in_words

DAY = "2010-06-15"


def texts(rows: list[tuple[str, str, int]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Documents of 1,000 tokens and their hits of the frame flood: (outlet, date, hits)."""
    documents = pd.DataFrame(
        [
            {"doc_id": str(n), "outlet_id": o, "published": d, "token_count": 1000, "cluster_id": str(n)}
            for n, (o, d, _) in enumerate(rows)
        ]
    )
    hits = [
        {"doc_id": str(n), "frame": "flood", "voice": "own"} for n, (*_, count) in enumerate(rows) for _ in range(count)
    ]
    return documents, pd.DataFrame(hits, columns=["doc_id", "frame", "voice"])


def planted(seed: int, *, flood: float = 1.0, drought: float = 1.0, odd: float = 1.0) -> pd.DataFrame:
    """Ten outlets, five steps before and three after; what each frame is multiplied by after, and odd outlets beside."""
    rng = np.random.default_rng(seed)
    rows = []
    for outlet in range(10):
        own = np.exp(rng.normal(0, 0.6))
        for away in range(-5, 3):
            season = 1 + 0.5 * (away % 2)
            for frame, ratio in (("flood", flood), ("drought", drought)):
                change = (ratio * (odd if outlet % 2 else 1)) if away >= 0 else 1
                rows.append((f"o{outlet}", frame, away, 9, rng.poisson(40 * own * season * change), 20_000))
    columns = ["outlet_id", "frame", "away", "document_count", "hit_count", "token_count"]
    return pd.DataFrame(rows, columns=columns)


def moody(shared: dict[int, float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ten outlets from 1994 to 2011, two documents a year; shared: what all of them say more of in a year."""
    rng = np.random.default_rng(5)
    return texts(
        [
            (f"o{outlet}", f"{year}-09-{day}", int(rng.poisson(6 * shared.get(year, 1))))
            for outlet in range(10)
            for year in range(1994, 2012)
            for day in (10, 20)
        ]
    )


def test_dates_when_nothing_happened_have_the_length_of_the_event_and_are_counted():
    """What all outlets share in two years passes for a change at the event, and at an earlier date as well."""
    documents, hits = moody({2010: 2, 2011: 2, 2002: 2.5, 2003: 2.5})
    found = placebo_events(documents, hits, ["flood"], DAY, bins=[-4, -2, 0], min_outlets=6)
    assert found["day"].tolist() == [f"{year}-06-15" for year in (2008, 2006, 2004, 2002, 2000, 1998)]
    assert found["tested_count"].tolist() == [1] * 6
    assert found.loc[found["day"] == "2002-06-15", ["found_count", "frames_found"]].to_numpy().tolist() == [
        [1, "flood"]
    ]
    assert found["found_count"].sum() == 2  # and the return from it
    assert placebos_in_words(found) == (
        "At 6 earlier dates when nothing happened (1998-06-15 to 2008-06-15), 2 have a frame with an adjusted p under 0.05"
    )
    short = documents[documents["published"] > "2008"]
    assert placebo_events(short, hits, ["flood"], DAY, bins=[-4, -2, 0]).empty
    assert placebos_in_words(found.head(0)) == "No earlier date leaves as much before and after it"


def test_a_date_too_thin_for_the_controls_is_left_out_and_the_others_stand():
    documents, hits = moody({2010: 2})
    young = documents["published"] >= "2005"  # the outlet of comparison begins then
    outlet = sorted(documents["outlet_id"])[0]
    documents = documents[young | (documents["outlet_id"] != outlet)]
    asked = {"bins": [-4, -2, 0], "control_outlet_ids": [outlet]}
    found = placebo_events(documents, hits, ["flood"], DAY, **asked)
    assert 0 < len(found) < 6 and found["day"].min() > "2003"


def test_documents_of_the_step_that_holds_the_event_stand_on_their_own_side():
    documents, hits = texts(
        [
            ("a", "2009-03-01", 1),
            ("a", "2010-06-14", 2),
            ("a", "2010-06-15", 3),
            ("a", "2011-01-01", 4),
            ("a", "2010", 5),
        ]
    )
    panel = event_panel(documents, hits, DAY)
    assert panel[["away", "document_count", "hit_count", "token_count"]].to_numpy().tolist() == [
        [-1, 2, 3, 2000],  # 2009, and what of 2010 came before
        [0, 1, 3, 1000],
        [1, 1, 4, 1000],
    ]
    assert panel.attrs == {"left_out_count": 1, "step": "year"}  # "2010" stands on neither side
    months = event_panel(documents, hits, DAY, step="month", window=("2010-06-10", DAY))
    assert months[["away", "hit_count"]].to_numpy().tolist() == [[-15, 1], [0, 3], [7, 4]]


def test_a_document_without_a_hit_is_exposure():
    documents, hits = texts([("a", "2009-03-01", 1), ("a", "2009-04-01", 0), ("b", "2009-05-01", 0)])
    panel = event_panel(documents, hits, DAY)
    assert panel[["outlet_id", "hit_count", "token_count"]].to_numpy().tolist() == [["a", 1, 2000], ["b", 0, 1000]]


def test_a_change_that_was_planted_is_found_and_one_frame_is_set_against_the_other():
    table = around_event(planted(1, flood=2.0, drought=2.0), ["flood", "drought"], bins=[-4, -2, 0])
    alone = table.set_index(["frame", "start"])
    assert (alone.loc[[("flood", 0), ("drought", 0)], "low"] > 1.3).all()
    assert (alone.loc[[("flood", 0), ("drought", 0)], "high"] < 3).all()
    assert alone.loc[("flood", -2), "ratio"] == 1 and alone.loc[("flood", -2), "is_reference"]
    assert alone["is_lead"].groupby("frame").sum().tolist() == [1, 1]
    both = around_event(
        planted(1, flood=2.0, drought=2.0), ["flood", "drought"], bins=[-4, -2, 0], control_frame="drought"
    )
    assert both["frame"].unique().tolist() == ["flood"]
    assert both["low"].iloc[-1] < 1 < both["high"].iloc[-1]


def test_outlets_that_the_event_does_not_concern_take_out_what_moves_all():
    even = [f"o{n}" for n in range(0, 10, 2)]
    table = around_event(
        planted(2, flood=2.0, odd=1.5), ["flood"], bins=[-4, -2, 0], control_outlet_ids=even, min_outlets=5
    )
    assert table["low"].iloc[-1] < 1.5 < table["high"].iloc[-1] < 2
    assert table["outlet_count"].tolist() == [5] * 3  # those that are no control


def test_later_bins_of_all_frames_are_one_family():
    table = around_event(planted(3, flood=1.3), ["flood", "drought"], bins=[-4, -2, 0, 1])
    assert table["p_adjusted"].notna().tolist() == [False, False, True, True] * 2
    assert (table["p_adjusted"].dropna() >= table.loc[table["p_adjusted"].notna(), "p"]).all()
    assert table["p_adjusted"].min() == pytest.approx(4 * table.loc[table["start"] >= 0, "p"].min())
    assert table["leads_p"].between(0, 1).all() and table["leads_p"].nunique() == 2


def test_too_little_says_why_and_has_no_ratio():
    rows = planted(4)
    rows.loc[(rows["frame"] == "drought") & (rows["outlet_id"] > "o4"), "hit_count"] = 0
    rows.loc[(rows["frame"] == "flood") & rows["away"].between(-4, -3), "hit_count"] = 0
    table = around_event(rows, ["flood", "drought"], bins=[-4, -2, 0])
    flood, drought = (table[table["frame"] == name] for name in ("flood", "drought"))
    assert flood["why"].iloc[0] == "" and flood["hit_count"].iloc[0] > 0  # the first bin is open to the left
    assert (
        drought["too_few"].all() and set(drought["why"]) == {"fewer than 6 outlets"} and drought["ratio"].isna().all()
    )
    narrow = around_event(rows, ["flood"], bins=[-5, -4, -2, 0])
    assert narrow["why"].tolist() == ["", "fewer than 5 hits", "", ""]
    assert narrow["too_few"].tolist() == [False, True, False, False]
    rows.loc[(rows["frame"] == "flood") & (rows["away"] >= 0), "hit_count"] = 0
    assert set(around_event(rows, ["flood"], bins=[-4, -2, 0])["why"]) == {"fewer than 5 hits beside the event"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"bins": [-2, 1]}, "one of them 0"),
        ({"control_frame": "storm"}, "control_frame: 'storm' is not allowed; allowed: drought, flood"),
        ({"control_outlet_ids": ["x"]}, "control_outlet_ids: 'x' is not allowed"),
        ({"control_outlet_ids": [f"o{n}" for n in range(10)]}, "all outlets are controls"),
        ({"control_outlet_ids": ["o1"], "control_frame": "drought"}, "give one of the two"),
    ],
)
def test_what_cannot_be_compared_is_refused(change, words):
    with pytest.raises(DiscourseError, match=words):
        around_event(planted(5), ["flood"], **{"bins": [-2, 0], **change})


def test_nothing_dated_and_no_frame_left_are_said():
    with pytest.raises(NothingFound, match="dated"):
        around_event(planted(6).iloc[:0], ["flood"], bins=[-2, 0])
    with pytest.raises(NothingFound, match="control frame"):
        around_event(planted(6), ["flood"], bins=[-2, 0], control_frame="flood")


def test_bins_are_named_with_their_side():
    assert bin_names([-1, 0], -1, 0, "month") == ["1 month before", "the month from it on"]
    assert bin_names([-6, 0, 6], -7, 20, "month") == [
        "7 to 1 months before",
        "0 to 5 months after",
        "6 to 20 months after",
    ]
