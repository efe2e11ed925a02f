"""Nexis: exports of Nexis Uni (title, publication, date, "Copyright ...", fields, "Body", text, "End of Document") and of
the older LexisNexis ("1 of 20 DOCUMENTS", publication, date, headline, fields in capitals, text)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.texts.document import Refusal
from analysis.texts.read.formats import exports
from analysis.texts.read.formats.exports import COPYRIGHT, NOTES, Fields, is_bare_date, is_date, joined
from analysis.texts.read.formats.record import Part, Record

_END = re.compile(r"end of document\W*\Z", re.IGNORECASE)
_COUNTED = re.compile(r"\s*(\d+) of (\d+) DOCUMENTS?\W*\Z")
_PAGE = re.compile(r"page \d+ of \d+\b.*", re.IGNORECASE)
_COVER = re.compile(
    r"(?:user name|date and time|job number|documents? \(\d+\)|client/matter|search (?:terms|type)|narrowed by|"
    r"content type|\d+\. \S).*",
    re.IGNORECASE,
)
_NAMES_LIST = """
    section length byline dateline highlight load-date language publication-type pub-type document-type graphic
    subject geographic person company organization industry headline title copyright url edition series source
    acc-no journal-code correction correction-date ticker state country city
"""
_NAMES = _NAMES_LIST.split()
_FIELD = re.compile(rf"\s*({'|'.join(_NAMES)})\s*:\s*(.*)", re.IGNORECASE)
_HEADER_LIST = """
    section length byline dateline highlight edition series source headline title url copyright
"""
_HEADER = frozenset(_HEADER_LIST.split())
_BODY = re.compile(r"body\s*:?\s*\Z|body:\s+(.*)\Z", re.IGNORECASE)
_TAIL = re.compile(
    r"classification\W*\Z|(?:load|correction)-date\s*:.*|(?:LANGUAGE|PUBLICATION-TYPE|PUB-TYPE|GRAPHIC|SUBJECT|GEOGRAPHIC|PERSON|COMPANY|"
    r"ORGANIZATION|INDUSTRY|DOCUMENT-TYPE|ACC-NO|JOURNAL-CODE|TICKER|STATE|COUNTRY|CITY)\s*:.*",
    re.IGNORECASE,
)
_SOFT_TAIL = re.compile(r"(?:graphic|notes|correction)\W*\Z", re.IGNORECASE)
_AFTER_GRAPHIC = 6  # lines of captions


def read_nexis(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """One record per article of a Nexis export (DOCX, RTF, PDF, HTML or text, told apart by content)."""
    missing = "Nexis article (no line 'End of Document' and no line '1 of 20 DOCUMENTS')"
    yield from exports.read(data, part, articles, missing)


def looks_like(lines: list[str]) -> str:
    """The reason to take a file for a Nexis export, "" if it is none."""
    bare = [line.strip() for line in lines]
    if any(map(_END.match, bare)) and (
        "Body" in bare or any(line.startswith(("Load-Date:", "Length:")) for line in bare)
    ):
        return 'the lines "End of Document" and "Body" or "Length:" are those of a Nexis Uni export'
    if any(map(_COUNTED.match, bare)) and any(re.match(r"(?:LENGTH|LOAD-DATE|BYLINE|SECTION):", line) for line in bare):
        return 'lines such as "1 of 20 DOCUMENTS" and "LENGTH:" are those of a LexisNexis export'
    return ""


def articles(lines: list[str]) -> Iterator[Fields]:
    """The articles of a Nexis export as fields."""
    counted = any(map(_COUNTED.match, lines))
    block: list[str] = []
    seen = 0
    for line in map(str.strip, lines):
        if _END.match(line) or _COUNTED.match(line):
            if any(block) and (_END.match(line) or seen):
                yield _article(block, counted)
            block = []
            seen += 1
        else:
            block.append("" if _PAGE.match(line) else line)
    if any(_BODY.match(line) for line in block) or (counted and any(block)):
        yield _article(block, counted)


def _article(block: list[str], counted: bool) -> Fields:
    notes: dict[str, int] = {}
    start = next((i for i, line in enumerate(block) if _BODY.match(line)), -1)
    date = _date_line(block, start if start >= 0 else len(block))
    fields, after = _header(block, (date + 1 if date is not None else 0), start if start >= 0 else len(block))
    if start < 0:
        notes["no-start-line"] = 0 if counted else 1
        start = after - 1
        first = ""
    else:
        first = block[start].partition(":")[2].strip()
    if date is not None:
        fields["date"] = block[date]
        fields |= _older(block, date, after) if counted else _newer(block, date, notes)
    else:
        fields["title"] = next((line for line in block[: max(start, 0)] if line and not _FIELD.match(line)), None)
    fields["title"] = fields.pop("headline", None) or fields.get("title")
    if counted and date is not None and fields.get("_text from"):
        start = max(start, fields.pop("_text from") - 1)
    fields.pop("_text from", None)
    body = [first, *block[start + 1 :]]
    stop = _stop(body)
    for line in body[stop:]:
        if found := _FIELD.match(line):
            fields.setdefault(found.group(1).lower(), found.group(2).strip())
    title = str(fields.get("title") or "")
    text = "\n".join(line for line in body[:stop] if line and line != title and not _is_notice(line))
    return {**fields, "author": fields.get("byline"), "text": text, NOTES: notes}


def _is_notice(line: str) -> bool:
    return (
        bool(COPYRIGHT.match(line))
        and len(line) < 120
        and bool(re.search(r"all rights reserved|\d{4}", line, re.IGNORECASE))
    )


def _date_line(block: list[str], end: int) -> int | None:
    """The line of the date of publication: nothing but a date, best just above the copyright notice; never the line of a
    field or one that goes on with it."""
    best, place = 0, None
    in_field, seen = False, 0
    for index, line in enumerate(block[:end]):
        seen += bool(line)
        in_field = bool(line) and (in_field or bool(_FIELD.match(line)))
        if in_field or not line or _COVER.match(line) or seen < 2 or not is_date(line):
            continue
        following = next((other for other in block[index + 1 : index + 9] if other), "")
        score = 1 + 2 * is_bare_date(line) + 2 * bool(COPYRIGHT.match(following)) + bool(_FIELD.match(following))
        if score > best:
            best, place = score, index
    return place


def _newer(block: list[str], date: int, notes: dict[str, int]) -> Fields:
    """Publication and title, which stand above the date: the title may take several lines."""
    above = [i for i in range(date) if block[i] and not COPYRIGHT.match(block[i])]
    if not above:
        return {"outlet": None, "title": None}
    outlet = above[-1]
    lines: list[str] = []
    for index in range(outlet - 1, -1, -1):
        line = block[index]
        if (not line and lines) or _COVER.match(line):
            break
        if line:
            lines.insert(0, line)
    notes["headline-lines"] = len(lines) if len(lines) > 1 else 0
    return {"outlet": block[outlet], "title": joined(lines) or None}


def _older(block: list[str], date: int, after: int) -> Fields:
    """Publication above the date, headline below it and above the fields."""
    above = [line for line in block[:date] if line and not COPYRIGHT.match(line)]
    lines: list[str] = []
    place = date + 1
    for place in range(date + 1, len(block)):
        line = block[place]
        if _FIELD.match(line) or _BODY.match(line) or (not line and lines):
            break
        if line and not COPYRIGHT.match(line) and not re.search(r"\bedition\b|\bfinal\b", line[:40], re.IGNORECASE):
            lines.append(line)
    fields: Fields = {"outlet": above[0] if above else None, "title": joined(lines) or None}
    return fields if after > date + 1 else {**fields, "_text from": place}


def _header(block: list[str], start: int, end: int) -> tuple[Fields, int]:
    """(the fields of an article's header, the line after the last of them)."""
    fields: Fields = {}
    name, after, plain = "", start, 0
    for index in range(start, min(end, start + 60)):
        line = block[index]
        found = _FIELD.match(line)
        if found and found.group(1).lower() in _HEADER:
            name = found.group(1).lower()
            fields.setdefault(name, found.group(2).strip())
            after, plain = index + 1, 0
        elif not line:
            name = ""
        elif name and (name != "length" or len(line) < 20):
            fields[name] = joined([fields[name], line])
            after = index + 1
        elif COPYRIGHT.match(line) and index < start + 6:
            after = index + 1
        else:
            plain += 1
            if plain > 4:
                break
    return fields, after


def _stop(body: list[str]) -> int:
    """The first line of what follows an article: classification, dates of loading, captions.

    "Graphic" and "Notes" are headings of articles too: they end a text only just above such lines.
    """
    hard = next((i for i, line in enumerate(body) if _TAIL.match(line) and _is_tail(body, i)), len(body))
    for index in range(hard - 1, max(hard - 2 - 4 * _AFTER_GRAPHIC, -1), -1):
        if _SOFT_TAIL.match(body[index]):
            between = [line for line in body[index + 1 : hard] if line]
            is_graphic = body[index].lower().startswith("graphic")
            if hard < len(body) and len(between) <= (_AFTER_GRAPHIC if is_graphic else 0):
                hard = index
    return hard


def _is_tail(body: list[str], index: int) -> bool:
    """Whether a line such as "Subject: ..." begins the tail: most of what follows are such lines too."""
    rest = [line for line in body[index:] if line]
    tails = sum(bool(_TAIL.match(line) or _FIELD.match(line)) for line in rest)
    return tails >= 0.5 * len(rest) or bool(re.match(r"classification\W*\Z", body[index], re.IGNORECASE))
