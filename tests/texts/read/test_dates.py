"""Dates as printed: what is read, what is refused, and the half-open eras."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.study.settings import load_eras
from analysis.texts.read.dates import DateProblem, era_of, parse_date, straddles


@pytest.mark.parametrize(
    ("printed", "iso", "precision"),
    [
        ("2023-08-22", "2023-08-22", "day"),
        ("2023-08", "2023-08", "month"),
        ("2023", "2023", "year"),
        (2023, "2023", "year"),
        (20230822, "2023-08-22", "day"),
        ("20230822", "2023-08-22", "day"),
        ("Published: Sep 23, 2023 03:52 PM", "2023-09-23", "day"),
        ("September 23, 2023 Saturday", "2023-09-23", "day"),
        ("23 September 2023", "2023-09-23", "day"),
        ("23rd of Sept. 2023", "2023-09-23", "day"),
        ("22/08/2023", "2023-08-22", "day"),
        ("08/22/2023", "2023-08-22", "day"),
        ("05.05.2023", "2023-05-05", "day"),
        ("2024-10-25T08:38:59.880Z", "2024-10-25", "day"),
        ("2024-10-25 23:59:00+07:00", "2024-10-25", "day"),
        ("Fri, 25 Oct 2024 23:00:00 GMT", "2024-10-25", "day"),
        ("August 2023", "2023-08", "month"),
        ("2023年8月22日", "2023-08-22", "day"),
        ("២០២៣-០៨-២២", "2023-08-22", "day"),
        (dt.date(2023, 8, 22), "2023-08-22", "day"),
        (1692662400, "2023-08-22", "day"),
        (None, None, "none"),
        ("", None, "none"),
        ("n.d.", None, "none"),
        (float("nan"), None, "none"),
    ],
)
def test_dates_are_read_as_printed(printed, iso, precision):
    assert parse_date(printed) == (iso, precision)


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        ("2023-02-31", "impossible-date"),
        ("2023-13-01", "impossible-date"),
        ("31 June 2023", "impossible-date"),
        ("40/40/2023", "impossible-date"),
        ("0999-01-01", "impossible-date"),
        ("03/04/2023", "ambiguous-date"),
        ("22/08/23", "ambiguous-date"),
        ("yesterday", "unread-date"),
        (12.5, "unread-date"),
        (True, "unread-date"),
    ],
)
def test_bad_dates_are_refused_with_the_value_in_the_message(printed, kind):
    with pytest.raises(DateProblem) as caught:
        parse_date(printed)
    assert caught.value.kind == kind
    assert repr(printed) in str(caught.value)


def test_day_first_settles_what_is_ambiguous():
    assert parse_date("03/04/2023", day_first=True) == ("2023-04-03", "day")
    assert parse_date("03/04/2023", day_first=False) == ("2023-03-04", "day")
    with pytest.raises(DateProblem):
        parse_date("22/08/2023", day_first=False)


def test_a_zone_converts_only_when_asked_for():
    late = "2023-08-21T20:00:00Z"
    assert parse_date(late) == ("2023-08-21", "day")
    assert parse_date(late, tz="Asia/Phnom_Penh") == ("2023-08-22", "day")


@settings(max_examples=60, deadline=None)
@given(st.dates(dt.date(1500, 1, 1), dt.date(2100, 12, 31)))
def test_every_day_is_read_back_from_three_forms(day):
    for printed in (
        day.isoformat(),
        f"{day.day} {day:%B} {day.year:04d}",
        f"{day:%b} {day.day}, {day.year:04d} 03:52 PM",
    ):
        assert parse_date(printed) == (day.isoformat(), "day")


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.booleans(), st.none()))
def test_any_value_is_read_or_refused(value):
    try:
        iso, precision = parse_date(value)
    except DateProblem as problem:
        assert problem.kind in ("impossible-date", "ambiguous-date", "unread-date")
    else:
        assert (iso is None) == (precision == "none")


def test_eras_are_half_open_and_straddling_dates_have_none(root):
    eras = load_eras(root / "corpus" / "eras.toml")
    assert era_of("2023-08-21", "day", eras) == "hun_sen"
    assert era_of("2023-08-22", "day", eras) == "hun_manet"
    assert era_of("2023-07", "month", eras) == "hun_sen"
    assert era_of("2023-08", "month", eras) is None
    assert era_of("2023", "year", eras) is None
    assert era_of("2024", "year", eras) == "hun_manet"
    assert era_of("1984-12-31", "day", eras) is None
    assert era_of(None, "none", eras) is None
    assert straddles("2023-08", "month", eras)
    assert not straddles("1980-01-01", "day", eras)
    assert not straddles(None, "none", eras)
