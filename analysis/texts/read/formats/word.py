"""Documents of word processors: DOCX and ODT, with tables, content controls, text boxes and tracked changes; old .doc."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from analysis.texts.document import Refusal
from analysis.texts.read.formats import rtf
from analysis.texts.read.formats.encoding import clean_controls
from analysis.texts.read.formats.limits import Harmful, check_office, unpack
from analysis.texts.read.formats.record import Part, Record
from analysis.texts.read.formats.workbooks import OLE

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_GONE = {_W + "del", _W + "moveFrom", _W + "delText", _W + "instrText", _W + "rPr", _W + "pPr", _W + "fldData"}
_ASIDE = {_TEXT + "tracked-changes", _TEXT + "note", _OFFICE + "annotation", _TEXT + "table-of-content"}


def read_docx(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """A DOCX file as one record. The day it was made is kept as "created", not taken as its date."""
    try:
        lines, fields = docx_lines(data)
    except Harmful as error:
        yield Refusal(part.name, str(error), error.kind)
        return
    changes = fields.pop("tracked changes")
    record = document(lines, fields, part)
    yield record.noting("tracked-changes", changes) if isinstance(record, Record) else record


def read_odt(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """An ODT file as one record."""
    try:
        lines, fields = odt_lines(data)
    except Harmful as error:
        yield Refusal(part.name, str(error), error.kind)
        return
    yield document(lines, fields, part)


def read_doc(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """A file named .doc by what it holds: RTF, DOCX or a saved page; a real Word 97 file is refused with the remedy."""
    from analysis.texts.read.formats import pages

    head = data[:4096].lstrip().lower()
    if head.startswith(b"{\\rtf"):
        yield from rtf.read_rtf(data, part)
    elif data.startswith(b"PK"):
        yield from read_docx(data, part)
    elif head.startswith((b"<html", b"<!doctype html", b"<?xml", b"<head", b"<meta")):
        yield from pages.read_html(data, part)
    else:
        what = "a document of Word 97 to 2003" if data.startswith(OLE) else "no document that can be read"
        yield Refusal(part.name, f"{what}: open it in a word processor and save it as .docx", "unknown-format")


def document(lines: list[str], fields: dict[str, Any], part: Part) -> Record | Refusal:
    """One record of the lines of a document; without text a `Refusal`."""
    text = "\n".join(lines).strip()
    if not text:
        return Refusal(part.name, "no text", "empty")
    return Record({**fields, "text": text}, part.name)


def docx_lines(data: bytes) -> tuple[list[str], dict[str, Any]]:
    """(lines, core properties title, author, created, and the number of "tracked changes") of a DOCX file.

    One line a paragraph, or a row of a table with its cells parted by tabs. Words inserted with tracked changes are read,
    deleted ones are not. Raises `Harmful` if it cannot be read.
    """
    check_office(data)
    import docx

    try:
        opened = docx.Document(io.BytesIO(data))
        root = opened.element
        core = opened.core_properties
        created = core.created.date().isoformat() if isinstance(core.created, dt.datetime) else None
        body = root.find(_W + "body")
        lines: list[str] = []
        for block in body if body is not None else ():
            _block(block, lines)
        changes = sum(1 for _ in root.iter(_W + "ins", _W + "del", _W + "moveFrom"))
        fields = {"title": core.title or None, "author": core.author or None, "created": created}
        return [clean_controls(line) for line in lines], {**fields, "tracked changes": changes}
    except Exception as error:  # a broken document may raise anything
        if "Text node too long" in str(error):  # the library's own limit
            raise Harmful("a paragraph of more than 10,000,000 characters", "too-large") from error
        raise Harmful(f"no readable DOCX: {type(error).__name__}", "malformed") from error


def _block(element: Any, lines: list[str], depth: int = 0) -> None:
    """The lines of a paragraph, table, content control or other block."""
    if depth > 50 or not isinstance(element.tag, str):
        return
    if element.tag == _W + "p":
        boxes: list[Any] = []
        lines.extend("".join(_words(element, boxes)).split("\n"))
        for box in boxes:
            for block in box:
                _block(block, lines, depth + 1)
    elif element.tag == _W + "tr":
        cells = []
        for cell in element.iter(_W + "tc"):
            inner: list[str] = []
            for block in cell:
                _block(block, inner, depth + 1)
            cells.append(" ".join(filter(None, inner)))
        lines.append("\t".join(cells))
    elif element.tag not in _GONE:
        for block in element:
            _block(block, lines, depth + 1)


def _words(element: Any, boxes: list[Any]) -> Iterator[str]:
    """The text of a paragraph's runs as a reader sees it; text boxes are set aside for the lines that follow."""
    for child in element:
        tag = child.tag
        if tag == _W + "t":
            yield child.text or ""
        elif tag in (_W + "tab", _W + "ptab"):
            yield "\t"
        elif tag in (_W + "br", _W + "cr"):
            yield "\n"
        elif tag == _W + "noBreakHyphen":
            yield "-"
        elif tag == _W + "txbxContent":
            boxes.append(child)
        elif tag not in _GONE and tag != _MC + "Fallback":
            yield from _words(child, boxes)


def odt_lines(data: bytes) -> tuple[list[str], dict[str, Any]]:
    """(lines, title, author and day of making) of an ODT file. Deleted words, comments and notes are left out."""
    check_office(data)
    import defusedxml.ElementTree as ElementTree

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            content = ElementTree.fromstring(unpack(archive, archive.getinfo("content.xml")))
            meta = ElementTree.fromstring(unpack(archive, archive.getinfo("meta.xml"))) if _has_meta(archive) else None
    except Harmful:
        raise
    except Exception as error:  # a broken document may raise anything
        raise Harmful(f"no readable ODT: {type(error).__name__}", "malformed") from error
    lines: list[str] = []
    body = content.find(f"{_OFFICE}body/{_OFFICE}text")
    _open_block(body if body is not None else content, lines)
    found = {} if meta is None else {e.tag.rpartition("}")[2]: e.text for e in meta.iter() if e.text and e.text.strip()}
    fields = {
        "title": found.get("title"),
        "author": found.get("initial-creator"),
        "created": found.get("creation-date"),
    }
    return [clean_controls(line) for line in lines], fields


def _has_meta(archive: zipfile.ZipFile) -> bool:
    return "meta.xml" in archive.namelist()


def _open_block(element: Any, lines: list[str], depth: int = 0) -> None:
    for child in element:
        if child.tag in (_TEXT + "p", _TEXT + "h"):
            lines.extend("".join(_open_words(child)).split("\n"))
        elif child.tag == _TABLE + "table-row":
            cells: list[str] = []
            for cell in child:
                inner: list[str] = []
                _open_block(cell, inner, depth + 1)
                cells.append(" ".join(filter(None, inner)))
            lines.append("\t".join(cells))
        elif child.tag not in _ASIDE and depth < 50:
            _open_block(child, lines, depth + 1)


def _open_words(element: Any) -> Iterator[str]:
    """The text of a paragraph as a reader sees it, however deep its spans are nested."""
    signs = {_TEXT + "s": " ", _TEXT + "tab": "\t", _TEXT + "line-break": "\n"}
    yield element.text or ""
    open_ones = [(iter(element), "")]
    while open_ones:
        children, tail = open_ones[-1]
        child = next(children, None)
        if child is None:
            open_ones.pop()
            yield tail
        elif child.tag in signs or child.tag in _ASIDE:
            yield signs.get(child.tag, "") + (child.tail or "")
        else:
            yield child.text or ""
            open_ones.append((iter(child), child.tail or ""))
