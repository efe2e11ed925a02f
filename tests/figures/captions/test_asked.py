"""Clauses of captions, on a store of three outlets and two eras in memory."""

from __future__ import annotations

import pytest
from sample_project import build_store

from analysis.errors import DiscourseError
from analysis.figures.captions import asked as words
from analysis.study.reserved import OTHERS


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store") / "default"
    build_store(folder)
    from analysis.store.gateway import Store

    return Store(folder)


def test_all_frames_and_some_are_told_apart(store):
    one = words.read({"store": store, "frames": ["hedging"]}, "test")
    assert words.frames(one) == "the frame Hedging"

    class Many:
        def labels(self, _):
            return {"frame": ["a", "a", "b", "c"]}

        def names(self):
            return {"a": "First"}

    assert words.frames(words.read({"store": Many(), "frames": ["c", "a", "b"]}, "t")) == "all 3 frames of the codebook"
    some = words.read({"store": Many(), "frames": ["c", "a"]}, "t")
    assert words.frames(some) == "the frames c and First (2 of 3 of the codebook)"


def test_outlets_are_named_when_chosen_and_the_pool_is_told(store):
    def said(**given):
        return words.outlets(words.read({"store": store, **given}, "test"))

    assert said(outlet_ids=["weekly", "daily"]) == "Outlets chosen: Weekly and Daily"
    assert said(outlet_ids=[], collection="news") == "All outlets of the collection"
    assert said(outlets=["a", "b"]) == "All outlets"
    assert said(outlets=["a", OTHERS, "b"]).endswith(
        "the 2 with most documents are drawn one by one, the others as one"
    )
    assert said(outlets=[OTHERS]).endswith("drawn as one")
    # An outlet of that name is one like any other.
    assert "others as one" not in said(outlets=["other", "none", "all"])


def test_many_names_are_shortened_with_their_number():
    assert words.some([str(n) for n in range(1, 12)], "outlets") == "1, 2, 3, 4, 5, 6, 7, 8 and 3 other outlets"


def test_ways_of_counting_have_words_and_others_are_refused(store):
    assert "first printing" in words.counting(words.read({"counting": "cluster_once"}, "t"))
    assert words.counting(words.read({"counting": "as_printed"}, "t")) != words.counting(words.read({}, "t")) == ""
    with pytest.raises(DiscourseError, match="as_printed, cluster_once"):
        words.counting(words.read({"counting": "twice"}, "t"))


def test_a_parameter_that_no_caption_knows_is_refused():
    with pytest.raises(DiscourseError, match=r"frmaes.*Did you mean 'frames'"):
        words.read({"frmaes": []}, "compare_frames")


def test_sentences_end_once_and_leave_out_what_is_empty():
    assert words.sentences("One", "", "Two. Three.", " ") == "One. Two. Three."


def test_words_that_count_as_each_way_of_counting_are_those_of_the_measures():
    from analysis.measures.frames.tally import COUNTINGS

    assert tuple(words.COUNTINGS) == COUNTINGS
