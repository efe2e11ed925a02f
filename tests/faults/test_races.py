"""Two commands at once, and a disk that is full: refused in words or both right, nothing half-written."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from quick import sample
from sample_project import add_second_store, discourse

from analysis.store.folders import replacing_folder

COMMANDS = {
    "site": ("site", "--out", "OUT/site"),
    "paper": ("figures", "--paper", "OUT/paper"),
    "release": ("release", "--out", "OUT/paper.zip"),
    "merge": ("store", "merge", "default", "other", "--out", "OUT/both"),
}


def begin(folder: Path, *command: str, limit: int | None = None) -> subprocess.Popen:
    """Start a command; limit: bytes that no file may exceed, as on a disk that is full."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("DISCOURSE_")}

    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.Popen(
        [sys.executable, "-m", "analysis.cli", *command],
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**clean, "PYTHONPATH": str(folder)},
        preexec_fn=little_room if limit is not None else None,  # noqa: PLW1509  this process has no threads
    )


@pytest.mark.parametrize("name", sample(COMMANDS, ("merge",)))
def test_two_at_once_do_not_harm_each_other(copy, tmp_path, name):
    add_second_store(copy)
    command = [part.replace("OUT", str(tmp_path / "out")) for part in COMMANDS[name]]
    both = [begin(copy, *command) for _ in range(2)]
    said = [process.communicate(timeout=900)[1] for process in both]
    assert 0 in [process.returncode for process in both], said
    for process, errors in zip(both, said, strict=True):
        assert process.returncode in (0, 2)
        assert "Traceback" not in errors
    assert len(list((tmp_path / "out").iterdir())) == 1
    assert not list((copy / ".cache").glob("folder-*"))


@pytest.mark.slow
def test_two_runs_at_once(copy):
    both = [begin(copy, "run", "--force", "--only", "terms") for _ in range(2)]
    said = [process.communicate(timeout=900)[1] for process in both]
    codes = sorted(process.returncode for process in both)
    assert codes in ([0, 0], [0, 2])
    assert codes == [0, 0] or any("another `discourse run` is at work" in errors for errors in said)


@pytest.mark.parametrize("limit", sample([0, 100, 2000], [100]))
@pytest.mark.parametrize("name", COMMANDS)
def test_a_disk_that_is_full_is_named_and_nothing_is_half_written(copy, tmp_path, name, limit):
    add_second_store(copy)
    command = [part.replace("OUT", str(tmp_path / "out")) for part in COMMANDS[name]]
    process = begin(copy, *command, limit=limit)
    errors = process.communicate(timeout=900)[1]
    assert process.returncode == 2, errors
    assert "Make room and repeat the command" in errors
    assert "Traceback" not in errors
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []


def test_a_run_on_a_full_disk_says_so(copy):
    process = begin(copy, "run", "--force", "--only", "terms", limit=2000)
    out, errors = process.communicate(timeout=900)
    assert process.returncode in (1, 2)
    assert "Make room" in out + errors
    done = discourse(copy, "run", "--only", "terms")
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="no second disk here")
def test_a_folder_on_another_disk_is_replaced_too(tmp_path):
    import tempfile

    with tempfile.TemporaryDirectory(dir="/dev/shm") as other:
        if Path(other).stat().st_dev == tmp_path.stat().st_dev:
            pytest.skip("/dev/shm is on the same disk")
        for words in ("old", "new"):
            with replacing_folder(Path(other) / "out", "site", tmp_path / "cache") as folder:
                (folder / "page").write_text(words)
            assert (Path(other) / "out" / "page").read_text() == words
        assert [p.name for p in Path(other).iterdir()] == ["out"]
