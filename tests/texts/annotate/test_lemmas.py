"""Lemmas of word types: the own list first, possessives dropped, compounds by their last part."""

from __future__ import annotations

import pytest

from analysis.texts.annotate.lemmas import lemma, lemmas, own_lemmas


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("ties", "tie"),
        ("country's", "country"),
        ("friends'", "friend"),
        ("non-allies", "non-ally"),
        ("2023", "2023"),
        ("a-1", "a-1"),
        ("'s", "'s"),
        ("zzyzx", "zzyzx"),
    ],
)
def test_lemma(term, expected):
    assert lemma(term) == expected


def test_the_own_list_comes_first_and_order_is_kept():
    form, own = next(iter(own_lemmas().items()))
    assert lemma(form) == own
    assert lemmas(["ties", form, "ties"]) == ["tie", own, "tie"]
