"""Days and outlets in names of files and folders: what is written out, and nothing else."""

from __future__ import annotations

import pytest

from analysis.study.outlets import Resolver
from analysis.study.settings import Outlet
from analysis.texts.read.file_names import date_of, outlet_of

RESOLVE = Resolver(
    {
        "times": Outlet("times", "Example Times", "XXX", "unknown", aliases=("ET",), domains=("exampletimes.com",)),
        "post": Outlet("post", "The Example Post", "XXX", "unknown"),
    }
).resolve


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("2023-09-01-example-times-story.txt", "2023-09-01"),
        ("20230901 story.txt", "2023-09-01"),
        ("a/2023_09_01.txt", "2023-09-01"),
        ("times/2023/09/01/story.html", "2023-09-01"),
        ("times/2023-09/story 5.html", "2023-09"),
        ("1-Sep-2023_story.txt", "2023-09-01"),
        ("1Sep2023.txt", "2023-09-01"),
        ("Story September 1, 2023.txt", "2023-09-01"),
        ("story_2023-Sep-01.txt", "2023-09-01"),
        ("story 21-09-2023.txt", "2023-09-21"),
        ("2023-08/2023-09-01.txt", "2023-09-01"),
        ("Sept 2023/story.txt", "2023-09"),
        ("report-20239999-501334.txt", None),
        ("story-1692641700.txt", None),
        ("03-04-2023.txt", None),
        ("2023-09-01 to 2023-09-07.txt", None),
        ("31-02-2023.txt", None),
        ("Nexis [2023]/a.txt", None),
        ("chapter 1-2-3.txt", None),
        ("plain", None),
    ],
)
def test_days_that_are_written_out(path, day):
    assert date_of(path) == day


def test_a_numeric_day_follows_the_order_of_the_source():
    assert date_of("03-04-2023.txt", day_first=True) == "2023-04-03"
    assert date_of("03-04-2023.txt", day_first=False) == "2023-03-04"


@pytest.mark.parametrize(
    ("path", "outlet"),
    [
        ("Example Times/a.txt", "times"),
        ("example_times/2023/a.txt", "times"),
        ("Example Times [2023]/a.txt", "times"),
        ("Nexis/2023_Example Times/a.txt", "times"),
        ("2023-09-01-example-times-story.txt", "times"),
        ("2023-09-01_the-example-post_story.txt", "post"),
        ("story_Example Post.txt", "post"),
        ("ET_2023_08_22.txt", "times"),
        ("20230822 Example Times - A bridge.md", "times"),
        ("Example Times/2023-09-01 Example Post - bridge.txt", "post"),
        ("example times reporter jailed.txt", None),
        ("2023-09-01 a bridge for example.txt", None),
        ("et/a.txt", "times"),
        ("ExampleTimes-2023-08-22.txt", "times"),
        ("exampletimes/a.txt", "times"),
        ("times_2023.txt", "times"),
        ("other/a.txt", None),
    ],
)
def test_outlets_that_are_named_whole(path, outlet):
    assert outlet_of(path, RESOLVE) == outlet
