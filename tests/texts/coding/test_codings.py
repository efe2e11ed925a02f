"""Codings without text: reading the files, counting by entry, finding the hit of today."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from analysis.errors import DiscourseError
from analysis.texts.coding.codings import Coding, by_entry, current_hits, load, load_file, majority, save, table

HIT = Coding(
    doc_id="d",
    draw="first",
    passage_id=1,
    kind="hit",
    coder="A",
    coder_kind="person",
    probability=0.5,
    hit_id=2,
    frame="f",
    entry="e",
    entry_number=2,
    entry_count=2,
    frame_right="yes",
)
PARAGRAPH = replace(
    HIT, passage_id=2, kind="plain", hit_id=None, frame=None, entry=None, entry_number=None, entry_count=None
)


def test_what_is_saved_is_read_back(tmp_path):
    save([HIT, PARAGRAPH], tmp_path / "first.jsonl")
    assert load(tmp_path) == [HIT, PARAGRAPH]
    assert load(tmp_path / "none") == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": "a sentence"}, "line 1: key"),
        ({"kind": "hti"}, "kind"),
        ({"probability": 0}, "probability 0"),
        ({"frame_right": "ja"}, "allowed: yes, borderline, no, unclear"),
    ],
)
def test_what_is_no_coding_is_refused(tmp_path, change, message):
    save([HIT], tmp_path / "a.jsonl")
    row = json.loads((tmp_path / "a.jsonl").read_text()) | change
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n")
    with pytest.raises(DiscourseError, match=message):
        load(tmp_path)


def test_an_entry_is_right_where_all_readers_say_so_or_where_it_was_settled():
    other = replace(HIT, coder="B", frame_right="no")
    assert by_entry([HIT, other]) == {("f", "e"): (1, 0)}
    assert by_entry([HIT, other, replace(HIT, coder="settled")]) == {("f", "e"): (1, 1)}
    assert by_entry([PARAGRAPH]) == {}


def test_a_hit_is_found_again_after_others_have_come_and_given_up_where_its_own_entry_changed():
    assert current_hits([HIT, PARAGRAPH], {"d": ["new", "e", "x", "e"]}) == [3, None]
    assert current_hits([HIT], {"d": ["e"]}) == [None]
    assert current_hits([HIT], {"d": ["e", "e", "e"]}) == [None]
    assert current_hits([HIT], {}) == [None]


def test_the_table_holds_documents_of_the_store_only_in_one_order():
    made = table([replace(HIT, coder="B"), HIT, replace(HIT, doc_id="gone")], {"d": ["e", "e"]}, ["d"])
    assert made["coder"].to_pylist() == ["A", "B"]
    assert made["hit_id"].to_pylist() == [1, 1]
    assert len(table([], {}, ["d"])) == 0


def test_the_codings_of_the_study_hold_no_text(root):
    for coding in load(root / "corpus" / "codings"):
        words = [w for value in (coding.draw, coding.coder, coding.entry or "") for w in value.split()]
        assert len(words) <= 3


def test_what_is_settled_of_the_default_store_is_what_two_of_three_readers_say(root):
    """And each passage is settled on which two readers differ, and none that one of the three did not read."""
    folder = root / "corpus" / "codings"
    files = (folder / "first.jsonl", folder / "second.jsonl", folder / "deciding" / "third.jsonl")
    first, second, third = ({one.passage_id: one for one in load_file(path)} for path in files)
    settled = {one.passage_id: one for one in load_file(folder / "settled.jsonl")}
    columns = ("frame_right", "about", "voice", "negated", "mention", "missed_frames")

    def answers(one):
        return [getattr(one, column) or "" for column in columns]

    differ = {number for number in first if answers(first[number]) != answers(second[number])}
    assert len(differ) == 90 and differ <= settled.keys() <= third.keys()
    for number, one in settled.items():
        said = zip(*(answers(reader[number]) for reader in (first, second, third)), strict=True)
        assert answers(one) == [majority(values) for values in said], number
