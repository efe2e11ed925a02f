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
