"""The public list of captures: where each came from and what its bytes were; no text, no headline, no address.

One row is one capture that was to be fetched. With it anyone can fetch the same bytes from the archives again. The page's
own address stands there only if the author says that the licence allows it (`publish_addresses`); without it captures of
the Internet Archive cannot be asked for again, those of Common Crawl can.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import DiscourseError, require
from analysis.store.atomic import write_text
from analysis.texts.collect.captures import ARCHIVES, Capture, is_file_name
from analysis.texts.collect.ledger import Ledger

if TYPE_CHECKING:
    import pyarrow as pa

FILE = "captures.csv"
COLUMNS = (
    "capture_id",
    "outlet_id",
    "archive",
    "crawl",
    "timestamp",
    "filename",
    "offset",
    "length",
    "digest",
    "sha256",
    "record_id",
    "state",
    "reason",
    "address",
)


def rows(ledger: Ledger, *, addresses: bool) -> Iterator[dict[str, Any]]:
    """The rows of all captures that are not skipped, in a fixed order."""
    order = "outlet_id, timestamp, capture_id"
    for row in ledger.rows("state IN ('planned', 'fetched', 'gone', 'mismatch')", (), order):
        made = {name: row[name] for name in COLUMNS if name != "address"}
        for name in ("offset", "length"):
            made[name] = "" if row[name] < 0 else row[name]
        made["address"] = row["address"] if addresses else ""
        yield {name: "" if value is None else value for name, value in made.items()}


def write(path: Path, ledger: Ledger, *, addresses: bool) -> int:
    """Write the list to `path`; return the number of rows."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    count = 0
    for row in rows(ledger, addresses=addresses):
        writer.writerow(row)
        count += 1
    write_text(path, out.getvalue())
    return count


def write_again(path: Path, listed: list[dict[str, str]], ledger: Ledger) -> int:
    """Write a list that was read, with the state of what could not be fetched here; return the number of rows.

    Where everything came as listed, the file has the bytes of the list that it was made from.
    """
    here = {row["capture_id"]: row for row in ledger.rows("state IN ('planned', 'gone', 'mismatch')")}
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in listed:
        lost = here.get(row["capture_id"]) if row["state"] == "fetched" else None
        writer.writerow(row | {"state": lost["state"], "reason": lost["reason"] or ""} if lost else row)
    write_text(path, out.getvalue())
    return len(listed)


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a list, checked. Raises `DiscourseError` for a file that is not one, with the line."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise DiscourseError(
                    f"{path}: this is no list of captures; its first line should be {','.join(COLUMNS)}."
                )
            listed = list(reader)
    except FileNotFoundError as error:
        raise DiscourseError(f"{path}: no such file; give the captures.csv of a release or of a store.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DiscourseError(f"{path}: not a readable CSV file ({error}).") from error
    for number, row in enumerate(listed, start=2):
        require(f"{path}, line {number}: archive", row["archive"], ARCHIVES)
        if None in row.values() or not is_file_name(row["outlet_id"]):
            raise DiscourseError(
                f"{path}, line {number}: outlet_id {row['outlet_id']!r} cannot name a file; it may hold no / and no \\."
            )
        whole = row["archive"] != "cc" or (row["filename"] and row["offset"].isdigit() and row["length"].isdigit())
        if not whole or not (row["timestamp"].isdigit() and len(row["timestamp"]) == 14) or None in row.values():
            raise DiscourseError(
                f"{path}, line {number}: filename, offset, length and a 14-digit timestamp are needed."
            )
    return listed


def table(listed: list[dict[str, str]], documents: set[str]) -> pa.Table:
    """The list as the store's table `captures`; doc_id where the capture became one of `documents`."""
    import pyarrow as pa

    from analysis.store.contracts import contract_of
    from analysis.texts.read.formats.warc import record_name

    rows = []
    for row in listed:
        name = record_name(row["record_id"])
        number = {c: int(row[c]) if row[c] else None for c in ("offset", "length")}
        made = {c: value or None for c, value in row.items()} | number
        rows.append(made | {"doc_id": name if name in documents else None})
    contract = contract_of("captures")
    columns = {c: [row[c] for row in rows] for c in contract.names}
    return pa.table(columns, schema=contract.schema())


def capture_of(row: dict[str, str]) -> Capture:
    """The capture of a row; its address is "" unless the list tells it."""
    known: dict[str, Any] = {name: int(row[name]) if row[name] else -1 for name in ("offset", "length")}
    known |= {n: row[n] for n in ("outlet_id", "archive", "crawl", "timestamp", "filename", "digest", "address")}
    return Capture(status="200", **known)
