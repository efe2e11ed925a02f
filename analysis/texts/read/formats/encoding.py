"""Bytes to text: which encoding, and what is made harmless on the way."""

from __future__ import annotations

import codecs

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MAX_NUL_SHARE = 0.01


class NotText(ValueError):
    """Bytes that are no text in any encoding tried; the message says why."""


def encoding_of(data: bytes, *, declared: str = "") -> str:
    """The encoding of `data`: byte order mark, else the declared one, else UTF-8 if valid, else charset-normalizer's.

    Raises `NotText` if the declared encoding is unknown or none fits. Empty data is UTF-8.
    """
    for mark, name in BOMS:
        if data.startswith(mark):
            return name
    if declared:
        try:
            return codecs.lookup(declared).name
        except LookupError as error:
            raise NotText(f"encoding {declared!r} is not known to Python") from error
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and error.reason == "unexpected end of data" and len(data) > 1000:
            return "utf-8"
    else:
        return "utf-8"
    from charset_normalizer import from_bytes

    found = from_bytes(data[:200_000])
    best = found.best()
    if best is None:
        raise NotText("the bytes fit no text encoding (a binary file?)")
    # Western Windows text is by far the most frequent; several code pages share its quotation marks and dashes.
    western = any(m.chaos <= best.chaos + 0.02 and "cp1252" in m.could_be_from_charset for m in found)
    return "cp1252" if western else best.encoding


def decode(data: bytes, *, declared: str = "") -> str:
    """`data` as text with "\\n" line ends, without NUL characters. Raises `NotText` for binary data.

    Bytes that do not fit the encoding found become U+FFFD, so that one bad byte does not lose a document.
    """
    if data.count(0) > max(8, MAX_NUL_SHARE * len(data)) and not data.startswith(tuple(mark for mark, _ in BOMS[1:])):
        raise NotText("more than 1 % NUL bytes (a binary file, or UTF-16 without a byte order mark)")
    text = data.decode(encoding_of(data, declared=declared), errors="replace")
    return clean_controls(text)


def clean_controls(text: str) -> str:
    """Line ends to "\\n"; NUL and lone surrogates out: they can be stored nowhere."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text
