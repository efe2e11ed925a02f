"""Distances and weights of categories."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import DiscourseError
from analysis.measures.validation import agreement as a


def near(got, expected, tolerance=1e-9):
    np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance)


def test_alpha_on_other_scales():
    """The examples of the fast-krippendorff tests: circular, bipolar, words, a metric of one's own."""
    near(a.krippendorff_alpha([[0, 1, 2, 3], [0, 2, 2, 0]], metric="circular"), 0.5625)
    near(a.krippendorff_alpha([[-1, 0, 1], [-1, 1, 1]], metric="bipolar"), 18 / 23)
    words = [["pos", "neg", "neu", np.nan], ["pos", "neg", "neu", "pos"], ["pos", "neg", "pos", "pos"]]
    near(a.krippendorff_alpha(words), 0.722222, 6e-7)
    far = np.abs(np.subtract.outer([1, 2, 3, 4], [1, 2, 3, 4]))
    near(a.krippendorff_alpha([[1, 2, 3], [1, 2, 4]], metric=far), 0.761905, 6e-7)
    near(a.krippendorff_alpha([[0, 1, 2], [0, 1, 2]], metric="ratio"), 1)
    with pytest.raises(DiscourseError, match="symmetric, not negative"):
        a.krippendorff_alpha([[1, 2], [1, 1]], metric=[[0, 1], [2, 0]])
