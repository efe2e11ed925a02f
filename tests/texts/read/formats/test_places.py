"""What may be opened: ordinary files within the texts folder, whatever they are called."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from formats_samples import LONG, part_of, read
from hypothesis import given
from hypothesis import strategies as st

from analysis.study.sources import Source
from analysis.texts.read.formats import places, registry
from analysis.texts.read.formats.record import Part


@pytest.mark.parametrize(
    ("put", "kind", "words"),
    [
        (os.mkfifo, "unreadable", "a pipe, not a file"),
        (lambda p: p.symlink_to("/dev/zero"), "outside", "leads out"),
        (lambda p: p.symlink_to("/etc"), "outside", "leads out"),
        (lambda p: p.symlink_to(p.name), "outside", "leads out"),
        (lambda p: p.symlink_to("gone"), "unreadable", "No such file"),
        (lambda p: p.symlink_to("."), "unreadable", "a folder, not a file"),
    ],
)
def test_what_is_no_file_is_refused_unopened(tmp_path, put, kind, words):
    place = tmp_path / "a.txt"
    put(place)
    refused = places.refusal_of(part_of(place))
    assert refused is not None
    assert (refused.kind, words in refused.reason) == (kind, True)
    assert not places.is_ordinary(place, tmp_path)


def test_a_link_to_a_text_in_the_folder_is_read(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "b.txt").write_text(LONG)
    (tmp_path / "a.txt").symlink_to("one/b.txt")
    (made,) = read(tmp_path / "a.txt", LONG)
    assert made.fields["text"].strip() == LONG.strip()


@pytest.mark.parametrize("name", ["a.txt", "one/two/a.txt", "one/a\nb.txt", os.fsdecode(b"one/a\xff.txt")])
def test_the_folder_of_texts_is_found_from_path_and_name(tmp_path, name):
    part = Part(Source("s", "*", "news"), tmp_path / name, places.printable(name), "txt")
    assert places.root_of(part) == tmp_path


@given(st.text(st.characters(exclude_categories=()), max_size=20))
def test_a_printable_name_stands_on_one_line_of_any_file(name):
    made = places.printable(name)
    assert made.encode("utf-8").decode("utf-8") == made
    assert len(made.splitlines()) <= 1
    assert places.printable(made) == made


def test_a_reader_that_fails_costs_its_file_only(tmp_path, monkeypatch):
    def fail(data, part):
        raise IndexError("a defect")
        yield

    monkeypatch.setitem(registry.FORMATS, "txt", replace(registry.FORMATS["txt"], read=fail))
    (made,) = read(tmp_path / "a.txt", LONG)
    assert (made.kind, made.reason) == (
        "reader-failed",
        "its reader failed (IndexError: a defect): what follows is not read",
    )
