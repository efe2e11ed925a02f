"""Input made to do harm, drawn from tables in the helpers: refused in words, kept and counted, or a result.

Never a traceback, never a hang, and no document is lost without a line that says so. The next input is one line there.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import threading
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import hostile_settings
import hostile_texts
import hostile_words
import pytest
from click.testing import CliRunner, Result
from invented_study import write_study, write_whole_study
from sample_project import add_second_store

from analysis.cli.main import main
from analysis.errors import DiscourseError

ALONE, TOGETHER = 60, 300  # seconds of work that one input, and all texts together, may take


class Late(BaseException):
    """An input takes too long; no `except Exception` of the program may swallow it."""


@contextmanager
def within(seconds: int):
    """Raise `Late` after so many seconds of this process' own work, or 20 times as many of waiting, where the system can: a
    busy machine is no defect, an input that waits for ever is one."""

    def ring(*_):
        raise Late

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    clocks = ((signal.ITIMER_PROF, signal.SIGPROF, seconds), (signal.ITIMER_REAL, signal.SIGALRM, 20 * seconds))
    before = {number: signal.signal(number, ring) for _, number, _ in clocks}
    try:
        for clock, _, limit in clocks:
            signal.setitimer(clock, limit)
        yield
    finally:
        for clock, number, _ in clocks:
            signal.setitimer(clock, 0)
            signal.signal(number, before[number])


@pytest.mark.parametrize("wait", [lambda: None, lambda: time.sleep(0.01)], ids=["at work", "waiting"])
def test_what_takes_too_long_is_ended(monkeypatch, wait):
    clock = signal.setitimer
    monkeypatch.setattr(signal, "setitimer", lambda which, limit: clock(which, limit / 10))
    with pytest.raises(Late), within(1):
        while True:
            wait()


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


@pytest.mark.slow
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


# The configuration: each file harmed as a whole, and each of its keys given values of every kind.

SETTINGS = hostile_settings.FILES
KEYS = [(file, *row) for file, (content, _) in SETTINGS.items() for row in hostile_settings.keys_of(content)]
# A notebook, and not the plan, says what its parameters are; one pattern may stand without a list.
FREE = {("../notebooks/plan.toml", "scale"), ("codebook/ironclad.toml", "pattern")}


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """A folder of valid configuration, one file for each kind; tests put what they harm back."""
    corpus = tmp_path_factory.mktemp("settings") / "corpus"
    (corpus / "codebook").mkdir(parents=True)
    (corpus.parent / "notebooks").mkdir()
    for file, (content, _) in SETTINGS.items():
        (corpus / file).write_text(content, encoding="utf-8")
    return corpus


@contextmanager
def harmed(corpus: Path, file: str):
    """The path of a file that is made whole again afterwards; the corpus is the current one."""
    path = corpus / file
    with at_home(corpus.parent), pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISCOURSE_CORPUS", str(corpus))
        try:
            yield path
        finally:
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            path.unlink(missing_ok=True)
            path.write_text(SETTINGS[file][0], encoding="utf-8")


def read(corpus: Path, file: str) -> str:
    """What comes of reading a file: "" or the words of the refusal."""
    with within(ALONE):
        try:
            SETTINGS[file][1](corpus)
        except DiscourseError as error:
            assert Path(file).name in str(error) or "codebook" in str(error), error
            return str(error)
    return ""


@pytest.mark.parametrize("file", SETTINGS)
def test_the_valid_files_are_read(settings, file):
    with harmed(settings, file):
        assert read(settings, file) == ""


@pytest.mark.parametrize("harm", hostile_settings.HARMS)
@pytest.mark.parametrize("file", SETTINGS)
def test_a_harmed_file_of_the_configuration_is_refused_in_words(settings, file, harm):
    apply, must_refuse = hostile_settings.HARMS[harm]
    with harmed(settings, file) as path:
        apply(path)
        refusal = read(settings, file)
    assert must_refuse is None or bool(refusal) is must_refuse, refusal
    assert len(refusal) < 3000


@pytest.mark.parametrize(("file", "number", "key", "literal"), KEYS, ids=[f"{k[0]}-{k[1]}-{k[2]}" for k in KEYS])
def test_a_value_of_another_kind_is_refused_in_words(settings, file, number, key, literal):
    lines = SETTINGS[file][0].splitlines()
    for value, kind in hostile_settings.VALUES.items():
        lines[number] = f"{key} = {value}"
        with harmed(settings, file) as path:
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
            refusal = read(settings, file)
        if hostile_settings.is_wrong(literal, kind) and (file, key) not in FREE:
            assert refusal, f"{key} = {value} was taken"


def test_a_harmed_study_is_named_by_what_only_looks_up_its_lists(settings):
    with harmed(settings, "study.toml") as path:
        for content in ("collection = 3", "[[collection]]\nid = 3", "side = { a = 1 }", "genre = [1]"):
            path.write_text(content)
            for file in ("sources.toml", "outlets.toml", "actors.toml"):
                with within(ALONE), contextlib.suppress(DiscourseError):
                    SETTINGS[file][1](settings)


# The command line.


@pytest.fixture(scope="module")
def reading(tmp_path_factory, root):
    """A study with six texts and a store, built once."""
    study = write_whole_study(tmp_path_factory.mktemp("reading") / "study", root, count=6)
    with at_home(study):
        assert asked("build", "--jobs", "1").exit_code == 0
    return study


@pytest.fixture(scope="module")
def publishing(finished, tmp_path_factory):
    return add_second_store(
        Path(shutil.copytree(finished, tmp_path_factory.mktemp("publishing") / "project", symlinks=True))
    )


def tried(folder: Path, words: tuple[str, ...], status: int, out: Path) -> None:
    with at_home(folder), within(ALONE):
        done = asked(*(word.replace("OUT", str(out)) for word in words))
    assert done.exit_code == status, done.output[-1000:]


def short(words: tuple[str, ...]) -> str:
    return ascii(" ".join(word[:20] for word in words))


@pytest.mark.parametrize(("words", "status"), hostile_words.READING, ids=[short(r[0]) for r in hostile_words.READING])
def test_words_about_texts(reading, words, status, tmp_path):
    tried(reading, words, status, tmp_path)


@pytest.mark.parametrize(
    ("words", "status"), hostile_words.PUBLISHING, ids=[short(r[0]) for r in hostile_words.PUBLISHING]
)
def test_words_about_stores_and_figures(publishing, words, status, tmp_path):
    tried(publishing, words, status, tmp_path)


@pytest.mark.parametrize(("words", "status"), hostile_words.NEW, ids=[short(r[0]) for r in hostile_words.NEW])
def test_words_about_a_new_study(words, status, tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "nowhere").symlink_to("gone")
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "notebooks").write_text("")
    before = sorted(tmp_path.rglob("*"))
    tried(tmp_path, ("new", *words), status, tmp_path)
    if status:
        assert [p for p in sorted(tmp_path.rglob("*")) if p not in before] == []


@pytest.mark.parametrize(("what", "data", "good", "bad"), hostile_words.LINES, ids=[r[0] for r in hostile_words.LINES])
def test_lines_to_annotate(reading, what, data, good, bad):
    with at_home(reading), within(ALONE):
        done = asked("annotate", "-", given=data)
    assert done.exit_code == (2 if bad else 0)
    assert f"{good} texts, " in done.output and f" {bad} bad lines" in done.output
