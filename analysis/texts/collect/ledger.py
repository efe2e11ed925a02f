"""The private list of captures: one row a capture with its state, in a small database that survives a kill at any time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from types import TracebackType
from typing import Any

from analysis.errors import DiscourseError
from analysis.texts.collect.captures import Capture, address_key

FILE = "captures.sqlite"
FORMAT = 1
STATES = ("listed", "planned", "skipped", "fetched", "gone", "mismatch")
_FIELDS = tuple(f.name for f in fields(Capture))
_TABLES = f"""
CREATE TABLE IF NOT EXISTS captures (
  capture_id TEXT PRIMARY KEY, {", ".join(f"{f.name} {'INTEGER' if f.type == 'int' else 'TEXT'}" for f in fields(Capture))},
  address_key TEXT, month TEXT, state TEXT, reason TEXT, sha256 TEXT, record_id TEXT, digest_kind TEXT,
  received INTEGER, expected_sha256 TEXT, spool_start INTEGER, packed INTEGER DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_state ON captures (state, outlet_id, month, timestamp, address_key);
CREATE INDEX IF NOT EXISTS by_address ON captures (outlet_id, address_key, archive, timestamp);
CREATE INDEX IF NOT EXISTS by_digest ON captures (outlet_id, digest);
CREATE INDEX IF NOT EXISTS by_group ON captures (outlet_id, month, packed);
CREATE TABLE IF NOT EXISTS questions (question TEXT PRIMARY KEY, resume TEXT, done INTEGER) WITHOUT ROWID;
"""
# What no row of ours says: a database can be whole and still lead a file out of its folder, or count with words.
_NOT_OURS = f"""
SELECT capture_id FROM captures WHERE {
    " OR ".join(f"typeof({f.name}) != '{'integer' if f.type == 'int' else 'text'}'" for f in fields(Capture))
} OR typeof(spool_start) NOT IN ('integer', 'null') OR typeof(received) NOT IN ('integer', 'null')
OR spool_start < 0 OR received < 0 OR offset < -1 OR length < -1
OR month NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]' OR outlet_id GLOB '*[/\\]*' OR outlet_id = ''
OR state NOT IN ({", ".join(f"'{state}'" for state in STATES)}) LIMIT 1
"""  # noqa: S608


class Ledger:
    """Opens (or makes) the list of a collection folder. Use it as a context: it commits and closes at the end."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / FILE
        try:
            self.base = sqlite3.connect(self.path)
            self.base.row_factory = sqlite3.Row
            found = self.base.execute("PRAGMA user_version").fetchone()[0]
            if found not in (0, FORMAT):
                raise DiscourseError(f"{self.path} was written by another version (format {found}, here {FORMAT}).")
            self.base.execute("PRAGMA journal_mode = WAL")
            self.base.execute("PRAGMA synchronous = FULL")
            self.base.executescript(_TABLES)
            self.base.execute(f"PRAGMA user_version = {FORMAT}")
            fault = self._fault()
        except sqlite3.Error as error:
            raise self._in_words(error) from error
        if fault:
            self.base.close()
            raise self._in_words(sqlite3.DatabaseError(fault))

    def _fault(self) -> str:
        """What is wrong with the pages of the database, or with a row of it; "" if nothing is."""
        whole = str(self.base.execute("PRAGMA quick_check(1)").fetchone()[0])
        if whole != "ok":
            return whole
        odd = self.base.execute(_NOT_OURS).fetchone()
        return f"see the capture {odd[0]!r}" if odd else ""

    def _in_words(self, error: sqlite3.Error) -> DiscourseError:
        """The refusal of a list that cannot be read or written; a full disk and a second program are no damage."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            return DiscourseError(
                f"{self.path}: no room on the disk. Make room and repeat the command; it goes on there."
            )
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return DiscourseError(f"{self.path}: another program uses it; wait for its end and repeat the command.")
        if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
            return DiscourseError(
                f"{self.path}: cannot be opened for writing ({error}); give yourself the right to it."
            )
        return DiscourseError(
            f"{self.path} is damaged ({error}). Move it away and run `discourse collect plan` again; what is packed in "
            "WARC files is found again and not fetched twice."
        )

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.base.commit()
            self.base.close()
        except sqlite3.Error as failed:
            raise self._in_words(failed) from failed
        if isinstance(error, sqlite3.Error):
            raise self._in_words(error) from error

    # Questions to an index that were answered, so that a plan goes on where it stopped.

    def resume_of(self, question: str) -> tuple[str, bool]:
        """(key to go on with, whether all is answered) of one question to an index."""
        row = self.base.execute("SELECT resume, done FROM questions WHERE question = ?", (question,)).fetchone()
        return (row["resume"], bool(row["done"])) if row else ("", False)

    def add(self, captures: Iterable[Capture], question: str, resume: str, *, done: bool) -> None:
        """Keep the captures of one index page and how far the question is answered, in one step."""
        names = ("capture_id", *_FIELDS, "address_key", "month", "state")
        rows = [(c.capture_id, *asdict(c).values(), address_key(c.address), c.month, "listed") for c in captures]
        with self.base:
            self.base.executemany(
                f"INSERT OR IGNORE INTO captures ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",  # noqa: S608
                rows,
            )
            self.base.execute("INSERT OR REPLACE INTO questions VALUES (?, ?, ?)", (question, resume, int(done)))

    def forget_questions(self) -> None:
        """Ask the indexes anew at the next plan; captures already listed stay."""
        with self.base:
            self.base.execute("DELETE FROM questions")

    # States.

    def choose(self, states: Iterable[tuple[str, str, str]]) -> None:
        """Set (capture_id, state, reason) of captures that are not fetched yet."""
        rows = [(state, reason, capture_id) for capture_id, state, reason in states]
        with self.base:
            self.base.executemany(
                "UPDATE captures SET state = ?, reason = ? WHERE capture_id = ? "
                "AND state NOT IN ('fetched', 'gone', 'mismatch')",
                rows,
            )

    def set(self, capture_id: str, values: Mapping[str, Any]) -> None:
        """Set columns of one capture, at once and for good."""
        with self.base:
            self.base.execute(
                f"UPDATE captures SET {', '.join(f'{name} = ?' for name in values)} WHERE capture_id = ?",  # noqa: S608
                (*values.values(), capture_id),
            )

    def plan_again(self, capture_ids: Iterable[str]) -> None:
        """Plan captures once more, whatever became of them."""
        with self.base:
            self.base.executemany(
                "UPDATE captures SET state = 'planned', reason = '', packed = 0, sha256 = NULL, spool_start = NULL "
                "WHERE capture_id = ?",
                [(capture_id,) for capture_id in capture_ids],
            )

    def packed(self, outlet_id: str, month: str) -> None:
        """Note that everything fetched of an outlet and month stands in its finished file."""
        with self.base:
            self.base.execute(
                "UPDATE captures SET packed = 1, spool_start = NULL "
                "WHERE state = 'fetched' AND outlet_id = ? AND month = ?",
                (outlet_id, month),
            )

    def pack_again(self, outlet_id: str, month: str) -> None:
        """Note that the finished file of an outlet and month has to be written anew."""
        with self.base:
            self.base.execute("UPDATE captures SET packed = 0 WHERE outlet_id = ? AND month = ?", (outlet_id, month))

    def expect(self, hashes: Iterable[tuple[str, str]]) -> None:
        """Set (capture_id, sha256) that a public list gives of the bytes to come."""
        with self.base:
            self.base.executemany(
                "UPDATE captures SET expected_sha256 = ? WHERE capture_id = ?", [(sha, one) for one, sha in hashes]
            )

    def rows(self, where: str = "1", values: Iterable[Any] = (), order: str = "capture_id") -> Iterator[sqlite3.Row]:
        """Rows one by one, so that memory does not grow with the list. where, order: SQL of ours, never of a user."""
        yield from self.base.execute(f"SELECT * FROM captures WHERE {where} ORDER BY {order}", tuple(values))  # noqa: S608

    def count(self, where: str = "1", values: Iterable[Any] = ()) -> int:
        return int(self.base.execute(f"SELECT COUNT(*) FROM captures WHERE {where}", tuple(values)).fetchone()[0])  # noqa: S608

    def summary(self) -> list[dict[str, Any]]:
        """Rows outlet_id, month, archive, state, reason, capture_count, address_count, byte_count, sorted."""
        rows = self.base.execute(
            "SELECT outlet_id, month, archive, state, COALESCE(reason, '') AS reason, COUNT(*) AS capture_count, "
            "COUNT(DISTINCT address_key) AS address_count, SUM(MAX(length, 0)) AS byte_count FROM captures "
            "GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"
        )
        return [dict(row) for row in rows]


def capture_of(row: sqlite3.Row) -> Capture:
    """The capture of a row."""
    return Capture(**{name: row[name] for name in _FIELDS})
