"""Attributions set off within a sentence: what stands around them is reported, if it is a clause."""

from __future__ import annotations

import pytest

from analysis.texts.document import Document


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("The harbour — Ke Bunthan insists — is neutral.", "reported"),
        ("The harbour, the envoy conceded over coffee, is neutral.", "reported"),
        ("The harbour was neutral, Ke Bunthan warned parliament on Friday.", "reported"),
        ("The harbour was neutral, an envoy said on condition that he was not named.", "reported"),
        ("The harbour, Ke Bunthan said when the noise had died down, was neutral.", "reported"),
        ("“We shall see,” Ke Bunthan said, and the harbour is neutral.", "own"),
        ("The harbour, Ke Bunthan told reporters, stays neutral.", "reported"),
        ("The harbour, whatever Ke Bunthan thinks, is neutral.", "own"),
        ("Once neutral, the council has argued well.", "own"),
    ],
)
def test_what_stands_around_an_attribution(engine, text, voice):
    speech = engine.read(Document("d", "news", "o", text)).speech
    assert speech.voice_at(speech.page.text.index("neutral"))[0] == voice
