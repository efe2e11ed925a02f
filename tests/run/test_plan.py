from __future__ import annotations

import pytest
from sample_project import PLAN

from analysis.errors import DiscourseError
from analysis.run.plan import load_plan, select, vary
from analysis.run.project import find_project


def load(folder, text=None):
    if text is not None:
        (folder / "notebooks" / "plan.toml").write_text(text)
    return load_plan(find_project(folder))


def test_runs_come_after_those_they_need(project):
    plan = load(
        project,
        PLAN.replace('after = ["tokens_news"]', "").replace(
            'figures = ["tokens_news"]', 'figures = ["tokens_news"]\nafter = ["terms"]'
        ),
    )
    assert [run.id for run in plan.runs] == ["terms", "tokens_news", "tokens_un"]
    assert plan.values(plan.runs[2])["collection"] == "un"
    assert plan.owner("terms").notebook == "20_terms"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"tokens_un"\nnotebook', '"tokens_news"\nnotebook', "stands twice"),
        ('figures = ["terms"]', 'figures = ["tokens_un"]', "stands twice"),
        ('after = ["tokens_news"]', 'after = ["token_news"]', "Did you mean 'tokens_news'"),
        ('after = ["tokens_news"]', 'after = ["terms"]', "wait for each other"),
        ('notebook = "20_terms"', 'notebook = "20_term"', "Did you mean '20_terms'"),
        ('notebook = "20_terms"', 'notebook = "../20_terms"', "not the name of a notebook"),
        ("after =", "afer =", "Did you mean 'after'"),
        ('collection = "un"', 'collection = "unn"', "collection"),
        ('collection = "un"', "collection = 3", "not of type str"),
        ('collection = "un"', 'colection = "un"', "Did you mean 'collection'"),
        ('id = "terms"', 'id = "Terms/.."', "lower-case"),
    ],
)
def test_a_wrong_plan_is_refused_before_anything_runs(project, old, new, words):
    assert old in PLAN
    with pytest.raises(DiscourseError, match=words):
        load(project, PLAN.replace(old, new))


def test_runs_are_chosen_by_run_notebook_or_figure(project):
    plan = load(project)
    assert [r.id for r in select(plan, ["10_tokens"])] == ["tokens_news", "tokens_un"]
    assert [r.id for r in select(plan, ["terms", "tokens_un"])] == ["tokens_un", "terms"]
    with pytest.raises(DiscourseError, match="Did you mean 'terms'"):
        select(plan, ["term"])


def test_a_sweep_is_one_run_for_each_combination(project):
    plan = load(project)
    runs = vary(
        plan, select(plan, ["terms"]), {"collection": "un"}, {"scale": [1.0, 2.0], "era_ids": [["hun_sen"], []]}
    )
    assert len({run.key for run in runs}) == 4
    assert [run.parameters["scale"] for run in runs] == [1.0, 1.0, 2.0, 2.0]
    assert all(run.parameters["collection"] == "un" and run.parameters["figure_id"] == "terms" for run in runs)
    with pytest.raises(DiscourseError, match="scale"):
        vary(plan, plan.runs, {}, {"scale": ["x"]})
