"""The folder of a draw: nothing is overwritten, codings leave it without text, differences are settled."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from analysis.errors import DiscourseError
from analysis.texts.coding import folder as folders
from analysis.texts.coding import sheet as sheets
from analysis.texts.coding.passages import Passage
from analysis.texts.coding.sample import Drawn

FACTS = {"draw": "first", "seed": 1, "guide": {"bridge": "joins", "river": "parts"}}


def passage(i, kind, frame="", found=()):
    text = f"Secretwords number {i} stand here"
    place = (3, 4, frame, "e", 0, 1, 1, found)
    made = Passage(f"pub{i}", f"own{i}", "news", "early", "press", kind, text, (0, 11), *place)
    return made if frame else replace(made, paragraph_number=i, paragraph_count=9)


@pytest.fixture
def place(tmp_path):
    drawn = [
        Drawn(1, passage(1, "hit", "bridge"), 0.5),
        Drawn(2, passage(2, "beside", found=("bridge",)), 0.25),
        Drawn(3, passage(3, "elsewhere", "river"), 1.0),
    ]
    folders.write(tmp_path / "first", drawn, FACTS, {"A": "person", "B": "language_model"})
    return tmp_path / "first"


def answer(place, coder, **values):
    sheet = sheets.load(place / f"sheet_{coder}.xlsx")
    for one in sheet.answers:
        for name, value in values.get(f"p{one.passage}", {}).items():
            setattr(one, name, value)
    sheets.save(sheet, place / f"sheet_{coder}.xlsx")


def test_codings_leave_without_text_and_without_what_the_machine_knew(place):
    answer(place, "A", p1={"frame_right": "yes", "about": "focal", "seconds": 2.0}, p2={"frames": "river bridge"})
    rows = folders.public_rows(place)
    assert [(r.passage_id, r.coder, r.probability) for r in rows] == [(1, "A", 0.5), (2, "A", 0.25)]
    assert rows[0].frame_right == "yes" and rows[0].hit_id == 0 and rows[0].missed_frames is None
    assert rows[1].missed_frames == "river" and rows[1].hit_id is None and rows[1].frame is None
    assert (rows[1].paragraph_number, rows[1].paragraph_count, rows[0].paragraph_number) == (2, 9, None)
    assert "Secretwords" not in str([asdict(r) for r in rows]) and "own1" not in str([asdict(r) for r in rows])


def test_a_paragraph_in_which_nothing_is_missed_is_an_answer(place):
    answer(place, "A", p2={"frames": "none"})
    assert [r.missed_frames for r in folders.public_rows(place)] == [""]


def test_keys_written_before_paragraphs_had_numbers_are_read(place):
    rows = [json.loads(line) for line in (place / folders.KEY).read_text().splitlines()]
    for row in rows:
        del row["paragraph_number"], row["paragraph_count"]
    (place / folders.KEY).write_text("".join(json.dumps(row) + "\n" for row in rows))
    answer(place, "A", p2={"frames": "none"})
    assert [r.paragraph_number for r in folders.public_rows(place)] == [None]


def test_naming_a_frame_that_has_a_hit_already_is_no_difference(place):
    answer(place, "A", p2={"frames": "river bridge"})
    answer(place, "B", p2={"frames": "river"})
    assert folders.write_adjudication(place)[1] == 0


def test_codings_that_are_public_are_settled_with_those_of_the_folder(place):
    answer(place, "A", p1={"frame_right": "yes", "about": "focal"}, p2={"frames": "none"})
    rows = folders.public_rows(place)
    public = [replace(r, coder="old", frame_right=r.frame_right and "no") for r in rows]
    assert folders.add_public(place, [*public, replace(rows[0], coder="settled")]) == ["old"]
    folders.write_adjudication(place)
    settled = sheets.load(place / "sheet_settled.xlsx")
    assert [a.passage for a in settled.answers] == [1] and "A yes, old no" in settled.answers[0].remark
    assert settled.answers[0].about == "focal"
    mine = folders.public_rows(place)
    assert {r.coder for r in folders.without(mine, public)} == {"A"} and len(mine) == 4


def test_what_most_coders_say_is_filled_in_and_only_what_has_no_majority_is_left_to_settle(place):
    said = {"frame_right": "yes", "about": "focal", "negated": "no", "mention": "no"}
    answer(place, "A", p1=said | {"voice": "own"}, p2={"frames": "none"})
    answer(place, "B", p1=said | {"voice": "quoted", "about": "other"}, p2={"frames": "river bridge"})
    public = [replace(r, coder="C", voice=r.voice and "reported") for r in folders.public_rows(place) if r.coder == "B"]
    folders.add_public(place, public)
    path, count = folders.write_adjudication(place)
    settled = {a.passage: a for a in sheets.load(path).answers}
    assert count == 2 and (settled[1].about, settled[1].voice) == ("other", "")
    assert settled[1].remark == "about: A focal, B other, C other -> other; voice: A own, B quoted, C reported"
    # bridge has a hit in the paragraph: B, who names it, and C, who does not, say the same
    assert settled[2].frames == "river" and settled[2].remark == "frames: A none, B river, C river -> river"


def test_codings_of_another_draw_are_not_added(place):
    answer(place, "A", p2={"frames": "none"})
    public = [replace(r, draw="other", coder="old") for r in folders.public_rows(place)]
    with pytest.raises(DiscourseError, match=r"'other'.*'first'"):
        folders.add_public(place, public)


def test_only_differences_are_settled_and_what_was_settled_is_kept(place):
    same = {"frame_right": "yes", "about": "focal"}
    answer(place, "A", p1=same, p3={"frame_right": "no"}, p2={"frames": "none"})
    answer(place, "B", p1=same, p3={"frame_right": "yes"})
    path, count = folders.write_adjudication(place)
    assert count == 1
    settled = sheets.load(path)
    assert [a.passage for a in settled.answers] == [3]
    assert settled.answers[0].frame_right == "" and "A no, B yes" in settled.answers[0].remark
    answer(place, "settled", p3={"frame_right": "borderline"})
    folders.write_adjudication(place)
    assert sheets.load(path).answers[0].frame_right == "borderline"
    coders = {(r.coder, r.coder_kind) for r in folders.public_rows(place)}
    assert coders == {("A", "person"), ("B", "language_model"), ("settled", "person")}


def test_a_draw_is_never_overwritten(place):
    with pytest.raises(DiscourseError, match="holds a draw already"):
        folders.write(place, [], FACTS, {"A": "person"})


def test_a_coder_may_not_be_called_settled(tmp_path):
    with pytest.raises(DiscourseError, match="'settled' is not allowed"):
        folders.write(tmp_path, [], FACTS, {"settled": "person"})


def test_folders_without_a_draw_or_sheets_are_refused(tmp_path, place):
    with pytest.raises(DiscourseError, match="no draw there"):
        folders.read_key(tmp_path)
    (place / "sheet_A.xlsx").unlink()
    (place / "sheet_B.xlsx").unlink()
    with pytest.raises(DiscourseError, match=r"no sheet_\*\.xlsx"):
        folders.read_sheets(place)
