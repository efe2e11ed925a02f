from __future__ import annotations

import os
import subprocess
import sys

import pytest

from analysis.run.execute import preload


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
