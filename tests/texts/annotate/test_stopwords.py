"""The stop list: comments and empty lines do not count, possessives and numbers do."""

from __future__ import annotations

from analysis.texts.annotate.stopwords import is_stopword, stopwords


def test_own_list():
    assert {"the", "of"} <= stopwords() and "" not in stopwords()
    assert not any(word.startswith("#") or word != word.lower() for word in stopwords())


def test_words_of_a_given_list(tmp_path):
    path = tmp_path / "stop.txt"
    path.write_text("# a comment\n\nThe \nsay\n", encoding="utf-8")
    assert stopwords(path) == {"the", "say"}
    assert is_stopword("the's", path) and is_stopword("2023", path) and not is_stopword("2023s", path)
    assert not is_stopword("of", path)
