"""Voice, speaker, negation, mention and dyad: accuracy on hand-coded passages, and single rules."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from analysis.texts.annotate.engine import Engine
from analysis.texts.concordance.annotate_file import hit_rows
from analysis.texts.document import Document

COLUMNS = ("voice", "speaker", "is_negated", "is_mention", "dyad", "zone")
LIMITS = {"voice": 0.90, "speaker": 0.85, "is_negated": 0.90, "is_mention": 0.90, "dyad": 0.85, "zone": 0.90}
SPEAKER_COLUMNS = ("speaker_side", "speaker_role")  # coded in some of the passages only; null: not coded


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
                coded = [c for c in SPEAKER_COLUMNS if expected.get(c) is not None]
                right.update(f"{c} coded" for c in coded)
                right.update(c for c in coded if match[c] == expected[c])
    return right, extra


def check(right: Counter, extra: list[str], exact: bool) -> None:
    assert extra == []
    assert right["exact" if exact else "found"] >= 0.9 * right["hits"]
    for column, limit in LIMITS.items():
        assert right[column] >= limit * right["found"], column
    for column in SPEAKER_COLUMNS:
        assert right[column] >= 0.85 * right[f"{column} coded"], column


@pytest.mark.parametrize("name", ["voice_own", "voice_more", "voice_wide", "voice_fresh", "voice_third"])
def test_own_passages(engine, root, name):
    check(*score(engine, root / "tests" / "golden" / f"{name}.jsonl"), exact=True)


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
        ("Nobody can break Cambodia's neutrality.", False),
        ("It is wrong to say that Cambodia is neutral.", True),
        ("Without money, Cambodia is neutral.", False),
        ("Cambodia, not Laos, is neutral.", False),
        ("Cambodia would rather be rich than neutral.", True),
        ("Cambodia shunned Laos but took sides in the war.", True),
        ("Is Cambodia choosing sides?", False),
        ("Foreign military bases are banned in Cambodia.", False),
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
        ("The “Diamond Cooperation” framework was praised in China.", False),
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
        ("Pakistan, China's ironclad friend, met Laos.", "CHN-PAK"),
        ("America's ironclad commitment to Japan and Australia was praised.", None),
        ("China's foreign ministry said the ironclad friendship with Cambodia would last.", "CHN-KHM"),
        ("China and Laos called their friendship ironclad.", "CHN-LAO"),
        ("Cambodia stays neutral in the war between Russia and Ukraine.", None),
    ],
)
def test_dyads(engine, text, dyad):
    assert rows(engine, text)[0]["dyad"] == dyad


@pytest.mark.parametrize(
    ("text", "role", "side"),
    [
        ("A Western diplomat in Bangkok said Cambodia was neutral.", "diplomat", "west"),
        ("Officials in Beijing said Cambodia was neutral.", "official", "china"),
        ("Two officials, not authorised to speak, said Cambodia was neutral.", "anonymous", "unknown"),
        ("The Chinese ambassador to Laos said Cambodia was neutral.", "diplomat", "china"),
        ("The prime minister came. He said Laos was neutral.", "head_of_government", "unknown"),
    ],
)
def test_roles_and_sides(engine, text, role, side):
    hit = rows(engine, text)[0]
    assert (hit["speaker_role"], hit["speaker_side"]) == (role, side)
