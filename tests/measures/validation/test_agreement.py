"""Agreement: classical tables, NLTK as a second opinion, intervals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DiscourseError
from analysis.measures.validation import agreement as a

N = None
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]
FLEISS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]


def near(got, expected, tolerance=1e-9):
    np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize(
    ("metric", "value"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_of_krippendorff_2011(metric, value):
    near(a.krippendorff_alpha(KRIPPENDORFF, metric=metric), value, 0.0006)


def test_alpha_by_hand_and_lonely_ratings():
    yes_no = [["yes", "yes", N], ["no", "no", N], ["no", N, "no"]]
    near(a.krippendorff_alpha(yes_no), -1 / 3)  # pairs yn yn nn / yn: Do = 0.8, De = 0.6
    near(a.krippendorff_alpha([row[:2] for row in yes_no]), -1 / 3)
    near(a.krippendorff_alpha([[1, 2], [1, 2]]), 1)
    assert np.isnan(a.krippendorff_alpha([[1, 1], [1, 1]]))  # one category only teaches nothing


def test_two_coders():
    artstein_poesio = [[46, 6, 0], [0, 32, 0], [0, 6, 10]]  # stat, ireq, chck
    near(a.kappa(artstein_poesio, chance="scott"), 0.79953, 6e-6)
    near(a.kappa(artstein_poesio, chance="uniform"), 0.82, 0.005)
    near(a.kappa([[20, 5], [10, 15]]), 0.4)  # Wikipedia
    near(a.kappa([[45, 15], [25, 15]]), 0.1304, 5e-5)
    near(a.kappa([[25, 35], [5, 35]]), 0.2593, 5e-5)
    sas = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]
    near(a.kappa(sas), 0.4842, 6e-5)
    near(a.kappa(sas, weights="linear"), 0.4701, 6e-5)
    done = a.kappa_interval(sas)
    near([done["standard_error"], done["low"], done["high"]], [0.1380, 0.2137, 0.7547], 6e-5)
    near(a.kappa_interval(sas, weights="linear")["standard_error"], 0.1457, 6e-5)
    near(a.kappa_interval(sas, weights="quadratic")["value"], a.kappa(sas, weights="quadratic"))


def test_unused_categories_matter_only_for_even_chance():
    table, order = a.square_table(["x", "y", "x", N], ["x", "y", "y", "x"], categories=["x", "y", "z"])
    assert order == ["x", "y", "z"]
    assert table.sum() == 3
    near(a.kappa(table, chance="uniform"), (2 / 3 - 1 / 3) / (2 / 3))
    near(a.kappa(table[:2, :2], chance="uniform"), (2 / 3 - 1 / 2) / (1 / 2))
    near(a.kappa(table), a.kappa(table[:2, :2]))


def test_many_coders():
    near(a.fleiss_kappa(FLEISS), 0.21, 0.0005)
    near(a.observed_agreement(FLEISS), 0.378, 0.0005)
    near(a.fleiss_kappa(FLEISS, kind="randolph"), (0.37802 - 0.2) / 0.8, 1e-4)
    near(a.fleiss_kappa([[2, 0], [2, 0], [2, 0], [1, 1]], kind="gwet"), (0.75 - 0.21875) / (1 - 0.21875))
    with pytest.raises(DiscourseError, match="2 to 3 ratings"):
        a.fleiss_kappa([[2, 0], [2, 1]])


def test_nltk_agrees():
    from nltk.metrics.agreement import AnnotationTask

    rng = np.random.default_rng(2)
    truth = rng.integers(0, 3, 40)
    ratings = [np.where(rng.random(40) < 0.7, truth, rng.integers(0, 3, 40)).tolist() for _ in range(3)]
    task = AnnotationTask([(f"c{i}", j, v) for i, row in enumerate(ratings) for j, v in enumerate(row)])
    counts, _ = a.unit_counts(ratings)
    near(a.krippendorff_alpha(ratings), task.alpha())
    near(a.observed_agreement(counts), task.avg_Ao())
    near(a.fleiss_kappa(counts), task.pi())
    near(a.pairwise_kappa(ratings), task.kappa())
    near(a.pairwise_kappa(ratings, pooling="davies_fleiss"), task.multi_kappa())
    near(a.fleiss_kappa(counts, kind="randolph"), task.S())


# irrCAC's cac.raw4raters: the same table, but the third rater alone has seen unit 12
RAW = [KRIPPENDORFF[0], [*KRIPPENDORFF[1][:-1], N], [*KRIPPENDORFF[2][:-1], 3], KRIPPENDORFF[3]]
PSYCHIATRISTS = [
    [0, 0, 0, 6, 0],
    [0, 3, 0, 0, 3],
    [0, 1, 4, 0, 1],
    [0, 0, 0, 0, 6],
    [0, 3, 0, 3, 0],
    [2, 0, 4, 0, 0],
    [0, 0, 4, 0, 2],
    [2, 0, 3, 1, 0],
    [2, 0, 0, 4, 0],
    [0, 0, 0, 0, 6],
    [1, 0, 0, 5, 0],
    [1, 1, 0, 4, 0],
    [0, 3, 3, 0, 0],
    [1, 0, 0, 5, 0],
    [0, 2, 0, 3, 1],
]
# Fleiss (1971), the other 15 patients
OTHERS = [
    [0, 0, 5, 0, 1],
    [3, 0, 0, 1, 2],
    [5, 1, 0, 0, 0],
    [0, 2, 0, 4, 0],
    [1, 0, 2, 0, 3],
    [0, 0, 0, 0, 6],
    [0, 1, 0, 5, 0],
    [0, 2, 0, 1, 3],
    [2, 0, 0, 4, 0],
    [1, 0, 0, 4, 1],
    [0, 5, 0, 1, 0],
    [4, 0, 0, 0, 2],
    [0, 2, 0, 4, 0],
    [1, 0, 5, 0, 0],
    [0, 0, 0, 0, 6],
]
ANXIETY = [
    [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
    [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
    [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
]


def test_fleiss_1971_with_its_categories():
    """Psychiatric diagnoses as R's irr prints them: 0.430, z 17.652; depression 0.245, ..., other 0.566."""
    table = a.fleiss_table(PSYCHIATRISTS + OTHERS, ["depression", "personality", "schizophrenia", "neurosis", "other"])
    near(table["kappa"], [0.4302445, 0.245, 0.245, 0.520, 0.471, 0.566], 0.0006)
    near(table["z"], [17.65183, 5.192, 5.192, 11.031, 9.994, 12.009], 0.0006)
    near(a.fleiss_kappa(PSYCHIATRISTS + OTHERS), 0.4302445, 5e-8)
    unused = a.fleiss_table(np.column_stack([FLEISS, np.zeros(10)]))
    near(unused["kappa"][0], a.fleiss_kappa(FLEISS))
    assert np.isnan(unused["z"].iloc[-1])


def test_the_documentation_examples_of_irrcac():
    """Gwet's R package: two abstractors, 15 patients by 6 psychiatrists, 4 raters with missing ratings."""
    abstractors = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
    near([a.kappa(abstractors, chance=c) for c in a.CHANCES], [0.7964094, 0.7962397, 0.835, 0.8493305], 5e-8)
    got = [a.fleiss_kappa(PSYCHIATRISTS, kind=k) for k in ("gwet", "fleiss", "randolph")]
    near([*got, a.alpha_of_counts(PSYCHIATRISTS)], [0.4448007, 0.4139265, 0.4388889, 0.4204384], 5e-8)
    counts, _ = a.unit_counts(RAW)
    got = [a.fleiss_kappa(counts, kind=k, unequal=True) for k in ("fleiss", "randolph", "gwet")]
    near([*got, a.pairwise_kappa(RAW, pooling="conger")], [0.76117, 0.77273, 0.77544, 0.76282], 6e-6)


@pytest.mark.parametrize(
    ("weights", "gwet", "fleiss"),
    [
        ("linear", 0.859, 0.818),
        ("quadratic", 0.914, 0.865),
        ("ordinal", 0.899, 0.850),
        ("radical", 0.820, 0.790),
        ("ratio", 0.857, 0.821),
        ("circular", 0.830, 0.807),
        ("bipolar", 0.900, 0.853),
    ],
)
def test_weighted_coefficients_of_irrcac(weights, gwet, fleiss):
    counts, _ = a.unit_counts(RAW)
    near(a.fleiss_kappa(counts, kind="gwet", weights=weights), gwet, 0.0006)
    near(a.fleiss_kappa(counts, weights=weights, unequal=True), fleiss, 0.0006)


def test_anxiety_ratings_of_irr():
    one, _ = a.square_table(ANXIETY[0], ANXIETY[1])
    two, order = a.square_table(ANXIETY[1], ANXIETY[2])
    assert order == [1, 2, 3, 4, 6]
    near(a.kappa(one, weights="quadratic"), 0.297, 0.0006)
    for weights, value, z in (
        ("none", -0.006289308, -0.0604067),
        ("linear", 0.1459075, 1.282472),
        ("quadratic", 0.2520325, 1.437451),
    ):
        done = a.kappa_interval(two, weights=weights)
        near([done["value"], done["z"]], [value, z], 6e-6)
    own = 1 - np.array([0, 0, 1, 1, 2, 2])[np.abs(np.subtract.outer(range(6), range(6)))] / 2  # by distance in ranks
    done = a.kappa_interval(one, weights=own)
    near([done["value"], done["z"]], [0.2820513, 1.257410], 6e-6)
    sas = a.kappa_interval([[0, 4, 1], [0, 8, 0], [0, 1, 5]])
    near([sas["standard_error_null"], sas["z"], sas["p"]], [0.1484, 3.2626, 0.0011], 6e-5)


def test_randolph_and_fleiss_of_his_calculator():
    near([a.fleiss_kappa(t) for t in ([[7, 1], [3, 5]], [[6, 1, 0], [0, 7, 0]])], [0.161905, 0.708333], 6e-6)
    near(
        [a.fleiss_kappa(t, kind="randolph") for t in ([[7, 1], [3, 5]], [[6, 1, 0], [0, 7, 0]])],
        [0.214286, 0.785714],
        6e-6,
    )


def test_one_category_only_is_undefined_or_what_you_say():
    same = [["yes", "yes"], ["yes", "yes"]]
    assert np.isnan(a.krippendorff_alpha(same))
    assert a.krippendorff_alpha(same, alike=1.0) == 1
    assert a.fleiss_kappa([[2], [2]], alike=1.0) == 1
    assert np.isnan(a.kappa([[3, 0], [0, 0]]))
    assert np.isnan(a.kappa_interval([[3, 0], [0, 0]])["z"])


def test_missing_ratings_of_every_kind_and_nothing_to_compare():
    import pandas as pd

    ratings = [[1, pd.NA, 2, None], [1, 2, float("nan"), 2], [1, 2, 2, 2]]
    assert a.unit_counts(ratings)[0].sum() == 9
    assert a.krippendorff_alpha(ratings) == 1
    with pytest.raises(DiscourseError, match="no unit has two ratings"):
        a.krippendorff_alpha([[1, None], [None, 2]])
    near(a.pairwise_kappa([[1, 2, None], [1, 2, None], [None, None, 1]]), 1)  # the third shares no unit with the others
    with pytest.raises(DiscourseError, match="no two coders share a unit"):
        a.pairwise_kappa([[1, None], [None, 2]])
    with pytest.raises(DiscourseError, match="replicates is 0"):
        a.agreement_table(KRIPPENDORFF, replicates=0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=3, max_size=25))
def test_properties(pairs):
    first, second = (list(side) for side in zip(*pairs, strict=True))
    for metric in a.METRICS:
        one, two = (a.krippendorff_alpha([x, y], metric=metric) for x, y in ((first, second), (second, first)))
        near(one, two)
        assert np.isnan(one) or one <= 1
    moved = [[3 * v + 1 for v in side] for side in (first, second)]
    near(a.krippendorff_alpha([first, second], metric="interval"), a.krippendorff_alpha(moved, metric="interval"))
    table, _ = a.square_table(first, second)
    for weights in a.WEIGHTS:
        near(a.kappa(table, weights=weights), a.kappa(table.T, weights=weights))
        near(a.kappa(table, weights=weights), a.kappa(table * 7, weights=weights))


def test_intervals_resample_units_or_whole_documents():
    table = a.agreement_table(KRIPPENDORFF, replicates=500, seed=1).set_index("name")
    near(table.loc["krippendorff_alpha", "value"], 0.743421052632)
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    rng = np.random.default_rng(0)
    truth = np.repeat(rng.integers(0, 2, 30), 10)  # ten hits a document, coded alike
    blunder = np.repeat(rng.random(30) < 0.25, 10)
    ratings = [truth.tolist(), np.where(blunder, 1 - truth, truth).tolist()]
    width = [
        np.ptp(
            a.agreement_table(ratings, clusters=c, replicates=400)
            .set_index("name")
            .loc["krippendorff_alpha", ["low", "high"]]
            .to_numpy(dtype=float)
        )
        for c in (None, np.repeat(np.arange(30), 10))
    ]
    assert width[1] > 2 * width[0]


def test_refusals_name_what_is_allowed():
    with pytest.raises(DiscourseError, match="allowed: nominal, ordinal, interval, ratio"):
        a.krippendorff_alpha(KRIPPENDORFF, metric="nominl")
    with pytest.raises(DiscourseError, match="needs numbers"):
        a.krippendorff_alpha([["a", "b"], ["a", "a"]], metric="interval")
    with pytest.raises(DiscourseError, match="'5' is not among the categories"):
        a.krippendorff_alpha(KRIPPENDORFF, categories=[1, 2, 3, 4])
    with pytest.raises(DiscourseError, match="fewer than two clusters"):
        a.agreement_table([[1, 2], [1, 1]], clusters=["d", "d"])


def test_published_values(golden):
    for case in golden("agreement"):
        i, e, tolerance = case["input"], case["expected"], case["tolerance_abs"]
        if "data" in i:
            near(a.krippendorff_alpha(i["data"], metric=i["metric"]), e["alpha"], tolerance)
        elif "table" in i:
            near(a.kappa(i["table"]), e["kappa"], tolerance)
        elif "counts" in i:
            near(a.fleiss_kappa(i["counts"]), e["kappa"], tolerance)
        else:
            table, _ = a.square_table(i["coder_a"], i["coder_b"])
            near(np.trace(table) / table.sum(), e["Ao"], tolerance["*"])
            near(a.kappa(table, chance="scott"), e["scott_pi"], tolerance["*"])
            near(a.kappa(table, chance="uniform"), e["S"], tolerance["S"])


def test_tables_of_another_shape_are_refused():
    ratings = [[1, 2, 3, 3, 2, 1, 4], [1, 2, 3, 3, 2, 2, 4], [3, 3, 3, 3, 2, 3, 4]]
    with pytest.raises(DiscourseError, match="looks like ratings, coders x units"):
        a.alpha_of_counts(ratings)
    with pytest.raises(DiscourseError, match=r"observed_agreement, counts: -1.0 .* 0 or more"):
        a.observed_agreement([[2, -1], [1, 1]])
    with pytest.raises(DiscourseError, match="whole numbers"):
        a.alpha_of_counts([[1.5, 0.5], [1, 1]])


@pytest.mark.parametrize("ratings", [[[1, 2, 1, 2], [2, 1, 2, 1], [1, 2, 2, 1]], [[1, 0, 1, 0, 1], [1, 0, 0, 1, 1]]])
@pytest.mark.parametrize("call", [a.alpha_of_counts, a.fleiss_kappa, a.observed_agreement])
def test_ratings_in_place_of_counts_are_told_also_where_row_sums_agree(ratings, call):
    """Every unit with every category, or no two coders of one mind: these are codes, coders x units."""
    with pytest.raises(DiscourseError, match=r"looks like ratings, coders x units.*say units=\d"):
        call(ratings)
    assert np.isfinite(call(ratings, units=len(ratings)))  # whoever says that rows are units is believed
    with pytest.raises(DiscourseError, match="4 units, but the table has" if len(ratings[0]) == 4 else "5 units, but"):
        call(ratings, units=len(ratings[0]))


def test_weights_by_rank_need_the_order_of_words():
    """low, mid, high: by the alphabet high lies next to low."""
    one, two = ["low", "high", "mid", "low", "high"], ["low", "mid", "mid", "mid", "low"]
    for call in (
        lambda: a.pairwise_kappa([one, two], weights="linear"),
        lambda: a.kappa(a.square_table(one, two)[0], weights="linear"),
        lambda: a.kappa_interval(a.square_table(one, two)[0], weights="quadratic"),
        lambda: a.fleiss_kappa(a.unit_counts([one, two])[0], weights="linear"),
    ):
        with pytest.raises(DiscourseError, match=r"need the order of the categories.*give categories, lowest first"):
            call()
    scale = ["low", "mid", "high"]
    table = a.square_table(one, two, categories=scale)[0]
    near(a.pairwise_kappa([one, two], weights="linear", categories=scale), a.kappa(table, weights="linear"))
    near(a.kappa(a.square_table(one, two)[0]), a.kappa(table))  # without weights no order is needed
    near(a.kappa(a.square_table(["a", "b"], ["a", "a"])[0], weights="linear"), 0)  # two categories have no order
    assert a.kappa(a.square_table([1, 2, 3], [1, 2, 2])[0], weights="linear") > 0.5  # numbers have their own


def test_an_ordinal_scale_of_words_needs_their_order():
    words = [["low", "high", "mid"], ["low", "mid", "mid"]]
    with pytest.raises(DiscourseError, match="lowest first, of high, low, mid"):
        a.krippendorff_alpha(words, metric="ordinal")
    ordered = a.krippendorff_alpha(words, metric="ordinal", categories=["low", "mid", "high"])
    assert ordered == a.krippendorff_alpha([[1, 3, 2], [1, 2, 2]], metric="ordinal")


def test_units_that_one_coder_read_count_as_units_that_were_given():
    counts = [[2, 0, 0], [1, 1, 0], [1, 0, 0], [0, 2, 0]]  # the third was read once
    assert a.observed_agreement(counts, units=4) == pytest.approx(2 / 3)
