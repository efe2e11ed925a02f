"""Quotation marks and apostrophes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.texts.annotate.attribution.quotes import find_quotes


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("“We stay,” he said.", ["“We stay,”"]),
        ('"We stay," he said. "And go."', ['"We stay,"', '"And go."']),
        ("‘We stay,’ he said.", ["‘We stay,’"]),
        ("'We stay,' he said.", ["'We stay,'"]),
        ("«Nous restons», dit-il.", ["«Nous restons»"]),
        ("„Wir bleiben“, sagte er.", ["„Wir bleiben“"]),
        ("``We stay,'' he said.", ["``We stay,''"]),
        ("The countries' leaders and the state’s army don't.", []),
        ("'The countries' leaders met,' he said.", ["'The countries' leaders met,'"]),
        ("In the '90s, 'tis said, rock 'n' roll came.", []),
        ("a (“b”) — “c”", ["“b”", "“c”"]),
        ("“One.\n\n“Two,” he said.", ["“One.", "“Two,”"]),
        ("‘One.\n\n‘Two,’ he said.", ["‘One.", "‘Two,’"]),
        ("“The port is open. “It is deep,” she said.", ["“The port is open. “It is deep,”"]),
        ("“The port is open and “it is deep,” she said.”", ["“The port is open and “it is deep,” she said.”"]),
    ],
)
def test_styles(text, quoted):
    quotes, odd = find_quotes(text)
    assert [text[q.start : q.end] for q in quotes if q.depth == 0] == quoted
    assert odd == 0


@pytest.mark.parametrize(("between", "is_whole"), [(0, True), (199, True), (200, False)])
def test_a_possessive_ends_no_quotation_while_a_better_mark_is_among_the_next_two_hundred(between, is_whole):
    text = "'The countries' " + "kings' " * between + "friend left.' He said."
    quotes, _ = find_quotes(text)
    assert text[quotes[0].start : quotes[0].end].endswith("left.'") is is_whole


def test_nested_quotations_have_depth():
    text = "“The ‘debt trap’ is a myth,” she said."
    quotes, _ = find_quotes(text)
    assert [(text[q.start : q.end], q.depth) for q in quotes] == [
        ("“The ‘debt trap’ is a myth,”", 0),
        ("‘debt trap’", 1),
    ]


def test_an_odd_mark_costs_its_paragraph_only():
    text = "He began: “Our policy is\n\n‘So’ it was. A “fine” day."
    quotes, odd = find_quotes(text)
    assert odd == 1
    assert [text[q.start : q.end] for q in quotes] == ["‘So’", "“fine”"]


def test_a_quotation_that_runs_on_is_marked():
    quotes, _ = find_quotes("“One.\n\n“Two.\n\n“Three,” he said.")
    assert [q.continues for q in quotes] == [False, True, True]


@settings(max_examples=200, deadline=None)
@given(st.text("ab .,\n\"'“”‘’«»s", max_size=40))
def test_spans_lie_in_the_text_and_outer_ones_do_not_overlap(text):
    quotes, odd = find_quotes(text)
    assert odd >= 0
    outer = [q for q in quotes if q.depth == 0]
    assert all(0 <= q.start < q.end <= len(text) for q in quotes)
    assert all(a.end <= b.start for a, b in pairwise(outer))
