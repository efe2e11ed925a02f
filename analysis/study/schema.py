"""One reader for all tables of `corpus/*.toml`: a frozen dataclass says which keys there are, of which type, and which
may be left out; a table that does not fit is refused in one sentence that lists what is allowed.

msgspec converts the values, strictly: "3" is no number and 3 is no text. TOML dates become ISO text.
"""

from __future__ import annotations

import functools
import typing
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar

from analysis.errors import DiscourseError, not_allowed, shown

Record = TypeVar("Record")

_IN_WORDS = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    tuple: "a list",
    dict: "a table of key = value",
}

_MANY = {str: "texts", int: "whole numbers", float: "numbers", dict: "tables"}


def record(
    kind: type[Record],
    row: Mapping[str, Any],
    *,
    where: str,
    thing: str = "",
    given: Mapping[str, Any] | None = None,
) -> Record:
    """One `kind` (a dataclass) from a TOML table.

    where: file and table, the start of every message. thing: what the table declares, for "key of thing"; the name of
    the class in lower case if not given. A field with `metadata={"key": "from"}` is read from that key, one with
    `{"internal": True}` from none; `{"says": "a list of patterns"}` is how a message names its type. given: fields that
    the caller knows; no key of the table names them. Raises `DiscourseError` for an unknown key (listing all of them
    and the nearest one), a missing key, or a value of another type.
    """
    thing = thing or kind.__name__.lower()
    if not isinstance(row, Mapping):
        raise DiscourseError(f"{where}: {shown(row)} should be a table of key = value.")
    given = given or {}
    keys = {key: field for key, field in _keys(typing.cast(Any, kind)).items() if field.name not in given}
    for key in row:
        if key not in keys:
            raise DiscourseError(f"{where}: " + not_allowed(f"key of {thing}", key, keys))
    if missing := [key for key, field in keys.items() if key not in row and field.needed]:
        raise DiscourseError(
            f"{where}: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing; keys: {', '.join(keys)}."
        )
    values = {
        keys[key].name: value_of(keys[key].type, value, f"{where}: {key}", says=keys[key].says)
        for key, value in row.items()
    }
    return kind(**values, **given)


def tables(content: Mapping[str, Any], name: str, *, where: str) -> list[dict[str, Any]]:
    """The `[[name]]` tables of a file's content, in order; none if it has no such key. Anything else is refused."""
    rows = content.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DiscourseError(
            f"{where}: {name} = {shown(rows)} is not a list of tables; write [[{name}]], then key = value."
        )
    return rows


def unique(records: Iterable[Record], key: str, *, where: str) -> dict[str, Record]:
    """The records by their `key`, in order; one that stands twice is refused."""
    found: dict[str, Record] = {}
    numbers: dict[str, int] = {}
    for number, one in enumerate(records, start=1):
        name = getattr(one, key)
        if name in found:
            raise DiscourseError(
                f"{where}: {key} {name!r} stands twice (tables {numbers[name]} and {number}); ids are unique: rename or "
                "delete one."
            )
        found[name], numbers[name] = one, number
    return found


class _Key(typing.NamedTuple):
    name: str
    type: Any
    needed: bool
    says: str


@functools.cache
def _keys(kind: Any) -> dict[str, _Key]:
    """TOML key -> field."""
    hints = typing.get_type_hints(kind)
    return {
        f.metadata.get("key", f.name): _Key(
            f.name, hints[f.name], f.default is f.default_factory is MISSING, f.metadata.get("says", "")
        )
        for f in fields(kind)
        if not f.metadata.get("internal")
    }


def value_of(wanted: Any, value: Any, where: str, *, says: str = "") -> Any:
    """A value of TOML as the type `wanted`; where: file, table and key. Raises `DiscourseError` if it is of another."""
    import msgspec

    items = typing.get_args(wanted)
    if typing.get_origin(wanted) is tuple and items and is_dataclass(items[0]) and isinstance(value, list | tuple):
        kind: Any = items[0]
        return tuple(record(kind, row, where=f"{where} {n}") for n, row in enumerate(value, start=1))
    try:
        return msgspec.convert(_plain(value), wanted)
    except msgspec.ValidationError as error:
        raise DiscourseError(f"{where} = {shown(value)} should be {says or _in_words(wanted)}.") from error


def _in_words(wanted: Any) -> str:
    """A type as a writer of TOML calls it.

    >>> _in_words(tuple[str, ...]), _in_words(tuple[int, ...]), _in_words(str | None)
    ('a list of texts', 'a list of whole numbers', 'text')
    """
    parts = [p for p in typing.get_args(wanted) if p is not type(None)]
    origin = typing.get_origin(wanted)
    if origin is tuple:
        return f"a list of {_MANY.get(typing.get_origin(parts[0]) or parts[0], 'tables')}"
    if origin is dict:
        return _IN_WORDS[dict]
    if parts:
        return " or ".join(_in_words(p) for p in parts)
    return _IN_WORDS.get(wanted, "text")


def _plain(value: Any) -> Any:
    """TOML values as JSON has them: dates and times as ISO text, at any depth."""
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value
