from __future__ import annotations

import pytest

from analysis.errors import ContractError, DiscourseError, NothingFound, TextsMissing, not_allowed, require


def test_a_refusal_names_thing_value_all_that_is_allowed_and_the_nearest():
    said = not_allowed("voice", "quotd", ["own", "quoted", "reported"], "Choose one.")
    assert said == ("voice: 'quotd' is not allowed; allowed: own, quoted, reported. Did you mean 'quoted'? Choose one.")


def test_nothing_near_is_not_guessed_and_an_empty_list_is_said():
    assert "Did you mean" not in not_allowed("voice", "xyz", ["own"])
    assert "nothing (the list is empty)" in not_allowed("voice", "own", [])


def test_what_is_allowed_passes_whatever_holds_it():
    require("k", 2, range(3))
    require("k", "a", (name for name in "abc"))
    with pytest.raises(DiscourseError, match=r"k: 7 is not allowed; allowed: 0, 1, 2\."):
        require("k", 7, range(3))


def test_one_family_catches_all():
    assert issubclass(ContractError, DiscourseError)
    assert issubclass(TextsMissing, DiscourseError)
    assert issubclass(NothingFound, DiscourseError)
    assert issubclass(DiscourseError, ValueError)
