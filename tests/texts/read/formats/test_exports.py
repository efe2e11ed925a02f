"""What exports of databases share."""

from __future__ import annotations

import pytest
from formats_samples import part_of

from analysis.texts.document import Refusal
from analysis.texts.read.formats.exports import NOTES, is_bare_date, is_date, joined, read


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


def articles(tmp_path, *fields: dict, lines: str = "a\xa0b  \nc") -> list:
    """What `read` gives for a file in which a layout finds these articles; the lines that the layout saw come first."""
    seen: list[str] = []

    def split(given: list[str]) -> list[dict]:
        seen.extend(given)
        return [dict(one) for one in fields]

    path = tmp_path / "export.txt"
    path.write_text(lines, encoding="utf-8")
    return [seen, *read(path.read_bytes(), part_of(path), split, "article with a date")]


def test_articles_are_numbered_and_one_with_title_or_text_is_a_record(tmp_path):
    seen, *found = articles(
        tmp_path, {"title": "A"}, {"text": "B"}, {"title": "C", "text": "D"}, {"title": "", "text": ""}
    )
    assert seen == ["a b", "c"]
    records, refusal = found[:3], found[3]
    assert [(one.fields, one.number) for one in records] == [
        ({"title": "A"}, 1),
        ({"text": "B"}, 2),
        ({"title": "C", "text": "D"}, 3),
    ]
    assert [one.origin for one in records] == [f"export.txt:{number}" for number in (1, 2, 3)]
    assert isinstance(refusal, Refusal) and (refusal.origin, refusal.kind) == ("export.txt:4", "empty")


def test_notes_of_nothing_are_left_out(tmp_path):
    _, found = articles(tmp_path, {"title": "A", NOTES: {"headline-lines": 2, "index-terms": 0}})
    assert found.notes == (("headline-lines", 2),) and NOTES not in found.fields


def test_a_file_without_any_article_is_refused_with_what_is_missing(tmp_path):
    _, refusal = articles(tmp_path)
    assert (
        isinstance(refusal, Refusal)
        and refusal.kind == "malformed"
        and "holds no article with a date" in refusal.reason
    )


@pytest.mark.parametrize(("longer", "dated"), [(0, True), (1, False)])
def test_a_line_of_more_than_sixty_characters_is_no_date(longer, dated):
    line = "21 August 2023" + " of rain and sun and more rain, and then of sun again,"[: 60 - 14] + "x" * longer
    assert len(line.ljust(60, "x")) == 60 + longer
    assert is_date(line.ljust(60, "x")) == dated
