from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from topic_corpora import planted

from analysis.errors import DiscourseError
from analysis.measures.topics.fit import TopicSettings, fit_topics
from analysis.measures.topics.stability import (
    agreement,
    aligned_shares,
    average_jaccard,
    diversity,
    jaccard,
    match_topics,
    overlap,
    pair_best,
    partition_likeness,
    rbo,
    similarity_table,
    stability_score,
    topic_survival,
)

RANKED = st.lists(st.integers(0, 12), min_size=1, max_size=8, unique=True)
MEASURES = (jaccard, average_jaccard, overlap, rbo)


@settings(max_examples=40, deadline=None)
@given(RANKED, RANKED)
def test_similarities_are_symmetric_and_one_for_equal_lists(a, b):
    a, b = a[: len(b)], b[: len(a)]
    for measure in MEASURES:
        assert measure(a, b) == pytest.approx(measure(b, a))
        assert 0 <= measure(a, b) <= 1 + 1e-12
        assert measure(a, a) == pytest.approx(1.0)


def test_lists_without_items_or_common_items():
    for measure in MEASURES:
        assert measure([], []) == 0
        assert measure([1, 2], [3, 4]) == 0
    with pytest.raises(DiscourseError, match="between 0 and 1"):
        rbo([1], [1], p=1.0)


def test_rank_biased_overlap_by_hand():
    # Agreements 0 and 1 at depths 1 and 2, p = 0.5: 1 * .25 + (.5 / .5) * (0 * .5 + 1 * .25) = .5
    assert rbo(list("ab"), list("ba"), p=0.5) == pytest.approx(0.5)


def test_agreement_pairs_lists_and_charges_for_lists_left_over():
    a, b = [["x", "y"], ["u", "v"]], [["u", "v"], ["x", "y"]]
    assert agreement(a, b) == 1.0
    assert agreement(a, [["x", "y"]]) == 0.5
    assert stability_score(a, [b, [["x", "y"]]]) == 0.75
    assert np.isnan(stability_score(a, []))


@pytest.fixture(scope="module")
def fits():
    corpus = planted(1)
    return corpus, [fit_topics(corpus.matrix, TopicSettings(k=5, estimator="em", seed=s)) for s in (1, 2, 3)]


def test_planted_topics_return_and_a_scrambled_one_does_not(fits):
    _, (reference, *runs) = fits
    table = topic_survival(reference, runs)
    assert table["is_stable"].all()
    rng = np.random.default_rng(0)
    words, documents = reference.topic_word.copy(), reference.doc_topic.copy()
    words[2], documents[:, 2] = rng.permutation(words[2]), rng.permutation(documents[:, 2])
    broken = topic_survival(replace(reference, topic_word=words, doc_topic=documents), runs)
    assert list(broken["is_stable"]) == [True, True, False, True, True]
    assert broken.loc[2, "return_share"] == 0


def test_matching_undoes_a_permutation_and_marks_what_did_not_return(fits):
    _, (reference, run, _) = fits
    order = np.array([3, 0, 4, 1, 2])
    turned = replace(
        reference,
        settings=run.settings,
        topic_word=reference.topic_word[order],
        doc_topic=reference.doc_topic[:, order],
    )
    table = match_topics(reference, turned)
    assert list(table["other"]) == [1, 3, 4, 0, 2]
    np.testing.assert_allclose(table["similarity"], 1)
    stack = aligned_shares(reference, [turned])
    np.testing.assert_allclose(stack[1], stack[0])
    assert np.isnan(aligned_shares(reference, [run], min_similarity=1.01)[1]).all()


def test_every_similarity_is_one_with_itself(fits):
    _, (reference, *_) = fits
    for name in ("jaccard", "average_jaccard", "overlap", "rbo", "cosine", "documents"):
        np.testing.assert_allclose(np.diag(similarity_table(reference, reference, name)), 1)


def test_one_fit_alone_shows_nothing(fits):
    _, (reference, *_) = fits
    with pytest.raises(DiscourseError, match="no run besides"):
        topic_survival(reference, [reference])
    other = fit_topics(planted(2).matrix, TopicSettings(k=5, estimator="em", iterations=2))
    with pytest.raises(DiscourseError, match="different matrices"):
        match_topics(reference, other)


def test_greene_average_jaccard(golden):
    (case,) = golden("stability")
    a, b = case["input"]["list1"], case["input"]["list2"]
    by_depth = [jaccard(a[:d], b[:d]) for d in range(1, 6)]
    np.testing.assert_allclose(by_depth, case["expected"]["jaccard_by_depth"], atol=case["tolerance_abs"])
    assert average_jaccard(a, b) == pytest.approx(case["expected"]["AJ"], abs=case["tolerance_abs"])


def test_the_best_pairing_of_a_matrix():
    rows, columns, mean = pair_best([[0.9, 0.8, 0.0], [0.8, 0.1, 0.0]])
    assert rows.tolist() == [0, 1] and columns.tolist() == [1, 0] and mean == pytest.approx(1.6 / 3)
    with pytest.raises(DiscourseError, match="similarity: nan"):
        pair_best([[0.1, np.nan]])


def test_a_topic_given_as_a_string_is_refused():
    for measure in MEASURES:
        with pytest.raises(DiscourseError, match="list of words"):
            measure("peace calm", ["peace"])


def test_a_ranking_that_names_a_word_twice_is_refused():
    with pytest.raises(DiscourseError, match="'a' stands twice"):
        rbo(["a", "a", "b"], ["a", "b", "c"])


def test_diversity_is_the_share_of_words_that_no_other_topic_needs():
    topics = [["cat", "animal", "dog"], ["building", "bank", "house"], ["nature", "cat", "lake"]]
    assert diversity(topics) == pytest.approx(8 / 9)
    assert diversity(topics, n=1) == 1 and diversity([["a"], ["a"]]) == 0.5 and np.isnan(diversity([]))
    with pytest.raises(DiscourseError, match="a topic is a list of words"):
        diversity(["cat dog"])


def test_two_groupings_of_documents_by_hand():
    """scikit-learn's example [0, 0, 1, 2] against [0, 0, 1, 1]: one pair of six is parted otherwise; ARI .57, NMI .8."""
    first, second = ["a", "a", "b", "c"], [0, 0, 1, 1]
    assert partition_likeness(first, second, "rand") == pytest.approx(5 / 6)
    assert partition_likeness(first, second) == pytest.approx((1 - 2 / 6) / (1.5 - 2 / 6))
    assert partition_likeness(first, second, "mutual") == pytest.approx(1 / ((1 + 1.5) / 2))
    assert partition_likeness(first, second, "mutual_geometric") == pytest.approx(1 / np.sqrt(1.5))
    assert partition_likeness(first, [9, 9, 4, 1]) == 1
    with pytest.raises(DiscourseError, match="the same ones"):
        partition_likeness([1], [1, 2])
    with pytest.raises(DiscourseError, match="kind of likeness"):
        partition_likeness([1], [1], "jaccard")
