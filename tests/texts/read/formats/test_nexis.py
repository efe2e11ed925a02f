"""Nexis exports, one article at a time (three hundred of each layout: test_vendor_layouts.py)."""

from __future__ import annotations

import pytest
from formats_samples import docx_of, read, rtf_of

from analysis.texts.read.formats import nexis

NEXIS = [
    "Page 1 of 2",
    "Harbour opens at last",
    "The Example Post",
    "September 23, 2023 Saturday",
    "",
    "Copyright 2023 Example Ltd All Rights Reserved",
    "Section: NATIONAL",
    "Length: 12 words",
    "Byline: Dara Example",
    "Body",
    "",
    "The invented harbour opened.",
    "It is deep.",
    "",
    "Classification",
    "Language: ENGLISH",
    "Load-Date: September 24, 2023",
    "End of Document",
    "Second story",
    "Example Times",
    "1 October 2023",
    "Body",
    "More text.",
    "End of Document",
]


@pytest.mark.parametrize("kind", ["docx", "rtf", "html"])
def test_nexis(tmp_path, kind):
    page = "<html><body>" + "".join(f"<p>{line}</p>" for line in NEXIS) + "</body></html>"
    data = {"docx": docx_of(NEXIS), "rtf": rtf_of(NEXIS), "html": page.encode()}[kind]
    first, second = (r.fields for r in read(tmp_path / f"a.{kind}", data, "nexis"))
    assert (first["title"], first["outlet"], first["author"]) == (
        "Harbour opens at last",
        "The Example Post",
        "Dara Example",
    )
    assert first["date"] == "September 23, 2023 Saturday"
    assert first["text"] == "The invented harbour opened.\nIt is deep."
    assert (second["title"], second["text"]) == ("Second story", "More text.")


def test_a_date_in_a_highlight_is_not_the_date_of_the_article():
    lines = [
        "A title",
        "A paper",
        "August 21, 2023 Monday",
        "Copyright 2023 X",
        "Highlight: They spoke.",
        "On May 5, 2024",
        "",
    ]
    (article,) = nexis.articles([*lines, "Body", "Text.", "Correction-Date: August 30, 2023", "End of Document"])
    assert (article["date"], article["outlet"]) == ("August 21, 2023 Monday", "A paper")
    assert article["text"] == "Text."


def test_a_heading_graphic_far_above_the_end_is_text():
    lines = [
        "A title",
        "A paper",
        "August 21, 2023",
        "Body",
        "One.",
        "Graphic",
        *["More."] * 9,
        "Load-Date: May 1, 2024",
    ]
    (article,) = nexis.articles([*lines, "End of Document"])
    assert article["text"].count("More.") == 9


def test_files_of_other_kinds_are_no_exports():
    assert nexis.looks_like(["The end of document signing was near.", "Body"]) == ""
    assert list(nexis.articles(["Some text", "without any mark"])) == []
