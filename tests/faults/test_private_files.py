"""What only the authors hold, harmed in each way: the table of ids, the key of addresses, draws and coders' sheets.

One row of `HARMS` is a way to harm a file of text, one of `SHEETS` a way to harm a coder's sheet, one of `PLACES` a place
of the private side where something else stands. Every command says so in words, or does not mind; no id that was given
once goes to another document without a word.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from invented_study import write_whole_study
from quick import sample

from analysis.cli.main import main

DRAW = "corpus/private/coding/first"
FILES = {
    "ids": "corpus/private/document_ids.map",
    "addresses": "corpus/private/address.key",
    "draw": f"{DRAW}/draw.json",
    "key of a draw": f"{DRAW}/key.jsonl",
}


def change(old: str, new: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(re.sub(old, new, path.read_text()))


def cells(keep: Callable[[list[str]], list[str]]) -> Callable[[Path], object]:
    """Every line of a table with other cells."""
    return lambda path: path.write_text(
        "".join("\t".join(keep(line.split("\t"))) + "\n" for line in path.read_text().splitlines())
    )


HARMS: dict[str, Callable[[Path], object]] = {
    "empty": lambda p: p.write_bytes(b""),
    "half": lambda p: p.write_bytes(p.read_bytes()[: p.stat().st_size // 2]),
    "zeros": lambda p: p.write_bytes(b"\0" * p.stat().st_size),
    "null": lambda p: p.write_text("null"),
    "a list": lambda p: p.write_text("[1, null]\n"),
    "deep": lambda p: p.write_text("[" * 100_000),
    "not UTF-8": lambda p: p.write_bytes(b"\xff\xfe" + p.read_bytes()),
    "gone": lambda p: p.unlink(),
    "a folder": lambda p: (p.unlink(), p.mkdir()),
    "a link to nowhere": lambda p: (p.unlink(), p.symlink_to("/nonexistent/x")),
    "twice": lambda p: p.write_bytes(p.read_bytes() * 2),
    "NUL at each end of a line": change("\n", "\0\n"),
    "line ends of Windows": lambda p: p.write_bytes(p.read_bytes().replace(b"\n", b"\r\n")),
    "cells the other way round": cells(lambda row: row[::-1]),
    "one cell a line": cells(lambda row: row[:1]),
    "two cells a line": cells(lambda row: row[:2]),
    "all digits are nine": change(r"\d", "9"),
    "a quotation mark never closed": lambda p: p.write_text(p.read_text().replace("\t", '\t"', 1)),
    "a cell of a megabyte": lambda p: p.write_text(p.read_text().replace("\t", "\t" + "x" * 1_000_000, 1)),
}


def cell(column: int, value: object) -> Callable[[openpyxl.Workbook], object]:
    return lambda book: setattr(book["codings"].cell(2, column), "value", value)


def first_again(book: openpyxl.Workbook) -> None:
    page = book["codings"]
    page.append([one.value for one in page[2]])


def chart_for_guide(book: openpyxl.Workbook) -> None:
    book.remove(book["guide"])
    book.create_chartsheet("guide")


SHEETS: dict[str, Callable[[openpyxl.Workbook], object]] = {
    "passage: a word": cell(1, "one"),
    "passage: a fraction": cell(1, 1.5),
    "passage: not a number": cell(1, "nan"),
    "passage: infinite": cell(1, "1e999"),
    "passage: of 30 digits": cell(1, 10**30),
    "passage: one that was not drawn": cell(1, 9999),
    "passage: true": cell(1, True),
    "passage: below zero": cell(1, -1),
    "answer: none of those allowed": cell(4, "maybe"),
    "answer: a number": cell(4, 1),
    "answer: a formula": cell(4, "=1/0"),
    "answer: a day": cell(4, dt.datetime(2023, 1, 1)),
    "answer: in capitals with spaces": cell(4, " YES "),
    "seconds: below zero": cell(12, -5),
    "seconds: words": cell(12, "long"),
    "seconds: infinite": cell(12, "inf"),
    "seconds: not a number": cell(12, "nan"),
    "frames: one that is none": cell(9, "nobody"),
    "speaker: of 30,000 letters": cell(10, "a" * 30_000),
    "a passage twice": first_again,
    "an empty row": lambda book: book["codings"].append([None] * 12),
    "foreign columns between": lambda book: book["codings"].insert_cols(2, 3),
    "a column twice": lambda book: book["codings"].cell(1, 20, "voice"),
    "a column gone": lambda book: book["codings"].delete_cols(5),
    "all rows gone": lambda book: book["codings"].delete_rows(2, 1000),
    "the guide gone": lambda book: book.remove(book["guide"]),
    "the codings renamed": lambda book: setattr(book["codings"], "title", "x"),
    "a chart for the guide": chart_for_guide,
    "another coder": lambda book: book["draw"].cell(2, 2, "B"),
    "a coder of no kind": lambda book: book["draw"].cell(3, 2, "god"),
    "no facts": lambda book: book["draw"].delete_rows(1, 10),
    "frames: a number": lambda book: book["draw"].cell(4, 2, 5),
    "rows moved down": lambda book: book["codings"].move_range("A2:L3", rows=50),
}
BYTES = ("empty", "half", "zeros", "null", "gone", "a folder", "a link to nowhere")
PLACES = ("corpus/private", "corpus/private/coding", "corpus/codebook", "corpus/codings", ".cache", "corpus/store")
INSTEAD: dict[str, Callable[[Path], object]] = {
    "a file": lambda p: p.write_text("x"),
    "a link to nowhere": lambda p: p.symlink_to("/nonexistent/x"),
    "a link to itself": lambda p: p.symlink_to(p.name),
    "a link to a device": lambda p: p.symlink_to("/dev/null"),
}


def tried(*command: str) -> tuple[int, str]:
    """(exit status, what was said) of a command in this process; a traceback or a silent refusal fails."""
    done = CliRunner().invoke(main, command)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code in (0, 1, 2) and (not done.exit_code or done.output.strip())
    return done.exit_code, done.output


@pytest.fixture(scope="module")
def coded(tmp_path_factory, root):
    """A study with a store and a draw that two coders have filled in."""
    study = write_whole_study(tmp_path_factory.mktemp("coded") / "study", root, count=12)
    sources = study / "corpus" / "sources.toml"
    sources.write_text(
        sources.read_text()
        .replace("public_ids = true", "public_ids = false\nhash_urls = true")
        .replace('outlet = "source"', 'outlet = "source", url = "id"')
    )
    with pytest.MonkeyPatch.context() as patch:
        at_home(study, patch)
        assert tried("build", "--jobs", "1")[0] == 0
        assert tried("code", "sample", "--size", "hit=3", "--size", "rest=0")[0] == 0
    for name, verdict in (("A", "yes"), ("B", "no")):
        path = study / DRAW / f"sheet_{name}.xlsx"
        book = openpyxl.load_workbook(path)
        for number in range(2, book["codings"].max_row + 1):
            answers = ("", "", "", "", "", "none") if book["codings"].cell(number, 2).value == "any frame" else ()
            for column, value in enumerate(answers or (verdict, "focal", "own", "no", "no"), 4):
                book["codings"].cell(number, column).value = value or None
        book.save(path)
    return study


def at_home(folder: Path, patch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.startswith("DISCOURSE_")]:
        patch.delenv(name)
    patch.chdir(folder)


@pytest.fixture
def study(coded, tmp_path, monkeypatch):
    folder = Path(shutil.copytree(coded, tmp_path / "study", symlinks=True))
    at_home(folder, monkeypatch)
    return folder


def ids(study: Path) -> set[str]:
    """Which document has which public id."""
    lines = (study / FILES["ids"]).read_text().splitlines()[1:]
    return {"\t".join(line.split("\t")[2:5]) for line in lines}


AFTER_BUILD = (
    ("check",),
    ("kwic", "neutral*"),
    ("code", "sample", "--name", "second"),
    ("code", "publish", DRAW),
    ("code", "score", DRAW),
)
LONG = bool(os.environ.get("DISCOURSE_LONG"))
STEP = 3  # after a build every third of the other commands, other ones after the next harm; all by `make test-long`


@pytest.mark.parametrize("harm", sample(HARMS, [*HARMS][::5]))
@pytest.mark.parametrize("file", FILES)
def test_no_harm_to_a_private_file_ends_in_a_traceback(study, file, harm):
    path = study / FILES[file]
    before = ids(study)
    HARMS[harm](path)
    harmed = path.read_bytes() if path.is_file() else None
    turn = [*HARMS].index(harm) + [*FILES].index(file)
    for command in (("build", "--jobs", "1"), *(AFTER_BUILD if LONG else AFTER_BUILD[turn % STEP :: STEP])):
        status, said = tried(*command)
        if command[0] == "build" and status:
            assert path.name in said, said
            assert harmed is None or path.read_bytes() == harmed  # what can still be mended by hand is not written over
        elif command[0] == "build" and harmed is not None:
            assert ids(study) == before


OF_A_SHEET = [*SHEETS, *(f"file: {name}" for name in BYTES)]


@pytest.mark.parametrize("harm", sample(OF_A_SHEET, OF_A_SHEET[::5]))
def test_no_harm_to_a_sheet_ends_in_a_traceback_or_in_other_codings(study, harm):
    path = study / DRAW / "sheet_A.xlsx"
    if harm in SHEETS:
        book = openpyxl.load_workbook(path)
        SHEETS[harm](book)
        book.save(path)
    else:
        HARMS[harm.removeprefix("file: ")](path)
    for command in (("code", "adjudicate", DRAW), ("code", "score", DRAW), ("code", "publish", DRAW)):
        status, said = tried(*command)
        if status and command[1] != "score":
            assert "sheet" in said, said
    assert tried("build", "--jobs", "1")[0] in (0, 2)


@pytest.mark.parametrize("instead", INSTEAD)
@pytest.mark.parametrize("place", sample(PLACES, PLACES[:1]))
def test_something_else_in_the_place_of_a_folder_is_named(study, place, instead):
    path = study / place
    if path.is_dir():
        shutil.move(path, study / "moved")
    INSTEAD[instead](path)
    for command in (("check",), ("build", "--jobs", "1"), ("kwic", "neutral*"), ("code", "sample", "--name", "y")):
        tried(*command)
    tried("code", "score")
