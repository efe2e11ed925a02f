from __future__ import annotations

import json
from html import escape

import pytest
from sample_project import discourse

from analysis.errors import DiscourseError
from analysis.publish.cite import bibtex, cite, code, csl, latex, markdown_text, paper_snippets, work
from analysis.publish.cite import text as citation_text
from analysis.run.project import Project

SIDECAR = {
    "figure_id": "a_b",
    "title": "50 % & more",
    "full_caption": "It_is.",
    "source": "Source: x.",
    "alt": "Two\nlines",
    "width_mm": 89.0,
    "files": {"csv": "ab" * 32},
}


def test_latex_characters_are_escaped():
    assert latex("50 % & a_b {x} ~") == r"50 \% \& a\_b \{x\} \textasciitilde{}"


def test_bibtex_and_csl_say_the_same(root):
    entry = bibtex(Project(root), SIDECAR)
    assert entry.startswith("@misc{a_b,\n")
    assert r"title = {{50 \% \& more}}" in entry
    assert "data sha256 abababababab" in entry


def test_csl_is_json(finished):
    (item,) = json.loads(cite(Project(finished), "terms", "csl"))
    assert (item["id"], item["type"], item["title"]) == ("terms", "figure", "Tokens by term")
    assert item["issued"]["date-parts"][0][0] >= 2026


def test_snippets_carry_caption_label_and_alt_text():
    found = paper_snippets(SIDECAR)
    assert r"\label{fig:a_b}" in found["a_b.tex"]
    assert r"\columnwidth" in found["a_b.tex"]
    assert 'alt="Two lines"' in found["a_b.md"]


def test_unknown_figures_and_formats_are_refused(finished):
    with pytest.raises(DiscourseError, match="Did you mean 'terms'"):
        cite(Project(finished), "term")
    done = discourse(finished, "cite", "terms")
    assert "[figure terms, data sha256" in done.stdout
    assert done.returncode == 0


def test_a_figure_that_was_edited_by_hand_is_cited_with_a_warning(copy):
    assert discourse(copy, "cite", "terms").stderr == ""
    path = copy / "figures" / "terms.json"
    path.write_text(path.read_text().replace("Tokens by term", "Words by term"))
    (copy / "figures" / "terms.csv").write_text("a\n1\n")
    for arguments in (("cite", "terms", "--format", "bibtex"), ("figures", "terms", "--paper", str(copy / "paper"))):
        done = discourse(copy, *arguments)
        assert done.returncode == 0
        for part in ("terms.json was edited by hand", "terms.csv was changed", "`discourse run --only terms`"):
            assert part in done.stderr
    path.write_text(path.read_text().replace('"title"', '"titel"'))
    done = discourse(copy, "cite", "terms")
    assert done.returncode == 2
    assert "terms.json lacks title; `discourse run` writes it anew." in done.stderr


CFF = "cff-version: 1.2.0\nmessage: m\ntitle: A study\nauthors:\n  - family-names: Doe\n    given-names: Jane\n"


def written(folder, text):
    (folder / "CITATION.cff").write_text(text, encoding="utf-8")
    return work(Project(folder))


@pytest.mark.parametrize(
    ("author", "shown", "entry", "item"),
    [
        ("family-names: Doe\n    given-names: Jane", "Doe, Jane", "Doe, Jane", {"family": "Doe", "given": "Jane"}),
        ("family-names: Sok", "Sok", "{Sok}", {"literal": "Sok"}),
        ("given-names: Sok", "Sok", "{Sok}", {"literal": "Sok"}),
        (
            "family-names: Gogh\n    given-names: V.\n    name-particle: van",
            "van Gogh, V.",
            "van Gogh, V.",
            {"family": "Gogh", "given": "V.", "non-dropping-particle": "van"},
        ),
        (
            "family-names: King\n    given-names: M.\n    name-suffix: Jr.",
            "King, M., Jr.",
            "King, Jr., M.",
            {"family": "King", "given": "M.", "suffix": "Jr."},
        ),
        (
            "name: The A & B Group, Ltd",
            "The A & B Group, Ltd",
            r"{The A \& B Group, Ltd}",
            {"literal": "The A & B Group, Ltd"},
        ),
        ("alias: anon", "anon", "{anon}", {"literal": "anon"}),
    ],
)
def test_authors_of_every_kind(tmp_path, author, shown, entry, item):
    (one,) = written(tmp_path, CFF[: CFF.index("  - ")] + f"  - {author}\n")["authors"]
    assert (str(one), one.bibtex(), one.csl()) == (shown, entry, item)


def test_values_are_taken_as_they_are_written(tmp_path):
    found = written(tmp_path, CFF + "version: 1.10\ndate-released: 2026-03-01\n")
    assert (found["version"], found["date"], found["year"]) == ("1.10", "2026-03-01", "2026")
    found = written(tmp_path, CFF + "identifiers:\n  - type: doi\n    value: 10.5281/zenodo.1\n")
    assert found["doi"] == "10.5281/zenodo.1"
    assert "version" not in bibtex(Project(tmp_path), SIDECAR)
    assert "(n.d.)" in citation_text(Project(tmp_path), SIDECAR)
    assert "None" not in bibtex(Project(tmp_path), SIDECAR) + csl(Project(tmp_path), SIDECAR)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "title is missing"),
        ("[]", "title is missing"),
        ("a: [", "cannot be read"),
        ("title: A\n", "authors are missing"),
        ("title: A\nauthors: Jane\n", "authors are missing"),
        ("title: A\nauthors:\n  - Jane\n", "author 'Jane' has no name"),
        ("title: A\nauthors:\n  - orcid: x\n", "has no name"),
        (CFF + "date-released: 2026-13-01\n", "'2026-13-01' is not a day"),
        (CFF + "date-released: soon\n", "'soon' is not a day"),
    ],
)
def test_a_citation_file_that_cannot_be_cited_is_refused_in_words(tmp_path, text, words):
    with pytest.raises(DiscourseError, match=words):
        written(tmp_path, text)


def test_text_is_no_markup_in_markdown():
    bad = "*a* _b_ [c](javascript:d) <img src=x> `e` $f$ #g | h\n# i"
    sidecar = {**SIDECAR, "title": bad, "full_caption": bad, "source": bad, "alt": 'x" onload="y} {z'}
    made = paper_snippets(sidecar)["a_b.md"]
    assert len(made.splitlines()) == 1
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark", {"html": True}).render(markdown_text(bad))
    assert html == f"<p>{escape(' '.join(bad.split()))}</p>\n"
    assert made.endswith("{#fig:a_b alt=\"x' onload='y z\"}\n")


@pytest.mark.parametrize("words", ["a", "a`b", "``", "`", "x = ['`$`']"])
def test_code_in_markdown_is_shown_as_it_is(words):
    from markdown_it import MarkdownIt

    assert MarkdownIt("commonmark").render(code(words)) == f"<p><code>{escape(words, quote=False)}</code></p>\n"


@pytest.mark.parametrize(
    ("words", "engine"),
    [
        ("Café – “Nile” 10 %", ""),
        ("The \u4eba\u6c11 Daily", "Cjk"),
        ("\u1797\u17d2\u1793\u17c6", "Khmer"),
        ("A \U0001f389", "signs"),
    ],
)
def test_a_snippet_names_the_engine_that_its_letters_need(words, engine):
    sidecar = {"figure_id": "f", "title": words, "full_caption": "c", "source": "s", "alt": "a", "width_mm": 183}
    first = paper_snippets(sidecar)["f.tex"].splitlines()[0]
    assert first.startswith(f"% Holds {engine}: compile with lualatex" if engine else "\\begin{figure}")
