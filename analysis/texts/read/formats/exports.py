"""Exports of news databases: several articles in one file, taken apart by the layout the vendors print.

Nexis Uni: title, publication, date, "Copyright ...", "Length:", "Byline:", "Body", text, "Load-Date:", "End of
Document".
Factiva: fields under two-letter codes (HD, BY, PD, SN, LP, TD, AN), or article blocks that end in "Document XYZ...".
ProQuest: "Title: ..." fields between ruled lines. Media Cloud and GDELT: rows of addresses, without texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from analysis.texts.document import Refusal
from analysis.texts.read.dates import DateProblem, parse_date
from analysis.texts.read.formats import delimited, office
from analysis.texts.read.formats.encoding import NotText, decode
from analysis.texts.read.formats.limits import Harmful
from analysis.texts.read.formats.record import Part, Record

_END = re.compile(r"end of document\W*\Z", re.IGNORECASE)
_NEXIS_FIELD = re.compile(
    r"(section|length|byline|dateline|highlight|load-date|language|publication-type|graphic)\s*:\s*(.*)", re.IGNORECASE
)
_STOP = re.compile(r"(?:classification|load-date\s*:.*|graphic|notes)\Z", re.IGNORECASE)
_PAGE = re.compile(r"page \d+ of \d+\b.*", re.IGNORECASE)
_FACTIVA_CODES = frozenset(
    (
        "HD",
        "BY",
        "CR",
        "WC",
        "PD",
        "ET",
        "SN",
        "SC",
        "ED",
        "PG",
        "LA",
        "CY",
        "LP",
        "TD",
        "CT",
        "CO",
        "IN",
        "NS",
        "RE",
        "IPC",
        "IPD",
        "PUB",
        "AN",
        "SE",
        "VOL",
        "CX",
        "RF",
        "ART",
    )
)
_FACTIVA_LINE = re.compile(r"(?P<code>[A-Z]{2,3})(?:\s{2,}|\t|\Z)(?P<rest>.*)")
_FACTIVA_END = re.compile(r"Document ([A-Za-z0-9]{15,40})\W*\Z")
_WORDS = re.compile(r"[\d,.]+ words\Z", re.IGNORECASE)
_RULE = re.compile(r"_{20,}\s*\Z")
_PROQUEST_FIELD = re.compile(r"([A-Z][\w /&()-]{2,40}?): (.*)|([A-Z][\w /&()-]{2,40}?):\s*\Z")
PROQUEST = {
    "title": "title",
    "publication title": "outlet",
    "publication date": "date",
    "publication year": "year",
    "author": "author",
    "full text": "text",
    "abstract": "abstract",
    "document url": "url",
    "proquest document id": "id",
    "language of publication": "language",
}


def read_nexis(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """One record per article of a Nexis Uni export (DOCX, RTF or HTML, told apart by content)."""
    yield from _articles(data, part, nexis_articles, "Nexis article (no line 'End of Document')")


def read_factiva(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """One record per article of a Factiva export (HTML or RTF, told apart by content)."""
    yield from _articles(data, part, factiva_articles, "Factiva article (no 'Document' line and no field codes)")


def read_proquest(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """One record per article of a ProQuest text export, or per row of its workbook."""
    if data.startswith(b"PK"):
        for made in office.read_xlsx(data, part):
            yield made if isinstance(made, Refusal) else made._replace(fields=_proquest_row(made.fields))
        return
    yield from _articles(data, part, proquest_articles, "ProQuest article (no line 'Title: ...')")


def read_urls(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """Rows of a Media Cloud or GDELT table: a title is kept as a headline, an address alone is refused ("no-text")."""
    for made in delimited.read_bytes(data, part):
        if isinstance(made, Refusal):
            yield made
            continue
        row = {k.lower(): v for k, v in made.fields.items()}
        title = row.get("title") or row.get("headline")
        if not (title or row.get("text")):
            reason = "an address without title or text: fetch the page, save it, and read it as html"
            yield Refusal(made.origin, reason, "no-text")
            continue
        names = {
            "date": ("publish_date", "date", "seendate", "published"),
            "url": ("url", "documentidentifier"),
            "outlet": ("media_name", "domain", "source", "sourcecommonname"),
            "id": ("stories_id", "id"),
            "language": ("language",),
            "text": ("text",),
        }
        found: dict[str, Any] = {k: next((row[n] for n in v if row.get(n)), None) for k, v in names.items()}
        yield made._replace(fields={**row, **found, "title": title, "text": found["text"] or ""})


def _articles(data: bytes, part: Part, split: Any, missing: str) -> Iterator[Record | Refusal]:
    try:
        lines = _lines(data, part.source.encoding)
    except (Harmful, NotText) as error:
        yield Refusal(part.name, str(error), getattr(error, "kind", "encoding"))
        return
    number = 0
    for fields in split(lines):
        number += 1
        origin = f"{part.name}:{number}"
        if fields.get("text") or fields.get("title"):
            yield Record(fields, origin, number)
        else:
            yield Refusal(origin, "an article without title and text", "empty")
    if not number:
        yield Refusal(part.name, f"holds no {missing}", "malformed")


def _lines(data: bytes, declared: str) -> list[str]:
    head = data[:4096].lstrip()
    if data.startswith(b"PK"):
        return office.docx_lines(data)[0]
    if head.startswith(b"{\\rtf"):
        return office.rtf_lines(data)
    text = decode(data, declared=declared)
    if re.search(r"<(?:!doctype html|html|body|div|p)\b", text[:4096], re.IGNORECASE):
        return html_lines(text)
    return text.split("\n")


def html_lines(html: str) -> list[str]:
    """The text of a page, one line per block or table row; a code cell and its value are parted by two spaces."""
    import lxml.etree
    import lxml.html

    try:
        tree = lxml.html.document_fromstring(html.encode("utf-8"), parser=lxml.html.HTMLParser(encoding="utf-8"))
    except (lxml.etree.LxmlError, ValueError) as error:
        raise Harmful(f"no readable page: {error}", "malformed") from error
    blocks = {"p", "div", "br", "tr", "h1", "h2", "h3", "h4", "li", "table", "hr", "title"}
    pieces: list[str] = []
    for event, element in lxml.etree.iterwalk(tree, events=("start", "end")):
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "head"):
            continue
        if element.tag in blocks:
            pieces.append("\n")
        elif element.tag in ("td", "th") and event == "end":
            pieces.append("\t")
        words = element.text if event == "start" else element.tail
        if words:
            pieces.append(re.sub(r"\s+", " ", words))
    text = re.sub(r"\n\s*\t\s*", "\n", "".join(pieces))
    text = re.sub(r"(?m)^ *([A-Z]{2,3}) *\t\s*", r"\1\t", text)
    return [line.strip(" ") for line in text.split("\n")]


def nexis_articles(lines: list[str]) -> Iterator[dict[str, Any]]:
    """The articles of a Nexis export as fields."""
    block: list[str] = []
    for line in (line.replace("\xa0", " ").strip() for line in lines):
        if _END.match(line):
            if any(block):
                yield _nexis_article(block)
            block = []
        elif not _PAGE.match(line):
            block.append(line)
    if any(line == "Body" for line in block):
        yield _nexis_article(block)


def _nexis_article(block: list[str]) -> dict[str, Any]:
    start = next((i for i, line in enumerate(block) if line.casefold() == "body"), -1)
    head = [line for line in block[: max(start, 0)] if line]
    fields: dict[str, Any] = {}
    plain: list[str] = []
    for line in head:
        if found := _NEXIS_FIELD.match(line):
            fields[found.group(1).lower()] = found.group(2).strip()
        else:
            plain.append(line)
    dated = next((i for i in range(len(plain) - 1, 0, -1) if _is_date(plain[i])), None)
    if dated is not None:
        fields["date"] = plain[dated]
        fields["outlet"] = plain[dated - 1]
        fields["title"] = plain[dated - 2] if dated >= 2 else None
    elif plain:
        fields["title"] = plain[0]
    body = block[start + 1 :] if start >= 0 else block[len(head) :]
    stop = next((i for i, line in enumerate(body) if _STOP.match(line)), len(body))
    for line in body[stop:]:
        if found := _NEXIS_FIELD.match(line):
            fields.setdefault(found.group(1).lower(), found.group(2).strip())
    text = "\n".join(line for line in body[:stop] if line)
    return {**fields, "author": fields.get("byline"), "text": text}


def _is_date(line: str) -> bool:
    if len(line) > 60 or line.lower().startswith("copyright") or not re.search(r"\d{4}", line):
        return False
    try:
        return parse_date(line)[1] != "none"
    except DateProblem as problem:
        return problem.kind == "ambiguous-date"


def factiva_articles(lines: list[str]) -> Iterator[dict[str, Any]]:
    """The articles of a Factiva export as fields, from field codes where there are any, else from the block's order."""
    block: list[str] = []
    coded = (
        sum(bool(m) and m.group("code") in ("HD", "PD", "SN", "TD", "LP") for m in map(_FACTIVA_LINE.match, lines)) >= 3
    )
    for line in (line.replace("\xa0", " ").rstrip() for line in lines):
        if coded and (found := _FACTIVA_LINE.match(line)) and found.group("code") == "HD" and any(block):
            if any(re.match(r"(?:HD|TD|LP)(?:\s{2}|\t|\Z)", x) for x in block):
                yield _factiva_coded(block)
            block = []
        end = _FACTIVA_END.match(line.strip())
        if end and not coded:
            yield {**_factiva_plain(block), "id": end.group(1)}
            block = []
        else:
            block.append(line)
    if coded and any(block):
        yield _factiva_coded(block)


def _factiva_coded(block: list[str]) -> dict[str, Any]:
    fields: dict[str, list[str]] = {}
    code = ""
    for line in block:
        found = _FACTIVA_LINE.match(line)
        if found and found.group("code") in _FACTIVA_CODES:
            code = found.group("code")
            line = found.group("rest")
        if code and line.strip():
            fields.setdefault(code, []).append(line.strip())
    one = {key: " ".join(value) for key, value in fields.items()}
    number = re.search(r"\b[A-Z][A-Za-z0-9]{14,40}", one.get("AN", ""))
    return {
        "id": number.group(0) if number else None,
        "title": one.get("HD"),
        "author": one.get("BY"),
        "date": one.get("PD"),
        "outlet": one.get("SN"),
        "language": one.get("LA"),
        "text": "\n".join([*fields.get("LP", []), *fields.get("TD", [])]),
    }


def _factiva_plain(block: list[str]) -> dict[str, Any]:
    lines = [line.strip() for line in block if line.strip()]
    counted = next((i for i, line in enumerate(lines) if _WORDS.match(line)), None)
    if counted is None:
        return {"title": lines[0] if lines else None, "text": "\n".join(lines[1:])}
    rest = lines[counted + 1 :]
    dated = next((i for i, line in enumerate(rest[:3]) if _is_date(line)), 0)
    after = rest[dated + 1 :]
    if after and re.fullmatch(r"\d{1,2}:\d{2}(?: ?[AP]M)?", after[0]):
        after = after[1:]
    opening = next((i for i, line in enumerate(after[:8]) if re.match(r"copyright|\(c\)|©", line, re.IGNORECASE)), None)
    body = after[opening + 1 :] if opening is not None else after[3:]
    return {
        "title": lines[0] if counted else None,
        "author": lines[1] if counted > 1 else None,
        "date": rest[dated] if rest else None,
        "outlet": after[0] if after else None,
        "text": "\n".join(body),
    }


def proquest_articles(lines: list[str]) -> Iterator[dict[str, Any]]:
    """The articles of a ProQuest text export as fields."""
    block: list[str] = []
    for line in [*lines, "_" * 60]:
        if _RULE.match(line.strip()):
            if any(x.startswith("Title: ") for x in block):
                yield _proquest_article(block)
            block = []
        else:
            block.append(line.rstrip())


def _proquest_article(block: list[str]) -> dict[str, Any]:
    fields: dict[str, list[str]] = {}
    name = ""
    for line in block:
        found = _PROQUEST_FIELD.match(line)
        key = (found.group(1) or found.group(3)).lower() if found else ""
        known = key in PROQUEST or (found is not None and name != "full text")
        if found and known:
            name = key
            fields.setdefault(name, []).append((found.group(2) or "").strip())
        elif name and line.strip():
            fields[name].append(line.strip())
    return _proquest_row({key: "\n".join(value).strip() for key, value in fields.items()})


def _proquest_row(row: dict[str, Any]) -> dict[str, Any]:
    lowered = {key.lower().replace("_", " "): value for key, value in row.items()}
    names = {
        **PROQUEST,
        "pubtitle": "outlet",
        "pubdate": "date",
        "authors": "author",
        "documenturl": "url",
        "storeid": "id",
        "fulltext": "text",
    }
    fields: dict[str, Any] = dict(row)
    for key, name in names.items():
        if lowered.get(key):
            fields[name] = lowered[key]
    fields.setdefault("date", fields.get("year"))
    fields["text"] = fields.get("text") or ""
    return fields
