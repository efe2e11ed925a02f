"""p-values adjusted over a declared family: published values, hand-computed cases, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.inference.multiple import adjust, adjust_within


def test_the_fifteen_p_of_benjamini_and_hochberg_1995(golden):
    (case,) = golden("adjustment")
    for method, name in (("bh", "BH"), ("bonferroni", "bonferroni")):
        got = adjust(case["input"]["p"], method)
        np.testing.assert_allclose(got, case["expected"][name], atol=case["tolerance_abs"])
        assert (got <= case["input"]["q"]).sum() == case["expected"][f"n_rejected_{name}"]


def test_by_hand_with_a_gap():
    p = np.array([0.01, np.nan, 0.04, 0.03])
    np.testing.assert_allclose(adjust(p), [0.03, np.nan, 0.04, 0.04])
    np.testing.assert_allclose(adjust(p, "bonferroni"), [0.03, np.nan, 0.12, 0.09])
    np.testing.assert_allclose(adjust(p, "holm"), [0.03, np.nan, 0.06, 0.06])
    np.testing.assert_allclose(adjust(p, "by"), np.array([0.03, np.nan, 0.04, 0.04]) * 11 / 6)
    np.testing.assert_allclose(adjust(p, "none"), p)
    assert np.isnan(adjust([np.nan])).all() and adjust([]).shape == (0,)


def test_zero_and_one_are_p_values_and_nothing_beyond():
    np.testing.assert_allclose(adjust([0.0, 1.0]), [0.0, 1.0])
    for wrong in (-1e-9, 1 + 1e-9):
        with pytest.raises(DiscourseError, match="lie between 0 and 1"):
            adjust([0.5, wrong])
    with pytest.raises(DiscourseError, match="bh, by, bonferroni, holm, none"):
        adjust([0.5], "fdr")


def test_each_family_is_adjusted_alone_and_counts_its_tests():
    rows = pd.DataFrame({"frame": ["x", "y", "x", "x"], "p": [0.01, 0.04, 0.03, np.nan]})
    table = adjust_within(rows, ["frame"])
    np.testing.assert_allclose(table["p_adjusted"], [0.02, 0.04, 0.03, np.nan])
    assert table["family_count"].tolist() == [2, 1, 2, 2]
    assert table["family"].tolist() == ["x", "y", "x", "x"] and "p_adjusted" not in rows
    whole = adjust_within(rows)
    np.testing.assert_allclose(whole["p_adjusted"], [0.03, 0.04, 0.04, np.nan])
    assert whole["family_count"].tolist() == [3] * 4 and whole.attrs["adjustment"] == "bh"
    with pytest.raises(DiscourseError, match="frame, p"):
        adjust_within(rows, ["outlet"])
