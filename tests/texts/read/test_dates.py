"""Dates as printed: what is read, what is refused, and the half-open eras."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.study.settings import load_eras
from analysis.texts.read.dates import DateProblem, era_of, parse_date


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


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("2023 Aug 22", "2023-08-22"),
        ("2023-Aug-22", "2023-08-22"),
        ("2023, August 22nd", "2023-08-22"),
        ("22-Aug-2023", "2023-08-22"),
        ("22/Aug/2023", "2023-08-22"),
        ("2023 Aug", "2023-08"),
        ("2023年8月", "2023-08"),
        ("2023-08-22 10.30.15", "2023-08-22"),
        ("22 Aug 2023 10.30.15", "2023-08-22"),
        ("202308221030", "2023-08-22"),
        ("20230822T103000Z", "2023-08-22"),
        (20230822103000, "2023-08-22"),
        ("1692082012345", "2023-08-15"),
        ("1692082012345678", "2023-08-15"),
        ("1692082012.5", "2023-08-15"),
        ("Updated August 25, 2023; first published August 20, 2023", "2023-08-20"),
        ("Last updated on 25 August 2023, published on 20 August 2023", "2023-08-20"),
        ("20 August 2023 (updated 25 August 2023)", "2023-08-20"),
        ("25 August 2023 (updated), 20 August 2023 (published)", "2023-08-20"),
        ("Published 2023-08-20 10:00 Updated 2023-08-25 11:00", "2023-08-20"),
        ("20/08/2023, updated 25/08/2023", "2023-08-20"),
        ("20 August 2023 / 20 August 2023", "2023-08-20"),
        ("Updated 25 August 2023", "2023-08-25"),
    ],
)
def test_years_first_moments_and_lines_of_two_dates(printed, iso):
    assert parse_date(printed)[0] == iso


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        ("1970-01-01", "unset-date"),
        ("1970-01-01T00:00:00Z", "unset-date"),
        (0, "unset-date"),
        ("0", "unset-date"),
        (dt.datetime(1970, 1, 1), "unset-date"),
        ("20 August 2023, 25 August 2023", "ambiguous-date"),
        ("Posted on 20 August 2023 and 25 August 2023", "ambiguous-date"),
        ("2023 Aug 32", "impossible-date"),
        ("20231345", "unread-date"),
    ],
)
def test_what_stands_for_no_date_and_two_dates_are_refused(printed, kind):
    with pytest.raises(DateProblem) as caught:
        parse_date(printed)
    assert caught.value.kind == kind


def test_times_without_a_known_zone_are_refused_only_where_a_zone_is_asked_for():
    assert parse_date("21 Aug 2023 14:15 CST") == ("2023-08-21", "day")
    with pytest.raises(DateProblem, match="CST"):
        parse_date("21 Aug 2023 14:15 CST", tz="Asia/Bangkok")
    two = "Published 21 Aug 2023 6:15 PM UTC, updated 25 Aug 2023 6:15 PM UTC"
    assert parse_date(two, tz="Asia/Bangkok") == ("2023-08-22", "day")


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
@given(st.dates(dt.date(1500, 1, 1), dt.date(2100, 12, 31)).filter(lambda d: d != dt.date(1970, 1, 1)))
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
        assert problem.kind in ("impossible-date", "ambiguous-date", "unset-date", "unread-date")
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
