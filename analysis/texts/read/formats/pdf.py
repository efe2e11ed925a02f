"""PDF documents: the text of all pages, and the title and author that the file names."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from analysis.texts.document import Refusal
from analysis.texts.read.formats.encoding import clean_controls
from analysis.texts.read.formats.limits import Harmful
from analysis.texts.read.formats.record import Part, Record

MAX_PAGES = 3000


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
        text = "\n".join(page.extract_text() or "" for page in reader.pages)
        meta: Mapping[str, Any] = reader.metadata or {}
        fields = {"title": meta.get("/Title"), "author": meta.get("/Author"), "created": meta.get("/CreationDate")}
    except Harmful:
        raise
    except Exception as error:  # a broken file may raise anything
        raise Harmful(f"no readable PDF: {type(error).__name__}", "malformed") from error
    fields = {k: clean_controls(str(v)) if v else None for k, v in fields.items()}
    return clean_controls(text).split("\n"), fields
