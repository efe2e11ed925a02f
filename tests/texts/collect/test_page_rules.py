from __future__ import annotations

import pytest

from analysis.study.collection import CollectedOutlet
from analysis.texts.collect.page_rules import no_article

PLAIN = CollectedOutlet("post", ("post.example",))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/index.html",
        "/category/politics/",
        "/tag/asean",
        "/author/someone",
        "/news/page/3/",
        "/?s=neutral",
        "/feed/",
        "/news/story/feed",
        "/wp-json/wp/v2/posts",
        "/contact-us",
        "/privacy-policy/",
        "/wp-content/uploads/2023/08/photo.jpg",
        "/photo.PNG",
        "/2023/08/story/amp/",
        "/2023/08/story?replytocom=7",
        "/robots.txt",
        "/post-sitemap2.xml",
        "/en/",
    ],
)
def test_pages_that_are_no_articles(path):
    assert no_article(f"https://post.example{path}", PLAIN)


@pytest.mark.parametrize(
    "path",
    [
        "/501353450/story-of-the-day/",
        "/national-politics/hun-sen-pages-turned",
        "/2023/08/22/new-cabinet",
        "/news/contact-with-neighbours-grows",
        "/en/news/about-face-on-border",
        "/article.php?id=77",
        "/national/tagged-turtles-return",
        "/stories/feeding-the-poor",
        "/world/research-search-party-found",
        "/opinion/2023-private-sector",
    ],
)
def test_articles_are_kept(path):
    assert no_article(f"https://post.example{path}", PLAIN) == ""


def test_rules_of_the_outlet():
    outlet = CollectedOutlet("post", ("post.example",), skip=(r"/sport/",), articles=(r"/\d{6,}/",))
    assert no_article("https://post.example/sport/123456/x", outlet) == "left out by the outlet's rule"
    assert no_article("https://post.example/news/x", outlet) == "no article by the outlet's rule"
    assert no_article("https://post.example/news/1234567/x", outlet) == ""
