"""What is looked for before a pattern is tried: words that stand in every match, and rarely elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DiscourseError
from analysis.texts.annotate.anchors import anchors, stands
from analysis.texts.annotate.codebook import Codebook, Entry, Frame, at_word_start, load
from analysis.texts.annotate.matcher import Matcher
from analysis.texts.annotate.tokens import lower


def texts(*patterns: str) -> set[str]:
    return {anchor.text for anchor in anchors(patterns)}


def test_two_words_side_by_side_are_looked_for_with_whatever_may_stand_between():
    assert texts("honest broker*") == {"honest broker", "honest  broker", "honest   broker"}
    assert {t.replace("  ", " ").replace("  ", " ") for t in texts("(no|any) tightrope")} == {
        "no tightrope ",
        "any tightrope ",
    }


def test_a_gap_or_a_joker_ends_what_is_literal():
    assert texts("tightrope {0,2} walk") == {"tightrope "}
    assert texts("tightrope* walk") == {"tightrope"}
    assert texts("harbour*'s") == {"harbour"}
    assert texts("iron-clad") == {"iron clad ", "ironclad "}


def test_each_hyphen_and_apostrophe_is_a_sign_or_nothing():
    assert texts("harbour's") == {"harbour s ", "harbours "}
    assert texts("cat's-paw") == {"cat s paw ", "cats paw ", "cat spaw ", "catspaw "}


def test_of_three_words_the_first_two_are_looked_for():
    assert {" ".join(text.split()) for text in texts("(tightrope walk along)")} == {"tightrope walk"}


def test_a_pattern_is_looked_for_by_its_rarest_words():
    assert texts("that {0,2} (lean|leans) {0,1} (on|upon)") == {"lean ", "leans "}
    assert texts("no matter {0,3} world") == {"no matter ", "no  matter ", "no   matter "}
    assert texts("(anchor|harbour) {0,2} (of|in) stranglehold") == {
        f"{word}{gap}stranglehold " for word in ("of", "in") for gap in (" ", "  ", "   ")
    }


def test_of_words_as_rare_as_one_another_the_first_is_looked_for():
    assert texts("anchor {0,2} barrel") == {"anchor "}


def test_where_the_word_begins_and_whether_it_opens_the_match():
    assert {(a.text.strip(), a.opens) for a in anchors(["in {0,2} stranglehold"])} == {("stranglehold", False)}
    assert all(a.opens and a.back == len(a.text) for a in anchors(["(nobody|anyone) stranglehold"]))
    for anchor in anchors(["a stranglehold"]):  # a word of one letter is never looked for alone
        assert anchor.text[-anchor.back :] == "stranglehold " and not anchor.opens
    assert all(a.opens and a.back == len(a.text) for a in anchors(["stranglehold of"]))
    assert not any(a.opens for a in anchors(["[their] stranglehold"]))


def test_patterns_are_numbered_and_one_without_letters_has_none():
    assert {a.pattern for a in anchors(["firm", "a*", "bond"])} == {0, 2}
    with pytest.raises(DiscourseError, match=r"'a\*' has no word with two literal letters"):
        _ = Entry("e", "f", ("firm", "a*"), "c").anchors


def test_more_spellings_than_worth_looking_for_leave_one_word():
    many = "|".join(f"word{chr(97 + i)}{chr(97 + j)}" for i in range(26) for j in range(3))
    assert texts(f"stranglehold ({many})") == {"stranglehold "}


WORDS = st.sampled_from(
    re.findall(
        r"\S+",
        "no not part of in the quarrel quarrels iron-clad ironclad friend friends' a take takes side sides x é “ ” _ — – *"
        " - (and) neither . , nobody's tightrope Beijing ß 7",
    )
)
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from([" ", " ", "  ", "-", " - ", "   ", "\n", ""])), max_size=14).map(
    lambda parts: "".join(word + gap for word, gap in parts)[:60]  # as far as the matcher looks around an anchor
)
PATTERNS = (
    "no (part|side) in",
    "take* (no|any) {0,1} sides",
    "iron-clad friend*",
    "(friend|friends) of (the|a)",
    "[no] quarrel*",
    "quarrels [of]",
    "nobody's (friend|quarrel)",
    "in {0,2} tightrope",
    "part of",
)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_every_match_is_found_from_its_anchor(text):
    """What expressions find when tried at each place of the text, and what the matcher finds."""
    entries = tuple(Entry(f"e{n}", "f", (pattern,), "c") for n, pattern in enumerate(PATTERNS))
    made = Matcher(Codebook((Frame("f", "f", "", entries),)))
    low = lower(text)
    found = {(start, end, entry.id) for start, end, entry in made.candidates(low, text)}
    wanted = set()
    for entry in entries:
        for regex in entry.regexes:
            for at in range(len(low)):
                match = regex.match(low, at)
                if match is not None and at_word_start(low, match.start()):
                    wanted.add((*match.span(1), entry.id))
    assert found <= wanted
    opening = {e.id for e in entries if all(a.opens for a in e.anchors)}
    assert {f for f in wanted if f[2] in opening} <= found
    assert {(f[1], f[2]) for f in wanted} == {(f[1], f[2]) for f in found}


def test_the_codebook_s_examples_hold_an_anchor_of_their_entry(root):
    for entry in load(root / "corpus" / "codebook").entries:
        for example in entry.examples:
            low = f" {re.sub(r'[^a-z0-9]', ' ', lower(example))} "
            assert any(f" {anchor.text}" in low for anchor in entry.anchors), (entry.id, example)


def test_an_entry_s_anchors_follow_its_patterns():
    entry = Entry("e", "f", ("tightrope",), "c")
    assert {a.text for a in replace(entry, pattern=("seesaw",)).anchors} == {"seesaw "}


def test_one_beginning_of_each_word_has_to_stand():
    words = (("harbour", "quay"), ("net",))
    assert stands(words, "a quay and a network")
    assert not stands(words, "a quay and a boat")
    assert not stands(words, "a net")
    assert stands((), "")
    assert not stands(((),), "a net")


def made_of(pattern, **given):
    entry = Entry(id="a", frame="f", pattern=(pattern,), category="c", **given)
    return Matcher(Codebook((Frame("f", "f", "", (entry,)),)))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("the {0,20} zebra", "Then the {} zebra ran."),
        ("quagga {0,20} the", "Then a quagga {} the ibex ran."),
        ("[quagga] the {0,20} zebra", "Then a quagga the {} zebra ran."),
        ("(a|the) (quagga|ibex) {0,10} (and|or) {0,10} (zebra|zebras)", "Then a quagga {} or zebra ran."),
    ],
)
@pytest.mark.parametrize("words", [1, 5, 10, 20, 21])
def test_as_many_words_may_stand_between_as_the_pattern_says(pattern, text, words):
    most = 10 if "{0,10}" in pattern else 20
    text = text.format(" ".join(["considerations"] * words))
    assert len(made_of(pattern).scan(text)) == (words <= most)


@pytest.mark.parametrize("words", [0, 3, 12])
def test_an_exclusion_reaches_as_far_as_its_pattern(words):
    between = " ".join(["considerations"] * words)
    made = made_of("zebra", exclude=("quagga {0,12} zebra", "zebra {0,12} ibex"))
    assert made.scan(f"A quagga {between} zebra ran.") == [] == made.scan(f"One zebra {between} ibex ran.")
    assert len(made.scan(f"A gnu {between} zebra ran.")) == 1


def test_no_match_ends_within_a_word_where_the_search_for_it_ends():
    for gap in range(40, 75):
        text = f"Near a zebra {'x' * gap} quaggas ran."
        assert made_of("zebra {0,2} quagga").scan(text) == []
        assert made_of("(one|a) zebra {0,1} quagga").scan(text) == []
