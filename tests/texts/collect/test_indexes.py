from __future__ import annotations

import pytest
from archive_server import PAGE_SIZE, serving
from collected_study import archive as full
from collected_study import pages

from analysis.errors import DiscourseError
from analysis.texts.collect import indexes
from analysis.texts.collect.endpoints import Endpoints
from analysis.texts.collect.indexes import Crawl, Place
from analysis.texts.collect.polite import Client

POST = Place("river_post", "riverpost.example")


@pytest.fixture
def there():
    archive = full()
    with serving(archive) as base, Client("a@b.example", interval=0) as client:
        yield archive, Endpoints(base, base, base, 0), client


def test_crawls_stand_in_order_of_time(there):
    _, ends, client = there
    found = [c.crawl_id for c in indexes.crawls(client, ends)]
    assert found == sorted(found)
    assert found[-3:] == ["CC-MAIN-2023-23", "CC-MAIN-2023-40", "CC-MAIN-2024-10"]


def test_all_pages_of_the_index_hold_all_captures(there):
    _, ends, client = there
    crawl = Crawl("CC-MAIN-2023-40")
    count = indexes.page_count(client, ends, crawl, POST)
    wanted = [p for p in pages() if p.crawl == crawl.crawl_id and "riverpost" in p.url]
    assert count == -(-len(wanted) // PAGE_SIZE) > 1
    found = [c for n in range(count) for c in indexes.cc_page(client, ends, crawl, POST, n)]
    assert sorted(c.address for c in found) == sorted(p.url for p in wanted)
    assert {c.status for c in found} == {"200", "301", "404"}
    assert indexes.cc_page(client, ends, crawl, POST, count) is None


def test_nothing_is_no_error(there):
    _, ends, client = there
    place = Place("none", "nobody.example")
    assert indexes.page_count(client, ends, Crawl("CC-MAIN-2023-40"), place) == 0
    assert indexes.cc_page(client, ends, Crawl("CC-MAIN-2023-40"), place, 0) == []
    assert indexes.cc_page(client, ends, Crawl("CC-MAIN-2023-40"), place, 1) is None
    assert list(indexes.ia_pages(client, ends, place, ("2023", "2024"))) == [([], "")]


def test_a_prefix_asks_for_less_than_a_domain(there):
    _, ends, client = there
    place = Place("hill_times", "hilltimes.example/politics/1", "prefix")
    found = indexes.cc_page(client, ends, Crawl("CC-MAIN-2023-40"), place, 0)
    assert [c.address for c in found] == ["https://hilltimes.example/politics/1"]


def test_the_internet_archive_goes_on_by_key(there):
    archive, ends, client = there
    place = Place("hill_times", "hilltimes.example")
    archive.pages += [
        type(archive.pages[0])(f"https://hilltimes.example/x/{i}", f"2023100{i}000000", b"x", crawl="")
        for i in range(6)
    ]
    asked = list(indexes.ia_pages(client, ends, place, ("20230101", "20231231")))
    assert [len(found) for found, _ in asked] == [4, 4, 1]
    assert asked[-1][1] == ""
    again = list(indexes.ia_pages(client, ends, place, ("20230101", "20231231"), asked[0][1]))
    assert again == asked[1:]
    captures = [c for found, _ in asked for c in found]
    assert {(c.archive, c.offset, c.crawl) for c in captures} == {("ia", -1, "")}


def test_a_list_of_crawls_that_is_none_is_said_in_words(there):
    _, ends, client = there
    with pytest.raises(DiscourseError, match="list of crawls cannot be read"):
        indexes.crawls(client, Endpoints(ends.cc_index + "/web", "", "", 0))
