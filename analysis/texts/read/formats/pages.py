"""Saved web pages: main text, title, date, author and site name through trafilatura, one record for each article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from analysis.texts.document import Refusal
from analysis.texts.read.formats import page_tree
from analysis.texts.read.formats.encoding import NotText, clean_controls, decode
from analysis.texts.read.formats.mend import stray_bytes
from analysis.texts.read.formats.record import Part, Record

MAX_PAGE = 16 * 1024 * 1024
MAX_TAGS = 30_000
MAX_ATTRIBUTES = 2_000
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{2,30})""", re.IGNORECASE)
_LONG_TAG = re.compile(r"<[^<>]{4000,}")
_EMBEDDED = re.compile(r"(data:[\w/+.-]{1,60};base64,)[A-Za-z0-9+/=]{100,}")
_GUILLEMETS = re.compile(r"<<(?=[^\s<>])([^<>\n]{1,2000})>>")
_ERROR_TITLES = (
    r"(?:error\s*)?(?:40[0-9]|410|429|50[0-9]|52[0-9])\b.{0,60}",
    r"(?:page|file|article|content|site)?\s*(?:is\s*)?(?:not found|unavailable|could not be found)\b.{0,40}",
    r"just a moment\W*|one moment,? please.{0,20}|please wait\W*|attention required.{0,40}|security check.{0,20}",
    r"access (?:to this page (?:has been )?)?denied.{0,40}|forbidden|are you (?:a )?(?:human|robot)\W*",
    r"checking your browser.{0,60}|pardon our interruption.{0,10}|ddos.guard.{0,20}",
    r"(?:service|temporarily) unavailable.{0,40}|bad gateway.{0,20}",
)
_ERROR_TITLE = re.compile(rf"\W*(?:{'|'.join(_ERROR_TITLES)})\Z", re.IGNORECASE)
_ERROR_TEXTS = (
    r"checking your browser|enable javascript and cookies to continue|verify (?:that )?you are (?:a )?human",
    r"ddos protection by|you have been blocked|ray id\b",
    r"the (?:page|article|requested url)(?: that)? (?:you (?:are|were) (?:looking|searching) for|you requested|/\S* )?"
    r".{0,40}"
    r"(?:not found|does(?: not|n.t) exist|was not found|could(?: not|n.t) be found|no longer)",
)
_ERROR_TEXT = re.compile("|".join(_ERROR_TEXTS), re.IGNORECASE)


def read_html(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """The articles of one saved page, mostly one."""
    yield from records(data, part.name, declared=part.source.encoding)


def records(
    data: bytes, origin: str, *, declared: str = "", hint: str = "", url: str = "", number: int = 0
) -> Iterator[Record | Refusal]:
    """One record per article of a page: title, text, date, author, outlet (site name), url.

    declared: the encoding that the user names. hint: the one that the server named. A page without text, a page of an
    error ("checking your browser") and one made to do harm are refused.
    """
    try:
        html, strays = _html(data, declared, hint)
    except NotText as error:
        yield Refusal(origin, str(error), "encoding")
        return
    problem = hostile(data, html)
    if problem:
        yield Refusal(origin, problem, "too-large" if "bytes" in problem else "hostile")
        return
    try:
        articles = page_tree.articles(html)
    except Exception as error:  # noqa: BLE001 (the parser may raise anything on broken pages)
        yield Refusal(origin, f"no readable page: {type(error).__name__}", "malformed")
        return
    several = len(articles) > 1
    for index, article in enumerate(articles, start=1):
        where: str = origin
        row: int | str = number
        if several:
            where, row = (f"{origin}.{index}", f"{number}.{index}") if number else (f"{origin}:{index}", index)
        made = _record(article, where, url, row)
        if isinstance(made, Record):
            made = made.noting("stray-bytes", strays).noting("several-articles", len(articles) if several else 0)
        yield made


def _html(data: bytes, declared: str, hint: str) -> tuple[str, int]:
    if len(data) > MAX_PAGE:
        return "", 0
    try:
        text = decode(data, declared=declared, hint=hint or _charset(data))
    except NotText:
        if declared or not hint:
            raise
        text = decode(data, hint=_charset(data))
    text, strays = stray_bytes(text)
    text = _EMBEDDED.sub(r"\1", text) if ";base64," in text else text
    return _GUILLEMETS.sub("«\\1»", text) if "<<" in text else text, strays


def hostile(data: bytes, html: str) -> str:
    """Why a page is not parsed, or "": its size, its tags, or the attributes of one tag would take hours or all memory."""
    if len(data) > MAX_PAGE:
        return f"a page of {len(data):,} bytes; at most {MAX_PAGE:,} are read"
    tags = html.count("<")
    if tags > MAX_TAGS:
        return f"a page of {tags:,} tags, nested beyond reason; at most {MAX_TAGS:,} are read"
    if any(len(tag.split()) > MAX_ATTRIBUTES for tag in _LONG_TAG.findall(html)):
        return f"a tag with more than {MAX_ATTRIBUTES:,} attributes"
    return ""


def _record(article: page_tree.Article, origin: str, url: str, number: int | str) -> Record | Refusal:
    import trafilatura

    try:
        found = trafilatura.bare_extraction(
            article.html,
            url=url or None,
            favor_precision=True,
            include_comments=False,
            include_tables=False,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except Exception as error:  # noqa: BLE001 (the parsers below may raise anything on broken pages)
        return Refusal(origin, f"no readable page: {type(error).__name__}", "malformed")
    fields: dict[str, Any] = {} if found is None else found if isinstance(found, dict) else found.as_dict()
    text = clean_controls(str(fields.get("text") or ""))
    title = article.title or fields.get("title")
    if problem := error_page(str(title or ""), text):
        return Refusal(origin, problem, "error-page")
    if not text.strip():
        return Refusal(origin, "a page without main text", "empty")
    row = {
        "title": title,
        "date": article.date or fields.get("date"),
        "author": fields.get("author"),
        "url": fields.get("url") or url or None,
        "outlet": fields.get("sitename") or fields.get("hostname"),
        "text": text,
    }
    return Record({k: clean_controls(v) if isinstance(v, str) else v for k, v in row.items()}, origin, number)


def error_page(title: str, text: str) -> str:
    """Why a page is the message of a server or of a guard against robots, or "".

    Such pages are short, and say it in their title or in one of a few set phrases.
    """
    words = len(text.split())
    if words < 150 and _ERROR_TITLE.match(title.split(" | ")[0].split(" - ")[0].strip()):
        return f"a page of an error ({title.strip()[:60]!r}), no article"
    if words < 120 and (found := _ERROR_TEXT.search(text)):
        return f"a page of an error ({found.group()[:60]!r}), no article"
    return ""


def fetched(made: Record, day: str | None) -> Record:
    """The record with the day of fetching beside the page's own date: it is no date of publication."""
    return made._replace(fields={**made.fields, "fetched": day})


def _charset(data: bytes) -> str:
    found = _CHARSET.search(data[:4096])
    return found.group(1).decode("ascii", "replace") if found else ""
