"""Moments to days: Unix times by their size, printed times with offsets and zone names."""

from __future__ import annotations

import datetime as dt

import pytest

from analysis.errors import DiscourseError
from analysis.texts.read.moments import UnknownZone, day_in_zone, has_zone, shifted, unix_day, zone_of

BANGKOK = "Asia/Bangkok"


@pytest.mark.parametrize("unit", [1, 10**3, 10**6, 10**9])
def test_a_unix_time_tells_its_unit_by_its_size(unit):
    assert unix_day(1692641700 * unit) == (2023, 8, 21)
    assert unix_day(1692641700 * unit, BANGKOK) == (2023, 8, 22)


@pytest.mark.parametrize("number", [0, 1, 86400, -1, 10**10, 10**25])
def test_other_numbers_are_no_unix_times(number):
    assert unix_day(number) is None


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("2023-08-21T18:15:00Z", 22),
        ("20230821T181500Z", 22),
        ("Aug 21, 2023 06:15 PM UTC", 22),
        ("Mon, 21 Aug 2023 14:15:00 EDT", 22),
        ("21 Aug 2023, 2:15 p.m. (ET)", 22),
        ("21 Aug 2023 18:15 GMT+1", 22),
        ("21 Aug 2023 18:15 UTC+3", 21 + 1 - 1),
        ("2023-08-21 23:59:00+07:00", 21),
        ("2023-08-21 18:15", 21),
        ("2023-08-21T18:15:00", 21),
        ("2023-08-21T18:15:00.000", 21),
        ("20230821T181500", 21),
        ("21.08.2023 18.15", 21),
        ("2023-08-21T18:15:00Z", 22),
        ("2023-08-21T16:15:00Z", 21),
        ("2023-08-21T10:15:00-0800", 22),
        ("20230821 181500 UTC", 22),
        ("21 August 2023", 21),
        ("21 August 2023 12:30 AM +0700", 21),
    ],
)
def test_a_printed_time_with_its_zone_moves_the_day(printed, day):
    expected = dt.date(2023, 8, day)
    assert shifted(printed, 2023, 8, 21, BANGKOK) == expected
    assert shifted(printed, 2023, 8, 21, "UTC") <= expected


def test_a_zone_of_several_meanings_is_refused_and_the_known_ones_are_listed():
    with pytest.raises(UnknownZone, match=r"CST.*EDT"):
        shifted("21 Aug 2023 14:15 CST", 2023, 8, 21, BANGKOK)
    with pytest.raises(DiscourseError, match="Mars/Base"):
        zone_of("Mars/Base")


def test_moments_of_a_library_keep_their_day_unless_a_zone_is_asked_for():
    moment = dt.datetime(2023, 8, 21, 18, 15, tzinfo=dt.UTC)
    assert day_in_zone(moment, None) == dt.date(2023, 8, 21)
    assert day_in_zone(moment, BANGKOK) == dt.date(2023, 8, 22)
    assert day_in_zone(moment.replace(tzinfo=None), BANGKOK) == dt.date(2023, 8, 21)


def test_whether_a_printed_date_depends_on_a_zone():
    assert has_zone("2023-08-21T18:15:00Z") and has_zone("20230821T181500Z") and has_zone("21 Aug 2023 2:15 PM EDT")
    assert not has_zone("2023-10-10T10:00:00") and not has_zone("22.08.2023")
    assert not has_zone("2023-08-21") and not has_zone("21 Aug 2023 14:15")
