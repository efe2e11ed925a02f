"""Which states merely stand by and hold no stance."""

from __future__ import annotations

import pytest

from analysis.texts.annotate import bystanders
from analysis.texts.annotate.holders import Ref
from analysis.texts.document import Document


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        ("Cambodia watched as Laos sank into dependence on China.", "LAO"),
        ("While Cambodia looks on, Thailand hedges.", "THA"),
        ("As Laos voted, Malaysia refused to take sides.", "MYS"),
        ("Although Thailand had signed, Vietnam stayed neutral.", "VNM"),
        ("When Cambodia closed the bridge, Thailand said that it stays neutral.", "THA"),
        ("Cambodia's neighbour Vietnam refuses to take sides.", "VNM"),
        ("Laos's old partner Vietnam keeps hedging.", "VNM"),
        ("While Cambodia looks on, its neighbour Thailand hedges.", "THA"),
        ("Cambodia's neighbours refuse to take sides.", None),
        ("Unlike Cambodia, Singapore does not depend on China.", "SGP"),
        ("The port was built. Like Laos, Thailand stays neutral.", "THA"),
        ("More than Laos, Cambodia depends on China.", "KHM"),
        ("While Cambodia stays neutral, Thailand trades.", "KHM"),
        ("As a small state, Laos stays neutral.", "LAO"),
        ("Since Laos opened its port, it has stayed neutral.", "LAO"),
        ("Cambodia is less dependent on China than Laos.", "KHM"),
    ],
)
def test_who_stands_by_holds_nothing(engine, text, holder):
    assert engine.read(Document("d", "news", "o", text)).hits[0].holder == holder


@pytest.mark.parametrize(
    ("low", "names", "beside"),
    [
        ("while aland looks on, bland is neutral", ("aland", "bland"), ["aland"]),
        ("when aland, bland and cland met, they stayed neutral", ("aland", "bland", "cland"), []),
        ("aland watched as bland sank into neutrality", ("aland", "bland"), ["aland"]),
        ("aland, known as bland of old, is neutral", ("aland", "bland"), []),
        ("aland's ally bland is neutral", ("aland", "bland"), ["aland"]),
        ("unlike aland, bland is neutral", ("aland", "bland"), ["aland"]),
        ("a country like aland, bland said, is neutral", ("aland", "bland"), []),
        ("aland is neutral", ("aland",), []),
        ("", (), []),
    ],
)
def test_who_merely_stands_by(low, names, beside):
    refs = [Ref(low.index(name), low.index(name) + len(name), "name", name) for name in names]
    start = low.find("neutral") if low else 0
    assert [ref.state for ref in bystanders.find(low, refs, start, (0, len(low)))] == beside
