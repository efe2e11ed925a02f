"""Small invented files of every format, made in memory, and how tests read them."""

from __future__ import annotations

import io
import zipfile

from analysis.study.sources import Source
from analysis.texts.read import formats as readers
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
    """The records and refusals of a file with this content."""
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    found = []
    for part in readers.plan(part_of(path, format_, **options)):
        found += list(readers.read(part))
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


def pdf_of(pages) -> bytes:
    """A PDF of pages, each a list of lines that fit Windows-1252."""

    def escaped(line):
        raw = line.encode("cp1252", "replace")
        return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")

    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", font]
    kids = []
    for lines in pages:
        content = b"BT /F1 10 Tf 50 780 Td 14 TL\n" + b"".join(b"(" + escaped(x) + b") Tj T*\n" for x in lines) + b"ET"
        objects.append(b"<</Length %d>>stream\n" % len(content) + content + b"\nendstream")
        resources = b"/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>" % len(objects)
        objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]" + resources + b">>")
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Kids[" + b" ".join(kids) + b"]/Count %d>>" % len(kids)
    pdf, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(pdf))
        pdf += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(pdf))
    return pdf + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end
