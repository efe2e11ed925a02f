"""Which forms of saying may report: the quick look."""

from __future__ import annotations

import pytest

from analysis.texts.annotate.attribution.candidates import (
    _FORMS,
    _NEEDS_THAT,
    _NO_SAYING,
    Candidates,
    _is_pointer,
)
from analysis.texts.annotate.attribution.passage import Passage
from analysis.texts.annotate.attribution.people import People
from analysis.texts.annotate.attribution.verbs import KIND, find_verbs
from analysis.texts.annotate.lexicon import load as lexicon


@pytest.mark.parametrize(
    ("text", "passing"),
    [
        ("Ann said that it rained.", ["said"]),
        ("We said that it rained.", []),
        ("In the States it rained.", []),
        ("Ann stressed the rain.", []),
        ("Ann stressed that it rained.", ["stressed"]),
        ("The claim, made by Ann, that it rained.", ["claim"]),
        ("The rain, as Ann likes to call it, fell.", ["call"]),
        ("“Rain,” Ann began, and left.", ["began"]),
        ("The rain began, and Ann left.", []),
    ],
)
def test_forms_that_may_report(text, passing):
    page = Passage(text, People((), (("Nobody At All", -1),)))
    candidates = Candidates(page)
    assert [
        word for at, end, word in find_verbs(page.masked) if word and candidates.may_report(at, end, word)
    ] == passing


@pytest.mark.parametrize(
    ("line", "previous", "word", "points"),
    [
        ("as", "as", "stated", True),
        ("as", "as", "seen", True),
        ("as", "as", "shown", True),
        ("as", "as", "says", False),
        ("and as clearly", "clearly", "stated", True),
        ("and clearly", "clearly", "stated", False),
        ("and as", "often", "stated", False),
    ],
)
def test_a_participle_behind_as_points_and_reports_nothing(line, previous, word, points):
    assert _is_pointer(line, previous, word) is points


@pytest.mark.parametrize(
    "tail", ["", "d", "s with", " of it", " that", ", ann, for", " the right", " to it", " on it", " no word"]
)
def test_a_form_that_is_not_marked_opens_neither_of_the_two_expressions(tail):
    for word in KIND:
        assert _FORMS[word].no_saying or not _NO_SAYING.match(word + tail), word + tail
        assert _FORMS[word].needs_that or not _NEEDS_THAT.match(word + tail), word + tail


def test_the_beginnings_of_the_lexicon_open_what_they_say(root):
    lists = lexicon.read("roles.toml")
    for role in lists.names:
        begin = lexicon.beginnings(lists.source(role))
        assert "" not in begin
        for item in lists.items(role):
            if not set(item) & set("()[]?*+\\.|"):
                assert any(item.startswith(plain) for plain in begin), item
