"""Saved web pages (HTML, WARC): main text, title, date, author and site name through trafilatura."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from analysis.texts.document import Refusal
from analysis.texts.read.formats.encoding import NotText, clean_controls, decode
from analysis.texts.read.formats.limits import MAX_FILE
from analysis.texts.read.formats.record import Part, Record

MAX_PAGE = 16 * 1024 * 1024
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{2,30})""", re.IGNORECASE)
_MAX_DEPTH = 2000


def read_html(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """One page as one record."""
    yield page(data, part.name, declared=part.source.encoding)


def page(data: bytes, origin: str, *, declared: str = "", url: str = "", number: int = 0) -> Record | Refusal:
    """The record of one page: title, text, date, author, outlet (site name), url. A page without text is refused."""
    if len(data) > MAX_PAGE:
        return Refusal(origin, f"a page of {len(data):,} bytes; at most {MAX_PAGE:,} are read", "too-large")
    try:
        html = decode(data, declared=declared or _charset(data))
    except NotText as error:
        return Refusal(origin, str(error), "encoding")
    if html.count("<div") + html.count("<span") + html.count("<b") > 50 * _MAX_DEPTH:
        return Refusal(origin, "a page nested beyond reason", "hostile")
    import trafilatura

    try:
        found = trafilatura.bare_extraction(
            html,
            url=url or None,
            favor_precision=True,
            include_comments=False,
            include_tables=False,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except Exception as error:  # noqa: BLE001 (the parsers below may raise anything on broken pages)
        return Refusal(origin, f"no readable page: {type(error).__name__}", "malformed")
    fields: dict[str, Any] = found.as_dict() if found is not None else {}
    text = clean_controls(str(fields.get("text") or ""))
    if not text.strip():
        return Refusal(origin, "a page without main text", "empty")
    names = {"title": "title", "date": "date", "author": "author", "url": "url", "outlet": "sitename"}
    row = {name: fields.get(key) for name, key in names.items()}
    row["url"] = row["url"] or url or None
    row["outlet"] = row["outlet"] or fields.get("hostname")
    return Record(
        {k: clean_controls(v) if isinstance(v, str) else v for k, v in row.items()} | {"text": text}, origin, number
    )


def _charset(data: bytes) -> str:
    found = _CHARSET.search(data[:4096])
    if not found:
        return ""
    name = found.group(1).decode("ascii")
    try:
        data.decode(name)
    except (LookupError, UnicodeDecodeError):
        return ""
    return name


def read_warc(part: Part) -> Iterator[Record | Refusal]:
    """One record per HTML response of a WARC file (also gzipped). Other records are no documents and not counted."""
    if part.path.stat().st_size > 64 * MAX_FILE:
        yield Refusal(part.name, "a WARC file above 8 GB; split it", "too-large")
        return
    with part.path.open("rb") as stream:
        yield from _responses(stream, part)


def read_warc_bytes(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """The same from bytes (a member of an archive)."""
    yield from _responses(io.BytesIO(data), part)


def _responses(stream: Any, part: Part) -> Iterator[Record | Refusal]:
    from warcio.archiveiterator import ArchiveIterator

    number = 0
    try:
        for record in ArchiveIterator(stream):
            if record.rec_type != "response":
                continue
            kind = (record.http_headers.get_header("Content-Type") or "") if record.http_headers else ""
            if "html" not in kind.lower():
                continue
            number += 1
            origin = f"{part.name}:{number}"
            body = record.content_stream().read(MAX_PAGE + 1)
            made = page(body, origin, url=record.rec_headers.get_header("WARC-Target-URI") or "", number=number)
            yield _dated(made, record.rec_headers.get_header("WARC-Date"))
    except Exception as error:  # noqa: BLE001 (a broken archive may raise anything)
        yield Refusal(f"{part.name}:{number + 1}", f"no readable WARC from here: {type(error).__name__}", "malformed")
        return
    if not number:
        yield Refusal(part.name, "a WARC file without HTML responses", "empty")


def _dated(made: Record | Refusal, fetched: str | None) -> Record | Refusal:
    """Keep the day of fetching beside the page's own date: it is no date of publication."""
    if isinstance(made, Record):
        made.fields["fetched"] = fetched
    return made
