"""Dispersion: the toy corpora of the literature, the sparse table against the formulas, properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from analysis.errors import DiscourseError
from analysis.measures.words import dispersion as d
from analysis.measures.words.matrix import DocumentTerm

SIZES = [9, 10, 10, 10, 11]  # Gries (2020), five parts


def near(got, expected, tolerance=0.0006):
    np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance)


def units_of(freqs, sizes) -> DocumentTerm:
    freqs = np.atleast_2d(freqs)
    names = [f"w{i}" for i in range(len(freqs))]
    matrix = sparse.csr_array(freqs.T.astype(np.int64))
    return DocumentTerm(matrix, np.arange(len(sizes)).astype(str), np.array(names, dtype=object), np.asarray(sizes))


def test_gries_2020_toy_corpus():
    words = {"b": [2, 2, 2, 2, 2], "i": [1, 0, 0, 0, 0], "q": [0, 1, 0, 0, 0], "x": [0, 0, 0, 0, 1]}
    freqs = np.array(list(words.values()))
    near(d.part_range(freqs), [5, 1, 1, 1])
    near(d.standard_deviation(freqs), [0, 0.4, 0.4, 0.4])
    near(d.variation(freqs), [0, 2, 2, 2])
    near(d.juilland_d(freqs, SIZES), [0.968, 0, 0, 0])
    near(d.rosengren_s(freqs, SIZES), [0.999, 0.18, 0.2, 0.22])
    near(d.dp(freqs, SIZES), [0.02, 0.82, 0.8, 0.78])
    near(d.dp_norm(freqs, SIZES), [0.024, 1, 0.976, 0.951])
    near(d.kl_divergence(freqs, SIZES), [0.003, 2.474, 2.322, 2.184])


def test_textbook_values():
    steps = [1, 2, 3, 4, 5]  # Gries (2008, pp. 407-408)
    near(d.lyne_d3(steps), 0.944)
    near(d.rosengren_s(steps), 0.937)
    near(d.distributional_consistency(steps), 0.937)
    near(d.carroll_d2([2, 1, 1, 1, 0]), 0.8277, 6e-5)  # Carroll (1970, p. 13)
    near(d.juilland_d([0, 4, 3, 2, 1], parts="counts"), 0.6464, 6e-5)  # Carroll (1970, p. 14)
    near(d.juilland_d([0, 4, 3, 2, 1], parts="counts", kind="sample"), 0.6047, 6e-5)
    near(d.dp([2, 1, 0]), 1 / 3, 1e-12)  # Lijffijt & Gries (2012, p. 148)
    near(d.dp_norm([2, 1, 0]), 0.5, 1e-12)
    near(d.dp_norm([1, 0], [1, 3], norm="gries2008"), 1.5, 1e-12)  # why the correction was needed
    near(d.dp_norm([1, 0], [1, 3]), 1, 1e-12)
    near(d.da([1, 1, 1, 1]), 1, 1e-12)
    near(d.da([4, 0, 0, 0]), 0, 1e-12)
    near(d.da([3, 1]), 1 - 2 / 4, 1e-12)
    near(d.inverse_document_frequency([1, 0, 0, 3]), 1, 1e-12)


def test_lyne_1985_as_tlda_prints_it():
    """ALLEMAND in ten parts of French business correspondence, tlda's `disp`. Its "DP" is named Egbert et al.'s but takes
    the minimum with 0, so it prints the plain DP; its `disp_DP` has the formula right."""
    freqs = [2, 0, 1, 1, 3, 0, 3, 0, 0, 0]
    sizes = [8143, 8058, 8271, 8125, 7959, 7941, 8146, 8001, 8003, 7930]
    got = [
        d.juilland_d(freqs, sizes),
        d.carroll_d2(freqs, sizes),
        d.rosengren_s(freqs, sizes),
        1 - d.dp(freqs, sizes),
        d.da(freqs, sizes),
        1 - d.kl_norm(freqs, sizes),
    ]
    near(got, [0.6038797, 0.6521444, 0.4763652, 0.5009295, 0.3081640, 0.4665078], 5e-8)
    assert 1 - d.dp_norm(freqs, sizes, norm="egbert") < 0.5
    bits = d.kl_divergence(freqs, sizes)
    near(d.kl_norm(freqs, sizes, kind="base_e"), 1 - np.exp(-bits), 1e-12)
    near(d.kl_norm(freqs, sizes, kind="base_2"), 1 - 2.0**-bits, 1e-12)


def test_norms_of_dp_at_their_ends():
    near(d.dp_norm([0, 5, 0], [10, 20, 30], norm="egbert"), 1, 1e-12)  # one part has all: only this norm says 1
    assert d.dp_norm([0, 5, 0], [10, 20, 30]) < 1
    assert np.isnan(d.dp_norm([0, 0, 0], norm="egbert"))
    one = units_of([[1, 0]], [1, 3])
    near(d.sparse_dispersion(one, norm="gries2008")["dp_norm"], 1.5, 1e-12)  # not cut off at 1 unseen
    with pytest.raises(DiscourseError, match="allowed: lijffijt, gries2008"):
        d.sparse_dispersion(one, norm="egbert")


def test_places_outside_the_corpus_or_twice_are_refused():
    for places in ([0, 50], [-1, 3], [4, 4]):
        with pytest.raises(DiscourseError, match=r"give each place once|positions: -1"):
            d.distance_measures(places, 50)


@pytest.mark.parametrize(
    ("kind", "freqs", "value"),
    [
        ("carroll", [2, 1, 1, 1, 0], 4.31),
        ("carroll", [4, 2, 1, 1, 0], 6.424),
        ("carroll", [1, 2, 3, 4, 5], 14.108),
        ("juilland", [0, 4, 3, 2, 1], 6.46),
        ("juilland", [4, 2, 1, 1, 0], 4.609),
        ("rosengren", [2, 2, 2, 2, 1], 8.86),
        ("rosengren", [4, 2, 1, 1, 0], 5.863),
        ("rosengren", [1, 2, 3, 4, 5], 14.053),
        ("engwall", [4, 2, 1, 1, 0], 6.4),
        ("kromer", [2, 1, 1, 1, 0], 4.5),
    ],
)
def test_adjusted_frequencies(kind, freqs, value):
    """Carroll (1970), Rosengren (1971), Engwall (1974), Gries (2008, p. 409)."""
    near(d.adjusted_frequency(freqs, kind=kind), value, 0.005)


def test_distances_in_the_toy_corpus_of_gries_2008():
    words = "bamnibeupkbasatbewqnbcagabestabaghabeaatbahaabeaxa"
    got = d.distance_measures([i for i, word in enumerate(words) if word == "a"], len(words))
    near(got["arf"], 10.8)
    near(got["awt"], 3.18)
    near(got["ald"], 0.628)
    near(got["f_awt"], 9.328)
    near(got["f_ald"], 11.764)
    assert d.distance_measures([], 50)["arf"] == 0


def test_spread_is_one_at_random_and_small_when_clumped():
    rng = np.random.default_rng(1)
    sizes = rng.integers(200, 800, 400)
    share = sizes / sizes.sum()
    freqs = np.stack([rng.multinomial(f, share) for f in (20, 200, 2000)])
    near(d.spread(d.part_range(freqs), freqs.sum(axis=1), sizes), 1, 0.08)
    clumped = np.zeros(400)
    clumped[7] = 50
    near(d.spread(1, 50, sizes), 1 / d.expected_range(50, sizes), 1e-12)
    assert d.spread(d.part_range(clumped), 50, sizes) < 0.03


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 40)), min_size=2, max_size=12))
def test_sparse_table_equals_the_formulas(parts):
    freqs, sizes = np.array(parts).T
    sizes = sizes + freqs
    row = d.sparse_dispersion(units_of(freqs, sizes))
    expected = {
        "dp": d.dp,
        "kld": d.kl_divergence,
        "juilland_d": d.juilland_d,
        "rosengren_s": d.rosengren_s,
        "carroll_d2": d.carroll_d2,
        "dp_norm": d.dp_norm,
    }
    for name, measure in expected.items():
        value = np.clip(measure(freqs, sizes), 0, 1) if name.startswith("dp") else measure(freqs, sizes)
        np.testing.assert_allclose(row[name][0], value, atol=1e-9, err_msg=name)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=12).filter(any), st.integers(2, 9))
def test_more_of_the_same_changes_no_dispersion(freqs, times):
    for measure in (d.dp, d.rosengren_s, d.kl_divergence, d.juilland_d, d.carroll_d2, d.da):
        near(measure(np.array(freqs) * times), measure(freqs), 1e-9)
        near(measure(freqs[::-1]), measure(freqs), 1e-9)


def test_empty_and_impossible_cases():
    table = d.dispersion_table(units_of([[0, 0, 0], [1, 0, 2]], [5, 5, 0 + 5]))
    assert table["term"].tolist() == ["w0", "w1"]
    assert np.isnan(table["dp"][0])
    assert table["unit_count"].tolist() == [0, 2]
    with pytest.raises(DiscourseError, match="two parts or more"):
        d.sparse_dispersion(units_of([[1, 1]], [5, 0]))
    with pytest.raises(DiscourseError, match="sizes above 0"):
        d.dp([1, 2], [5, 0])


def test_published_values(golden):
    for case in golden("dispersion"):
        f, s = case["input"]["freqs"], case["input"]["sizes"]
        got = {
            "range": d.part_range(f),
            "sd_pop": d.standard_deviation(f),
            "vc_pop": d.variation(f),
            "D_rel": d.juilland_d(f, s),
            "D": d.juilland_d(f, parts="counts"),
            "S": d.rosengren_s(f, s),
            "DP": d.dp(f, s),
            "DPnorm_lijffijt": d.dp_norm(f, s),
            "KLD": d.kl_divergence(f, s),
            "D3": d.lyne_d3(f, s),
            "DC": d.distributional_consistency(f),
            "D2": d.carroll_d2(f, s),
        }
        for name, value in case["expected"].items():
            np.testing.assert_allclose(got[name], value, rtol=0, atol=case["tolerance_abs"], err_msg=case["id"])


def test_a_large_matrix_is_summed_block_by_block(monkeypatch):
    rng = np.random.default_rng(2)
    freqs = rng.poisson(0.7, (30, 40)) + np.eye(30, 40, dtype=int)
    units = units_of(freqs, freqs.sum(axis=0) + 3)
    whole = d.sparse_dispersion(units)
    blocks = DocumentTerm.blocks
    monkeypatch.setattr(DocumentTerm, "blocks", lambda self: blocks(self, 17))
    for name, values in d.sparse_dispersion(units).items():
        np.testing.assert_allclose(values, whole[name], rtol=1e-12)


def test_a_word_of_one_token_is_as_even_as_it_can_be():
    near(d.spread([1, 0, 2], [1, 0, 2], [10, 30])[[0, 2]], [1, 2 / (2 - 0.25**2 - 0.75**2)])
    assert np.isnan(d.spread([0], [0], [10, 30])).all()


def test_range_weighted_by_part_size_and_counts_above_it():
    near(d.part_range([3, 0, 1], [10, 30, 60]), 0.7)
    assert d.part_range([3, 0, 1]) == 2
    with pytest.raises(DiscourseError, match="11 is larger than its part"):
        d.dp([11, 0], [10, 30])
    with pytest.raises(DiscourseError, match="freqs: -1"):
        d.part_range([-1, 2])
