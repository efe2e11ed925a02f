from __future__ import annotations

import threading

import pytest
from archive_server import Archive, serving

from analysis.errors import DiscourseError
from analysis.texts.collect.polite import Busy, Client, _retry_after

ONE = "/crawl-data/CC-MAIN-2023-40/segments/1/warc/CC-MAIN-2023-40-00000.warc.gz"


@pytest.fixture
def archive():
    from collected_study import pages

    return Archive(pages())


class Clock:
    """Time that passes only while someone sleeps."""

    def __init__(self) -> None:
        self.now, self.slept = 0.0, []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def time(self) -> float:
        return self.now


@pytest.fixture
def client():
    made = []

    def make(**options) -> tuple[Client, Clock]:
        clock = Clock()
        made.append(Client("a@b.example", sleep=clock.sleep, clock=clock.time, **options))
        return made[-1], clock

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize("contact", ["", "me", "www.example.org"])
def test_nobody_asks_without_a_name(contact):
    with pytest.raises(DiscourseError, match="e-mail address or a web page"):
        Client(contact)


def test_the_user_agent_says_who_asks(archive, client):
    asked, _ = client(interval=0)
    with serving(archive) as base:
        asked.get(base + "/collinfo.json")
    assert "a@b.example" in asked._pool.headers["User-Agent"]


def test_an_interval_lies_between_two_requests_to_one_host(archive, client):
    asked, clock = client(interval=1.0)
    with serving(archive) as base:
        for _ in range(4):
            asked.get(base + "/collinfo.json")
        asked.get(base + "/collinfo.json", pace=2.0)
    assert clock.slept == [1.0, 1.0, 1.0, 2.0]


@pytest.mark.parametrize("status", ["403", "503", "500", "502"])
def test_busy_is_asked_again_after_a_growing_pause(archive, status, client):
    archive.faults = {"collinfo": [status, status]}
    asked, clock = client(interval=1.0)
    with serving(archive) as base:
        assert asked.get(base + "/collinfo.json").status == 200
    assert [s for s in clock.slept if s >= 2] == [2.0, 4.0]


def test_retry_after_is_obeyed(archive, client):
    archive.faults = {"collinfo": ["429"]}
    asked, clock = client(interval=0)
    with serving(archive) as base:
        assert asked.get(base + "/collinfo.json").status == 200
    assert max(clock.slept) == 1.0


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("1.5", 1.5), ("", 0.0), ("soon", 0.0), ("Wed, 01 Jan 2020 00:00:00 GMT", 0.0)]
)
def test_retry_after_as_number_or_date(header, seconds):
    assert _retry_after({"retry-after": header}) == seconds


def test_an_archive_that_stays_busy_ends_the_run(archive, client):
    archive.faults = {"collinfo": ["503!"]}
    asked, _ = client(interval=1.0, tries=4)
    with serving(archive) as base, pytest.raises(Busy, match=r"status 503, asked 4 times.*goes on where it stopped"):
        asked.get(base + "/collinfo.json")
    assert sum(asked.asked.values()) == 4
    assert len(archive.asked) == 4


def test_a_cut_connection_and_a_short_body_are_asked_again(archive, client):
    archive.faults = {ONE: ["cut", "short"]}
    asked, _ = client(interval=0)
    with serving(archive) as base:
        answer = asked.get(base + ONE, byte_range=(0, 99))
    assert (answer.status, len(answer.body)) == (206, 100)
    assert len(archive.asked) == 3


def test_nobody_there_is_out_of_reach_not_a_traceback(client):
    asked, _ = client(interval=0, tries=2)
    with pytest.raises(Busy, match="out of reach"):
        asked.get("http://127.0.0.1:9/collinfo.json")


def test_a_whole_file_in_place_of_a_range_is_not_read(archive, client):
    archive.files[ONE.lstrip("/")] = b"x" * 50_000_000
    archive.faults = {ONE: ["whole"]}
    asked, _ = client(interval=0)
    with serving(archive) as base:
        answer = asked.get(base + ONE, byte_range=(0, 99))
    assert (answer.status, answer.body) == (200, b"")


def test_never_two_requests_at_a_time(archive, client):
    asked, _ = client(interval=0)
    with serving(archive) as base:
        threads = [threading.Thread(target=lambda: asked.get(base + "/collinfo.json")) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert archive.most_at_once == 1
