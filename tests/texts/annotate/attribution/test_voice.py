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
    ("between", "speaker"),
    [("", "Sok Example"), ("It rained.\n\n", "Sok Example"), ("The hall greeted Dara Example.\n\n", None)],
)
def test_a_quotation_that_opens_the_next_paragraph_has_the_speaker_of_the_one_before(engine, between, speaker):
    text = (
        "“We shall stay friends with all of them,” said Sok Example, the minister. The hall was full.\n\n"
        f"{between}“Cambodia shall stay neutral and leave the region in peace.”"
    )
    (hit,) = [row for row in rows(engine, text) if row["frame"] == "neutrality"]
    assert (hit["voice"], hit["speaker"]) == ("quoted", speaker)


@pytest.mark.parametrize(
    ("source", "speaker", "role"),
    [
        ("Sok Example, who spoke with Wang Yi.", "Sok Example", "other"),
        ("the minister, Sok Example.", "Sok Example", "minister"),
        ("an analyst, who met Hun Sen.", None, "analyst"),
        ("Hun Sen; Wang Yi agreed.", "Hun Sen", "head_of_government"),
        ("officials. Wang Yi agreed.", None, "official"),
    ],
)
def test_according_to_behind_a_quotation_names_whom_it_names_first(engine, source, speaker, role):
    text = f"“Cambodia stays neutral in all of it,” according to {source}"
    (hit,) = [row for row in rows(engine, text) if row["frame"] == "neutrality"]
    assert (hit["voice"], hit["speaker"], hit["speaker_role"]) == ("quoted", speaker, role)


def test_a_short_end_of_a_quotation_that_runs_on_is_speech(engine):
    text = (
        "“We go our own way,” the minister said on Monday in the capital. “We are neutral.\n\n"
        "“Nobody will drag us into the quarrels of others,” he added.\n\nThe shops stayed open all day."
    )
    (hit,) = [row for row in rows(engine, text) if row["frame"] == "neutrality"]
    assert (hit["voice"], hit["is_mention"]) == ("quoted", False)
    alone = "The paper put the word “neutral” in marks.\n\n“Nobody will drag us into quarrels,” the minister said."
    (hit,) = [row for row in rows(engine, alone) if row["frame"] == "neutrality"]
    assert hit["is_mention"]


LAND = "with all its long coast and two big rivers and many hills and a port"


def test_words_that_a_headline_says_are_denied_are_no_scare_quotes(engine):
    """In a headline marks hold what others say; in a text, where the denial is as far away, they hold at a distance."""
    for said in (
        f"Cambodia a ‘client state’, {LAND}, Hun Sen denies",
        f"‘Client state’, Cambodia {LAND}, Hun Sen denies",
    ):
        (title,) = [r for r in rows(engine, "It rained.", said) if r["surface"].lower() == "client state"]
        assert (title["voice"], title["speaker"], title["is_mention"]) == ("reported", "Hun Sen", False)
    (text,) = rows(engine, f"Cambodia a ‘client state’, {LAND}, Hun Sen denies.")
    assert (text["voice"], text["is_mention"]) == ("reported", True)


def test_a_headline_of_nothing_but_words_in_marks_is_nobody_s_speech(engine):
    (hit,) = rows(engine, "It rained.", "‘Client state’")
    assert (hit["voice"], hit["speaker"], hit["is_mention"]) == ("own", None, True)


def test_any_place_has_a_voice_and_a_speaker(engine):
    text = "“The port is open,” Hun Manet said in Laos. Boats came."
    speech = engine.read(Document("d", "news", "o", text)).speech
    at = [speech.voice_at(text.index(word)) for word in ("port", "Boats")]
    assert [(voice, speaker.name if speaker else None) for voice, speaker in at] == [
        ("quoted", "Hun Manet"),
        ("own", None),
    ]


def test_what_a_colon_opens_is_quoted_however_it_is_spaced(engine):
    for gap in (" ", "  "):
        found = rows(engine, f"Hun Manet:{gap}“We stay neutral.” Boats came.")
        assert [(row["voice"], row["speaker"]) for row in found] == [("quoted", "Hun Manet")]
