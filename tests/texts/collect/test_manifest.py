from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.texts.collect import manifest
from analysis.texts.collect.captures import Capture
from analysis.texts.collect.ledger import Ledger

CC = Capture("post", "cc", "C", "20230901120000", "https://post.example/secret-headline", "f.warc.gz", 0, 20, "ABC")
IA = Capture("post", "ia", "", "20230801120000", "https://post.example/other-headline", digest="DEF")


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path) as made:
        made.add([CC, IA], "q", "", done=True)
        made.set(CC.capture_id, {"state": "fetched", "sha256": "1" * 64, "record_id": "<urn:uuid:x>"})
        made.set(IA.capture_id, {"state": "planned"})
        yield made


def test_no_address_unless_the_author_says_so(ledger, tmp_path):
    path = tmp_path / "captures.csv"
    assert manifest.write(path, ledger, addresses=False) == 2
    assert "headline" not in path.read_text()
    assert "post.example" not in path.read_text()
    assert [r["address"] for r in manifest.read(path)] == ["", ""]
    manifest.write(path, ledger, addresses=True)
    assert [r["address"] for r in manifest.read(path)] == [IA.address, CC.address]


def test_a_capture_comes_back_from_its_row(ledger, tmp_path):
    path = tmp_path / "captures.csv"
    manifest.write(path, ledger, addresses=True)
    found = [manifest.capture_of(row) for row in manifest.read(path)]
    assert [c.capture_id for c in found] == [IA.capture_id, CC.capture_id]
    assert found[1].offset == 0
    assert found[0].offset == -1


def test_what_was_skipped_is_not_listed(ledger, tmp_path):
    ledger.set(IA.capture_id, {"state": "skipped"})
    assert manifest.write(tmp_path / "captures.csv", ledger, addresses=False) == 1


def test_a_list_that_came_whole_is_written_as_it_was(ledger, tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    ledger.set(IA.capture_id, {"state": "gone", "reason": "status 404"})
    manifest.write(first, ledger, addresses=False)
    manifest.write_again(second, manifest.read(first), ledger)
    assert first.read_bytes() == second.read_bytes()
    ledger.set(CC.capture_id, {"state": "gone", "reason": "not there any more"})
    manifest.write_again(second, manifest.read(first), ledger)
    assert [r["state"] for r in manifest.read(second)] == ["gone", "gone"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda text: text.replace("capture_id", "id", 1), "no list of captures"),
        (lambda text: text.replace(",cc,", ",wayback,"), "archive"),
        (lambda text: text.replace("20230901120000", "2023"), "line 3.*14-digit"),
        (lambda text: text.replace("f.warc.gz", ""), "line 3.*filename"),
        (lambda text: text.replace(",post,", ",../../post,"), "cannot name a file"),
        (lambda text: text.replace(",post,", ",,"), "cannot name a file"),
        (lambda text: text.replace("\n", ",more\n"), "no list of captures"),
    ],
)
def test_a_damaged_list_is_refused_with_its_line(ledger, tmp_path, change, reason):
    path = tmp_path / "captures.csv"
    manifest.write(path, ledger, addresses=False)
    path.write_text(change(path.read_text()))
    with pytest.raises(DiscourseError, match=reason):
        manifest.read(path)


def test_a_list_that_is_not_there(tmp_path):
    with pytest.raises(DiscourseError, match="no such file"):
        manifest.read(tmp_path / "none.csv")
