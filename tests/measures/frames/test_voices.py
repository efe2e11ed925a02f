"""Rates by voice and side on twelve invented documents with known counts."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.measures.frames import voices
from analysis.measures.frames.rates import rates
from analysis.measures.inference.resampling import Sampling

SAMPLING = Sampling(replicates=50, min_units=2)


@pytest.fixture
def documents():
    n = 12
    return pd.DataFrame(
        {
            "doc_id": [f"d{i:02d}" for i in range(n)],
            "cluster_id": [f"d{i:02d}" for i in range(n)],
            "cluster_position": 1,
            "era_id": ["old"] * 6 + ["new"] * 6,
            "outlet_id": "post",
            "published": "2023-01-01",
            "token_count": 1000,
            "title_token_count": 10,
            "lead_token_count": 50,
            "quoted_token_count": 200,
            "reported_token_count": 300,
        }
    )


@pytest.fixture
def hits():
    rows = [
        ("d00", "quoted", "china", False, False),
        ("d01", "quoted", "china", False, True),
        ("d02", "own", "outlet", True, False),
        ("d03", "reported", "cambodia", False, False),
        ("d07", "own", "outlet", False, False),
        ("d08", "own", "outlet", True, True),
    ]
    columns = ["doc_id", "voice", "speaker_side", "is_negated", "is_mention"]
    return pd.DataFrame(rows, columns=columns).assign(frame="ironclad", zone="body")


def test_each_voice_has_its_own_exposure(documents, hits):
    table = voices.rates_by_voice(documents, hits, frames=["ironclad"], sampling=SAMPLING)
    found = table.set_index(["voice", "era_id"])[["hit_count", "token_count", "rate_per_10000"]]
    assert found.loc[("quoted", "old")].tolist() == [2, 1200, pytest.approx(2 / 1200 * 10_000)]
    assert found.loc[("own", "old")].tolist() == [1, 3000, pytest.approx(1 / 3000 * 10_000)]
    assert found.loc[("reported", "new"), "rate_per_10000"] == 0
    assert found["hit_count"].sum() == len(hits)


def test_sides_add_up_to_the_rate_of_the_frame(documents, hits):
    table = voices.rates_by_side(documents, hits, frames=["ironclad"], sampling=SAMPLING)
    assert set(table["speaker_side"]) == {"cambodia", "china", "outlet"}
    whole = rates(documents, hits, by=["era_id"], sampling=SAMPLING).set_index("era_id")["rate_per_10000"]
    summed = table.groupby("era_id")["rate_per_10000"].sum()
    assert summed.to_dict() == pytest.approx(whole.to_dict())


def test_uses_negations_and_mentions_add_up(hits):
    table = voices.uses(hits).set_index("voice")
    assert table.loc["own", ["hit_count", "use_count", "negated_count", "mention_count"]].tolist() == [3, 1, 1, 1]
    assert table.loc["quoted", "use_share"] == 0.5
    assert voices.uses(hits.iloc[:0]).empty
