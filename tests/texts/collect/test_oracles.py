"""The stand-in is faithful: clients that others wrote for the real archives work against it and get the same captures."""

from __future__ import annotations

import re

import pytest
from archive_server import serving
from collected_study import archive as full
from collected_study import pages

cdx_toolkit = pytest.importorskip("cdx_toolkit", reason="the clients of the real archives come with the extra `test`")
wayback = pytest.importorskip("wayback", reason="the clients of the real archives come with the extra `test`")


@pytest.fixture
def quick(monkeypatch, tmp_path):
    """No pauses, and no cache of the list of crawls: they are meant for the real archives."""
    from cdx_toolkit import commoncrawl, myrequests, settings

    for module in (settings, commoncrawl):
        monkeypatch.setattr(module, "CACHE_DIR", str(tmp_path), raising=False)
    myrequests.retry_info["default"]["minimum_interval"] = 0.0
    for entry in myrequests.retry_info.values():
        entry["minimum_interval"] = 0.0


def test_cdx_toolkit_lists_and_fetches_from_the_stand_in(quick):
    wanted = sorted(p.url for p in pages() if p.crawl == "CC-MAIN-2023-40" and "riverpost" in p.url)
    with serving(full()) as base:
        cdx = cdx_toolkit.CDXFetcher(
            source="cc", cc_mirror=base + "/", warc_download_prefix=base, crawl=["CC-MAIN-2023-40"]
        )
        found = list(cdx.iter("*.riverpost.example", from_ts="2023", to="2024"))
        assert sorted(c["url"] for c in found) == wanted
        only = list(
            cdx.iter("*.riverpost.example", filter=["=status:200", "=mime:text/html"], from_ts="2023", to="2024")
        )
        assert len(only) == 6
        article = next(c for c in only if c["url"].endswith("article-3/"))
        assert b"Article 3 of the year" in article.content


def test_wayback_lists_and_fetches_from_the_stand_in(monkeypatch):
    from wayback import _client

    with serving(full()) as base:
        monkeypatch.setattr(_client, "CDX_SEARCH_URL", f"{base}/cdx/search/cdx")
        real = _client.WaybackSession.request

        def redirected(self, method, url, **options):
            return real(self, method, re.sub(r"https?://web\.archive\.org", base, url), **options)

        monkeypatch.setattr(_client.WaybackSession, "request", redirected)
        session = wayback.WaybackSession(search_calls_per_second=0, memento_calls_per_second=0)
        with wayback.WaybackClient(session) as client:
            found = list(client.search("hilltimes.example", match_type="domain"))
            assert sorted(r.original for r in found) == sorted(p.url for p in pages() if not p.crawl)
            body = session.request(
                "GET", f"{base}/web/20230801000000id_/https://hilltimes.example/politics/gap"
            ).content
    assert b"Article 0 of the year" in body
