"""Inputs are noted, one JSON line each, only where a file for them is named."""

from __future__ import annotations

import json

from analysis.study.trace import note


def test_nothing_is_written_without_a_file_to_write_to(tmp_path, monkeypatch):
    monkeypatch.delenv("DISCOURSE_TRACE", raising=False)
    monkeypatch.chdir(tmp_path)
    note(file="a")
    assert not list(tmp_path.iterdir())


def test_notes_are_appended_line_by_line(tmp_path, monkeypatch):
    monkeypatch.setenv("DISCOURSE_TRACE", str(tmp_path / "t"))
    note(store="s", table="hits", collection=None)
    note(file="é")
    lines = (tmp_path / "t").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [{"store": "s", "table": "hits", "collection": None}, {"file": "é"}]
