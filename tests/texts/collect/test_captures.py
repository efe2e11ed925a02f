from __future__ import annotations

import dataclasses

import pytest

from analysis.texts.collect.captures import Capture, address_key, record_id

ONE = Capture("post", "cc", "CC-MAIN-2023-40", "20230901120000", "https://post.example/a", "f.warc.gz", 10, 20, "ABC")


def test_an_id_is_made_of_the_archives_coordinates_alone():
    assert ONE.capture_id == dataclasses.replace(ONE, address="", outlet_id="x", status="404").capture_id
    assert ONE.capture_id != dataclasses.replace(ONE, offset=11).capture_id
    other = dataclasses.replace(ONE, archive="ia")
    assert other.capture_id == dataclasses.replace(other, address="").capture_id
    assert other.capture_id != dataclasses.replace(other, digest="ABD").capture_id


def test_the_month_is_that_of_the_capture():
    assert ONE.month == "2023-09"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.post.example/a/", "https://post.example/a"),
        ("https://post.example/a?utm_source=x&utm_medium=y", "https://post.example/a"),
        ("https://post.example/a#part", "https://POST.example:443/a"),
        ("https://post.example/a?b=2&a=1", "https://post.example/a?a=1&b=2"),
        ("https://post.example/%E1%9E%80", "https://post.example/ក"),
    ],
)
def test_forms_of_one_address_are_one(one, other):
    assert address_key(one) == address_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://post.example/a?id=1", "https://post.example/a?id=2"),
        ("https://post.example/a", "https://news.post.example/a"),
        ("https://post.example/A", "https://post.example/a"),
    ],
)
def test_different_pages_stay_apart(one, other):
    assert address_key(one) != address_key(other)


def test_our_own_record_ids_are_the_same_for_everybody():
    assert record_id("ia", "20230901120000", "ABC") == record_id("ia", "20230901120000", "ABC")
    assert record_id("ia", "20230901120000", "ABC") != record_id("ia", "20230901120001", "ABC")
