"""What the process of one notebook says about its end, read off the executed notebook."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from analysis.run import worker
from analysis.run.worker import Memory, _descendants, first_failure, last_started, plain


def cell(source="x = 1", *, kind="code", count=1, tags=(), outputs=(), **papermill):
    return {
        "cell_type": kind,
        "source": [source],
        "execution_count": count,
        "outputs": list(outputs),
        "metadata": {"tags": list(tags), "papermill": papermill},
    }


ERROR = {
    "output_type": "error",
    "ename": "KeyError",
    "evalue": "\x1b[31m'b'\x1b[0m",
    "traceback": ["\x1b[0;31mKeyError\x1b[0m: 'b'"],
}
WORDS = cell("# A question", kind="markdown", count=None)
GIVEN = cell(tags=["injected-parameters"])


@pytest.fixture
def executed(tmp_path):
    def write(*cells):
        path = tmp_path / "executed.ipynb"
        path.write_text(json.dumps({"cells": cells}))
        return path

    return write


def test_an_error_is_counted_in_the_notebook_as_it_is_committed(executed):
    path = executed(WORDS, cell(), GIVEN, cell(outputs=[ERROR], status="completed"), cell(count=None))
    assert first_failure(path) == {"cell": 3, "name": "KeyError", "message": "'b'", "traceback": ["KeyError: 'b'"]}


@pytest.mark.parametrize("left", [cell(count=None), cell(status="pending")])
def test_a_cell_that_never_ran_is_a_failure_without_a_name(executed, left):
    assert first_failure(executed(WORDS, cell(), left)) == {"cell": 3, "name": "", "message": "", "traceback": []}


def test_empty_and_skipped_cells_and_words_need_not_run(executed):
    skipped = cell(count=None, tags=["skip-execution"])
    assert first_failure(executed(WORDS, cell(), cell(" ", count=None), skipped)) is None


def test_the_cell_at_work_is_the_last_with_a_start(executed):
    at_work = cell(start_time="2024-01-01T00:00:00")
    assert last_started(executed(WORDS, GIVEN, at_work, at_work, cell())) == 3
    assert last_started(executed(WORDS, cell())) is None


def test_without_an_executed_notebook_nothing_is_known(tmp_path):
    assert first_failure(tmp_path / "none.ipynb") is last_started(tmp_path / "none.ipynb") is None


def test_colours_of_a_terminal_are_left_out():
    assert plain(["\x1b[1;31mred\x1b[0m", "plain"]) == ["red", "plain"]
    assert plain([]) == [""]


def test_memory_is_that_of_the_children_in_mebibytes():
    memory = Memory(os.getpid())
    memory.peak = 10**6 * 2**20
    assert memory.peak_mb() == 10**6


def test_processes_below_are_found_with_and_without_linux(monkeypatch, tmp_path):
    sleep = "import time; time.sleep(60)"
    code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-S', '-c', {sleep!r}]); {sleep}"
    child = subprocess.Popen([sys.executable, "-S", "-c", code], start_new_session=True)
    try:
        stop = time.monotonic() + 180
        while len(found := _descendants(os.getpid())) < 2 and time.monotonic() < stop:
            time.sleep(0.02)
        assert child.pid in found
        assert sorted(found) == sorted(p.pid for p in psutil.Process().children(recursive=True))
        monkeypatch.setattr(worker, "Path", lambda *_: tmp_path)
        assert sorted(_descendants(os.getpid())) == sorted(found)
    finally:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


@pytest.mark.parametrize(("seconds", "writes"), [(0.1, 2), (3.0, 12), (60.0, 22)])
def test_a_notebook_is_written_at_its_start_its_end_and_every_few_seconds(monkeypatch, seconds, writes):
    """10 cells, two looks at the clock each; what a kernel that dies leaves is at most so many seconds old."""
    import datetime

    import nbformat
    from papermill import engines

    written, clock = [], [datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)]
    monkeypatch.setattr(engines, "write_ipynb", lambda notebook, path: written.append(path))
    monkeypatch.setattr(engines.NotebookExecutionManager, "now", lambda _: clock[0])
    usual = engines.NotebookExecutionManager.save
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1") for _ in range(10)])
    notebook.metadata.papermill = {}
    with worker._saved_seldom():
        manager = engines.NotebookExecutionManager(notebook, "out.ipynb", progress_bar=False)
        manager.notebook_start()
        for number, one in enumerate(notebook.cells):
            for step in (manager.cell_start, manager.cell_complete):
                clock[0] += datetime.timedelta(seconds=seconds)
                step(one, number)
        manager.notebook_complete()
    assert len(written) == writes
    assert engines.NotebookExecutionManager.save is usual
