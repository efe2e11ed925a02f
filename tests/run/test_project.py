"""Where the parts of a project lie, from wherever one stands in it."""

from __future__ import annotations

import pytest

from analysis.run import project as module
from analysis.run.project import Project, find_project


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mine" / "notebooks" / "deep").mkdir(parents=True)
    (tmp_path / "mine" / "notebooks" / "plan.toml").write_text("")
    return tmp_path / "mine"


def test_it_is_found_from_any_folder_within(folder, monkeypatch):
    assert find_project(folder / "notebooks" / "deep") == Project(folder)
    monkeypatch.chdir(folder / "notebooks")
    assert find_project().root == folder


def test_elsewhere_it_is_the_checkout_of_the_package_and_without_one_a_refusal(tmp_path, root, monkeypatch):
    assert find_project(tmp_path).root == root
    monkeypatch.setattr(module, "PACKAGE", tmp_path / "lib")
    with pytest.raises(module.DiscourseError, match=r"no notebooks/plan\.toml here or above.*discourse new FOLDER"):
        find_project(tmp_path)


def test_all_lies_below_the_root_unless_the_corpus_is_named(folder, tmp_path, monkeypatch):
    monkeypatch.delenv("DISCOURSE_CORPUS", raising=False)
    project = Project(folder)
    places = (project.plan, project.notebooks, project.figures, project.drafts, project.cache, project.executed)
    assert [project.relative(place) for place in (*places, project.corpus)] == [
        "notebooks/plan.toml",
        "notebooks",
        "figures",
        "figures/drafts",
        ".cache",
        ".cache/executed",
        "corpus",
    ]
    monkeypatch.setenv("DISCOURSE_CORPUS", str(tmp_path / "other"))
    assert project.corpus == tmp_path / "other"
    assert project.relative(project.corpus) == (tmp_path / "other").as_posix()


def test_within_studies_it_is_the_study_of_that_store(folder, monkeypatch):
    monkeypatch.delenv("DISCOURSE_CORPUS", raising=False)
    (folder / "studies" / "mine" / "figures").mkdir(parents=True)
    found = find_project(folder / "studies" / "mine" / "figures")
    assert found == Project(folder, "mine")
    places = (found.figures, found.cache, found.results, found.corpus, found.drafts)
    assert [found.relative(place) for place in places] == [
        "studies/mine/figures",
        ".cache/studies/mine",
        "studies/mine/results.json",
        "corpus",
        "figures/drafts",
    ]
    assert find_project(folder / "studies") == Project(folder)
    assert (Project(folder).again, found.again) == ("discourse run", "discourse run --store mine --publish")


def test_the_code_is_the_projects_own_or_that_of_this_process(folder, root):
    assert Project(root).code == root
    assert Project(folder).code == module.PACKAGE
