"""Negation by predicate, and mention instead of use: single rules."""

from __future__ import annotations

import pytest

from analysis.texts.annotate.engine import Engine
from analysis.texts.annotate.negation_mention import _MAY_DENY, _MAY_NEGATE, _negators
from analysis.texts.concordance.annotate_file import hit_rows
from analysis.texts.document import Document


def rows(engine: Engine, text: str, title: str | None = None) -> list[dict]:
    return hit_rows(engine.read(Document("d", "news", "o", text, title)))


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("Cambodia is neutral.", False),
        ("Cambodia is not neutral.", True),
        ("Cambodia is no longer neutral.", True),
        ("Cambodia isn't neutral.", True),
        ("Cambodia is not only neutral but also small.", False),
        ("Cambodia is anything but neutral.", True),
        ("Hun Sen denied that Cambodia was neutral.", True),
        ("Hun Sen did not deny that Cambodia was neutral.", False),
        ("Cambodia will not take sides.", False),
        ("Cambodia took sides.", True),
        ("Cambodia avoids choosing sides.", False),
        ("Nobody can break Cambodia's neutrality.", False),
        ("It is wrong to say that Cambodia is neutral.", True),
        ("Without money, Cambodia is neutral.", False),
        ("Cambodia, not Laos, is neutral.", False),
        ("Cambodia would rather be rich than neutral.", True),
        ("Cambodia shunned Laos but took sides in the war.", True),
        ("Is Cambodia choosing sides?", False),
        ("Foreign military bases are banned in Cambodia.", False),
        # by predicate
        ("Cambodia is not, and never has been, neutral.", True),
        ("Cambodia is not, Hun Sen says, neutral.", True),
        ("Cambodia is not and will not be neutral.", True),
        ("I cannot and will not call Cambodia neutral.", True),
        ("I do not think for one moment that Cambodia has ever been neutral.", True),
        ("Nobody believes that Cambodia is neutral.", True),
        ("Hun Sen did not know that Cambodia was neutral.", False),
        ("Nobody should forget that Cambodia is neutral.", False),
        ("Cambodia is an enemy to none, neutral and free.", False),
        ("Cambodia did not join the pact and remains neutral.", False),
        ("Cambodia sees no contradiction between neutrality and friendship.", False),
        ("Neutrality was not a by-product of the war.", False),
        ("Neutrality is not passive.", False),
        ("Neutrality is not an option for Cambodia.", True),
        ("Neutrality does not exist in Cambodia.", True),
        ("Neutrality is no longer of use to Cambodia.", True),
        ("It is not clear whether Cambodia is neutral.", False),
        # a noun is no denial, a wrong that is opposed upholds, and what is joined on is out of reach
        ("Cambodia does not drown, as it is not hedging.", True),
        ("They were not rich […] and Cambodia was neutral.", False),
        ("Cambodia praised the settlement of disputes and a neutral course.", False),
        ("Cambodia disputes that it is neutral.", True),
        ("Cambodia rejects threats to its neutrality.", False),
        ("Cambodia condemned the violation of its neutrality.", False),
        ("Cambodia rejects neutrality.", True),
        ("Cambodia renounced force and to this day is neutral.", False),
        ("Cambodia refused to join in and to stay neutral.", True),
        ("Cambodia dreams of a world free from want, a world of neutrality.", False),
        ("Trade is not at odds with the neutrality of Cambodia.", False),
        ("Cambodia will never grow at the expense of its neutrality.", False),
        ("Cambodia never hid its neutrality.", False),
        ("It is not enough to call Cambodia neutral.", False),
        ("Cambodia is not small, and that it is neutral is known.", False),
        ("Cambodia has turned its back on neutrality.", True),
        ("Cambodia moved away from neutrality.", True),
        ("Cambodia is yet to be neutral.", True),
        ("The neutrality of Cambodia is a fiction.", True),
        ("Neutrality has long been abandoned in Cambodia.", True),
        ("Two officials, who were not allowed to speak, said Cambodia was neutral.", False),
        ("Hun Sen denied that Cambodia was not neutral.", False),
        ("Hun Sen sees no sign that Cambodia is neutral.", True),
        ("Cambodia is neither neutral nor rich.", True),
        ("Cambodia has never wavered in its neutrality.", False),
    ],
)
def test_negation(engine, text, negated):
    assert rows(engine, text)[0]["is_negated"] is negated


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("The term “neutrality” is old.", True),
        ("The so-called neutrality is old.", True),
        ("An ‘ironclad’ friendship was praised.", True),
        ("Neutrality is old.", False),
        ("Hun Sen called China an “ironclad friend”.", False),
        ("So much for neutrality.", True),
        ("The ministry insists on “neutrality” — a term that makes people laugh.", True),
        ("Analysts say the ‘ironclad’ friendship is old.", True),
        ("The minister likes the word — “neutrality”.", True),
        ("The “Diamond Cooperation” framework was praised in China.", False),
        ("Few terms in diplomacy have been stretched as far as neutrality.", True),
        ("We give you our word: the ironclad friendship will last.", False),
    ],
)
def test_mention(engine, text, mention):
    assert rows(engine, text)[0]["is_mention"] is mention


@pytest.mark.parametrize(
    ("text", "mention"),
    [("The ironclad friendship has begun to rust.", True), ("Their neutrality has begun to rust.", False)],
)
def test_irony_belongs_to_frames_that_the_study_calls_ironical(engine, text, mention):
    assert rows(engine, text)[0]["is_mention"] is mention


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ("it is neither large nor ", ["nor"]),
        ("it is nor rich nor strong nor ", ["nor"]),
        ("it is not rich nor strong nor ", ["not", "nor"]),
        ("it is not ", ["not"]),
        ("it is ", []),
    ],
)
def test_neither_and_nor_are_one_negator(head, found):
    assert _negators(head) == found


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        # what is joined to a refusal begins something else
        ("Laos rejects conflicts and seeks to maintain its neutrality.", False),
        ("Laos rejects conflicts and neutrality.", True),
        ("Laos rejects the claim that it is weak and maintains its neutrality.", True),
        ("The plan ended the siege and established the neutrality of Laos.", False),
        ("The plan ended the neutrality of Laos.", True),
        ("The plan would stop the war, secure a truce and restore the neutrality of Laos.", False),
        ("The end of the war and the restoration of the neutrality of Laos were praised.", False),
        ("Laos turned its back on its friends and adopted neutrality.", False),
        ("Laos abandoned its neutrality and joined China.", True),
        # nor does a negator reach over these
        ("The plan has not won, despite the neutrality of Laos.", False),
        ("Laos will not sign until it is sure of its neutrality.", False),
        ("The plan has not won the neutrality of Laos.", True),
        # a harm that is not allowed, or one that is named, leaves it whole
        ("Laos cannot allow its neutrality to be compromised.", False),
        ("Laos cannot allow its neutrality.", True),
        ("The threat will not deter Laos from its path of neutrality.", False),
        ("Laos will spare no effort for its neutrality.", False),
        ("Laos will make no effort for its neutrality.", True),
        (
            "Nothing that we said last week, in private, calls into question the neutrality of Laos.",
            False,
        ),
        ("Isn't this just neutrality by another name for Laos?", False),
        ("This isn't neutrality for Laos.", True),
        ("Laos leans on nobody, and depends on no one: its neutrality is old.", False),
        ("It is a mistake, the minister insists, to speak of the neutrality of Laos.", True),
        ("So long as the war does not stop, the neutrality of Laos holds.", False),
        ("Not since 1969 has Lao neutrality been so loud.", False),
        ("The neutrality of Laos is no longer a forecast.", False),
        ("The plan kept Laos free from want, in accordance with its law, which keeps its neutrality.", False),
        ("The plan does not keep the neutrality of the States.", True),
        ("The neutrality of Laos is no longer an option.", True),
        ("I cannot think of a state that does not praise the neutrality of Laos.", False),
        ("Nobody in this hall who knows the region doubts the neutrality of Laos.", False),
    ],
)
def test_what_a_negator_reaches(engine, text, negated):
    hits = [h for h in engine.read(Document("d", "news", "o", text)).hits if h.entry.frame == "neutrality"]
    assert [h.is_negated for h in hits] == [negated]


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("Laos has never served as a base against that brotherly country.", False),
        ("The war has not spared our brotherly country, Laos.", False),
        ("China will not sell this fraternal nation.", False),
        ("Laos is no longer a brotherly country of China.", True),
        ("China is not our brotherly country, Laos says.", True),
    ],
)
def test_a_state_that_is_only_named_is_not_negated(engine, text, negated):
    hits = [h for h in engine.read(Document("d", "news", "o", text)).hits if h.entry.id == "brotherly"]
    assert [h.is_negated for h in hits] == [negated]


@pytest.mark.parametrize("text", ["to stop the violations of Lao sovereignty", "an infringement of Lao sovereignty"])
def test_a_wrong_that_is_named_negates_nothing(engine, text):
    hits = engine.read(Document("d", "news", "o", f"The plan was {text}.")).hits
    assert [h.is_negated for h in hits if h.entry.frame == "sovereignty"] == [False]


@pytest.mark.parametrize(
    "words",
    [
        "stopped, as it said, short of",
        "in no small way",
        "by no stretch and no means",
        "as was feared, opposed to",
        "in the very place of",
        "the exact opposite of",
        "a long and far cry from",
        "hasn't",
        "a violation, it said, of",
        "few can",
        "no such thing as",
        "sooner than",
    ],
)
def test_one_word_of_each_negator_is_looked_for_whatever_stands_between(words):
    assert _MAY_NEGATE.search(f"the town {words} its port")
    assert not _MAY_NEGATE.search("the town in the north has a port by a lake as large as the sea")


def test_one_word_of_each_denial_is_looked_for():
    assert _MAY_DENY.search("it is a mistake to say") and _MAY_DENY.search("ruled that, as ever, out")
    assert not _MAY_DENY.search("the town has a deep port")
