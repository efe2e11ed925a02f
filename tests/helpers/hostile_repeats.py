"""Files whose harm is what they repeat, one line each as in `hostile_texts`: little that is drawn, shared, opened or
announced a great many times."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
import zlib
from pathlib import Path

from formats_samples import LONG, docx_of, pdf_of
from hostile_files import HTTP, answer, edited, line
from hostile_siblings import BODY, page

TABLE = "id,date,outlet,text\n"


def pdf_with(objects: list[bytes]) -> bytes:
    """A PDF of these objects; the first is its catalogue."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end


def stream(content: bytes, more: bytes = b"") -> bytes:
    packed = zlib.compress(content)
    return b"<<%s/Filter/FlateDecode/Length %d>>stream\n" % (more, len(packed)) + packed + b"\nendstream"


def pdf_page(contents: bytes, *others: bytes, resources: bytes = b"/Font<</F1 4 0 R>>", font: bytes = b"") -> bytes:
    """A PDF of one page; others: objects from number 5 on."""
    return pdf_with(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %s/Resources<<%s>>>>" % (contents, resources),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica%s>>" % font,
            *others,
        ]
    )


SHOWN = b"BT /F1 10 Tf 50 780 Td 14 TL\n" + b"(The invented harbour was opened.) Tj T*\n" * 40 + b"ET\n"
FORM = stream(b"q /X Do Q " + SHOWN, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>")
MAPPED = b"1 beginbfrange\n<0000> <FFFF> <0041>\nendbfrange\n" * 3_000
NAMES = b"".join(b"<%04X> <0041>\n" % (n % 65536) for n in range(200_000))


def same_text(rows: int, size: int):
    """A Parquet file in which one text stands in all rows and takes its place once."""

    def write(path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        text = (LONG * (size // len(LONG) + 1))[:size]
        pq.write_table(pa.table({"text": pa.array([text] * rows).dictionary_encode()}), path)

    return write


def many_parts(number: int) -> str:
    part = "--x\nContent-Type: text/html\nContent-Location: http://a.example/%d\n\n<p>a</p>\n"
    return (
        "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n"
        + "".join(part % i for i in range(number))
        + "--x--\n"
    )


def chunks(number: int) -> bytes:
    body = b"".join(b"1\r\n%c\r\n" % BODY[i % len(BODY)] for i in range(number)) + b"0\r\n\r\n"
    return answer(HTTP + "Transfer-Encoding: chunked\r\n", body)


def long_remarks(number: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for i in range(number):
            info = zipfile.ZipInfo(f"{i}.xyz")
            info.comment = b"x" * 10_000
            archive.writestr(info, "")
    return buffer.getvalue()


NOTHING = b"WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
META = '<meta property="article:published_time" content="20%02d-01-01">'
SCRIPT = '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2023-08-10"}</script>'

REPEATS: list[tuple[str, str, object, str]] = [
    ("cells closed and opened on 3,000 lines", "a.csv", TABLE + 'b" c,"d\n' * 3_000, "3000 malformed"),
    ("5,000 lines that name a separator", "a.csv", "sep=;\n" * 5_000 + "text\na\n", "5000 empty"),
    ("a mark in each of 5,000 cells", "a.csv", TABLE + ("a" + ',"' * 5_000 + "\n") * 3, "2 empty"),
    (
        "999 bad values, a good one, 999 bad ones",
        "a.json",
        '{"text":"a b c"}\n' + ("{bad\n" * 999 + '{"text":"d e f"}\n') * 2,
        "3 kept 1998 malformed",
    ),
    ("100,000 nulls", "a.json", "[" + "null," * 100_000 + "null]", "1001 malformed"),
    ("a key of a million letters", "a.jsonl", json.dumps({"k" * 1_000_000: 1, "text": LONG}) + "\n", "1 kept"),
    ("50,000 numbers of 300 digits", "a.json", '{"text":"a b c","n":[' + ("9" * 300 + ",") * 50_000 + "1]}", "1 kept"),
    ("5,000 days in the head", "a.html", page("", "".join(META % (i % 100) for i in range(5_000))), "1 kept"),
    ("5,000 descriptions", "a.html", page("", SCRIPT * 5_000), "1 kept"),
    (
        "a table of 100 by 200 cells",
        "a.html",
        page("<table>" + ("<tr>" + "<td>a</td>" * 100 + "</tr>") * 200 + "</table>"),
        "1 hostile",
    ),
    ("an attribute of 5 MB", "a.html", page(f'<img src="data:,{"A" * 5_000_000}">'), "1 kept"),
    ("20,000 line breaks by tags", "a.html", page("a<br>" * 20_000), "1 kept"),
    ("a class of 100,000 names", "a.html", page(f'<p class="{"related " * 100_000}">a</p>'), "1 hostile"),
    (
        "one stream drawn 1,000 times",
        "a.pdf",
        pdf_page(b"[" + b"5 0 R " * 1_000 + b"]", stream(SHOWN * 40)),
        "1 too-large",
    ),
    (
        "a form that draws itself",
        "a.pdf",
        pdf_page(b"5 0 R", stream(b"/X Do"), FORM, resources=b"/Font<</F1 4 0 R>>/XObject<</X 6 0 R>>"),
        "1 empty",
    ),
    (
        "letters mapped 3,000 times over",
        "a.pdf",
        pdf_page(b"5 0 R", stream(SHOWN), stream(MAPPED), font=b"/ToUnicode 6 0 R"),
        "1 malformed",
    ),
    (
        "200,000 letters mapped by name",
        "a.pdf",
        pdf_page(
            b"5 0 R", stream(SHOWN), stream(b"200000 beginbfchar\n" + NAMES + b"endbfchar\n"), font=b"/ToUnicode 6 0 R"
        ),
        "1 malformed",
    ),
    ("a page of a million letters", "a.pdf", pdf_page(b"5 0 R", stream(SHOWN * 1_000)), "1 too-large"),
    (
        "a stream whose length is itself",
        "a.pdf",
        pdf_of([[LONG]]).replace(b"<</Length ", b"<</Length 4 0 R/X "),
        "1 malformed",
    ),
    (
        "200 boxes in each other",
        "a.docx",
        edited(
            docx_of([LONG]),
            "word/document.xml",
            lambda x: x.replace(b"<w:body>", b"<w:body>" + b"<w:sdt><w:sdtContent>" * 200).replace(
                b"</w:body>", b"</w:sdtContent></w:sdt>" * 200 + b"</w:body>"
            ),
        ),
        "1 malformed",
    ),
    (
        "200,000 runs",
        "a.docx",
        edited(
            docx_of([LONG]),
            "word/document.xml",
            lambda x: x.replace(b"</w:p>", b"<w:r><w:t>a </w:t></w:r>" * 200_000 + b"</w:p>", 1),
        ),
        "1 kept",
    ),
    ("one text of 100 KB in 800 rows", "a.parquet", same_text(800, 100_000), "1 hostile"),
    (
        "20,000 marks of a letter",
        "a.rtf",
        "{\\rtf1 The harbour " + "\\u8220\\uc255 " * 20_000 + "was opened.}",
        "1 kept",
    ),
    ("bytes for ever", "a.rtf", "{\\rtf1 The harbour {\\bin1000000000 x}" + " was opened." * 40 + "}", "1 kept"),
    (
        "5,000 lines of one heading",
        "a.eml",
        "Subject: a\n" + " b\n" * 5_000 + "From: a@b.example\nDate: Thu, 10 Aug 2023 00:00:00 +0000\n\n" + LONG,
        "1 kept",
    ),
    (
        "base64 among 3 MB of spaces",
        "a.eml",
        "Subject: a\nFrom: a@b.example\nDate: Thu, 10 Aug 2023 00:00:00 +0000\nContent-Transfer-Encoding: base64\n\n"
        + (" " * 76 + "\n").join(base64.encodebytes(BODY * 50).decode().splitlines())
        + "\n" * 3_000_000,
        "1 kept",
    ),
    ("3,000 pages saved in one", "a.mhtml", many_parts(3_000), "1 empty"),
    (
        "10,000 empty packings before a record",
        "a.jsonl.gz",
        gzip.compress(b"") * 10_000 + gzip.compress(line().encode()),
        "1 kept",
    ),
    ("5,000 members with a long remark each", "a.zip", long_remarks(5_000), "5000 unknown-format"),
    ("20,000 records of nothing", "a.warc", NOTHING * 20_000, "1 empty"),
    ("an answer in 100,000 pieces of one byte", "a.warc.gz", chunks(100_000), "1 empty"),
    (
        "a head of 20,000 lines",
        "a.md",
        "---\n" + "".join(f"k{i}: v\n" for i in range(20_000)) + "---\n" + LONG,
        "1 kept",
    ),
    ("a million joiners", "a.txt", LONG + "\u200d" * 1_000_000, "1 kept"),
    ("an address of 300,000 letters", "a.txt", LONG + " https://a.example/" + "a/" * 150_000, "1 kept"),
    ("apostrophes between 100,000 letters", "a.txt", LONG + " " + "a’" * 100_000, "1 kept"),
    ("100,000 hyphens between letters", "a.txt", LONG + " " + "a-" * 100_000, "1 kept"),
    ("30,000 initials", "a.txt", LONG + " " + "A. B. " * 15_000 + "Smith said.", "1 kept"),
]
