"""PDF documents."""

from __future__ import annotations

from formats_samples import pdf_of, read


def test_pdf(tmp_path):
    (record,) = read(tmp_path / "a.pdf", pdf_of([["Harbour opens", "at last."], ["The end."]]))
    assert record.fields["text"].split() == ["Harbour", "opens", "at", "last.", "The", "end."]


def test_a_scan_is_named(tmp_path):
    assert "scan" in read(tmp_path / "a.pdf", pdf_of([[]]))[0].reason
