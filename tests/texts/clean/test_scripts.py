"""Scripts without spaces between words: found, left out, and counted by a dictionary where there is one."""

from __future__ import annotations

import importlib.util
import sys
import types

from analysis.texts.annotate.counting import Tokens
from analysis.texts.annotate.tokens import tokenize
from analysis.texts.clean import scripts

KHMER = "មិត្តភាពដែកថែបរវាងកម្ពុជា និងចិន។"
THAI = "ความสัมพันธ์ระหว่าง 2 ประเทศ"


def test_a_stretch_goes_on_over_spaces_marks_and_numbers_but_not_over_other_letters():
    text = f"The minister ({KHMER}) spoke of {THAI} and left."
    assert [s[:3] for s in scripts.stretches(text)] == [KHMER[:3], THAI[:3]]
    assert scripts.stretches("Plain words.") == [] == scripts.stretches("Café “quoted” 人民")
    assert scripts.without_stretches(text).split() == ["The", "minister", "(", "spoke", "of", "and", "left."]


def test_they_give_no_tokens_in_either_way_of_counting():
    text = f"the {KHMER} bond {THAI} of ironclad២០២៣ friends café"
    assert tokenize(text) == ["the", "bond", "2", "of", "ironclad", "friends", "café"]
    assert Tokens(text).words() == tokenize(text)


def test_words_of_khmer_are_counted_only_with_the_library_and_only_for_khmer(monkeypatch):
    assert scripts.words_of_khmer([]) is None
    fake = types.ModuleType("khmercut")
    fake.tokenize = lambda text: text.split()
    monkeypatch.setitem(sys.modules, "khmercut", fake)
    monkeypatch.setattr(scripts, "find_spec", lambda name: object())
    assert scripts.words_of_khmer([KHMER, "ខ 12 គ"]) == 4  # the number is no word of Khmer
    assert scripts.words_of_khmer([KHMER, THAI]) is None
    monkeypatch.setattr(scripts, "find_spec", lambda name: None)
    assert scripts.words_of_khmer([KHMER]) is None


def test_the_library_itself_where_it_is_installed():
    if importlib.util.find_spec("khmercut") is None:
        return
    assert 4 <= scripts.words_of_khmer([KHMER]) <= 12
