"""Still more files made to do harm, one line each as in `hostile_texts`: siblings of what the other tables hold.

Letters that are not what they seem, archives in odd but lawful forms, times outside all calendars, and names that some
systems take for one.
"""

from __future__ import annotations

import datetime as dt
import gzip
import io
import os
import struct
import unicodedata
import zipfile
import zlib
from pathlib import Path

from formats_samples import LONG, docx_of, pdf_of, xlsx_of, zipped
from hostile_files import HTML, HTTP, WORDS, answer, cells, edited, line, parquet, sheet

ACCENT = "café"
DECOMPOSED = unicodedata.normalize("NFD", ACCENT)
TABLE = f"id,date,outlet,text\nh1,2023-08-10,The Example Post,{WORDS.replace(',', '')}\n"
BODY = LONG.encode()


def page(inside: str, head: str = "") -> bytes:
    return (
        f"<!doctype html><html><head>{head}</head><body><article><p>{LONG}</p>{inside}</article></body></html>".encode()
    )


def packed_as(method: int) -> bytes:
    """A zip file whose member is packed in a way that few programs write."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("a.txt", LONG)
    return buffer.getvalue()


def of_unknown_packing() -> bytes:
    data = bytearray(zipped({"a.txt": BODY}))
    for place in (data.index(b"PK\x03\x04") + 8, data.index(b"PK\x01\x02") + 10):
        data[place : place + 2] = struct.pack("<H", 99)
    return bytes(data)


def folder_of(**files: bytes):
    """Several files in a folder of one name."""

    def put(path: Path) -> None:
        path.mkdir()
        for name, data in files.items():
            (path / name.replace("_dot_", ".")).write_bytes(data)

    return put


def names(*given: str):
    """Files of the same text that differ in their names."""

    def put(path: Path) -> None:
        path.mkdir()
        for number, name in enumerate(given):
            (path / name).write_text(f"{LONG} {number}", encoding="utf-8")

    return put


def in_a_circle(path: Path) -> None:
    path.mkdir()
    (path / "a.txt").write_text(LONG)
    (path / "round").symlink_to(path)
    (path / "b").mkdir()
    (path / "b" / "up").symlink_to(path.parent)


def thousands(path: Path) -> None:
    for i in range(1000):
        here = path / f"{i % 50}"
        here.mkdir(parents=True, exist_ok=True)
        (here / f"{i}.txt").write_text("")


def warc_lines(length: str, version: str = "WARC/1.0", ends: str = "\r\n", more: str = "") -> bytes:
    """An answer whose head says what it likes of its length."""
    http = HTTP.encode() + b"\r\n" + HTML
    head = [version, "WARC-Type: response", "WARC-Target-URI: http://a.example/1", "WARC-Date: 2023-08-10T00:00:00Z"]
    head += ["Content-Type: application/http;msgtype=response", f"Content-Length: {length or len(http)}{more}", "", ""]
    return ends.join(head).encode() + http + b"\r\n\r\n"


def compressed(data: bytes, name: bytes = b"") -> bytes:
    """A gzip file that says another name of its content."""
    head = b"\x1f\x8b\x08\x08\0\0\0\0\0\xff" + name + b"\0"
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(data) + packer.flush()
    return head + body + struct.pack("<LL", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def typed(kind: str, value: object) -> bytes:
    import pyarrow as pa

    return parquet(text=pa.array([WORDS]), date=pa.array([value], getattr(pa, kind)() if kind else None))


def in_xml(change) -> bytes:
    return edited(docx_of([LONG]), "word/document.xml", change)


def serial(value: str) -> bytes:
    """A workbook with a date that is a number of this size."""
    made = xlsx_of([["id", "date", "text"], ["h1", 45148, WORDS]])
    return edited(made, "xl/worksheets/sheet1.xml", lambda x: x.replace(b"<v>45148</v>", f"<v>{value}</v>".encode()))


LETTERS_OF_TEXT = [
    (
        "joiners in the words of frames",
        "a.jsonl",
        line(text="Cambodia is neu\u200dtral and iron\u200bclad. " * 9),
        "1 kept",
    ),
    ("turned round in a word", "a.jsonl", line(text="Cambodia is \u202eneutral\u202c. " * 9), "1 kept"),
    ("letters of another script", "a.jsonl", line(text="Cаmbоdia is nеutral. " * 9), "1 kept"),
    ("tags nobody sees", "a.jsonl", line(text=WORDS + "".join(chr(0xE0000 + i) for i in range(1, 128))), "1 kept"),
    ("100,000 accents on one letter", "a.jsonl", line(text=f"e{chr(0x301) * 100_000} {WORDS}"), "1 kept"),
    ("Khmer without a space", "a.jsonl", line(text="ព្រះរាជាណាចក្រកម្ពុជា" * 5000), "1 kept"),
    ("the same id in two forms", "a.jsonl", line(id=ACCENT) + line(id=DECOMPOSED, text=LONG), "2 kept"),
    ("ids that differ in a space", "a.jsonl", line(id="a") + line(id="a ", text=LONG), "1 duplicate-id 1 kept"),
    ("a number that is infinite", "a.jsonl", f'{{"id": 1e400, "text": "{WORDS}"}}\n', "1 kept"),
    ("a key that is infinite", "a.jsonl", f'{{"id": -Infinity, "n": NaN, "text": "{WORDS}"}}\n', "1 kept"),
    ("a mark before a key", "a.jsonl", f'{{"\ufeffid": "h1", "text": "{WORDS}"}}\n', "1 kept"),
    ("a comment", "a.json", f'[// one\n{{"id": "h1", "text": "{WORDS}"}},]', "1 malformed"),
    ("records after a separator", "a.jsonl", "\x1e" + line() + "\x1e" + line(id="h2", text=LONG), "2 malformed"),
    ("UTF-32 with its mark", "a.jsonl", line().encode("utf-32"), "1 malformed"),
    ("UTF-32 with its mark", "a.csv", TABLE.encode("utf-32"), "1 kept"),
    ("UTF-16 the other way", "a.txt", b"\xfe\xff" + LONG.encode("utf-16-be"), "1 kept"),
    ("UTF-8 longer than it may be", "a.txt", BODY + b" \xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf", "1 kept"),
    ("surrogates as UTF-8", "a.txt", BODY + b" \xed\xa0\xbd\xed\xb8\x80", "1 kept"),
    ("UTF-8 of six bytes", "a.txt", BODY + b" \xfc\x84\x80\x80\x80\x80", "1 kept"),
    (
        "two encodings in one file",
        "a.jsonl",
        line(text=f"{ACCENT} {WORDS}").encode() + f'{{"id": "h2", "text": "{ACCENT} {LONG}"}}\n'.encode("cp1252"),
        "2 kept",
    ),
    (
        "two encodings in one table",
        "a.csv",
        (TABLE + f"h2,2023-08-10,The Example Post,“{ACCENT}”\n").encode()
        + f"h3,2023-08-10,The Example Post,“{ACCENT}” again\n".encode("cp1252"),
        "3 kept",
    ),
    ("letters of a mainframe", "a.txt", LONG.encode("cp500"), "1 kept"),
    ("letters of Japan", "a.txt", ("日本の港は火曜日に開いた。" * 40).encode("shift_jis"), "1 kept"),
    ("half of UTF-8", "a.txt", (LONG + ACCENT).encode()[:-1], "1 kept"),
    ("a tape's end", "a.txt", BODY + b"\x1a" + BODY, "1 kept"),
]
TIMES = [
    ("a year of five digits", "a.jsonl", line(date="12023-01-01"), "1 unread-date"),
    ("a year with a sign", "a.jsonl", line(date="+012023-01-01"), "1 unread-date"),
    ("the last second there is", "a.jsonl", line(date="9999-12-31T23:59:60Z"), "1 impossible-date"),
    ("hour 24 of the last day", "a.jsonl", line(date="9999-12-31T24:00:00-12:00"), "1 impossible-date"),
    ("a year of another calendar", "a.jsonl", line(date="10 August 2566"), "1 impossible-date"),
    ("week 99", "a.jsonl", line(date="2023-W99-1"), "1 unread-date"),
    ("thousandths since 1970, too many", "a.jsonl", line(date=10**18), "1 kept"),
    ("a number that is none", "a.jsonl", line(date=float("nan")), "1 kept"),
    ("before all years", "a.jsonl", line(date="-0044-03-15"), "1 unread-date"),
    ("a head of the year 10000", "a.md", f"---\ndate: 10000-01-01\n---\n{LONG}", "1 unread-date"),
    (
        "a letter of the year 99999",
        "a.eml",
        f"Subject: a\nDate: Thu, 10 Aug 99999 00:00:00 +0000\n\n{LONG}",
        "1 unread-date",
    ),
    ("a day of a workbook below zero", "a.xlsx", serial("-1"), "1 unset-date"),
    ("a day of a workbook after all", "a.xlsx", serial("1e15"), "1 kept"),
    ("a duration for a day", "a.parquet", typed("", dt.timedelta(days=1)), "1 unread-date"),
    ("the last day of 32 bits", "a.parquet", typed("date32", 2**31 - 1), "1 unread-date"),
]
PAGES = [
    (
        "a page that laughs",
        "a.html",
        b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + page("<p>&b;</p>"),
        "1 kept",
    ),
    (
        "a description from elsewhere",
        "a.html",
        b'<!DOCTYPE html SYSTEM "http://127.0.0.1:9/x.dtd">' + page(""),
        "1 kept",
    ),
    ("100,000 tags of two kinds in each other", "a.html", page("<b><i>" * 50_000 + LONG), "1 hostile"),
    ("3,000 tables in each other", "a.html", page("<table><tr><td>" * 3000 + LONG), "1 kept"),
    ("plain text for ever", "a.html", page("<plaintext>" + LONG + "</html>"), "1 kept"),
    ("a title without end", "a.html", f"<html><head><title>{LONG}".encode(), "1 empty"),
    ("a page in a page", "a.html", page(f"<iframe srcdoc='&lt;p&gt;{LONG}'></iframe>"), "1 kept"),
    (
        "a page led to itself",
        "a.html",
        page("", "<base href='http://['><meta http-equiv=refresh content='0;url=#'>"),
        "1 kept",
    ),
    ("letters by name, 100,000", "a.html", page("<p>" + "&CounterClockwiseContourIntegral;" * 100_000), "1 kept"),
    (
        "drawn words",
        "a.html",
        page("<svg><text>" + LONG + "</text></svg><math><mtext>a</mtext></math>" * 500),
        "1 kept",
    ),
    ("a template", "a.html", page("<template><p>" + LONG + "</template>" * 500), "1 kept"),
    ("a program between", "a.html", page("<?php echo 1; ?><% x %>{{ y }}" * 1000), "1 kept"),
    ("two pages in one file", "a.html", page("") + page("<p>Two.</p>"), "1 kept"),
    ("a page in UTF-32", "a.html", page("").decode().encode("utf-32"), "1 kept"),
]
ARCHIVES_OF_WEB = [
    ("a length too short", "a.warc", warc_lines("20"), "1 malformed"),
    ("a length that cuts a page", "a.warc", warc_lines("200") + warc_lines(""), "1 malformed 1 unknown-outlet"),
    ("a length too long", "a.warc", warc_lines("99999") + warc_lines(""), "1 malformed"),
    ("a length of 10^18", "a.warc", warc_lines("1" + "0" * 18), "1 malformed"),
    ("a length in words", "a.warc", warc_lines("long"), "1 malformed"),
    ("two lengths", "a.warc", warc_lines("", more="\r\nContent-Length: 5"), "1 unknown-outlet"),
    ("a version nobody knows", "a.warc", warc_lines("", version="WARC/9.9"), "1 malformed"),
    ("line ends of Unix", "a.warc", warc_lines("", ends="\n"), "1 unknown-outlet"),
    ("a year after all", "a.warc", warc_lines("").replace(b"2023-08-10T", b"99999-08-10T"), "1 unknown-outlet"),
    (
        "an address of bytes",
        "a.warc",
        warc_lines("").replace(b"http://a.example/1", b"http://\xff\xfe/\x00"),
        "1 unknown-outlet",
    ),
    ("a visit that leads to nothing", "a.warc.gz", answer(HTTP, b"", kind="revisit"), "1 empty"),
    ("packed twice", "a.warc.gz", gzip.compress(answer(HTTP, HTML)), "1 malformed"),
]
TABLES = [
    ("NUL in the head", "a.csv", TABLE.replace("text", "te\0xt", 1), "1 kept"),
    ("a head of accents in pieces", "a.csv", TABLE.replace("id,", f"{DECOMPOSED},", 1), "1 kept"),
    ("a separator of control", "a.csv", TABLE.replace(",", "\x1f"), "1 empty"),
    ("200,000 empty rows", "a.csv", TABLE + ",,,\n" * 200_000, "1 kept"),
    ("one quotation mark", "a.csv", '"', "1 empty"),
    ("a head in quotation marks after a mark", "a.csv", "\ufeff" + TABLE.replace("id,", '"id",', 1), "1 kept"),
    (
        "line breaks of all kinds",
        "a.csv",
        TABLE.replace("\n", "\r\r\n") + "h2,2023,The Example Post,a\u2028b\x85c\n",
        "2 kept",
    ),
    ("2,000 columns", "a.parquet", parquet(text=[WORDS], **{f"c{i}": [i] for i in range(2_000)}), "1 kept"),
    ("a text that is a map", "a.parquet", parquet(text=[{"a": WORDS}]), "1 malformed"),
    ("no text but numbers", "a.parquet", parquet(a=[1, 2], b=[1.5, None]), "2 empty"),
    ("a locked table", "a.parquet", b"PARE" + parquet(text=[WORDS])[4:-4] + b"PARE", "1 malformed"),
    ("cells of errors", "a.xlsx", xlsx_of([["id", "text"], ["h1", "#REF!"], ["h2", True], ["h3", -1e308]]), "3 kept"),
    (
        "a table without an end",
        "a.ods",
        sheet(cells("id", "text") + "<table:table-row>" * 3000 + "</table:table-row>" * 3000),
        "1 malformed",
    ),
]
PACKED = [
    (
        "three packed in a row, one empty",
        "a.jsonl.gz",
        gzip.compress(line().encode()) + gzip.compress(b"") + gzip.compress(line(id="h2", text=LONG).encode()),
        "2 kept",
    ),
    ("zeros behind", "a.jsonl.gz", gzip.compress(line().encode()) + b"\0" * 512, "1 kept"),
    ("a name that leads out", "a.jsonl.gz", compressed(line().encode(), b"../../../etc/passwd"), "1 kept"),
    ("a sum that is wrong", "a.jsonl.gz", gzip.compress(line().encode())[:-8] + b"\0" * 8, "1 malformed"),
    ("a program before the zip", "a.zip", b"MZ" + b"\x90" * 5000 + zipped({"a.txt": BODY}), "1 kept"),
    (
        "a word of 65,535 letters on the zip",
        "a.zip",
        zipped({"a.txt": BODY})[:-2] + b"\xff\xff" + b"x" * 65_535,
        "1 kept",
    ),
    ("packed as bzip2", "a.zip", packed_as(zipfile.ZIP_BZIP2), "1 kept"),
    ("packed as LZMA", "a.zip", packed_as(zipfile.ZIP_LZMA), "1 kept"),
    ("packed as nobody does", "a.zip", of_unknown_packing(), "1 malformed"),
    (
        "names of devices",
        "a.zip",
        zipped({"CON.txt": BODY, "nul.txt": BODY + b" b", "aux": BODY + b" c"}),
        "2 kept 1 unknown-format",
    ),
    ("names that differ in case", "a.zip", zipped({"A.txt": BODY, "a.txt": BODY + b" b"}), "2 kept"),
    ("a folder that is a file", "a.zip", zipped({"a.txt": BODY, "a.txt/b.txt": BODY + b" b"}), "2 kept"),
    ("a drive for a name", "a.zip", zipped({"C:\\a.txt": BODY}), "1 hostile"),
    ("a name of dots", "a.zip", zipped({"....//a.txt": BODY, "./a.txt": BODY + b" b"}), "1 duplicate-id 1 kept"),
    (
        "a Word file with a way out",
        "a.docx",
        edited(docx_of([LONG]), "word/document.xml", lambda x: x).replace(b"_rels/.rels", b"../../.rels"),
        "1 hostile",
    ),
    (
        "a Word file in UTF-16",
        "a.docx",
        in_xml(lambda x: x.decode().replace("UTF-8", "UTF-16").encode("utf-16")),
        "1 kept",
    ),
    (
        "100,000 empty paragraphs",
        "a.docx",
        in_xml(lambda x: x.replace(b"</w:body>", b"<w:p/>" * 100_000 + b"</w:body>")),
        "1 kept",
    ),
    ("a PDF of no pages", "a.pdf", pdf_of([[WORDS]]).replace(b"/Kids[5 0 R]/Count 1", b"/Kids[]/Count 0"), "1 empty"),
    ("a PDF that counts wrongly", "a.pdf", pdf_of([[WORDS]]).replace(b"/Count 1", b"/Count 99999999"), "1 kept"),
    ("a PDF with words before and behind", "a.pdf", b"x\n" * 2000 + pdf_of([[WORDS]]) + b"y\n" * 2000, "1 malformed"),
    ("a letter in UTF-7", "a.eml", f"Subject: a\nContent-Type: text/plain; charset=utf-7\n\n{LONG} +2D3eAA-", "1 kept"),
    (
        "500 letters in each other",
        "a.eml",
        "".join(f"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n" for i in range(500)) + f"\n{LONG}",
        "1 malformed",
    ),
    (
        "100,000 stations of a letter",
        "a.eml",
        "Subject: a\n" + "Received: from a by b\n" * 100_000 + f"\n{LONG}",
        "1 kept",
    ),
    (
        "a boundary of nothing",
        "a.eml",
        f'Subject: a\nContent-Type: multipart/mixed; boundary=""\n\n--\n\n{LONG}\n----',
        "1 kept",
    ),
    ("a head that holds itself", "a.md", f"---\na: &a [*a]\n---\n{LONG}", "1 malformed"),
    ("a head with a key twice", "a.md", f"---\ntitle: a\ntitle: b\n---\n{LONG}", "1 kept"),
    ("rich text of 100,000 groups", "a.rtf", "{\\rtf1 " + "{" * 100_000 + LONG + "}" * 100_001, "1 kept"),
]
NAMES = [
    ("names that differ in case", "d", names("A.txt", "a.txt", "A.TXT"), "1 duplicate-id 2 kept"),
    ("names of one word in two forms", "d", names(f"{ACCENT}.txt", f"{DECOMPOSED}.txt"), "2 kept"),
    ("names of devices", "d", names("CON.txt", "nul.txt", "a.txt.", " a.txt "), "2 kept 2 unknown-format"),
    ("a text and its packed copy", "d", folder_of(a_dot_txt=BODY, a_dot_txt_dot_gz=gzip.compress(BODY)), "2 kept"),
    ("links in a circle", "d", in_a_circle, "1 kept 2 unreadable"),
    ("1,000 empty files", "d", thousands, "1000 empty"),
    (
        "a pipe among texts",
        "d",
        lambda p: (p.mkdir(), os.mkfifo(p / "a.jsonl"), (p / "b.txt").write_text(LONG)),
        "1 kept 1 unreadable",
    ),
    (
        "a file nobody may read",
        "a.txt",
        lambda p: (p.write_text(LONG), p.chmod(0)),
        "1 unreadable" if os.geteuid() else "1 kept",
    ),
    ("half of a download", "a.txt.part", LONG, "1 unknown-format"),
]
SIBLINGS = [*LETTERS_OF_TEXT, *TIMES, *PAGES, *ARCHIVES_OF_WEB, *TABLES, *PACKED, *NAMES]
