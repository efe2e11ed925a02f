"""Tests of a word between two groups of units."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse, stats

from analysis.errors import DiscourseError
from analysis.measures.words import contingency as ct
from analysis.measures.words.keyness import tests as kt
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


def halves(count: int, rng: np.random.Generator) -> np.ndarray:
    side = np.zeros(count, dtype=bool)
    side[rng.permutation(count)[: count // 2]] = True
    return side


def test_welch_and_rank_tests_equal_scipy():
    units = clumped_corpus(1, 60, 40)
    side = np.arange(60) % 3 == 0
    rate = units.matrix.todense() / units.token_counts[:, None]
    welch, rank = kt.welch(units, side), kt.rank_test(units, side)
    student = stats.ttest_ind(rate[side], rate[~side], equal_var=True)
    np.testing.assert_allclose(kt.unit_test(units, side, test="student").p, student.pvalue, atol=1e-9)
    np.testing.assert_allclose(kt.student(units, side).statistic, student.statistic, atol=1e-9)
    np.testing.assert_allclose(welch.p, stats.ttest_ind(rate[side], rate[~side], equal_var=False).pvalue, atol=1e-9)
    expected = stats.mannwhitneyu(rate[side], rate[~side], method="asymptotic")
    np.testing.assert_allclose(rank.p, expected.pvalue, atol=1e-9)
    np.testing.assert_allclose(kt.rank_sums(units, side)[0], expected.statistic + 20 * 21 / 2)


def test_interval_of_few_units_is_wider_and_holds_the_truth_more_often():
    held = []
    for seed in range(4):
        units = clumped_corpus(seed, 20, 100)
        side = halves(20, np.random.default_rng(seed))
        plain, small = (kt.log_ratio_of_units(units, side, small_sample=s) for s in (False, True))
        np.testing.assert_array_equal(plain[0], small[0])
        assert (small[2] - small[1] > plain[2] - plain[1]).all()
        held.append([((low <= 0) & (high >= 0)).mean() for _, low, high in (plain, small)])
    assert np.mean(held, axis=0)[1] > 0.88


def test_wrong_blocks_and_levels_are_refused():
    units = clumped_corpus(1, 20, 5)
    side = np.arange(20) < 10
    with pytest.raises(DiscourseError, match="3 blocks for 20 units"):
        kt.permutation(units, side, blocks=["a", "b", "c"])
    with pytest.raises(DiscourseError, match="level: 95"):
        kt.log_ratio_of_units(units, side, level=95)


def test_equal_rates_are_no_certainty():
    """Rates that are the same on each side leave a rounding error as variance: no test can speak, so p is null."""
    sizes = np.tile([3, 6, 9, 30, 300], 2)
    for many in range(1, 20):
        rate = np.where(np.arange(10) < 5, 1, 2)
        units = units_of(np.column_stack([sizes * rate, sizes * many]) // 3 * 7, sizes * 3 * 7 * many)
        side = np.arange(10) < 5
        for test in (kt.welch, kt.student):
            assert np.isnan(test(units, side).p).all(), many


def test_rank_sum_of_kilgarriff_2001():
    counts = np.array([12, 15, 18, 24, 88, 3, 3, 13, 27, 33])[:, None]
    total, _ = kt.rank_sums(units_of(counts, np.full(10, 1000)), np.arange(10) < 5)
    assert total[0] == 31


def test_permutation_agrees_with_welch_and_respects_blocks():
    units = clumped_corpus(2, 60, 25)
    side = np.arange(60) < 30
    p = kt.permutation(units, side, replicates=499, seed=4).p
    assert np.abs(p - kt.welch(units, side).p).mean() < 0.05
    np.testing.assert_array_equal(p, kt.permutation(units, side, replicates=499, seed=4).p)
    blocked = kt.permutation(units, side, replicates=99, blocks=side).p
    np.testing.assert_array_equal(blocked, 1)  # nothing can be exchanged within blocks of one side
    assert np.bincount(kt._shuffle(side, np.arange(60) // 20, np.random.default_rng(0))[:20])[1] == 20


def test_score_test_without_bursts_is_chi_squared():
    """Units of one size that all hold the same number of a word leave nothing between units: Pearson's two cells."""
    sizes, side = np.full(40, 500), np.arange(40) < 10
    counts = np.where(side, 3, 2)[:, None]
    done = kt.score_test(units_of(counts, sizes), side)
    expected = 90 * np.array([0.25, 0.75])
    chi2 = ((np.array([30, 60]) - expected) ** 2 / expected).sum()
    np.testing.assert_allclose(done.statistic, np.sqrt(chi2))
    np.testing.assert_allclose(done.df[0], 7.5**2 / (5.625**2 / 9 + 1.875**2 / 29))  # 0.75^2 x 10 and 0.25^2 x 30
    # the same tokens in bursts say less
    bursts = np.zeros((40, 1), dtype=int)
    bursts[[0, 20, 30], 0] = [30, 30, 30]
    assert abs(kt.score_test(units_of(bursts, sizes), side).statistic[0]) < 0.4 * np.sqrt(chi2)


def test_doubling_every_document_changes_no_rate_and_halving_units_costs_evidence():
    units, side = clumped_corpus(8), np.arange(120) % 2 == 0
    twice = units_of(units.matrix.todense() * 2, units.token_counts * 2)
    np.testing.assert_allclose(kt.welch(units, side).statistic, kt.welch(twice, side).statistic)
    np.testing.assert_allclose(kt.log_ratio_of_units(units, side)[0], kt.log_ratio_of_units(twice, side)[0], atol=0.3)
    few = kt.log_ratio_of_units(units.select(np.arange(120) < 40), side[:40])
    all_ = kt.log_ratio_of_units(units, side)
    assert np.median(few[2] - few[1]) > 1.4 * np.median(all_[2] - all_[1])


@pytest.mark.parametrize("first", [60, 15])
def test_the_default_test_keeps_its_level_and_token_log_likelihood_does_not(first):
    """Nothing to find: random groups of clumped documents, also very uneven ones. About 10,000 tests at 5 %."""
    rng = np.random.default_rng(11)
    units = clumped_corpus(11)
    default, welch, token, covered = [], [], [], []
    f = np.asarray(units.matrix.sum(axis=0))
    for _ in range(40):
        side = np.zeros(120, dtype=bool)
        side[rng.permutation(120)[:first]] = True
        default.append(kt.score_test(units, side).p < 0.05)
        welch.append(kt.welch(units, side).p < 0.05)
        f1, n1 = np.asarray(units.matrix[side].sum(axis=0)), units.token_counts[side].sum()
        token.append(ct.p_of_chi2(ct.g2(ct.from_corpora(f1, n1, f - f1, units.token_counts[~side].sum()))) < 0.05)
        _, low, high = kt.log_ratio_of_units(units, side)
        covered.append((low <= 0) & (high >= 0))
    assert 0.03 < np.mean(default) < 0.07
    assert np.mean(token) > 0.12
    assert np.mean(covered) > 0.92
    assert (np.mean(welch) > 0.08) == (first == 15)  # why Welch is not the default


def test_level_when_one_side_has_short_documents():
    rng = np.random.default_rng(4)
    side = np.arange(220) < 20
    sizes = np.where(side, rng.integers(30, 120, 220), rng.integers(300, 1200, 220))
    rate = 0.4 / np.arange(20, 320)
    default, student = [], []
    for _ in range(12):
        counts = rng.poisson(sizes[:, None] * rate * rng.gamma(0.35, 1 / 0.35, (220, 300)))
        default.append(kt.score_test(units_of(counts, sizes), side).p < 0.05)
        share = counts / sizes[:, None]
        student.append(stats.ttest_ind(share[side], share[~side]).pvalue < 0.05)
    assert 0.03 < np.mean(default) < 0.07
    assert np.mean(student) > 0.1
