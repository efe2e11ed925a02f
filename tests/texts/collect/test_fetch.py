from __future__ import annotations

import hashlib
import itertools
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from archive_server import Archive, Page, serving
from collected_study import archive as full
from collected_study import article
from quick import sample
from test_plan import COLLECTION

from analysis.texts.collect import fetch, plan, warc_files
from analysis.texts.collect.endpoints import Endpoints
from analysis.texts.collect.ledger import Ledger
from analysis.texts.collect.polite import Client


def contents(folder):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.glob("*.warc.gz"))}


def run(folder, archive, *, tries=2, collection=COLLECTION, limit=None):
    """Plan and fetch; gives what fetch says and the rows afterwards."""
    with serving(archive) as base, Client("a@b.example", interval=0, tries=tries) as client:
        ends = Endpoints(base, base, base, 0)
        with Ledger(folder / ".collect") as ledger:
            plan.ask(client, ends, collection, ledger)
            plan.decide(collection, ledger)
            done = fetch.fetch(client, ends, ledger, folder, limit=limit)
            return done, [dict(row) for row in ledger.rows(order="capture_id")]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    done, rows = run(folder, full())
    assert done.states == {"fetched": 11}
    assert done.stopped == ""
    return folder, rows


def test_every_record_is_a_good_warc_in_the_file_of_its_month(whole):
    from warcio.archiveiterator import ArchiveIterator

    folder, _ = whole
    count = 0
    for path in folder.glob("*.warc.gz"):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, check_digests="raise"):
                record.content_stream().read()
                count += 1
                day = record.rec_headers.get_header("WARC-Date")
                assert path.name.endswith(f"-{day[:7]}.warc.gz")
    assert count == 11
    assert list((folder / ".collect").glob("*.spool")) == []


CHECK = "from warcio.cli import main; main()"


def test_warcio_finds_nothing_wrong(whole):
    for path in whole[0].glob("*.warc.gz"):
        done = subprocess.run(
            [sys.executable, "-c", CHECK, "check", str(path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


def test_fetching_again_asks_for_nothing(whole, tmp_path):
    import shutil

    folder = shutil.copytree(whole[0], tmp_path / "again")
    archive = full()
    done, _ = run(folder, archive)
    assert done.states == {}
    assert contents(folder) == contents(whole[0])
    assert not [path for _, _, path in archive.asked if "crawl-data" in path or "/web/" in path]


@pytest.mark.parametrize("limit", [1, 4])
def test_in_parts_gives_the_same_bytes(whole, tmp_path, limit):
    for _ in range(12 // limit + 1):
        run(tmp_path, full(), limit=limit)
    assert contents(tmp_path) == contents(whole[0])


MISBEHAVIOURS = {
    "503": ({"crawl-data": ["503"]}, "fetched"),
    "429 with Retry-After": ({"crawl-data": ["429"]}, "fetched"),
    "403": ({"crawl-data": ["403"]}, "fetched"),
    "connection cut": ({"crawl-data": ["cut"]}, "fetched"),
    "short body": ({"crawl-data": ["short"]}, "fetched"),
    "junk once": ({"crawl-data": ["junk"]}, "fetched"),
    "404": ({"2024-10-00000": ["404!"]}, "gone"),
    "416": ({"2024-10-00000": ["416!"]}, "gone"),
    "whole file": ({"2024-10-00000": ["whole!"]}, "mismatch"),
    "wrong range": ({"2024-10-00000": ["wrong range!"]}, "mismatch"),
    "junk": ({"2024-10-00000": ["junk!"]}, "mismatch"),
    "wrong digest": ({"2024-10-00000": ["wrong digest!"]}, "mismatch"),
}


@pytest.mark.parametrize("name", sample(MISBEHAVIOURS, ("503", "short body", "404", "wrong digest")))
def test_misbehaviour_is_classified_and_nothing_wrong_is_kept(whole, tmp_path, name):
    archive = full()
    archive.faults, state = {k: list(v) for k, v in MISBEHAVIOURS[name][0].items()}, MISBEHAVIOURS[name][1]
    done, rows = run(tmp_path, archive, tries=3)
    assert done.stopped == ""
    hit = [r for r in rows if r["crawl"] == "CC-MAIN-2024-10" and r["state"] != "skipped"]
    if state == "fetched":
        assert contents(tmp_path) == contents(whole[0])
    else:
        assert [r["state"] for r in hit] == [state]
        assert hit[0]["sha256"] is None
        assert not (tmp_path / "hill_times-2024-03.warc.gz").exists()
        assert sum(r["state"] == "fetched" for r in rows) == 10


def test_an_archive_that_stays_busy_ends_politely_and_loses_nothing(whole, tmp_path):
    archive = full()
    archive.faults = {"2023-40-00000": ["503!"]}
    done, rows = run(tmp_path, archive)
    assert "goes on where it stopped" in done.stopped
    assert sum(r["state"] == "planned" for r in rows) == 10
    done, _ = run(tmp_path, full())
    assert contents(tmp_path) == contents(whole[0])


def test_a_server_at_fault_does_not_condemn_the_captures(tmp_path):
    pages = [
        Page(f"https://riverpost.example/n/{i}", f"202309{i:02d}000000", article(i % 9) + b"%d" % i)
        for i in range(1, 20)
    ]
    archive = Archive(pages, faults={"crawl-data": ["junk!"]})
    done, rows = run(tmp_path, archive)
    assert "at fault" in done.stopped
    assert {r["state"] for r in rows} == {"planned"}


def test_bytes_that_were_lost_are_fetched_again(whole, tmp_path):
    import shutil

    folder = shutil.copytree(whole[0], tmp_path / "lost")
    with Ledger(folder / ".collect") as ledger:
        ledger.base.execute("UPDATE captures SET packed = 0, spool_start = 0 WHERE outlet_id = 'river_post'")
    (folder / "river_post-2023-09.warc.gz").unlink()
    for _ in range(8):
        run(folder, full())
    assert contents(folder) == contents(whole[0])


def test_never_faster_than_told_and_never_two_at_a_time(tmp_path):
    archive = full()
    with (
        serving(archive) as base,
        Client("a@b.example", interval=0.05) as client,
        Ledger(tmp_path / ".collect") as ledger,
    ):
        ends = Endpoints(base, base, base, 0.05)
        plan.ask(client, ends, COLLECTION, ledger)
        plan.decide(COLLECTION, ledger)
        fetch.fetch(client, ends, ledger, tmp_path)
    times = sorted(archive.asked)
    gaps = [after[0] - before[0] for before, after in itertools.pairwise(times)]
    assert archive.most_at_once == 1
    assert min(gaps) >= 0.05
    assert sum(client.asked.values()) == len(archive.asked)


SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, {helpers!r})
sys.path.insert(0, {here!r})
from test_plan import COLLECTION
from analysis.texts.collect import fetch, plan
from analysis.texts.collect.endpoints import Endpoints
from analysis.texts.collect.ledger import Ledger
from analysis.texts.collect.polite import Client
base, folder = sys.argv[1], Path(sys.argv[2])
ends = Endpoints(base, base, base, 0)
with Client("a@b.example", interval=0.01) as client, Ledger(folder / ".collect") as ledger:
    plan.ask(client, ends, COLLECTION, ledger)
    plan.decide(COLLECTION, ledger)
    fetch.fetch(client, ends, ledger, folder)
"""


@pytest.mark.slow
def test_ten_kills_give_the_same_bytes(whole, tmp_path, root):
    code = SCRIPT.format(helpers=str(root / "tests" / "helpers"), here=str(Path(__file__).parent))
    archive, ended = full(), []
    with serving(archive) as base:
        for attempt in range(11):
            process = subprocess.Popen([sys.executable, "-c", code, base, str(tmp_path)], cwd=root)
            # While it answers the third request of a run, the server kills who asked; the last run is left alone.
            archive.countdown = (3, lambda pid=process.pid: os.kill(pid, signal.SIGKILL)) if attempt < 10 else None
            ended.append(process.wait(timeout=300))
    assert ended == [-signal.SIGKILL] * 10 + [0]
    assert contents(tmp_path) == contents(whole[0])
    assert list((tmp_path / ".collect").glob("*.spool")) == []
    assert not [p for p in tmp_path.rglob("*") if p.name.endswith(".tmp")]


def test_spool_and_file_names_stay_apart(tmp_path):
    assert warc_files.spool_of(tmp_path, "a", "2023-08").parent.name == ".collect"
    assert warc_files.file_of(tmp_path, "a", "2023-08").name == "a-2023-08.warc.gz"


def test_where_a_capture_is_gone_another_of_its_page_comes_in_the_same_run(whole, tmp_path):
    archive = full()
    archive.faults = {"2023-40-00000": ["404!"]}  # all of one crawl is lost
    with serving(archive) as base, Client("a@b.example", interval=0, tries=2) as client:
        ends = Endpoints(base, base, base, 0)
        with Ledger(tmp_path / ".collect") as ledger:
            plan.ask(client, ends, COLLECTION, ledger)
            plan.decide(COLLECTION, ledger)
            done = fetch.fetch(client, ends, ledger, tmp_path, collection=COLLECTION)
            rows = [dict(row) for row in ledger.rows(order="capture_id")]
    got = {row["address"] for row in rows if row["state"] == "fetched"}
    assert "https://www.riverpost.example/news/article-1/" in got  # the later crawl has the same bytes
    assert "https://www.riverpost.example/news/article-2/?utm_source=x" in got  # and a later version
    assert not any(row["state"] == "planned" for row in rows)
    instead = [row for row in rows if (row["reason"] or "").endswith("taken instead")]
    assert done.states["fetched"] == len(got) and len(instead) >= 3
    assert {row["state"] for row in instead} == {"gone"}


def test_a_limit_counts_what_comes_instead(tmp_path):
    archive = full()
    archive.faults = {"2023-40-00000": ["404!"]}
    with serving(archive) as base, Client("a@b.example", interval=0, tries=2) as client:
        ends = Endpoints(base, base, base, 0)
        with Ledger(tmp_path / ".collect") as ledger:
            plan.ask(client, ends, COLLECTION, ledger)
            plan.decide(COLLECTION, ledger)
            told = []
            done = fetch.fetch(
                client, ends, ledger, tmp_path, collection=COLLECTION, limit=6, progress=lambda *n: told.append(n)
            )
    assert sum(done.states.values()) == 6 and told[-1] == (6, 6)
