"""A document's text as it is annotated and shown, and its zones."""

from __future__ import annotations

from analysis.texts.clean.characters import clean_text
from analysis.texts.document import Document


def printed(document: Document) -> tuple[str, int]:
    """A document's text as it is annotated, title first and cleaned, and where the title ends (0 without one)."""
    title = clean_text(document.title).replace("\n", " ") if document.title else ""
    body = clean_text(document.text)
    return (f"{title}\n\n{body}" if title else body), len(title)


def lead_of(text: str, title_end: int) -> tuple[int, int]:
    """The first paragraph of a printed text behind its title."""
    start = title_end + 2 if title_end else 0
    end = text.find("\n", start)
    return start, len(text) if end < 0 else end


def zone_of(at: int, title_end: int, lead_end: int, length: int) -> str:
    """The zone of a position in a printed text: title, lead (the first paragraph, when there are more) or body."""
    if at < title_end:
        return "title"
    return "lead" if at < lead_end and lead_end < length else "body"
