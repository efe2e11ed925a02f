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


def cluster_sizes(texts, **given):
    return clusters.cluster(sketched(texts), meta(len(texts), **given)).cluster_size.tolist()


def part_of(text, start, stop):
    return " ".join(text.split()[start:stop])


@pytest.mark.parametrize(("alike", "linked"), [(80, True), (40, False)])
def test_long_texts_are_one_story_from_three_tenths_of_the_shorter_one(alike, linked):
    first, second = words(1), f"{part_of(words(1), 0, alike)} {words(2, 200 - alike)}"
    assert cluster_sizes([first, second]) == ([2, 2] if linked else [1, 1])


def test_a_short_text_joins_the_long_one_that_holds_most_of_it():
    short = words(1, 40)
    half = f"{words(2, 120)} {part_of(short, 0, 32)} {words(3, 120)}"
    whole = f"{words(4, 120)} {short} {words(5, 120)}"
    assert clusters.cluster(sketched([short, half, whole]), meta(3)).cluster_id == ["d2", "d1", "d2"]
    assert clusters.cluster(sketched([short, whole, half]), meta(3)).cluster_id == ["d1", "d1", "d2"]
    twice = clusters.cluster(sketched([short, whole, f"{words(6, 120)} {short} {words(7, 120)}"]), meta(3))
    assert twice.cluster_size.tolist() == [2, 2, 1]  # both hold all of it: the one that came first


def test_a_digest_ties_no_stories_together():
    one, two = words(1, 40), words(2, 40)
    digest = f"{words(3, 100)} {one} {words(4, 100)} {two} {words(5, 100)}"
    found = clusters.cluster(sketched([one, two, digest]), meta(3))
    assert sorted(found.cluster_size.tolist()) == [1, 2, 2]
    assert found.cluster_id[0] != found.cluster_id[1]


@pytest.mark.parametrize(("days", "size"), [("2024-04-05", 2), ("2024-04-06", 1)])
def test_short_texts_are_one_story_within_thirty_one_days(days, size):
    body = words(1, 60)
    assert cluster_sizes([body, body], published=["2024-03-05", days]) == [size] * 2
    assert cluster_sizes([words(1), words(1)], published=["2024-03-05", days]) == [2, 2]


@pytest.mark.parametrize(("day", "size"), [("2024-03-12", 2), ("2024-03-13", 1)])
def test_equal_titles_tie_for_seven_days(day, size):
    key = "leaders meet in the capital again"
    assert cluster_sizes(["", ""], title_keys=[key] * 2, published=["2024-03-05", day]) == [size] * 2


def test_an_equal_title_ties_no_two_full_texts():
    key = "leaders meet in the capital again"
    assert cluster_sizes([words(1), words(2)], title_keys=[key] * 2) == [1, 1]
    assert cluster_sizes([words(1), words(2, 33)], title_keys=[key] * 2) == [2, 2]  # 29 shingles: a summary
    assert cluster_sizes([words(1), words(2, 34)], title_keys=[key] * 2) == [1, 1]


def test_of_one_day_the_longest_is_the_origin_then_the_first_id_and_ranks_follow():
    body = words(1)
    longer = f"{body} {words(2, 30)}"
    found = clusters.cluster(sketched([body, longer, body]), meta(3))
    assert found.cluster_id == ["d1"] * 3 and found.cluster_position.tolist() == [2, 1, 3]
    alike = clusters.cluster(sketched([body] * 3), meta(3, doc_ids=["c", "a", "b"]))
    assert alike.cluster_id == ["a"] * 3 and alike.cluster_position.tolist() == [3, 1, 2]


def test_the_share_is_that_of_the_origin_in_each_copy():
    body = words(1, 104)
    longer = f"{body} {words(2, 100)}"
    found = clusters.cluster(sketched([longer, body]), meta(2))
    assert found.cluster_id == ["d0", "d0"]
    assert found.shared_token_share.tolist() == [1.0, 1.0]
    first = clusters.cluster(sketched([longer, body]), meta(2, published=["2024-03-06", "2024-03-05"]))
    assert first.cluster_id == ["d1", "d1"]
    assert first.shared_token_share.tolist() == pytest.approx([0.5, 1.0])
