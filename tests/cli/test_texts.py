"""Commands on the private side."""

from __future__ import annotations

import json
import sys

import pytest
from click.testing import CliRunner
from invented_study import write_whole_study
from sample_project import build_store

from analysis.cli.main import main
from analysis.cli.texts import entry_counts
from analysis.store.manifest import MANIFEST, store_hash


def test_a_store_that_cannot_be_read_does_not_stop_the_build_that_mends_it(tmp_path):
    assert entry_counts(tmp_path / "none") == {}
    store = build_store(tmp_path / "mine")
    assert entry_counts(store.path) == {}  # no hits in it
    for edit in ({"labels": None}, {"format": 99}, {"tables": store.manifest["tables"][1:]}):
        (store.path / MANIFEST).write_text(json.dumps({**store.manifest, **edit}))
        assert entry_counts(store.path) == {}
    import pyarrow.parquet as pq

    part = next(p for p in store.manifest["tables"] if p["table"] == "documents")
    pq.write_table(pq.read_table(store.path / part["file"]).drop_columns(["url"]), store.path / part["file"])
    (store.path / MANIFEST).write_text(json.dumps({**store.manifest, "store_hash": store_hash(store.manifest)}))
    assert entry_counts(store.path) == {}


def test_a_name_that_leads_out_of_the_folder_is_refused_before_the_disk_is_touched(tmp_path, root, monkeypatch):
    study = tmp_path / "study"
    (study / "corpus").mkdir(parents=True)
    (study / "corpus" / "sources.toml").write_text("")
    monkeypatch.setenv("DISCOURSE_CORPUS", str(tmp_path / "project" / "corpus"))
    before = sorted(p.as_posix() for p in tmp_path.rglob("*"))
    for name in ("../../x", "/tmp/x", "a/b", "..", "a b", "x\ny"):
        done = CliRunner().invoke(main, ["build", str(study), "--name", name])
        assert done.exit_code == 2, done.output
        assert "store name" in done.output
    assert sorted(p.as_posix() for p in tmp_path.rglob("*")) == before


def test_init_again_loses_no_older_list_of_sources(tmp_path):
    (tmp_path / "a.txt").write_text("The harbour opened.")
    place = tmp_path / "corpus" / "sources.toml"
    written = []
    for number in range(4):
        done = CliRunner().invoke(main, ["init", str(tmp_path), "--force"])
        assert done.exit_code == 0, done.output
        written.append(place.read_text() + f"# mine, {number}\n")
        place.write_text(written[-1])
    kept = [place.with_name(f"sources.toml.old{n}").read_text() for n in ("", "2", "3")]
    assert kept == written[:3]


def test_init_that_finds_nothing_changes_nothing(tmp_path):
    place = tmp_path / "corpus" / "sources.toml"
    place.parent.mkdir()
    place.write_text("# mine\n")
    assert CliRunner().invoke(main, ["init", str(tmp_path), "--force"]).exit_code == 2
    assert [p.name for p in tmp_path.rglob("*")] == ["corpus", "sources.toml"]
    assert place.read_text() == "# mine\n"


def test_a_codebook_is_copied_whole_or_not_at_all(tmp_path, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    (tmp_path / "a.txt").write_text("The harbour opened.")
    monkeypatch.setattr("shutil.copytree", stopped)
    CliRunner().invoke(main, ["init", str(tmp_path)])
    assert not (tmp_path / "corpus" / "codebook").exists()
    assert (tmp_path / ".gitignore").is_file()
    monkeypatch.undo()
    assert CliRunner().invoke(main, ["init", str(tmp_path)]).exit_code == 0
    assert len(list((tmp_path / "corpus" / "codebook").glob("*.toml"))) > 1
    assert not list((tmp_path / "corpus" / "private").glob("folder-*"))


def test_a_check_of_many_files_starts_with_the_summary_and_lists_the_rest_on_demand(tmp_path):
    for number in range(60):
        text = "The harbour opened and Cambodia stays neutral, the ministry said on the quiet bridge."
        day = "" if number < 3 else f"2023-09-{1 + number % 28:02d}-"
        (tmp_path / f"{day}post-{number:02d}.txt").write_text(f"Story {number}\n\n{text} Number {number}.")
    assert CliRunner().invoke(main, ["init", str(tmp_path)]).exit_code == 0
    short = CliRunner().invoke(main, ["check", str(tmp_path)]).output.splitlines()
    assert short[0].startswith("Where the dates of the kept come from")
    assert "60 of 60 records would be kept" in short[-1]
    assert len([line for line in short if line.startswith("post-")]) == 3
    assert "... and 57 files whole and dated: --details lists every file." in short
    assert not any(line.startswith("2023") for line in short)
    every = CliRunner().invoke(main, ["check", str(tmp_path), "--details"]).output.splitlines()
    assert len([line for line in every if line.startswith(("post-", "2023-09"))]) == 60


LINE = json.dumps({"id": 1, "text": "Cambodia stays neutral."}) + "\n"


def test_hits_never_take_the_place_of_the_texts(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(LINE)
    (tmp_path / "same.jsonl").hardlink_to(path)
    for name in ("a.jsonl", "same.jsonl"):
        done = CliRunner().invoke(main, ["annotate", str(path), "-o", str(tmp_path / name)])
        assert done.exit_code == 2 and "choose another name" in done.output
    assert path.read_text() == LINE
    done = CliRunner().invoke(main, ["annotate", str(path), "-o", str(tmp_path / "hits.jsonl")])
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "hits.jsonl").read_text())["hits"][0]["surface"] == "stays neutral"


@pytest.mark.parametrize("stream", ["stdin", "stdout"])
def test_a_closed_stream_is_named(tmp_path, monkeypatch, stream):
    from analysis.cli.texts import Lines, output_stream
    from analysis.errors import DiscourseError

    monkeypatch.setattr(sys, stream, None)
    with pytest.raises(DiscourseError, match="is closed; name a file"):
        if stream == "stdin":
            Lines().convert("-", None, None)
        else:
            with output_stream(None):
                pass


@pytest.fixture
def undated(tmp_path, root, monkeypatch):
    """A study of which one text has no day; with the file of blocks to fill in."""
    study = write_whole_study(tmp_path / "study", root, count=6)
    path = study / "corpus" / "private" / "news" / "a.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    rows[0]["date"] = ""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    monkeypatch.chdir(study)
    assert CliRunner().invoke(main, ["check", "--fill-in", "blocks.txt"]).exit_code == 0
    return study / "blocks.txt"


def test_what_was_filled_in_is_kept_when_the_texts_are_checked_again(undated):
    empty = undated.read_text()
    filled = empty.replace('set = { date = ""', 'set = { date = "2023-09-09"')
    for written, kept in ((empty, False), (filled, True)):
        undated.write_text(written)
        done = CliRunner().invoke(main, ["check", "--fill-in", "blocks.txt"])
        assert done.exit_code == 0, done.output
        assert undated.read_text() == empty
        assert undated.with_name("blocks.txt.old").exists() is kept
    assert undated.with_name("blocks.txt.old").read_text() == filled and "kept as blocks.txt.old" in done.output


def test_a_file_of_other_words_is_not_written_over_by_blocks(undated):
    undated.write_text("A chapter.")
    done = CliRunner().invoke(main, ["check", "--fill-in", "blocks.txt"])
    assert done.exit_code == 2 and "holds no blocks" in done.output
    assert undated.read_text() == "A chapter."
