"""What nouns name, and the heads of noun phrases."""

from __future__ import annotations

import pytest

from analysis.texts.annotate import nouns


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("seamstress", "person"),
        ("seamstresses", "person"),
        ("women", "person"),
        ("cranes", "thing"),
        ("mosquito", "creature"),
        ("clarinet", "thing"),
        ("minister", "other"),
        ("ministers", "other"),
        ("policy", "other"),
        ("small", "quality"),
        ("china", ""),
        ("turkey", ""),
        ("xyzzy", ""),
    ],
)
def test_class_of_a_word(word, kind):
    assert nouns.kind_of(word) == kind


@pytest.mark.parametrize(
    ("phrase", "names", "head"),
    [
        ("svay rieng's coach ", True, "coach"),
        ("a group of cambodian tailors", True, "tailors"),
        ("the farm minister ", True, "minister"),
        (" on chinese painkillers within weeks", False, "painkillers"),
        (" a chinese clinic and a vietnamese one", False, "clinic"),
        (" of china's rarest cranes winters in the north", False, "cranes"),
        (" great power rivals", False, "rivals"),
    ],
)
def test_head_of_the_first_phrase(phrase, names, head):
    _, begin, end = nouns.head(phrase, 0, len(phrase), names=names)
    assert phrase[begin:end] == head


@pytest.mark.parametrize("phrase", ["", " beijing and washington", " , the tailor", " in the waiting room"])
def test_no_head_where_no_phrase_begins(phrase):
    assert nouns.head(phrase, 0, len(phrase), names="waiting" in phrase) == ("", len(phrase), len(phrase))


def test_no_state_is_a_thing_and_none_who_acts_for_one_a_private_person():
    for word in ("premier", "ambassador", "ally", "people", "camp", "base", "island", "weapons", "satellite"):
        assert nouns.kind_of(word) not in nouns.KINDS, word
