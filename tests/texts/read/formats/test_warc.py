"""Web archives."""

from __future__ import annotations

import gzip
import io

import hostile_siblings
import pytest
from formats_samples import LONG, PAGE, read


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the writer's temporary file
def test_warc(tmp_path):
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.0")
    page = io.BytesIO((PAGE % (LONG, LONG)).encode())
    writer.write_record(
        writer.create_warc_record("https://post.example/a", "response", payload=page, http_headers=headers)
    )
    (record,) = read(tmp_path / "a.warc.gz", buffer.getvalue())
    assert record.fields["url"] == "https://post.example/a"
    assert record.fields["title"] == "Harbour opens"
    assert record.fields["fetched"]


def test_a_huge_header_is_not_read(tmp_path):
    head = b"WARC/1.0\r\nWARC-Type: response\r\n"
    for tail in (b"X: " + b"x" * 5_000_000, b"X: y\r\n" * 1_000_000):
        (made,) = read(tmp_path / "a.warc.gz", gzip.compress(head + tail))
        assert (made.kind, "header" in made.reason) == ("hostile", True)


def test_a_page_that_the_file_ends_in_is_refused_and_not_cut(tmp_path):
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + (PAGE % (LONG, LONG)).encode()
    head = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\nContent-Type: application/http\r\n"
    )
    whole = head + b"Content-Length: %d\r\n\r\n" % len(http) + http + b"\r\n\r\n"
    assert read(tmp_path / "a.warc", whole)[0].fields["text"]
    for data, name in ((whole[:-300], "a.warc"), (gzip.compress(whole)[:-60], "a.warc.gz")):
        (made,) = read(tmp_path / name, data)
        assert (made.kind, "ends in the middle of this page" in made.reason) == ("malformed", True)


def test_a_page_whose_length_is_wrong_is_refused_and_nothing_of_it_is_printed(tmp_path, capfd):
    whole, cut = hostile_siblings.warc_lines(""), hostile_siblings.warc_lines("300")
    found = read(tmp_path / "a.warc", whole + cut.replace(b"example/1", b"example/2") + whole)
    assert [type(one).__name__ for one in found[:2]] == ["Record", "Refusal"]
    assert "length" in found[1].reason
    assert capfd.readouterr() == ("", "")
