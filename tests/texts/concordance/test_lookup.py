"""Look-up and index on given tokens. Expected values: quanteda 4.3 (tests of tokens_lookup, kwic) or by hand."""

from __future__ import annotations

import json

import pytest

from analysis.errors import DiscourseError
from analysis.texts.annotate.matcher import index, lookup
from analysis.texts.concordance.kwic import kwic_tokens

OCEANS = {
    name: text.split()
    for name, text in {
        "d1": "The United States is bordered by the Atlantic Ocean and the Pacific Ocean .",
        "d2": "The Supreme Court of the United States is seldom in a united state .",
    }.items()
}


@pytest.mark.shared
def test_reference_cases(reference):
    for case in json.loads((reference / "A_dictionary_kwic.json").read_text())["cases"]:
        given = case["input"]
        if "dictionary" in given:
            assert lookup(given["tokens"], given["dictionary"], **given["args"]) == case["expected"], case["id"]
        else:
            assert kwic_tokens(given["tokens"], **given["args"]) == case["expected"], case["id"]


def test_glob_and_regex_values_of_several_keys():
    glob = {"Countries": "Stat*", "oceans": "*ic", "games": ["?box", "Nintendo*"], "swords": "*s"}
    expected = {
        "d1": ["Countries", "swords", "swords", "oceans", "oceans"],
        "d2": ["Countries", "swords", "swords", "Countries"],
    }
    assert lookup(OCEANS, glob) == expected
    regex = {"Countries": "stat.*$", "oceans": "[a-z]+ic", "games": "xbox", "swords": "s$"}
    assert lookup(OCEANS, regex, valuetype="regex") == expected
    exact = lookup(OCEANS, {"Countries": "Stat*"}, case_insensitive=False)
    assert exact == {"d1": ["Countries"], "d2": ["Countries"]}


def test_longest_value_wins_within_a_key():
    dictionary = {"Countries": ["United States", "United States of America"], "oceans": "Ocean"}
    tokens = {"d": ["the", "United", "States", "of", "America", "and", "the", "Ocean"]}
    assert lookup(tokens, dictionary) == {"d": ["Countries", "oceans"]}
    for values in (["A B", "A B C"], ["B C", "A B C"]):
        assert lookup([["A", "B", "C"]], {"key": values}) == {"text1": ["key"]}


def test_nested_scope():
    tokens = [["The", "New", "York", "Times", "is", "a", "New", "York", "paper", "."]]
    dictionary = {"paper": "New York Times", "city": "New York"}
    by_key = lookup(tokens, dictionary, nested_scope="key", exclusive=False)
    whole = lookup(tokens, dictionary, nested_scope="dictionary", exclusive=False)
    assert by_key["text1"] == ["The", "PAPER", "CITY", "is", "a", "CITY", "paper", "."]
    assert whole["text1"] == ["The", "PAPER", "is", "a", "CITY", "paper", "."]


def test_levels_of_a_hierarchical_dictionary():
    dictionary = {"geo": {"Countries": "States", "oceans": ["Atlantic", "Pacific"]}, "other": {"swords": "States"}}
    assert lookup(OCEANS, dictionary, levels=1)["d1"] == ["geo", "other", "geo", "geo"]
    assert lookup(OCEANS, dictionary, levels=(1, 2))["d1"] == [
        "geo.Countries",
        "other.swords",
        "geo.oceans",
        "geo.oceans",
    ]
    assert lookup(OCEANS, dictionary, levels=2)["d2"] == ["Countries", "swords"]
    assert lookup(OCEANS, dictionary, levels=3) == {"d1": [], "d2": []}


def test_phrases_and_windows():
    letters = {"t": list("ABCABD")}
    rows = kwic_tokens(letters, [["a", "b"], "d"], window=1)
    assert [(r["from"], r["to"], r["pre"], r["keyword"], r["post"], r["pattern"]) for r in rows] == [
        (1, 2, "", "A B", "C", "a b"),
        (4, 5, "C", "A B", "D", "a b"),
        (6, 6, "B", "D", "", "d"),
    ]
    assert kwic_tokens(letters, "a b", phrase=True, window=0)[0]["post"] == ""
    assert kwic_tokens(letters, "a b") == []
    assert kwic_tokens(letters, "a", case_insensitive=False) == []
    assert index(letters, {"k": ["a b"]}) == [("t", 0, 2, "k"), ("t", 3, 5, "k")]


def test_refused_options_name_what_is_allowed():
    with pytest.raises(DiscourseError, match="glob, fixed, regex"):
        lookup(OCEANS, {"a": "b"}, valuetype="globe")
    with pytest.raises(DiscourseError, match="no regular expression"):
        lookup(OCEANS, {"a": "("}, valuetype="regex")
    with pytest.raises(DiscourseError, match="window"):
        kwic_tokens(OCEANS, "a", -1)


def test_a_dictionary_value_is_split_at_its_separator_alone_and_tried_joined():
    """quanteda: dictionary(list(k = "war in iraq"), separator = " ") finds the phrase and the compound war_in_iraq."""
    tokens = {"d": ["the", "war", "in", "iraq", "was", "war_in_iraq"]}
    assert lookup(tokens, {"k": "war in iraq"}) == {"d": ["k", "k"]}
    assert lookup(tokens, {"k": "war_in_iraq"}) == {"d": ["k"]}
    assert lookup(tokens, {"k": "war_in_iraq"}, dictionary_separator="_") == {"d": ["k", "k"]}
    assert lookup(tokens, {"k": "war+in+iraq"}, dictionary_separator="+") == {"d": ["k", "k"]}
    joined = {"d": ["the", "war-in-iraq", "war_in_iraq"]}
    assert lookup(joined, {"k": "war in iraq"}, concatenator="-") == {"d": ["k"]}
    assert lookup(tokens, {"k": "war * iraq"}, exclusive=False) == {"d": ["the", "K", "was", "K"]}
    assert index(tokens, {"k": "war in iraq"}) == [("d", 1, 4, "k"), ("d", 5, 6, "k")]
    assert index(tokens, {"k": "war_in_iraq"}) == [("d", 5, 6, "k")]


@pytest.mark.parametrize("given", [1991, 1.5, None, True, ["peace", 1991], [None]])
def test_a_pattern_that_is_no_text_is_refused_and_named(given):
    bad = given[-1] if isinstance(given, list) else given
    with pytest.raises(DiscourseError, match=f"key 'k': {bad!r} is no pattern; .* quotation marks"):
        lookup(OCEANS, {"k": given})
    with pytest.raises(DiscourseError, match=f"{bad!r} is no pattern"):
        index(OCEANS, given)
    with pytest.raises(DiscourseError, match=f"{bad!r} is no pattern"):
        index(OCEANS, {"a": {"k": given}})


def test_tokens_that_are_no_text_are_refused_and_named():
    with pytest.raises(DiscourseError, match="tokens of d: 1991 is no token"):
        lookup({"d": ["in", 1991]}, {"k": "in"})
    with pytest.raises(DiscourseError, match="give a list of tokens, such as"):
        lookup({"d": "in 1991"}, {"k": "in"})
