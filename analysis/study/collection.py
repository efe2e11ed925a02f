"""Reading and writing `collection.toml`: which outlets and years are asked of which web archives, and by whose name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from analysis.errors import DiscourseError, not_allowed, require
from analysis.study.schema import record, tables
from analysis.study.settings import read_toml

FILE = "collection.toml"
ARCHIVES = ("cc", "ia")
VERSIONS = ("earliest", "all")


@dataclass(frozen=True)
class Settings:
    """contact: an e-mail address or web page, sent with each request. start, end: ISO days of the study's period.
    until: last day of capture that is asked for, since pages are captured after they are published. archives: in order
    of preference. versions: "earliest" keeps one capture an address, "all" each that differs. publish_addresses: print
    the pages' own addresses in the public manifest (only where their licence allows it). robots, terms: what was read
    of the outlets' rules, in words, for the manifest's reader."""

    start: str
    end: str
    contact: str = ""
    until: str = ""
    archives: tuple[str, ...] = ARCHIVES
    versions: str = "earliest"
    publish_addresses: bool = False
    licence_note: str = ""
    robots: str = ""
    terms: str = ""


@dataclass(frozen=True)
class CollectedOutlet:
    """One outlet to collect. domains: hosts with all below them. paths: only addresses that begin so. languages: ISO
    639-3 codes as Common Crawl guesses them; pages without a guess are kept. skip: regular expressions of paths that are
    no articles, beside the package's own. articles: if given, only paths that one of these finds are articles."""

    outlet_id: str
    domains: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Collection:
    """What `collection.toml` declares."""

    settings: Settings
    outlets: tuple[CollectedOutlet, ...]


def load_collection(path: str | os.PathLike[str], known: Iterable[str]) -> Collection:
    """The collection of a file. known: outlet ids of outlets.toml. Raises `DiscourseError` for unknown keys, outlets that
    are not declared or stand twice, impossible days, and patterns that are none."""
    path = Path(path)
    data = read_toml(path)
    for key in data:
        if key not in ("collection", "outlet"):
            raise DiscourseError(f"{path}: " + not_allowed("table", key, ("collection", "outlet")))
    settings = record(Settings, data.get("collection", {}), where=f"{path}, collection", thing="collection")
    rows = tables(data, "outlet", where=str(path))
    outlets = tuple(
        record(CollectedOutlet, row, where=f"{path}, outlet {n}", thing="outlet") for n, row in enumerate(rows, 1)
    )
    made = Collection(settings, outlets)
    _check(made, path, list(known))
    return made


def _check(made: Collection, path: Path, known: list[str]) -> None:
    s = made.settings
    for name, day in (("start", s.start), ("end", s.end), ("until", s.until)):
        try:
            _ = (name == "until" and not day) or date.fromisoformat(day)
        except ValueError as error:
            raise DiscourseError(f"{path}, collection: {name} = {day!r} is not a day; write year-month-day.") from error
    if s.end < s.start or (s.until and s.until < s.start):
        raise DiscourseError(f"{path}, collection: the period ends ({s.until or s.end}) before it starts ({s.start}).")
    for archive in s.archives:
        require(f"{path}, collection: archive", archive, ARCHIVES)
    require(f"{path}, collection: versions", s.versions, VERSIONS)
    if not made.outlets:
        raise DiscourseError(f"{path}: no [[outlet]]; name at least one outlet to collect.")
    seen: set[str] = set()
    for outlet in made.outlets:
        require(f"{path}: outlet_id", outlet.outlet_id, known)
        if outlet.outlet_id in seen:
            raise DiscourseError(f"{path}: outlet {outlet.outlet_id!r} stands twice; put all its paths into one table.")
        seen.add(outlet.outlet_id)
        if not outlet.domains and not outlet.paths:
            raise DiscourseError(f"{path}, outlet {outlet.outlet_id}: neither domains nor paths; give one of them.")
        for pattern in (*outlet.skip, *outlet.articles):
            try:
                re.compile(pattern)
            except re.error as error:
                raise DiscourseError(
                    f"{path}, outlet {outlet.outlet_id}: {pattern!r} is no regular expression ({error})."
                ) from error


def written(settings: Settings, outlets: Iterable[CollectedOutlet]) -> str:
    """The text of a `collection.toml`, with a comment on each key."""
    s = settings
    lines = [
        "# Which captures of which outlets are fetched from open web archives: `discourse collect plan`, then `fetch`.",
        "# start, end: the period of the study. until: last day of capture asked for; pages are captured after they are",
        "# published, and when they were published is known only after reading them. Publish addresses only where the",
        "# licence of the pages allows their titles to be printed.",
        "",
        "[collection]",
        f"contact = {_text(s.contact)}  # an e-mail address or web page of yours; the archives ask for it",
        f"start = {_text(s.start)}",
        f"end = {_text(s.end)}",
        *([f"until = {_text(s.until)}"] if s.until else []),
        f"archives = {_list(s.archives)}  # cc: Common Crawl, ia: Internet Archive; in order of preference",
        f'versions = {_text(s.versions)}  # "earliest": one capture an address; "all": each that differs',
        f"publish_addresses = {str(s.publish_addresses).lower()}",
        f"licence_note = {_text(s.licence_note)}",
        f"robots = {_text(s.robots)}  # what you read of the outlets' robots.txt, and when",
        f"terms = {_text(s.terms)}  # what you read of the outlets' terms of use, and when",
    ]
    for outlet in outlets:
        lines += ["", "[[outlet]]", f"outlet_id = {_text(outlet.outlet_id)}"]
        for name in ("domains", "paths", "languages", "skip", "articles"):
            if getattr(outlet, name) or name == "domains":
                lines.append(f"{name} = {_list(getattr(outlet, name))}")
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"
