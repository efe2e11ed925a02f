"""Workers forked from one preloaded process: they end as an interpreter of their own does, and leave nothing behind."""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import sys
import time

import psutil
import pytest
from sample_project import write_notebook

from analysis.errors import DiscourseError
from analysis.run.execute import Job, _process, environment, preload
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


@pytest.fixture(params=["fork", pytest.param("spawn", marks=pytest.mark.slow)])
def way(request):
    """How workers are made: forked from the preloaded process, or each an interpreter (None)."""
    return request.getfixturevalue("origin") if request.param == "fork" else None


@pytest.fixture
def mortal(tmp_path):
    """One that a test may end."""
    made = preloaded(tmp_path)
    yield made
    made.close()


def started(origin, folder, source: str, *, timeout: int = 60):
    """A worker at work on a notebook of one cell; its scratch folder. origin: None for an interpreter of its own."""
    scratch = folder / f"scratch-{len(list(folder.glob('scratch-*')))}"
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
    return _process(job, folder, told, origin), scratch


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
def test_a_cell_that_fails_is_reported_alike_by_both_ways(way, tmp_path, source, name):
    worker, scratch = started(way, tmp_path, source)
    assert worker.wait() == 0
    assert result_of(scratch)["error"]["name"] == name


def test_a_cell_without_end_is_interrupted_at_its_time(way, tmp_path):
    worker, scratch = started(way, tmp_path, "while True: pass", timeout=3)
    assert worker.wait() == 0
    assert "Timeout" in result_of(scratch)["error"]["name"]


def test_a_killed_worker_takes_its_kernel_along_and_others_go_on(way, tmp_path):
    sleeping = "import pathlib, time; pathlib.Path('begun').touch(); time.sleep(600)"
    worker, scratch = started(way, tmp_path, sleeping)
    kernel = kernel_of(worker)
    wait_for(tmp_path / "begun")
    os.killpg(worker.pid, signal.SIGKILL)
    assert worker.wait() == -signal.SIGKILL
    assert not (scratch / "result.json").exists()
    assert gone(kernel)
    assert started(way, tmp_path, "a")[0].wait() == 0


def test_without_the_preloaded_process_workers_end_and_no_other_is_begun(mortal, tmp_path):
    worker, _ = started(mortal, tmp_path, "import pathlib, time; pathlib.Path('begun').touch(); time.sleep(600)")
    kernel = kernel_of(worker)
    wait_for(tmp_path / "begun")
    mortal.process.kill()
    assert worker.wait() == -signal.SIGKILL
    assert gone(worker.pid)
    assert gone(kernel)
    with pytest.raises(OSError, match=r"answer|has ended"):
        mortal.start(tmp_path / "job.json", {}, tmp_path / "log.txt", tmp_path)


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


@pytest.mark.slow
def test_an_interpreter_that_runs_out_of_memory_is_named_in_the_same_words(tmp_path):
    greedy, scratch = started(None, tmp_path, "kept = bytearray(8_000_000_000)")
    resource.prlimit(greedy.pid, resource.RLIMIT_AS, (4_000_000_000, 4_000_000_000))  # its kernel is not there yet
    assert greedy.wait() == 0
    assert result_of(scratch)["error"]["name"] == "MemoryError"


def finished_by_interpreters(origin, folder, caplog, number: int = 2) -> list[str]:
    """What was said while so many workers were asked of an origin that cannot fork them; all end well."""
    with caplog.at_level(logging.WARNING):
        workers = [started(origin, folder, "print('said', a)") for _ in range(number)]
    for worker, scratch in workers:
        assert worker.wait(WAIT) == 0
        assert result_of(scratch)["error"] is None
        assert "said 2" in (scratch / "executed.ipynb").read_text()
    return [record.getMessage() for record in caplog.records]


@pytest.mark.slow
def test_where_memory_does_not_last_for_the_preloaded_process_one_line_says_so_and_runs_go_on(mortal, tmp_path, caplog):
    resource.prlimit(mortal.process.pid, resource.RLIMIT_AS, (150_000_000, 150_000_000))
    said = finished_by_interpreters(mortal, tmp_path, caplog)
    assert len(said) == 1
    assert "workers cannot be forked from one process" in said[0]
    assert "takes longer" in said[0]
    assert mortal.is_gone


@pytest.mark.slow
def test_where_no_process_can_be_forked_one_line_says_why_and_those_at_work_go_on(tmp_path, monkeypatch, caplog):
    """The second fork and all later ones fail, as where a limit of processes or memory is reached."""
    (tmp_path / "limited").mkdir()
    (tmp_path / "limited" / "sitecustomize.py").write_text(
        "import os\nif 'DISCOURSE_LIMITED' in os.environ:\n    fork, made = os.fork, []\n"
        "    def limited():\n"
        "        if made:\n            raise OSError(11, 'Resource temporarily unavailable')\n"
        "        made.append(1)\n        return fork() or made.clear() or 0\n"
        "    os.fork = limited\n"
    )
    monkeypatch.syspath_prepend(tmp_path / "limited")
    told = environment(tmp_path, Job(Run("x", "x"), tmp_path), tmp_path / "runtime", Project(tmp_path))
    limited = Preloaded(tmp_path, told | {"PYTHONPATH": os.pathsep.join(sys.path), "DISCOURSE_LIMITED": "1"})
    try:
        first, scratch = started(limited, tmp_path, "import time; time.sleep(3); print('said', a)")
        said = finished_by_interpreters(limited, tmp_path, caplog)
        assert len(said) == 1
        assert "(Resource temporarily unavailable)" in said[0]
        assert first.wait() == 0
        assert result_of(scratch)["error"] is None
        assert not limited.is_gone
    finally:
        limited.close()


def no_process(*args, **more):
    raise OSError(12, "Cannot allocate memory")


def test_where_the_preloaded_process_cannot_be_begun_the_plan_goes_on_without(tmp_path, monkeypatch, caplog):
    monkeypatch.delenv("DISCOURSE_SPAWN", raising=False)
    monkeypatch.setattr("analysis.run.forks.subprocess.Popen", no_process)
    plan = type("Plan", (), {"project": Project(tmp_path)})()
    assert preload(plan, tmp_path) is None
    assert [r.getMessage() for r in caplog.records] == [
        "workers cannot be forked from one process (Cannot allocate memory); each run starts an interpreter of its own, "
        "which takes longer."
    ]


def test_where_not_even_an_interpreter_can_be_begun_the_run_is_refused_by_name(tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.run.execute.subprocess.Popen", no_process)
    with pytest.raises(DiscourseError, match=r"x: the machine starts no process .*Cannot allocate memory.*--jobs 1"):
        started(None, tmp_path, "a")


def test_closing_ends_what_is_at_work(mortal, tmp_path):
    worker, _ = started(mortal, tmp_path, "import time; time.sleep(600)")
    kernel = kernel_of(worker)
    mortal.close()
    assert gone(worker.pid)
    assert gone(kernel)
