"""Workers forked from one preloaded process: they end as an interpreter of their own would, and leave nothing behind."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time

import psutil
import pytest
from sample_project import write_notebook

from analysis.run.execute import Job, environment
from analysis.run.forks import Preloaded
from analysis.run.plan import Run
from analysis.run.project import Project

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="workers are forked on Linux alone")
WAIT = 120


def preloaded(folder):
    told = environment(folder, Job(Run("x", "x"), folder), folder / "runtime", Project(folder))
    return Preloaded(folder, told | {"PYTHONPATH": os.pathsep.join(sys.path)})


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    made = preloaded(tmp_path_factory.mktemp("origin"))
    yield made
    made.close()


@pytest.fixture
def mortal(tmp_path):
    """One that a test may end."""
    made = preloaded(tmp_path)
    yield made
    made.close()


def started(origin, folder, source: str, *, timeout: int = 60):
    """A worker at work on a notebook of one cell; its scratch folder."""
    scratch = folder / f"scratch-{origin._count}"
    scratch.mkdir()
    write_notebook(scratch / "n.ipynb", source, parameters="a = 1")
    job = Job(Run("x", "x"), scratch)
    description = {
        "notebook": str(scratch / "n.ipynb"),
        "executed": str(job.executed),
        "parameters": {"a": 2},
        "cwd": str(folder),
        "timeout": timeout,
        "result": str(scratch / "result.json"),
        "runtime": str(scratch / "runtime"),
        "events": str(scratch / "events.jsonl"),
        "parent": os.getpid(),
    }
    (scratch / "job.json").write_text(json.dumps(description))
    told = environment(folder, job, scratch / "runtime", Project(folder)) | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return origin.start(scratch / "job.json", told, scratch / "log.txt", folder), scratch


def result_of(scratch):
    return json.loads((scratch / "result.json").read_text())


def gone(pid: int) -> bool:
    """Whether a process has ended, or will within the time that a busy machine takes."""
    stop = time.monotonic() + WAIT
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > stop:
            return False
        time.sleep(0.05)
    return True


def kernel_of(worker) -> int:
    stop = time.monotonic() + WAIT
    while not (found := psutil.Process(worker.pid).children()):
        assert time.monotonic() < stop
        time.sleep(0.05)
    return found[0].pid


def wait_for(path):
    stop = time.monotonic() + WAIT
    while not path.exists():
        assert time.monotonic() < stop
        time.sleep(0.05)


def test_two_workers_run_side_by_side_each_in_its_own_world(origin, tmp_path):
    source = (
        "import os, sys, pathlib; name = os.environ['DISCOURSE_FIGURES'].split('/')[-2]\n"
        "pathlib.Path(name + '.txt').write_text(f'{a} {hash(\"word\")} {os.getcwd()}'); print('said', a)"
    )
    both = [started(origin, tmp_path, source) for _ in range(2)]
    assert [worker.wait() for worker, _ in both] == [0, 0]
    assert [result_of(scratch)["error"] for _, scratch in both] == [None, None]
    texts = [(tmp_path / f"{scratch.name}.txt").read_text() for _, scratch in both]
    assert texts[0] == texts[1]  # one hash seed
    assert texts[0].startswith("2 ")
    assert texts[0].endswith(str(tmp_path))
    assert "said 2" in (both[0][1] / "executed.ipynb").read_text()
    assert result_of(both[0][1])["peak_mb"] > 20


def test_collections_of_garbage_pass_over_what_was_imported_before(origin, tmp_path):
    worker, scratch = started(origin, tmp_path, "import gc; print('frozen', gc.get_freeze_count() > 100_000)")
    assert worker.wait() == 0
    assert "frozen True" in (scratch / "executed.ipynb").read_text()


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("raise SystemExit(3)", "SystemExit"),
        ("import os; os._exit(5)", "DeadKernelError"),
    ],
)
def test_a_cell_that_fails_is_reported_as_by_a_new_interpreter(origin, tmp_path, source, name):
    worker, scratch = started(origin, tmp_path, source)
    assert worker.wait() == 0
    assert result_of(scratch)["error"]["name"] == name


def test_a_cell_without_end_is_interrupted_at_its_time(origin, tmp_path):
    worker, scratch = started(origin, tmp_path, "while True: pass", timeout=3)
    assert worker.wait() == 0
    assert "Timeout" in result_of(scratch)["error"]["name"]


def test_a_killed_worker_takes_its_kernel_along_and_others_go_on(origin, tmp_path):
    sleeping = "import pathlib, time; pathlib.Path('begun').touch(); time.sleep(600)"
    worker, scratch = started(origin, tmp_path, sleeping)
    kernel = kernel_of(worker)
    wait_for(tmp_path / "begun")
    os.killpg(worker.pid, signal.SIGKILL)
    assert worker.wait() == -signal.SIGKILL
    assert not (scratch / "result.json").exists()
    assert gone(kernel)
    assert started(origin, tmp_path, "a")[0].wait() == 0


def test_without_the_preloaded_process_workers_end_and_no_other_is_begun(mortal, tmp_path):
    worker, _ = started(mortal, tmp_path, "import pathlib, time; pathlib.Path('begun').touch(); time.sleep(600)")
    kernel = kernel_of(worker)
    wait_for(tmp_path / "begun")
    mortal.process.kill()
    assert worker.wait() == -signal.SIGKILL
    assert gone(worker.pid)
    assert gone(kernel)
    with pytest.raises(OSError, match=r"answer|pipe"):
        started(mortal, tmp_path, "a")


def limited(origin: Preloaded, more: int) -> None:
    """Leave the preloaded process, and all it forks from now on, so many bytes of addresses beyond what it has."""
    wait = time.monotonic() + WAIT
    while not (made := started_once(origin)):
        assert time.monotonic() < wait
    size = made + more
    resource.prlimit(origin.process.pid, resource.RLIMIT_AS, (size, size))


def started_once(origin: Preloaded) -> int:
    """Addresses that the preloaded process uses once its imports are done."""
    before = psutil.Process(origin.process.pid).memory_info().vms
    time.sleep(0.5)
    after = psutil.Process(origin.process.pid).memory_info().vms
    return after if before == after > 200_000_000 else 0


def test_a_forked_worker_that_runs_out_of_memory_is_named_and_others_go_on(mortal, tmp_path):
    started(mortal, tmp_path, "a")[0].wait()  # imports are done
    limited(mortal, 1_500_000_000)
    greedy, scratch = started(mortal, tmp_path, "kept = bytearray(4_000_000_000)")
    modest, other = started(mortal, tmp_path, "print('said', len(bytearray(1_000_000)))")
    assert greedy.wait() == modest.wait() == 0
    assert result_of(scratch)["error"]["name"] == "MemoryError"
    assert result_of(other)["error"] is None
    assert "said 1000000" in (other / "executed.ipynb").read_text()


def test_closing_ends_what_is_at_work(mortal, tmp_path):
    worker, _ = started(mortal, tmp_path, "import time; time.sleep(600)")
    kernel = kernel_of(worker)
    mortal.close()
    assert gone(worker.pid)
    assert gone(kernel)
