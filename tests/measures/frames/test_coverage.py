"""Coverage counted by hand on seven invented documents."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.measures.frames import coverage
from analysis.measures.frames.contrasts import Comparison, contrast
from analysis.measures.inference.resampling import Sampling
from analysis.store import DiscourseError
from analysis.study.reserved import NO_ERA, OTHERS

ROWS = [
    # outlet, published, precision, era, tokens, title tokens, cluster, size
    ("a", "2023-05-01", "day", "old", 100, 5, "c1", 2),
    ("a", "2023-07", "month", "old", 50, 5, "c2", 1),
    ("a", "2023-08", "month", None, 50, 5, "c3", 1),
    ("a", "2023-09-02", "day", "new", 8, 8, "c4", 1),
    ("b", "2023-05-02", "day", "old", 98, 4, "c1", 2),
    ("b", None, "none", None, 10, 0, "c5", 1),
    ("b", "2024", "year", "new", 30, 0, "c6", 1),
]


@pytest.fixture
def documents():
    columns = [
        "outlet_id",
        "published",
        "date_precision",
        "era_id",
        "token_count",
        "title_token_count",
        "cluster_id",
        "cluster_size",
    ]
    frame = pd.DataFrame(ROWS, columns=columns)
    return frame.assign(
        doc_id=[f"d{i}" for i in range(7)], boilerplate_share=0.1, genre=["article"] * 4 + ["opinion"] * 3
    )


def test_one_row_per_outlet_and_era(documents):
    table = coverage.outlet_eras(documents, too_few=2).set_index(["outlet_id", "era_id"])
    assert table["document_count"].to_dict() == {
        ("a", "new"): 1,
        ("a", NO_ERA): 1,
        ("a", "old"): 2,
        ("b", "new"): 1,
        ("b", NO_ERA): 1,
        ("b", "old"): 1,
    }
    old = table.loc[("a", "old")]
    assert (old["cluster_count"], old["token_count"], old["median_token_count"]) == (2, 150, 75)
    assert (old["syndicated_share"], old["first_month"], old["last_month"]) == (0.5, "2023-05", "2023-07")
    assert table.loc[("a", "new"), "title_only_share"] == 1
    assert not old["is_too_few"]
    assert table.loc[("b", "old"), "is_too_few"]


def test_an_outlet_without_a_dated_document_has_zeros(documents):
    undated = documents.assign(published=None, date_precision="none").iloc[:1].assign(outlet_id="c")
    both = pd.concat([documents, undated])
    grid = coverage.outlet_periods(both)
    assert grid[grid["outlet_id"] == "c"]["document_count"].tolist() == [0] * grid["period"].nunique()
    assert len(coverage.profile(both)) > 0


def test_the_shares_of_each_basis_of_dates_sum_to_one(documents):
    bases = ["declared", "crawl", "declared", "text", "declared", "none", "text"]
    table = coverage.date_bases(documents.assign(date_basis=bases))
    assert table["date_basis"].tolist() == ["declared", "text", "crawl", "none"]
    assert table["document_count"].tolist() == [3, 2, 1, 1]
    assert table["share"].tolist() == pytest.approx([3 / 7, 2 / 7, 1 / 7, 1 / 7])
    assert coverage.date_bases(documents.assign(date_basis="none").iloc[:0]).empty


def test_months_without_documents_are_rows_with_zero(documents):
    grid = coverage.outlet_periods(documents)
    assert len(grid) == 2 * 5  # two outlets, 2023-05 to 2023-09
    assert grid.query("outlet_id == 'a'")["document_count"].tolist() == [1, 0, 1, 1, 1]
    assert grid["document_count"].sum() == 5
    missing = coverage.missing_months(documents).set_index("outlet_id")
    assert missing.loc["a"].tolist() == [5, 1, 0.2]
    assert missing.loc["b"].tolist() == [1, 0, 0.0]


def test_periods_can_be_quarters_or_years(documents):
    years = coverage.outlet_periods(documents, "Y")
    assert years.query("outlet_id == 'b'")[["period", "document_count"]].to_numpy().tolist() == [
        ["2023", 1],
        ["2024", 1],
    ]
    assert coverage.outlet_periods(documents, "Q")["period"].unique().tolist() == ["2023Q2", "2023Q3"]
    with pytest.raises(DiscourseError, match="allowed: M, Q, Y"):
        coverage.outlet_periods(documents, "W")


def test_selecting_names_what_there_is(documents):
    assert len(coverage.select_documents(documents, outlet_ids=["a"], era_ids=["old"])) == 2
    assert len(coverage.select_documents(documents, outlet_ids=[], era_ids=None)) == 7
    with pytest.raises(DiscourseError, match="outlet_id: 'c' is not allowed; allowed: a, b"):
        coverage.select_documents(documents, outlet_ids=["c"])


def test_the_profile_holds_shares_of_each_outlets_documents(documents):
    table = coverage.profile(documents).set_index(["outlet_id", "quality"])["share"]
    assert table[("a", "months missing")] == 0.2
    assert table[("a", "headline only")] == 1 / 4
    assert table[("b", "opinion")] == 1
    assert table[("b", "undated")] == pytest.approx(1 / 3)
    assert table[("a", "reprinted")] == 1 / 4
    assert table.between(0, 1).all()


def test_small_outlets_are_pooled_not_dropped(documents):
    pooled = coverage.pool_small_outlets(documents, 1)
    assert pooled["outlet_id"].value_counts().to_dict() == {"a": 4, OTHERS: 3}


def test_dates_and_pool(documents):
    assert coverage.date_quality(documents).to_numpy().tolist() == [
        ["day", 3, 0],
        ["month", 2, 1],
        ["year", 1, 0],
        ["none", 1, 1],
    ]
    counts = pd.DataFrame({"term_id": [0, 1, 2], "token_count": [1, 2, 5]})
    assert coverage.pooled_mass(counts)["pooled_share"] == 1 / 8
    assert coverage.pooled_mass(counts.iloc[:0])["pooled_share"] == 0


def test_an_audit_calls_comparable_what_a_contrast_compares_and_nothing_else():
    """Eleven stories of nine weeks are nine units; forty speeches of two years are two."""
    rows = []
    for outlet, weeks in (("daily", 12), ("rare", 9)):
        for era, start in (("old", "2020-01-06"), ("new", "2024-01-01")):
            days = [np.datetime64(start) + 7 * min(i, (12 if era == "old" else weeks) - 1) for i in range(12)]
            rows += [(f"{outlet}{era}{i}", outlet, era, str(day)) for i, day in enumerate(days)]
    documents = pd.DataFrame(rows, columns=["doc_id", "outlet_id", "era_id", "published"])
    documents = documents.assign(
        cluster_id=documents["doc_id"],
        cluster_size=1,
        token_count=500,
        title_token_count=5,
        date_precision="day",
        boilerplate_share=0.0,
        genre="article",
    )
    hits = pd.DataFrame({"doc_id": documents["doc_id"], "frame": "iron"})
    for unit in ("week", "cluster", "year"):
        sampling = Sampling(unit=unit, replicates=50, min_units=10)
        table = contrast(
            documents, hits, Comparison("era_id", "old", "new", plant=False), within=["outlet_id"], sampling=sampling
        )
        compared = sorted(table.loc[~table["too_few"], "outlet_id"])
        assert coverage.comparable_outlets(documents, ["old", "new"], too_few=10, unit=unit) == compared
    assert coverage.comparable_outlets(documents, ["old", "new"], too_few=10) == ["daily"]
    said = coverage.audit_warnings(documents, ["old", "new"], names={}, too_few=10, unit="year")[0]
    assert said.startswith("Of 2 outlets, 0 have documents in at least 10 units (year) of each era (no outlet)")
    assert coverage.outlet_eras(documents, unit="year")["unit_count"].tolist() == [1, 1, 1, 1]


def test_comparable_outlets_need_enough_units_in_every_era(documents):
    assert coverage.comparable_outlets(documents, ["old", "new"], too_few=1) == ["a", "b"]
    assert coverage.comparable_outlets(documents, ["old", "new"], too_few=2) == []
    with pytest.raises(DiscourseError, match="empty"):
        coverage.comparable_outlets(documents, [])


def test_warnings_name_the_numbers(documents):
    said = " ".join(coverage.audit_warnings(documents, ["old", "new"], names={"a": "The Post"}, too_few=2))
    assert "Of 2 outlets, 0 have documents in at least 2 units (week)" in said
    assert "14% of the documents are headlines" in said
    assert "29% of the documents share a story" in said
    assert "29% of the documents belong to no era" in said
    assert "article 57%, opinion 43%" in said
    quiet = documents.iloc[[0, 1]].assign(outlet_id="a", cluster_size=1)
    assert coverage.audit_warnings(quiet, ["old"], names={}, too_few=1) == []


def test_a_warning_names_a_dozen_outlets_and_counts_the_others(documents):
    many = pd.concat([documents.assign(outlet_id=f"o{n:03d}", doc_id=documents["doc_id"] + str(n)) for n in range(40)])
    many = many.assign(cluster_id=many["doc_id"])
    lone = documents.iloc[:1].assign(outlet_id="alone")
    said = coverage.audit_warnings(pd.concat([many, lone]), ["old", "new"], names={}, too_few=1)[0]
    assert said.startswith("Of 41 outlets, 40 have documents in at least 1 units (week) of each era (o000, o001, ")
    assert "o011 and 28 more); " in said and "o012" not in said


def test_nothing_in_nothing_out(documents):
    empty = documents.iloc[:0]
    assert coverage.outlet_eras(empty).empty
    assert coverage.outlet_periods(empty).empty


@pytest.mark.parametrize(("articles", "mixed"), [(4, True), (5, True), (6, False), (7, False)])
def test_genres_are_called_mixed_where_the_largest_has_under_four_fifths(documents, articles, mixed):
    genres = ["article"] * articles + ["opinion"] * (7 - articles)
    rows = documents.assign(genre=genres, date_precision="day", cluster_size=1)
    said = coverage.audit_warnings(rows, ["old", "new"], names={}, too_few=2)
    assert any("Genres are mixed" in sentence for sentence in said) == mixed


@pytest.mark.parametrize(("old", "new", "said"), [(3, 1, False), (4, 1, True), (1, 3, False), (1, 4, True)])
def test_eras_are_unbalanced_where_one_has_more_than_three_times_the_other(documents, old, new, said):
    rows = pd.concat([documents.iloc[[0]]] * old + [documents.iloc[[3]]] * new, ignore_index=True)
    rows = rows.assign(cluster_id=[f"c{i}" for i in range(old + new)], token_count=50, cluster_size=1, genre="article")
    found = coverage.audit_warnings(rows, ["old", "new"], names={}, too_few=1)
    assert any("unbalanced" in sentence for sentence in found) is said


@pytest.mark.parametrize(("count", "said"), [(50, True), (51, False)])
def test_what_holds_for_two_in_a_hundred_is_said(documents, count, said):
    rows = pd.concat([documents.iloc[[0]]] * count, ignore_index=True)
    rows = rows.assign(cluster_id=[f"c{i}" for i in range(count)], cluster_size=1)
    rows.loc[0, "date_precision"] = "none"
    found = coverage.audit_warnings(rows, ["old"], names={}, too_few=1)
    assert found == (["2% of the documents have no date."] if said else [])


def test_a_dozen_outlets_are_all_named(documents):
    few = pd.concat([documents.assign(outlet_id=f"o{n:02d}", cluster_id=f"c{n}") for n in range(12)])
    few["cluster_id"] = few["cluster_id"] + few["published"].fillna("")
    lone = documents.iloc[:1].assign(outlet_id="alone")
    said = coverage.audit_warnings(pd.concat([few, lone]), ["old", "new"], names={}, too_few=1)[0]
    assert "o10, o11); " in said and "more" not in said


def test_tokens_of_terms_without_a_name():
    counts = pd.DataFrame({"term_id": [0, 0, 3], "token_count": [2, 1, 9]})
    assert coverage.pooled_mass(counts) == {"pooled_token_count": 3, "token_count": 12, "pooled_share": 0.25}


def test_whole_outlets_are_drawn_for_years_where_there_are_six(documents):
    from analysis.measures.inference.resampling import Sampling

    six = pd.concat([documents.iloc[[0]].assign(outlet_id=name) for name in "abcdef"])
    assert coverage.over_all_outlets(Sampling(unit="year"), six).unit == "outlet"
    assert coverage.over_all_outlets(Sampling(unit="year"), six.head(5)).unit == "year"
    assert coverage.over_all_outlets(Sampling(unit="week"), six).unit == "week"
