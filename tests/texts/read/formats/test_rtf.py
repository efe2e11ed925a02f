"""RTF: code pages, raw bytes, characters beyond them."""

from __future__ import annotations

import pytest
from formats_samples import read, rtf_of

from analysis.texts.read.formats.rtf import rtf_lines


def test_rtf(tmp_path):
    assert read(tmp_path / "a.rtf", rtf_of(["One", "Two"]))[0].fields["text"].split() == ["One", "Two"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"{\\rtf1\\ansi\\ansicpg1252 \x93We\x94 caf\xe9}", "“We” café"),
        (b"{\\rtf1\\mac \\'d2We\\'d3 it\\'d5s}", "“We” it’s"),
        (b"{\\rtf1\\ansi\\ansicpg10000 \xd2We\xd3}", "“We”"),
        ("{\\rtf1\\ansi “We” é}".encode(), "“We” é"),
        (b"{\\rtf1\\ansi\\ansicpg1251 \xcc\xe8\xf0}", "Мир"),
        (b"{\\rtf1\\ansi \\u8220?We\\u8221? \\u-10179?\\u-8704?}", "“We” 😀"),
    ],
)
def test_code_pages(data, expected):
    assert rtf_lines(data) == [expected]


def test_pictures_do_not_count_and_what_no_document_holds_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.texts.read.formats.rtf.MAX_BYTES", 2_000)
    picture = b"{\\pict\\pngblip " + b"89504e47\n" * 5_000 + b"}"
    (record,) = read(tmp_path / "a.rtf", b"{\\rtf1 One." + picture + b" Two.}")
    assert record.fields["text"].split() == ["One.", "Two."]
    (refusal,) = read(tmp_path / "b.rtf", b"{\\rtf1 " + b"The harbour. " * 200 + b"}")
    assert refusal.kind == "too-large" and "at most 2,000 are read" in refusal.reason
