"""Which captures to fetch: ask the indexes, then decide for each capture and say why it is skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from analysis.store.contracts import REPLACED
from analysis.study.collection import CollectedOutlet, Collection
from analysis.texts.collect import indexes
from analysis.texts.collect.endpoints import Endpoints
from analysis.texts.collect.indexes import Crawl, Place
from analysis.texts.collect.ledger import Ledger
from analysis.texts.collect.page_rules import no_article
from analysis.texts.collect.polite import Client

Progress = Callable[[int, int], None]
PAGES = ("text/html", "application/xhtml+xml", "warc/revisit", "unk", "")
_FIXED = ("fetched", "gone", "mismatch")


@dataclass(frozen=True)
class Estimate:
    """What fetching would take: captures, requests, hours at the pace given, gigabytes as the index tells them."""

    captures: int
    requests: int
    hours: float
    gigabytes: float


def places(collection: Collection) -> list[Place]:
    """Where each outlet is asked for: its domains, or the beginnings of addresses if it names any."""
    found = []
    for outlet in collection.outlets:
        for path in outlet.paths:
            whole = path if "." in path.split("/")[0] else ""
            starts = [whole] if whole else [f"{domain}/{path.lstrip('/')}" for domain in outlet.domains]
            found += [Place(outlet.outlet_id, start, "prefix") for start in starts]
        if not outlet.paths:
            found += [Place(outlet.outlet_id, domain) for domain in outlet.domains]
    return found


def ask(
    client: Client, ends: Endpoints, collection: Collection, ledger: Ledger, progress: Progress | None = None
) -> None:
    """List every capture that the archives hold of the study's outlets and period. Goes on where it was stopped."""
    wanted = places(collection)
    s = collection.settings
    crawls = _crawls(indexes.crawls(client, ends), s.start, s.until) if "cc" in s.archives else []
    total = len(wanted) * (len(crawls) + ("ia" in s.archives))
    done = 0
    for place in wanted:
        for crawl in crawls:
            _ask_crawl(client, ends, ledger, crawl, place)
            done += 1
            if progress:
                progress(done, total)
        if "ia" in s.archives:
            _ask_internet_archive(client, ends, ledger, place, (s.start, s.until))
            done += 1
            if progress:
                progress(done, total)


def _crawls(listed: Iterable[Crawl], start: str, until: str) -> list[Crawl]:
    """The crawls that may hold captures of the period; one whose days are not told is judged by its year and week."""
    found = []
    for crawl in listed:
        year = next((p for p in crawl.crawl_id.split("-") if p.isdigit() and len(p) == 4), "")
        first, last = crawl.start or f"{year}-01-01", crawl.end or f"{year}-12-31"
        if (not year and not crawl.start) or (last >= start and (not until or first <= until)):
            found.append(crawl)
    return found


def _ask_crawl(client: Client, ends: Endpoints, ledger: Ledger, crawl: Crawl, place: Place) -> None:
    question = f"cc|{crawl.crawl_id}|{place.key}"
    resume, done = ledger.resume_of(question)
    if done:
        return
    pages = indexes.page_count(client, ends, crawl, place)
    if not pages:
        ledger.add([], question, "", done=True)
    for page in range(int(resume or 0), pages):
        found = indexes.cc_page(client, ends, crawl, place, page)
        ledger.add(found or [], question, str(page + 1), done=found is None or page + 1 == pages)
        if found is None:
            return


def _ask_internet_archive(
    client: Client, ends: Endpoints, ledger: Ledger, place: Place, period: tuple[str, str]
) -> None:
    question = f"ia|{place.key}|{'|'.join(period)}"
    resume, done = ledger.resume_of(question)
    if done:
        return
    span = (period[0].replace("-", ""), (period[1] or "9999-12-31").replace("-", ""))
    for found, key in indexes.ia_pages(client, ends, place, span, resume):
        ledger.add(found, question, key, done=not key)


def decide(collection: Collection, ledger: Ledger) -> None:
    """Decide for every capture whether it is planned, and if not, why. Captures already fetched stay as they are.

    One address gives one capture: the earliest whole one of the preferred archive; a later capture, one with the same
    bytes, and one whose bytes another address of the outlet has are skipped. Where a chosen capture turned out to be
    gone, the next one of its address takes its place.
    """
    outlets = {outlet.outlet_id: outlet for outlet in collection.outlets}
    held: dict[str, set[str]] = {}  # by outlet: two outlets with the same bytes are a reprint, which is data
    for row in ledger.rows("state = 'fetched'"):
        held.setdefault(row["outlet_id"], set()).add(row["digest"])
    chosen: list[tuple[str, str, str]] = []
    for key, group in groupby(
        ledger.rows(order="outlet_id, address_key"), key=lambda r: (r["outlet_id"], r["address_key"])
    ):
        rows = [dict(row) for row in group]
        now = {row["capture_id"]: (row["state"], row["reason"] or "") for row in rows}
        verdicts = _of_address(rows, collection, outlets, held.setdefault(key[0], set()))
        chosen += [verdict for verdict in verdicts if verdict[1:] != now[verdict[0]]]
    ledger.choose(chosen)


def instead_of(collection: Collection, ledger: Ledger, lost: Mapping[str, Any]) -> int:
    """Plan other captures of a page whose capture is gone, and of pages skipped for having its bytes; how many.

    lost: the row of the ledger. The rules are those of `decide`; the lost row notes that another one took its place.
    """
    outlets = {outlet.outlet_id: outlet for outlet in collection.outlets}
    twins = ledger.rows(
        "outlet_id = ? AND digest = ? AND digest != '' AND state = 'skipped'", (lost["outlet_id"], lost["digest"])
    )
    keys = list(dict.fromkeys([lost["address_key"], *(row["address_key"] for row in twins)]))
    planned = 0
    for key in keys:
        rows = [dict(row) for row in ledger.rows("outlet_id = ? AND address_key = ?", (lost["outlet_id"], key))]
        held = {row["digest"] for row in rows if _is_held_elsewhere(ledger, row)}
        new = [v for v in _of_address(rows, collection, outlets, held) if v[1] == "planned"]
        ledger.choose(new)
        planned += len(new)
        if planned:
            break  # one text was lost, so one takes its place
    if planned:
        ledger.set(lost["capture_id"], {"reason": f"{lost['reason']}; {REPLACED}"})
    return planned


def _is_held_elsewhere(ledger: Ledger, row: Mapping[str, Any]) -> bool:
    """Whether the bytes of a capture are fetched, or going to be, from another address of its outlet."""
    where = "outlet_id = ? AND digest = ? AND digest != '' AND address_key != ? AND state IN ('planned', 'fetched')"
    return ledger.count(where, (row["outlet_id"], row["digest"], row["address_key"])) > 0


def _of_address(
    rows: list[dict[str, Any]], collection: Collection, outlets: dict[str, CollectedOutlet], held: set[str]
) -> Iterator[tuple[str, str, str]]:
    """(capture_id, state, reason) of the captures of one address."""
    s = collection.settings
    rank = {archive: n for n, archive in enumerate(s.archives)}
    fit = []
    for row in rows:
        reason = _unfit(row, s.start, s.until, rank, outlets.get(row["outlet_id"]))
        if reason:
            yield row["capture_id"], "skipped", reason
        else:
            fit.append(row)
    fit.sort(key=lambda row: (bool(row["truncated"]), rank[row["archive"]], row["timestamp"], row["capture_id"]))
    digests: set[str] = set()
    got = any(row["state"] == "fetched" for row in fit)
    for row in fit:
        digest = row["digest"]
        if row["state"] in _FIXED:
            digests |= {digest} if row["state"] == "fetched" else set()  # bytes that are gone may stand elsewhere
        elif digest and digest in digests:
            yield row["capture_id"], "skipped", "same bytes as another capture of this address"
        elif got and s.versions == "earliest":
            yield row["capture_id"], "skipped", "later version of an address that is planned"
        elif digest and digest in held:
            yield row["capture_id"], "skipped", "same bytes as another address"
        else:
            yield row["capture_id"], "planned", "not whole" if row["truncated"] else ""
            digests.add(digest)
            held.add(digest)
            got = True


def _unfit(row: dict[str, Any], start: str, until: str, rank: dict[str, int], outlet: CollectedOutlet | None) -> str:
    """Why a capture cannot be an article of the study, by what the index says; "" if it may be."""
    day = f"{row['timestamp'][:4]}-{row['timestamp'][4:6]}-{row['timestamp'][6:8]}"
    if outlet is None:
        return "outlet no longer collected"
    if row["archive"] not in rank:
        return "archive no longer asked"
    if day < start or (until and day > until):
        return "captured outside the period asked for"
    if row["status"] not in ("200", "", "-"):
        return f"status {row['status']}"
    if row["mime"].split(";")[0].strip().lower() not in PAGES:
        return "no web page by its type"
    if row["mime"].startswith("warc/revisit"):
        return "points to an earlier capture"
    if outlet.languages and row["languages"] and not set(row["languages"].split(",")) & set(outlet.languages):
        return "another language by the index"
    return no_article(row["address"], outlet)


def estimate(ledger: Ledger, interval: float) -> Estimate:
    """What fetching the planned captures would take."""
    where = "state = 'planned'"
    count = ledger.count(where)
    size = ledger.base.execute(f"SELECT COALESCE(SUM(MAX(length, 0)), 0) FROM captures WHERE {where}").fetchone()[0]  # noqa: S608
    return Estimate(count, count, count * max(interval, 0.0) / 3600, size / 1e9)


def table(ledger: Ledger) -> list[tuple[str, ...]]:
    """Rows outlet, archive, captures, addresses, planned, fetched, skipped, why skipped (most frequent first)."""
    rows = []
    counted = ledger.summary()
    for (outlet, archive), group in groupby(
        sorted(counted, key=lambda r: (r["outlet_id"], r["archive"])), key=lambda r: (r["outlet_id"], r["archive"])
    ):
        listed = list(group)
        by_state = {
            s: sum(r["capture_count"] for r in listed if r["state"] == s) for s in ("planned", "fetched", "skipped")
        }
        reasons: dict[str, int] = {}
        for r in listed:
            if r["state"] in ("skipped", "gone", "mismatch"):
                reasons[r["reason"]] = reasons.get(r["reason"], 0) + r["capture_count"]
        why = ", ".join(f"{n:,} {reason}" for reason, n in sorted(reasons.items(), key=lambda x: (-x[1], x[0])))
        addresses = ledger.base.execute(
            "SELECT COUNT(DISTINCT address_key) FROM captures WHERE outlet_id = ? AND archive = ?", (outlet, archive)
        ).fetchone()[0]
        total = sum(r["capture_count"] for r in listed)
        rows.append((outlet, archive, *(f"{n:,}" for n in (total, addresses, *by_state.values())), why))
    return rows
