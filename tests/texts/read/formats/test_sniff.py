"""Telling what a file holds."""

from __future__ import annotations

from formats_samples import docx_of

from analysis.texts.read.formats.sniff import BY_NAME, sniff


def test_plain_files_are_what_their_names_say(tmp_path):
    (tmp_path / "a.txt").write_text("The harbour opened.\nBody and soul.\n")
    (tmp_path / "b.csv").write_text("id,text\n1,a\n")
    (tmp_path / "c.docx").write_bytes(b"PK broken")
    assert sniff(tmp_path / "a.txt", "txt") == ("txt", BY_NAME)
    assert sniff(tmp_path / "b.csv", "csv") == ("csv", BY_NAME)
    assert sniff(tmp_path / "c.docx", "docx") == ("docx", BY_NAME)
    assert sniff(tmp_path / "none.parquet", "parquet") == ("parquet", BY_NAME)


def test_an_export_is_told_by_its_lines(tmp_path):
    (tmp_path / "a.docx").write_bytes(docx_of(["A", "B", "May 1, 2023", "Body", "Text", "End of Document"]))
    (tmp_path / "b.txt").write_text("HD  Rain\nPD  1 May 2023\nSN  A\nTD\nIt rained.\n")
    (tmp_path / "c.csv").write_text("stories_id,url,media_name\n")
    assert sniff(tmp_path / "a.docx", "docx")[0] == "nexis"
    assert sniff(tmp_path / "b.txt", "txt")[0] == "factiva"
    assert sniff(tmp_path / "c.csv", "csv")[0] == "urls"
