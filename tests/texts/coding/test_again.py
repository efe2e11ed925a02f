"""A draw is made again from its public codings and the texts, without the key that was lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.errors import DiscourseError
from analysis.texts.coding.again import drawn_again
from analysis.texts.coding.codings import Coding
from analysis.texts.coding.passages import Passage

HIT = Passage("pub", "own", "news", "early", "press", "hit", "Some words here", (5, 10), 3, 4, "bridge", "e", 7, 2, 3)
PARAGRAPH = replace(
    HIT,
    kind="plain",
    frame="",
    entry="",
    hit_id=-1,
    entry_number=0,
    entry_count=0,
    paragraph_number=4,
    paragraph_count=9,
)
OF_HIT = Coding(
    doc_id="pub",
    draw="first",
    passage_id=2,
    kind="elsewhere",
    coder="A",
    coder_kind="person",
    probability=0.25,
    frame="bridge",
    entry="e",
    entry_number=2,
    entry_count=3,
    frame_right="yes",
)
OF_PARAGRAPH = Coding(
    doc_id="pub",
    draw="first",
    passage_id=1,
    kind="rest",
    coder="A",
    coder_kind="person",
    probability=0.5,
    paragraph_number=4,
    paragraph_count=9,
    missed_frames="",
)


def test_hits_and_paragraphs_come_back_with_number_kind_and_probability_of_the_draw():
    other = replace(HIT, entry_number=1)
    drawn, lost = drawn_again([OF_HIT, OF_PARAGRAPH, replace(OF_HIT, coder="B")], [other, HIT, PARAGRAPH])
    assert lost == 0
    assert [(d.number, d.probability, d.passage.kind) for d in drawn] == [(1, 0.5, "rest"), (2, 0.25, "elsewhere")]
    assert drawn[1].passage.hit_id == 7 and drawn[0].passage.text == PARAGRAPH.text


@pytest.mark.parametrize(
    "passage",
    [replace(HIT, entry_count=4), replace(HIT, doc_id="x"), replace(PARAGRAPH, paragraph_count=8), None],
)
def test_what_is_not_there_any_more_is_counted_and_nothing_else_put_in_its_place(passage):
    drawn, lost = drawn_again([OF_HIT], [passage] if passage else [])
    assert (drawn, lost) == ([], 1)


def test_codings_that_do_not_say_which_paragraph_are_lost():
    assert drawn_again([replace(OF_PARAGRAPH, paragraph_number=None)], [PARAGRAPH]) == ([], 1)


def test_no_codings_and_those_of_two_draws_are_refused():
    with pytest.raises(DiscourseError, match="no codings"):
        drawn_again([], [HIT])
    with pytest.raises(DiscourseError, match="'first', 'other'"):
        drawn_again([OF_HIT, replace(OF_PARAGRAPH, draw="other")], [HIT])
