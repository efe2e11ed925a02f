"""One notebook in one process: `python -m analysis.run.worker job.json`.

Started by `analysis.run.execute`. Whatever happens to the notebook ends as a result file; no result file means that
this process died.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.run.kernel import PreparedKernel, manager_of
from analysis.run.noticed import INJECTED, counted, first_error, read_events
from analysis.run.saved import readable
from analysis.store.atomic import write_json

SAVE_AFTER = 5.0  # seconds
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def main(job_path: str, kernel: PreparedKernel | None = None) -> None:
    """Execute the job described in a JSON file and write its result file. kernel: one that was forked for it."""
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))
    memory = Memory(os.getppid() if kernel else job["parent"])
    threading.Thread(target=memory.watch, daemon=True).start()
    begun = time.perf_counter()
    problem = execute(job, kernel)
    seconds = time.perf_counter() - begun
    events = read_events(Path(job["events"]), job["cwd"])
    problem = problem or first_error(events, Path(job["executed"]))
    result = {"error": problem, "warnings": counted(events), "seconds": round(seconds, 2), "peak_mb": memory.peak_mb()}
    write_json(job["result"], result)


def execute(job: dict[str, Any], kernel: PreparedKernel | None = None) -> dict[str, Any] | None:
    """Run the notebook through papermill; None when every cell ran to its end, else what went wrong and where."""
    # jsonschema offers to check URIs with a package that takes three seconds to import; notebooks have no such check.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    import papermill
    from papermill.exceptions import PapermillExecutionError

    notebook = readable(Path(job["notebook"]), Path(job["executed"]).with_name("notebook.ipynb"))
    options = {"kernel_manager_class": manager_of(kernel)} if kernel else {}

    def attempt() -> None:
        with _saved_seldom():
            papermill.execute_notebook(
                _literal(str(notebook)),
                _literal(job["executed"]),
                parameters=job["parameters"],
                kernel_name="python3",
                language="python",  # some programs save notebooks without saying so
                cwd=job["cwd"],
                execution_timeout=job["timeout"],
                progress_bar=False,
                log_output=False,
                start_timeout=120,
                **options,
            )

    problem = None
    try:
        try:
            attempt()
        except RuntimeError:
            if last_started(Path(job["executed"])):
                raise
            attempt()  # no cell had begun: two kernels that start at the same moment may have chosen the same port
    except PapermillExecutionError as error:
        problem = {"cell": None, "name": error.ename, "message": error.evalue, "traceback": plain(error.traceback)}
    except Exception as error:  # noqa: BLE001  a dead kernel, a timeout, a full disk: all are results, none is ours
        name, message = type(error).__name__, str(error).strip()
        problem = {"cell": last_started(Path(job["executed"])), "name": name, "message": message, "traceback": []}
    found = first_failure(Path(job["executed"]))
    if problem and problem["cell"]:
        return problem  # a timeout interrupts the cell, whose own error would hide the reason
    if found and problem and not found["name"]:
        found |= {k: problem[k] for k in ("name", "message", "traceback")}
    if found and not found["name"]:
        found |= {"name": "NotExecuted", "message": "the kernel died or the cell ended the session"}
    return found or problem


@contextlib.contextmanager
def _saved_seldom() -> Iterator[None]:
    """Within this block papermill writes the notebook at its start, its end, and every `SAVE_AFTER` seconds of work.

    It would do so twice a cell, which costs more than its other work together.
    """
    from papermill.engines import NotebookExecutionManager

    save = NotebookExecutionManager.save
    begun: set[int] = set()

    def seldom(manager: Any, **options: Any) -> None:
        since = (manager.now() - manager.last_save_time).total_seconds()
        if id(manager) not in begun or manager.end_time is not None or since >= SAVE_AFTER:
            begun.add(id(manager))
            save(manager, **options)

    NotebookExecutionManager.save = seldom
    try:
        yield
    finally:
        NotebookExecutionManager.save = save


def first_failure(executed: Path) -> dict[str, Any] | None:
    """The first cell that raised (`sys.exit` included) or never ran, counted in the notebook as it is committed."""
    if not executed.is_file():
        return None
    number = 0
    for cell in json.loads(executed.read_text(encoding="utf-8"))["cells"]:
        if INJECTED & set(cell["metadata"].get("tags", [])):
            continue
        number += 1
        if cell["cell_type"] != "code" or not "".join(cell["source"]).strip():
            continue
        if "skip-execution" in cell["metadata"].get("tags", []):
            continue
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                return {
                    "cell": number,
                    "name": output["ename"],
                    "message": plain([output["evalue"]])[0],
                    "traceback": plain(output["traceback"]),
                }
        status = cell["metadata"].get("papermill", {}).get("status", "completed")
        if cell["execution_count"] is None or status != "completed":
            return {"cell": number, "name": "", "message": "", "traceback": []}
    return None


def last_started(executed: Path) -> int | None:
    """The cell at work when papermill gave up: the last one with a start time (all are marked completed)."""
    if not executed.is_file():
        return None
    number, last = 0, None
    for cell in json.loads(executed.read_text(encoding="utf-8"))["cells"]:
        if not INJECTED & set(cell["metadata"].get("tags", [])):
            number += 1
            if cell["metadata"].get("papermill", {}).get("start_time"):
                last = number
    return last


def plain(lines: list[str]) -> list[str]:
    """Lines without terminal colours."""
    return [_ANSI.sub("", line) for line in lines] or [""]


def _literal(path: str) -> str:
    """papermill fills braces in paths; ours are meant as they stand."""
    return path.replace("{", "{{").replace("}", "}}")


def _descendants(pid: int) -> list[int]:
    """The processes below one, from what Linux keeps of each; elsewhere all processes of the machine are gone through."""
    import psutil

    lists = list(Path(f"/proc/{pid}/task").glob("*/children"))
    if not lists:
        try:
            return [child.pid for child in psutil.Process(pid).children(recursive=True)]
        except psutil.Error:
            return []
    found: list[int] = []
    for path in lists:
        with contextlib.suppress(OSError):
            found += map(int, path.read_text(encoding="ascii").split())
    return found + [below for child in found for below in _below(child)]


def _below(pid: int) -> list[int]:
    return _descendants(pid) if Path(f"/proc/{pid}").exists() else []


class Memory:
    """Peak resident memory of this process' descendants, sampled five times a second.

    It also ends this process when its parent is gone, so that a killed `discourse run` leaves no kernel behind.
    """

    def __init__(self, parent: int) -> None:
        self.parent = parent
        self.peak = 0

    def watch(self) -> None:
        import psutil

        me = psutil.Process()
        while True:
            if os.getppid() != self.parent:
                for child in me.children(recursive=True):
                    with contextlib.suppress(psutil.Error):
                        child.kill()
                os._exit(1)
            total = 0
            for pid in _descendants(me.pid):
                try:
                    total += psutil.Process(pid).memory_info().rss
                except psutil.Error:
                    continue  # it ended in between
            self.peak = max(self.peak, total)
            time.sleep(0.2)

    def peak_mb(self) -> int:
        """The peak in MiB; at least that of the largest finished child."""
        import resource

        largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        return round(max(self.peak / 2**20, largest / (2**20 if sys.platform == "darwin" else 2**10)))


if __name__ == "__main__":
    main(sys.argv[1])
