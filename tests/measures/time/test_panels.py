"""Difference of differences and synthetic control."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.time.panels import panel_effect


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
