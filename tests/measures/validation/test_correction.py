from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import DiscourseError
from analysis.measures.validation.correction import (
    best_tuning,
    corrected_mean,
    corrected_rates,
    corrected_ratio,
    pseudo_counts,
    share_behind,
)


def test_ppi_python_s_means(golden):
    for case in golden("corrected_mean"):
        y, f, u = (np.array(case["input"][k]) for k in "YFU")
        for tuning, key in (("full", "lam_1"), ("none", "lam_0"), ("tuned", "tuned")):
            found = corrected_mean(y, f, u, tuning=tuning)
            assert (found.estimate, found.low, found.high) == pytest.approx(
                case["expected"][key], abs=case["tolerance_abs"]
            )


def test_a_design_based_ratio_of_forty_documents(golden):
    for case in golden("corrected_ratio"):
        one = case["input"]
        ids = [f"d{i:02d}" for i in range(len(one["tokens"]))]
        eras = ["after" if a else "before" for a in one["after"]]
        documents = pd.DataFrame({"doc_id": ids, "unit": ids, "token_count": one["tokens"], "era_id": eras})
        passages = pd.DataFrame(
            {"doc_id": ids, "machine": one["machine"], "coded": one["coded"], "probability": one["probability"]}
        )
        found = corrected_ratio(passages, documents, ("era_id", "before", "after"))
        rates = corrected_rates(passages, documents, ["era_id"]).set_index("era_id")["corrected_rate"]
        expected = case["expected"]
        assert found["log_ratio"] == pytest.approx(expected["log_ratio"], abs=1e-9)
        assert found["log_se"] == pytest.approx(expected["se_log_ratio"], abs=1e-9)
        assert rates["after"] == pytest.approx(expected["rate_after_per_10000"], abs=1e-9)
        assert rates["before"] == pytest.approx(expected["rate_before_per_10000"], abs=1e-9)


def test_pseudo_counts_by_hand():
    found = pseudo_counts([1, 1, 0, 0], [1, 0, np.nan, 1], [0.5, 0.5, 0.25, 0.25])
    assert found.tolist() == [1, -1, 0, 4]
    assert pseudo_counts([1, 1], [np.nan, 1], [0.5, 0.5], tuning=0).tolist() == [0, 2]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30))
def test_where_everything_is_coded_the_readers_are_right(pairs):
    machine, coded = np.array(pairs).T
    for tuning in (0.0, 0.4, 1.0):
        assert pseudo_counts(machine, coded, np.ones(len(pairs)), tuning) == pytest.approx(coded)


@pytest.mark.parametrize("chance", [0.0, -0.1, 1.1, np.nan])
def test_a_probability_that_is_none_is_refused(chance):
    with pytest.raises(DiscourseError, match="above 0 and at most 1"):
        pseudo_counts([1.0], [1.0], [chance])


def test_a_missing_answer_and_other_lengths_are_refused():
    with pytest.raises(DiscourseError, match="machine"):
        pseudo_counts([np.nan], [1.0], [1.0])
    with pytest.raises(DiscourseError, match="one value for each passage"):
        pseudo_counts([1.0, 2.0], [1.0], [1.0])
    with pytest.raises(DiscourseError, match="at least 2"):
        corrected_mean([1], [1], [0, 1])


def test_a_machine_that_always_says_the_same_gets_no_weight():
    assert best_tuning([1, 0, 1], [1, 1, 1], [1, 1]) == 0
    assert best_tuning([1, 0], [1, 0], []) == 0


def press(n=150, coded=100, precision=(0.9, 0.6), seed=1):
    """Stories of two eras with the same true rate; the machine's errors differ. Half of the true hits' chance is coded."""
    rng = np.random.default_rng(seed)
    rows, documents = [], []
    for era, right in zip(("before", "after"), precision, strict=True):
        tokens = rng.integers(200, 900, n)
        true, false = rng.poisson(tokens / 1000), rng.poisson(tokens / 1000 * (1 - right) / right)
        for i in range(n):
            doc = f"{era}-{i:03d}"
            documents.append((doc, doc, int(tokens[i]), era))
            rows += [(doc, era, 1, 1)] * true[i] + [(doc, era, 1, 0)] * false[i] + [(doc, era, 0, 0)] * 2
    passages = pd.DataFrame(rows, columns=["doc_id", "era", "machine", "truth"])
    chance = np.zeros(len(passages))
    for era in ("before", "after"):
        for machine, share in ((1, 0.7), (0, 0.3)):
            mine = ((passages["era"] == era) & (passages["machine"] == machine)).to_numpy()
            chance[mine] = min(1.0, share * coded / mine.sum())
    read = rng.random(len(passages)) < chance
    passages["coded"], passages["probability"] = np.where(read, passages["truth"], np.nan), chance
    return passages, pd.DataFrame(documents, columns=["doc_id", "unit", "token_count", "era_id"])


@pytest.mark.parametrize("tuning", ["full", "tuned"])
def test_the_corrected_ratio_covers_and_the_uncorrected_does_not(tuning):
    held, naive = 0, 0
    for seed in range(400):
        found = corrected_ratio(*press(seed=seed), ("era_id", "before", "after"), tuning=tuning)
        held += found["corrected_low"] <= 1 <= found["corrected_high"]
        naive += found["ratio_low"] <= 1 <= found["ratio_high"]
    assert 364 <= held <= 396  # 380 expected of 95 %, plus or minus nearly four standard errors
    assert naive <= 100


def test_nothing_coded_is_not_validated_and_one_is_too_few():
    passages, documents = press()
    sides = ("era_id", "before", "after")
    passages["coded"] = np.nan
    found = corrected_ratio(passages, documents, sides)
    assert found["state"] == "not validated"
    assert np.isnan(found["corrected_ratio"])
    assert found["ratio"] > 1
    assert corrected_rates(passages, documents, ["era_id"])["state"].tolist() == ["not validated"] * 2
    passages.loc[0, "coded"] = 1.0
    assert corrected_ratio(passages, documents, sides)["state"] == "too few coded"
    assert corrected_rates(passages, documents, ["era_id"])["state"].tolist()[0] == "too few coded"


def test_a_frame_that_readers_never_saw_has_no_ratio():
    passages, documents = press()
    passages["coded"] = np.where(passages["coded"].notna(), 0.0, np.nan)
    passages["probability"], passages["machine"] = 1.0, 0
    found = corrected_ratio(passages, documents, ("era_id", "before", "after"))
    assert found["state"] == "a corrected sum is not above zero"
    assert np.isnan(found["corrected_low"])


def test_passages_of_one_unit_are_one():
    """Twice the same documents in the same units: sums double, the interval stays as wide as for half."""
    passages, documents = press()
    sides = ("era_id", "before", "after")
    once = corrected_ratio(passages, documents, sides)
    twice = corrected_ratio(
        pd.concat([passages, passages.assign(doc_id=passages["doc_id"] + "x")]),
        pd.concat([documents, documents.assign(doc_id=documents["doc_id"] + "x")]),
        sides,
    )
    assert twice["log_se"] == pytest.approx(once["log_se"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda p, d: (p.drop(columns="probability"), d), "probability"),
        (lambda p, d: (p, d.drop(columns="unit")), "unit"),
        (lambda p, d: (p, pd.concat([d, d.head(1)])), "stands twice"),
        (lambda p, d: (p.assign(doc_id="none"), d), "'none' is not among"),
        (lambda p, d: (p, d[d["era_id"] == "before"]), "not among|no document of 'after'"),
    ],
)
def test_tables_that_do_not_fit_are_refused(change, reason):
    passages, documents = change(*press())
    with pytest.raises(DiscourseError, match=reason):
        corrected_ratio(passages, documents, ("era_id", "before", "after"))


def test_share_of_a_test_that_errs_is_that_of_rogan_and_gladen():
    """epiR, epi.prev: 23 of 150 cows positive, sensitivity .96, specificity .89: 5.1 in 100 have it."""
    found = share_behind(23, 150, sensitivity=0.96, specificity=0.89)
    assert found.estimate == pytest.approx((23 / 150 + 0.89 - 1) / 0.85) and round(100 * found.estimate, 1) == 5.1
    apparent = 23 / 150
    assert found.se == pytest.approx(np.sqrt(apparent * (1 - apparent) / 150) / 0.85)
    assert found.low == 0 < found.high < 0.13
    assert share_behind(5, 100, sensitivity=0.9, specificity=0.9).estimate == 0  # fewer than err
    with pytest.raises(DiscourseError, match="more than 1 together"):
        share_behind(5, 100, sensitivity=0.4, specificity=0.6)
    with pytest.raises(DiscourseError, match="11 of 10"):
        share_behind(11, 10, sensitivity=0.9, specificity=0.9)
