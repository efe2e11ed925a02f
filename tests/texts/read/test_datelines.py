"""The day of publication printed with a text, and days in sentences, which are none."""

from __future__ import annotations

import pytest

from analysis.texts.read.datelines import date_in
from analysis.texts.read.dates import parse_date

BODY = "The talks of 9 September 2023 were long.\n\nThey will go on in May 2024, the minister said."


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("A bridge\n\nBy A. Example\n\n17 February 2021\n\n", "2021-02-17"),
        ("A bridge\n\nPublished: 9 September 2023\n\n", "2023-09-09"),
        ("A bridge\nBy A. Example | 17 February 2021 | 10:30\n", "2021-02-17"),
        ("Example Times, Thursday, February 17, 2021\n", "2021-02-17"),
        ("Date: 2021-02-17\n", "2021-02-17"),
        ("Published on 17 February 2021, updated 20 February 2021\n", "2021-02-17"),
        ("Posted: 17 Feb 2021 6:15 PM\nUpdated: 20 Feb 2021\n", "2021-02-17"),
        ("Last updated: 20 Feb 2021\n", "2021-02-20"),
        ("១៧/០២/២០២១\n", "2021-02-17"),
        ("", None),
        ("On 17 February 2021 the bridge over the river was opened by the minister\n", None),
        ("17 February 2021\n\n18 February 2021\n", None),
        ("February 2021\n", None),
        ("Report 2021\n", None),
        ("The bridge was opened on 17 February 2021.\n", None),
    ],
)
def test_a_line_that_is_little_but_a_day_gives_it(head, day):
    found = date_in(head + BODY)
    assert (parse_date(found)[0] if found else None) == day


def test_the_end_counts_only_with_a_label():
    assert parse_date(date_in(f"{BODY}\n\nPosted on 17 February 2021"))[0] == "2021-02-17"
    assert date_in(f"{BODY}\n\n17 February 2021") == "17 February 2021"  # a short text: its end is its beginning
    long = "\n".join(["A sentence of the article stands here."] * 20)
    assert date_in(f"{long}\n17 February 2021") is None
    assert date_in("") is None
