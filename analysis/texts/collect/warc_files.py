"""WARC files of what was fetched: one for each outlet and month of capture, in an order that does not depend on fetching.

Records arrive in a spool file. Once nothing of an outlet and month is waiting, its file is written whole and renamed. A
record in a finished file is found by the sha256 of its bytes, never by a place that was noted, so that a kill between
renaming and noting harms nothing.
"""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError
from analysis.store.atomic import replacing
from analysis.texts.collect.captures import Capture, is_file_name, record_id

_CHUNK = 1 << 20


def file_of(folder: Path, outlet_id: str, month: str) -> Path:
    """The finished file of an outlet and month. Raises `DiscourseError` for an id that leads into another folder."""
    if not is_file_name(outlet_id):
        raise DiscourseError(f"outlet {outlet_id!r}: files are named by the id; give it one without / and \\.")
    return folder / f"{outlet_id}-{month}.warc.gz"


def spool_of(folder: Path, outlet_id: str, month: str) -> Path:
    """Where records of an outlet and month wait."""
    return folder / ".collect" / f"{outlet_id}-{month}.spool"


def append(path: Path, data: bytes, start: int) -> None:
    """Write a record behind `start`, the end of what is noted, and make sure that it is on the disk.

    What a killed run left behind `start` is overwritten.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("r+b" if path.exists() else "w+b") as stream:
        stream.seek(start)
        stream.truncate()
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def members(path: Path) -> Iterator[bytes]:
    """The gzip members of a file, one by one."""
    with path.open("rb") as stream:
        rest = b""
        while True:
            unpack, held = zlib.decompressobj(wbits=31), []
            while not unpack.eof:
                data = rest or stream.read(_CHUNK)
                rest = b""
                if not data:
                    return  # the end, or a member cut short: no record
                for start in range(0, len(data), _CHUNK):
                    part = data[start : start + _CHUNK]
                    try:
                        unpack.decompress(part)
                    except zlib.error:
                        return
                    if unpack.eof:
                        rest = unpack.unused_data + data[start + _CHUNK :]
                        part = part[: len(part) - len(unpack.unused_data)]
                    held.append(part)
                    if unpack.eof:
                        break
            yield b"".join(held)


def held(path: Path) -> dict[str, tuple[int, int]]:
    """sha256 -> (start, length) of every record in a finished file; empty if there is none."""
    found, start = {}, 0
    if path.is_file():
        for member in members(path):
            found[hashlib.sha256(member).hexdigest()] = (start, len(member))
            start += len(member)
    return found


def missing(target: Path, rows: list[dict[str, Any]]) -> list[str] | None:
    """capture_ids of `rows`, all that a finished file should hold in order, that it does not hold; None if it is whole."""
    if target.is_file():
        with target.open("rb") as stream:
            same = all(hashlib.sha256(stream.read(row["received"] or 0)).hexdigest() == row["sha256"] for row in rows)
            if same and not stream.read(1):
                return None
    there = held(target)
    return [row["capture_id"] for row in rows if row["sha256"] not in there]


def write(target: Path, spool: Path, rows: list[dict[str, Any]]) -> None:
    """Write the finished file of an outlet and month: the records of `rows` in their order.

    Each record is taken from the finished file, if that has it, or from the spool; one that is in neither raises
    `LookupError` with its capture_id.
    """
    there = held(target)
    with replacing(target) as temporary, temporary.open("wb") as out:
        for row in rows:
            if row["sha256"] in there:
                source, (start, length) = target, there[row["sha256"]]
            elif row["spool_start"] is not None and spool.is_file():
                source, start, length = spool, row["spool_start"], row["received"]
            else:
                raise LookupError(row["capture_id"])
            with source.open("rb") as stream:
                stream.seek(start)
                data = stream.read(length)
            if hashlib.sha256(data).hexdigest() != row["sha256"]:
                raise LookupError(row["capture_id"])
            out.write(data)


def wrapped(capture: Capture, status: str, headers: list[tuple[str, str]], body: bytes) -> bytes:
    """A response record of an Internet Archive capture: the same bytes for everybody who gets the same answer."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    stamp = capture.timestamp
    day = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:14]}Z"
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    record = writer.create_warc_record(
        capture.address,
        "response",
        payload=io.BytesIO(body),
        http_headers=StatusAndHeaders(status, headers, protocol="HTTP/1.1"),
        warc_headers_dict={
            "WARC-Date": day,
            "WARC-Record-ID": record_id(capture.archive, capture.timestamp, capture.digest),
            "WARC-Source-URI": f"https://web.archive.org/web/{stamp}id_/{capture.address}",
        },
    )
    writer.write_record(record)
    record.raw_stream.close()
    return without_gzip_time(out.getvalue())


def without_gzip_time(data: bytes) -> bytes:
    """A gzip member with the time in its header set to zero."""
    return data[:4] + b"\0\0\0\0" + data[8:]
