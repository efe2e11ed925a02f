"""The rules as data: known places, triggers that can be met, patterns that compile and do not run away."""

from __future__ import annotations

import re

import pytest
from timing import processor_seconds

from analysis.texts.clean.boilerplate import strip
from analysis.texts.clean.boilerplate_rules import KINDS, LONGEST, Credits, rules

RULES = rules(Credits(("Wire", "The Wire of Ports"), ("Desk Staff", "D. Example (desk)")))
STORY = "The invented harbour opened on Tuesday.\nIt is deep, the minister said."


def test_every_rule_can_be_reached():
    for rule in RULES:
        assert rule.place in ("line", "last", "inside", "tail")
        assert rule.triggers and all(t == t.lower() and t for t in rule.triggers)
        assert rule.kind in KINDS
        re.compile(rule.pattern, re.IGNORECASE | re.DOTALL)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.kind}-{rule.triggers[0]}")
def test_no_pattern_runs_away_on_a_long_line(rule):
    compiled = re.compile(rule.pattern, re.IGNORECASE | re.DOTALL)
    line = (rule.triggers[0] + " A by of the in 1 views are " * 40)[:LONGEST]
    spent = min(processor_seconds(lambda: (compiled.fullmatch(line), compiled.search(line))) for _ in range(2))
    assert spent < 2


@pytest.mark.parametrize(
    "notice",
    [
        "The views expressed in this article are the author's own and do not reflect those of this paper.",
        "Opinions expressed here are solely those of the writer.",
        "Views are the author's own.",
        "The opinions do not necessarily reflect the position of the paper.",
        "Dara Example is a senior fellow at the Institute of Invented Ports.",
        "Prof. Dara Example is a professor who teaches law at the Example University.",
        "Copyright Example Media Ltd.",
        "© 2023 The Example Post",
        "The Example Post. All rights reserved.",
        "Reporting by Dara Example; editing by Sok Example",
        "(Additional reporting by Dara Example in Phnom Penh and Sok Example)",
        "Subscribe to our newsletter",
        "Sign up now",
        "Follow us on Telegram",
        "Join our Telegram channel for the news of the day",
        "This article was first published in The Example Post.",
        "First published by Example Times.",
        "Photo by Dara Example/AFP",
        "Read the full story here",
    ],
)
def test_notices_at_the_end_go(notice):
    assert strip(f"{STORY}\n{notice}").text.strip() == STORY


@pytest.mark.parametrize(
    "sentence",
    [
        "Views are divided on the harbour.",
        "Opinions are firm in the market: the harbour has brought rice.",
        "The views of the villagers do not differ much from those of the town.",
        "Dara Example is an analyst who calls the harbour a bridge to the sea.",
        "Dara Example, he said, is a lawyer that the ministry trusts.",
        "Copyright law was no part of the talks, said the minister.",
        "First published in 1993, the constitution calls the kingdom a neutral state.",
        "Photos by Dara Example showed that the harbour was full of boats on that day.",
        "Subscribe to the plan or leave the hall, the speaker told them.",
        "Follow us, the soldiers told the farmers on the road.",
        "Editing by the ministry left the words in the text, the paper found.",
        "Reporting by the paper led to a law on harbours.",
        "Read the rest of the treaty and you will find the word, he said.",
        "The king had all rights reserved for his house, the old book says.",
    ],
)
def test_sentences_that_begin_like_notices_stay(sentence):
    assert strip(f"{STORY}\n{sentence}").text == f"{STORY}\n{sentence}"
