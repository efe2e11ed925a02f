from __future__ import annotations

import dataclasses
import gzip

import pytest
from archive_server import Page, digest, record

from analysis.texts.collect.captures import Capture
from analysis.texts.collect.checks import check_range, check_record
from analysis.texts.collect.polite import Answer

BODY = b"<html><p>An invented page.</p></html>"
PAGE = Page("https://post.example/a", "20230901120000", BODY)
DATA = record(PAGE)
ONE = Capture("post", "cc", "C", PAGE.timestamp, PAGE.url, "f", 100, len(DATA), digest(BODY), "200", "text/html")
RANGE = {"content-range": f"bytes 100-{99 + len(DATA)}/5000"}


def test_the_right_bytes_are_fetched():
    checked = check_range(Answer(206, RANGE, DATA), ONE)
    assert (checked.state, checked.data, checked.digest_kind) == ("fetched", DATA, "payload")
    assert checked.record_id.startswith("<urn:uuid:")


def test_the_digest_of_the_block_is_accepted_and_noted():
    head = b"HTTP/1.1 200 X\r\nContent-Type: text/html\r\n\r\n"
    checked = check_record(DATA, dataclasses.replace(ONE, digest=digest(head + BODY)))
    assert (checked.state, checked.digest_kind) == ("fetched", "block")


def test_an_index_without_a_digest_leaves_it_open():
    assert check_record(DATA, dataclasses.replace(ONE, digest="")).digest_kind == "none"


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        (Answer(404, {}), "gone", "404"),
        (Answer(416, {}), "gone", "shorter than the index says"),
        (Answer(200, {}), "mismatch", "whole file"),
        (Answer(301, {}), "mismatch", "no range"),
        (Answer(206, {"content-range": "bytes 0-9/5000"}, DATA), "mismatch", "another range"),
        (Answer(206, {}, DATA), "mismatch", "not told"),
        (Answer(206, RANGE, DATA[:-1]), "mismatch", "bytes instead of"),
        (Answer(206, RANGE, b"x" * len(DATA)), "mismatch", "no WARC record"),
        (Answer(206, RANGE, (gzip.compress(b"junk") + b"\0" * len(DATA))[: len(DATA)]), "mismatch", "no WARC record"),
    ],
)
def test_each_wrong_answer_has_its_name(answer, state, reason):
    checked = check_range(answer, ONE)
    assert checked.state == state
    assert reason in checked.reason
    assert checked.data == b""


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"digest": digest(b"other")}, "another digest"),
        ({"address": "https://post.example/b"}, "another address"),
    ],
)
def test_another_page_is_never_kept(change, reason):
    checked = check_record(DATA, dataclasses.replace(ONE, **change))
    assert (checked.state, checked.data) == ("mismatch", b"")
    assert reason in checked.reason


def test_two_records_and_requests_are_not_what_was_asked_for():
    assert "more than one" in check_record(DATA + DATA, ONE).reason
    assert "type metadata" in check_record(record(dataclasses.replace(PAGE, kind="metadata")), ONE).reason
