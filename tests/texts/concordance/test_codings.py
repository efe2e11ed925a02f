"""Codings of hits: reading the files, and counting by entry."""

from __future__ import annotations

import json

import pytest

from analysis.errors import DiscourseError
from analysis.texts.concordance.codings import by_entry, load

ROW = {
    "doc_id": "d",
    "hit_id": 0,
    "draw": "focal",
    "frame": "f",
    "entry": "e",
    "about": "focal",
    "voice": "own",
    "is_negated": False,
    "frame_right": 1,
}


def write(folder, rows):
    (folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_counts_by_entry(tmp_path):
    write(tmp_path, [ROW, ROW | {"hit_id": 1, "frame_right": 0.5}, ROW | {"entry": "x", "frame_right": 0}])
    assert by_entry(load(tmp_path)) == {("f", "e"): (2, 1), ("f", "x"): (1, 0)}


def test_no_folder_no_codings(tmp_path):
    assert load(tmp_path / "none") == []


@pytest.mark.parametrize("row", [{"doc_id": "d"}, ROW | {"text": "a sentence"}])
def test_what_is_no_coding_is_refused(tmp_path, row):
    write(tmp_path, [row])
    with pytest.raises(DiscourseError, match="line 1"):
        load(tmp_path)


def test_the_codings_of_the_study_hold_no_text(root):
    for coding in load(root / "corpus" / "codings"):
        assert len(coding.reason.split()) <= 8
