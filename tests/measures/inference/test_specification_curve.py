"""The joint test of a curve: a toy of eight specifications written out by hand, its level, and how variance is shared."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.inference.eras import Blocks, era_statistic
from analysis.measures.inference.specification_curve import (
    Labellings,
    chance_band,
    curve_test,
    family_p,
    own_p,
    permuted_labels,
    recompute,
    rotated_labels,
    variance_shares,
)

# Six weeks, the last three in the compared era; two outlets. Eight specifications: core words or all, first outlet or
# both, 100 tokens a week or the first outlet's 50 (own words only).
CORE = np.array([[2, 1], [1, 0], [3, 1], [4, 2], [6, 1], [5, 3]])
ALL = CORE + np.array([[1, 0], [0, 1], [1, 1], [0, 1], [1, 0], [0, 0]])
AFTER = np.array([0, 0, 0, 1, 1, 1], dtype=bool)
EVERY = np.array(
    [np.isin(np.arange(6), chosen) for chosen in itertools.combinations((5, 4, 3, 2, 1, 0), 3)], dtype=float
)


def toy() -> tuple[list[tuple[np.ndarray, np.ndarray]], pd.DataFrame]:
    """Hits and tokens of the eight, and the choices that made them."""
    sums, rows = [], []
    for words, outlets, tokens in itertools.product(("core", "all"), ("one", "both"), (100, 50)):
        x = (CORE if words == "core" else ALL)[:, : 1 if outlets == "one" else 2].astype(float)
        sums.append((x, np.full(x.shape, float(tokens))))
        rows.append({"words": words, "outlets": outlets, "tokens": tokens})
    return sums, pd.DataFrame(rows)


def labellings() -> np.ndarray:
    """All twenty ways to call three of six weeks the compared era, the true one first."""
    assert EVERY[0].tolist() == AFTER.astype(float).tolist()
    return EVERY


def test_eight_specifications_by_hand():
    """First outlet, core: 15 hits after and 6 before, ratio 2.5; both: 21 and 8 (Mantel-Haenszel with equal tokens); all
    words: 16 and 8, ratio 2; both 23 and 12. Tokens change nothing, so each value stands twice."""
    sums, choices = toy()
    found = [recompute(x, n, labellings()) for x, n in sums]
    ratios = np.exp([ratio[0] for _, ratio in found])
    assert ratios == pytest.approx([15 / 6, 15 / 6, 21 / 8, 21 / 8, 16 / 8, 16 / 8, 23 / 12, 23 / 12])
    t, log_ratios = (np.stack(part, axis=1) for part in zip(*found, strict=True))
    test = curve_test(t, log_ratios, "permuted")
    assert np.exp(test.median) == pytest.approx(np.sqrt(2.5 * 2))  # 1.92, 2, 2.5, 2.63, each twice: between 2 and 2.5
    # In no other labelling of the twenty is the median as high: 2 x 1 / 20.
    assert test.count == 20 and test.median_p == pytest.approx(2 / 20)
    assert test.side_share == 1.0 and test.found_share == 0.0 and test.found_p == 1.0
    shares = variance_shares(log_ratios[0], choices).set_index("choice")["share"]
    logs = np.log([2.5, 21 / 8, 2, 23 / 12])
    total = ((logs - logs.mean()) ** 2).sum()
    words = (logs[:2].mean() - logs[2:].mean()) ** 2
    outlets = (logs[[0, 2]].mean() - logs[[1, 3]].mean()) ** 2
    assert shares["words"] == pytest.approx(words / total) and shares["outlets"] == pytest.approx(outlets / total)
    assert shares["tokens"] == 0 and shares.sum() == pytest.approx(1)


def test_p_of_each_and_of_the_side_by_counting():
    sums, _ = toy()
    t, ratios = (np.stack(p, axis=1) for p in zip(*(recompute(x, n, labellings()) for x, n in sums), strict=True))
    p = own_p(t)
    for one, column in itertools.product(range(20), range(8)):
        values = np.round(t[:, column], 9)
        tails = (values >= values[one]).sum(), (values <= values[one]).sum()
        assert p[one, column] == pytest.approx(min(2 * min(tails) / 20, 1))
    sides = [max((row > 0).sum(), (row < 0).sum()) / np.isfinite(row).sum() for row in t]
    assert curve_test(t, ratios, "permuted").side_p == pytest.approx(np.mean(np.array(sides) >= sides[0] - 1e-12))


def test_copies_of_one_specification_cost_nothing():
    values = np.random.default_rng(5).standard_normal((500, 1))
    for kind in ("permuted", "rotated"):
        one, many = family_p(values, kind), family_p(np.repeat(values, 100, axis=1), kind)
        assert many == pytest.approx(np.repeat(one, 100))
    assert family_p(values, "rotated")[0] == pytest.approx(own_p(values, "rotated")[0, 0])


def test_one_of_many_that_differ_pays_for_being_one_of_many():
    values = np.random.default_rng(6).standard_normal((999, 20))
    values[0, 3] = 2.3
    alone, among = family_p(values[:, [3]], "permuted")[0], family_p(values, "permuted")[3]
    assert alone < 0.05 < among


def test_the_band_holds_all_specifications_together_as_often_as_it_says():
    values = np.random.default_rng(2).standard_normal((2000, 12)) @ np.diag(np.arange(1, 13))
    low, high = chance_band(values)
    outside = ((values < low) | (values > high)).any(axis=1).mean()
    assert 0.03 <= outside <= 0.05
    one_low, _ = chance_band(values[:, :1])
    assert one_low[0] > low[0]


def test_a_labelling_that_defines_nothing_leaves_the_band_as_it_is():
    values = np.random.default_rng(4).standard_normal((200, 3))
    wide = np.concatenate([values, np.full((5, 3), np.nan)])
    assert [band.tolist() for band in chance_band(wide)] == [band.tolist() for band in chance_band(values)]


def test_recomputed_t_is_the_statistic_of_the_era_test():
    rng = np.random.default_rng(8)
    n = rng.integers(0, 900, (50, 4)) * (rng.random((50, 4)) < 0.6)
    n[7] = 0
    x = rng.poisson(n * 0.01)
    after = np.arange(50) >= 35
    labels = permuted_labels(after, n.sum(axis=1) > 0, 60, 1).labels
    assert labels[0].astype(bool).tolist() == after.tolist() and (labels[:, 7] == after[7]).all()
    assert (labels.sum(axis=1) == after.sum()).all() and len({row.tobytes() for row in labels}) == 61
    t, ratio = recompute(x, n, labels)
    assert t == pytest.approx(era_statistic(Blocks(x[:, :, None], n, after), labels)[:, 0])
    chosen = labels[5].astype(bool)
    x1, n1, x0, n0 = x[chosen].sum(0), n[chosen].sum(0), x[~chosen].sum(0), n[~chosen].sum(0)
    assert np.exp(ratio[5]) == pytest.approx((x1 * n0 / (n1 + n0)).sum() / (x0 * n1 / (n1 + n0)).sum())


def test_no_hit_on_one_side_is_infinite_and_no_hit_at_all_is_nothing():
    n = np.full((4, 1), 10.0)
    labels = np.array([[0, 0, 1, 1], [1, 1, 0, 0]], dtype=float)
    assert recompute(np.array([[0.0], [0], [2], [1]]), n, labels)[1].tolist() == [np.inf, -np.inf]
    t, ratio = recompute(np.zeros((4, 1)), n, labels)
    assert np.isnan(t).all() and np.isnan(ratio).all()


def test_specifications_that_say_nothing_are_left_out_and_a_curve_of_them_has_no_test():
    values = np.random.default_rng(3).standard_normal((100, 3))
    wide = np.concatenate([values, np.full((100, 2), np.nan)], axis=1)
    assert curve_test(wide, wide, "permuted") == curve_test(values, values, "permuted")
    assert np.isnan(family_p(wide, "permuted")[3:]).all() and np.isnan(chance_band(wide)[0][3:]).all()
    empty = curve_test(wide[:, 3:], wide[:, 3:], "rotated")
    assert np.isnan([empty.median, empty.median_p, empty.side_share]).all() and empty.count == 100


def test_infinite_ratios_have_a_place_in_the_median():
    ratios = np.array([[np.inf, 1.0, 2.0], [-np.inf, 0.5, np.inf], [1.0, np.inf, np.nan]])
    t = np.where(np.isnan(ratios), np.nan, 1.0)
    assert curve_test(t, ratios, "permuted").median == 2.0
    assert curve_test(t[[2, 0]], ratios[[2, 0]], "permuted").median == 1.0


@pytest.mark.parametrize("kind", ["permuted", "rotated"])
def test_nothing_planted_is_found_as_often_as_promised(kind):
    """Forty alike specifications of forty weeks: the joint p is at most .05 in about one of twenty cases."""
    found = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        shared = rng.gamma(2, 1, (40, 1))
        after, labels = np.arange(40) >= 30, None
        drawn = Labellings(np.zeros((0, 0)), "")
        drawn = permuted_labels(after, np.ones(40), 199, seed) if kind == "permuted" else rotated_labels(after)
        labels = drawn.labels
        parts = [recompute(rng.poisson(shared * 3), np.full((40, 1), 500.0), labels) for _ in range(8)]
        t, ratios = (np.stack(p, axis=1) for p in zip(*parts, strict=True))
        test = curve_test(t, ratios, drawn.kind)
        found.append([test.median_p, test.t_p])
    assert ((np.array(found) <= 0.05).mean(axis=0) <= 0.09).all()


def test_main_effects_share_the_variance_and_the_rest_is_said():
    grid = pd.DataFrame(itertools.product("ab", "xyz", "mn"), columns=["first", "second", "third"])
    a, b = (grid["first"] == "b").astype(float), grid["second"].map({"x": 0.0, "y": 1.0, "z": 3.0})
    shares = variance_shares((2 * a + b).to_numpy(), grid).set_index("choice")["share"]
    parts = (4 * a.var(ddof=0), b.var(ddof=0))
    assert shares["first"] == pytest.approx(parts[0] / sum(parts)) and shares["second"] == pytest.approx(
        parts[1] / sum(parts)
    )
    assert shares["third"] == pytest.approx(0, abs=1e-9) and shares["together"] == pytest.approx(0, abs=1e-9)
    both = variance_shares((a * (grid["third"] == "m")).to_numpy(), grid).set_index("choice")["share"]
    assert both["together"] == pytest.approx(1 / 3) and both["first"] == pytest.approx(1 / 3)
    assert both.index[-1] == "together"


def test_nothing_that_varies_has_no_shares_and_too_many_choices_are_refused():
    grid = pd.DataFrame({"one": list("ab"), "two": list("aa")})
    assert variance_shares(np.array([1.0, 1.0]), grid)["share"].tolist() == [0, 0, 0]
    assert variance_shares(np.array([np.inf, np.nan]), grid)["share"].sum() == 0
    wide = pd.DataFrame(np.random.default_rng(1).integers(0, 2, (50, 17))).astype(str)
    with pytest.raises(DiscourseError, match="17 vary"):
        variance_shares(np.arange(50.0), wide)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(DiscourseError, match="do not fit"):
        recompute(np.zeros((4, 1)), np.ones((4, 2)), np.ones((1, 4)))
    with pytest.raises(DiscourseError, match="one row a labelling"):
        curve_test(np.zeros((3, 2)), np.zeros((2, 2)), "permuted")
