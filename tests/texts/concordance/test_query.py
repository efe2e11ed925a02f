"""What people type into a search box: understood, or refused with the notation."""

from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.texts.concordance.query import patterns_of


@pytest.mark.parametrize(
    ("typed", "patterns"),
    [
        ("ironclad*", ["ironclad*"]),
        ("take* {0,3} side*", ["take* {0,3} side*"]),
        ('"ironclad"', ["ironclad"]),
        ("“iron brothers”", ["iron brothers"]),
        ("'all-weather'", ["all-weather"]),
        ("people's choice", ["people's choice"]),
        ("ironclad OR neutral", ["ironclad", "neutral"]),
        ("ironclad | neutral|hedge*", ["ironclad", "neutral", "hedge*"]),
        ("(ironclad OR neutral)", ["ironclad", "neutral"]),
        ("(ironclad|steel) friend*", ["(ironclad|steel) friend*"]),
        ("(ironclad OR steel) friend* OR all-weather", ["(ironclad|steel) friend*", "all-weather"]),
        ("ironclad, neutral", ["ironclad", "neutral"]),
        ("ironclad or steel", ["ironclad", "steel"]),
        ("win or lose the war", ["win or lose the war"]),
        ("neutral OR neutral", ["neutral"]),
        ("iron-clad", ["iron-clad"]),
        ("2,000 OR 3, 4", ["2,000", "3", "4"]),  # a comma within a number parts nothing
        ("e\u0301lan", ["\xe9lan"]),  # characters as cleaned texts have them: in normal form,
        ("iron\u2011clad\u00a0ties", ["iron-clad ties"]),  # with plain hyphens and spaces,
        ("soft\xadhyphen zero\u200bwidth", ["softhyphen zerowidth"]),  # and nothing invisible
    ],
)
def test_alternatives_and_quotation_marks(typed, patterns):
    assert patterns_of(typed) == patterns


@pytest.mark.parametrize(
    "typed",
    ["ironclad AND neutral", "NOT neutral", "ironclad NEAR/5 neutral", "ironclad W/5 bond", "iron+clad", "+iron", "-iron",
     "/iron.*/", r"iron\w+", "^iron", "*", "? ?", "* *", "", "“”", "a OR", "(a|)", "(a|*)", "OR neutral", "iron & steel"],
)  # fmt: skip
def test_other_operators_and_empty_searches_are_refused_with_the_notation(typed):
    with pytest.raises(DiscourseError) as caught:
        patterns_of(typed)
    assert "(a|b)" in str(caught.value) and repr(typed) in str(caught.value)
