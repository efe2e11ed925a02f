"""What a verb reports: clauses, not acts; and where the span ends."""

from __future__ import annotations

import pytest

from analysis.texts.annotate.engine import Engine
from analysis.texts.concordance.annotate_file import hit_rows
from analysis.texts.document import Document


def rows(engine: Engine, text: str, title: str | None = None) -> list[dict]:
    return hit_rows(engine.read(Document("d", "news", "o", text, title)))


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("Hun Sen stressed its neutrality.", "own"),
        ("Hun Sen stressed that neutrality was old.", "reported"),
        ("Hun Sen stressed how old neutrality was.", "reported"),
        ("Hun Sen noted neutrality was old.", "reported"),
        ("The two sides reiterated their ironclad friendship.", "own"),
        ("Cambodia maintains its neutrality.", "own"),
        ("Hun Sen maintained that neutrality was old.", "reported"),
        ("Hun Sen called for neutrality.", "own"),
        ("Hun Sen called it neutrality.", "reported"),
        ("Hun Sen warned of a debt trap in Cambodia.", "reported"),
        ("Its debt trap could not be denied.", "own"),
        ("Talk of a debt trap was rejected by Hun Sen.", "reported"),
        ("Proposals for neutrality were rejected.", "own"),
        ("He had to sit down and think about neutrality.", "own"),
        ("The States of the region and their neutrality were discussed.", "own"),
        ("Hun Sen left, a charge the clerk rejects, in spite of neutrality.", "own"),
        ("Neutrality, the Parties have agreed as follows:", "own"),
        ("Hun Sen clarified: neutrality is old.", "reported"),
        ("Hun Sen would like to say that neutrality is old.", "reported"),
        ("Critics call it a farce, and neutrality is old.", "own"),
        ("Ties are described in a white paper as firm and as proof of neutrality.", "reported"),
        ("Ties are seen as firm because they rest on neutrality.", "own"),
        ("Neutrality is old, he says in a book, and will stay.", "reported"),
        ("It was written in May, and neutrality is old.", "own"),
        # what points at something, shows it, knows it or insists on it reports nobody
        ("Neutrality may fade, as shown in the vote of May.", "own"),
        ("Neutrality may fade, as Hun Sen has shown.", "reported"),
        ("The flood reminds Cambodia that neutrality is old.", "own"),
        ("A study shows that neutrality is old.", "reported"),
        ("Hun Sen knows that neutrality is old.", "own"),
        # what is done, shown or asked for is said only with "that" or in quotation marks
        ("The states agreed to keep the neutrality of Cambodia.", "own"),
        ("Hun Sen agreed that neutrality was old.", "reported"),
        ("The union submitted plans for states that will keep neutrality.", "own"),
        ("The envoy threatened the fleet and its neutrality.", "own"),
        ("Hun Sen threatened that neutrality would end.", "reported"),
        ("Hun Sen recommended last week that neutrality be kept.", "reported"),
        ("The commission recommends three steps and neutrality.", "own"),
        ("The council decided to keep neutrality.", "own"),
        ("They live in conditions characterized by poverty and the loss of neutrality.", "own"),
        ("The summit in May saw the announcement of neutrality.", "own"),
        ("The envoy reminded us of neutrality.", "own"),
        ("He may rest assured that neutrality is old.", "own"),
        ("It has been shown that neutrality is old.", "own"),
        ("It was announced that neutrality is old.", "reported"),
        ("They heard a hope for neutrality in his words.", "own"),
        ("Hun Sen insisted on neutrality.", "own"),
        ("Hun Sen insisted that neutrality was old.", "reported"),
        ("The charter clearly stipulated neutrality.", "own"),
        ("Let me tell you that neutrality is old.", "own"),
        ("Many of us remarked that neutrality is old.", "own"),
        ("The policy of maintaining good ties and neutrality will last.", "own"),
        ("The minister left for a state that would keep its neutrality.", "own"),
        ("In settling various disputes the ministers praised neutrality.", "own"),
        ("The order underscores the duty to keep neutrality.", "own"),
        ("Ties were praised by the chairman of neutrality, Chea Dara.", "own"),
        ("We are accused of being rude, of hating neutrality.", "reported"),
        ("Hun Sen suspects the king of hating neutrality.", "reported"),
        ("Hun Sen rejected threats to neutrality.", "own"),
        ("Hun Sen rejected claims of neutrality.", "reported"),
    ],
)
def test_acts_and_reports(engine, text, voice):
    assert rows(engine, text)[0]["voice"] == voice


@pytest.mark.parametrize(
    ("text", "speaker", "role"),
    [
        ("Cambodia was told by Hun Sen that it stays neutral.", "Hun Sen", "head_of_government"),
        ("It was said by Hun Sen that Cambodia stays neutral.", "Hun Sen", "head_of_government"),
        ("Cambodia was warned by Wang Yi that it would lose its neutrality.", "Wang Yi", "minister"),
        ("It is believed by Hun Sen that Cambodia stays neutral.", "Hun Sen", "head_of_government"),
        ("It is said that Cambodia stays neutral.", None, "other"),
    ],
)
def test_who_says_it_in_the_passive_stands_behind_by(engine, text, speaker, role):
    hit = next(row for row in rows(engine, text) if row["frame"] == "neutrality")
    assert (hit["voice"], hit["speaker"], hit["speaker_role"]) == ("reported", speaker, role)


@pytest.mark.parametrize(
    ("text", "voice", "speaker"),
    [
        ("A warning by the minister Chea Dara that neutrality is dead went unheard.", "reported", "Chea Dara"),
        ("The claim, made by two clerks, that neutrality is dead is old.", "reported", None),
        ("Whispers from the palace that neutrality is dead are old.", "reported", None),
        ("Statements by Chea Dara to the effect that neutrality is dead are old.", "reported", "Chea Dara"),
        ("A report by Chea Dara that was lost praised neutrality.", "own", None),
        ("What Chea Dara called neutrality was nothing.", "reported", "Chea Dara"),
        ("What Chea Dara described as neutrality was nothing.", "reported", "Chea Dara"),
        ("What Chea Dara called a farce has cost the country its neutrality.", "own", None),
        ("What I call a farce is neutrality.", "own", None),
        ("Neutrality, as Chea Dara likes to call it, costs little.", "reported", "Chea Dara"),
        ("Ties cost little, and neutrality, as Chea Dara calls it, costs less.", "reported", "Chea Dara"),
        ("It is hard, wrote the analyst Chea Dara, to see neutrality.", "reported", "Chea Dara"),
        ("Trade grew, wrote the analyst Chea Dara, to general praise of neutrality.", "own", None),
        ("The town, said to be poor, praised neutrality.", "own", None),
        ("The town is said to be poor and to love neutrality.", "reported", None),
        ("Neutrality is old, Chea Dara told students in a speech that ran for hours.", "reported", "Chea Dara"),
        ("Neutrality is old, Chea Dara told reporters when he was asked.", "reported", "Chea Dara"),
        ("Yesterday, Chea Dara told students that neutrality is old.", "reported", "Chea Dara"),
        ("In Chea Dara's own telling, neutrality is old.", "reported", "Chea Dara"),
        ("By Chea Dara's reckoning neutrality is old.", "reported", "Chea Dara"),
        ("Chea Dara spoke. In his view, neutrality is old.", "reported", "Chea Dara"),
        ("In my view, neutrality is old.", "own", None),
        ("Neutrality is, as the clerk Chea Dara put it in May, old.", "reported", "Chea Dara"),
        ("Chea Dara continued that neutrality was old.", "reported", "Chea Dara"),
        ("Chea Dara continued a policy of neutrality.", "own", None),
        ("The two towns see themselves as guardians of neutrality.", "own", None),
        ("The analyst sees the town as a guardian of neutrality.", "reported", None),
        ("Nobody in town doubts its neutrality.", "own", None),
        ("The analyst doubts its neutrality.", "reported", None),
        ('"If the law," Chea Dara began, "is to hold, neutrality must end."', "quoted", "Chea Dara"),
        ("The work on the bridge began, and neutrality is old.", "own", None),
        ('"It rained," Chea Dara went on. "Neutrality is old."', "quoted", "Chea Dara"),
        (
            "Neutrality is old, an official said on condition of anonymity as he was not allowed to speak.",
            "reported",
            None,
        ),
        (
            "Chea Dara sat. What the war had taught him, he told his guests, was that neutrality is old.",
            "reported",
            "Chea Dara",
        ),
        # what is refused, asked for or claimed as a right is no claim
        ("Chea Dara rejected foreign pressure on the neutrality of the town.", "own", None),
        ("Chea Dara rejected attempts to portray neutrality as weak.", "reported", "Chea Dara"),
        ("Chea Dara rejected the claim of neutrality.", "reported", "Chea Dara"),
        ("The council takes issue with the efforts of the town for neutrality.", "own", None),
        ("A letter calling for, among other things, neutrality came.", "own", None),
        ("The law was called into question, and neutrality fell.", "own", None),
        ("Chea Dara has claimed the right to end neutrality.", "own", None),
        ("Chea Dara has not said a word about neutrality.", "own", None),
        ("Chea Dara would like to acknowledge the help that was given to neutrality.", "own", None),
        ("Chea Dara declared its neutrality and that the town was poor.", "own", None),
        ("The plan proposed by Chea Dara will end neutrality.", "own", None),
        ("The years have made it abundantly clear that neutrality is old.", "own", None),
        ("The law was kept according to the resolutions of the council on neutrality.", "own", None),
        ("The law was kept according to Chea Dara, a friend of neutrality.", "reported", "Chea Dara"),
        ("The plan rests on the assumption that we love neutrality.", "own", None),
        ("The plan rests on the assumption that towns love neutrality.", "reported", None),
    ],
)
def test_kinds_of_attribution(engine, text, voice, speaker):
    hit = next(row for row in rows(engine, text) if row["frame"] == "neutrality")
    assert (hit["voice"], hit["speaker"]) == (voice, speaker)


@pytest.mark.parametrize(
    ("title", "voice", "speaker"),
    [
        ("Neutrality is dead: Chea Dara", "reported", "Chea Dara"),
        ("Neutrality to stay: PM Chea Dara", "reported", "Chea Dara"),
        ("Neutrality dead: foreign ministry", "reported", None),
        ("Chea Dara: neutrality is dead", "reported", "Chea Dara"),
        ("Chea Dara on bridges: neutrality is dead", "reported", "Chea Dara"),
        ("Neutrality is dead: what now", "own", None),
        ("Cambodia is poor: neutrality costs", "own", None),
    ],
)
def test_who_speaks_at_either_end_of_a_headline(engine, title, voice, speaker):
    hit = next(row for row in rows(engine, "The rain fell.", title) if row["frame"] == "neutrality")
    assert (hit["voice"], hit["speaker"]) == (voice, speaker)
