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
