"""Every format: invented samples in, records out."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analysis.study.sources import Source
from analysis.texts.document import Refusal
from analysis.texts.read import formats as readers
from analysis.texts.read.formats.plain import split_front_matter
from analysis.texts.read.formats.record import Part

PAGE = """<!doctype html><html><head><title>Harbour opens</title>
<meta property="article:published_time" content="2024-03-05T08:00:00+07:00"><meta name="author" content="Dara Example">
<meta property="og:site_name" content="The Example Post"></head><body>
<nav><a href="/">Home</a></nav>
<article><h1>Harbour opens</h1><p>%s</p><p>%s</p></article><footer>Cookies and more cookies</footer></body></html>"""
LONG = "The invented harbour opened on Tuesday after four years of work and one long strike of the dredgers. " * 3


def part_of(path, format_="", **options) -> Part:
    source = Source("t", "*", "news", **options)
    return Part(source, path, path.name, format_ or readers.format_of(path))


def read(path, data, format_="", **options):
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    found = []
    for part in readers.plan(part_of(path, format_, **options)):
        found += list(readers.read(part, root=path.parent))
    return found


def zipped(members) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def docx_of(lines) -> bytes:
    import docx

    document, buffer = docx.Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(buffer)
    return buffer.getvalue()


def xlsx_of(rows) -> bytes:
    import openpyxl

    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(buffer)
    return buffer.getvalue()


def rtf_of(lines) -> bytes:
    return ("{\\rtf1\\ansi " + "\\par\n".join(lines) + "}").encode()


def test_front_matter():
    assert split_front_matter("---\ntitle: A\ntags: [x, y]\n---\nBody")[0] == {"title": "A", "tags": ["x", "y"]}
    assert split_front_matter("---\nno end") == ({}, "---\nno end", "")
    assert "aliases" in split_front_matter("---\na: &a [x]\nb: [*a, *a]\n---\n")[2]
    assert split_front_matter("---\na: [\n---\n")[2]


def test_markdown_heading_that_repeats_the_title_is_not_counted_twice(tmp_path):
    (record,) = read(tmp_path / "a.md", "---\ntitle: A new harbour\n---\n\n# A new harbour\n\nIt opened.")
    assert record.fields == {"title": "A new harbour", "text": "It opened."}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_detected(tmp_path, encoding):
    text = "Le ministre a déclaré que la coopération était très étroite, malgré la sévérité de l’été. " * 8
    (record,) = read(tmp_path / "a.txt", text.encode(encoding))
    assert record.fields["text"] == text


def test_windows_quotation_marks(tmp_path):
    text = "The minister’s “ironclad” friendship — he said. " * 8
    assert read(tmp_path / "a.txt", text.encode("cp1252"))[0].fields["text"] == text


def test_json_lines_and_json(tmp_path):
    rows = [{"id": i, "text": f"t{i}"} for i in range(3)]
    lines = "\n".join(map(json.dumps, rows)) + "\n\n[1]\n{bad\n"
    found = read(tmp_path / "a.jsonl", lines)
    assert [r.fields["id"] for r in found[:3]] == [0, 1, 2]
    assert [(r.origin, r.kind) for r in found[3:]] == [("a.jsonl:5", "malformed"), ("a.jsonl:6", "malformed")]
    assert len(read(tmp_path / "a.json", json.dumps(rows))) == 3
    assert len(read(tmp_path / "b.json", json.dumps({"articles": rows, "total": 3}))) == 3
    assert len(read(tmp_path / "c.json", json.dumps(rows[0]))) == 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_delimiters_quotes_and_lines_in_cells(tmp_path, delimiter):
    text = delimiter.join(["id", "title", "text"]) + "\n" + delimiter.join(["1", '"a ""b"""', '"two\nlines"']) + "\n"
    (record,) = read(tmp_path / "a.csv", text)
    assert record.fields == {"id": "1", "title": 'a "b"', "text": "two\nlines"}


def test_csv_rows_that_do_not_fit_the_header_are_refused_with_their_line(tmp_path):
    found = read(tmp_path / "a.csv", "id,title,text\n1,a,b\n2,a,b,c\nx\n3,a\n")
    assert [isinstance(f, Refusal) for f in found] == [False, True, True, False]
    assert "line 3" in found[1].origin
    assert "4 cells under a header of 3" in found[1].reason


def test_xlsx(tmp_path):
    import datetime as dt

    data = xlsx_of([["id", "date", "text"], [1, dt.datetime(2024, 3, 5), "=1+1"], [None, None, None], [2, "2024", "b"]])
    found = read(tmp_path / "a.xlsx", data)
    assert [r.fields["id"] for r in found] == [1, 2]
    assert read(tmp_path / "b.xlsx", data, sheet="Nope")[0].kind == "missing-sheet"


def test_parquet_pieces_give_every_row_once_whatever_their_size(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    from analysis.texts.read.formats import parquet

    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": range(1000), "text": ["x" * 100] * 1000}), path, row_group_size=700)
    for chunk in (1_000, 20_000, 10**9):
        pieces = parquet.plan(part_of(path), chunk)
        found = [record.fields["id"] for piece in pieces for record in readers.read(piece)]
        assert found == list(range(1000))
        assert [r.fields["id"] for r in readers.read(pieces[-1])] == found[pieces[-1].start :]


def test_json_lines_pieces_give_every_row_once_whatever_their_size(tmp_path):
    from analysis.texts.read.formats import jsons

    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"id": i, "text": "é" * (i % 50)}) + "\n" for i in range(300)), encoding="utf-8")
    whole = [(r.origin, r.fields["id"]) for r in readers.read(part_of(path))]
    for chunk in (1, 97, 5_000):
        pieces = jsons.plan(part_of(path), chunk)
        assert [(r.origin, r.fields["id"]) for piece in pieces for r in readers.read(piece)] == whole


CELLS = st.lists(
    st.sampled_from(['"', '""', "\n", "\r\n", "\r", ",", "a", "é", "\x00", " ", "x" * 30, '"a\nb"', "1,2,3\n"]),
    max_size=60,
).map("".join)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(CELLS, st.sampled_from([1, 7, 40, 500]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
@example('id,text\n1,"a\nb"\n2,"open\n3,x\n', 1, "utf-8")
@example("\n\n \n", 1, "utf-8")
def test_csv_pieces_give_every_row_once_whatever_their_size(tmp_path, text, chunk, encoding):
    from analysis.texts.read.formats import delimited

    path = tmp_path / "a.csv"
    path.write_bytes(f"id,title,text\n{text}".encode(encoding, "replace") + b"\xff" * (encoding == "utf-8"))
    part = part_of(path)
    pieces = delimited.plan(part, chunk)
    assert [made for piece in pieces for made in readers.read(piece)] == list(readers.read(part))


def test_a_large_csv_is_cut_and_no_piece_ends_inside_quotation_marks(tmp_path):
    from analysis.texts.read.formats import delimited

    path = tmp_path / "a.csv"
    rows = "".join(f'{i},"first, line\nand the {i}th ""second"" line"\n' for i in range(500))
    path.write_text("id,text\n" + rows)
    pieces = delimited.plan(part_of(path), 1000)
    assert len(pieces) > 15
    last = list(readers.read(pieces[-1]))[-1]
    assert last.fields == {"id": "499", "text": 'first, line\nand the 499th "second" line'}
    assert (last.origin, last.number) == ("a.csv:500 (line 1001)", 500)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", '{"id": 1, "text": "One"}\n{"id": 2, "text": "Two"}\n'),
        ("a.csv", "id;text\n1;One\n2;Two\n"),
        ("a.tsv", "id\ttext\n1\tOne\n"),
        ("a.txt", "---\ntitle: T\n---\nOne"),
        ("a.json", '[{"id": 1, "text": "One"}]'),
        ("a.html", PAGE % (LONG, LONG)),
    ],
)
def test_files_packed_with_gzip_are_read_as_if_they_were_not(tmp_path, name, data):
    plain = [r.fields for r in read(tmp_path / name, data)]
    packed = gzip.compress(data.encode())
    assert [r.fields for r in read(tmp_path / f"{name}.gz", packed)] == plain
    assert [r.fields for r in read(tmp_path / "b.zip", zipped({f"{name}.gz": packed}))] == plain
    # A browser unpacks some downloads and keeps the name.
    assert [r.fields for r in read(tmp_path / f"{name}.gz", data)] == plain


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.csv.gz", "a.txt.gz"])
def test_a_damaged_or_harmful_gzip_file_is_refused_and_what_was_read_before_is_kept(tmp_path, name):
    lines = b"".join(b'{"id": %d, "text": "%s"}\n' % (i, os.urandom(40).hex().encode()) for i in range(9000))
    data = b"id,text\n" + lines if "csv" in name else lines
    *kept, refusal = read(tmp_path / name, gzip.compress(data)[:-2000])
    assert refusal.kind == "malformed"
    assert "damaged gzip file" in refusal.reason
    assert (len(kept) > 1000) == ("txt" not in name)
    refusal = read(tmp_path / name, gzip.compress(b"0" * (20 * 1024 * 1024)))[-1]
    assert refusal.kind in ("hostile", "too-large")
    assert read(tmp_path / name, b"")[-1].kind == "empty"


def test_html(tmp_path):
    (record,) = read(tmp_path / "a.html", PAGE % (LONG, LONG))
    assert record.fields["title"] == "Harbour opens"
    assert record.fields["date"] == "2024-03-05T08:00:00+07:00"  # as printed: the day is settled by dates.py
    assert record.fields["outlet"] == "The Example Post"
    assert "dredgers" in record.fields["text"]
    assert "ookies" not in record.fields["text"]


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


def test_docx_rtf_and_pdf(tmp_path):
    assert read(tmp_path / "a.docx", docx_of(["One", "Two"]))[0].fields["text"] == "One\nTwo"
    assert read(tmp_path / "a.rtf", rtf_of(["One", "Two"]))[0].fields["text"].split() == ["One", "Two"]
    content = b"BT /F1 12 Tf 72 720 Td (Harbour opens) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n" % len(content) + content + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    pdf, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(pdf))
        pdf += b"%d 0 obj" % number + body + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(pdf)
    pdf += b"xref\n0 6\n0000000000 65535 f \n" + table + end
    assert read(tmp_path / "a.pdf", pdf)[0].fields["text"] == "Harbour opens"


def test_zip_members_are_read_by_their_names(tmp_path):
    data = zipped({"b/a.txt": "One", "a.csv": "id,text\n1,Two\n", "c.bin": b"\x00\x01", "d.txt": ""})
    found = read(tmp_path / "a.zip", data)
    assert [f.origin for f in found] == ["a.zip/a.csv:1 (line 2)", "a.zip/b/a.txt", "a.zip/c.bin", "a.zip/d.txt"]
    assert [getattr(f, "kind", "kept") for f in found] == ["kept", "kept", "unknown-format", "empty"]


NEXIS = [
    "Page 1 of 2",
    "Harbour opens at last",
    "The Example Post",
    "September 23, 2023 Saturday",
    "",
    "Copyright 2023 Example Ltd All Rights Reserved",
    "Section: NATIONAL",
    "Length: 12 words",
    "Byline: Dara Example",
    "Body",
    "",
    "The invented harbour opened.",
    "It is deep.",
    "",
    "Classification",
    "Language: ENGLISH",
    "Load-Date: September 24, 2023",
    "End of Document",
    "Second story",
    "Example Times",
    "1 October 2023",
    "Body",
    "More text.",
    "End of Document",
]


@pytest.mark.parametrize("kind", ["docx", "rtf", "html"])
def test_nexis(tmp_path, kind):
    page = "<html><body>" + "".join(f"<p>{line}</p>" for line in NEXIS) + "</body></html>"
    data = {"docx": docx_of(NEXIS), "rtf": rtf_of(NEXIS), "html": page.encode()}[kind]
    first, second = (r.fields for r in read(tmp_path / f"a.{kind}", data, "nexis"))
    assert (first["title"], first["outlet"], first["author"]) == (
        "Harbour opens at last",
        "The Example Post",
        "Dara Example",
    )
    assert first["date"] == "September 23, 2023 Saturday"
    assert first["text"] == "The invented harbour opened.\nIt is deep."
    assert (second["title"], second["text"]) == ("Second story", "More text.")


CODED = (
    ("HD", "Harbour opens at last"),
    ("BY", "Dara Example"),
    ("WC", "12 words"),
    ("PD", "23 September 2023"),
    ("SN", "The Example Post"),
    ("LA", "English"),
    ("LP", "The invented harbour opened."),
    ("TD", "It is deep."),
    ("AN", "Document EXPOST0020230923ej9n00001"),
)
PLAIN = [
    "Harbour opens at last",
    "Dara Example",
    "12 words",
    "23 September 2023",
    "03:52",
    "The Example Post",
    "EXPOST",
    "English",
    "(c) 2023 Example Ltd",
    "The invented harbour opened.",
    "It is deep.",
    "Document EXPOST0020230923ej9n00001",
]


def factiva_samples():
    table = "".join(f"<tr><td><b>{code}</b></td><td>{value}</td></tr>" for code, value in CODED)
    blocks = "".join(f"<div>{line}</div>" for line in PLAIN)
    yield "coded.html", f"<html><body><table>{table}</table><table>{table}</table></body></html>".encode(), 2
    yield "plain.html", f"<html><body>{blocks}{blocks}</body></html>".encode(), 2
    yield "plain.rtf", rtf_of(PLAIN), 1


@pytest.mark.parametrize(
    ("name", "data", "count"), list(factiva_samples()), ids=lambda v: v if isinstance(v, str) else ""
)
def test_factiva(tmp_path, name, data, count):
    found = [r.fields for r in read(tmp_path / name, data, "factiva")]
    assert len(found) == count
    for fields in found:
        assert fields["title"] == "Harbour opens at last"
        assert (fields["date"], fields["outlet"]) == ("23 September 2023", "The Example Post")
        assert fields["text"] == "The invented harbour opened.\nIt is deep."
        assert fields["id"] == "EXPOST0020230923ej9n00001"


def test_proquest(tmp_path):
    rule = "_" * 60
    text = f"""{rule}
Title: Harbour opens
Publication title: The Example Post; Penh
Publication date: Sep 23, 2023
Author: Example, Dara
Full text: The invented harbour opened.
He said: it is deep.
Document URL: https://example.org/1
{rule}
Title: Second
Publication title: Example Times
Publication date: 2023
Full text: More.
"""
    first, second = (r.fields for r in read(tmp_path / "a.txt", text, "proquest"))
    assert first["text"] == "The invented harbour opened.\nHe said: it is deep."
    assert (first["outlet"], first["date"], first["url"]) == (
        "The Example Post; Penh",
        "Sep 23, 2023",
        "https://example.org/1",
    )
    assert second["title"] == "Second"
    rows = [["Title", "pubtitle", "pubdate", "FullText"], ["Harbour", "The Example Post", "2023-09-23", "It opened."]]
    (row,) = read(tmp_path / "a.xlsx", xlsx_of(rows), "proquest")
    assert (row.fields["outlet"], row.fields["text"]) == ("The Example Post", "It opened.")


def test_lists_of_addresses_keep_titles_and_refuse_bare_addresses(tmp_path):
    text = "stories_id,publish_date,title,url,media_name\n1,2023-09-23,Harbour opens,https://a.org/1,Post\n2,,,https://a.org/2,Post\n"
    kept, refused = read(tmp_path / "a.csv", text, "urls")
    assert kept.fields["title"] == "Harbour opens"
    assert kept.fields["text"] == ""
    assert refused.kind == "no-text"
