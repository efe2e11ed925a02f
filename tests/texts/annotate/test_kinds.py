"""Kinds of synonyms, of false friends and of speech, on invented passages written before the rules that read them.

First run of `kinds_own` (94 passages, the rules as they stood; half of them were then used to mend rules, `half`):
synonyms found 19 of 32, false friends hit 12 of 32, negated found 13 of 14, reported right 9 of 12, named speakers 11 of
13. The half that was not used, after the mending: 15 of 16, 3 of 16, 8 of 8, 6 of 7, 6 of 7. First run of `kinds_more`,
with those rules: synonyms found 35 of 60, false friends hit 22 of 78; it was then used, too.

`senses_own` (40 false friends in many genres, 40 passages with 45 true uses), first run before any rule of nouns: false
friends hit 26, true uses found 41. `senses_unseen` (30 and 30 with 34), written after the mending, first run: false friends
hit 8 (the rules of before: 11), true uses found 29 (30); both were then used.

`senses_third` (34 false friends, 34 passages with 39 true uses, 40 on voices), first run: false friends hit 6, true uses
found 33, voice right 34 of 38, named speakers 16 of 16, negated found 15 of 16; then used. `senses_fourth` (24, 20 with 22,
and 16), written after that mending, first run: 0 hit, 21 found, voice 12 of 15, named speakers 5 of 6, negated 5 of 5.

`attribution_own` (44 passages by kind of attribution, three of them no speech), first run before any rule for them: voice
right 25 of 46, named speakers 14 of 23 (four codings were wrong by the conventions and corrected first); then used.
Fourteen more (X045 to X058: clauses that go on behind an attribution, interrupted passives, denied ends), first run: 8
wrong; then used.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from analysis.texts.annotate.engine import Engine
from analysis.texts.concordance.annotate_file import hit_rows
from analysis.texts.document import Document

SETS = ("kinds_own", "kinds_more", "senses_own", "senses_unseen", "senses_third", "senses_fourth")


def passages(root: Path, name: str) -> list[dict]:
    lines = (root / "tests" / "golden" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def rows(engine: Engine, passage: dict) -> list[dict]:
    return hit_rows(engine.read(Document("d", "news", "o", passage["text"], passage.get("title"))))


def is_same(row: dict, expected: dict, text: str) -> bool:
    """Whether a hit has the frame of a coded one and shares a word with it."""
    low, start = row["surface"].lower(), text.lower().find(expected["surface"].lower())
    at = text.lower().find(low)
    return row["frame"] == expected["frame"] and at < start + len(expected["surface"]) and start < at + len(low)


def test_false_friends_are_refused_as_a_kind(engine, root):
    friends = [p for name in SETS for p in passages(root, name) if p["kind"] == "false_friend"]
    hit = [p["id"] for p in friends if any(row["is_core"] for row in rows(engine, p))]
    assert len(friends) == 238
    assert len(hit) <= 0.05 * len(friends), hit


def test_true_uses_are_found_in_any_syntax(engine, root):
    missed, number = [], 0
    for passage in (p for name in SETS[2:] for p in passages(root, name) if p["kind"] == "true_use"):
        left = rows(engine, passage)
        number += len(passage["hits"])
        missed += [passage["id"] for hit in passage["hits"] if not any(is_same(r, hit, passage["text"]) for r in left)]
    assert number == 140
    assert len(missed) <= 0.05 * number, missed


def test_synonyms_are_found_by_family(engine, root):
    own = [p for p in passages(root, "kinds_own") if p["kind"] == "synonym"]
    missed = [p["id"] for p in own if not any(is_same(r, p["hits"][0], p["text"]) for r in rows(engine, p))]
    assert len(missed) <= 0.1 * len(own), missed
    more = [p for p in passages(root, "kinds_more") if p["kind"] == "synonym"]
    missed = [p["id"] for p in more if not any(row["is_core"] for row in rows(engine, p))]
    assert len(missed) <= 0.1 * len(more), missed


@pytest.mark.parametrize("name", ["kinds_own", "senses_third", "senses_fourth", "attribution_own"])
def test_voices_of_passages_written_before_their_rules(engine, root, name):
    found: Counter = Counter()
    for passage in (p for p in passages(root, name) if p["kind"] == "voice"):
        left = rows(engine, passage)
        for expected in passage["hits"]:
            row = next((r for r in left if is_same(r, expected, passage["text"])), None)
            assert row is not None, passage["id"]
            left.remove(row)
            for key in ("voice", "is_negated", "is_mention", "speaker"):
                if expected[key] is not None:
                    found[key] += 1
                    found[key, "right"] += row[key] == expected[key]
    for key, limit in {"voice": 0.95, "is_negated": 0.95, "is_mention": 0.95, "speaker": 0.9}.items():
        assert found[key, "right"] >= limit * found[key], key
