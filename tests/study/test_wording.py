"""Eras and days in the words of captions."""

from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.study.declaration import Event, Study
from analysis.study.settings import Era
from analysis.study.wording import borders, day_in_words, event_in_words, listed, period, sequence


def era(era_id: str, start: str, end: str | None = None) -> Era:
    return Era(era_id, era_id.title(), start, end, reason="r", source="s")


ONE, TWO, THREE = (
    era("one", "1990-11-28", "1997-05-02"),
    era("two", "1997-05-02", "2007-06-27"),
    era("three", "2010-05-11"),
)
STUDY = Study(eras=(ONE, TWO, THREE))


def test_days_are_written_out_whatever_the_machine_speaks():
    assert day_in_words("2010-05-11") == "11 May 2010"
    assert day_in_words("1997-01-01") == "1 January 1997"


def test_a_period_ends_on_its_last_day():
    assert period(ONE) == "One (28 November 1990 to 1 May 1997)"
    assert period(THREE) == "Three (from 11 May 2010)"


def test_two_eras_say_which_is_after_in_any_order():
    words = "Before: One (28 November 1990 to 1 May 1997). After: Two (2 May 1997 to 26 June 2007)"
    assert sequence(STUDY, ["one", "two"]) == sequence(STUDY, ["two", "one"]) == words


def test_one_and_many_eras_are_named():
    assert sequence(STUDY, ["three"]) == "Era: Three (from 11 May 2010)"
    assert sequence(STUDY, ["three", "one", "two"]).startswith("Eras in order of time: One (28")
    with pytest.raises(DiscourseError, match="'four' is not allowed; allowed: one, two, three"):
        sequence(STUDY, ["four"])


def test_borders_are_the_days_between_eras():
    assert borders([ONE, TWO]) == {"2 May 1997": "1997-05-02"}
    assert borders([TWO, THREE]) == {"27 Jun 2007": "2007-06-27", "11 May 2010": "2010-05-11"}
    assert borders([ONE]) == borders([]) == {}


def test_events_say_their_day_and_what_is_left_out():
    assert event_in_words(Event("a", "handover", "2010-05-11")) == "Handover: 11 May 2010"
    event = Event("a", "handover", "2010-05-11", "transition", "2010-04-12", "2010-05-11")
    assert event_in_words(event) == "Handover: 11 May 2010; documents of 12 April 2010 to 10 May 2010 left out"


def test_lists_in_a_sentence():
    assert [listed(["a"]), listed(["a", "b"]), listed("abc")] == ["a", "a and b", "a, b and c"]
