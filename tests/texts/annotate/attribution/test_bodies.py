"""Bodies under their own names: where they stand, and what "it" means."""

from __future__ import annotations

import pytest

from analysis.texts.annotate.attribution import bodies


@pytest.mark.parametrize(
    ("text", "at", "name"),
    [
        ("the Ministry of Trade and Planning said", "Ministry", "Ministry of Trade and Planning"),
        ("the Mekong Institute found", "the", "Mekong Institute"),
        ("a study released in May by the Lakeview Institute finds", "study", "Lakeview Institute"),
        ("officials at the Lakeview Institute say", "officials", ""),
        ("the ministry said", "ministry", ""),
    ],
)
def test_a_body_speaks_where_it_is_named_or_has_written(text, at, name):
    assert bodies.named_at(text, text.lower(), (0, len(text)), text.index(at)) == name


def test_it_is_the_last_body_named_before():
    text = "The Mekong Institute met the Bank of Kampot. It said"
    assert bodies.named_before(text, text.index("It")) == "Bank of Kampot"
    assert bodies.named_before("It said", 0) == ""
