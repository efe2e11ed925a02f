"""PDF documents."""

from __future__ import annotations

import pytest
from formats_samples import pdf_of, read

from analysis.texts.read.formats import pdf


def test_pdf(tmp_path):
    (record,) = read(tmp_path / "a.pdf", pdf_of([["Harbour opens", "at last."], ["The end."]]))
    assert record.fields["text"].split() == ["Harbour", "opens", "at", "last.", "The", "end."]


def test_a_scan_is_named(tmp_path):
    assert "scan" in read(tmp_path / "a.pdf", pdf_of([[]]))[0].reason


LINES = ["The harbour was opened on Tuesday, and it rained."] * 20


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("MAX_PAGE", "page 1 is drawn by "),
        ("MAX_PAGE_TEXT", "page 1 has more than 900 characters"),
        ("MAX_TEXT", "characters to page 1 of 2; one document may have 900"),
    ],
)
def test_what_no_document_holds_is_refused_before_all_of_it_is_read(tmp_path, monkeypatch, limit, words):
    monkeypatch.setattr(pdf, limit, 900)
    (refusal,) = read(tmp_path / "a.pdf", pdf_of([LINES, LINES]))
    assert refusal.kind == "too-large" and words in refusal.reason
    monkeypatch.setattr(pdf, limit, 10_000)
    (record,) = read(tmp_path / "a.pdf", pdf_of([LINES, LINES]))
    assert record.fields["text"].count("harbour") == 40
