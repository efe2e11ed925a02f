"""From columns to fields: names, templates, tables inside, places besides columns, constants, rules, filters."""

from __future__ import annotations

import pytest

from analysis.study import sources
from analysis.texts.read.mapping import CRAWL, Mapper, passes


def mapper(resolve=lambda name: None, **given):
    return Mapper(sources.make({"source_id": "s", "path": "*", "collection": "news", **given}), resolve)


def test_columns_templates_and_the_usual_names():
    row = {"ID": "7", "iso": " KHM ", "year": 2023, "headline": "T", "body": "words", "link": "u"}
    found = mapper(columns={"id": "ID", "date": "{year}-09", "outlet": "un_{iso:lower}", "author": ""}).fields(row)
    assert (found["id"], found["date"], found["outlet"]) == ("7", "2023-09", "un_khm")
    assert (found["title"], found["text"], found["url"]) == ("T", "words", "u")
    assert "author" not in found
    assert mapper(columns={"date": "{year}-09"}).fields({"year": ""})["date"] is None


def test_columns_inside_tables_and_lists():
    row = {"publisher": {"name": "Paper"}, "authors": [{"name": "A"}, {"name": "B"}], "plain": "x", "a.b": "dotted"}
    found = mapper(
        columns={"outlet": "publisher.name", "author": "authors.name", "title": "a.b", "url": "plain.x"}
    ).fields(row)
    assert (found["outlet"], found["author"], found["title"], found["url"]) == ("Paper", "A", "dotted", None)


def test_a_missing_column_is_named_in_tables_and_for_what_is_needed():
    made = mapper(columns={"text": "body", "author": "by"})
    assert "'body'" in made.missing({"text": "x"})
    assert made.missing({"body": "x"}) == ""
    assert "'by'" in made.missing({"body": "x"}, is_table=True)
    assert mapper(columns={"outlet": "p.name"}).missing({"p": {"name": "x"}}) == ""


def test_a_column_counts_before_a_name_before_a_line_before_a_constant():
    made = mapper(date_from=["file name", "text"], constants={"date": "1999"})
    line = "Posted: 9 September 2023\n\nThe harbour."
    cases = [
        ({"date": "2021-01-01", "text": line}, "n/2022-02-02.txt", "2021-01-01", "declared"),
        ({"text": line}, "n/2022-02-02.txt", "2022-02-02", "file name"),
        ({"text": line}, "n/a.txt", "9 September 2023", "text"),
        ({"text": "The harbour."}, "n/a.txt", "1999", "text"),
    ]
    for row, path, date, basis in cases[:3]:
        found = made.fields(row, path)
        assert (found["date"], found["date_basis"]) == (date, basis)
    found = made.fields(*cases[3][:2])
    assert (found["date"], found["date_basis"]) == ("1999", "declared")


def test_the_day_of_fetching_is_used_only_where_the_source_says_so_and_called_crawl():
    row = {"text": "x", "fetched_at": "2024-03-01"}
    assert mapper().fields(row)["date"] is None
    found = mapper(date_from=["crawl"]).fields(row)
    assert (found["date"], found["date_basis"]) == ("2024-03-01", "crawl")
    found = mapper(columns={"date": "fetched_at"}).fields(row)
    assert (found["date"], found["date_basis"]) == ("2024-03-01", "crawl")
    assert CRAWL.search("date_download") and not CRAWL.search("published")


def test_outlets_from_names_need_a_declared_one():
    made = mapper(lambda name: {"example times": "times"}.get(name.lower()), outlet_from=["file name"])
    assert made.fields({}, "Example Times/a.txt")["outlet"] == "times"
    assert made.fields({"outlet": "Other"}, "Example Times/a.txt")["outlet"] == "Other"
    assert made.fields({}, "b/a.txt")["outlet"] is None


def test_values_constants_and_rules():
    made = mapper(
        columns={"genre": "kind"},
        values={"genre": {"op": "opinion"}},
        constants={"outlet": "post"},
        when=[{"column": "title", "matches": "^speech", "genre": "speech"}],
    )
    found = made.fields({"kind": "op", "title": "Plain"})
    assert (found["genre"], found["outlet"]) == ("opinion", "post")
    assert made.fields({"kind": "op", "title": "Speech of the day"})["genre"] == "speech"


@pytest.mark.parametrize(
    ("condition", "value", "kept"),
    [
        ({"in": [1, "2"]}, 2, True),
        ({"in": ["a"]}, "b", False),
        ({"minimum": 3}, "3.0", True),
        ({"minimum": 3}, "x", False),
        ({"maximum": "2023-12"}, "2023-08", True),
        ({"matches": "KHM"}, "khm", True),
        ({"minimum": 3}, None, False),
    ],
)
def test_filters(condition, value, kept):
    assert passes({"c": value}, {"c": condition}) is kept
