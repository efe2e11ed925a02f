"""Names of private files and folders, and private addresses, in what is to be published.

A page saved from a browser is called by its headline, a folder often by a person. Names that `sources.toml` writes out in a
`path` are declared and may stand; what a glob matches may not.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from analysis.publish.promise import Finding
from analysis.store.atomic import read_utf8
from analysis.study.settings import read_tables

_PART = re.compile(r"(?<![^\W_])[^\W\d_]{2,}(?![^\W_])")  # a whole word of letters, no piece of a code
_ADDRESS = re.compile(r"https?://[^\s\"'<>\\)\]}]+", re.I)
_SLUG_WORDS = 4


def private_names(texts: Path, declared: str = "") -> set[str]:
    """Names of files (without ending) and folders under `texts` that hold at least two words, as lower-case words joined
    by single spaces; those that `declared` (the paths of the sources) writes out are left out."""
    spelled = " ".join(_PART.findall(declared.lower()))
    found = set()
    for path in texts.rglob("*") if texts.is_dir() else ():
        words = _PART.findall((path.name if path.is_dir() else path.name.partition(".")[0]).lower())
        name = " ".join(words)
        if len(words) >= 2 and len(name) >= 8 and name not in spelled:
            found.add(name)
    return found


def declared_paths(corpus: Path) -> str:
    """The paths that a study's sources write out, one a line, and ids and names of its outlets, which are public: a file
    called by an outlet gives nothing away. The parts a glob matches are not in them."""
    found = []
    for name, table, keys in (("sources.toml", "source", ("path",)), ("outlets.toml", "outlet", ("outlet_id", "name"))):
        rows = read_tables(corpus / name, table) if (corpus / name).exists() else []
        found += [str(row.get(key, "")) for row in rows for key in keys]
    return "\n".join(found)


def published_addresses(captures: Path | None) -> set[str]:
    """The addresses that a public list of captures prints, where its author has said that their licence allows it."""
    if captures is None:
        return set()
    rows = csv.DictReader(io.StringIO(read_utf8(captures), newline=""))
    return {_trimmed(row.get("address") or "") for row in rows}


def check_names(files: Mapping[str, str], names: set[str]) -> Iterator[Finding]:
    """Files that hold such a name, in whatever spelling (spaces, hyphens, underscores), or are called by one.

    files: name -> text.
    """
    if not names:
        return
    pattern = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, names), key=len, reverse=True)) + r")\b")
    for name, text in files.items():
        spelled = " ".join(_PART.findall(unquote(f"{name} {text}").lower()))
        found = {m.group() for m in pattern.finditer(spelled)}
        if found:
            yield Finding(name, f"{len(found)} names of private files or folders")


def private_addresses(texts: Iterator[str]) -> set[str]:
    """Addresses in private strings whose last part spells at least four words, as a headline's does."""
    return {address for text in texts for address in map(_trimmed, _ADDRESS.findall(text)) if _is_headline(address)}


def _trimmed(address: str) -> str:
    return address.rstrip(".,;:!?/").lower()


def _is_headline(address: str) -> bool:
    return any(len(_PART.findall(part)) >= _SLUG_WORDS for part in address.split("/")[3:])


def check_addresses(files: Mapping[str, str], private: set[str]) -> Iterator[Finding]:
    """Files that hold a private address whose last part is a headline; counted, never quoted."""
    for name, text in files.items():
        found = {_trimmed(a) for a in _ADDRESS.findall(text)} & private
        if found:
            yield Finding(name, f"{len(found)} private addresses that spell a headline")
