"""Work spread over processes and over a Dask cluster: same bytes, lost workers cost time only, clear refusals."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from invented_study import contents, cut_parts, options, write_study

from analysis.store import DiscourseError
from analysis.study.sources import load as load_sources
from analysis.texts.build import workers
from analysis.texts.build.build import build
from analysis.texts.build.part import Task
from analysis.texts.build.workers import Workers
from analysis.texts.read.reading import plan_parts

HERE = Path(__file__).parents[2] / "helpers"
PARTS = [(f"key{i}", i) for i in range(6)]


def square(number: int) -> bytes:
    return str(number * number).encode()


def slow_square(number: int) -> bytes:
    time.sleep(0.3)
    return square(number)


def wait_for_flag(argument: tuple[int, str]) -> bytes:
    """The third part and those after it wait until the flag is there."""
    number, flag = argument
    deadline = time.monotonic() + 180
    while number >= 2 and not Path(flag).exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    return square(number)


def die_once(argument: tuple[int, str]) -> bytes:
    """Kills its own process the first time it meets the number 2."""
    number, flag = argument
    if number == 2 and not Path(flag).exists():
        Path(flag).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return square(number)


def die_always(number: int) -> bytes:
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return square(number)


def fail(number: int) -> bytes:
    raise RuntimeError(f"defect at {number}")


def fail_later_first(number: int) -> bytes:
    """The earlier part takes longer to fail."""
    time.sleep(0.4 if number == 0 else 0.0)
    return fail(number)


def run_parts(work, parts, folder, *, jobs=1, scheduler=None, done=None) -> list[Path]:
    with Workers(jobs, scheduler) as several:
        return list(several.run(work, parts, folder, done))


def results(paths: list[Path]) -> list[bytes]:
    return [path.read_bytes() for path in paths]


SQUARES = [square(i) for i in range(6)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_in_order_and_only_what_is_missing_is_done(tmp_path, jobs):
    (tmp_path / "key3.part").write_bytes(b"kept")
    (tmp_path / "key3.sum").write_text(hashlib.sha256(b"kept").hexdigest())
    told: list[int] = []
    paths = run_parts(square, PARTS, tmp_path, jobs=jobs, done=told.append)
    assert results(paths) == [*SQUARES[:3], b"kept", *SQUARES[4:]]
    assert sum(told) == 6
    assert run_parts(fail, PARTS, tmp_path, jobs=jobs) == paths


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_part_is_given_out_while_later_ones_are_worked_on(tmp_path, jobs):
    told: list[int] = []
    flag = tmp_path / "flag"
    parts = [(key, (number, str(flag))) for key, number in PARTS]
    with Workers(jobs) as several:
        paths = several.run(wait_for_flag, parts, tmp_path, told.append)
        assert next(paths).read_bytes() == b"0"
        assert sum(told) < len(PARTS)
        flag.touch()
        assert results(list(paths)) == SQUARES[1:]
        again = several.run(square, [("other", 9), *PARTS[:2]], tmp_path)  # the processes serve a second pass
        assert results(list(again)) == [b"81", *SQUARES[:2]]


def test_a_worker_process_that_dies_once_is_replaced(tmp_path, caplog):
    parts = [(key, (number, str(tmp_path / "flag"))) for key, number in PARTS]
    assert results(run_parts(die_once, parts, tmp_path / "work", jobs=2)) == SQUARES
    assert (tmp_path / "flag").exists()
    assert "a worker process died" in caplog.text


def test_a_part_that_always_kills_its_process_is_named_and_the_others_are_kept(tmp_path):
    with pytest.raises(DiscourseError, match=r"key2: the worker process died 3 times on this part of the corpus \(2\)"):
        run_parts(die_always, PARTS, tmp_path, jobs=2)
    assert (tmp_path / "key0.part").read_bytes() == b"0"
    assert not (tmp_path / "key2.part").exists()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_defect_in_the_work_is_not_tried_again(tmp_path, jobs):
    with pytest.raises(RuntimeError, match="defect at 0"):
        run_parts(fail_later_first, PARTS, tmp_path, jobs=jobs)


def test_jobs_below_one_are_refused(tmp_path):
    with pytest.raises(DiscourseError, match="jobs: 0 is not allowed; allowed: 1, 2, 3"):
        run_parts(square, PARTS, tmp_path, jobs=0)


# Dask. Its processes are started with the tests' folder on their path, so that they find the functions above.

dask = pytest.mark.filterwarnings(
    "ignore::ResourceWarning",  # distributed leaves sockets of lost workers to the garbage collector
    "ignore::pytest.PytestUnraisableExceptionWarning",
    "ignore::DeprecationWarning:distributed",
)


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path]),
        "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "error",
    }


@contextlib.contextmanager
def cluster(folder: Path, n_workers: int, *, threads: int = 1, watched: bool = True):
    """(address, worker processes) of a scheduler with workers, each a process of its own on 127.0.0.1."""
    pytest.importorskip("distributed")
    file = folder / "scheduler.json"
    common = ["--scheduler-file", str(file)]
    scheduler = [*common, "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
    worker = [*common, "--host", "127.0.0.1", "--no-nanny", "--no-dashboard", "--nthreads", str(threads)]
    started: list[subprocess.Popen] = []
    over = threading.Event()
    try:
        for number, (kind, arguments) in enumerate([("scheduler", scheduler), *[("worker", worker)] * n_workers]):
            command = [sys.executable, "-m", "dask", kind, *arguments]
            with (folder / f"dask-{number}.log").open("wb") as log:
                started.append(subprocess.Popen(command, env=_environment(), cwd=folder, stdout=log, stderr=log))
        if watched and n_workers:
            threading.Thread(target=_watch, args=(started, over), daemon=True).start()
        yield _address(file), started[1:]
    except BaseException as error:
        for log in sorted(folder.glob("dask-*.log")):
            error.add_note(f"{log.name}: ...{log.read_text(errors='replace')[-2000:]}")
        raise
    finally:
        over.set()
        for process in reversed(started):
            process.kill()
            process.wait()


def _watch(started: list[subprocess.Popen], over: threading.Event) -> None:
    """End the scheduler when no worker is left, so that the test fails and says why instead of waiting for ever."""
    while not over.wait(0.5):
        if all(process.poll() is not None for process in started[1:]):
            started[0].kill()
            return


def _address(file: Path) -> str:
    import json

    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError):
            return json.loads(file.read_text(encoding="utf-8"))["address"]
        time.sleep(0.1)
    raise TimeoutError("the Dask scheduler did not start")


@dask
def test_a_lost_dask_worker_costs_time_only(tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "CONNECT_SECONDS", 180)
    with cluster(tmp_path, 2) as (address, processes):
        lost: list[int] = []

        def lose_one(_: int) -> None:
            if not lost:
                lost.append(processes[0].pid)
                processes[0].kill()

        paths = run_parts(slow_square, PARTS, tmp_path / "work", scheduler=address, done=lose_one)
        assert results(paths) == SQUARES
        assert processes[0].wait() == -signal.SIGKILL
        assert processes[1].poll() is None


@dask
@pytest.mark.parametrize("dies", ["worker", "scheduler"])
def test_a_cluster_that_is_gone_ends_the_build_and_keeps_what_is_finished(tmp_path, monkeypatch, dies):
    monkeypatch.setattr(workers, "CONNECT_SECONDS", 180)
    monkeypatch.setattr(workers, "LOST_SECONDS", 2)
    with cluster(tmp_path, 1, watched=dies == "scheduler") as (address, processes):
        gone = pytest.raises(DiscourseError, match=r"scheduler: .* gone; finished parts are kept")
        with gone:
            run_parts(slow_square, PARTS, tmp_path / "work", scheduler=address, done=lambda _: processes[0].kill())
    assert (tmp_path / "work" / "key0.part").read_bytes() == b"0"


@dask
@pytest.mark.slow
def test_a_cluster_builds_the_same_bytes_also_when_a_worker_is_killed(tmp_path, root, monkeypatch):
    monkeypatch.setattr(workers, "CONNECT_SECONDS", 180)
    study = write_study(tmp_path / "study", root)
    cut_parts(monkeypatch, 5000)
    build(options(study, tmp_path / "local"))
    wanted = contents(tmp_path / "local" / "store")
    with cluster(tmp_path, 2, threads=2) as (address, processes):
        build(options(study, tmp_path / "whole", scheduler=address))
        seen: list[int] = []

        def progress(finished: int, _: int) -> None:
            seen.append(finished)
            if len(seen) == 1:
                processes[0].kill()

        # Another min_documents changes no part, so a fresh corpus folder makes sure that the cluster works again.
        (study / "corpus" / "stopwords.txt").write_text("the\n", encoding="utf-8")
        build(options(study, tmp_path / "again"))
        build(options(study, tmp_path / "killed", scheduler=address), progress=progress)
        assert processes[0].wait() == -signal.SIGKILL
    assert contents(tmp_path / "whole" / "store") == wanted
    assert contents(tmp_path / "killed" / "store") == contents(tmp_path / "again" / "store")


@dask
@pytest.mark.slow
def test_a_local_cluster_builds_the_same_bytes(tmp_path, root, monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setenv("PYTHONPATH", _environment()["PYTHONPATH"])
    study = write_study(tmp_path / "study", root)
    cut_parts(monkeypatch, 5000)
    build(options(study, tmp_path / "local"))
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        local_directory=str(tmp_path),
    ) as local:
        build(options(study, tmp_path / "dask", scheduler=local.scheduler_address))
    assert contents(tmp_path / "dask" / "store") == contents(tmp_path / "local" / "store")


@dask
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://x"])
def test_a_wrong_address_is_refused_with_what_is_expected(tmp_path, monkeypatch, address):
    pytest.importorskip("distributed")
    monkeypatch.setattr(workers, "CONNECT_SECONDS", 1)
    with pytest.raises(DiscourseError, match=f"no Dask scheduler answers at '{address}'.*dask scheduler"):
        run_parts(square, PARTS, tmp_path, scheduler=address)


@dask
def test_a_cluster_without_workers_is_refused(tmp_path, monkeypatch):
    distributed = pytest.importorskip("distributed")
    wait = distributed.Client.wait_for_workers
    # Time enough to reach the scheduler on a busy machine, little to wait for workers that never come.
    monkeypatch.setattr(workers, "CONNECT_SECONDS", 180)
    monkeypatch.setattr(distributed.Client, "wait_for_workers", lambda self, n, timeout: wait(self, n, timeout=1))
    refused = pytest.raises(DiscourseError, match="has no worker; start some with `dask worker")
    with cluster(tmp_path, 0) as (address, _), refused:
        run_parts(square, PARTS, tmp_path / "work", scheduler=address)


def test_a_scheduler_without_the_extra_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    with pytest.raises(DiscourseError, match=r"install the extra with `pip install cambodia-discourse\[dask\]`"):
        run_parts(square, PARTS, tmp_path, scheduler="tcp://127.0.0.1:1")


@pytest.mark.parametrize("harm", ["flip", "cut", "empty", "no sum", "folder"])
def test_a_damaged_part_is_made_again(tmp_path, harm):
    with Workers(1) as made:
        first = [path.read_bytes() for path in made.run(square, PARTS, tmp_path)]
    file = tmp_path / "key3.part"
    data = bytearray(file.read_bytes())
    if harm == "flip":
        data[0] ^= 1
        file.write_bytes(bytes(data))
    if harm in ("cut", "empty"):
        file.write_bytes(bytes(data[: len(data) // 2 if harm == "cut" else 0]))
    if harm == "no sum":
        file.with_suffix(".sum").unlink()
    if harm == "folder":
        file.with_suffix(".sum").unlink()
        file.with_suffix(".sum").write_bytes(b"\xff\xfe")
    again = []
    with Workers(1) as made:
        paths = made.run(lambda n: again.append(n) or square(n), PARTS, tmp_path)
        assert [path.read_bytes() for path in paths] == first
    assert again == [3]


SCRIPT = """
import sys
from pathlib import Path
from analysis.texts.build.build import Options, build
study = Path(sys.argv[1])
{first}
{guard}build(Options("s", study / "corpus", study / "texts", study / "store", study / "work", jobs=2))
"""


def run_script(study, root, *, guard, first="", stdin=False):
    """What a script that builds prints, run from a file or from standard input."""
    script = study.parent / "mine.py"
    script.write_text(SCRIPT.format(guard=guard, first=first))
    command = [sys.executable, "-" if stdin else str(script), str(study)]
    given = {"input": script.read_text()} if stdin else {}
    env = {**os.environ, "PYTHONPATH": str(root)}
    return subprocess.run(command, check=False, capture_output=True, text=True, env=env, **given)


@pytest.mark.parametrize("guard", ["", 'if __name__ == "__main__": '])
def test_a_script_without_a_main_guard_is_told_so(tmp_path, root, guard):
    study = write_study(tmp_path / "a study", root, count=12)
    done = run_script(study, root, guard=guard)
    assert (done.returncode == 0) == bool(guard)
    assert ("if __name__ ==" in done.stderr.splitlines()[-1]) if not guard else not done.stderr
    assert "out of memory" not in done.stderr
    assert (study / "store" / "manifest.json").exists() == bool(guard)


def test_a_script_that_fails_when_its_workers_import_it_is_told_so_at_once(tmp_path, root):
    study = write_study(tmp_path / "study", root, count=12)
    done = run_script(study, root, guard="", first='(study / "mine").mkdir()')
    last = done.stderr.splitlines()[-1]
    assert "if __name__ ==" in last
    assert "FileExistsError" in done.stderr  # what the import itself said
    assert "out of memory" not in done.stderr
    assert "tried again" not in done.stderr


def test_a_script_from_standard_input_builds_in_one_process_and_says_so(tmp_path, root):
    study = write_study(tmp_path / "study", root, count=12)
    done = run_script(study, root, guard="", stdin=True)
    assert (study / "store" / "manifest.json").exists(), done.stderr
    assert "standard input" in done.stderr


def test_a_part_that_kills_its_processes_is_told_by_its_file(tmp_path, root):
    study = write_study(tmp_path / "study", root, count=3)
    [part, *_] = plan_parts(load_sources(study / "corpus" / "sources.toml"), study / "texts")
    piece = dataclasses.replace(part, unit="rows", start=4, stop=9)
    assert str(Task(piece, study / "corpus", "digest")) == "news/a.jsonl, rows 4 to 9"
    assert str(Task(dataclasses.replace(piece, unit="file"), study / "corpus", "digest")) == "news/a.jsonl"
