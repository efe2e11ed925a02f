"""Indirect speech in a sentence: verbs, signs, nouns, colons; where it begins and ends."""

from __future__ import annotations

import pytest

from analysis.texts.annotate.engine import Engine
from analysis.texts.concordance.annotate_file import hit_rows
from analysis.texts.document import Document


def rows(engine: Engine, text: str, title: str | None = None) -> list[dict]:
    return hit_rows(engine.read(Document("d", "news", "o", text, title)))


@pytest.mark.parametrize(
    ("text", "voice", "speaker"),
    [
        ("Hun Sen said China was an ironclad friend.", "reported", "Hun Sen"),
        ("China was an ironclad friend, Hun Sen said on Monday.", "reported", "Hun Sen"),
        ("China, Hun Sen said, was an ironclad friend.", "reported", "Hun Sen"),
        ("Hun Sen said China was an “ironclad friend”.", "quoted", "Hun Sen"),
        ("Hun Sen arrived. He said China was an ironclad friend.", "reported", "Hun Sen"),
        ("“China is an ironclad friend,” said Mr Vuth Piseth, a teacher.", "quoted", "Vuth Piseth"),
        ("“China is an ironclad friend,” said Hun Sen’s spokesman.", "quoted", None),
        ("Chea Dara, who left in May, argued that China was an ironclad friend.", "reported", "Chea Dara"),
        ("A ministry spokesman, Chea Dara, said China was an ironclad friend.", "reported", "Chea Dara"),
        ("H.E. Chea Dara: “China is our ironclad friend.”", "quoted", "Chea Dara"),
        ("Chea Dara was quoted as saying that China was an ironclad friend.", "reported", "Chea Dara"),
        ("China is an ironclad friend, according to Chea Dara.", "reported", "Chea Dara"),
        ("Cambodia hosted the talks with its ironclad friend.", "own", None),
        ("As Hun Sen said, China is an ironclad friend.", "reported", "Hun Sen"),
        ("China, as Hun Sen has shown, is an ironclad friend.", "reported", "Hun Sen"),
        ("China, said Hun Sen, would stay an ironclad friend.", "reported", "Hun Sen"),
        ("The king and China, says Chea Dara, a monk, are ironclad friends.", "reported", "Chea Dara"),
        ("Minister of Commerce Chea Dara said China was an ironclad friend.", "reported", "Chea Dara"),
        ("Hun Sen arrived. The ambassador spoke first. He said China was an ironclad friend.", "reported", None),
        ("China is described as an ironclad friend by Hun Sen.", "reported", "Hun Sen"),
        ("China is said to be an ironclad friend.", "reported", None),
        ("Hun Sen is convinced that China is an ironclad friend.", "reported", "Hun Sen"),
        ("Chea Dara praised the talks and added that China was an ironclad friend.", "reported", "Chea Dara"),
        ("The clerk — like Hun Sen — says China is an ironclad friend.", "reported", None),
        ("China is an “ironclad” friend, Hun Sen told us.", "quoted", "Hun Sen"),
        ("In Hun Sen's words, China is an ironclad friend.", "reported", "Hun Sen"),
        ("The claim that China is an ironclad friend is old.", "reported", None),
        ("Hun Sen's claim that China is an ironclad friend is old.", "reported", "Hun Sen"),
        ("“China is an ironclad friend” is how Hun Sen sums it up.", "quoted", "Hun Sen"),
        ("Hun Sen promised to keep China an ironclad friend.", "reported", "Hun Sen"),
        ("Hun Sen told the students that China was an ironclad friend.", "reported", "Hun Sen"),
        ('“China is an ironclad friend", Hun Sen told them.', "quoted", "Hun Sen"),
        ("A deal seen as proof of an ironclad friendship was signed.", "reported", None),
        ("We share the view that China is an ironclad friend.", "own", None),
        ("It is our firm belief that China is an ironclad friend.", "own", None),
        ("We share Hun Sen's view that China is an ironclad friend.", "reported", "Hun Sen"),
        ("FACT SHEET: China is an ironclad friend.", "own", None),
        ("An ironclad friend who, in the words of Hun Sen, “never sleeps”, is rare.", "own", None),
        ("In Hun Sen's eyes, China is an ironclad friend.", "reported", "Hun Sen"),
    ],
)
def test_rules_of_attribution(engine, text, voice, speaker):
    hit = rows(engine, text)[0]
    assert (hit["voice"], hit["speaker"]) == (voice, speaker)


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("Cambodia believes that China is an ironclad friend.", "own"),
        ("The Royal Government of Cambodia stresses that China is an ironclad friend.", "own"),
        ("My delegation notes that China is an ironclad friend.", "own"),
        ("The Cambodian delegation would like to say that China is an ironclad friend.", "own"),
        ("My Prime Minister has made it plain that China is an ironclad friend.", "reported"),
        ("Cambodian officials say that China is an ironclad friend.", "reported"),
        ("China says that it is an ironclad friend.", "reported"),
    ],
)
def test_a_state_that_speaks_of_itself_by_its_name_is_the_voice_of_its_document(engine, text, voice):
    outlet = next(outlet for outlet, state in sorted(engine.official.items()) if state == engine.study.focal_state)
    (hit,) = hit_rows(engine.read(Document("d", "news", outlet, text)))
    assert hit["voice"] == voice
    if "China says" not in text:
        assert rows(engine, text)[0]["voice"] == ("own" if "My delegation" in text else "reported")


@pytest.mark.parametrize(
    ("title", "voice", "speaker"),
    [
        ("China is an ironclad friend - Hun Sen", "reported", "Hun Sen"),
        ("China is an ironclad friend – Hun Sen", "reported", "Hun Sen"),
        ("China - an ironclad friend — Hun Sen", "reported", "Hun Sen"),
        ("Talks: China is an ironclad friend - Hun Sen", "own", None),  # what a colon parts is not parted again
        ("Hun Sen - China is an ironclad friend", "own", None),
        ("An ironclad friend: Hun Sen of old Kandal", "reported", "Hun Sen"),  # five words after the colon
        ("An ironclad friend: Hun Sen of old Kandal town", "own", None),  # six are a sentence
        ("China is an ironclad friend - the old minister of trade Hun Sen", "own", None),
        ("Hun Sen: China is an ironclad friend", "reported", "Hun Sen"),
    ],
)
def test_a_name_behind_the_last_colon_or_dash_of_a_title_said_it(engine, title, voice, speaker):
    hit = rows(engine, "A text of some words follows here.", title)[0]
    assert (hit["voice"], hit["speaker"], hit["zone"]) == (voice, speaker, "title")


@pytest.mark.parametrize("text", ["China is an ironclad friend - Hun Sen", "An ironclad friend: Hun Sen"])
def test_behind_a_text_a_name_is_no_speaker(engine, text):
    assert rows(engine, text)[0]["voice"] == "own"


@pytest.mark.parametrize(
    ("title", "voice"),
    [
        ("China stays the ironclad friend of all Cambodia - PM", "reported"),
        ("Talks on ties: China stays the ironclad friend of all Cambodia - PM", "own"),
    ],
)
def test_a_dash_names_who_speaks_in_a_headline_without_a_colon(engine, title, voice):
    assert {row["voice"] for row in rows(engine, "It rained.", title)} == {voice}
