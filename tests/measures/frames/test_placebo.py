"""Borders at which nothing happened."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.measures.frames.contrasts import Comparison, pooled_contrast
from analysis.measures.frames.placebo import (
    at_border,
    beside_placebos,
    beside_the_real,
    placebo_borders,
    placebo_contrasts,
    window_of,
)
from analysis.measures.inference.resampling import Sampling


def press(days: int = 300) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(0)
    day = (np.datetime64("2021-01-04") + np.arange(days).astype("timedelta64[D]")).astype(str)
    documents = pd.DataFrame(
        {
            "doc_id": [f"d{i:03d}" for i in range(days)],
            "cluster_id": [f"c{i:03d}" for i in range(days)],
            "outlet_id": np.tile(["post", "times"], days // 2),
            "published": day,
            "era_id": np.where(np.arange(days) < 250, "first", "second"),
            "token_count": 400,
        }
    )
    return documents, pd.DataFrame({"doc_id": documents["doc_id"].repeat(rng.poisson(2, days)), "frame": "calm"})


def test_borders_lie_within_the_first_era_with_documents_on_both_sides():
    documents, _ = press()
    borders = placebo_borders(documents, "first")
    assert len(borders) == 5 and borders == sorted(borders)
    assert borders[0] == documents["published"][50] and borders[-1] == documents["published"][200]
    assert placebo_borders(documents.head(19), "first") == []
    years = documents.assign(published=[str(1990 + i // 10) for i in range(len(documents))])
    assert placebo_borders(years, "first") == ["1995", "1998", "2002", "2006", "2010"]
    assert set(at_border(years, "2002", "first")["era_id"]) == {"before", "after"}


def test_documents_whose_date_cannot_tell_are_left_out():
    dates = ["2021-03-09", "2021-03-10", "2021-03", "2021", "2020", "2021-04", None]
    documents = pd.DataFrame({"published": dates, "era_id": "first"})
    got = at_border(documents, "2021-03-10", "first")
    assert dict(zip(got["published"], got["era_id"], strict=True)) == {
        "2021-03-09": "before",
        "2021-03-10": "after",
        "2020": "before",
        "2021-04": "after",
    }


def test_nothing_is_claimed_where_nothing_happened():
    table = placebo_contrasts(
        *press(), ("first", "second"), sampling=Sampling(unit="week", interval="studentised", replicates=300)
    )
    assert len(table) == 5 and not table["is_claim"].any()


def test_the_sentence_says_both_numbers():
    assert beside_placebos(19, [477, 457], "key words") == (
        "19 key words; between 457 and 477 at 2 dates when nothing happened"
    )
    assert beside_placebos(3, [0, 0], "claims") == "3 claims; 0 at 2 dates when nothing happened"
    assert "no date" in beside_placebos(3, [], "claims")


def test_what_follows_a_placebo_border_is_as_long_as_what_follows_the_real_one():
    documents, _ = press()
    assert window_of(documents, "second") == 50 and window_of(documents, "third") == 0
    borders = placebo_borders(documents, "first", window=50)
    assert borders[0] == documents["published"][50] and borders[-1] == documents["published"][200]
    part = at_border(documents, borders[2], "first", window=50)
    assert (part["era_id"] == "after").sum() == 50
    assert placebo_borders(documents, "first", window=230) == []
    years = documents.assign(published=[str(1990 + i // 10) for i in range(len(documents))])
    assert window_of(years, "second") == 5 * 365 + 1  # 2015 to 2019
    assert placebo_borders(years, "first", window=730)[-1] <= "2013"
    assert set(at_border(years, "2003", "first", window=730).query("era_id == 'after'")["published"]) == {
        "2003",
        "2004",
    }
    months = years.assign(published=[f"{1990 + i // 10}-09" for i in range(len(documents))])
    assert window_of(months.assign(era_id=np.where(months["published"] >= "2018", "b", "a")), "b") == 395
    assert set(at_border(months, "2003-09", "first", window=396).query("era_id == 'after'")["published"]) == {
        "2003-09",
        "2004-09",
    }


def test_the_real_border_has_a_rank_among_the_others():
    documents, hits = press()
    sampling = Sampling(unit="week", interval="studentised", replicates=200, min_units=3)
    placebos = placebo_contrasts(documents, hits, ("first", "second"), sampling=sampling, number=4)
    real = pooled_contrast(documents, hits, Comparison("era_id", "first", "second", plant=False), sampling=sampling)
    table = beside_the_real(placebos, real, "2021-09-11")
    assert table["is_real"].sum() == 1 and table["border_count"].eq(5).all()
    assert sorted(table["rank"]) == [1, 2, 3, 4, 5]
    farthest = table.loc[np.log(table["ratio_within"]).abs().idxmax()]
    assert farthest["rank"] == 1
    alone = beside_the_real(placebos.head(0), real, "2021-09-11")
    assert alone[["rank", "border_count"]].values.tolist() == [[1, 1]]


def one_a_day(count: int) -> pd.DataFrame:
    """Documents of one era, one on each day."""
    days = (np.datetime64("2021-01-01") + np.arange(count).astype("timedelta64[D]")).astype(str)
    return pd.DataFrame({"doc_id": days, "published": days, "era_id": "first"})


def test_twenty_documents_are_enough_for_a_border_and_nineteen_are_not():
    assert placebo_borders(one_a_day(19), "first", number=1) == []
    assert placebo_borders(one_a_day(20), "first", number=1) == ["2021-01-11"]  # ten on either side
    # at a fifth and at four fifths of 21 days fewer than ten lie on a side; two in the middle stay
    assert placebo_borders(one_a_day(21), "first", number=7) == ["2021-01-11"]
    assert placebo_borders(one_a_day(50), "first", number=4) == ["2021-01-11", "2021-01-21", "2021-01-31", "2021-02-10"]


def test_a_window_that_just_fits_gives_the_first_border_and_one_day_more_gives_none():
    days = one_a_day(100)
    assert placebo_borders(days, "first", window=79)[0] == "2021-01-21"
    # the last border from which 79 days are left is the day before that
    assert placebo_borders(days, "first", window=79)[-1] == "2021-01-22"
    assert placebo_borders(days, "first", window=80) == []


def test_where_no_border_leaves_so_much_all_there_is_follows_it():
    documents, hits = press()
    sampling = Sampling(unit="week", interval="studentised", replicates=50, min_units=3)
    long = documents.assign(era_id=np.where(np.arange(300) < 60, "first", "second"))  # the second covers 240 days
    table = placebo_contrasts(long, hits, ("first", "second"), sampling=sampling, number=2)
    assert len(table) == 2 and not table["is_real"].any()
    assert table["border"].tolist() == placebo_borders(long, "first", number=2)
    none = placebo_contrasts(long.head(19), hits, ("first", "second"), sampling=sampling)
    assert none.empty and list(none.columns) == list(table.columns)
