"""Clusters of stories: links asked of short texts, titles, origins, and shares."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.texts.dedupe import clusters
from analysis.texts.dedupe import sketches as sketching


def sketched(texts):
    terms: dict[str, int] = {}
    ids, offsets = [], [0]
    for text in texts:
        ids += [terms.setdefault(word, len(terms)) for word in text.split()]
        offsets.append(len(ids))
    return sketching.sketches(sketching.hash_terms(list(terms)), np.array(ids, np.int32), np.array(offsets, np.int64))


def words(seed, number=200):
    return " ".join(f"w{i}" for i in np.random.default_rng(seed).integers(0, 5000, number))


def meta(count, **given):
    base = {
        "doc_ids": [f"d{i}" for i in range(count)],
        "published": ["2024-03-05"] * count,
        "precision": ["day"] * count,
        "outlet_ids": [f"o{i}" for i in range(count)],
        "title_keys": [""] * count,
        "credits": [None] * count,
    }
    return clusters.Meta(**{**base, **given})


def test_less_evidence_asks_for_a_larger_share():
    share = clusters.required_share(np.array([200, 80, 55, 30, 10]))
    assert share[0] == share[1] == clusters.THRESHOLD
    assert share[2] == pytest.approx((clusters.THRESHOLD + clusters.SHORT_THRESHOLD) / 2)
    assert share[3] == share[4] == clusters.SHORT_THRESHOLD


def test_a_reprint_and_its_origin_and_a_text_of_its_own():
    body = words(1)
    found = clusters.cluster(
        sketched([body, words(2), body]), meta(3, published=["2024-03-07", "2024-03-05", "2024-03-06"])
    )
    assert found.cluster_id == ["d2", "d1", "d2"]
    assert found.cluster_size.tolist() == [2, 1, 2]
    assert found.is_cluster_origin.tolist() == [False, True, True]
    assert found.cluster_position.tolist() == [2, 1, 1]
    assert found.shared_token_share.tolist() == [1.0, 0.0, 1.0]


def test_the_agency_that_is_credited_is_the_origin_even_if_it_came_later():
    body = words(1)
    given = meta(2, published=["2024-03-05", "2024-03-06"], outlet_ids=["post", "xinhua"], credits=["xinhua", None])
    assert clusters.cluster(sketched([body, body]), given).cluster_id == ["d1", "d1"]


def test_undated_copies_come_last_and_a_month_counts_as_its_last_day():
    body = words(1)
    given = meta(3, published=[None, "2024-03", "2024-03-30"], precision=["none", "month", "day"])
    found = clusters.cluster(sketched([body] * 3), given)
    assert found.cluster_id == ["d2"] * 3 and found.cluster_position.tolist() == [3, 2, 1]


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Leaders meet in the capital, again!", "leaders meet in the capital again"),
        ("Leaders meet", ""),
        (None, ""),
    ],
)
def test_titles_are_compared_without_case_and_marks_if_they_are_long_enough(title, key):
    assert clusters.title_key(title) == key


def test_equal_titles_of_two_outlets_tie_headlines_of_one_week():
    key = "leaders meet in the capital again"
    texts = ["leaders meet in the capital again"] * 2
    near = meta(2, title_keys=[key] * 2)
    assert clusters.cluster(sketched(["", ""]), near).cluster_size.tolist() == [2, 2]
    far = meta(2, title_keys=[key] * 2, published=["2024-03-05", "2024-04-05"])
    assert clusters.cluster(sketched(["", ""]), far).cluster_size.tolist() == [1, 1]
    one = meta(2, title_keys=[key] * 2, outlet_ids=["o", "o"])
    assert clusters.cluster(sketched(["", ""]), one).cluster_size.tolist() == [1, 1]
    assert len(texts) == 2


def test_no_documents():
    assert clusters.cluster(sketched([]), meta(0)).cluster_id == []
