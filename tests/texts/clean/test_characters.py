"""Cleaning: what is mended, what must not change, and that cleaning twice changes nothing more."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.texts.clean.characters import clean_text

WRAPPED = (
    "The two ministers met in the morning and agreed that the talks on\n"
    "trade should go on, while the question of the border was left to a\n"
    "committee of experts. It will report in May.\n"
    "A second meeting is planned for the autumn, when both sides hope that\n"
    "the first results can be shown."
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("plain text stays", "plain text stays"),
        ("“quotes” ‘stay’ \"as\" 'they' «are»", "“quotes” ‘stay’ \"as\" 'they' «are»"),
        ("a &amp; b &ldquo;c&rdquo;", "a & b “c”"),
        ("&amp;lt;b&amp;gt;bold&amp;lt;/b&amp;gt;", "bold"),
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("x<script>var a = 1 < 2;</script>y", "x y"),
        ('<img src="a.jpg"\nwidth="3">kept', "kept"),
        ("a\x00b\u200bc\u00add", "a bcd"),
        ("cafe\u0301", "café"),
        ("non\u2011aligned", "non-aligned"),
        ("neutral -- so he said", "neutral — so he said"),
        ("It goes on here. Continue reading...", "It goes on here."),
        ("see [the text](https://example.org/a) here", "see the text here"),
        ("  a  b \n\n\n\n c ", "a b\n\nc"),
        ("3 < 4 and 5 > 2", "3 < 4 and 5 > 2"),
        ("Rates & prices", "Rates & prices"),
        ("One.\nTwo.\nThree.", "One.\n\nTwo.\n\nThree."),
        ("Japan: 5\nChina: 7\nItaly: 3\nSpain: 9", "Japan: 5\n\nChina: 7\n\nItaly: 3\n\nSpain: 9"),
        ("", ""),
    ],
)
def test_mended_and_left_alone(raw, expected):
    assert clean_text(raw) == expected


def test_wrapped_lines_become_paragraphs():
    cleaned = clean_text(WRAPPED)
    assert cleaned.split("\n\n") == [
        "The two ministers met in the morning and agreed that the talks on trade should go on, while the question of "
        "the border was left to a committee of experts. It will report in May.",
        "A second meeting is planned for the autumn, when both sides hope that the first results can be shown.",
    ]


PIECES = st.sampled_from(
    [
        "<",
        ">",
        "&",
        "amp;",
        "lt;",
        "#39;",
        "b",
        "</b>",
        "<p>",
        "\n",
        "\n\n",
        " ",
        "  ",
        "\t",
        "-",
        "--",
        "“",
        '"',
        "](",
        "[",
        "http://x",
        ")",
        "\u00a0",
        "\u200b",
        "e\u0301",
        "\u0301",
        "Word",
        "end.",
        "**",
        "# ",
        "> ",
        "Continue reading...",
        'class="x"',
        "\u2011",
        "&amp;lt;",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "\u2000",
        "\u212b",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=25).map("".join)))
def test_cleaning_is_idempotent(text):
    once = clean_text(text)
    assert clean_text(once) == once


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("abcdefghij", min_size=1, max_size=9), max_size=60))
def test_no_word_is_lost(words):
    assert clean_text("\n".join(words)).split() == words
