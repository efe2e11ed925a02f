from __future__ import annotations

import ast
import json
import os
import subprocess
import sys

import pytest

from analysis.run.execute import preload
from analysis.run.preloaded import ROOMS


def test_importing_starts_no_thread_and_reads_no_setting():
    code = (
        "import threading\nfrom analysis.run.preloaded import IMPORTED, preload\npreload()\n"
        "import sys, zmq\nassert threading.active_count() == 1, threading.enumerate()\n"
        "assert zmq.Context._instance is None\nassert set(IMPORTED) <= set(sys.modules), set(IMPORTED) - set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MPLBACKEND": "agg"},
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("platform", "setting"), [("darwin", ""), ("linux", "1")])
def test_forking_can_be_turned_off_and_is_off_on_macos(monkeypatch, tmp_path, platform, setting):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("DISCOURSE_SPAWN", setting)
    assert preload(None, tmp_path) is None


def test_fonts_and_formats_are_ready_after_one_drawing_and_no_thread_is_left():
    code = (
        "import os, sys\nfrom analysis.run.preloaded import preload\npreload()\n"
        "from analysis.figures.fonts import fallbacks\nassert fallbacks.cache_info().currsize == 1\n"
        "assert 'fontTools.subset' in sys.modules and 'PIL.PngImagePlugin' in sys.modules\n"
        "print(len(os.listdir('/proc/self/task')) if sys.platform == 'linux' else 1)\n"
    )
    one = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=os.environ | one
    )
    assert done.returncode == 0, done.stderr
    without = code.replace(
        "preload()\n", "import analysis.run.preloaded as p\np._draw_once = lambda: None\npreload()\n", 1
    )
    lean = without.split("from analysis.figures.fonts")[0] + without.splitlines()[-1]
    bare = subprocess.run(
        [sys.executable, "-c", lean], capture_output=True, text=True, check=True, env=os.environ | one
    )
    assert done.stdout == bare.stdout


def test_what_notebooks_import_of_ours_is_there_before_the_fork(root):
    """The rooms of figures and measures as a whole, and none of the libraries that only some notebooks need."""
    names = set()
    for path in (root / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                source = "\n".join(
                    line for line in "".join(cell["source"]).splitlines() if not line.startswith(("%", "!"))
                )
                for node in ast.walk(ast.parse(source)):
                    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(ROOMS):
                        names.add(node.module)
    assert len(names) > 20
    code = (
        "import sys\nfrom analysis.run.preloaded import preload\npreload()\n"
        "print(*(name for name in sys.argv[1:] if name not in sys.modules))\n"
        "print(*(name for name in ('gensim', 'nltk', 'sklearn', 'networkx') if name in sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, *sorted(names)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
