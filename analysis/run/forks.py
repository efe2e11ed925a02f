"""The runner's end of the preloaded process: asking it for a worker, and hearing how each ended."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

READY_IN = 120  # seconds: imports from a cold disk
GONE_IN = 120  # seconds until a worker that was killed must have ended


class Forked:
    """A worker that the preloaded process forked; answers like `subprocess.Popen`. It leads a process group of its own."""

    def __init__(self, origin: Preloaded, pid: int) -> None:
        self.origin, self.pid = origin, pid

    def poll(self) -> int | None:
        """The exit status, None as long as it lives."""
        return self.origin.status_of(self.pid)

    def wait(self, timeout: float | None = None) -> int:
        """The exit status; raises `subprocess.TimeoutExpired` if it still lives after `timeout` (`GONE_IN`) seconds."""
        timeout = GONE_IN if timeout is None else timeout
        stop = time.monotonic() + timeout
        while (status := self.poll()) is None:
            if time.monotonic() > stop:
                raise subprocess.TimeoutExpired("worker", timeout)
            time.sleep(0.01)
        return status


class Preloaded:
    """The preloaded process. Raises `OSError` from `start` when it is gone or cannot fork; then a run starts an interpreter
    of its own. is_told: whether the user knows that."""

    def __init__(self, root: Path, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "analysis.run.preloaded"],
            cwd=root,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._statuses: dict[int, int] = {}
        self._pids: dict[int, int] = {}
        self._refused: dict[int, str] = {}
        self.is_told = False
        self._rest = b""
        self._count = 0
        self._is_over = False

    def start(self, job: Path, environment: dict[str, str], log: Path, cwd: Path) -> Forked:
        """Fork a worker for the job described in a JSON file."""
        self._count += 1
        request = {
            "number": self._count,
            "job": str(job),
            "environment": environment,
            "log": str(log),
            "cwd": str(cwd),
        }
        try:
            os.write(self.process.stdin.fileno(), json.dumps(request).encode() + b"\n")  # type: ignore[union-attr]
        except OSError as error:
            raise OSError("the process that forks workers has ended") from error
        stop = time.monotonic() + READY_IN
        while request["number"] not in self._pids:
            self._hear(0.2)
            if self._count in self._refused:
                raise OSError(self._refused[self._count])
            if self._is_over or time.monotonic() > stop:
                self._is_over = True
                raise OSError("the process that forks workers does not answer")
        return Forked(self, self._pids[self._count])

    def status_of(self, pid: int) -> int | None:
        """How a worker ended; -9 for one that lost the preloaded process, and so was ended, None for one that lives."""
        self._hear(0)
        return self._statuses.get(pid, -signal.SIGKILL if self._is_over else None)

    def _hear(self, seconds: float) -> None:
        out = self.process.stdout.fileno()  # type: ignore[union-attr]
        while not self._is_over and select.select([out], [], [], seconds)[0]:
            data = os.read(out, 65_536)
            self._is_over = not data
            *lines, self._rest = (self._rest + data).split(b"\n")
            for line in lines:
                answer = json.loads(line)
                if "status" in answer:
                    self._statuses[answer["pid"]] = answer["status"]
                elif "refused" in answer:
                    self._refused[answer["number"]] = answer["refused"]
                else:
                    self._pids[answer["number"]] = answer["pid"]
            seconds = 0

    @property
    def is_gone(self) -> bool:
        """Whether the process has ended, and with it all that it forked."""
        self._hear(0)
        return self._is_over

    def close(self) -> None:
        """End the process and whatever it forked."""
        self._is_over = True
        with contextlib.suppress(OSError):
            self.process.stdin.close()  # type: ignore[union-attr]
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process.stdout.close()  # type: ignore[union-attr]
