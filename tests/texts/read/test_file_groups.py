"""Groups of files, patterns with any name, and files that nobody reads."""

from __future__ import annotations

import os

import pytest

from analysis.texts.read import formats as readers
from analysis.texts.read.file_groups import all_files, groups_of, matching, plain_pattern, unclaimed

NAMES = ["[x]", "Nexis [2023]", "a*b", "what?", "plain", "{1}", "[", "a]b", "[!a]"]


def by_name(path, format_):
    return "nexis" if "export" in path.name else format_


def put(root, *names, text="words"):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize("name", NAMES)
def test_the_pattern_of_any_folder_and_file_finds_them(tmp_path, name):
    put(tmp_path, f"{name}/{name}.txt", f"{name}/b.txt", "other/c.txt")
    groups, _ = groups_of(tmp_path, by_name)
    found = {p.relative_to(tmp_path).as_posix() for g in groups for p in matching(tmp_path, g.pattern)}
    assert found == {f"{name}/{name}.txt", f"{name}/b.txt", "other/c.txt"}
    assert matching(tmp_path, plain_pattern(f"{name}/b.txt")) == {tmp_path / name / "b.txt"}


def test_brackets_of_a_glob_still_choose(tmp_path):
    put(tmp_path, "a1.txt", "a2.txt", "a3.txt")
    assert {p.name for p in matching(tmp_path, "a[12].txt")} == {"a1.txt", "a2.txt"}


def test_groups_by_folder_and_ending_with_exports_apart(tmp_path):
    put(tmp_path, "n/a.txt", "n/export.txt", "n/b.txt", "n/c.md", "z.zip")
    groups, unread = groups_of(tmp_path, by_name)
    assert [(g.names, g.is_rest) for g in groups] == [
        (["n/export.txt"], False),
        (["n/a.txt", "n/b.txt"], True),
        (["n/c.md"], False),
        (["z.zip"], False),
    ]
    assert unread == []


def test_tables_with_the_same_columns_are_one_group_if_they_are_many(tmp_path):
    for i in range(6):
        put(tmp_path, f"t/{i}.csv", text="id,text\n1,words\n")
    put(tmp_path, "t/x.csv", text="nr,body\n1,words\n")
    groups, _ = groups_of(tmp_path, by_name)
    assert [g.names for g in groups] == [["t/x.csv"], [f"t/{i}.csv" for i in range(6)]]


def test_two_tables_stay_two_groups(tmp_path):
    put(tmp_path, "a.csv", "b.csv", text="id,text\n1,words\n")
    assert len(groups_of(tmp_path, by_name)[0]) == 2


def test_what_nobody_reads_is_named_and_what_is_ours_is_not(tmp_path):
    put(tmp_path, "a.txt", "old.wpd", "corpus/eras.toml", "corpus/notes.txt", ".hidden/b.txt", "~$a.txt", "README.md")
    put(tmp_path, "corpus/sources.toml")
    assert list(all_files(tmp_path)) == ["a.txt", "old.wpd"]
    assert unclaimed(tmp_path, {tmp_path / "a.txt"}) == ["old.wpd"]
    assert readers.format_of(tmp_path / "old.wpd") == "unknown"
    assert groups_of(tmp_path, by_name)[1] == ["old.wpd"]


def test_a_hidden_text_is_named_and_what_other_programs_hide_is_not(tmp_path):
    put(tmp_path, "a.txt", ".b.txt", "._a.txt", ".DS_Store", "one/.c.csv")
    found = unclaimed(tmp_path, {tmp_path / "a.txt"})
    assert found == [".b.txt (hidden by the dot: rename it)", "one/.c.csv (hidden by the dot: rename it)"]


def test_a_name_that_is_no_utf8_can_be_written_as_a_path(tmp_path):
    name = os.fsdecode(b"a\xff*.txt")
    put(tmp_path, name)
    (group,) = groups_of(tmp_path, by_name)[0]
    assert group.pattern == "a?[*].txt"
    assert [p.name for p in tmp_path.glob(group.pattern)] == [name]
