"""The plan owns the parameters of published runs; a changed cell is named and changes nothing."""

from __future__ import annotations

import json

import pytest
from sample_project import discourse

from analysis.run.drift import ABSENT, drift, with_outputs
from analysis.run.parameters import declared
from analysis.run.plan import load_plan
from analysis.run.project import Project


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_the_committed_notebooks_and_plan_agree(root):
    plan = load_plan(Project(root))
    assert [str(found) for found in drift(plan)] == []
    for run in plan.runs:
        assert set(plan.defaults[run.notebook]) == set(declared(plan.notebook_path(run))), run.notebook


def test_a_changed_cell_is_named_with_both_values(project):
    edit(project / "notebooks" / "10_tokens.ipynb", "scale = 1.0", "scale = 7.5")
    (found,) = drift(load_plan(Project(project)))
    for part in ("10_tokens", "parameter scale", "7.5 in the notebook", "1.0 in plan.toml", "scale = 7.5"):
        assert part in str(found)


def test_a_value_that_the_plan_does_not_have_is_named_with_the_line_to_write(project):
    edit(
        project / "notebooks" / "plan.toml",
        'era_ids = []\nfigure_id = "tokens_news"\nscale = 1.0\n\n[[run]]',
        "[[run]]",
    )
    found = drift(load_plan(Project(project)))
    assert [(f.notebook, f.parameter) for f in found] == [("20_terms", "era_ids"), ("20_terms", "scale")]
    assert all(f.planned is ABSENT for f in found)
    assert "Write `scale = 1.0` under [defaults.20_terms]" in str(found[1])


@pytest.mark.parametrize(("planned", "cell"), [("true", "1"), ("1", "True"), ('["a"]', '["a", "b"]')])
def test_values_of_another_kind_differ(project, planned, cell):
    edit(project / "notebooks" / "plan.toml", "scale = 1.0", f"scale = {planned}")
    edit(project / "notebooks" / "10_tokens.ipynb", "scale = 1.0", f"scale = {cell}".replace('"', '\\"'))
    assert [f.parameter for f in drift(load_plan(Project(project)))] == ["scale"]


def test_an_empty_cell_leaves_the_value_to_the_plan(project):
    edit(project / "notebooks" / "plan.toml", "era_ids = []", 'era_ids = ["hun_sen"]')
    assert drift(load_plan(Project(project))) == []


def test_a_changed_cell_changes_no_published_figure(copy):
    before = {p.name: p.read_bytes() for p in (copy / "figures").iterdir() if p.is_file()}
    edit(copy / "notebooks" / "10_tokens.ipynb", "scale = 1.0", "scale = 7.5")
    for arguments in (["run"], ["run", "--force", "--only", "tokens_un"], ["run", "--dry-run"]):
        done = discourse(copy, *arguments)
        assert done.returncode == 0, done.stderr
        for part in ("10_tokens: parameter scale", "7.5", "1.0"):
            assert part in done.stderr
    assert {p.name: p.read_bytes() for p in (copy / "figures").iterdir() if p.is_file()} == before
    done = discourse(copy, "figures", "--check")
    assert done.returncode == 1
    assert "10_tokens: parameter scale is 7.5 in the notebook's cell and 1.0 in plan.toml" in done.stderr
    assert "3 figures, 0 stale, 1 parameter differs from the plan." in done.stdout
    assert discourse(copy, "figures", "--check", "terms").returncode == 0


def save_with_output(notebook):
    """What JupyterLab does a minute after a cell was run."""
    content = json.loads(notebook.read_text())
    cell = next(cell for cell in content["cells"] if cell["cell_type"] == "code")
    shown = {"output_type": "execute_result", "data": {"text/plain": ["7"]}, "metadata": {}, "execution_count": 3}
    cell.update(outputs=[shown], execution_count=3)
    notebook.write_text(json.dumps(content, indent=1))


def test_outputs_that_jupyterlab_saved_are_told_and_change_no_figure(copy):
    before = {p.name: p.read_bytes() for p in (copy / "figures").iterdir() if p.is_file()}
    save_with_output(copy / "notebooks" / "10_tokens.ipynb")
    told = "10_tokens.ipynb was saved with the outputs of 1 cell, which change no figure. Clear them"
    for arguments in (["run"], ["run", "--dry-run"], ["figures", "--check"]):
        done = discourse(copy, *arguments)
        assert done.returncode == 0 and told in done.stderr, done.stderr
        assert "20_terms.ipynb was saved" not in done.stderr
    assert {p.name: p.read_bytes() for p in (copy / "figures").iterdir() if p.is_file()} == before
    assert with_outputs(load_plan(Project(copy)), ["20_terms"]) == []
