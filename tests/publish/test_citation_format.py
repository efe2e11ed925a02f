"""CITATION.cff as people write it: what is read, and what is refused in which words."""

from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.publish.citation_format import Author, read_citation

HEAD = "cff-version: 1.2.0\nmessage: m\ntitle: The Nile\n"
ONE = HEAD + "authors:\n  - name: X\n"


def read(tmp_path, text):
    path = tmp_path / "CITATION.cff"
    path.write_text(text, encoding="utf-8")
    return read_citation(path)


def test_what_is_left_out_is_none(tmp_path):
    found = read(tmp_path, ONE)
    assert {key for key, value in found.items() if value is None} == {"version", "date", "year", "url", "doi"}


@pytest.mark.parametrize(
    ("lines", "author"),
    [
        ("given-names: Plato", Author(given="Plato")),
        ("family-names: Suharto", Author(family="Suharto")),
        (
            "{family-names: Goethe, given-names: J. W., name-particle: von, name-suffix: Jr.}",
            Author("Goethe", "J. W.", "von", "Jr."),
        ),
        ("{family-names: Null, given-names: Ann}", Author("Null", "Ann")),
        ("{family-names: No, given-names: On}", Author("No", "On")),
        ("{family-names: 007, given-names: 1.10}", Author("007", "1.10")),
        ("{name: 'Ministry of Planning, Cairo'}", Author(name="Ministry of Planning, Cairo")),
        ("{name: The Group & Co, city: Cairo}", Author(name="The Group & Co")),
        ("alias: heron", Author(name="heron")),
        ("{family-names: Heron, alias: h}", Author(family="Heron")),
    ],
)
def test_authors_of_every_kind(tmp_path, lines, author):
    assert read(tmp_path, f"{HEAD}authors:\n  - {lines}\n")["authors"] == [author]


@pytest.mark.parametrize(
    "doi",
    [
        "doi: 10.5281/zenodo.1",
        "doi: https://doi.org/10.5281/zenodo.1",
        "doi: 'doi:10.5281/zenodo.1'",
        "doi: http://dx.doi.org/10.5281/zenodo.1",
        "identifiers:\n  - {type: url, value: u}\n  - {type: doi, value: 10.5281/zenodo.1}",
    ],
)
def test_a_doi_is_found_however_it_is_written(tmp_path, doi):
    assert read(tmp_path, ONE + doi + "\n")["doi"] == "10.5281/zenodo.1"


def test_numbers_and_days_are_taken_as_written(tmp_path):
    found = read(tmp_path, "\ufeff" + ONE + "version: 1.10\ndate-released: 2024-01-02\n")
    assert (found["version"], found["date"], found["year"]) == ("1.10", "2024-01-02", "2024")


@pytest.mark.parametrize(
    "line", ["version: ~", "version: null", "version:", "doi: ~", "date-released: null", "url: NULL"]
)
def test_what_is_null_is_left_out(tmp_path, line):
    found = read(tmp_path, f"{ONE}{line}\n")
    assert {found[key] for key in ("version", "date", "year", "doi", "url")} == {None}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + "authors:\n  - {family-names: D, orcid: a, orcid: b}\n", "orcid stands twice"),
        (HEAD + "authors:\n" + "  - {family-names: Doe, given-names: J}\n" * 2, "author Doe, J stands twice"),
        (HEAD + "authors:\n  - {family-names: Doe, name: The Group}\n", "body and that of a person"),
        (HEAD + "authors:\n  - {name: '', given-names: ' '}\n", "has no name"),
        (HEAD + "authors: []\n", "authors are missing"),
        (ONE + "date-released: 2024-01-02T10:00:00Z\n", "is not a day"),
        (ONE + "date-released: 2020-W53-7\n", "is not a day"),  # a day of 2021
        (ONE + "date-released: 20240102\n", "is not a day"),
        (ONE + "---\ntitle: Second\n", "cannot be read"),
        (HEAD, "authors are missing"),
        (HEAD + "authors: Jane Doe\n", "authors are missing"),
        (HEAD + "authors:\n  -\n", "has no name"),
        (HEAD + "authors:\n  - {family: Doe}\n", r"'family' is not allowed.*family-names"),
        (HEAD + "authors:\n  - {family-names: [a]}\n", "has no name"),
        ("authors:\n  - name: X\n", "title is missing"),
        ("- a\n", "title is missing"),
        (ONE + "verison: 2\n", r"'verison' is not allowed.*Did you mean 'version'"),
        (ONE + "title: Again\n", "title stands twice"),
        (ONE + "version: [1, 2]\n", r"version = \['1', '2'\] should be text"),
        (ONE + "date-released: 2024\n", "'2024' is not a day"),
        (ONE + "date-released: 2024-02-30\n", "not a day; write year-month-day"),
        (ONE + "doi: zenodo 12\n", "doi 'zenodo 12' is none"),
        (ONE + "identifiers: abc\n", "identifiers should be a list"),
        (HEAD + "authors:\n\t- name: X\n", "cannot be read"),
        (HEAD + "authors: &a\n  - *a\n", "cannot be read"),
    ],
)
def test_what_cannot_be_cited_is_refused_in_words(tmp_path, text, words):
    with pytest.raises(DiscourseError, match=words):
        read(tmp_path, text)


def test_without_the_file_it_is_named(tmp_path):
    with pytest.raises(DiscourseError, match=r"CITATION\.cff: cannot be read"):
        read_citation(tmp_path / "CITATION.cff")
