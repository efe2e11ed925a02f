"""Letters (.eml) and pages saved in one file (.mhtml, .mht): parts of MIME."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage

from analysis.texts.document import Refusal
from analysis.texts.read.formats import pages
from analysis.texts.read.formats.encoding import NotText, clean_controls, decode
from analysis.texts.read.formats.record import Part, Record

MAX_PARTS = 100  # parts inside parts: to take them apart takes time with the square of their number
_HEADER = re.compile(rb"\A(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){2}")


def read_eml(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """A letter as one record: title (subject), date, author (from) and the text; attachments are not read."""
    message = _message(data)
    if message is None:
        yield Refusal(part.name, "no letter: it does not begin with lines such as 'Subject: ...'", "malformed")
        return
    fields = {
        "title": _header(message, "subject"),
        "date": _header(message, "date"),
        "author": _header(message, "from"),
    }
    parts = (_part(message, "text/plain"), _part(message, "text/html"))
    body = next((one for one in parts if one is not None), None)  # a part without headers of its own counts as false
    if body is None:
        yield Refusal(part.name, "a letter without text", "empty")
        return
    try:
        text = _text(body, part)
    except NotText as error:
        yield Refusal(part.name, str(error), "encoding")
        return
    if body.get_content_type() == "text/html":
        from analysis.texts.read.formats.lines import html_lines

        text = "\n".join(html_lines(text))
    if not text.strip():
        yield Refusal(part.name, "a letter without text", "empty")
        return
    yield Record({**fields, "text": text}, part.name)


def read_mhtml(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """A page saved in one file, as a page. The day it was saved is kept as "fetched"."""
    message = _message(data)
    body = _part(message, "text/html") if message is not None else None
    if message is None or body is None:
        yield Refusal(part.name, "no page saved in one file: it has no part of type text/html", "malformed")
        return
    address = _header(body, "content-location") or _header(message, "snapshot-content-location") or ""
    content = _bytes(body)
    charset = body.get_content_charset() or ""
    for made in pages.records(content, part.name, declared=part.source.encoding, hint=charset, url=address):
        yield made if isinstance(made, Refusal) else pages.fetched(made, _header(message, "date"))


def _message(data: bytes) -> EmailMessage | None:
    if data.count(b"multipart/") > MAX_PARTS:
        return None
    if not _HEADER.match(data[:65536].replace(b"\r\n", b"\n").lstrip()):
        return None
    try:
        return email.message_from_bytes(data.lstrip(), _class=EmailMessage, policy=email.policy.default)
    except Exception:  # noqa: BLE001 (a broken letter may raise anything)
        return None


def _header(message: EmailMessage, name: str) -> str | None:
    try:
        value = message[name]
    except Exception:  # noqa: BLE001 (the parser of headers may raise anything)
        return None
    return clean_controls(" ".join(str(value).split())) if value else None


def _part(message: EmailMessage, kind: str) -> EmailMessage | None:
    for part in message.walk():
        if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
            return part
    return None


def _bytes(body: EmailMessage) -> bytes:
    """The content of a part without its transfer encoding; nothing of a part that holds others."""
    content = body.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(body: EmailMessage, part: Part) -> str:
    return decode(_bytes(body), declared=part.source.encoding, hint=body.get_content_charset() or "")
