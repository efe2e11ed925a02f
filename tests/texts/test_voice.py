"""Voice, speaker, negation, mention and dyad: accuracy on hand-coded passages, and single rules."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from analysis.texts.annotate import hit_rows
from analysis.texts.document import Document
from analysis.texts.engine import Engine

COLUMNS = ("voice", "speaker", "is_negated", "is_mention", "dyad", "zone")
LIMITS = {"voice": 0.90, "speaker": 0.85, "is_negated": 0.90, "is_mention": 0.90, "dyad": 0.85, "zone": 0.90}


@pytest.fixture(scope="module")
def engine(root) -> Engine:
    return Engine.from_folder(root / "corpus")


def rows(engine: Engine, text: str, title: str | None = None) -> list[dict]:
    return hit_rows(engine.read(Document("d", "news", "o", text, title)))


def score(engine: Engine, path: Path) -> tuple[Counter, list[str]]:
    """Right answers by column, and hits where none should be. A part of the surface will do."""
    right: Counter = Counter()
    extra = []
    for line in path.read_text(encoding="utf-8").splitlines():
        passage = json.loads(line)
        got = rows(engine, passage["text"], passage["title"])
        if not passage["hits"] and got:
            extra.append(passage["id"])
        for expected in passage["hits"]:
            right["hits"] += 1
            low = expected["surface"].lower()
            match = next((r for r in got if r["frame"] == expected["frame"] and r["surface"].lower() == low), None)
            right["exact"] += match is not None
            match = match or next(
                (r for r in got if r["frame"] == expected["frame"] and r["surface"].lower() in low), None
            )
            if match is not None:
                right["found"] += 1
                right.update(c for c in COLUMNS if match[c] == expected[c])
    return right, extra


def check(right: Counter, extra: list[str], exact: bool) -> None:
    assert extra == []
    assert right["exact" if exact else "found"] >= 0.9 * right["hits"]
    for column, limit in LIMITS.items():
        assert right[column] >= limit * right["found"], column


def test_own_passages(engine, root):
    check(*score(engine, root / "tests" / "golden" / "voice_own.jsonl"), exact=True)


@pytest.mark.shared
def test_reference_passages(engine, reference):
    check(*score(engine, reference / "voice_A.jsonl"), exact=True)


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
    ],
)
def test_rules_of_attribution(engine, text, voice, speaker):
    hit = rows(engine, text)[0]
    assert (hit["voice"], hit["speaker"]) == (voice, speaker)


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
    ],
)
def test_mention(engine, text, mention):
    assert rows(engine, text)[0]["is_mention"] is mention


@pytest.mark.parametrize(
    ("text", "dyad"),
    [
        ("Tokyo and Washington hailed an ironclad alliance.", "JPN-USA"),
        ("The China-Laos ironclad friendship was praised in Thailand.", "CHN-LAO"),
        ("Hanoi fears Cambodia's dependence on China.", "CHN-KHM"),
        ("An ironclad friendship was praised.", None),
        ("Laos and Vietnam met. The two countries' ironclad friendship was praised.", "LAO-VNM"),
        ("Cambodia hedges between Vietnam and Thailand.", "THA-VNM"),
    ],
)
def test_dyads(engine, text, dyad):
    assert rows(engine, text)[0]["dyad"] == dyad
