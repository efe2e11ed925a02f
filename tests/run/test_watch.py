"""Errors that stop no cell, and warnings: a run with such an error fails, warnings are counted and told."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from sample_project import DRAW, READ, discourse, make_project, write_notebook

from analysis.run import watch

PARAMETERS = 'store_name = "default"\ncollection = "news"\nera_ids = []\nfigure_id = "tokens_news"\nscale = 1.0'
SWALLOWED = {
    "output widget": """import ipywidgets
with ipywidgets.Output():
    raise KeyError("shown in a widget")""",
    "interact": """import ipywidgets
def show(x):
    raise KeyError("of a slider")
ipywidgets.interact(show, x=3)""",
    "thread": """import threading
def work():
    raise KeyError("in a thread")
t = threading.Thread(target=work)
t.start()
t.join()""",
    "timer": """import threading
threading.Timer(0.05, lambda: 1 / 0).start()""",
    "task that is kept": """import asyncio
async def work():
    raise KeyError("in a task")
task = asyncio.create_task(work())""",
    "task that is dropped": """import asyncio
async def work():
    raise KeyError("in a task")
asyncio.ensure_future(work()) and None""",
    "pool": """from concurrent.futures import ThreadPoolExecutor
def work():
    raise KeyError("in a pool")
with ThreadPoolExecutor(1) as pool:
    future = pool.submit(work)""",
    "end of the session": """import atexit
atexit.register(lambda: {}["at the end"])""",
}
# Further kinds, all in one session; the last names what is noted: kind, name, where.
KINDS = {
    "a group of tasks": (
        """import asyncio
async def work():
    raise KeyError("in a group")
group = asyncio.gather(work(), work())
await asyncio.sleep(0.01)""",
        ("error", "KeyError", "task"),
    ),
    "a call in an executor": (
        """call = asyncio.get_running_loop().run_in_executor(None, lambda: 1 / 0)
await asyncio.sleep(0.1)""",
        ("error", "ZeroDivisionError", "task"),
    ),
    "a callback of the loop": (
        """asyncio.get_running_loop().call_later(0.01, lambda: int("x"))
await asyncio.sleep(0.1)""",
        ("error", "ValueError", "callback"),
    ),
    "results of a pool that are not gone through": (
        """from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(1) as pool:
    results = pool.map(lambda x: [][x], [0])""",
        ("error", "IndexError", "future"),
    ),
    "a pool of processes": (
        """import multiprocessing, operator
with multiprocessing.get_context("fork").Pool(1) as processes:
    result = processes.apply_async(operator.truediv, (1, 0))
    processes.close()
    processes.join()""",
        ("error", "ZeroDivisionError", "future"),
    ),
    "a process": (
        """process = multiprocessing.get_context("fork").Process(target=operator.truediv, args=(1, 0))
process.start()
process.join()""",
        ("error", "ProcessError", "process"),
    ),
    "a callback of a widget": (
        """import ipywidgets
slider, output = ipywidgets.IntSlider(), ipywidgets.Output()
slider.observe(output.capture()(lambda change: None + change["new"]), "value")
slider.value = 3""",
        ("error", "TypeError", "cell"),
    ),
    "what shows an object": (
        """class Table:
    def _repr_html_(self):
        raise AttributeError("in a table")
get_ipython().display_formatter.format(Table())""",
        ("error", "AttributeError", "cell"),
    ),
    "an object thrown away": (
        """class Thing:
    def __del__(self):
        raise KeyError("in del")
thing = Thing()
del thing""",
        ("warning", "KeyError", "unraisable"),
    ),
    "a logger with handlers of its own": (
        """import logging
own = logging.getLogger("fitting")
own.propagate = False
own.addHandler(logging.NullHandler())
own.error("no convergence")""",
        ("warning", "fitting", "logging"),
    ),
    "logging set up anew": (
        """logging.basicConfig(force=True)
logging.warning("again none")""",
        ("warning", "root", "logging"),
    ),
    "the end of the session": (
        """import atexit
atexit.register(lambda: {}["at the end"])""",
        ("error", "KeyError", "atexit"),
    ),
}
SESSION = """import json, sys
from IPython.core.interactiveshell import InteractiveShell
from analysis.run.watch import install
shell = InteractiveShell.instance()
install(shell)
for cell in json.loads(sys.stdin.read()):
    shell.run_cell(cell).raise_error()
"""
HANDLED = """import asyncio, threading, warnings, logging
from concurrent.futures import ThreadPoolExecutor
async def work():
    raise KeyError("awaited")
try:
    await asyncio.create_task(work())
except KeyError:
    pass
with ThreadPoolExecutor(1) as pool:
    print(type(pool.submit(lambda: 1 / 0).exception()))
print(await asyncio.gather(work(), return_exceptions=True))
try:
    await asyncio.to_thread(lambda: 1 / 0)
except ZeroDivisionError:
    pass
import multiprocessing, operator
with multiprocessing.get_context("fork").Pool(1) as processes:
    asked = processes.apply_async(operator.truediv, (1, 0))
    asked.wait(9)
    print(asked.successful())
ended = multiprocessing.get_context("fork").Process(target=threading.Event().wait, args=(9,))
ended.start()
ended.terminate()
ended.join()
cancelled = asyncio.create_task(asyncio.sleep(9))
cancelled.cancel()
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    warnings.warn("not shown")
for _ in range(3):
    warnings.warn("the fit did not converge")
logging.getLogger("fitting").warning("%s steps were not enough", 9)
logging.getLogger("fitting").info("all is well")"""


def run(project, cell, *more, plan=""):
    write_notebook(project / "notebooks" / "10_tokens.ipynb", cell, READ, DRAW, parameters=PARAMETERS)
    if plan:
        path = project / "notebooks" / "plan.toml"
        path.write_text(path.read_text() + plan)
    return discourse(project, "run", "--only", "tokens_news", *more)


@pytest.fixture(scope="module")
def swallowing(tmp_path_factory, root):
    """A project with a notebook and a run for each of `SWALLOWED`, and one that is sound, after one command."""
    project = make_project(tmp_path_factory.mktemp("swallowed"), root)
    plan = ""
    for number, cell in enumerate(["", *SWALLOWED.values()]):
        name = f"kind_{number}"
        write_notebook(project / "notebooks" / f"{name}.ipynb", cell or "1", READ, DRAW, parameters=PARAMETERS)
        plan += f'[[run]]\nid = "{name}"\nnotebook = "{name}"\nfigures = ["{name}"]\n'
        plan += f"parameters = {{ {PARAMETERS.replace(chr(10), ', ').replace('tokens_news', name)} }}\n"
    (project / "notebooks" / "plan.toml").write_text(plan)
    return project, discourse(project, "run")


@pytest.mark.parametrize("kind", ["", *SWALLOWED])
def test_an_error_that_stops_no_cell_fails_the_run(swallowing, kind):
    """The run of each kind; "" is the sound one beside them."""
    project, done = swallowing
    name = f"kind_{['', *SWALLOWED].index(kind)}"
    assert done.returncode == 1, done.stdout
    line = next(line for line in done.stdout.splitlines() if line.split()[:1] == [name])
    said = [line for line in done.stderr.splitlines() if name in line]
    assert (project / "figures" / f"{name}.json").exists() == (not kind)
    assert (" failed " in line) == bool(kind), line
    place = "cell 5" if kind == "end of the session" else "cell 3"  # the last one, or where it began
    assert any("Error" in line and place in line for line in said) == bool(kind), done.stderr


def test_one_run_alone_is_watched_to_its_end_as_well(project):
    """Its kernel is an interpreter of its own, those above are forked; a failed call in a pool is known at the end only."""
    done = run(project, SWALLOWED["pool"])
    assert done.returncode == 1, done.stdout
    assert "cell 3: KeyError: 'in a pool'" in done.stdout
    assert not (project / "figures" / "tokens_news.json").exists()


def test_every_other_kind_is_noted_with_its_cell(tmp_path):
    place = tmp_path / "events"
    done = subprocess.run(
        [sys.executable, "-c", SESSION],
        input=json.dumps([cell for cell, _ in KINDS.values()]),
        env={**os.environ, watch.EVENTS: str(place), "IPYTHONDIR": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    noted = [(e["kind"], e["name"], e["where"], e["count"]) for e in map(json.loads, place.read_text().splitlines())]
    for number, (kind, (_, event)) in enumerate(KINDS.items(), start=1):
        assert (*event, number) in noted, kind
    assert len(noted) == len(KINDS)


def test_what_is_handled_fails_nothing_and_warnings_are_counted(project):
    harmless = '\n[[harmless]]\nname = "fitting"\nmatch = "^\\\\d+ steps"\nreason = "The steps are a limit of ours."\n'
    done = run(project, HANDLED, plan=harmless)
    assert done.returncode == 0, done.stderr
    sidecar = json.loads((project / "figures" / "tokens_news.json").read_text())
    assert sidecar["run"]["warnings"] == [
        {"count": 1, "harmless": "", "message": "the fit did not converge", "name": "UserWarning"},
        {
            "count": 1,
            "harmless": "The steps are a limit of ours.",
            "message": "9 steps were not enough",
            "name": "fitting",
        },
    ]
    report = (project / ".cache" / "report.html").read_text()
    assert "did not converge" in report and "The steps are a limit of ours." in report
    assert "1 warning" in done.stdout
    assert "warned 1 times: UserWarning: the fit did not converge" in done.stderr
    again = discourse(project, "run", "--only", "tokens_news")
    assert "unchanged" in again.stdout and "did not converge" in again.stderr


def test_what_the_kernel_says_of_itself_is_no_warning_of_the_run(tmp_path):
    """An interrupt that the kernel survives stood in a figure's sidecar."""
    place = tmp_path / "events"
    cell = """import logging, ipykernel.kernelbase
for name, path in (("IPKernelApp", ipykernel.kernelbase.__file__), ("fitting", "fit.py")):
    said = f"said by {name}"
    logging.getLogger(name).handle(logging.LogRecord(name, logging.ERROR, path, 1, said, None, None))"""
    done = subprocess.run(
        [sys.executable, "-c", SESSION],
        input=json.dumps([cell]),
        env={**os.environ, watch.EVENTS: str(place), "IPYTHONDIR": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["message"] for line in place.read_text().splitlines()] == ["said by fitting"]


def test_nothing_is_watched_where_no_file_is_named(monkeypatch):
    import threading

    before = threading.excepthook
    monkeypatch.delenv(watch.EVENTS, raising=False)
    watch.install(None)
    assert threading.excepthook is before


def test_addresses_of_objects_are_left_out(tmp_path):
    seen = watch.Watch(str(tmp_path / "events"), None)
    seen.note("warning", "W", "bad <object at 0x7f3a5b2c>", "warnings")
    assert json.loads((tmp_path / "events").read_text())["message"] == "bad <object at 0x…>"
