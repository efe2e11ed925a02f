"""What a study with texts writes for itself, harmed in each way: the list of captures, codings, finished parts, choices.

One row of `FILES` is a file and the commands that read it, one of `HARMS` a way to harm it. Every command says so in
words, or does not mind; what can be made again is made again, and then gives the same bytes.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from archive_server import environment, serving
from click.testing import CliRunner
from collected_study import PLAN, archive, make_study
from harms import HARMS as OF_ALL
from invented_study import write_whole_study
from quick import sample
from sample_project import CHOICES

from analysis.cli.main import main

LONG = bool(os.environ.get("DISCOURSE_LONG"))
STEP = 12  # of all trials, every twelfth is tried on every change; all of them by `make test-long`


def rows(change: str) -> Callable[[Path], object]:
    """A list of captures that is a good database and says what no program of ours would say."""

    def apply(path: Path) -> None:
        base = sqlite3.connect(path)
        base.executescript(change)
        base.commit()
        base.close()

    return apply


def page_of_zeros(path: Path) -> None:
    """The head stands, all behind it is gone: what opens well and cannot be read."""
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\0" * (len(data) - 4096))


HARMS: dict[str, Callable[[Path], object]] = {
    **OF_ALL,
    "the head alone whole": page_of_zeros,
    "twice": lambda p: p.write_bytes(p.read_bytes() * 2),
    "line ends of Windows": lambda p: p.write_bytes(p.read_bytes().replace(b"\n", b"\r\n")),
    "all digits are nine": lambda p: p.write_bytes(p.read_bytes().translate(bytes.maketrans(b"012345678", b"9" * 9))),
}
OF_A_LIST: dict[str, Callable[[Path], object]] = {
    "no tables": rows("DROP TABLE captures; DROP TABLE questions"),
    "other tables": rows("DROP TABLE captures; CREATE TABLE captures (a)"),
    "a newer format": rows("PRAGMA user_version = 99"),
    "states that are none": rows("UPDATE captures SET state = 'lost'"),
    "numbers that are words": rows("UPDATE captures SET offset = 'x', length = 'y', spool_start = 'z', received = 'w'"),
    "numbers below zero": rows("UPDATE captures SET offset = -5, length = -5, received = -5"),
    "nothing in all cells": rows(
        "UPDATE captures SET address = NULL, timestamp = NULL, month = NULL, outlet_id = NULL"
    ),
    "months that lead out": rows("UPDATE captures SET month = '../../x', packed = 0"),
    "outlets that lead out": rows("UPDATE captures SET outlet_id = '../../../x', packed = 0"),
    "all to be fetched again": rows("UPDATE captures SET state = 'planned', packed = 0"),
    "all fetched and none packed": rows("UPDATE captures SET packed = 0, spool_start = 0"),
}
PUBLISHED = "outlet_id,month,article_count,source\nriver_post,2023-09,40,sitemap\n"
YES = ["yes", "focal", "own", "no", "no"]
COLLECT = (("collect", "status"), ("collect", "fetch"), ("collect", "plan"), ("check",), ("collect", "status"))
BUILD = (("build", "--jobs", "1"), ("kwic", "neutral*"))
MADE_AGAIN = ("finished part", "sum of a part", "web archive")
FOR_HANDS = ("a folder",)
CODE = (("build", "--jobs", "1"), ("code", "score"), ("code", "publish", "corpus/private/coding/first"))
FILES: dict[str, tuple[str, str, tuple[tuple[str, ...], ...]]] = {
    "list of captures": ("collected", "**/captures.sqlite", COLLECT),
    "public list": (
        "collected",
        "corpus/captures.csv",
        (*COLLECT, ("collect", "verify", "corpus/captures.csv"), *BUILD),
    ),
    "what is collected": ("collected", "corpus/collection.toml", COLLECT),
    "web archive": ("collected", "**/*2023-09.warc.gz", (*COLLECT, *BUILD)),
    "published articles": ("collected", "corpus/published_counts.csv", (*COLLECT, *BUILD)),
    "finished part": ("coded", ".cache/build/*/*.part", BUILD),
    "sum of a part": ("coded", ".cache/build/*/*.sum", BUILD),
    "codings": ("coded", "corpus/codings/first.jsonl", CODE),
    "choices": (
        "chosen",
        "notebooks/choices.toml",
        (("run", "--choices", "scales", "--dry-run"), ("run", "--dry-run")),
    ),
}


def at_home(folder: Path, patch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.startswith("DISCOURSE_")]:
        patch.delenv(name)
    patch.chdir(folder)


def done(*command: str) -> str:
    """What a command said that must go well."""
    made = CliRunner().invoke(main, command)
    assert made.exit_code == 0, made.output
    return made.output


@pytest.fixture(scope="module")
def collected(tmp_path_factory, root):
    """A study whose texts were collected from the stand-in, and built."""
    study = make_study(tmp_path_factory.mktemp("collected") / "study", root)
    with serving(archive()) as base, pytest.MonkeyPatch.context() as patch:
        at_home(study, patch)
        for name, value in environment(base).items():
            patch.setenv(name, value)
        done("collect", "plan", *PLAN, "--contact", "a@b.example")
        done("collect", "fetch")
        (study / "corpus" / "published_counts.csv").write_text(PUBLISHED)
        done("build", "--jobs", "1")
    return study


@pytest.fixture(scope="module")
def coded(tmp_path_factory, root):
    """A study with a store and codings that were published."""
    study = write_whole_study(tmp_path_factory.mktemp("coded") / "study", root, count=12)
    with pytest.MonkeyPatch.context() as patch:
        at_home(study, patch)
        done("build", "--jobs", "1")
        done("code", "sample", "--size", "hit=3", "--size", "rest=0")
        for name in "AB":
            path = study / "corpus" / "private" / "coding" / "first" / f"sheet_{name}.xlsx"
            book = openpyxl.load_workbook(path)
            for row in range(2, book["codings"].max_row + 1):
                of_any = book["codings"].cell(row, 2).value == "any frame"
                for column, value in enumerate([None] * 5 + ["none"] if of_any else YES, 4):
                    book["codings"].cell(row, column).value = value
            book.save(path)
        done("code", "publish", "corpus/private/coding/first")
        done("build", "--jobs", "1")
    return study


@pytest.fixture(scope="module")
def chosen(finished, tmp_path_factory):
    """A project with a claim under two choices."""
    folder = Path(shutil.copytree(finished, tmp_path_factory.mktemp("chosen") / "project", symlinks=True))
    (folder / "notebooks" / "choices.toml").write_text(CHOICES)
    return folder


@pytest.fixture(scope="module")
def asked():
    """The stand-in archive, where the settings of a test lead."""
    with serving(archive()) as base:
        yield environment(base)


def results(study: Path) -> dict[str, bytes]:
    """What may not depend on harm to what can be made again: the store, and the collected pages."""
    found = [*(study / "corpus" / "store").rglob("*"), *study.rglob("*.warc.gz")]
    return {p.relative_to(study).as_posix(): p.read_bytes() for p in found if p.is_file()}


TRIALS = [(file, harm) for file in FILES for harm in (*HARMS, *(OF_A_LIST if file == "list of captures" else ()))]


@pytest.mark.parametrize(("file", "harm"), sample(TRIALS if LONG else TRIALS[::STEP], TRIALS[:: 4 * STEP]))
def test_no_harm_ends_in_a_traceback(request, asked, tmp_path, monkeypatch, file, harm):
    fixture, place, commands = FILES[file]
    study = Path(shutil.copytree(request.getfixturevalue(fixture), tmp_path / "study", symlinks=True))
    before = results(study)
    at_home(study, monkeypatch)
    for name, value in asked.items():
        monkeypatch.setenv(name, value)
    path = sorted(study.glob(place))[0]
    (HARMS | OF_A_LIST)[harm](path)
    for command in commands:
        made = CliRunner().invoke(main, command)
        if made.exception is not None and not isinstance(made.exception, SystemExit):
            raise made.exception
        assert made.exit_code in (0, 1, 2)
        assert not made.exit_code or made.output.strip()
    assert sorted(tmp_path.iterdir()) == [study]
    if file in MADE_AGAIN and harm not in FOR_HANDS:
        assert results(study) == before
