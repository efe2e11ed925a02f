"""Captions of the corpus say its periods, eras and collection."""

from __future__ import annotations

import pytest

from analysis.figures.captions import of_corpus
from analysis.study.declaration import Study
from analysis.study.settings import Era

ERAS = (("old", "Old Kingdom", "1990-01-01", "2000-01-01"), ("new", "New Kingdom", "2000-01-01", None))


class Nile:
    study = Study(eras=tuple(Era(era_id=i, label=n, start=s, end=e, reason="r", source="s") for i, n, s, e in ERAS))

    def names(self):
        return {"old": "Old Kingdom", "new": "New Kingdom"}


@pytest.mark.parametrize(("frequency", "word"), [("M", "month"), ("Q", "quarter"), ("Y", "year")])
def test_periods_and_eras_are_named(frequency, word):
    said = of_corpus.audit_corpus(frequency, ["Genres are mixed."], store=Nile(), collection="news", era_ids=["new"])
    assert f"by outlet and {word}" in said["periods"].caption
    assert f"missing {word}s" in said["profile"].caption
    assert "Era: New Kingdom (from 1 January 2000). Genres are mixed." in said["eras"].caption
    assert "Old" not in said["eras"].alt


def test_reprints_name_their_collection():
    said = of_corpus.trace_syndication(collection="letters")
    assert all("letters collection" in one.caption and "letters collection" in one.alt for one in said.values())


def test_groups_of_outlets_are_not_called_outlets():
    said = of_corpus.audit_corpus("Y", [], who="group of outlets", store=Nile(), collection="un", era_ids=["new"])
    assert "by group of outlets and year" in said["periods"].caption and "by group of outlets" in said["eras"].title
    assert "each group of outlets" in said["profile"].caption
