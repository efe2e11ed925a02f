"""Commands killed at any moment: the same bytes afterwards, nothing half-written, nothing left over.

One row of `COMMANDS` is a command and what it writes. Three kills each here, ten by `make test-long`. `collect fetch` has
its ten in tests/texts/collect/test_fetch.py, where the stand-in for the archive kills who asks.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from invented_study import write_study
from sample_project import CHOICES, WRITING, add_second_store, discourse

LONG = bool(os.environ.get("DISCOURSE_LONG"))
KILLS = 10 if LONG else 3
COMMANDS = {
    **WRITING,
    "variant": (("run", "--force", "--only", "terms", "-p", "scale", "2.0"), "figures/drafts"),
    "build": (("build", "mine", "--name", "mine", "--jobs", "2"), "corpus/store/mine"),
    "init": (("init", "fresh"), "fresh"),
    "new": (("new", "OUT/ports", "--author", "Lee, Ann"), "OUT/ports"),
    "draw": (("code", "sample", "mine", "--size", "hit=3", "--size", "rest=0"), "mine/corpus/private/coding/first"),
    "choices": (("run", "--choices", "scales", "--force"), "figures/drafts"),
}
BEGUN_ANEW = ("merge", "build", "new", "draw")  # what is there already would leave them little or nothing to do
ONLY_LONG = ("variant",)  # runs as `run` and writes into drafts as `choices`, which are tried on every change
PARTLY = ("run", "variant", "build", "init", "new", "draw", "choices")  # one whole file after another in its place


def tree(place: Path) -> dict[str, bytes]:
    if place.is_file():
        return {place.name: place.read_bytes()}
    return {p.relative_to(place).as_posix(): p.read_bytes() for p in sorted(place.rglob("*")) if p.is_file()}


def kill(folder: Path, command: tuple[str, ...], after: float) -> bool:
    """Start the command in a session of its own and kill it; whether it was still at work."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("DISCOURSE_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "analysis.cli", *command],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**clean, "PYTHONPATH": str(folder)},
    )
    time.sleep(after)
    was_working = process.poll() is None
    os.kill(process.pid, signal.SIGKILL) if was_working else None
    process.wait()
    return was_working


def forget(name: str, project: Path, target: Path) -> None:
    """Take away what a command made, so that it has its whole work to do again."""
    shutil.rmtree(target, ignore_errors=True)
    if name == "build":
        shutil.rmtree(project / ".cache" / "build" / "mine", ignore_errors=True)


def add_texts(project: Path, root: Path) -> None:
    """Two studies with texts in the project: `mine`, ready to be built, and `fresh`, of which nothing is said yet."""
    study = write_study(project / "mine", root, count=36)
    sources = study / "corpus" / "sources.toml"
    sources.write_text(sources.read_text().replace('path = "', 'path = "texts/'))
    shutil.copytree(study / "texts", project / "fresh" / "texts")
    for name in ("outlets.toml", "actors.toml", "study.toml", "codebook"):
        copied = shutil.copytree if (root / "corpus" / name).is_dir() else shutil.copyfile
        copied(root / "corpus" / name, project / "corpus" / name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in COMMANDS if LONG or name not in ONLY_LONG])
def test_a_killed_command_leaves_the_old_or_the_new_and_nothing_else(finished, tmp_path, name, root):
    command, output = COMMANDS[name]
    project = Path(shutil.copytree(finished, tmp_path / "project", symlinks=True))
    add_second_store(project)
    if name in ("build", "init", "draw"):
        add_texts(project, root)
    if name == "draw":
        assert discourse(project, "build", "mine", "--jobs", "1").returncode == 0
    (project / "notebooks" / "choices.toml").write_text(CHOICES)
    out = tmp_path / "out"
    command = tuple(part.replace("OUT", str(out)) for part in command)
    target = Path(output.replace("OUT", str(out))) if "OUT" in output else project / output
    begun = time.monotonic()
    done = discourse(project, *command)
    seconds = time.monotonic() - begun
    assert done.returncode == 0, done.stderr
    whole = tree(target)
    chance, hits = random.Random(name), 0
    for number in range(KILLS + 8):
        if number >= KILLS and hits:
            break
        # Where the machine was slow when the command was timed, all kills may come late: then sooner, and sooner again.
        part = (number + chance.random()) / KILLS if number < KILLS else 0.5 ** (number - KILLS + 2)
        if name in BEGUN_ANEW:
            forget(name, project, target)
        if name == "init":
            shutil.rmtree(target / "corpus", ignore_errors=True)
        hits += kill(project, command, seconds * part)
        found = tree(target) if target.exists() else {}
        half = {p for p, data in found.items() if whole.get(p) != data and not Path(p).name.startswith(".")}
        assert half == set(), f"kill {number}"
        assert not found or name in PARTLY or found.keys() == whole.keys()
        beside = {p.name for p in out.iterdir()} - {target.name} if out.is_dir() else set()
        assert {p for p in beside if not p.endswith(".tmp")} == set()
    if name in ("merge", "draw"):
        forget(name, project, target)
    done = discourse(project, *command)
    assert done.returncode == 0 or (name == "init" and "is there already" in done.stderr), done.stderr
    assert tree(target) == whole
    rest = [*out.rglob(".*.tmp"), *(project / ".cache").glob("folder-*"), *project.rglob(".*.tmp")]
    assert rest == []
    assert hits, "no kill met the command at work"
