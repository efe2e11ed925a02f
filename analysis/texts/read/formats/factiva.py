"""Factiva: fields under codes of two or three letters (HD, BY, PD, SN, LP, TD, AN), or article blocks that end in
"Document XYZ..."."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.texts.document import Refusal
from analysis.texts.read.formats import exports
from analysis.texts.read.formats.exports import COPYRIGHT, NOTES, Fields, is_date, joined
from analysis.texts.read.formats.record import Part, Record

_CODES_LIST = """
    HD BY CR WC PD ET SN SC ED PG LA CY LP TD CT CO IN NS RE IPC IPD PUB AN SE VOL CX RF ART CLM GRF RST
"""
_CODES = frozenset(_CODES_LIST.split())
_LINE = re.compile(r"(?P<code>[A-Z]{2,3})(?:\s{2,}|\t|\s*\Z)(?P<rest>.*)")
_TIGHT = re.compile(r"(?P<code>[A-Z]{2,3})(?:\s+|\Z)(?P<rest>.*)")
_OPENING = frozenset(("HD", "PD", "SN", "TD", "LP"))
_DOCUMENT = re.compile(r"Document ([A-Za-z0-9]{15,40})\W*\Z")
_WORDS = re.compile(r"[\d,.]+ words\Z", re.IGNORECASE)
_TIME = re.compile(r"\d{1,2}:\d{2}(?: ?[AP]M)?\Z", re.IGNORECASE)
_BY = re.compile(r"by\b", re.IGNORECASE)
_SMALL_LIST = """
    and & de van von bin al the of in with for
"""
_SMALL = frozenset(_SMALL_LIST.split())


def read_factiva(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """One record per article of a Factiva export (HTML, RTF, DOCX, PDF or text, told apart by content)."""
    yield from exports.read(data, part, articles, "Factiva article (no 'Document' line and no field codes)")


def looks_like(lines: list[str]) -> str:
    """The reason to take a file for a Factiva export, "" if it is none."""
    if any(_DOCUMENT.match(line.strip()) for line in lines):
        return 'lines "Document ..." with a long code end the articles of a Factiva export'
    if _pattern(lines) is not None:
        return "lines that begin with HD, PD, SN and TD are those of a Factiva export"
    return ""


def _pattern(lines: list[str]) -> re.Pattern[str] | None:
    """How codes and values are parted in a file with codes; None in one without."""
    for pattern in (_LINE, _TIGHT):
        codes = {
            m.group("code") for line in lines if (m := pattern.match(line.lstrip())) and m.group("code") in _OPENING
        }
        if "HD" in codes and len(codes) >= 3:
            return pattern
    return None


def articles(lines: list[str]) -> Iterator[Fields]:
    """The articles of a Factiva export as fields, from field codes where there are any, else from the block's order."""
    pattern = _pattern(lines)
    if pattern is not None:
        yield from _coded_articles(lines, pattern)
        return
    block: list[str] = []
    for line in lines:
        if end := _DOCUMENT.match(line.strip()):
            yield {**_plain(block), "id": end.group(1)}
            block = []
        else:
            block.append(line)


def _coded_articles(lines: list[str], pattern: re.Pattern[str]) -> Iterator[Fields]:
    block: dict[str, list[str]] = {}
    code = ""
    for line in map(str.strip, lines):
        found = pattern.match(line)
        if found and found.group("code") in _CODES:
            code, line = found.group("code"), found.group("rest")
            if code == "HD" and "HD" in block:
                yield _coded(block)
                block = {}
        if code and line.strip():
            block.setdefault(code, []).append(line.strip())
        elif code:
            block.setdefault(code, [])
    if "HD" in block:
        yield _coded(block)


def _coded(fields: dict[str, list[str]]) -> Fields:
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
        NOTES: {"headline-lines": len(fields["HD"]) if len(fields.get("HD", ())) > 1 else 0},
    }


def _plain(block: list[str]) -> Fields:
    lines = [line.strip() for line in block if line.strip()]
    counted = next((i for i, line in enumerate(lines) if _WORDS.match(line)), None)
    if counted is None:
        return {"title": lines[0] if lines else None, "text": "\n".join(lines[1:])}
    head = lines[:counted]
    author = head.pop() if len(head) > 1 and _is_author(head[-1]) else None
    rest = lines[counted + 1 :]
    dated = next((i for i, line in enumerate(rest[:3]) if is_date(line)), 0)
    after = rest[dated + 1 :]
    if after and _TIME.match(after[0]):
        after = after[1:]
    opening = next((i for i, line in enumerate(after[:9]) if COPYRIGHT.match(line)), None)
    body = after[opening + 1 :] if opening is not None else after[3:]
    return {
        "title": joined(head) or None,
        "author": author,
        "date": rest[dated] if rest else None,
        "outlet": after[0] if after else None,
        "text": "\n".join(body),
        NOTES: {"headline-lines": len(head) if len(head) > 1 else 0},
    }


def _is_author(line: str) -> bool:
    """Whether the line above the count of words names an author, and is not the second line of a headline."""
    if _BY.match(line):
        return True
    words = line.replace(",", " ").split()
    return 1 < len(words) <= 6 and all(word in _SMALL or word[:1].isupper() for word in words) and "." not in line[-1:]
