"""Telling what a file holds from its beginning, where its name does not say it: exports of databases, misnamed tables."""

from __future__ import annotations

from pathlib import Path

from analysis.texts.read.formats.compressed import head_of
from analysis.texts.read.formats.encoding import NotText, decode
from analysis.texts.read.formats.lines import lines_of
from analysis.texts.read.formats.registry import FORMATS

BY_NAME = "by the file's name"
LOOKED_AT = 4 * 1024 * 1024
DOCUMENTS = ("txt", "html", "docx", "doc", "odt", "rtf", "pdf")  # what databases export to, besides tables


def sniff(path: Path, format_: str) -> tuple[str, str]:
    """(format, the reason in words) of a file whose name stands for `format_`; that one and "by the file's name" if
    nothing speaks against it. Reads at most 4 MB of text files, and the whole of other documents."""
    if format_ not in (*DOCUMENTS, "csv", "tsv", "json"):
        return format_, BY_NAME
    try:
        if format_ in DOCUMENTS:
            lines = lines_of(_beginning(path, format_), "")
            wanted: tuple[str, ...] = ("nexis", "factiva", "proquest")
        else:
            lines = decode(head_of(path, 64 * 1024)).split("\n")
            wanted = ("urls",)
    except (OSError, ValueError):
        return format_, BY_NAME
    bare = [line.replace("\xa0", " ").strip() for line in lines]
    for name in wanted:
        looks_like = FORMATS[name].looks_like
        why = looks_like(bare) if looks_like else ""
        if why:
            return name, why
    return format_, BY_NAME


def _beginning(path: Path, format_: str) -> bytes:
    if format_ in ("txt", "html"):
        return head_of(path, LOOKED_AT)
    if path.stat().st_size > FORMATS[format_].limit:
        raise NotText("too large")
    return path.read_bytes()
