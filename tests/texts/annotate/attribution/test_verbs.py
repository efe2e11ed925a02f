"""Verbs of saying: kinds, the automaton, roles."""

from __future__ import annotations

import pytest

from analysis.texts.annotate.attribution.verbs import BASES, KIND, NEEDS_CLAUSE, NOMINALS, ROLES, find_verbs


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("said", "clause"),
        ("announced", "that"),
        ("described", "name"),
        ("denied", "deny"),
        ("brushed aside", "deny"),
        ("made clear", "that"),
        ("chimed in", "clause"),
    ],
)
def test_kinds(word, kind):
    assert KIND[word] == kind


def test_groups():
    assert "say" in BASES and "said" not in BASES
    assert {"stressed", "announced", "convinced"} <= NEEDS_CLAUSE and not {"said", "denied", "told"} & NEEDS_CLAUSE
    assert {"claim", "claims", "view", "rumour"} <= NOMINALS and "according to" not in NOMINALS


def test_verbs_and_signs_with_their_places():
    low = "she said it—warned, brushed aside fears; according to him the claim that saidx x-said"
    assert [(low[a:b], word) for a, b, word in find_verbs(low)] == [
        ("said", "said"),
        ("warned", "warned"),
        ("brushed aside", "brushed aside"),
        ("fears", "fears"),
        ("according to", ""),
        ("claim", "claim"),
    ]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("the spokeswoman", "spokesperson"),
        ("a deputy minister", "minister"),
        ("on condition of anonymity", "anonymous"),
        ("villagers", "citizen"),
        ("the premier", "head_of_government"),
        ("a study", "report"),
        ("nothing here", None),
    ],
)
def test_roles(text, role):
    found = ROLES.search(text)
    assert (found.lastgroup if found else None) == role
