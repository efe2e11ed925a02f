from __future__ import annotations

import dataclasses
import gzip
import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import DiscourseError
from analysis.texts.collect import warc_files
from analysis.texts.collect.captures import Capture


def row(data: bytes, start: int | None, name: str = "c") -> dict:
    return {
        "capture_id": name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "spool_start": start,
        "received": len(data),
    }


@given(st.lists(st.binary(min_size=1, max_size=200), max_size=6), st.integers(1, 40))
def test_members_come_back_whole(tmp_path_factory, bodies, chunk):
    path = tmp_path_factory.mktemp("m") / "a.gz"
    packed = [gzip.compress(b, mtime=0) for b in bodies]
    path.write_bytes(b"".join(packed))
    kept, warc_files._CHUNK = warc_files._CHUNK, chunk
    try:
        assert list(warc_files.members(path)) == packed
    finally:
        warc_files._CHUNK = kept


def test_a_member_cut_short_is_no_record(tmp_path):
    path = tmp_path / "a.gz"
    whole = gzip.compress(b"one", mtime=0)
    path.write_bytes(whole + gzip.compress(b"two" * 100, mtime=0)[:-9])
    assert list(warc_files.members(path)) == [whole]


def test_what_a_killed_run_left_is_overwritten(tmp_path):
    spool = tmp_path / ".collect" / "a.spool"
    warc_files.append(spool, b"aaaa", 0)
    warc_files.append(spool, b"bb-half", 4)
    warc_files.append(spool, b"cc", 4)
    assert spool.read_bytes() == b"aaaacc"


def test_records_of_an_old_file_and_of_the_spool_stand_in_order(tmp_path):
    one, two, three = (gzip.compress(x, mtime=0) for x in (b"one", b"two", b"three"))
    target, spool = tmp_path / "a.warc.gz", tmp_path / "a.spool"
    target.write_bytes(one + three)
    spool.write_bytes(two)
    warc_files.write(target, spool, [row(one, None), row(two, 0), row(three, None)])
    assert target.read_bytes() == one + two + three
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize("spool_bytes", [b"", b"other bytes that are not it"])
def test_lost_bytes_are_named_and_nothing_is_written(tmp_path, spool_bytes):
    target, spool = tmp_path / "a.warc.gz", tmp_path / "a.spool"
    target.write_bytes(b"old")
    spool.write_bytes(spool_bytes)
    with pytest.raises(LookupError, match="lost"):
        warc_files.write(target, spool, [row(b"abc", 0, "lost")])
    assert target.read_bytes() == b"old"


def test_a_record_of_ours_is_the_same_for_everybody_and_a_good_warc():
    from warcio.archiveiterator import ArchiveIterator

    capture = Capture("post", "ia", "", "20230801000000", "https://post.example/a?b=1", digest="ABC")
    data = warc_files.wrapped(capture, "200 OK", [("Content-Type", "text/html")], b"<html>x</html>")
    assert data == warc_files.wrapped(capture, "200 OK", [("Content-Type", "text/html")], b"<html>x</html>")
    assert data != warc_files.wrapped(dataclasses.replace(capture, digest="D"), "200 OK", [], b"<html>x</html>")
    records = list(ArchiveIterator(io.BytesIO(data), check_digests="raise"))
    assert len(records) == 1
    assert records[0].rec_headers.get_header("WARC-Date") == "2023-08-01T00:00:00Z"


def test_what_a_finished_file_lost_is_named(tmp_path):
    target = tmp_path / "a.warc.gz"
    packed = [gzip.compress(body, mtime=0) for body in (b"one", b"two", b"three")]
    rows = [row(data, None, f"c{i}") for i, data in enumerate(packed)]
    assert warc_files.missing(target, rows) == ["c0", "c1", "c2"]
    target.write_bytes(b"".join(packed))
    assert warc_files.missing(target, rows) is None
    target.write_bytes(b"".join(packed) * 2)
    assert warc_files.missing(target, rows) == []
    target.write_bytes(b"".join(packed)[:-3])
    assert warc_files.missing(target, rows) == ["c2"]


@pytest.mark.parametrize("outlet", ["../x", "a/b", "a\\b", ""])
def test_no_outlet_leads_a_file_into_another_folder(tmp_path, outlet):
    with pytest.raises(DiscourseError, match="named by the id"):
        warc_files.file_of(tmp_path, outlet, "2023-09")
