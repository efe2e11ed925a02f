"""Web archives (WARC): the pages that were there, once each; what a server refused, cut off or sent twice is named."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from typing import Any

from analysis.texts.document import Refusal
from analysis.texts.read.formats import pages
from analysis.texts.read.formats.limits import MAX_FILE, Harmful
from analysis.texts.read.formats.record import Part, Record

MAX_HEADER = 256 * 1024
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]{2,30})", re.IGNORECASE)
_TRACKING = re.compile(r"[?&](?:utm_[a-z]+|fbclid|gclid|ref)=[^&#]*", re.IGNORECASE)


def read_warc(part: Part) -> Iterator[Record | Refusal]:
    """One record per HTML page of a WARC file (also gzipped): responses and resources. Requests, revisits and other
    records are no documents and not counted."""
    if part.path.stat().st_size > 64 * MAX_FILE:
        yield Refusal(part.name, "a WARC file above 8 GB; split it", "too-large")
        return
    with part.path.open("rb") as stream:
        yield from _captures(stream, part)


def read_bytes(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """The same from bytes (a member of an archive)."""
    yield from _captures(io.BytesIO(data), part)


def _captures(stream: Any, part: Part) -> Iterator[Record | Refusal]:
    number = 0
    waiting = _Waiting()
    try:
        waiting.archive = _iterator(stream)
        for capture in waiting.archive:
            yield from waiting.given()
            kind, hint = _kind(capture)
            if not kind:
                continue
            number += 1
            origin = f"{part.name}:{number}"
            waiting.capture, waiting.made = capture, list(_pages(capture, part, origin, number, hint))
        yield from waiting.given()
    except Harmful as error:
        yield from waiting.given()
        yield Refusal(f"{part.name}:{number + 1}", f"{error}; the rest of the file is not read", error.kind)
        return
    except Exception as error:  # noqa: BLE001 (a broken archive may raise anything)
        yield from waiting.given()
        yield Refusal(f"{part.name}:{number + 1}", f"no readable WARC from here: {type(error).__name__}", "malformed")
        return
    if not number:
        yield Refusal(part.name, "a WARC file without HTML pages", "empty")


class _Waiting:
    """What was made of a record, held back until what stands behind it shows whether its length was right."""

    def __init__(self) -> None:
        self.made: list[Record | Refusal] = []
        self.archive: Any = None
        self.capture: Any = None
        self.wrong = 0
        self.kept: dict[str, str] = {}

    def given(self) -> Iterator[Record | Refusal]:
        wrong = getattr(self.archive, "err_count", 0)
        if wrong > self.wrong and self.made:
            reason = "the length that the archive states is not that of the page: get it again; the page is not read"
            self.made = [Refusal(self.made[0].origin, reason, "malformed")]
        made, self.made, self.wrong = self.made, [], wrong
        for one in made:
            yield _once(one, self.capture, self.kept)


def _pages(capture: Any, part: Part, origin: str, number: int, hint: str) -> Iterator[Record | Refusal]:
    status = _status(capture)
    if status and not 200 <= status < 300:
        yield Refusal(origin, f"the server answered {status}: no article", "http-error")
        return
    address = _address(capture)
    body = capture.content_stream().read(pages.MAX_PAGE + 1)
    if len(body) <= pages.MAX_PAGE and _is_cut(capture):
        yield Refusal(
            origin, "the file ends in the middle of this page: get it again; the page is not read", "malformed"
        )
        return
    declared = part.source.encoding
    truncated = capture.rec_headers.get_header("WARC-Truncated") or status == 206
    for made in pages.records(body, origin, declared=declared, hint=hint, url=address, number=number):
        if isinstance(made, Record):
            made = pages.fetched(made, capture.rec_headers.get_header("WARC-Date"))
            made = made.noting("cut-by-crawler", int(bool(truncated)))
            made.fields.setdefault(
                "id", record_name(capture.rec_headers.get_header("WARC-Record-ID") or "", made.origin)
            )
        yield made


def _is_cut(capture: Any) -> bool:
    """Whether the file ends before the length that the record itself states."""
    rest = capture.raw_stream
    while getattr(rest, "limit", 0) > 0:
        if not rest.read(65536):
            return True
    return False


def record_name(record_id: str, origin: str = "") -> str:
    """The id of a page by its record, so that captures added to a file or a folder change no other's id; "" if the
    record has none. It is a number, since an id that is published spells no words. origin: of a further article of the
    same page its own number is kept.

    >>> record_name("<urn:uuid:1c288b41-41fa-9960>", "a.warc:3.2")
    'warc-15790801761976276173.2'
    """
    if not record_id.strip():
        return ""
    number = int.from_bytes(hashlib.sha256(record_id.strip().encode()).digest()[:8], "big")
    more = origin.rpartition(":")[2].partition(".")[2]
    return f"warc-{number:020d}{f'.{more}' if more.isdigit() else ''}"


def _once(made: Record | Refusal, capture: Any, kept: dict[str, str]) -> Record | Refusal:
    """The record, or a refusal if its address (and, of several articles, its title) was captured before."""
    if isinstance(made, Refusal):
        return made
    key = f"{_same(_address(capture))}\n{made.origin.rpartition(':')[2].partition('.')[2]}"
    first = kept.setdefault(key, made.origin)
    if first == made.origin or key.startswith("\n"):
        return made
    return Refusal(made.origin, f"the same address as {first}, captured again", "captured-again")


def _same(address: str) -> str:
    """An address without what does not change the page: scheme, "www.", fragment, tracking and a slash at its end."""
    address = re.sub(r"\A[a-z]+://(?:www\.)?", "", address.partition("#")[0], flags=re.IGNORECASE)
    return _TRACKING.sub("", address).rstrip("/?&")


def _address(capture: Any) -> str:
    return capture.rec_headers.get_header("WARC-Target-URI") or ""


def _status(capture: Any) -> int:
    code = capture.http_headers.get_statuscode() if capture.http_headers and capture.rec_type == "response" else ""
    return int(code) if code and code.isdigit() else 0


def _kind(capture: Any) -> tuple[str, str]:
    """("html" or "" if a record is no page, the charset that the server named)."""
    if capture.rec_type not in ("response", "resource"):
        return "", ""
    headers = capture.http_headers if capture.rec_type == "response" else capture.rec_headers
    kind = (headers.get_header("Content-Type") or "") if headers else ""
    found = _CHARSET.search(kind)
    return ("html" if "html" in kind.lower() else ""), (found.group(1) if found else "")


def _iterator(stream: Any) -> Any:
    """The records of a WARC file; no header is read beyond `MAX_HEADER`, whatever it unpacks to."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.statusandheaders import StatusAndHeadersParser

    class Parser(StatusAndHeadersParser):
        def parse(self, stream: Any, full_statusline: Any = None) -> Any:
            return super().parse(_Header(stream), full_statusline)

    archive = ArchiveIterator(stream)
    archive.INC_RECORD = ""  # the library would print what it found, a line of a text that may not be passed on
    reader, loader = archive.reader, archive.loader
    reader.readline = _Header(reader, reader.readline, endless=True).readline
    loader.warc_parser = Parser(loader.WARC_TYPES, loader.warc_parser.verify)
    loader.http_parser = Parser(loader.HTTP_TYPES, loader.http_parser.verify)
    loader.http_req_parser = Parser(loader.HTTP_VERBS, loader.http_req_parser.verify)
    return archive


class _Header:
    """The lines of a stream, at most `MAX_HEADER` bytes: of each line if `endless`, else of all together."""

    def __init__(self, stream: Any, readline: Any = None, *, endless: bool = False) -> None:
        self.take = readline or stream.readline
        self.endless, self.left = endless, MAX_HEADER

    def readline(self, length: int | None = None) -> bytes:
        line = self.take(min(length or MAX_HEADER, MAX_HEADER))
        self.left -= len(line)
        if self.left <= 0 or (len(line) >= MAX_HEADER and not line.endswith(b"\n")):
            raise Harmful(f"a header of more than {MAX_HEADER:,} bytes")
        if self.endless:
            self.left = MAX_HEADER
        return line
