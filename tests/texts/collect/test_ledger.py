from __future__ import annotations

import dataclasses
import sqlite3

import pytest

from analysis.errors import DiscourseError
from analysis.texts.collect.captures import Capture
from analysis.texts.collect.ledger import FILE, Ledger, capture_of

ONE = Capture("post", "cc", "C", "20230901120000", "https://post.example/a", "f", 0, 20, "ABC", "200", "text/html")
TWO = dataclasses.replace(ONE, offset=20, timestamp="20231001120000")


def test_a_capture_comes_back_as_it_went_in(tmp_path):
    with Ledger(tmp_path) as ledger:
        ledger.add([ONE, TWO, ONE], "q", "2", done=False)
        assert [capture_of(row) for row in ledger.rows(order="timestamp")] == [ONE, TWO]
        assert ledger.resume_of("q") == ("2", False)
    with Ledger(tmp_path) as ledger:
        assert ledger.count() == 2
        assert ledger.resume_of("other") == ("", False)


def test_what_is_fetched_is_not_decided_again(tmp_path):
    with Ledger(tmp_path) as ledger:
        ledger.add([ONE, TWO], "q", "", done=True)
        ledger.set(ONE.capture_id, {"state": "fetched", "sha256": "x"})
        ledger.choose([(ONE.capture_id, "skipped", "no"), (TWO.capture_id, "skipped", "later")])
        assert {row["capture_id"]: row["state"] for row in ledger.rows()} == {
            ONE.capture_id: "fetched",
            TWO.capture_id: "skipped",
        }
        ledger.plan_again([ONE.capture_id])
        assert [row["sha256"] for row in ledger.rows("state = 'planned'")] == [None]


def test_the_summary_counts_by_outlet_month_archive_and_reason(tmp_path):
    with Ledger(tmp_path) as ledger:
        ledger.add([ONE, TWO], "q", "", done=True)
        ledger.choose([(ONE.capture_id, "planned", ""), (TWO.capture_id, "skipped", "later")])
        assert [
            (r["month"], r["state"], r["reason"], r["capture_count"], r["byte_count"]) for r in ledger.summary()
        ] == [
            ("2023-09", "planned", "", 1, 20),
            ("2023-10", "skipped", "later", 1, 20),
        ]


def test_a_damaged_list_is_said_in_words(tmp_path):
    (tmp_path / FILE).write_bytes(b"no database at all, but long enough to be looked at as one" * 40)
    with pytest.raises(DiscourseError, match="is damaged"):
        Ledger(tmp_path)


def test_a_list_of_a_later_version_is_refused(tmp_path):
    base = sqlite3.connect(tmp_path / FILE)
    base.execute("PRAGMA user_version = 99")
    base.commit()
    base.close()
    with pytest.raises(DiscourseError, match="format 99"):
        Ledger(tmp_path)
