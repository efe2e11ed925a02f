"""Tokens in arrays are those of the regular expression; counts are those of a Counter; no text takes quadratic time."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from quick import sample
from timing import grows_at_most

from analysis.texts.annotate.counting import Tokens, count_types, number_types
from analysis.texts.annotate.engine import Engine
from analysis.texts.annotate.tokens import WORD, lower
from analysis.texts.document import Document

TEXTS = st.text(st.sampled_from(list("ab1_-' .,\n\"“—éﬁ០ក😀𝒳")), max_size=60)


@given(TEXTS, st.lists(st.integers(0, 60), max_size=4))
@settings(max_examples=300, deadline=None)
@example("", [])
@example("rock'n'roll -x- a--b", [3, 5])
@example("é-é’s", [1, 2])
def test_tokens_and_indices_are_those_of_the_regular_expression(text: str, places: list[int]) -> None:
    low = lower(text)
    marks = sorted({0, len(low), *(p for p in places if p <= len(low))})
    tokens = Tokens(low, set(marks))
    wanted = [WORD.findall(low, a, b) for a, b in pairwise(marks)]
    assert tokens.words() == [word for part in wanted for word in part]
    assert [tokens.word(i) for i in range(len(tokens))] == tokens.words()
    assert tokens.index() == dict(zip(marks, np.cumsum([0, *map(len, wanted)]).tolist(), strict=True))


@given(st.lists(st.lists(st.sampled_from(["a", "b", "é", "non-aligned", "人"]), max_size=6), max_size=5))
@settings(max_examples=100, deadline=None)
def test_types_and_counts_are_those_of_a_counter(documents: list[list[str]]) -> None:
    terms, ids = number_types([Tokens(" ".join(words)).joined for words in documents])
    flat = [word for words in documents for word in words]
    assert terms == list(dict.fromkeys(flat))
    assert [terms[i] for i in ids] == flat
    counts = count_types(ids, np.cumsum([0, *map(len, documents)]))
    rows = list(zip(*(counts[name].tolist() for name in ("doc_index", "term_index", "token_count")), strict=True))
    wanted = sorted(
        (number, terms.index(word), n) for number, words in enumerate(documents) for word, n in Counter(words).items()
    )
    assert rows == wanted


@pytest.mark.parametrize(
    ("piece", "times"),
    sample(
        [
            ("The envoy said that Cambodia is neutral, and the day went on. Nobody came to the meeting. ", 600),
            ("the envoy said that cambodia is neutral and that they argued about it ", 200),
            ('" a ', 3000),
            ("“ab ", 3000),
            ('"Yes" and ', 1500),
            ("“We are a neutral country now,” he said. ", 300),
            ("Hun Sen ", 20000),
            ("neutrality hedging ", 280),  # above the length at which a sentence is cut
            ("a\n", 20000),
        ],
        [('" a ', 3000), ("Hun Sen ", 20000)],
    ),
)
def test_time_grows_with_the_length_and_not_with_its_square(engine: Engine, piece: str, times: int) -> None:
    def reading(number: int):
        document = Document(doc_id="x", collection="c", outlet_id="o", text=piece * number)
        return lambda: engine.annotate([document])

    grows_at_most(reading, times)
