"""Spreading the parts of a corpus over processes, or over the workers of a Dask cluster, and picking up after a kill.

Each finished part is one file in the work folder, named by a key of everything that determines it, with its sha256 in a
file beside it. A part whose file is there as it was written is not done again.
"""

from __future__ import annotations

import hashlib
import logging
import multiprocessing
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError
from analysis.store.atomic import sha256_of, write_bytes

LOG = logging.getLogger(__name__)
ATTEMPTS = 3
CONNECT_SECONDS = 10
LOST_SECONDS = 60

CALLED_AGAIN = 78  # exit status of a worker whose import of the caller's script called for workers itself
_GUARD = 'Put what the script does under `if __name__ == "__main__":`, or ask for jobs=1.'
UNGUARDED = f"build() was called by a script that its own worker processes import again. {_GUARD}"
NOT_STARTED = (
    "a worker process failed as it started; what it said stands above. It imports the script that called build() again. "
    f"{_GUARD}"
)
NO_SCRIPT = "a script from standard input cannot be imported by worker processes: the build goes on in this one alone"

Job = Callable[[Any], bytes]


class Workers:
    """What one build works with: this process, more processes on this machine, or a Dask cluster.

    Use it as a context manager; processes and connections are made when they are first needed and serve every pass of
    the build. jobs: processes on this machine. scheduler: address of a running Dask scheduler instead; its workers must
    see the texts under the same path.
    """

    def __init__(self, jobs: int = 1, scheduler: str | None = None) -> None:
        check_jobs(jobs)
        if jobs > 1 and scheduler is None and _is_from_standard_input():
            LOG.warning(NO_SCRIPT)
            jobs = 1
        self.jobs, self.scheduler = jobs, scheduler
        self._pool: ProcessPoolExecutor | None = None
        self._size = 0
        self._client: Any = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self._end_pool(wait=True)
        if self._client is not None:
            self._client.close()
            self._client = None

    def start(self, prepare: Callable[[], None], n_parts: int) -> None:
        """Start the processes on this machine now, each with a call of `prepare`, beside what the caller does next.

        n_parts: how many parts there may be; fewer than two need no processes."""
        wanted = min(self.jobs, n_parts)
        if self.scheduler is None and wanted > 1:
            pool = self._processes(wanted)
            for _ in range(wanted):
                pool.submit(prepare)

    def end(self) -> None:
        """Let the processes end, which takes them a moment, while the caller goes on."""
        self._end_pool(wait=False)

    def run(
        self, work: Job, parts: Sequence[tuple[str, Any]], folder: Path, done: Callable[[int], None] | None = None
    ) -> Iterator[Path]:
        """Files with the results of `work(part)`, in the order of `parts`, each as soon as it and all before it are
        there, while later parts are worked on.

        parts: (key, argument) pairs; equal keys mean equal results. done: called with the number of parts finished, for
        a progress bar. A worker that dies is replaced and its part tried again, at most three times in all; then
        `DiscourseError` names the part. An exception of `work` is not retried: `work` itself turns bad documents into
        refusals.
        """
        folder.mkdir(parents=True, exist_ok=True)
        files = [folder / f"{key}.part" for key, _ in parts]
        todo = {file: part for file, (_, part) in zip(files, parts, strict=True) if not is_whole(file)}
        if done and (there := sum(file not in todo for file in files)):
            done(there)
        missing = set(todo)
        waiting = deque(files)
        for file, data in self._results(work, list(todo.items())):
            write_bytes(file.with_suffix(".sum"), hashlib.sha256(data).hexdigest().encode())
            write_bytes(file, data)
            missing.discard(file)
            if done:
                done(1)
            while waiting and waiting[0] not in missing:
                yield waiting.popleft()
        yield from waiting

    def _results(self, work: Job, todo: list[tuple[Path, Any]]) -> Iterator[tuple[Path, bytes]]:
        if self.scheduler:
            yield from self._on_cluster(work, todo)
        elif self.jobs == 1 or len(todo) < 2:
            yield from ((file, work(part)) for file, part in todo)
        else:
            yield from self._on_processes(work, todo)

    def _on_processes(self, work: Job, todo: list[tuple[Path, Any]]) -> Iterator[tuple[Path, bytes]]:
        """Results from pools of processes. A pool that lost a process is replaced; parts that were under way in two
        lost pools are then done one at a time, so that an innocent part is never blamed for its neighbour's death."""
        left = dict(todo)
        attempts = dict.fromkeys(left, 0)
        while left:
            suspects = [file for file in left if attempts[file] >= ATTEMPTS - 1]
            batch = {suspects[0]: left[suspects[0]]} if suspects else dict(left)
            pool = self._processes(min(self.jobs, len(batch)))
            try:
                for file, data in _one_pool(pool, work, batch, attempts, self.jobs):
                    del left[file]
                    yield file, data
            except BrokenProcessPool as error:
                if told := _why_not_started(pool):
                    raise DiscourseError(told) from error
                self._end_pool(wait=True)
                LOG.warning("a worker process died; its parts are tried again")
            for file in batch:
                if file in left and attempts[file] >= ATTEMPTS:
                    raise DiscourseError(_died(file, left[file]))

    def _processes(self, wanted: int) -> ProcessPoolExecutor:
        """The pool, with at least so many processes."""
        if self._pool is None or self._size < wanted:
            self._end_pool(wait=True)
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(wanted, mp_context=context, initializer=_end_with_parent)
            self._size = wanted
        return self._pool

    def _end_pool(self, *, wait: bool) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=wait, cancel_futures=True)
            self._pool = None

    def _on_cluster(self, work: Job, todo: list[tuple[Path, Any]]) -> Iterator[tuple[Path, bytes]]:
        """Results from a Dask cluster, with at most two parts a thread of its workers under way."""
        if not todo:
            return
        if self._client is None:
            self._client = _connect(str(self.scheduler))
        import asyncio

        from dask.distributed import KilledWorker, wait

        client = self._client
        threads = _threads(client, str(self.scheduler))
        waiting = iter(todo)
        running: dict[Any, tuple[Path, Any]] = {}

        def start() -> None:
            for file, part in waiting:
                # The key names everything that determines the result, so a result the cluster still holds is right.
                future = client.submit(work, part, key=f"discourse-{file.stem}")
                running[future] = file, part
                return

        for _ in range(2 * threads):
            start()
        while running:
            future = None
            try:
                finished = wait(list(running), timeout=LOST_SECONDS, return_when="FIRST_COMPLETED").done
                future = min(finished, key=list(running).index)
                file, part = running[future]
                # A result whose worker is lost before it is fetched is computed again, if a worker is left to do it.
                data = future.result(timeout=None if future.status == "error" else LOST_SECONDS)
            except KilledWorker as error:
                raise DiscourseError(_died(file, part)) from error
            except (asyncio.CancelledError, futures.CancelledError) as error:
                raise DiscourseError(_gone(f"{self.scheduler!r} is", self.scheduler)) from error
            except TimeoutError as error:
                if future is not None and future.status == "error":
                    raise  # the work's own
                if not _threads_left(client):
                    raise DiscourseError(_gone(f"all workers of {self.scheduler!r} are", self.scheduler)) from error
                continue
            del running[future]
            future.release()
            start()
            yield file, data


def is_whole(file: Path) -> bool:
    """Whether a part's file has the bytes that were written; a damaged one counts as none and is made again."""
    try:
        return sha256_of(file) == file.with_suffix(".sum").read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return False


def end_if_called_again() -> None:
    """End this process if it is a worker that is still being started: the script that it imports has no main guard.

    Processes are started anew, not forked, so each imports the script that called for them.
    """
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        os._exit(CALLED_AGAIN)


def _why_not_started(pool: ProcessPoolExecutor) -> str:
    """What to say of a lost pool of which a process ended by itself, which it does only while it is started; "" if
    none did: then a signal ended one."""
    processes = list((pool._processes or {}).values())
    for process in processes:
        process.join(CONNECT_SECONDS)
    codes = {process.exitcode or 0 for process in processes}
    if CALLED_AGAIN in codes:
        return UNGUARDED
    return NOT_STARTED if max(codes, default=0) > 0 else ""


def _is_from_standard_input() -> bool:
    """Whether this program was read from standard input: processes that are started anew look for a file of its name."""
    main = sys.modules.get("__main__")
    return getattr(main, "__spec__", None) is None and getattr(main, "__file__", None) == "<stdin>"


def check_jobs(jobs: int) -> None:
    """Refuse a number of processes that makes no sense."""
    if jobs < 1:
        raise DiscourseError(f"jobs: {jobs} is not allowed; allowed: 1, 2, 3 ... (at most the number of cores helps).")


def _died(file: Path, part: Any) -> str:
    return (
        f"{file.stem}: the worker process died {ATTEMPTS} times on this part of the corpus ({part}); out of memory? "
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


def _gone(who: str, scheduler: str | None) -> str:
    return (
        f"scheduler: {who} gone; finished parts are kept. Start the cluster again (`dask scheduler`, `dask worker "
        f"{scheduler}`) and repeat the command: the build goes on where it stopped."
    )


def _connect(scheduler: str) -> Any:
    try:
        from dask.distributed import Client
    except ImportError as error:
        raise DiscourseError(
            "--scheduler needs dask.distributed: install the extra with `pip install cambodia-discourse[dask]`."
        ) from error
    try:
        return Client(scheduler, timeout=CONNECT_SECONDS)
    except (OSError, TimeoutError, ValueError) as error:
        raise DiscourseError(
            f"scheduler: no Dask scheduler answers at {scheduler!r} ({error}); allowed: the address that `dask scheduler` "
            "prints, such as tcp://10.0.0.1:8786. Start one, or build on this machine with `--jobs`."
        ) from error


def _threads_left(client: Any) -> int:
    """Threads of all workers; none if the scheduler does not answer."""
    try:
        return sum(client.nthreads().values())
    except OSError:
        return 0


def _threads(client: Any, scheduler: str) -> int:
    """Threads of all workers of the cluster; waits a while for the first worker."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError as error:
        raise DiscourseError(
            f"scheduler: {scheduler!r} has no worker; start some with `dask worker {scheduler}`."
        ) from error
    return sum(client.nthreads().values())
