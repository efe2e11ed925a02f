from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from topic_corpora import planted

from analysis.errors import DiscourseError
from analysis.measures.frames.coverage import pool_small_outlets
from analysis.measures.frames.lasting import lasting_of_sums
from analysis.measures.inference.eras import Blocks, difference_within
from analysis.measures.inference.long_run import lasting_factor
from analysis.measures.inference.resampling import Sampling
from analysis.measures.topics.fit import TopicSettings, fit_topics
from analysis.measures.topics.prevalence import (
    Draws,
    era_contrasts,
    group_outlets,
    prevalence,
    prevalence_draws,
)
from analysis.measures.topics.stability import aligned_shares
from analysis.study.reserved import OTHERS

SIDES = {"before": "before_it", "after": "after_it"}


def drawn(replicates, seed=1):
    return Sampling(replicates=replicates, seed=seed, min_units=5)


def fitted(corpus, seeds=(1, 2, 3)):
    settings = [TopicSettings(k=5, estimator="em", iterations=60, seed=s) for s in seeds]
    reference, *runs = [fit_topics(corpus.matrix, s) for s in settings]
    return reference, aligned_shares(reference, runs)


@pytest.fixture(scope="module")
def shifted():
    corpus = planted(4, shift=0.8)
    reference, shares = fitted(corpus)
    return (
        corpus,
        reference,
        prevalence_draws(shares, reference, corpus.documents, sampling=drawn(400)),
    )


def test_estimates_are_cell_means(shifted):
    corpus, reference, _ = shifted
    one = prevalence_draws(reference.doc_topic, reference, corpus.documents, sampling=drawn(200))
    table = prevalence(one)
    cells = corpus.documents[["outlet_id", "era_id"]].assign(share=reference.doc_topic[:, 2])
    means = cells.groupby(["outlet_id", "era_id"])["share"].mean()
    found = table[table["topic"] == 2].set_index(["outlet_id", "era_id"])["prevalence_share"]
    pd.testing.assert_series_equal(found, means, check_names=False)
    assert (table["low"] <= table["prevalence_share"]).all()
    assert (table["prevalence_share"] <= table["high"]).all()
    assert (table["cluster_count"] * 2 == table["document_count"]).all()


def test_documents_can_count_by_their_length(shifted):
    corpus, reference, _ = shifted
    documents = corpus.documents.assign(token_count=np.arange(1, 161))
    draws = prevalence_draws(
        reference.doc_topic,
        reference,
        documents,
        by=("era_id",),
        weight="token_count",
        sampling=drawn(9),
    )
    late = (documents["era_id"] == "after_it").to_numpy()
    expected = np.average(reference.doc_topic[late], axis=0, weights=documents["token_count"][late])
    np.testing.assert_allclose(draws.estimate[0], expected)


def test_planted_difference_is_found_and_only_there(shifted):
    corpus, reference, draws = shifted
    table = era_contrasts(draws, **SIDES)
    topic = int(np.argmax([np.corrcoef(corpus.doc_topic[:, 0], column)[0, 1] for column in reference.doc_topic.T]))
    mine = table[table["topic"] == topic]
    assert (mine["low"] > 0).all()
    assert (mine["p_adjusted"] < 0.05).all()
    late = (corpus.documents["era_id"] == "after_it").to_numpy()
    true = corpus.doc_topic[late, 0].mean() - corpus.doc_topic[~late, 0].mean()
    assert mine["difference"].mean() == pytest.approx(true, abs=0.1)


def test_p_is_adjusted_over_the_topics_asked_for(shifted):
    _, _, draws = shifted
    every, one = era_contrasts(draws, **SIDES), era_contrasts(draws, **SIDES, topics=[3])
    assert len(one) == 2
    assert list(one["p"]) == list(every.loc[every["topic"] == 3, "p"])
    assert one["p_adjusted"].max() == pytest.approx(one["p"].max())


def test_disagreeing_runs_widen_the_interval(shifted):
    corpus, reference, _ = shifted
    tilted = reference.doc_topic.copy()
    tilted[:, 0] = np.minimum(tilted[:, 0] + 0.3, 1)
    width = {}
    for name, shares in (("same", [reference.doc_topic] * 2), ("other", [reference.doc_topic, tilted])):
        table = prevalence(prevalence_draws(np.array(shares), reference, corpus.documents, sampling=drawn(400)))
        width[name] = (table["high"] - table["low"])[table["topic"] == 0].mean()
    assert width["other"] > width["same"] + 0.1


def test_the_interval_of_a_difference_is_widened_by_how_far_the_difference_varies_between_runs(shifted):
    """Root of the sum of squares of the sampling error and 1.96 standard deviations of the runs' differences: runs that
    move both eras alike widen nothing."""
    corpus, reference, _ = shifted
    draws = prevalence_draws(reference.doc_topic, reference, corpus.documents, by=("era_id",), sampling=drawn(200))
    found = {}
    eras = list(draws.cells["era_id"])
    for name, late in (("none", [0.0, 0.0]), ("alike", [0.1, 0.3]), ("apart", [0.3, 0.1])):
        runs = np.zeros((2, 5, 2))
        runs[eras.index("before_it")], runs[eras.index("after_it")] = [0.0, 0.2] if name != "none" else 0.0, late
        found[name] = era_contrasts(dataclasses.replace(draws, between_runs=runs), **SIDES)
    pd.testing.assert_frame_equal(found["none"], found["alike"])
    for end, side in (("low", -1), ("high", 1)):
        narrow, wide = (found[name][end] - found[name]["difference"] for name in ("none", "apart"))
        np.testing.assert_allclose(wide, side * np.hypot(narrow, 1.96 * 0.2))


def test_a_topic_missing_in_a_run_is_read_from_the_others(shifted):
    corpus, reference, _ = shifted
    gone = reference.doc_topic.copy()
    gone[:, 1] = np.nan
    draws = prevalence_draws(
        np.array([reference.doc_topic, gone]),
        reference,
        corpus.documents,
        sampling=drawn(50),
    )
    assert np.isfinite(draws.replicates).all()
    alone = prevalence_draws(reference.doc_topic, reference, corpus.documents, sampling=drawn(50))
    np.testing.assert_allclose(draws.replicates[:, :, 1], alone.replicates[:, :, 1])


def test_cells_with_few_clusters_have_no_interval(shifted):
    corpus, reference, _ = shifted
    documents = corpus.documents.copy()
    documents.loc[documents["outlet_id"] == "outlet_1", "cluster_id"] = "one story"
    draws = prevalence_draws(reference.doc_topic, reference, documents, sampling=drawn(50))
    table = prevalence(draws)
    few = table["outlet_id"] == "outlet_1"
    assert table.loc[few, "is_too_few"].all()
    assert table.loc[few, ["low", "high"]].isna().all(axis=None)
    assert not table.loc[~few, "is_too_few"].any()
    contrasts = era_contrasts(draws, **SIDES)
    assert contrasts.loc[contrasts["outlet_id"] == "outlet_1", "p_adjusted"].isna().all()


def test_rows_of_documents_may_come_in_any_order(shifted):
    corpus, reference, _ = shifted
    first = prevalence(prevalence_draws(reference.doc_topic, reference, corpus.documents, sampling=drawn(60)))
    shuffled = corpus.documents.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(
        prevalence(prevalence_draws(reference.doc_topic, reference, shuffled, sampling=drawn(60))),
        first,
    )


def test_outlets_are_compared_in_groups():
    documents = pd.DataFrame({"doc_id": list("abcd"), "outlet_id": ["x", "y", "z", "x"]})
    grouped = group_outlets(documents, {"one": ["x", "z"]})
    assert grouped[["doc_id", "outlet_id"]].to_numpy().tolist() == [["a", "one"], ["c", "one"], ["d", "one"]]
    assert documents["outlet_id"].tolist() == ["x", "y", "z", "x"]
    with pytest.raises(DiscourseError, match=r"'w'.*x, y, z"):
        group_outlets(documents, {"one": ["w"]})
    with pytest.raises(DiscourseError, match="two groups"):
        group_outlets(documents, {"one": ["x"], "two": ["x"]})


def press(weeks=60, border=40):
    """Two outlets of topics that never change and whose shares of the documents do, and a third that is large."""
    counts = {"calm": (3, 1), "keen": (1, 3), "large": (4, 4)}
    rows = [
        (f"{name}{week}.{i}", name, "new" if week >= border else "old", str(np.datetime64("2022-01-03") + 7 * week))
        for week in range(weeks)
        for name, both in counts.items()
        for i in range(both[week >= border])
    ]
    documents = pd.DataFrame(rows, columns=["doc_id", "outlet_id", "era_id", "published"])
    documents["cluster_id"] = documents["doc_id"]
    rng = np.random.default_rng(2)
    mean = documents["outlet_id"].map({"calm": 0.2, "keen": 0.7, "large": 0.4}).to_numpy()
    first = rng.beta(10 * mean, 10 * (1 - mean))
    return np.stack([first, 1 - first], axis=1), SimpleNamespace(doc_ids=documents["doc_id"].to_numpy()), documents


@pytest.mark.parametrize("together", [group_outlets, None])
def test_outlets_taken_together_are_compared_within_each_of_them(together):
    shares, model, documents = press()
    if together:
        grouped = group_outlets(documents, {OTHERS: ["calm", "keen"], "large": ["large"]})
    else:
        grouped = pool_small_outlets(documents, 1)
    sampling = Sampling("week", 200, 1, interval="studentised", min_units=5)
    asked = {"before": "old", "after": "new", "sampling": sampling, "plant": False}
    table = era_contrasts(prevalence_draws(shares, model, grouped, sampling=sampling), **asked)
    row = table[(table["outlet_id"] == OTHERS) & (table["topic"] == 0)].iloc[0]
    assert row["after_share"] - row["before_share"] > 0.2  # of all its documents: the mix
    assert abs(row["difference"]) < 0.05 and row["low"] < 0 < row["high"] and row["p"] > 0.1 and not row["is_claim"]
    alone = era_contrasts(prevalence_draws(shares, model, documents, sampling=sampling), **asked)
    columns = ["difference", "low", "high", "p", "rotation_p"]
    large, same = (t.loc[t["outlet_id"] == "large", columns].to_numpy() for t in (table, alone))
    assert large == pytest.approx(same)


def test_a_joint_p_holds_for_all_outlets_and_topics_of_the_table():
    shares, model, documents = press()
    sampling = Sampling("week", 200, 1, interval="studentised", min_units=5)
    draws = prevalence_draws(shares, model, documents, sampling=sampling)
    table = era_contrasts(draws, before="old", after="new", sampling=sampling, plant=False)
    assert (table["p_joint"] >= table["p"] - 0.1).all() and (table["rotation_p_joint"] >= table["rotation_p"]).all()
    one = era_contrasts(draws, before="old", after="new", topics=[0], sampling=sampling, plant=False)
    assert (one["p_joint"].to_numpy() <= table.loc[table["topic"] == 0, "p_joint"].to_numpy() + 0.05).all()
    late = (documents["era_id"] == "new").to_numpy() & (documents["outlet_id"] == "large").to_numpy()
    moved = np.where(late[:, None], shares[:, ::-1] * [0.9, 1.1], shares)
    changed = prevalence_draws(moved, model, documents, sampling=sampling)
    found = era_contrasts(changed, before="old", after="new", sampling=sampling, plant=False)
    assert set(found.loc[found["is_claim"], "outlet_id"]) == {"large"}
    assert found.loc[found["outlet_id"] == "large", "p_joint"].max() <= 0.01


def test_refusals(shifted):
    corpus, reference, draws = shifted
    with pytest.raises(DiscourseError, match="genre"):
        prevalence_draws(reference.doc_topic, reference, corpus.documents, by=("genre",))
    with pytest.raises(DiscourseError, match="after_it, before_it"):
        era_contrasts(draws, before="before_it", after="nobody")
    with pytest.raises(DiscourseError, match="confidence"):
        prevalence(draws, confidence=95)


@pytest.mark.slow
def test_without_a_planted_difference_intervals_exclude_zero_in_about_five_per_cent():
    excluded = []
    for seed in range(60):
        corpus = planted(seed)
        reference, shares = fitted(corpus, seeds=(1, 2))
        table = era_contrasts(
            prevalence_draws(shares, reference, corpus.documents, sampling=drawn(300, seed)),
            **SIDES,
            plant=False,  # the interval does not depend on it, and it is nearly all of the time
        )
        excluded.append(((table["low"] > 0) | (table["high"] < 0)).mean())
    # 60 corpora of 10 contrasts: 200 corpora gave 4.6 %; topics of one corpus are not independent, hence the width.
    assert 0.015 < np.mean(excluded) < 0.09


def test_limits_are_widened_percentiles_by_hand():
    """Hesterberg (2015): read the percentile that covers like Student's t with the unbiased variance."""
    n, values = 5, np.linspace(0, 1, 2001)
    cells = pd.DataFrame({"era_id": ["a", "b"], "document_count": [9, 4], "cluster_count": [n, 4]})
    replicates = np.tile(values[:, None, None], (1, 2, 1))
    table = prevalence(Draws(cells, np.array([[0.4], [0.6]]), replicates, ("era_id",)))
    tail = stats.norm.cdf(stats.t.ppf(0.025, n - 1) * np.sqrt(n / (n - 1)))
    assert table["low"].iloc[0] == pytest.approx(tail, abs=1e-6)
    assert table["high"].iloc[0] == pytest.approx(1 - tail, abs=1e-6)
    assert table["is_too_few"].tolist() == [False, True]
    assert np.isnan(table["low"].iloc[1]) and np.isnan(table["high"].iloc[1])
    assert table["prevalence_share"].tolist() == [0.4, 0.6]


def in_waves() -> tuple[np.ndarray, SimpleNamespace, pd.DataFrame]:
    """Two topics in 120 weeks, one document each: the first comes in waves of fifteen weeks."""
    week = np.arange(120)
    documents = pd.DataFrame(
        {
            "doc_id": [f"d{i:03}" for i in week],
            "cluster_id": [f"c{i:03}" for i in week],
            "outlet_id": "a",
            "era_id": np.where(week >= 60, "new", "old"),
            "published": (np.datetime64("2018-01-01") + 7 * week).astype(str),
        }
    )
    first = np.random.default_rng(3).beta(np.where(week // 15 % 2, 6, 2), 8)
    return np.stack([first, 1 - first], axis=1), SimpleNamespace(doc_ids=documents["doc_id"].to_numpy()), documents


def test_limits_of_shares_and_of_differences_of_eras_know_that_moods_last():
    shares, model, documents = in_waves()
    sampling = Sampling("week", 300, 1, interval="studentised", min_units=5)
    draws = prevalence_draws(shares, model, documents, sampling=sampling)
    of_stories = dataclasses.replace(draws, unit="cluster")
    odds = lambda v: np.log(v / (1 - v))  # noqa: E731
    wide, plain = prevalence(draws), prevalence(of_stories)
    wider = lasting_of_sums(draws.sums, draws.totals, draws.cells[list(draws.by)], "week").ravel()
    assert (wider > 1.5).all()
    middle = odds(plain["prevalence_share"])
    assert odds(wide["low"]).to_numpy() == pytest.approx((middle + (odds(plain["low"]) - middle) * wider).to_numpy())
    assert odds(wide["high"]).to_numpy() == pytest.approx((middle + (odds(plain["high"]) - middle) * wider).to_numpy())
    assert plain.equals(prevalence(dataclasses.replace(draws, unit="document")))
    table = era_contrasts(draws, before="old", after="new", sampling=sampling, plant=False)
    blocks = Blocks(draws.sums.sum(axis=1)[:, None], draws.totals.sum(axis=1)[:, None], np.arange(120) >= 60)
    estimate, low, high, _ = difference_within(blocks, sampling)
    side = np.stack([np.arange(120) < 60, np.arange(120) >= 60], axis=1) * 1.0
    wider = np.array([lasting_factor(side * shares[:, [topic]], side, compared=True) for topic in (0, 1)])
    assert table["low"].to_numpy() == pytest.approx(estimate + (low - estimate) * wider)
    assert table["high"].to_numpy() == pytest.approx(estimate + (high - estimate) * wider)
