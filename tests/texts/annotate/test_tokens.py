"""Tokens and sentences."""

from __future__ import annotations

from analysis.texts.annotate.lemmas import lemma, lemmas
from analysis.texts.annotate.stopwords import is_stopword, stopwords
from analysis.texts.annotate.tokens import lower, sentence_spans, sentences_before, tokenize


def test_words_keep_inner_hyphens_and_apostrophes():
    assert tokenize("Non-aligned Cambodia’s ‘neutral’ -- rock'n'roll 5,000 é_1 -x-") == [
        "non-aligned",
        "cambodia's",
        "neutral",
        "rock'n'roll",
        "5",
        "000",
        "é_1",
        "x",
    ]


def test_lower_keeps_every_offset():
    text = "İstanbul’s ﬁrst STRASSE"
    assert len(lower(text)) == len(text)


def test_sentences_stop_at_full_stops_but_not_after_abbreviations_or_initials():
    text = 'Mr. Lee met Gen. Tea. "Yes!" he said. The U.S. Army left. J. D. Vance came.\nNext line'
    assert [text[a:b] for a, b in sentence_spans(text)] == [
        "Mr. Lee met Gen. Tea.",
        '"Yes!" he said.',
        "The U.S. Army left.",
        "J. D. Vance came.",
        "Next line",
    ]


def test_numbering_agrees_with_the_spans():
    text = "One. Two! “Three?” Four.\n\nFive. Dr. Six."
    for number, (start, _) in enumerate(sentence_spans(text)):
        assert sentences_before(text, 0, start) == number


def test_stop_list_is_data_and_keeps_words_that_matter():
    words = stopwords()
    assert {"the", "of", "said"} <= words
    assert not {"system", "bill", "state", "side", "not", "united"} & words
    assert is_stopword("the") and is_stopword("2024") and not is_stopword("neutral")


def test_lemmas():
    assert lemmas(["friends", "cambodia's", "debt-traps", "ties", "iron-clad", "1990s"]) == [
        "friend",
        "cambodia",
        "debt-trap",
        "tie",
        "ironclad",
        "1990s",
    ]
    assert lemma("'s") == "'s"
