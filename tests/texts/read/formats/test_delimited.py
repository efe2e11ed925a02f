"""CSV and TSV: delimiters, pieces, rows that do not fit."""

from __future__ import annotations

import pytest
from formats_samples import part_of, read
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analysis.texts.document import Refusal
from analysis.texts.read import formats as readers


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_delimiters_quotes_and_lines_in_cells(tmp_path, delimiter):
    text = delimiter.join(["id", "title", "text"]) + "\n" + delimiter.join(["1", '"a ""b"""', '"two\nlines"']) + "\n"
    (record,) = read(tmp_path / "a.csv", text)
    assert record.fields == {"id": "1", "title": 'a "b"', "text": "two\nlines"}


def test_csv_rows_that_do_not_fit_the_header_are_refused_with_their_line(tmp_path):
    found = read(tmp_path / "a.csv", "id,title,text\n1,a,b\n2,a,b,c\nx\n3,a\n")
    assert [isinstance(f, Refusal) for f in found] == [False, True, True, False]
    assert "line 3" in found[1].origin
    assert "4 cells under a header of 3" in found[1].reason


CELLS = st.lists(
    st.sampled_from(['"', '""', "\n", "\r\n", "\r", ",", "a", "é", "\x00", " ", "x" * 30, '"a\nb"', "1,2,3\n"]),
    max_size=60,
).map("".join)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(CELLS, st.sampled_from([1, 7, 40, 500]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
@example('id,text\n1,"a\nb"\n2,"open\n3,x\n', 1, "utf-8")
@example("\n\n \n", 1, "utf-8")
def test_csv_pieces_give_every_row_once_whatever_their_size(tmp_path, text, chunk, encoding):
    from analysis.texts.read.formats import delimited

    path = tmp_path / "a.csv"
    path.write_bytes(f"id,title,text\n{text}".encode(encoding, "replace") + b"\xff" * (encoding == "utf-8"))
    part = part_of(path)
    pieces = delimited.plan(part, chunk)
    assert [made for piece in pieces for made in readers.read(piece)] == list(readers.read(part))


def test_a_large_csv_is_cut_and_no_piece_ends_inside_quotation_marks(tmp_path):
    from analysis.texts.read.formats import delimited

    path = tmp_path / "a.csv"
    rows = "".join(f'{i},"first, line\nand the {i}th ""second"" line"\n' for i in range(500))
    path.write_text("id,text\n" + rows)
    pieces = delimited.plan(part_of(path), 1000)
    assert len(pieces) > 15
    last = list(readers.read(pieces[-1]))[-1]
    assert last.fields == {"id": "499", "text": 'first, line\nand the 499th "second" line'}
    assert (last.origin, last.number) == ("a.csv:500 (line 1001)", 500)


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;;;;"])
def test_the_line_in_which_a_spreadsheet_names_the_delimiter(tmp_path, line):
    found = read(tmp_path / "a.csv", f"{line}\nid;title;text\n1;a, b;c, d, e, f\n")
    assert [made.fields for made in found] == [{"id": "1", "title": "a, b", "text": "c, d, e, f"}]


def test_a_byte_far_down_that_is_no_utf8_costs_nothing_else(tmp_path):
    rows = "".join(f"{i},“text” number {i}\n" for i in range(300_000)).encode()
    found = read(tmp_path / "a.csv", b"id,text\n" + rows + b"x,caf\xe9 \x93open\x94\n")
    assert found[-1].fields["text"] == "café “open”"
    assert found[-1].notes == (("stray-bytes", 3),)
    assert found[5].fields["text"] == "“text” number 5"


PARAGRAPH = "The harbour, as the minister said, was opened, after a long strike, on Tuesday. It rained."


@pytest.mark.parametrize("count", [2, 5, 40, 900])
@pytest.mark.parametrize("head", ["id,text", "id,outlet,text", "A title of the table\nid,text"])
def test_paragraphs_full_of_commas_are_no_header(tmp_path, head, count):
    """Lines inside a cell say nothing of the table: a text of many paragraphs with more commas than the header has."""
    text = "\n\n".join(f"{PARAGRAPH} {i}" for i in range(count))
    cells = ",post" * head.count("outlet")
    rows = "".join(f'{number}{cells},"{text} {number}"\n' for number in (1, 2))
    found = read(tmp_path / "a.csv", f"{head}\n{rows}")
    assert [one.fields["id"] for one in found] == ["1", "2"]
    assert [one.fields["text"] for one in found] == [f"{text} 1", f"{text} 2"]
