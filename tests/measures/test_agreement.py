"""Agreement: classical tables, NLTK as a second opinion, intervals."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.measures import agreement as a
from analysis.store.errors import DiscourseError

N = None
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]
FLEISS = [[0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1], [7, 7, 0, 0, 0],
          [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]]  # fmt: skip


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
    width = [np.ptp(a.agreement_table(ratings, clusters=c, replicates=400).set_index("name")
                    .loc["krippendorff_alpha", ["low", "high"]].to_numpy(dtype=float))
             for c in (None, np.repeat(np.arange(30), 10))]  # fmt: skip
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


@pytest.mark.shared
def test_reference_file(reference):
    for case in json.loads((reference / "A_agreement.json").read_text())["cases"]:
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
