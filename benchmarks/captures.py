"""Do planning and resuming a collection stay small and quick with very many captures?

`python -m benchmarks.captures` lists 100,000 captures, decides which to fetch, and resumes when none, half and nearly all
of them are fetched. Seconds and the process's peak of memory are printed; docs/collect.md holds them.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from analysis.study.collection import CollectedOutlet, Collection, Settings
from analysis.texts.collect import coverage, fetch, plan
from analysis.texts.collect.captures import Capture
from analysis.texts.collect.ledger import Ledger

OUTLETS = ("post", "times", "agency")
PAGE = 5_000  # captures of one page of an index


def captures(count: int) -> Iterator[Capture]:
    """Invented captures: three outlets, ten years, one address in ten seen in two crawls."""
    for number in range(count):
        address = number - number % 10 if number % 10 == 9 else number
        outlet = OUTLETS[address % len(OUTLETS)]
        day = f"{2014 + number % 10}{1 + number // 10 % 12:02d}{1 + number // 120 % 28:02d}"
        digest = hashlib.sha256(str(address).encode()).hexdigest()[:32].upper()
        where = f"crawl-data/CC-MAIN-{number % 80}/warc/{number % 5_000:05d}.warc.gz"
        url = f"https://{outlet}.example/news/{address}/a-story-of-an-invented-harbour"
        yield Capture(
            outlet,
            "cc",
            f"CC-MAIN-{number % 80}",
            f"{day}120000",
            url,
            where,
            number,
            9_000,
            digest,
            "200",
            "text/html",
        )


def timed(what: str, action, *arguments) -> None:
    begun = time.perf_counter()
    action(*arguments)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:44} {time.perf_counter() - begun:8.2f} s   peak {peak:6.0f} MB")


def listed(ledger: Ledger, count: int) -> None:
    for page in itertools.batched(captures(count), PAGE) if hasattr(itertools, "batched") else _pages(count):
        ledger.add(page, "q", "", done=True)


def _pages(count: int) -> Iterator[list[Capture]]:
    found = captures(count)
    while page := list(itertools.islice(found, PAGE)):
        yield page


def fetched(ledger: Ledger, share: float, count: int) -> None:
    """As if a share of the planned captures had been fetched and packed: only the list is touched."""
    with ledger.base:
        ledger.base.execute(
            "UPDATE captures SET state = 'fetched', packed = 1 WHERE capture_id IN "
            "(SELECT capture_id FROM captures WHERE state IN ('planned', 'fetched') ORDER BY outlet_id, month LIMIT ?)",
            (int(share * count),),
        )


def next_page(ledger: Ledger) -> None:
    """What `fetch` does before its first requests: the next 500 captures in order."""
    assert len(list(itertools.islice(fetch._planned(ledger, None), 500))) == 500


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--captures", type=int, default=100_000)
    count = parser.parse_args().captures
    collection = Collection(
        Settings("2014-01-01", "2025-12-31", "a@b.example"),
        tuple(CollectedOutlet(o, (f"{o}.example",)) for o in OUTLETS),
    )
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder)) as ledger:
        timed(f"list {count:,} captures", listed, ledger, count)
        timed("decide which to fetch", plan.decide, collection, ledger)
        planned = ledger.count("state = 'planned'")
        for share in (0.0, 0.5, 0.95):
            fetched(ledger, share, planned)
            timed(f"plan again, {share:.0%} fetched", plan.decide, collection, ledger)
            timed(f"the next 500 to fetch, {share:.0%} fetched", next_page, ledger)
        timed("table of what is planned and skipped", plan.table, ledger)
        timed("coverage by outlet and month", coverage.rows, ledger, {})


if __name__ == "__main__":
    main()
