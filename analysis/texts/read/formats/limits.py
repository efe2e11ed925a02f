"""How much a file may hold, and opening archives that may have been made to do harm."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

MAX_FILE = 128 * 1024 * 1024
MAX_MEMBER = 64 * 1024 * 1024
MAX_TOTAL = 4 * 1024 * 1024 * 1024
MAX_RATIO = 200
MAX_MEMBERS = 200_000
MAX_TEXT = 6_000_000  # characters of one document (a long novel has three million); annotating takes 42 bytes for each
RATIO_FROM = 8 * 1024 * 1024


class Harmful(ValueError):
    """Content that is refused because of what it would do; the message says why. `kind` groups it in reports."""

    def __init__(self, message: str, kind: str = "hostile") -> None:
        super().__init__(message)
        self.kind = kind


def check_member(info: zipfile.ZipInfo) -> None:
    """Raise `Harmful` for a name that leaves the archive, a link, encryption, or a size out of proportion."""
    name = info.filename.replace("\\", "/")
    if not name:
        raise Harmful("a file without a name")
    if name.startswith("/") or ".." in PurePosixPath(name).parts or ":" in name.split("/")[0]:
        raise Harmful("a name that leads out of the archive")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise Harmful("a symbolic link inside an archive")
    if info.flag_bits & 0x1:
        raise Harmful("encrypted; unpack it first", "encrypted")
    if info.file_size > MAX_MEMBER:
        raise Harmful(f"{info.file_size:,} bytes unpacked; at most {MAX_MEMBER:,} are read", "too-large")
    if info.file_size > RATIO_FROM and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise Harmful(f"unpacks to more than {MAX_RATIO} times its size (a zip bomb)")


def unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The bytes of one member, never more than `MAX_MEMBER` whatever its header says."""
    check_member(info)
    with archive.open(info) as stream:
        data = stream.read(MAX_MEMBER + 1)
    if len(data) > MAX_MEMBER:
        raise Harmful(f"more than {MAX_MEMBER:,} bytes unpacked (a zip bomb)")
    return data


def members(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """The files of an archive by name. Raises `Harmful` if there are too many or they are too large together."""
    infos = sorted((i for i in archive.infolist() if not i.filename.endswith("/")), key=lambda i: i.filename)
    if len(infos) > MAX_MEMBERS:
        raise Harmful(f"{len(infos):,} files; at most {MAX_MEMBERS:,} are read", "too-large")
    if sum(i.file_size for i in infos) > MAX_TOTAL:
        raise Harmful(f"more than {MAX_TOTAL:,} bytes unpacked", "too-large")
    yield from infos


def check_office(data: bytes) -> None:
    """Raise `Harmful` for a DOCX or XLSX file that is a zip bomb or declares XML entities."""
    import io

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in members(archive):
                check_member(info)
                if info.filename.endswith((".xml", ".rels")):
                    with archive.open(info) as stream:
                        head = stream.read(4096)
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"<\x00!\x00D" in head:
                        raise Harmful("declares XML entities (an entity bomb)")
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        if isinstance(error, Harmful):
            raise
        raise Harmful(f"no readable Office file: {error}", "malformed") from error
