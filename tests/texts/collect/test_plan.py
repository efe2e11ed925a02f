from __future__ import annotations

import dataclasses
import itertools

import pytest
from archive_server import serving
from collected_study import archive as full
from timing import grows_at_most

from analysis.study.collection import CollectedOutlet, Collection, Settings
from analysis.texts.collect import plan
from analysis.texts.collect.captures import Capture
from analysis.texts.collect.endpoints import Endpoints
from analysis.texts.collect.ledger import Ledger
from analysis.texts.collect.polite import Busy, Client

SETTINGS = Settings("2023-01-01", "2024-12-31", "a@b.example")
COLLECTION = Collection(
    SETTINGS,
    (CollectedOutlet("river_post", ("riverpost.example",)), CollectedOutlet("hill_times", ("hilltimes.example",))),
)


def listed(tmp_path, collection=COLLECTION, archive=None):
    archive = archive or full()
    with serving(archive) as base, Client("a@b.example", interval=0) as client, Ledger(tmp_path) as ledger:
        plan.ask(client, Endpoints(base, base, base, 0), collection, ledger)
        plan.decide(collection, ledger)
        return {row["address"] + " " + row["timestamp"]: (row["state"], row["reason"]) for row in ledger.rows()}


def test_each_capture_is_planned_or_skipped_with_its_reason(tmp_path):
    found = listed(tmp_path)
    post, times = "https://www.riverpost.example", "https://hilltimes.example"
    assert sum(state == "planned" for state, _ in found.values()) == 11
    assert found == found | {
        f"{post}/news/article-1/ 20230901120000": ("planned", ""),
        f"{post}/news/article-1/ 20240301120000": ("skipped", "same bytes as another capture of this address"),
        f"{post}/news/article-2/?utm_source=x 20240301120001": (
            "skipped",
            "later version of an address that is planned",
        ),
        f"{post}/news/article-3-copy 20240301120002": ("skipped", "same bytes as another address"),
        f"{post}/news/old 20230905000000": ("skipped", "status 301"),
        f"{post}/news/lost 20230905000001": ("skipped", "status 404"),
        f"{post}/ 20230905000002": ("skipped", "front or section page"),
        f"{post}/feed/ 20230905000003": ("skipped", "no web page by its type"),
        f"{times}/politics/cut 20230915000000": ("skipped", "later version of an address that is planned"),
        f"{times}/politics/cut 20240301000000": ("planned", ""),
        f"{times}/politics/gap 20230801000000": ("planned", ""),
        f"{times}/politics/1 20230802000000": ("skipped", "later version of an address that is planned"),
        f"{times}/politics/moved 20230803000000": ("skipped", "status 302"),
    }


def test_reprints_in_two_outlets_are_both_planned(tmp_path):
    found = listed(tmp_path)
    assert found["https://www.riverpost.example/news/article-3/ 20230903120000"][0] == "planned"
    assert found["https://hilltimes.example/politics/1 20230911080000"][0] == "planned"


def test_all_versions_if_wished(tmp_path):
    wished = dataclasses.replace(COLLECTION, settings=dataclasses.replace(SETTINGS, versions="all"))
    found = listed(tmp_path, wished)
    assert found["https://www.riverpost.example/news/article-2/?utm_source=x 20240301120001"][0] == "planned"
    assert found["https://www.riverpost.example/news/article-1/ 20240301120000"][0] == "skipped"


def test_languages_paths_and_period(tmp_path):
    english = CollectedOutlet("hill_times", ("hilltimes.example",), paths=("/politics/",), languages=("eng",))
    one = Collection(dataclasses.replace(SETTINGS, until="2023-12-31", archives=("cc",)), (english,))
    found = listed(tmp_path, one)
    assert found["https://hilltimes.example/politics/khmer 20230916000000"] == (
        "skipped",
        "another language by the index",
    )
    assert found["https://hilltimes.example/politics/cut 20230915000000"] == ("planned", "not whole")
    assert {key.split(" ")[1][:4] for key in found} == {"2023"}


def test_a_plan_that_was_stopped_goes_on_where_it_was(tmp_path):
    archive = full()
    archive.faults = {"page=1": ["503!"]}
    with serving(archive) as base:
        ends = Endpoints(base, base, base, 0)
        with Client("a@b.example", interval=0, tries=2) as client, Ledger(tmp_path) as ledger, pytest.raises(Busy):
            plan.ask(client, ends, COLLECTION, ledger)
        archive.faults, archive.asked = {}, []
        with Client("a@b.example", interval=0) as client, Ledger(tmp_path) as ledger:
            plan.ask(client, ends, COLLECTION, ledger)
            asked = [path for _, _, path in archive.asked]
            assert not any("CC-MAIN-2023-23" in path for path in asked if "riverpost" in path)
            assert not any("page=0" in path and "2023-40" in path and "riverpost" in path for path in asked)
            plan.decide(COLLECTION, ledger)
            assert ledger.count("state = 'planned'") == 11
            archive.asked = []
            plan.ask(client, ends, COLLECTION, ledger)
            assert [path for _, _, path in archive.asked] == ["/collinfo.json"]


def test_where_a_chosen_capture_is_gone_the_next_of_its_address_takes_its_place(tmp_path):
    one = Capture("river_post", "cc", "C", "20230901120000", "https://r.example/a", "f", 0, 9, "A", "200", "text/html")
    two = dataclasses.replace(one, timestamp="20231001120000", offset=9, digest="B")
    with Ledger(tmp_path) as ledger:
        ledger.add([one, two], "q", "", done=True)
        plan.decide(COLLECTION, ledger)
        ledger.set(one.capture_id, {"state": "gone", "reason": "not there"})
        plan.decide(COLLECTION, ledger)
        assert [row["capture_id"] for row in ledger.rows("state = 'planned'")] == [two.capture_id]


def test_instead_of_a_capture_that_is_gone_one_other_of_its_page_or_of_its_bytes_is_planned(tmp_path):
    one = Capture("river_post", "cc", "C", "20230901120000", "https://r.example/a", "f", 0, 9, "A", "200", "text/html")
    again = dataclasses.replace(one, timestamp="20231001120000", offset=9)  # the same bytes, captured later
    twin = dataclasses.replace(one, address="https://r.example/copy", offset=18)
    other = dataclasses.replace(one, address="https://r.example/b", offset=27, digest="B")
    with Ledger(tmp_path) as ledger:
        ledger.add([one, again, twin, other], "q", "", done=True)
        plan.decide(COLLECTION, ledger)
        assert {r["capture_id"] for r in ledger.rows("state = 'planned'")} == {one.capture_id, other.capture_id}
        for lost, heir in ((one, again), (again, twin)):
            ledger.set(lost.capture_id, {"state": "gone", "reason": "not there"})
            row = next(iter(ledger.rows("capture_id = ?", (lost.capture_id,))))
            assert plan.instead_of(COLLECTION, ledger, dict(row)) == 1
            planned = {r["capture_id"] for r in ledger.rows("state = 'planned'")}
            assert planned == {heir.capture_id, other.capture_id}
            row = next(iter(ledger.rows("capture_id = ?", (lost.capture_id,))))
            assert row["reason"] == "not there; another capture of its page was taken instead"
        ledger.set(twin.capture_id, {"state": "gone", "reason": "not there"})
        row = next(iter(ledger.rows("capture_id = ?", (twin.capture_id,))))
        assert plan.instead_of(COLLECTION, ledger, dict(row)) == 0
        plan.decide(COLLECTION, ledger)
        assert ledger.count("state = 'planned'") == 1


def test_an_estimate_counts_requests_hours_and_bytes(tmp_path):
    one = Capture(
        "river_post", "cc", "C", "20230901120000", "https://r.example/a", "f", 0, 500_000_000, "A", "200", "text/html"
    )
    with Ledger(tmp_path) as ledger:
        ledger.add(
            [dataclasses.replace(one, address=f"https://r.example/{i}", offset=i, digest=str(i)) for i in range(8)],
            "q",
            "",
            done=True,
        )
        plan.decide(COLLECTION, ledger)
        assert plan.estimate(ledger, 900.0) == plan.Estimate(8, 8, 2.0, 4.0)
        assert plan.table(ledger) == [("river_post", "cc", "8", "8", "8", "0", "0", "")]


@pytest.mark.slow
def test_the_time_of_a_plan_grows_with_its_captures(tmp_path):
    base = Capture("river_post", "cc", "C", "20230901120000", "", "f", 0, 30_000, "", "200", "text/html")
    folders = itertools.count()

    def planning(size):
        captures = [
            dataclasses.replace(
                base, address=f"https://r.example/news/{i}-some-longer-title-of-a-story", offset=i, digest=f"D{i}"
            )
            for i in range(size)
        ]

        def planned():
            with Ledger(tmp_path / str(next(folders))) as ledger:
                for start in range(0, size, 1000):
                    ledger.add(captures[start : start + 1000], f"q{start}", "", done=True)
                plan.decide(COLLECTION, ledger)
                assert ledger.count("state = 'planned'") == size

        return planned

    grows_at_most(planning, 3_000, largest=12_000)
