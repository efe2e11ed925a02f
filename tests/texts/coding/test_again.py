"""A draw is made again from its public codings and the texts, without the key that was lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.errors import DiscourseError
from analysis.texts.coding.again import drawn_again, to_decide
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


def differing(count, *, agreed):
    """Passages 1 to count that A and B answered otherwise, and after them as many as `agreed` that they did not."""
    rows = [replace(OF_HIT, passage_id=i, entry_number=i) for i in range(1, count + agreed + 1)]
    return rows + [replace(r, coder="B", frame_right="no" if r.passage_id <= count else "yes") for r in rows]


def test_who_decides_reads_all_that_others_differ_on_among_some_that_they_agree_on():
    rows = differing(3, agreed=9)
    chosen = {one.passage_id for one in to_decide(rows, agreed=4, seed=1)}
    assert {1, 2, 3} < chosen and len(chosen) == 7
    assert len(to_decide(rows, agreed=4, seed=1)) == 14
    assert chosen == {one.passage_id for one in to_decide(rows[::-1], agreed=4, seed=1)}
    assert any(chosen != {one.passage_id for one in to_decide(rows, agreed=4, seed=s)} for s in range(2, 6))
    assert {one.passage_id for one in to_decide(rows, agreed=99, seed=1)} == set(range(1, 13))


def test_what_was_settled_before_and_what_one_coder_read_alone_is_no_difference():
    rows = [OF_HIT, replace(OF_HIT, coder="settled", frame_right="no"), replace(OF_PARAGRAPH, coder="B")]
    assert to_decide(rows, agreed=5, seed=1) == []


def test_another_missed_frame_is_a_difference():
    rows = [OF_PARAGRAPH, replace(OF_PARAGRAPH, coder="B", missed_frames="river")]
    assert to_decide(rows, agreed=0, seed=1) == rows
