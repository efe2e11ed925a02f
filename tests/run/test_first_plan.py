"""What a study of one's own starts with: notebooks, a plan that names nothing of this study, pages on methods."""

from __future__ import annotations

import re
import tomllib

import pytest

from analysis.errors import DiscourseError
from analysis.run import first_plan as module
from analysis.run.drift import drift
from analysis.run.first_plan import first_files, for_any_study, shipped
from analysis.run.plan import load_plan
from analysis.run.project import Project


@pytest.fixture(scope="module")
def files():
    return first_files(["news"])


def test_every_notebook_of_the_plan_has_a_run_on_the_collection(files, root):
    plan = tomllib.loads(files["notebooks/plan.toml"].decode())
    assert plan["fit_to_store"] is True
    there = {run.notebook for run in load_plan(Project(root)).runs}
    assert {run["notebook"] for run in plan["run"]} == there
    assert {f"notebooks/{name}.ipynb" for name in there} <= set(files)
    assert all(run["parameters"].get("collection", "news") == "news" for run in plan["run"])
    assert "transition_news" in {run["id"] for run in plan["run"]}
    ids = [run["parameters"].get("figure_id") for run in plan["run"]]
    assert "collocates_news" in ids and not [i for i in ids if i and "_un" in i]


def test_the_plan_says_what_the_cells_say_and_loads(files, tmp_path):
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    plan = load_plan(Project(tmp_path))
    assert plan.fit_to_store and len(plan.runs) > 10
    assert drift(plan) == []


def test_nothing_of_this_study_goes_along(files, root):
    rows = tomllib.loads((root / "corpus" / "outlets.toml").read_text(encoding="utf-8"))["outlet"]
    ids = {row["outlet_id"] for row in rows}
    text = files["notebooks/plan.toml"].decode()
    frames = {path.stem for path in (root / "corpus" / "codebook").glob("[a-z]*.toml")}
    assert not [name for name in ids | frames if f'"{name}"' in text]
    methods = [name for name in files if name.startswith("docs/methods/")]
    assert methods and not [name for name in methods if b"<!--" in files[name]]
    ours = re.compile(
        r"\b(cambodia\w*|hun sen|hun manet|" + "|".join(frames - {"dependence", "alignment", "sovereignty"}) + r")\b"
    )
    assert {n: f for n in methods if (f := ours.findall(files[n].decode().lower()))} == {}


def test_a_document_for_any_study_is_without_what_is_on_ours():
    words = "Before.\n<!-- this study -->\nOurs.\n<!-- end -->\nAfter.\n"
    assert for_any_study(words) == "Before.\nAfter.\n"
    assert for_any_study(words, ours=True) == "Before.\nOurs.\nAfter.\n"


def test_an_installation_without_notebooks_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PACKAGE", tmp_path)
    with pytest.raises(DiscourseError, match="has no notebooks; install it again from its wheel"):
        shipped()
