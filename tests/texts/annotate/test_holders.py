"""Whose stance a hit is, rule by rule."""

from __future__ import annotations

import pytest

from analysis.texts.document import Document


@pytest.mark.parametrize(
    ("text", "holder", "basis"),
    [
        ("Laos’s long and careful neutrality is known in China.", "LAO", "clause"),
        ("Lao neutrality is known in China.", "LAO", "clause"),
        ("China respects the neutrality of Laos.", "LAO", "clause"),
        ("China wants a neutral, independent Laos.", "LAO", "clause"),
        ("China talks with a neutral country like Laos.", "LAO", "clause"),
        ("Laos, which borders China, stays neutral.", "LAO", "clause"),
        ("China urged Laos to stay neutral.", "LAO", "clause"),
        ("Laos promised to stay neutral, China wrote.", "LAO", "clause"),
        ("Laos signed the treaty. It is neutral, China wrote.", "LAO", "paragraph"),
        ("Laos is a satellite of China.", "LAO", "clause"),
        ("Laos is China's satellite.", "LAO", "clause"),
        ("Critics call Laos a satellite of China.", "LAO", "clause"),
        ("Japan is seen by Laos as a counterweight to China.", "LAO", "clause"),
        ("Laos opened a port. While it rained, neutrality was on all lips.", "LAO", "paragraph"),
        ("Small countries near China stay neutral.", None, "none"),
        ("Laos believes that each nation must keep its neutrality.", None, "none"),
        ("Laos allows no country to end its neutrality.", "LAO", "clause"),
        ("Countries should not take sides, Laos said.", None, "none"),
        ("Neutrality is a word.", None, "none"),
        ("Wang Yi told Laos that both countries stay neutral.", None, "paragraph"),
        ("China and Laos stay neutral.", None, "clause"),
        ("Laos lets ministers visit, without compromising its ASEAN seat or ties with China.", "LAO", "clause"),
        ("In Laos officials counterbalance China's influence.", "LAO", "sentence"),
        ("Laos opened a port near China, and Laos was glad. There the country stays neutral.", "LAO", "paragraph"),
    ],
)
def test_holder(engine, text, holder, basis):
    hit = engine.read(Document("d", "news", "o", text)).hits[0]
    assert (hit.holder, hit.about_basis) == (holder, basis)


@pytest.mark.parametrize(("outlet", "holder"), [("un_lao", "LAO"), ("un_khm", "KHM"), ("the_guardian", None)])
def test_we_is_the_state_whose_government_speaks(engine, outlet, holder):
    hit = engine.read(
        Document("d", "un", outlet, "Our country is small. We stay neutral, as our neutrality asks.")
    ).hits[0]
    assert hit.holder == holder


def test_we_is_the_speakers_state(engine):
    hit = engine.read(Document("d", "news", "o", "“We stay neutral,” Hun Manet said in Laos.")).hits[0]
    assert (hit.holder, hit.about, hit.stance) == ("KHM", "focal", "claimed")
