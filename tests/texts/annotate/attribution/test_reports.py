"""What one attribution gives: its spans and the kind of its verb."""

from __future__ import annotations

from analysis.texts.annotate.attribution.reports import Report, Verb


def test_a_report_covers_its_spans_half_open():
    report = Report(((3, 6), (9, 12)), None, 7)
    assert [at for at in range(14) if report.covers(at)] == [3, 4, 5, 9, 10, 11]


def test_a_verb_has_the_kind_of_the_lexicon():
    kinds = [Verb(word, 0, len(word), 0, 40).kind for word in ("said", "announced", "called", "denied")]
    assert kinds == ["clause", "that", "name", "deny"]
