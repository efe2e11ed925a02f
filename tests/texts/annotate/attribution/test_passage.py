"""Paragraphs, sentences, masked quotations, turns as outer quotations."""

from __future__ import annotations

import pytest

from analysis.texts.annotate.attribution.passage import FILL, LONGEST, Passage
from analysis.texts.annotate.attribution.people import People, load


@pytest.fixture(scope="module")
def people(root) -> People:
    return load(root / "corpus" / "actors.toml")


def test_sentences_and_paragraphs(people):
    text = "One. Two!\n\nThree? “Four. Five.”"
    page = Passage(text, people)
    assert [text[a:b] for at in (0, 5, 11, 19, 25) for a, b in [page.sentence(at)]] == [
        "One.",
        "Two!",
        "Three?",
        "“Four.",
        "Five.”",
    ]
    assert page.paragraph(12) == (11, len(text)) and page.paragraph(0) == (0, 9)
    assert [page.sentence_index(at) for at in (0, 5, 11, 25, 5)] == [0, 1, 2, 4, 1]


def test_a_sentence_without_end_is_cut_between_words(people):
    text = "word " * 3000
    parts = Passage(text, people).sentences((0, len(text)))
    assert max(b - a for a, b in parts) <= LONGEST and parts[0][1] == parts[1][0]
    assert text[parts[1][0]] == " "


def test_quotations_are_masked(people):
    page = Passage("He SAID “Yes” and went.", people)
    assert page.masked == "he said " + FILL * 5 + " and went."
    assert Passage("He went.", people).masked == "he went."


def test_turns_are_outer_quotations_and_what_they_quote_lies_deeper(people):
    text = "Q Is it “neutral”?\n\nMS. LEE: It is."
    page = Passage(text, people)
    assert [text[q.start : q.end] for q in page.outer] == ["Is it “neutral”?", "It is."]
    assert [(text[q.start : q.end], q.depth) for q in page.quotes if q.depth] == [("“neutral”", 1)]
    assert [page.turn(q).asks for q in page.outer] == [True, False]
    assert Passage("He said “yes”.", people).turn(Passage("He said “yes”.", people).outer[0]) is None


def test_mentions_between_places(people):
    page = Passage("China met Laos and China.", people)
    assert [m.actor.state for m in page.mentions_between(1, 18)] == ["LAO"]
    assert [m.actor.state for m in page.mentions_between(0, 99)] == ["CHN", "LAO", "CHN"]
