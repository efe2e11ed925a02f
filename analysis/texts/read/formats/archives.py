"""Zip archives of the other formats: every member is read as if it lay in the folder, under the archive's name."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from analysis.texts.document import Refusal
from analysis.texts.read.formats.limits import Harmful, members, unpack
from analysis.texts.read.formats.record import Part, Record

Dispatch = Callable[[bytes, Part], Iterator[Record | Refusal]]


def read(part: Part, dispatch: Dispatch, format_of: Callable[[Path], str]) -> Iterator[Record | Refusal]:
    """The records of all members, by name. dispatch reads the bytes of one member in its own format."""
    try:
        with zipfile.ZipFile(part.path) as archive:
            infos = list(members(archive))
            if not infos:
                yield Refusal(part.name, "an empty archive", "empty")
            for info in infos:
                name = f"{part.name}/{info.filename}"
                if info.filename.rpartition("/")[2].startswith((".", "__MACOSX")):
                    continue
                try:
                    data = unpack(archive, info)
                except Harmful as error:
                    yield Refusal(name, str(error), error.kind)
                    continue
                except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
                    yield Refusal(name, f"cannot be unpacked: {error}", "malformed")
                    continue
                yield from dispatch(data, replace(part, name=name, format=format_of(Path(info.filename))))
    except Harmful as error:
        yield Refusal(part.name, str(error), error.kind)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        yield Refusal(part.name, f"no readable zip archive: {error}", "malformed")


def read_bytes(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """An archive inside an archive: not opened."""
    yield Refusal(part.name, f"an archive inside an archive ({len(data):,} bytes): unpack it first", "nested-archive")
