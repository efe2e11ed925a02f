"""From the columns of a record to the fields of a document, as a source's mapping says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from analysis.errors import not_allowed
from analysis.study.sources import FIELDS, Source
from analysis.texts.read.datelines import date_in
from analysis.texts.read.file_names import date_of, outlet_of

_SLOT = re.compile(r"\{([^{}:]+)(?::(lower|upper|strip))?\}")
DEFAULT_COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id", "doc_id", "docid"),
    "title": ("title", "headline"),
    "text": ("text", "body", "content"),
    "date": ("date", "published", "publication_date", "pubdate"),
    "outlet": ("outlet", "source", "publication", "publisher"),
    "url": ("url", "link", "origin_url"),
    "author": ("author", "byline", "speaker"),
    "licence": ("licence", "license"),
}
REQUIRED = ("id", "text", "date", "outlet")
Getter = Callable[[Mapping[str, Any]], Any]
CRAWL = re.compile(
    r"fetch|crawl|download|retriev|scrap|seen|captur|access|harvest|collect|import|index|archiv|added|insert",
    re.IGNORECASE,
)  # columns that say when a text was taken, not when it was published


class Mapper:
    """Turns records of one source into raw document fields. Built once per part."""

    def __init__(self, source: Source, resolve: Callable[[str], str | None] = lambda name: None) -> None:
        """resolve: a printed name -> outlet_id or None, for outlets taken from the names of files."""
        self.source, self.resolve = source, resolve
        self.getters: dict[str, Getter] = {}
        for name in FIELDS:
            if name in source.columns:
                if source.columns[name]:
                    self.getters[name] = _getter(source.columns[name])
            elif name in DEFAULT_COLUMNS:
                self.getters[name] = _first_of(DEFAULT_COLUMNS[name])
        self.required = [c for f, c in source.columns.items() if f in REQUIRED and c and "{" not in c]
        slots = [name for column in source.columns.values() for name in _SLOT.split(column)[1::3]]
        plain = [column for column in source.columns.values() if column and "{" not in column]
        self.named = list(dict.fromkeys([*plain, *slots, *source.filters, *(rule["column"] for rule in source.when)]))
        self.rules = [(rule["column"], re.compile(rule["matches"], re.IGNORECASE), rule) for rule in source.when]
        self.date_basis = "crawl" if CRAWL.search(source.columns.get("date", "")) else "declared"
        self._paths: dict[str, tuple[str | None, str | None]] = {}

    def missing(self, row: Mapping[str, Any], *, is_table: bool = False) -> str:
        """What is wrong if a column that the source names is not in the record, with the columns that are; else "".

        is_table: every record has all columns, so every column named anywhere in the source must be there; otherwise
        only those of id, text, date and outlet, since other fields may be absent from single records.
        """
        for column in self.named if is_table else self.required:
            if column not in row and column.partition(".")[0] not in row:
                return not_allowed("column", column, row, f"Mend columns of source {self.source.source_id}.")
        return ""

    def fields(self, row: Mapping[str, Any], path: str = "") -> dict[str, Any]:
        """Document field -> raw value (None where there is none), and "date_basis" (see `document.DATE_BASES`).

        path: the file's path below the texts folder, for what its name says. A column counts before a place named in
        `date_from` and `outlet_from`, and both before a constant.
        """
        found = {name: getter(row) for name, getter in self.getters.items()}
        found["date_basis"] = self.date_basis
        self._look_elsewhere(found, row, path)
        for name, constant in self.source.constants.items():
            if _empty(found.get(name)):
                found[name] = constant
                if name == "date":
                    found["date_basis"] = "declared"
        value: Any
        for name, meanings in self.source.values.items():
            value = found.get(name)
            if not _empty(value):
                found[name] = meanings.get(str(value), value)
        for column, pattern, rule in self.rules:
            value = row.get(column)
            if value is not None and pattern.search(str(value)):
                found.update({k: v for k, v in rule.items() if k in FIELDS})
        return found

    def _look_elsewhere(self, found: dict[str, Any], row: Mapping[str, Any], path: str) -> None:
        for place in self.source.date_from:
            if not _empty(found.get("date")):
                break
            if place == "file name":
                found["date"] = self._named(path)[0]
            elif place == "text":
                text = found.get("text")
                found["date"] = date_in(text, day_first=self.source.day_first) if isinstance(text, str) else None
            else:
                found["date"] = next((v for k, v in row.items() if CRAWL.search(str(k)) and not _empty(v)), None)
            found["date_basis"] = place
        if self.source.outlet_from and _empty(found.get("outlet")):
            found["outlet"] = self._named(path)[1]

    def _named(self, path: str) -> tuple[str | None, str | None]:
        """(day, outlet) that the names of file and folders give; files of many records are looked at once."""
        if path not in self._paths:
            self._paths = {path: (date_of(path, day_first=self.source.day_first), outlet_of(path, self.resolve))}
        return self._paths[path]


def _empty(value: Any) -> bool:
    return value is None or value == ""


def _getter(column: str) -> Getter:
    if "{" not in column:
        return lambda row: row[column] if column in row else _inside(row, column)
    literal = _SLOT.split(column)

    def fill(row: Mapping[str, Any]) -> str | None:
        made = [literal[0]]
        for name, change, text in zip(literal[1::3], literal[2::3], literal[3::3], strict=True):
            value = row.get(name)
            if _empty(value):
                return None
            value = str(value).strip()
            made += [getattr(value, change)() if change else value, text]
        return "".join(made)

    return fill


def _inside(row: Any, column: str) -> Any:
    """The value of a column such as "publisher.name" in a record with tables inside."""
    head, dot, rest = column.partition(".")
    if isinstance(row, list):
        row = row[0] if row else None
    if not isinstance(row, Mapping) or head not in row:
        return None
    return _inside(row[head], rest) if dot else row[head]


def _first_of(names: tuple[str, ...]) -> Getter:
    def first(row: Mapping[str, Any]) -> Any:
        for name in names:
            value = row.get(name)
            if not _empty(value):
                return value
        return None

    return first


def passes(row: Mapping[str, Any], filters: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a record meets all filters. A missing value meets none."""
    for column, condition in filters.items():
        value = row.get(column)
        if value is None:
            return False
        if "in" in condition and value not in condition["in"] and str(value) not in condition["in"]:
            return False
        if "minimum" in condition and _compare(value, condition["minimum"]) not in (0, 1):
            return False
        if "maximum" in condition and _compare(value, condition["maximum"]) not in (0, -1):
            return False
        if "matches" in condition and not re.search(condition["matches"], str(value), re.IGNORECASE):
            return False
    return True


def _compare(value: Any, limit: Any) -> int | None:
    if not isinstance(limit, int | float):
        return (str(value) > str(limit)) - (str(value) < str(limit))
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return (number > limit) - (number < limit)
