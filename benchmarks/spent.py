"""Clock and processor seconds of a command with everything it started, also what it did not wait for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

# A kernel may outlive the worker that started it, and nobody waits for it then. On Linux this process adopts such orphans.
MEASURE = """
import ctypes, json, os, resource, subprocess, sys, time
if sys.platform.startswith("linux"):
    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER
start = time.perf_counter()
status = subprocess.call(json.loads(sys.argv[2]), stdout=subprocess.DEVNULL)
while True:
    try:
        os.wait()
    except ChildProcessError:
        break
used = resource.getrusage(resource.RUSAGE_CHILDREN)
found = dict(status=status, clock=time.perf_counter() - start, processor=used.ru_utime + used.ru_stime)
open(sys.argv[1], "w").write(json.dumps(found))
"""


def run(
    command: Sequence[str], *, folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> tuple[float, float]:
    """Clock seconds until the last descendant has ended, and processor seconds of all of them; raises `RuntimeError`
    with the last lines of the command's errors when it fails."""
    with tempfile.TemporaryDirectory() as place:
        out, errors = Path(place) / "found.json", Path(place) / "errors.txt"
        with errors.open("w") as said:
            subprocess.run(
                [sys.executable, "-c", MEASURE, str(out), json.dumps(list(command))],
                cwd=folder,
                env=dict(os.environ if environment is None else environment),
                check=True,
                stderr=said,
            )
        found = json.loads(out.read_text(encoding="utf-8"))
        if found["status"]:
            last = "\n".join(errors.read_text(encoding="utf-8", errors="replace").splitlines()[-5:])
            raise RuntimeError(f"{' '.join(command)} ended with status {found['status']}: {last}")
    return found["clock"], found["processor"]
