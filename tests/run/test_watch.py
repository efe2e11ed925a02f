"""Errors that stop no cell, and warnings: a run with such an error fails, warnings are counted and told."""

from __future__ import annotations

import json

import pytest
from sample_project import DRAW, READ, discourse, write_notebook

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
}
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


@pytest.mark.parametrize("kind", SWALLOWED)
def test_an_error_that_stops_no_cell_fails_the_run(project, kind):
    done = run(project, SWALLOWED[kind])
    assert done.returncode == 1, done.stdout
    assert "failed" in done.stdout
    assert "Error" in done.stderr and "cell 3" in done.stderr, done.stderr
    assert not (project / "figures" / "tokens_news.json").exists()


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
