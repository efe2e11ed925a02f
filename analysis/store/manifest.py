"""The manifest of a store: the one loader that checks it, and the columns its files really have.

A manifest is written last and by us alone; one that was edited, cut short or belongs to another format is told apart here,
before anything is read through it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError, not_allowed
from analysis.store.atomic import read_json
from analysis.store.contracts import CONTRACTS

MANIFEST = "manifest.json"
FORMAT = 2  # 1: its hash covered the tables' files alone
LABELS = ("outlets", "eras", "entries", "actors", "sources", "published")
_AGAIN = "fetch it again or rebuild with `discourse build`."
_PART = {"table": str, "file": str, "sha256": str, "row_count": int, "bytes": int}
_KEYS = {"store_hash": str, "tables": list, "labels": dict, "info": dict}


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of the store in `folder`.

    Raises `DiscourseError` when it is not there, is not JSON, lacks a part, has a part of another type, is of another
    format, or does not have the hash that it states.
    """
    path = folder / MANIFEST
    manifest = read_json(path, _AGAIN)
    if not isinstance(manifest, dict):
        raise DiscourseError(f"{path}: not the manifest of a store; {_AGAIN}")
    written = manifest.get("format")
    if not isinstance(written, int) or not 1 <= written <= FORMAT:
        raise DiscourseError(
            f"{path}: store format {written!r}, written by version {manifest.get('code_version', 'unknown')}; this version "
            f"reads format {FORMAT}. Update the package, or rebuild with `discourse build`."
        )
    _check_keys(path, manifest)
    if manifest["store_hash"] != store_hash(manifest):
        raise DiscourseError(
            f"{path}: edited after the store was written (its tables, counts, labels or parameters no longer have the hash "
            f"{manifest['store_hash'][:12]}); {_AGAIN}"
        )
    return manifest


def _check_keys(path: Path, manifest: Mapping[str, Any]) -> None:
    for key, kind in _KEYS.items():
        if not isinstance(manifest.get(key), kind):
            raise DiscourseError(f"{path}: {key} is missing or not of its kind; {_AGAIN}")
    for part in manifest["tables"]:
        if not isinstance(part, dict) or any(type(part.get(name)) is not kind for name, kind in _PART.items()):
            raise DiscourseError(f"{path}: an entry of tables is damaged: {str(part)[:80]!r}; {_AGAIN}")
        if part["table"] not in CONTRACTS:
            raise DiscourseError(f"{path}: " + not_allowed("table", part["table"], CONTRACTS))
        if Path(part["file"]).is_absolute() or ".." in Path(part["file"]).parts:
            raise DiscourseError(f"{path}: file {part['file']!r} lies outside the store; {_AGAIN}")
    for name, rows in manifest["labels"].items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise DiscourseError(f"{path}: labels {name} are damaged; {_AGAIN}")
    if not isinstance(manifest.get("study", {}), dict):
        raise DiscourseError(f"{path}: study is damaged; {_AGAIN}")


def store_hash(manifest: Mapping[str, Any]) -> str:
    """One sha256 over what a store holds, in canonical order; equal for equal contents.

    Format 1 covers (table, collection, sha256) of all parts; later formats row counts, parameters, labels and study too.
    """
    if manifest.get("format") == 1:
        lines = sorted(f"{p['table']} {p.get('collection')} {p['sha256']}" for p in manifest["tables"])
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()
    named = ("table", "collection", "sha256", "row_count", "bytes", "file")
    tables = sorted([str(part.get(name)) for name in named] for part in manifest["tables"])
    rest = {name: manifest.get(name) for name in ("info", "labels", "study")}
    text = json.dumps([tables, rest], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def check_columns(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse a store whose tables have other columns than the contracts; unreadable files are left to their reader.

    The message says which format the store has, which the code needs, which columns differ, and what to do.
    """
    differing = column_differences(folder, manifest["tables"])
    if not differing:
        return
    listed = "; ".join(
        f"table {table} "
        + " and ".join(
            part
            for part in (
                f"lacks {', '.join(missing)}" if missing else "",
                f"has {', '.join(extra)}, which are not declared" if extra else "",
            )
            if part
        )
        for table, (missing, extra) in differing.items()
    )
    upgrade = (
        f"Rebuild it with `discourse build`, or, without the texts, `discourse store upgrade {folder.name}`: missing "
        "columns become empty, others are dropped."
        if can_upgrade(differing)
        else "Rebuild it with `discourse build`, or fetch a newer one: a missing column may not be empty, so it cannot be "
        "upgraded."
    )
    raise DiscourseError(
        f"{folder}: store format {manifest['format']} (written by version {manifest.get('code_version', 'unknown')}) has "
        f"other columns than this version needs (format {FORMAT}): {listed}. {upgrade}"
    )


def column_differences(
    folder: Path, parts: Iterable[Mapping[str, Any]]
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Table -> (columns missing, columns not declared), for tables that differ; empty when all are as declared.

    Only the footer of one file for each table and collection is read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    found, seen = {}, set()
    for part in parts:
        key = part["table"], part.get("collection")
        if key in seen:
            continue
        seen.add(key)
        try:
            names = pq.read_schema(folder / part["file"]).names
        except (OSError, pa.ArrowException):
            continue  # missing or damaged: `read_part` says so with the hash
        wanted = CONTRACTS[part["table"]].names
        missing = tuple(name for name in wanted if name not in names)
        extra = tuple(name for name in names if name not in wanted)
        if missing or extra:
            found[part["table"]] = missing, extra
    return found


def can_upgrade(differing: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]) -> bool:
    """Whether every missing column may be empty by its contract."""
    nullable = {table: {c.name for c in contract.columns if c.nullable} for table, contract in CONTRACTS.items()}
    return all(set(missing) <= nullable[table] for table, (missing, _) in differing.items())
