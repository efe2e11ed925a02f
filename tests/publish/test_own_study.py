"""The whole life of a study on a store of its own: run, published, cited, shown, released, checked."""

from __future__ import annotations

import json
import tomllib
import zipfile

import pytest
from own_stores import store_of
from sample_project import discourse, write_notebook

from analysis.publish.own_study import own_files, plan_text
from analysis.publish.site import write_site
from analysis.publish.stale import check_figures
from analysis.run.drift import as_toml
from analysis.run.fit import load_fitted
from analysis.run.plan import load_plan
from analysis.run.project import Project
from analysis.run.results import record_result

STUDY = {"name": "ports", "title": "Ports and ferries", "question": "Who says what of ports?"}
NOTHING = """from analysis.errors import NothingFound
raise NothingFound("no ferry was reprinted.")"""
OWN = 'store_name = "default"\ncollection = "news"\nfigure_id = "ferries_news"'


@pytest.fixture
def plan(project):
    store_of(project, "mine", "news", study=STUDY)
    return load_fitted(Project(project, "mine"))


@pytest.mark.parametrize("value", ["a", 1, 1.5, True, [], ["a", 'b"c'], {}, {"a b": [1], "c": {"d": "é"}}])
def test_values_are_read_back_from_toml(value):
    assert tomllib.loads(f"x = {as_toml(value)}") == {"x": value}


def test_the_plan_of_the_archive_names_the_runs_that_drew_figures_with_every_parameter(plan):
    record_result(plan.project, "tokens_news", ["tokens_news"], "", {})
    record_result(plan.project, "terms", [], "no terms\nat all.", {})
    again = load_fitted(plan.project)
    text = plan_text(again)
    (run,) = tomllib.loads(text)["run"]
    assert (run["id"], run["figures"]) == ("tokens_news", ["tokens_news"])
    assert run["parameters"] == again.values(again.runs[0])
    assert "# terms: no terms at all." in text
    files = own_files(again)
    assert "notebooks/10_tokens.ipynb" in files
    assert files["notebooks/plan.toml"].read_text() == text
    assert not [name for name in files if name.startswith("studies/") or name == "README.md"]


FAMILY = """
[[family]]
id = "words"
role = "confirmatory"
question = "Which words?"
figures = ["tokens_news", "terms", "tokens_un"]
named_by = ["word"]
rows = { is_real = true }
p = ["p"]
"""


def test_the_plan_of_the_archive_names_the_families_of_what_was_drawn(project, tmp_path):
    file = project / "notebooks" / "plan.toml"
    file.write_text(file.read_text() + FAMILY)
    store_of(project, "mine", "news", study=STUDY)
    plan = load_fitted(Project(project, "mine"))
    record_result(plan.project, "tokens_news", ["tokens_news"], "", {})
    record_result(plan.project, "terms", [], "no terms.", {})
    file.write_text(plan_text(load_fitted(plan.project)))
    (family,) = load_plan(Project(project)).families
    assert (family.figures, family.rows, family.p) == (("tokens_news",), {"is_real": ("true",)}, ("p",))
    assert family.role == "confirmatory" and not family.in_captions  # another study named them before it saw its data
    assert [run.roles for run in load_plan(Project(project)).runs] == [{}]


def test_what_has_not_been_run_is_stale_and_what_was_found_may_become_so(plan):
    assert {p.figure_id for p in check_figures(plan)} == {"tokens_news", "terms"}
    record_result(plan.project, "terms", [], "nothing.", {"notebook": "x", "parameters": {}, "code": {}, "tables": {}})
    found = [p for p in check_figures(load_fitted(plan.project)) if p.figure_id == "terms"]
    assert any("notebook" in p.reason for p in found)


def in_study(project, *arguments):
    done = discourse(project, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.slow
def test_a_study_lives_as_long_as_the_projects_own(copy, tmp_path):
    before = {p.name: p.read_bytes() for p in (copy / "figures").iterdir() if p.is_file()}
    store_of(copy, "mine", "news", "un", study=STUDY)
    write_notebook(copy / "notebooks" / "30_ferries.ipynb", NOTHING, parameters=OWN)
    plan_file = copy / "notebooks" / "plan.toml"
    plan_file.write_text(plan_file.read_text() + '\n[[run]]\nid = "ferries_news"\nnotebook = "30_ferries"\n')
    told = in_study(copy, "run", "--store", "mine", "--publish")
    assert "no ferry was reprinted" in told and "names no author yet" in told
    home = copy / "studies" / "mine"
    assert {p.stem for p in (home / "figures").glob("*.json")} == {"tokens_news", "tokens_un", "terms"}
    assert {p.name: p.read_bytes() for p in (copy / "figures").iterdir() if p.is_file()} == before
    assert in_study(copy, "run", "--store", "mine", "--publish").count("  unchanged  ") == 4
    assert (
        "[notebooks/20_terms.ipynb](../../../notebooks/20_terms.ipynb)" in (home / "figures" / "README.md").read_text()
    )
    assert "no ferry was reprinted" in (home / "figures" / "README.md").read_text()
    assert "Ports and ferries" in in_study(copy, "cite", "--store", "mine", "terms")
    assert "3 figures, 0 stale" in in_study(copy, "figures", "--check", "--store", "mine")
    done = discourse(copy, "release", "--store", "mine")
    assert (done.returncode, "names no author yet" in done.stderr) == (2, True)
    cff = (home / "CITATION.cff").read_text().replace("Author to be named", "Ann Lee")
    (home / "CITATION.cff").write_text(cff.replace('# date-released: "2020', 'date-released: "2021'))
    in_study(copy, "run", "--store", "mine", "--publish")
    in_study(copy, "site", "--store", "mine")
    page = (home / "site" / "index.html").read_text()
    assert "Who says what of ports?" in page and "no ferry was reprinted" in page
    assert "4 figures: 4 identical. Verified." in in_study(copy, "verify", "--store", "mine")
    in_study(copy, "release", "--store", "mine", "--out", str(tmp_path / "ports.zip"))
    with zipfile.ZipFile(tmp_path / "ports.zip") as opened:
        opened.extractall(tmp_path)
    assert "3 figures, 0 stale" in in_study(tmp_path / "ports", "figures", "--check")
    assert json.loads((tmp_path / "ports" / "figures" / "terms.json").read_text())["run"]["id"] == "terms"
    assert "Ann Lee" in in_study(tmp_path / "ports", "cite", "terms")


def test_a_page_of_methods_leaves_out_what_is_of_this_projects_own_study(plan, tmp_path):
    page = plan.project.root / "docs" / "methods" / "rates.md"
    page.parent.mkdir(parents=True)
    page.write_text("# Rates\n\nHow.\n\n<!-- this study -->\nOurs: 3.\n<!-- end -->\nMore.\n")
    (plan.project.root / "docs" / "about.md").write_text("# Of our own study\n")
    (plan.project.home / "figures").mkdir(parents=True)
    (plan.project.home / "CITATION.cff").write_text((plan.project.root / "CITATION.cff").read_text())
    write_site(plan, tmp_path / "own")
    text = (tmp_path / "own" / "methods" / "rates.html").read_text()
    assert "How." in text and "More." in text and "Ours" not in text and "this study" not in text
    assert not (tmp_path / "own" / "methods" / "about.html").exists()
