"""Bringing an older store to the columns of today, where that loses and invents nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import DiscourseError
from analysis.store.contracts import contract_of
from analysis.store.gateway import Store, StoreWriter, read_part
from analysis.store.manifest import can_upgrade, check_columns, column_differences, read_manifest
from analysis.study.declaration import Study

if TYPE_CHECKING:
    import pyarrow as pa


def upgrade_store(folder: Path) -> tuple[Store, list[str]]:
    """Rewrite the store in `folder` with the columns of today; returns it, and in words what was added and dropped.

    A column that is missing becomes empty, one that is no longer declared is dropped. Raises `DiscourseError`, and changes
    nothing, when a missing column may not be empty. A store that has today's columns is left as it is (no words).
    """
    manifest = read_manifest(folder)
    differing = column_differences(folder, manifest["tables"])
    if not can_upgrade(differing):
        check_columns(folder, manifest)
    if not differing:
        return Store(folder), []
    study = Study.from_json(manifest["study"], where=str(folder)) if "study" in manifest else None
    writer = StoreWriter(folder, study=study)
    for part in manifest["tables"]:
        writer.add(part["table"], _today(part["table"], read_part(folder, part)), part.get("collection"))
    words = [f"{table}: {name} added, empty" for table, (missing, _) in differing.items() for name in missing]
    words += [f"{table}: {name} dropped" for table, (_, extra) in differing.items() for name in extra]
    info = {**manifest["info"], "upgraded_from": manifest.get("code_version", "unknown")}
    return writer.finish(info, manifest["labels"]), words


def _today(name: str, data: bytes) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table, schema = pq.read_table(pa.BufferReader(data)), contract_of(name).schema()
    try:
        columns = [
            table.column(field.name).cast(field.type)
            if field.name in table.column_names
            else pa.nulls(len(table), field.type)
            for field in schema
        ]
    except pa.ArrowException as error:
        raise DiscourseError(f"table {name}: a column cannot be brought to its declared type: {error}.") from error
    return pa.table(columns, schema=schema)
