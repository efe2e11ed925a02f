"""Which paragraphs concern the focal state, and that no codebook changes it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.texts.annotate.codebook import Codebook
from analysis.texts.annotate.concern import intersect
from analysis.texts.annotate.engine import Engine
from analysis.texts.document import Document

LINES = (
    "Cambodia opened a port.",
    "The kingdom said it would stay neutral.",
    "The prime minister then left for Laos.",
    "Laos and its prime minister stayed neutral.",
    "Rain fell on the market.",
    "The two countries signed a treaty.",
    "“We take no sides,” Hun Manet said.",
    "China praised the ironclad friendship.",
)


def doc(text: str, outlet: str = "o") -> Document:
    return Document("d", "news", outlet, text)


def concerned(engine: Engine, text: str, outlet: str = "o") -> list[str]:
    reading = engine.read(doc(text, outlet))
    return [reading.text[a:b] for a, b in reading.concern.spans]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([0, 1, 4], [0, 1]),
        ([0, 2, 3], [0, 2]),  # "the prime minister" before another state is named
        ([4, 1], []),  # nobody named before
        ([0, 4, 1], [0]),  # the paragraph between is about the weather
        ([0, 5, 1], [0, 5, 1]),
        ([3, 5], []),
        ([6], [6]),
    ],
)
def test_named_or_carried_on(engine, numbers, expected):
    assert concerned(engine, "\n\n".join(LINES[n] for n in numbers)) == [LINES[n] for n in expected]


def test_our_country_counts_in_a_document_of_the_states_own_government(engine):
    text = "My country opened a port.\n\nRain fell."
    assert concerned(engine, text, "un_khm") == ["My country opened a port."]
    assert concerned(engine, text, "un_lao") == []


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("We opened a port.", True),
        ("Trade helped us.", True),
        ("Our port is open.", True),
        ("We all need ports.", False),
        ("We, the nations, need ports.", False),
        ("Our planet needs ports.", False),
        ("Let us open ports.", False),
        ("Rain fell.", False),
    ],
)
def test_we_counts_where_the_study_says_so(engine, paragraph, expected):
    speech = Document("d", "un", "un_khm", paragraph, genre="speech")
    assert bool(engine.read(speech).concern.spans) == expected
    assert engine.read(replace(speech, collection="news")).concern.spans == []
    assert engine.read(replace(speech, outlet_id="un_lao")).concern.spans == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=6))
def test_exposure_adds_up_and_no_frame_changes_it(engine, lines):
    text = "\n\n".join(lines)
    without = Engine(
        Codebook((replace(engine.codebook.frame("neutrality"), entries=()),)),
        engine.people,
        engine.study,
        engine.official,
    )
    focal, quoted, reported = engine.read(doc(text)).focal_tokens
    assert without.read(doc(text)).focal_tokens == (focal, quoted, reported)
    reading = engine.read(doc(text))
    assert quoted + reported <= focal <= reading.token_count
    assert quoted <= reading.quoted_tokens
    assert reported <= reading.reported_tokens


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=6))
def test_what_is_about_the_state_lies_in_its_paragraphs(engine, lines):
    reading = engine.read(doc("\n\n".join(lines)))
    for hit in reading.hits:
        states = {hit.holder, *(hit.dyad or "").split("-")}
        if hit.about == "focal":
            assert reading.concern.covers(hit.start)
        else:
            assert "KHM" not in states


def test_without_a_focal_state_nothing_concerns_it(engine):
    plain = Engine(engine.codebook, engine.people)
    reading = plain.read(doc(LINES[0]))
    assert reading.concern.spans == []
    assert reading.focal_tokens == (0, 0, 0)


@pytest.mark.parametrize(
    ("spans", "others", "expected"),
    [
        ([(0, 5), (8, 12)], [(3, 9)], [(3, 5), (8, 9)]),
        ([(0, 5)], [(5, 9)], []),
        ([], [(0, 3)], []),
        ([(0, 9)], [(1, 2), (4, 6)], [(1, 2), (4, 6)]),
    ],
)
def test_intersect(spans, others, expected):
    assert intersect(spans, others) == expected
