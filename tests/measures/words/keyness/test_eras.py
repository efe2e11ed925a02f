"""Key words of an era: planted words are found, moods of weeks and another mix of outlets are not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from analysis.errors import DiscourseError
from analysis.measures.words.keyness.eras import (
    CHOICES,
    block_tests,
    chosen_test,
    era_keyness,
    largest_outlet,
    placebo_keyness,
    pool_outlets,
)
from analysis.measures.words.keyness.table import keyness_table
from analysis.measures.words.keyness.tests import TESTS
from analysis.measures.words.matrix import DocumentTerm


def press(seed: int = 0, planted: float = 1.0, weeks: int = 80, words: int = 120):
    """Two outlets with words of their own; the second grows from a quarter to three quarters at the border."""
    rng = np.random.default_rng(seed)
    week = np.repeat(np.arange(weeks), 8)
    after = week >= 60
    second = rng.random(len(week)) < np.where(after, 0.75, 0.25)
    habit = rng.gamma(1, 1, (2, words))
    mood = rng.gamma(3, 1 / 3, (weeks, words))[week]
    rate = habit[second.astype(int)] * mood
    rate[:, 0] *= np.where(after, planted, 1)
    counts = rng.poisson(2 * rate)
    day = np.datetime64("2021-01-04") + (7 * week).astype("timedelta64[D]")
    documents = pd.DataFrame(
        {
            "doc_id": [f"d{i:04d}" for i in range(len(week))],
            "outlet_id": np.where(second, "times", "post"),
            "published": day.astype(str),
            "era_id": np.where(after, "second", "first"),
        }
    )
    terms = np.array([f"w{i:03d}" for i in range(words)], dtype=object)
    tokens = counts.sum(axis=1) + 50
    return DocumentTerm(sparse.csr_array(counts), documents["doc_id"].to_numpy(), terms, tokens), documents, after


def test_another_mix_of_outlets_is_no_key_word_and_a_planted_one_is():
    words, documents, after = press(planted=5.0)
    pooled = keyness_table(words, after)
    table = era_keyness(words, documents, after, replicates=1999)
    assert pooled["is_key"].sum() > 20
    assert "w000" in table.loc[table["is_key"], "term"].tolist()
    assert table["is_key"].sum() <= 3
    assert table.attrs["rotation_count"] == 80
    assert (table.loc[table["is_key"], "rotation_p"] <= 0.05).all()


def test_pooled_on_request_the_mix_of_outlets_comes_back_and_the_largest_is_named():
    words, documents, after = press()
    within, pooled = (
        era_keyness(words, rows, after, replicates=999).attrs["key_count"]
        for rows in (documents, pool_outlets(documents))
    )
    assert within <= 2 and pooled > 10
    name, share = largest_outlet(words, documents)
    tokens = words.token_counts[(documents["outlet_id"] == "post").to_numpy()].sum()
    assert name == "post" and share == tokens / words.token_counts.sum()
    assert largest_outlet(words.select(np.arange(0)), documents.head(0)) == ("", 0.0)


def test_eras_are_compared_within_outlets_or_pooled_and_other_groups_by_a_test():
    assert [chosen_test("era_id"), chosen_test("outlet_id")] == ["within", "score"]
    assert [chosen_test("era_id", "pooled"), chosen_test("outlet_id", "rank")] == ["pooled", "rank"]
    with pytest.raises(DiscourseError, match="test of eras: 'welch' is not allowed; allowed: within, pooled"):
        chosen_test("era_id", "welch")
    with pytest.raises(DiscourseError, match="test of outlet_id: 'pooled' is not allowed; allowed: score"):
        chosen_test("outlet_id", "pooled")
    assert ("within", "pooled", *TESTS) == CHOICES


def test_statistic_by_hand_and_p_of_every_rotation():
    rng = np.random.default_rng(1)
    residual, label = rng.normal(size=(12, 3)), np.arange(12) >= 8

    def t(mark):
        return (mark @ residual) / np.sqrt((((mark - mark.mean())[:, None] * residual) ** 2).sum(axis=0))

    p, rotation = block_tests(residual, label, 4000, 1, True)
    found = np.abs(t(label.astype(float)))
    turned = np.array([np.abs(t(np.roll(label, s).astype(float))) for s in range(12)])
    np.testing.assert_allclose(rotation, (turned >= found - 1e-9).mean(axis=0))
    draws = np.array([t(rng.permutation(label).astype(float)) for _ in range(4000)])
    exact = 2 * np.minimum((draws >= t(label.astype(float))).mean(0), (draws <= t(label.astype(float))).mean(0))
    np.testing.assert_allclose(p, np.minimum(exact, 1), atol=0.04)


def test_placebo_borders_find_about_nothing():
    words, documents, _ = press()
    table = placebo_keyness(words, documents, "first", replicates=499)
    assert len(table) == 5 and (table["tested_count"] > 80).all()
    assert table["key_count"].max() <= 3
    assert era_keyness(words, documents.assign(cluster_id="x"), press()[2], unit="document", replicates=99)[
        "rotation_p"
    ].isna().all() or pytest.fail("a unit without time has no rotation")
