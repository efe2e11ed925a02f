from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import DiscourseError
from analysis.measures.frames.composition import PARTS, composition, decompose

COUNT = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9000), st.booleans()), min_size=1, max_size=8)


def test_four_outlets_worked_out_by_hand():
    """Outlets 0 and 1 in both times, 2 left, 3 came."""
    found = decompose([12, 3, 0, 6], [6000, 3000, 0, 2000], [5, 4, 2, 0], [5000, 2000, 4000, 0])
    assert found == pytest.approx(
        {"total": 100 / 11, "within": 30 / 11, "mix": 10 / 121, "entry": 340 / 121, "exit": 420 / 121}, abs=1e-9
    )


def test_das_gupta_1993_example_5_3(golden):
    """Twenty-two cells by race and age: household headship, 1985 minus 1970, per 1,000."""
    for case in golden("composition"):
        given_ = {k: np.array(v) for k, v in case["input"].items()}
        n1, n0 = given_["size1"], given_["size0"]
        found = decompose(given_["rate1"] * n1 / 1000, n1, given_["rate0"] * n0 / 1000, n0, per=1000)
        expected = case["expected"]
        assert found["total"] == pytest.approx(expected["difference"], abs=case["tolerance_abs"])
        assert found["within"] == pytest.approx(expected["rates"], abs=case["tolerance_abs"])
        assert found["mix"] == pytest.approx(expected["composition"], abs=case["tolerance_abs"])


@given(COUNT, COUNT)
def test_the_parts_add_up(after, before):
    size = min(len(after), len(before))
    n1 = np.array([n if there else 0 for _, n, there in after[:size]])
    n0 = np.array([n if there else 0 for _, n, there in before[:size]])
    x1, x0 = (np.array([x for x, _, _ in rows[:size]]) * (n > 0) for rows, n in ((after, n1), (before, n0)))
    if n1.sum() and n0.sum():
        found = decompose(x1, n1, x0, n0)
        assert sum(found[part] for part in PARTS) == pytest.approx(found["total"], abs=1e-8)


def test_equal_shares_have_no_mix_and_equal_rates_nothing_within():
    assert decompose([4, 1], [600, 300], [2, 2], [1200, 600])["mix"] == pytest.approx(0)
    assert decompose([6, 3], [600, 300], [3, 6], [300, 600])["within"] == pytest.approx(0)


@pytest.mark.parametrize(
    ("given_", "reason"),
    [
        (([1], [0], [1], [10]), "without tokens"),
        (([0], [0], [1], [10]), "needs both"),
        (([1, 2], [10, 10], [1], [10]), "one value for each outlet"),
    ],
)
def test_what_cannot_be_split_is_refused(given_, reason):
    with pytest.raises(DiscourseError, match=reason):
        decompose(*given_)


def cells(rate_before, rate_after, seed=1):
    rng = np.random.default_rng(seed)
    rows = []
    for side, rate, outlets in (("before", rate_before, "ab"), ("after", rate_after, "abc")):
        for week in range(60):
            for outlet in outlets:
                tokens = int(rng.integers(2000, 6000))
                rows.append((outlet, f"{side}-{week:02d}", side, int(rng.poisson(tokens * rate[outlet] / 1e4)), tokens))
    return pd.DataFrame(rows, columns=["outlet_id", "unit", "era_id", "hit_count", "token_count"])


def test_a_new_outlet_that_says_it_more_is_entry_and_not_change_within():
    rate = {"a": 5, "b": 5, "c": 30}
    rows = composition(cells(rate, rate), ("era_id", "before", "after"), replicates=300).set_index("part")
    assert rows.loc["entry", "low"] > 1
    assert rows.loc["within", "low"] < 0 < rows.loc["within", "high"]
    assert rows["unit_count"].unique().tolist() == [120]
    again = composition(cells(rate, rate), ("era_id", "before", "after"), replicates=300).set_index("part")
    pd.testing.assert_frame_equal(rows, again)


def test_a_side_without_documents_is_refused():
    one = cells({"a": 5, "b": 5}, {"a": 5, "b": 5, "c": 5})
    with pytest.raises(DiscourseError, match="no documents of 'later'"):
        composition(one, ("era_id", "before", "later"))
    with pytest.raises(DiscourseError, match="column 'unit'"):
        composition(one.drop(columns="unit"), ("era_id", "before", "after"))
