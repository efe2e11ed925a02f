"""Whether what an archive sent is the capture that was asked for."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import dataclass

from analysis.texts.collect.captures import Capture
from analysis.texts.collect.polite import Answer

_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)\Z")


@dataclass(frozen=True)
class Checked:
    """The verdict on one answer. state: "fetched", "gone" or "mismatch"; reason: why not fetched. data: the record's
    bytes. digest_kind: which bytes the index's digest fits, "payload" or "block" (one crawl gives the block's)."""

    state: str
    reason: str = ""
    data: bytes = b""
    record_id: str = ""
    digest_kind: str = ""


def check_range(answer: Answer, capture: Capture) -> Checked:
    """The verdict on a range request to Common Crawl: one gzip member, one response record, of the digest told."""
    first, last = capture.offset, capture.offset + capture.length - 1
    if answer.status in (404, 410):
        return Checked("gone", f"the archive's file is not there (status {answer.status})")
    if answer.status == 416:
        return Checked("gone", "the archive's file is shorter than the index says (status 416)")
    if answer.status == 200:
        return Checked("mismatch", "the server sent the whole file instead of the range asked for")
    if answer.status != 206:
        return Checked("mismatch", f"an answer that is no range (status {answer.status})")
    told = _RANGE.match(answer.headers.get("content-range", ""))
    if told is None or (int(told[1]), int(told[2])) != (first, last):
        return Checked(
            "mismatch", f"another range than asked for ({answer.headers.get('content-range', 'not told')!r})"
        )
    if len(answer.body) != capture.length:
        return Checked("mismatch", f"{len(answer.body):,} bytes instead of {capture.length:,}")
    return check_record(answer.body, capture)


def check_record(data: bytes, capture: Capture) -> Checked:
    """The verdict on the bytes of one record.

    The digest of the index is base32 sha1 of the stored body; in one crawl it is that of the whole block, HTTP headers
    included. Either is accepted, and noted. An index without a digest leaves "none".
    """
    from warcio.archiveiterator import ArchiveIterator

    try:
        records = ArchiveIterator(io.BytesIO(data), no_record_parse=False)
        records.INC_RECORD = ""  # the library would print a line of the page
        record = next(records)
        if record.rec_type not in ("response", "resource", "revisit"):
            return Checked("mismatch", f"a record of type {record.rec_type} instead of a response")
        name = record.rec_headers.get_header("WARC-Record-ID") or ""
        target = record.rec_headers.get_header("WARC-Target-URI") or ""
        payload = record.raw_stream.read()
        if next(records, None) is not None:
            return Checked("mismatch", "more than one record")
    except Exception as error:  # noqa: BLE001 (bytes that are no WARC may raise anything)
        return Checked("mismatch", f"no WARC record ({type(error).__name__})")
    if target.rstrip("/") != capture.address.rstrip("/") and capture.address:
        return Checked("mismatch", "the record of another address")
    kind = "none"
    if capture.digest:
        head = record.http_headers.to_bytes() if record.http_headers else b""
        kinds = {"payload": payload, "block": head + payload}
        kind = next((k for k, body in kinds.items() if sha1_base32(body) == capture.digest.removeprefix("sha1:")), "")
        if not kind and _block_digest_fits(record, capture.digest):
            kind = "block"
        if not kind:
            return Checked("mismatch", "another digest than the index says")
    return Checked("fetched", "", data, name, kind)


def _block_digest_fits(record: object, digest: str) -> bool:
    """Whether the record's own header names the digest as its block's (header bytes are not always kept as sent)."""
    told = record.rec_headers.get_header("WARC-Block-Digest") or ""  # type: ignore[attr-defined]
    return told.removeprefix("sha1:") == digest.removeprefix("sha1:") != ""


def sha1_base32(data: bytes) -> str:
    """The digest of the archives' indexes.

    >>> sha1_base32(b"")
    '3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ'
    """
    return base64.b32encode(hashlib.sha1(data).digest()).decode("ascii")  # noqa: S324 (the archives' choice)
