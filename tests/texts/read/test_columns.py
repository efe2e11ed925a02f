"""Which column is what: known layouts, names, cells; and what is never taken for a text, an address or a date."""

from __future__ import annotations

import pytest

from analysis.texts.read.columns import LAYOUTS, crawl_columns, cut_short, guess, layout_of

BODY = "The two towns met on Tuesday and spoke about roads, rice and the price of fuel for most of the long day there."
PAGE = "https://paper.example/a-long-address-that-names-the-whole-headline-of-the-article-of-the-day-in-the-town/"


def columns(row, **more):
    rows = [row, {**row, **more}]
    return {name: found.column for name, found in guess(list(row), rows).items()}


def test_a_known_layout_is_known_by_its_columns():
    row = dict.fromkeys(("date_download", "date_publish"), "2023-08-10") | {
        "description": "A teaser.",
        "maintext": BODY,
    }
    row |= {"source_domain": "paper.example", "title": "T", "url": PAGE}
    assert layout_of(row).name == "news-please"
    found = columns(row)
    assert (found["text"], found["date"], found["outlet"]) == ("maintext", "date_publish", "source_domain")
    assert layout_of({"a": 1}) is None
    assert all(layout.columns and layout.signs for layout in LAYOUTS)


def test_columns_inside_tables_are_found_by_layout():
    row = {"publishedAt": "2023-08-10T08:00:00Z", "urlToImage": "https://paper.example/a.jpg", "content": BODY}
    row |= {"source": {"id": None, "name": "Paper"}, "url": PAGE, "title": "T"}
    assert columns(row)["outlet"] == "source.name" and columns(row)["date"] == "publishedAt"


def test_no_text_is_said_where_a_table_holds_addresses_only():
    row = {"url": PAGE, "title": "T", "seendate": "20230820T031500Z", "domain": "paper.example"}
    found = guess([*row, "socialimage"], [row | {"socialimage": PAGE + "a.jpg"}])
    assert (found["text"].column, found["url"].column) == ("", "url")
    assert "no articles" in found["text"].why


def test_of_columns_named_like_a_text_the_article_and_not_the_teaser():
    assert columns({"summary": BODY, "content": BODY * 9})["text"] == "content"
    assert columns({"text": "Short one here.", "body": BODY * 9})["text"] == "body"
    assert columns({"description": BODY * 2, "notes": BODY * 9})["text"] == "notes"
    assert columns({"description": BODY * 2, "title": "T"})["text"] == "description"


def test_addresses_pictures_and_short_cells_are_no_text_or_address():
    found = columns({"image_url": PAGE + "a.jpg", "thumb": PAGE + "b.png", "page": PAGE, "n": "12"})
    assert found == {"url": "page"}
    assert guess([], []) == {}


@pytest.mark.parametrize(
    "later", ["fetched_at", "date_download", "crawl_date", "last_modified", "updated", "retrieved"]
)
def test_a_later_day_is_not_taken_for_that_of_publication(later):
    row = {later: "2024-03-01", "body": BODY}
    assert "date" not in columns(row)
    assert columns({**row, "on": "2023-08-10"})["date"] == "on"
    assert columns({**row, "Publication Date": "2023-08-10"})["date"] == "Publication Date"


def test_days_of_fetching_and_cut_texts_are_told():
    rows = [{"fetched_at": "2024-03-01", "content": f"{BODY} [+1234 chars]"}, {"fetched_at": "x", "content": BODY}]
    assert crawl_columns(["fetched_at", "content"], rows) == ["fetched_at"]
    assert cut_short("content", rows) == 1
