"""ProQuest exports."""

from __future__ import annotations

from formats_samples import read, xlsx_of

from analysis.texts.read.formats import proquest


def test_proquest(tmp_path):
    rule = "_" * 60
    text = f"""{rule}
Title: Harbour opens
Publication title: The Example Post; Penh
Publication date: Sep 23, 2023
Author: Example, Dara
Full text: The invented harbour opened.
He said: it is deep.
Document URL: https://example.org/1
{rule}
Title: Second
Publication title: Example Times
Publication date: 2023
Full text: More.
"""
    first, second = (r.fields for r in read(tmp_path / "a.txt", text, "proquest"))
    assert first["text"] == "The invented harbour opened.\nHe said: it is deep."
    assert (first["outlet"], first["date"], first["url"]) == (
        "The Example Post; Penh",
        "Sep 23, 2023",
        "https://example.org/1",
    )
    assert second["title"] == "Second"
    rows = [["Title", "pubtitle", "pubdate", "FullText"], ["Harbour", "The Example Post", "2023-09-23", "It opened."]]
    (row,) = read(tmp_path / "a.xlsx", xlsx_of(rows), "proquest")
    assert (row.fields["outlet"], row.fields["text"]) == ("The Example Post", "It opened.")


def test_a_line_of_the_text_that_looks_like_a_field_stays():
    lines = [
        "_" * 40,
        "Title: A",
        "",
        "Full text: One.",
        "",
        "Location: by the sea.",
        "",
        "Two.",
        "",
        "Subject: Salt",
        "",
    ]
    (article,) = proquest.articles(lines)
    assert article["text"] == "One.\nLocation: by the sea.\nTwo."


def test_outlet_and_date_from_the_line_of_the_print():
    lines = [
        "_" * 40,
        "Document 1 of 1",
        "",
        "A title",
        "",
        "Publication info: A Paper; Town 3 Aug 2023.",
        "",
        "Full text: One.",
        "",
    ]
    (article,) = proquest.articles(lines)
    assert (article["outlet"], article["date"], article["title"]) == ("A Paper", "3 Aug 2023", "A title")
