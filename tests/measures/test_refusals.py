"""Selections that leave nothing to compare are refused in words."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.figures.tables import columns_present
from analysis.measures.frames.coverage import chosen_frames, select_documents, two_outlets

DOCUMENTS = pd.DataFrame({"outlet_id": ["a", "a", "b"], "era_id": ["old", "old", "new"]})


def test_an_era_without_documents_says_what_to_take_out():
    with pytest.raises(DiscourseError, match="'new': take it out of era_ids"):
        select_documents(DOCUMENTS, outlet_ids=["a"], era_ids=["old", "new"])
    assert len(select_documents(DOCUMENTS, outlet_ids=["a"], era_ids=["old"])) == 2


def test_frames_are_named_and_known():
    codebook = ["hedging", "hedging", "ironclad"]
    assert chosen_frames(["ironclad", "ironclad"], codebook) == ["ironclad"]
    assert chosen_frames([], codebook) == ["hedging", "ironclad"]
    with pytest.raises(DiscourseError, match=r"allowed: hedging, ironclad.*Did you mean 'hedging'.*parameter frames"):
        chosen_frames(["hedgin"], codebook)


@pytest.mark.parametrize("pair", [["a"], ["a", "a"], ["a", "b", "c"]])
def test_a_comparison_of_two_outlets_needs_two(pair):
    with pytest.raises(DiscourseError, match="two different outlets"):
        two_outlets(pair)
    assert two_outlets(["b", "a"]) == ("b", "a")


def test_an_empty_table_is_not_drawn():
    with pytest.raises(DiscourseError, match="choose more"):
        columns_present(DOCUMENTS.iloc[:0], ["era_id"])
