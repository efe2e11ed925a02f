"""The tree of a page."""

from __future__ import annotations

from formats_samples import LONG

from analysis.texts.read.formats.page_tree import articles

ONE = "<article><h2>Story {n}</h2><time datetime='2023-08-0{n}'></time><p>" + LONG + "</p><p>" + LONG + "</p></article>"


def test_several_articles_have_their_own_titles_and_days():
    page = "<html><head><title>All</title></head><body>" + "".join(ONE.format(n=n) for n in (1, 2)) + "</body></html>"
    found = articles(page)
    assert [(a.title, a.date) for a in found] == [("Story 1", "2023-08-01"), ("Story 2", "2023-08-02")]


def test_teasers_and_comments_do_not_take_a_page_apart():
    teaser = "<article><h3>Other</h3><p>Short.</p></article>"
    comment = f"<div id='comments'><article><p>{LONG}</p><p>{LONG}</p></article></div>"
    assert len(articles(f"<html><body>{ONE.format(n=1)}{teaser * 9}{comment}</body></html>")) == 1


def test_the_day_that_the_page_states_and_not_that_of_a_change():
    head = '<meta property="article:modified_time" content="2024-01-01"><meta name="date" content="nonsense">'
    head += '<script type="application/ld+json">{"dateModified":"2024-01-01",'
    head += '"datePublished":"2023-08-22T00:30:00+07:00"}</script>'
    (found,) = articles(f"<html><head>{head}</head><body><p>{LONG}</p></body></html>")
    assert found.date == "2023-08-22T00:30:00+07:00"


def test_a_page_as_it_should_be_stays_as_it_is():
    page = f"<html><body><article><h1>A</h1><p>{LONG}</p></article></body></html>"
    assert articles(page)[0].html == page
