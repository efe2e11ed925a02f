"""Input made to do harm, and input that is merely broken: refused with a message, or made harmless; never a crash."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.study.settings import Outlet
from analysis.study.sources import Source
from analysis.texts.document import Document, Refusal
from analysis.texts.read import formats as readers
from analysis.texts.read import reading
from analysis.texts.read.audit import Audit, safe_cell
from analysis.texts.read.formats import limits
from analysis.texts.read.formats.record import Part

OUTLETS = {"post": Outlet("post", "The Example Post", "KHM", "independent")}
FORMATS = tuple(readers.FORMATS)  # a format that is added is tried here without a line


def documents(folder, pattern="*", format_="auto", **options):
    source = Source("t", pattern, "news", format=format_, constants={"outlet": "post"}, **options)
    return list(reading.read_documents([source], folder, outlets=OUTLETS))


def only_refusal(folder, **options) -> Refusal:
    (found,) = documents(folder, **options)
    assert isinstance(found, Refusal)
    return found


def test_zip_bomb_names_that_leave_and_links(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", b"0" * (20 * 1024 * 1024))
        archive.writestr("../up.txt", "text")
        archive.writestr("/root.txt", "text")
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("good.txt", "The harbour of the town opened and the people said it was good.")
        archive.writestr("in.zip", b"PK\x05\x06" + bytes(18))
    found = documents(tmp_path)
    kinds = sorted((f.origin.rpartition("/")[2], f.kind) for f in found if isinstance(f, Refusal))
    hostile = [("bomb.txt", "hostile"), ("link.txt", "hostile"), ("root.txt", "hostile"), ("up.txt", "hostile")]
    assert kinds == sorted([*hostile, ("in.zip", "nested-archive")])
    assert [f.doc_id for f in found if isinstance(f, Document)] == ["t:a.zip/good"]
    assert any("zip bomb" in f.reason for f in found if isinstance(f, Refusal))


def test_a_header_that_lies_about_the_size(monkeypatch, tmp_path):
    monkeypatch.setattr(limits, "MAX_MEMBER", 1000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "word " * 1000)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        info = archive.infolist()[0]
        info.file_size = 10
        with pytest.raises((limits.Harmful, zipfile.BadZipFile)):
            limits.unpack(archive, info)


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    (tmp_path / "secret.txt").write_text("The secret of the town is that it has no harbour.")
    inside = tmp_path / "texts"
    inside.mkdir()
    (inside / "a.txt").symlink_to(tmp_path / "secret.txt")
    (inside / "b.txt").symlink_to(tmp_path / "nowhere.txt")
    assert [f.kind for f in documents(inside)] == ["outside", "outside"]


def test_xml_entity_bomb(tmp_path):
    bomb = '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w:document>&b;</w:document>'
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", bomb)
    refusal = only_refusal(tmp_path)
    assert refusal.kind == "hostile"
    assert "entities" in refusal.reason


@pytest.mark.slow
def test_a_line_of_200_megabytes_is_refused_and_the_next_line_read(tmp_path):
    import resource

    with (tmp_path / "a.jsonl").open("wb") as stream:
        stream.write(b'{"id": "long", "text": "')
        for _ in range(200):
            stream.write(b"x" * 1024 * 1024)
        stream.write(b'"}\n{"id": "next", "text": "The harbour of the town was opened by the people."}\n')
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    first, second = documents(tmp_path)
    assert (first.kind, first.origin) == ("too-large", "a.jsonl:1")
    assert second.doc_id == "next"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150 * 1024


def test_nul_bytes(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"The harbour of the town\x00 was opened by the people and it is deep.")
    (tmp_path / "b.txt").write_bytes(bytes(range(256)) * 40 + bytes(2000))
    (tmp_path / "c.csv").write_bytes(b"id,text\n1,The har\x00bour of the town was opened by the people\n")
    kept, binary, row = documents(tmp_path)
    assert "\x00" not in kept.text
    assert binary.kind == "encoding"
    assert "harbour" in row.text


def test_a_cell_that_would_run_as_a_formula_stays_text_and_is_escaped_on_export(tmp_path):
    (tmp_path / "a.csv").write_text("id,text\n=cmd|' /C calc'!A0,The harbour of the town was opened by the people\n")
    (found,) = documents(tmp_path)
    assert found.doc_id == "=cmd|'_/C_calc'!A0"
    assert safe_cell(found.doc_id).startswith("'=")
    assert safe_cell("plain") == "plain"
    assert safe_cell(-3) == -3


def test_deep_nesting_and_yaml_aliases(tmp_path):
    (tmp_path / "a.json").write_text("[" * 100_000)
    (tmp_path / "b.jsonl").write_text('{"a":' * 50_000 + "\n")
    (tmp_path / "c.md").write_text("---\na: &a [x, x]\nb: &b [*a, *a]\n---\ntext")
    (tmp_path / "d.html").write_text("<div>" * 150_000)
    assert [f.kind for f in documents(tmp_path)] == ["malformed", "malformed", "malformed", "hostile"]


@pytest.mark.parametrize("format_", FORMATS)
def test_an_empty_file_and_a_binary_file_are_refused(tmp_path, format_):
    (tmp_path / "a.x").write_bytes(b"")
    (tmp_path / "b.x").write_bytes(b"\x89\x00\xff\x01" * 3000)
    found = documents(tmp_path, format_=format_)
    assert [f.origin.split(":")[0].split(",")[0] for f in found if isinstance(f, Refusal)][:1] == ["a.x"]
    assert all(isinstance(f, Refusal) for f in found)
    assert len(found) >= 2


SEEDS = [
    b'{"id": 1, "text": "The harbour of the town was opened."}\n{"id": 2}\n',
    b'id,text\n1,The town\n2,"open\n',
    b"---\ntitle: A\n---\nText of the town",
    b"<html><body><p>The town</p></body></html>",
    b"{\\rtf1 The town\\par}",
    b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>",
    b"PK\x03\x04",
    b"PAR1\x00\x00PAR1",
    b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 4\r\n\r\nabcd\r\n\r\n",
    b"HD  The town\nPD  1 May 2023\nSN  Post\nTD\nText\n",
    b"Title: A\nFull text: B\n" + b"_" * 60,
    b"A title\nA paper\nMay 1, 2023\nBody\nText\nEnd of Document\n",
    b"1 of 2 DOCUMENTS\n\nA paper\n\nMay 1, 2023\n\nA title\n\nLENGTH: 3 words\n\nText\n\nLOAD-DATE: May 2, 2023\n",
    b'sep=;\nTitle of all\nid;text\n1;"open\n2;He said "so"\n',
    b"Subject: A\nFrom: b\nContent-Type: text/html; charset=latin1\n\n<p>caf\xe9 <q>The town</q>\n",
    b"<article><p>The town</p></article><article>loose<div>b</div>tail</article>",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64),
    '[{"_source": {"text": "It\u00e2\u20ac\u2122s"}}, {"items": [{"text": "b"}]}, 3'.encode(),
]


@st.composite
def mangled(draw):
    """One of the small samples, with bytes cut out, repeated and overwritten, or plain random bytes."""
    data = draw(st.one_of(st.sampled_from(SEEDS), st.binary(max_size=200)))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(data)))
        data = data[:start] + draw(st.binary(max_size=8)) + data[start + draw(st.integers(0, 6)) :]
    return data


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("format_", FORMATS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=mangled())
def test_no_reader_crashes_or_loses_a_file(tmp_path, format_, data):
    path = tmp_path / "fuzz.x"
    path.write_bytes(data)
    source = Source("t", "*.x", "news", format=format_, constants={"outlet": "post"})
    audit = Audit()
    for made in reading.read_documents([source], tmp_path, outlets=OUTLETS):
        assert isinstance(made, Document | Refusal)
        assert made.origin.startswith("fuzz.x")
        audit.add(made)
    totals = audit.totals()
    assert totals["read"] >= 1
    assert totals["read"] == totals["kept"] + totals["refused"]


def test_json_text_that_is_no_text(tmp_path):
    rows = [{"id": 1, "text": {"a": 1}}, {"id": 2, "text": ["The harbour of the town", "is deep and it is open."]}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    first, second = documents(tmp_path)
    assert first.kind == "malformed"
    assert second.text.startswith("The harbour")


def test_office_file_with_too_many_members(monkeypatch):
    monkeypatch.setattr(limits, "MAX_MEMBERS", 1)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a", "1")
        archive.writestr("b", "1")
    with pytest.raises(limits.Harmful):
        limits.check_office(buffer.getvalue())
    part = Part(Source("t", "*", "news"), None, "a.xlsx", "xlsx")
    assert [f.kind for f in readers.read_bytes(buffer.getvalue(), part)] == ["too-large"]
