"""`discourse check --records FILE`: every record as a row, in JSON lines or CSV, and never over a file of somebody else."""

from __future__ import annotations

import csv
import json

import pytest
from click.testing import CliRunner

from analysis.cli.main import main
from analysis.texts.document import Document, Refusal
from analysis.texts.read.records import COLUMNS, record_file, row_of

TEXT = "The invented harbour was opened on Tuesday, and the minister said that every village would be near it."


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "study"
    (folder / "news").mkdir(parents=True)
    (folder / "news" / "a.txt").write_text(f"---\ntitle: =1+1\ndate: 2023-08-22\noutlet: Unknown\n---\n{TEXT}\xad")
    (folder / "news" / "b.txt").write_text(f"---\ndate: 31 February 2023\noutlet: Unknown\n---\n{TEXT}")
    assert run("init", folder).exit_code == 0
    return folder


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def test_every_record_is_a_json_line_kept_or_refused(study, tmp_path):
    done = run("check", study, "--records", tmp_path / "records.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "records.jsonl").read_text(encoding="utf-8").splitlines()]
    assert done.exit_code == 0 and "1 of 2 records would be kept" in done.output
    assert [tuple(row) for row in rows] == [COLUMNS, COLUMNS]
    kept, refused = rows
    assert (kept["kept"], kept["published"], kept["date_basis"], kept["reason"]) == (
        True,
        "2023-08-22",
        "declared",
        None,
    )
    assert kept["text"] == TEXT  # as counted: the soft hyphen is gone
    assert (refused["kept"], refused["kind"], refused["text"]) == (False, "impossible-date", None)
    assert "31 February" in refused["reason"] and refused["origin"] == "news/b.txt"


def test_as_a_table_no_cell_runs_as_a_formula(study, tmp_path):
    assert run("check", study, "--records", tmp_path / "records.csv").exit_code == 0
    with (tmp_path / "records.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["kept"] for row in rows] == ["True", "False"]
    assert rows[0]["title"] == "'=1+1"


def test_the_file_may_not_lie_among_the_texts_or_replace_something_else(study, tmp_path):
    inside = run("check", study, "--records", study / "news" / "records.jsonl")
    assert inside.exit_code != 0 and "among the texts" in inside.output
    assert run("check", study, "--records", study / "corpus" / "records.csv").exit_code == 0
    (tmp_path / "thesis.csv").write_text("chapter,words\n1,9000\n")
    over = run("check", study, "--records", tmp_path / "thesis.csv")
    assert over.exit_code != 0 and "not written by" in over.output
    assert (tmp_path / "thesis.csv").read_text() == "chapter,words\n1,9000\n"
    again = tmp_path / "mine.jsonl"
    assert [run("check", study, "--records", again).exit_code for _ in range(2)] == [0, 0]
    wrong = run("check", study, "--records", tmp_path / "records.xlsx")
    assert wrong.exit_code != 0 and ".jsonl" in wrong.output and ".csv" in wrong.output


def test_a_row_holds_what_applies_and_none_elsewhere():
    kept = row_of(Document("a", "news", "one", "A&amp;B", published="2023", date_basis="file name", origin="a.txt"))
    assert (kept["text"], kept["title"], kept["kind"], kept["date_basis"]) == ("A&B", None, None, "file name")
    lost = row_of(Refusal("a.csv:3", "no text", "empty"))
    assert lost == dict.fromkeys(COLUMNS) | {"kept": False, "reason": "no text", "kind": "empty", "origin": "a.csv:3"}


def test_nothing_of_a_killed_check_stays_beside_the_file_of_records(tmp_path):
    left = tmp_path / ".r.jsonl.999999999-0123456789ab.tmp"
    left.write_text("words of a text")
    with record_file(tmp_path / "r.jsonl", tmp_path / "texts", tmp_path / "corpus"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["r.jsonl"]
