"""A reader that goes away, Ctrl-C, little left of the machine: an end in words, and nothing half-written.

One row of `READ` is a command that only tells, one of `WRITE` one that writes; `LIMITS` are what a machine may run out of.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from invented_study import write_whole_study

LONG = bool(os.environ.get("DISCOURSE_LONG"))
READ = [("run", "--dry-run"), ("figures",), ("cite", "terms"), ("store", "show"), ("figures", "--check"), ("claims",)]
TELL = [("kwic", "neutral*"), ("check",), ("codebook", "check"), ("annotate", "-")]
WRITE = [("site", "--out", "S"), ("release", "--out", "r.zip"), ("run", "--force", "--only", "terms"), ("new", "N")]
BUILD = [("build", "--jobs", "2"), ("code", "sample", "--size", "hit=2", "--name", "x")]
pytestmark = pytest.mark.skipif(not LONG, reason="some two hundred commands in processes of their own: make test-long")
SIGNALS = {"Ctrl-C": signal.SIGINT, "terminated": signal.SIGTERM, "terminal closed": signal.SIGHUP}
LIMITS: dict[str, tuple[int, int]] = {
    "16 open files": (resource.RLIMIT_NOFILE, 16),
    "64 open files": (resource.RLIMIT_NOFILE, 64),
    "500 MB of addresses": (resource.RLIMIT_AS, 500_000_000),
    "900 MB of addresses": (resource.RLIMIT_AS, 900_000_000),
}


def begin(folder: Path, *command: str, before: Callable[[], object] | None = None, **streams) -> subprocess.Popen:
    """Start a command. Nothing is compiled with little left of the machine: the package itself would be harmed."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("DISCOURSE_")}
    code = folder if (folder / "analysis").is_dir() else Path(__file__).parents[2]
    given = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    return subprocess.Popen(
        [sys.executable, "-m", "analysis.cli", *command],
        cwd=folder,
        text=True,
        env={**clean, "PYTHONPATH": str(code), **({"PYTHONDONTWRITEBYTECODE": "1"} if before else {})},
        preexec_fn=before,  # noqa: PLW1509  this process has no threads
        **given,
    )


def ends(process: subprocess.Popen, *, killed_by: int = 0) -> str:
    """What was said; a traceback, or an end by anything but a status of ours or the signal sent, fails."""
    try:
        out, errors = process.communicate(timeout=900)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    said = (out or "") + (errors or "")
    assert "Traceback" not in said, said[-2000:]
    assert "Exception ignored" not in said, said[-2000:]
    assert process.returncode in (0, 1, 2, -killed_by, 128 + killed_by), (process.returncode, said[-500:])
    return said


@pytest.fixture(scope="module")
def built(tmp_path_factory, root):
    study = write_whole_study(tmp_path_factory.mktemp("built") / "study", root, count=12)
    ends(begin(study, "build", "--jobs", "1"))
    return study


@pytest.fixture
def study(built, tmp_path):
    return Path(shutil.copytree(built, tmp_path / "study", symlinks=True))


def place_of(command: tuple[str, ...], request: pytest.FixtureRequest) -> Path:
    """A study with texts for the commands that need them, else a project of three runs."""
    return request.getfixturevalue("study" if command in (*TELL, *BUILD) else "copy")


@pytest.mark.parametrize("command", [*READ, *TELL], ids=" ".join)
def test_a_reader_that_goes_away_is_no_error(request, command):
    folder = place_of(command, request)
    for stream in ("stdout", "stderr"):
        ours, theirs = os.pipe()
        os.close(ours)
        process = begin(folder, *command, **{stream: theirs})
        os.close(theirs)
        ends(process, killed_by=signal.SIGPIPE)


@pytest.mark.parametrize(
    "command", [c for c in (*READ, *TELL) if c not in (("claims",), ("annotate", "-"))], ids=" ".join
)
def test_output_to_a_full_disk_is_named(request, command):
    with Path("/dev/full").open("w") as full:
        process = begin(place_of(command, request), *command, stdout=full)
        said = ends(process)
    assert process.returncode in (1, 2)
    assert "No space left" in said or "error" in said.lower()


@pytest.mark.parametrize("number", range(3), ids=["standard input", "standard output", "standard error"])
@pytest.mark.parametrize("command", [*READ, *TELL], ids=" ".join)
def test_a_stream_that_is_closed(request, command, number):
    ends(begin(place_of(command, request), *command, before=lambda: os.close(number)))


@pytest.mark.slow
@pytest.mark.parametrize("how", SIGNALS)
@pytest.mark.parametrize("command", [*WRITE, *BUILD], ids=" ".join)
def test_a_command_that_is_asked_to_stop_stops_in_words(request, command, how):
    folder = place_of(command, request)
    made = [folder / "S", folder / "N", folder / "corpus" / "private" / "coding"]
    begun = time.monotonic()
    ends(begin(folder, *command))
    seconds, chance, met = time.monotonic() - begun, random.Random(how), 0
    for number in range(4):
        for one in made:
            shutil.rmtree(one, ignore_errors=True)
        process = begin(folder, *command)
        time.sleep(seconds * (0.3 + 0.7 * (number + chance.random()) / (4)))
        met += process.poll() is None
        process.send_signal(SIGNALS[how])
        ends(process, killed_by=SIGNALS[how])
    for one in made:
        shutil.rmtree(one, ignore_errors=True)
    process = begin(folder, *command)
    ends(process)
    assert process.returncode == 0
    assert list(folder.rglob(".*.tmp")) == []
    assert list((folder / ".cache").glob("folder-*")) == []
    assert met


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("command", [*WRITE[:3], ("figures", "--check"), TELL[0], BUILD[0]], ids=" ".join)
def test_a_machine_with_little_left_is_named(request, command, limit):
    kind, number = LIMITS[limit]
    process = begin(place_of(command, request), *command, before=lambda: resource.setrlimit(kind, (number, number)))
    said = ends(process, killed_by=signal.SIGABRT)
    assert not process.returncode or said.strip()


@pytest.mark.parametrize("command", [READ[0], TELL[1], ("new", "x"), ("init", "x")], ids=" ".join)
def test_a_working_folder_that_is_gone_is_named(copy, tmp_path, command):
    gone = tmp_path / "gone"
    gone.mkdir()
    clean = {k: v for k, v in os.environ.items() if not k.startswith("DISCOURSE_")}
    process = subprocess.Popen(
        ["/bin/sh", "-c", 'rmdir ../gone; exec "$0" -m analysis.cli "$@"', sys.executable, *command],
        cwd=gone,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**clean, "PYTHONPATH": str(copy)},
    )
    ends(process)
    assert process.returncode == 2


TIMES = [-(10**10), 0, 10**10, 2**40]


@pytest.mark.parametrize("seconds", TIMES)
def test_times_of_files_that_no_clock_shows(copy, seconds):
    """No archive may hold them: a zip knows no year before 1980 and none after 2107."""
    for path in copy.rglob("*"):
        if path.is_file() and "analysis" not in path.parts:
            os.utime(path, (seconds, seconds))
    for command in (WRITE[0], WRITE[1], ("figures", "--check")):
        process = begin(copy, *command)
        ends(process)
        assert process.returncode == 0


@pytest.mark.parametrize("mask", [0o777, 0o077])
def test_a_mask_that_takes_rights_away(copy, study, mask):
    for folder, command in ((copy, WRITE[2]), (copy, WRITE[0]), (copy, WRITE[3]), (study, BUILD[0])):
        ends(begin(folder, *command, before=lambda: os.umask(mask)))


@pytest.mark.parametrize("size", [0, 2000])
@pytest.mark.parametrize(
    "command",
    [*BUILD, ("new", "N"), ("kwic", "neutral*", "-o", "k.csv"), ("check", "--records", "r.jsonl"), ("init", "fresh")],
    ids=" ".join,
)
def test_a_disk_that_is_full_is_named(study, command, size):
    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    (study / "fresh").mkdir()
    (study / "fresh" / "a.txt").write_text("The harbour opened.")
    process = begin(study, *command, before=little_room)
    said = ends(process)
    assert process.returncode in (1, 2), said
    assert "Make room" in said, said
    assert list(study.rglob(".*.tmp")) == []


@pytest.mark.parametrize("command", [*BUILD, ("new", "N")], ids=" ".join)
def test_two_at_once(study, command):
    both = [begin(study, *command) for _ in range(2)]
    said = [ends(process) for process in both]
    assert 0 in [process.returncode for process in both], said
    assert list(study.rglob(".*.tmp")) == []
