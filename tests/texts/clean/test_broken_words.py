"""Words broken at the end of a line."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.texts.clean import broken_words
from analysis.texts.clean.broken_words import join_broken


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("the har-\nbour", "the harbour"),
        ("THE HAR-\nBOUR", "THE HARBOUR"),
        ("the har\u00ad\nbour", "the harbour"),
        ("the har- \n bour", "the harbour"),
        ("a har-\nbour and well-\nknown boats", "a harbour and well-known boats"),
        ("a long-\nterm plan", "a long-term plan"),  # a text that breaks no word elsewhere keeps its hyphens
        ("Mr Ki-\nmoon spoke", "Mr Ki-moon spoke"),
        ("a har-\nbour, short-\nand long-term", "a harbour, short- and long-term"),
        ("Sino-\nRussian trade", "Sino-Russian trade"),
        ("a har-\nbour and the North-\n\nSea", "a harbour and the North-\n\nSea"),
        ("a list -\nof things", "a list -\nof things"),
        ("no hyphen\nhere", "no hyphen\nhere"),
    ],
)
def test_joined_or_left(raw, expected):
    assert join_broken(raw) == expected


def test_a_word_is_written_as_elsewhere_in_the_text():
    assert (
        join_broken("a har-\nbour; peace-keeping and peace-\nkeeping") == "a harbour; peace-keeping and peace-keeping"
    )
    assert join_broken("peacekeeping and peace-\nkeeping") == "peacekeeping and peacekeeping"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab3-é _\n²", max_size=30))
def test_breaks_are_those_that_a_search_of_the_whole_text_finds(text):
    assert [m.span() for m in broken_words._breaks(text)] == [m.span() for m in broken_words._BROKEN.finditer(text)]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab-3 \n", max_size=24), st.sampled_from(["a", "ab", "a-b", "ba"]))
def test_a_word_is_whole_where_the_words_of_the_text_have_it(text, word):
    at, found = text.find(word), False
    while at >= 0:
        found = found or broken_words._is_whole(text, at, at + len(word))
        at = text.find(word, at + 1)
    assert found == (word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text))
