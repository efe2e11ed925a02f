"""One process that has imported what notebooks need and forks, for each run, a worker and the kernel beside it.

`python -m analysis.run.preloaded` reads one JSON line a run from its standard input (number, job, environment, log, cwd),
answers {"number", "pid"}, or {"number", "refused"} where the machine has no room for another process, and {"pid", "status"}
once that worker has ended. It ends with its input and takes its workers
along. Imports are most of what a short notebook costs; here they are paid once.

Only one thread and no kernel, socket or context may exist before a fork: imports and one drawing happen here, no more.
What they made is hidden from the garbage collector: each collection in a worker or kernel would go through it again and
copy its memory, which was half of what a short notebook cost.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import itertools
import json
import os
import pkgutil
import select
import signal
import sys
import time
from pathlib import Path
from typing import Any

IMPORTED = (
    "papermill",
    "nbclient",
    "jupyter_client",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "ipykernel.zmqshell",
    "IPython.core.interactiveshell",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "jinja2.compiler",
    "multiprocessing.pool",
    "msgspec.toml",
    "pandas",
    "pandas.core.methods.to_dict",
    "pandas.core.reshape.reshape",
    "pandas.io.formats.html",
    "pandas.io.formats.string",
    "pyarrow.dataset",
    "pyarrow.pandas_compat",
    "pyarrow.parquet",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_pdf",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "seaborn",
    "scipy.stats",
    "statsmodels.genmod.generalized_linear_model",
    "analysis.run.cell_progress",
    "analysis.run.here",
    "analysis.run.topic_fits",
    "analysis.run.watch",
    "analysis.store",
    "analysis.study",
    "analysis.study.topic_words",
    "analysis.study.wording",
    "psutil",
    "tornado.platform.asyncio",
    "zmq.utils.garbage",
)
ROOMS = ("analysis.figures", "analysis.measures")  # all their modules


def preload() -> None:
    """Import what most notebooks use. What is not installed is left to the notebook that needs it."""
    # jsonschema offers to check URIs with a package that takes three seconds to import; notebooks have no such check.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    for name in (*IMPORTED, *itertools.chain(*map(_modules, ROOMS))):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for prepare in (_draw_once, _show_once, _validate_once):
        with contextlib.suppress(ImportError):
            prepare()
    gc.collect()
    gc.freeze()


def _modules(room: str) -> list[str]:
    """A package with all modules below it."""
    with contextlib.suppress(ImportError):
        package = importlib.import_module(room)
        return [room, *sorted(found.name for found in pkgutil.walk_packages(package.__path__, f"{room}."))]
    return []


def _draw_once() -> None:
    """Draw a figure that nobody sees: fonts are read and found, and what each format needs is imported."""
    from analysis.figures.pdf_fonts import read_ahead
    from analysis.figures.save import render
    from analysis.figures.style import drawing, new_figure

    with drawing():
        figure = new_figure(height=2)
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], label="line")
        axes.set_title("Title", fontweight="bold")
        axes.legend()
    render(figure, title="Title")
    read_ahead(3)


def _show_once() -> None:
    """Make what cells show: tables as HTML, templates compiled."""
    import pandas as pd

    from analysis.figures.save import TEMPLATES
    from analysis.store.html import templates

    pd.DataFrame({"column": [1.5]}, index=["row"]).to_html()
    for path in sorted(TEMPLATES.glob("*.html")):
        templates(TEMPLATES).get_template(path.name)


def _validate_once() -> None:
    """Read and write a notebook of one cell: the schema of notebooks is compiled."""
    import nbformat

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])
    nbformat.reads(nbformat.writes(notebook), as_version=4)


def serve(requests: int, answers: int) -> dict[str, Any] | None:
    """Fork a process for each request; returns the request in the new process, None in this one at the end of input."""
    pids: set[int] = set()
    rest = b""
    while True:
        ready, _, _ = select.select([requests], [], [], 0.05)
        for pid, status in _ended(pids):
            _answer(answers, {"pid": pid, "status": status})
        if not ready:
            continue
        data = os.read(requests, 65_536)
        if not data:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(pid, signal.SIGKILL)
            return None
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            request = json.loads(line)
            try:
                pid = os.fork()
            except OSError as error:  # no memory or no process is left: those at work go on
                _answer(answers, {"number": request["number"], "refused": error.strerror or str(error)})
                continue
            if not pid:
                os.setpgid(0, 0)
                return request
            with contextlib.suppress(OSError):
                os.setpgid(pid, pid)  # whichever comes first: the group exists before anyone is told of it
            pids.add(pid)
            _answer(answers, {"number": request["number"], "pid": pid})


def _ended(pids: set[int]) -> list[tuple[int, int]]:
    found = []
    for pid in list(pids):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            pids.discard(pid)
            found.append((pid, os.waitstatus_to_exitcode(status)))
    return found


def _answer(answers: int, content: dict[str, int | str]) -> None:
    os.write(answers, json.dumps(content).encode() + b"\n")


def enter(request: dict[str, Any]) -> None:
    """Make this process the one that was asked for: its environment, folder, and streams."""
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    os.chdir(request["cwd"])
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for descriptor, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(descriptor, target)
    os.close(log)
    os.close(nothing)


def main() -> None:
    """Serve; in a forked process, be the worker of one job or the kernel it talks to."""
    answers = os.dup(1)
    os.dup2(2, 1)  # what an import prints is no answer
    preload()
    request = serve(0, answers)
    os.close(answers)
    if request is None:
        return
    enter(request)
    from analysis.run.kernel import PreparedKernel
    from analysis.run.worker import main as work

    kernel = PreparedKernel.fork()
    if kernel.is_here:
        kernel.become()
    else:
        work(str(Path(request["job"])), kernel)
    # All is written: taking down hundreds of modules one by one would be the rest of this process' work.
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
