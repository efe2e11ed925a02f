"""The plan on a store that it was not written for."""

from __future__ import annotations

import pytest
from own_stores import store_of

from analysis.errors import DiscourseError
from analysis.run.fit import load_fitted, open_plan, open_project
from analysis.run.plan import select
from analysis.run.project import Project
from analysis.run.results import record_result


def fitted(project, *collections):
    store_of(project, "mine", *collections)
    return load_fitted(Project(project, "mine"))


def test_runs_of_collections_that_are_held_stand_as_they_are(project):
    plan = fitted(project, "news", "un")
    assert [run.id for run in plan.runs] == ["tokens_news", "tokens_un", "terms"]
    assert {plan.values(run)["store_name"] for run in plan.runs} == {"mine"}
    assert (plan.left_out, plan.elsewhere, plan.findings) == ({}, {}, {})
    assert plan.runs[2].after == ("tokens_news",)


def test_a_notebook_whose_collection_is_missing_looks_at_the_one_that_is_there(project):
    plan = fitted(project, "un")
    values = {run.id: plan.values(run) for run in plan.runs}
    assert {name: (v["collection"], v["figure_id"]) for name, v in values.items()} == {
        "tokens_un": ("un", "tokens_un"),
        "terms_un": ("un", "terms_un"),
    }
    assert plan.elsewhere == {"tokens_news": "news", "terms": "news"}
    assert [run.id for run in select(plan, ["terms"])] == ["terms_un"]  # what stands for it


def test_a_collection_that_the_plan_does_not_know_gets_every_notebook(project):
    plan = fitted(project, "un", "blog-posts")
    made = {run.id: (run.notebook, plan.values(run)["collection"], run.figures, run.after) for run in plan.runs}
    assert made == {
        "tokens_un": ("10_tokens", "un", ("tokens_un",), ()),
        "tokens_blog_posts": ("10_tokens", "blog-posts", ("tokens_blog_posts",), ()),
        "terms_blog_posts": ("20_terms", "blog-posts", ("terms_blog_posts",), ("tokens_blog_posts",)),
    }


def test_a_run_that_cannot_work_is_left_out_alone_with_its_reason(project):
    store_of(project, "mine", "news")
    plan_file = project / "notebooks" / "plan.toml"
    plan_file.write_text(plan_file.read_text().replace('{ figure_id = "terms"', '{ scale = "x", figure_id = "terms"'))
    plan = load_fitted(Project(project, "mine"))
    assert [run.id for run in plan.runs] == ["tokens_news"]
    assert "'x' is not of type float" in plan.left_out["terms"]
    with pytest.raises(DiscourseError, match=r"--only terms: left out on store mine: .*'x' is not of type float"):
        select(plan, ["terms"])


def test_figures_are_those_the_runs_drew_and_findings_are_kept(project):
    plan = fitted(project, "news")
    record_result(plan.project, "tokens_news", ["tokens_news_a", "tokens_news_b"], "", {})
    record_result(plan.project, "terms", [], "no terms at all.", {})
    again = load_fitted(plan.project)
    assert {run.id: run.figures for run in again.runs} == {
        "tokens_news": ("tokens_news_a", "tokens_news_b"),
        "terms": (),
    }
    assert again.findings == {"terms": "no terms at all."}


def test_a_plan_may_ask_for_it_itself(project):
    plan_file = project / "notebooks" / "plan.toml"
    plan_file.write_text("fit_to_store = true\n" + plan_file.read_text())
    assert load_fitted(Project(project)).fitted == "default"


FAMILY = """
[[family]]
id = "words"
role = "confirmatory"
question = "?"
figures = ["tokens_news_a"]
named_by = ["word"]
"""


def test_a_study_names_families_of_figures_that_its_runs_will_draw_and_captions_say_so(project):
    plan_file = project / "notebooks" / "plan.toml"
    plan_file.write_text("fit_to_store = true\n" + plan_file.read_text() + FAMILY)
    before = load_fitted(Project(project))
    assert [family.figures for family in before.families] == [("tokens_news_a",)]
    record_result(before.project, "tokens_news", ["tokens_news_a", "tokens_news_b"], "", {})
    for plan in (before, load_fitted(Project(project))):  # before it was drawn, too: the first caption says it
        run = next(run for run in plan.runs if run.id == "tokens_news")
        assert "family words" in run.roles["tokens_news_a"] and "tokens_news_b" not in run.roles


def test_a_store_is_found_by_name_and_its_folder(project, monkeypatch):
    store_of(project, "mine", "news")
    monkeypatch.chdir(project)
    assert open_project() == open_project("default") == Project(project)
    assert open_plan("mine").project == Project(project, "mine")
    with pytest.raises(DiscourseError, match=r"--store: 'mein' is not allowed.*mine"):
        open_plan("mein")
    (project / "studies" / "mine").mkdir(parents=True)
    monkeypatch.chdir(project / "studies" / "mine")
    assert open_plan().fitted == "mine"
