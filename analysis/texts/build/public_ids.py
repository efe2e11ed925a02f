"""Public ids of documents: the source and a number, kept in a private table that leads back to file, row and address.

A file is often called by its headline and a folder by a person, so no name of theirs is ever part of an id. Ids stay when
files are added, rows are moved or a text is corrected: the table knows a document by its own id, its text or its place.
"""

from __future__ import annotations

import contextlib
import csv
import hmac
import io
import os
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import DiscourseError
from analysis.store.atomic import write_text

if TYPE_CHECKING:
    from analysis.study.sources import Source

MAP = "document_ids.map"
KEY = "address.key"
KEY_BYTES = 32
COLUMNS = ("source_id", "number", "doc_id", "private_id", "file", "content_key", "url")


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a document on the private side. number: of its row in its file, 0 if the file is the document."""

    source_id: str
    private_id: str
    content_key: str
    file: str = ""
    number: int = 0
    has_own_id: bool = False
    url: str = ""


@dataclass
class IdMap:
    """Rows of the private table, by source and number."""

    rows: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> IdMap:
        """The table of a file, empty if it is not there; one that is damaged is refused, since ids hang on it."""
        if not os.path.lexists(path):
            return cls()
        try:
            return cls(_rows(path.read_text(encoding="utf-8")))
        except (OSError, csv.Error, TypeError, ValueError) as error:
            raise DiscourseError(
                f"{path}: not the table of document ids ({error}). Restore it from a copy: without it documents get new "
                "ids, and it may be moved away only if nobody has cited the old ones."
            ) from error

    def text(self) -> str:
        """The table as text, in order of source and number."""
        sink = io.StringIO()
        writer = csv.DictWriter(sink, COLUMNS, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows[key] for key in sorted(self.rows))
        return sink.getvalue()

    def assign(self, records: Sequence[Record], sources: Mapping[str, Source]) -> list[str]:
        """The public id of each record, in their order; new documents are added to the table.

        A source with `public_ids` keeps the ids that its records have. All others get the source and a number: that of
        an earlier build for the same own id, else for the same text, else for the same place; a new document that of
        its row, if its source is one file and the number is free, else the next one.
        """
        by_source: dict[str, list[int]] = defaultdict(list)
        for i, record in enumerate(records):
            by_source[record.source_id].append(i)
        ids = [""] * len(records)
        for source_id, places in by_source.items():
            public = sources[source_id].public_ids
            numbered = [i for i in places if not (public and records[i].has_own_id)]
            for i in set(places) - set(numbered):
                ids[i] = records[i].private_id
            numbers = self._numbers(source_id, [records[i] for i in numbered])
            for i, number in zip(numbered, numbers, strict=True):
                ids[i] = f"{sources[source_id].public_id}:{number}"
                own = (records[i].private_id, records[i].file, records[i].content_key, records[i].url)
                row = (source_id, number, ids[i], *own)
                self.rows[source_id, number] = dict(zip(COLUMNS, map(str, row), strict=True))
        return ids

    def _numbers(self, source_id: str, records: Sequence[Record]) -> list[int]:
        known = {number: row for (source, number), row in self.rows.items() if source == source_id}
        numbers = [0] * len(records)
        open_rows = dict(known)
        for by in (_own_id, _both, _text, _place):
            waiting: dict[object, list[int]] = defaultdict(list)
            for number in sorted(open_rows, reverse=True):
                waiting[by(open_rows[number])].append(number)
            for i, record in enumerate(records):
                key = by(_as_row(record)) if not numbers[i] and (by is not _own_id or record.has_own_id) else None
                if key is not None and waiting.get(key):
                    numbers[i] = waiting[key].pop()
                    del open_rows[numbers[i]]
        used = set(known)
        one_file = len({r.file for r in records}) == 1
        last = max([r.number for r in records if one_file] + [*used, 0])
        for i, record in enumerate(records):
            if not numbers[i]:
                own = one_file and record.number not in used and record.number
                numbers[i] = own or last + 1
                last = max(last, numbers[i])
                used.add(numbers[i])
        return numbers


def _rows(text: str) -> dict[tuple[str, int], dict[str, str]]:
    """The rows of the table by source and number; `ValueError` says which line is not as it was written."""
    reader = csv.DictReader(io.StringIO(text), delimiter="\t")
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise ValueError(f"its first line is not {', '.join(COLUMNS)}")
    rows: dict[tuple[str, int], dict[str, str]] = {}
    for row in reader:
        key = (row["source_id"], int(row["number"] or ""))
        if None in row or None in row.values():
            raise ValueError(f"line {reader.line_num} has not {len(COLUMNS)} cells")
        if key in rows:
            raise ValueError(f"line {reader.line_num} repeats number {key[1]} of source {key[0]}")
        rows[key] = row
    return rows


def _as_row(record: Record) -> dict[str, str]:
    return {"private_id": record.private_id, "content_key": record.content_key}


def _own_id(row: Mapping[str, str]) -> object:
    return row["private_id"]


def _both(row: Mapping[str, str]) -> object:
    return row["private_id"], row["content_key"]


def _text(row: Mapping[str, str]) -> object:
    return row["content_key"]


def _place(row: Mapping[str, str]) -> object:
    return row["private_id"]


@contextlib.contextmanager
def id_map(folder: Path) -> Iterator[IdMap]:
    """The table of a study's private folder, locked; written back at the end if it has changed."""
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / MAP
    with (folder / f".{MAP}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        table = IdMap.read(path)
        before = table.text()
        yield table
        if (after := table.text()) != before:
            write_text(path, after)


def address_key(folder: Path) -> bytes:
    """The secret of a study's address hashes, made at first use and kept in its private folder."""
    path = folder / KEY
    if not path.exists():
        write_text(path, secrets.token_hex(KEY_BYTES) + "\n")
        path.chmod(0o600)
    try:
        key = bytes.fromhex(path.read_text(encoding="utf-8").strip())
        if len(key) != KEY_BYTES:
            raise ValueError(f"{len(key)} bytes")
    except ValueError as error:
        raise DiscourseError(
            f"{path}: not the key of address hashes, {2 * KEY_BYTES} hexadecimal digits ({error}). Restore it from a copy; "
            "moved away, a new one is made, and stores built with the old one cannot be joined by address any more."
        ) from error
    return key


def hash_address(url: str, key: bytes) -> str:
    """The keyed hash of one address (HMAC-SHA256), 16 hexadecimal digits."""
    return hmac.new(key, url.encode(), "sha256").hexdigest()[:16]
