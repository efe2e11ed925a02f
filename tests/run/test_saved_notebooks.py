"""Notebooks as JupyterLab, VS Code and others save them: they run, or one is refused with cell and line, alone."""

from __future__ import annotations

import json

import pytest
from sample_project import discourse

from analysis.run.plan import load_plan
from analysis.run.project import Project


def change(project, edit, name="10_tokens"):
    path = project / "notebooks" / f"{name}.ipynb"
    notebook = json.loads(path.read_text())
    edit(notebook)
    path.write_text(json.dumps(notebook, indent=1, sort_keys=True))


def first_line(text):
    def edit(notebook):
        notebook["cells"][2]["source"] = [f"{text}\n", *notebook["cells"][2]["source"]]

    return edit


@pytest.mark.parametrize(
    "line",
    ["%matplotlib inline", "%load_ext autoreload", "!ls", "files = !ls", "x = %time 1", "open?", "open??", "%%timeit"],
)
def test_a_line_of_ipython_is_refused_with_cell_and_line_and_other_notebooks_stand(project, line):
    change(project, first_line(line))
    runs = {run.id: run for run in load_plan(Project(project)).runs}
    for name in ("tokens_news", "tokens_un"):
        assert f"10_tokens.ipynb, cell 3, line 1: `{line}` is an IPython magic or shell command" in runs[name].refused
    assert not runs["terms"].refused


def as_others_save_it(notebook):
    """No language, another kernel, outputs and counts, a cell of another language, cells without ids, keys in any order."""
    notebook["metadata"] = {"kernelspec": {"display_name": ".venv", "name": "venv-1"}, "vscode": {"hash": "a"}}
    notebook["nbformat_minor"] = 4
    old = {"output_type": "error", "ename": "KeyError", "evalue": "of last year", "traceback": ["old"]}
    sql = {"cell_type": "code", "metadata": {"tags": ["skip-execution"]}, "source": "SELECT 1 FROM %s WHERE"}
    notebook["cells"].insert(2, {**sql, "outputs": [], "execution_count": None})
    for cell in notebook["cells"]:
        cell.pop("id", None)
        cell["metadata"]["vscode"] = {"languageId": "python"}
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [old], 7


def test_what_other_programs_add_is_no_hindrance(project):
    change(project, as_others_save_it)
    done = discourse(project, "run", "--only", "tokens_news")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project / "figures" / "tokens_news.json").is_file()
