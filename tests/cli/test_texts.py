"""Commands on the private side."""

from __future__ import annotations

import json

from click.testing import CliRunner
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
