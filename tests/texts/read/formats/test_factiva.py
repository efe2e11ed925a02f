"""Factiva exports."""

from __future__ import annotations

import pytest
from formats_samples import read, rtf_of

from analysis.texts.read.formats import factiva

CODED = (
    ("HD", "Harbour opens at last"),
    ("BY", "Dara Example"),
    ("WC", "12 words"),
    ("PD", "23 September 2023"),
    ("SN", "The Example Post"),
    ("LA", "English"),
    ("LP", "The invented harbour opened."),
    ("TD", "It is deep."),
    ("AN", "Document EXPOST0020230923ej9n00001"),
)


PLAIN = [
    "Harbour opens at last",
    "Dara Example",
    "12 words",
    "23 September 2023",
    "03:52",
    "The Example Post",
    "EXPOST",
    "English",
    "(c) 2023 Example Ltd",
    "The invented harbour opened.",
    "It is deep.",
    "Document EXPOST0020230923ej9n00001",
]


def factiva_samples():
    table = "".join(f"<tr><td><b>{code}</b></td><td>{value}</td></tr>" for code, value in CODED)
    blocks = "".join(f"<div>{line}</div>" for line in PLAIN)
    yield "coded.html", f"<html><body><table>{table}</table><table>{table}</table></body></html>".encode(), 2
    yield "plain.html", f"<html><body>{blocks}{blocks}</body></html>".encode(), 2
    yield "plain.rtf", rtf_of(PLAIN), 1


@pytest.mark.parametrize(
    ("name", "data", "count"), list(factiva_samples()), ids=lambda v: v if isinstance(v, str) else ""
)
def test_factiva(tmp_path, name, data, count):
    found = [r.fields for r in read(tmp_path / name, data, "factiva")]
    assert len(found) == count
    for fields in found:
        assert fields["title"] == "Harbour opens at last"
        assert (fields["date"], fields["outlet"]) == ("23 September 2023", "The Example Post")
        assert fields["text"] == "The invented harbour opened.\nIt is deep."
        assert fields["id"] == "EXPOST0020230923ej9n00001"


@pytest.mark.parametrize(
    ("line", "expected"),
    [("By A. Example", True), ("Dara Example", True), ("friendship for the whole of the day", False), ("Rain", False)],
)
def test_an_author_is_told_from_the_second_line_of_a_headline(line, expected):
    assert factiva._is_author(line) is expected


def test_codes_with_one_space_between():
    lines = ["HD Rain again", "PD 1 May 2023", "SN A paper", "LP It rained.", "TD For days.", "AN Document XYZ", ""]
    (article,) = factiva.articles(lines)
    assert (article["title"], article["date"], article["text"]) == ("Rain again", "1 May 2023", "It rained.\nFor days.")


def plain(*behind_words: str) -> dict:
    return factiva._plain(["Harbour opens", "12 words", *behind_words])


def test_a_line_behind_the_date_is_the_outlet_unless_it_is_a_time():
    for time in ((), ("03:52",), ("3:52 PM",)):
        found = plain("23 September 2023", *time, "The Example Post", "EXPOST", "English", "It opened.", "It is deep.")
        assert (found["date"], found["outlet"]) == ("23 September 2023", "The Example Post"), time
        assert found["text"] == "It opened.\nIt is deep."


@pytest.mark.parametrize(("before", "date"), [(0, "23 September 2023"), (2, "23 September 2023"), (3, "Page 0")])
def test_the_date_is_one_of_the_three_lines_behind_the_count_or_the_first_of_them(before, date):
    pages = [f"Page {number}" for number in range(before)]
    found = plain(*pages, "23 September 2023", "The Example Post", "(c) Example Ltd", "It opened.")
    assert found["date"] == date
    assert found["outlet"] == ("The Example Post" if before < 3 else "Page 1")
    assert found["text"] == "It opened."


@pytest.mark.parametrize(("between", "begins"), [(8, 9), (9, 3)])
def test_the_text_begins_behind_a_copyright_among_nine_lines_or_behind_three(between, begins):
    lines = [*(f"line {number}" for number in range(between)), "(c) 2023 Example Ltd", "It opened."]
    assert plain("23 September 2023", *lines)["text"] == "\n".join(lines[begins:])


def test_an_export_that_ends_with_its_count_or_its_date_has_no_outlet():
    assert plain()["date"] is None and plain()["outlet"] is None and plain()["text"] == ""
    found = plain("23 September 2023")
    assert (found["date"], found["outlet"], found["text"]) == ("23 September 2023", None, "")
