"""Tests for analysis.texts.annotate.meant."""

from __future__ import annotations

import pytest

from analysis.texts.annotate.meant import is_a_name
from analysis.texts.document import Document


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("The kingdom's reliance on China left it with tonnes of mangoes, a telephone and a truck.", 1),
        ("The farmers' reliance on China left them with tonnes of mangoes, a telephone and a truck.", 0),
        ("A government that buys its radars, its rifles and its trucks from one yard is hedging.", 1),
        ("A tailor who buys his needles, his buttons and his trucks from one yard is hedging.", 0),
        ("This is a country that bows to no one.", 1),
        ("This is a waiter who bows to no one.", 0),
    ],
)
def test_the_state_that_has_it_may_stand_before_a_relative_clause_or_own_the_words(engine, text, number):
    document = Document(doc_id="d", collection="news", outlet_id="", text=text, title=None, published=None, origin="d")
    assert len(engine.read(document).hits) == number


@pytest.mark.parametrize(
    ("text", "frame", "number"),
    [
        ("Bombs fell on neutral Laos for nine years.", "neutrality", 1),
        ("Bombs fell on neutral buses for nine years.", "neutrality", 0),
        ("Doctors, teachers and monks signed a petition for the neutrality of Cambodia.", "neutrality", 1),
        ("Doctors, teachers and monks signed a petition for the neutrality of nurses.", "neutrality", 0),
        ("Laos has grown dependent on China for its cars and its stadium.", "dependence", 1),
        ("Shops in Laos have grown dependent on buses, cars and a stadium.", "dependence", 0),
        ("Cambodia refused to take sides in the war between an investor and a customer.", "hedging", 1),
        ("The broker refused to take sides in the war between an investor and a customer.", "hedging", 0),
        ("Ironclad, a firm of guards, sells shares to a Chinese partner.", "ironclad", 0),
        ("The students waved flags and sang of the ironclad friendship of Cambodia and China.", "ironclad", 1),
    ],
)
def test_what_a_state_is_or_does_has_its_sense_whatever_stands_beside_it(engine, text, frame, number):
    document = Document(doc_id="d", collection="news", outlet_id="", text=text, title=None, published=None, origin="d")
    assert len([hit for hit in engine.read(document).hits if hit.entry.frame == frame]) == number


@pytest.mark.parametrize(
    ("text", "word", "is_name"),
    [
        ("Orbit, a firm of guards, grew.", "Orbit", True),
        ("They stayed at the Neutral Hotel.", "Neutral", True),
        ("The band called Satellite played.", "Satellite", True),
        ("They stayed at the neutral hotel.", "neutral", False),
        ("Neutral, a word of the prince's, stuck.", "Neutral", False),
    ],
)
def test_a_name_in_capitals_is_that_of_a_body_that_is_said_beside_it(text, word, is_name):
    start = text.index(word)
    assert is_a_name(text, text.lower(), start, start + len(word)) is is_name
