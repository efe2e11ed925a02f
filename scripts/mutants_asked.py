"""One process that has imported the libraries and forks to ask tests: `python mutants_asked.py` in a copy of the project.

Reads one JSON line a request from standard input and answers each with one. A request names the test files, the tests of
them to ask first, how much processor time they may take, and, for the map, the folder whose lines are traced and the file
to write them to. Nothing of the project is imported before the fork, so what was changed in the copy is what is tested.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any

PUBLIC = "not shared and not browser and not slow"
IMPORTED = (
    "pytest",
    "_pytest.assertion.rewrite",
    "hypothesis",
    "numpy",
    "pandas",
    "pyarrow.parquet",
    "scipy.stats",
    "scipy.optimize",
    "statsmodels.api",
    "sklearn.feature_extraction",
    "msgspec",
    "simplemma",
)
OF_SPEED = {"grows_at_most", "processor_seconds"}  # another load would look like a change that was noticed
IMPORTED_EARLY = "ignore::pytest.PytestAssertRewriteWarning"
AT_ANY_TIME = ""  # lines reached by imports and fixtures count for every test of the file


class Asked:
    """Which tests of the files are run, in which order, and what they were like."""

    def __init__(self, request: dict[str, Any], trace: Any) -> None:
        self.first, self.left_out = set(request.get("first", ())), set(request.get("left_out", ()))
        self.order, self.trace = list(request["files"]), trace
        self.slow: dict[str, float] = request.get("slow", {})  # tests over .2 s, with what they took
        self.is_map = bool(request.get("map"))
        self.grace = float(request.get("grace", 10))
        self.seconds: dict[str, float] = {}
        self.failed: list[str] = []
        self.files: set[str] = set()

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        def of_speed(item: Any) -> bool:
            code = getattr(getattr(item, "function", None), "__code__", None)
            return code is not None and bool(OF_SPEED & set(code.co_names))

        items[:] = [i for i in items if not of_speed(i) and i.nodeid not in self.left_out]
        # The tests that reach the line first, then the others of their files, which may see it through a stored result.
        # Files keep the order in which they were given.
        files = {name: number for number, name in enumerate(self.order)}
        items.sort(key=lambda i: (files.get(i.nodeid.partition("::")[0], 0), i.nodeid not in self.first))

    def pytest_runtest_logreport(self, report: Any) -> None:
        # Module-wide fixtures are made in the first test's setup, which counts for it.
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration
        if report.failed:
            self.failed.append(report.nodeid)
            Path("noticed.txt").write_text(report.nodeid, encoding="utf-8")

    def pytest_runtest_setup(self, item: Any) -> None:
        """A test that takes far longer than it did fails: most likely it goes round in a circle."""
        signal.setitimer(signal.ITIMER_VIRTUAL, 0 if self.is_map else self.grace + 4 * self.slow.get(item.nodeid, 0.2))

    def pytest_runtest_call(self, item: Any) -> None:
        if self.trace is not None:
            self.trace.switch_context(item.nodeid)

    def pytest_runtest_teardown(self) -> None:
        if self.trace is not None:
            self.trace.switch_context(AT_ANY_TIME)


def hooks() -> None:
    """The hooks have to come before all others (context set) and after the others' sorting."""
    import pytest

    Asked.pytest_runtest_call = pytest.hookimpl(tryfirst=True)(Asked.pytest_runtest_call)  # type: ignore[method-assign]
    Asked.pytest_collection_modifyitems = pytest.hookimpl(trylast=True)(  # type: ignore[method-assign]
        Asked.pytest_collection_modifyitems
    )


def ask(request: dict[str, Any]) -> int:
    """Run the tests of a request in this process; pytest's exit code. With a map, all tests, and what they reached."""
    import pytest

    trace = None
    if request.get("traced"):
        import coverage

        trace = coverage.Coverage(data_file=None, include=[f"{request['traced']}/*"], config_file=False, messages=False)
        trace.set_option("run:core", "ctrace")
        trace.start()
    asked = Asked(request, trace)
    options = ["-q", "--no-header", "-p", "no:cacheprovider", "-W", IMPORTED_EARLY, "-m", PUBLIC]
    options += [] if request.get("map") else ["-x"]
    code = int(pytest.main([*options, *request["files"]], plugins=[asked]))
    lines = {}
    if trace is not None:
        trace.stop()
        data = trace.get_data()
        lines = {Path(f).relative_to(Path.cwd()).as_posix(): data.contexts_by_lineno(f) for f in data.measured_files()}
    if request.get("map"):
        content = {"lines": lines, "seconds": asked.seconds, "failed": sorted(set(asked.failed))}
        Path(request["map"]).write_text(json.dumps(content), encoding="utf-8")
    return code


def too_long(*_: object) -> None:
    raise TimeoutError("four times as long as before, and more")


def wait(pid: int, seconds: float) -> int | None:
    """The exit code of a process, or None if it did not end in time and was ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)  # what the tests started and left behind
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


def main() -> None:
    """Serve requests until the input ends."""
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    sys.path.insert(0, str(Path.cwd()))
    for name in IMPORTED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    hooks()
    noticed = Path("noticed.txt")
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if not pid:
            os.setpgid(0, 0)  # what the tests start ends with it; the session, and with it the priority, is kept
            signal.signal(signal.SIGVTALRM, too_long)
            limit = int(request["limit"]) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
            code = 1
            try:
                code = ask(request)
            finally:
                os._exit(code)
        # A busy machine takes longer by the clock; the limit that decides is the one of processor time.
        code = wait(pid, 120 + 20 * request["limit"])
        by = noticed.read_text(encoding="utf-8") if noticed.is_file() else ""
        noticed.unlink(missing_ok=True)
        os.write(answers, json.dumps({"code": code, "by": by}).encode() + b"\n")


if __name__ == "__main__":
    main()
