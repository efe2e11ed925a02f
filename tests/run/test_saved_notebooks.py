"""Notebooks as JupyterLab, VS Code and others save them: they run, or one is refused with cell and line, alone."""

from __future__ import annotations

import json
import shutil

import pytest
from quick import sample
from sample_project import PARAMETERS, discourse, make_project

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


@pytest.mark.parametrize(
    "text",
    ["!pip install seaborn", "%pip install seaborn", "%%bash\nls", "x = %sql SELECT 1", "x = (1,", "/help", ",f a b"],
)
def test_a_cell_that_is_no_python_is_refused_with_its_number(project, text):
    change(project, lambda notebook: notebook["cells"].insert(2, code(text)))
    assert "10_tokens.ipynb, cell 3, line 1: " in refused(project)


def code(text, **metadata):
    return {"cell_type": "code", "metadata": metadata, "source": text, "outputs": [], "execution_count": None}


def refused(project):
    """Why the runs of 10_tokens are refused; those of another notebook are not."""
    runs = {run.id: run.refused for run in load_plan(Project(project)).runs}
    assert not runs["terms"]
    return runs["tokens_news"]


def tags_lost(notebook):
    for cell in notebook["cells"]:
        cell["metadata"] = {}


def tag_in_capitals(notebook):
    notebook["cells"][1]["metadata"]["tags"] = ["Parameters"]


def tagged_twice(notebook):
    notebook["cells"][2]["metadata"]["tags"] = ["parameters"]


def renamed(notebook):
    notebook["cells"][1]["source"] = "".join(notebook["cells"][1]["source"]).replace("scale", "Scale")


def emptied(notebook):
    notebook["cells"][1]["source"] = "# nothing left"


def made_words(notebook):
    notebook["cells"][1]["cell_type"] = "markdown"


def moved_behind(notebook):
    notebook["cells"].append(notebook["cells"].pop(1))


def of_version_three(notebook):
    notebook["worksheets"] = [{"cells": notebook.pop("cells")}]


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (tags_lost, "10_tokens.ipynb: no cell with parameters is tagged 'parameters', and the plan gives it some"),
        (tag_in_capitals, "no cell with parameters is tagged 'parameters'"),
        (tagged_twice, "2 cells are tagged 'parameters'; one is expected"),
        (renamed, "'scale' is not allowed; allowed: store_name, collection, era_ids, figure_id, Scale"),
        (emptied, "no cell with parameters is tagged"),
        (made_words, "10_tokens.ipynb, cell 2: is tagged 'parameters' and is markdown; make it a code cell"),
        (moved_behind, "cell 2: uses collection, scale, store_name before the parameter cell, which is cell 4"),
        (of_version_three, "10_tokens.ipynb: not a Jupyter notebook (version 4)"),
    ],
)
def test_a_parameter_cell_that_was_lost_or_moved_is_named(project, edit, words):
    change(project, edit)
    assert words in refused(project)


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


def as_colab_saves_it(notebook):
    """Forms in comments, ids among the metadata, widgets of an earlier session; saved over by one that was executed."""
    widgets = {
        "application/vnd.jupyter.widget-state+json": {"state": {"a": {}}, "version_major": 2, "version_minor": 0}
    }
    notebook["metadata"] = {"colab": {"provenance": []}, "accelerator": "GPU", "widgets": widgets}
    notebook["metadata"]["papermill"] = {"parameters": {"scale": 99.0}}
    notebook["nbformat_minor"] = 0
    cells = notebook["cells"]
    cells[1]["source"] = (
        '#@title Parameters { run: "auto" }\n' + "".join(cells[1]["source"]) + '  #@param {type:"number"}'
    )
    cells.insert(2, code("# Parameters\nscale = 99.0\ncollection = 'un'", tags=["injected-parameters"]))
    cells[3:3] = [code(""), code(" \n"), code("display('a')\nget_ipython().run_line_magic('matplotlib', 'inline')")]
    cells.insert(1, {"cell_type": "raw", "metadata": {}, "source": "%matplotlib \\alpha"})
    for cell in cells:
        cell["metadata"]["id"] = cell.pop("id", "same")
        cell["metadata"]["papermill"] = {"status": "completed", "exception": False, "start_time": "2020"}


def with_parts_missing(notebook):
    """No metadata but the tag, outputs that are none, outputs of words."""
    notebook.pop("metadata")
    for number, cell in enumerate(notebook["cells"]):
        cell.pop("id")
        if number != 1:
            cell.pop("metadata")
        cell["outputs"], cell["execution_count"] = None, "3"


@pytest.mark.parametrize("edit", sample([as_colab_saves_it, with_parts_missing], [as_colab_saves_it]))
def test_a_notebook_of_colab_or_with_parts_missing_runs_with_the_parameters_of_the_plan(project, edit):
    change(project, edit)
    path = project / "notebooks" / "10_tokens.ipynb"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    before = path.read_bytes()
    done = discourse(project, "run", "--only", "tokens_news")
    assert done.returncode == 0, done.stdout + done.stderr
    made = json.loads((project / "figures" / "tokens_news.json").read_text())["run"]["parameters"]
    assert (made["scale"], made["collection"]) == (1.0, "news")
    assert path.read_bytes() == before


# sys.exit(0) and os._exit(0) are tried in test_runner.
ENDINGS = {
    "leaves without a word": "raise SystemExit",
    "quits": "quit()",
    "is killed": "import os, signal, time\nos.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(9)",
    "may raise": "1 / 0",
}


@pytest.fixture(scope="module")
def ended(tmp_path_factory, root):
    """A project with a notebook and a run for each of `ENDINGS`, after one command."""
    project = make_project(tmp_path_factory.mktemp("ended"), root)
    plan = ""
    for kind, cell in ENDINGS.items():
        name = kind.replace(" ", "_")
        shutil.copyfile(project / "notebooks" / "10_tokens.ipynb", project / "notebooks" / f"{name}.ipynb")
        tags = {"tags": ["raises-exception"]} if kind == "may raise" else {}
        change(project, lambda notebook: notebook["cells"].insert(2, code(cell, **tags)), name)  # noqa: B023
        plan += f'[[run]]\nid = "{name}"\nnotebook = "{name}"\nfigures = ["{name}"]\n'
        plan += f"parameters = {{ {PARAMETERS.replace(chr(10), ', ').replace('tokens_news', name)} }}\n"
    (project / "notebooks" / "plan.toml").write_text(plan)
    return project, discourse(project, "run")


@pytest.mark.parametrize("kind", ENDINGS)
def test_a_cell_that_ends_the_session_or_may_raise_fails_the_run(ended, kind):
    project, done = ended
    name = kind.replace(" ", "_")
    place = "cell " if kind == "quits" else "cell 3"  # it ends once the cell is done, as soon as it comes to that
    line = next(line for line in done.stdout.splitlines() if line.split()[:1] == [name])
    assert " failed " in line and place in line, done.stdout
    assert done.returncode == 1
    assert not (project / "figures" / f"{name}.json").exists()


@pytest.mark.slow
def test_what_other_programs_add_is_no_hindrance(project):
    change(project, as_others_save_it)
    done = discourse(project, "run", "--only", "tokens_news")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project / "figures" / "tokens_news.json").is_file()
