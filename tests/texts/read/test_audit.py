"""What became of every record, per file; and cells that run as formulas."""

from __future__ import annotations

import pytest
from timing import grows_at_most

from analysis.texts.document import Document, Refusal
from analysis.texts.read.audit import Audit, safe_cell, safe_row


def test_rows_sum_up_each_file_with_the_kinds_of_its_refusals():
    audit = Audit()
    audit.add(Document("a", "news", "o", "words", published="2023", boilerplate_share=0.5, origin="x.csv:1"))
    audit.add(Document("b", "news", "o", " ", language="fr", origin="x.csv:2"))
    audit.add(Refusal("x.csv:3", "r", "language"))
    audit.add(Refusal("y.txt", "r", "empty"))
    first, second = audit.rows()
    assert (first["file"], first["read"], first["kept"], first["refused"]) == ("x.csv", 3, 2, 1)
    assert (first["undated"], first["headline_only"], first["not_english"]) == (1, 1, 2)
    assert first["boilerplate_share"] == pytest.approx(0.25) and first["kinds"] == {"language": 1}
    assert (second["empty"], second["kinds"]) == (1, {"empty": 1})
    assert audit.totals() == {"read": 4, "kept": 2, "refused": 2}
    assert Audit().rows() == []


@pytest.mark.parametrize("name", ["O'Neil", 'The "Sun"', "Back\\slash", "Tab\tname", "人民", "both ' and \""])
def test_names_of_unknown_outlets_come_back_as_they_were(name):
    audit = Audit()
    audit.add(Refusal("a:1", f"outlet {name!r} (paper.example) is not declared in outlets.toml", "unknown-outlet"))
    audit.add(Refusal("a:2", f"outlet {name!r} is not declared in outlets.toml", "unknown-outlet"))
    assert set(audit.unknown) == {(name, "paper.example"), (name, "")}


def test_examples_are_bounded_and_rows_left_out_by_a_filter_are_none():
    audit = Audit()
    for i in range(300):
        audit.add(Refusal(f"a:{i}", "r", "empty" if i % 2 else "filtered"))
    assert len(audit.examples) == 150 and audit.files["a"].kinds["filtered"] == 150
    other = Audit()
    other.merge(audit)
    other.merge(audit)
    assert other.totals()["read"] == 600 and len(other.examples) == 200


def test_cells_that_a_spreadsheet_would_run():
    assert [safe_cell(v) for v in ("=1", "+1", "-1", "@a", "\tx", "a=1", 3, None)] == [
        "'=1",
        "'+1",
        "'-1",
        "'@a",
        "'\tx",
        "a=1",
        3,
        None,
    ]
    assert safe_row({"a": "=1", "b": 2}) == {"a": "'=1", "b": 2}


def test_the_rows_of_many_files_with_many_refusals_take_time_that_grows_with_them():
    def rows_of(number):
        audit = Audit()
        for i in range(number):
            audit.add(Refusal(f"{i}.txt", "r", "empty"))
        return lambda: len(audit.rows()) == number or pytest.fail("a refusal is missing")

    grows_at_most(rows_of, 2_000, largest=64_000)


def test_two_audits_add_up_to_the_rows_of_one():
    made = [
        Document("a", "news", "o", "words", published="2023", boilerplate_share=0.5, origin="x.csv:1"),
        Refusal("x.csv:2", "r", "language"),
        Document("b", "news", "o", " ", language="fr", origin="x.csv:3"),
        Refusal("y.txt", "r", "empty"),
        Refusal("x.csv:4", "r", "empty"),
        Refusal("x.csv:5", "r", "language"),
    ]
    whole = Audit()
    for one in made:
        whole.add(one)
    for cut in range(len(made) + 1):
        halves = Audit(), Audit()
        for number, one in enumerate(made):
            halves[number >= cut].add(one)
        halves[0].merge(halves[1])
        assert halves[0].rows() == whole.rows()
    assert list(whole.rows()[0]["kinds"].items()) == [("empty", 1), ("language", 2)]
