"""RTF documents: by the code page that the file names, also where bytes stand raw in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.texts.document import Refusal
from analysis.texts.read.formats.encoding import clean_controls, is_mostly_utf8, western
from analysis.texts.read.formats.limits import Harmful
from analysis.texts.read.formats.record import Part, Record

_PAGE = re.compile(rb"\\ansicpg(\d{1,5})")
_SET = re.compile(rb"\\(mac|pca|pc)(?![a-z])")
_RAW = re.compile(rb"[\x80-\xff]+")
_ESCAPED = re.compile(rb"\\'([0-9a-fA-F]{2})")
_PICTURE = re.compile(rb"(?<![0-9a-fA-F\r\n])[0-9a-fA-F\r\n]{1000,}")
MAX_BYTES = 24_000_000  # without pictures: as many characters as one document may have, each written as \\'xx
_SETS = {b"mac": "mac_roman", b"pc": "cp437", b"pca": "cp850"}
_MAC_PAGES = {"10000": "mac_roman", "10007": "mac_cyrillic", "65001": "utf-8"}


def read_rtf(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """An RTF file as one record."""
    try:
        text = "\n".join(rtf_lines(data)).strip()
    except Harmful as error:
        yield Refusal(part.name, str(error), error.kind)
        return
    if not text:
        yield Refusal(part.name, "no text", "empty")
        return
    yield Record({"text": text}, part.name).noting("stray-bytes", len(_RAW.findall(data)))


def rtf_lines(data: bytes) -> list[str]:
    """The lines of an RTF file. Raises `Harmful` if it cannot be read."""
    from striprtf.striprtf import rtf_to_text

    if not data.lstrip().startswith(b"{\\rtf"):
        raise Harmful("no RTF: the file does not start with {\\rtf", "malformed")
    data = _PICTURE.sub(b"", data)
    if len(data) > MAX_BYTES:
        raise Harmful(
            f"{len(data):,} bytes without pictures; at most {MAX_BYTES:,} are read: if it holds many articles, cut it",
            "too-large",
        )
    try:
        text = rtf_to_text(_plain(data), errors="replace")
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")  # halves of characters
        return clean_controls(text).split("\n")
    except Exception as error:  # a broken file may raise anything
        raise Harmful(f"no readable RTF: {type(error).__name__}", "malformed") from error


def _plain(data: bytes) -> str:
    """The file as ASCII: raw bytes become `\\uN?`, and so do escaped ones where striprtf does not know the set."""
    page = _code_page(data)
    if page in (*_SETS.values(), "mac_cyrillic", "utf-8"):
        data = _ESCAPED.sub(lambda m: _unicode(bytes.fromhex(m.group(1).decode()).decode(page, "replace")), data)
    if not _RAW.search(data):
        return data.decode("ascii")
    raw = b" ".join(_RAW.findall(data))
    if is_mostly_utf8(raw):
        page = "utf-8"
    elif page == "cp1252":
        page = western(data)
    return _RAW.sub(lambda m: _unicode(m.group().decode(page, "replace")), data).decode("ascii")


def _code_page(data: bytes) -> str:
    """The code page of the file's header: cp1252 where it names none or one that Python does not know."""
    head = data[:4096]
    if found := _PAGE.search(head):
        number = found.group(1).decode()
        name = _MAC_PAGES.get(number, f"cp{number}")
        try:
            b"".decode(name)
        except LookupError:
            return "cp1252"
        return name
    found = _SET.search(head)
    return _SETS[found.group(1)] if found else "cp1252"


def _unicode(text: str) -> bytes:
    """Characters as RTF writes them; beyond the first plane as two halves."""
    units = text.encode("utf-16-be", "replace")
    return b"".join(
        b"{\\uc1\\u%d?}" % int.from_bytes(units[i : i + 2], "big", signed=True) for i in range(0, len(units), 2)
    )
