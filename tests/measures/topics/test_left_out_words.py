from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.measures.topics.left_out_words import topic_rules
from analysis.measures.topics.matrix import VocabularyRules

WORDS = {
    "limits": {"all": {"min_tokens": 5}, "un": {"min_residual_idf": 0.25, "min_tokens": 7}},
    "lemmas": {"media": "media"},
    "drop": [{"reason": "any", "words": "thing\nwant"}, {"collection": "un", "words": "excellency"}],
}


def test_a_collection_takes_its_own_limits_and_lists_besides_those_of_all():
    fixes = (("media", "media"),)
    assert topic_rules("news", words=WORDS) == VocabularyRules(min_tokens=5, lemma_fixes=fixes, drop=("thing", "want"))
    assert topic_rules("un", words=WORDS, drop=["port"]) == VocabularyRules(
        min_tokens=7, min_residual_idf=0.25, lemma_fixes=fixes, drop=("excellency", "port", "thing", "want")
    )
    assert topic_rules("un", words=WORDS, min_tokens=9).min_tokens == 9
    assert topic_rules("un", words={}) == VocabularyRules()


def test_what_the_file_may_not_have_is_named():
    with pytest.raises(DiscourseError, match="min_documetns"):
        topic_rules("un", words={"limits": {"all": {"min_documetns": 3}}})
    with pytest.raises(DiscourseError, match="word"):
        topic_rules("un", words={"drop": [{"word": "thing"}]})
