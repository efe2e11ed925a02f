"""Input made to do harm, drawn from tables in the helpers: refused in words, kept and counted, or a result.

Never a traceback, never a hang, and no document is lost without a line that says so. The next input is one line there.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import hostile_texts
import pytest
from click.testing import CliRunner, Result
from invented_study import write_study

from analysis.cli.main import main

ALONE, TOGETHER = 60, 300  # seconds of the clock that one input, and all texts together, may take on a busy machine


class Late(BaseException):
    """An input takes too long; no `except Exception` of the program may swallow it."""


@contextmanager
def within(seconds: int):
    """Raise `Late` after so many seconds, where the system can."""

    def ring(*_):
        raise Late

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def asked(*command: str, given: str | bytes | None = None) -> Result:
    """One command in this process. A traceback, or a refusal without words, fails."""
    done = CliRunner().invoke(main, [str(part) for part in command], input=given)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code in (0, 1, 2), done.output
    assert not done.exit_code or done.output.strip()
    return done


@contextmanager
def at_home(folder: Path):
    """The current folder is `folder`, and no setting of the user is seen."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [n for n in os.environ if n.startswith("DISCOURSE_")]:
            patch.delenv(name)
        patch.chdir(folder)
        yield folder


# Texts: each row in a folder and a source of its own, all in one study.

SOURCE = """
[[source]]
source_id = "r{number}"
path = "r{number}/**/*"
id_prefix = "r{number}:"
collection = "news"
language = "en"
constants = {{ outlet = "post" }}
"""
GOOD = json.dumps({"id": "good", "date": "2023-08-10", "outlet": "The Example Post", "text": "A quiet day."}) + "\n"


def put(path: Path, content: hostile_texts.Content) -> None:
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, str):
        path.write_text(content, encoding="utf-8", newline="")
    else:
        content(path)


def study_of(numbers, folder: Path, root: Path) -> Path:
    """A study whose texts are these rows, each beside one good text."""
    study = write_study(folder, root, count=3)
    shutil.copy(root / "corpus" / "study.toml", study / "corpus" / "study.toml")
    shutil.rmtree(study / "texts")
    for number in numbers:
        _, name, content, _ = hostile_texts.TEXTS[number]
        here = study / "corpus" / "private" / f"r{number}"
        here.mkdir(parents=True)
        (here / "good.jsonl").write_text(GOOD, encoding="utf-8")
        put(here / name, content)
    sources = "".join(SOURCE.format(number=number) for number in numbers)
    (study / "corpus" / "sources.toml").write_text(sources, encoding="utf-8")
    return study


def outcomes(study: Path) -> tuple[dict[int, str], str]:
    """(number of a row -> what became of its records, what `check` said); the good text of each must be kept."""
    with at_home(study):
        done = asked("check", "--records", "records.jsonl")
        lines = (study / "records.jsonl").read_text(encoding="utf-8").splitlines()
    found: dict[int, Counter] = {}
    good = Counter()
    for row in map(json.loads, lines):
        number = int(row["origin"].partition("/")[0].removeprefix("r"))
        if row["origin"].startswith(f"r{number}/good.jsonl"):
            good[number] += row["kept"]
        else:
            found.setdefault(number, Counter())[row["kind"] or "kept"] += 1
    assert set(good.values()) <= {1}, good
    assert len(good) == len(list((study / "corpus" / "private").glob("r*")))
    words = {n: " ".join(f"{counts[kind]} {kind}" for kind in sorted(counts)) for n, counts in found.items()}
    return words, done.output


@pytest.fixture(scope="module")
def read_together(tmp_path_factory, root):
    """All rows read at once; None if that ends badly, and then each row is read alone."""
    try:
        with within(TOGETHER):
            return outcomes(study_of(range(len(hostile_texts.TEXTS)), tmp_path_factory.mktemp("texts") / "s", root))
    except (Exception, Late):  # noqa: BLE001  the rows, one by one, say which it was
        return None


@pytest.mark.parametrize("number", range(len(hostile_texts.TEXTS)), ids=[row[0] for row in hostile_texts.TEXTS])
def test_each_text_is_kept_or_refused_with_a_reason(read_together, number, tmp_path, root):
    what, name, _, expected = hostile_texts.TEXTS[number]
    if read_together is None:
        with within(ALONE):
            found, said = outcomes(study_of([number], tmp_path / "s", root))
    else:
        found, said = read_together
    assert found.get(number, "") == expected, f"{what}: {name!r}"
    if not expected and name.startswith("."):
        assert f"r{number}/{name} (hidden by the dot" in said or "more. Add a [[source]]" in said
