"""The tree of a page made ready for trafilatura: loose text of the article in paragraphs, `<q>` with its marks, one page
for each of several articles, and the day of publication as the page itself states it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from analysis.texts.read.dates import DateProblem, parse_date

ARTICLE = 300  # characters in paragraphs that make an <article> one of several on a page, and no teaser
LOOSE = 25  # characters that make loose text a sentence of the article
_BLOCKS_LIST = """
    address article aside blockquote div dl fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr main nav ol p
    pre section table ul li td th tr tbody iframe video audio noscript script style
"""
_BLOCKS = frozenset(_BLOCKS_LIST.split())
_ASIDE_LIST = """
    nav aside footer form script style figure figcaption table ul ol dl header button noscript
"""
_ASIDE = frozenset(_ASIDE_LIST.split())
_NAMES = re.compile(
    r"comment|relat|share|social|promo|newsletter|cookie|banner|advert|\bads?\b|sidebar|footer|\bnav|menu|\btags?\b|caption|"
    r"credit|recommend|popular|subscri|widget|breadcrumb|byline|\bmeta|\bdate|teaser|read-?(?:more|also)|trending|author",
    re.IGNORECASE,
)
_META = re.compile(
    r"(?:article:published_time|og:article:published_time|og:published_time|datepublished|dc\.date(?:\.issued|\.created)?|"
    r"dcterms\.(?:created|issued|date)|pubdate|publishdate|publish[-_]date|publication[-_]date|parsely-pub-date|sailthru\.date|"
    r"article\.published|cxenseparse:recs:publishtime|date|article_date_original)\Z",
    re.IGNORECASE,
)
_LINKED = re.compile(r'"datePublished"\s*:\s*"([^"]{6,60})"')
_UPDATED = re.compile(r"updat|modif", re.IGNORECASE)


class Article(NamedTuple):
    """One article as a page of its own. title, date: where they are known to be the article's, else None."""

    html: str
    title: str | None
    date: str | None


def articles(html: str) -> list[Article]:
    """The articles of a page in their order; a page that is not taken apart is one."""
    import lxml.html

    if not html.strip():
        return [Article(html, None, None)]
    data = html.encode("utf-8", "replace")
    tree = lxml.html.document_fromstring(data, parser=lxml.html.HTMLParser(encoding="utf-8"))
    date = published(tree)
    changed = _quotations(tree)
    bodies = _bodies(tree)
    for body in bodies:
        changed += _paragraphs(body)
    parts = _several(tree)
    if len(parts) > 1:
        return [_alone(tree, part, date) for part in parts]
    return [Article(lxml.html.tostring(tree, encoding="unicode") if changed else html, None, date)]


def published(tree: Any) -> str | None:
    """The day of publication as a page states it for machines, with its time and zone; None if it states none."""
    found = [match for script in tree.iter("script") for match in _LINKED.findall(script.text or "")[:3]]
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if _META.match(name.strip()) and meta.get("content"):
            found.append(meta.get("content"))
    found += [time for time in map(_time, tree.iter("time")) if time]
    return next((stamp.strip() for stamp in found if _is_day(stamp)), None)


def _time(element: Any) -> str | None:
    told = element.get("pubdate") is not None or "datepublished" in (element.get("itemprop") or "").lower()
    return element.get("datetime") if told else None


def _is_day(stamp: str) -> bool:
    try:
        return parse_date(stamp.strip())[1] == "day"
    except DateProblem as problem:
        return problem.kind == "ambiguous-date"


def _quotations(tree: Any) -> int:
    """Give `<q>` the marks that a browser draws; the number of elements."""
    found = list(tree.iter("q"))
    for element in found:
        inner = next(element.iterancestors("q"), None) is not None
        opening, closing = ("‘", "’") if inner else ("“", "”")
        text = next((text.strip() for text in element.itertext() if text.strip()), "")
        if text[:1] not in "“\"«‘'":
            element.text = opening + (element.text or "")
            if len(element):
                element[-1].tail = (element[-1].tail or "") + closing
            else:
                element.text += closing
    for element in found:
        element.drop_tag()
    return len(found)


def _bodies(tree: Any) -> list[Any]:
    """The elements that hold an article: `<article>`, else those with several paragraphs of some length of their own."""
    found = [element for element in _outer_articles(tree) if not _is_aside(element)]
    if found:
        return found
    sizes: dict[Any, list[int]] = {}
    for paragraph in tree.iter("p"):
        parent = paragraph.getparent()
        if parent is not None:
            sizes.setdefault(parent, []).append(len("".join(paragraph.itertext()).strip()))
    return [e for e, lengths in sizes.items() if len(lengths) > 1 and sum(lengths) >= ARTICLE and not _is_aside(e)]


def _outer_articles(tree: Any) -> list[Any]:
    return [e for e in tree.iter("article") if next(e.iterancestors("article"), None) is None]


def _is_aside(element: Any) -> bool:
    return any(
        isinstance(e.tag, str) and e.tag != "body" and e.tag != "html" and (e.tag in _ASIDE or _has_name(e))
        for e in (element, *element.iterancestors())
    )


def _has_name(element: Any) -> bool:
    return bool(_NAMES.search(f"{element.get('class') or ''} {element.get('id') or ''}"))


def _paragraphs(body: Any) -> int:
    """Make paragraphs of the blocks and loose words of an article that stand in none; how many."""
    made, waiting = 0, [body]
    while waiting:
        element = waiting.pop()
        blocks = [child for child in element if child.tag in _BLOCKS]
        if element is not body and not blocks:
            if element.tag in ("div", "section") and _is_sentence(element):
                element.tag = "p"
                made += 1
            continue
        if element.tag in ("div", "section", "article", "main", "td", "body") and blocks:
            made += _wrap(element)
        waiting += [
            child
            for child in element
            if child.tag in ("div", "section", "article", "main") and not (child.tag in _ASIDE or _has_name(child))
        ]
    return made


def _is_sentence(element: Any) -> bool:
    text = " ".join("".join(element.itertext()).split())
    linked = sum(len("".join(link.itertext())) for link in element.iter("a"))
    return len(text) >= LOOSE and linked < 0.5 * len(text) and " " in text


def _wrap(element: Any) -> int:
    """Put each run of words and inline elements between the blocks of `element` in a paragraph of its own."""
    order: list[tuple[Any, bool]] = []  # element, whether it is a run
    current = element.makeelement("p")
    current.text, element.text = element.text, None
    for child in list(element):
        if child.tag in _BLOCKS or not isinstance(child.tag, str):
            order += [(current, True), (child, False)]
            current = element.makeelement("p")
            current.text, child.tail = child.tail, None
        else:
            current.append(child)
    order.append((current, True))
    for child in list(element):
        element.remove(child)
    made, last = 0, None  # the last child so far: to ask lxml for it takes as long as there are children
    for child, is_run in order:
        if is_run and not _is_sentence(child):
            last = _unwrap(child, element, last)
        else:
            made += is_run
            element.append(child)
            last = child
    return made


def _unwrap(run: Any, element: Any, last: Any) -> Any:
    """Put a run that is no sentence back as it was, after the child `last`; the last child then."""
    if run.text and last is not None:
        last.tail = (last.tail or "") + run.text
    elif run.text:
        element.text = (element.text or "") + run.text
    for child in list(run):
        element.append(child)
        last = child
    return last


def _several(tree: Any) -> list[Any]:
    found = []
    for element in _outer_articles(tree):
        size = sum(len("".join(p.itertext()).strip()) for p in element.iter("p"))
        if size >= ARTICLE and not _is_aside(element):
            found.append(element)
    return found


def _alone(tree: Any, article: Any, date: str | None) -> Article:
    """The page with one article alone: its first heading is the title, its own `<time>` the date, else the page's."""
    import lxml.html

    head = tree.find("head")
    top = lxml.html.tostring(head, encoding="unicode", with_tail=False) if head is not None else ""
    body = lxml.html.tostring(article, encoding="unicode", with_tail=False)
    title = next(
        (" ".join(h.text_content().split()) for h in article.iter("h1", "h2", "h3") if h.text_content().strip()), None
    )
    own = next(
        (
            stamp
            for time in article.iter("time")
            if (stamp := time.get("datetime")) and _is_day(stamp) and not _UPDATED.search(time.get("class") or "")
        ),
        None,
    )
    return Article(f"<!doctype html><html>{top}<body>{body}</body></html>", title, own or date)
