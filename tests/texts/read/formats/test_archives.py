"""Zip archives of other formats."""

from __future__ import annotations

from formats_samples import read, zipped


def test_zip_members_are_read_by_their_names(tmp_path):
    data = zipped({"b/a.txt": "One", "a.csv": "id,text\n1,Two\n", "c.bin": b"\x00\x01", "d.txt": ""})
    found = read(tmp_path / "a.zip", data)
    assert [f.origin for f in found] == ["a.zip/a.csv:1 (line 2)", "a.zip/b/a.txt", "a.zip/c.bin", "a.zip/d.txt"]
    assert [getattr(f, "kind", "kept") for f in found] == ["kept", "kept", "unknown-format", "empty"]


def test_the_format_of_a_source_holds_for_every_member(tmp_path):
    article = "A title\nA paper\nMay 1, 2023\nBody\nText.\nEnd of Document\n"
    found = read(tmp_path / "a.zip", zipped({"x.txt": article, "y.txt": article}), format="nexis")
    assert [made.fields["outlet"] for made in found] == ["A paper", "A paper"]


def test_a_member_without_a_name_is_refused_and_the_others_are_read(tmp_path):
    data = zipped({"a.txt": "One", "q": "Two"}).replace(b"q", b"\0")
    found = read(tmp_path / "a.zip", data)
    assert [getattr(f, "kind", "kept") for f in found] == ["hostile", "kept"]
