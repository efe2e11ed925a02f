"""Spreading the parts of a corpus over processes, or over the workers of a Dask cluster, and picking up after a kill.

Each finished part is one file in the work folder, named by a key of everything that determines it. A part whose file is
there is not done again.
"""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from analysis.store.atomic import write_bytes
from analysis.store.errors import DiscourseError

LOG = logging.getLogger(__name__)
ATTEMPTS = 3

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
    if jobs < 1:
        raise DiscourseError(f"jobs: {jobs} is not allowed; allowed: 1, 2, 3 ... (at most the number of cores helps).")
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


def _results(work: Job, todo: list[tuple[Path, Any]], jobs: int, scheduler: str | None) -> Iterator[tuple[Path, bytes]]:
    if scheduler:
        yield from _on_cluster(work, todo, scheduler)
    elif jobs == 1 or len(todo) < 2:
        yield from ((file, work(part)) for file, part in todo)
    else:
        yield from _on_processes(work, todo, jobs)


def _on_processes(work: Job, todo: list[tuple[Path, Any]], jobs: int) -> Iterator[tuple[Path, bytes]]:
    left = dict(todo)
    attempts = dict.fromkeys(left, 0)
    while left:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(max_workers=min(jobs, len(left)), mp_context=context) as pool:
            try:
                yield from _one_pool(pool, work, left, attempts, jobs)
            except BrokenProcessPool:
                LOG.warning("a worker process died; its parts are tried again")
        for file in left:
            if attempts[file] >= ATTEMPTS:
                raise DiscourseError(
                    f"{file.stem}: the worker process died {ATTEMPTS} times on this part of the corpus "
                    f"({left[file]!r}); out of memory? Try `--jobs 1`, or leave the file out of sources.toml."
                )


def _one_pool(
    pool: ProcessPoolExecutor, work: Job, left: dict, attempts: dict, jobs: int
) -> Iterator[tuple[Path, bytes]]:
    """Results from one pool, with at most two parts a process under way, so that results do not pile up."""
    waiting = iter(list(left.items()))
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
            file = running.pop(future)
            data = future.result()
            del left[file]
            start()
            yield file, data


def _on_cluster(work: Job, todo: list[tuple[Path, Any]], scheduler: str) -> Iterator[tuple[Path, bytes]]:
    try:
        from dask.distributed import Client, as_completed
    except ImportError as error:
        raise DiscourseError(
            "--scheduler needs dask.distributed: install the extra with `pip install cambodia-discourse[dask]`."
        ) from error
    try:
        client = Client(scheduler, timeout="10s")
    except (OSError, TimeoutError, ValueError) as error:
        raise DiscourseError(f"scheduler: no Dask scheduler answers at {scheduler!r} ({error}).") from error
    with client:
        # The part's key names everything that determines its result, so a result the cluster still holds is right.
        futures = {
            client.submit(work, part, retries=ATTEMPTS - 1, key=f"discourse-{file.stem}"): file for file, part in todo
        }
        for future in as_completed(list(futures)):
            yield futures.pop(future), future.result()
            future.release()
