"""Files of texts made to do harm, one line each: (what, name of the file, its bytes or how it is put there, the outcome).

The outcome is what `discourse check` says of the file: "2" for two records kept, "1 empty" for one refused as empty, and
so on, in the order of their names. A file that must not be read at all has "".
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import socket
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from formats_samples import LONG, docx_of, pdf_of, xlsx_of, zipped
from hostile_files import FILES
from hostile_repeats import REPEATS
from hostile_siblings import SIBLINGS

Content = bytes | str | Callable[[Path], object]
WORDS = "The invented harbour opened on Tuesday, and the minister said that every village would be near it."


def lines(*rows: object) -> str:
    """JSON lines; a text stands as it is."""
    return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)


def one(**fields: object) -> str:
    return lines({"id": "h1", "date": "2023-08-10", "outlet": "The Example Post", "text": WORDS, **fields})


def as_written(line: str, *values: str) -> str:
    """A line of JSON that no program would write, with a value for each %s."""
    return line % values


def table(*cells: str, head: str = "id,date,outlet,text") -> str:
    return "\n".join([head, *cells]) + "\n"


def row(text: str, name: str = "h1") -> str:
    return f"{name},2023-08-10,The Example Post,{text}"


def parquet_of(columns: dict[str, object], **options: object) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink, **options)
    return sink.getvalue()


def parts(**members: bytes) -> bytes:
    """A Word file of these parts."""
    return zipped({"[Content_Types].xml": b"<Types/>"} | {f"word/{k}.xml": v for k, v in members.items()})


def packed(name: str, data: bytes = b"x") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def twice_in_a_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", LONG)
        archive.writestr("b.txt", LONG.replace("harbour", "bridge"))
    return buffer.getvalue().replace(b"b.txt", b"a.txt")


def damaged(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]


def locked_zip() -> bytes:
    data = bytearray(zipped({"a.txt": LONG.encode()}))
    for place in (6, data.rindex(b"PK\x01\x02") + 8):
        data[place] |= 1
    return bytes(data)


def warc(*answers: tuple[str, bytes]) -> bytes:
    made = b""
    for address, body in answers:
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
        head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2023-08-10T00:00:00Z\r\n"
        head += f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
        made += gzip.compress(head.encode() + http + b"\r\n\r\n")
    return made


def listening(path: Path) -> None:
    # The name of a socket may have no more than some hundred bytes.
    with socket.socket(socket.AF_UNIX) as made, contextlib.chdir(path.parent):
        made.bind(path.name)


PAGE = b"<!doctype html><html><head><title>Harbour</title></head><body><article><p>%s</p></article></body></html>"
ENTITY = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha">%s]>' % b"".join(
    b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9)
)
JSON_ROWS = [
    ("text is null", one(text=None), "1 empty"),
    ("text is a number", one(text=7), "1 kept"),
    ("text is a list", one(text=["a", "b"]), "1 kept"),
    ("text is a table", one(text={"a": 1}), "1 malformed"),
    ("text is true", one(text=True), "1 kept"),
    ("text is NaN", '{"id": "h1", "text": NaN}\n', "1 empty"),
    ("no text at all", lines({"id": "h1"}), "1 empty"),
    ("an empty record", "{}\n", "1 empty"),
    ("text of spaces", one(text=" \u00a0\u2003\n "), "1 empty"),
    ("text of marks only", one(text="\u200b\u2060\ufeff"), "1 empty"),
    ("text of NULs", one(text="\0" * 50), "1 empty"),
    ("NUL in the text", one(text=f"{WORDS}\0{WORDS}"), "1 kept"),
    ("half a surrogate", as_written('{"id": "h1", "text": "\\ud83d %s"}\n', WORDS), "1 kept"),
    ("two halves the wrong way", as_written('{"id": "h1", "text": "\\ude00\\ud83d %s"}\n', WORDS), "1 kept"),
    ("not a character", one(text=f"\uffff\ufdd0 {WORDS}"), "1 kept"),
    ("a thousand accents", one(text=f"e{chr(0x301) * 1000} {WORDS}"), "1 kept"),
    ("written from right to left", one(text=f"\u202e{WORDS}\u202c"), "1 kept"),
    ("one word of 100,000 letters", one(text=f"{WORDS} {'a' * 100_000}"), "1 kept"),
    ("one sentence of 20,000 words", one(text="neutral " * 20_000), "1 kept"),
    ("2,000 unclosed quotations", one(text="\n\n".join(["“We stay neutral."] * 2000)), "1 kept"),
    ("id is null", one(id=None), "1 kept"),
    ("id is a list", one(id=["a"]), "1 kept"),
    ("id is a number of 400 digits", as_written('{"id": %s, "text": "%s"}\n', "9" * 400, WORDS), "1 kept"),
    ("a number of 5,000 digits", as_written('{"id": "h1", "n": %s, "text": "%s"}\n', "9" * 5000, WORDS), "1 malformed"),
    ("id of 100,000 letters", one(id="i" * 100_000), "1 kept"),
    ("id with a line break and a tab", one(id="a\n\tb"), "1 kept"),
    ("id leads out of a folder", one(id="../../../etc/passwd"), "1 kept"),
    ("id is a formula", one(id='=HYPERLINK("http://a.example")'), "1 kept"),
    ("id is markup", one(id="<script>alert(1)</script>"), "1 kept"),
    (
        "the same id twice",
        lines({"id": "h1", "text": WORDS}, {"id": "h1", "text": WORDS + " Rain fell."}),
        "1 duplicate-id 1 kept",
    ),
    (
        "ids that differ in case",
        lines({"id": "h1", "text": WORDS}, {"id": "H1", "text": WORDS + " Rain fell."}),
        "2 kept",
    ),
    ("a key twice", as_written('{"id": "h1", "text": "", "text": "%s"}\n', WORDS), "1 kept"),
    ("date: the 30th of February", one(date="2023-02-30"), "1 impossible-date"),
    ("date: year 0", one(date="0000-01-01"), "1 impossible-date"),
    ("date: year 99999", one(date="99999-01-01"), "1 unread-date"),
    ("date: a number too large", one(date=1e308), "1 unread-date"),
    ("date: below zero", one(date=-(10**18)), "1 unread-date"),
    ("date: infinite", as_written('{"id": "h1", "date": Infinity, "text": "%s"}\n', WORDS), "1 unread-date"),
    ("date: a list", one(date=[2023]), "1 unread-date"),
    ("date: in other digits", one(date="２０２３-０８-１０"), "1 unread-date"),
    ("date: 100,000 letters", one(date="May " * 25_000), "1 unread-date"),
    ("date: an offset that is none", one(date="2023-08-10T00:00:00+99:99"), "1 kept"),
    ("title is a table", one(title={"a": 1}), "1 malformed"),
    ("title of 100,000 letters", one(title="Harbour " * 12_500), "1 kept"),
    ("title is mathematics", one(title="$\\frac{1}{0}$ and \\input{/etc/passwd}"), "1 kept"),
    ("url is a script", one(url="javascript:alert(1)"), "1 kept"),
    ("url is a broken address", one(url="http://[::1"), "1 kept"),
    ("url is a file", one(url="file:///etc/passwd"), "1 kept"),
    ("url of 100,000 letters", one(url="https://a.example/" + "a" * 100_000), "1 kept"),
    ("outlet unknown", one(outlet="Nobody's Paper"), "1 unknown-outlet"),
    ("outlet is a pattern", one(outlet="(a+)+$"), "1 unknown-outlet"),
    ("outlet is markup", one(outlet="$x$ <b>&amp;</b> \\textbf{a}"), "1 unknown-outlet"),
    ("outlet with a line break", one(outlet='The\n"Post"'), "1 kept"),
    ("language that is none", one(language="\ud800xx"), "1 kept"),
    ("not JSON", "{bad\n" + one(), "1 kept 1 malformed"),
    ("half a record", one() + '{"id": "h2", "te', "1 kept 1 malformed"),
    ("a list for a record", "[1, 2]\n" + one(), "1 kept 1 malformed"),
    ("a number for a record", "5\n" + one(), "1 kept 1 malformed"),
    ("single quotes", "{'id': 'h1', 'text': 'a'}\n", "1 malformed"),
    ("nested 100,000 deep", '{"id": "h1", "a": ' + "[" * 100_000 + "\n" + one(), "1 kept 1 malformed"),
    ("two records on a line", one().strip() + one(), "1 malformed"),
    ("a byte order mark", "\ufeff" + one(), "1 kept"),
    ("only a byte order mark", "\ufeff", "1 empty"),
    ("line ends of old Macs", one().replace("\n", "\r"), "1 kept"),
    ("UTF-16", one().encode("utf-16"), "1 malformed"),
    ("50,000 empty lines", "\n" * 50_000 + one(), "1 kept"),
    ("100 keys in a row", one(**{f"k{i}": i for i in range(100)}), "1 kept"),
    ("empty", "", "1 empty"),
]
JSON = [(what, "a.jsonl", content, outcome) for what, content, outcome in JSON_ROWS] + [
    ("Latin-1", "a.jsonl", as_written('{"id": "h1", "text": "Café. %s"}\n', WORDS).encode("latin-1"), "1 kept"),
    ("a list of records", "a.json", json.dumps([{"id": "h1", "text": WORDS}]), "1 kept"),
    ("nothing but null", "a.json", "null", "1 malformed"),
    ("nothing but a number", "a.json", "1e999", "1 malformed"),
    ("an empty list", "a.json", "[]", "1 empty"),
    ("a list nested 100,000 deep", "a.json", "[" * 100_000, "1 malformed"),
    ("cut in the middle", "a.json", json.dumps([{"id": "h1", "text": WORDS}])[:-20], "1 malformed"),
    (
        "records under a key, beside others",
        "a.json",
        json.dumps({"n": 1, "docs": [{"id": "h1", "text": WORDS}]}),
        "1 kept",
    ),
    ("a picture called JSON", "a.json", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "1 encoding"),
]
TABLES = [
    ("only a head", "a.csv", table(), "1 empty"),
    ("an empty file", "a.csv", "", "1 empty"),
    ("no head", "a.csv", row(WORDS) + "\n", "1 empty"),
    ("a head twice", "a.csv", table(row("x"), head="id,id,text,text"), "1 kept"),
    ("too few cells", "a.csv", table("h1,2023-08-10"), "1 empty"),
    ("too many cells", "a.csv", table(row(f'"{WORDS}",a,b,c,d')), "1 malformed"),
    ("a quotation mark never closed", "a.csv", table(row(f'"{WORDS}'), row(WORDS.replace(",", ""), "h2")), "2 kept"),
    ("NUL in a cell", "a.csv", table(row(f'"{WORDS}\0"')), "1 kept"),
    ("a cell of a million letters", "a.csv", table(row('"' + "word " * 200_000 + '"')), "1 kept"),
    ("100,000 columns", "a.csv", "c," * 100_000 + "\n" + "x," * 100_000 + "\n", "1 malformed"),
    ("two separators", "a.csv", "id;date,outlet;text\nh1;2023,Post;open\n", "1 kept"),
    (
        "a separator that is named",
        "a.csv",
        f'sep=;\nid;date;outlet;text\nh1;2023-08-10;The Example Post;"{WORDS}"\n',
        "1 kept",
    ),
    ("line breaks in cells", "a.csv", table(row('"The harbour\n\nopened,\r\nit rained."')), "1 kept"),
    ("a formula in a cell", "a.csv", table(row("=cmd|' /C calc'!A0")), "1 kept"),
    ("UTF-16", "a.csv", table(row(f'"{WORDS}"')).encode("utf-16"), "1 kept"),
    ("bytes of no encoding", "a.csv", table(row("x")).encode() + bytes(range(128, 256)) + b"\n", "1 encoding"),
    ("separated by tabs", "a.tsv", table(row(WORDS)).replace(",", "\t"), "1 malformed"),
    ("an odd mark in a table of tabs", "a.tsv", 'id\ttext\nh1\t"open\nh2\tclosed"\n', "2 kept"),
    ("an empty workbook", "a.xlsx", xlsx_of([]), "1 empty"),
    (
        "a workbook of formulas",
        "a.xlsx",
        xlsx_of([["id", "text"], ["h1", "=1/0"], ["h2", '=WEBSERVICE("http://a")']]),
        "2 empty",
    ),
    ("half a workbook", "a.xlsx", xlsx_of([["id", "text"], ["h1", WORDS]])[:-400], "1 malformed"),
    ("a workbook that is a text", "a.xlsx", WORDS, "1 malformed"),
    ("a workbook with an entity", "a.xlsx", zipped({"[Content_Types].xml": ENTITY + b"<r>&x;</r>"}), "1 hostile"),
    ("an old workbook", "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "1 malformed"),
    ("no rows", "a.parquet", parquet_of({"id": [], "text": []}), "1 empty"),
    ("no columns", "a.parquet", parquet_of({}), "1 empty"),
    ("texts that are lists", "a.parquet", parquet_of({"id": ["h1"], "text": [["a", "b"]]}), "1 kept"),
    ("texts that are numbers", "a.parquet", parquet_of({"id": [1], "text": [2.5]}), "1 kept"),
    ("texts that are bytes", "a.parquet", parquet_of({"id": ["h1"], "text": [b"\xff\xfe"]}), "1 kept"),
    ("texts all empty", "a.parquet", parquet_of({"id": ["h1", "h2"], "text": ["", None]}), "2 empty"),
    ("half a file", "a.parquet", parquet_of({"id": ["h1"], "text": [WORDS]})[:-30], "1 malformed"),
    (
        "a foot that lies",
        "a.parquet",
        parquet_of({"id": ["h1"], "text": [WORDS]})[:-8] + b"\xff\xff\xff\x7fPAR1",
        "1 malformed",
    ),
    ("a table that is a text", "a.parquet", WORDS, "1 malformed"),
    ("one bit turned", "a.parquet", damaged(parquet_of({"id": ["h1"], "text": [WORDS]}), 60), "1 malformed"),
]
PLAIN = [
    ("an empty text", "a.txt", "", "1 empty"),
    ("a byte order mark alone", "a.txt", b"\xef\xbb\xbf", "1 empty"),
    ("a text of NULs", "a.txt", b"\0" * 4000, "1 empty"),
    ("a program", "a.txt", b"\x7fELF" + bytes(range(256)) * 20, "1 encoding"),
    ("UTF-16 without a mark", "a.txt", LONG.encode("utf-16-le"), "1 kept"),
    ("UTF-32", "a.txt", LONG.encode("utf-32"), "1 kept"),
    ("UTF-7", "a.txt", LONG.encode("utf-7") + b"+AGE-", "1 kept"),
    ("bytes of no encoding", "a.txt", LONG.encode() + b"\x81\x8d\x8f\x90\x9d\xff", "1 kept"),
    ("escape codes of terminals", "a.txt", "\x1b[2J\x1b]0;x\x07" + LONG, "1 kept"),
    ("a line of a million letters", "a.txt", "word " * 200_000, "1 kept"),
    ("a million line ends", "a.txt", LONG + "\n" * 1_000_000, "1 kept"),
    ("tags without end", "a.txt", "<b" * 30_000 + LONG, "1 kept"),
    ("Markdown without end", "a.md", "---\na: [\n" * 500 + LONG, "1 malformed"),
    (
        "a head of aliases",
        "a.md",
        "---\na: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n---\n" + LONG,
        "1 malformed",
    ),
    ("a head that makes an object", "a.md", "---\na: !!python/object/apply:os.system ['true']\n---\n" + LONG, "1 kept"),
    ("a head of tabs", "a.md", "---\n\ta:\tb\n---\n" + LONG, "1 malformed"),
    ("rich text without end", "a.rtf", "{\\rtf1 " + "{\\b " * 20_000 + WORDS, "1 kept"),
    (
        "rich text that names a file",
        "a.rtf",
        '{\\rtf1 {\\field{\\*\\fldinst INCLUDETEXT "/etc/passwd"}}' + LONG + "}",
        "1 kept",
    ),
    ("rich text with a large number", "a.rtf", "{\\rtf1 \\u99999999999? \\bin9999999999 " + LONG + "}", "1 malformed"),
    ("half a PDF", "a.pdf", pdf_of([[WORDS]])[:300], "1 malformed"),
    ("a PDF that is a text", "a.pdf", WORDS, "1 malformed"),
    ("a PDF without words", "a.pdf", pdf_of([[]]), "1 empty"),
    (
        "a PDF whose pages go in a circle",
        "a.pdf",
        pdf_of([[WORDS]]).replace(b"/Kids[5 0 R]", b"/Kids[2 0 R]"),
        "1 malformed",
    ),
    ("a PDF with a long stream", "a.pdf", pdf_of([[WORDS]]).replace(b"/Length ", b"/Length 99999999"), "1 malformed"),
    ("half a Word file", "a.docx", docx_of([WORDS])[:-300], "1 malformed"),
    ("a Word file that is a text", "a.docx", WORDS, "1 malformed"),
    ("a Word file with an entity", "a.docx", parts(document=ENTITY + b"<document>&x;</document>"), "1 hostile"),
    ("a Word file that laughs", "a.docx", parts(document=LAUGHS + b"<document>&j;</document>"), "1 hostile"),
    ("an empty Word file", "a.docx", docx_of([]), "1 empty"),
    ("an old Word file", "a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + WORDS.encode(), "1 unknown-format"),
    ("a letter without a body", "a.eml", "Subject: Harbour\nFrom: a@b.example\n\n", "1 empty"),
    ("a letter in itself", "a.eml", "Subject: a\nContent-Type: message/rfc822\n\n" * 200 + LONG, "1 kept"),
    (
        "a letter whose parts never end",
        "a.eml",
        "Subject: a\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\n" + LONG,
        "1 kept",
    ),
    (
        "a letter of an unknown encoding",
        "a.eml",
        "Subject: a\nContent-Type: text/plain; charset=no-such\n\n" + LONG,
        "1 kept",
    ),
    ("a letter of bad base64", "a.eml", "Subject: a\nContent-Transfer-Encoding: base64\n\n%%%" + LONG, "1 encoding"),
    ("a subject that is damaged", "a.eml", "Subject: =?utf-8?B?////?=\nDate: yesterday\n\n" + LONG, "1 unread-date"),
    ("a file without an ending", "a", LONG, "1 unknown-format"),
    ("an ending nobody knows", "a.xyz", LONG, "1 unknown-format"),
    ("a film", "a.mp4", b"\0\0\0\x18ftypmp42" + b"\0" * 100, "1 unknown-format"),
    ("two endings", "a.txt.exe", LONG, "1 unknown-format"),
    ("an ending in capitals", "A.TXT", LONG, "1 kept"),
]
PAGES = [
    ("an empty page", "a.html", b"<html></html>", "1 empty"),
    ("a page without words", "a.html", PAGE % b"", "1 empty"),
    ("nested 5,000 deep", "a.html", PAGE % (b"<div>" * 5000 + LONG.encode()), "1 empty"),
    ("a page of scripts", "a.html", PAGE % (b"<script>var a='" + LONG.encode() + b"'</script>"), "1 empty"),
    ("an encoding nobody knows", "a.html", b'<meta charset="no-such">' + PAGE % LONG.encode(), "1 kept"),
    ("two encodings", "a.html", b'<meta charset="utf-16">' + PAGE % ("café " + LONG).encode(), "1 kept"),
    ("entities that are none", "a.html", PAGE % (b"&#x110000; &#0; &#xD800; &nope; " + LONG.encode()), "1 kept"),
    ("a comment without end", "a.html", PAGE % (LONG.encode() + b"<!-- "), "1 kept"),
    (
        "metadata that is no JSON",
        "a.html",
        b'<script type="application/ld+json">{bad</script>' + PAGE % LONG.encode(),
        "1 kept",
    ),
    (
        "metadata of lists of lists",
        "a.html",
        b'<script type="application/ld+json">[[[[]]]]</script>' + PAGE % LONG.encode(),
        "1 kept",
    ),
    ("an entity that names a file", "a.xml", ENTITY + b"<r>&x;</r>", "1 unknown-format"),
    ("a page that names a file", "a.html", ENTITY + PAGE % (b"&x; " + LONG.encode()), "1 kept"),
    ("a page of NULs", "a.html", PAGE % (b"\0" * 500 + LONG.encode()), "1 encoding"),
    (
        "an archive of the web cut short",
        "a.warc.gz",
        warc(("http://a.example/1", PAGE % LONG.encode()))[:-40],
        "1 malformed",
    ),
    (
        "an archive with words between",
        "a.warc.gz",
        b"x" * 50 + warc(("http://a.example/1", PAGE % LONG.encode())),
        "1 malformed",
    ),
    ("an answer that is no page", "a.warc.gz", warc(("http://a.example/1", b"\x89PNG\r\n\x1a\n")), "1 empty"),
    ("an answer without an address", "a.warc.gz", warc(("", PAGE % LONG.encode())), "1 empty"),
    ("an answer from a file", "a.warc.gz", warc(("file:///etc/passwd", PAGE % LONG.encode())), "1 empty"),
    ("no archive at all", "a.warc.gz", gzip.compress(WORDS.encode()), "1 empty"),
    ("a length that lies", "a.warc", b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: -5\r\n\r\nx", "1 empty"),
]
PACKED = [
    ("an empty zip", "a.zip", zipped({}), "1 empty"),
    ("half a zip", "a.zip", zipped({"a.txt": LONG.encode()})[:-30], "1 malformed"),
    ("a zip that is a text", "a.zip", WORDS, "1 malformed"),
    ("a way out of the folder", "a.zip", zipped({"../../out.txt": LONG.encode()}), "1 hostile"),
    ("an absolute name", "a.zip", zipped({"/etc/out.txt": LONG.encode()}), "1 hostile"),
    ("a name twice", "a.zip", twice_in_a_zip(), "1 duplicate-id 1 kept"),
    ("a locked zip", "a.zip", locked_zip(), "1 encrypted"),
    ("a zip in a zip", "a.zip", zipped({"b.zip": zipped({"a.txt": LONG.encode()})}), "1 nested-archive"),
    (
        "a zip in a zip in a zip",
        "a.zip",
        zipped({"c.zip": zipped({"b.zip": zipped({"a.txt": LONG.encode()})})}),
        "1 nested-archive",
    ),
    ("a bomb", "a.zip", zipped({"a.txt": b"0" * 60_000_000}), "1 hostile"),
    ("2,000 members", "a.zip", zipped({f"{i}.xyz": b"x" for i in range(2000)}), "2000 unknown-format"),
    ("a member without a name", "a.zip", zipped({"x": LONG.encode()}).replace(b"x", b"\0"), "1 hostile"),
    ("a member of the Mac", "a.zip", zipped({"__MACOSX/._a.txt": b"\0\5\x16\7", "a.txt": LONG.encode()}), "1 kept"),
    ("a damaged member", "a.zip", damaged(zipped({"a.txt": LONG.encode()}), 45), "1 malformed"),
    ("half a gzip", "a.jsonl.gz", gzip.compress(one().encode() * 50)[:-20], "1 malformed"),
    ("gzip of nothing", "a.jsonl.gz", gzip.compress(b""), "1 empty"),
    ("gzip with words behind", "a.jsonl.gz", gzip.compress(one().encode()) + b"words", "1 malformed"),
    ("gzip in gzip", "a.jsonl.gz", gzip.compress(gzip.compress(one().encode())), "1 encoding"),
    ("a text called gzip", "a.jsonl.gz", one(), "1 kept"),
    ("a gzip called a text", "a.jsonl", gzip.compress(one().encode()), "1 encoding"),
    ("a tape archive", "a.tar.gz", packed("../../out.txt", LONG.encode()), "1 unknown-format"),
    ("7z", "a.7z", b"7z\xbc\xaf\x27\x1c" + b"\0" * 100, "1 unknown-format"),
]
PLACES = [
    ("a pipe", "a.txt", lambda p: os.mkfifo(p), "1 unreadable"),
    ("a socket", "a.txt", listening, "1 unreadable"),
    ("a link to a device", "a.txt", lambda p: p.symlink_to("/dev/zero"), "1 outside"),
    ("a link to nowhere", "a.txt", lambda p: p.symlink_to("nowhere.txt"), "1 unreadable"),
    ("a link to itself", "a.txt", lambda p: p.symlink_to(p.name), "1 outside"),
    ("a link out of the folder", "a.txt", lambda p: p.symlink_to("/etc/hostname"), "1 outside"),
    ("a link to a folder above", "up", lambda p: p.symlink_to(".."), "1 unreadable"),
    ("a folder with a text's name", "a.txt", lambda p: p.mkdir(), ""),
    ("a hidden file", ".a.txt", LONG, ""),
    ("a file of an editor", "a.txt~", LONG, "1 unknown-format"),
    ("a name with a line break", "a\nb.txt", LONG, "1 kept"),
    ("a name of markup", "<b>$x$ & {y} %s.txt", LONG, "1 kept"),
    ("a name that starts with a dash", "-rf.txt", LONG, "1 kept"),
    ("a name that is no UTF-8", os.fsdecode(b"a\xff.txt"), LONG, "1 kept"),
    ("a name of 250 letters", "a" * 246 + ".txt", LONG, "1 kept"),
    ("a name in Khmer", "ភ្នំពេញ.txt", LONG, "1 kept"),
    ("a name with a pattern", "[a]*?.txt", LONG, "1 kept"),
    ("a name that is a formula", "=1+1.txt", LONG, "1 kept"),
    ("a name that turns round", "a\u202etxt.exe.txt", LONG, "1 kept"),
]
TEXTS: list[tuple[str, str, Content, str]] = [
    *JSON,
    *TABLES,
    *PLAIN,
    *PAGES,
    *PACKED,
    *PLACES,
    *FILES,
    *SIBLINGS,
    *REPEATS,
]
