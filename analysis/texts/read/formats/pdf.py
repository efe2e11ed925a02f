"""PDF documents: the text of all pages, and the title and author that the file names."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from analysis.texts.document import Refusal
from analysis.texts.read.formats.encoding import clean_controls
from analysis.texts.read.formats.limits import MAX_TEXT, Harmful
from analysis.texts.read.formats.record import Part, Record

MAX_PAGES = 3000
MAX_PAGE = 16 * 1024 * 1024  # bytes of what draws one page
MAX_PAGE_TEXT = 500_000  # characters of one page: pypdf takes time with their square


def read_pdf(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """A PDF file as one record. The day it was made is kept as "created", not taken as its date."""
    try:
        lines, fields = pdf_lines(data)
    except Harmful as error:
        yield Refusal(part.name, str(error), error.kind)
        return
    text = "\n".join(lines).strip()
    if text:
        yield Record({**fields, "text": text}, part.name)
    else:
        yield Refusal(part.name, "a PDF without text (a scan?): run text recognition first", "empty")


def pdf_lines(data: bytes) -> tuple[list[str], dict[str, Any]]:
    """(lines, title, author and day of making) of a PDF file. Raises `Harmful` if it cannot be read.

    Words that are broken at line ends stay so: `clean.characters` joins them, as it does for all formats.
    """
    import logging

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Harmful("encrypted; save it without a password first", "encrypted")
        if len(reader.pages) > MAX_PAGES:
            raise Harmful(f"{len(reader.pages):,} pages; at most {MAX_PAGES:,} are read", "too-large")
        text = "\n".join(_page_texts(reader))
        meta: Mapping[str, Any] = reader.metadata or {}
        fields = {"title": meta.get("/Title"), "author": meta.get("/Author"), "created": meta.get("/CreationDate")}
    except Harmful:
        raise
    except Exception as error:  # a broken file may raise anything
        raise Harmful(f"no readable PDF: {type(error).__name__}", "malformed") from error
    fields = {k: clean_controls(str(v)) if v else None for k, v in fields.items()}
    return clean_controls(text).split("\n"), fields


def _page_texts(reader: Any) -> Iterator[str]:
    """The text of each page. Raises `Harmful` for a page, or pages together, beyond what a document may hold."""
    length = 0
    for number, page in enumerate(reader.pages, start=1):
        size = _drawn_by(page)
        if size > MAX_PAGE:
            raise Harmful(f"page {number} is drawn by {size:,} bytes; at most {MAX_PAGE:,} are read", "too-large")
        seen = 0

        def count(text: str, *_: Any, page_number: int = number) -> None:
            nonlocal seen
            seen += len(text)
            if seen > MAX_PAGE_TEXT:
                raise Harmful(
                    f"page {page_number} has more than {MAX_PAGE_TEXT:,} characters, which no page has", "too-large"
                )

        text = page.extract_text(visitor_text=count) or ""
        length += len(text)
        if length > MAX_TEXT:
            raise Harmful(
                f"{length:,} characters to page {number} of {len(reader.pages):,}; one document may have {MAX_TEXT:,} "
                "(more than any book): cut the file into one for each article",
                "too-large",
            )
        yield text


def _drawn_by(page: Any) -> int:
    """How many bytes draw a page, unpacked."""
    found = page.get("/Contents")
    content = found.get_object() if found is not None else []
    streams = [part.get_object() for part in content] if isinstance(content, list) else [content]
    return sum(len(stream.get_data()) for stream in streams if hasattr(stream, "get_data"))
