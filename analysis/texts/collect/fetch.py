"""Fetching the planned captures, one at a time, checked, resumable, kept as WARC files."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from analysis.study.collection import Collection
from analysis.texts.collect import plan, warc_files
from analysis.texts.collect.captures import Capture
from analysis.texts.collect.checks import Checked, check_range, check_record
from analysis.texts.collect.endpoints import Endpoints
from analysis.texts.collect.ledger import Ledger, capture_of
from analysis.texts.collect.polite import Answer, Busy, Client

log = logging.getLogger(__name__)
Progress = Callable[[int, int], None]
TRIES = 3  # of one capture, when what comes is not what was asked for
WRONG_IN_A_ROW = 10  # captures; then the server is at fault, not the captures
_SAFE = "%/:=&?~#+!$,;'@()*[]"
_KEPT_HEADERS = ("content-type", "content-language", "last-modified", "x-archive-orig-last-modified")
# Where captures are taken in turn: the order of the finished files, so that most need no sorting.
_ORDER = "outlet_id, month, timestamp, capture_id"


@dataclass(frozen=True)
class Fetched:
    """What a run did: state -> captures, host -> requests, and why it ended early ("" if it did not)."""

    states: dict[str, int]
    requests: dict[str, int]
    stopped: str = ""


def fetch(
    client: Client,
    ends: Endpoints,
    ledger: Ledger,
    folder: Path,
    *,
    collection: Collection | None = None,
    limit: int | None = None,
    progress: Progress | None = None,
) -> Fetched:
    """Fetch what is planned and pack what is complete.

    folder: of the finished WARC files. collection: its rules choose another capture of a page whose capture is gone, in
    the same run (None: what is gone stays gone, as where a public list is fetched). limit: at most so many captures. An
    archive that stays busy ends the run politely; what was fetched is kept and the next run goes on.
    """
    states: Counter[str] = Counter()
    _plan_lost(ledger, folder)
    total = ledger.count("state = 'planned'")
    total = total if limit is None else min(total, limit)
    stopped = ""
    ends_of: dict[tuple[str, str], int] = {}
    wrong: list[str] = []
    try:
        for done, row in enumerate(_planned(ledger, limit), start=1):
            checked = one(client, ends, capture_of(row))
            state = _keep(ledger, folder, row, checked, ends_of)
            states[state] += 1
            if state == "gone" and collection:
                total += plan.instead_of(collection, ledger, {**dict(row), "reason": checked.reason})
            wrong = [*wrong, row["capture_id"]] if state == "mismatch" else []
            if len(wrong) >= WRONG_IN_A_ROW:
                states["mismatch"] -= len(wrong)
                ledger.plan_again(wrong)
                raise Busy(
                    f"{len(wrong)} answers in a row were not what was asked for, the last: {checked.reason}. The server "
                    "seems to be at fault; run `discourse collect fetch` again when it is well."
                )
            if progress:
                progress(done, total if limit is None else min(total, limit))
    except Busy as busy:
        stopped = str(busy)
    pack(ledger, folder)
    return Fetched(dict(states), dict(client.asked), stopped)


def _planned(ledger: Ledger, limit: int | None) -> Any:
    """Planned rows in order, and from the beginning again while new ones were planned meanwhile.

    Read in pages, since rows change their state while they are walked through: a row that was given is planned no more.
    """
    first = ("", "", "", "")
    last: tuple[str, ...] = first
    left = -1 if limit is None else limit
    while left:
        where = f"state = 'planned' AND ({_ORDER}) > (?, ?, ?, ?)"
        page = list(ledger.rows(where, last, f"{_ORDER} LIMIT {500 if left < 0 else min(left, 500)}"))
        if not page and last == first:
            return
        if not page:
            last = first
            continue
        yield from page
        last = tuple(page[-1][name.strip()] for name in _ORDER.split(","))
        left -= len(page) if left > 0 else 0


def one(client: Client, ends: Endpoints, capture: Capture) -> Checked:
    """Ask for one capture, again when something else comes; the last verdict stands."""
    checked = Checked("mismatch", "not asked")
    for _ in range(TRIES):
        if capture.archive == "cc":
            address = f"{ends.cc_data}/{capture.filename}"
            span = (capture.offset, capture.offset + capture.length - 1)
            checked = check_range(client.get(address, byte_range=span), capture)
        else:
            # The address is part of the path: what a path may not hold has to be escaped, what it holds already stays.
            address = f"{ends.internet_archive}/web/{capture.timestamp}id_/{quote(capture.address, safe=_SAFE)}"
            checked = _wrapped(client.get(address), capture)
        if checked.state != "mismatch":
            break
        log.info("%s: %s", capture.capture_id, checked.reason)
    return checked


def _wrapped(answer: Answer, capture: Capture) -> Checked:
    """The verdict on an answer of the Internet Archive, whose digest does not vouch for what is returned."""
    if answer.status in (404, 410):
        return Checked("gone", f"the archive no longer has it (status {answer.status})")
    if answer.status in (301, 302, 303, 307, 308):
        return Checked("gone", "the archive leads to another capture instead")
    if answer.status != 200 or not answer.body:
        return Checked("mismatch", f"no page came (status {answer.status}, {len(answer.body):,} bytes)")
    headers = [(k.title(), v) for k, v in answer.headers.items() if k in _KEPT_HEADERS]
    data = warc_files.wrapped(capture, "200 OK", headers, answer.body)
    return check_record(data, replace(capture, digest=""))


def _keep(ledger: Ledger, folder: Path, row: Any, checked: Checked, ends_of: dict[tuple[str, str], int]) -> str:
    """Write the bytes, then the row: in this order a kill in between costs one request and nothing else."""
    values: dict[str, Any] = {"state": checked.state, "reason": checked.reason}
    if checked.state == "fetched":
        values["sha256"] = hashlib.sha256(checked.data).hexdigest()
        if row["expected_sha256"] and row["expected_sha256"] != values["sha256"]:
            values = {"state": "mismatch", "reason": "other bytes than the public list says"}
    if values["state"] == "fetched":
        key = (row["outlet_id"], row["month"])
        if key not in ends_of:
            ends_of[key] = _spool_end(ledger, key)
        start = ends_of[key]
        warc_files.append(warc_files.spool_of(folder, *key), checked.data, start)
        values |= {
            "record_id": checked.record_id,
            "digest_kind": checked.digest_kind,
            "received": len(checked.data),
            "spool_start": start,
            "packed": 0,
        }
        ends_of[key] = start + len(checked.data)
    ledger.set(row["capture_id"], values)
    return str(values["state"])


def _plan_lost(ledger: Ledger, folder: Path) -> None:
    """Plan again what stood in finished files that are gone or harmed; what they still hold is not asked for again."""
    groups = ledger.base.execute(
        "SELECT DISTINCT outlet_id, month FROM captures WHERE packed = 1 ORDER BY 1, 2"
    ).fetchall()
    for key in ((group["outlet_id"], group["month"]) for group in groups):
        target = warc_files.file_of(folder, *key)
        where = "state = 'fetched' AND packed = 1 AND outlet_id = ? AND month = ?"
        lost = warc_files.missing(target, [dict(row) for row in ledger.rows(where, key, _ORDER)])
        if lost is not None:
            log.warning("%s: gone or harmed; it is written anew, %d captures are fetched again", target, len(lost))
            ledger.plan_again(lost)
            ledger.pack_again(*key)


def _spool_end(ledger: Ledger, key: tuple[str, str]) -> int:
    query = (
        "SELECT MAX(spool_start + received) FROM captures WHERE outlet_id = ? AND month = ? AND state = 'fetched' "
        "AND packed = 0"
    )
    return int(ledger.base.execute(query, key).fetchone()[0] or 0)


def pack(ledger: Ledger, folder: Path) -> int:
    """Write the WARC files of outlets and months in which nothing is waiting; return how many were written."""
    groups = ledger.base.execute(
        "SELECT DISTINCT outlet_id, month FROM captures WHERE state = 'fetched' AND packed = 0 ORDER BY 1, 2"
    ).fetchall()
    for group in groups:
        key = (group["outlet_id"], group["month"])
        target, spool = warc_files.file_of(folder, *key), warc_files.spool_of(folder, *key)
        rows = [dict(r) for r in ledger.rows("state = 'fetched' AND outlet_id = ? AND month = ?", key, _ORDER)]
        try:
            warc_files.write(target, spool, rows)
        except LookupError as error:
            # Bytes that were noted and are no longer there (a folder cleaned by hand): fetch them again.
            ledger.plan_again([str(error.args[0])])
            log.warning("%s: bytes are missing; it is planned again", error.args[0])
            continue
        ledger.packed(*key)
        spool.unlink(missing_ok=True)
    for left in (folder / ".collect").glob("*.spool"):
        if not _waits(ledger, left.name.removesuffix(".spool")):
            left.unlink()
    return len(groups)


def _waits(ledger: Ledger, name: str) -> bool:
    outlet_id, month = name[:-8], name[-7:]
    return ledger.count("outlet_id = ? AND month = ? AND state = 'fetched' AND packed = 0", (outlet_id, month)) > 0
