"""The company of a frame at dates when nothing happened."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.measures.inference.resampling import Sampling
from analysis.measures.words.placebo import placebo_shifts

WORDS = pd.DataFrame(
    {"term_id": range(9), "term": list("abcdefghi"), "lemma": ["pool", *(f"word{i}" for i in range(8))]}
)


def corpus(turn: int = 0):
    """300 documents over 300 days; from day `turn` on another word stands near the frame (0: never)."""
    rng = np.random.default_rng(1)
    day = (np.datetime64("2021-01-04") + np.arange(300).astype("timedelta64[D]")).astype(str)
    documents = pd.DataFrame({"doc_id": [f"d{i:03d}" for i in range(300)], "published": day, "outlet_id": "post"})
    documents["cluster_id"] = documents["doc_id"]
    documents["era_id"] = np.where(np.arange(300) < 220, "first", "second")
    near, every = [], []
    for i, doc_id in enumerate(documents["doc_id"]):
        weight = np.ones(8)
        weight[1 if turn and i >= turn else 0] += 6
        for rows, drawn in (
            (near, rng.multinomial(10, weight / weight.sum())),
            (every, rng.multinomial(80, np.full(8, 1 / 8))),
        ):
            rows += [(doc_id, term + 1, n) for term, n in enumerate(drawn.tolist()) if n]
    names = ["doc_id", "term_id", "token_count"]
    tables = {
        "contexts": pd.DataFrame(near, columns=names).assign(frame="calm"),
        "counts": pd.DataFrame(every, columns=names),
    }
    return tables | {"vocabulary": WORDS.assign(is_stopword=False)}, documents


def test_nothing_shifts_where_nothing_happened_and_something_where_it_did():
    options = {"number": 3, "sampling": Sampling(unit="week", replicates=20), "shuffles": 499}
    quiet = placebo_shifts(*corpus(), ("first", "second"), **options)
    assert len(quiet) == 3 and (quiet["tested_count"] == 8).all() and quiet["shift_count"].sum() <= 1
    turn = corpus()[1]["published"].tolist().index(quiet["border"].iloc[-1])
    moved = placebo_shifts(*corpus(turn=turn), ("first", "second"), **options)
    assert moved["shift_count"].max() >= 2


def test_without_room_for_a_border_there_is_no_row():
    tables, documents = corpus()
    assert placebo_shifts(tables, documents.head(15), ("first", "second")).empty
