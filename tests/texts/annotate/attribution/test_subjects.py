"""Subjects of verbs of saying: whom the noun phrase before them names."""

from __future__ import annotations

import pytest

from analysis.texts.annotate.attribution.passage import Passage
from analysis.texts.annotate.attribution.people import People
from analysis.texts.annotate.attribution.speakers import Speakers
from analysis.texts.annotate.attribution.subjects import Subjects


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Thai Foreign Minister Anan Sathorn on Monday said", "Anan Sathorn"),
        ("Few disagreed with Colonel Mao Vibol when he said", "Mao Vibol"),
        ("The news came after Ke Bunthan said", "Ke Bunthan"),
        ("Vann Sopheak, who has said", "Vann Sopheak"),
        ("The governor, Mao Vibol, thanked them and said", "Mao Vibol"),
        ("I stood before the assembly and said", None),
        ("My delegation said", None),
        ("Mao Vibol met Ke Bunthan. The latter said", "Ke Bunthan"),
        ("The harbour, whatever Ke Bunthan said", None),
    ],
)
def test_the_subject_of_a_verb(text, name):
    page = Passage(text, People((), (("Nobody At All", -1),)))
    speakers = Speakers(page)
    subject = Subjects(page, speakers).of(page.sentence(len(text) - 1)[0], text.rindex("said"))
    speaker = speakers.read(subject.who) if subject is not None else None
    assert (speaker.name if speaker is not None else None) == name
