from __future__ import annotations

import pytest
from click.testing import CliRunner
from sample_project import build_store

from analysis.cli.store import store


@pytest.fixture
def two(tmp_path):
    build_store(tmp_path / "one")
    build_store(tmp_path / "two", prefix="e", extra=1)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(store, [str(a) for a in arguments])


def test_a_sound_store_is_whole_and_its_hash_is_shown(two):
    done = run("show", two / "one")
    assert done.exit_code == 0, done.output
    assert "store hash" in done.output
    assert "damaged" not in done.output


def test_each_damaged_file_is_named_and_no_other(two):
    """Of several damaged files each has its own line; the table marks exactly those."""
    files = sorted((two / "one").rglob("*.parquet"))
    for file in files[:2]:
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 255
        file.write_bytes(data)
    done = run("show", two / "one")
    assert done.exit_code == 1
    table = [line for line in done.output.splitlines() if line.rstrip().endswith(("whole", "damaged"))]
    assert sum(line.rstrip().endswith("damaged") for line in table) == 2
    assert len(table) == len(files)


def test_two_stores_are_joined_and_what_was_pooled_is_said(two):
    done = run("merge", two / "one", two / "two", "--out", two / "joined")
    assert done.exit_code == 0, done.output
    assert "30 documents" in done.output
    assert "15 documents" in done.output
    assert (two / "joined" / "manifest.json").is_file()


def test_a_store_of_today_needs_no_upgrade(two):
    done = run("upgrade", two / "one")
    assert done.exit_code == 0, done.output
    assert "nothing was changed" in done.output


def test_an_unknown_store_lists_those_there_are(two, monkeypatch):
    monkeypatch.setenv("DISCOURSE_CORPUS", str(two))
    (two / "store").mkdir()
    done = run("upgrade", "nowhere")
    assert "'nowhere' is not allowed" in str(done.exception)
