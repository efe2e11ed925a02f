"""The one way in and out of a public store.

A store is a folder of Parquet files and one `manifest.json`. Each file's name carries the start of its own sha256, and
the manifest is written last: whoever reads sees the old store or the new one, never a mixture, also after a kill.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import MISSING, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import __version__
from analysis.errors import DiscourseError, not_allowed
from analysis.store.atomic import write_bytes, write_json
from analysis.store.contracts import CONTRACTS, check, contract_of
from analysis.store.label_names import check_names, names_of
from analysis.store.manifest import FORMAT, LABELS, MANIFEST, check_columns, read_manifest, store_hash
from analysis.study.declaration import Study, load_study
from analysis.study.settings import Era, corpus_folder
from analysis.study.trace import note, unnoted

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

WAITING_BYTES = 2**27
_THREADS_FROM = 2**24  # bytes from which reading in threads is quicker
_PART = re.compile(r"part-\d{4,}-[0-9a-f]{12}\.parquet")
_COLLECTION = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")


class StoreWriter:
    """Writes the tables of one store part by part, then its manifest.

    Parts of a partitioned table belong to one collection. Readers see nothing of it before `finish`. threads: with more
    than one, files are compressed and written beside the caller's work, and `WAITING_BYTES` of tables for each may wait;
    the bytes are the same. study: what the store's ids mean; its copy goes into the manifest.
    """

    def __init__(self, path: str | os.PathLike[str], *, threads: int = 1, study: Study | None = None) -> None:
        self.path = Path(path)
        self.study = study
        self.parts: list[dict[str, Any]] = []
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None
        self._waiting: deque[tuple[Future[None], int]] = deque()

    def add(self, name: str, table: pa.Table, collection: str | None = None) -> None:
        """Check `table` against its contract and write it as the next part of the table `name`."""
        contract = contract_of(name)
        if contract.partitioned:
            self._check_collection(name, collection)
        table = check(name, table, study=self.study)
        folder = f"{name}/collection={collection}" if contract.partitioned else name
        number = sum(part["table"] == name and part["collection"] == collection for part in self.parts)
        part = {"table": name, "collection": collection, "row_count": table.num_rows}
        self.parts.append(part)
        if self._pool is None:
            self._write(part, table, f"{folder}/part-{number:04d}")
            return
        size = table.nbytes
        while self._waiting and sum(n for _, n in self._waiting) + size > self._threads * WAITING_BYTES:
            self._waiting.popleft()[0].result()
        self._waiting.append((self._pool.submit(self._write, part, table, f"{folder}/part-{number:04d}"), size))

    def _check_collection(self, name: str, collection: str | None) -> None:
        allowed = self.study.ids("collections") if self.study else ()
        if not collection or (allowed and collection not in allowed) or not _COLLECTION.match(collection):
            allowed = allowed or ("lower-case letters, digits, '_' and '-'",)
            raise DiscourseError(not_allowed(f"collection of a part of {name}", collection, allowed))

    def _write(self, part: dict[str, Any], table: pa.Table, stem: str) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd", compression_level=12, write_statistics=False)
        data = sink.getvalue().to_pybytes()
        digest = hashlib.sha256(data).hexdigest()
        file = f"{stem}-{digest[:12]}.parquet"
        write_bytes(self.path / file, data)
        part |= {"file": file, "sha256": digest, "bytes": len(data)}

    def finish(self, info: dict[str, Any], labels: dict[str, list[dict[str, Any]]]) -> Store:
        """Write the manifest, remove files of an older store in the same folder, and open the result.

        info: parameters and counts of the build (JSON values; no time stamps, no paths). labels: rows that name ids
        (outlets, eras, codebook entries, actors, sources) and count articles published by month, carried so that the
        store explains itself.
        """
        for name in labels:
            if name not in LABELS:
                raise DiscourseError(not_allowed("labels", name, LABELS))
        check_names(labels)
        for write, _ in self._waiting:
            write.result()
        if self._pool:
            self._pool.shutdown()
        # Collections fill up in any order; the manifest lists parts in one order.
        self.parts.sort(key=lambda part: (part["table"], part["collection"] or "", part["file"].split("-")[1]))
        manifest = {
            "format": FORMAT,
            "code_version": __version__,
            "tables": self.parts,
            "info": info,
            "labels": labels,
        }
        if self.study:
            manifest["study"] = self.study.as_json()
        manifest = json.loads(json.dumps(manifest))  # as it will be read: tuples are lists, and keys are text
        manifest["store_hash"] = store_hash(manifest)
        write_json(self.path / MANIFEST, manifest)
        listed = {part["file"] for part in self.parts}
        for file in self.path.rglob("*.parquet"):
            inside = file.relative_to(self.path)
            if inside.parts[0] in CONTRACTS and _PART.fullmatch(inside.name) and inside.as_posix() not in listed:
                file.unlink()  # only what a writer of stores has named
        return Store(self.path)


class Store:
    """An open public store, read only. Tables come as pandas frames with the columns of their contract.

    `collection` limits every partitioned table to one collection (None: all).
    """

    def __init__(self, path: str | os.PathLike[str], collection: str | None = None) -> None:
        self.path = Path(path)
        self.manifest = read_manifest(self.path)
        check_columns(self.path, self.manifest)
        self.collection = collection
        present = self.collections
        if collection is not None and collection not in present:
            raise DiscourseError(not_allowed(f"collection of store {self.path.name}", collection, present))
        self._cache: dict[tuple[Any, ...], pa.Table] = {}

    @property
    def store_hash(self) -> str:
        """sha256 over the hashes of all tables; equal for equal contents."""
        return self.manifest["store_hash"]

    @property
    def collections(self) -> list[str]:
        """The collections with tables in this store, in the study's order; others, by name, after them."""
        found = {part["collection"] for part in self.manifest["tables"]} - {None}
        known = self._declared.ids("collections")
        return [name for name in known if name in found] + sorted(found - set(known))

    @property
    def study(self) -> Study:
        """What the study declares.

        A store built before there was a `study.toml` carries no copy: then that of the corpus folder it stands in, or of
        the one in use, if its eras are among the store's; else a study of the store's own eras and nothing more.
        """
        note(store=str(self.path.resolve()), labels="study")
        return self._declared if "study" in self.manifest else self._find_study()

    @functools.cached_property
    def _declared(self) -> Study:
        """The same, to check against: a run whose results do not follow from it is not made anew when it changes."""
        with unnoted():
            return self._find_study()

    def _find_study(self) -> Study:
        if "study" in self.manifest:
            return Study.from_json(self.manifest["study"], where=str(self.path / MANIFEST))
        own = self.label_rows("eras")
        for corpus in (self.path.resolve().parents[1], corpus_folder()):
            if (corpus / "study.toml").is_file():
                study = load_study(corpus)
                if not own or {row["era_id"] for row in own} <= set(study.ids("eras")):
                    return study
        names = {f.name: "" for f in fields(Era) if f.default is MISSING}
        return Study(eras=tuple(Era(**(names | row)) for row in own))

    def labels(self, name: str) -> pd.DataFrame:
        """The rows that explain ids (outlets, eras, entries, actors, sources), copied from the corpus configuration."""
        import pandas as pd

        return pd.DataFrame(self.label_rows(name))

    def label_rows(self, name: str) -> list[dict[str, Any]]:
        """The same as dicts. Every read of labels passes here, so that a run is made anew when they change."""
        if name not in LABELS:
            raise DiscourseError(not_allowed("labels", name, LABELS))
        note(store=str(self.path.resolve()), labels=name)
        return self.manifest["labels"].get(name, [])

    @property
    def info(self) -> dict[str, Any]:
        """Parameters and counts of the build."""
        note(store=str(self.path.resolve()), labels="info")
        return self.manifest["info"]

    def names(self) -> dict[str, str]:
        """How ids are printed: outlet_id, era_id and actor_id to their names, frames with a capital letter.

        An id that two kinds share has the same name in both: no other is written (`label_names.check_names`).
        """
        return names_of(self.label_rows)

    def outlet_groups(self) -> dict[str, str]:
        """outlet_id -> its group by the rules of the study, or `reserved.OTHERS`; an outlet's side is that of its country's
        state."""
        sides = {row["state"]: row["side"] for row in self.label_rows("actors") if row.get("kind") == "state"}
        rows = [{**row, "side": sides.get(row.get("country") or "", "")} for row in self.label_rows("outlets")]
        return self.study.outlet_groups(rows)

    def arrow(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """One table as Arrow, only the columns asked for, only this store's collection. Checked against its contract.

        Raises `DiscourseError` for an unknown table or column, a missing file, or a file whose sha256 is not the
        manifest's.
        """
        import pyarrow as pa

        contract = contract_of(name)
        wanted = self._wanted(name, columns)
        key = (name, tuple(wanted))
        if key not in self._cache:
            parts = [_read_table(name, data, wanted) for data in self._parts(name)]
            empty = pa.schema([contract.schema().field(c) for c in wanted]).empty_table()
            table = pa.concat_tables(parts) if parts else empty
            self._cache[key] = check(name, table, columns=wanted, unique=len(table) < 5_000_000, study=self._declared)
        return self._cache[key]

    def pieces(self, name: str, columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
        """The rows of `table`, one file of the store after the other and nothing kept: for tables too large for memory.

        A document's rows stand in one file. Columns and errors as in `arrow`; no file gives no frame.
        """
        import pyarrow as pa

        wanted = self._wanted(name, columns)
        for data in self._parts(name):
            yield _as_frame(check(name, _read_table(name, data, wanted), columns=wanted, study=self._declared))
            pa.default_memory_pool().release_unused()

    def table(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """One table as a new pandas frame (see `arrow`). Text columns are `str`/None objects, counts are integers."""
        return _as_frame(self.arrow(name, columns))

    @staticmethod
    def _wanted(name: str, columns: Sequence[str] | None) -> list[str]:
        names = contract_of(name).names
        for column in columns or []:
            if column not in names:
                raise DiscourseError(not_allowed(f"column of {name}", column, names))
        return names if columns is None else list(columns)

    def _parts(self, name: str) -> Iterable[bytes]:
        for part in self._listed(name):
            yield read_part(self.path, part)

    def _listed(self, name: str) -> list[dict[str, Any]]:
        whole = self.collection is None or not contract_of(name).partitioned
        note(store=str(self.path.resolve()), table=name, collection=None if whole else self.collection)
        return [
            p for p in self.manifest["tables"] if p["table"] == name and (whole or p["collection"] == self.collection)
        ]

    def row_count(self, name: str) -> int:
        """Number of rows of a table in this store and collection, from the manifest alone."""
        return sum(part["row_count"] for part in self._listed(name))


def _read_table(name: str, data: bytes, columns: list[str]) -> pa.Table:
    """The columns of one file, whose bytes are the manifest's; one that is no Parquet file all the same is named.

    Without threads up to `_THREADS_FROM` bytes: that is quicker, and where the machine gives no more threads Arrow waits
    for them without end.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(data), pre_buffer=False)
        return file.read(columns, use_threads=len(data) > _THREADS_FROM).select(columns)
    except (pa.ArrowException, OSError, KeyError) as error:
        if isinstance(error, MemoryError) or "worker thread" in str(error):
            raise MemoryError(str(error)) from error
        raise DiscourseError(
            f"table {name}: not a Parquet file that can be read: {error}; rebuild the store."
        ) from error


def _as_frame(table: pa.Table) -> pd.DataFrame:
    return table.to_pandas(use_threads=table.nbytes > _THREADS_FROM)


def read_part(folder: Path, part: dict[str, Any]) -> bytes:
    """The bytes of one file of a store, refused unless they have the manifest's sha256."""
    path = folder / part["file"]
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise DiscourseError(
            f"{path}: the manifest lists this file and it is not there; rebuild or fetch it again."
        ) from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != part["sha256"]:
        raise DiscourseError(
            f"{path}: table {part['table']} was changed after the store was written (sha256 {digest[:12]}, manifest "
            f"{part['sha256'][:12]}); fetch it again or rebuild with `discourse build`."
        )
    return data


def open_store(name: str | os.PathLike[str] = "default", collection: str | None = None) -> Store:
    """Open the public store `name` (a folder in corpus/store, or a path), limited to one collection if given.

    Raises `DiscourseError` that lists the stores there are, if it does not exist.

    >>> store = open_store("default", collection="news")  # doctest: +SKIP
    >>> store.table("documents", columns=["doc_id", "outlet_id"])  # doctest: +SKIP
    """
    path = Path(name)
    if not (path / MANIFEST).is_file():
        path = corpus_folder() / "store" / name
    if not (path / MANIFEST).is_file():
        there = sorted(p.parent.name for p in (corpus_folder() / "store").glob(f"*/{MANIFEST}"))
        raise DiscourseError(not_allowed("store", str(name), there, "Build one with `discourse build`."))
    return Store(path, collection)
