"""Reading `sources.toml`: where texts come from, how their columns map, and under which licence they stand.

One `[[source]]` per kind of file. Required: `source_id`, `path` (a glob relative to the texts folder), `collection`.
A column mapping is a column name or a template such as `"{year}-09"` or `"un_{iso3:lower}"`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.errors import DiscourseError, not_allowed
from analysis.study.schema import record, unique, value_of
from analysis.study.settings import corpus_folder, declared, read_tables

FIELDS = ("id", "title", "text", "date", "outlet", "url", "author", "genre", "language", "licence")
BOILERPLATE = ("web", "none")
VISIBILITIES = ("private", "public")
DATE_PLACES = ("file name", "text", "crawl")
OUTLET_PLACES = ("file name",)
WHEN_KEYS = ("column", "matches", *FIELDS)
NO_SAMPLE = "Declare it as [[sample]] in study.toml: id, label, outlets."
OPERATORS = ("in", "minimum", "maximum", "matches")
_SLUG = re.compile(r"[a-z0-9][a-z0-9_]*\Z")


@dataclass(frozen=True)
class Source:
    """One kind of file with one column mapping. Picklable: it travels to worker processes inside a `Part`.

    columns: document field -> column name or template; "" means none. constants: document field -> fixed value, used
    where the column is empty. values: document field -> (value found -> value meant). when: rules that set fields
    where a column matches a pattern. filters: column -> condition; rows that do not meet all are counted as "filtered".
    day_first: how to read 03/04/2023. time_zone: an IANA zone to convert dates with an offset to; "" keeps the day.
    public_name: what the store calls the source, where source_id is a name of a file, a folder or a person; "": source_id.
    may_print_title: the licence lets titles be reprinted; then addresses are published too. may_print_text: it lets whole
    texts be reprinted; then counts of small documents need not be pooled. public_ids: the source's own ids are public ones,
    such as those of a published data set, and the store uses them. hash_urls: publish a keyed hash of each address.
    boilerplate: "web" looks for navigation, feed tails and notes; "none" leaves the text as it is. date_from: where to
    look for the date, in this order, where no column gives one: "file name", "text" (a line that is little but a day),
    "crawl" (the day of fetching: no day of publication, and said so). outlet_from: "file name" (folders count too).
    words_of: a sample of the study; the words of other outlets are counted together only, while their documents and
    hits are kept as all others: for a large source of which words are asked of few.
    keep_repeated, drop_repeated: keys of repeated paragraphs, as `discourse check` prints them, that stay in all texts,
    or go although they stand anywhere or hold a match of the codebook. genres: those that the study declares, not a key
    of the file; empty if it declares none.
    """

    source_id: str
    path: str
    collection: str
    public_name: str = ""
    format: str = "auto"
    genre: str = "article"
    language: str = ""
    languages: tuple[str, ...] = ("en",)
    licence: str = "unknown"
    may_print_title: bool = False
    may_print_text: bool = False
    public_ids: bool = False
    hash_urls: bool = False
    visibility: str = "private"
    id_prefix: str = ""
    day_first: bool | None = None
    time_zone: str = ""
    boilerplate: str = "web"
    encoding: str = ""
    sheet: str = ""
    words_of: str = ""
    note: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    when: tuple[dict[str, str], ...] = ()
    filters: dict[str, Any] = field(default_factory=dict)
    date_from: tuple[str, ...] = ()
    outlet_from: tuple[str, ...] = ()
    keep_repeated: tuple[str, ...] = ()
    drop_repeated: tuple[str, ...] = ()
    genres: tuple[str, ...] = field(default=(), repr=False, metadata={"internal": True})

    @property
    def public_id(self) -> str:
        """What the public store calls this source."""
        return self.public_name or self.source_id


@dataclass(frozen=True)
class Lists:
    """What the study declares and a source is checked against; an empty list allows everything."""

    collections: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()

    @classmethod
    def beside(cls, path: str | os.PathLike[str]) -> Lists:
        """The lists of the `study.toml` beside a file of sources."""
        return cls(declared(path, "collection"), declared(path, "genre"), declared(path, "sample"))


def load(path: str | os.PathLike[str]) -> tuple[Source, ...]:
    """The sources of one file, in file order.

    Raises `DiscourseError` for a missing file, an unknown or missing key, a wrong type, or a source_id used twice; the
    message names the file, the source, the value and what is allowed. A file without sources gives an empty tuple.
    """
    lists = Lists.beside(path)
    sources: list[Source] = []
    rows = enumerate(read_tables(path, "source"), start=1)
    made = [make(row, where=f"{path}, source {row.get('source_id', index)}", lists=lists) for index, row in rows]
    for source in unique(made, "source_id", where=f"{path}").values():
        if source.public_id in {other.public_id for other in sources}:
            raise DiscourseError(
                f"{path}: two sources are called {source.public_id!r} in the store; public names are unique."
            )
        sources.append(source)
    return tuple(sources)


def make(row: dict[str, Any], *, where: str = "source", lists: Lists | None = None) -> Source:
    """One checked `Source` from its table. `where` opens the message of any error. lists: the project's if not given."""
    lists = lists or Lists.beside(corpus_folder() / "sources.toml")
    source = record(Source, row, where=where, given={"genres": lists.genres})
    if empty := [key for key in ("source_id", "path", "collection") if not getattr(source, key)]:
        raise DiscourseError(f"{where}: {', '.join(empty)} empty; every source needs source_id, path, collection.")
    for name in ("source_id", "public_name"):
        if not _SLUG.match(getattr(source, name) or "none"):
            raise DiscourseError(f"{where}: {name} {getattr(source, name)!r} must be lower-case letters, digits, '_'.")
    for name, allowed in (
        ("collection", lists.collections),
        ("boilerplate", BOILERPLATE),
        ("visibility", VISIBILITIES),
        ("genre", lists.genres),
    ):
        if name in row and allowed and row[name] not in allowed:
            raise DiscourseError(f"{where}: " + not_allowed(name, row[name], allowed))
    for name, places in (("date_from", DATE_PLACES), ("outlet_from", OUTLET_PLACES)):
        for place in getattr(source, name):
            if place not in places:
                raise DiscourseError(f"{where}: " + not_allowed(name, place, places))
    for name in ("keep_repeated", "drop_repeated"):
        for key in getattr(source, name):
            if not re.fullmatch(r"[0-9a-f]{16}", key):
                raise DiscourseError(
                    f"{where}: {name}: {key!r} is no key of a paragraph; `discourse check` prints them (16 of 0-9, a-f)."
                )
    _check_sample(source.words_of, lists.samples, where)
    _check_path(source.path, where)
    _check_tables(source, where)
    return source


def _check_sample(name: str, samples: tuple[str, ...], where: str) -> None:
    if name and name not in samples:
        raise DiscourseError(f"{where}: " + not_allowed("words_of", name, samples, NO_SAMPLE))


def _check_path(path: str, where: str) -> None:
    parts = path.replace("\\", "/").split("/")
    if path.startswith(("/", "~")) or ".." in parts or re.match(r"[A-Za-z]:", path):
        raise DiscourseError(f"{where}: path {path!r} leaves the texts folder; give a path inside it (see --texts).")


def _check_tables(source: Source, where: str) -> None:
    for table in ("columns", "constants", "values"):
        _require_keys(getattr(source, table), FIELDS, where, f"field in {table}")
    genres = [source.constants.get("genre"), *source.values.get("genre", {}).values()]
    for rule in source.when:
        _require_keys(rule, WHEN_KEYS, where, "key of when")
        if "column" not in rule or "matches" not in rule:
            raise DiscourseError(f"{where}: every [[source.when]] needs column and matches; got {sorted(rule)}.")
        _check_pattern(rule["matches"], where)
        genres.append(rule.get("genre"))
    for genre in genres:
        if genre is not None and source.genres and genre not in source.genres:
            raise DiscourseError(f"{where}: " + not_allowed("genre", genre, source.genres))
    for column, condition in source.filters.items():
        if not isinstance(condition, dict) or not condition:
            raise DiscourseError(f"{where}: filter {column} must be a table with {', '.join(OPERATORS)}.")
        _require_keys(condition, OPERATORS, where, f"condition on {column}")
        _check_pattern(value_of(str, condition.get("matches", ""), f"{where}: filter {column}: matches"), where)
        if "in" in condition and not isinstance(condition["in"], list):
            raise DiscourseError(f"{where}: filter {column}: in = {condition['in']!r} should be a list.")


def _check_pattern(pattern: str, where: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise DiscourseError(f"{where}: pattern {pattern!r} is no regular expression: {error}.") from error


def _require_keys(row: Mapping[str, Any], allowed: tuple[str, ...], where: str, thing: str) -> None:
    for key in row:
        if key not in allowed:
            raise DiscourseError(f"{where}: " + not_allowed(thing, key, allowed))
