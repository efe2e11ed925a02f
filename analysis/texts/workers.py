"""Spreading the parts of a corpus over processes, or over the workers of a Dask cluster, and picking up after a kill.

Each finished part is one file in the work folder, named by a key of everything that determines it. A part whose file is
there is not done again.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from analysis.store.atomic import write_bytes
from analysis.store.errors import DiscourseError

LOG = logging.getLogger(__name__)
ATTEMPTS = 3
CONNECT_SECONDS = 10

Job = Callable[[Any], bytes]


def run_parts(
    work: Job,
    parts: Sequence[tuple[str, Any]],
    folder: Path,
    *,
    jobs: int = 1,
    scheduler: str | None = None,
    done: Callable[[int], None] | None = None,
) -> list[Path]:
    """Files with the results of `work(part)` for all parts, in the order of `parts`.

    parts: (key, argument) pairs; equal keys mean equal results. jobs: processes on this machine. scheduler: address
    of a running Dask scheduler; its workers must see the texts under the same path. done: called with the number of
    parts finished, for a progress bar. A worker that dies is replaced and its part tried again, at most three times
    in all; then `DiscourseError` names the part. An exception of `work` is not retried: `work` itself turns bad
    documents into refusals.
    """
    check_jobs(jobs)
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{key}.part" for key, _ in parts]
    todo = [(file, part) for file, (_, part) in zip(files, parts, strict=True) if not file.exists()]
    if done and len(files) > len(todo):
        done(len(files) - len(todo))
    for file, data in _results(work, todo, jobs, scheduler):
        write_bytes(file, data)
        if done:
            done(1)
    return files


def check_jobs(jobs: int) -> None:
    """Refuse a number of processes that makes no sense."""
    if jobs < 1:
        raise DiscourseError(f"jobs: {jobs} is not allowed; allowed: 1, 2, 3 ... (at most the number of cores helps).")


def _results(work: Job, todo: list[tuple[Path, Any]], jobs: int, scheduler: str | None) -> Iterator[tuple[Path, bytes]]:
    if scheduler:
        yield from _on_cluster(work, todo, scheduler)
    elif jobs == 1 or len(todo) < 2:
        yield from ((file, work(part)) for file, part in todo)
    else:
        yield from _on_processes(work, todo, jobs)


def _on_processes(work: Job, todo: list[tuple[Path, Any]], jobs: int) -> Iterator[tuple[Path, bytes]]:
    """Results from pools of processes. A pool that lost a process is replaced; parts that were under way in two lost
    pools are then done one at a time, so that an innocent part is never blamed for its neighbour's death."""
    left = dict(todo)
    attempts = dict.fromkeys(left, 0)
    while left:
        suspects = [file for file in left if attempts[file] >= ATTEMPTS - 1]
        batch = {suspects[0]: left[suspects[0]]} if suspects else dict(left)
        context = multiprocessing.get_context("spawn")
        processes = min(jobs, len(batch))
        with ProcessPoolExecutor(processes, mp_context=context, initializer=_end_with_parent) as pool:
            try:
                for file, data in _one_pool(pool, work, batch, attempts, processes):
                    del left[file]
                    yield file, data
            except BrokenProcessPool:
                LOG.warning("a worker process died; its parts are tried again")
        for file in batch:
            if file in left and attempts[file] >= ATTEMPTS:
                raise DiscourseError(_died(file, left[file]))


def _died(file: Path, part: Any) -> str:
    return (
        f"{file.stem}: the worker process died {ATTEMPTS} times on this part of the corpus ({part!r}); out of memory? "
        "Try `--jobs 1`, or leave the file out of sources.toml."
    )


def _end_with_parent() -> None:
    """End this worker when the build that started it is gone: a killed build leaves no process behind."""
    parent = multiprocessing.parent_process()

    def wait_for_end() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait_for_end, daemon=True).start()


def _one_pool(
    pool: ProcessPoolExecutor, work: Job, batch: dict[Path, Any], attempts: dict[Path, int], jobs: int
) -> Iterator[tuple[Path, bytes]]:
    """Results from one pool, with at most two parts a process under way, so that results do not pile up. Of several
    parts that fail, the error of the first in order is raised: parts start in order, so those before it are done or
    under way, and the same corpus ends with the same message."""
    waiting = iter(batch.items())
    running: dict[Future[bytes], Path] = {}

    def start() -> bool:
        for file, part in waiting:
            attempts[file] += 1
            running[pool.submit(work, part)] = file
            return True
        return False

    while len(running) < 2 * jobs and start():
        pass
    while running:
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            if isinstance(future.exception(), Exception) and not isinstance(future.exception(), BrokenProcessPool):
                for earlier in running:  # in the order of their start
                    earlier.result()
            file = running.pop(future)
            data = future.result()
            start()
            yield file, data


def _on_cluster(work: Job, todo: list[tuple[Path, Any]], scheduler: str) -> Iterator[tuple[Path, bytes]]:
    """Results from a Dask cluster, with at most two parts a thread of its workers under way."""
    try:
        from dask.distributed import Client, KilledWorker, as_completed
    except ImportError as error:
        raise DiscourseError(
            "--scheduler needs dask.distributed: install the extra with `pip install cambodia-discourse[dask]`."
        ) from error
    try:
        client = Client(scheduler, timeout=CONNECT_SECONDS)
    except (OSError, TimeoutError, ValueError) as error:
        raise DiscourseError(
            f"scheduler: no Dask scheduler answers at {scheduler!r} ({error}); allowed: the address that `dask scheduler` "
            "prints, such as tcp://10.0.0.1:8786. Start one, or build on this machine with `--jobs`."
        ) from error
    with client:
        threads = _threads(client, scheduler)
        waiting = iter(todo)
        running: dict[Any, tuple[Path, Any]] = {}

        def start() -> Any:
            for file, part in waiting:
                # The key names everything that determines the result, so a result the cluster still holds is right.
                future = client.submit(work, part, key=f"discourse-{file.stem}")
                running[future] = file, part
                return future
            return None

        first = [future for _ in range(2 * threads) if (future := start()) is not None]
        completed = as_completed(first)
        for future in completed:
            file, part = running.pop(future)
            try:
                data = future.result()
            except KilledWorker as error:
                raise DiscourseError(_died(file, part)) from error
            future.release()
            if (more := start()) is not None:
                completed.add(more)
            yield file, data


def _threads(client: Any, scheduler: str) -> int:
    """Threads of all workers of the cluster; waits a while for the first worker."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError as error:
        raise DiscourseError(
            f"scheduler: {scheduler!r} has no worker; start some with `dask worker {scheduler}`."
        ) from error
    return sum(client.nthreads().values())
