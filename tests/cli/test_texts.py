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


def test_concordance_lines_are_chosen_and_shown(tmp_path, monkeypatch):
    study, given = tmp_path, {}

    def search(corpus, texts, pattern, **chosen):
        given.update(chosen, pattern=pattern)
        return []

    monkeypatch.setattr("analysis.texts.concordance.library.search", search)
    (study / "corpus").mkdir()
    (study / "corpus" / "sources.toml").write_text("")
    done = CliRunner().invoke(main, ["kwic", "friend*", "--study", str(study), "--era", "late", "--window", "4"])
    assert done.exit_code == 0, done.output
    assert "No line matches 'friend*'" in done.output
    assert given == {"pattern": "friend*", "outlet": None, "era": "late", "voice": None, "window": 4}
