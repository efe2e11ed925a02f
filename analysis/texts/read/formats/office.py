"""XLSX tables, and DOCX, RTF and PDF documents."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from typing import Any

from analysis.texts.document import Refusal
from analysis.texts.read.formats.delimited import names_of
from analysis.texts.read.formats.encoding import NotText, clean_controls, decode
from analysis.texts.read.formats.limits import Harmful, check_office
from analysis.texts.read.formats.record import Part, Record

MAX_PAGES = 3000
_HYPHEN = re.compile(r"(?<=[a-z])-\n(?=[a-z])")


def read_xlsx(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """One record per row under the header of the first sheet, or of the sheet that the source names."""
    try:
        check_office(data)
        rows = list(_rows(data, part.source.sheet))
    except Harmful as error:
        yield Refusal(part.name, str(error), error.kind)
        return
    except Exception as error:  # noqa: BLE001 (a broken workbook may raise anything)
        yield Refusal(part.name, f"no readable workbook: {type(error).__name__}", "malformed")
        return
    header: list[str] | None = None
    number = 0
    for cells in rows:
        if not any(cell not in (None, "") for cell in cells):
            continue
        if header is None:
            header = names_of(["" if c is None else str(c) for c in cells])
            continue
        number += 1
        values = [clean_controls(c) if isinstance(c, str) else c for c in cells]
        yield Record(dict(zip(header, values, strict=False)), f"{part.name}:{number}", number)
    if header is None:
        yield Refusal(part.name, "a sheet without rows", "empty")


def _rows(data: bytes, sheet: str) -> Iterator[tuple[Any, ...]]:
    import warnings

    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        if sheet and sheet not in book.sheetnames:
            raise Harmful(f"no sheet {sheet!r}; sheets: {', '.join(book.sheetnames)}", "missing-sheet")
        yield from (book[sheet] if sheet else book[book.sheetnames[0]]).iter_rows(values_only=True)
    finally:
        book.close()


def docx_lines(data: bytes) -> tuple[list[str], dict[str, Any]]:
    """(paragraphs, core properties title, author, date) of a DOCX file. Raises `Harmful` if it cannot be read."""
    check_office(data)
    import docx

    try:
        document = docx.Document(io.BytesIO(data))
        lines = [clean_controls(p.text) for p in document.paragraphs]
        core = document.core_properties
        date = core.created.date().isoformat() if isinstance(core.created, dt.datetime) else None
        return lines, {"title": core.title or None, "author": core.author or None, "created": date}
    except Exception as error:  # a broken document may raise anything
        raise Harmful(f"no readable DOCX: {type(error).__name__}", "malformed") from error


def rtf_lines(data: bytes) -> list[str]:
    """The lines of an RTF file. Raises `Harmful` if it cannot be read."""
    from striprtf.striprtf import rtf_to_text

    if not data.lstrip().startswith(b"{\\rtf"):
        raise Harmful("no RTF: the file does not start with {\\rtf", "malformed")
    try:
        return clean_controls(rtf_to_text(data.decode("latin-1"), errors="replace")).split("\n")
    except Exception as error:  # a broken file may raise anything
        raise Harmful(f"no readable RTF: {type(error).__name__}", "malformed") from error


def read_document(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """A DOCX, RTF or PDF file as one record. The day a file was made is kept as "created", not taken as its date."""
    try:
        if part.format == "docx":
            lines, fields = docx_lines(data)
        elif part.format == "rtf":
            lines, fields = rtf_lines(data), {}
        else:
            lines, fields = pdf_lines(data)
    except (Harmful, NotText) as error:
        yield Refusal(part.name, str(error), getattr(error, "kind", "encoding"))
        return
    text = "\n".join(lines).strip()
    if not text:
        reason = "a PDF without text (a scan?): run text recognition first" if part.format == "pdf" else "no text"
        yield Refusal(part.name, reason, "empty")
        return
    yield Record({**fields, "text": text}, part.name)


def pdf_lines(data: bytes) -> tuple[list[str], dict[str, Any]]:
    """(lines, title and author) of a PDF file; words broken at line ends are joined. Raises `Harmful`."""
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
        meta = reader.metadata or {}
        fields = {"title": meta.get("/Title"), "author": meta.get("/Author"), "created": meta.get("/CreationDate")}
    except Harmful:
        raise
    except Exception as error:  # a broken file may raise anything
        raise Harmful(f"no readable PDF: {type(error).__name__}", "malformed") from error
    fields = {k: clean_controls(str(v)) if v else None for k, v in fields.items()}
    return _HYPHEN.sub("", clean_controls(text)).split("\n"), fields


def text_lines(data: bytes, declared: str = "") -> list[str]:
    """The lines of a plain text file. Raises `NotText`."""
    return decode(data, declared=declared).split("\n")
