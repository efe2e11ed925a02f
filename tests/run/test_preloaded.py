from __future__ import annotations

import ast
import json
import os
import subprocess
import sys

import pytest

from analysis.run.execute import preload
from analysis.run.preloaded import IMPORTED, ROOMS

FACTS = """
import json, os, sys, threading, zmq
import analysis.run.preloaded as preloaded
if {bare}:
    preloaded._draw_once = lambda: None
preloaded.preload()
from analysis.figures.fonts import fallbacks
print(json.dumps({{
    "threads": threading.active_count(),
    "tasks": len(os.listdir("/proc/self/task")) if sys.platform == "linux" else 1,
    "contexts": zmq.Context._instance is not None,
    "fonts": fallbacks.cache_info().currsize,
    "modules": sorted(sys.modules),
}}))
"""


def facts(*, bare: bool) -> dict:
    """What a process of its own holds once it is preloaded. bare: without the drawing."""
    one = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"}
    code, environment = FACTS.format(bare=bare), os.environ | one
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def ready() -> dict:
    return facts(bare=False)


def test_importing_starts_no_thread_and_reads_no_setting(ready):
    assert ready["threads"] == 1
    assert not ready["contexts"]
    assert set(IMPORTED) <= set(ready["modules"]), set(IMPORTED) - set(ready["modules"])


@pytest.mark.parametrize(("platform", "setting"), [("darwin", ""), ("linux", "1")])
def test_forking_can_be_turned_off_and_is_off_on_macos(monkeypatch, tmp_path, platform, setting):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("DISCOURSE_SPAWN", setting)
    assert preload(None, tmp_path) is None


def test_fonts_and_formats_are_ready_after_one_drawing_and_no_thread_is_left(ready):
    assert ready["fonts"] == 1
    assert {"fontTools.subset", "PIL.PngImagePlugin"} <= set(ready["modules"])
    assert ready["tasks"] == facts(bare=True)["tasks"]


def test_what_notebooks_import_of_ours_is_there_before_the_fork(root, ready):
    """The rooms of figures and measures as a whole, and none of the libraries that only some notebooks need."""
    names = set()
    for path in (root / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                lines = "".join(cell["source"]).splitlines()
                for node in ast.walk(ast.parse("\n".join(line for line in lines if not line.startswith(("%", "!"))))):
                    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(ROOMS):
                        names.add(node.module)
    assert len(names) > 20
    assert names <= set(ready["modules"])
    assert not {"gensim", "nltk", "sklearn", "networkx"} & set(ready["modules"])
