"""Time and memory of input made to do harm, drawn from a table: the next input is one line.

Time may grow with the text and not with its square; no file may take more than 500 MB.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable

import pytest
from formats_samples import part_of, zipped
from quick import sample
from timing import STRICT, grows_at_most

from analysis.texts.clean.characters import clean_text
from analysis.texts.read import formats as readers
from analysis.texts.read.formats.record import Record

MEGABYTE = 1_000_000
WARC = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\n"
HTTP = b"Content-Type: application/http\r\nContent-Length: 900000000\r\n\r\nHTTP/1.1 200 OK\r\n"


def repeated(piece: str, before: str = "", after: str = "") -> Callable[[int], bytes]:
    """A file of about `size` bytes that repeats `piece`."""
    return lambda size: (before + piece * (size // len(piece)) + after).encode()


def numbered(piece: str, before: str = "", after: str = "", between: str = "") -> Callable[[int], bytes]:
    """The same with a number in each piece."""
    return lambda size: (before + between.join(piece % i for i in range(size // len(piece))) + after).encode()


# file name (and format, where its ending does not say it), and the file of a given size
GROWING: list[tuple[str, str, Callable[[int], bytes]]] = [
    ("a.html", "", repeated("<p>The town was open. ", "<html><body>")),
    ("a.html", "", numbered(' a%d="1"', "<html><body><p", ">The town was open and it rained.</p>")),
    ("a.html", "", repeated("<div>", "<html><body>", "text")),
    ("a.html", "", repeated("<q>", "<html><body><article>", "text")),
    ("a.html", "", repeated("<article>", "<html><body>", "text")),
    ("a.html", "", repeated("The town was open here.<div>b</div>", "<html><body><article>")),
    ("a.html", "", repeated("<p>The town <a href='/x'>x</a>.</p>", "<html><body><article>")),
    ("a.html", "", repeated('<meta name="date" content="2023-05-0x">', "<html><head>", "</head><body><p>Text.</p>")),
    ("a.html", "", repeated("<<The town ", "<html><body><p>")),
    ("a.txt", "", numbered(' a%d="1"', "<p", ">The town was open.")),
    ("a.txt", "", repeated("<")),
    ("a.txt", "", repeated("<p ")),
    ("a.txt", "", repeated("<b")),
    ("a.txt", "", lambda size: b"<b" * (size // 3) + b">" * (size // 3)),
    ("a.txt", "", repeated("<<The ")),
    ("a.txt", "", repeated("<The town is ")),
    ("a.txt", "", repeated("<!-- ")),
    ("a.txt", "", repeated("<script>")),
    ("a.txt", "", repeated("&amp;")),
    ("a.txt", "", repeated("amp;", "&", "lt;b>")),
    ("a.txt", "", repeated("&lt;")),
    ("a.txt", "", repeated("[")),
    ("a.txt", "", repeated("[a](")),
    ("a.txt", "", repeated('class="')),
    ("a.txt", "", repeated("**a")),
    ("a.txt", "", repeated("# ")),
    ("a.txt", "", repeated("neu-\ntrality ")),
    ("a.txt", "", repeated("a-\n\n")),
    ("a.txt", "", repeated('“a" "b” ')),
    ("a.txt", "", repeated("“")),
    ("a.txt", "", repeated('"')),
    ("a.txt", "", repeated(" ", "a", "b")),
    ("a.txt", "", repeated("\n \n", "a", "b")),
    ("a.txt", "", repeated("The\n")),
    ("a.txt", "", repeated("It\u00e2\u20ac\u2122s \u00e2\u20ac\u0153so ")),
    ("a.txt", "", repeated("It\u00e2\u20ac\u2122s\n")),
    ("a.txt", "", lambda size: "“so” ".encode() * (size // 8) + b"caf\xe9\n" * (size // 8)),
    ("a.txt", "", repeated("e\u0301\u0327")),
    ("a.txt", "", repeated("The post appeared first on ")),
    ("a.csv", "", numbered('%d,"open text of the town\n', "id,text\n")),
    ("a.csv", "", repeated('x y,"open text, of the town" and\n', "id,text\n")),
    ("a.csv", "", repeated('" ', 'id,text\n1,"')),
    ("a.csv", "", repeated('"', "id,text\n1,")),
    ("a.csv", "", repeated('a\n"', "id,text\n1,")),
    ("a.csv", "", numbered("c%d,")),
    ("a.csv", "", repeated("|")),
    ("a.csv", "", repeated("title line\n")),
    ("a.tsv", "", numbered('%d\t"x\ty\n', "id\ttext\n")),
    ("a.json", "", repeated("[")),
    ("a.json", "", repeated('{"a":')),
    ("a.json", "", repeated("[],", '{"a":[', "[]]}")),
    ("a.json", "", repeated('{"text":"a"}\n{bad\n')),
    ("a.json", "", repeated("1,", "[", "1]")),
    ("a.jsonl", "", repeated('{"articles":[{"text":"a"},{"text":"b"}]}\n')),
    ("a.jsonl", "", lambda size: json.dumps({"id": 1, "text": "x", "date": "1 May " * (size // 6)}).encode()),
    ("a.md", "", repeated("a: [\n", "---\n", "---\nText")),
    ("a.rtf", "", repeated("{\\b ", "{\\rtf1 ")),
    ("a.rtf", "", repeated("\\'93", "{\\rtf1 ", "}")),
    ("a.rtf", "", lambda size: b"{\\rtf1 " + b"a\x93b " * (size // 4) + b"}"),
    ("a.eml", "", repeated("X: y\n", "Subject: a\nFrom: b\n", "\nThe town")),
    ("a.eml", "", repeated("--x\nContent-Type: multipart/mixed; boundary=x\n\n", "Subject: a\nFrom: b\n")),
    ("a.txt", "nexis", repeated("Body\nText\n", "", "End of Document\n")),
    ("a.txt", "nexis", repeated("Section: a\n", "", "End of Document\n")),
    ("a.txt", "nexis", repeated("Load-Date: a\nText\n", "Body\n", "End of Document\n")),
    ("a.txt", "nexis", repeated("May 1, 2023\n", "", "Body\nText\nEnd of Document\n")),
    ("a.txt", "factiva", repeated("HD  a\nPD  1 May 2023\nSN  x\nTD\nb\n")),
    ("a.txt", "proquest", repeated("_" * 60 + "\nTitle: a\nFull text: b\n")),
    ("a.txt", "proquest", repeated("Subject: x\n\ny\n", "_" * 60 + "\nTitle: a\nFull text: b\n")),
    ("a.html", "nexis", repeated("<p>", "<html><body>")),
]


def consumed(path, format_: str) -> int:
    """Read a file to its end, clean what is read, and count what came out."""
    number = 0
    for part in readers.plan(part_of(path, format_)):
        for made in readers.read(part):
            number += 1
            if isinstance(made, Record):
                clean_text(str(made.fields.get("text") or ""))
    return number


@pytest.mark.parametrize(
    ("name", "format_", "made"),
    sample(GROWING, GROWING[::9]),
    ids=[f"{i}-{row[0]}{row[1]}" for i, row in enumerate(GROWING)],
)
def test_time_grows_with_the_text(tmp_path, name, format_, made):
    """From 20 to 80 KB, or where that is quick from 80 to 320 KB."""

    def reading(size):
        path = tmp_path / f"{size}-{name}"
        path.write_bytes(made(size))
        return lambda: consumed(path, format_) or pytest.fail("nothing was said of the file")

    grows_at_most(reading, 20_000, largest=320_000, bound=STRICT)


HUGE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a header of 300 MB in a web archive": (
        "a.warc.gz",
        lambda: gzip.compress(WARC + b"X: " + b"x" * (300 * MEGABYTE), 1),
    ),
    "60 million header lines": ("a.warc.gz", lambda: gzip.compress(WARC + b"X: y\r\n" * (50 * MEGABYTE), 1)),
    "header lines of an answer": ("a.warc.gz", lambda: gzip.compress(WARC + HTTP + b"X: y\r\n" * (50 * MEGABYTE), 1)),
    "a line of 115 MB": ("a.txt", lambda: b"word " * (23 * MEGABYTE)),
    "a line of 60 MB": ("a.txt", lambda: b"word " * (12 * MEGABYTE)),
    "a cell of 115 MB": ("a.csv", lambda: b'id,text\n1,"' + b"word " * (23 * MEGABYTE) + b'"\n'),
    "a record of 115 MB": ("a.jsonl", lambda: b'{"text":"' + b"word " * (23 * MEGABYTE) + b'"}\n'),
    "200,000 columns": ("a.csv", lambda: b"c," * 200_000 + b"\n" + b"x," * 200_000),
    "120,000 unclosed paragraphs": ("a.html", lambda: b"<html><body>" + b"<p>The town. " * 120_000),
    "two million lists": ("a.json", lambda: b'{"a":[' + b"[]," * 1_900_000 + b"[]]}"),
    "a bomb": ("a.zip", lambda: zipped({"a.txt": b"0" * (300 * MEGABYTE)})),
    "a bomb in gzip": ("a.jsonl.gz", lambda: gzip.compress(b"0" * (300 * MEGABYTE), 1)),
}
READ = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_growth import consumed
consumed(Path(sys.argv[1]), "")
status = Path("/proc/self/status").read_text()  # getrusage would count the memory of the process that started this one
print(int(status.partition("VmHWM:")[2].split()[0]) // 1024)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peak memory is read from /proc")
@pytest.mark.parametrize("what", sample(HUGE, ("200,000 columns",)))
def test_no_file_takes_more_than_500_megabytes(tmp_path, what, root):
    name, made = HUGE[what]
    (tmp_path / name).write_bytes(made())
    paths = f"{root / 'tests/helpers'}"
    code = f"import sys; sys.path.insert(0, {paths!r})\n{READ}"
    here = str(root / "tests/texts/read/formats")
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / name), here], capture_output=True, text=True, check=True
    )
    assert int(done.stdout.split()[-1]) < 500
