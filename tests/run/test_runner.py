from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time

import psutil
import pytest
from sample_project import DRAW, PARAMETERS, READ, build_store, discourse, write_notebook

PLAN = """
[[run]]
id = "good"
notebook = "good"
[[run]]
id = "bad"
notebook = "bad"
[[run]]
id = "needs_bad"
notebook = "good"
after = ["bad"]
[[run]]
id = "needs_more"
notebook = "good"
after = ["needs_bad"]
[[run]]
id = "leaves"
notebook = "leaves"
[[run]]
id = "dies"
notebook = "dies"
[[run]]
id = "late"
notebook = "late"
timeout = 15
[[run]]
id = "silent"
notebook = "good"
figures = ["never_made"]
"""


@pytest.fixture(scope="module")
def broken(tmp_path_factory, root):
    """A project whose notebooks fail in every way, after one run."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "analysis").symlink_to(root / "analysis")
    (folder / "CITATION.cff").write_bytes((root / "CITATION.cff").read_bytes())
    (folder / "corpus").mkdir()
    notebooks = folder / "notebooks"
    write_notebook(notebooks / "good.ipynb", "x = 1", parameters="seed = 1")
    write_notebook(notebooks / "bad.ipynb", "x = 1", "x = {'a': 1}\nx['b']", "y = 2", parameters="seed = 1")
    write_notebook(notebooks / "leaves.ipynb", "import sys", "sys.exit(0)", "y = 2", parameters="seed = 1")
    write_notebook(notebooks / "dies.ipynb", "import os", "os._exit(0)", "y = 2", parameters="seed = 1")
    write_notebook(notebooks / "late.ipynb", "import time\ntime.sleep(600)", parameters="seed = 1")
    (notebooks / "plan.toml").write_text(PLAN)
    (folder / "pyproject.toml").write_text("")
    summary = folder / "summary.md"
    done = discourse(folder, "run", GITHUB_STEP_SUMMARY=str(summary))
    return folder, done, summary


def line_of(done, run):
    return next(line for line in done.stdout.splitlines() if line.split()[:1] == [run])


@pytest.mark.slow
def test_a_failure_is_named_and_the_others_are_finished(broken):
    folder, done, _ = broken
    assert done.returncode == 1
    assert " ran " in line_of(done, "good")
    assert "cell 4: KeyError: 'b'" in line_of(done, "bad")
    assert "bad (run bad) failed in cell 4" in done.stderr
    assert "needs bad, which failed" in line_of(done, "needs_bad")
    assert "needs needs_bad, which was skipped" in line_of(done, "needs_more")
    assert not list((folder / ".cache" / "scratch").glob("*"))


@pytest.mark.slow
def test_leaving_dying_and_being_late_are_failures(broken):
    _, done, _ = broken
    assert "failed" in line_of(done, "leaves")
    assert "cell 4: SystemExit" in line_of(done, "leaves")
    assert "failed" in line_of(done, "dies")
    assert "cell 4" in line_of(done, "dies")
    assert "cell 3: " in line_of(done, "late")
    assert "imeout" in line_of(done, "late")
    assert "the plan names ['never_made']" in line_of(done, "silent")


@pytest.mark.slow
def test_the_report_shows_cell_and_traceback(broken):
    folder, _, summary = broken
    page = (folder / ".cache" / "report.html").read_text()
    assert "cell 4: KeyError: &#39;b&#39;" in page
    assert "KeyError" in page.split("<pre>")[1]
    assert "needs bad, which failed" in page
    assert "| bad | bad | failed |" in summary.read_text()


@pytest.mark.slow
def test_a_killed_run_leaves_whole_files_and_the_next_one_ends_the_same(finished, project):
    chance = random.Random(3)
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-m", "analysis.cli", "run"],
            cwd=project,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(project)},
        )
        time.sleep(chance.uniform(0.5, 7))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        for path in (project / "figures").glob("[a-z]*"):
            if path.is_file() and (finished / "figures" / path.name).is_file():
                assert path.read_bytes() == (finished / "figures" / path.name).read_bytes(), path.name
    # Another folder than the finished project's, another hash seed, another time zone: the same bytes.
    done = discourse(project, "run", PYTHONHASHSEED="7", TZ="Asia/Phnom_Penh", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    left = {p.name: p.read_bytes() for p in (project / "figures").iterdir() if p.is_file()}
    assert left == {p.name: p.read_bytes() for p in (finished / "figures").iterdir() if p.is_file()}


WAITS_ONCE = """import pathlib, time
begun = pathlib.Path(f"begun_{figure_id}")
if not begun.exists():
    begun.touch()
    time.sleep(600)"""


def preloaded_of(process: subprocess.Popen) -> psutil.Process:
    """The process that forks the workers of a plan."""
    stop = time.monotonic() + 120
    while time.monotonic() < stop:
        for child in psutil.Process(process.pid).children():
            if "analysis.run.preloaded" in child.cmdline():
                return child
        time.sleep(0.05)
    raise AssertionError("no preloaded process")


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="workers are forked on Linux alone")
def test_a_plan_goes_on_when_the_process_that_forks_its_workers_is_killed(project, finished):
    """kill -9 while two runs are at work: both are done again by interpreters; the figures are the same."""
    whole = {p.name: p.read_bytes() for p in (finished / "figures").iterdir() if p.suffix == ".csv"}
    write_notebook(project / "notebooks" / "10_tokens.ipynb", READ, WAITS_ONCE, DRAW, parameters=PARAMETERS)
    process = subprocess.Popen(
        [sys.executable, "-m", "analysis.cli", "run", "--force"],
        cwd=project,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(project)},
    )
    stop = time.monotonic() + 120
    while len(list(project.glob("begun_*"))) < 2:
        assert time.monotonic() < stop
        time.sleep(0.05)
    origin = preloaded_of(process)
    left = origin.children(recursive=True)
    origin.kill()
    out, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    assert errors.count("done again") == 2  # each by its name
    assert "tokens_news" in errors
    assert "tokens_un" in errors
    assert out.count(" ran ") >= 3
    assert {p.name: p.read_bytes() for p in (project / "figures").iterdir() if p.suffix == ".csv"} == whole
    assert not [*(project / "figures").rglob(".*.tmp"), *(project / ".cache" / "scratch").glob("*")]
    assert not psutil.wait_procs(left, timeout=60)[1]  # no worker or kernel of the dead one is left


def test_a_wrong_parameter_starts_no_kernel(project):
    plan = (project / "notebooks" / "plan.toml").read_text()
    (project / "notebooks" / "plan.toml").write_text(plan.replace('{ figure_id = "terms"', '{ collection = "nows"'))
    done = discourse(project, "run", "--only", "terms")
    assert done.returncode == 2
    assert "Did you mean 'news'" in done.stderr
    assert not (project / ".cache").exists()


@pytest.mark.slow
def test_a_refused_run_is_named_and_the_others_are_finished(project):
    """A notebook as people save it: one IPython magic, and a cell of another language that Jupyter is told to skip."""
    magic = "%matplotlib inline\nx = 2"
    write_notebook(project / "notebooks" / "20_terms.ipynb", "x = 1", magic, parameters=PARAMETERS)
    path = project / "notebooks" / "10_tokens.ipynb"
    content = json.loads(path.read_text())
    skipped = {"cell_type": "code", "id": "z", "execution_count": None, "outputs": [], "source": "SELECT * FROM x"}
    content["cells"].append({**skipped, "metadata": {"tags": ["skip-execution"]}})
    path.write_text(json.dumps(content))
    done = discourse(project, "run")
    assert done.returncode == 1
    assert " ran " in line_of(done, "tokens_news")
    assert " ran " in line_of(done, "tokens_un")
    assert " refused " in line_of(done, "terms")
    assert "20_terms.ipynb, cell 4, line 1: `%matplotlib inline` is an IPython magic" in done.stderr
    assert "Traceback" not in done.stderr


EMPTY = """from analysis.figures import forest
import pandas as pd
forest(pd.DataFrame({"a": [], "estimate": [], "low": [], "high": []}), label="a")"""


@pytest.mark.slow
@pytest.mark.parametrize(("arguments", "status"), [(("--store", "mine"), "nothing"), ((), "failed")])
def test_nothing_to_draw_is_a_result_on_a_store_of_ones_own_and_a_failure_of_the_plan(project, arguments, status):
    build_store(project / "corpus" / "store" / "mine")
    write_notebook(
        project / "notebooks" / "20_terms.ipynb",
        EMPTY,
        "store_name, collection, era_ids, figure_id, scale",
        parameters=PARAMETERS,
    )
    done = discourse(project, "run", "--only", "terms", *arguments)
    assert done.returncode == (status == "failed"), done.stderr
    assert f" {status} " in line_of(done, next(w for w in done.stdout.split() if w.startswith("terms")))
    assert "nothing to draw: the table has no rows" in done.stdout
    assert "Traceback" not in done.stderr
