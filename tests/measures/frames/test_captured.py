"""The share of captures and articles seen, by month and era, and the sentence of a caption."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.frames.captured import captured_eras, captured_months, captured_note
from analysis.study.declaration import Study
from analysis.study.settings import Era

STUDY = Study(
    eras=(
        Era("early", "the early years", "2020-01-01", "2021-02-10", reason="r", source="s"),
        Era("late", "the late years", "2021-02-10", None, reason="r", source="s"),
    )
)


def captures(*rows):
    """outlet, YYYYMM, number fetched, number gone; every fetched one but the first is a document."""
    made = []
    for outlet, month, fetched, gone in rows:
        for number in range(fetched + gone):
            state = "fetched" if number < fetched else "gone"
            made.append((outlet, f"{month}05120000", state, f"d{number}" if 0 < number < fetched else None))
    return (
        pd.DataFrame(made, columns=["outlet_id", "timestamp", "state", "doc_id"]).assign(reason=None).astype("string")
    )


def test_months_count_what_was_listed_fetched_and_read():
    table = captured_months(captures(("post", "202011", 3, 1), ("post", "202012", 0, 2), ("hill", "202011", 2, 0)))
    assert table[["outlet_id", "month", "listed_count", "fetched_count", "document_count"]].to_numpy().tolist() == [
        ["hill", "2020-11", 2, 2, 1],
        ["post", "2020-11", 4, 3, 2],
        ["post", "2020-12", 2, 0, 0],
    ]
    assert table["captured_share"].tolist() == [1.0, 0.75, 0.0]
    assert table["article_count"].isna().all()


def test_published_counts_are_the_denominator_where_they_are_known():
    counted = pd.DataFrame({"outlet_id": ["post", "post"], "month": ["2020-11", "2021-01"], "article_count": [12, 5]})
    table = captured_months(captures(("post", "202011", 3, 1), ("post", "202012", 4, 1)), counted).set_index("month")
    assert table["captured_share"].to_dict() == {"2020-11": 0.25, "2020-12": 0.8, "2021-01": 0.0}
    assert table.loc["2021-01", "listed_count"] == 0


def test_an_era_without_captures_has_no_share_and_months_on_the_border_belong_to_none():
    months = captured_months(captures(("post", "202101", 30, 10), ("post", "202102", 7, 0)))
    table = captured_eras(months, STUDY, ["early", "late"])
    assert table[["listed_count", "fetched_count"]].to_numpy().tolist() == [[40, 30], [0, 0]]
    assert table["captured_share"][0] == 0.75 and pd.isna(table["captured_share"][1])
    assert "fewer than 20 captures listed in the late years" in captured_note(months, STUDY, ["early", "late"])
    with pytest.raises(DiscourseError, match=r"era: 'lte'.*early, late"):
        captured_eras(months, STUDY, ["early", "lte"])


@pytest.mark.parametrize(("gone", "differs"), [(9, False), (10, True), (40, True)])
def test_ten_points_of_difference_are_said(gone, differs):
    months = captured_months(captures(("post", "202012", 100, 0), ("post", "202103", 100 - gone, gone)))
    said = captured_note(months, STUDY, ["early", "late"])
    assert f"100% in the early years, {100 - gone}% in the late years" in said
    assert ("coverage differs between the eras" in said) is differs


def test_twenty_listed_are_enough_and_nineteen_are_not():
    for count, enough in ((20, True), (19, False)):
        months = captured_months(captures(("post", "202012", count, 0), ("post", "202103", 20, 0)))
        assert ("too few" not in captured_note(months, STUDY, ["early", "late"])) is enough


def test_articles_are_the_basis_only_where_all_are_counted():
    listed = captures(("post", "202012", 30, 0), ("post", "202103", 30, 0))
    counted = pd.DataFrame({"outlet_id": "post", "month": ["2020-12", "2021-03"], "article_count": [60, 300]})
    said = captured_note(captured_months(listed, counted), STUDY, ["early", "late"])
    assert "fetched of the articles published: 50% in the early years, 10% in the late years; coverage differs" in said
    assert "captures listed: 100%" in captured_note(captured_months(listed, counted[:1]), STUDY, ["early", "late"])


def test_a_corpus_from_elsewhere_says_nothing():
    months = captured_months(captures())
    assert months.empty and captured_note(months, STUDY, ["early", "late"]) == ""
    assert captured_months(captures(), pd.DataFrame()).columns.tolist() == months.columns.tolist()


def test_a_page_that_was_taken_from_another_capture_is_not_missing():
    table = captures(("post", "202011", 3, 2))
    table.loc[table["state"] == "gone", "reason"] = [
        "status 404; another capture of its page was taken instead",
        "status 404",
    ]
    found = captured_months(table)
    assert found["listed_count"].tolist() == [4] and found["captured_share"].tolist() == [0.75]
