from __future__ import annotations

import math

from analysis.figures import interval, per_cent, reading


def test_sentences_are_shown_as_markdown_and_not_as_a_list():
    made = reading("the rate rose", ["it fell.", ""], ["was it *so*?"])
    assert repr(made) == "The rate rose.\nIt fell.\nWas it *so*?"
    assert made._repr_markdown_() == "- The rate rose.\n- It fell.\n- Was it \\*so\\*?"
    assert reading("one")._repr_markdown_() == "One."


def test_no_number_is_told_in_words():
    assert repr(reading(f"a ratio of {math.nan:.2f} ({-math.inf:.2f} to inf)")) == (
        "A ratio of no value (no value to no value)."
    )
    assert repr(reading("Nancy and the infant, 5 banana, nan-like")) == "Nancy and the infant, 5 banana, nan-like."


def test_nothing_to_say_is_said():
    assert repr(reading([], "")) == "There is nothing to say of this selection."
    assert repr(reading(nothing="No outlet reprints another.")) == "No outlet reprints another."


def test_intervals_read_out():
    assert interval(12345.678, 1.0, math.inf, 1) == "12,345.7 (1.0 to no bound)"
    assert interval(2.0, math.nan, math.nan) == "2.0 (no interval)"
    assert interval(-0.001, -1.0, 1.0, 1) == "0.0 (-1.0 to 1.0)"
    assert per_cent(math.nan, 0, 1) == "no value"
