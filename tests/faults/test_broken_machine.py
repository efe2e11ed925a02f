"""What goes wrong in the middle: a rename that is refused, a clock that goes back, a file that changes while it is read.

One row of `COMMANDS` is a command and what it makes, one of `CALLS` a call of the system and the error that it gives.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from invented_study import write_study
from sample_project import build_store

LONG = bool(os.environ.get("DISCOURSE_LONG"))
BROKEN = Path(__file__).parents[1] / "helpers" / "broken_machine"
COMMANDS = {
    "site": (("site", "--out", "OUT/site"), "OUT/site"),
    "release": (("release", "--out", "OUT/paper.zip"), "OUT/paper.zip"),
    "merge": (("store", "merge", "default", "other", "--out", "OUT/both"), "OUT/both"),
    "paper": (("figures", "--paper", "OUT/paper"), "OUT/paper"),
    "run": (("run", "--force", "--only", "terms"), "figures"),
    "build": (("build", "--jobs", "1", "--name", "mine"), "corpus/store/mine"),
    "draw": (("code", "sample", "--size", "hit=2", "--name", "x"), "corpus/private/coding/x"),
    "new": (("new", "OUT/ports"), "OUT/ports"),
}
OF_A_STUDY = ("build", "draw")
CALLS = {
    "a rename on a full disk": ("replace", errno.ENOSPC),
    "a rename that is not allowed": ("replace", errno.EACCES),
    "a rename on a disk that cannot be written": ("replace", errno.EROFS),
    "a rename that a virus scanner holds up": ("replace", errno.EBUSY),
    "a disk that does not keep what it is given": ("fsync", errno.EIO),
    "a new file on a full disk": ("open", errno.ENOSPC),
    "a new file where none may be": ("open", errno.EACCES),
}
NUMBERS = (1, 2, 3, 5, 8, 13) if LONG else (2,)


def start(folder: Path, *command: str, before=None, **environ: str) -> subprocess.Popen:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("DISCOURSE_")}
    code = folder if (folder / "analysis").is_dir() else Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-m", "analysis.cli", *command],
        cwd=folder,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**clean, "PYTHONPATH": os.pathsep.join((str(BROKEN), str(code))), **environ},
        preexec_fn=before,  # noqa: PLW1509  this process has no threads when it starts one
    )


def end(process: subprocess.Popen, *, seconds: int = 200) -> tuple[int, str]:
    """(exit status, what was said); a traceback or a hang fails."""
    try:
        out, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    said = out + errors
    assert "Traceback" not in said, said[-3000:]
    assert "Exception ignored" not in said, said[-3000:]
    return process.returncode, said


def tree(place: Path) -> dict[str, bytes]:
    if place.is_file():
        return {place.name: place.read_bytes()}
    return {p.relative_to(place).as_posix(): p.read_bytes() for p in sorted(place.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def built(tmp_path_factory, root):
    study = write_study(tmp_path_factory.mktemp("built") / "study", root, count=12)
    shutil.copy(root / "corpus" / "study.toml", study / "corpus" / "study.toml")
    shutil.move(study / "texts", study / "corpus" / "private")
    assert end(start(study, "build", "--jobs", "1"))[0] == 0
    return study


@pytest.fixture(scope="module")
def project(finished, tmp_path_factory):
    folder = Path(shutil.copytree(finished, tmp_path_factory.mktemp("broken") / "project", symlinks=True))
    build_store(folder / "corpus" / "store" / "other", extra=1, prefix="e")
    return folder


@pytest.fixture(scope="module")
def whole(built, project, tmp_path_factory):
    """name of a command -> what it makes where nothing fails."""
    made: dict[str, dict[str, bytes]] = {}

    def of(name: str) -> dict[str, bytes]:
        if name not in made:
            folder, command, target = prepared(name, built, project, tmp_path_factory.mktemp(name))
            assert end(start(folder, *command))[0] == 0
            made[name] = tree(target)
        return made[name]

    return of


def prepared(name: str, built: Path, project: Path, place: Path) -> tuple[Path, list[str], Path]:
    command, output = COMMANDS[name]
    source = built if name in OF_A_STUDY else project
    folder = Path(shutil.copytree(source, place / "here", symlinks=True))
    target = Path(output.replace("OUT", str(place / "out"))) if "OUT" in output else folder / output
    return folder, [part.replace("OUT", str(place / "out")) for part in command], target


TRIALS = [(name, call) for name in COMMANDS for call in CALLS]


@pytest.mark.parametrize(("name", "call"), TRIALS if LONG else TRIALS[::23])
def test_a_call_that_fails_is_named_and_leaves_nothing_half_written(built, project, whole, tmp_path, name, call):
    expected = whole(name)
    function, code = CALLS[call]
    for number in NUMBERS:
        place = tmp_path / str(number)
        place.mkdir()
        folder, command, target = prepared(name, built, project, place)
        status, said = end(start(folder, *command, BROKEN=f"{function}:{number}:{code}"))
        assert status in (0, 1, 2), said
        assert not status or os.strerror(code) in said, said
        found = tree(target) if target.exists() else {}
        half = {p for p, data in found.items() if p in expected and expected[p] != data}
        assert half == set(), f"{number}: {said}"
        status, said = end(start(folder, *command))
        if status and name in ("merge", "draw", "new"):  # what is there already is not written over
            continue
        assert status == 0, said
        assert tree(target) == expected
        rest = [*place.rglob(".*.tmp"), *(folder / ".cache").glob("folder-*")]
        assert rest == []
