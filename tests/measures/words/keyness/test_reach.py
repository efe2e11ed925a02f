"""What a table of key words could have shown: true in an invented press, null where nothing can be."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
import pytest

from analysis.measures.inference.moods import Alike, Moods
from analysis.measures.words.keyness.eras import era_keyness
from analysis.measures.words.keyness.reach import (
    POWER,
    UNLIKE,
    _bands,
    _smallest,
    detectable_uses,
    reach_in_words,
    share_found,
)
from analysis.measures.words.keyness.table import KeynessRule
from benchmarks.simulated_press import Press, draw
from benchmarks.word_reach import SHAPES, check, kinds, uses

PRESS = Press(world="weeks", border=150)


@functools.cache
def checked() -> pd.DataFrame:
    """What is said and what is found of the words it is said of, in one press."""
    found = check(PRESS, 0, draws=12, tries=300)
    return pd.DataFrame(found, columns=["uses", "spread", "turn", "said", "found"])


def test_of_what_is_said_to_be_found_in_80_of_100_cases_about_80_are():
    table = checked().dropna()
    assert set(zip(table["spread"], table["turn"], strict=True)) >= {("any", "up"), ("bursty", "up"), ("even", "down")}
    assert 0.75 < table["found"].mean() < 0.85, table
    assert table["found"].between(0.7, 0.9).all(), table


def test_rare_and_bursty_words_need_more():
    up = checked().query("turn == 'up'").set_index(["uses", "spread"])["said"]
    assert up[40, "any"] > up[160, "bursty"] > up[160, "even"] > up[640, "even"]
    assert up[160, "bursty"] > up[640, "bursty"] > up[640, "even"]


def flat() -> Alike:
    """Two outlets of unlike size, even words."""
    rng = np.random.default_rng(1)
    n = rng.integers(2000, 6000, (300, 2)).astype(float)
    x = rng.poisson(0.002 * n[:, :, None] * np.ones(60)).astype(float)
    return Alike(x, n, n * 500, np.arange(300) > 200, True)


def test_words_of_a_row_are_less_alike_than_those_drawn_so_a_little_more_is_asked_of_them():
    """Of words exactly alike 82 of 100 are found with the ratio that is said, so that 80 of those of a row are."""
    words, level = flat(), (0.01, 0.05)
    for turn in (1, -1):
        ratio = _smallest(words, Moods(0.3, 0.5, 0, 0), level, 400, turn)
        found = share_found(words, ratio, Moods(0.3, 0.5, 0, 0), level=level[0], alpha=level[1], tries=1800, seed=7)
        assert found == pytest.approx(POWER + UNLIKE, abs=0.035), (ratio, found)


def test_each_row_names_the_words_it_stands_on():
    press = Press(world="stories", weeks=120, border=90, documents=500, outlets=3)
    documents = draw(press, 3)[0]
    after, kind = (documents["era_id"] == "after").to_numpy(), tuple(part[::8] for part in kinds())
    words = uses(documents, press, kind, 1)
    table = era_keyness(words, documents, after, rule=KeynessRule(min_count=5), replicates=199)
    reach = detectable_uses(words, documents, after, table, bands=3, tries=20)
    place = {term: i for i, term in enumerate(words.terms)}
    total = np.asarray(words.matrix.sum(axis=0)).ravel()
    for row, terms in zip(reach.itertuples(), reach.attrs["words"], strict=True):
        count = total[[place[term] for term in terms]]
        assert (len(terms), count.min(), count.max()) == (row.word_count, row.uses_least, row.uses_most)


def test_an_outlet_of_one_era_shows_nothing():
    words = flat()
    apart = words.n.copy()
    apart[words.after, 0], apart[~words.after, 1] = 0, 0
    alone = Alike(words.x * (apart > 0)[:, :, None], apart, words.squares, words.after, True)
    assert share_found(alone, 10.0, Moods(0, 0, 0, 0), level=0.05, alpha=0.05, tries=60, seed=1) < 0.1
    assert np.isnan(_smallest(alone, Moods(0, 0, 0, 0), (0.05, 0.05), 60, 1))


def test_the_threshold_is_that_of_one_more_word_beside_those_that_are_significant():
    press = Press(world="stories", weeks=120, border=90, documents=500, outlets=3)
    documents = draw(press, 3)[0]
    after = (documents["era_id"] == "after").to_numpy()
    kind = tuple(part[::8] for part in kinds())
    table = era_keyness(
        uses(documents, press, kind, 1), documents, after, rule=KeynessRule(min_count=5), replicates=499
    )
    words = uses(documents, press, kind, 1)
    strict = detectable_uses(words, documents, after, table, bands=2, tries=100)
    with_others = table.assign(p_adjusted=np.where(np.arange(len(table)) < 10, 0.001, table["p_adjusted"]))
    with_others.attrs = table.attrs
    lenient = detectable_uses(words, documents, after, with_others, bands=2, tries=100)
    assert lenient["word_count"].sum() < strict["word_count"].sum()
    assert lenient["detectable_up"].min() < strict["detectable_up"].min()


def test_bands_are_equal_on_a_log_scale_and_empty_ones_left_out():
    found = _bands(np.array([10, 11, 12, 1000]), 4)
    assert [band.tolist() for band in found] == [[0, 1, 2], [3]]
    assert _bands(np.array([], dtype=int), 4) == []


def test_sentences_say_how_often_how_evenly_and_what_nothing_shows():
    columns = ["uses_least", "uses_most", "word_count", "spread", "detectable_up", "detectable_down"]
    rows = [(5, 9, 60, "even", np.nan, np.nan), (90, 120, 30, "even", 2.04, np.nan), (90, 130, 30, "bursty", 3.1, 0.21)]
    said = reach_in_words(pd.DataFrame(rows, columns=columns))
    assert said == [
        "Of a word used 90 to 120 times evenly (as 30 are): a rise to 2.0 times, no fall to a tenth would have been found "
        "in 80 of 100 cases.",
        "Of a word used 90 to 130 times in bursts (as 30 are): a rise to 3.1 times, a fall to 0.21 would have been found "
        "in 80 of 100 cases.",
        "Of a word used 5 to 9 times otherwise, not even a tenfold rise or a fall to a tenth would have been found "
        "in 80 of 100 cases.",
    ]
    assert set(SHAPES) == {"even", "bursty"}


def test_where_no_word_is_left_to_be_found_the_table_has_no_row_and_nothing_is_said():
    press = Press(world="stories", weeks=60, border=40, documents=200, outlets=2)
    documents = draw(press, 3)[0]
    after = (documents["era_id"] == "after").to_numpy()
    words = uses(documents, press, tuple(part[::40] for part in kinds()), 1)
    table = era_keyness(words, documents, after, rule=KeynessRule(min_count=10**6), replicates=99)
    reach = detectable_uses(words, documents, after, table)
    assert len(reach) == 0 and "detectable_up" in reach and reach_in_words(reach) == []
