"""All published figures judged as one: from the data that are published, whoever made them."""

from __future__ import annotations

import math

import pytest
from click.testing import CliRunner
from own_stores import store_of

from analysis.cli.main import main
from analysis.errors import DiscourseError
from analysis.publish.claims import claims, outside_families
from analysis.run.families import JOINT, Family, read_families
from analysis.run.fit import load_fitted
from analysis.run.plan import Plan, Run
from analysis.run.project import Project


@pytest.fixture
def plan(tmp_path):
    """Three figures: joint p of two frames; separate p of three topics; a family in which nothing was tested."""
    data = {
        "contrast": "frame,outlet_id,p_joint,rotation_p_joint\nx,all,0.004,0.012\ny,all,0.02,0.3\nx,daily,0.0001,0.0001\n",
        "topics": "topic,p,rotation_p\na,0.01,0.001\nb,0.9,0.001\nc,0.03,\n",
        "other": "word,p\nw,\n",
        "words": "word,p\nw,0.001\nv,0.5\n",
    }
    (tmp_path / "figures").mkdir()
    for name, text in data.items():
        (tmp_path / "figures" / f"{name}.csv").write_text(text)
    families = (
        Family("frames", "confirmatory", "?", ("contrast",), ("frame",), {"outlet_id": ("all",)}, JOINT),
        Family("words", "exploratory", "?", ("words",), ("word",), p=("p",)),
        Family("topics", "confirmatory", "?", ("topics",), ("topic",)),
        Family("other", "confirmatory", "?", ("other",), ("word",), p=("p",)),
    )
    return Plan(Project(tmp_path), (Run("all", "10_all", figures=tuple(data)),), {}, families)


def test_worked_by_hand(plan):
    """frames: .012 and .3, for the figure already. topics: .01 and .9, the third untested; adjusted .02 and .9. Families
    .012 and .02 of two tested: both are chosen, so tests are judged at .05."""
    table = claims(plan).set_index(["family", "about"])
    assert list(dict.fromkeys(table.index.get_level_values("family"))) == ["frames", "words", "topics", "other"]
    assert table.loc[("frames", "x"), ["p", "family_p", "level_within"]].tolist() == pytest.approx([0.012, 0.012, 0.05])
    assert table.loc["topics", "p"].tolist()[:2] == pytest.approx([0.02, 0.9])
    assert math.isnan(table.loc[("topics", "c"), "p"]) and math.isnan(table.loc[("other", "w"), "family_p"])
    kept = table.index[table["is_claim"]].tolist()
    assert kept == [("frames", "x"), ("words", "w"), ("topics", "a")]


def test_a_figure_that_draws_the_strongest_of_many_tests_is_judged_by_all_of_them(plan):
    """.004 is the least of 100: adjusted .4. Adjusted over the two rows drawn it would be .008, and a hint."""
    (plan.project.figures / "words.csv").write_text("word,p,p_adjusted\nw,0.004,0.4\nv,0.01,0.5\n")
    rows = {"id": "words", "role": "exploratory", "question": "?", "figures": ["words"], "named_by": ["word"]}
    (family,) = read_families([{**rows, "p": ["p_adjusted"]}], ["words"])
    table = claims(Plan(plan.project, plan.runs, {}, (family,)))
    assert table["p"].tolist() == [0.4, 0.5] and table["family_p"].tolist() == [0.4] * 2 and not table["is_claim"].any()
    (plan.project.figures / "words.csv").write_text("word,p_adjusted,rotation_p\nw,0.004,0.3\nv,0.01,0.5\n")
    (family,) = read_families([{**rows, "p": ["p_adjusted", "rotation_p"]}], ["words"])
    assert claims(Plan(plan.project, plan.runs, {}, (family,)))["p"].tolist() == [0.3, 0.5]  # both must be small
    with pytest.raises(DiscourseError, match="belong to a family with one figure"):
        read_families([{**rows, "figures": ["words", "other"], "p": ["p_adjusted"]}], ["words", "other"])


def test_one_family_chosen_of_two_is_judged_more_strictly(plan):
    path = plan.project.figures / "topics.csv"
    path.write_text("topic,p,rotation_p\na,0.2,0.001\n")
    table = claims(plan).set_index(["family", "about"])
    assert table.loc[("frames", "x"), "level_within"] == pytest.approx(0.025)
    assert table.loc[("frames", "x"), "is_claim"] and not table.loc[("topics", "a"), "is_claim"]


def test_hints_cost_claims_nothing(plan):
    fewer = Plan(plan.project, plan.runs, {}, tuple(f for f in plan.families if f.role == "confirmatory"))
    whole, part = (claims(one).set_index(["family", "about"]) for one in (plan, fewer))
    assert whole.loc["frames", "is_claim"].tolist() == part.loc["frames", "is_claim"].tolist()
    assert claims(Plan(plan.project, plan.runs)).empty


def test_what_is_not_there_is_named(plan):
    path = plan.project.figures / "words.csv"
    path.write_text("term,p\nw,0.5\n")
    with pytest.raises(
        DiscourseError, match=r"family words, words.csv: column: 'word' is not allowed; allowed: term, p"
    ):
        claims(plan)
    path.unlink()
    with pytest.raises(DiscourseError, match=r"words\.csv is not there; make it with `discourse run`"):
        claims(plan)


def test_figures_with_p_outside_every_family_are_found(plan):
    assert outside_families(plan) == []
    fewer = Plan(plan.project, plan.runs, {}, plan.families[:2])
    assert outside_families(fewer) == ["topics", "other"]


FAMILY = """
[[family]]
id = "words"
role = "confirmatory"
question = "?"
figures = ["tokens_news", "terms"]
named_by = ["word"]
p = ["p"]

[[family]]
id = "tokens"
role = "confirmatory"
question = "?"
figures = ["tokens_un"]
named_by = ["word"]
p = ["p_joint"]
"""


def test_on_a_store_of_its_own_the_families_are_over_the_figures_that_stand_for_theirs(project, monkeypatch):
    path = project / "notebooks" / "plan.toml"
    path.write_text(path.read_text() + FAMILY)
    store_of(project, "mine", "press", "radio", study={"name": "ports", "title": "Ports", "question": "?"})
    plan = load_fitted(Project(project, "mine"))
    drawn = ("tokens_press", "tokens_radio", "terms_press", "terms_radio")
    assert [(f.id, f.figures) for f in plan.families] == [("words", drawn), ("tokens", ())]
    figures = project / "studies" / "mine" / "figures"
    figures.mkdir(parents=True)
    (figures / "tokens_press.csv").write_text("word,p\nharbour,0.001\nbridge,0.7\n")
    table = claims(plan)
    assert table[table["is_claim"]]["about"].tolist() == ["harbour"] and len(table) == 2
    monkeypatch.chdir(project)
    done = CliRunner().invoke(main, ["claims", "--store", "mine"])
    assert done.exit_code == 0 and "words (confirmatory): 1 claim of 2 tests" in done.output, done.output
    assert "not drawn on store mine, so not judged: tokens_radio" in done.output
    refused = CliRunner().invoke(main, ["claims", "--store", "nobody"])
    assert refused.exit_code == 2 and "mine" in refused.output
