"""Looking at a folder of texts and writing a first `sources.toml` for it, each guess with its reason in a comment."""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from analysis.errors import DiscourseError, TextsMissing
from analysis.study.outlets import Resolver, host_of
from analysis.study.settings import Outlet
from analysis.study.sources import Source
from analysis.texts.document import Refusal
from analysis.texts.read import formats as readers
from analysis.texts.read.columns import Guess, crawl_columns, cut_short, guess
from analysis.texts.read.datelines import date_in
from analysis.texts.read.dates import DateProblem, parse_date
from analysis.texts.read.file_groups import TABLES, Group, first_records, groups_of
from analysis.texts.read.file_names import date_of, outlet_of
from analysis.texts.read.formats.places import printable
from analysis.texts.read.formats.record import Part
from analysis.texts.read.mapping import CRAWL
from analysis.texts.read.moments import has_zone

SAMPLE = 60
FILES = 20
LISTED = 50
SAVED = ("created", "modified")  # when a file was saved says nothing about when its text was published
ONE_TEXT = ("txt", "md", "html", "pdf", "docx", "rtf")  # a file is a document


class Look(NamedTuple):
    """What was seen of a group: a sample of its records, the file of each, and the first problem if there are none."""

    rows: list[dict[str, Any]]
    names: list[str]
    problem: str


def write_sources(folder: str | os.PathLike[str], *, outlets: Mapping[str, Outlet] | None = None) -> str:
    """The text of a `sources.toml` for the files in `folder`, with a comment on every guess.

    One source per sub-folder and format. Files that no reader knows are listed as comments. The text loads with
    `sources.load`. Raises `TextsMissing` if the folder is not there and `DiscourseError` if it holds no file to read.
    """
    root = Path(folder)
    if not root.is_dir():
        raise TextsMissing(f"{root}: no such folder. Give the folder that holds the texts.")
    readers.check_folders(root)
    groups, unread = groups_of(root, lambda path, format_: readers.sniff(path, format_)[0])
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
    pieces += [f"# not read: {printable(name)} (no reader for this kind of file)\n" for name in unread[:LISTED]]
    if len(unread) > LISTED:
        pieces.append(f"# ... and {len(unread) - LISTED} more that no reader knows: `discourse check` names them\n")
    return "\n".join(pieces)


def _describe(root: Path, group: Group, resolver: Resolver, taken: set[str]) -> str:
    format_, why = readers.sniff(root / group.names[0], group.format)
    source_id = _source_id(group, taken)
    lines = [
        f"# {len(group.names)} file(s), for example {group.names[0]}",
        "[[source]]",
        f"source_id = {_toml(source_id)}",
        f"public_name = {_toml(f'{format_}_{len(taken)}')}  # in the public store, which names no file and no folder",
        f"path = {_toml(group.pattern)}",
        f"format = {_toml(format_)}  # {why}",
        'collection = "news"  # news, un or government',
        'genre = "article"',
        'languages = ["en"]  # the codebook is English; texts in languages not listed here are left out',
        'licence = "unknown"  # who owns the texts, and what may be done with them',
        "may_print_title = false  # true only if the licence allows headlines to be reprinted",
    ]
    look = _look(root, group, format_)
    if look.problem:
        lines.append(f"# could not look inside: {look.problem}")
    lines += _mapping(look, group, resolver, source_id)
    return "\n".join(map(printable, lines)) + "\n"  # names of files and columns may hold line breaks


def _source_id(group: Group, taken: set[str]) -> str:
    stem = Path(group.names[0]).stem if len(group.names) == 1 else f"{group.folder}_{group.suffix}"
    plain = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_") or "texts"
    numbered = itertools.chain([plain], (f"{plain}_{i}" for i in itertools.count(2)))
    source_id = next(s for s in numbered if s not in taken)
    taken.add(source_id)
    return source_id


def _look(root: Path, group: Group, format_: str) -> Look:
    source = Source("guess", "*", "news", format=format_)
    rows: list[dict[str, Any]] = []
    names: list[str] = []
    problem = ""
    for name in group.names[:: -(-len(group.names) // FILES)]:
        for made in first_records(Part(source, root / name, name, format_), SAMPLE):
            if isinstance(made, Refusal):
                problem = problem or f"{made.origin}: {made.reason}"
            else:
                rows.append(made.fields)
                names.append(name)
    return Look(rows, names, "" if rows else problem)


def _mapping(look: Look, group: Group, resolver: Resolver, source_id: str) -> list[str]:
    rows = look.rows
    saved = SAVED if group.format in ("docx", "pdf", "rtf") else ()
    columns = list(dict.fromkeys(key for row in rows for key in row if key not in (*saved, "date_basis")))
    chosen = guess(columns, rows)
    if "date" in chosen and _is_later(chosen["date"].column, look, group):
        del chosen["date"]
    keys, table = [], []
    keys += _ids(chosen, look, group, source_id)
    undated = [i for i, row in enumerate(rows) if not _has(row, chosen, "date")]
    keys += _date_places(look, undated, group) if undated or not rows else []
    keys += _dates(chosen, rows)
    outlet_keys, constants = _outlet(chosen, look, group, resolver)
    keys += outlet_keys
    if chosen:
        table.append("[source.columns]")
    table += [f"{name} = {_toml(found.column)}  # {found.why}" for name, found in chosen.items()]
    table += _remarks(chosen, rows)
    used = {found.column.partition(".")[0] for found in chosen.values()}
    left = [c for c in columns if c not in used]
    return [*keys, *table, *constants, *([f"# columns not used: {', '.join(left)}"] if left else [])]


def _is_later(column: str, look: Look, group: Group) -> bool:
    """Whether a column says when a text was fetched (a service that sees articles within the hour may be believed)."""
    return bool(CRAWL.search(column)) and column.lower() != "seendate"


def _has(row: Mapping[str, Any], chosen: Mapping[str, Guess], name: str) -> bool:
    return name in chosen and row.get(chosen[name].column.partition(".")[0]) not in (None, "")


def _remarks(chosen: Mapping[str, Guess], rows: list[dict[str, Any]]) -> list[str]:
    lines = []
    if "date" in chosen and CRAWL.search(chosen["date"].column):
        lines.append(
            f"# {chosen['date'].column} is when the service saw a text, not its day of publication: basis 'crawl'"
        )
    text = chosen["text"].column if "text" in chosen else ""
    if text and (cut := cut_short(text, rows)) >= max(2, 0.5 * len(rows)):
        lines.append(
            f"# {cut} of {len(rows)} texts looked at end as if they were cut: the service gives beginnings only"
        )
    return lines


def _ids(chosen: dict[str, Guess], look: Look, group: Group, source_id: str) -> list[str]:
    """Ids that are plain numbers get a prefix: the second 17 of a study would be refused."""
    column = chosen["id"].column if "id" in chosen else ""
    ids = [str(row[column]) for row in look.rows if row.get(column)]
    if not ids or not all(re.fullmatch(r"\d{1,9}(\.0)?", value) for value in ids):
        return []
    if len(group.names) > 1 and group.format in TABLES:
        chosen["id"] = Guess("", f"{column} holds numbers that several files use: named by file and row instead")
        return []
    return [f"id_prefix = {_toml(source_id + ':')}  # ids such as {ids[0]} are numbers that other files may use too"]


def _date_places(look: Look, undated: list[int], group: Group) -> list[str]:
    """Where else the dates are that no column gives: in names of files, or in lines of the texts."""
    rows, lines = look.rows, []
    if group.format in ONE_TEXT:
        names = look.names or group.names[:SAMPLE]
        todo = undated if rows else list(range(len(names)))
        named = [i for i in todo if date_of(names[i])]
        printed = [i for i in todo if rows and i not in named and date_in(str(rows[i].get("text") or ""))]
        places = [*(["file name"] if named else []), *(["text"] if printed else [])]
        if places:
            counts = [f"{len(named)} by the name"] * bool(named) + [f"{len(printed)} by a line of the text"] * bool(
                printed
            )
            examples = [date_of(names[named[0]])] if named else []
            examples += [date_in(str(rows[printed[0]]["text"]))] if printed else []
            lines.append(
                f"date_from = {_toml(places)}  # of {len(todo)} without a date {' and '.join(counts)}, "
                f"for example {examples[0]}"
            )
        undated = [i for i in todo if i not in {*named, *printed}]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    if undated and (crawled := crawl_columns(columns, rows)):
        lines += [
            f"# {', '.join(crawled)}: when the texts were fetched, not when they were published. To date by it all the",
            "# same, take the # off:",
            '# date_from = ["crawl"]',
        ]
    if undated:
        lines += [
            f"# no date of publication found in {len(undated)} of {max(len(rows), len(undated))} looked at: they will be",
            "# undated (kept, but in no era); `discourse check` writes a block to fill in for each. If all are of one day",
            '# or year, put date = "2023" under [source.constants]',
        ]
    return lines


def _dates(chosen: Mapping[str, Guess], rows: list[dict[str, Any]]) -> list[str]:
    if "date" not in chosen:
        return []
    unclear, first, second, unread, moments = 0, 0, 0, [], 0
    for row in rows:
        value = row.get(chosen["date"].column)
        moments += has_zone(str(value)) or getattr(value, "tzinfo", None) is not None
        if found := re.match(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}", str(value)):
            first += int(found.group(1)) > 12
            second += int(found.group(2)) > 12
        try:
            parse_date(value)
        except DateProblem as problem:
            unclear += problem.kind == "ambiguous-date"
            unread += [value] if problem.kind != "ambiguous-date" else []
    lines = [f"# dates that are not understood, for example {_toml(str(unread[0]))[:80]}"] if unread else []
    if moments:
        lines += [
            f"# {moments} of {len(rows)} dates looked at are moments with a zone: the day is the one printed. For the day "
            "at the outlet's seat, name its zone:",
            '# time_zone = "Europe/Paris"',
        ]
    if unclear and bool(first) != bool(second):
        order = "true" if first else "false"
        return [
            *lines,
            f"# {unclear} dates like 03/04/2023 may be read two ways; others in the sample are day "
            f"{'first' if first else 'second'}. If that holds for all, take the # off the next line:",
            f"# day_first = {order}",
        ]
    if unclear:
        return [
            *lines,
            f"# {unclear} dates like 03/04/2023 may be read two ways and will be refused; say which, without the #:",
            "# day_first = true  # or false",
        ]
    return lines


def _outlet(chosen: Mapping[str, Guess], look: Look, group: Group, resolver: Resolver) -> tuple[list[str], list[str]]:
    """(keys of the source, its [source.constants]) for the outlets of texts that name none."""
    rows = look.rows
    nameless = [i for i, row in enumerate(rows) if not _has(row, chosen, "outlet")]
    address = chosen["url"].column if "url" in chosen else ""
    silent = [i for i in nameless if not host_of(str(rows[i].get(address) or ""))]
    if rows and not nameless:
        return [], ["# [source.constants]", '# outlet = "unknown"  # for texts that name no outlet (none looked at)']
    if rows and not silent:
        return [], []
    names = look.names or group.names[:SAMPLE]
    todo = silent if rows else list(range(len(names)))
    named = {i: found for i in todo if (found := outlet_of(names[i], resolver.resolve))}
    keys = []
    if named:
        example = next(iter(named.items()))
        keys = [
            f'outlet_from = ["file name"]  # {len(named)} of {len(todo)} looked at: {names[example[0]]} is {example[1]}'
        ]
        todo = [i for i in todo if i not in named]
        if not todo:
            return keys, []
    if rows and len(silent) < len(nameless):  # a constant would stand in for the names that addresses give
        return [
            *keys,
            f"# {len(todo)} of {len(rows)} records looked at have neither outlet nor address and will be refused; "
            "to keep them, give their outlet in corrections.toml",
        ], []
    if rows and len(todo) < len(rows):
        why = (
            f"for the {len(todo)} of {len(rows)} records looked at that name no outlet; put the right one of "
            "outlets.toml here"
        )
    else:
        why = "no text names its outlet: put one of outlets.toml here"
    return keys, ["[source.constants]", f'outlet = "unknown"  # {why}']


def _toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
