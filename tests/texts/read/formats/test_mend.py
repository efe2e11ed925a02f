"""What is mended in a record, and what is said about it."""

from __future__ import annotations

import pytest

from analysis.texts.read.formats.mend import cut_off, mend_record, mojibake
from analysis.texts.read.formats.record import RULES, Record

CLEAN = "“We are friends,” the mayor said. It is the town’s — and Dara’s café."


@pytest.mark.parametrize("page", ["cp1252", "latin-1", "mac_roman", "cp1251", "cp437"])
def test_utf8_once_read_as_something_else(page):
    pytest.importorskip("ftfy")
    text, count = mojibake(CLEAN.encode().decode(page, "replace"))
    assert text == CLEAN
    assert count > 3


@pytest.mark.parametrize(
    "text", [CLEAN, "São Paulo, Ângela, â la carte", "Où est l’été ?", "100 € – 20 £", "NÃO", "Ⓒ Â"]
)
def test_what_is_right_stays(text):
    assert mojibake(text) == (text, 0)


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("x" * 32_767, ["cut-at-limit"]),
        ("x" * 32_766, []),
        ("😀" * 100 + "x" * 32_567, ["cut-at-limit"]),
        ("é" * 32_767 + "x", ["cut-at-limit"]),
        ("It rained … [+1234 chars]", ["cut-by-service"]),
        ("It rained.", []),
    ],
)
def test_texts_that_end_at_a_limit(text, rules):
    assert [rule for rule, _ in cut_off(text)] == rules


def test_notes_are_of_known_rules_and_untouched_records_are_the_same():
    record = Record({"id": 1, "text": "Rain.", "tags": ["a", "b"], "n": None}, "a:1", 1)
    assert mend_record(record) is record
    made = mend_record(Record({"text": "caf\udce9", "tags": ["it\udc92s"]}, "a:1", 1))
    assert made.fields == {"text": "café", "tags": ["it’s"]}
    assert made.notes == (("stray-bytes", 2),)
    assert set(dict(made.notes)) <= set(RULES)
