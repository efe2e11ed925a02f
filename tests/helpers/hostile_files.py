"""More files made to do harm, one line each as in `hostile_texts`: what stands inside of packed, office and web formats.

Each row is a sibling of a kind that was found elsewhere: a number that lies, a thing that leads back to itself, little that
unpacks to much, and a value that no reader expects.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import struct
import zipfile
from pathlib import Path

from formats_samples import LONG, docx_of, pdf_of, xlsx_of, zipped

WORDS = "The invented harbour opened on Tuesday, and the minister said that every village would be near it."
HTTP = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
HTML = f"<!doctype html><html><body><article><p>{LONG}</p></article></body></html>".encode()


def line(**fields: object) -> str:
    return json.dumps({"id": "h1", "date": "2023-08-10", "outlet": "The Example Post", "text": WORDS, **fields}) + "\n"


def edited(data: bytes, name: str, change) -> bytes:
    """A zip file in which the content of one member is changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {n: archive.read(n) for n in archive.namelist()}
    members[name] = change(members[name])
    return zipped(members)


def odf(body: str, kind: str = "text", head: str = '<?xml version="1.0"?>') -> bytes:
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "text", "table"))
    content = (
        f"{head}<office:document-content {spaces}><office:body><office:{kind}>{body}</office:{kind}></office:body>"
    )
    content += "</office:document-content>"
    mimetype = b"application/vnd.oasis.opendocument." + {"text": b"text", "spreadsheet": b"spreadsheet"}[kind]
    return zipped({"mimetype": mimetype, "content.xml": content.encode()})


def sheet(rows: str) -> bytes:
    return odf(f'<table:table table:name="a">{rows}</table:table>', "spreadsheet")


def cells(*values: str) -> str:
    made = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{v}</text:p></table:table-cell>' for v in values
    )
    return f"<table:table-row>{made}</table:table-row>"


def answer(head: str, body: bytes, address: str = "http://a.example/1", kind: str = "response") -> bytes:
    http = head.encode() + b"\r\n" + body
    warc = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2023-08-10T00:00:00Z\r\n"
    warc += f"Content-Type: application/http;msgtype={kind}\r\nContent-Length: {len(http)}\r\n\r\n"
    return gzip.compress(warc.encode() + http + b"\r\n\r\n")


def harmed_in_the_middle() -> bytes:
    """Three members; a byte of the second is turned, and the third is whole."""
    first, second, third = (answer(HTTP, HTML, f"http://a.example/{i}") for i in range(3))
    middle = len(second) // 2
    return first + second[:middle] + bytes([second[middle] ^ 255]) + second[middle + 1 :] + third


def linked_member() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo("a.txt")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return buffer.getvalue()


def overlapping(count: int = 300, size: int = 9_000_000) -> bytes:
    """Many names in the directory of a zip that all stand for the same packed bytes."""
    data = zipped({"000.txt": b"a " * (size // 2)})
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry = data[start:end]
    directory = b"".join(entry.replace(b"000.txt", b"%03d.txt" % i) for i in range(count))
    foot = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), start, 0)
    return data[:start] + directory + foot


def lying_size() -> bytes:
    data = bytearray(zipped({"a.txt": b"word " * 2_000_000}))
    for place in (data.index(b"PK\x03\x04") + 22, data.index(b"PK\x01\x02") + 24):
        data[place : place + 4] = struct.pack("<L", 100)
    return bytes(data)


def month_of_none() -> bytes:
    data = bytearray(zipped({"a.txt": LONG.encode()}))
    for place in (data.index(b"PK\x03\x04") + 12, data.index(b"PK\x01\x02") + 14):
        data[place : place + 2] = b"\0\0"
    return bytes(data)


def parquet(**columns: object) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def one_value_often(rows: int, size: int) -> bytes:
    """A Parquet file of some kilobytes that unpacks to `rows` times `size` bytes."""
    import pyarrow as pa

    words = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["word " * (size // 5)]))
    return parquet(text=words)


def nested(depth: int) -> bytes:
    import pyarrow as pa

    value: object = {"a": "b"}
    for _ in range(depth):
        value = {"a": value}
    return parquet(text=pa.array([WORDS]), deep=pa.array([value]))


def moments() -> bytes:
    import pyarrow as pa

    return parquet(text=pa.array([WORDS]), date=pa.array([-(2**63) + 1], pa.timestamp("us")))


def pdf_bomb() -> bytes:
    import zlib

    packed = zlib.compress(b"(a) Tj " * 30_000_000, 9)
    page = pdf_of([["x"]])
    start = page.index(b"<</Length")
    end = page.index(b"endstream") + len(b"endstream")
    stream = b"<</Filter/FlateDecode/Length %d>>stream\n" % len(packed) + packed + b"\nendstream"
    return page[:start] + stream + page[end:]


def one_page_often(count: int) -> bytes:
    return pdf_of([[WORDS]]).replace(b"/Kids[5 0 R]/Count 1", b"/Kids[" + b"5 0 R " * count + b"]/Count %d" % count)


def letter(*parts: str, kind: str = "multipart/mixed") -> str:
    head = f"Subject: Harbour\nDate: Thu, 10 Aug 2023 00:00:00 +0000\nContent-Type: {kind}; boundary=x\n\n"
    return head + "".join(f"--x\n{part}\n" for part in parts) + "--x--\n"


def of_the_year(seconds: float, content: str = LONG):
    def put(path: Path) -> None:
        path.write_text(content)
        os.utime(path, (seconds, seconds))

    return put


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(10_000_000_000)


def deep_folder(path: Path) -> None:
    here = path / "/".join(["d"] * 300)
    here.mkdir(parents=True)
    (here / "a.txt").write_text(LONG)


YAML_LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 9)
)
OFFICE = [
    ("an open document that laughs", "a.odt", odf("&b;", head='<!DOCTYPE r [<!ENTITY b "ha">]>'), "1 hostile"),
    ("an open document nested 50,000 deep", "a.odt", odf("<text:p>" * 50_000 + "</text:p>" * 50_000), "1 empty"),
    ("an open document without its content", "a.odt", zipped({"mimetype": b"x"}), "1 malformed"),
    (
        "spaces repeated two billion times",
        "a.odt",
        odf(f'<text:p>{LONG}<text:s text:c="2000000000"/></text:p>'),
        "1 kept",
    ),
    (
        "a row repeated a million times",
        "a.ods",
        sheet(
            cells("id", "text") + cells("h1", WORDS).replace("-row>", '-row table:number-rows-repeated="1048570">', 1)
        ),
        "1 malformed",
    ),
    (
        "a cell repeated a billion times",
        "a.ods",
        sheet(cells("id", "text").replace("-cell ", '-cell table:number-columns-repeated="1000000000" ')),
        "1 malformed",
    ),
    (
        "a cell in the last corner",
        "a.xlsx",
        edited(
            xlsx_of([["id", "text"], ["h1", WORDS]]),
            "xl/worksheets/sheet1.xml",
            lambda x: x.replace(
                b"</sheetData>",
                b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>a</t></is></c></row></sheetData>',
            ),
        ),
        "1 empty 1 kept",
    ),
    (
        "a word that the workbook does not hold",
        "a.xlsx",
        edited(
            xlsx_of([["id", "text"], ["h1", WORDS]]),
            "xl/worksheets/sheet1.xml",
            lambda x: x.replace(b"<v>3</v>", b"<v>99999999</v>"),
        ),
        "1 kept",
    ),
    (
        "a workbook that unpacks to 70 MB",
        "a.xlsx",
        edited(
            xlsx_of([["id", "text"]]),
            "xl/worksheets/sheet1.xml",
            lambda x: x.replace(b"</sheetData>", b" " * 70_000_000 + b"</sheetData>"),
        ),
        "1 too-large",
    ),
    (
        "2,000 tables in each other",
        "a.docx",
        edited(
            docx_of([LONG]),
            "word/document.xml",
            lambda x: x.replace(
                b"<w:body>",
                b"<w:body>" + b"<w:tbl><w:tr><w:tc>" * 2000 + b"<w:p/>" + b"</w:tc></w:tr></w:tbl>" * 2000,
            ),
        ),
        "1 malformed",
    ),
    ("a PDF that unpacks to 210 MB", "a.pdf", pdf_bomb(), "1 malformed"),
    ("one page 20,000 times", "a.pdf", one_page_often(20_000), "1 too-large"),
    (
        "a PDF whose table leads back",
        "a.pdf",
        pdf_of([[WORDS]]).replace(b"/Root 1 0 R>>", b"/Root 1 0 R/Prev 9>>"),
        "1 kept",
    ),
    (
        "a PDF locked by nobody",
        "a.pdf",
        pdf_of([[WORDS]]).replace(b"/Root 1 0 R>>", b"/Root 1 0 R/Encrypt<</Filter/None/V 99>>>>"),
        "1 malformed",
    ),
    ("rich text of a page that is none", "a.rtf", "{\\rtf1\\ansicpg99999 " + LONG + "}", "1 kept"),
    ("rich text of half a surrogate", "a.rtf", "{\\rtf1 \\u-10179? " + LONG + "}", "1 kept"),
]
LETTERS = [
    ("a letter of 5,000 parts", "a.eml", letter(*["Content-Type: text/plain\n\n" + WORDS] * 5000), "1 kept"),
    ("a head of 10 MB", "a.eml", "Subject: " + "a" * 10_000_000 + "\n\n" + LONG, "1 malformed"),
    (
        "a letter with a bomb",
        "a.eml",
        letter(
            "Content-Type: text/plain\n\n" + LONG,
            "Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\n"
            + base64.b64encode(zipped({"a.txt": b"0" * 50_000_000})).decode(),
        ),
        "1 kept",
    ),
    (
        "a saved page without a page",
        "a.mhtml",
        letter("Content-Type: image/png\n\nx", kind="multipart/related"),
        "1 malformed",
    ),
    (
        "a letter in an encoding of bytes",
        "a.eml",
        "Subject: a\nContent-Type: text/plain; charset=zlib\n\n" + LONG,
        "1 kept",
    ),
    (
        "a letter in the encoding of names",
        "a.eml",
        "Subject: a\nContent-Type: text/plain; charset=idna\n\n" + LONG,
        "1 kept",
    ),
]
WEB = [
    (
        "an answer that unpacks to 140 MB",
        "a.warc.gz",
        answer(HTTP + "Content-Encoding: gzip\r\n", gzip.compress(b"a " * 70_000_000)),
        "1 too-large",
    ),
    (
        "pieces whose length lies",
        "a.warc.gz",
        answer(HTTP + "Transfer-Encoding: chunked\r\n", b"FFFFFFFF\r\n" + HTML),
        "1 unknown-outlet",
    ),
    ("a packing nobody knows", "a.warc.gz", answer(HTTP + "Content-Encoding: x-none\r\n", HTML), "1 unknown-outlet"),
    ("harm between two whole answers", "a.warc.gz", harmed_in_the_middle(), "1 malformed 1 unknown-outlet"),
    (
        "a day that is none",
        "a.warc.gz",
        gzip.compress(gzip.decompress(answer(HTTP, HTML)).replace(b"2023-08-10T", b"2023-99-99T")),
        "1 unknown-outlet",
    ),
    (
        "metadata 100,000 deep",
        "a.html",
        b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script>" + HTML,
        "1 kept",
    ),
    (
        "metadata with a number of 5,000 digits",
        "a.html",
        b'<script type="application/ld+json">{"n": ' + b"9" * 5000 + b"}</script>" + HTML,
        "1 kept",
    ),
    (
        "100,000 times of day",
        "a.html",
        HTML.replace(b"<p>", b"<time datetime='2023'>a</time>" * 100_000 + b"<p>"),
        "1 hostile",
    ),
    (
        "a picture in the text",
        "a.html",
        HTML.replace(b"<p>", b'<img src="data:a,' + b"A" * 5_000_000 + b'"><p>'),
        "1 kept",
    ),
    ("a page in UTF-7", "a.html", b'<meta charset="utf-7">' + HTML + b"+ADw-script+AD4-", "1 kept"),
]
UNPACKED = [
    ("a member that is a link", "a.zip", linked_member(), "1 hostile"),
    ("300 names of the same bytes", "a.zip", overlapping(), "300 hostile"),
    ("a size that lies", "a.zip", lying_size(), "1 malformed"),
    ("a way out by the other slash", "a.zip", zipped({"..\\..\\out.txt": LONG.encode()}), "1 hostile"),
    ("a way out without an ending", "a.zip", zipped({"..\\..\\x": LONG.encode()}), "1 hostile"),
    ("a hidden way out", "a.zip", zipped({"../../.x.txt": LONG.encode()}), "1 hostile"),
    ("a month of none", "a.zip", month_of_none(), "1 kept"),
    (
        "two gzips in a row",
        "a.jsonl.gz",
        gzip.compress(line().encode()) + gzip.compress(line(id="h2", text=LONG).encode()),
        "2 kept",
    ),
    ("one value 2 million times", "a.parquet", one_value_often(2_000_000, 1000), "2 hostile"),
    ("a column 90 deep", "a.parquet", nested(90), "1 kept"),
    ("a moment before all years", "a.parquet", moments(), "1 unread-date"),
    (
        "line ends of Unicode in a text",
        "a.jsonl",
        json.dumps({"id": "h1", "text": f"{WORDS}\u2028{WORDS}\x85\x0b"}, ensure_ascii=False) + "\n",
        "1 kept",
    ),
    ("200,000 keys", "a.jsonl", line(**{f"k{i}": "" for i in range(200_000)}), "1 kept"),
    ("UTF-16 with half a letter", "a.csv", ("id,text\nh1," + LONG + "\n").encode("utf-16")[:-1], "1 kept"),
    ("a head that laughs", "a.md", f"---\n{YAML_LAUGHS}---\n{LONG}", "1 malformed"),
    ("a head with a day of none", "a.md", f"---\ndate: 2023-99-99\n---\n{LONG}", "1 impossible-date"),
    ("a head with a number of 5,000 digits", "a.md", f"---\nn: {'9' * 5000}\n---\n{LONG}", "1 kept"),
    ("a head whose time is too large", "a.md", f"---\ndate: 2023-08-10T99:99:99Z\n---\n{LONG}", "1 kept"),
]
ON_DISK = [
    ("a file of 10 GB without bytes", "a.txt", sparse, "1 too-large"),
    ("a file from before all clocks", "a.txt", of_the_year(-(10**10)), "1 kept"),
    ("a file from the year 5000", "a.txt", of_the_year(10**11), "1 kept"),
    ("300 folders in each other", "d", deep_folder, "1 kept"),
]
FILES = [*OFFICE, *LETTERS, *WEB, *UNPACKED, *ON_DISK]
