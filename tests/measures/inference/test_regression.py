"""Count models against published results, hand-computed cases and properties."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.inference import regression
from analysis.measures.inference.regression import (
    Errors,
    andrews_lags,
    compare_models,
    durbin_watson,
    fit_counts,
    fit_terms,
    harmonic,
    theta_error,
)


def clustered(seed=0, groups=40, effect=0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    side = np.repeat(np.arange(groups) % 2, 6)
    own = np.repeat(rng.gamma(2, 0.5, groups), 6)
    tokens = rng.integers(200, 900, groups * 6)
    return pd.DataFrame(
        {
            "hit_count": rng.poisson(tokens * 0.01 * own * np.exp(effect * side)),
            "token_count": tokens,
            "era_id": np.where(side, "after", "before"),
            "side": side,
            "cluster_id": np.repeat(np.arange(groups), 6),
        }
    )


@pytest.mark.shared
def test_sicily_of_lopez_bernal_2017(reference):
    case = json.loads((reference / "A_rates.json").read_text())["cases"][0]
    rows = pd.read_csv(reference / case["input"]["data"])
    one = fit_counts(rows, "aces ~ smokban + time", exposure="stdpop", family="poisson")
    ban = one.term("smokban")
    got = {
        "smokban_RR": ban["ratio"],
        "smokban_lo": ban["low"],
        "smokban_hi": ban["high"],
        "time_RR": one.term("time")["ratio"],
        "dispersion": one.dispersion,
        "deviance": one.deviance,
        "df": one.df,
    }
    for name, want in case["expected"].items():
        assert got[name] == pytest.approx(want, abs=case["tolerance_abs"].get(name, case["tolerance_abs"]["*"])), name


@pytest.mark.shared
def test_sicily_quasi_poisson_with_season_and_slope(reference):
    rows = pd.read_csv(reference / "data" / "sicily.csv")
    plain = fit_counts(rows, "aces ~ smokban + time", exposure="stdpop")
    poisson = fit_counts(rows, "aces ~ smokban + time", exposure="stdpop", family="poisson")
    pearson = ((rows["aces"] - plain.fitted) ** 2 / plain.fitted).sum() / 56
    assert plain.dispersion == pytest.approx(pearson)
    assert plain.term("smokban")["ratio"] == pytest.approx(poisson.term("smokban")["ratio"])
    widened = poisson.term("smokban")["standard_error"] * np.sqrt(pearson)
    assert plain.term("smokban")["standard_error"] == pytest.approx(widened)
    season = fit_counts(rows, "aces ~ smokban + time + harmonic(month, 2, 12)", exposure="stdpop")
    slope = fit_counts(rows, "aces ~ smokban + time + I(time-36):smokban + harmonic(month,2,12)", exposure="stdpop")
    assert (season.df, slope.df) == (52, 51)  # 59 months, 7 and 8 coefficients
    test = compare_models(season, slope)
    assert test["f"] == pytest.approx((season.deviance - slope.deviance) / slope.dispersion)
    assert test["p"] == pytest.approx(slope.term("I(time - 36):smokban")["p"], abs=0.02)


@pytest.mark.shared
def test_sicily_as_the_tutorial_prints_it(reference):
    """Lopez Bernal et al. (2017): 0.885 (0.839 to 0.933) with seasons; no change of slope, p 0.43."""
    rows = pd.read_csv(reference / "data" / "sicily.csv")
    season = fit_counts(rows, "aces ~ smokban + time + harmonic(month, 2, 12)", exposure="stdpop")
    ban = season.term("smokban")
    assert [round(ban[name], 3) for name in ("ratio", "low", "high")] == [0.885, 0.839, 0.933]
    slope = fit_counts(rows, "aces ~ smokban * time + harmonic(month, 2, 12)", exposure="stdpop")
    assert compare_models(season, slope)["p"] == pytest.approx(0.43, abs=0.005)


@pytest.mark.shared
def test_clustered_errors_of_petersen_2009(reference):
    """Petersen's test data: errors of slope and intercept as he prints them."""
    rows = pd.read_csv(reference / "data" / "PetersenCL.csv")
    published = {
        ("model", None): (0.0286, 0.0284),
        ("hc1", None): (0.0284, 0.0284),
        ("cluster", "firm"): (0.0506, 0.0670),
        ("cluster", "year"): (0.0334, 0.0234),
        ("cluster", ("firm", "year")): (0.0536, 0.0651),
    }
    for (kind, groups), expected in published.items():
        model = fit_counts(rows, "y ~ x", family="gaussian", errors=Errors(kind, groups=groups, small_sample=True))
        assert model.term("x")["coefficient"] == pytest.approx(1.0348, abs=5e-5)
        got = [model.term(name)["standard_error"] for name in ("x", "Intercept")]
        assert got == pytest.approx(expected, abs=6e-5), (kind, groups)


def test_models_without_a_dispersion_are_compared_by_likelihood():
    """R: anova(test = "F") and "Chisq" agree there; two Poisson rates of 20 and 30, by hand."""
    rows = pd.DataFrame({"n": [20, 30, 20, 30], "t": 1000, "after": [0, 1, 0, 1]})
    fits = [fit_counts(rows, f"n ~ {term}", exposure="t", family="poisson") for term in ("1", "after")]
    got = compare_models(*fits)
    lr = 2 * (40 * np.log(40 / 50) + 60 * np.log(60 / 50))
    assert got["f"] == pytest.approx(lr)
    assert got["df_residual"] == np.inf
    assert got["p"] == pytest.approx(math.erfc(np.sqrt(lr / 2)))  # chi-squared with one degree of freedom
    rows = clustered(1)
    one, two = (
        fit_counts(rows, f"hit_count ~ {t}", exposure="token_count", family="negative_binomial") for t in ["1", "side"]
    )
    got = compare_models(one, two)
    assert got["f"] == pytest.approx(2 * (two.log_likelihood - one.log_likelihood))
    assert one.alpha != two.alpha  # so deviances, which take alpha for known, are no pair


def test_two_rates_by_hand():
    """A saturated Poisson model of two rows: the ratio of the rates, variance of its log 1/20 + 1/30."""
    rows = pd.DataFrame({"n": [20, 30, 0], "t": [1000, 1000, 0], "after": [0, 1, 1]})
    rows = pd.concat([rows, rows.head(2)])
    got = fit_counts(rows, "n ~ after", exposure="t", family="poisson").term("after")
    assert got["ratio"] == pytest.approx(1.5)
    assert got["standard_error"] == pytest.approx(np.sqrt(1 / 40 + 1 / 60))
    assert got["low"] == pytest.approx(1.5 * np.exp(-1.959964 * np.sqrt(1 / 40 + 1 / 60)))


def test_fit_terms_is_fit_counts_without_a_formula():
    rows = clustered()
    for family in ("quasipoisson", "negative_binomial", "gaussian"):
        offset = None if family == "gaussian" else "token_count"
        first = fit_counts(rows, "hit_count ~ side", exposure=offset, family=family).coefficients
        second = fit_terms(rows, "hit_count", ["side"], exposure=offset, family=family).coefficients
        pd.testing.assert_frame_equal(first, second)


def test_negative_binomial_is_the_joint_maximum():
    """Against statsmodels' own joint fit of coefficients and alpha."""
    import statsmodels.api as sm

    rows = clustered(1)
    got = fit_counts(rows, "hit_count ~ era_id", exposure="token_count", family="negative_binomial")
    x = sm.add_constant((rows["era_id"] == "before").astype(float).to_numpy())
    start = [*got.coefficients["coefficient"], got.alpha]
    joint = sm.NegativeBinomial(rows["hit_count"], x, exposure=rows["token_count"]).fit(start_params=start, disp=0)
    assert got.alpha == pytest.approx(joint.params.iloc[-1], rel=1e-3)
    assert got.log_likelihood == pytest.approx(joint.llf, abs=1e-4)
    assert got.coefficients["coefficient"].to_numpy() == pytest.approx(joint.params.to_numpy()[:2], abs=1e-4)


def test_clustered_errors_keep_the_level_where_plain_ones_do_not():
    plain, held = [], []
    for seed in range(30):
        rows = clustered(seed)
        plain.append(fit_terms(rows, "hit_count", ["side"], exposure="token_count", family="poisson").term("side")["p"])
        errors = Errors("cluster", groups="cluster_id", small_sample=True)
        held.append(fit_terms(rows, "hit_count", ["side"], exposure="token_count", errors=errors).term("side")["p"])
    assert np.mean(np.array(plain) < 0.05) > 0.3
    assert np.mean(np.array(held) < 0.05) < 0.15


def test_newey_west_by_hand_and_without_lags():
    rows = clustered(2, groups=10)
    base = fit_terms(rows, "hit_count", ["side"], exposure="token_count", family="poisson")
    none = fit_terms(rows, "hit_count", ["side"], exposure="token_count", errors=Errors("newey_west", lags=0))
    robust = fit_terms(rows, "hit_count", ["side"], exposure="token_count", errors=Errors("hc0"))
    assert np.allclose(none.covariance, robust.covariance)
    two = fit_terms(rows, "hit_count", ["side"], exposure="token_count", errors=Errors("newey_west", lags=2))
    x = np.column_stack([np.ones(len(rows)), rows["side"]])
    score = x * (rows["hit_count"].to_numpy() - base.fitted)[:, None]
    meat = score.T @ score
    for lag, weight in ((1, 2 / 3), (2, 1 / 3)):
        part = score[lag:].T @ score[:-lag]
        meat = meat + weight * (part + part.T)
    bread = np.linalg.inv((x * base.fitted[:, None]).T @ x)
    assert np.allclose(two.covariance, bread @ meat @ bread, rtol=1e-6)


def test_swapping_sides_inverts_the_ratio_and_doubling_exposure_keeps_it():
    rows = clustered(3, effect=0.7)
    one = fit_terms(rows, "hit_count", ["side"], exposure="token_count").term("side")
    back = fit_terms(rows.assign(side=1 - rows["side"]), "hit_count", ["side"], exposure="token_count").term("side")
    assert one["ratio"] == pytest.approx(1 / back["ratio"])
    double = rows.assign(token_count=rows["token_count"] * 2, hit_count=rows["hit_count"] * 2)
    assert fit_terms(double, "hit_count", ["side"], exposure="token_count").term("side")["ratio"] == pytest.approx(
        one["ratio"]
    )


def test_harmonics_by_hand():
    got = harmonic([3, 6], 2, 12)
    assert got[0] == pytest.approx([1, 0, 0, -1])  # sin(pi/2), sin(pi), cos(pi/2), cos(pi)
    assert got[1] == pytest.approx([0, 0, -1, 1])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"family": "poison"}, "Did you mean 'poisson'"),
        ({"family": "gaussian", "exposure": "token_count"}, "takes no exposure"),
        ({"level": 95}, "level: 95"),
        ({"errors": Errors("cluster", groups=("cluster_id", "side", "era_id"))}, "there are 2 groups"),
        ({"exposure": "tokens"}, "exposure: 'tokens'.*token_count"),
        ({"errors": Errors("cluster", groups="side")}, "there are 2 groups"),
    ],
)
def test_refusals(options, words):
    with pytest.raises(DiscourseError, match=words):
        fit_counts(clustered(), "hit_count ~ side", **options)


@pytest.mark.shared
def test_white_errors_of_petersen_2009(reference):
    """HC0, HC1, HC3 of his data as R's sandwich has them: three numbers, not one."""
    rows = pd.read_csv(reference / "data" / "PetersenCL.csv")
    for kind, value in (("hc0", 0.02838948), ("hc1", 0.02839516), ("hc3", 0.02841210)):
        got = fit_counts(rows, "y ~ x", family="gaussian", errors=Errors(kind)).term("x")["standard_error"]
        assert got == pytest.approx(value, abs=6e-9)


def test_white_errors_by_hand():
    x, y = np.array([0.0, 1.0, 2.0, 4.0, 7.0]), np.array([1.0, 3.0, 2.0, 9.0, 8.0])
    design = np.column_stack([np.ones(5), x])
    bread = np.linalg.inv(design.T @ design)
    e = y - design @ bread @ design.T @ y
    h = np.einsum("ij,jk,ik->i", design, bread, design)
    rows = pd.DataFrame({"x": x, "y": y})
    for kind, weight in (("hc0", e**2), ("hc1", e**2 * 5 / 3), ("hc2", e**2 / (1 - h)), ("hc3", (e / (1 - h)) ** 2)):
        expected = bread @ (design.T * weight) @ design @ bread
        model = fit_counts(rows, "y ~ x", family="gaussian", errors=Errors(kind))
        np.testing.assert_allclose(model.covariance, expected, rtol=1e-9)


def test_white_errors_of_counts_are_those_of_the_weighted_regression():
    rows = pd.DataFrame({"x": np.arange(12.0) / 6, "y": [1, 0, 2, 3, 1, 4, 2, 6, 3, 9, 8, 7]})
    import statsmodels.api as sm

    model = sm.GLM(rows["y"], sm.add_constant(rows["x"]), family=sm.families.Poisson())
    got = {kind: fit_counts(rows, "y ~ x", family="poisson", errors=Errors(kind)) for kind in ("hc0", "hc1", "hc3")}
    expected = model.fit(cov_type="HC0").cov_params().to_numpy()
    np.testing.assert_allclose(got["hc0"].covariance, expected, rtol=1e-6)
    np.testing.assert_allclose(got["hc1"].covariance, expected * 12 / 10, rtol=1e-6)
    assert (np.diag(got["hc3"].covariance) > np.diag(got["hc1"].covariance)).all()


def test_refusals_of_formulas():
    with pytest.raises(DiscourseError, match="Columns: hit_count"):
        fit_counts(clustered(), "hit_count ~ sied")
    with pytest.raises(DiscourseError, match="repeat each other"):
        fit_counts(clustered(), "hit_count ~ side + I(2 * side)")
    with pytest.raises(DiscourseError, match="nothing to fit"):
        fit_counts(clustered().assign(hit_count=0), "hit_count ~ side")
    empty = clustered().assign(hit_count=lambda f: f["hit_count"] * f["side"])
    with pytest.raises(DiscourseError, match="no hit at all"):
        fit_counts(empty, "hit_count ~ side", exposure="token_count")
    model = fit_counts(clustered(), "hit_count ~ side")
    with pytest.raises(DiscourseError, match="allowed: Intercept, side"):
        model.term("era")
    with pytest.raises(DiscourseError, match="not nested"):
        compare_models(model, model)


def test_durbin_watson_andrews_and_theta():
    assert durbin_watson(np.array([1.0, -1.0, 1.0])) == pytest.approx(8 / 3)
    with pytest.raises(DiscourseError, match="at least two"):
        durbin_watson(np.zeros(4))
    rng = np.random.default_rng(0)
    noise, series = rng.normal(size=400), np.zeros(400)
    for t in range(1, 400):
        series[t] = 0.6 * series[t - 1] + noise[t]
    rho = (series[:-1] @ series[1:]) / (series[:-1] @ series[:-1])
    expected = 1.1447 * (4 * rho**2 / ((1 - rho) ** 2 * (1 + rho) ** 2) * 400) ** (1 / 3)
    assert andrews_lags(series) == int(expected) > andrews_lags(noise)
    mu, theta = np.full(4000, 5.0), 2.5
    y = rng.negative_binomial(theta, theta / (theta + mu))
    step = 1e-3

    def likelihood(t):
        from scipy.special import gammaln

        return (gammaln(y + t) - gammaln(t) + t * np.log(t / (t + mu)) + y * np.log(mu / (t + mu))).sum()

    second = (likelihood(theta + step) - 2 * likelihood(theta) + likelihood(theta - step)) / step**2
    found, error = theta_error(y, mu, 1 / theta)
    assert found == theta and error == pytest.approx(1 / np.sqrt(-second), rel=1e-3)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("y", -1, r"the outcome -1 is not allowed; allowed: finite numbers, for counts 0 or more.*gaussian"),
        ("y", np.inf, "the outcome inf is not allowed"),
        ("t", 0, r"row 1 has y 2\.0 and no t; hits without exposure have no rate"),
        ("t", np.nan, "row 1 has y 2.0 and no t"),
        ("t", -5, "exposure: -5 in the column 't' is not allowed"),
    ],
)
@pytest.mark.parametrize("by", ["formula", "terms"])
def test_counts_and_exposures_that_none_can_have_are_refused_and_not_dropped(column, value, said, by):
    rows = pd.DataFrame({"y": [1.0, 2, 3, 4, 6], "x": [0, 0, 1, 1, 1], "t": [10.0] * 5})
    rows.loc[1, column] = value
    with pytest.raises(DiscourseError, match=said):
        regression.fit_counts(rows, "y ~ x", exposure="t") if by == "formula" else regression.fit_terms(
            rows, "y", ["x"], exposure="t"
        )


def test_rows_with_neither_hits_nor_exposure_are_left_out_and_words_are_no_outcome():
    rows = pd.DataFrame({"y": [1.0, 2, 3, 4, 0], "x": [0, 0, 1, 1, 1], "t": [10.0] * 4 + [0]})
    assert regression.fit_counts(rows, "y ~ x", exposure="t").observation_count == 4
    with pytest.raises(DiscourseError, match="no column of numbers"):
        regression.fit_counts(rows.assign(y=list("abcab")), "y ~ x", exposure=None)
    with pytest.raises(DiscourseError, match="'t' holds no numbers"):
        regression.fit_counts(rows.assign(t=list("abcab")), "y ~ x", exposure="t")
    assert regression.fit_counts(rows.assign(y=[-1, 2, 3, 4, 5]), "y ~ x", family="gaussian").observation_count == 5


def test_lags_are_fewer_than_observations():
    with pytest.raises(DiscourseError, match="at least three"):
        regression.andrews_lags([1.0, 2.0])
    assert regression.andrews_lags([1.0, 2.0, 3.0]) <= 2
