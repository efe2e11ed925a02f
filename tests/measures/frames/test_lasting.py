"""Which cells follow each other in time and so share what their weeks know of moods that last; invented tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.measures.frames.lasting import lasting, lasting_of_influence, moved_away
from analysis.measures.frames.rates import rates
from analysis.measures.frames.tally import tally
from analysis.measures.inference.long_run import lasting_factor
from analysis.measures.inference.resampling import Sampling


def press(weeks: int = 60, border: int = 40) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two outlets, one document a week; `slow` is said in long waves by the first outlet, `fast` every other week."""
    week = np.repeat(np.arange(weeks), 2)
    documents = pd.DataFrame(
        {
            "doc_id": [f"d{i:03}" for i in range(2 * weeks)],
            "cluster_id": [f"c{i:03}" for i in range(2 * weeks)],
            "cluster_position": 1,
            "outlet_id": np.tile(["heron", "ibis"], weeks),
            "era_id": np.where(week >= border, "new", "old"),
            "published": (np.datetime64("2018-01-01") + (7 * week).astype("timedelta64[D]")).astype(str),
            "token_count": 500,
        }
    )
    even = week % 2
    wave = np.where(documents["outlet_id"] == "heron", 2 * (week // 10 % 2), even)
    hits = [("slow", wave), ("fast", even)]
    rows = [
        (d, name) for name, times in hits for d, t in zip(documents["doc_id"], times, strict=True) for _ in range(t)
    ]
    return documents, pd.DataFrame(rows, columns=["doc_id", "frame"])


def test_eras_of_an_outlet_share_a_factor_and_outlets_do_not():
    counted = tally(*press(), by=["outlet_id", "era_id"], unit="week")
    factors = lasting(counted, "week")
    assert factors.shape == (4, 2)
    of = {(r.outlet_id, r.era_id): factors[i].tolist() for i, r in enumerate(counted.cells.itertuples())}
    assert of["heron", "old"] == of["heron", "new"] and of["ibis", "old"] == of["ibis", "new"]
    fast, slow = of["heron", "old"]  # series in order of the alphabet
    assert fast == 1 and slow > 2 and of["ibis", "old"] == [1, 1]
    old, new = counted.units.values[:, [1, 5]][:, :1], counted.units.values[:, [1, 5]]
    assert old.shape[1] == 1 and new.shape[1] == 2


def test_the_factor_is_that_of_the_residuals_of_all_eras():
    counted = tally(*press(), by=["era_id"], series=["frame"], unit="week")
    x = counted.units.values[:, counted.numerators()[:, 1]].astype(float)
    n = counted.units.values[:, counted.denominators()[:, 0]]
    wanted = lasting_factor(x - x.sum(axis=0) / n.sum(axis=0) * n, n, 0.9)
    assert lasting(counted, "week", 0.9)[:, 1] == pytest.approx([wanted, wanted])


def test_units_that_are_no_time_and_no_documents_leave_all_at_one():
    documents, hits = press()
    assert (lasting(tally(documents, hits, by=["outlet_id"], unit="cluster"), "cluster") == 1).all()
    assert (
        lasting(tally(documents.head(0), hits, by=[], levels=hits.drop_duplicates("frame")[["frame"]]), "week") == 1
    ).all()


def test_limits_of_rates_lie_as_much_farther():
    sampling = Sampling(unit="week", interval="score", min_units=5)
    slow, fast = (rates(*press(), by=[], sampling=sampling).set_index("frame").loc[name] for name in ("slow", "fast"))
    assert slow["high"] - slow["low"] > 2 * (fast["high"] - fast["low"])


def test_what_units_add_to_a_comparison_is_a_series_along_its_stretches_of_time():
    counted = tally(*press(), by=["era_id"], series=["frame"], unit="week")
    x = counted.units.values[:, counted.numerators()[:, 1]].astype(float)
    n = counted.units.values[:, counted.denominators()[:, 0]].astype(float)
    effect = ((x - x.sum(axis=0) / n.sum(axis=0) * n) / n.sum(axis=0)).sum(axis=1)
    found = lasting_of_influence(np.stack([effect, effect * np.nan], axis=1), n)
    assert found == pytest.approx([lasting_factor(x, n, compared=True), 1])
    assert found[0] > lasting(counted, "week")[0, 1] > 1.5
    astride = n.copy()
    astride[30] = [200, 300]  # of the second stretch
    moved = np.where(n > 0, effect[:, None], 0)
    moved[30] = moved[30][::-1]
    both = np.where(n > 0, n, 0)
    both[30] = [0, 500]
    assert lasting_of_influence(effect[:, None], astride) == pytest.approx(
        lasting_factor(np.where(both > 0, effect[:, None], 0), both, compared=True)
    )


def test_limits_move_away_from_the_estimate_and_those_without_bound_stay():
    one, two, inf = np.array([1.0]), np.array([2.0]), np.array([np.inf])
    assert [v.tolist() for v in moved_away(two, one, inf, np.array([3.0]))] == [[2], [-1], [np.inf]]
