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


@pytest.mark.parametrize(
    ("outlet", "text", "holder"),
    [
        ("un_isl", "The violation by Russia of the sovereignty and territorial integrity of Ukraine must end.", "UKR"),
        ("un_sau", "My country supports the sovereignty, security and stability of Lebanon.", "LBN"),
        ("un_kwt", "Iraq must restore to Kuwait its sovereignty.", "KWT"),
        ("un_irq", "Turkey continues its violations of our sovereignty.", "IRQ"),
        (
            "un_syr",
            "They attacked Syria in violation of Syria’s sovereignty, law and the Charter of us all.",
            "SYR",
        ),
        ("un_irn", "American interference in the internal affairs of Iran will fail.", "IRN"),
        ("un_cub", "Cuba condemns the foreign interference in the internal affairs of Haiti.", "HTI"),
        ("un_chn", "We support the Cuban people in their just struggle to oppose external interference.", "CUB"),
        (
            "un_chn",
            "We support the Cuban people in their struggle to defend their soil and oppose external interference.",
            "CUB",
        ),
        ("the_guardian", "Thailand rejected Cambodia's interference in its internal affairs.", "THA"),
        ("the_guardian", "Vietnam said China had infringed on its sovereignty.", "VNM"),
        ("un_qat", "We in Qatar reiterate our full support for the sovereignty of Indonesia over its islands.", "IDN"),
        (
            "un_afg",
            "At the meeting in Guinea, ministers affirmed their respect for the sovereignty of Afghanistan.",
            "AFG",
        ),
        ("un_gmb", "The security of our world rests on respect for the sovereignty of our nations.", None),
        ("un_are", "Iran speaks of its constant interference in the internal affairs of States.", None),
        ("un_lao", "Laos will defend its sovereignty.", "LAO"),
    ],
)
def test_what_is_done_to_a_state_is_held_by_it(engine, outlet, text, holder):
    """Who violates, interferes or supports holds no sovereignty: the state does whose affairs they are (`acted_on`)."""
    kind = "un" if outlet.startswith("un_") else "news"
    assert [hit.holder for hit in engine.read(Document("d", kind, outlet, text)).hits][:1] == [holder]


def test_whose_neighbour_becomes_something(engine):
    text = "Vietnam wishes to see its neighbour Laos become a neutral country."
    assert engine.read(Document("d", "news", "o", text)).hits[0].holder == "LAO"
    text = "Vietnam wishes to see its neighbour Laos become a land with ports and neutrality."
    assert engine.read(Document("d", "news", "o", text)).hits[0].holder == "LAO"
