"""Difference of differences and synthetic control."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.time.panels import outlet_changes, panel_effect


def panel(effect=3.0) -> pd.DataFrame:
    base = {"a": [1, 2, 4, 5], "b": [3, 4, 6, 7], "t": [2, 3, 5 + effect, 6 + effect], "z": [9, 1, 7, 2]}
    return pd.DataFrame(
        [(u, 2000 + i, float(v)) for u, row in base.items() for i, v in enumerate(row)],
        columns=["outlet_id", "period_start", "rate_per_10000"],
    )


def test_four_means_by_hand():
    got = panel_effect(panel()[lambda f: f["outlet_id"] != "z"], "t", 2002)
    assert got.effect == pytest.approx((8.5 - 2.5) - (5.5 - 2.5))
    assert got.p == pytest.approx(1 / 3)


def test_synthetic_control_finds_the_average_of_a_and_b():
    got = panel_effect(panel(), "t", 2002, method="synthetic")
    assert got.effect == pytest.approx(3.0, abs=1e-3)
    assert got.weights.to_dict() == pytest.approx({"a": 0.5, "b": 0.5, "z": 0.0}, abs=0.05)
    assert got.weights.sum() == pytest.approx(1)
    assert panel_effect(panel(-3.0), "t", 2002, method="synthetic").effect == pytest.approx(-3.0, abs=1e-3)


@pytest.mark.shared
def test_proposition_99(reference):
    """Difference of differences as published with the data set (Arkhangelsky et al. 2021, table 1: -27.3)."""
    rows = pd.read_csv(reference / "data" / "california_prop99.csv", sep=";")
    names = {"unit": "State", "time": "Year", "outcome": "PacksPerCapita"}
    got = panel_effect(rows, "California", 1989, **names)
    assert got.effect == pytest.approx(-27.349, abs=1e-3)
    synthetic = panel_effect(rows, "California", 1989, method="synthetic", **names)
    assert synthetic.effect == pytest.approx(-19.6, abs=0.5)  # the same table's synthetic control
    assert len(got.placebo) == 39
    assert np.isclose(got.gaps[got.gaps.index < 1989].mean(), 0)


def test_units_are_ranked_by_what_the_change_adds_to_their_misfit_before():
    """A unit that was badly met before has the largest raw gap after; the ratio of the two looks at the change alone."""
    periods = np.arange(8)
    wild = np.array([0.0, 9, -9, 9, 30, -30, 30, 26])
    values = {"t": np.where(periods >= 4, 3.0, np.array([0.1, -0.1, 0.1, -0.1] * 2)), "w": wild, "x": np.zeros(8)}
    rows = pd.DataFrame([(u, p, v) for u, row in values.items() for p, v in enumerate(row)], columns=["u", "p", "v"])
    got = panel_effect(rows, "t", 4, unit="u", time="p", outcome="v")
    placebo = got.placebo.set_index("u")
    gap = values["t"] - (values["w"] + values["x"]) / 2
    gap = gap - gap[:4].mean()
    expected = np.sqrt((gap[4:] ** 2).mean() / (gap[:4] ** 2).mean())
    assert placebo.loc["t", "rmspe_ratio"] == pytest.approx(expected)
    assert got.p == pytest.approx((placebo["rmspe_ratio"] >= expected - 1e-9).mean())


def test_refusals():
    with pytest.raises(DiscourseError, match="outlet_id: 'q'"):
        panel_effect(panel(), "q", 2002)
    with pytest.raises(DiscourseError, match="before and from then on"):
        panel_effect(panel(), "t", 1990)
    with pytest.raises(DiscourseError, match="1 gaps"):
        panel_effect(panel().iloc[1:], "t", 2002)


def series(rates: dict[str, list[float | None]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("hedge", outlet, f"{2000 + i}-01-01", f"{2001 + i}-01-01", rate)
            for outlet, row in rates.items()
            for i, rate in enumerate(row)
        ],
        columns=["frame", "outlet_id", "period_start", "period_end", "rate_per_10000"],
    )


def test_each_outlet_is_called_treated_in_turn_and_the_one_that_changed_comes_first():
    """The year of the change (2003) is in neither side: its 99 is not seen."""
    rates = {"a": [1, 2, 1, 99, 1, 2], "b": [3, 2, 4, 99, 3, 2], "c": [2, 2, 3, 99, 2, 2], "t": [2, 2, 2.5, 99, 9, 9]}
    table = outlet_changes(series(rates), "2003-06-01")
    assert table["outlet_id"].iloc[0] == "t" and len(table) == 4
    by_hand = panel_effect(series({k: v[:3] + v[4:] for k, v in rates.items()}), "t", "2003-01-01", method="synthetic")
    first = table.iloc[0]
    assert first["effect"] == pytest.approx(by_hand.effect) and first["effect"] == pytest.approx(7, abs=0.5)
    assert first["p"] == by_hand.p == first["smallest_p"] == 0.25
    assert table["p"].is_monotonic_increasing and table["p"].iloc[-1] == 1


def test_an_outlet_without_a_rate_in_some_period_is_left_out_and_counted():
    rates = {"a": [1, 2, 1, 2], "b": [3, 2, 3, 4], "c": [2, 3, 3, 2], "gap": [1, None, 2, 3]}
    table = outlet_changes(series(rates), "2002-01-01", method="difference")
    assert set(table["outlet_id"]) == {"a", "b", "c"} and set(table["left_out_count"]) == {1}
    few = outlet_changes(series({"a": [1, 2], "b": [1, None], "c": [1, 2]}), "2001-01-01")
    assert few["note"].tolist() == [
        "2 outlets have a rate in every period; 3 are needed, and a period before and after"
    ]
    assert few["unit_count"].tolist() == [2] and few["p"].isna().all()
    one_sided = outlet_changes(series({name: [1, 2] for name in "abc"}), "2009-01-01")
    assert one_sided["note"].str.contains("before and after").all()


def test_without_rows_there_is_no_change():
    assert outlet_changes(series({}), "2001-01-01").empty
