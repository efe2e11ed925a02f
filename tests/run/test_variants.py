"""Runs with other parameters or on another store: a folder and an id of their own, and nobody else's harm."""

from __future__ import annotations

import json
import re

import pytest
from sample_project import COUNT, DRAW_COUNT, PARAMETERS, build_store, discourse, write_notebook

from analysis.errors import DiscourseError
from analysis.run.plan import load_plan, select
from analysis.run.project import Project
from analysis.run.runner import Settings, folder_of
from analysis.run.variants import on_store, variant_name, vary
from analysis.store.manifest import store_hash


@pytest.fixture
def plan(project):
    return load_plan(Project(project))


def without_un(folder):
    store = build_store(folder)
    manifest = json.loads((store.path / "manifest.json").read_text())
    manifest["tables"] = [part for part in manifest["tables"] if part["collection"] != "un"]
    manifest["store_hash"] = store_hash(manifest)
    (store.path / "manifest.json").write_text(json.dumps(manifest))


def test_a_sweep_is_one_run_for_each_combination(plan):
    runs = vary(
        plan, select(plan, ["terms"]), {"collection": "un"}, {"scale": [1.0, 2.0], "era_ids": [["hun_sen"], []]}
    )
    assert len({run.key for run in runs}) == 4
    assert [run.parameters["scale"] for run in runs] == [1.0, 1.0, 2.0, 2.0]
    assert all(run.parameters["collection"] == "un" and run.parameters["figure_id"] == "terms_un" for run in runs)


def test_a_wrong_value_refuses_its_run_alone(plan):
    runs = vary(plan, select(plan, ["terms"]), {}, {"scale": ["x", 2.0]})
    assert ["scale" in run.refused for run in runs] == [True, False]


def test_one_value_twice_is_refused(plan):
    with pytest.raises(DiscourseError, match=r"--sweep scale: 2.0 stands twice"):
        vary(plan, plan.runs, {}, {"scale": [2.0, 2.0]})
    with pytest.raises(DiscourseError, match="with -p and with --sweep"):
        vary(plan, plan.runs, {"scale": 1.0}, {"scale": [2.0]})


def test_one_value_written_in_two_ways_is_given_twice(plan):
    with pytest.raises(DiscourseError, match=r"--sweep scale: 2 stands twice"):
        vary(plan, plan.runs, {}, {"scale": [2.0, 2]})
    with pytest.raises(DiscourseError, match=r"stands twice"):
        vary(plan, plan.runs, {}, {"era_ids": [["hun_sen"], [], ["hun_sen"]]})
    assert len(vary(plan, plan.runs[:1], {}, {"scale": [True, 1.0]})) == 2  # true is no number, and refused as such


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"x": "A"}, {"x": "a"}),
        ({"x": 1}, {"x": "1"}),
        ({"x": True}, {"x": "true"}),
        ({"x": ["a", "b"]}, {"x": ["a b"]}),
        ({"x": ["a", "b"]}, {"x": ["b", "a"]}),
        ({"x": ["outlet"] * 20 + ["a"]}, {"x": ["outlet"] * 20 + ["b"]}),
        ({"x": "\u1797"}, {"x": "\u4eba"}),
        ({"x": 1, "y": 2}, {"x": 12}),
        ({"x": -1}, {"x": 1}),
    ],
)
def test_no_two_variants_share_a_folder(one, other):
    names = {variant_name(one), variant_name(other)}
    assert len({name.lower() for name in names}) == 2
    assert all(re.fullmatch(r"[a-z0-9_]{1,60}", name) for name in names)


def test_another_collection_gets_a_matching_id_and_published_ids_are_reserved(plan):
    (own,) = vary(plan, select(plan, ["terms"]), {"collection": "un"}, {})
    assert own.parameters["figure_id"] == "terms_un"
    (taken,) = vary(plan, select(plan, ["tokens_un"]), {"collection": "news"}, {})
    assert taken.parameters["figure_id"] == f"tokens_news_{taken.variant[-8:]}"
    with pytest.raises(DiscourseError, match="run tokens_news publishes figures of that name"):
        vary(plan, select(plan, ["terms"]), {"figure_id": "tokens_news"}, {})
    (kept,) = vary(plan, select(plan, ["terms"]), {"figure_id": "terms"}, {})
    assert not kept.refused


def test_the_plan_on_another_store(project, plan):
    build_store(project / "corpus" / "store" / "mine")
    runs, told = on_store(plan, plan.runs, "mine")
    assert [run.id for run in runs] == ["tokens_news", "tokens_un", "terms"]
    assert told == []
    assert {plan.values(run)["store_name"] for run in runs} == {"mine"}
    assert {folder_of(plan.project, run, Settings()) for run in runs} == {project / "figures" / "drafts" / "mine"}
    with pytest.raises(DiscourseError, match="Did you mean 'mine'"):
        on_store(plan, plan.runs, "mne")


def test_what_another_store_does_not_hold_is_left_out_and_said(project, plan):
    without_un(project / "corpus" / "store" / "mine")
    runs, told = on_store(plan, plan.runs, "mine")
    assert [run.id for run in runs] == ["tokens_news", "terms"]
    assert told == ["tokens_un: left out, store mine holds no collection un"]


def test_parameters_given_are_applied_before_they_are_checked(project, plan):
    without_un(project / "corpus" / "store" / "mine")
    runs, told = on_store(plan, select(plan, ["tokens_un"]), "mine", {"collection": "news"})
    assert [(run.id, run.refused) for run in runs] == [("tokens_un", "")]
    assert told == []


def test_every_variant_on_another_store_has_its_own_folder(project, plan):
    build_store(project / "corpus" / "store" / "mine")
    runs, _ = on_store(plan, select(plan, ["terms"]), "mine", {}, {"scale": [1.0, 2.0]})
    folders = {folder_of(plan.project, run, Settings()) for run in runs}
    assert len(folders) == len({run.key for run in runs}) == 2
    assert {folder.parent for folder in folders} == {project / "figures" / "drafts" / "mine"}


def of_another_study(project):
    """A store whose study declares another event than the plan names; the plan names eras and outlets that it has not."""
    store = build_store(project / "corpus" / "store" / "mine")
    manifest = json.loads((store.path / "manifest.json").read_text())
    manifest["study"] = {"name": "another", "events": [{"id": "vote", "label": "vote", "date": "2001-06-07"}]}
    manifest["store_hash"] = store_hash(manifest)
    (store.path / "manifest.json").write_text(json.dumps(manifest))
    cell = PARAMETERS + "\nbreak_date = ''\noutlet_ids = ['daily']\nouter: dict = {}\noutlet_groups = {}"
    write_notebook(project / "notebooks" / "20_terms.ipynb", COUNT, DRAW_COUNT, parameters=cell)
    more = 'break_date = "2023-08-22"\noutlet_ids = ["daily", "gone"]\nouter = {}\n'
    plan_file = project / "notebooks" / "plan.toml"
    text = plan_file.read_text().replace("[defaults.20_terms]\n", "[defaults.20_terms]\n" + more)
    plan_file.write_text(
        text.replace("era_ids = []", 'era_ids = ["major", "blair"]').replace(
            'parameters = { figure_id = "terms"',
            'parameters = { outlet_groups = { A = ["daily", "gone"], B = ["gone"] }, figure_id = "terms"',
        )
    )
    return load_plan(Project(project))


def test_a_store_of_another_study_brings_its_own_eras_outlets_and_events(project):
    plan = of_another_study(project)
    assert all("'major'" in run.refused for run in plan.runs if run.id != "terms")
    runs, told = on_store(plan, plan.runs, "mine")
    values = {run.id: plan.values(run) for run in runs}
    assert sorted(values) == ["terms", "tokens_news", "tokens_un"]
    assert values["tokens_un"]["era_ids"] == []  # what the cell leaves open, the store's study fills
    assert values["terms"]["break_date"] == ""
    assert values["terms"]["outlet_ids"] == ["daily"]
    assert values["terms"]["outlet_groups"] == {}
    assert (
        "era_ids is as the store's study declares, since store mine has no document or entry of 2 ids of the plan"
        in (" ".join(told))
    )
    assert "terms: outlet_ids is ['daily'], since store mine has no document or entry of an id of the plan" in told


def test_what_was_asked_for_by_hand_is_not_replaced(project):
    plan = of_another_study(project)
    with pytest.raises(DiscourseError, match="'major'"):
        raise DiscourseError(on_store(plan, select(plan, ["tokens_un"]), "mine", {"era_ids": ["major"]})[1][0])


def test_runs_with_other_parameters_are_published_one_at_a_time(copy):
    done = discourse(copy, "run", "--only", "terms", "--sweep", "scale=2.0,3.0", "--publish")
    assert done.returncode == 2
    assert "2 variants of run terms would be written over the same figures" in done.stderr
    done = discourse(copy, "run", "--only", "terms", "-p", "scale", "1.0", "-p", "scale", "2.0")
    assert "-p scale: given twice" in done.stderr


@pytest.mark.slow
def test_drafts_of_a_sweep_on_another_store_do_not_overwrite_each_other(copy):
    build_store(copy / "corpus" / "store" / "mine")
    before = {p.name: p.read_bytes() for p in (copy / "figures").iterdir() if p.is_file()}
    done = discourse(copy, "run", "--only", "terms", "--store", "mine", "--sweep", "scale=2.0,3.0")
    assert done.returncode == 0, done.stderr
    drawn = list((copy / "figures" / "drafts").rglob("terms.json"))
    assert sorted(json.loads(path.read_text())["run"]["parameters"]["scale"] for path in drawn) == [2.0, 3.0]
    assert {p.name: p.read_bytes() for p in (copy / "figures").iterdir() if p.is_file()} == before
