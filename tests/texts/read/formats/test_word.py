"""Documents of word processors."""

from __future__ import annotations

import io
import zipfile

from formats_samples import docx_of, read

from analysis.texts.read.formats import word


def test_docx(tmp_path):
    assert read(tmp_path / "a.docx", docx_of(["One", "Two"]))[0].fields["text"] == "One\nTwo"


def test_a_file_named_doc_is_read_by_what_it_holds(tmp_path):
    assert read(tmp_path / "a.doc", b"{\\rtf1 One}")[0].fields["text"] == "One"
    assert read(tmp_path / "b.doc", docx_of(["Two"]))[0].fields["text"] == "Two"
    refusal = read(tmp_path / "c.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))[0]
    assert (refusal.kind, "save it as .docx" in refusal.reason) == ("unknown-format", True)


def test_open_document_without_deleted_words():
    space = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    space += 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    text = "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"
    text += "<text:p>One<text:s/>two<text:line-break/>three</text:p>"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        body = f"<office:body><office:text>{text}</office:text></office:body>"
        archive.writestr("content.xml", f"<office:document-content {space}>{body}</office:document-content>")
    assert word.odt_lines(stream.getvalue())[0] == ["One two", "three"]


def test_a_paragraph_longer_than_the_library_reads_is_called_too_large(tmp_path):
    words = " ".join(f"{number:x}" for number in range(1_700_000))  # numbers, since what repeats looks like a zip bomb
    (refusal,) = read(tmp_path / "a.docx", docx_of([words]))
    assert (refusal.kind, "10,000,000 characters" in refusal.reason) == ("too-large", True)
