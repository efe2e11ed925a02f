"""The pair of states a hit is about."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from analysis.texts.annotate.dyads import _joined, _owned, pair
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


def states_in(text: str, **names: str) -> list[SimpleNamespace]:
    """Mentions of states by the words that name them, in order of place."""
    found = [
        SimpleNamespace(start=at, end=at + len(word), actor=SimpleNamespace(state=state, kind="state"))
        for state, word in names.items()
        if (at := text.find(word)) >= 0
    ]
    return sorted(found, key=lambda mention: mention.start)


def test_what_belongs_to_a_state_is_anothers_only_where_the_two_touch():
    for text, expected in (
        ("Thailand knows that Laos is China's old friend", "CHN-LAO"),
        ("Thailand said that Laos fears China's old friend", None),
        ("Thailand and Laos fear China's old friend", None),
    ):
        states = states_in(text, THA="Thailand", LAO="Laos", CHN="China")
        assert _owned(text, states, text.index("friend")) == expected, text


def test_of_three_states_the_two_behind_between_are_joined():
    for text, expected in (
        ("Laos saw the friendship between Cambodia and China grow", "CHN-KHM"),
        ("Laos saw that Cambodia and China are friends", None),  # joined, but neither the first nor between
        ("Laos-Cambodia ties and China", "KHM-LAO"),
    ):
        states = states_in(text, LAO="Laos", KHM="Cambodia", CHN="China")
        assert _joined(text, states, text.index("friend") if "friend" in text else 14) == expected, text
