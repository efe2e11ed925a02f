from __future__ import annotations

import pandas as pd

from analysis.figures.topic_cards import Cards, topic_browser, topic_cards

WORDS = pd.DataFrame(
    {
        "topic": [0, 0, 1, 1],
        "method": "probability",
        "rank": [2, 1, 1, 2],
        "word": ["border", "<asean>", "canal", "debt"],
    }
)
DOCUMENTS = pd.DataFrame(
    {
        "topic": [0, 1],
        "rank": 1,
        "doc_id": ["a", "b"],
        "topic_share": [0.9, 0.8],
        "outlet_id": ["post", "post"],
        "published": ["2024-01-02", None],
        "title": [None, "A & B"],
        "url": ["https://example.org/a", "javascript:x"],
    }
)
LABELS = pd.DataFrame({"topic": [0, 1], "label": ["Neighbours", "canal, debt"], "return_share": [0.75, None]})


def test_html_is_escaped_and_only_web_addresses_become_links():
    page = topic_cards(WORDS, DOCUMENTS, LABELS, names={"post": "The Post"})._repr_html_()
    assert "&lt;asean&gt;, border" in page
    assert '<a href="https://example.org/a"' in page
    assert "javascript" not in page
    assert "The Post, A &amp; B (80%)" in page
    assert page.count("returns in") == 1


def test_a_card_says_how_many_of_its_words_other_models_have():
    found = LABELS.assign(return_share=0.5, lda_word_distance=[0.05, 1.0], lda_online_word_distance=[0.4, 0.25])
    page = topic_cards(WORDS, DOCUMENTS, found)._repr_html_()
    assert "its top words in gensim's models: lda 95%, lda_online 60%" in page and "lda 0%, lda_online 75%" in page
    assert "gensim" not in topic_cards(WORDS, DOCUMENTS, LABELS)._repr_html_()


def test_chooser_when_someone_is_there_and_plain_page_in_a_run(monkeypatch):
    monkeypatch.delenv("DISCOURSE_FIGURES", raising=False)
    browser = topic_browser(WORDS, DOCUMENTS, LABELS)
    chooser, page = browser.children
    assert "Neighbours" in page.value
    chooser.value = 1
    assert "canal" in page.value
    assert "Neighbours" not in page.value
    monkeypatch.setenv("DISCOURSE_FIGURES", "figures")
    assert isinstance(topic_browser(WORDS, DOCUMENTS, LABELS), Cards)
