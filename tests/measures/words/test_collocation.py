"""Association measures against the literature and NLTK; collocates of invented frames."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from analysis.errors import DiscourseError
from analysis.measures.words import collocation as c
from analysis.measures.words.keyness.table import KeynessRule
from analysis.measures.words.matrix import DocumentTerm, document_term


def near(got, expected, tolerance=1e-9):
    np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance)


def test_association_table_takes_both_notations_and_names_errors():
    pairs = pd.DataFrame({"w": ["a", "b"], "o11": [4, 9], "f1": [8, 10], "f2": [16, 12], "n": [128, 128]})
    cells = pd.DataFrame({"o11": [4, 9], "o12": [4, 1], "o21": [12, 3], "o22": [108, 115]})
    table = c.association_table(pairs, measures=["mi", "t"], order="mi")
    assert table["w"].tolist() == ["b", "a"]
    near(c.association_table(cells, measures=["mi"])["mi"], c.association_table(pairs, measures=["mi"])["mi"])
    with pytest.raises(DiscourseError, match="association measure: 'logdice' is not allowed"):
        c.association_table(pairs, measures=["logdice"])
    with pytest.raises(DiscourseError, match="columns \\['o12'"):
        c.association_table(pd.DataFrame({"o11": [1]}))


def invented_store(seed: int = 0, documents: int = 60):
    """Two eras; near the frame "iron" the word w1 is common in both, w2 only in the second era."""
    rng = np.random.default_rng(seed)
    vocabulary = pd.DataFrame(
        {
            "term_id": range(9),
            "term": ["<pooled>", *(f"w{i}" for i in range(1, 9))],
            "lemma": ["<pooled>", *(f"w{i}" for i in range(1, 9))],
            "is_stopword": False,
        }
    )
    ids = [f"d{i:02d}" for i in range(documents)]
    era = np.where(np.arange(documents) < documents // 2, "before", "after")
    near_rate = np.full((documents, 9), 0.5)
    near_rate[:, 1] = 3
    near_rate[era == "after", 2] = 3
    inside = rng.poisson(near_rate)
    total = inside + rng.poisson(20, inside.shape)
    long = {
        name: pd.DataFrame({"doc_id": np.array(ids)[r], "term_id": t, "token_count": table[r, t]})
        for name, table in (("contexts", inside), ("counts", total))
        for r, t in [np.nonzero(table)]
    }
    return long["contexts"].assign(frame="iron"), long["counts"], pd.DataFrame({"doc_id": ids}), vocabulary, era


def test_frame_collocates_by_group():
    contexts, counts, documents, vocabulary, era = invented_store()
    windows = c.frame_windows(contexts, documents, vocabulary, frame="iron")
    corpus = document_term(counts, documents, vocabulary)
    table = c.frame_collocates(windows, corpus, groups=era)
    top = table.groupby("group").first()["term"]
    assert top["before"] == "w1"
    assert set(table[table["group"] == "after"]["term"][:2]) == {"w1", "w2"}
    row = table[(table["group"] == "before") & (table["term"] == "w1")].iloc[0]
    inside = contexts[contexts["doc_id"] < "d30"]
    assert row["near_count"] == inside.loc[inside["term_id"] == 1, "token_count"].sum()
    assert row["window_token_count"] == inside["token_count"].sum()
    assert row["mi"] > 1
    assert row["g2"] > 0
    with pytest.raises(DiscourseError, match="frame: 'irn' is not allowed; allowed: iron"):
        c.frame_windows(contexts, documents, vocabulary, frame="irn")


def weeks_of_two_outlets(grown: float, seed: int = 3):
    """Eighty weeks: near the frame each outlet has a word of its own, and the second outlet grows at the border; w8 is
    used `grown` times as often after it, in both."""
    rng = np.random.default_rng(seed)
    week = np.repeat(np.arange(80), 6)
    after, second = week >= 50, rng.random(len(week)) < np.where(week >= 50, 0.8, 0.2)
    rate = np.full((len(week), 8), 2.0)
    rate[:, 0], rate[:, 1] = np.where(second, 0.2, 3), np.where(second, 3, 0.2)
    rate[:, 7] *= np.where(after, grown, 1)
    counts = rng.poisson(rate)
    ids = np.array([f"d{i:03d}" for i in range(len(week))], dtype=object)
    day = np.datetime64("2021-01-04") + (7 * week).astype("timedelta64[D]")
    frame = {"doc_id": ids, "outlet_id": np.where(second, "times", "post"), "published": day.astype(str)}
    terms = np.array([f"w{i}" for i in range(1, 9)], dtype=object)
    windows = DocumentTerm(sparse.csr_array(counts), ids, terms, counts.sum(axis=1) + 5)
    return windows, pd.DataFrame(frame), after


def test_collocates_of_eras_are_compared_within_outlets_along_time():
    """Outlets that came with words of their own pass for a change between clusters, and not within outlets."""
    windows, documents, after = weeks_of_two_outlets(3.0)
    rule = KeynessRule(min_count=5, min_units=4)
    clusters = c.collocate_differences(windows, after, rule=rule)
    table = c.era_collocates(windows, documents, after, unit="week", rule=rule)
    assert set(clusters.loc[clusters["is_key"], "term"]) >= {"w1", "w2", "w8"}
    assert table.loc[table["is_key"], "term"].tolist() == ["w8"]
    assert set(table.columns) == {*clusters.columns, "rotation_p"}
    assert (table.loc[table["is_key"], "rotation_p"] <= 0.05).all() and table.attrs["rotation_count"] == 80
    flat = c.era_collocates(*weeks_of_two_outlets(1.0), unit="week", rule=rule)
    assert not flat["is_key"].any()


def test_collocate_differences_find_the_new_neighbour():
    contexts, _, documents, vocabulary, era = invented_store()
    windows = c.frame_windows(contexts, documents, vocabulary, frame="iron")
    after = (era == "after")[pd.Index(documents["doc_id"]).get_indexer(windows.doc_ids)]
    table = c.collocate_differences(windows, after)
    first = table.iloc[0]
    assert first["term"] == "w2"
    assert first["is_key"]
    assert first["log_ratio_low"] > 1
    assert first["difference_per_thousand"] > 0
    assert (table["log_ratio_low"] <= table["log_ratio"]).all()
    assert (table["log_ratio"] <= table["log_ratio_high"]).all()
    pd.testing.assert_frame_equal(table, c.collocate_differences(windows, after))
    swapped = c.collocate_differences(windows, ~after).set_index("term")
    near(swapped.loc[table["term"], "log_ratio"], -table["log_ratio"])
