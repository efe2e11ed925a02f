"""Which column of a table or record is the text, the date, the outlet: layouts known by name first, then names, then
what the cells hold.

A teaser is not taken for the text, an address for nothing but an address, and the day on which a record was fetched,
changed or stored not for the day of publication.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from analysis.study.outlets import host_of
from analysis.texts.read.dates import DateProblem, parse_date
from analysis.texts.read.mapping import CRAWL

Rows = Sequence[Mapping[str, Any]]


class Guess(NamedTuple):
    """The column of one field and why it was chosen."""

    column: str
    why: str


class Layout(NamedTuple):
    """A known kind of file: its name, the columns that give it away, and which column is what ("" for none)."""

    name: str
    signs: frozenset[str]
    columns: dict[str, str]


_KNOWN = """
news-please; maintext date_publish; text=maintext title=title date=date_publish outlet=source_domain url=url author=authors
schema.org; articleBody; text=articleBody title=headline date=datePublished outlet=publisher url=url|mainEntityOfPage
GDELT; seendate domain; text= title=title date=seendate outlet=domain url=url
GDELT; DocumentIdentifier SourceCommonName; text= date=DATE|V2.1DATE outlet=SourceCommonName url=DocumentIdentifier
Media Cloud; stories_id publish_date; text= title=title date=publish_date outlet=media_name url=url id=stories_id
Media Cloud; media_name publish_date; text= title=title date=publish_date outlet=media_name url=url id=id
Telegram; date_unixtime text; text=text date=date outlet=from|chat id=id
NewsAPI; publishedAt urlToImage; text=content|description title=title date=publishedAt outlet=source.name url=url
The Guardian; webPublicationDate webTitle; text=fields.bodyText|bodyText title=webTitle date=webPublicationDate url=webUrl
WordPress; post_content post_date; text=post_content title=post_title date=post_date url=guid id=ID
WordPress; date_gmt content link; text=content title=title date=date url=link id=id
"""


def _layout(line: str) -> Layout:
    name, signs, columns = line.split("; ")
    return Layout(name, frozenset(signs.split()), dict(pair.split("=") for pair in columns.split()))


LAYOUTS = tuple(map(_layout, _KNOWN.strip().split("\n")))

# Names without case, spaces, "-", "_" and ":", the surest first.
_NAMES = """
id: id docid articleid guid uid storiesid messageid uuid
title: title headline webtitle heading posttitle articletitle hl name subject titre titel
text: maintext articlebody fulltext bodytext articletext contentencoded postcontent contenttext text body content article
    story rawtext cleantext message texte inhalt
date: datepublish datepublished published publicationdate pubdate publishdate publishedat publishedon publishedtime
    publicationtime publishtime webpublicationdate firstpublished postdate posted postedat issuedate articledate date
    datetime day timestamp time datum createdat created datecreated
outlet: outlet newspaper publication publisher sourcedomain sourcename medianame media source pubtitle publicationtitle
    sitename site domain channel journal quelle
url: url link weburl articleurl originurl permalink href canonical documenturl address
author: author byline writer authors speaker creator auteur
"""
NAMES = {
    name: tuple(words.split()) for name, words in re.findall(r"(?ms)^(\w+): (.*?)(?=^\w+: |\Z)", _NAMES.strip() + "\n")
}
TEASER = re.compile(r"descri|summar|abstract|excerpt|teaser|snippet|subtitle|standfirst|lede|\blead", re.IGNORECASE)
CHANGED = re.compile(r"modif|updat|edit|chang|expir|delet|revis|last", re.IGNORECASE)
PICTURE = re.compile(r"image|img|picture|photo|thumb|logo|icon|video|avatar|media_?url|feed", re.IGNORECASE)
_PICTURE_END = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|mp[34])(?:\?|\Z)", re.IGNORECASE)
_KEY = re.compile(r"[\s_:.-]+")
CUT = re.compile(r"(?:\[\+\d+ chars\]|\[…\]|\[\.\.\.\]|…|\.\.\.)\s*\Z")


def layout_of(columns: Iterable[str]) -> Layout | None:
    """The known kind of file that has these columns, or None."""
    present = set(columns)
    return next((layout for layout in LAYOUTS if layout.signs <= present), None)


def guess(columns: Sequence[str], rows: Rows) -> dict[str, Guess]:
    """Document field -> its column and why, for fields of which there is a column; a column is used once.

    rows: a sample of records. A text of "" means that no column holds the articles. Empty rows give {}.
    """
    chosen = _by_layout(columns, rows)
    for name in ("text", "title", "date", "outlet", "url", "author", "id"):
        if name in chosen:
            continue
        free = [c for c in columns if c not in {g.column for g in chosen.values()}]
        found = _by_name(name, free, rows) or _by_cells(name, free, rows)
        if found:
            chosen[name] = found
    if rows and "text" not in chosen and "title" in chosen:
        chosen["text"] = Guess("", "no column holds the articles themselves: headlines only")
    return chosen


def _by_layout(columns: Sequence[str], rows: Rows) -> dict[str, Guess]:
    layout = layout_of(columns)
    if layout is None:
        return {}
    chosen = {}
    for name, wanted in layout.columns.items():
        for column in wanted.split("|"):
            if column == "" or any(_filled(_value(row, column)) for row in rows):
                chosen[name] = Guess(column, f"as in files of {layout.name}")
                break
    if chosen.get("text", Guess("x", "")).column == "":
        chosen["text"] = Guess("", f"files of {layout.name} hold addresses and headlines, no articles")
    return chosen


def _by_name(name: str, free: Sequence[str], rows: Rows) -> Guess | None:
    by_key = {_KEY.sub("", c.lower()): c for c in reversed(free)}
    named = [by_key[k] for k in NAMES[name] if k in by_key and any(_filled(row.get(by_key[k])) for row in rows)]
    if name == "text":
        return _longest_named(named, rows)
    if name == "date":
        named = [c for c in named if any(_dated(row.get(c)) for row in rows if _filled(row.get(c)))] or named
    if name == "url":
        named = [c for c in named if not PICTURE.search(c)]
    return Guess(named[0], "by its name") if named else None


def _longest_named(named: Sequence[str], rows: Rows) -> Guess | None:
    """Of columns named like a text, the surest, unless another of them is at least twice as long."""
    named = [c for c in named if not _addresses(c, rows)]
    if not named:
        return None
    longest = max(named, key=lambda c: _mean_length(c, rows))
    first = named[0]
    if _mean_length(longest, rows) >= 2 * max(_mean_length(first, rows), 1.0):
        return Guess(longest, f"by its name; longer than {first!r}")
    return Guess(first, "by its name")


def _by_cells(name: str, free: Sequence[str], rows: Rows) -> Guess | None:
    if name == "text":
        return _by_length(free, rows)
    if name == "url":
        for column in free:
            if not PICTURE.search(column) and _addresses(column, rows):
                return Guess(column, "its cells are addresses")
    if name == "date":
        for column in free:
            values = [row[column] for row in rows if _filled(row.get(column))]
            later = CRAWL.search(column) or CHANGED.search(column)
            if not later and len(values) >= max(1, 0.8 * len(rows)) and all(map(_dated, values)):
                return Guess(column, "its cells read as dates")
    return None


def _by_length(free: Sequence[str], rows: Rows) -> Guess | None:
    worded = [c for c in free if not _addresses(c, rows) and _wordy(c, rows)]
    if not worded:
        return None
    bodies = [c for c in worded if not TEASER.search(c)]
    longest = max(bodies or worded, key=lambda c: _mean_length(c, rows))
    mean = _mean_length(longest, rows)
    if mean <= 80:
        longest = max(worded, key=lambda c: _mean_length(c, rows))
        mean = _mean_length(longest, rows)
    if mean <= 80 and not TEASER.search(longest):
        return None
    if TEASER.search(longest):
        return Guess(
            longest, f"a teaser or summary of {mean:.0f} characters on average; no column holds whole articles"
        )
    return Guess(longest, f"the longest cells, {mean:.0f} characters on average")


def crawl_columns(columns: Iterable[str], rows: Rows) -> list[str]:
    """The columns that say when a text was fetched."""
    return [c for c in columns if CRAWL.search(c) and any(_dated(row.get(c)) for row in rows)]


def cut_short(column: str, rows: Rows) -> int:
    """How many texts end as if they were cut ("... [+1234 chars]")."""
    return sum(bool(CUT.search(v)) for row in rows if isinstance(v := _value(row, column), str))


def _value(row: Mapping[str, Any], column: str) -> Any:
    value: Any = row
    if column in row:
        return row[column]
    for key in column.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _filled(value: Any) -> bool:
    return value not in (None, "", [], {})


def _mean_length(column: str, rows: Rows) -> float:
    return sum(len(v) for row in rows if isinstance(v := row.get(column), str)) / max(len(rows), 1)


def _wordy(column: str, rows: Rows) -> bool:
    """Whether the cells hold words with spaces between them, and no markup of data."""
    texts = [v for row in rows if isinstance(v := row.get(column), str) and v.strip()]
    return bool(texts) and sum(v.count(" ") >= 3 and v.lstrip()[:1] not in "{[" for v in texts) >= 0.5 * len(texts)


def _addresses(column: str, rows: Rows) -> bool:
    filled = [str(row[column]).strip() for row in rows if _filled(row.get(column))]
    return (
        bool(filled)
        and all(
            (v.startswith("http") and host_of(v) and not _PICTURE_END.search(v)) or _PICTURE_END.search(v)
            for v in filled
        )
        and not all(_PICTURE_END.search(v) for v in filled)
    )


def _dated(value: Any) -> bool:
    if not isinstance(value, str):
        return hasattr(value, "isoformat")
    if not 6 <= len(value) <= 60:
        return False
    try:
        return parse_date(value)[1] == "day"
    except DateProblem as problem:
        return problem.kind == "ambiguous-date"
