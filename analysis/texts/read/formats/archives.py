"""Zip archives of the other formats: every member is read as if it lay in the folder, under the archive's name."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from analysis.texts.document import Refusal
from analysis.texts.read.formats.limits import Harmful, check_member, members, unpack
from analysis.texts.read.formats.record import Part, Record


def read(part: Part) -> Iterator[Record | Refusal]:
    """The records of all members, by name, each read in its own format (a source's own, such as nexis, for all)."""
    from analysis.texts.read.formats import format_of, read_bytes

    declared = part.source.format
    try:
        with zipfile.ZipFile(part.path) as archive:
            infos = list(members(archive))
            if not infos:
                yield Refusal(part.name, "an empty archive", "empty")
            for info in infos:
                name = f"{part.name}/{info.filename}"
                try:
                    check_member(info)
                    if info.filename.replace("\\", "/").rpartition("/")[2].startswith((".", "__MACOSX")):
                        continue
                    data = unpack(archive, info)
                except Harmful as error:
                    yield Refusal(name, str(error), error.kind)
                    continue
                except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
                    yield Refusal(name, f"cannot be unpacked: {error}", "malformed")
                    continue
                format_ = format_of(Path(info.filename)) if declared in ("auto", "zip") else declared
                yield from read_bytes(data, replace(part, name=name, format=format_))
    except Harmful as error:
        yield Refusal(part.name, str(error), error.kind)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        yield Refusal(part.name, f"no readable zip archive: {error}", "malformed")


def refuse_nested(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """An archive inside an archive: not opened."""
    yield Refusal(part.name, f"an archive inside an archive ({len(data):,} bytes): unpack it first", "nested-archive")
