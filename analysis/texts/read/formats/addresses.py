"""Lists of addresses (Media Cloud, GDELT): rows with titles and without texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analysis.texts.document import Refusal
from analysis.texts.read.formats import delimited, jsons
from analysis.texts.read.formats.record import Part, Record

_NAMES = {
    "date": ("publish_date", "date", "seendate", "published"),
    "url": ("url", "documentidentifier"),
    "outlet": ("media_name", "domain", "source", "sourcecommonname"),
    "id": ("stories_id", "id"),
    "language": ("language",),
    "text": ("text",),
}


def read_urls(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """Rows of a table of addresses (CSV or JSON): titles are kept as headlines, bare addresses are refused ("no-text")."""
    reader = (
        jsons.read_bytes if data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{") else delimited.read_bytes
    )
    for made in reader(data, part):
        if isinstance(made, Refusal):
            yield made
            continue
        row = {str(k).lower(): v for k, v in made.fields.items()}
        title = row.get("title") or row.get("headline")
        if not (title or row.get("text")):
            reason = "an address without title or text: fetch the page, save it, and read it as html"
            yield Refusal(made.origin, reason, "no-text")
            continue
        found: dict[str, Any] = {k: next((row[n] for n in v if row.get(n)), None) for k, v in _NAMES.items()}
        yield made._replace(fields={**row, **found, "title": title, "text": found["text"] or ""})


def looks_like(lines: list[str]) -> str:
    """The reason to take a table for a list of addresses, "" if it is none."""
    header = lines[0].lower() if lines else ""
    if "url" in header and ("media_name" in header or "stories_id" in header):
        return "columns of a Media Cloud table: addresses and titles without texts"
    return ""
