"""One reader per family of formats. Each yields `Record`s and `Refusal`s; none of them raises on bad input."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from analysis.errors import DiscourseError
from analysis.texts.document import Refusal
from analysis.texts.read.formats import archives, delimited, exports, jsons, office, parquet, plain, web
from analysis.texts.read.formats.compressed import BROKEN, MAGIC, is_packed, unpack
from analysis.texts.read.formats.limits import MAX_FILE, Harmful
from analysis.texts.read.formats.record import Part, Record

__all__ = ["SUFFIXES", "Part", "Record", "format_of", "plan", "read", "read_bytes", "suffix_of"]

Made = Iterator[Record | Refusal]
SUFFIXES = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".xlsx": "xlsx",
    ".parquet": "parquet",
    ".pdf": "pdf",
    ".docx": "docx",
    ".rtf": "rtf",
    ".warc": "warc",
    ".warc.gz": "warc",
    ".zip": "zip",
    ".txt.gz": "txt",
    ".html.gz": "html",
    ".json.gz": "json",
    ".jsonl.gz": "jsonl",
    ".ndjson.gz": "jsonl",
    ".csv.gz": "csv",
    ".tsv.gz": "tsv",
}
_PLANNERS = {"jsonl": jsons.plan, "parquet": parquet.plan, "csv": delimited.plan, "tsv": delimited.plan}
_STREAMED: dict[str, Callable[[Part], Made]] = {
    "jsonl": jsons.read_lines,
    "csv": delimited.read,
    "tsv": delimited.read,
    "parquet": parquet.read,
    "warc": web.read_warc,
}
_WHOLE: dict[str, Callable[[bytes, Part], Made]] = {
    "txt": plain.read_bytes,
    "md": plain.read_bytes,
    "html": web.read_html,
    "json": jsons.read_bytes,
    "jsonl": jsons.read_lines_bytes,
    "csv": delimited.read_bytes,
    "tsv": delimited.read_bytes,
    "xlsx": office.read_xlsx,
    "parquet": parquet.read_bytes,
    "pdf": office.read_document,
    "docx": office.read_document,
    "rtf": office.read_document,
    "warc": web.read_warc_bytes,
    "zip": archives.read_bytes,
    "nexis": exports.read_nexis,
    "factiva": exports.read_factiva,
    "proquest": exports.read_proquest,
    "urls": exports.read_urls,
}


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
    """Cut one file into pieces, where its format allows."""
    planner = _PLANNERS.get(part.format)
    try:
        return planner(part) if planner and part.path.is_file() and not is_packed(part.path) else [part]
    except OSError:
        return [part]  # reading it says why


def read(part: Part, *, root: str | os.PathLike[str] | None = None) -> Made:
    """The records of one piece. A file that cannot be opened, or lies outside `root`, is one `Refusal`."""
    if root is not None and not part.path.resolve().is_relative_to(Path(root).resolve()):
        yield Refusal(part.name, "a link that leads out of the texts folder", "outside")
        return
    found = False
    try:
        for made in _records(part):
            found = True
            yield made
        if not found and _is_whole_file(part):
            yield Refusal(part.name, "no records", "empty")
    except Harmful as error:
        yield Refusal(part.name, str(error), error.kind)
    except BROKEN as error:
        yield Refusal(part.name, f"a damaged gzip file ({error}): what follows is not read", "malformed")
    except OSError as error:
        yield Refusal(part.name, f"cannot be read: {error.strerror or error}", "unreadable")


def _records(part: Part) -> Made:
    if part.format == "zip":
        return archives.read(part, read_bytes, _member_format(part))
    if part.format in _STREAMED:
        return _STREAMED[part.format](part)
    return _whole(part)


def _is_whole_file(part: Part) -> bool:
    if part.unit == "bytes":
        return part.start == 0 and part.stop >= part.path.stat().st_size
    return part.unit == "file" or part.stop == 0


def _whole(part: Part) -> Made:
    size = part.path.stat().st_size
    if size > MAX_FILE:
        yield Refusal(part.name, f"{size:,} bytes; a {part.format} file of at most {MAX_FILE:,} is read", "too-large")
    else:
        yield from read_bytes(part.path.read_bytes(), part)


def read_bytes(data: bytes, part: Part) -> Made:
    """The records of a file's bytes, or of a member of an archive. An empty file is a `Refusal`."""
    if part.format not in _WHOLE:
        known = ", ".join(sorted(SUFFIXES))
        reason = f"no reader for {Path(part.name).suffix or 'a file without extension'}; read are {known}"
        yield Refusal(part.name, reason, "unknown-format")
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
        yield from _WHOLE[part.format](data, part)


def _member_format(part: Part) -> Callable[[Path], str]:
    """Inside a zip archive a source's own format (nexis, factiva ...) holds for every member, else the name decides."""
    declared = part.source.format
    return format_of if declared in ("auto", "zip") else lambda _: declared
