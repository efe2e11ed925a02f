"""Web archives."""

from __future__ import annotations

import gzip
import io

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
