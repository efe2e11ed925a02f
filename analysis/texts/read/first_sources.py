"""Looking at a folder of texts and writing a first `sources.toml` for it, each guess with its reason in a comment."""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError, TextsMissing
from analysis.study.outlets import Resolver, host_of
from analysis.study.settings import Outlet
from analysis.study.sources import Source
from analysis.texts.document import Refusal
from analysis.texts.read import formats as readers
from analysis.texts.read.dates import DateProblem, parse_date
from analysis.texts.read.formats.record import Part
from analysis.texts.read.formats.sniff import DOCUMENTS

SAMPLE = 60
FILES = 20
LOOKED_AT = 200
SAVED = ("created", "modified")  # when a file was saved says nothing about when its text was published
NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "doc_id", "docid", "article_id", "guid", "uid", "stories_id"),
    "title": ("title", "headline", "heading", "name", "subject", "titre", "titel"),
    "text": ("text", "body", "content", "article", "fulltext", "full_text", "full text", "story", "description"),
    "date": (
        "date",
        "published",
        "publication_date",
        "pubdate",
        "pub_date",
        "published_at",
        "publish_date",
        "datetime",
        "created",
        "timestamp",
        "day",
        "datum",
    ),
    "outlet": (
        "outlet",
        "source",
        "publication",
        "publisher",
        "newspaper",
        "media",
        "media_name",
        "site",
        "domain",
        "pubtitle",
        "journal",
        "quelle",
    ),
    "url": ("url", "link", "href", "origin_url", "permalink", "address"),
    "author": ("author", "byline", "writer", "authors", "speaker", "creator"),
}


@dataclass
class _Group:
    """Files of one folder and format that seem to be of one kind."""

    folder: str
    suffix: str
    format: str
    names: list[str] = field(default_factory=list)
    is_rest: bool = False


def write_sources(folder: str | os.PathLike[str], *, outlets: Mapping[str, Outlet] | None = None) -> str:
    """The text of a `sources.toml` for the files in `folder`, with a comment on every guess.

    One source per sub-folder and format. Files that no reader knows are listed as comments. The text loads with
    `sources.load`. Raises `TextsMissing` if the folder is not there and `DiscourseError` if it holds no file to read.
    """
    root = Path(folder)
    if not root.is_dir():
        raise TextsMissing(f"{root}: no such folder. Give the folder that holds the texts.")
    readers.check_folders(root)
    groups, unread = _groups(root)
    if not groups:
        raise DiscourseError(f"{root}: no file that can be read; read are {', '.join(sorted(readers.SUFFIXES))}.")
    pieces = [
        "# Written by `discourse init` from a look at the files. Check each guess, then run `discourse check`.\n"
        "# Paths are relative to the texts folder. Keys: analysis/study/sources.py.\n"
    ]
    resolver = Resolver(outlets or {})
    taken: set[str] = set()
    for group in groups:
        pieces.append(_describe(root, group, resolver, taken))
    pieces += [f"# not read: {name} (no reader for this kind of file)\n" for name in unread]
    return "\n".join(pieces)


def _groups(root: Path) -> tuple[list[_Group], list[str]]:
    groups: dict[tuple[str, str], _Group] = {}
    unread = []
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        hidden = any(part.startswith((".", "~$")) for part in name.split("/"))
        if not path.is_file() or hidden or path.name.lower() in ("sources.toml", "outlets.toml", "readme.md"):
            continue
        format_ = readers.format_of(path)
        if format_ == "unknown":
            unread.append(name)
            continue
        tables = readers.FORMATS[format_].is_collection
        suffix = path.name[-len(readers.suffix_of(path)) :]
        key = (name if tables else str(Path(name).parent), suffix)
        group = groups.setdefault(key, _Group(str(Path(name).parent.as_posix()), suffix, format_))
        group.names.append(name)
    return [part for group in groups.values() for part in _split(root, group)], unread


def _split(root: Path, group: _Group) -> list[_Group]:
    """A folder that mixes exports with other files of the same ending, as groups: the exports first, one by one, since
    a file belongs to the first source that names it."""
    if len(group.names) == 1 or group.format not in DOCUMENTS:
        return [group]
    kinds = {name: readers.sniff(root / name, group.format)[0] for name in group.names[:LOOKED_AT]}
    if len(set(kinds.values())) == 1:
        return [group]
    exports = [name for name, kind in kinds.items() if kind != group.format]
    rest = [name for name in group.names if name not in exports]
    single = [_Group(group.folder, group.suffix, group.format, [name]) for name in exports]
    return [*single, _Group(group.folder, group.suffix, group.format, rest, True)]


def _describe(root: Path, group: _Group, resolver: Resolver, taken: set[str]) -> str:
    stem = Path(group.names[0]).stem if len(group.names) == 1 else f"{group.folder}_{group.suffix}"
    source_id = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_") or "texts"
    source_id = next(
        s for s in itertools.chain([source_id], (f"{source_id}_{i}" for i in itertools.count(2))) if s not in taken
    )
    taken.add(source_id)
    prefix = "" if group.folder == "." else f"{group.folder}/"
    pattern = group.names[0] if len(group.names) == 1 and not group.is_rest else f"{prefix}*{group.suffix}"
    if re.search(r"[\[\]?*]", pattern) and pattern == group.names[0]:
        pattern = re.sub(r"([\[\]?*])", "?", pattern)
    format_, why = readers.sniff(root / group.names[0], group.format)
    lines = [
        f"# {len(group.names)} file(s), for example {group.names[0]}",
        "[[source]]",
        f"source_id = {_toml(source_id)}",
        f"path = {_toml(pattern)}",
        f"format = {_toml(format_)}  # {why}",
        'collection = "news"  # news, un or government',
        'genre = "article"',
        'languages = ["en"]  # the codebook is English; texts in languages not listed here are left out',
        'licence = "unknown"  # who owns the texts, and what may be done with them',
        "may_print_title = false  # true only if the licence allows headlines to be reprinted",
    ]
    rows, problem = _sample(root, group, format_)
    if problem:
        lines.append(f"# could not look inside: {problem}")
    lines += _mapping(rows, group, resolver, source_id)
    return "\n".join(lines) + "\n"


def _sample(root: Path, group: _Group, format_: str) -> tuple[list[dict[str, Any]], str]:
    source = Source("guess", "*", "news", format=format_)
    rows: list[dict[str, Any]] = []
    problem = ""
    for name in group.names[:: -(-len(group.names) // FILES)]:
        for made in itertools.islice(readers.read(Part(source, root / name, name, format_)), SAMPLE):
            if isinstance(made, Refusal):
                problem = problem or f"{made.origin}: {made.reason}"
            else:
                rows.append(made.fields)
    return rows, "" if rows else problem


def _mapping(rows: list[dict[str, Any]], group: _Group, resolver: Resolver, source_id: str) -> list[str]:
    saved = SAVED if group.format in ("docx", "pdf", "rtf") else ()
    columns = list(dict.fromkeys(key for row in rows for key in row if key not in saved))
    chosen: dict[str, tuple[str, str]] = {}
    for name in ("text", "title", "date", "outlet", "url", "author", "id"):
        guess = _column(name, columns, rows, {c for c, _ in chosen.values()})
        if guess:
            chosen[name] = guess
    lines = [*_prefix(chosen, rows, source_id), *_dates(chosen, rows)]
    lines += ["[source.columns]"] if chosen else []
    lines += [f"{name} = {_toml(column)}  # {why}" for name, (column, why) in chosen.items()]
    lines += _outlet(chosen, rows, group, resolver)
    left = [c for c in columns if c not in {c for c, _ in chosen.values()}]
    return [*lines, f"# columns not used: {', '.join(left)}"] if left else lines


def _prefix(chosen: dict[str, tuple[str, str]], rows: list[dict[str, Any]], source_id: str) -> list[str]:
    """A prefix for ids that are plain numbers: the second 17 of a study would be refused."""
    ids = [str(row[chosen["id"][0]]) for row in rows if row.get(chosen["id"][0])] if "id" in chosen else []
    if not ids or not all(re.fullmatch(r"\d{1,9}(\.0)?", value) for value in ids):
        return []
    return [f"id_prefix = {_toml(source_id + ':')}  # ids such as {ids[0]} are numbers that other files may use too"]


def _column(name: str, columns: list[str], rows: list[dict[str, Any]], used: set[str]) -> tuple[str, str] | None:
    by_name = {c.lower().strip(): c for c in reversed(columns) if c not in used}
    for known in NAMES[name]:
        if known in by_name and any(row.get(by_name[known]) for row in rows):
            return by_name[known], "by its name"
    free = [c for c in columns if c not in used]
    if name == "text" and free:
        size = {c: sum(len(v) for row in rows if isinstance(v := row.get(c), str)) / max(len(rows), 1) for c in free}
        longest = max(free, key=lambda c: size[c])
        return (
            (longest, f"the longest cells, {size[longest]:.0f} characters on average") if size[longest] > 80 else None
        )
    if name == "url":
        for column in free:
            filled = [str(row[column]) for row in rows if row.get(column)]
            if filled and all(host_of(value) and value.startswith("http") for value in filled):
                return column, "its cells are addresses"
    if name == "date":
        for column in free:
            values = [row[column] for row in rows if row.get(column) not in (None, "")]
            if len(values) >= max(1, 0.8 * len(rows)) and all(_dated(v) for v in values):
                return column, "its cells read as dates"
    return None


def _dated(value: Any) -> bool:
    if not isinstance(value, str) or not 6 <= len(value) <= 60:
        return False
    try:
        return parse_date(value)[1] == "day"
    except DateProblem as problem:
        return problem.kind == "ambiguous-date"


def _dates(chosen: dict[str, tuple[str, str]], rows: list[dict[str, Any]]) -> list[str]:
    if "date" not in chosen:
        return [
            "# no date of publication found: documents will be undated (kept, but in no era). If all are of one day",
            '# or year, put date = "2023" under [source.constants]; else see corrections.toml',
        ]
    unclear, first, second, unread = 0, 0, 0, []
    for row in rows:
        value = row.get(chosen["date"][0])
        if found := re.match(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}", str(value)):
            first += int(found.group(1)) > 12
            second += int(found.group(2)) > 12
        try:
            parse_date(value)
        except DateProblem as problem:
            unclear += problem.kind == "ambiguous-date"
            unread += [value] if problem.kind != "ambiguous-date" else []
    if unclear and bool(first) != bool(second):
        order = "true" if first else "false"
        return [
            f"# {unclear} dates like 03/04/2023 may be read two ways; others in the sample are day "
            f"{'first' if first else 'second'}. If that holds for all, take the # off the next line:",
            f"# day_first = {order}",
        ]
    if unclear:
        return [
            f"# {unclear} dates like 03/04/2023 may be read two ways and will be refused; say which, without the #:",
            "# day_first = true  # or false",
        ]
    return [f"# dates that are not understood, for example {_toml(str(unread[0]))[:80]}"] if unread else []


def _outlet(
    chosen: dict[str, tuple[str, str]], rows: list[dict[str, Any]], group: _Group, resolver: Resolver
) -> list[str]:
    named, address = (chosen.get(key, ("", ""))[0] for key in ("outlet", "url"))
    nameless = [row for row in rows if not row.get(named)]
    silent = [row for row in nameless if not host_of(str(row.get(address) or ""))]
    if rows and not nameless:
        return [
            "# [source.constants]",
            '# outlet = "unknown"  # for texts that name no outlet (none looked at), without the #',
        ]
    if rows and not silent:
        return []
    if len(silent) < len(nameless):  # a constant would stand in for the names that addresses give
        return [
            f"# {len(silent)} of {len(rows)} records looked at have neither outlet nor address and will be refused; "
            "to keep them, give their outlet in corrections.toml"
        ]
    if rows and len(silent) < len(rows):
        return [
            "[source.constants]",
            f'outlet = "unknown"  # for the {len(silent)} of {len(rows)} records looked at that '
            "name no outlet; put the right one of outlets.toml here",
        ]
    name = re.sub(r"[_-]+", " ", Path(group.folder).name) if group.folder != "." else ""
    known = resolver.resolve(name) if name else None
    shown = known or "unknown"
    why = f"from the folder's name {name!r}" if known else "no text names its outlet: put one of outlets.toml here"
    return ["[source.constants]", f"outlet = {_toml(shown)}  # {why}"]


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
