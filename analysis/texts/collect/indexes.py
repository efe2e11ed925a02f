"""Asking the archives which captures they hold: Common Crawl's index of each crawl, the Internet Archive's CDX server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.errors import DiscourseError
from analysis.texts.collect.captures import Capture
from analysis.texts.collect.endpoints import Endpoints
from analysis.texts.collect.polite import Answer, Client

CC_FIELDS = "url,timestamp,status,mime,mime-detected,digest,length,offset,filename,languages,truncated"
IA_FIELDS = "original,timestamp,statuscode,mimetype,digest,length"
IA_PAGE = 5000
IA_PACE = 2.0  # the Internet Archive allows some thirty index queries a minute


@dataclass(frozen=True)
class Crawl:
    """One crawl of Common Crawl. start, end: ISO days of its first and last capture; "" where not told."""

    crawl_id: str
    start: str = ""
    end: str = ""


@dataclass(frozen=True)
class Place:
    """Where an outlet publishes: a host with all below it (`match` "domain"), or addresses that begin so ("prefix")."""

    outlet_id: str
    address: str
    match: str = "domain"

    @property
    def key(self) -> str:
        return f"{self.outlet_id}|{self.match}|{self.address}"


def crawls(client: Client, ends: Endpoints) -> list[Crawl]:
    """All crawls of Common Crawl, the oldest first."""
    answer = client.get(f"{ends.cc_index}/collinfo.json")
    try:
        listed = json.loads(answer.body)
        found = [
            Crawl(str(row["id"]), str(row.get("from") or "")[:10], str(row.get("to") or "")[:10]) for row in listed
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise DiscourseError(
            f"{ends.cc_index}/collinfo.json: the list of crawls cannot be read (status {answer.status}, "
            f"{type(error).__name__}); try again later, or look whether DISCOURSE_CC_INDEX leads to an index."
        ) from error
    return sorted(found, key=lambda crawl: (crawl.start or crawl.crawl_id, crawl.crawl_id))


def page_count(client: Client, ends: Endpoints, crawl: Crawl, place: Place) -> int:
    """Pages of the index that hold captures of a place; 0 if there are none."""
    answer = client.get(_cc_address(ends, crawl), query={**_cc_query(place), "showNumPages": "true"})
    if answer.status == 404 or not answer.body.strip():
        return 0
    _only(answer, ends.cc_index)
    try:
        told = json.loads(answer.body)
        return int(told["pages"] if isinstance(told, dict) else told)
    except (ValueError, KeyError, TypeError) as error:
        raise DiscourseError(
            f"{crawl.crawl_id}: the number of index pages cannot be read ({answer.body[:80]!r})."
        ) from error


def cc_page(client: Client, ends: Endpoints, crawl: Crawl, place: Place, page: int) -> list[Capture] | None:
    """The captures on one page of the index; None beyond the last page.

    The index answers 404 "No Captures found" for nothing, and 400 for a page that is not there.
    """
    query = {**_cc_query(place), "fl": CC_FIELDS, "page": str(page)}
    answer = client.get(_cc_address(ends, crawl), query=query)
    if answer.status == 400:
        return None
    if answer.status == 404:
        return []
    _only(answer, ends.cc_index)
    return [_cc_capture(json.loads(line), crawl, place) for line in answer.body.splitlines() if line.strip()]


def ia_pages(
    client: Client, ends: Endpoints, place: Place, span: tuple[str, str], resume: str = ""
) -> Iterator[tuple[list[Capture], str]]:
    """(captures, key to go on with) page by page from the Internet Archive; the last key is "".

    span: first and last timestamp, up to 14 digits. resume: the key of the last page that was kept.
    """
    while True:
        query = {
            "url": place.address,
            "matchType": place.match,
            "from": span[0],
            "to": span[1],
            "fl": IA_FIELDS,
            "limit": str(IA_PAGE),
            "showResumeKey": "true",
        }
        if resume:
            query["resumeKey"] = resume
        answer = client.get(f"{ends.internet_archive}/cdx/search/cdx", query=query, pace=IA_PACE)
        if answer.status == 404:
            yield [], ""
            return
        _only(answer, ends.internet_archive)
        listed, _, key = answer.body.decode("utf-8", "replace").partition("\n\n")
        captures = [_ia_capture(line.split(" "), place) for line in listed.splitlines() if line.count(" ") == 5]
        resume = key.strip()
        yield captures, resume
        if not resume:
            return


def _cc_address(ends: Endpoints, crawl: Crawl) -> str:
    return f"{ends.cc_index}/{crawl.crawl_id}-index"


def _cc_query(place: Place) -> dict[str, str]:
    return {"url": place.address, "matchType": place.match, "output": "json"}


def _only(answer: Answer, host: str) -> None:
    if answer.status != 200:
        raise DiscourseError(f"{host}: the index answered with status {answer.status}; try again later.")


def _cc_capture(row: dict[str, str], crawl: Crawl, place: Place) -> Capture:
    return Capture(
        place.outlet_id,
        "cc",
        crawl.crawl_id,
        str(row["timestamp"]),
        str(row["url"]),
        str(row["filename"]),
        int(row["offset"]),
        int(row["length"]),
        str(row.get("digest", "")),
        str(row.get("status", "")),
        str(row.get("mime-detected") or row.get("mime", "")),
        str(row.get("languages") or ""),
        str(row.get("truncated") or ""),
    )


def _ia_capture(row: list[str], place: Place) -> Capture:
    address, timestamp, status, mime, digest, length = row
    return Capture(
        place.outlet_id,
        "ia",
        "",
        timestamp,
        address,
        length=int(length) if length.isdigit() else -1,
        digest=digest,
        status=status,
        mime=mime,
    )
