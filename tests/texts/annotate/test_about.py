"""About whom a hit is and who claims it: invented passages coded by hand before the rules were written."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from analysis.texts.annotate.about import Verdict, stance
from analysis.texts.document import Document

COLUMNS = ("holder", "about", "stance", "dyad")
# First run, before any rule was tuned: codebook words found 29 of 29, synonyms 1 of 20, false friends hit 2 of 20; and of
# the columns, once they were there: holder 37 of 48, about 38, stance 43, dyad 9 of 10.
LIMITS = {"holder": 0.9, "about": 0.9, "stance": 0.85, "dyad": 0.9}


def passages(root) -> list[dict]:
    path = root / "tests" / "golden" / "about_own.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def find(reading, expected: dict):
    wanted = expected["surface"].lower()
    for hit in reading.hits:
        low = reading.text[hit.start : hit.end].lower()
        if hit.entry.frame == expected["frame"] and (low in wanted or wanted in low):
            return hit
    return None


def test_passages(engine, root):
    found: Counter = Counter()
    for passage in passages(root):
        reading = engine.read(Document("d", "news", "o", passage["text"]))
        if passage["kind"] == "false_friend":
            found["friends hit"] += any(hit.is_core for hit in reading.hits)
        for expected in passage["hits"]:
            hit = find(reading, expected)
            found[passage["kind"], "wanted"] += 1
            found[passage["kind"], "found"] += hit is not None
            for name in COLUMNS if hit else ():
                if name != "dyad" or expected["dyad"]:
                    found[name, "coded"] += 1
                    found[name, "right"] += getattr(hit, name) == expected[name]
    assert found["codebook", "found"] >= 0.97 * found["codebook", "wanted"]
    assert found["synonym", "found"] >= 0.9 * found["synonym", "wanted"]
    assert found["friends hit"] <= 1
    for name, limit in LIMITS.items():
        assert found[name, "right"] >= limit * found[name, "coded"], name


@pytest.mark.parametrize(
    ("verdict", "own", "negated", "expected"),
    [
        (Verdict("LAO", None, "other", "clause"), "LAO", False, "claimed"),
        (Verdict("LAO", None, "other", "clause"), "CHN", False, "ascribed"),
        (Verdict("LAO", None, "other", "clause"), "", False, "ascribed"),
        (Verdict("LAO", None, "other", "clause"), "LAO", True, "rejected"),
        (Verdict(None, "CHN-LAO", "other", "clause"), "CHN", False, "claimed"),
        (Verdict(None, None, "none", "none"), "", False, "ascribed"),
    ],
)
def test_stance(verdict, own, negated, expected):
    assert stance(verdict, own, is_negated=negated) == expected


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Cambodia is neutral.", "focal"),
        ("China is an ironclad friend of Cambodia.", "focal"),
        ("Laos is neutral, and Cambodia has a port.", "other"),
        ("Neutrality is a word.", "none"),
        ("Laos, which borders Cambodia, fell into a debt trap.", "other"),
        ("Cambodia's balancing act between the powers shows skill in ASEAN.", "focal"),
        ("Many countries praise neutrality, and Cambodia has a port.", "none"),
        ("Most members of Cambodia's cabinet praise neutrality.", "focal"),
        ("The paper praised the idea of diversifying Cambodia's foreign relations.", "focal"),
        ("In engaging China, Cambodia hedges.", "focal"),
    ],
)
def test_about(engine, text, about):
    assert engine.read(Document("d", "news", "o", text)).hits[0].about == about
