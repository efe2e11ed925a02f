"""Building a store from texts: the same bytes whoever does the work, nothing lost, nothing leaked, clear refusals."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest
from invented_study import NEUTRAL, contents, cut_parts, options, rare_word, rows, text_of, write_study

from analysis.store import DiscourseError, open_store
from analysis.texts.annotate.engine import Engine
from analysis.texts.annotate.tokens import tokenize
from analysis.texts.build import part as annotating
from analysis.texts.build.build import build

COUNT = 36
HELPERS = Path(__file__).parents[2] / "helpers"

SCRIPT = """
import os, signal, sys
sys.path.insert(0, {tests!r})
import invented_study
from analysis.store import atomic
from analysis.texts.build.build import build
from pathlib import Path

if __name__ == "__main__":
    mp = type("Patch", (), dict(setitem=lambda self, table, key, value: table.__setitem__(key, value)))()
    invented_study.cut_parts(mp, 4000)
    calls = []
    def fsync(handle, real=os.fsync):
        calls.append(handle)
        if len(calls) == {deadly}:
            os.kill(os.getpid(), signal.SIGKILL)
        real(handle)
    os.fsync = fsync
    build(invented_study.options(Path({study!r}), Path({out!r}), jobs={jobs}))
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory, root):
    return write_study(tmp_path_factory.mktemp("study"), root, count=COUNT)


@pytest.fixture(scope="module")
def built(study, tmp_path_factory):
    """(folder, report) of the plainest build: one process, whole files."""
    out = tmp_path_factory.mktemp("plain")
    _, report = build(options(study, out))
    return out, report


def started_build(study: Path, out: Path, *, deadly: int = 0, jobs: int = 1) -> subprocess.Popen:
    """A build in a new process that kills itself at its `deadly`-th write (0: never)."""
    code = SCRIPT.format(tests=str(HELPERS), study=str(study), out=str(out), deadly=deadly, jobs=jobs)
    script = out / "script.py"
    out.mkdir(exist_ok=True)
    script.write_text(code, encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "BUILD_UNDER_TEST": str(out)}
    return subprocess.Popen([sys.executable, str(script)], env=env, stderr=subprocess.DEVNULL)


def killed_build(study: Path, out: Path, *, deadly: int, jobs: int = 1) -> int:
    """The exit status of a build that kills itself at its `deadly`-th write."""
    return started_build(study, out, deadly=deadly, jobs=jobs).wait()


def test_every_record_is_accounted_for(built):
    out, report = built
    totals = report.totals()
    assert (totals["read"], totals["kept"], totals["refused"], totals["filtered"]) == (COUNT, COUNT, 0, 0)
    store = open_store(out / "store")
    documents = store.table("documents").set_index("doc_id")
    assert len(documents) == COUNT
    assert documents.loc[["d034", "d035"], "cluster_size"].tolist() == [2, 2]
    assert documents["cluster_size"].sum() == COUNT + 2
    counts = store.table("counts")
    assert counts.groupby("doc_id")["token_count"].sum().to_dict() == documents["token_count"].to_dict()
    assert store.table("vocabulary")["token_count"].sum() == documents["token_count"].sum() == totals["tokens"]
    assert store.row_count("hits") >= 2 * COUNT


def test_token_counts_are_those_of_a_plain_recount(built):
    store = open_store(built[0] / "store")
    terms = store.table("vocabulary").set_index("term_id")["term"]
    counts = store.table("counts")
    for row in rows(COUNT)[::9]:
        wanted = Counter(tokenize(row["title"])) + Counter(tokenize(row["text"]))
        mine = counts[counts["doc_id"] == row["id"]]
        found = dict(zip(terms.loc[mine["term_id"]], mine["token_count"], strict=True))
        pooled = found.pop("<pooled>")
        assert all(wanted[term] == n for term, n in found.items())
        assert pooled == wanted.total() - sum(found.values()) > 0


@pytest.mark.parametrize(("jobs", "chunk"), [(1, 2000), (2, 5000)])
def test_the_same_bytes_with_other_processes_and_parts(study, built, tmp_path, monkeypatch, jobs, chunk):
    cut_parts(monkeypatch, chunk)
    build(options(study, tmp_path, jobs=jobs))
    assert contents(tmp_path / "store") == contents(built[0] / "store")
    assert len(list((tmp_path / "work").glob("*.part"))) >= 10


def test_building_again_does_no_part_again(study, built, monkeypatch):
    before = contents(built[0] / "store")
    monkeypatch.setattr(Engine, "annotate", None)
    build(options(study, built[0]))
    assert contents(built[0] / "store") == before


@pytest.mark.parametrize("deadly", [4, 22])
def test_a_killed_build_goes_on_and_ends_with_the_same_bytes(study, built, tmp_path, monkeypatch, deadly):
    out = tmp_path / "out"
    assert killed_build(study, out, deadly=deadly) == -signal.SIGKILL
    halves = [p for p in out.rglob("*.tmp") if p.name.startswith(".")]
    assert len(halves) == 1  # killed in the middle of a write
    finished = {p.name: p.stat().st_mtime_ns for p in (out / "work").glob("*.part")}
    assert finished
    assert not (out / "store" / "manifest.json").exists()
    cut_parts(monkeypatch, 4000)
    build(options(study, out))
    assert contents(out / "store") == contents(built[0] / "store")
    assert not [p for p in out.rglob("*") if ".tmp" in p.name]
    assert finished.items() <= {p.name: p.stat().st_mtime_ns for p in (out / "work").glob("*.part")}.items()


def test_a_build_killed_at_random_moments_ends_with_the_same_bytes(study, built, tmp_path, monkeypatch):
    """Killed after a random number of finished parts and a random pause, again and again; never a half file."""
    chance, out = random.Random(20230822), tmp_path / "out"
    for _ in range(4):
        process, wanted = started_build(study, out, jobs=2), chance.randrange(9)
        while process.poll() is None and len(list(out.glob("work/*.part"))) < wanted:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.3))
        process.kill()
        process.wait()
        whole = contents(built[0] / "store")
        found = contents(out / "store") if (out / "store").exists() else {}
        assert {name: data for name, data in found.items() if not name.endswith(".tmp")}.items() <= whole.items()
    cut_parts(monkeypatch, 4000)
    build(options(study, out))
    assert contents(out / "store") == contents(built[0] / "store")
    assert not [p for p in out.rglob("*") if ".tmp" in p.name]


def test_a_link_to_nowhere_and_a_file_that_may_not_be_read_are_refused_and_the_rest_is_built(study, tmp_path, root):
    here = write_study(tmp_path / "study", root, count=12)
    (here / "texts" / "news" / "z.jsonl").symlink_to(here / "texts" / "news" / "gone.jsonl")
    store, report = build(options(here, tmp_path))
    assert [(r["origin"], r["kind"]) for r in report.refusals] == [("news/z.jsonl", "unreadable")]
    assert len(store.table("documents")) == 12


def test_a_folder_that_may_not_be_looked_into_stops_the_build(study, tmp_path, monkeypatch):
    def scandir(path, real=os.scandir):
        if Path(path).name == "un":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(DiscourseError, match=r"texts/un: the folder cannot be read: Permission denied.*chmod"):
        build(options(study, tmp_path))


def test_a_full_disk_is_said_in_words_and_leaves_no_half_file(study, built, tmp_path, root):
    """A limit on the size of files stands in for the full disk."""
    code = (
        "import resource, sys\nresource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "from pathlib import Path\nfrom unittest import mock\nfrom click.testing import CliRunner\n"
        "import invented_study\nfrom analysis.cli import main as cli\nfrom analysis.texts.build import build as building\n"
        f"made = invented_study.options(Path({str(study)!r}), Path({str(tmp_path)!r}))\n"
        "with mock.patch('analysis.cli.texts.store_name', lambda study: 'full'),"
        " mock.patch.object(building, 'Options', lambda *a, **k: made):\n"
        f"    done = CliRunner().invoke(cli.main, ['build', {str(study)!r}])\n"
        "print(done.exit_code, done.output)"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HELPERS), *sys.path])}
    done = subprocess.run([sys.executable, "-c", code], env=env, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("2 discourse: File too large. Make room and repeat the command"), done.stdout
    assert not [p for p in tmp_path.rglob("*") if ".tmp" in p.name]
    build(options(study, tmp_path))
    assert contents(tmp_path / "store") == contents(built[0] / "store")


def test_a_killed_build_leaves_no_process_behind(study, tmp_path):
    out = tmp_path / "out"
    assert killed_build(study, out, deadly=2, jobs=2) == -signal.SIGKILL
    for _ in range(1800):  # up to three minutes: a busy machine may take its time, but they all end
        if not (left := processes_of(out)):
            return
        time.sleep(0.1)
    raise AssertionError(f"left behind: {left}")


def processes_of(out: Path) -> list[str]:
    """The processes that the build into `out` started, known by the variable that they inherited from it."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get("BUILD_UNDER_TEST") == str(out) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(f"{process.pid} {' '.join(process.cmdline())}")
    return found


def test_a_document_that_breaks_the_engine_is_refused_by_id_and_the_rest_is_built(study, tmp_path, monkeypatch):
    whole = Engine.annotate

    def annotate(self, documents):
        if any(d.doc_id in ("d003", "d020") for d in documents):
            raise MemoryError("poisoned")
        return whole(self, documents)

    monkeypatch.setattr(Engine, "annotate", annotate)
    store, report = build(options(study, tmp_path))
    refused = [(r["doc_id"], r["kind"], r["source_id"]) for r in report.refusals]
    assert refused == [("d003", "annotation-failed", "post"), ("d020", "annotation-failed", "un")]
    assert "MemoryError: poisoned" in report.refusals[0]["reason"]
    assert report.refusals[0]["origin"] == "news/a.jsonl:4"
    assert set(store.table("documents")["doc_id"]) == {f"d{i:03d}" for i in range(COUNT)} - {"d003", "d020"}
    assert store.manifest["info"]["refused"] == {"annotation-failed": 2}


def test_files_of_a_store_end_at_a_number_of_tokens(study, built, tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.texts.build.assemble_store.TOKENS_PER_FILE", 500)
    shapes = set()
    for chunk in (10**6, 3000):
        cut_parts(monkeypatch, chunk)
        store, _ = build(options(study, tmp_path / str(chunk)))
        shapes.add(store.store_hash)
        sizes = [
            pq.read_table(store.path / part["file"], columns=["token_count"])["token_count"].to_pylist()
            for part in store.manifest["tables"]
            if part["table"] == "documents" and part["collection"] == "news"
        ]
        assert len(sizes) > 3
        assert all(sum(one) >= 500 > sum(one[:-1]) for one in sizes[:-1])
    assert len(shapes) == 1
    old = open_store(built[0] / "store")
    assert store.table("documents").equals(old.table("documents"))
    assert store.table("counts").equals(old.table("counts"))


# What must not be found in a store


def strings_of(folder: Path) -> list[str]:
    """Every different text in the columns of all files of a store, and its manifest."""
    found = [(folder / "manifest.json").read_text(encoding="utf-8")]
    for file in sorted(folder.rglob("*.parquet")):
        table = pq.read_table(file)
        for column in table.column_names:
            values = table[column].unique().to_pylist()
            found += [v for v in values if isinstance(v, str)]
    return found


def runs(text: str, length: int = 4) -> set[tuple[str, ...]]:
    """All runs of `length` tokens."""
    tokens = tokenize(text)
    return set(zip(*(tokens[i:] for i in range(length)), strict=False))


def leaks(folder: Path) -> set[tuple[str, ...]]:
    """Runs of four tokens of the invented texts and titles that stand in a store."""
    texts = set().union(*(runs(row["title"]) | runs(row["text"]) for row in rows(COUNT)))
    return texts & set().union(*(runs(value) for value in strings_of(folder)))


def test_no_run_of_four_words_of_a_text_or_title_is_in_the_store(built):
    assert runs(NEUTRAL) < runs(text_of(0))
    assert leaks(built[0] / "store") == set()


def test_the_search_for_leaks_finds_titles_that_a_licence_lets_through(study, tmp_path, root):
    sources = (study / "corpus" / "sources.toml").read_text(encoding="utf-8")
    corpus = tmp_path / "corpus"
    subprocess.run(["cp", "-r", str(study / "corpus"), str(corpus)], check=True)
    (corpus / "sources.toml").write_text(
        sources.replace('source_id = "un"', 'source_id = "un"\nmay_print_title = true'), encoding="utf-8"
    )
    build(replace(options(study, tmp_path), corpus=corpus))
    titles = set().union(*(runs(row["title"]) for row in rows(COUNT)[12:24]))
    assert leaks(tmp_path / "store") == titles


def test_rare_words_and_names_are_nowhere(built):
    everything = "\n".join(strings_of(built[0] / "store")).lower()
    assert "harbour" in everything
    assert not [i for i in range(COUNT) if rare_word(i) in everything]
    assert "vuth" not in everything
    assert "vanna" in open_store(built[0] / "store").table("vocabulary")["term"].tolist()  # in every document: a word


def test_the_order_of_words_is_lost(built):
    store = open_store(built[0] / "store")
    for name, keys in (("counts", ["doc_id", "term_id"]), ("contexts", ["doc_id", "frame", "term_id"])):
        table = store.table(name)
        within = table.groupby(keys[:-1], sort=False)["term_id"]
        assert within.apply(lambda ids: ids.is_monotonic_increasing and ids.is_unique).all()
    terms = store.table("vocabulary")["term"].tolist()
    assert terms[0] == "<pooled>"
    assert terms[1:] == sorted(terms[1:])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"jobs": 0}, "jobs: 0 is not allowed; allowed: 1, 2, 3"),
        ({"min_documents": 1}, "min_documents: 1 is not allowed; allowed: 2 or more"),
        ({"name": "../x"}, r"store name '../x' is not allowed; allowed: letters, digits"),
        ({"name": ""}, "store name '' is not allowed"),
        ({"texts": Path("nowhere-at-all")}, "no such folder. Put the texts there"),
    ],
)
def test_options_that_make_no_sense_are_refused(study, tmp_path, changed, message):
    with pytest.raises(DiscourseError, match=message):
        build(replace(options(study, tmp_path), **changed))
    assert not (tmp_path / "store").exists()


def test_a_configuration_that_changes_under_a_build_is_noticed(study):
    annotating.engine_of.cache_clear()
    with pytest.raises(DiscourseError, match="not the ones that the build was started with"):
        annotating.engine_of(study / "corpus", "0123456789abcdef")
