"""Saved pages."""

from __future__ import annotations

import pytest
from formats_samples import LONG, PAGE, read

from analysis.texts.read.formats.pages import error_page, hostile


def test_html(tmp_path):
    (record,) = read(tmp_path / "a.html", PAGE % (LONG, LONG))
    assert record.fields["title"] == "Harbour opens"
    assert record.fields["date"] == "2024-03-05T08:00:00+07:00"  # as printed: the day is settled by dates.py
    assert record.fields["outlet"] == "The Example Post"
    assert "dredgers" in record.fields["text"]
    assert "ookies" not in record.fields["text"]


@pytest.mark.parametrize(
    ("title", "text", "is_error"),
    [
        ("404 Not Found", "The page is gone.", True),
        ("Just a moment...", "Checking if the site connection is secure", True),
        ("Access denied | post.example", "You have no right to see this.", True),
        ("Harbour", "Checking your browser before you go on.", True),
        ("Access to the harbour denied to boats of 20 metres and more in the winter", LONG, False),
        ("Not found: the boats of 1950", LONG * 4, False),
        ("Harbour opens", LONG, False),
    ],
)
def test_pages_of_errors_are_told_from_articles(title, text, is_error):
    assert bool(error_page(title, text)) is is_error


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", "latin1", "us-ascii", "utf-8", ""])
def test_curly_marks_survive_whatever_the_label_says(tmp_path, label):
    head = f'<meta charset="{label}">' if label else ""
    html = (PAGE % (LONG, "“We are friends,” the minister’s envoy said on Tuesday in the town. " * 3)).replace(
        "<head>", "<head>" + head
    )
    (record,) = read(tmp_path / "a.html", html.encode("cp1252"))
    assert record.fields["text"].count("“We are friends,” the minister’s") == 3


def test_a_page_of_too_many_tags_or_attributes_is_not_parsed():
    assert hostile(b"", "<p>" * 100_000)
    assert hostile(b"", "<p " + " ".join(f"a{i}=1" for i in range(5000)) + ">")
    assert hostile(b"", "<p class='a'>Text</p>") == ""
