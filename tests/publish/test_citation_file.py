"""The citation of a study on a store of its own."""

from __future__ import annotations

import pytest
from own_stores import store_of

from analysis.publish.citation_file import ensure_citation, study_of, unnamed
from analysis.publish.cite import work
from analysis.run.fit import load_fitted
from analysis.run.project import Project
from analysis.study.declaration import Study, load_study
from analysis.study.study_folder import NO_AUTHOR, citation


@pytest.fixture
def plan(project):
    store_of(project, "mine", "news", study={"name": "ports", "title": "Ports & ferries: a study"})
    return load_fitted(Project(project, "mine"))


def test_it_is_begun_with_the_title_of_the_store_and_asks_for_an_author(plan):
    first, second = ensure_citation(plan)
    assert first == "Wrote studies/mine/CITATION.cff, by which the figures are cited."
    assert second == "studies/mine/CITATION.cff names no author yet: write yours into it."
    source = work(plan.project)
    assert source["title"] == study_of(plan).title == "Ports & ferries: a study"
    assert [author.name for author in source["authors"]] == [NO_AUTHOR]


def test_a_file_that_is_there_stays(plan):
    plan.project.home.mkdir(parents=True)
    place = plan.project.home / "CITATION.cff"
    place.write_text(citation("Mine", "Lee, Ann"))
    assert ensure_citation(plan) == []
    assert place.read_text() == citation("Mine", "Lee, Ann")
    assert unnamed(plan.project) == []


def test_without_a_store_of_its_own_the_study_is_that_of_the_corpus(project, root):
    assert study_of(load_fitted(Project(root))) == load_study(root / "corpus")
    (project / "corpus" / "study.toml").write_text("[study]\n")
    assert study_of(load_fitted(Project(project))) == Study()
