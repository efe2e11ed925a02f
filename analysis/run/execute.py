"""Starting, watching and ending the process that executes one notebook in a scratch folder of its own."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError
from analysis.run.forks import Forked, Preloaded
from analysis.run.plan import Plan, Run
from analysis.run.processor import common_processor, processor_name
from analysis.run.project import Project
from analysis.run.watch import EVENTS
from analysis.store.atomic import write_json, write_text

LOG = logging.getLogger(__name__)
START_ALLOWANCE = 180
_SLOWER = (
    "workers cannot be forked from one process (%s); each run starts an interpreter of its own, which takes longer."
)


@dataclass
class Job:
    """One notebook on its way: its scratch folder and, once started, its process."""

    run: Run
    scratch: Path
    process: subprocess.Popen | Forked | None = None
    begun: float = 0.0
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def figures(self) -> Path:
        return self.scratch / "figures"

    @property
    def executed(self) -> Path:
        return self.scratch / "executed.ipynb"

    @property
    def trace(self) -> Path:
        return self.scratch / "trace.jsonl"


def preload(plan: Plan, scratch: Path) -> Preloaded | None:
    """The process that forks workers; None where forking is not safe (macOS), not wanted (DISCOURSE_SPAWN=1), or where the
    machine has no room for it, which is said."""
    if not sys.platform.startswith("linux") or os.environ.get("DISCOURSE_SPAWN"):
        return None
    root = plan.project.root.resolve()
    place = scratch / "preloaded"
    try:
        return Preloaded(root, environment(root, Job(Run("preloaded", ""), place), place, plan.project))
    except OSError as error:
        LOG.warning(_SLOWER, error.strerror or error)
        return None


def start(plan: Plan, run: Run, scratch: Path, origin: Preloaded | None = None) -> Job:
    """Begin executing `run`; nothing it does reaches the project before `publish_figures` moves it there.

    origin: forks the worker; without it, or if it is gone, the worker is an interpreter of its own.
    """
    job = Job(run, scratch)
    job.figures.mkdir(parents=True)
    runtime = Path(tempfile.mkdtemp(prefix="discourse-"))
    root = plan.project.root.resolve()
    _watch(runtime / "ipython")
    write_json(
        scratch / "job.json",
        {
            "notebook": str(plan.notebook_path(run).resolve()),
            "executed": str(job.executed.resolve()),
            "parameters": plan.values(run),
            "cwd": str(root),
            "timeout": run.timeout,
            "result": str((scratch / "result.json").resolve()),
            "runtime": str(runtime),
            "events": str((scratch / "events.jsonl").resolve()),
            "parent": os.getpid(),
        },
    )
    job.process = _process(job, root, environment(root, job, runtime, plan.project), origin)
    job.begun = time.monotonic()
    return job


def _process(job: Job, root: Path, environment: dict[str, str], origin: Preloaded | None) -> subprocess.Popen | Forked:
    description, path = (job.scratch / "job.json").resolve(), (job.scratch / "log.txt").resolve()
    if origin is not None:
        try:
            return origin.start(description, environment, path, root)
        except OSError as error:
            if not origin.is_told:
                LOG.warning(_SLOWER, error.strerror or error)
            origin.is_told = True
    try:
        with path.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "analysis.run.worker", str(description)],
                cwd=root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as error:
        raise DiscourseError(
            f"{job.run.key}: the machine starts no process for it ({error.strerror or error}); what has finished is kept. "
            "Free memory or end other programs, then run again, with --jobs 1 if it was memory."
        ) from error


def _watch(ipython: Path) -> None:
    """Have kernels with this profile note what goes wrong without stopping a cell (`analysis.run.watch`)."""
    folder = ipython / "profile_default" / "startup"
    folder.mkdir(parents=True)
    write_text(
        folder / "00-watch.py", "from analysis.run.watch import install\n\ninstall(get_ipython())\ndel install\n"
    )


def environment(root: Path, job: Job, runtime: Path, project: Project) -> dict[str, str]:
    """The kernel's environment: one thread, one kind of processor, one hash seed, one time zone, no settings of the user.

    The package is named where it is not installed; installed packages would come before the standard library. A study on a
    store of its own has its own words for topics, not those of the project around it.
    """
    code = project.code
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("DISCOURSE_", "MPL", "JUPYTER_", "IPYTHON"))}
    passed = {
        n: str(Path(os.environ[n]).resolve()) for n in ("DISCOURSE_CORPUS", "DISCOURSE_CACHE") if os.environ.get(n)
    }
    if project.store:
        passed["DISCOURSE_STUDY"] = str((project.home / "corpus").resolve())
    return {
        **environ,
        **passed,
        **common_processor(),
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(root) if "site-packages" in code.parts else str(code),
        "PYTHONDONTWRITEBYTECODE": environ.get("PYTHONDONTWRITEBYTECODE", ""),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": str(root / ".cache" / "matplotlib"),
        "DISCOURSE_FIGURES": str(job.figures.resolve()),
        "DISCOURSE_PROCESSOR": processor_name(),
        "DISCOURSE_NOTEBOOK": job.run.key,
        "DISCOURSE_TRACE": str(job.trace.resolve()),
        EVENTS: str((job.scratch / "events.jsonl").resolve()),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_RUNTIME_DIR": str(runtime / "jupyter"),
        "JUPYTER_DATA_DIR": str(runtime / "data"),
        "JUPYTER_CONFIG_DIR": str(runtime / "config"),
        "IPYTHONDIR": str(runtime / "ipython"),
        "JUPYTER_PLATFORM_DIRS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def poll(job: Job) -> bool:
    """Whether the job has ended; then `job.result` says how (error, seconds, peak_mb). Late jobs are ended."""
    if job.process is None:
        raise RuntimeError("a job is asked after before it was started")
    code = job.process.poll()
    late = time.monotonic() - job.begun > job.run.timeout + START_ALLOWANCE
    if code is None and not late:
        return False
    end(job)
    result = job.scratch / "result.json"
    if result.is_file():
        job.result = json.loads(result.read_text(encoding="utf-8"))
    else:
        message = f"no end after {job.run.timeout} s" if late else f"the process ended with status {code}"
        tail = (job.scratch / "log.txt").read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
        job.result = {
            "error": {"cell": None, "name": "Timeout" if late else "Died", "message": message, "traceback": tail},
            "seconds": round(time.monotonic() - job.begun, 2),
            "peak_mb": 0,
        }
    return True


def end(job: Job) -> None:
    """End the job's process with all it started, and remove its private Jupyter folder."""
    if job.process is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(job.process.pid, signal.SIGKILL)
        job.process.wait()
    description = job.scratch / "job.json"
    if description.is_file():
        shutil.rmtree(json.loads(description.read_text(encoding="utf-8"))["runtime"], ignore_errors=True)


def publish_figures(job: Job, folder: Path, but: Collection[str] = ()) -> list[str]:
    """Move the finished figures, but those named, into `folder`: each file in one step, the sidecar last. Returns the
    ids of those moved."""
    names = sorted(path.stem for path in job.figures.glob("*.json") if path.stem not in but)
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        for kind in ("svg", "png", "pdf", "csv", "json"):
            staged = job.figures / f"{name}.{kind}"
            beside = folder / f".{name}.{kind}.tmp"
            shutil.copyfile(staged, beside)
            beside.replace(folder / staged.name)
    return names


def missing_figures(job: Job, *, drafts: bool) -> str | None:
    """What is wrong with the set of staged figures, compared with those the plan declares; None if nothing is.

    drafts: they go to figures/drafts, where a run with other parameters may draw what it will.
    """
    staged = {path.stem for path in job.figures.glob("*.json")}
    declared = {*job.run.figures, *job.run.withheld}
    if job.run.variant and drafts:
        return None
    parts = []
    if declared - staged:
        parts.append(f"the plan names {sorted(declared - staged)}, which the notebook did not publish")
    if staged - declared:
        parts.append(f"it published {sorted(staged - declared)}, which the plan does not name")
    return "; ".join(parts) or None
