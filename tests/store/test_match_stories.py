from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.store.match_stories import public_pairs, rejoin


def documents(ids, days, *, clusters=None):
    return pd.DataFrame(
        {
            "doc_id": ids,
            "published": days,
            "date_precision": ["day" if d else "none" for d in days],
            "cluster_id": clusters or ids,
            "cluster_size": 1,
            "cluster_position": 1,
            "is_cluster_origin": True,
            "shared_token_share": 0.0,
        }
    )


def counts(bags):
    rows = [(d, t, n) for d, bag in bags.items() for t, n in bag.items()]
    return pd.DataFrame(rows, columns=["doc_id", "term_id", "token_count"])


STORY = {t: 1 + t % 3 for t in range(1, 31)}  # 60 tokens of 30 words
OTHER = dict.fromkeys(range(40, 70), 2)


def test_the_same_counts_within_the_window_are_one_story():
    sides = documents(["a", "b"], ["2023-01-01", "2023-01-01"]), documents(["x", "y"], ["2023-01-09", "2023-03-01"])
    bags = counts({"a": STORY, "b": OTHER}), counts({"x": STORY, "y": OTHER})
    pairs = public_pairs(sides, bags, set())
    assert pairs.to_numpy().tolist() == [["a", "x", 1.0]]
    assert len(public_pairs(sides, bags, set(), days=90)) == 2


def test_share_is_the_weighted_jaccard_index_worked_out_by_hand():
    shorter = {t: n for t, n in STORY.items() if t <= 24}  # 48 of the 60 tokens
    sides = documents(["a"], [None]), documents(["x"], ["2023-01-09"])
    pairs = public_pairs(sides, (counts({"a": STORY}), counts({"x": shorter})), set())
    assert pairs["share"].tolist() == [48 / 60]
    assert public_pairs(sides, (counts({"a": STORY}), counts({"x": shorter})), set(), alike=0.9).empty


def test_the_pool_stop_words_and_short_texts_do_not_count():
    sides = documents(["a"], [None]), documents(["x"], [None])
    pooled = {0: 500}
    assert public_pairs(sides, (counts({"a": pooled}), counts({"x": pooled})), set()).empty
    few = {1: 10, 2: 9}
    assert public_pairs(sides, (counts({"a": few}), counts({"x": few})), set()).empty
    assert len(public_pairs(sides, (counts({"a": {1: 10, 2: 10}}), counts({"x": {1: 10, 2: 10}})), set())) == 1
    assert public_pairs(sides, (counts({"a": STORY}), counts({"x": STORY})), set(STORY)).empty


def test_each_document_keeps_its_likest_partner():
    near = {**STORY, 31: 6}
    sides = documents(["a"], [None]), documents(["x", "y"], [None, None])
    pairs = public_pairs(sides, (counts({"a": STORY}), counts({"x": near, "y": STORY})), set())
    assert pairs[["first_id", "second_id"]].to_numpy().tolist() == [["a", "y"]]


def test_clusters_are_joined_over_their_members_and_ordered_anew():
    first = documents(["a", "b"], ["2023-01-05", "2023-01-06"], clusters=["a", "a"])
    first["is_cluster_origin"] = [True, False]
    second = documents(["x"], ["2023-01-01"])
    pairs = pd.DataFrame({"first_id": ["b"], "second_id": ["x"], "share": [0.84]})
    both, joined = rejoin(first, second, pairs)
    both = both.set_index("doc_id")
    assert joined == 1 and set(both["cluster_id"]) == {"a"}
    assert both["cluster_position"].to_dict() == {"x": 1, "a": 2, "b": 3}
    assert both["shared_token_share"].to_dict() == {"x": 1.0, "a": 0.8, "b": 0.8}


def test_no_pairs_leave_everything_as_it_was():
    first, second = documents(["a"], [None]), documents(["x"], [None])
    both, joined = rejoin(first, second, pd.DataFrame(columns=["first_id", "second_id", "share"]))
    assert joined == 0
    pd.testing.assert_frame_equal(both, pd.concat([first, second], ignore_index=True))


def edited(words, rng):
    """A reprint: some sentences cut, some words changed, in the order of the original."""
    keep = rng.random(len(words)) > rng.choice([0.0, 0.05, 0.15])
    out = words[keep].copy()
    changed = rng.random(len(out)) < rng.choice([0.0, 0.02, 0.05])
    out[changed] = rng.integers(1, 3_000, changed.sum())
    return out


def two_corpora(n=2_000, common=200, seed=3):
    """Two sides of n texts of Zipf-distributed words within topics, of which `common` are reprints of each other."""
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(1, 3_001)
    topics = [rng.permutation(3_000) for _ in range(20)]

    def text():
        topic = topics[rng.integers(20)]
        own = topic[rng.choice(3_000, 60, p=weights / weights.sum())]
        share = np.where(
            rng.random(300) < 0.5, own[rng.integers(0, 60, 300)], rng.choice(3_000, 300, p=weights / weights.sum())
        )
        return share[: rng.integers(80, 300)] + 1

    first = [text() for _ in range(n)]
    second = [edited(first[i], rng) if i < common else text() for i in range(n)]
    day = rng.integers(0, 1_000, n)
    later = np.where(np.arange(n) < common, day + rng.integers(0, 4, n), rng.integers(0, 1_000, n))
    days = [[str(np.datetime64("2020-01-01") + np.timedelta64(int(d), "D")) for d in side] for side in (day, later)]
    return first, second, days


def test_two_stores_of_two_thousand_with_two_hundred_common_stories():
    """The public way finds nearly all reprints and hardly anything else (measured: see docs/decisions/0020)."""
    first, second, days = two_corpora()
    sides = documents([f"a{i}" for i in range(2_000)], days[0]), documents([f"b{i}" for i in range(2_000)], days[1])
    bags = []
    for name, texts in (("a", first), ("b", second)):
        rows = []
        for i, words in enumerate(texts):
            terms, n = np.unique(words, return_counts=True)
            rows.append(pd.DataFrame({"doc_id": f"{name}{i}", "term_id": terms, "token_count": n}))
        bags.append(pd.concat(rows, ignore_index=True))
    pairs = public_pairs(sides, tuple(bags), set(range(1, 30)))
    right = (pairs["first_id"].str[1:] == pairs["second_id"].str[1:]) & (pairs["first_id"].str[1:].astype(int) < 200)
    assert right.sum() / 200 >= 0.95
    assert right.sum() / len(pairs) >= 0.95
