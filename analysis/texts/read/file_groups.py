"""The files of a folder in groups that one source can describe, and the files that nobody reads."""

from __future__ import annotations

import glob
import itertools
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.study.sources import Source
from analysis.texts.read import formats as readers
from analysis.texts.read.formats.places import is_ordinary, printable
from analysis.texts.read.formats.record import Part, Record

LOOKED_AT = 200
TOGETHER = 4  # so many tables with the same columns are one source
ALONE = ("zip", "warc")  # each may hold anything
TABLES = tuple(name for name, entry in readers.FORMATS.items() if entry.is_collection and name not in ALONE)
OURS = frozenset({"sources.toml", "outlets.toml", "readme.md"})
CONFIGURATION = "corpus"  # the folder that `discourse init` writes beside the texts


@dataclass
class Group:
    """Files of one folder and ending that seem to be of one kind. is_rest: others of that ending stand apart."""

    folder: str
    suffix: str
    format: str
    names: list[str] = field(default_factory=list)
    is_rest: bool = False

    @property
    def pattern(self) -> str:
        """The `path` of a source for these files. Brackets stand for themselves; `*` and `?` in names stand in brackets."""
        if len(self.names) == 1 and not self.is_rest:
            return plain_pattern(self.names[0])
        prefix = "" if self.folder == "." else f"{self.folder}/"
        return f"{plain_pattern(prefix)}*{self.suffix}"


def plain_pattern(name: str) -> str:
    """A glob for one name, as easy to read as can be: files are looked for by name before brackets mean anything.

    >>> plain_pattern("Nexis [2023]/a.txt"), plain_pattern("what?.txt")
    ('Nexis [2023]/a.txt', 'what[?].txt')
    """
    escaped = glob.escape(name) if re.search(r"[*?]", name) else name
    return re.sub(r"[\ud800-\udfff]", "?", escaped)  # a byte that is no UTF-8 cannot be written in a path


def matching(root: Path, pattern: str) -> set[Path]:
    """The files that a source's path names: as a glob, and with its brackets as mere brackets."""
    found = set(root.glob(pattern))
    if "[" in pattern:
        try:
            found |= set(root.glob(re.sub(r"\[", "[[]", pattern)))
        except (ValueError, re.error):
            return found
    return found


def all_files(root: Path) -> Iterator[str]:
    """The names, below `root` and in order, of all files but hidden ones and those that the program wrote."""
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        parts = name.split("/")
        if any(part.startswith((".", "~$")) for part in parts) or parts[-1].lower() in OURS:
            continue
        if parts[0] == CONFIGURATION and (root / CONFIGURATION / "eras.toml").exists():
            continue
        if path.is_symlink() or not path.is_dir():
            yield name


def unclaimed(root: Path, claimed: Collection[Path]) -> list[str]:
    """The files of a study that no source names, hidden ones too if a reader knows their ending."""
    found = [printable(name) for name in all_files(root) if root / name not in claimed]
    return found + [f"{printable(name)} (hidden by the dot: rename it)" for name in hidden_texts(root)]


def hidden_texts(root: Path) -> list[str]:
    """Files that are left out because their names begin with a dot, though they end as texts do. The locks of office
    programs and what a Mac writes beside each file are none."""
    there = (path for path in sorted(root.rglob(".*")) if path.is_file() and not path.name.startswith("._"))
    return [path.relative_to(root).as_posix() for path in there if readers.format_of(path) != "unknown"]


def groups_of(root: Path, kind_of: Callable[[Path, str], str]) -> tuple[list[Group], list[str]]:
    """(groups in order of their files, names that are not read: of no known format, no files, or links that lead out).

    One group per sub-folder and ending; tables of one folder with the same columns are one group, archives stand
    alone, and so do exports of databases among other files of their ending. kind_of: (path, format by name) -> format
    by content.
    """
    groups: dict[tuple[str, str], Group] = {}
    unread = []
    for name in all_files(root):
        format_ = readers.format_of(root / name)
        if format_ == "unknown" or not is_ordinary(root / name, root):
            unread.append(name)
            continue
        suffix = name[-len(readers.suffix_of(root / name)) :]
        key = (name if format_ in ALONE else str(Path(name).parent), suffix)
        group = groups.setdefault(key, Group(Path(name).parent.as_posix(), suffix, format_))
        group.names.append(name)
    split = (_tables(root, g) if g.format in TABLES else _by_content(root, g, kind_of) for g in groups.values())
    return [part for parts in split for part in parts], unread


def _by_content(root: Path, group: Group, kind_of: Callable[[Path, str], str]) -> list[Group]:
    """Exports first, one by one, since a file belongs to the first source that names it; then the rest."""
    if len(group.names) == 1 or group.format in ALONE:
        return [group]
    kinds = {name: kind_of(root / name, group.format) for name in group.names[:LOOKED_AT]}
    if len(set(kinds.values())) == 1:
        return [group]
    return _apart(group, [name for name, kind in kinds.items() if kind != group.format])


def _tables(root: Path, group: Group) -> list[Group]:
    """Tables with the columns of most of them together, the others one by one. Those not looked at go with the most."""
    if len(group.names) == 1:
        return [group]
    columns = {name: columns_of(root, name, group.format) for name in group.names[:LOOKED_AT]}
    (most, number), *_ = Counter(columns.values()).most_common(1)
    if number < TOGETHER or not most:
        return [Group(group.folder, group.suffix, group.format, [name]) for name in group.names]
    return _apart(group, [name for name, found in columns.items() if found != most])


def _apart(group: Group, single: list[str]) -> list[Group]:
    rest = [name for name in group.names if name not in set(single)]
    apart = [Group(group.folder, group.suffix, group.format, [name]) for name in single]
    return [*apart, Group(group.folder, group.suffix, group.format, rest, bool(apart))] if rest else apart


def columns_of(root: Path, name: str, format_: str) -> tuple[str, ...]:
    """The columns of a table, from its first record (or, for Parquet, from its schema); () if it cannot be read."""
    part = Part(Source("guess", "*", "news", format=format_), root / name, name, format_)
    made = next((made for made in first_records(part, 1) if isinstance(made, Record)), None)
    return tuple(made.fields) if made else ()


def first_records(part: Part, number: int) -> list[Any]:
    """The first records and refusals of a file, without reading more of it than needed."""
    return list(itertools.islice(readers.read(part), number))
