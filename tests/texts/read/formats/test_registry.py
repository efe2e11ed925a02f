"""One entry for each format."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.errors import DiscourseError
from analysis.study.sources import Source
from analysis.texts.read import formats as readers
from analysis.texts.read.formats.record import Part
from analysis.texts.read.formats.registry import ENTRIES, FORMATS, REMEDIES, SUFFIXES, remedy_of


def test_names_and_endings_are_each_of_one_format():
    assert len(FORMATS) == len(ENTRIES)
    endings = [suffix for entry in ENTRIES for suffix in entry.suffixes]
    assert len(set(endings)) == len(endings)
    assert not set(endings) & set(REMEDIES)
    assert all(entry.columns in ("none", "some", "all") for entry in ENTRIES)


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_every_ending_is_known_in_any_case(suffix):
    assert readers.format_of(Path("a.b" + suffix.upper())) == SUFFIXES[suffix]


def test_a_format_that_is_not_known_is_refused_with_the_list():
    part = Part(Source("t", "*", "news", format="dox"), Path("a"), "a", "dox")
    with pytest.raises(DiscourseError, match="Did you mean 'docx'"):
        readers.plan(part)


@pytest.mark.parametrize(("name", "word"), [("a.wpd", "docx"), ("b.tar.gz", "unpack"), ("c.MSG", "eml"), ("d.qqq", "")])
def test_kinds_without_a_reader_have_a_way_out(name, word):
    assert word in remedy_of(name)
    assert bool(word) == bool(remedy_of(name))
