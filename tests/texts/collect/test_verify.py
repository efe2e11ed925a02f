from __future__ import annotations

import shutil

import pytest
from archive_server import serving
from collected_study import archive as full
from test_fetch import contents, run

from analysis.texts.collect import fetch, manifest, verify
from analysis.texts.collect.endpoints import Endpoints
from analysis.texts.collect.ledger import Ledger
from analysis.texts.collect.polite import Client


@pytest.fixture(scope="module")
def author(tmp_path_factory):
    """The author's folder and lists, without and with addresses."""
    folder = tmp_path_factory.mktemp("author")
    run(folder, full())
    with Ledger(folder / ".collect") as ledger:
        manifest.write(folder / "captures.csv", ledger, addresses=False)
        manifest.write(folder / "with.csv", ledger, addresses=True)
    return folder


def fetched_from(listed, folder, archive):
    with serving(archive) as base, Client("c@d.example", interval=0) as client, Ledger(folder / ".collect") as ledger:
        _, unreachable = verify.list_from(listed, ledger)
        fetch.fetch(client, Endpoints(base, base, base, 0), ledger, folder)
        manifest.write_again(folder / "captures.csv", listed, ledger)
        return unreachable


def test_anyone_gets_the_same_bytes_from_the_list_alone(author, tmp_path):
    assert fetched_from(manifest.read(author / "with.csv"), tmp_path, full()) == []
    assert contents(tmp_path) == contents(author)
    assert (tmp_path / "captures.csv").read_bytes() == (author / "with.csv").read_bytes()


def test_without_addresses_common_crawl_still_comes(author, tmp_path):
    unreachable = fetched_from(manifest.read(author / "captures.csv"), tmp_path, full())
    assert len(unreachable) == 1
    assert contents(tmp_path) == {k: v for k, v in contents(author).items() if "2023-08" not in k}
    lost = [r for r in manifest.read(tmp_path / "captures.csv") if r["state"] != "fetched"]
    assert [(r["capture_id"], r["reason"]) for r in lost] == [(unreachable[0], "its address is not published")]


def test_other_bytes_than_listed_are_not_kept(author, tmp_path):
    listed = manifest.read(author / "with.csv")
    listed[3] = listed[3] | {"sha256": "0" * 64}
    fetched_from(listed, tmp_path, full())
    with Ledger(tmp_path / ".collect") as ledger:
        assert [r["reason"] for r in ledger.rows("state = 'mismatch'")] == ["other bytes than the public list says"]
        assert ledger.count("state = 'fetched'") == 10


def test_what_lies_here_is_compared_byte_for_byte(author, tmp_path):
    listed = manifest.read(author / "captures.csv")
    assert verify.compare(listed, author) == verify.Verdict({"the same bytes": 11}, [])
    folder = shutil.copytree(author, tmp_path / "damaged")
    path = folder / "river_post-2023-09.warc.gz"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    (folder / "hill_times-2024-03.warc.gz").unlink()
    verdict = verify.compare(listed, folder)
    assert verdict.counts["missing or different"] == len(verdict.faults) >= 2


def test_a_draw_of_captures_is_asked_for_again(author):
    listed = manifest.read(author / "captures.csv")
    archive = full()
    with serving(archive) as base, Client("c@d.example", interval=0) as client:
        ends = Endpoints(base, base, base, 0)
        assert verify.ask_again(client, ends, listed, 4, 1).counts == {"the same bytes": 4}
        assert len(archive.asked) == 4
        archive.faults = {"2024-10": ["404!"], "2023-40": ["wrong digest!"]}
        verdict = verify.ask_again(client, ends, listed, 99, 1)
    assert verdict.counts == {"gone": 1, "different": 9}
