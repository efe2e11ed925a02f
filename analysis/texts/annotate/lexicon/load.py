"""Reading the lexicon: `*.toml` beside this file, one table for each meaning.

A table has `meaning` (what the words have in common), `example` (an invented phrase in which one is found), `items` and,
where they are not compiled as plain alternatives, `pattern`: a regular expression in which `{{items}}` stands for the
table's own items and `{{name}}` for those of another table of the file. Items are fragments of regular expressions.
Lists of inflected verbs put one verb's forms on a line; `words` splits them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError, not_allowed, require
from analysis.study.settings import read_toml

# Named here one by one, so that whoever hashes this module's data finds them (run/code_hashes.py).
FILES = (
    "about.toml",
    "clauses.toml",
    "common.toml",
    "heads.toml",
    "leads.toml",
    "mention.toml",
    "names.toml",
    "negation.toml",
    "phrases.toml",
    "roles.toml",
    "turns.toml",
    "verbs.toml",
)
KEYS = ("meaning", "example", "items", "pattern", "ignore_case")
_SLOT = re.compile(r"\{\{(\w+)\}\}")
_LOOK = re.compile(r"\(\?<?[!=]")
_WORDS = re.compile(r"(?:\(\?<[!=][^()]*\))*\\b(?=\(\?:)")  # how an expression begins that looks for whole words
_MANY = 20  # beginnings of words: of fewer, trying all is as fast
_LITERAL = re.compile(r"[^\\^$.|?*+()\[\]{}]*")


class Lexicon:
    """The tables of one file. `names`: in the order of the file."""

    def __init__(self, path: Path, tables: dict[str, dict[str, Any]]) -> None:
        self.path, self._tables = path, tables

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._tables)

    def table(self, name: str) -> dict[str, Any]:
        """One table as it stands; an unknown name raises `DiscourseError` that lists all."""
        if name not in self._tables:
            raise DiscourseError(f"{self.path}: {not_allowed('table', name, list(self._tables))}")
        return self._tables[name]

    def items(self, name: str) -> tuple[str, ...]:
        """The items of a table, in their order."""
        return tuple(self.table(name)["items"])

    def words(self, name: str) -> frozenset[str]:
        """The items of a table, split at white space: the forms of verbs, or single words."""
        return frozenset(word for item in self.items(name) for word in item.split())

    def source(self, name: str) -> str:
        """The regular expression of a table as text: its pattern, or its items as alternatives."""
        table = self.table(name)

        def fill(match: re.Match[str]) -> str:
            return "|".join(self.items(name if match.group(1) == "items" else match.group(1)))

        return _SLOT.sub(fill, table.get("pattern", "{{items}}"))

    def regex(self, name: str) -> re.Pattern[str]:
        """The regular expression of a table, compiled (`hinted`). One that cannot be read raises `DiscourseError` with its
        name."""
        try:
            return re.compile(hinted(self.source(name)), re.IGNORECASE if self.table(name).get("ignore_case") else 0)
        except (re.error, ValueError, IndexError) as error:  # the last two: a class or group that does not end
            raise DiscourseError(f"{self.path}, {name}: not a regular expression ({error}).") from error


@cache
def read(file: str) -> Lexicon:
    """The lexicon file of this name (`FILES`).

    Raises `DiscourseError` that names file and table for unknown keys, and for a table without meaning, example or items.
    """
    require("lexicon file", file, FILES)
    return parse(Path(__file__).with_name(file))


def parse(path: Path) -> Lexicon:
    """Read and check one lexicon file wherever it lies."""
    tables = read_toml(path)
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise DiscourseError(f"{path}: {name} should be a table; write [{name}].")
        for key in table:
            require(f"{path}, {name}: key", key, KEYS)
        for key in ("meaning", "example"):
            if not table.get(key):
                raise DiscourseError(f"{path}, {name}: {key} is missing; say it in a few words.")
        if not table.get("items") and not table.get("pattern"):
            raise DiscourseError(f"{path}, {name}: neither items nor pattern is there.")
        table.setdefault("items", [])
        for slot in _SLOT.findall(table.get("pattern", "")):
            if slot != "items" and slot not in tables:
                raise DiscourseError(f"{path}, {name}: {not_allowed('slot', slot, ['items', *tables])}")
    return Lexicon(path, tables)


def split(source: str, sign: str) -> list[str]:
    """The parts of a regular expression between the places where `sign` stands in no group and no class.

    >>> split("ann|(?:b|c)d", "|"), split("stop(?: or end)? of", " ")
    (['ann', '(?:b|c)d'], ['stop(?: or end)?', 'of'])
    """
    parts, last = [], 0
    for at, here, depth in _signs(source):
        if here == sign and not depth:
            parts.append(source[last:at])
            last = at + 1
    return [*parts, source[last:]]


def _signs(source: str) -> Iterator[tuple[int, str, int]]:
    """The signs of a regular expression that are neither escaped nor in a class: where, which, in how many groups."""
    depth = at = 0
    while at < len(source):
        sign = source[at]
        if sign == "\\":
            at += 1
        elif sign == "[":
            at = source.index("]", at + 2)
        else:
            yield at, sign, depth
            depth += (sign == "(") - (sign == ")")
        at += 1


def without_looks(source: str) -> str:
    """A regular expression without what it asks of the text around it: it matches at least as much.

    >>> without_looks("(?<!a )few(?! (?:of|in)) men")
    'few men'
    """
    while (look := _LOOK.search(source)) is not None:
        source = source[: look.start()] + _group(source[look.start() :])[1]
    return source


def hinted(source: str) -> str:
    """An expression of many words with a look at their first letters in front, where that makes its search faster.

    >>> hinted(r"\b(?:one|two)\b") == r"\b(?:one|two)\b"  # of few it does not
    True
    """
    head = _WORDS.match(source)
    if head is None or len(split(source, "|")) > 1:
        return source
    begin = beginnings(source[head.end() :])
    if len(begin) < _MANY or "" in begin:
        return source
    return f"{head.group()}(?={opening(begin, 4)}){source[head.end() :]}"


def _group(source: str) -> tuple[str, str]:
    """What stands in the group that opens an expression, and what stands behind it."""
    for at, sign, depth in _signs(source):
        if sign == ")" and depth == 1:
            return source[3:at], source[at + 1 :]
    raise IndexError("a group that does not end")


def beginnings(source: str) -> frozenset[str]:
    """Plain strings with one of which every match of a regular expression begins; "" if it can begin with anything.

    Knows what the lexicon uses: groups without a name, classes, and repetitions.

    >>> sorted(beginnings(r"say(?:s|ing)? no|(?:re|mis)?read|ex-?king"))
    ['ex-', 'exking', 'mis', 're', 'read', 'say']
    """
    found: set[str] = set()
    for part in split(source, "|"):
        part = without_looks(part).removeprefix(r"\b")
        if part.startswith("(?:"):
            inside, rest = _group(part)
            found |= beginnings(inside)
            found |= beginnings(rest[1:]) if rest.startswith("?") else {""} if rest.startswith(("*", "{")) else set()
            continue
        plain = _LITERAL.match(part).group()  # type: ignore[union-attr]  # it matches nothing, too
        rest = part[len(plain) :]
        if plain and rest.startswith("?"):
            found |= {plain, *(plain[:-1] + other for other in beginnings(rest[1:]))}
        else:
            found.add(plain[:-1] if plain and rest.startswith(("*", "{")) else plain)
    return frozenset(found)


def opening(words: frozenset[str], length: int) -> str:
    """The source of an expression that matches the first `length` characters of any of `words`, letter by letter.

    >>> opening(frozenset({"king", "kin", "queen"}), 3)
    '(?:kin|que)'
    """
    tails: dict[str, set[str]] = {}
    for word in words:
        tails.setdefault(word[:1], set()).add(word[1:])
    if "" in tails or not length:
        return ""
    parts = [re.escape(first) + opening(frozenset(rest), length - 1) for first, rest in sorted(tails.items())]
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"
