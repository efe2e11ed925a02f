"""Rows of tables typed as text: marks that do not pair, layouts."""

from __future__ import annotations

import pytest

from analysis.texts.read.formats.rows import RowReader, delimiter_of, layout_of, split_cells


@pytest.mark.parametrize(
    ("line", "cells", "is_open", "is_loose"),
    [
        ('a,"b ""c""",d', ["a", 'b "c"', "d"], False, False),
        ('a,"b, c"', ["a", "b, c"], False, False),
        ('a,"b" ,c', ["a", "b", "c"], False, False),
        ('a,b "c" d', ["a", 'b "c" d'], False, False),
        ('a,"He said "we" and left"', ["a", 'He said "we" and left'], False, True),
        ('a,"open, here', ["a", "open, here"], True, False),
        ('""', [""], False, False),
        ("", [""], False, False),
    ],
)
def test_cells_of_a_line(line, cells, is_open, is_loose):
    assert split_cells(line, ",") == (cells, is_open, is_loose)


def rows(text, delimiter=""):
    lines = text.splitlines(keepends=True)
    layout = layout_of(text, delimiter)
    return [row.cells for row in RowReader(iter(lines[layout.skipped :]), layout)]


def test_a_cell_of_several_lines_stays_one_cell():
    assert rows('id,text\n1,"first, line\nsecond, line\n\nlast"\n2,b\n')[1:] == [
        ["1", "first, line\nsecond, line\n\nlast"],
        ["2", "b"],
    ]


@pytest.mark.parametrize("delimiter", ["\t", "|"])
def test_a_mark_that_opens_a_cell_and_never_closes_is_text(delimiter):
    lines = [
        ["id", "title", "text"],
        ["1", "A", '"We are friends, he said.'],
        ["2", "B", "Rain."],
        ["3", "C", '"Go," she said.'],
    ]
    assert rows("\n".join(delimiter.join(line) for line in lines)) == lines


def test_lines_of_verse_with_commas_in_a_cell_are_no_rows():
    text = "".join(f'{i},2023-08-1{i},"To be, or not to be,\nthat is, they say, the question"\n' for i in range(1, 5))
    assert len(rows("id,date,text\n" + text)) == 5


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["a,b;c", "1;2"], ";"),
        (["a;b", "1;x, y, z"], ";"),
        (["a|b|c", "1|2|3"], "|"),
        (["a\tb"], "\t"),
        (["a"], ","),
        ([], ","),
    ],
)
def test_the_delimiter_is_that_of_the_header(lines, expected):
    assert delimiter_of(lines) == expected


def test_titles_above_a_header_are_passed_over():
    layout = layout_of("Export of May;;\nMade by hand;;\nid;date;text\n1;2023;a\n2;2023;b\n")
    assert (layout.skipped, layout.columns, layout.delimiter) == (2, 3, ";")
