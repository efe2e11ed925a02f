"""Kinds of damage that people who assemble news corpora report: two cases of each, in formats and wordings of our own.

Every case names what a reader must give for a file that some program wrote. All texts are invented.
"""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from analysis.study.settings import Outlet
from analysis.study.sources import Source
from analysis.texts.clean.characters import clean_text
from analysis.texts.document import Document
from analysis.texts.read import reading

OUTLETS = {"post": Outlet("post", "The Example Post", "KHM", "independent")}
SENTENCE = "The harbour master spoke with the fishermen of the town about nets, salt and the price of ice. "
BODY = SENTENCE + "They said that they would meet again in the winter when the boats are ashore. "
QUOTED = "“The harbour is neutral ground,” the mayor said. "
HEADER = ["id", "date", "title", "text"]


def documents(folder, files, format_="auto", **options):
    """The documents and refusals of a folder with these files, in order."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    constants = {"outlet": "post"}
    sources = [Source("t", "**/*", "news", format=format_, constants=constants, columns={"outlet": ""}, **options)]
    return list(reading.read_documents(sources, folder, outlets=OUTLETS))


def kept(found):
    return [made for made in found if isinstance(made, Document)]


def texts(found):
    """The texts as they are counted: after cleaning."""
    return [clean_text(made.text) for made in kept(found)]


def rows(number, text=BODY):
    return [[str(i), f"2023-08-{10 + i}", f"Part {i}", f"{text} Number {i}."] for i in range(number)]


def workbook(sheets):
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def changed(data, change):
    """The same zip archive with `change(name, content)` for each member's content."""
    source, stream = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    return stream.getvalue()


def word(body):
    """A DOCX file with this XML as its body."""
    import docx

    document, stream = docx.Document(), io.BytesIO()
    document.save(stream)
    start, end = b"<w:body>", b"</w:body>"

    def put(name, content):
        if name != "word/document.xml":
            return content
        head, tail = content.split(start)[0], content.split(end)[1]
        return head + start + body.encode() + end + tail

    return changed(stream.getvalue(), put)


def run(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def page(body, charset="utf-8"):
    head = f'<meta charset="{charset}"><title>Harbour</title>'
    return f"<!doctype html><html><head>{head}</head><body><nav><a href='/'>Home</a></nav>{body}</body></html>"


PARAGRAPHS = (
    f"<p>{BODY}</p><p>The second part spoke of the lighthouse. {BODY}</p><p>The third of the bay. {SENTENCE}</p>"
)


def warc(*records):
    """A WARC file of (address, status, page, further WARC headers, record type)."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=False)
    for address, status, body, headers, kind in records:
        payload = io.BytesIO(body.encode())
        http = StatusAndHeaders(status, [("Content-Type", "text/html")], protocol="HTTP/1.1")
        if kind == "response":
            made = writer.create_warc_record(address, kind, payload=payload, http_headers=http)
        else:
            made = writer.create_warc_record(address, kind, payload=payload, warc_content_type="text/html")
        for name, value in headers.items():
            made.rec_headers.add_header(name, value)
        writer.write_record(made)
    return stream.getvalue()


def b_pipe_table(folder):
    lines = ["|".join(row) for row in rows(4)]
    lines[1] = lines[1].replace("The harbour master", '"The harbour master', 1)
    found = documents(folder, {"a.csv": "\n".join(["|".join(HEADER), *lines])})
    assert len(kept(found)) == 4
    assert not any("|Part" in text for text in texts(found))


def b_comma_table_with_one_unclosed_mark(folder):
    lines = [",".join([a, b, c, f'"{d}"']) for a, b, c, d in rows(6)]
    lines[2] = lines[2][:-1]
    found = documents(folder, {"a.csv": "\n".join([",".join(HEADER), *lines, ""])})
    assert not any("Part 3" in text for text in texts(found))
    assert len(kept(found)) >= 5


def c_mac_roman_text(folder):
    found = documents(
        folder, {"a.txt": (QUOTED + BODY + "The town’s café — all of it — was full. ").encode("mac_roman")}
    )
    assert "“The harbour is neutral ground,”" in texts(found)[0]
    assert "town’s café" in texts(found)[0]


def c_one_old_row_in_a_table(folder):
    good = [",".join([a, b, c, f'"{d}"']) for a, b, c, d in rows(5, QUOTED)]
    data = [line.encode("cp1252" if i == 3 else "utf-8") for i, line in enumerate(good)]
    found = documents(folder, {"a.csv": b"\n".join([",".join(HEADER).encode(), *data])})
    assert [text.count("“") for text in texts(found)] == [1] * 5


def c_rtf_with_raw_bytes(folder):
    data = b"{\\rtf1\\ansi\\ansicpg1252 " + (QUOTED + BODY).encode("cp1252") + b"}"
    assert "“The harbour" in texts(documents(folder, {"a.rtf": data}))[0]


def c_garbled_cells(folder):
    text = (QUOTED + "It is the town’s. " + BODY).encode().decode("cp1252", "ignore")
    (text,) = texts(documents(folder, {"a.jsonl": json.dumps({"id": 1, "text": text}) + "\n"}))
    assert text.startswith("“The harbour is neutral ground,” the mayor")
    assert "town’s" in text


def d_single_brackets(folder):
    text = f"{BODY}\n\n<The harbour is neutral ground,> the mayor said.\n\n{BODY}"
    assert "harbour is neutral ground" in texts(documents(folder, {"a.txt": text}))[0]


def d_words_that_begin_like_a_tag(folder):
    text = f"{BODY}\n\n<<a neutral harbour for all>> was the word, and <<table talk is over>> another.\n\n{BODY}"
    (found,) = texts(documents(folder, {"a.csv": 'id,text\n1,"' + text + '"\n'}))
    assert "a neutral harbour for all" in found
    assert "table talk is over" in found


def e_cover_sheet_first(folder):
    cover = [["Export of the press archive"], ["Made in May"], [None]]
    found = documents(
        folder, {"a.xlsx": workbook({"Cover": cover, "2022": [HEADER, *rows(3)], "2023": [HEADER, *rows(2)]})}
    )
    assert len(kept(found)) == 5 - 2  # ids 0 and 1 stand twice and are refused
    assert sum(getattr(made, "kind", "") == "duplicate-id" for made in found) == 2


def e_rows_beyond_the_dimension(folder):
    data = workbook({"S": [HEADER, *rows(5)]})

    def shorten(name, content):
        return content.replace(b'ref="A1:D6"', b'ref="A1:B2"') if "/sheet" in name else content

    found = documents(folder, {"a.xlsx": changed(data, shorten)})
    assert len(kept(found)) == 5


def f_table_in_a_document(folder):
    cell = "<w:tc><w:p>{}</w:p></w:tc>"
    table = (
        f"<w:tbl><w:tr>{cell.format(run('Salt'))}{cell.format(run('The neutral cell of the table.'))}</w:tr></w:tbl>"
    )
    body = f"<w:p>{run(BODY)}</w:p>{table}<w:p>{run(SENTENCE)}</w:p>"
    assert "neutral cell" in texts(documents(folder, {"a.docx": word(body)}))[0]


def f_content_control_and_moved_words(folder):
    control = f"<w:sdt><w:sdtContent><w:p>{run('The neutral control.')}</w:p></w:sdtContent></w:sdt>"
    moved = f"<w:p><w:moveFrom>{run('ironclad')}</w:moveFrom><w:moveTo>{run('The steadfast words.')}</w:moveTo></w:p>"
    (text,) = texts(documents(folder, {"a.docx": word(f"<w:p>{run(BODY)}</w:p>{control}{moved}")}))
    assert "neutral control" in text
    assert "steadfast" in text
    assert "ironclad" not in text


def i_capitals_and_soft_hyphens(folder):
    text = (
        "THE HARBOUR AND ITS NEU-\nTRALITY WERE PRAISED\n\n"
        + BODY
        + "The neu\u00ad\ntrality of the harbour was praised.\n"
    )
    (found,) = texts(documents(folder, {"a.txt": text}))
    assert found.lower().count("neutrality") == 2


def i_compounds_keep_their_hyphen(folder):
    text = (
        "The harbour master spoke of well-\nknown boats and of the non-\naligned fleets, of\n"
        "the neutral-\nity of the bay and of other things that were not told by him at the\n"
        "time, although many of the people who were there would have liked to know it.\n"
    )
    (found,) = texts(documents(folder, {"a.txt": text}))
    assert "well-known" in found
    assert "neutrality" in found


NEXIS = ["Harbour opens", "The Example Post", "August 20, 2023 Sunday", "Copyright 2023 Example Ltd", "Length: 9 words"]


def j_nexis_numbered(folder):
    one = (
        "2 of 2 DOCUMENTS\n\nThe Example Post\n\nAugust {}, 2023 Sunday\n\nHarbour opens, part {}\n\nBYLINE: A. B.\n\n"
    )
    one += f"LENGTH: 90 words\n\n{BODY}\n\nLOAD-DATE: August 30, 2023\n\nLANGUAGE: ENGLISH\n\n"
    text = "".join(one.format(d, d).replace("2 of 2", f"{n} of 2") for n, d in ((1, 20), (2, 21)))
    found = kept(documents(folder, {"a.txt": text}, "nexis"))
    assert [made.published for made in found] == ["2023-08-20", "2023-08-21"]
    assert [made.title for made in found] == ["Harbour opens, part 20", "Harbour opens, part 21"]
    assert all("LENGTH" not in made.text and "LOAD-DATE" not in made.text for made in found)


def j_heading_notes_inside_an_article(folder):
    lines = [
        *NEXIS,
        "Body",
        BODY,
        "Notes",
        "The neutral rest of the article follows here.",
        SENTENCE,
        "End of Document",
    ]
    (found,) = kept(documents(folder, {"a.txt": "\n".join(lines)}, "nexis"))
    assert "neutral rest" in found.text


def m_mail_and_open_document(folder):
    mail = f"From: a@post.example\nSubject: Harbour opens\nDate: Sun, 20 Aug 2023 08:00:00 +0700\n\n{BODY}\n"
    (found,) = kept(documents(folder, {"a.eml": mail}))
    assert (found.title, found.published) == ("Harbour opens", "2023-08-20")
    assert "fishermen" in found.text


def m_open_document_text(folder):
    space = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    space += 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        body = f"<office:body><office:text><text:h>Harbour</text:h><text:p>{BODY}</text:p></office:text></office:body>"
        archive.writestr("content.xml", f"<office:document-content {space}>{body}</office:document-content>")
    assert "fishermen" in texts(documents(folder, {"a.odt": stream.getvalue()}))[0]


def n_forbidden_and_repeated_pages(folder):
    good = page(f"<article><h1>Harbour</h1>{PARAGRAPHS}</article>")
    data = warc(
        ("https://post.example/a", "200 OK", good, {}, "response"),
        ("https://post.example/b", "403 Forbidden", good, {}, "response"),
        ("https://post.example/a", "200 OK", good, {}, "response"),
    )
    found = documents(folder, {"a.warc": data})
    assert len(kept(found)) == 1
    assert len(found) == 3


def n_resource_records(folder):
    good = page(f"<article><h1>Harbour</h1>{PARAGRAPHS}</article>")
    found = documents(folder, {"a.warc": warc(("https://post.example/a", "", good, {}, "resource"))})
    assert len(kept(found)) == 1


def o_quotation_element(folder):
    body = (
        f"<article><h1>Harbour</h1>{PARAGRAPHS}<p>The mayor said: <q>The harbour is neutral ground.</q></p></article>"
    )
    (text,) = texts(documents(folder, {"a.html": page(body)}))
    assert "“The harbour is neutral ground.”" in text


def o_loose_text_between_breaks(folder):
    loose = "This neutral line stands loose in the block of the article and is a part of it."
    body = f"<div class='story-body'>{loose}<br><br>{PARAGRAPHS}{loose.replace('neutral', 'steadfast')}</div>"
    (text,) = texts(documents(folder, {"a.html": page(body)}))
    assert "neutral line" in text
    assert "steadfast line" in text


def p_straight_then_curly_twice(folder):
    text = f'{BODY}\n\n"The harbour is neutral,” she said. “It stays so," he said.\n\n{BODY}'
    (found,) = texts(documents(folder, {"a.txt": text}))
    assert "“The harbour is neutral,”" in found
    assert "“It stays so,”" in found


def p_curly_then_straight_in_a_cell(folder):
    row = {"id": 1, "text": f'{BODY}\n\nThe mayor said: “The harbour is neutral." {SENTENCE}'}
    (found,) = texts(documents(folder, {"a.jsonl": json.dumps(row)}))
    assert "“The harbour is neutral.”" in found


def q_title_lines_above_the_header(folder):
    lines = [";".join([a, b, c, f'"{d}"']) for a, b, c, d in rows(3)]
    data = "\n".join(["Export of the press archive;;;", "Made on 1 May 2024;;;", ";".join(HEADER), *lines])
    assert len(kept(documents(folder, {"a.csv": data}))) == 3


def q_title_lines_in_a_workbook(folder):
    found = documents(folder, {"a.xlsx": workbook({"S": [["Press archive"], [], HEADER, *rows(3)]})})
    assert len(kept(found)) == 3


def r_answer_of_a_search_service(folder):
    hits = [{"_id": a, "_source": {"date": b, "title": c, "text": d}} for a, b, c, d in rows(3)]
    data = {"took": 3, "hits": {"total": {"value": 3}, "hits": hits}}
    found = kept(documents(folder, {"a.json": json.dumps(data)}))
    assert len(found) == 3
    assert found[0].published == "2023-08-10"


def r_lists_in_lines_of_json(folder):
    pages = [{"page": n, "articles": [dict(zip(HEADER, row, strict=True))]} for n, row in enumerate(rows(3))]
    assert len(kept(documents(folder, {"a.jsonl": "\n".join(map(json.dumps, pages))}))) == 3


CASES = [case for name, case in sorted(globals().items()) if name[1] == "_" and name[0] in "bcdefijmnopqr"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the WARC writer's temporary file
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_kind(case, tmp_path):
    case(tmp_path)
