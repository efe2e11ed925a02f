"""Origins of records."""

from __future__ import annotations

import pytest

from analysis.texts.read.formats.record import Record, file_of


@pytest.mark.parametrize(
    "origin",
    [
        "a b/c.csv",
        "a b/c.csv:12",
        "a b/c.csv:12 (line 40)",
        "a b/c.csv, line 3",
        "a b/c.csv:7 (sheet 2 [x])",
        "a b/c.csv:7.2",
    ],
)
def test_the_file_of_an_origin(origin):
    assert file_of(origin) == "a b/c.csv"


def test_notes_are_added_and_none_for_nothing():
    record = Record({}, "a")
    assert record.noting("tracked-changes", 0) is record
    assert record.noting("mojibake", 2).noting("joined-words").notes == (("mojibake", 2), ("joined-words", 1))
