"""Fixed effects and event studies: a published package's values, the long regression, planted changes."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError, NothingFound
from analysis.measures.inference.regression import Errors, fit_counts
from analysis.measures.time.event_study import event_study, fixed_effects


def panel(
    seed: int = 1, *, ratio: float = 1.0, drift: float = 0.0, outlets: int = 12, months: int = 24
) -> pd.DataFrame:
    """Outlets with rates of their own; the event is month 12; odd outlets are treated and may drift before it."""
    rng = np.random.default_rng(seed)
    outlet, month = (grid.ravel() for grid in np.meshgrid(np.arange(outlets), np.arange(months), indexing="ij"))
    treated, after = outlet % 2, month >= 12
    tokens = rng.integers(3000, 9000, len(outlet))
    season = rng.normal(0, 0.3, months)[month]
    log = np.log(8e-4) + rng.normal(0, 0.5, outlets)[outlet] + season
    log = log + treated * (np.log(ratio) * after - drift * np.minimum(month - 12, 0))
    hits = rng.poisson(tokens * np.exp(log))
    columns = {"outlet_id": outlet, "period": month, "tokens": tokens, "hits": hits}
    return pd.DataFrame(columns | {"treated": treated, "after": after.astype(int), "did": treated * after})


@pytest.mark.shared
def test_the_estimates_and_errors_of_pyfixest(reference):
    (case,) = [c for c in json.loads((reference / "A_validation.json").read_text())["cases"] if c["id"] == "fe_panel"]
    rows = pd.DataFrame({name: value for name, value in case["input"].items() if isinstance(value, list)})
    rows["after"] = (rows["month"] >= case["input"]["after_from"]).astype(int)
    rows["did"] = rows["after"] * (rows["outlet"] % 2)
    options = {"after": {"effects": ["outlet"], "cluster": "month"}}
    options["did"] = {"effects": ["outlet", "month"], "cluster": "outlet"}
    for term, chosen in options.items():
        found = fixed_effects(rows, "hits", [term], exposure="tokens", **chosen).coefficients.iloc[0]
        wanted = case["expected"][term]
        assert [found["coefficient"], found["standard_error"]] == pytest.approx(wanted, abs=case["tolerance_abs"])


def test_absorbed_effects_are_those_of_the_long_regression():
    rows = panel(2, ratio=1.5)
    ours = fixed_effects(rows, "hits", ["after"], cluster="period", exposure="tokens").coefficients.iloc[0]
    errors = Errors("cluster", groups="period", small_sample=True)
    long = fit_counts(rows, "hits ~ C(outlet_id) + after", exposure="tokens", family="poisson", errors=errors)
    for name in ("coefficient", "standard_error"):
        assert ours[name] == pytest.approx(long.term("after")[name], rel=1e-6)
    plain = fixed_effects(rows, "hits", ["did"], effects=["outlet_id", "period"], family="gaussian")
    within = rows["hits"] - rows.groupby("outlet_id")["hits"].transform("mean")
    within = within - rows.groupby("period")["hits"].transform("mean") + rows["hits"].mean()
    away = rows["did"] - rows.groupby("outlet_id")["did"].transform("mean")
    away = away - rows.groupby("period")["did"].transform("mean") + rows["did"].mean()
    assert plain.coefficients["coefficient"][0] == pytest.approx((within * away).sum() / (away**2).sum())


def test_levels_without_a_hit_are_left_out_and_counted():
    rows = panel(3)
    rows.loc[rows["outlet_id"] == 5, "hits"] = 0
    rows.loc[rows["period"] == 7, "hits"] = 0
    found = fixed_effects(rows, "hits", ["did"], effects=["outlet_id", "period"], exposure="tokens")
    assert found.dropped_count == 24 + 12 - 1 and found.group_count == 11
    part = rows[(rows["outlet_id"] != 5) & (rows["period"] != 7)]
    again = fixed_effects(part, "hits", ["did"], effects=["outlet_id", "period"], exposure="tokens")
    pd.testing.assert_frame_equal(found.coefficients, again.coefficients)


def test_an_event_study_finds_what_was_planted_and_no_lead():
    found = event_study(panel(4, ratio=3.0), "hits", 12, treated="treated", exposure="tokens", bins=[-12, -6, 0, 6])
    table = found.effects.set_index("start")
    assert table["is_reference"].tolist() == [False, True, False, False] and table.loc[-6, "ratio"] == 1
    assert ((table.loc[[0, 6], "low"] < 3) & (table.loc[[0, 6], "high"] > 3) & (table.loc[[0, 6], "low"] > 1.5)).all()
    assert found.leads_p > 0.05
    drifting = event_study(panel(4, drift=0.15), "hits", 12, treated="treated", exposure="tokens", bins=[-12, -6, 0])
    assert drifting.leads_p < 0.01


def test_leads_are_called_about_as_often_as_they_should():
    p = [
        event_study(panel(seed), "hits", 12, treated="treated", exposure="tokens", bins=[-12, -8, -4, 0]).leads_p
        for seed in range(60)
    ]
    assert np.mean(np.array(p) <= 0.05) <= 0.17


def test_without_controls_outlets_are_set_against_themselves():
    found = event_study(panel(5), "hits", 12, exposure="tokens", bins=[-12, -6, 0, 6])
    rows = panel(5)
    rows["from"] = (rows["period"] >= 18).astype(int)
    assert found.effects["ratio"].notna().all() and found.model.observation_count == len(rows)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"bins": [-6, 6]}, "one of them 0"),
        ({"bins": [0, 6]}, "at least one before"),
        ({"event": 99}, r"event \(period\): 99 is not allowed"),
        ({"family": "logit"}, "poisson, gaussian"),
        ({"exposure": "words"}, "column: 'words' is not allowed"),
        ({"family": "gaussian", "exposure": "tokens"}, "takes no exposure"),
    ],
)
def test_what_cannot_be_is_refused(change, words):
    options = {"event": 12, "bins": [-6, 0, 6]} | change
    with pytest.raises(DiscourseError, match=words):
        event_study(panel(), "hits", options.pop("event"), **options)


def test_a_term_that_the_effects_explain_and_a_panel_without_hits_are_refused():
    rows = panel()
    with pytest.raises(DiscourseError, match="explain one of"):
        fixed_effects(rows, "hits", ["treated"], exposure="tokens")
    with pytest.raises(NothingFound, match="no row with hits"):
        fixed_effects(rows.assign(hits=0), "hits", ["did"], exposure="tokens")
    with pytest.raises(DiscourseError, match="1 group; at least 2"):
        fixed_effects(rows[rows["outlet_id"] == 1], "hits", ["after"], exposure="tokens")
