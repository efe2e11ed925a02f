"""From the columns of a record to the fields of a document, as a source's mapping says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from analysis.errors import not_allowed
from analysis.study.sources import FIELDS, Source

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


class Mapper:
    """Turns records of one source into raw document fields. Built once per part."""

    def __init__(self, source: Source) -> None:
        self.source = source
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

    def missing(self, row: Mapping[str, Any], *, is_table: bool = False) -> str:
        """What is wrong if a column that the source names is not in the record, with the columns that are; else "".

        is_table: every record has all columns, so every column named anywhere in the source must be there; otherwise
        only those of id, text, date and outlet, since other fields may be absent from single records.
        """
        for column in self.named if is_table else self.required:
            if column not in row:
                return not_allowed("column", column, row, f"Mend columns of source {self.source.source_id}.")
        return ""

    def fields(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Document field -> raw value (None where there is none)."""
        found = {name: getter(row) for name, getter in self.getters.items()}
        for name, value in self.source.constants.items():
            if _empty(found.get(name)):
                found[name] = value
        for name, meanings in self.source.values.items():
            value = found.get(name)
            if not _empty(value):
                found[name] = meanings.get(str(value), value)
        for column, pattern, rule in self.rules:
            value = row.get(column)
            if value is not None and pattern.search(str(value)):
                found.update({k: v for k, v in rule.items() if k in FIELDS})
        return found


def _empty(value: Any) -> bool:
    return value is None or value == ""


def _getter(column: str) -> Getter:
    if "{" not in column:
        return lambda row: row.get(column)
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
