"""Selections that leave nothing to compare are refused in words."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.figures.tables import columns_present
from analysis.measures.frames.coverage import chosen_frames, select_documents, two_eras, two_outlets

DOCUMENTS = pd.DataFrame({"outlet_id": ["a", "a", "b"], "era_id": ["old", "old", "new"]})


def test_an_era_without_documents_says_what_to_take_out():
    with pytest.raises(DiscourseError, match="'new': take it out of era_ids"):
        select_documents(DOCUMENTS, outlet_ids=["a"], era_ids=["old", "new"])
    assert len(select_documents(DOCUMENTS, outlet_ids=["a"], era_ids=["old"])) == 2


@pytest.mark.parametrize("eras", [[], ["old"], ["old", "new", "newer"]])
def test_a_comparison_of_two_eras_needs_two(eras):
    with pytest.raises(DiscourseError, match=f"has {len(eras)}"):
        two_eras(eras)


def test_two_eras_keep_their_order():
    assert two_eras(["new", "old"]) == ("new", "old")


def test_frames_are_named_and_known():
    codebook = ["hedging", "hedging", "ironclad"]
    assert chosen_frames(["ironclad", "ironclad"], codebook) == ["ironclad"]
    for frames, part in (([], "frames: the list is empty; allowed: hedging, ironclad"), (["hedgin"], "'hedging'")):
        with pytest.raises(DiscourseError, match="parameter frames") as caught:
            chosen_frames(frames, codebook)
        assert part in str(caught.value)


@pytest.mark.parametrize("pair", [["a"], ["a", "a"], ["a", "b", "c"]])
def test_a_comparison_of_two_outlets_needs_two(pair):
    with pytest.raises(DiscourseError, match="two different outlets"):
        two_outlets(pair)
    assert two_outlets(["b", "a"]) == ("b", "a")


def test_an_empty_table_is_not_drawn():
    with pytest.raises(DiscourseError, match="choose more"):
        columns_present(DOCUMENTS.iloc[:0], ["era_id"])
