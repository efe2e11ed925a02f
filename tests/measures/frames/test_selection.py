"""Which documents a notebook compares, and the sentence that says so."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.frames.selection import (
    border_of,
    chosen_break,
    chosen_eras,
    chosen_sides,
    eras_there,
    seen_note,
    select_eras,
)
from analysis.study.declaration import Event, Sample, Study
from analysis.study.settings import Era


def era(era_id: str, start: str, end: str | None = None) -> Era:
    return Era(era_id, era_id.title(), start, end, reason="r", source="s")


STUDY = Study(
    focal_state="ATL",
    eras=(era("old", "1990-01-01", "2000-01-01"), era("new", "2000-01-01", "2010-01-01"), era("last", "2010-01-01")),
)
DOCUMENTS = pd.DataFrame(
    {
        "doc_id": list("abcdefgh"),
        "outlet_id": ["x", "x", "y", "y", "z", "z", "z", "z"],
        "era_id": ["new", "old", "new", None, "last", "last", "old", None],
    }
)
BEFORE = "Before: Old (1 January 1990 to 31 December 1999). After: New (1 January 2000 to 31 December 2009)"


@pytest.mark.parametrize("given", [["old", "new"], ["new", "old"], []])
def test_two_eras_stand_in_order_of_time_whatever_the_order_given(given):
    found = select_eras(DOCUMENTS, STUDY, era_ids=given, compare=True)
    assert found.pair == ("old", "new") and list(found.documents["doc_id"]) == list("abcg")
    assert found.caption == f"{BEFORE}. 2 documents of other eras and 2 documents without an era left out."


def test_all_eras_that_have_documents_are_taken_when_none_is_named():
    found = select_eras(DOCUMENTS, STUDY, outlet_ids=["z"])
    assert found.era_ids == ("old", "last")
    assert found.caption.endswith("Last (from 1 January 2010). 1 document without an era left out.")
    assert eras_there(STUDY, DOCUMENTS) == chosen_eras(STUDY, DOCUMENTS) == ["old", "new", "last"]


def test_outlets_may_be_named_by_a_sample_of_the_study():
    study = replace(STUDY, samples=(Sample("two", outlets=("x", "y", "gone")),))
    assert list(select_eras(DOCUMENTS, study, outlet_ids=["two"]).documents["doc_id"]) == ["a", "b", "c"]
    with pytest.raises(DiscourseError, match=r"'tow' is not allowed; allowed: x, y, z"):
        select_eras(DOCUMENTS, study, outlet_ids=["tow"])


def test_nothing_left_out_says_nothing():
    found = select_eras(DOCUMENTS.dropna(), STUDY)
    assert "left out" not in found.caption and len(found.documents) == 6


def test_a_study_without_eras_takes_those_of_its_documents():
    found = select_eras(DOCUMENTS, Study(), era_ids=["old", "last"])
    assert (
        found.era_ids == ("last", "old")
        and found.caption == "2 documents of other eras and 2 documents without an era left out."
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"era_ids": ["old"], "compare": True}, "leaves 1 to compare; this comparison needs two .*: old, new, last\\."),
        ({"era_ids": ["old", "new", "last"], "compare": True}, "leaves 3 to compare"),
        ({"outlet_ids": ["x"], "era_ids": ["old", "last"]}, "No document of this selection is of 'last'"),
        ({"era_ids": ["odl"]}, "era: 'odl' is not allowed; allowed: old, new, last. Did you mean 'old'"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(given, words):
    with pytest.raises(DiscourseError, match=words):
        select_eras(DOCUMENTS, STUDY, **given)


def test_no_era_at_all_is_refused():
    with pytest.raises(DiscourseError, match="no document of this selection belongs to an era"):
        select_eras(DOCUMENTS[DOCUMENTS["era_id"].isna()], STUDY)


class Opened:
    """A store as `chosen_sides` sees it."""

    study = STUDY

    def labels(self, name):
        return pd.DataFrame({"outlet_id": ["x", "y", "w"], "country": ["ATL", "LEM", "ATL"]})


def test_sides_left_open_come_from_the_study():
    assert chosen_sides(Opened(), DOCUMENTS, "era_id") == (["new"], ["old"])
    assert chosen_sides(Opened(), DOCUMENTS, "outlet_id") == (["x"], [])
    assert chosen_sides(Opened(), DOCUMENTS, "era_id", ["old"], ["new"]) == (["old"], ["new"])
    assert chosen_sides(Opened(), DOCUMENTS, "era_id", ["old"]) == (["old"], [])
    with pytest.raises(DiscourseError, match="study names no doc_id for it; allowed: a, b, c"):
        chosen_sides(Opened(), DOCUMENTS, "doc_id")
    with pytest.raises(DiscourseError, match="study names no outlet_id for it; allowed: y, z"):
        chosen_sides(Opened(), DOCUMENTS[DOCUMENTS["outlet_id"] != "x"], "outlet_id")


HANDOVER = Event("handover", "handover", "2000-01-01", "transition", "1999-11-01", "2000-01-01")


def test_the_break_is_the_studys_transition_with_its_window():
    study = Study(eras=STUDY.eras, events=(HANDOVER,))
    found = chosen_break(study, DOCUMENTS)
    assert (found.label, found.date, found.window) == ("handover", "2000-01-01", ("1999-11-01", "2000-01-01"))
    assert chosen_break(study, DOCUMENTS, "2000-01-01", "1999-12-01").window == ("1999-12-01", "2000-01-01")


def test_a_window_ends_where_the_study_says_and_is_none_without_a_beginning():
    long = Event("h", "handover", "2000-01-01", "transition", "1999-11-01", "2000-02-01")
    assert chosen_break(Study(eras=STUDY.eras, events=(long,)), DOCUMENTS).window == ("1999-11-01", "2000-02-01")
    bare = Event("h", "handover", "2000-01-01", "transition", "", "2000-02-01")
    found = chosen_break(Study(eras=STUDY.eras, events=(bare,)), DOCUMENTS)
    assert found.window is None and found.end == ""


def test_another_day_has_no_window_unless_one_is_given():
    study = Study(eras=STUDY.eras, events=(HANDOVER,))
    dated = DOCUMENTS.assign(published=["2001-03", None, "2000-05", "1999", "2012", "2011", "1991", "1998"])
    assert chosen_break(study, dated, "2004-05-01").window is None
    assert chosen_break(study, dated, "2004-05-01", "2004-04-01").window == ("2004-04-01", "2004-05-01")
    assert chosen_break(study, dated, "2012").date == "2012"  # the last day that divides: one document from it on


@pytest.mark.parametrize("day", ["1990-12-31", "1991", "2012-01-01", "2500-01-01"])
def test_a_day_that_divides_nothing_is_refused_with_the_days_there_are(day):
    dated = DOCUMENTS.assign(published=["2001-03", None, "2000-05", "1999", "2012", "2011", "1991", "1998"])
    with pytest.raises(
        DiscourseError, match=rf"'{day}' does not divide .* they are of 1991 to 2012. Name a day between"
    ):
        chosen_break(Study(), dated, day)
    with pytest.raises(DiscourseError, match="none of them has a date"):
        chosen_break(Study(), dated.assign(published=None), day)


def test_without_a_transition_the_break_is_where_the_second_era_begins():
    assert chosen_break(STUDY, DOCUMENTS).date == "2000-01-01"
    with pytest.raises(DiscourseError, match="declares no transition and its documents lie in one era"):
        chosen_break(STUDY, DOCUMENTS[DOCUMENTS["era_id"] == "old"])


def test_the_border_is_the_day_the_study_declares_else_the_first_document():
    assert border_of(STUDY, DOCUMENTS, "new") == "2000-01-01"
    dated = DOCUMENTS.assign(published=["2001-03", None, "2000-05", "1999", "2012", "2011", "1991", "1998"])
    assert border_of(Study(), dated, "new") == "2000-05"
    assert border_of(Study(), dated, "future") == ""


def test_what_was_seen_of_each_era_stands_in_the_caption_of_a_corpus_from_web_archives():
    def store(captures):
        tables = {"captures": captures}
        return SimpleNamespace(table=tables.__getitem__, labels=lambda name: pd.DataFrame(), study=STUDY)

    rows = [("x", "19950105000000", "fetched", "d")] * 30 + [("x", "20050105000000", "gone", None)] * 10
    rows += [("x", "20050105000000", "fetched", "d")] * 30 + [("nobody", "20050105000000", "gone", None)] * 500
    captures = (
        pd.DataFrame(rows, columns=["outlet_id", "timestamp", "state", "doc_id"]).assign(reason=None).astype("string")
    )
    found = select_eras(DOCUMENTS, STUDY, compare=True, store=store(captures))
    assert found.caption.endswith(
        "Coverage, fetched of the captures listed: 100% in Old, 75% in New; coverage differs between the eras, so a change "
        "may be one of what was seen."
    )
    assert select_eras(DOCUMENTS, STUDY, compare=True, store=store(captures[:0])).caption.endswith("left out.")
    assert "6% in New" in seen_note(store(captures), "era_id", ["new", "old"])
    assert seen_note(store(captures), "outlet_id", ["x"]) == ""
