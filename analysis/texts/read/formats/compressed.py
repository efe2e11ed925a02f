"""Files packed with gzip: opened as if they were not, and never unpacked to more than a file of their size can hold."""

from __future__ import annotations

import contextlib
import gzip
import io
import zlib
from pathlib import Path
from typing import BinaryIO, cast

from analysis.texts.read.formats.limits import MAX_FILE, MAX_RATIO, RATIO_FROM, Harmful

MAGIC = b"\x1f\x8b"
BROKEN = (gzip.BadGzipFile, EOFError, zlib.error)


def is_packed(path: Path) -> bool:
    """Whether a file is gzip by its name and its first bytes (programs unpack some downloads and keep the name)."""
    if path.suffix.lower() != ".gz":
        return False
    with path.open("rb") as stream:
        return stream.read(2) == MAGIC


def open_bytes(path: Path) -> BinaryIO:
    """A stream of a file's bytes, unpacked where it is gzip. Reading raises `Harmful` for a bomb."""
    if not is_packed(path):
        return path.open("rb")
    size = path.stat().st_size
    return cast("BinaryIO", io.BufferedReader(_Unpacked(path, max(RATIO_FROM, MAX_RATIO * size)), 64 * 1024))


def head_of(path: Path, size: int) -> bytes:
    """The first `size` bytes, or those before the first damaged one."""
    found = bytearray()
    with open_bytes(path) as stream, contextlib.suppress(*BROKEN):
        while len(found) < size and (block := stream.read(min(size - len(found), 64 * 1024))):
            found += block
    return bytes(found)


def unpack(data: bytes) -> bytes:
    """The bytes of a gzip file, at most `MAX_FILE`; raises `Harmful` beyond it, and an error of `BROKEN` if damaged."""
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
        found = stream.read(MAX_FILE + 1)
    if len(found) > MAX_FILE:
        raise Harmful(f"more than {MAX_FILE:,} bytes unpacked", "too-large")
    if len(found) > max(RATIO_FROM, MAX_RATIO * len(data)):
        raise Harmful(f"unpacks to more than {MAX_RATIO} times its size (a gzip bomb)")
    return found


class _Unpacked(io.RawIOBase):
    """The unpacked bytes of a gzip file up to `limit`."""

    def __init__(self, path: Path, limit: int) -> None:
        self.stream = gzip.open(path, "rb")  # noqa: SIM115 (closed by `close`)
        self.limit = self.left = limit

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if (offset, whence) != (0, io.SEEK_SET):
            return self.stream.seek(offset, whence)
        self.left = self.limit
        return self.stream.seek(0)

    def tell(self) -> int:
        return self.stream.tell()

    def readinto(self, buffer) -> int:
        count = self.stream.readinto(buffer)
        self.left -= count
        if self.left < 0:
            raise Harmful(f"unpacks to more than {MAX_RATIO} times its size (a gzip bomb); the rest is not read")
        return count

    def close(self) -> None:
        self.stream.close()
        super().close()
