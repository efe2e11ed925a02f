from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.words.vectors import era_neighbours, word_shift

OPTIONS = {"runs": 3, "size": 12, "window": 2, "min_count": 3, "epochs": 60}


def texts(seed: int, company: list[str]) -> list[list[str]]:
    """Sentences in which "friend" keeps the company given, among fixed pairs of other words."""
    rng = np.random.default_rng(seed)
    pairs = [[f"p{i}a", f"p{i}b", f"p{i}c"] for i in range(8)] + [["friend", *company]] * 3
    return [[str(w) for n in rng.integers(0, len(pairs), 6) for w in rng.permutation(pairs[n])] for _ in range(120)]


@pytest.fixture(scope="module")
def eras():
    return texts(1, ["iron", "brother"]), texts(2, ["rice", "road"])


def test_neighbours_are_the_company_kept(eras):
    table = era_neighbours({"before": eras[0], "after": eras[1]}, ["friend"], n=2, **OPTIONS)
    near = table.groupby("era_id")["neighbour"].apply(set)
    assert near["before"] == {"iron", "brother"}
    assert near["after"] == {"rice", "road"}
    again = era_neighbours({"before": eras[0], "after": eras[1]}, ["friend"], n=2, **OPTIONS)
    pd.testing.assert_frame_equal(table, again)


def test_a_word_in_new_company_shifts_more_than_by_chance(eras):
    table = word_shift(*eras, ["friend", "p0a", "nowhere"], **OPTIONS).set_index("word")
    assert list(table.index) == ["friend", "p0a"]
    assert table.loc["friend", "similarity"] < table.loc["p0a", "similarity"]
    assert table.loc["friend", "high"] < table.loc["friend", "null_similarity"]


def test_refusals(eras):
    with pytest.raises(DiscourseError, match="no documents for 'after'"):
        era_neighbours({"after": []}, ["friend"])
    with pytest.raises(DiscourseError, match="lower min_count"):
        era_neighbours({"before": [["a", "b"]]}, ["a"], runs=1)
