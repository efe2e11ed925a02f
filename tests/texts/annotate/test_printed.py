"""The text that is annotated, and its zones."""

from __future__ import annotations

from analysis.texts.annotate.printed import lead_of, printed, zone_of
from analysis.texts.document import Document


def test_the_title_stands_first_in_one_line_and_the_text_is_cleaned():
    text, title_end = printed(Document("a", "news", "post", "The  harbour\r\n\r\nis open.", title="A\ntitle"))
    assert text.startswith("A title\n\nThe harbour")
    assert title_end == len("A title")
    assert printed(Document("a", "news", "post", "No title."))[1] == 0


def test_zones_are_title_lead_and_body():
    text = "A title\n\nFirst.\n\nSecond."
    start, end = lead_of(text, 7)
    assert text[start:end] == "First."
    zones = [zone_of(text.index(word), 7, end, len(text)) for word in ("title", "First", "Second")]
    assert zones == ["title", "lead", "body"]
    assert zone_of(0, 0, lead_of("Alone.", 0)[1], 6) == "body"
