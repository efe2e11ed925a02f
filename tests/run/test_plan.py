from __future__ import annotations

import re

import pytest
from sample_project import PLAN

from analysis.errors import DiscourseError
from analysis.run.plan import load_plan, select, with_all_figures
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
        ('notebook = "20_terms"', 'notebook = "../20_terms"', "not the name of a notebook"),
        ('notebook = "20_terms"', "notebook = 20", "notebook = 20 should be text"),
        ("after =", "afer =", "Did you mean 'after'"),
        ('id = "terms"', 'id = "Terms/.."', "lower-case"),
        ('figures = ["terms"]', 'figures = "terms"', "figures = 'terms' should be a list"),
        ('figures = ["terms"]', "figures = [1]", "should be a list of texts"),
        ("parameters = { figure_id", "timeout = 0\nparameters = { figure_id", "seconds, 1 or more"),
        ('figures = ["terms"]', 'figures = ["terms"]\nwithheld = { terms = "too little" }', "stands twice"),
        ('figures = ["terms"]', 'figures = ["terms"]\nwithheld = { more = " " }', "more: say in words why"),
        ('figures = ["terms"]', 'figures = ["terms"]\nwithheld = ["more"]', "should be a table"),
        ("[defaults.20_terms]", "[defaults.20_term]", "Did you mean '20_terms'"),
        ("[defaults.20_terms]", "[default.20_terms]", "Did you mean 'defaults'"),
    ],
)
def test_a_plan_that_cannot_be_read_is_refused(project, old, new, words):
    assert old in PLAN
    with pytest.raises(DiscourseError, match=words):
        load(project, PLAN.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('notebook = "20_terms"', 'notebook = "20_term"', "Did you mean '20_terms'"),
        ('{ figure_id = "terms"', '{ collection = "unn", figure_id = "terms"', "collection"),
        ('{ figure_id = "terms"', '{ collection = 3, figure_id = "terms"', "not of type str"),
        ('{ figure_id = "terms"', '{ colection = "un", figure_id = "terms"', "Did you mean 'collection'"),
        ('{ figure_id = "terms"', '{ era_ids = ["hun_sen", "hun_sen"], figure_id = "terms"', "stands twice"),
        ('{ figure_id = "terms"', '{ scale = nan, figure_id = "terms"', "finite"),
        ("[defaults.20_terms]", "[defaults.20_terms]\nscael = 2", "defaults.20_terms.*Did you mean 'scale'"),
    ],
)
def test_a_run_that_cannot_be_executed_is_refused_alone(project, old, new, words):
    assert old in PLAN
    text = PLAN.replace("[defaults.20_terms]\n", "[defaults.20_terms]\n")
    if 'notebook = "20_term"' in new:  # its defaults would be those of no run
        text = text.replace("[defaults.20_terms]", "[defaults.20_term]")
    plan = load(project, text.replace(old, new))
    assert [bool(run.refused) for run in plan.runs] == [False, False, True]
    assert re.search(words, plan.runs[2].refused)
    assert plan.values(plan.runs[2])


def test_the_plan_says_what_a_run_is_given(project):
    plan = load(project, PLAN.replace("scale = 1.0\n\n[[run]]", "scale = 3.0\n\n[[run]]"))
    by_id = {run.id: plan.values(run)["scale"] for run in plan.runs}
    assert by_id == {"tokens_news": 1.0, "tokens_un": 1.0, "terms": 3.0}


def test_runs_are_chosen_by_run_notebook_or_figure(project):
    plan = load(project)
    assert [r.id for r in select(plan, ["10_tokens"])] == ["tokens_news", "tokens_un"]
    assert [r.id for r in select(plan, ["terms", "tokens_un"])] == ["tokens_un", "terms"]
    with pytest.raises(DiscourseError, match="Did you mean 'terms'"):
        select(plan, ["term"])


def test_a_figure_is_withheld_for_a_reason_and_only_from_this_study(project):
    plan = load(project, PLAN.replace('figures = ["terms"]', 'figures = ["terms"]\nwithheld = { more = "too little" }'))
    assert plan.runs[2].withheld == {"more": "too little"}
    with pytest.raises(DiscourseError, match="figure: 'more' is not allowed"):
        plan.owner("more")
    elsewhere = with_all_figures(plan)
    assert elsewhere.owner("more").id == "terms"
    assert not elsewhere.runs[2].withheld


def test_families_of_tests_are_read_and_their_figures_know_their_role(project):
    family = '[[family]]\nid = "words"\nrole = "exploratory"\nquestion = "Is it so?"\nfigures = ["terms"]\n'
    family += 'named_by = ["term"]\n'
    plan = load(project, PLAN + "\n" + family)
    assert [one.id for one in plan.families] == ["words"]
    assert [list(run.roles) for run in plan.runs] == [[], [], ["terms"]]
    assert "exploratory" in plan.runs[2].roles["terms"]
    with pytest.raises(DiscourseError, match="family words: figures: 'term' is not allowed"):
        load(project, PLAN + "\n" + family.replace('["terms"]', '["term"]'))
