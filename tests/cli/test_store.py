"""Commands about public stores."""

from __future__ import annotations

from click.testing import CliRunner
from sample_project import build_store

from analysis.cli.main import main


def test_store_show_names_the_damaged_file(tmp_path, monkeypatch):
    store = build_store(tmp_path / "default")
    part = store.manifest["tables"][0]
    (store.path / part["file"]).write_bytes(b"x")
    done = CliRunner().invoke(main, ["store", "show", str(store.path)])
    assert done.exit_code == 1
    assert sum("damaged" in line for line in done.output.splitlines()) == 1
    assert part["file"] in done.output


def test_store_show_of_a_whole_store_ends_well(tmp_path):
    store = build_store(tmp_path / "default")
    done = CliRunner().invoke(main, ["store", "show", str(store.path)])
    assert done.exit_code == 0
    assert sum(line.endswith("whole") for line in done.output.splitlines()) == len(store.manifest["tables"])


def test_store_show_lists_all_that_a_shortened_refusal_leaves_out():
    done = CliRunner().invoke(main, ["store", "show", "default", "--ids"])
    assert done.exit_code == 0
    lines = dict(line.split(": ", 1) for line in done.output.splitlines())
    assert {"collection", "outlet_id", "era_id", "frame", "actor_id", "contrast"} <= set(lines)
    refused = CliRunner().invoke(main, ["run", "--only", "frames_un", "-p", "outlet_ids", '["un_cam"]'])
    assert refused.exit_code != 0 and len(refused.output) < 900
    count = len(lines["outlet_id"].split(", ")) + len(lines["sample (in outlet_ids)"].split(", "))
    assert f"and {count - 12} more (`discourse store show default --ids` lists all)" in refused.output
    assert "Did you mean" in refused.output
    refused = CliRunner().invoke(main, ["run", "--only", "keyness_news", "-p", "contrast", "outlets"])
    assert refused.exit_code != 0 and len(refused.output) < 900 and "Did you mean 'outlet_id'" in refused.output


def test_a_merge_writes_the_whole_store_or_nothing(tmp_path, monkeypatch):
    first, second = build_store(tmp_path / "a"), build_store(tmp_path / "b", prefix="e", extra=1)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "data.parquet").write_bytes(b"mine")
    arguments = ["store", "merge", str(first.path), str(second.path), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert (tmp_path / "out" / "data.parquet").read_bytes() == b"mine"
    (tmp_path / "out" / "data.parquet").unlink()
    monkeypatch.setattr("analysis.store.join.StoreWriter.finish", lambda *_: 1 / 0)
    assert isinstance(CliRunner().invoke(main, arguments).exception, ZeroDivisionError)
    assert list((tmp_path / "out").iterdir()) == []
    monkeypatch.undo()
    assert CliRunner().invoke(main, arguments).exit_code == 0
    assert (tmp_path / "out" / "manifest.json").is_file()
