"""Plain text and Markdown: front matter and headings."""

from __future__ import annotations

from formats_samples import read

from analysis.texts.read.formats.plain import split_front_matter


def test_front_matter():
    assert split_front_matter("---\ntitle: A\ntags: [x, y]\n---\nBody")[0] == {"title": "A", "tags": ["x", "y"]}
    assert split_front_matter("---\nno end") == ({}, "---\nno end", "")
    assert "aliases" in split_front_matter("---\na: &a [x]\nb: [*a, *a]\n---\n")[2]
    assert split_front_matter("---\na: [\n---\n")[2]


def test_markdown_heading_that_repeats_the_title_is_not_counted_twice(tmp_path):
    (record,) = read(tmp_path / "a.md", "---\ntitle: A new harbour\n---\n\n# A new harbour\n\nIt opened.")
    assert record.fields == {"title": "A new harbour", "text": "It opened."}
