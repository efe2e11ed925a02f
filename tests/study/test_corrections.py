"""Corrections change a document only while its source is the one they were made for."""

from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.study.corrections import Correction, apply, load, text_hash

GOOD = '[[correction]]\ntarget = "a"\naction = "set"\nreason = "r"\n'
GOOD += 'expect = { date = "2010" }\nset = { date = "2010-05" }\n'


def write(folder, text):
    path = folder / "corrections.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_corrections_are_read_by_target_in_order(tmp_path):
    lines = GOOD.replace('"set"', '"cut_lines"').replace('set = { date = "2010-05" }', "lines = [1, 3]")
    found = load(write(tmp_path, GOOD + lines))
    assert [c.action for c in found["a"]] == ["set", "cut_lines"] and found["a"][1].lines == (1, 3)
    assert load(tmp_path / "none.toml") == {}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("reason", "reasons", "key of correction: 'reasons'.*Did you mean 'reason'"),
        ('reason = "r"\n', "", "reason is missing"),
        ('"set"', '"sett"', "action: 'sett'.*Did you mean 'set'"),
        ("expect = { date", "expect = { dat", "key of expect: 'dat'"),
        ("set = { date", "set = { text", "key of set: 'text'"),
        ('set = { date = "2010-05" }', "", "action set needs set"),
        ('{ date = "2010" }', '"2010"', "expect = '2010' should be a table"),
    ],
)
def test_mistakes_are_named(tmp_path, old, new, words):
    with pytest.raises(DiscourseError, match=words):
        load(write(tmp_path, GOOD.replace(old, new)))


def test_values_are_set_and_lines_cut_with_their_numbers_kept():
    fields = {"date": "2010", "text": "one\ntwo\nthree"}
    made = (
        Correction("a", "set", "r", {"date": "2010"}, {"date": "2010-05"}),
        Correction("a", "title_line", "r", {}, lines=(2,)),
        Correction("a", "cut_lines", "r", {}, lines=(3,)),
    )
    assert apply(fields, made, origin="f:1") is None
    assert fields == {"date": "2010-05", "text": "one\n\n", "title": "two"}


def test_a_dropped_document_gives_its_reason():
    assert apply({"text": "x"}, (Correction("a", "drop", "twice", {}),), origin="f") == "twice"


def test_a_changed_source_stops_the_build():
    guard = {"sha256": text_hash("old")[:16]}
    assert apply({"text": "old"}, (Correction("a", "drop", "r", guard),), origin="f") == "r"
    with pytest.raises(DiscourseError, match=r"f:1: the correction of a expects sha256 .* the source has changed"):
        apply({"text": "new"}, (Correction("a", "drop", "r", guard),), origin="f:1")
    with pytest.raises(DiscourseError, match="expects sha256"):
        apply({"text": "old"}, (Correction("a", "drop", "r", {"sha256": text_hash("old")[:4]}),), origin="f")
