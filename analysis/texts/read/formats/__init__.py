"""One reader per family of formats. Each yields `Record`s and `Refusal`s; none of them raises on bad input."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from analysis.errors import DiscourseError, not_allowed
from analysis.texts.document import Refusal
from analysis.texts.read.formats.compressed import BROKEN, MAGIC, is_packed, unpack
from analysis.texts.read.formats.limits import Harmful
from analysis.texts.read.formats.mend import mend_record
from analysis.texts.read.formats.places import refusal_of
from analysis.texts.read.formats.record import RULES, Made, Part, Record
from analysis.texts.read.formats.registry import FORMATS, REMEDIES, SUFFIXES, Format, remedy_of
from analysis.texts.read.formats.sniff import sniff

__all__ = [
    "FORMATS",
    "REMEDIES",
    "RULES",
    "SUFFIXES",
    "Format",
    "Part",
    "Record",
    "check_folders",
    "format_of",
    "plan",
    "read",
    "read_bytes",
    "remedy_of",
    "sniff",
    "suffix_of",
]


def format_of(path: Path) -> str:
    """The format a file's name stands for; "unknown" if none."""
    return SUFFIXES.get(suffix_of(path), "unknown")


def suffix_of(path: Path) -> str:
    """The ending of a file's name in lower case, with the one before .gz, as in .jsonl.gz."""
    ends = [end.lower() for end in path.suffixes]
    return "".join(ends[-2:]) if ends[-1:] == [".gz"] else "".join(ends[-1:])


def check_folders(root: Path) -> None:
    """Raise `DiscourseError` for a folder of texts that may not be looked into: what lies there would be lost unseen."""

    def refuse(error: OSError) -> None:
        raise DiscourseError(
            f"{error.filename}: the folder cannot be read: {error.strerror}. Give yourself the right to it (on Linux and "
            "macOS: chmod -R u+rX FOLDER), or move it out of the folder of texts."
        ) from error

    for _, folders, _ in os.walk(root, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))


def plan(part: Part) -> list[Part]:
    """Cut one file into pieces, where its format allows. Raises `DiscourseError` for a format that is not known."""
    if part.format not in FORMATS and part.format != "unknown":
        known = not_allowed("format", part.format, ("auto", *FORMATS))
        raise DiscourseError(f"source {part.source.source_id}: {known}")
    cut = FORMATS[part.format].cut if part.format in FORMATS else None
    try:
        return cut(part) if cut and refusal_of(part) is None and not is_packed(part.path) else [part]
    except OSError:
        return [part]  # reading it says why


def read(part: Part) -> Made:
    """The records of one piece, with their texts mended and a note for each mending (see `record.RULES`).

    Of a piece of which only some records are wanted (`Part.only`) these come, and nothing is said of the others. What
    cannot be opened, is no ordinary file, or lies outside the texts folder is one `Refusal`, and so is what follows in a
    file that a reader fails on.
    """
    if (refused := refusal_of(part)) is not None:
        yield refused
        return
    found = False
    try:
        for made in _records(part):
            found = True
            if part.only is not None and made.origin not in part.only:
                continue
            yield mend_record(made) if isinstance(made, Record) else made
        if not found and part.only is None and _is_whole_file(part):
            yield Refusal(part.name, "no records", "empty")
    except Harmful as error:
        yield Refusal(part.name, str(error), error.kind)
    except BROKEN as error:
        yield Refusal(part.name, f"a damaged gzip file ({error}): what follows is not read", "malformed")
    except OSError as error:
        yield Refusal(part.name, f"cannot be read: {error.strerror or error}", "unreadable")
    except Exception as error:  # noqa: BLE001  a defect of ours or of a library costs this file, and not the whole build
        yield _failed(part, error)


def _failed(part: Part, error: Exception) -> Refusal:
    what = f"{type(error).__name__}: {error}".rstrip(": ")
    return Refusal(part.name, f"its reader failed ({what}): what follows is not read", "reader-failed")


def _records(part: Part) -> Made:
    entry = FORMATS.get(part.format)
    return entry.stream(part) if entry and entry.stream else _whole(part)


def _is_whole_file(part: Part) -> bool:
    if part.unit == "bytes":
        return part.start == 0 and part.stop >= part.path.stat().st_size
    return part.unit == "file" or part.stop == 0


def _whole(part: Part) -> Made:
    size = part.path.stat().st_size
    if part.format in FORMATS and size > FORMATS[part.format].limit:
        reason = f"{size:,} bytes; a {part.format} file of at most {FORMATS[part.format].limit:,} is read"
        yield Refusal(part.name, reason, "too-large")
    else:
        yield from read_bytes(b"" if part.format not in FORMATS and size else part.path.read_bytes(), part)


def read_bytes(data: bytes, part: Part) -> Made:
    """The records of a file's bytes, or of a member of an archive. An empty file is a `Refusal`."""
    entry = FORMATS.get(part.format)
    if entry is None:
        yield _unknown(part)
    elif not data.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        yield Refusal(part.name, "an empty file", "empty")
    elif data.startswith(MAGIC) and part.name.lower().endswith(".gz") and part.format != "warc":
        try:
            yield from read_bytes(unpack(data), replace(part, name=part.name[:-3]))
        except Harmful as error:
            yield Refusal(part.name, str(error), error.kind)
        except BROKEN as error:
            yield Refusal(part.name, f"a damaged gzip file ({error}): it is not read", "malformed")
    else:
        try:
            yield from entry.read(data, part)
        except (Harmful, OSError, *BROKEN):
            raise
        except Exception as error:  # noqa: BLE001  the other members of an archive are read
            yield _failed(part, error)


def _unknown(part: Part) -> Refusal:
    remedy = remedy_of(part.name)
    reason = f"no reader for {Path(part.name).suffix or 'a file without extension'}"
    reason += f": {remedy}" if remedy else f"; read are {', '.join(sorted(SUFFIXES))}"
    return Refusal(part.name, reason, "unknown-format")
