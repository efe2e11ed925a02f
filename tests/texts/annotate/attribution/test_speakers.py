"""Who speaks: names, pronouns, roles, sides, first persons."""

from __future__ import annotations

import pytest

from analysis.texts.annotate.engine import Engine
from analysis.texts.concordance.annotate_file import hit_rows
from analysis.texts.document import Document


def rows(engine: Engine, text: str, title: str | None = None) -> list[dict]:
    return hit_rows(engine.read(Document("d", "news", "o", text, title)))


@pytest.mark.parametrize(
    ("text", "role", "side"),
    [
        ("A Western diplomat in Bangkok said Cambodia was neutral.", "diplomat", "west"),
        ("Officials in Beijing said Cambodia was neutral.", "official", "china"),
        ("Two officials, not authorised to speak, said Cambodia was neutral.", "anonymous", "unknown"),
        ("The Chinese ambassador to Laos said Cambodia was neutral.", "diplomat", "china"),
        ("A European envoy said Cambodia was neutral.", "diplomat", "west"),
        ("An ASEAN official said Cambodia was neutral.", "official", "asean"),
        ("Campaigners said Cambodia was neutral.", "organisation", "international"),
        ("Historians said Cambodia was neutral.", "analyst", "analyst"),
        ("The opposition said Cambodia was neutral.", "opposition", "unknown"),
        ("A study by Lee Bora said Cambodia was neutral.", "report", "unknown"),
        ("Villagers said Cambodia was neutral.", "citizen", "unknown"),
        ("The prime minister came. He said Laos was neutral.", "head_of_government", "unknown"),
    ],
)
def test_roles_and_sides(engine, text, role, side):
    hit = rows(engine, text)[0]
    assert (hit["speaker_role"], hit["speaker_side"]) == (role, side)


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Lee Bora, a clerk who left in May, said Cambodia was neutral.", "Lee Bora"),
        ("A clerk in Kandal, Lee Bora, 54, said Cambodia was neutral.", "Lee Bora"),
        ("The governor, Lee Bora, thanked them and said Cambodia was neutral.", "Lee Bora"),
        ("Minister of Commerce Lee Bora said Cambodia was neutral.", "Lee Bora"),
        ("Mr. Lee Bora, in turn, has also said that Cambodia was neutral.", "Lee Bora"),
        ("Lee Bora took note, and said that Cambodia was neutral.", "Lee Bora"),
        ("Lee Bora's aide said Cambodia was neutral.", None),
        ("An aide to Lee Bora said Cambodia was neutral.", None),
        ("Lee Bora came. He met Ms Chan Mony. She said Cambodia was neutral.", "Chan Mony"),
        ("Lee Bora met the press. Bora said Cambodia was neutral.", "Lee Bora"),
        ("Tep Sokha said Cambodia was neutral.", "Tep Sokha"),
        ("The ministry would like to confirm that Cambodia is neutral.", None),
    ],
)
def test_names(engine, text, speaker):
    hit = rows(engine, text)[0]
    assert (hit["voice"], hit["speaker"]) == ("reported", speaker)


@pytest.mark.parametrize(
    "text",
    [
        "I believe that Cambodia is neutral.",
        "We have always said that Cambodia is neutral.",
        "We, the people, say that Cambodia is neutral.",
        "I do not think that Cambodia is neutral.",
        "We are convinced that Cambodia is neutral.",
    ],
)
def test_first_persons_are_the_texts_own(engine, text):
    assert rows(engine, text)[0]["voice"] == "own"


def test_who_asks_is_a_journalist(engine):
    asked, answered = rows(engine, "Q Is Cambodia neutral?\n\nPRIME MINISTER HUN MANET: Cambodia is neutral.")
    assert (asked["voice"], asked["speaker"], asked["speaker_role"], asked["speaker_side"]) == (
        "quoted",
        None,
        "media",
        "media",
    )
    assert (answered["voice"], answered["speaker"], answered["speaker_side"]) == ("quoted", "Hun Manet", "cambodia")


@pytest.mark.parametrize("act", ["thanked", "warmly thanked"])
def test_who_did_one_thing_and_said_another_is_named_before_both(engine, act):
    (hit,) = hit_rows(
        engine.read(
            Document(
                "d",
                "news",
                "o",
                f"The governor, Chea Dara, {act} the minister and added that China was an ironclad friend.",
            )
        )
    )
    assert (hit["voice"], hit["speaker"]) == ("reported", "Chea Dara")
