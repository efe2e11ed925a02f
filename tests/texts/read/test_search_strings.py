"""Two exports as two captures: which articles are one."""

from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.study import sources
from analysis.texts.document import Document
from analysis.texts.read.search_strings import Found, source_named, two_searches


def article(text: str, title: str | None = None, day: str | None = "2010-05-01", outlet: str = "heron") -> Found:
    return Found.of(Document("d", "news", outlet, text, title, day))


def test_the_same_words_or_the_same_title_on_one_day_are_one_article():
    first = [article("The harbour opened.", "Harbour opens"), article("Fish is dear."), article("Rain fell.", "Rain")]
    second = [
        article("THE HARBOUR - opened"),  # the same words
        article("Rain fell, and the <b>river</b> rose.", "rain!"),  # another cut of the text, the same title and day
        article("Rain is late.", "Rain", "2010-05-02"),
        article("Fish is dear.", outlet="ibis"),
        article("Fish is dear.", outlet="ibis"),
    ]
    assert two_searches(first, second) == [
        ("2010-05-01", True, True),
        ("2010-05-01", True, False),
        ("2010-05-01", True, True),
        ("2010-05-02", False, True),
        ("2010-05-01", False, True),
    ]
    assert two_searches([], []) == []


def test_a_title_alone_tells_nothing_without_a_day_and_a_day_is_taken_from_either():
    first = [article("One.", "Rain", None), article("Two words.", None, None)]
    assert two_searches(first, [article("Two.", "Rain", None), article("two words")]) == [
        ("", True, False),
        ("2010-05-01", True, True),
        ("", False, True),
    ]


def test_a_source_that_is_not_declared_is_refused_with_those_there_are():
    declared = [sources.make({"source_id": name, "collection": "news", "path": "*.txt"}) for name in ("one", "two")]
    assert source_named(declared, "two", "--first").source_id == "two"
    with pytest.raises(DiscourseError, match="--first: source: 'three' is not allowed; allowed: one, two"):
        source_named(declared, "three", "--first")
    with pytest.raises(DiscourseError, match="declares no source"):
        source_named([], "one", "--first")
