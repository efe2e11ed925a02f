"""The pair of states a hit is about."""

from __future__ import annotations

import pytest

from analysis.texts.annotate.dyads import pair
from analysis.texts.concordance.annotate_file import hit_rows
from analysis.texts.document import Document


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("CHN", "KHM", "CHN-KHM"), ("KHM", "CHN", "CHN-KHM"), ("KHM", "KHM", None), ("", "KHM", None)],
)
def test_pairs_are_in_alphabetical_order(first, second, expected):
    assert pair(first, second) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("China and Laos are ironclad friends.", "CHN-LAO"),
        ("Laos, China's ironclad friend, and Thailand signed.", "CHN-LAO"),
        ("America's ironclad commitment to Japan and South Korea was renewed.", None),
        ("Laos's reliance on Vietnam worries Thailand.", "LAO-VNM"),
        ("Laos is neutral between China and Vietnam.", "CHN-VNM"),
        ("Laos is neutral.", None),
        ("Laos and Wang Yi praised the ironclad friendship, an analyst said.", "CHN-LAO"),
    ],
)
def test_the_two_states(engine, text, expected):
    assert [row["dyad"] for row in hit_rows(engine.read(Document("d", "news", "o", text)))][:1] == [expected]
