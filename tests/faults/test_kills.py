"""Commands killed at any moment: the same bytes afterwards, nothing half-written, nothing left over.

One row of `COMMANDS` is a command and what it writes; every command that writes has one. Three kills each here for some,
ten for all by `make test-long`. `collect fetch` has its ten in tests/texts/collect/test_fetch.py, where the stand-in for
the archive kills who asks.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from invented_study import text_of, write_study
from sample_project import CHOICES, WRITING, add_second_store, discourse

from analysis.store.atomic import sha256_of
from analysis.store.manifest import MANIFEST, store_hash

LONG = bool(os.environ.get("DISCOURSE_LONG"))
KILLS = 10 if LONG else 3
CODED, CODINGS = "mine/corpus/private/coding", "mine/corpus/codings/first.jsonl"
COMMANDS = {
    **WRITING,
    "variant": (("run", "--force", "--only", "terms", "-p", "scale", "2.0"), "figures/drafts"),
    "build": (("build", "mine", "--name", "mine", "--jobs", "2"), "corpus/store/mine"),
    "init": (("init", "fresh"), "fresh"),
    "new": (("new", "OUT/ports", "--author", "Lee, Ann"), "OUT/ports"),
    "draw": (("code", "sample", "mine", "--size", "hit=3", "--size", "rest=0"), "mine/corpus/private/coding/first"),
    "choices": (("run", "--choices", "scales", "--force"), "figures/drafts"),
    "drafts": (("run", "--store", "other", "--force", "--only", "terms"), "figures/drafts/other"),
    "publish": (("run", "--store", "other", "--publish", "--force", "--only", "terms"), "studies/other"),
    "init again": (("init", "fresh", "--force"), "fresh/corpus/sources.toml"),
    "init empty": (("init", "bare", "--empty"), "bare/corpus"),
    "example": (("new", "OUT/play", "--example"), "OUT/play"),
    "annotate": (("annotate", "lines.jsonl", "-o", "OUT/hits.jsonl"), "OUT/hits.jsonl"),
    "records": (("check", "mine", "--records", "OUT/records.csv"), "OUT/records.csv"),
    "lines": (("kwic", "neutral*", "--study", "mine", "-o", "OUT/lines.xlsx"), "OUT/lines.xlsx"),
    "sheet": (("code", "sheet", CODINGS, "mine", "--name", "second", "--coder", "C"), f"{CODED}/second"),
    "settle": (("code", "adjudicate", f"{CODED}/first"), f"{CODED}/first/sheet_settled.xlsx"),
    "codings": (("code", "publish", f"{CODED}/first", "mine"), CODINGS),
    "document": (("codebook", "document"), "docs/codebook.md"),
    "upgrade": (("store", "upgrade", "other"), "corpus/store/other"),
}
# What is there already would leave them little or nothing to do.
BEGUN_ANEW = ("merge", "build", "new", "draw", "init empty", "example", "sheet", "upgrade")
OFTEN = (
    *WRITING,
    "build",
    "init",
    "new",
    "draw",
    "choices",
    "annotate",
)  # on every change; the others write as these do
WITH_TEXTS = ("build", "init", "draw", "init again", "annotate", "records", "lines", "document")
CODED_FIRST = ("sheet", "settle", "codings")
# One whole file after another in its place.
PARTLY = (
    "run",
    "variant",
    "build",
    "init",
    "new",
    "draw",
    "choices",
    "drafts",
    "publish",
    "init empty",
    "example",
    "sheet",
)


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
    if name == "upgrade":
        make_old(add_second_store(project) / "corpus" / "store" / "other")
        return
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


def fill_in(project: Path) -> None:
    """Build the study, draw passages, and answer for two coders who agree in nothing."""
    for command in (
        ("build", "mine", "--jobs", "1"),
        ("code", "sample", "mine", "--size", "hit=3", "--size", "rest=0"),
    ):
        done = discourse(project, *command)
        assert done.returncode == 0, done.stderr
    for coder, verdict in (("A", "yes"), ("B", "no")):
        path = project / CODED / "first" / f"sheet_{coder}.xlsx"
        book = openpyxl.load_workbook(path)
        for row in range(2, book["codings"].max_row + 1):
            hit = book["codings"].cell(row, 2).value != "any frame"
            for column, value in enumerate(
                (verdict, "focal", "own", "no", "no") if hit else (None,) * 5 + ("none",), 4
            ):
                book["codings"].cell(row, column).value = value
        book.save(path)
    done = discourse(project, "code", "publish", f"{CODED}/first", "mine")
    assert done.returncode == 0, done.stderr


def make_old(store: Path) -> None:
    """Take a column that may be empty out of a table of a store, as in one that an earlier version wrote."""
    manifest = json.loads((store / MANIFEST).read_text())
    part = next(row for row in manifest["tables"] if row["table"] == "documents")
    pq.write_table(pq.read_table(store / part["file"]).drop_columns(["url"]), store / part["file"])
    part |= {"sha256": sha256_of(store / part["file"]), "bytes": (store / part["file"]).stat().st_size}
    manifest["store_hash"] = store_hash(manifest)
    (store / MANIFEST).write_text(json.dumps(manifest))


def prepare(name: str, project: Path, root: Path) -> None:
    """What the command needs beside the project."""
    add_second_store(project)
    (project / "notebooks" / "choices.toml").write_text(CHOICES)
    if name in (*WITH_TEXTS, *CODED_FIRST):
        add_texts(project, root)
    if name in ("draw", "lines"):
        assert discourse(project, "build", "mine", "--jobs", "1").returncode == 0
    if name in CODED_FIRST:
        fill_in(project)
    if name == "annotate":
        lines = (json.dumps({"id": number, "text": text_of(number)}) + "\n" for number in range(100))
        (project / "lines.jsonl").write_text("".join(lines))
    if name == "init again":
        assert discourse(project, "init", "fresh").returncode == 0
    (project / "docs").mkdir()


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in COMMANDS if LONG or name in OFTEN])
def test_a_killed_command_leaves_the_old_or_the_new_and_nothing_else(finished, tmp_path, name, root):
    command, output = COMMANDS[name]
    project = Path(shutil.copytree(finished, tmp_path / "project", symlinks=True))
    prepare(name, project, root)
    out = tmp_path / "out"
    if name == "upgrade":
        forget(name, project, out)
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
        before = tree(target) if name == "upgrade" else {}
        hits += kill(project, command, seconds * part)
        found = tree(target) if target.exists() else {}
        half = {p for p, data in found.items() if data not in (whole.get(p), before.get(p))}
        half = {p for p in half if not Path(p).name.startswith(".")}
        assert half == set(), f"kill {number}"
        assert not found or name in (*PARTLY, "upgrade") or found.keys() == whole.keys()
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
