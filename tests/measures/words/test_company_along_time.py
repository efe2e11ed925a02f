"""Shifts of a frame's company with the labels of the eras rotated along time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.measures.inference.resampling import Sampling
from analysis.measures.words.company import Associations, association_shifts, associations, vector_similarity
from analysis.measures.words.company_along_time import rotation_draws

SIDES = {"before": "before_it", "after": "after_it"}
TERMS = ["<pooled>", *(f"word{i:02d}" for i in range(30))]
VOCABULARY = pd.DataFrame({"term_id": range(31), "term": TERMS, "lemma": TERMS, "is_stopword": False})


def dated(seed: int, *, moved: bool, drift: bool = False) -> Associations:
    """180 documents in 90 weeks of two outlets, the last 30 weeks the later era. drift: near the frame word00 gives way to
    word01 in slow waves, without any border."""
    rng = np.random.default_rng(seed)
    counts, contexts, wave = [], [], rng.uniform(0, 90)
    for number in range(180):
        week, weight = number // 2, np.ones(30)
        share = (1 + np.sin(2 * np.pi * (week + wave) / 60)) / 2 if drift else float(moved and week >= 60)
        weight[0] += 8 * (1 - share)
        weight[1] += 8 * share
        for rows, drawn in (
            (counts, rng.multinomial(150, np.full(30, 1 / 30))),
            (contexts, rng.multinomial(12, weight / weight.sum())),
        ):
            rows += [(f"d{number:03d}", term + 1, n) for term, n in enumerate(drawn.tolist()) if n]
    names, week = ["doc_id", "term_id", "token_count"], np.arange(180) // 2
    ids = [f"d{i:03d}" for i in range(180)]
    day = np.datetime64("2021-01-04") + (7 * week).astype("timedelta64[D]")
    documents = pd.DataFrame({"doc_id": ids, "cluster_id": ids, "published": day.astype(str)})
    documents["outlet_id"] = np.tile(["post", "times"], 90)
    documents["era_id"] = np.where(week >= 60, "after_it", "before_it")
    near, every = (pd.DataFrame(rows, columns=names) for rows in (contexts, counts))
    return associations(
        near.assign(frame="calm"), every, VOCABULARY, documents, sampling=Sampling(unit="week", replicates=2)
    )


def test_a_shift_needs_the_rotation_along_time_too():
    """Planted shifts pass both tests; waves without a border pass the shuffles often, and both seldom."""
    table = association_shifts(dated(1, moved=True), **SIDES, shuffles=999).set_index("word")
    assert set(table.index[table["is_claim"]]) == {"word00", "word01"}
    assert (table.loc[["word00", "word01"], "rotation_p"] < 0.05).all()
    assert (table["is_claim"] == table["passes"].eq("both tests")).all()
    alone, both = [], []
    for seed in range(20):
        found = association_shifts(dated(seed, moved=False, drift=True), **SIDES, shuffles=2999)
        alone.append(found.set_index("word").loc["word01", "p_adjusted"] <= 0.05)
        both.append(found.set_index("word").loc["word01", "is_claim"])
    assert sum(alone) >= 5 and sum(both) <= 0.6 * sum(alone)


def test_rotations_of_the_company_begin_with_the_eras_found():
    found = dated(2, moved=True)
    tables_, draws = rotation_draws(found.tables["calm"], *SIDES.values(), "week")
    assert len(draws) == 90 and (draws.sum(axis=1) == 120).all()
    np.testing.assert_allclose(tables_.pmi(draws[:1])[0], found.pmi[found.cells["group"].tolist().index("before_it")])
    row = vector_similarity(found, **SIDES, shuffles=60).iloc[0]
    assert row["is_changed"] and row["rotation_p"] <= 0.05
    quiet = vector_similarity(dated(3, moved=False), **SIDES, shuffles=60).iloc[0]
    assert not quiet["is_changed"]
