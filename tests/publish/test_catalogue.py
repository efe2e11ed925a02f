"""The generated list of figures."""

from __future__ import annotations

import pytest
from sample_figures import write_figure

from analysis.publish.catalogue import BIB, README, catalogue, write_catalogue
from analysis.run.project import Project


@pytest.fixture
def project(tmp_path, root):
    (tmp_path / "CITATION.cff").write_bytes((root / "CITATION.cff").read_bytes())
    project = Project(tmp_path)
    write_figure(project.figures, "words", title="50 % *more* & <b>bold</b> [link](x)")
    run = {"notebook": "notebooks/20_terms.ipynb", "parameters": {"frames": ["a`b"]}}
    write_figure(project.figures, "terms", run=run)
    return project


def test_every_figure_is_listed_with_its_notebook_and_files(project):
    found = catalogue(project)
    readme, bib = found[README], found[BIB]
    assert readme.index("## terms") < readme.index("## words")
    assert "[notebooks/20_terms.ipynb](../notebooks/20_terms.ipynb)" in readme
    assert "`` frames = ['a`b'] ``" in readme
    assert "[data](terms.csv)" in readme
    assert "@misc{terms," in bib and "@misc{words," in bib
    assert str(project.root) not in readme + bib


def test_names_are_no_markup(project):
    readme = catalogue(project)[README]
    assert "<b>" not in readme and "*more*" not in readme.replace("\\*", "") and "[link](x)" not in readme


def test_files_are_written_only_where_they_differ(project):
    write_catalogue(project)
    path = project.figures / README
    before = path.stat().st_ino
    write_catalogue(project)
    assert path.stat().st_ino == before
    path.write_text("edited by hand")
    write_catalogue(project)
    assert path.read_text() == catalogue(project)[README]


def test_a_finished_project_lists_all_its_figures(finished):
    readme = (finished / "figures" / README).read_text()
    for figure in ("terms", "tokens_news", "tokens_un"):
        assert f"## {figure}" in readme
    assert str(finished) not in readme
