"""Whether what lies here is what a public list of captures says, and fetching it from nothing but that list."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from analysis.texts.collect import fetch, manifest, warc_files
from analysis.texts.collect.endpoints import Endpoints
from analysis.texts.collect.ledger import Ledger
from analysis.texts.collect.polite import Client


@dataclass(frozen=True)
class Verdict:
    """What a comparison found. counts: state in words -> captures. faults: a line for each that is not as listed."""

    counts: dict[str, int]
    faults: list[str]


def list_from(rows: list[dict[str, str]], ledger: Ledger) -> tuple[int, list[str]]:
    """Plan what a list says was fetched; return (captures planned, ids that cannot be asked for without an address)."""
    unreachable: list[str] = []
    captures, states = [], []
    for row in rows:
        capture = manifest.capture_of(row)
        if row["state"] != "fetched":
            state, reason = (row["state"], row["reason"]) if row["state"] != "planned" else ("skipped", "never fetched")
        elif capture.archive == "ia" and not capture.address:
            unreachable.append(row["capture_id"])
            state, reason = "gone", "its address is not published"
        else:
            state, reason = "planned", ""
        captures.append(capture)
        states.append((row["capture_id"], state, reason))
    ledger.add(captures, "list", "", done=True)
    ledger.choose(states)
    ledger.expect((row["capture_id"], row["sha256"]) for row in rows if row["state"] == "fetched")
    return ledger.count("state = 'planned'"), unreachable


def compare(rows: list[dict[str, str]], folder: Path) -> Verdict:
    """Compare the WARC files of a folder with a list: every capture it calls fetched has to be there, byte for byte."""
    counts: Counter[str] = Counter()
    faults = []
    groups: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in rows:
        groups.setdefault((row["outlet_id"], f"{row['timestamp'][:4]}-{row['timestamp'][4:6]}"), []).append(row)
    for key, listed in sorted(groups.items()):
        there = warc_files.held(warc_files.file_of(folder, *key))
        for row in listed:
            if row["state"] != "fetched":
                counts[f"listed as {row['state']}"] += 1
            elif row["sha256"] in there:
                counts["the same bytes"] += 1
            else:
                counts["missing or different"] += 1
                faults.append(f"{row['capture_id']}: not in {warc_files.file_of(folder, *key).name}")
    return Verdict(dict(counts), faults)


def ask_again(client: Client, ends: Endpoints, rows: list[dict[str, str]], n: int, seed: int) -> Verdict:
    """Ask the archives for `n` captures of a list, drawn at random, and compare; nothing is kept."""
    import hashlib

    wanted = [r for r in rows if r["state"] == "fetched" and (r["archive"] == "cc" or r["address"])]
    drawn = random.Random(seed).sample(wanted, min(n, len(wanted)))  # noqa: S311 (a sample, no secret)
    counts: Counter[str] = Counter()
    faults = []
    for row in sorted(drawn, key=lambda r: r["capture_id"]):
        checked = fetch.one(client, ends, manifest.capture_of(row))
        same = hashlib.sha256(checked.data).hexdigest() == row["sha256"]
        what = "the same bytes" if same else "gone" if checked.state == "gone" else "different"
        counts[what] += 1
        if not same:
            faults.append(f"{row['capture_id']}: {checked.reason or 'other bytes than listed'}")
    return Verdict(dict(counts), faults)
