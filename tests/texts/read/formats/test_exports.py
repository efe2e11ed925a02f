"""What exports of databases share."""

from __future__ import annotations

import pytest

from analysis.texts.read.formats.exports import is_bare_date, is_date, joined


@pytest.mark.parametrize(
    ("line", "dated", "bare"),
    [
        ("August 21, 2023 Monday", True, True),
        ("21 August 2023", True, True),
        ("Monday, 21 August 2023 10:00 AM", True, True),
        ("They will meet on September 5, 2023", True, False),
        ("Copyright 2023 Example Ltd", False, False),
        ("The town of 2023", False, False),
        ("Rain", False, False),
    ],
)
def test_lines_with_dates(line, dated, bare):
    assert (is_date(line), is_bare_date(line)) == (dated, bare)


def test_lines_are_put_together():
    assert joined([" a  b", "c "]) == "a b c"
