"""The sheet: what is written is read back, bad answers are named, the machine's answers are not in it."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from analysis.errors import DiscourseError
from analysis.texts.coding import sheet as sheets
from analysis.texts.coding.passages import Passage
from analysis.texts.coding.sample import Drawn


def drawn(count=6):
    made = []
    for i in range(count):
        kind, frame = ("hit", "bridge") if i % 2 else ("plain", "")
        text = f"=The {i}. bridge\x07 is <deep>"
        passage = Passage(f"doc{i}", f"own{i}", "news", "early", "press", kind, text, (8, 14), 3, 4, frame, "e")
        made.append(Drawn(i + 1, passage, 0.5))
    return made


@pytest.fixture
def path(tmp_path):
    made = sheets.make_sheet("first", "A", drawn(), {"bridge": "what joins two sides", "river": "what parts them"})
    sheets.save(made, tmp_path / "sheet_A.xlsx")
    return tmp_path / "sheet_A.xlsx"


def test_what_is_written_is_read_back(path):
    found = sheets.load(path)
    assert (found.draw, found.coder, found.coder_kind) == ("first", "A", "person")
    assert found.guide == {"bridge": "what joins two sides", "river": "what parts them"}
    assert found.next_open == 0
    by_number = {a.passage: a for a in found.answers}
    assert sorted(by_number) == list(range(1, 7))
    assert by_number[2].asked == "bridge" and by_number[1].asked == sheets.ANY
    assert by_number[2].text == "=The 1. ⟦bridge⟧ is <deep>"
    found.answers[0].frame_right, found.answers[0].frames, found.answers[0].seconds = "yes", "river bridge", 3.5
    sheets.save(found, path)
    assert sheets.load(path) == found
    assert sheets.load(path).next_open == 1


def test_each_coder_has_an_order_of_their_own():
    orders = [[a.passage for a in sheets.make_sheet("x", c, drawn(30), {}).answers] for c in ("A", "B", "A")]
    assert orders[0] != orders[1] and orders[0] == orders[2]


def test_the_sheet_hides_outlet_date_era_and_the_machines_answer(path):
    text = "\n".join(str(v) for page in load_workbook(path) for row in page.iter_rows(values_only=True) for v in row)
    for hidden in ("press", "early", "news", "doc1", "own1", "hit", "plain", "probability"):
        assert hidden not in text


def test_drop_downs_hold_what_is_allowed(path):
    rules = load_workbook(path)["codings"].data_validations.dataValidation
    assert {r.formula1 for r in rules} >= {'"yes,borderline,no,unclear"', '"own,quoted,reported,unclear"'}


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("frame_right", "ja", r"row 3: frame_right.*allowed: yes, borderline, no, unclear"),
        ("frames", "bridge, rivr", r"row 3: frames.*'rivr'.*allowed: bridge, river, none"),
        ("seconds", "soon", r"row 3: seconds.*'soon'"),
    ],
)
def test_a_bad_answer_is_named_with_what_is_allowed(path, column, value, message):
    book = load_workbook(path)
    page = book["codings"]
    page.cell(3, sheets.COLUMNS.index(column) + 1).value = value
    book.save(path)
    with pytest.raises(DiscourseError, match=message):
        sheets.load(path)


def test_answers_in_another_case_and_numbers_as_text_are_read(path):
    book = load_workbook(path)
    page = book["codings"]
    page.cell(2, sheets.COLUMNS.index("voice") + 1).value = " Quoted "
    page.cell(2, sheets.COLUMNS.index("frames") + 1).value = "River, bridge"
    book.save(path)
    first = sheets.load(path).answers[0]
    assert (first.voice, first.frames) == ("quoted", "river bridge")


def test_a_file_that_is_no_sheet_is_refused(tmp_path):
    (tmp_path / "x.xlsx").write_text("nothing")
    with pytest.raises(DiscourseError, match="not a sheet of codings"):
        sheets.load(tmp_path / "x.xlsx")


def test_a_write_that_fails_leaves_the_old_sheet(path, monkeypatch):
    before = path.read_bytes()
    found = sheets.load(path)
    monkeypatch.setattr("openpyxl.Workbook.save", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        sheets.save(found, path)
    assert path.read_bytes() == before and [p.name for p in path.parent.iterdir()] == [path.name]
