"""ProQuest: articles between ruled lines, fields such as "Full text: ..." and index terms below them, and the workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from analysis.texts.document import Refusal
from analysis.texts.read.formats import exports, workbooks
from analysis.texts.read.formats.exports import NOTES, Fields, joined
from analysis.texts.read.formats.record import Part, Record

_RULE = re.compile(r"\s*_{20,}\s*\Z")
_COUNTED = re.compile(r"\s*Document \d+ of \d+\s*\Z", re.IGNORECASE)
_INDEX = frozenset(
    [
        "subject",
        "business indexing term",
        "location",
        "people",
        "company / organization",
        "company/organization",
        "classification",
        "identifier / keyword",
        "identifier/keyword",
        "keywords",
        "first page",
        "pages",
        "number of pages",
        "section",
        "volume",
        "issue",
        "publisher",
        "place of publication",
        "country of publication",
        "publication subject",
        "issn",
        "eissn",
        "e-issn",
        "source type",
        "document type",
        "dateline",
        "publication history",
        "online publication date",
        "copyright",
        "last updated",
        "database",
        "correspondence author",
        "document feature",
        "edition",
        "accession number",
        "credit",
        "column",
        "contact",
        "source attribution",
        "source",
        "supplement",
        "geographic",
        "person",
        "milestone dates",
        "publication frequency",
        "product name",
        "industry",
        "ethnicity",
        "language",
    ]
)
NAMES = {
    "title": "title",
    "publication title": "outlet",
    "pubtitle": "outlet",
    "publication date": "date",
    "pubdate": "date",
    "publication year": "year",
    "author": "author",
    "authors": "author",
    "full text": "text",
    "fulltext": "text",
    "abstract": "abstract",
    "document url": "url",
    "documenturl": "url",
    "proquest document id": "id",
    "storeid": "id",
    "language of publication": "language",
    "publication info": "info",
    "links": "links",
}
_KEYS = frozenset(NAMES) | _INDEX
_FIELD = re.compile(r"\s*([A-Za-z][\w /&()-]{2,40}?)\s*:(?:\s+(.*)|\s*\Z)")
_INFO_DATE = re.compile(
    r"(\d{1,2} [A-Z][a-z]{2,8}\.? \d{4}|[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}|[A-Z][a-z]{2,8}\.? \d{4})"
)


def read_proquest(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """One record per article of a ProQuest export (text, RTF, DOCX, PDF, HTML), or per row of its workbook."""
    if _is_workbook(data):
        reader = workbooks.read_xlsx if data.startswith(b"PK") else workbooks.read_other
        for made in reader(data, part):
            yield made if isinstance(made, Refusal) else made._replace(fields=_row(made.fields))
        return
    yield from exports.read(data, part, articles, "ProQuest article (no line 'Full text: ...' or 'Title: ...')")


def looks_like(lines: list[str]) -> str:
    """The reason to take a file for a ProQuest export, "" if it is none."""
    keys = {key for line in lines if (key := _key(line))}
    ruled = any(map(_RULE.match, lines)) or any(map(_COUNTED.match, lines))
    if (
        ruled
        and "full text" in keys
        and keys & {"publication title", "publication info", "proquest document id", "title"}
    ):
        return 'ruled lines and fields such as "Full text:" are those of a ProQuest export'
    if ruled and "title" in keys and keys & {"publication title", "publication date"}:
        return 'ruled lines and "Title:" are those of a ProQuest export'
    return ""


def _is_workbook(data: bytes) -> bool:
    return data.startswith(workbooks.OLE) or (data.startswith(b"PK") and b"xl/" in data)


def _key(line: str) -> str:
    found = _FIELD.match(line)
    key = " ".join(found.group(1).lower().split()) if found else ""
    return key if key in _KEYS else ""


def articles(lines: list[str]) -> Iterator[Fields]:
    """The articles of a ProQuest export as fields."""
    block: list[str] = []
    for line in [*lines, "_" * 60]:
        if _RULE.match(line) or _COUNTED.match(line):
            keys = {key for other in block if (key := _key(other))}
            if keys & {"full text", "title", "proquest document id"}:
                yield _article(block)
            block = []
        else:
            block.append(line.rstrip())


def _article(block: list[str]) -> Fields:
    fields: dict[str, list[str]] = {}
    start = next((i for i, line in enumerate(block) if _key(line) in ("full text", "fulltext")), len(block))
    tail = max(_tail(block), start + 1)
    bare = _collect(block[:start], fields)
    _collect(block[tail:], fields)
    text = [_FIELD.match(block[start]).group(2) or "", *block[start + 1 : tail]] if start < len(block) else []  # type: ignore[union-attr]
    one: Fields = {key: "\n".join(value).strip() for key, value in fields.items()}
    one["full text"] = "\n".join(line.strip() for line in text if line.strip())
    title = one.get("title") or joined(bare)
    row = _row({**one, "title": joined([title])})
    index = sum(key in _INDEX for key in fields)
    return {**row, NOTES: {"index-terms": index, "headline-lines": len(bare) if len(bare) > 1 else 0}}


def _tail(block: list[str]) -> int:
    """The first line of the fields below a text: from there on every paragraph opens with the name of a field."""
    is_blank = [not line.strip() for line in block]
    spaced = sum(is_blank) > 0.25 * len(block)
    tail = len(block)
    for index in range(len(block) - 1, -1, -1):
        if is_blank[index]:
            continue
        if _key(block[index]):
            tail = index
        elif not spaced or (index > 0 and is_blank[index - 1]) or index == 0:
            break
    return tail


def _collect(lines: list[str], fields: dict[str, list[str]]) -> list[str]:
    """Fill `fields` from lines; the lines above the first field, which are the title in today's layout."""
    name, bare = "", []
    for line in lines:
        key = _key(line)
        if key:
            name = key
            found = _FIELD.match(line)
            fields.setdefault(name, []).append((found.group(2) or "").strip() if found else "")
        elif name and line.strip():
            fields[name].append(line.strip())
        elif line.strip():
            bare.append(line.strip())
        if not line.strip() and name in ("publication info", "links"):
            name = "links"  # a bare address stands below
            fields.setdefault(name, [])
    return bare


def _row(row: Fields) -> Fields:
    lowered: dict[str, Any] = {str(key).lower().replace("_", " "): value for key, value in row.items()}
    fields: Fields = {key: value for key, value in row.items() if str(key).lower() not in _INDEX}
    for key, name in NAMES.items():
        if lowered.get(key):
            fields[name] = lowered[key]
    info = str(fields.get("info") or "")
    if not fields.get("outlet") and info:
        fields["outlet"] = re.split(r"[;,\[(]| :", info)[0].strip()
    if not fields.get("date") and (found := _INFO_DATE.search(info)):
        fields["date"] = found.group(1)
    fields["date"] = fields.get("date") or fields.get("year")
    fields["text"] = fields.get("text") or ""
    if str(fields.get("abstract") or "").lower().startswith("none available"):
        fields["abstract"] = None
    return fields
