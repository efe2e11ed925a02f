"""Three hundred invented articles of each layout of each database, with what must come out known beforehand."""

from __future__ import annotations

import datetime as dt
import itertools
import random

import pytest
from formats_samples import docx_of, pdf_of, rtf_of, xlsx_of

from analysis.study.sources import Source
from analysis.texts.read.formats import FORMATS, Record, read_bytes
from analysis.texts.read.formats.record import Part

NUMBER = 300
OUTLETS = ("The Example Post", "Harbour Times", "Daily Salt", "The Coast Gazette", "Agence Exemple")
STOCK = (
    "road rice river bridge harbour school teacher market price trader border truck rain field village temple doctor paper "
    "letter court judge lawyer student farmer boat net fish salt silk cloth weaver singer drum bell tower clock"
)
WORDS = STOCK.split()


class Article:
    """One invented article: title (of two lines now and then), outlet, day, author and paragraphs."""

    def __init__(self, number: int) -> None:
        pick = random.Random(number)
        self.number = number
        self.title = [f"The {pick.choice(WORDS)} and the {pick.choice(WORDS)}, part {number}"]
        if number % 7 == 0:
            self.title.append(f"with more about the {pick.choice(WORDS)} of the town")
        self.outlet = OUTLETS[number % len(OUTLETS)]
        self.day = dt.date(2019, 1, 1) + dt.timedelta(days=5 * number)
        self.author = "By A. Example" if number % 3 else "By Dara Example and B. Example"
        self.paragraphs = [
            " ".join(["The", *(pick.choice(WORDS) for _ in range(14)), "was", "seen,", f"line {line} of {number}."])
            for line in range(2 + number % 4)
        ]
        if number % 5 == 0:
            self.paragraphs.insert(1, "Notes")
        if number % 11 == 0:
            self.paragraphs.insert(1, "The mayor was asked about this: he said nothing.")

    @property
    def us(self) -> str:
        return f"{self.day:%B} {self.day.day}, {self.day.year}"

    @property
    def uk(self) -> str:
        return f"{self.day.day} {self.day:%B} {self.day.year}"


ARTICLES = [Article(number) for number in range(1, NUMBER + 1)]


def nexis_uni(a: Article) -> list[str]:
    head = [*a.title, a.outlet, f"{a.us} {a.day:%A}", "", f"Copyright {a.day.year} Example Ltd All Rights Reserved", ""]
    fields = ["Section: NATIONAL", "Length: 120 words", f"Byline: {a.author}"]
    if a.number % 4 == 0:
        fields += ["Highlight: A town spoke.", "It will meet again on September 5, 2030"]
    tail = [
        "",
        "Graphic",
        "",
        "Photo: a boat",
        "",
        "Classification",
        "",
        "Language: ENGLISH",
        "Subject: HARBOURS (90%)",
    ]
    end = ["", f"Load-Date: {a.us}", "", "End of Document", ""]
    return [*head, *fields, "", "Body", "", *a.paragraphs, *(tail if a.number % 2 else []), *end]


def nexis_without_body(a: Article) -> list[str]:
    return [line for line in nexis_uni(a) if line != "Body"]


def lexis_numbered(a: Article) -> list[str]:
    lines = [f"                 {a.number} of {NUMBER} DOCUMENTS", "", "", f"         {a.outlet}", ""]
    lines += [f"       {a.us} {a.day:%A}", "", *a.title, "", f"BYLINE: {a.author}", "", "SECTION: NATIONAL; Pg. 4", ""]
    lines += ["LENGTH: 120 words", "", *a.paragraphs, "", f"LOAD-DATE: {a.us}", "", "LANGUAGE: ENGLISH", ""]
    return [
        *lines,
        "PUBLICATION-TYPE: Newspaper",
        "",
        f"Copyright {a.day.year} Example Ltd",
        "All Rights Reserved",
        "",
        "",
    ]


def lexis_with_marks(a: Article) -> list[str]:
    lines = [f"{a.number} of {NUMBER} DOCUMENTS", "", a.outlet, "", f"{a.us} {a.day:%A}", "Late Edition - Final", ""]
    lines += [f"HEADLINE: {' '.join(a.title)}", "", f"BYLINE: {a.author}", "", "LENGTH: 120 words", "", "BODY:"]
    return [*lines, *a.paragraphs, "", f"LOAD-DATE: {a.us}", ""]


def factiva_blocks(a: Article) -> list[str]:
    time = ["03:52 PM"] if a.number % 3 == 0 else []
    lines = [*a.title, a.author, "120 words", a.uk, *time, a.outlet, "EXPOST", "English"]
    return [
        *lines,
        f"(c) {a.day.year} Example Ltd",
        "",
        *a.paragraphs,
        "",
        f"Document EXPOST0020230923ej9n{a.number:05d}",
        "",
    ]


def factiva_codes(a: Article, between: str = "  ") -> list[str]:
    fields = [
        ("SE", "News"),
        ("HD", a.title[0]),
        *(("", line) for line in a.title[1:]),
        ("BY", a.author),
        ("WC", "120 words"),
    ]
    fields += [
        ("PD", a.uk),
        ("ET", "14:05"),
        ("SN", a.outlet),
        ("SC", "EXPOST"),
        ("LA", "English"),
        ("CY", "(c) 2023 E."),
    ]
    fields += [("LP", a.paragraphs[0]), ("TD", a.paragraphs[1]), *(("", line) for line in a.paragraphs[2:])]
    fields += [("CO", "exco : Example Holdings"), ("IN", "i1 : Boats"), ("NS", "c1 : Salt"), ("RE", "town : Town")]
    fields += [("PUB", "Example Ltd"), ("AN", f"Document EXPOST0020230923ej9n{a.number:05d}")]
    return [*(f"{code}{between}{value}" if code else value for code, value in fields), ""]


def factiva_tabs(a: Article) -> list[str]:
    return factiva_codes(a, "\t")


def proquest_today(a: Article, title: str = "", spaced: bool = True) -> list[str]:
    date = f"{a.day:%b} {a.day.day}, {a.day.year}"
    lines = ["_" * 60, f"Document {a.number} of {NUMBER}", *[title + a.title[0], *a.title[1:]], "Author: Example, A"]
    lines += [
        f"Publication info: {a.outlet}; Town [Town]. {a.day.day} {a.day:%b} {a.day.year}.",
        "Abstract: None available.",
    ]
    lines += ["Links: none", f"Full text: {a.paragraphs[0]}", *a.paragraphs[1:]]
    lines += ["Subject: Harbours; Salt", "Location: Town", "Company / organization: Name: Example Holdings; NAICS: 1"]
    lines += [
        f"Publication title: {a.outlet}",
        f"Publication year: {a.day.year}",
        f"Publication date: {date}",
        "Section: News",
    ]
    lines += ["Source type: Newspapers", "Language of publication: English", f"ProQuest document ID: 100{a.number}"]
    lines += [f"Document URL: https://search.example/docview/{a.number}", "Database: Example News"]
    return [piece for line in lines for piece in (line, "")] if spaced else lines


def proquest_titled(a: Article) -> list[str]:
    return proquest_today(a, "Title: ")


def proquest_tight(a: Article) -> list[str]:
    return proquest_today(a, "Title: ", spaced=False)


LAYOUTS = {
    "nexis": (nexis_uni, nexis_without_body, lexis_numbered, lexis_with_marks),
    "factiva": (factiva_blocks, factiva_codes, factiva_tabs),
    "proquest": (proquest_today, proquest_titled, proquest_tight),
}


def written(kind: str, lines: list[str]) -> bytes:
    if kind == "html":
        return ("<html><body>" + "".join(f"<p>{line}</p>" for line in lines) + "</body></html>").encode()
    return {"txt": lambda: "\n".join(lines).encode(), "docx": lambda: docx_of(lines), "rtf": lambda: rtf_of(lines)}[
        kind
    ]()


def read(vendor: str, data: bytes, name: str) -> list[Record]:
    part = Part(Source("t", "*", "news", format=vendor), None, name, vendor)
    return list(read_bytes(data, part))


CASES = [
    (vendor, layout, kind)
    for vendor, layouts in LAYOUTS.items()
    for layout in layouts
    for kind in ("txt", "docx", "rtf", "html")
]


@pytest.mark.parametrize(("vendor", "layout", "kind"), CASES, ids=lambda v: getattr(v, "__name__", v))
def test_every_article_comes_out_with_its_day_and_outlet(vendor, layout, kind):
    lines = list(itertools.chain.from_iterable(map(layout, ARTICLES)))
    found = read(vendor, written(kind, lines), f"a.{kind}")
    assert len(found) == NUMBER
    for article, record in zip(ARTICLES, found, strict=True):
        check(article, record)


def check(article: Article, record: Record) -> None:
    from analysis.texts.read.dates import parse_date

    fields = record.fields
    assert parse_date(fields["date"]) == (article.day.isoformat(), "day"), article.number
    assert fields["outlet"] == article.outlet, article.number
    assert fields["title"] == " ".join(article.title), article.number
    assert fields["text"].split("\n") == article.paragraphs, article.number


def test_a_nexis_pdf_with_a_cover_page():
    cover = [
        "User Name: A Reader",
        "Date and Time: Friday, 1 September 2023 10:00 AM ICT",
        "Documents (40)",
        "1. A title",
    ]
    pages = [cover, *(nexis_uni(article) for article in ARTICLES[:40])]
    numbered = [[*lines, f"Page {n} of {len(pages)}"] for n, lines in enumerate(pages, start=1)]
    found = read("nexis", pdf_of(numbered), "a.pdf")
    assert len(found) == 40
    for article, record in zip(ARTICLES, found, strict=False):
        check(article, record)


def test_a_proquest_workbook():
    header = [
        "Title",
        "Abstract",
        "StoreId",
        "ArticleType",
        "Authors",
        "pubdate",
        "pubtitle",
        "FullText",
        "DocumentURL",
    ]
    rows = [
        [
            " ".join(a.title),
            "",
            a.number,
            "News",
            "Example, A",
            a.us,
            a.outlet,
            "\n".join(a.paragraphs),
            "https://x.example",
        ]
        for a in ARTICLES
    ]
    found = read("proquest", xlsx_of([header, *rows]), "a.xlsx")
    assert len(found) == NUMBER
    for article, record in zip(ARTICLES, found, strict=True):
        check(article, record)


@pytest.mark.parametrize(("vendor", "layout", "kind"), CASES, ids=lambda v: getattr(v, "__name__", v))
def test_every_layout_is_known_by_its_lines(vendor, layout, kind, tmp_path):
    from analysis.texts.read.formats import sniff

    path = tmp_path / f"a.{kind}"
    path.write_bytes(written(kind, list(itertools.chain.from_iterable(map(layout, ARTICLES[:3])))))
    assert sniff(path, kind)[0] == vendor
    assert FORMATS[vendor].looks_like is not None
