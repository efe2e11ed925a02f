from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError, NothingFound
from analysis.measures.inference.resampling import Sampling
from analysis.measures.words.company import (
    Associations,
    _detectable,
    association_shifts,
    associations,
    neighbours,
    vector_similarity,
)

SIDES = {"before": "before_it", "after": "after_it"}

TERMS = ["<pooled>", *(f"word{i:02d}" for i in range(30))]
VOCABULARY = pd.DataFrame({"term_id": range(31), "term": TERMS, "lemma": TERMS, "is_stopword": False})


def tables(seed: int, *, moved: bool) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """120 documents; near the frame word00 and word02 are frequent, after the change word01 in place of word00."""
    rng = np.random.default_rng(seed)
    counts, contexts = [], []
    for number in range(120):
        doc_id, weight = f"d{number:03d}", np.ones(30)
        weight[[0 if number < 60 or not moved else 1, 2]] += 8
        for rows, drawn in (
            (counts, rng.multinomial(150, np.full(30, 1 / 30))),
            (contexts, rng.multinomial(12, weight / weight.sum())),
        ):
            rows += [(doc_id, term + 1, n) for term, n in enumerate(drawn.tolist()) if n]
    names = ["doc_id", "term_id", "token_count"]
    ids = [f"d{i:03d}" for i in range(120)]
    documents = pd.DataFrame(
        {
            "doc_id": ids,
            "cluster_id": [f"c{i // 2}" for i in range(120)],
            "era_id": ["before_it"] * 60 + ["after_it"] * 60,
        }
    )
    return pd.DataFrame(contexts, columns=names).assign(frame="hedging"), pd.DataFrame(counts, columns=names), documents


@pytest.fixture(scope="module")
def moved():
    contexts, counts, documents = tables(1, moved=True)
    return associations(contexts, counts, VOCABULARY, documents, sampling=Sampling(replicates=200))


def test_neighbours_are_the_planted_words(moved):
    table = neighbours(moved, n=2)
    words = table.groupby("group")["word"].apply(set)
    assert words["before_it"] == {"word00", "word02"}
    assert words["after_it"] == {"word01", "word02"}
    assert (table["low"] > 1).all()
    assert (table["low"] < table["pmi"]).all()


def test_words_can_be_followed_through_all_groups(moved):
    table = neighbours(moved, words=["word01", "word00", "nowhere"])
    assert list(table["word"]) == ["word01", "word00"] * 2
    assert table.loc[0, "pmi"] > 2 > table.loc[2, "pmi"]


def test_planted_shift_is_found_and_the_steady_word_is_not(moved):
    table = association_shifts(moved, **SIDES).set_index("word")
    assert set(table.index[:2]) == {"word00", "word01"}
    assert table.loc["word01", "low"] > 0 > table.loc["word00", "high"]
    assert table.loc["word02", "low"] < 0 < table.loc["word02", "high"]
    outside = (table["low"] > 0) | (table["high"] < 0)
    assert (outside == (table["p"] < 0.05)).all()
    assert (table.loc[["word00", "word01"], "p_adjusted"] < 0.005).all()
    assert (table.drop(["word00", "word01"])["p_adjusted"] > 0.05).mean() > 0.9


def test_company_changed_only_where_it_was_planted(moved):
    assert vector_similarity(moved, **SIDES)["is_changed"].item()
    contexts, counts, documents = tables(2, moved=False)
    steady = vector_similarity(
        associations(contexts, counts, VOCABULARY, documents, sampling=Sampling(replicates=200)), **SIDES
    ).iloc[0]
    assert not steady["is_changed"]
    assert steady["similarity"] > 0.9


def test_a_change_is_claimed_by_chance_in_about_five_per_cent():
    claimed = []
    for seed in range(20):
        contexts, counts, documents = tables(100 + seed, moved=False)
        # One side is small: its vector is rougher, which must not pass for a change.
        documents["era_id"] = np.where(documents.index < 100, "before_it", "after_it")
        found = associations(contexts, counts, VOCABULARY, documents, sampling=Sampling(replicates=10))
        claimed.append(vector_similarity(found, **SIDES, shuffles=60)["is_changed"].item())
    assert sum(claimed) <= 4  # of 20 at 5 %: more than four in 0.3 % of trials


def bursty(seed: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """60 documents in clusters of two, their rare words in bursts, nothing changed between the eras."""
    rng = np.random.default_rng(seed)
    base = 1 / np.arange(1, 31) / np.sum(1 / np.arange(1, 31))
    counts, contexts = [], []
    for number in range(60):
        own = base * rng.gamma(0.3, 1 / 0.3, 30)
        for rows, tokens in ((counts, 100), (contexts, 15)):
            drawn = rng.multinomial(tokens, own / own.sum() if rows is contexts else (own / own.sum() + base) / 2)
            rows += [(f"d{number:03d}", term + 1, n) for term, n in enumerate(drawn.tolist()) if n]
    ids = [f"d{i:03d}" for i in range(60)]
    eras = ["before_it"] * 40 + ["after_it"] * 20
    documents = pd.DataFrame({"doc_id": ids, "cluster_id": [f"c{i // 2}" for i in range(60)], "era_id": eras})
    names = ["doc_id", "term_id", "token_count"]
    return pd.DataFrame(contexts, columns=names).assign(frame="f"), pd.DataFrame(counts, columns=names), documents


def test_words_are_said_to_shift_by_chance_about_as_often_as_the_level_says():
    small, families = [], 0
    for seed in range(30):
        contexts, counts, documents = bursty(seed)
        table = association_shifts(
            associations(contexts, counts, VOCABULARY, documents, sampling=Sampling(replicates=2)),
            **SIDES,
            shuffles=999,
        )
        small.append((table["p"] < 0.05).mean())
        families += bool((table["p_adjusted"] < 0.05).any())
    assert 0.03 < np.mean(small) < 0.07
    assert families <= 5  # of 30 at 5 %: more than five in 0.3 % of trials; with a normal law it is most of them


def test_p_of_a_shift_by_hand():
    """Four clusters of one document, two an era: of the six ways to fall, the one found is the most extreme."""
    contexts = pd.DataFrame(
        [("a", "f", 1, 9), ("b", "f", 1, 8), ("c", "f", 2, 9), ("d", "f", 2, 8)],
        columns=["doc_id", "frame", "term_id", "token_count"],
    )
    counts = pd.DataFrame([(d, t, 10) for d in "abcd" for t in (1, 2)], columns=["doc_id", "term_id", "token_count"])
    documents = pd.DataFrame(
        {"doc_id": list("abcd"), "cluster_id": list("abcd"), "era_id": ["before_it"] * 2 + ["after_it"] * 2}
    )
    found = associations(contexts, counts, VOCABULARY.iloc[:3], documents, min_count=1, sampling=Sampling(replicates=2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.measures.words.company.MIN_CLUSTERS", 2)
        table = association_shifts(found, **SIDES, shuffles=5999)
    np.testing.assert_allclose(table["p"], 2 / 6, atol=0.03)


def test_shuffling_starts_from_the_groups_found(moved):
    tables_ = moved.tables["hedging"]
    for cell, group in enumerate(moved.cells["group"]):
        np.testing.assert_allclose(tables_.pmi((tables_.group == group)[None].astype(float))[0], moved.pmi[cell])


def test_pmi_by_hand():
    contexts = pd.DataFrame([("a", "f", 1, 6), ("a", "f", 2, 2)], columns=["doc_id", "frame", "term_id", "token_count"])
    counts = pd.DataFrame([("a", 1, 8), ("a", 2, 8), ("a", 0, 9)], columns=["doc_id", "term_id", "token_count"])
    documents = pd.DataFrame({"doc_id": ["a"], "cluster_id": ["a"], "era_id": ["before_it"]})
    found = associations(contexts, counts, VOCABULARY.iloc[:3], documents, min_count=1, sampling=Sampling(replicates=5))
    # Half a token each: near 6.5/9 and 2.5/9; in all documents 8.5/17 each, which smoothing leaves alone.
    np.testing.assert_allclose(found.pmi, np.log2([[6.5 / 9 / 0.5, 2.5 / 9 / 0.5]]))
    np.testing.assert_array_equal(found.near, [[6, 2]])


def test_few_clusters_have_no_interval():
    contexts, counts, documents = tables(1, moved=True)
    late = documents["era_id"] == "after_it"
    documents.loc[late, "cluster_id"] = "one story"
    found = associations(contexts, counts, VOCABULARY, documents, sampling=Sampling(replicates=20))
    table = neighbours(found)
    assert table.groupby("group")["is_too_few"].all().to_dict() == {"after_it": True, "before_it": False}
    assert association_shifts(found, **SIDES)["p"].isna().all()
    assert not vector_similarity(found, **SIDES)["is_changed"].any()


def lopsided(seed: int) -> Associations:
    """`bursty` with ten of its documents after: many words stand near the frame on one side only."""
    contexts, counts, documents = bursty(seed)
    documents["era_id"] = ["before_it"] * 50 + ["after_it"] * 10
    return associations(contexts, counts, VOCABULARY, documents, min_count=1, sampling=Sampling(replicates=60))


def test_every_shift_lies_in_its_interval_whatever_the_sizes_of_the_eras():
    """Half a token more on the side of few tokens is a rise that shuffling makes as well: point and interval are without
    it. Written for a word of five hits before and none after whose point lay above its interval."""
    for seed in range(3):
        table = association_shifts(lopsided(seed), **SIDES, shuffles=399)
        assert (table["after_count"] == 0).any()
        assert ((table["low"] <= table["difference"]) & (table["difference"] <= table["high"])).all()


def test_a_shift_of_nothing_is_nothing_in_the_middle_of_many_words():
    """The median of the shifts where nothing changed is near zero, also for words that one side lacks half of the time."""
    shifts = pd.concat([association_shifts(lopsided(seed), **SIDES, shuffles=199) for seed in range(12)])
    rare = shifts[shifts["before_count"] + shifts["after_count"] <= 8]
    assert len(rare) > 30
    assert abs(rare["difference"].median()) < 0.25


def test_an_association_that_nobody_saw_has_no_value():
    found = lopsided(1)
    near = neighbours(found, words=found.terms)
    unseen = near["near_count"] == 0
    assert unseen.sum() > 2
    assert near.loc[unseen, "is_too_few"].all() and not near.loc[~unseen, "is_too_few"].any()
    assert near.loc[unseen, ["pmi", "ppmi", "low", "high"]].isna().all(axis=None)
    shifts = association_shifts(found, **SIDES, shuffles=99)
    assert (shifts["after_pmi"].isna() == (shifts["after_count"] == 0)).all()
    assert shifts[["difference", "low", "high"]].notna().all(axis=None)


def test_a_similarity_is_held_against_shuffled_eras_and_has_no_interval_of_its_own(moved):
    """Vectors drawn again are rougher than those found, so that a bootstrap's interval lies below the similarity."""
    assert not {"low", "high"} & set(vector_similarity(moved, **SIDES).columns)


def test_refusals(moved):
    contexts, counts, documents = tables(1, moved=True)
    with pytest.raises(DiscourseError, match="no column 'year'"):
        associations(contexts, counts, VOCABULARY, documents, by="year")
    with pytest.raises(NothingFound, match="lower min_count"):
        associations(contexts, counts, VOCABULARY, documents, min_count=10_000)
    with pytest.raises(DiscourseError, match="after_it, before_it"):
        association_shifts(moved, before="nobody", after="after_it")


def test_words_that_do_not_stand_near_a_frame_take_no_place_among_its_neighbours():
    cells = pd.DataFrame({"frame": ["calm"], "group": ["a"], "document_count": [9], "cluster_count": [9]})
    pmi = np.array([[3.0, 2.0, 1.0]])
    found = Associations(cells, ("x", "y", "z"), np.array([[0, 4, 5]]), np.array([[0, 2, 3]]), pmi, pmi[None], {})
    table = neighbours(found, n=2)
    assert table["word"].tolist() == ["y", "z"] and table["rank"].tolist() == [1, 2]


def test_a_detectable_shift_lies_beyond_the_level_of_one_among_all_words():
    chance = np.random.default_rng(1).normal(size=(4999, 4)) * [1, 2, 1, 1]
    got = _detectable(chance, 0.05, False)
    np.testing.assert_allclose(got, np.array([1, 2, 1, 1]) * (2.4977 + 0.8416), rtol=0.08)  # z(1 - .05 / 8) + z(.8)
    assert np.isinf(_detectable(chance[:50], 0.05, False)).all() and np.isnan(_detectable(chance, 0.05, True)).all()


def test_units_without_time_have_no_rotation(moved):
    table = association_shifts(moved, **SIDES, shuffles=99)
    assert table["rotation_p"].isna().all() and set(table["passes"]) <= {"the test", "not the test"}
    assert np.isnan(vector_similarity(moved, **SIDES, shuffles=20)["rotation_p"].item())
