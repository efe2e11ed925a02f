"""Distances and weights of categories."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import DiscourseError
from analysis.measures.validation import agreement as a
from analysis.measures.validation.agreement_scales import agreement_weights, difference, distance, numbers, own_metric


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


def test_weights_by_hand():
    values = {
        "none": [1, 0, 0, 0],
        "linear": [1, 2 / 3, 1 / 3, 0],
        "quadratic": [1, 8 / 9, 5 / 9, 0],
        "radical": [1, 1 - np.sqrt(1 / 3), 1 - np.sqrt(2 / 3), 0],
        "ordinal": [1, 5 / 6, 1 / 2, 0],
        "ratio": [1, 1 - (1 / 9) / (9 / 25), 1 - (1 / 4) / (9 / 25), 0],
    }
    for name, first in values.items():
        table = agreement_weights(4, name)
        near(table[0], first)
        near(table, table.T)
        near(np.diag(table), 1)
    near(agreement_weights(4, "circular")[0], [1, 0.5, 0, 0.5])  # once round: 1 and 4 are neighbours
    near(agreement_weights(3, "linear", values=[0, 1, 10])[0], [1, 0.9, 0])
    near(agreement_weights(1, "linear"), [[1]])


def test_weights_of_your_own_have_to_fit():
    own = np.array([[1, 0.5], [0.5, 1]])
    near(agreement_weights(2, own), own)
    for wrong in (own[:1], np.eye(3), np.ones(4)):
        with pytest.raises(DiscourseError, match="2 x 2 is needed"):
            agreement_weights(2, wrong)
    with pytest.raises(DiscourseError, match="none, linear, quadratic"):
        agreement_weights(2, "quadratisch")
    with pytest.raises(DiscourseError, match="3 values for 4 categories"):
        agreement_weights(4, "linear", values=[1, 2, 3])


def test_distances_by_hand():
    values = np.array([1.0, 2.0, 5.0])
    near(distance(values, "nominal"), 1 - np.eye(3))
    near(distance(values, "interval")[0], [0, 1, 16])
    near(distance(values, "ratio")[0], [0, 1 / 9, 16 / 36])
    near(distance(values, "circular")[0], [0, np.sin(np.pi / 5) ** 2, np.sin(np.pi * 4 / 5) ** 2])
    near(distance(values, "bipolar")[0], [0, 1 / ((3 - 2) * (10 - 3)), 16 / ((6 - 2) * (10 - 6))])


def test_ordinal_differences_depend_on_how_often_the_ranks_between_are_used():
    n = np.array([4.0, 2.0, 6.0])
    near(difference(n, np.arange(3.0), "ordinal"), [[0, 9, 49], [9, 0, 16], [49, 16, 0]])
    near(difference(n, np.arange(3.0), "nominal"), 1 - np.eye(3))


def test_own_differences_are_checked():
    near(own_metric([[0, 2], [2, 0]], 2), [[0, 2], [2, 0]])
    for wrong in ([[0, 1], [2, 0]], [[1, 1], [1, 0]], [[0, -1], [-1, 0]], [[0, 1, 1], [1, 0, 1], [1, 1, 0]]):
        with pytest.raises(DiscourseError, match="2 x 2 differences"):
            own_metric(wrong, 2)


def test_categories_as_numbers():
    near(numbers(["low", "high"], "nominal"), [0, 1])
    near(numbers([3, 7], "interval"), [3, 7])
    with pytest.raises(DiscourseError, match="needs numbers"):
        numbers(["low", "high"], "interval")
