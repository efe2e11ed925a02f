"""Where the clause, subject, owner and object of a match stand."""

from __future__ import annotations

import pytest

from analysis.texts.annotate import relations


def around(text: str, word: str) -> tuple[int, int]:
    start = text.index(word)
    return start, start + len(word)


@pytest.mark.parametrize(
    ("text", "word", "clause"),
    [
        ("he said that laos stays neutral, and it rained", "neutral", "laos stays neutral"),
        ("laos, which borders a giant, stays neutral", "neutral", "laos, which borders a giant, stays neutral"),
        ("laos, he notes, stays neutral but poor", "neutral", "laos, he notes, stays neutral"),
        ("it rained; laos stays neutral", "neutral", " laos stays neutral"),
        ("neutral", "neutral", "neutral"),
    ],
)
def test_the_clause_steps_over_asides(text, word, clause):
    begin, end = relations.clause(text, *around(text, word), (0, len(text)))
    assert text[begin:end] == clause


@pytest.mark.parametrize(
    ("relation", "expected"),
    [
        ("subject", "the small port's "),
        ("owner", "the small port's "),
        ("object", " on trade with a big and very rich"),
        ("clause", "the small port's dependence on trade with a big and very rich neighbour beyond the hills"),
    ],
)
def test_spans_of_the_relations(relation, expected):
    text = "it rained; but the small port's dependence on trade with a big and very rich neighbour beyond the hills"
    begin, end = relations.span(text, *around(text, "dependence"), (0, len(text)), relation)
    assert text[begin:end] == expected


def test_the_object_ends_with_the_clause():
    text = "dependence on trade, which grew with laos"
    begin, end = relations.span(text, 0, 10, (0, len(text)), "object")
    assert text[begin:end] == " on trade"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the young cooks of laos embrace noodles", "the young cooks"),
        ("laos was told by cooks to embrace noodles", "laos"),
        ("in the old harbour, cooks embrace noodles", "cooks "),
        ("he told the cooks he would embrace noodles", "he"),
        ("cooks said laos would embrace noodles", "laos"),
        ("embrace noodles", ""),
        ("one two three four five six seven eight embrace noodles", "one two three four five six"),
    ],
)
def test_the_agent_is_the_noun_phrase_that_opens_the_clause(text, expected):
    begin, end = relations.span(text, *around(text, "embrace"), (0, len(text)), "agent")
    assert text[begin:end] == expected


@pytest.mark.parametrize(
    ("word", "expected"), [("orbit", "big laos for ever"), ("orbit of", "big laos for ever"), ("it left", "")]
)
def test_what_stands_behind_of_at_once(word, expected):
    text = "it left the orbit of big laos for ever"
    begin, end = relations.span(text, *around(text, word), (0, len(text)), "of")
    assert text[begin:end].strip() == expected


def test_a_relative_clause_hangs_on_a_word_and_who_says_it_is_no_part():
    text = "can a port that hosts sailors lean"
    assert text[slice(*relations.antecedent(text, text.index("hosts"), (0, len(text))))] == "port"
    assert relations.antecedent(text, 4, (0, len(text))) == (4, 4)
    said = "hedging costs much, the paper's referee objected."
    assert said[: relations.before_another(said, 7, len(said))] == "hedging costs much"
