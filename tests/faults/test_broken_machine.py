"""What goes wrong in the middle: a rename that is refused, a clock that goes back, a file that changes while it is read.

One row of `COMMANDS` is a command and what it makes, one of `CALLS` a call of the system and the error that it gives.
"""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from invented_study import write_whole_study
from sample_project import WRITING, add_second_store

LONG = bool(os.environ.get("DISCOURSE_LONG"))
BROKEN = Path(__file__).parents[1] / "helpers" / "broken_machine"
COMMANDS = {
    **WRITING,
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
    study = write_whole_study(tmp_path_factory.mktemp("built") / "study", root, count=12)
    assert end(start(study, "build", "--jobs", "1"))[0] == 0
    return study


@pytest.fixture(scope="module")
def project(finished, tmp_path_factory):
    return add_second_store(
        Path(shutil.copytree(finished, tmp_path_factory.mktemp("broken") / "project", symlinks=True))
    )


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


@pytest.mark.slow
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


# What goes wrong around a command: all of it by `make test-long`.

only_long = pytest.mark.skipif(not LONG, reason="commands in processes of their own, one for each row: make test-long")
RUN, BUILD, SITE = (
    ("run", "--force", "--only", "terms"),
    ("build", "--jobs", "2", "--name", "n"),
    ("site", "--out", "S"),
)
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
LIMITS = {"a stack of 256 KB": (resource.RLIMIT_STACK, 2**18), "one second of processor": (resource.RLIMIT_CPU, 1)}


def copied(kind: str, built: Path, project: Path, place: Path) -> Path:
    return Path(shutil.copytree(built if kind == "study" else project, place / "here", symlinks=True))


def at_work_in(folder: Path) -> list[str]:
    """The processes whose working folder is `folder` or lies in it."""
    found = []
    for name in (path.name for path in Path("/proc").iterdir() if path.name.isdigit()):
        with contextlib.suppress(OSError):
            if Path(f"/proc/{name}/cwd").resolve().is_relative_to(folder.resolve()):
                found.append(name)
    return found


@only_long
@pytest.mark.parametrize("how", SIGNALS)
@pytest.mark.parametrize(("kind", "command"), [("project", RUN), ("study", BUILD), ("project", SITE)])
def test_a_command_that_is_asked_three_times_to_stop(built, project, tmp_path, kind, command, how):
    """In words, or without any; nothing of it goes on, and the next command removes what was left."""
    folder = copied(kind, built, project, tmp_path)
    process = start(folder, *command, before=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
    time.sleep(1.5)
    for _ in range(3):
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(how)
        time.sleep(0.05)
    status, _ = end(process)
    assert status in (0, 1, 2, 130, -how)
    time.sleep(2)
    assert at_work_in(folder) == []
    assert end(start(folder, *command))[0] == 0
    assert [*folder.rglob(".*.tmp"), *(folder / ".cache").glob("folder-*")] == []


@only_long
@pytest.mark.parametrize(("kind", "command"), [("project", RUN), ("study", BUILD)])
def test_a_machine_that_sleeps_in_between(built, project, tmp_path, kind, command):
    folder = copied(kind, built, project, tmp_path)
    process = start(folder, *command)
    time.sleep(1.5)
    process.send_signal(signal.SIGSTOP)
    time.sleep(3)
    process.send_signal(signal.SIGCONT)
    assert end(process)[0] == 0


@only_long
@pytest.mark.parametrize(("kind", "command"), [("project", RUN), ("study", BUILD)])
def test_a_killed_command_leaves_no_process_behind(built, project, tmp_path, kind, command):
    folder = copied(kind, built, project, tmp_path)
    process = start(folder, *command)
    time.sleep(1.5)
    process.kill()
    process.communicate()
    time.sleep(8)
    assert at_work_in(folder) == []


def grow(path: Path, kept: bytes, number: int) -> None:
    with path.open("ab") as file:
        file.write(kept.splitlines(keepends=True)[0].replace(b"d000", b"z%05d" % number))


CHANGES = {
    "grows": grow,
    "is cut": lambda path, kept, number: path.write_bytes(kept[: len(kept) // 2] if number % 2 else kept),
    "is gone": lambda path, kept, number: path.unlink(missing_ok=True) if number % 2 else path.write_bytes(kept),
}


@only_long
@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_changes_while_it_is_read(built, project, tmp_path, change):
    folder = copied("study", built, project, tmp_path)
    path, stop = folder / "corpus" / "private" / "news" / "a.jsonl", threading.Event()
    kept = path.read_bytes()

    def disturb() -> None:
        number = 0
        while not stop.wait(0.003):
            number += 1
            CHANGES[change](path, kept, number)

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        for command in (("check",), ("build", "--jobs", "1", "--name", "n"), ("kwic", "neutral*")):
            assert end(start(folder, *command))[0] in (0, 1, 2)
    finally:
        stop.set()
        thread.join()


@only_long
@pytest.mark.parametrize("back", ["3600", "86400", "-86400"])
@pytest.mark.parametrize(("kind", "command"), [("project", RUN), ("study", BUILD), ("project", SITE)])
def test_a_clock_that_jumps_changes_nothing(built, project, finished, tmp_path, kind, command, back):
    folder = copied(kind, built, project, tmp_path)
    assert end(start(folder, *command, CLOCK=back))[0] == 0
    assert tree(folder / "figures") == tree(finished / "figures")


@only_long
@pytest.mark.parametrize("what", LIMITS)
def test_a_build_with_little_of_the_machine(built, project, tmp_path, what):
    kind, number = LIMITS[what]
    folder = copied("study", built, project, tmp_path)
    before = tree(folder / "corpus" / "store")
    process = start(folder, *BUILD[:3], before=lambda: resource.setrlimit(kind, (number, number)))
    assert end(process)[0] in (0, 1, 2, -signal.SIGKILL, -signal.SIGXCPU)
    assert tree(folder / "corpus" / "store") == before


@only_long
@pytest.mark.parametrize("name", ["figures", ".cache", "notebooks", "corpus"])
def test_a_folder_that_is_a_link_stays_one(project, finished, tmp_path, name):
    folder = copied("project", project, project, tmp_path)
    shutil.move(folder / name, tmp_path / "elsewhere")
    (folder / name).symlink_to(tmp_path / "elsewhere")
    assert end(start(folder, *RUN))[0] == 0
    assert end(start(folder, *SITE))[0] == 0
    assert (folder / name).is_symlink()
    assert tree(folder / "figures") == tree(finished / "figures")
