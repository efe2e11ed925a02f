"""Log-odds with a prior."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.measures.words.logodds import log_odds, log_odds_sets

GEARS = np.array([[12, 3], [2, 10], [4, 1]])  # tidylo's example: mtcars, gear by vs


def test_tidylo_example():
    informative = log_odds_sets(GEARS)
    np.testing.assert_allclose(
        informative.z.T.ravel(),
        [1.172834723554, -1.376751571244, 0.403312459744, -1.135477730316, 1.566116790523, -0.4362339790201],
        atol=1e-10,
    )
    np.testing.assert_allclose(informative.log_odds[0, 0], 0.2855057930292)
    even = log_odds_sets(GEARS, prior="uniform")
    np.testing.assert_allclose(even.z[:, 1], [-1.740710726339, 2.842143635576, -0.6570674213024], atol=1e-10)


def test_monroe_by_hand():
    got = log_odds([8, 2], [2, 8], prior="uniform", alpha=1)
    delta = np.log(9 / 3) - np.log(3 / 9)
    np.testing.assert_allclose(got.log_odds, [delta, -delta])
    np.testing.assert_allclose(got.z[0], delta / np.sqrt(1 / 9 + 1 / 3))
    full = log_odds([8, 2], [2, 8], prior="uniform", alpha=1, variance="full")
    np.testing.assert_allclose(full.z[0], delta / np.sqrt(2 / 9 + 2 / 3))
    informative = log_odds([8, 2], [2, 8], background=[3, 1], strength=8)
    np.testing.assert_allclose(informative.log_odds[0], np.log(14 / 4) - np.log(8 / 10))
    np.testing.assert_allclose(got.standard_deviation[0], np.sqrt(1 / 9 + 1 / 3))


def test_log_odds_properties():
    rng = np.random.default_rng(0)
    f1, f2 = rng.integers(0, 50, (2, 30))
    there, back = log_odds(f1, f2), log_odds(f2, f1)
    np.testing.assert_allclose(there.z, -back.z)
    assert np.abs(log_odds(f1, f2, strength=1e7).log_odds).max() < 0.01  # a strong prior pulls all to 0
    zero = log_odds([5, 0], [5, 3], prior="none")
    assert zero.log_odds[1] == -np.inf
    absent = np.array([[5, 0], [3, 3], [0, 4]])
    dropped = log_odds_sets(absent, absent="drop")
    assert np.isnan(dropped.z[0, 1])
    assert np.isnan(dropped.z[2, 0])
    assert np.isfinite(log_odds_sets(absent).z).all()


def test_published_values_of_log_odds(golden):
    for case in golden("logodds"):
        rows = pd.DataFrame(case["input"]["rows"])
        table = rows.pivot_table(index="gear", columns="vs", values="n")
        got = log_odds_sets(table.to_numpy(), prior="uniform" if case["input"]["uninformative"] else "informative")
        for name, value in (("log_odds", got.log_odds), ("log_odds_weighted", got.z)):
            np.testing.assert_allclose(value.T.ravel(), case["expected"][name], rtol=0, atol=case["tolerance_abs"])
