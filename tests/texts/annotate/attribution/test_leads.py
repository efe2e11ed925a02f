"""Speakers without a verb of saying, and the grid of constructions of attribution.

`tests/golden/attribution_grid.jsonl`: 248 places in 232 invented passages, one or more for each construction (`kind`), with
voice and speaker as the conventions of docs/methods/voice.md have them. First run, before any rule for them: voice right at
219 of 248, named speakers 135 of 182; the rules were then mended on it, so the floors say nothing of unseen texts.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.texts.document import Document


def voice_at(engine, text: str, words: str, title: str | None = None) -> tuple[str, str | None]:
    speech = engine.read(Document("d", "news", "o", text, title, "2024-05-01")).speech
    voice, speaker = speech.voice_at(speech.page.text.index(words))
    return voice, speaker.name if speaker else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Spokesman Vann Sopheak just now: the port is open.", ("reported", "Vann Sopheak")),
        ("Farid Osman (@farid): the port is open.", ("reported", "Farid Osman")),
        ("Tackling Cancer Together: the port is open.", ("own", None)),
        ("Article 7: the port is open.", ("own", None)),
        ("Ke Bunthan's answer was short: the port is open.", ("reported", "Ke Bunthan")),
        ("The message from Ke Bunthan is that the port is open.", ("reported", "Ke Bunthan")),
        ("My view is that the port is open.", ("own", None)),
        ("Ke Bunthan's review is that the port is open.", ("own", None)),
        ("The point is that the port is open.", ("own", None)),
        ("Ke Bunthan disagreed. “As you see, the port is open and busy.”", ("quoted", "Ke Bunthan")),
        ("“As you see, the port is open and busy.” — Ke Bunthan", ("quoted", "Ke Bunthan")),
        # headings are no speakers
        ("- PLEDGE MADE: “As you see, the port is open and busy.”", ("quoted", None)),
        ("- PLEDGE KEPT: All is well.\n\n- PLEDGE MADE: “As you see, the port is open and busy.”", ("quoted", None)),
        ("- Annual Leaders’ Meeting: the port is open.", ("own", None)),
        ("- Strengthening Military Might: the port is open.", ("own", None)),
        ("KE BUNTHAN: “As you see, the port is open and busy.”\n\nMr. Bunthan left.", ("quoted", "KE BUNTHAN")),
    ],
)
def test_speakers_without_a_verb_of_saying(engine, text, expected):
    assert voice_at(engine, text, "the port") == expected


def test_the_grid_of_constructions_is_read_as_well_as_when_it_was_measured(engine, root: Path):
    lines = (root / "tests" / "golden" / "attribution_grid.jsonl").read_text(encoding="utf-8").splitlines()
    wrong, unnamed, asked, named = [], [], 0, 0
    for passage in map(json.loads, lines):
        for place in passage["places"]:
            voice, speaker = voice_at(engine, passage["text"], place["words"], passage["title"])
            asked += 1
            named += place["speaker"] is not None
            wrong += [passage["id"]] if voice != place["voice"] else []
            unnamed += [passage["id"]] if place["speaker"] not in (None, speaker) else []
    assert (asked, named) == (248, 182)
    assert len(wrong) <= 3, wrong
    assert len(unnamed) <= 5, unnamed
