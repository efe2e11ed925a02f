"""Tests over documents, the table of keywords, and whether the default rule keeps its level."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from analysis.errors import DiscourseError, NothingFound
from analysis.measures.words.keyness import scores as keyness
from analysis.measures.words.keyness.table import KeynessRule, contrast_sides, keyness_groups, keyness_table
from analysis.measures.words.matrix import DocumentTerm


def units_of(matrix: np.ndarray, sizes: np.ndarray | None = None) -> DocumentTerm:
    matrix = np.asarray(matrix)
    sizes = matrix.sum(axis=1) if sizes is None else np.asarray(sizes)
    terms = np.array([f"w{i:03d}" for i in range(matrix.shape[1])], dtype=object)
    ids = np.array([f"d{i:04d}" for i in range(len(matrix))], dtype=object)
    return DocumentTerm(sparse.csr_array(matrix.astype(np.int64)), ids, terms, sizes)


def clumped_corpus(seed: int, documents: int = 120, words: int = 250, shape: float = 0.35) -> DocumentTerm:
    """Documents whose words come in bursts (gamma-Poisson), so that tokens of one document are not independent."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(300, 900, documents)
    rate = 0.4 / np.arange(20, 20 + words)
    burst = rng.gamma(shape, 1 / shape, (documents, words))
    return units_of(rng.poisson(sizes[:, None] * rate * burst), sizes)


def test_swapping_sides_turns_statistic_and_score():
    units = clumped_corpus(3)
    side = np.arange(120) % 2 == 0
    there = keyness_table(units, side).set_index("term").sort_index()
    back = keyness_table(units, ~side).set_index("term").sort_index()
    for column in ("statistic", "score", "g2", "log_ratio", "log_odds_z"):
        np.testing.assert_allclose(there[column], -back[column], atol=1e-6, err_msg=column)
    np.testing.assert_array_equal(there["is_key"], back["is_key"])
    np.testing.assert_allclose(there["p"], back["p"], atol=1e-12)


def test_rates_are_per_million_tokens_of_each_side():
    units = clumped_corpus(3)
    side = np.arange(120) % 3 == 0
    table = keyness_table(units, side)
    for name, chosen in (("target", side), ("reference", ~side)):
        rate = table[f"token_count_{name}"] * 1_000_000 / units.token_counts[chosen].sum()
        np.testing.assert_allclose(table[f"per_million_{name}"], rate, rtol=1e-12)


def test_one_story_is_no_keyword_but_stays_in_the_table():
    rng = np.random.default_rng(0)
    counts = rng.poisson(3, (80, 30))
    side = np.arange(80) < 40
    counts[3, 0] = 400  # a word of one article
    counts[side, 1] = rng.poisson(9, 40)  # a word that the whole side uses
    counts[:, 2] = 0
    counts[~side, 2] = rng.poisson(4, 40)  # absent from the target
    table = keyness_table(units_of(counts), side).set_index("term")
    assert table.loc["w000", "g2"] > 200
    assert not table.loc["w000", "is_key"]
    assert table.loc["w001", "is_key"]
    assert table.loc["w001", "favours"] == "target"
    assert table.loc["w002", "is_key"]
    assert table.loc["w002", "token_count_target"] == 0
    assert table.loc["w002", "rank"] == 1
    assert np.isfinite(table.loc["w002", "score"])
    assert table["is_key"].sum() <= 3
    assert table["rank"].tolist() == list(range(1, len(table) + 1))


def test_reprints_count_once():
    rng = np.random.default_rng(5)
    counts = rng.poisson(2, (60, 20))
    counts[:12, 0] = 9  # twelve reprints of one story
    side = np.arange(60) < 30
    cluster = np.where(np.arange(60) < 12, "story", np.arange(60).astype(str))
    alone = keyness_table(units_of(counts), side).set_index("term")
    once = keyness_table(units_of(counts), side, clusters=cluster)
    assert once.attrs["unit_count_target"] == 19
    assert once.attrs["document_count_target"] == 30
    assert alone.loc["w000", "p"] < 0.001
    assert once.set_index("term").loc["w000", "p"] > 0.01


def test_too_few_units_are_refused_in_words():
    with pytest.raises(DiscourseError, match="too few documents to compare: the target has 1 "):
        keyness_table(clumped_corpus(1, 6), np.arange(6) < 1)
    with pytest.raises(
        DiscourseError, match="'welsh' is not allowed; allowed: score, welch, student, rank, permutation"
    ):
        KeynessRule(test="welsh")


def test_contrast_sides_and_too_few_units():
    documents = pd.DataFrame({"doc_id": list("abcdef"), "era_id": ["x", "x", "y", "y", "z", None]})
    chosen, side = contrast_sides(documents, "era_id", ["x"])
    assert chosen["doc_id"].tolist() == list("abcde")
    assert side.tolist() == [True, True, False, False, False]
    assert contrast_sides(documents, "era_id", ["x"], ["y"])[0]["doc_id"].tolist() == list("abcd")
    with pytest.raises(DiscourseError, match="allowed: x, y, z"):
        contrast_sides(documents, "era_id", ["w"])
    with pytest.raises(DiscourseError, match="its own values"):
        contrast_sides(documents, "era_id", ["x"], ["x"])
    counts = np.random.default_rng(0).poisson(3, (30, 12))
    counts[:9, 0] += 20
    few = keyness_table(units_of(counts), np.arange(30) < 9).set_index("term")
    assert few["too_few"].all()
    assert not few["is_key"].any()
    assert keyness_table(units_of(counts), np.arange(30) < 9, rule=KeynessRule(min_side_units=5))["is_key"][0]


def test_groups_one_against_the_rest():
    units = clumped_corpus(6, 60, 30)
    groups = np.array(["a", "b", "c"])[np.arange(60) % 3]
    table = keyness_groups(units, groups)
    assert table.groupby("group").size().tolist() == [30, 30, 30]
    word = table[table["term"] == "w004"].set_index("group")
    totals = units.units(groups)
    expected = keyness.g2_groups(totals.matrix.todense().T[[4]], totals.token_counts)[0]
    np.testing.assert_allclose(word["g2_groups"], expected)
    single = keyness_table(units, groups == "b").set_index("term")
    np.testing.assert_allclose(word.loc["b", "g2"], single.loc["w004", "g2"])


def test_a_planted_difference_is_found():
    units = clumped_corpus(12, 300, 120)
    side = np.arange(300) % 2 == 0
    rng = np.random.default_rng(0)
    matrix = units.matrix.todense().copy()
    extra = rng.poisson(units.token_counts[side][:, None] * 0.4 / np.arange(20, 26) * 1.5)
    matrix[np.flatnonzero(side), :6] += extra
    table = keyness_table(units_of(matrix, units.token_counts), side)
    assert set(table["term"][:6]) == {f"w{i:03d}" for i in range(6)}
    assert table["is_key"].sum() <= 8


def test_a_target_that_is_everybody_is_a_finding_of_a_small_study_and_no_fault():
    """On a store whose study has one group of outlets, the group against the others."""
    documents = pd.DataFrame({"doc_id": ["a", "b"], "outlet_id": ["post", "times"]})
    with pytest.raises(NothingFound, match="all documents are in the target"):
        contrast_sides(documents, "outlet_id", ["post", "times"])
