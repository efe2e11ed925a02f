"""Bytes to text: which encoding, by the rules of the web, and what is made harmless on the way.

A label "latin-1" means Windows-1252, as browsers read it. A file that is mostly UTF-8 is read as UTF-8 whatever single
bytes in it say: those stay marked, and `mend.py` turns them into characters line by line.
"""

from __future__ import annotations

import codecs
import re

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MAX_NUL_SHARE = 0.01
LOOKED_AT = 4 * 1024 * 1024
# Labels and what browsers take them for (WHATWG Encoding Standard, section 4.2), by Python's names.
_WEB = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_MULTIBYTE = frozenset(("gb18030", "cp932", "cp949", "big5hkscs", "euc_jp", "iso2022_jp"))
_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
# Where the marks of English texts stand: between letters, before a word, after a word or a stop.
_MAC = re.compile(
    rb"[A-Za-z]\xd5[A-Za-z]|(?<![^\s(])[\xd2\xd4][A-Za-z]|[A-Za-z.,!?][\xd3\xd5](?![^\s),.;:])|\s[\xd0\xd1]\s"
)
_WINDOWS = re.compile(
    rb"[A-Za-z]\x92[A-Za-z]|(?<![^\s(])[\x93\x91][A-Za-z]|[A-Za-z.,!?][\x94\x92](?![^\s),.;:])|\s[\x96\x97]\s"
)
_MAC_LETTERS = re.compile(rb"[a-z][\x87-\x9f](?![\x80-\xff])[a-z\s]")


class NotText(ValueError):
    """Bytes that are no text in any encoding tried; the message says why."""


def web_name(label: str) -> str:
    """Python's name of the encoding that a browser uses for this label. Raises `NotText` for an unknown label.

    >>> web_name("ISO-8859-1")
    'cp1252'
    """
    try:
        name = codecs.lookup(label.strip()).name
    except LookupError as error:
        raise NotText(f"encoding {label!r} is not known to Python") from error
    return _WEB.get(name, name)


def encoding_of(data: bytes, *, declared: str = "", hint: str = "") -> str:
    """The encoding of `data`: byte order mark, else the declared one, else UTF-8 if valid or nearly so, else the hint,
    else what the bytes look like.

    declared: what the user says; it is not doubted, but "latin-1" means Windows-1252. hint: what the file says about
    itself (a page's charset), believed only where the bytes agree. "utf-8" may hold single bytes that are none: see
    `errors_for`. Raises `NotText` if the declared encoding is unknown or none fits. Empty data is UTF-8.
    """
    for mark, name in BOMS:
        if data.startswith(mark):
            return name
    if declared:
        return web_name(declared)
    if wide := _wide(data):
        return wide
    try:
        _whole_characters(data).decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    said = _believed(data, hint)
    if said in _MULTIBYTE:
        return said
    if is_mostly_utf8(data):
        return "utf-8"
    return said or _guess(data)


def errors_for(encoding: str) -> str:
    """How to decode: single bytes in UTF-8 are kept as marks for `mend.py`, others become U+FFFD."""
    return "surrogateescape" if encoding.startswith("utf-8") else "replace"


def decode(data: bytes, *, declared: str = "", hint: str = "") -> str:
    """`data` as text with "\\n" line ends, without NUL characters. Raises `NotText` for binary data.

    Single bytes in a UTF-8 text stay as marks (U+DC80 to U+DCFF) that `mend.stray_bytes` puts right; elsewhere what does
    not fit becomes U+FFFD, so that one bad byte does not lose a document.
    """
    name = encoding_of(data[:LOOKED_AT], declared=declared, hint=hint)
    check_binary(data, name)
    return clean_controls(data.decode(name, errors=errors_for(name)))


def check_binary(data: bytes, encoding: str) -> None:
    """Raise `NotText` if more than one byte in a hundred is NUL and the encoding is not one of two bytes."""
    if encoding.startswith(("utf-16", "utf-32")):
        return
    if data.count(0) > max(8, MAX_NUL_SHARE * len(data)):
        raise NotText("more than 1 % NUL bytes (a binary file?)")


def clean_controls(text: str) -> str:
    """Line ends to "\\n"; NUL and lone surrogates out (they can be stored nowhere), but for the marks of single bytes."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text


def is_mostly_utf8(data: bytes) -> bool:
    """Whether bytes that are not valid UTF-8 are so for a few bytes or lines only: at least as many characters of several
    bytes as stray bytes, or a line with several such characters and no stray byte."""
    runs = _UTF8.findall(data)
    stray = len(_HIGH.findall(data)) - sum(map(len, runs))
    if not runs:
        return False
    return len(runs) >= stray or any(map(_is_utf8_line, data.splitlines()))


def _is_utf8_line(line: bytes) -> bool:
    runs = _UTF8.findall(line)
    several = len(runs) > 1 or any(len(run) > 2 for run in runs)
    return several and len(_HIGH.findall(line)) == sum(map(len, runs))


def western(data: bytes) -> str:
    """ "cp1252" or "mac_roman": which of the two sets of quotation marks, dashes and letters stand where they belong."""
    mac, windows = len(_MAC.findall(data)), len(_WINDOWS.findall(data))
    if mac == windows == 0:
        mac = len(_MAC_LETTERS.findall(data))
    return "mac_roman" if mac > windows else "cp1252"


def _guess(data: bytes) -> str:
    sample = data[:200_000]
    high = len(_HIGH.findall(sample))
    marks = len(_WINDOWS.findall(sample)) + len(_MAC.findall(sample))
    if high <= 0.1 * len(sample) and marks >= 0.2 * high:
        return western(sample)
    from charset_normalizer import from_bytes

    found = from_bytes(sample)
    best = found.best()
    if best is None:
        raise NotText("the bytes fit no text encoding (a binary file?)")
    # Western Windows text is by far the most frequent; several code pages share its quotation marks and dashes.
    is_western = any(m.chaos <= best.chaos + 0.02 and "cp1252" in m.could_be_from_charset for m in found)
    return western(sample) if is_western else best.encoding


def _believed(data: bytes, hint: str) -> str:
    """The encoding that a file's own label means, or "" if the bytes do not agree with it."""
    try:
        name = web_name(hint) if hint else ""
    except NotText:
        return ""
    if not name or name.startswith(("utf-8", "utf-16", "utf-32")):  # a label readable as ASCII is no UTF-16
        return ""
    try:
        _whole_characters(data).decode(name, "replace" if name == "cp1252" else "strict")
    except (UnicodeDecodeError, LookupError):
        return ""
    return western(data) if name == "cp1252" else name


def _whole_characters(data: bytes) -> bytes:
    """The data without a character that is cut off at its end, where it is a sample."""
    if len(data) < 1000:
        return data
    for size in (1, 2, 3):
        if data[-size] >= 0xC0:
            return data[:-size]
        if data[-size] < 0x80:
            break
    return data


def _wide(data: bytes) -> str:
    """UTF-16 without a byte order mark, told by its NUL bytes: "utf-16-le", "utf-16-be" or ""."""
    sample = data[:100_000]
    first, second = sample[::2].count(0), sample[1::2].count(0)
    if len(sample) < 20 or first + second < 0.3 * len(sample):
        return ""
    if second > 20 * first:
        return "utf-16-le"
    return "utf-16-be" if first > 20 * second else ""
