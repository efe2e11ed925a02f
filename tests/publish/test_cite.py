from __future__ import annotations

import json

import pytest
from sample_project import discourse

from analysis.errors import DiscourseError
from analysis.publish.cite import bibtex, cite, latex, paper_snippets
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


def test_the_catalogue_lists_every_figure(finished):
    readme = (finished / "figures" / "README.md").read_text()
    bib = (finished / "figures" / "figures.bib").read_text()
    for figure in ("terms", "tokens_news", "tokens_un"):
        assert f"## {figure}" in readme
        assert f"@misc{{{figure}," in bib
    assert str(finished) not in readme + bib
