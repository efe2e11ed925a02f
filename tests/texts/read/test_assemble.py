"""One record to one document, or to a refusal with a kind and a reason."""

from __future__ import annotations

import pytest

from analysis.study import sources
from analysis.study.corrections import Correction
from analysis.study.outlets import Resolver
from analysis.study.settings import Outlet
from analysis.texts.document import Document, Refusal
from analysis.texts.read.assemble import Assembler
from analysis.texts.read.formats.record import Part, Record

TEXT = "The invented harbour was opened on Tuesday, and the minister said that every village would be near it."
OUTLETS = Resolver({"times": Outlet("times", "Example Times", "XXX", "unknown", domains=("times.example",))})


def made(fields, format_="jsonl", corrections=None, origin="a.jsonl:1", **source):
    given = {"source_id": "s", "path": "*", "collection": "news", **source}
    part = Part(sources.make(given), None, "a.jsonl", format_)
    return Assembler(part, OUTLETS, corrections or {}, {}).document(Record(fields, origin, 1))


def test_a_document_has_its_fields_and_says_where_its_date_comes_from():
    found = made(
        {"id": " a  1 ", "title": "A\nB", "text": TEXT, "date": "22 Aug 2023", "outlet": "example times"},
        id_prefix="x:",
    )
    assert isinstance(found, Document)
    assert (found.doc_id, found.title, found.outlet_id, found.genre) == ("x:a_1", "A B", "times", "article")
    assert (found.published, found.date_precision, found.date_basis) == ("2023-08-22", "day", "declared")
    page = made({"text": TEXT, "date": "2023", "url": "https://times.example/1"}, "html", origin="a.html")
    assert (page.date_basis, page.doc_id, page.outlet_id) == ("page", "s:a:1", "times")
    assert made({"text": TEXT, "outlet": "times"}).date_basis == "none"
    assert made({"text": TEXT, "outlet": "times", "date": "2023", "date_basis": "text"}).date_basis == "text"


@pytest.mark.parametrize(
    ("fields", "more", "kind"),
    [
        ({"title": "", "text": " "}, {}, "empty"),
        ({"title": "—", "text": "\u200b…\ufeff * * *"}, {}, "empty"),
        ({"text": TEXT, "date": "31 June 2023"}, {}, "impossible-date"),
        ({"text": TEXT, "date": "0"}, {}, "unset-date"),
        ({"text": TEXT}, {}, "no-outlet"),
        ({"text": TEXT, "outlet": "Nobody"}, {}, "unknown-outlet"),
        ({"text": {"a": 1}, "outlet": "times"}, {}, "malformed"),
        ({"text": "Share this article:", "outlet": "times"}, {}, "empty"),
        ({"text": TEXT, "outlet": "times"}, {"languages": ["fr"]}, "language"),
        ({"text": TEXT, "outlet": "times"}, {"columns": {"date": "day"}}, "missing-column"),
        ({"text": TEXT, "outlet": "times", "year": 1990}, {"filters": {"year": {"minimum": 2000}}}, "filtered"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_kind(fields, more, kind):
    found = made(fields, **more)
    assert isinstance(found, Refusal)
    assert (found.kind, found.origin) == (kind, "a.jsonl:1") and found.reason


def test_tables_inside_give_their_words():
    rich = ["The ironclad ", {"type": "bold", "text": "friendship"}, " of the two towns was praised by all on Tuesday."]
    found = made({"text": rich, "title": {"rendered": "A title"}, "outlet": {"id": 3, "name": "Example Times"}})
    assert found.text == "The ironclad friendship of the two towns was praised by all on Tuesday."
    assert (found.title, found.outlet_id) == ("A title", "times")
    assert made({"text": [TEXT, TEXT], "outlet": "times"}).text == f"{TEXT}\n{TEXT}"


def test_an_address_or_author_that_is_no_text_does_not_cost_the_document():
    found = made({"text": TEXT, "outlet": "times", "url": {"@id": "https://times.example/1"}, "author": {"x": 1}})
    assert (found.url, found.author) == ("https://times.example/1", None)


def test_corrections_change_a_document_and_make_its_date_declared():
    day = Correction("k", "set", "r", {"date": ""}, {"date": "2023-09-09"})
    found = made({"id": "k", "text": TEXT, "outlet": "times"}, corrections={"k": (day,)})
    assert (found.published, found.date_basis) == ("2023-09-09", "declared")
    gone = Correction("k", "drop", "a test page", {"date": ""})
    lost = made({"id": "k", "text": TEXT, "outlet": "times"}, corrections={"k": (gone,)})
    assert (lost.kind, lost.doc_id) == ("dropped", "k") and "a test page" in lost.reason


def test_what_was_cut_is_noted_with_what_the_reader_did():
    record = Record({"text": f"{TEXT}\nShare this article:", "outlet": "times"}, "a.jsonl:1", 1).noting("mojibake", 2)
    part = Part(sources.make({"source_id": "s", "path": "*", "collection": "news"}), None, "a.jsonl", "jsonl")
    found = Assembler(part, OUTLETS, {}, {}).document(record)
    assert found.notes == (("mojibake", 2), ("navigation", 1))


def test_a_text_longer_than_any_book_is_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr("analysis.texts.read.assemble.MAX_TEXT", 300)
    assert isinstance(made({"text": TEXT, "outlet": "times"}), Document)
    found = made({"text": TEXT + " b" * 300, "outlet": "times"})
    assert found.kind == "too-large" and "300" in found.reason and "one record each" in found.reason
