"""Lemmas and the stop list."""

from __future__ import annotations

import pytest

from analysis.store import DiscourseError
from analysis.texts import words


@pytest.mark.parametrize(
    ("term", "lemma"), [("friends", "friend"), ("allies", "ally"), ("asean", "asean"), ("xyzzy", "xyzzy")]
)
def test_lemma(term, lemma):
    assert words.lemma(term) == lemma


def test_the_committed_stop_list_keeps_words_that_matter(root):
    stop = words.load_stop_words(root / "corpus" / "stopwords.txt")
    assert {"the", "of", "said"} <= stop
    assert not stop & {"not", "no", "never", "between", "against", "system", "bill", "state", "neutral", "china"}


@pytest.mark.parametrize("line", ["The", "two words"])
def test_a_bad_line_is_named(tmp_path, line):
    path = tmp_path / "stop.txt"
    path.write_text(f"# comment\nof\n{line}\n")
    with pytest.raises(DiscourseError, match=f"line 3: '{line}'"):
        words.load_stop_words(path)


def test_missing_and_empty_lists(tmp_path):
    with pytest.raises(DiscourseError, match="no such file"):
        words.load_stop_words(tmp_path / "no.txt")
    (tmp_path / "empty.txt").write_text("")
    assert words.load_stop_words(tmp_path / "empty.txt") == frozenset()
